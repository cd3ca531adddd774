//! Every act in every state of a line: the changes in `LINE_CHANGES` are made, and all others are refused and leave the
//! line as it was.

use store::approvals::{Approval, Chosen};
use store::edits::RejectionEffect;
use store::key::{LineKey, ProposalKey, ScheduledEventId};
use store::lines::{Edit, LineKind};
use store::states::{Act, AttemptEnd, Cause, LINE_CHANGES, LineStatus, Step};
use store::submission::{Counts, PutBack, Reporter, Taken};
use testkit::{edit_line, owner, run_id};

use crate::approvals::{approval_id, key};
use crate::proposals::{because, later, now, place};
use crate::setup::{NOW, TestTable};

const ID: Option<ScheduledEventId> = Some(ScheduledEventId(55_009_999));

const ACTS: [Act; 16] = [
    Act::Edit,
    Act::Reject,
    Act::Supersede,
    Act::Approve,
    Act::Recall,
    Act::Postpone,
    Act::Take,
    Act::Accept,
    Act::Fail,
    Act::Doubt,
    Act::ReadAgain,
    Act::PutBack,
    Act::Retry,
    Act::Drop,
    Act::ByHand,
    Act::TakeOver,
];

fn refused() -> AttemptEnd {
    AttemptEnd::Refused { words: "no".into() }
}

/// A proposal with one line, which ordinary operations bring into a state.
async fn line_in(status: LineStatus) -> (TestTable, LineKey) {
    let test = TestTable::with_club().await;
    let proposal = test.proposed_with("run-1", NOW, &[(LineKind::New, 101, Some(("E01", "2026-11-28")))]).await;
    let line = key(&proposal, 101);
    match status {
        LineStatus::Proposed => {}
        LineStatus::UserEdited => act(&test, &line, Act::Edit).await,
        LineStatus::Rejected => act(&test, &line, Act::Reject).await,
        LineStatus::Superseded => act(&test, &line, Act::Supersede).await,
        LineStatus::Approved => act(&test, &line, Act::Approve).await,
        LineStatus::Submitting => {
            act(&test, &line, Act::Approve).await;
            act(&test, &line, Act::Take).await;
        }
        LineStatus::InDoubt | LineStatus::ApiFailed | LineStatus::ApiSubmitted => {
            act(&test, &line, Act::Approve).await;
            act(&test, &line, Act::Take).await;
            let last = match status {
                LineStatus::InDoubt => Act::Doubt,
                LineStatus::ApiFailed => Act::Fail,
                _ => Act::Accept,
            };
            act(&test, &line, last).await;
        }
    }
    assert_eq!(test.status(&line).await, status, "brought there");
    (test, line)
}

/// Tries an act, which may be refused. A refused act must not change the line.
async fn act(test: &TestTable, line: &LineKey, act: Act) {
    let club = test.club();
    let read = club.line(line).await.expect("read").expect("there");
    let taken = Taken { key: line.clone(), owner: owner("w"), generation: 1 };
    let in_doubt = read.body.state.status() == LineStatus::InDoubt;
    let hand = if in_doubt { Reporter::Reader { key: line, generation: 1 } } else { Reporter::Worker(&taken) };
    let failed = match act {
        Act::Edit => {
            let edit = Edit::Place { place: place("E03", "2026-11-28"), overridden: None };
            edit_line(club, line, None, &edit, &now()).await.err()
        }
        Act::Reject => club.reject_line(line, None, RejectionEffect::Nothing, &now()).await.err(),
        Act::Supersede | Act::TakeOver => {
            let newer = [(LineKind::New, 101, Some(("E03", "2026-11-28")))];
            let name = if club.run(&run_id("run-2")).await.expect("read").is_none() { "run-2" } else { "run-3" };
            let newer = test.proposed_with(name, later(10), &newer).await;
            if act == Act::TakeOver {
                approve(test, &newer, 1).await;
            } else {
                club.supersede_run(&line.run, &because(later(11))).await.expect("superseded");
            }
            None
        }
        Act::Approve => {
            approve(test, &line.proposal(), read.version).await;
            None
        }
        Act::Recall => club.recall(std::slice::from_ref(line), &now()).await.err(),
        Act::Postpone => club.postpone_line(line, 1, later(60), &now()).await.err(),
        Act::Take => club.take_line(line, None, &owner("w"), later(60), &now()).await.err(),
        Act::Accept => club.accept_line(hand, ID, &now()).await.err(),
        Act::Fail => club.fail_line(hand, Cause::Refused, refused(), "no", &now()).await.err(),
        Act::Doubt => club.doubt_line(&taken, "time-out", later(60), &now()).await.err(),
        Act::ReadAgain => club.read_again(line, later(90), &now()).await.err(),
        Act::PutBack => {
            let back = PutBack { next_attempt_at: NOW, ended: refused(), step: Step::Schedule, counts: Counts::Yes };
            club.put_line_back(hand, &back, &now()).await.err()
        }
        Act::Retry => club.retry_line(line, NOW, &now()).await.err(),
        Act::Drop => club.drop_line(line, &now()).await.err(),
        Act::ByHand => club.done_by_hand(line, ID, &now()).await.err(),
    };
    let changed = test.club().line(line).await.expect("read").expect("there").version != read.version;
    assert!(failed.is_none() || !changed, "{act:?} was refused and left a trace");
}

async fn approve(test: &TestTable, proposal: &ProposalKey, version: u64) {
    let id = approval_id(&format!("a-{}-{version}", proposal.run));
    let chosen = vec![Chosen::new(domain::snapshot::EventRef(101), version, 0)];
    let approval = Approval::new(id.clone(), proposal.clone(), chosen, now());
    // The proposal of a superseded line is no longer current, so not even the record is written.
    if test.club().record_approval(&approval).await.is_ok() {
        test.club().process_approval(&id, NOW).await.expect("processed");
    }
}

#[tokio::test]
async fn each_write_makes_the_changes_of_the_table_and_no_others() {
    for from in LineStatus::ALL {
        for by in ACTS {
            let (test, line) = line_in(from).await;
            let before = test.club().line(&line).await.expect("read").expect("there").version;
            act(&test, &line, by).await;
            let after = test.club().line(&line).await.expect("read").expect("there");
            let to = after.body.state.status();
            let allowed = LINE_CHANGES.iter().any(|(act, f, t)| (*act, *f, *t) == (by, from, to));
            let listed = LINE_CHANGES.iter().any(|(act, f, _)| (*act, *f) == (by, from));
            let unchanged = to == from && after.version == before;
            assert!(
                if listed { allowed && after.version > before } else { unchanged },
                "{by:?}: {from:?} became {to:?}"
            );
        }
    }
}
