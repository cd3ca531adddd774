//! All fixes of a request are done, or none: also if the request is interrupted, and if nothing of it is sent to
//! Crossmark.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use desk::approve::{ApprovalMode, resume_approval};
use desk::validation::{Fix, FixResult, PostedSchedules, fix};
use desk::{Desk, DeskError};
use domain::snapshot::EventRef;
use domain::standing::FindingId;
use store::key::{ApprovalId, LineKey, ProposalKey, Token};
use store::meter::Meter;
use store::stamp::Timestamp;
use store::states::LineStatus;
use testkit::{TestClub, run_id};

/// Three faults: A is off on the 24th but has a Core there (the fix goes to Crossmark); the lead of the 25th works no
/// Core (the fix changes the rotation); two Core of the 26th are in block 1 (the fix changes a block).
const CLUB: &str = "person A specialist
    person B specialist
    person L lead
    person M lead
    off A 24..24
    posted 1 Core 24..25 A 24 block=1
    posted 2 Core 25..26 M 25 block=1
    posted 3 Core 26..27 A 26 block=1
    posted 4 Core 26..27 B 26 block=1
    rotation lead wed L";

async fn load(test: &TestClub) -> PostedSchedules {
    PostedSchedules::load(test.club(), test.now()).await.expect("a club")
}

fn finding_of(posted: &PostedSchedules, rule: &str) -> FindingId {
    let week = posted.week("2026-11-24".parse().expect("a date"));
    let found = week.findings.into_iter().find(|found| found.finding.rule.id() == rule);
    found.unwrap_or_else(|| panic!("no finding of {rule}")).finding.id
}

/// One fix that is sent to Crossmark, one of a rotation and one of a block.
fn fixes(posted: &PostedSchedules) -> [Fix; 3] {
    [("H2", "same time"), ("W5", "the lead of"), ("H14", "in block 2")].map(|(rule, text)| {
        let finding = finding_of(posted, rule);
        let options = posted.options(&finding).expect("options").options;
        let option = options.iter().find(|option| option.text.contains(text));
        let option = option.unwrap_or_else(|| panic!("no option with {text}: {options:#?}")).id.to_string();
        Fix { finding, option }
    })
}

async fn apply(desk: Desk<'_>, test: &TestClub, fixes: &[Fix]) -> Result<FixResult, DeskError> {
    apply_as(ApprovalMode::Execute, desk, test, fixes).await
}

async fn apply_as(mode: ApprovalMode, desk: Desk<'_>, test: &TestClub, fixes: &[Fix]) -> Result<FixResult, DeskError> {
    let ids = (run_id("r1"), ApprovalId::parse("a1").expect("an id"));
    fix(desk, &test.submit_queue(), fixes, None, mode, ids, &test.because()).await
}

/// The number of fixes that were done.
async fn fixes_done(test: &TestClub) -> usize {
    let documents = test.club().club_documents().await.expect("read");
    let mut is_moved = false;
    for event in [3, 4] {
        is_moved |= test.club().posted_place(EventRef(event)).await.expect("read").expect("posted").block == Some(2);
    }
    let proposal = ProposalKey { run: run_id("r1"), token: Token(0) };
    let lines = test.club().lines_by_key(&[LineKey::of(&proposal, EventRef(1))]).await.expect("read");
    let is_approved = lines.iter().any(|line| line.body.state.status() == LineStatus::Approved);
    [is_approved, documents.exceptions.len() == 1, is_moved].into_iter().filter(|done| *done).count()
}

#[tokio::test]
async fn fixes_that_are_interrupted_at_any_request_are_all_done_or_none() {
    let (mut none, mut all) = (0, 0);
    for requests in 1..80 {
        let test = TestClub::of_lines(CLUB).await;
        let fixes = fixes(&load(&test).await);
        let meter = Meter::new();
        let desk = Desk { club: test.metered(&meter), ..test.desk() };
        let mut work = pin!(apply(desk, &test, &fixes));
        let is_interrupted = poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(done.map(|_| false)),
            Poll::Pending if meter.requests() >= requests => Poll::Ready(Ok(true)),
            Poll::Pending => Poll::Pending,
        });
        let is_interrupted = is_interrupted.await.expect("fixed");
        // The requests in flight reach the table; then the recorded approvals are resumed, as the sweep does.
        for _ in 0..3 {
            test.club().plan_version().await.expect("read");
        }
        test.advance(120);
        for approval in test.club().unfinished_approvals(Timestamp(0)).await.expect("a list") {
            resume_approval(test.desk(), &test.submit_queue(), &approval.body.id, test.now()).await.expect("resumed");
        }
        match fixes_done(&test).await {
            0 => none += 1,
            3 => all += 1,
            some => panic!("{some} of 3 fixes were done after {requests} requests"),
        }
        if !is_interrupted {
            break;
        }
    }
    assert!(none >= 5 && all >= 3, "{none} times no fix was done, {all} times all");
}

#[tokio::test]
async fn fixes_of_a_rotation_and_a_block_are_done_together_and_send_nothing_to_crossmark() {
    let test = TestClub::of_lines(CLUB).await;
    let [_, rotation, block] = fixes(&load(&test).await);
    let both = apply(test.desk(), &test, &[rotation, block]).await.expect("fixed");
    assert_eq!((both.rotations.len(), both.blocks.len(), both.changed.is_none()), (1, 1, true));
    assert_eq!(fixes_done(&test).await, 2);
    assert_eq!(test.submit_messages().await, Vec::<String>::new());
}

#[tokio::test]
async fn nothing_is_reported_as_fixed_if_every_line_was_refused() {
    // Whoever takes the Core of A has no number at Crossmark.
    let test = TestClub::of_lines_without_numbers(CLUB, &["B", "L", "M"]).await;
    for mode in [ApprovalMode::DryRun, ApprovalMode::Execute] {
        let fixed = apply_as(mode, test.desk(), &test, &fixes(&load(&test).await)).await.expect("checked");
        let approved = fixed.changed.expect("changes").approved;
        assert_eq!((approved.approval, approved.refused.len()), (None, 1));
        let done = (fixed.gone.len(), fixed.not_needed.len(), fixed.rotations.len(), fixed.blocks.len());
        assert_eq!(done, (0, 0, 0, 0), "{mode:?}");
    }
    assert_eq!(fixes_done(&test).await, 0);
}

#[tokio::test]
async fn a_finding_of_a_week_without_posted_schedules_has_options() {
    // The last day of event 2 is the 22nd, the first day of a week in which nothing is posted.
    let test = TestClub::of_lines(
        "person A specialist
        posted 1 Core 20..28 A 21 block=1
        event 2 Core 20..23",
    )
    .await;
    test.advance(2 * 24 * 3600);
    let posted = load(&test).await;
    let week = posted.week("2026-11-22".parse().expect("a date"));
    let [found] = week.findings.as_slice() else { panic!("{:?}", week.findings) };
    assert_eq!(found.finding.rule.id(), "W4");
    assert_eq!(posted.finding(&found.finding.id).expect("found").finding, found.finding);
    assert!(posted.options(&found.finding.id).expect("options").options.len() > 1);
}

/// A works Core on seven days: too many days (H9), and at the same start each day. A way out of the one leaves a part of
/// the other.
const SEVEN_DAYS: &str = "person A specialist
    person B specialist
    person C supervisor
    person L lead
    person M lead
    posted 1 Core 22..23 A 22 block=1
    posted 2 Core 23..24 A 23 block=1
    posted 3 Core 24..25 A 24 block=1
    posted 4 Core 25..26 A 25 block=1
    posted 5 Core 26..27 A 26 block=1
    posted 6 Core 27..28 A 27 block=1
    posted 7 Core 28..29 A 28 block=1";

#[tokio::test]
async fn every_way_out_that_is_offered_can_be_done_also_if_a_part_of_another_finding_remains() {
    let mut shrinking = 0;
    for lines in [CLUB, SEVEN_DAYS] {
        let test = TestClub::of_lines(lines).await;
        let posted = load(&test).await;
        let week = posted.week("2026-11-24".parse().expect("a date"));
        for finding in week.findings.iter().map(|found| &found.finding) {
            for way in posted.options(&finding.id).expect("options").options {
                let one = [Fix { finding: finding.id.clone(), option: way.id.to_string() }];
                let done = apply_as(ApprovalMode::DryRun, test.desk(), &test, &one).await;
                let gone = done.unwrap_or_else(|error| panic!("{}: {error}", way.text)).gone;
                assert_eq!(gone.len(), way.removes, "{}: {gone:?}", way.text);
                shrinking += usize::from(way.shrinks > 0);
            }
        }
    }
    assert_ne!(shrinking, 0, "no way out left a part of another finding");
}

#[tokio::test]
async fn a_fix_of_a_finding_of_which_an_earlier_fix_left_a_part_is_not_called_unneeded() {
    let test = TestClub::of_lines(SEVEN_DAYS).await;
    let posted = load(&test).await;
    let week = posted.week("2026-11-24".parse().expect("a date"));
    let ways = |finding: &FindingId| posted.options(finding).expect("options").options;
    let fix_of = |finding: &FindingId, option: String| Fix { finding: finding.clone(), option };
    let all: Vec<_> = week.findings.iter().map(|found| found.finding.id.clone()).collect();
    let (first, way) = all
        .iter()
        .find_map(|finding| ways(finding).into_iter().find(|way| way.shrinks > 0).map(|way| (finding, way)))
        .expect("a way out that leaves a part of another finding");
    let mut refused = 0;
    for other in all.iter().filter(|finding| *finding != first) {
        let option = ways(other).first().expect("a way out").id.to_string();
        let both = [fix_of(first, way.id.to_string()), fix_of(other, option)];
        match apply_as(ApprovalMode::DryRun, test.desk(), &test, &both).await {
            Err(DeskError::NoOption { finding, .. }) => {
                assert_eq!(&finding, other);
                refused += 1;
            }
            Ok(done) => assert!(done.not_needed.iter().all(|finding| done.gone.contains(finding))),
            Err(error) => panic!("{other}: {error}"),
        }
    }
    assert_ne!(refused, 0, "no other finding remained in part");
}
