//! Runs: who holds the lease, what a commit of a proposal requires and writes, how often a night is tried, and when
//! older proposals are superseded and retired.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;
use domain::snapshot::EventRef;
use store::approvals::{Approval, ChosenLine};
use store::key::{ProposalKey, Token};
use store::lease::LeaseError;
use store::lines::LineKind;
use store::nights::NightlyRunStart;
use store::provenance::ContentDigest;
use store::runs::{PhaseName, Run, RunError, RunOrigin, RunPhase};
use store::states::{LineStatus, RunStatus};
use testkit::{owner, run_id};

use crate::approvals::approval_id;
use crate::proposals::{because, later, now, summary};
use crate::setup::{NOW, TestTable, date};

#[tokio::test]
async fn one_solver_at_a_time_holds_the_lease() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let names: Vec<_> = (0..8).map(|n| owner(&format!("solver-{n}"))).collect();
    let run = run_id("run-1");
    let all = names.iter().map(|name| club.take_lease(name, &run, NOW, later(60)));
    let all = futures_util::future::join_all(all).await;
    assert_eq!(all.iter().filter(|r| r.is_ok()).count(), 1, "{all:?}");
    let after = club.take_lease(&owner("late"), &run, later(61), later(120)).await.expect("the lease expired");
    assert_eq!(after.token, Token(2));
}

#[tokio::test]
async fn a_lease_is_renewed_and_released() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let held = test.start_run("run-1", "a", NOW).await;
    let solving = |since| RunPhase { name: PhaseName::Solving, since, detail: None };
    club.note_phase(&held, &solving(later(50)), later(110)).await.expect("renewed");
    let refused = club.take_lease(&owner("b"), &run_id("run-2"), later(100), later(200)).await;
    assert_eq!(refused, Err(LeaseError::Taken { run: run_id("run-1"), until: later(110) }));
    club.release_lease(&held).await.expect("released");
    let late = club.note_phase(&held, &solving(later(100)), later(200)).await;
    assert_eq!(late, Err(RunError::Lease(LeaseError::Lost)));
    assert_eq!(
        club.take_lease(&owner("b"), &run_id("run-2"), later(100), later(200)).await.expect("free").token,
        Token(2)
    );
}

#[tokio::test]
async fn a_holder_who_lost_the_lease_cannot_commit() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let lost = test.start_run("run-1", "zombie", NOW).await;
    // Its lease expired, and another solver took the lease for another run.
    let at = later(121);
    assert_eq!(club.check_run_liveness(&lost.run, &because(at)).await, Ok(true), "crashed");
    let other = test.start_run("run-2", "other", at).await;
    let refused = club.commit_proposal(&lost, &summary(1), &because(at)).await;
    assert_eq!(refused, Err(RunError::Lease(LeaseError::Lost)));
    club.commit_proposal(&other, &summary(1), &because(at)).await.expect("committed");
    let current = club.current_proposal().await.expect("read").expect("there").body.proposal;
    assert_eq!(current, ProposalKey { run: run_id("run-2"), token: Token(2) });
    assert_eq!(club.run(&lost.run).await.expect("read").expect("there").body.state.status(), RunStatus::Crashed);
}

#[tokio::test]
async fn recording_a_phase_renews_the_lease() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let held = test.start_run("run-1", "solver", NOW).await;
    let phase_now = async || club.run(&held.run).await.expect("read").expect("there").body.phase;
    assert_eq!(phase_now().await.map(|p| (p.name, p.since)), Some((PhaseName::Loading, NOW)));
    let solving = RunPhase { name: PhaseName::Solving, since: later(60), detail: Some("9 columns, 4 rows".into()) };
    club.note_phase(&held, &solving, later(240)).await.expect("noted");
    assert_eq!(phase_now().await.as_ref(), Some(&solving));
    let until = club.lease().await.expect("read").expect("there").body.holder.expect("held").until;
    assert_eq!(until, later(240));
    // A solver that lost the lease cannot record a phase, nor can one whose run has ended.
    let late = RunPhase { since: later(240), ..solving.clone() };
    assert_eq!(club.note_phase(&held, &late, later(400)).await, Err(RunError::Lease(LeaseError::Lost)));
    club.fail_run(&held, &because(later(70))).await.expect("ended");
    assert_eq!(club.note_phase(&held, &solving, later(400)).await, Err(RunError::Lease(LeaseError::Lost)));
    assert_eq!(phase_now().await, None, "the run has ended");
}

#[tokio::test]
async fn an_expired_lease_is_lost_although_nobody_took_it() {
    let test = TestTable::with_club().await;
    let held = test.start_run("run-1", "solver", NOW).await;
    let refused = test.club().commit_proposal(&held, &summary(1), &because(later(120))).await;
    assert_eq!(refused, Err(RunError::Lease(LeaseError::Lost)));
}

#[tokio::test]
async fn a_commit_writes_everything_in_one_transaction() {
    let test = TestTable::with_club().await;
    let held = test.start_run("run-1", "solver", NOW).await;
    let (done, requests) = test.requests(async |c| c.commit_proposal(&held, &summary(1), &now()).await).await;
    assert_eq!((done, requests), (Ok(()), 5), "four reads and one transaction");
    let club = test.club();
    let run = club.run(&held.run).await.expect("read").expect("there").body;
    assert_eq!(
        (run.state.status(), run.proposal()),
        (RunStatus::Completed, Some(ProposalKey { run: held.run, token: held.token }))
    );
    assert_eq!(club.lease().await.expect("read").expect("there").body.holder, None);
    let next = Run::queued(run_id("run-2"), RunOrigin::Manual { by: "robin".into() }, true, NOW, later(60));
    assert_eq!(club.queue_run(&next, &now()).await, Ok(()), "no run is open any more");
}

#[tokio::test]
async fn only_one_manual_run_is_open_at_a_time() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let runs: Vec<Run> = (0..6)
        .map(|n| {
            Run::queued(run_id(&format!("run-{n}")), RunOrigin::Manual { by: "robin".into() }, false, NOW, later(60))
        })
        .collect();
    let because = now();
    let all = futures_util::future::join_all(runs.iter().map(|run| club.queue_run(run, &because))).await;
    assert_eq!(all.iter().filter(|r| r.is_ok()).count(), 1, "{all:?}");
    let open = runs.iter().zip(&all).find(|(_, r)| r.is_ok()).expect("one").0.id.clone();
    assert_eq!(club.queue_run(&runs[0], &because).await, Err(RunError::Open { run: open.clone() }));
    club.end_queued_run(&open, &because).await.expect("ended");
    assert_eq!(club.run(&open).await.expect("read").expect("there").body.state.status(), RunStatus::Failed);
    let next = Run::queued(run_id("run-9"), RunOrigin::Manual { by: "robin".into() }, false, NOW, later(60));
    assert_eq!(club.queue_run(&next, &because).await, Ok(()));
    assert_eq!(
        club.check_run_liveness(&next.id, &crate::proposals::because(later(60))).await,
        Ok(true),
        "its deadline passed"
    );
}

#[tokio::test]
async fn a_nightly_run_is_tried_at_most_three_times_within_six_hours() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let night = date("2026-11-23");
    let call = async |name: &str, hour: i64| {
        let at = NOW.plus(TimeDelta::hours(hour));
        club.begin_night(night, &run_id(name), at.plus(TimeDelta::minutes(30)), &because(at)).await.expect("a call")
    };
    let fail = async |name: &str| club.end_queued_run(&run_id(name), &now()).await.expect("failed");
    assert_eq!(call("n-1", 0).await, NightlyRunStart::Queued(run_id("n-1")));
    assert_eq!(call("n-x", 0).await, NightlyRunStart::InProgress(run_id("n-1")), "a repeated tick");
    fail("n-1").await;
    assert_eq!(call("n-2", 1).await, NightlyRunStart::Queued(run_id("n-2")));
    fail("n-2").await;
    assert_eq!(call("n-y", 7).await, NightlyRunStart::GivenUp(run_id("n-2")), "too late for another try");
    assert_eq!(call("n-3", 2).await, NightlyRunStart::Queued(run_id("n-3")));
    fail("n-3").await;
    assert_eq!(call("n-4", 3).await, NightlyRunStart::GivenUp(run_id("n-3")), "three tries");
}

#[tokio::test]
async fn a_night_with_a_successful_run_starts_no_other_run() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let night = date("2026-11-23");
    let begun = futures_util::future::join_all((0..4).map(|n| {
        let id = run_id(&format!("n-{n}"));
        async move { club.begin_night(night, &id, later(600), &now()).await.expect("a call") }
    }));
    let begun: Vec<NightlyRunStart> = begun.await;
    assert_eq!(begun.iter().filter(|c| matches!(c, NightlyRunStart::Queued(_))).count(), 1, "{begun:?}");
    let run = club.night(night).await.expect("read").expect("there").body.run;
    let held = club.take_lease(&owner("solver"), &run, NOW, later(60)).await.expect("taken");
    club.start_run(&held, &now()).await.expect("started");
    club.commit_proposal(&held, &summary(1), &now()).await.expect("committed");
    assert_eq!(club.begin_night(night, &run_id("n-9"), later(600), &now()).await, Ok(NightlyRunStart::Succeeded));
    assert_eq!(club.listings().await.expect("read")[0].body.last_automatic, Some(night));
}

#[tokio::test]
async fn a_newer_proposal_supersedes_undecided_lines() {
    let test = TestTable::with_club().await;
    let old = test.propose_usual().await;
    let new = test.propose("run-2", later(10), &[(LineKind::New, 101, Some(("E03", "2026-11-28")))]).await;
    let club = test.club();
    assert_eq!(club.runs_to_supersede().await, Ok(vec![old.run.clone()]));
    assert_eq!(club.supersede_run(&old.run, &because(later(20))).await, Ok(true));
    assert_eq!(club.supersede_run(&old.run, &because(later(20))).await, Ok(false), "only once");
    assert_eq!(club.supersede_run(&new.run, &because(later(20))).await, Ok(false), "not the current one");
    let lines = club.lines(&old, NOW).await.expect("lines");
    let states: BTreeSet<LineStatus> = lines.iter().map(|l| l.body.state.status()).collect();
    assert_eq!(states, BTreeSet::from([LineStatus::Superseded]));
    assert_eq!(club.run(&old.run).await.expect("read").expect("there").body.state.status(), RunStatus::Superseded);
    assert_eq!(club.runs_to_supersede().await, Ok(vec![]));
}

#[tokio::test]
async fn a_run_by_hand_is_not_superseded_before_its_approval_is_finished() {
    let test = TestTable::with_club().await;
    test.propose_usual().await;
    let club = test.club();
    let by_hand = Run::by_hand(run_id("r-hand"), "pat".to_owned(), summary(1), NOW);
    let proposal = by_hand.proposal().expect("its lines");
    let approval = Approval {
        by_hand: true,
        ..Approval::new(
            approval_id("a-hand"),
            proposal,
            vec![ChosenLine {
                event: EventRef(901),
                group: 0,
                version: 1,
                depends_on: Some(Vec::new()),
                refused: None,
            }],
            because(NOW),
        )
    };
    club.record_by_hand(&by_hand, &approval).await.expect("recorded");
    assert_eq!(club.runs_to_supersede().await, Ok(vec![]), "its approval is not finished");
}

#[tokio::test]
async fn a_proposal_has_its_lines_and_reasons_until_it_is_retired_and_its_snapshot_for_13_months() {
    let test = TestTable::with_club().await;
    let proposal = test.propose_usual().await;
    let club = test.club();
    let document: Vec<u8> = {
        let mut rng = fastrand::Rng::with_seed(3);
        (0..900_000).map(|_| rng.u8(..)).collect()
    };
    let archived = club.keep_snapshot(&proposal, &document, NOW).await.expect("kept");
    assert_eq!(archived.digest, ContentDigest::of(&document));
    assert_eq!(club.kept_answer(&proposal, NOW).await, Ok(None), "each document has its own items");
    club.keep_answer(&proposal, b"an answer", NOW).await.expect("kept");
    assert_eq!(club.kept_answer(&proposal, NOW).await.expect("read").as_deref(), Some(b"an answer".as_slice()));
    assert_eq!(club.kept_snapshot(&proposal, NOW).await.expect("read").as_deref(), Some(document.as_slice()));
    let (lines, requests) = test.requests(async |c| c.lines(&proposal, NOW).await).await;
    assert_eq!((lines.expect("lines").len(), requests), (5, 1));
    assert_eq!(club.all_reasons(&proposal).await.expect("reasons").len(), 5);
    assert_eq!(club.retire_run(&proposal.run, later(60)).await, Err(RunError::NotSettled));
    club.reject_run(&proposal.run, &now()).await.expect("rejected");
    club.retire_run(&proposal.run, later(60)).await.expect("retired");
    for (at, lines) in [(later(59), 5), (later(60), 0)] {
        assert_eq!(club.lines(&proposal, at).await.expect("lines").len(), lines);
        assert!(club.kept_snapshot(&proposal, at).await.expect("read").is_some(), "the archive outlives the lines");
    }
    for (days, kept) in [(396, true), (397, false)] {
        let at = NOW.plus(chrono::TimeDelta::days(days));
        assert_eq!(club.kept_snapshot(&proposal, at).await.expect("read").is_some(), kept, "after {days} days");
    }
    let run = club.run(&proposal.run).await.expect("read").expect("the record of the run stays").body;
    assert_eq!((run.state.status(), run.summary.is_some()), (RunStatus::Rejected, true));
}

#[tokio::test]
async fn a_retired_line_has_a_new_version_so_that_no_earlier_reader_overwrites_it() {
    let test = TestTable::with_club().await;
    let proposal = test.propose_usual().await;
    let club = test.club();
    club.reject_run(&proposal.run, &now()).await.expect("rejected");
    let before = club.lines_since(Arc::default(), &proposal, NOW).await.expect("lines");
    club.retire_run(&proposal.run, later(60)).await.expect("retired");
    let after = club.lines_since(before.clone(), &proposal, NOW).await.expect("lines");
    assert_eq!(before.len(), 5);
    for (event, line) in &*before {
        assert_eq!((after[event].version, &after[event].body), (line.version + 1, &line.body), "{event}");
    }
    let (again, requests) = test.requests(async |club| club.retire_run(&proposal.run, later(60)).await).await;
    assert_eq!((again, requests), (Ok(()), 3), "the lines already expire then, so only the run is written");
}
