//! Every action in every state of a line: the changes in `LINE_CHANGES` are made, and all others are refused and leave
//! the line as it was.

use store::approvals::{Approval, ChosenLine};
use store::edits::RejectionEffect;
use store::key::{LineKey, ProposalKey, ScheduledEventId};
use store::lines::{Edit, LineKind};
use store::states::{AttemptEnd, Cause, LINE_CHANGES, LineAction, LineStatus, Step};
use store::submission::{CountsAsAttempt, Reporter, Requeue, TakenLine};
use testkit::{edit_line, owner, run_id};

use crate::approvals::{approval_id, key};
use crate::proposals::{because, later, now, place};
use crate::setup::{NOW, TestTable};

const ID: Option<ScheduledEventId> = Some(ScheduledEventId(55_009_999));

const ACTIONS: [LineAction; 16] = [
    LineAction::Edit,
    LineAction::Reject,
    LineAction::Supersede,
    LineAction::Approve,
    LineAction::Recall,
    LineAction::Postpone,
    LineAction::Take,
    LineAction::Accept,
    LineAction::Fail,
    LineAction::Doubt,
    LineAction::PostponeReadBack,
    LineAction::Requeue,
    LineAction::Retry,
    LineAction::GiveUp,
    LineAction::ByHand,
    LineAction::TakeOver,
];

fn refused() -> AttemptEnd {
    AttemptEnd::Refused { words: "no".into() }
}

/// A proposal with one line, which ordinary operations bring into a state.
async fn line_in(status: LineStatus) -> (TestTable, LineKey) {
    let test = TestTable::with_club().await;
    let proposal = test.propose("run-1", NOW, &[(LineKind::New, 101, Some(("E01", "2026-11-28")))]).await;
    let line = key(&proposal, 101);
    match status {
        LineStatus::Proposed => {}
        LineStatus::UserEdited => attempt(&test, &line, LineAction::Edit).await,
        LineStatus::Rejected => attempt(&test, &line, LineAction::Reject).await,
        LineStatus::Superseded => attempt(&test, &line, LineAction::Supersede).await,
        LineStatus::Approved => attempt(&test, &line, LineAction::Approve).await,
        LineStatus::Submitting => {
            attempt(&test, &line, LineAction::Approve).await;
            attempt(&test, &line, LineAction::Take).await;
        }
        LineStatus::InDoubt | LineStatus::ApiFailed | LineStatus::ApiSubmitted => {
            attempt(&test, &line, LineAction::Approve).await;
            attempt(&test, &line, LineAction::Take).await;
            let last = match status {
                LineStatus::InDoubt => LineAction::Doubt,
                LineStatus::ApiFailed => LineAction::Fail,
                _ => LineAction::Accept,
            };
            attempt(&test, &line, last).await;
        }
    }
    assert_eq!(test.status(&line).await, status, "after the operations that lead to the state");
    (test, line)
}

/// Tries an action, which may be refused. A refused action must not change the line.
async fn attempt(test: &TestTable, line: &LineKey, action: LineAction) {
    let club = test.club();
    let read = club.line(line).await.expect("read").expect("there");
    let taken = TakenLine { key: line.clone(), owner: owner("w"), generation: 1 };
    let in_doubt = read.body.state.status() == LineStatus::InDoubt;
    let reporter = if in_doubt { Reporter::Reader { key: line, generation: 1 } } else { Reporter::Worker(&taken) };
    let failed = match action {
        LineAction::Edit => {
            let edit = Edit::Place { place: place("E03", "2026-11-28"), overridden: None };
            edit_line(club, line, None, &edit, &now()).await.err()
        }
        LineAction::Reject => club.reject_line(line, None, RejectionEffect::None, &now()).await.err(),
        LineAction::Supersede | LineAction::TakeOver => {
            let newer = [(LineKind::New, 101, Some(("E03", "2026-11-28")))];
            let name = if club.run(&run_id("run-2")).await.expect("read").is_none() { "run-2" } else { "run-3" };
            let newer = test.propose(name, later(10), &newer).await;
            if action == LineAction::TakeOver {
                approve(test, &newer, 1).await;
            } else {
                club.supersede_run(&line.run, &because(later(11))).await.expect("superseded");
            }
            None
        }
        LineAction::Approve => {
            approve(test, &line.proposal(), read.version).await;
            None
        }
        LineAction::Recall => club.recall(std::slice::from_ref(line), &now()).await.err(),
        LineAction::Postpone => club.postpone_line(line, 1, later(60), &now()).await.err(),
        LineAction::Take => club.take_line(line, None, &owner("w"), later(60), &now()).await.err(),
        LineAction::Accept => club.accept_line(reporter, ID, &now()).await.err(),
        LineAction::Fail => club.fail_line(reporter, Cause::Refused, refused(), "no", &now()).await.err(),
        LineAction::Doubt => club.doubt_line(&taken, "time-out", later(60), &now()).await.err(),
        LineAction::PostponeReadBack => club.postpone_read_back(line, later(90), &now()).await.err(),
        LineAction::Requeue => {
            let (ended, counts) = (refused(), CountsAsAttempt::Yes);
            let requeue = Requeue { next_attempt_at: NOW, ended, step: Step::Schedule, counts };
            club.requeue_line(reporter, &requeue, &now()).await.err()
        }
        LineAction::Retry => club.retry_line(line, NOW, &now()).await.err(),
        LineAction::GiveUp => club.give_up_line(line, &now()).await.err(),
        LineAction::ByHand => club.record_done_by_hand(line, ID, &now()).await.err(),
    };
    let changed = test.club().line(line).await.expect("read").expect("there").version != read.version;
    assert!(failed.is_none() || !changed, "{action:?} was refused, but changed the line");
}

async fn approve(test: &TestTable, proposal: &ProposalKey, version: u64) {
    let id = approval_id(&format!("a-{}-{version}", proposal.run));
    let chosen = vec![ChosenLine::new(domain::snapshot::EventRef(101), version, 0)];
    let approval = Approval::new(id.clone(), proposal.clone(), chosen, now());
    // The proposal of a superseded line is no longer current, so not even the record is written.
    if test.club().record_approval(&approval).await.is_ok() {
        test.club().process_approval(&id, NOW).await.expect("processed");
    }
}

#[tokio::test]
async fn each_write_makes_the_listed_changes_and_no_others() {
    for from in LineStatus::ALL {
        for by in ACTIONS {
            let (test, line) = line_in(from).await;
            let before = test.club().line(&line).await.expect("read").expect("there").version;
            attempt(&test, &line, by).await;
            let after = test.club().line(&line).await.expect("read").expect("there");
            let to = after.body.state.status();
            let allowed = LINE_CHANGES.contains(&(by, from, to));
            let listed = LINE_CHANGES.iter().any(|(action, f, _)| (*action, *f) == (by, from));
            let unchanged = to == from && after.version == before;
            assert!(
                if listed { allowed && after.version > before } else { unchanged },
                "{by:?}: {from:?} became {to:?}"
            );
        }
    }
}
