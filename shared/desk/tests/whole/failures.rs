//! Tests of failed lines that a manager retries, drops or marks as done by hand.

use desk::DeskError;
use desk::check::{CheckTarget, check};
use desk::drafts::act_for_event;
use desk::failed::{FailedLines, SettledLines, Settlement, preview_retry, retry, settle};
use domain::snapshot::EventRef;
use store::key::ScheduledEventId;
use store::states::{Cause, LineStatus};
use testkit::acts::{by_hand, target};
use testkit::{TestClub, run_id};

use crate::by_hand::execute;
use crate::edits::{place_line, places, requested};

const CLUB: &str = "person A specialist
    person C supervisor
    person L lead
    event 1 Core 24..28
    event 2 Core 24..28
    event 3 Core 24..28
    event 4 Freeosk 24..25";
const PLAN: &str = "1 A 24, 2 A 25, 3 L 24, 4 L 24";

fn lines(ids: &[&str]) -> FailedLines {
    FailedLines::Lines(ids.iter().map(|id| (*id).to_owned()).collect())
}

/// The lines that were settled, the refused lines with their codes, and the number of lines that had not failed.
fn summary(settled: &SettledLines) -> (Vec<String>, Vec<String>, usize) {
    let refused = settled.refused.iter().map(|r| format!("{} {}", r.line, r.code)).collect();
    (settled.done.clone(), refused, settled.not_failed.len())
}

/// A club with an approved proposal. The lines of these events have failed.
async fn club_with_failed_lines(events: &[u64]) -> (TestClub, store::key::RunId) {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    test.approve("a1", &run, None).await.expect("approved");
    assert_eq!(test.submit_messages().await.len(), 3);
    for event in events {
        test.fail(&run, *event).await;
    }
    (test, run)
}

/// A club in which the moves of a posted Core (event 11) and its Supervisor (event 12) were approved and queued.
async fn club_with_approved_move_of_a_pair() -> (TestClub, store::key::RunId) {
    let test = TestClub::of_lines(
        "person A specialist
        person B specialist
        person C supervisor
        person D supervisor
        posted 11 Core 23..40 A 26 block=1 number=619009
        posted 12 Supervisor 23..40 C 26 number=619009",
    )
    .await;
    let run = test.propose("r1", "11 A 27, 12 C 27").await;
    test.approve("a1", &run, None).await.expect("approved");
    test.submit_messages().await;
    (test, run)
}

#[tokio::test]
async fn a_failed_line_is_retried_and_queued_once() {
    let (test, run) = club_with_failed_lines(&[1, 2]).await;
    let retried = retry(test.desk(), &test.submit_queue(), &lines(&["r1.1"]), &test.because()).await.expect("retried");
    assert_eq!(summary(&retried), (vec!["r1.1".to_owned()], vec![], 0));
    assert_eq!(test.status_of(&run, 1).await, LineStatus::Approved);
    assert_eq!(test.submit_messages().await, ["a1#0: 1/2"]);
    let again = retry(test.desk(), &test.submit_queue(), &lines(&["r1.1"]), &test.because()).await.expect("retried");
    assert_eq!(summary(&again), (vec![], vec![], 1));
    let by_cause = FailedLines::Because(Cause::Exhausted);
    let none = retry(test.desk(), &test.submit_queue(), &by_cause, &test.because()).await.expect("retried");
    assert_eq!(summary(&none), (vec![], vec![], 0));
    let by_cause = FailedLines::Because(Cause::Refused);
    let rest = retry(test.desk(), &test.submit_queue(), &by_cause, &test.because()).await.expect("retried");
    assert_eq!(summary(&rest), (vec!["r1.2".to_owned()], vec![], 0));
}

#[tokio::test]
async fn a_retry_that_breaks_a_rule_is_refused() {
    let (test, run) = club_with_failed_lines(&[3, 4]).await;
    settle(test.club(), &lines(&["r1.3"]), &Settlement::Drop, &test.because()).await.expect("dropped");
    let alone = retry(test.desk(), &test.submit_queue(), &lines(&["r1.4"]), &test.because()).await.expect("retried");
    assert_eq!(summary(&alone), (vec![], vec!["r1.4 RULES_BROKEN".to_owned()], 0), "its base event 3 is dropped");
    assert_eq!(test.status_of(&run, 4).await, LineStatus::ApiFailed);
}

#[tokio::test]
async fn the_failed_dependency_of_a_retried_line_is_retried_with_it() {
    let (test, run) = club_with_failed_lines(&[3, 4]).await;
    let with_base =
        retry(test.desk(), &test.submit_queue(), &lines(&["r1.4"]), &test.because()).await.expect("retried");
    assert_eq!(summary(&with_base), (vec!["r1.3".to_owned(), "r1.4".to_owned()], vec![], 0));
    assert_eq!(test.submit_messages().await.len(), 1, "one group");
    assert_eq!(test.status_of(&run, 4).await, LineStatus::Approved);
}

#[tokio::test]
async fn a_support_event_is_retried_without_its_failed_base_event_if_its_person_has_another_one_now() {
    for is_dropped in [false, true] {
        let test = TestClub::of_lines(CLUB).await;
        let run = test.propose("r1", "3 L 24, 4 L 24").await;
        test.approve("a1", &run, None).await.expect("approved");
        for event in [3, 4] {
            test.fail(&run, event).await;
        }
        let newer = test.propose("r2", "2 L 24").await;
        test.approve("a2", &newer, None).await.expect("approved");
        test.fail(&newer, 2).await;
        let by_hand = Settlement::DoneByHand(Some(ScheduledEventId(55_000_099)));
        settle(test.club(), &lines(&["r2.2"]), &by_hand, &test.because()).await.expect("accepted");
        if is_dropped {
            settle(test.club(), &lines(&["r1.3"]), &Settlement::Drop, &test.because()).await.expect("dropped");
        }
        let retried =
            retry(test.desk(), &test.submit_queue(), &lines(&["r1.4"]), &test.because()).await.expect("retried");
        // Event 3 would be a second Core of the day.
        let refused: &[&str] = if is_dropped { &[] } else { &["r1.3 RULES_BROKEN"] };
        let refused = refused.iter().map(|one| (*one).to_owned()).collect();
        assert_eq!(summary(&retried), (vec!["r1.4".to_owned()], refused, 0), "dropped: {is_dropped}");
        assert_eq!(test.line_of(&run, 4).await.body.depends_on, [], "the failed line would fail it again");
    }
}

#[tokio::test]
async fn a_failed_line_is_dropped_or_marked_as_done_by_hand_once() {
    let (test, run) = club_with_failed_lines(&[1, 2]).await;
    let drop =
        async |which: FailedLines| settle(test.club(), &which, &Settlement::Drop, &test.because()).await.expect("done");
    assert_eq!(summary(&drop(lines(&["r1.1"])).await), (vec!["r1.1".to_owned()], vec![], 0));
    assert_eq!(summary(&drop(lines(&["r1.1"])).await), (vec![], vec![], 1));
    assert_eq!(test.status_of(&run, 1).await, LineStatus::Rejected);
    let by_hand = Settlement::DoneByHand(Some(ScheduledEventId(55_000_099)));
    let done = settle(test.club(), &lines(&["r1.2"]), &by_hand, &test.because()).await.expect("done");
    assert_eq!(summary(&done), (vec!["r1.2".to_owned()], vec![], 0));
    assert_eq!(test.status_of(&run, 2).await, LineStatus::ApiSubmitted);
    assert!(settle(test.club(), &lines(&["r1.9"]), &by_hand, &test.because()).await.is_err());
}

#[tokio::test]
async fn a_supervisor_whose_core_has_moved_is_retried() {
    let test = TestClub::of_lines(
        "person A specialist
        person C supervisor
        event 1 Core 24..28
        posted 11 Core 23..40 A 26 block=1 number=619009
        posted 12 Supervisor 23..40 C 26 number=619009",
    )
    .await;
    let run = test.propose("r1", "1 A 26, 11 A 27, 12 C 27").await;
    test.approve("a1", &run, None).await.expect("approved");
    test.submit_messages().await;
    for event in [1, 11, 12] {
        test.fail(&run, event).await;
    }
    let retried = async |which: FailedLines| {
        summary(&retry(test.desk(), &test.submit_queue(), &which, &test.because()).await.expect("retried"))
    };
    let by_hand = Settlement::DoneByHand(Some(ScheduledEventId(55_000_099)));
    settle(test.club(), &lines(&["r1.11"]), &by_hand, &test.because()).await.expect("done");
    assert_eq!(retried(lines(&["r1.12"])).await, (vec!["r1.12".to_owned()], vec![], 0));
    assert_eq!(retried(FailedLines::All).await, (vec!["r1.1".to_owned()], vec![], 0));
}

#[tokio::test]
async fn a_supervisor_that_was_moved_by_hand_is_not_retried_after_its_core_went_back() {
    let test = TestClub::of_lines(
        "person A specialist
        person C supervisor
        posted 1 Core 24..30 A 24 block=1 number=619009
        posted 2 Supervisor 24..30 C 24 at=12:00 number=619009",
    )
    .await;
    let accept_core = async |run: &str, text: &str, id: u64| {
        let moved = execute(&test, run, text).await.expect("approved");
        test.submit_messages().await;
        for line in &moved.lines {
            test.fail(&run_id(run), line.key.event.0).await;
        }
        let by_hand = Settlement::DoneByHand(Some(ScheduledEventId(id)));
        settle(test.club(), &lines(&[&format!("{run}.1")]), &by_hand, &test.because()).await.expect("accepted");
        moved.lines.len()
    };
    let supervisor = lines(&["run-1.2"]);
    assert_eq!(accept_core("run-1", "1 A 26", 55_000_098).await, 2, "the Supervisor goes along");
    let possible = preview_retry(test.desk(), &supervisor, &test.because()).await.expect("an answer");
    assert_eq!((possible.lines.len(), possible.refused.len()), (1, 0), "{:?}", possible.refused);
    assert_eq!(accept_core("run-2", "1 A 24", 55_000_099).await, 1, "the Supervisor is there");
    let retried = retry(test.desk(), &test.submit_queue(), &supervisor, &test.because()).await.expect("an answer");
    assert_eq!(summary(&retried), (vec![], vec!["run-1.2 RULES_BROKEN".to_owned()], 0));
    assert_eq!(retried.refused[0].rules, ["H10"], "{:?}", retried.refused);
}

#[tokio::test]
async fn a_move_of_an_event_that_failed_keeps_the_person_or_the_day_of_its_line() {
    let (test, _) = club_with_failed_lines(&[1]).await;
    for (asked, kept) in [
        (target(None, Some(27)), target(Some("A"), Some(27))),
        (target(Some("L"), None), target(Some("L"), Some(24))),
        (target(Some("L"), Some(26)), target(Some("L"), Some(26))),
    ] {
        let act = act_for_event(test.desk(), EventRef(1), asked, test.now()).await.expect("an act");
        assert_eq!(act, by_hand(1, Some(kept)));
    }
}

#[tokio::test]
async fn a_core_whose_supervisor_has_moved_is_retried() {
    let (test, run) = club_with_approved_move_of_a_pair().await;
    for event in [11, 12] {
        test.fail(&run, event).await;
    }
    let by_hand = Settlement::DoneByHand(Some(ScheduledEventId(55_000_099)));
    settle(test.club(), &lines(&["r1.12"]), &by_hand, &test.because()).await.expect("done");
    let done = retry(test.desk(), &test.submit_queue(), &lines(&["r1.11"]), &test.because()).await.expect("retried");
    assert_eq!(summary(&done), (vec!["r1.11".to_owned()], vec![], 0), "{:?}", done.refused);
}

#[tokio::test]
async fn a_failed_core_moves_only_to_the_day_of_its_supervisor_which_was_approved_and_the_refusal_says_what_to_do() {
    let (test, run) = club_with_approved_move_of_a_pair().await;
    test.fail(&run, 11).await;
    let refused = async || match place_line(&test, "r1.11", None, Some("2026-11-25")).await {
        Err(DeskError::PairCannotFollow { words }) => words,
        other => panic!("the Supervisor cannot follow: {other:?}"),
    };
    let checked = async |when: &str| {
        let line = CheckTarget::Line("r1.11".to_owned());
        let place = requested(Some("B"), Some(when));
        check(test.desk(), &line, &place, test.now()).await.map(|(_, found)| (found.allowed, found.moves_along.len()))
    };
    let words = refused().await;
    assert!(words.ends_with("is on its way to Crossmark: wait until Crossmark has answered"), "{words}");
    test.fail(&run, 12).await;
    let by_hand = Settlement::DoneByHand(Some(ScheduledEventId(55_000_099)));
    settle(test.club(), &lines(&["r1.12"]), &by_hand, &test.because()).await.expect("done");
    let words = refused().await;
    assert!(words.ends_with("was sent already: move both in the calendar"), "{words}");
    let as_refused = checked("2026-11-25").await.expect_err("the check says so too");
    assert_eq!(as_refused.to_string(), words);
    assert_eq!(checked("2026-11-27").await.expect("possible"), (true, 0), "the Supervisor is there already");
    let edited = place_line(&test, "r1.11", Some("B"), Some("2026-11-27")).await.expect("edited");
    assert!(edited.others.is_empty() && places(&edited)[0].starts_with("r1.11 B 2026-11-27T"), "{:?}", places(&edited));
    let approved = test.approve("a2", &run, Some(&["11"])).await.expect("approved");
    assert_eq!((approved.queued.len(), approved.refused.len()), (1, 0), "{approved:?}");
}

#[tokio::test]
async fn a_failed_line_whose_start_is_too_near_is_not_retried() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", "1 A 24, 2 A 27").await;
    test.approve("a1", &run, None).await.expect("approved");
    test.submit_messages().await;
    for event in [1, 2] {
        test.fail(&run, event).await;
    }
    // It is 10:00 on the 24th, 15 minutes before event 1 starts.
    test.clock.advance(chrono::TimeDelta::hours(4 * 24 + 22));
    let which = lines(&["r1.1", "r1.2"]);
    let retried = retry(test.desk(), &test.submit_queue(), &which, &test.because()).await.expect("an answer");
    assert_eq!(summary(&retried), (vec!["r1.2".to_owned()], vec!["r1.1 TOO_LATE".to_owned()], 0));
    assert!(retried.refused[0].reason.contains("too late to send: it starts in"), "{:?}", retried.refused);
    assert_eq!(test.status_of(&run, 1).await, LineStatus::ApiFailed);
}

#[tokio::test]
async fn an_event_that_is_now_held_is_not_retried_and_neither_are_its_dependants() {
    let (test, run) = club_with_failed_lines(&[1, 3, 4]).await;
    let newer = test.propose("r2", "3 L 24").await;
    let key = test.line_of(&newer, 3).await.body.key;
    test.club().mark_line(&key, None, store::edits::Mark::Held, &test.because()).await.expect("held");
    for which in [FailedLines::All, FailedLines::Because(Cause::Refused), lines(&["r1.3", "r1.4"])] {
        let retried = retry(test.desk(), &test.submit_queue(), &which, &test.because()).await.expect("retried");
        let (_, refused, _) = summary(&retried);
        assert_eq!(refused, ["r1.3 HELD", "r1.4 DEPENDS"], "{which:?}");
    }
    assert_eq!(test.status_of(&run, 3).await, LineStatus::ApiFailed);
    assert_eq!(test.status_of(&run, 1).await, LineStatus::Approved, "line 1 depends on no held line");
}
