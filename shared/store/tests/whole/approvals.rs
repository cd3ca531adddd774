//! Approvals: which lines are approved or refused, in how many requests, and after an interruption; and which approvals
//! a recall takes back.

use std::collections::{BTreeMap, BTreeSet};

use domain::snapshot::EventRef;
use serde_json::{Value, json};
use store::approvals::{Approval, ApprovalCheck, ApprovalError, ChosenLine, Refusal};
use store::edits::{Mark, RejectionEffect};
use store::key::{ApprovalId, LineKey, ProposalKey};
use store::lines::{Edit, LineError, LineKind};
use store::states::{LineStatus, RunStatus};
use testkit::{edit_line, owner};

use crate::proposals::{because, later, now, place};
use crate::setup::{NOW, TestTable, core, document, small_club, today};

pub fn approval_id(name: &str) -> ApprovalId {
    ApprovalId::parse(name).expect("an id")
}

pub fn key(proposal: &ProposalKey, event: u64) -> LineKey {
    LineKey::of(proposal, EventRef(event))
}

impl TestTable {
    /// Records an approval of these lines as they are now, each in a group of its own, without processing it.
    pub async fn record(
        &self,
        name: &str,
        proposal: &ProposalKey,
        events: &[u64],
    ) -> Result<ApprovalId, ApprovalError> {
        let lines = self.club().lines(proposal, NOW).await.expect("lines");
        let chosen = lines.iter().filter(|l| events.contains(&l.body.key.event.0)).enumerate();
        let chosen = chosen.map(|(n, l)| ChosenLine::new(l.body.key.event, l.version, n as u32)).collect();
        let approval = Approval::new(approval_id(name), proposal.clone(), chosen, now());
        self.club().record_approval(&approval).await.map(|recorded| recorded.body.id)
    }

    /// Approves these lines, which must all be approvable.
    pub async fn approve(&self, name: &str, proposal: &ProposalKey, events: &[u64]) -> ApprovalId {
        let id = self.record(name, proposal, events).await.expect("recorded");
        let progress = self.club().process_approval(&id, NOW).await.expect("processed");
        assert_eq!((progress.approved.len(), progress.refused), (events.len(), Vec::new()));
        id
    }

    /// The status of a stored line.
    pub async fn status(&self, line: &LineKey) -> LineStatus {
        self.club().line(line).await.expect("read").expect("there").body.state.status()
    }

    /// The line that claims an event.
    pub async fn claimed_by(&self, event: u64) -> Option<LineKey> {
        let event = self.club().event(EventRef(event)).await.expect("read").expect("there");
        event.body.claim.map(|c| c.line)
    }
}

/// A club with this many open events.
fn club_of(events: u64) -> Value {
    let mut document = small_club();
    document["events"] = (1000..1000 + events).map(|n| core(n, "2026-12-09")).collect();
    document["affinity"] = json!([]);
    document
}

async fn table_of(events: u64) -> (TestTable, ProposalKey, Vec<u64>) {
    let test = TestTable::empty().await;
    test.club().import_snapshot(club_of(events).to_string().as_bytes()).await.expect("a club");
    let refs: Vec<u64> = (1000..1000 + events).collect();
    let lines: Vec<_> = refs.iter().map(|r| (LineKind::New, *r, Some(("E03", "2026-11-28")))).collect();
    let proposal = test.propose("run-1", NOW, &lines).await;
    (test, proposal, refs)
}

#[tokio::test]
async fn a_hundred_lines_are_approved_in_at_most_14_requests() {
    let (test, proposal, refs) = table_of(100).await;
    let lines = test.club().lines(&proposal, NOW).await.expect("lines");
    let chosen =
        lines.iter().enumerate().map(|(n, l)| ChosenLine::new(l.body.key.event, l.version, n as u32)).collect();
    let approval = Approval::new(approval_id("a-1"), proposal.clone(), chosen, now());
    let (progress, requests) = test
        .requests(async |club| {
            club.record_approval(&approval).await.expect("recorded");
            club.process_approval(&approval.id, NOW).await.expect("processed")
        })
        .await;
    assert_eq!(progress.approved.len(), 100);
    assert!(requests <= 14, "{requests} requests");
    let claims = test.club().claims().await.expect("claims");
    assert_eq!(claims.len(), 100);
    assert_eq!(test.claimed_by(refs[7]).await, Some(key(&proposal, refs[7])));
    let run = test.club().run(&proposal.run).await.expect("read").expect("there");
    assert_eq!(run.body.state.status(), RunStatus::Approved);
}

#[tokio::test]
async fn an_approval_continues_after_any_chunk() {
    for lost_after in 0..4 {
        let (test, proposal, refs) = table_of(70).await;
        let id = test.record("a-1", &proposal, &refs).await.expect("recorded");
        for _ in 0..lost_after {
            test.club().process_chunk(&id, None, NOW).await.expect("a chunk");
        }
        // The next worker has only the record.
        let unfinished = test.club().unfinished_approvals(NOW).await.expect("approvals");
        assert_eq!(unfinished.len(), 1, "not announced");
        test.club().process_approval(&id, NOW).await.expect("the rest");
        for event in &refs {
            let line = test.club().line(&key(&proposal, *event)).await.expect("read").expect("there");
            assert_eq!((line.body.state.status(), line.version), (LineStatus::Approved, 2), "approved once");
        }
        test.club().mark_approval_announced(&id).await.expect("announced");
        assert!(test.club().unfinished_approvals(NOW).await.expect("approvals").is_empty());
    }
}

#[tokio::test]
async fn two_workers_of_one_approval_approve_each_line_once() {
    let (test, proposal, refs) = table_of(64).await;
    let id = test.record("a-1", &proposal, &refs).await.expect("recorded");
    let club = test.club();
    let both = futures_util::future::join(club.process_approval(&id, NOW), club.process_approval(&id, NOW)).await;
    let approved: Vec<LineKey> = [both.0, both.1].into_iter().flat_map(|p| p.expect("processed").approved).collect();
    assert_eq!((approved.len(), approved.iter().collect::<BTreeSet<_>>().len()), (64, 64));
}

#[tokio::test]
async fn approve_pressed_twice_at_once_approves_once() {
    let (test, proposal, refs) = table_of(40).await;
    let one = test.record("a-1", &proposal, &refs).await.expect("recorded");
    let two = test.record("a-2", &proposal, &refs).await.expect("recorded");
    let club = test.club();
    let (one, two) =
        futures_util::future::join(club.process_approval(&one, NOW), club.process_approval(&two, NOW)).await;
    let (one, two) = (one.expect("processed"), two.expect("processed"));
    assert_eq!(one.approved.len() + two.approved.len(), 40);
    assert_eq!(one.refused.len() + two.refused.len(), 40);
    for (_, refusal) in one.refused.iter().chain(&two.refused) {
        assert_eq!(*refusal, Refusal::Changed { status: LineStatus::Approved });
    }
}

#[tokio::test]
async fn a_line_that_cannot_be_approved_is_refused_with_a_reason_and_the_others_are_approved() {
    let test = TestTable::with_club().await;
    let proposal = test.propose_usual().await;
    let club = test.club();
    club.mark_line(&key(&proposal, 102), None, Mark::Held, &now()).await.expect("held");
    let mut lines: Vec<ChosenLine> = Vec::new();
    for line in club.lines(&proposal, NOW).await.expect("lines") {
        let seen = if line.body.key.event == EventRef(201) { line.version + 1 } else { line.version };
        lines.push(ChosenLine::new(line.body.key.event, seen, lines.len() as u32));
    }
    lines.push(ChosenLine::new(EventRef(104), 1, 9));
    let approval = Approval::new(approval_id("a-1"), proposal.clone(), lines, now());
    club.record_approval(&approval).await.expect("recorded");
    let rules = Refusal::Rules { rules: vec!["H8".into()], words: "more than 2,400 minutes".into() };
    let refused = BTreeMap::from([(EventRef(202), rules.clone())]);
    let basis = club.plan_version().await.expect("a version").basis;
    let check = ApprovalCheck { refused, basis, first_attempt_at: NOW };
    club.note_check(&approval.id, &check).await.expect("noted");
    let progress = club.process_approval(&approval.id, NOW).await.expect("processed");
    assert_eq!(progress.approved, [key(&proposal, 101)]);
    let refused: BTreeMap<u64, Refusal> = progress.refused.into_iter().map(|(e, r)| (e.0, r)).collect();
    let expected = BTreeMap::from([
        (102, Refusal::Held),
        (103, Refusal::NoPlace),
        (104, Refusal::Gone),
        (201, Refusal::Changed { status: LineStatus::Proposed }),
        (202, rules),
    ]);
    assert_eq!(refused, expected);
    let stored = club.approval(&approval.id).await.expect("read").expect("there").body;
    assert_eq!(stored.refused().count(), 5, "the record has the refusals too");
}

#[tokio::test]
async fn a_line_is_refused_if_a_line_that_it_depends_on_is_refused() {
    let test = TestTable::with_club().await;
    let held = test.start_run("run-1", "solver", NOW).await;
    let proposal = ProposalKey { run: held.run.clone(), token: held.token };
    let placements = [
        (LineKind::New, 101, Some(("E01", "2026-11-28"))),
        (LineKind::New, 102, Some(("E01", "2026-11-28"))),
        (LineKind::New, 103, Some(("E03", "2026-11-28"))),
    ];
    let mut lines = test.lines_of(&proposal, &placements).await;
    lines[1].depends_on = vec![EventRef(101)];
    let club = test.club();
    club.write_lines(&lines, &[]).await.expect("written");
    club.commit_proposal(&held, &crate::proposals::summary(1), &now()).await.expect("committed");
    club.mark_line(&key(&proposal, 101), None, Mark::Held, &now()).await.expect("held");
    let chosen = [(101, 2, 0), (102, 1, 0), (103, 1, 1)].map(|(e, v, g)| ChosenLine::new(EventRef(e), v, g)).to_vec();
    let approval = Approval::new(approval_id("a-1"), proposal.clone(), chosen, now());
    club.record_approval(&approval).await.expect("recorded");
    let progress = club.process_approval(&approval.id, NOW).await.expect("processed");
    assert_eq!(progress.approved, [key(&proposal, 103)]);
    let expected = [(EventRef(101), Refusal::Held), (EventRef(102), Refusal::Depends { on: EventRef(101) })];
    assert_eq!(progress.refused, expected);
    let stored = club.approval(&approval.id).await.expect("read").expect("there").body;
    assert_eq!((stored.groups(), stored.group(1)), (vec![1], vec![key(&proposal, 103)]));
}

#[tokio::test]
async fn a_newer_proposal_ends_an_approval_that_is_under_way() {
    let (test, proposal, refs) = table_of(70).await;
    let id = test.record("a-1", &proposal, &refs).await.expect("recorded");
    let (first, _) = test.club().process_chunk(&id, None, NOW).await.expect("a chunk");
    let newer = test.propose("run-2", later(5), &[(LineKind::New, 1000, Some(("E01", "2026-11-28")))]).await;
    let rest = test.club().process_approval(&id, NOW).await.expect("the rest");
    assert_eq!((first.approved.len() + rest.refused.len(), rest.approved.len()), (70, 0));
    assert!(rest.refused.iter().all(|(_, r)| *r == Refusal::Superseded { by: newer.run.clone() }));
    let refused = test.record("a-2", &proposal, &refs).await;
    assert_eq!(refused, Err(ApprovalError::Superseded { by: newer.run.clone() }));
    // A line in flight keeps its event.
    let id = test.record("a-3", &newer, &[1000]).await.expect("recorded");
    let progress = test.club().process_approval(&id, NOW).await.expect("processed");
    assert_eq!(progress.refused, [(EventRef(1000), Refusal::Claimed { by: key(&proposal, 1000) })]);
}

#[tokio::test]
async fn an_approved_line_counts_as_posted_in_the_snapshot_of_a_run() {
    let test = TestTable::with_club().await;
    let proposal = test.propose_usual().await;
    let before = test.club().plan_version().await.expect("a version");
    test.approve("a-1", &proposal, &[101, 201, 202]).await;
    let after = test.club().plan_version().await.expect("a version");
    assert!(after.version > before.version);
    assert_eq!(after.outdating_changes(), before.outdating_changes(), "the changes make no proposal outdated");
    let (loaded, requests) = test.requests(async |club| club.load_snapshot(today()).await).await;
    let document = document(&loaded.expect("a snapshot"));
    assert_eq!(requests, 5);
    let posted: BTreeMap<u64, String> = document["posted"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|p| (p["event"]["ref"].as_u64().expect("a ref"), format!("{} {}", p["employee_id"], p["start"])))
        .collect();
    let expected = BTreeMap::from([
        (101, "\"E01\" \"2026-11-28T10:15:00\"".to_owned()),
        (201, "\"E03\" \"2026-12-03T10:15:00\"".to_owned()),
    ]);
    assert_eq!(posted, expected);
    let open: Vec<(u64, Option<bool>)> = document["events"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|e| (e["ref"].as_u64().expect("a ref"), e.get("auto").and_then(Value::as_bool)))
        .collect();
    assert_eq!(open, [(102, None), (103, None), (104, None), (202, Some(false))]);
}

#[tokio::test]
async fn a_recall_restores_lines_for_which_no_attempt_was_made() {
    let test = TestTable::with_club().await;
    let proposal = test.propose_usual().await;
    let club = test.club();
    let edit = Edit::Place { place: place("E04", "2026-11-28"), overridden: None };
    edit_line(club, &key(&proposal, 102), Some(1), &edit, &now()).await.expect("edited");
    test.approve("a-1", &proposal, &[101, 102, 201]).await;
    club.take_line(&key(&proposal, 101), Some(1), &owner("w"), later(60), &now()).await.expect("taken");
    let keys = [101, 102, 201].map(|e| key(&proposal, e));
    let recalled = club.recall(&keys, &now()).await.expect("recalled");
    assert_eq!(recalled.recalled, [key(&proposal, 102), key(&proposal, 201)]);
    assert_eq!(recalled.too_late, [(key(&proposal, 101), LineStatus::Submitting)]);
    assert_eq!(test.status(&key(&proposal, 102)).await, LineStatus::UserEdited);
    assert_eq!(test.status(&key(&proposal, 201)).await, LineStatus::Proposed);
    assert_eq!(test.claimed_by(102).await, None);
    let stale = club.take_line(&key(&proposal, 102), Some(1), &owner("w"), later(60), &now()).await;
    assert!(matches!(stale, Err(LineError::NotAllowed(_))), "{stale:?}");
    let again = club.recall(&keys[1..], &now()).await.expect("recalled");
    assert_eq!((again.recalled, again.too_late), (vec![], vec![]), "recalled twice");
}

#[tokio::test]
async fn a_run_is_completed_again_after_all_its_lines_are_recalled() {
    let test = TestTable::with_club().await;
    let proposal = test.propose_usual().await;
    test.approve("a-1", &proposal, &[101, 102]).await;
    let status = async || test.club().run(&proposal.run).await.expect("read").expect("there").body.state.status();
    test.club().recall(&[key(&proposal, 101)], &now()).await.expect("recalled");
    assert_eq!(status().await, RunStatus::Approved);
    test.club().recall(&[key(&proposal, 102)], &now()).await.expect("recalled");
    assert_eq!(status().await, RunStatus::Completed);
    test.approve("a-2", &proposal, &[101, 102]).await;
    let line = test.club().line(&key(&proposal, 101)).await.expect("read").expect("there").body;
    assert_eq!(line.submission.expect("approved").generation, 3, "incremented by recall and by approval");
}

#[tokio::test]
async fn either_a_recall_or_a_concurrent_submission_succeeds() {
    for _ in 0..6 {
        let test = TestTable::with_club().await;
        let proposal = test.propose_usual().await;
        test.approve("a-1", &proposal, &[101]).await;
        let (line, worker, because) = (key(&proposal, 101), owner("w"), now());
        let club = test.club();
        let lines = [line.clone()];
        let (recalled, taken) = futures_util::future::join(
            club.recall(&lines, &because),
            club.take_line(&line, Some(1), &worker, later(60), &because),
        )
        .await;
        let recalled = recalled.expect("an answer").recalled.len();
        assert_eq!(recalled + usize::from(taken.is_ok()), 1, "only one of them");
        assert_eq!(test.claimed_by(101).await.is_some(), taken.is_ok());
    }
}

#[tokio::test]
async fn an_edit_needs_the_version_that_was_seen() {
    let test = TestTable::with_club().await;
    let proposal = test.propose_usual().await;
    let club = test.club();
    let edit = Edit::Place { place: place("E04", "2026-11-28"), overridden: None };
    let line = key(&proposal, 103);
    let (edited, requests) = test.requests(async |c| edit_line(c, &line, Some(1), &edit, &now()).await).await;
    assert_eq!((edited.expect("edited").version, requests), (2, 2));
    let stale = edit_line(club, &line, Some(1), &edit, &now()).await;
    assert_eq!(stale, Err(LineError::Stale { found: 2 }));
    assert_eq!(test.status(&line).await, LineStatus::UserEdited, "placed by hand");
    let reverted = edit_line(club, &line, None, &Edit::Revert, &now()).await.expect("reverted");
    assert_eq!(reverted.body.place, None);
    club.reject_line(&line, None, RejectionEffect::None, &because(later(9))).await.expect("rejected");
    let refused = edit_line(club, &line, None, &edit, &now()).await;
    assert!(matches!(refused, Err(LineError::NotAllowed(_))), "{refused:?}");
    let trail = club.trail(&store::audit::Subject::Line(line), None, 50).await.expect("a trail");
    let trail: Vec<String> = trail.items.iter().map(|e| e.body.to.clone()).collect();
    assert_eq!(trail, ["user_edited", "user_edited", "rejected"]);
}

#[tokio::test]
async fn a_chunk_is_not_approved_on_another_plan_than_its_check_saw() {
    let (test, proposal, refs) = table_of(70).await;
    let id = test.record("a-1", &proposal, &refs).await.expect("recorded");
    let club = test.club();
    let check = async || {
        let basis = club.plan_version().await.expect("a version").basis;
        let check = ApprovalCheck { refused: BTreeMap::new(), basis, first_attempt_at: NOW };
        club.note_check(&id, &check).await.expect("noted");
    };
    check().await;
    // Changes by the approval's own chunks were part of the check.
    assert_eq!(club.process_chunk(&id, None, NOW).await.expect("a chunk").0.approved.len(), 30);
    let holiday = store::documents::Holiday::on("2026-12-25".parse().expect("a date"));
    club.put_document(&holiday, store::documents::Expect::Nothing).await.expect("written");
    let progress = club.process_approval(&id, NOW).await.expect("an answer");
    assert!(progress.plan_moved && !progress.finished && progress.approved.is_empty(), "{progress:?}");
    check().await;
    let progress = club.process_approval(&id, NOW).await.expect("the rest");
    assert_eq!((progress.approved.len(), progress.finished, progress.plan_moved), (40, true, false));
}

#[tokio::test]
async fn an_approval_is_shown_until_it_is_finished_and_an_ended_approval_approves_no_further_line() {
    let (test, proposal, refs) = table_of(70).await;
    let club = test.club();
    let shown = async || {
        let found = club.unfinished().await.expect("a list");
        assert_eq!(
            found,
            club.club_documents().await.expect("documents").unfinished,
            "the club's documents have them too"
        );
        found.iter().map(|one| (one.done, one.lines)).collect::<Vec<_>>()
    };
    let id = test.record("a-1", &proposal, &refs).await.expect("recorded");
    assert_eq!(shown().await, [(0, 70)]);
    club.process_chunk(&id, None, NOW).await.expect("a chunk");
    assert_eq!(shown().await, [(30, 70)]);
    let ended = club.end_approval(&id, &now()).await.expect("ended");
    assert_eq!((ended.never_approved.len(), shown().await), (40, vec![]));
    assert!(ended.record.recalled.is_some());
    let again = club.end_approval(&id, &now()).await.expect("nothing to do");
    assert_eq!(again.never_approved, []);
    assert_eq!(club.process_approval(&id, NOW).await.expect("nothing to do").approved, []);
    // An approval that was completely processed is shown until its messages are sent.
    let id = test.record("a-2", &proposal, &refs[40..]).await.expect("recorded");
    club.process_approval(&id, NOW).await.expect("processed");
    assert_eq!(shown().await, [(30, 30)]);
    club.mark_approval_announced(&id).await.expect("announced");
    assert_eq!(shown().await, []);
}
