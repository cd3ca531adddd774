//! Access patterns of the crate's documentation take the number of requests that is documented there.

use std::sync::Arc;

use domain::snapshot::{Employee, EventRef};
use store::approvals::{Approval, ChosenLine};
use store::documents::{Expect, Holiday, LockedDay};
use store::edits::Mark;
use store::key::ScheduledEventId;
use store::runs::{PhaseName, Run, RunOrigin, RunPhase};
use store::states::{AttemptEnd, GroupKey, Step};
use store::submission::{CountsAsAttempt, Reporter, Requeue, TakenLine};
use testkit::{owner, run_id, unchanged};

use crate::approvals::{approval_id, key};
use crate::proposals::{because, later, now, summary};
use crate::setup::{NOW, TestTable, date, small_club, today};

/// Requires that a call succeeds and takes exactly this many requests.
macro_rules! costs {
    ($test:expr, $expected:expr, $club:ident => $call:expr) => {{
        let (answer, requests) = $test.requests(async |$club| $call.await).await;
        let answer = answer.expect(stringify!($call));
        assert_eq!(requests, $expected, "{}", stringify!($call));
        answer
    }};
}

#[tokio::test]
async fn runs_take_the_documented_number_of_requests() {
    let test = TestTable::empty().await;
    let document = small_club().to_string();
    // Documents, events and posted schedules fit into one batch; one more request reads whether the location is free.
    costs!(test, 6, c => c.import_snapshot(document.as_bytes()));
    costs!(test, 1, c => c.listings());
    costs!(test, 2, c => c.begin_night(today(), &run_id("n-1"), later(60), &now()));
    costs!(test, 2, c => c.begin_night(today(), &run_id("n-2"), later(60), &now()));
    let held = costs!(test, 2, c => c.take_lease(&owner("s"), &run_id("n-1"), NOW, later(60)));
    costs!(test, 3, c => c.start_run(&held, &now()));
    let phase = RunPhase { name: PhaseName::Solving, since: NOW, detail: Some("9 columns, 4 rows".into()) };
    costs!(test, 3, c => c.note_phase(&held, &phase, later(90)));
    costs!(test, 2, c => c.check_run_liveness(&held.run, &now()));
    costs!(test, 6, c => c.commit_proposal(&held, &summary(1), &now()));
    costs!(test, 1, c => c.current_proposal());
    let run = Run::queued(run_id("r-1"), RunOrigin::Manual { by: "robin".into() }, false, NOW, later(60));
    costs!(test, 2, c => c.queue_run(&run, &now()));
    costs!(test, 3, c => c.end_queued_run(&run.id, &now()));
    costs!(test, 1, c => c.runs(None, 20));
    costs!(test, 1, c => c.tallies(&run.id, &run.id));
    costs!(test, 2, c => c.runs_to_supersede());
}

#[tokio::test]
async fn approvals_and_submissions_take_the_documented_number_of_requests() {
    let test = TestTable::with_club().await;
    let proposal = test.propose_usual().await;
    let [one, two, moved] = [101, 102, 201].map(|e| key(&proposal, e));
    costs!(test, 1, c => c.lines(&proposal, NOW));
    let lines = costs!(test, 1, c => c.lines_since(Arc::default(), &proposal, NOW));
    costs!(test, 1, c => c.lines_since(lines, &proposal, NOW));
    costs!(test, 1, c => c.all_reasons(&proposal));
    costs!(test, 2, c => c.mark_line(&one, Some(1), Mark::Held, &now()));
    costs!(test, 2, c => c.mark_line(&one, Some(2), Mark::Free, &now()));
    let chosen = [(101, 3), (102, 1), (201, 1)].map(|(e, v)| ChosenLine::new(EventRef(e), v, 0)).to_vec();
    let approval = Approval::new(approval_id("a-1"), proposal.clone(), chosen, now());
    costs!(test, 2, c => c.record_approval(&approval));
    costs!(test, 4, c => c.process_chunk(&approval.id, None, NOW));
    costs!(test, 1, c => c.unfinished_approvals(NOW));
    costs!(test, 2, c => c.mark_approval_announced(&approval.id));
    costs!(test, 4, c => c.recall(std::slice::from_ref(&two), &now()));
    let group = GroupKey { approval: approval.id.clone(), number: 0 };
    costs!(test, 2, c => c.take_group(&group, &owner("w"), NOW, later(60)));
    let (taken, _) = costs!(test, 2, c => c.take_line(&one, Some(1), &owner("w"), later(60), &now()));
    let requeue = Requeue {
        next_attempt_at: NOW,
        ended: AttemptEnd::NotTaken { words: "429".into() },
        step: Step::Schedule,
        counts: CountsAsAttempt::No,
    };
    costs!(test, 2, c => c.requeue_line(Reporter::Worker(&taken), &requeue, &now()));
    costs!(test, 2, c => c.take_line(&one, Some(1), &owner("w"), later(60), &now()));
    costs!(test, 2, c => c.doubt_line(&taken, "time-out", later(60), &now()));
    costs!(test, 1, c => c.due_claims(later(60), None, 100));
    let reader = Reporter::Reader { key: &one, generation: 1 };
    costs!(test, 2, c => c.accept_line(reader, Some(ScheduledEventId(1)), &now()));
    let taken = TakenLine { key: moved.clone(), ..taken };
    costs!(test, 2, c => c.take_line(&moved, Some(1), &owner("w"), later(60), &now()));
    let requeue = Requeue { ended: AttemptEnd::Done { scheduled_event_id: None }, ..requeue };
    costs!(test, 2, c => c.requeue_line(Reporter::Worker(&taken), &requeue, &now()));
    costs!(test, 2, c => c.take_line(&moved, Some(1), &owner("w"), later(60), &now()));
    costs!(test, 3, c => c.accept_line(Reporter::Worker(&taken), Some(ScheduledEventId(2)), &now()));
    costs!(test, 1, c => c.claims());
    costs!(test, 2, c => c.pause_submissions(store::submission::PauseReason::Unreachable, None, &now()));
    costs!(test, 1, c => c.submissions_pause(NOW));
    costs!(test, 1, c => c.changes_since(NOW, None, 100));
    costs!(test, 1, c => c.trail(&store::audit::Subject::Line(one.clone()), None, 100));
    costs!(test, 1, c => c.newest_changes(&store::audit::Subject::Line(one.clone()), 100));
}

#[tokio::test]
async fn documents_and_events_take_the_documented_number_of_requests() {
    let test = TestTable::with_club().await;
    costs!(test, 1, c => c.documents::<Employee>(None, 100));
    costs!(test, 1, c => c.put_document(&Holiday::on(date("2026-12-25")), Expect::Nothing));
    costs!(test, 2, c => c.put_document(&LockedDay::on(date("2026-12-25")), Expect::Anything));
    let holiday = costs!(test, 1, c => c.document(&Holiday::on(date("2026-12-25")))).expect("there");
    costs!(test, 1, c => c.change_document(Some(&holiday), None, &now()));
    let read = test.club().club_documents().await.expect("documents").club_settings().expect("a club");
    costs!(test, 3, c => c.change_settings(&read, read.body.clone(), &now()));
    costs!(test, 1, c => c.open_events(today(), None, 100));
    costs!(test, 1, c => c.posted_between(today(), date("2026-12-31"), None, 100));
    let mut open = unchanged(costs!(test, 1, c => c.known_event(EventRef(101))).expect("there"));
    open.facts.condition = Some("Paused".into());
    let mut posted = unchanged(costs!(test, 2, c => c.known_event(EventRef(201))).expect("there"));
    posted.facts.condition = Some("Scheduled".into());
    costs!(test, 1, c => c.apply_updates(&[open.clone(), posted.clone()]));
    costs!(test, 1, c => c.all_open_events(today()));
    costs!(test, 1, c => c.all_posted_between(today(), date("2026-12-31")));
    costs!(test, 1, c => c.all_posted_from(today()));
    let reversed = costs!(test, 0, c => c.all_posted_between(date("2026-12-31"), today()));
    assert_eq!(reversed, []);
    costs!(test, 2, c => c.record_refreshed(NOW));
}

#[tokio::test]
async fn a_run_stores_the_cost_of_reading_its_snapshot() {
    let test = TestTable::with_club().await;
    let meter = store::meter::Meter::new();
    let club = test.table.club(&test.club, &meter);
    club.load_snapshot(today()).await.expect("a snapshot");
    let costs = meter.costs();
    let queried = costs[&store::meter::Operation::Query];
    assert!(queried.items > 20 && queried.capacity > 0.0, "{costs:?}");
    let held = test.start_run("run-1", "s", NOW).await;
    let summary = store::runs::RunSummary { costs: costs.clone(), ..summary(1) };
    club.commit_proposal(&held, &summary, &because(NOW)).await.expect("committed");
    let kept = club.run(&held.run).await.expect("read").expect("there").body.summary.expect("one");
    assert_eq!(kept.costs, costs);
}
