//! What a person does about lines that failed.

use desk::failed::{Settled, Verdict, Which, retry, settle};
use store::key::ScheduledEventId;
use store::states::{Cause, LineStatus};

use crate::house::House;

const CLUB: &str = "person A specialist
    person C supervisor
    person L lead
    event 1 Core 24..28
    event 2 Core 24..28
    event 3 Core 24..28
    event 4 Freeosk 24..25";
const PLAN: &str = "1 A 24, 2 A 25, 3 L 24, 4 L 24";

fn lines(ids: &[&str]) -> Which {
    Which::Lines(ids.iter().map(|id| (*id).to_owned()).collect())
}

fn told(settled: &Settled) -> (Vec<String>, Vec<String>, usize) {
    let refused = settled.refused.iter().map(|r| format!("{} {}", r.line, r.code)).collect();
    (settled.done.clone(), refused, settled.not_failed.len())
}

async fn failed(events: &[u64]) -> (House, store::key::RunId) {
    let house = House::of(CLUB).await;
    let run = house.propose("r1", PLAN).await;
    house.press("a1", &run, None).await.expect("approved");
    assert_eq!(house.messages().await.len(), 3);
    for event in events {
        house.fail(&run, *event).await;
    }
    (house, run)
}

#[tokio::test]
async fn a_failed_line_is_retried_once_and_woken() {
    let (house, run) = failed(&[1, 2]).await;
    let retried = retry(house.desk(), &house.queue, &lines(&["r1.1"]), &house.because()).await.expect("retried");
    assert_eq!(told(&retried), (vec!["r1.1".to_owned()], vec![], 0));
    assert_eq!(house.status(&run, 1).await, LineStatus::Approved);
    assert_eq!(house.messages().await, ["a1#0: 1/2"]);
    let again = retry(house.desk(), &house.queue, &lines(&["r1.1"]), &house.because()).await.expect("retried");
    assert_eq!(told(&again), (vec![], vec![], 1));
    let by_cause = Which::Because(Cause::Exhausted);
    let none = retry(house.desk(), &house.queue, &by_cause, &house.because()).await.expect("retried");
    assert_eq!(told(&none), (vec![], vec![], 0));
    let by_cause = Which::Because(Cause::Refused);
    let rest = retry(house.desk(), &house.queue, &by_cause, &house.because()).await.expect("retried");
    assert_eq!(told(&rest), (vec!["r1.2".to_owned()], vec![], 0));
}

#[tokio::test]
async fn a_retry_is_checked_as_an_approval_is() {
    let (house, run) = failed(&[3, 4]).await;
    settle(house.club(), &lines(&["r1.3"]), &Verdict::Drop, &house.because()).await.expect("dropped");
    let alone = retry(house.desk(), &house.queue, &lines(&["r1.4"]), &house.because()).await.expect("retried");
    assert_eq!(told(&alone), (vec![], vec!["r1.4 RULES_BROKEN".to_owned()], 0), "no base beside it");
    assert_eq!(house.status(&run, 4).await, LineStatus::ApiFailed);
}

#[tokio::test]
async fn what_a_retried_line_needs_is_retried_with_it() {
    let (house, run) = failed(&[3, 4]).await;
    let with_base = retry(house.desk(), &house.queue, &lines(&["r1.4"]), &house.because()).await.expect("retried");
    assert_eq!(told(&with_base), (vec!["r1.3".to_owned(), "r1.4".to_owned()], vec![], 0));
    assert_eq!(house.messages().await.len(), 1, "one group");
    assert_eq!(house.status(&run, 4).await, LineStatus::Approved);
}

#[tokio::test]
async fn a_failed_line_is_dropped_or_done_by_hand_once() {
    let (house, run) = failed(&[1, 2]).await;
    let drop = async |which: Which| settle(house.club(), &which, &Verdict::Drop, &house.because()).await.expect("done");
    assert_eq!(told(&drop(lines(&["r1.1"])).await), (vec!["r1.1".to_owned()], vec![], 0));
    assert_eq!(told(&drop(lines(&["r1.1"])).await), (vec![], vec![], 1));
    assert_eq!(house.status(&run, 1).await, LineStatus::Rejected);
    let by_hand = Verdict::DoneByHand(Some(ScheduledEventId(55_000_099)));
    let done = settle(house.club(), &lines(&["r1.2"]), &by_hand, &house.because()).await.expect("done");
    assert_eq!(told(&done), (vec!["r1.2".to_owned()], vec![], 0));
    assert_eq!(house.status(&run, 2).await, LineStatus::ApiSubmitted);
    assert!(settle(house.club(), &lines(&["r1.9"]), &by_hand, &house.because()).await.is_err());
}

#[tokio::test]
async fn a_supervisor_whose_core_has_moved_follows_it_at_a_retry() {
    let house = House::of(
        "person A specialist
        person C supervisor
        event 1 Core 24..28
        posted 11 Core 23..40 A 26 block=1 number=619009
        posted 12 Supervisor 23..40 C 26 number=619009",
    )
    .await;
    let run = house.propose("r1", "1 A 26, 11 A 27, 12 C 27").await;
    house.press("a1", &run, None).await.expect("approved");
    house.messages().await;
    for event in [1, 11, 12] {
        house.fail(&run, event).await;
    }
    let retried =
        async |which: Which| told(&retry(house.desk(), &house.queue, &which, &house.because()).await.expect("retried"));
    let by_hand = Verdict::DoneByHand(Some(ScheduledEventId(55_000_099)));
    settle(house.club(), &lines(&["r1.11"]), &by_hand, &house.because()).await.expect("done");
    assert_eq!(retried(lines(&["r1.12"])).await, (vec!["r1.12".to_owned()], vec![], 0));
    assert_eq!(retried(Which::All).await, (vec!["r1.1".to_owned()], vec![], 0));
}

#[tokio::test]
async fn a_line_that_is_too_late_is_retried_only_with_another_start() {
    let house = House::of(CLUB).await;
    let run = house.propose("r1", "1 A 24, 2 A 27").await;
    house.press("a1", &run, None).await.expect("approved");
    house.messages().await;
    for event in [1, 2] {
        house.fail(&run, event).await;
    }
    // It is ten o'clock on the 24th, a quarter of an hour before the first one starts.
    house.hands.advance(chrono::TimeDelta::hours(4 * 24 + 22));
    let which = lines(&["r1.1", "r1.2"]);
    let retried = retry(house.desk(), &house.queue, &which, &house.because()).await.expect("an answer");
    assert_eq!(told(&retried), (vec!["r1.2".to_owned()], vec!["r1.1 TOO_LATE".to_owned()], 0));
    assert!(retried.refused[0].reason.contains("too late to send: it starts in"), "{:?}", retried.refused);
    assert_eq!(house.status(&run, 1).await, LineStatus::ApiFailed);
}

#[tokio::test]
async fn what_is_held_by_now_is_not_retried_nor_what_needs_it() {
    let (house, run) = failed(&[1, 3, 4]).await;
    let newer = house.propose("r2", "3 L 24").await;
    let key = house.line(&newer, 3).await.body.key;
    house.club().mark_line(&key, None, store::edits::Mark::Held, &house.because()).await.expect("held");
    for which in [Which::All, Which::Because(Cause::Refused), lines(&["r1.3", "r1.4"])] {
        let retried = retry(house.desk(), &house.queue, &which, &house.because()).await.expect("retried");
        let (_, refused, _) = told(&retried);
        assert_eq!(refused, ["r1.3 HELD", "r1.4 DEPENDS"], "{which:?}");
    }
    assert_eq!(house.status(&run, 3).await, LineStatus::ApiFailed);
    assert_eq!(house.status(&run, 1).await, LineStatus::Approved, "nothing holds it");
}
