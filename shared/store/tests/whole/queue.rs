//! Which lines are due for a worker, the leases of groups, and how long submissions pause.

use store::states::GroupKey;
use store::submission::PauseReason;
use testkit::owner;

use crate::approvals::{approval_id, key};
use crate::proposals::{because, later, now};
use crate::setup::{NOW, TestTable};
use crate::submission::with_approved;

#[tokio::test]
async fn due_lines_are_found_with_one_request() {
    let (test, proposal) = with_approved(&[101, 102, 201]).await;
    let club = test.club();
    let taken = test.take(&key(&proposal, 101)).await;
    test.fail(&key(&proposal, 102)).await;
    let due = async |at| {
        let (page, requests) = test.requests(async |club| club.due_claims(at, None, 100).await).await;
        assert_eq!(requests, 1);
        page.expect("a page").items.into_iter().map(|e| e.body.facts.event_ref.0).collect::<Vec<_>>()
    };
    assert_eq!(
        due(NOW).await,
        [201],
        "201 is approved; 101 is being submitted and 102 waits for a person, so neither is due"
    );
    assert_eq!(due(later(60)).await, [201, 101], "the lease of 101 expired");
    club.doubt_line(&taken, "time-out", later(90), &now()).await.expect("in doubt");
    assert_eq!(due(later(60)).await, [201]);
    assert_eq!(due(later(90)).await, [201, 101], "101 is due for a read-back");
    let all = club.claims().await.expect("claims");
    assert_eq!(all.len(), 3);
}

#[tokio::test]
async fn only_one_worker_holds_a_group() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let group = GroupKey { approval: approval_id("a-1"), number: 3 };
    assert_eq!(club.take_group(&group, &owner("a"), NOW, later(60)).await, Ok(true));
    assert_eq!(club.take_group(&group, &owner("b"), later(59), later(120)).await, Ok(false));
    assert_eq!(club.take_group(&group, &owner("b"), later(60), later(120)).await, Ok(true), "the lease expired");
    club.release_group(&group, &owner("a")).await.expect("releasing a group that another worker holds is no error");
    assert_eq!(club.take_group(&group, &owner("c"), later(61), later(120)).await, Ok(false));
    club.release_group(&group, &owner("b")).await.expect("released");
    assert_eq!(club.take_group(&group, &owner("c"), later(61), later(120)).await, Ok(true));
}

#[tokio::test]
async fn consecutive_pauses_of_submissions_get_longer() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let mut at = 0;
    for minutes in [1, 2, 4, 8, 15, 15] {
        let pause = club.pause_submissions(PauseReason::Unreachable, None, &because(later(at))).await.expect("a pause");
        assert_eq!(pause.until, later(at + minutes * 60));
        assert_eq!(
            club.pause_submissions(PauseReason::Unreachable, None, &because(later(at + 1))).await,
            Ok(pause.clone()),
            "a pause in effect is not extended"
        );
        assert_eq!(club.submissions_pause(later(at + 1)).await, Ok(Some(pause)));
        at += minutes * 60;
        assert_eq!(club.submissions_pause(later(at)).await, Ok(None), "the pause is over");
    }
    club.resume_submissions(&because(later(at))).await.expect("resumed");
    assert_eq!(
        club.pause_submissions(PauseReason::Unreachable, None, &because(later(at))).await.expect("a pause").until,
        later(at + 60)
    );
}

#[tokio::test]
async fn a_pause_of_submissions_lasts_at_least_until_the_next_possible_try() {
    let test = TestTable::with_club().await;
    for (at, not_before, until) in [(0, Some(300), 300), (300, Some(310), 420), (420, None, 660)] {
        let reason = PauseReason::LoginRefused;
        let pause = test.club().pause_submissions(reason, not_before.map(later), &because(later(at))).await;
        assert_eq!(pause.expect("a pause").until, later(until));
    }
}
