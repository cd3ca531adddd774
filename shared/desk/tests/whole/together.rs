//! Tests of concurrent approvals that break no rule alone but break one together: only one of them is approved.

use desk::approve::{ApprovalResult, resume_approval};
use desk::failed::{FailedLines, retry};
use domain::snapshot::EventRef;
use store::approvals::{Approval, ChosenLine};
use store::key::{ApprovalId, Owner, RunId};
use store::states::LineStatus;
use store::submission::Reporter;
use testkit::TestClub;

/// A club, a plan and the rule that lines 1 and 2 of the plan break together: two Core of A on one day.
const H3: (&str, &str, &str) = (
    "person A specialist
    person B specialist
    event 1 Core 24..28
    event 2 Core 24..28
    event 3 Core 24..28",
    "1 A 24, 2 A 24, 3 B 24",
    "H3",
);
/// A club, a plan and the rule that lines 1 and 2 of the plan break together: a sixth and a seventh day of A in one week.
const H9: (&str, &str, &str) = (
    "person A specialist
    person B specialist
    event 1 Core 22..30 minutes=60
    event 2 Core 22..30 minutes=60
    event 3 Core 22..30 minutes=60
    posted 11 Core 22..30 A 22 minutes=60
    posted 13 Other 24..25 A 24
    posted 14 Other 25..26 A 25
    posted 15 Other 26..27 A 26
    posted 16 Other 23..24 A 23",
    "1 A 27, 2 A 28, 3 B 27",
    "H9",
);

fn broken_rules(approved: &ApprovalResult) -> Vec<&[String]> {
    approved.refused.iter().filter(|r| r.code == "RULES_BROKEN").map(|r| r.rules.as_slice()).collect()
}

/// Number of the lines 1 and 2 that are approved.
async fn approved_of_two(test: &TestClub, run: &RunId) -> usize {
    let mut count = 0;
    for event in [1, 2] {
        count += usize::from(test.status_of(run, event).await == LineStatus::Approved);
    }
    count
}

#[tokio::test]
async fn one_of_two_simultaneous_approvals_that_break_a_rule_together_is_refused() {
    for (club, plan, rule) in [H3, H9] {
        let test = TestClub::of_lines(club).await;
        let run = test.propose("r1", plan).await;
        let (one, two) = futures_util::future::join(
            test.approve("a1", &run, Some(&["1", "3"])),
            test.approve("a2", &run, Some(&["2"])),
        )
        .await;
        let (one, two) = (one.expect("an answer"), two.expect("an answer"));
        assert_eq!(approved_of_two(&test, &run).await, 1, "{rule}: {one:?} {two:?}");
        let found: Vec<&[String]> = [broken_rules(&one), broken_rules(&two)].concat();
        assert_eq!(found, [[rule.to_owned()].as_slice()], "{one:?} {two:?}");
        assert_eq!(test.status_of(&run, 3).await, LineStatus::Approved, "line 3 breaks no rule with the others");
        assert_eq!((one.unprocessed, two.unprocessed), (0, 0));
    }
}

#[tokio::test]
async fn an_approval_that_was_checked_against_an_older_plan_is_checked_again_before_it_approves_a_line() {
    for (club, plan, rule) in [H3, H9] {
        let test = TestClub::of_lines(club).await;
        let run = test.propose("r1", plan).await;
        let seen = test.plan().await;
        test.approve("a1", &run, Some(&["1"])).await.expect("approved");
        let id = ApprovalId::parse("a2").expect("an id");
        let proposal = seen.current.as_ref().expect("a proposal").proposal.clone();
        let mut record = Approval::new(id.clone(), proposal, vec![ChosenLine::new(EventRef(2), 1, 0)], test.because());
        record.basis = Some(seen.plan_version.basis);
        test.club().record_approval(&record).await.expect("recorded");
        let progress = test.club().process_approval(&id, test.now()).await.expect("an answer");
        assert!(progress.plan_moved && progress.approved.is_empty(), "{progress:?}");
        let resumed = resume_approval(test.desk(), &test.submit_queue(), &id, test.now()).await.expect("resumed");
        assert_eq!(broken_rules(&resumed), [[rule.to_owned()].as_slice()]);
        assert_eq!(test.status_of(&run, 2).await, LineStatus::Proposed);
        assert!(test.club().unfinished().await.expect("a list").is_empty());
    }
}

#[tokio::test]
async fn one_of_a_simultaneous_retry_and_approval_that_break_a_rule_together_is_refused() {
    for (club, plan, rule) in [H3, H9] {
        let test = TestClub::of_lines(club).await;
        let run = test.propose("r1", plan).await;
        test.approve("a1", &run, Some(&["1"])).await.expect("approved");
        test.fail(&run, 1).await;
        let which = FailedLines::Lines(vec!["r1.1".to_owned()]);
        let because = test.because();
        let (retried, approved) = futures_util::future::join(
            retry(test.desk(), &test.submit_queue(), &which, &because),
            test.approve("a2", &run, Some(&["2"])),
        )
        .await;
        let (retried, approved) = (retried.expect("an answer"), approved.expect("an answer"));
        assert_eq!(approved_of_two(&test, &run).await, 1, "{rule}: {retried:?} {approved:?}");
        assert_eq!(retried.refused.len() + approved.refused.len(), 1, "{retried:?} {approved:?}");
    }
}

#[tokio::test]
async fn an_accepted_line_does_not_change_the_basis_of_the_plan_version() {
    let (club, plan, _) = H3;
    let test = TestClub::of_lines(club).await;
    let run = test.propose("r1", plan).await;
    test.approve("a1", &run, Some(&["1"])).await.expect("approved");
    let seen = test.plan().await.plan_version;
    test.clock.advance(chrono::TimeDelta::seconds(10));
    let key = test.line_of(&run, 1).await.body.key;
    let (owner, because) = (Owner::parse("worker").expect("an id"), test.because());
    let until = test.now().plus(chrono::TimeDelta::seconds(180));
    let (taken, _) = test.club().take_line(&key, None, &owner, until, &because).await.expect("taken");
    let id = Some(store::key::ScheduledEventId(55_000_099));
    test.club().accept_line(Reporter::Worker(&taken), id, &because).await.expect("accepted");
    let now = test.club().plan_version().await.expect("a version");
    assert_eq!((now.version, now.basis), (seen.version + 1, seen.basis));
}
