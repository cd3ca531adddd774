//! Tests that a recall also ends an unfinished approval, wherever the approval was interrupted.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::task::Poll;

use desk::Desk;
use desk::approve::{ApprovalMode, Request, approve, resume_approval};
use desk::decide::{Recall, recall};
use store::key::{ApprovalId, Owner, RunId};
use store::meter::{Meter, Operation};
use store::states::LineStatus;
use testkit::TestClub;

/// More lines than one chunk can approve.
const LINES: usize = 70;

async fn club_with_many_lines() -> (TestClub, RunId, ApprovalId) {
    let people: String = (0..10).map(|p| format!("person P{p} specialist\n")).collect();
    let days = [23, 24, 25, 26, 27, 30, 31];
    let events: String = (0..LINES).map(|n| format!("event {} Core 22..40 minutes=60\n", 1000 + n)).collect();
    let test = TestClub::of_lines(&format!("{people}{events}set block_capacity 2")).await;
    let plan: Vec<String> = (0..LINES).map(|n| format!("{} P{} {}", 1000 + n, n % 10, days[n / 10])).collect();
    let run = test.propose("r1", &plan.join(", ")).await;
    (test, run, ApprovalId::parse("a1").expect("an id"))
}

fn all_line_ids() -> BTreeSet<String> {
    (0..LINES).map(|n| format!("r1.{}", 1000 + n)).collect()
}

/// Starts an approval of all lines and drops it as soon as `is_enough` is true of its requests to the table. Returns
/// whether the approval was dropped before its end.
async fn interrupt_approval_when(
    is_enough: impl Fn(&Meter) -> bool,
    test: &TestClub,
    run: &RunId,
    id: &ApprovalId,
) -> bool {
    let meter = Meter::new();
    let desk = Desk { club: test.metered(&meter), ..test.desk() };
    let request = Request { run: run.clone(), lines: None, digest: None, mode: ApprovalMode::Execute };
    let because = test.because();
    let queue = test.submit_queue();
    let mut approval = Box::pin(approve(desk, &queue, &request, id.clone(), &because));
    poll_fn(|context| match approval.as_mut().poll(context) {
        Poll::Ready(_) => Poll::Ready(false),
        Poll::Pending if is_enough(&meter) => Poll::Ready(true),
        Poll::Pending => Poll::Pending,
    })
    .await
}

/// A club with an approval that was interrupted after its record and one chunk.
async fn interrupted_approval() -> (TestClub, RunId, ApprovalId) {
    let (test, run, id) = club_with_many_lines().await;
    let transactions =
        |meter: &Meter| meter.costs().get(&Operation::TransactWriteItems).map_or(0, |cost| cost.requests);
    assert!(interrupt_approval_when(|meter| transactions(meter) >= 3, &test, &run, &id).await);
    (test, run, id)
}

async fn assert_nothing_is_approved(test: &TestClub, run: &RunId) {
    for n in 0..LINES {
        assert_eq!(test.status_of(run, 1000 + n as u64).await, LineStatus::Proposed, "line {n}");
    }
    assert!(test.club().unfinished().await.expect("a list").is_empty());
    assert!(test.club().unfinished_approvals(store::stamp::Timestamp(0)).await.expect("a list").is_empty());
}

#[tokio::test]
async fn an_approval_that_was_interrupted_at_any_request_is_recalled_completely_and_not_resumed() {
    let mut interrupted = 0;
    for requests in 1..40 {
        let (test, run, id) = club_with_many_lines().await;
        if !interrupt_approval_when(|meter| meter.requests() >= requests, &test, &run, &id).await {
            break;
        }
        interrupted += 1;
        let before = test.club().unfinished().await.expect("a list");
        match recall(test.club(), &Recall::Approval(id.clone()), &test.because()).await {
            Ok(done) => {
                assert_eq!(done.recalled.iter().cloned().collect::<BTreeSet<_>>(), all_line_ids(), "after {requests}");
                assert!(done.too_late.is_empty(), "{:?}", done.too_late);
                let left = before.first().map_or(0, |unfinished| unfinished.lines - unfinished.done);
                assert!(done.never_approved.len() <= left, "{} of {left}", done.never_approved.len());
            }
            // The approval was interrupted before it was recorded.
            Err(error) => {
                assert!(matches!(error, desk::DeskError::NoApproval), "{error}");
                continue;
            }
        }
        test.clock.advance(chrono::TimeDelta::seconds(120));
        let resumed = resume_approval(test.desk(), &test.submit_queue(), &id, test.now()).await.expect("nothing to do");
        assert_eq!((resumed.queued.len(), resumed.unprocessed), (0, 0), "after {requests}");
        assert_nothing_is_approved(&test, &run).await;
        let again = recall(test.club(), &Recall::Approval(id), &test.because()).await.expect("recalled");
        assert_eq!((again.recalled.len(), again.too_late.len()), (0, 0), "the second recall");
    }
    assert!(interrupted >= 8, "an approval was interrupted at only {interrupted} requests");
}

#[tokio::test]
async fn a_recall_of_the_approved_lines_ends_their_unfinished_approval() {
    let (test, run, _) = interrupted_approval().await;
    let listed = test.club().unfinished().await.expect("a list");
    let [unfinished] = listed.as_slice() else { panic!("{listed:?}") };
    assert_eq!((unfinished.lines, unfinished.who.as_str(), &unfinished.run), (LINES, "robin", &run));
    let mut approved = Vec::new();
    for n in 0..LINES as u64 {
        if test.status_of(&run, 1000 + n).await == LineStatus::Approved {
            approved.push(format!("r1.{}", 1000 + n));
        }
    }
    assert!(!approved.is_empty() && approved.len() < LINES, "{}", approved.len());
    let done = recall(test.club(), &Recall::Lines(approved), &test.because()).await.expect("recalled");
    assert_eq!(done.recalled.into_iter().collect::<BTreeSet<_>>(), all_line_ids());
    assert_nothing_is_approved(&test, &run).await;
}

#[tokio::test]
async fn a_recall_of_a_line_that_is_not_approved_yet_ends_its_unfinished_approval() {
    let (test, run, id) = interrupted_approval().await;
    let last = format!("r1.{}", 1000 + LINES - 1);
    assert_eq!(test.status_of(&run, 1000 + LINES as u64 - 1).await, LineStatus::Proposed);
    let done = recall(test.club(), &Recall::Lines(vec![last.clone()]), &test.because()).await.expect("recalled");
    assert!(done.never_approved.contains(&last));
    resume_approval(test.desk(), &test.submit_queue(), &id, test.now()).await.expect("nothing to do");
    assert_eq!(test.status_of(&run, 1000 + LINES as u64 - 1).await, LineStatus::Proposed);
}

#[tokio::test]
async fn a_recall_of_an_unfinished_approval_names_the_taken_line_and_recalls_the_others() {
    let (test, run, id) = interrupted_approval().await;
    test.clock.advance(chrono::TimeDelta::seconds(10));
    let key = test.line_of(&run, 1000).await.body.key;
    let until = test.now().plus(chrono::TimeDelta::seconds(180));
    let owner = Owner::parse("worker").expect("an id");
    test.club().take_line(&key, None, &owner, until, &test.because()).await.expect("taken");
    let done = recall(test.club(), &Recall::Approval(id), &test.because()).await.expect("recalled");
    assert_eq!(done.recalled.len(), LINES - 1);
    assert_eq!((done.too_late.len(), done.too_late[0].line.as_str()), (1, "r1.1000"));
}

#[tokio::test]
async fn the_lines_of_a_resumed_approval_can_be_recalled_for_another_ten_seconds() {
    let (test, run, id) = interrupted_approval().await;
    test.clock.advance(chrono::TimeDelta::seconds(300));
    let resumed = resume_approval(test.desk(), &test.submit_queue(), &id, test.now()).await.expect("resumed");
    assert!(!resumed.queued.is_empty() && resumed.unprocessed == 0, "{resumed:?}");
    let first = test.now().plus(chrono::TimeDelta::seconds(10));
    let last_line = test.line_of(&run, 1000 + LINES as u64 - 1).await.body;
    assert_eq!(last_line.state.look_at(), Some(first), "a line that the resumed approval approved");
    let receive = test.submit_queue().client().receive_message().queue_url(test.submit_queue().address());
    let early = receive.max_number_of_messages(10).send().await.expect("an answer");
    assert!(early.messages().is_empty(), "the messages are delayed too: {early:?}");
    let done = recall(test.club(), &Recall::Approval(id), &test.because()).await.expect("recalled");
    assert_eq!((done.recalled.len(), done.too_late.len()), (LINES, 0));
}

#[tokio::test]
async fn a_recall_of_an_older_approval_does_not_recall_lines_of_a_newer_one() {
    let (test, run, id) = club_with_many_lines().await;
    test.approve("a1", &run, Some(&["1000", "1001"])).await.expect("approved");
    recall(test.club(), &Recall::Approval(id.clone()), &test.because()).await.expect("recalled");
    test.approve("a2", &run, Some(&["1000"])).await.expect("approved");
    let done = recall(test.club(), &Recall::Approval(id), &test.because()).await.expect("recalled");
    assert_eq!(done.recalled, Vec::<String>::new());
    assert_eq!(test.status_of(&run, 1000).await, LineStatus::Approved);
}
