//! The numbers of a club equal those of the audit trail, whatever happens to lines, and however counts are ordered and
//! interrupted.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::NaiveDate;
use chrono_tz::Tz;
use desk::approve::ApprovalMode;
use desk::check::{RequestedPlace, When};
use desk::fairness;
use desk::numbers::{Work, count, recount, recount_everything};
use desk::posted_changes::{self, PostedChange, Request};
use domain::fairness::{Acceptance, LedgerRow, PossibleDays};
use domain::outcome::{Correction, Decision, End, Label, Outcome};
use domain::snapshot::{EmployeeId, EventFacts, EventRef};
use fastrand::Rng;
use store::approvals::{Approval, Chosen};
use store::audit::{Entry, Subject};
use store::edits::RejectionEffect;
use store::events::Place;
use store::key::{ApprovalId, LineKey, ProposalKey, ScheduledEventId};
use store::lines::Edit;
use store::outcomes::{LineOutcome, Proposer, outcome_of};
use store::rollups::DayCounts;
use store::stamp::Timestamp;
use store::states::{AttemptEnd, Cause};
use store::submission::Reporter;
use store::upstream::{EventUpdate, Source};
use testkit::{TestClub, edit_line, key, owner, run_id, small_club};

const ZONE: Tz = chrono_tz::America::Indiana::Indianapolis;
/// The events that have a line in the usual proposal.
const EVENTS: [u64; 5] = [101, 102, 103, 201, 202];

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// A club with a proposal to which random things happen.
struct Lived {
    test: TestClub,
    proposal: ProposalKey,
    rng: Rng,
    approvals: u32,
}

impl Lived {
    async fn new(seed: u64) -> Lived {
        let test = TestClub::new(&small_club()).await;
        let proposal = test.usual().await;
        Lived { test, proposal, rng: Rng::with_seed(seed), approvals: 0 }
    }

    fn any(&mut self) -> LineKey {
        key(&self.proposal, EVENTS[self.rng.usize(0..EVENTS.len())])
    }

    /// Something random happens, if it is possible now.
    async fn act(&mut self) {
        self.test.advance(1);
        let line = self.any();
        let because = self.test.because();
        match self.rng.u8(0..14) {
            0 => self.edit(&line).await,
            1 => _ = edit_line(self.test.club(), &line, None, &Edit::Revert, &because).await,
            2 => _ = self.test.club().reject_line(&line, None, RejectionEffect::Nothing, &because).await,
            3 | 4 => self.approve(&line).await,
            5 | 6 => self.submit(&line, true).await,
            7 => self.submit(&line, false).await,
            8 => _ = self.test.club().retry_line(&line, self.test.now(), &because).await,
            9 => _ = self.test.club().drop_line(&line, &because).await,
            10 => self.hear_of(line.event).await,
            11 => self.correct(&line).await,
            12 => _ = self.test.club().recall(&[line], &because).await,
            _ => self.test.advance(self.rng.i64(1..20) * 3_600),
        }
    }

    async fn edit(&mut self, line: &LineKey) {
        let who = ["E01", "E03"][self.rng.usize(0..2)];
        let start = ["2026-11-28", "2026-11-30", "2026-12-02"][self.rng.usize(0..3)];
        let start = format!("{start}T10:15:00").parse().expect("a start");
        let place = Place { employee_id: EmployeeId(who.to_owned()), start, block: Some(1) };
        let edit = Edit::Place { place, overridden: None };
        _ = edit_line(self.test.club(), line, None, &edit, &self.test.because()).await;
    }

    async fn approve(&mut self, line: &LineKey) {
        self.approvals += 1;
        let club = self.test.club();
        let version = club.line(line).await.expect("read").expect("a line").version;
        let id = ApprovalId::parse(&format!("a-{}", self.approvals)).expect("an id");
        let chosen = vec![Chosen::new(line.event, version, 0)];
        let approval = Approval::new(id.clone(), self.proposal.clone(), chosen, self.test.because());
        if club.record_approval(&approval).await.is_ok() {
            _ = club.process_approval(&id, self.test.now()).await;
            _ = club.announce_approval(&id).await;
        }
    }

    async fn submit(&mut self, line: &LineKey, is_accepted: bool) {
        self.test.advance(30);
        let (club, because) = (self.test.club(), self.test.because());
        let until = self.test.now().plus(chrono::TimeDelta::minutes(1));
        let Ok((taken, _)) = club.take_line(line, None, &owner("w"), until, &because).await else { return };
        let by = Reporter::Worker(&taken);
        if is_accepted {
            let id = Some(ScheduledEventId(55_000_000 + line.event.0));
            club.accept_line(by, id, &because).await.expect("accepted");
        } else {
            let ended = AttemptEnd::Refused { words: "no".into() };
            club.fail_line(by, Cause::Refused, ended, "Crossmark said no", &because).await.expect("failed");
        }
    }

    /// Crossmark reports how an event ended.
    async fn hear_of(&mut self, event: EventRef) {
        let word = if self.rng.bool() { "Submitted" } else { "Expired" };
        self.hear(event, word).await;
    }

    async fn hear(&self, event: EventRef, word: &str) {
        let club = self.test.club();
        let read = club.known_event(event).await.expect("read").expect("an event");
        let facts = EventFacts { condition: Some(word.to_owned()), ..read.event.body.facts.clone() };
        let posted = read.posted.as_ref().map(|posted| posted.body.clone());
        let update = EventUpdate { read: Some(read), facts, posted, source: Source::Row { at: self.test.now() } };
        club.apply_updates(&[update]).await.expect("applied");
    }

    async fn correct(&mut self, line: &LineKey) {
        let correction = match self.rng.u8(0..4) {
            0 => Correction::Completed,
            1 => Correction::DidNotCome,
            2 => Correction::SomebodyElse { employee_id: EmployeeId("E03".into()) },
            _ => Correction::Withdrawn,
        };
        _ = self.test.club().correct_outcome(line, None, &correction, &self.test.because()).await;
    }

    async fn count(&self, work: Work) {
        // Writes of an interrupted count may still arrive meanwhile.
        for _ in 0..10 {
            if count(self.test.club(), ZONE, self.test.now(), work).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it is never counted");
    }

    /// Counts, and is interrupted after this time.
    async fn count_and_die(&self, after: Duration) {
        _ = tokio::time::timeout(after, count(self.test.club(), ZONE, self.test.now(), Work::Night)).await;
    }

    async fn outcome(&self, event: u64) -> LineOutcome {
        let found = self.test.club().line_outcome(&key(&self.proposal, event)).await.expect("read");
        found.expect("an outcome").body
    }

    async fn day(&self, day: &str) -> DayCounts {
        let days = self.test.club().day_counts(date(day), date(day)).await.expect("read");
        days.into_iter().next().expect("a day").body
    }

    async fn entries(&self) -> Vec<Entry> {
        self.test.club().entries_between(Timestamp(0), self.test.now()).await.expect("entries")
    }

    /// Everything that is stored, for comparison.
    async fn stored(&self) -> String {
        let club = self.test.club();
        let (first, last) = (date("2026-10-01"), date("2027-02-28"));
        let outcomes: Vec<LineOutcome> =
            club.line_outcomes(first, last).await.expect("read").into_iter().map(|stored| stored.body).collect();
        let days: Vec<DayCounts> =
            club.day_counts(first, last).await.expect("read").into_iter().map(|stored| stored.body).collect();
        let weeks: Vec<_> =
            club.ledger_weeks(first, last).await.expect("read").into_iter().map(|stored| stored.body).collect();
        format!("{outcomes:#?}\n{days:#?}\n{weeks:#?}")
    }

    /// Checks that outcomes, days and ledger equal those of the trail, read in any order and with repetitions.
    async fn is_as_the_trail_says(&mut self) {
        let club = self.test.club();
        let entries = self.entries().await;
        let (first, last) = (date("2026-10-01"), date("2027-02-28"));
        let lines: BTreeSet<LineKey> = entries
            .iter()
            .filter(|entry| entry.line.is_some())
            .filter_map(|entry| match &entry.subject {
                Subject::Line(line) => Some(line.clone()),
                _ => None,
            })
            .collect();
        let mut made = BTreeMap::new();
        for line in &lines {
            let of_line = |entry: &&Entry| matches!(&entry.subject, Subject::Line(key) if key == line);
            let mut of_it: Vec<Entry> = entries.iter().filter(of_line).cloned().collect();
            let again: Vec<Entry> = of_it.iter().filter(|_| self.rng.bool()).cloned().collect();
            of_it.extend(again);
            self.rng.shuffle(&mut of_it);
            made.extend(outcome_of(line, &of_it).map(|outcome| (line.to_string(), outcome)));
        }
        let stored = club.line_outcomes(first, last).await.expect("read");
        let stored: BTreeMap<String, LineOutcome> =
            stored.into_iter().map(|stored| (stored.body.line.to_string(), stored.body)).collect();
        assert_eq!(stored, made);
        for day in first.iter_days().take_while(|day| *day <= last) {
            let differs = recount(club, ZONE, self.test.now(), day).await.expect("recounted");
            assert_eq!(differs, None, "{day}");
        }
        self.has_the_ledger_of(&made).await;
        let whole = recount_everything(club, ZONE, self.test.now()).await.expect("recounted");
        assert_eq!(whole.differences, [""; 0]);
    }

    async fn has_the_ledger_of(&self, made: &BTreeMap<String, LineOutcome>) {
        let club = self.test.club();
        let weeks = club.ledger_weeks(date("2026-10-01"), date("2027-02-28")).await.expect("read");
        let arrivals = club.settings().await.expect("settings").body.planning.arrivals;
        let accepted: Vec<Acceptance> = made.values().filter_map(|line| line.acceptance(&arrivals)).collect();
        let outcomes: Vec<Outcome> = made.values().filter_map(|line| line.outcome.clone()).collect();
        let mut possible = PossibleDays::new();
        for week in &weeks {
            for (employee, dates) in &week.body.possible {
                possible.entry(employee.clone()).or_default().extend(dates);
            }
        }
        let rows = domain::fairness::recount(&accepted, &outcomes, &possible, ZONE);
        let stored: Vec<LedgerRow> =
            weeks.into_iter().flat_map(|week| week.body.people).map(|person| person.row).collect();
        assert_eq!(stored, rows);
    }
}

#[tokio::test]
async fn whatever_happens_the_numbers_are_those_of_the_audit_trail() {
    let seeds = if testkit::is_full() { 12 } else { 3 };
    for seed in 0..seeds {
        let mut lived = Lived::new(seed).await;
        for _ in 0..60 {
            lived.act().await;
            match lived.rng.u8(0..8) {
                0 => lived.count(Work::Trail).await,
                1 => lived.count(Work::Night).await,
                2 => {
                    let after = Duration::from_micros(lived.rng.u64(0..20_000));
                    lived.count_and_die(after).await;
                }
                _ => {}
            }
        }
        lived.count(Work::Night).await;
        lived.is_as_the_trail_says().await;
    }
}

#[tokio::test]
async fn a_recount_of_everything_names_each_line_day_and_week_that_stands_wrongly() {
    let mut lived = Lived::new(9).await;
    let line = key(&lived.proposal, 101);
    lived.approve(&line).await;
    lived.submit(&line, true).await;
    lived.count(Work::Night).await;
    let club = lived.test.club();
    let wrong = async || {
        let whole = recount_everything(club, ZONE, lived.test.now()).await.expect("recounted");
        let words = |words: &String| words.split(' ').take(2).collect::<Vec<_>>().join(" ");
        whole.differences.iter().map(words).collect::<Vec<_>>()
    };
    assert_eq!(wrong().await, [""; 0]);
    let read = club.line_outcome(&line).await.expect("read");
    let mut now = lived.outcome(101).await;
    now.retries = vec![store::outcomes::Retry { generation: 9, at: lived.test.now() }];
    club.write_outcomes(&[store::outcomes::Projected { before: read, now }]).await.expect("written");
    assert_eq!(wrong().await, ["line run-1.101"]);
    let day = club.day_counts(date("2026-11-23"), date("2026-11-23")).await.expect("read").remove(0);
    let mut counts = day.body.clone();
    counts.0.all.completed += 1;
    club.put_day_counts(Some(day.version), &counts).await.expect("written");
    let week = club.ledger_weeks(date("2026-11-22"), date("2026-11-22")).await.expect("read").remove(0);
    let mut rows = week.body.clone();
    let person = rows.people.iter_mut().find(|person| person.row.employee_id.0 == "E01").expect("a row");
    person.row.core += 1;
    club.put_ledger_week(Some(week.version), &rows).await.expect("written");
    assert_eq!(wrong().await, ["line run-1.101", "day 2026-11-23", "week 2026-11-22"]);
}

#[tokio::test]
async fn what_is_counted_twice_changes_nothing() {
    let mut lived = Lived::new(77).await;
    for _ in 0..40 {
        lived.act().await;
    }
    lived.count(Work::Night).await;
    let stored = lived.stored().await;
    for work in [Work::Trail, Work::Night, Work::NightWithDebts] {
        lived.count(work).await;
        assert_eq!(lived.stored().await, stored, "{work:?}");
    }
}

#[tokio::test]
async fn a_night_that_was_cut_off_anywhere_ends_as_one_that_was_not() {
    for after in [0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000] {
        let mut lived = Lived::new(5).await;
        for _ in 0..40 {
            lived.act().await;
        }
        for _ in 0..3 {
            lived.count_and_die(Duration::from_micros(after)).await;
        }
        lived.count(Work::Night).await;
        lived.is_as_the_trail_says().await;
    }
}

#[tokio::test]
async fn a_line_is_kept_accepted_worked_and_corrected() {
    let mut lived = Lived::new(1).await;
    let line = key(&lived.proposal, 101);
    lived.approve(&line).await;
    lived.count(Work::Night).await;
    let outcome = lived.outcome(101).await;
    assert_eq!((outcome.proposed_by, outcome.outcome.and_then(|of| of.label())), (Proposer::Run, Some(Label::Kept)));
    lived.submit(&line, true).await;
    lived.test.advance(6 * 86_400);
    lived.hear(EventRef(101), "Submitted").await;
    lived.count(Work::Night).await;
    let outcome = lived.outcome(101).await.outcome.expect("an outcome");
    assert_eq!((outcome.decision, outcome.end), (Some(Decision::Kept), Some(End::Completed)));
    assert_eq!(lived.day("2026-11-28").await.0.all.completed, 1);
    let because = lived.test.because();
    let correction = Correction::DidNotCome;
    lived.test.club().correct_outcome(&line, None, &correction, &because).await.expect("corrected");
    lived.count(Work::Trail).await;
    let day = lived.day("2026-11-28").await.0.all;
    assert_eq!((day.completed, day.no_shows), (0, 1), "the correction wins over what Crossmark said");
    let decided = lived.day("2026-11-23").await.0.all;
    assert_eq!((decided.placed, decided.decided, decided.kept), (3, 1, 1));
    assert_eq!(decided.not_placed, BTreeMap::from([("nobody_available".to_owned(), 1)]));
    lived.is_as_the_trail_says().await;
}

#[tokio::test]
async fn an_edit_keeps_what_the_run_offered_and_a_rejection_its_reason() {
    let mut lived = Lived::new(2).await;
    let start = "2026-11-30T10:15:00".parse().expect("a start");
    let place = Place { employee_id: EmployeeId("E03".into()), start, block: Some(1) };
    let edit = Edit::Place { place, overridden: None };
    let line = key(&lived.proposal, 101);
    edit_line(lived.test.club(), &line, None, &edit, &lived.test.because()).await.expect("edited");
    let because = lived.test.because_of("robin", "not that week");
    let other = key(&lived.proposal, 102);
    lived.test.club().reject_line(&other, None, RejectionEffect::Nothing, &because).await.expect("rejected");
    lived.count(Work::Night).await;
    let outcome = lived.outcome(101).await.outcome.expect("an outcome");
    let change = outcome.change().expect("a change");
    assert_eq!(outcome.label(), Some(Label::ChangedBoth));
    assert_eq!(change.alternatives.len(), 1);
    assert_eq!(change.alternatives[0].employee_id.0, "E04");
    let rejected = lived.outcome(102).await.outcome.expect("an outcome");
    assert_eq!(rejected.decision, Some(Decision::Rejected { reason: Some("not that week".into()) }));
    lived.is_as_the_trail_says().await;
}

#[tokio::test]
async fn what_is_taken_from_somebody_counts_for_them_and_an_approval_that_is_recalled_for_nobody() {
    let mut lived = Lived::new(3).await;
    // A schedule of E01 that Crossmark made itself goes to E03.
    let moved = key(&lived.proposal, 201);
    lived.approve(&moved).await;
    lived.submit(&moved, true).await;
    let recalled = key(&lived.proposal, 101);
    lived.approve(&recalled).await;
    lived.test.club().recall(&[recalled], &lived.test.because()).await.expect("recalled");
    lived.count(Work::Night).await;
    assert_eq!(lived.day("2026-11-23").await.0.all.told_moves, 1);
    let weeks = lived.test.club().ledger_weeks(date("2026-11-29"), date("2026-11-29")).await.expect("read");
    let row = |id: &str| {
        let people = weeks[0].body.people.iter();
        people.map(|person| person.row.clone()).find(|row| row.employee_id.0 == id).expect("a row")
    };
    assert_eq!((row("E01").moved_on_them, row("E03").core), (1, 1));
    assert_eq!(lived.outcome(101).await.outcome, None);
    lived.is_as_the_trail_says().await;
}

#[tokio::test]
async fn debts_reach_the_snapshot_with_the_night_and_not_before_anything_was_shared() {
    let mut lived = Lived::new(4).await;
    let ledger = async |lived: &Lived| {
        let today = lived.test.now().date_in(ZONE);
        lived.test.club().load_snapshot(today).await.expect("a snapshot").snapshot.ledger
    };
    lived.count(Work::NightWithDebts).await;
    assert_eq!(ledger(&lived).await, Vec::new());
    for event in [101, 201] {
        let line = key(&lived.proposal, event);
        lived.approve(&line).await;
        lived.submit(&line, true).await;
    }
    lived.count(Work::NightWithDebts).await;
    assert_eq!(ledger(&lived).await, Vec::new(), "the night's work is done once");
    lived.test.advance(86_400);
    lived.count(Work::NightWithDebts).await;
    let today = lived.test.now().date_in(ZONE);
    let window = fairness::window(today, 8);
    let owed = fairness::Ledger::load(lived.test.club(), window).await.expect("a ledger").debts();
    let all: u32 = owed.iter().map(|(_, owed)| owed.actual_core).sum();
    assert_eq!(all, 2, "both lines count: {owed:?}");
    assert_eq!(ledger(&lived).await, domain::fairness::snapshot_rows(&owed));
    let version = lived.test.club().plan_version().await.expect("a version");
    lived.count(Work::NightWithDebts).await;
    assert_eq!(lived.test.club().plan_version().await.expect("a version"), version, "nothing changed, nothing moves");
}

#[tokio::test]
async fn a_call_out_counts_once_with_the_line_that_refills_it_and_against_nobody() {
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
    let core = |id: &str| {
        let people = weeks[0].body.people.iter().find(|person| person.row.employee_id.0 == id);
        people.map_or((0, 0), |person| (person.row.core, person.row.moved_on_them))
    };
    assert_eq!((core("A"), core("B")), ((0, 0), (1, 0)));
}
