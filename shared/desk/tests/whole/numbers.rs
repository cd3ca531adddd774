//! Tests that the stored outcomes, day counts and ledger of a club equal those computed from its audit trail, whatever
//! happens to the lines, and in whatever order counts run or are interrupted.

use desk::approve::ApprovalMode;
use desk::evaluate::{RequestedPlace, When};
use desk::fairness;
use desk::numbers::{Work, count, recount_everything};
use desk::posted_changes::{self, PostedChange, Request};
use domain::outcome::{Correction, Decision, End, Label};
use domain::snapshot::{EmployeeId, EventRef};
use std::collections::BTreeMap;
use std::time::Duration;
use store::edits::RejectionEffect;
use store::events::Place;
use store::key::{ApprovalId, ScheduledEventId};
use store::lines::Edit;
use store::outcomes::Proposer;
use store::submission::Reporter;
use testkit::{TestClub, edit_line, key, owner, run_id};

use crate::random_history::{RandomHistory, ZONE, date};

#[tokio::test]
async fn after_random_changes_and_interrupted_counts_the_numbers_equal_those_of_the_audit_trail() {
    let seeds = if testkit::is_full() { 12 } else { 3 };
    for seed in 0..seeds {
        let mut history = RandomHistory::new(seed).await;
        for _ in 0..60 {
            history.random_step().await;
            match history.rng.u8(0..8) {
                0 => history.count(Work::Trail).await,
                1 => history.count(Work::Night).await,
                2 => {
                    let after = Duration::from_micros(history.rng.u64(0..20_000));
                    history.count_interrupted(after).await;
                }
                _ => {}
            }
        }
        history.count(Work::Night).await;
        history.assert_equals_trail().await;
    }
}

#[tokio::test]
async fn a_recount_of_everything_names_each_line_day_and_week_that_is_stored_wrongly() {
    let mut history = RandomHistory::new(9).await;
    let line = key(&history.proposal, 101);
    history.approve(&line).await;
    history.submit(&line, true).await;
    history.count(Work::Night).await;
    let club = history.test.club();
    let differences = async || {
        let whole = recount_everything(club, ZONE, history.test.now()).await.expect("recounted");
        let first_two_words = |text: &String| text.split(' ').take(2).collect::<Vec<_>>().join(" ");
        whole.differences.iter().map(first_two_words).collect::<Vec<_>>()
    };
    assert_eq!(differences().await, [""; 0]);
    let read = club.line_outcome(&line).await.expect("read");
    let mut now = history.outcome(101).await;
    now.retries = vec![store::outcomes::Retry { generation: 9, at: history.test.now() }];
    club.write_outcomes(&[store::outcomes::DifferingOutcome { before: read, now }]).await.expect("written");
    assert_eq!(differences().await, ["line run-1.101"]);
    let day = club.day_counts(date("2026-11-23"), date("2026-11-23")).await.expect("read").remove(0);
    let mut counts = day.body.clone();
    counts.0.all.completed += 1;
    club.put_day_counts(Some(day.version), &counts).await.expect("written");
    let week = club.ledger_weeks(date("2026-11-22"), date("2026-11-22")).await.expect("read").remove(0);
    let mut rows = week.body.clone();
    let person = rows.people.iter_mut().find(|person| person.row.employee_id.0 == "E01").expect("a row");
    person.row.core += 1;
    club.put_ledger_week(Some(week.version), &rows).await.expect("written");
    assert_eq!(differences().await, ["line run-1.101", "day 2026-11-23", "week 2026-11-22"]);
}

#[tokio::test]
async fn a_second_count_of_the_same_entries_changes_nothing() {
    let mut history = RandomHistory::new(77).await;
    for _ in 0..40 {
        history.random_step().await;
    }
    history.count(Work::Night).await;
    let stored = history.stored_numbers().await;
    for work in [Work::Trail, Work::Night] {
        history.count(work).await;
        assert_eq!(history.stored_numbers().await, stored, "{work:?}");
    }
}

#[tokio::test]
async fn a_count_after_interrupted_nightly_counts_makes_the_numbers_equal_those_of_the_trail() {
    for after in [0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000] {
        let mut history = RandomHistory::new(5).await;
        for _ in 0..40 {
            history.random_step().await;
        }
        for _ in 0..3 {
            history.count_interrupted(Duration::from_micros(after)).await;
        }
        history.count(Work::Night).await;
        history.assert_equals_trail().await;
    }
}

#[tokio::test]
async fn the_outcome_of_a_line_follows_its_approval_completion_and_correction() {
    let mut history = RandomHistory::new(1).await;
    let line = key(&history.proposal, 101);
    history.approve(&line).await;
    history.count(Work::Night).await;
    let outcome = history.outcome(101).await;
    assert_eq!((outcome.proposed_by, outcome.outcome.and_then(|of| of.label())), (Proposer::Run, Some(Label::Kept)));
    history.submit(&line, true).await;
    history.test.advance(6 * 86_400);
    history.report_condition(EventRef(101), "Submitted").await;
    history.count(Work::Night).await;
    let outcome = history.outcome(101).await.outcome.expect("an outcome");
    assert_eq!((outcome.decision, outcome.end), (Some(Decision::Kept), Some(End::Completed)));
    assert_eq!(history.day("2026-11-28").await.0.all.completed, 1);
    let because = history.test.because();
    let correction = Correction::DidNotCome;
    history.test.club().correct_outcome(&line, None, &correction, &because).await.expect("corrected");
    history.count(Work::Trail).await;
    let day = history.day("2026-11-28").await.0.all;
    assert_eq!((day.completed, day.no_shows), (0, 1), "the correction overrides the condition that Crossmark reported");
    let decided = history.day("2026-11-23").await.0.all;
    assert_eq!((decided.placed, decided.decided, decided.kept), (3, 1, 1));
    assert_eq!(decided.not_placed, BTreeMap::from([("nobody_available".to_owned(), 1)]));
    history.assert_equals_trail().await;
}

#[tokio::test]
async fn the_outcome_of_an_edit_has_the_alternatives_of_the_run_and_that_of_a_rejection_its_reason() {
    let mut history = RandomHistory::new(2).await;
    let start = "2026-11-30T10:15:00".parse().expect("a start");
    let place = Place { employee_id: EmployeeId("E03".into()), start, block: Some(1) };
    let edit = Edit::Place { place, overridden: None };
    let line = key(&history.proposal, 101);
    edit_line(history.test.club(), &line, None, &edit, &history.test.because()).await.expect("edited");
    let because = history.test.because_of("robin", "not that week");
    let other = key(&history.proposal, 102);
    history.test.club().reject_line(&other, None, RejectionEffect::None, &because).await.expect("rejected");
    history.count(Work::Night).await;
    let outcome = history.outcome(101).await.outcome.expect("an outcome");
    let change = outcome.change().expect("a change");
    assert_eq!(outcome.label(), Some(Label::ChangedBoth));
    assert_eq!(change.alternatives.len(), 1);
    assert_eq!(change.alternatives[0].employee_id.0, "E04");
    let rejected = history.outcome(102).await.outcome.expect("an outcome");
    assert_eq!(rejected.decision, Some(Decision::Rejected { reason: Some("not that week".into()) }));
    history.assert_equals_trail().await;
}

#[tokio::test]
async fn an_event_that_is_placed_by_hand_and_taken_back_has_the_outcome_of_one_that_nobody_placed() {
    let mut history = RandomHistory::new(6).await;
    let place = |who: &str, day: &str| {
        let start = format!("{day}T10:15:00").parse().expect("a start");
        let place = Place { employee_id: EmployeeId(who.into()), start, block: Some(1) };
        Edit::Place { place, overridden: None }
    };
    // Event 101 loses its place by an edit of another event, and the run does not place event 103.
    for (event, taken_back) in [(101, Edit::Unplaced), (103, Edit::Revert)] {
        let line = key(&history.proposal, event);
        let edit = async |edit: &Edit| {
            history.test.advance(1);
            edit_line(history.test.club(), &line, None, edit, &history.test.because()).await.expect("edited");
        };
        if event == 101 {
            edit(&Edit::Unplaced).await;
        }
        assert_eq!(history.test.club().line_outcome(&line).await.expect("read"), None, "event {event}");
        edit(&place("E03", "2026-11-30")).await;
        history.count(Work::Trail).await;
        assert!(history.outcome(event).await.outcome.is_some(), "event {event} is placed");
        edit(&taken_back).await;
        history.count(Work::Night).await;
        let outcome = history.outcome(event).await;
        assert_eq!((outcome.outcome, outcome.decided_at), (None, None), "event {event}");
    }
    assert_eq!(history.day("2026-11-23").await.0.all.decided, 0);
    history.assert_equals_trail().await;
    // A later placement is the first one that counts.
    let line = key(&history.proposal, 103);
    let later = place("E01", "2026-12-01");
    edit_line(history.test.club(), &line, None, &later, &history.test.because()).await.expect("edited");
    history.approve(&line).await;
    history.count(Work::Night).await;
    let outcome = history.outcome(103).await;
    assert_eq!(
        (outcome.proposed_by, outcome.work_day(), outcome.outcome.and_then(|of| of.label())),
        (Proposer::Person, date("2026-12-01"), Some(Label::Kept))
    );
    history.assert_equals_trail().await;
}

#[tokio::test]
async fn a_schedule_that_moves_to_another_person_counts_for_both_and_a_recalled_approval_for_nobody() {
    let mut history = RandomHistory::new(3).await;
    // Event 201 is scheduled for E01 by Crossmark itself; the run moves it to E03.
    let moved = key(&history.proposal, 201);
    history.approve(&moved).await;
    history.submit(&moved, true).await;
    let recalled = key(&history.proposal, 101);
    history.approve(&recalled).await;
    history.test.club().recall(&[recalled], &history.test.because()).await.expect("recalled");
    history.count(Work::Night).await;
    assert_eq!(history.day("2026-11-23").await.0.all.told_moves, 1);
    let weeks = history.test.club().ledger_weeks(date("2026-11-29"), date("2026-11-29")).await.expect("read");
    let row = |id: &str| {
        let people = weeks[0].body.people.iter();
        people.map(|person| person.row.clone()).find(|row| row.employee_id.0 == id).expect("a row")
    };
    assert_eq!((row("E01").moved_on_them, row("E03").core), (1, 1));
    assert_eq!(history.outcome(101).await.outcome, None);
    history.assert_equals_trail().await;
}

#[tokio::test]
async fn a_week_that_is_counted_first_when_it_is_long_past_does_not_say_who_could_have_worked() {
    let mut history = RandomHistory::new(6).await;
    let line = key(&history.proposal, 101);
    history.approve(&line).await;
    history.submit(&line, true).await;
    history.test.advance(28 * 86_400);
    history.count(Work::Night).await;
    let weeks = history.test.club().ledger_weeks(date("2026-11-22"), date("2026-11-22")).await.expect("read");
    let week = &weeks[0].body;
    assert_eq!(week.people.iter().map(|person| person.row.core).sum::<u32>(), 1, "{week:?}");
    assert!(week.possible.is_empty() && week.utilisation.is_empty(), "the snapshot no longer knows: {week:?}");
}

#[tokio::test]
async fn the_nightly_count_writes_the_debts_to_the_snapshot_once_a_day() {
    let mut history = RandomHistory::new(4).await;
    let ledger = async |history: &RandomHistory| {
        let today = history.test.now().date_in(ZONE);
        history.test.club().load_snapshot(today).await.expect("a snapshot").snapshot.ledger
    };
    history.count(Work::Night).await;
    assert_eq!(ledger(&history).await, Vec::new());
    for event in [101, 201] {
        let line = key(&history.proposal, event);
        history.approve(&line).await;
        history.submit(&line, true).await;
    }
    history.count(Work::Night).await;
    assert_eq!(ledger(&history).await, Vec::new(), "the debts are written once a day");
    history.test.advance(86_400);
    let before = history.test.club().plan_version().await.expect("a version");
    history.count(Work::Night).await;
    let after = history.test.club().plan_version().await.expect("a version");
    assert!(
        after.version > before.version && after.outdating_changes() == before.outdating_changes(),
        "no proposal is outdated"
    );
    let today = history.test.now().date_in(ZONE);
    let window = fairness::window(today, 8);
    let debts = fairness::Ledger::load(history.test.club(), window).await.expect("a ledger").debts();
    let all: u32 = debts.iter().map(|(_, debt)| debt.actual_core).sum();
    assert_eq!(all, 2, "both lines count: {debts:?}");
    assert_eq!(ledger(&history).await, domain::fairness::snapshot_rows(&debts));
    let version = history.test.club().plan_version().await.expect("a version");
    history.count(Work::Night).await;
    assert_eq!(
        history.test.club().plan_version().await.expect("a version"),
        version,
        "equal debts do not change the version of the plan"
    );
}

#[tokio::test]
async fn a_call_out_and_its_refill_count_once_and_not_as_a_move() {
    let test = TestClub::of_lines(
        "person A specialist
        person B specialist
        posted 1 Core 20..28 A 24 block=1",
    )
    .await;
    let to = RequestedPlace { employee: Some(EmployeeId("B".into())), when: When::read("2026-11-24") };
    let changes = vec![PostedChange { event: EventRef(1), to: Some(to) }];
    let request = Request { changes, plan_version: None, overriding: None, mode: ApprovalMode::Execute };
    let ids = (run_id("h-1"), ApprovalId::parse("a-h-1").expect("an id"));
    let (absent, because) = (EmployeeId("A".into()), test.because());
    let (desk, queue) = (test.desk(), test.submit_queue());
    let changed = posted_changes::change_for(desk, &queue, &request, Some(&absent), ids, &because).await;
    let line = changed.expect("changed").lines.remove(0).key;
    test.advance(30);
    let until = test.now().plus(chrono::TimeDelta::minutes(1));
    let (taken, _) = test.club().take_line(&line, None, &owner("w"), until, &test.because()).await.expect("taken");
    let id = Some(ScheduledEventId(55_000_001));
    test.club().accept_line(Reporter::Worker(&taken), id, &test.because()).await.expect("accepted");
    count(test.club(), ZONE, test.now(), Work::Night).await.expect("counted");
    let days = test.club().day_counts(date("2026-11-24"), date("2026-11-24")).await.expect("read");
    let day = &days[0].body.0;
    assert_eq!((day.all.call_outs, day.all.refilled, day.all.told_moves), (1, 1, 0));
    assert_eq!(day.by_person[&absent].call_outs, 1);
    let weeks = test.club().ledger_weeks(date("2026-11-22"), date("2026-11-22")).await.expect("read");
    let core_and_moves = |id: &str| {
        let people = weeks[0].body.people.iter().find(|person| person.row.employee_id.0 == id);
        people.map_or((0, 0), |person| (person.row.core, person.row.moved_on_them))
    };
    assert_eq!((core_and_moves("A"), core_and_moves("B")), ((0, 0), (1, 0)));
}
