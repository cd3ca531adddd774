//! Recall: it ends the approval itself, wherever that was cut off.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::task::Poll;

use desk::Desk;
use desk::approve::{Press, Request, approve, resume_approval};
use desk::decide::{Recall, recall};
use store::key::{ApprovalId, Owner, RunId};
use store::meter::{Meter, Operation};
use store::states::LineStatus;

use crate::house::House;

/// More lines than one chunk approves.
const LINES: usize = 70;

async fn many() -> (House, RunId, ApprovalId) {
    let people: String = (0..10).map(|p| format!("person P{p} specialist\n")).collect();
    let days = [23, 24, 25, 26, 27, 30, 31];
    let events: String = (0..LINES).map(|n| format!("event {} Core 22..40 minutes=60\n", 1000 + n)).collect();
    let house = House::of(&format!("{people}{events}set block_capacity 2")).await;
    let plan: Vec<String> = (0..LINES).map(|n| format!("{} P{} {}", 1000 + n, n % 10, days[n / 10])).collect();
    let run = house.propose("r1", &plan.join(", ")).await;
    (house, run, ApprovalId::parse("a1").expect("an id"))
}

fn all() -> BTreeSet<String> {
    (0..LINES).map(|n| format!("r1.{}", 1000 + n)).collect()
}

/// Presses Approve for all lines, and is lost as soon as so much was asked of the table; whether it was lost.
async fn lost_when(enough: impl Fn(&Meter) -> bool, house: &House, run: &RunId, id: &ApprovalId) -> bool {
    let meter = Meter::new();
    let desk = Desk { club: house.metered(&meter), ..house.desk() };
    let request = Request { run: run.clone(), lines: None, press: Press::Real };
    let because = house.because();
    let mut press = Box::pin(approve(desk, &house.queue, &request, id.clone(), &because));
    poll_fn(|context| match press.as_mut().poll(context) {
        Poll::Ready(_) => Poll::Ready(false),
        Poll::Pending if enough(&meter) => Poll::Ready(true),
        Poll::Pending => Poll::Pending,
    })
    .await
}

/// An approval that was lost after its record and one chunk.
async fn cut_off() -> (House, RunId, ApprovalId) {
    let (house, run, id) = many().await;
    let written = |meter: &Meter| meter.costs().get(&Operation::TransactWriteItems).map_or(0, |cost| cost.requests);
    assert!(lost_when(|meter| written(meter) >= 3, &house, &run, &id).await);
    (house, run, id)
}

async fn nothing_is_approved(house: &House, run: &RunId) {
    for n in 0..LINES {
        assert_eq!(house.status(run, 1000 + n as u64).await, LineStatus::Proposed, "line {n}");
    }
    assert!(house.club().unfinished().await.expect("a list").is_empty());
    assert!(house.club().unfinished_approvals(store::stamp::Timestamp(0)).await.expect("a list").is_empty());
}

#[tokio::test]
async fn an_approval_that_was_lost_at_any_request_is_recalled_whole_and_nothing_of_it_goes_on() {
    let mut lost = 0;
    for requests in 1..40 {
        let (house, run, id) = many().await;
        if !lost_when(|meter| meter.requests() >= requests, &house, &run, &id).await {
            break;
        }
        lost += 1;
        let before = house.club().unfinished().await.expect("a list");
        match recall(house.club(), &Recall::Approval(id.clone()), &house.because()).await {
            Ok(done) => {
                assert_eq!(done.recalled.iter().cloned().collect::<BTreeSet<_>>(), all(), "after {requests}");
                assert!(done.too_late.is_empty(), "{:?}", done.too_late);
                let left = before.first().map_or(0, |one| one.lines - one.done);
                assert!(done.never_approved.len() <= left, "{} of {left}", done.never_approved.len());
            }
            // It was not even recorded: there is nothing that could go on.
            Err(error) => {
                assert!(matches!(error, desk::DeskError::NoApproval), "{error}");
                continue;
            }
        }
        house.hands.advance(chrono::TimeDelta::seconds(120));
        let resumed = resume_approval(house.desk(), &house.queue, &id, house.now()).await.expect("nothing to do");
        assert_eq!((resumed.queued.len(), resumed.left), (0, 0), "after {requests}");
        nothing_is_approved(&house, &run).await;
        let again = recall(house.club(), &Recall::Approval(id), &house.because()).await.expect("recalled");
        assert_eq!((again.recalled.len(), again.too_late.len()), (0, 0), "pressed twice");
    }
    assert!(lost >= 8, "only {lost} requests lie within an approval");
}

#[tokio::test]
async fn recalling_the_lines_that_are_seen_as_approved_ends_the_approval_behind_them() {
    let (house, run, _) = cut_off().await;
    let seen = house.club().unfinished().await.expect("a list");
    let [one] = seen.as_slice() else { panic!("{seen:?}") };
    assert_eq!((one.lines, one.who.as_str(), &one.run), (LINES, "robin", &run));
    let mut approved = Vec::new();
    for n in 0..LINES as u64 {
        if house.status(&run, 1000 + n).await == LineStatus::Approved {
            approved.push(format!("r1.{}", 1000 + n));
        }
    }
    assert!(!approved.is_empty() && approved.len() < LINES, "{}", approved.len());
    let done = recall(house.club(), &Recall::Lines(approved), &house.because()).await.expect("recalled");
    assert_eq!(done.recalled.into_iter().collect::<BTreeSet<_>>(), all());
    nothing_is_approved(&house, &run).await;
}

#[tokio::test]
async fn recalling_a_line_whose_turn_had_not_come_ends_the_approval_too() {
    let (house, run, id) = cut_off().await;
    let last = format!("r1.{}", 1000 + LINES - 1);
    assert_eq!(house.status(&run, 1000 + LINES as u64 - 1).await, LineStatus::Proposed);
    let done = recall(house.club(), &Recall::Lines(vec![last.clone()]), &house.because()).await.expect("recalled");
    assert!(done.never_approved.contains(&last));
    resume_approval(house.desk(), &house.queue, &id, house.now()).await.expect("nothing to do");
    assert_eq!(house.status(&run, 1000 + LINES as u64 - 1).await, LineStatus::Proposed);
}

#[tokio::test]
async fn what_was_taken_already_is_named_and_the_rest_of_an_unfinished_approval_is_recalled() {
    let (house, run, id) = cut_off().await;
    house.hands.advance(chrono::TimeDelta::seconds(10));
    let key = house.line(&run, 1000).await.body.key;
    let until = house.now().plus(chrono::TimeDelta::seconds(180));
    let owner = Owner::parse("worker").expect("an id");
    house.club().take_line(&key, None, &owner, until, &house.because()).await.expect("taken");
    let done = recall(house.club(), &Recall::Approval(id), &house.because()).await.expect("recalled");
    assert_eq!(done.recalled.len(), LINES - 1);
    assert_eq!((done.too_late.len(), done.too_late[0].line.as_str()), (1, "r1.1000"));
}

#[tokio::test]
async fn a_resumed_approval_has_its_ten_seconds_again() {
    let (house, run, id) = cut_off().await;
    house.hands.advance(chrono::TimeDelta::seconds(300));
    let resumed = resume_approval(house.desk(), &house.queue, &id, house.now()).await.expect("resumed");
    assert!(!resumed.queued.is_empty() && resumed.left == 0, "{resumed:?}");
    let first = house.now().plus(chrono::TimeDelta::seconds(10));
    let last_line = house.line(&run, 1000 + LINES as u64 - 1).await.body;
    assert_eq!(last_line.state.look_at(), Some(first), "its own lines wait");
    let receive = house.queue.client().receive_message().queue_url(house.queue.address());
    let early = receive.max_number_of_messages(10).send().await.expect("an answer");
    assert!(early.messages().is_empty(), "and so do the messages of all of them: {early:?}");
    let done = recall(house.club(), &Recall::Approval(id), &house.because()).await.expect("recalled");
    assert_eq!((done.recalled.len(), done.too_late.len()), (LINES, 0));
}

#[tokio::test]
async fn an_older_approval_does_not_recall_what_a_newer_one_approved() {
    let (house, run, id) = many().await;
    house.press("a1", &run, Some(&["1000", "1001"])).await.expect("approved");
    recall(house.club(), &Recall::Approval(id.clone()), &house.because()).await.expect("recalled");
    house.press("a2", &run, Some(&["1000"])).await.expect("approved");
    let done = recall(house.club(), &Recall::Approval(id), &house.because()).await.expect("recalled");
    assert_eq!(done.recalled, Vec::<String>::new());
    assert_eq!(house.status(&run, 1000).await, LineStatus::Approved);
}
