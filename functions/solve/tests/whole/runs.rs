//! Runs: a message leads to a proposal, or to an explanation why there is none.

use std::time::Duration;

use chrono::TimeDelta;
use domain::club::Club;
use domain::fixture;
use domain::snapshot::{EmployeeId, Snapshot, TimeOff};
use runtime::Deadline;
use serde_json::{Value, json};
use solver::{Detail, Options};
use store::documents::{Expect, LockedDay};
use store::key::{ProposalKey, Token};
use store::lines::{Line, LineKind};
use store::runs::PhaseName;
use store::states::{LineStatus, RunStatus};
use testkit::{owner, run_id};

use crate::setup::{SolveTest, records};

/// A posted event that can move to make room, a pair, a support event beside a base event, and an event that nobody may
/// work. In an emergency run event 6 can also be placed on the 20th.
const SMALL: &str = "person A specialist
    person L lead
    person C supervisor
    rotation lead all L
    off L 24..24
    posted 1 Core 22..30 A 24
    event 2 Core 24..25
    event 3 Supervisor 24..25 number=600002
    event 4 Freeosk 26..27
    event 5 JuicerSurvey 24..26
    event 6 Core 19..21";

const MORNING: &str = "2026-11-19T14:00:00Z";

async fn small_test() -> SolveTest {
    let mut document = fixture::snapshot(SMALL);
    document["posted"][0]["scheduled_event_id"] = json!(55_000_001);
    SolveTest::with(&[&document], MORNING).await
}

/// A line in short: event, kind, place (person, start, block), reason.
type LineSummary = (u64, LineKind, Option<(String, String, Option<u8>)>, Option<String>);

fn summaries_of_lines(lines: &[Line]) -> Vec<LineSummary> {
    let place = |l: &Line| l.place.as_ref().map(|p| (p.employee_id.0.clone(), p.start.to_string(), p.block));
    lines.iter().map(|l| (l.key.event.0, l.kind, place(l), l.failure.as_ref().map(|f| f.text.clone()))).collect()
}

/// The lines of the solver's answer to a snapshot, without the function.
fn summaries_by_solver(document: &[u8]) -> Vec<LineSummary> {
    let club = Club::new(Snapshot::parse(document).expect("a snapshot"));
    let proposal = solver::solve(&club, &Options::default(), &|_| {}).expect("a proposal");
    let answer = solver::answer(&proposal, Detail::Explained);
    let placed = answer.placements.iter().map(|p| {
        let kind = if p.from.is_some() { LineKind::Moved } else { LineKind::New };
        (p.event_ref.0, kind, Some((p.employee_id.0.clone(), p.start.to_string(), p.block)), None)
    });
    let left_out = answer.unplaced.iter().map(|u| match u.kind {
        domain::answer::UnplacedKind::NotPlaced => {
            (u.event_ref.0, LineKind::NotPlaced, None, Some(u.reason.text.clone()))
        }
        domain::answer::UnplacedKind::Dropped => (u.event_ref.0, LineKind::Dropped, None, None),
    });
    let mut summaries: Vec<LineSummary> = placed.chain(left_out).collect();
    summaries.sort_by_key(|summary| summary.0);
    summaries
}

#[tokio::test]
async fn a_run_proposes_what_the_solver_answers() {
    let test = small_test().await;
    let message = test.queue_run("run-1", false).await;
    test.deliver(&[message]).await;
    let proposal = ProposalKey { run: run_id("run-1"), token: Token(1) };
    assert_eq!(test.current_proposal().await.as_ref(), Some(&proposal));
    let lines = test.lines(&proposal).await;
    assert_eq!(summaries_of_lines(&lines), summaries_by_solver(&test.snapshot(&proposal).await));
    insta::assert_json_snapshot!("lines", lines);
    insta::assert_json_snapshot!("reasons", test.club().all_reasons(&proposal).await.expect("reasons"));
    let run = test.run("run-1").await;
    assert_eq!((run.state.status(), run.phase), (RunStatus::Completed, None));
    let summary = run.summary.expect("a summary");
    assert!(!summary.costs.is_empty());
    insta::assert_json_snapshot!("summary", summary, {
        ".costs" => "[costs]", ".answer.timing_ms" => "[times]", ".answer.model" => "[size]",
        ".provenance" => "[provenance]"
    });
    assert_eq!(test.club().lease().await.expect("read").expect("there").body.holder, None, "the lease is released");
}

#[tokio::test]
async fn a_repeated_message_changes_nothing() {
    let test = small_test().await;
    let message = test.queue_run("run-1", false).await;
    test.deliver(&[message.clone(), message.clone()]).await;
    let before = test.club().run(&message.run).await.expect("read");
    test.deliver(std::slice::from_ref(&message)).await;
    assert_eq!(test.club().run(&message.run).await.expect("read"), before);
    assert_eq!(test.messages().await, []);
}

#[tokio::test]
async fn a_message_is_delayed_while_another_run_has_the_lease() {
    let test = small_test().await;
    let message = test.queue_run("run-1", false).await;
    let until = test.now().plus(TimeDelta::seconds(40));
    test.club().take_lease(&owner("other"), &run_id("run-0"), test.now(), until).await.expect("taken");
    let mut due = vec![message];
    for second in [0, 30] {
        test.deliver(&due).await;
        assert_eq!(test.status("run-1").await, RunStatus::Queued, "{second} s");
        test.clock.advance(TimeDelta::seconds(29));
        assert_eq!(test.messages().await, [], "the message is delayed");
        test.clock.advance(TimeDelta::seconds(1));
        due = test.messages().await;
    }
    // The other run's lease expired after 40 s.
    test.deliver(&due).await;
    assert_eq!(test.status("run-1").await, RunStatus::Completed);
}

#[tokio::test]
async fn a_run_past_its_deadline_is_ended_with_an_explanation() {
    let test = small_test().await;
    let message = test.queue_run("run-1", false).await;
    test.clock.advance(TimeDelta::hours(1));
    test.deliver(&[message]).await;
    insta::assert_snapshot!(test.failure_words("run-1").await, @"It waited for a solver past its deadline: the club was busy with another run, or no solver came. Start a new run.");
    assert_eq!(test.current_proposal().await, None);
}

#[tokio::test]
async fn an_invocation_that_is_nearly_over_begins_no_run() {
    let test = small_test().await;
    let message = test.queue_run("run-1", false).await;
    let soon = Deadline::after(Duration::from_secs(20));
    test.solve.handle(records(std::slice::from_ref(&message)), soon).await.expect("an answer");
    assert_eq!(test.status("run-1").await, RunStatus::Queued);
    assert_eq!(test.messages().await, [message], "the message is left for the next invocation");
}

#[tokio::test]
async fn a_solver_that_lost_its_lease_writes_nothing_that_anybody_sees() {
    let test = small_test().await;
    let message = test.queue_run("run-1", false).await;
    let taken_over = async {
        while test.status("run-1").await != RunStatus::Running {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        test.clock.advance(TimeDelta::seconds(181));
        let until = test.now().plus(TimeDelta::seconds(180));
        test.club().take_lease(&owner("other"), &run_id("run-2"), test.now(), until).await.expect("taken")
    };
    let ((), held) = tokio::join!(test.deliver(std::slice::from_ref(&message)), taken_over);
    assert_eq!(held.token, Token(2));
    assert_eq!((test.current_proposal().await, test.run("run-1").await.summary), (None, None));
    assert_eq!(test.status("run-1").await, RunStatus::Running);
    // The redelivered message marks the run as crashed, as the sweep does.
    test.deliver(&[message]).await;
    assert_eq!(test.status("run-1").await, RunStatus::Crashed);
    assert_eq!(
        test.club().lease().await.expect("read").expect("there").body.token,
        Token(2),
        "the other run still has the lease"
    );
}

#[tokio::test]
async fn a_club_that_keeps_changing_is_not_solved() {
    let test = small_test().await;
    let message = test.queue_run("run-1", false).await;
    let day = LockedDay::on("2027-05-01".parse().expect("a date"));
    let changing = async {
        loop {
            test.club().put_document(&day, Expect::Anything).await.expect("written");
        }
    };
    tokio::select! {
        () = test.deliver(std::slice::from_ref(&message)) => {}
        () = changing => {}
    }
    insta::assert_snapshot!(test.failure_words("run-1").await, @"The club's data kept changing while they were read. Start a new run in a moment.");
    assert_eq!(test.current_proposal().await, None);
}

#[tokio::test]
async fn a_run_leaves_out_and_names_a_row_that_cannot_be_used() {
    let test = small_test().await;
    let reversed = TimeOff {
        employee_id: EmployeeId("C".into()),
        start: "2026-12-06".parse().expect("a date"),
        end: "2026-12-01".parse().expect("a date"),
    };
    test.club().put_document(&reversed, Expect::Nothing).await.expect("written");
    let message = test.queue_run("run-1", false).await;
    test.deliver(&[message]).await;
    assert_eq!(test.status("run-1").await, RunStatus::Completed);
    let answer = test.run("run-1").await.summary.expect("a summary").answer.expect("an answer");
    insta::assert_snapshot!(serde_json::to_string(&answer.left_out).expect("JSON"), @r#"["time_off C: found \"2026-12-01\", expected a date not before the start, 2026-12-06"]"#);
    let proposal = test.run("run-1").await.proposal().expect("a proposal");
    let lines = test.lines(&proposal).await;
    let has_line_with =
        |id: &str| lines.iter().any(|line| line.place.as_ref().is_some_and(|place| place.employee_id.0 == id));
    assert!(has_line_with("L") && !has_line_with("C"), "it is not known when C is absent, so C gets no new events");
    let kept = Snapshot::parse(&test.snapshot(&proposal).await).expect("an archived snapshot that can be solved again");
    assert!(!kept.time_off.contains(&reversed));
    assert!(kept.employees.iter().any(|e| e.id.0 == "C" && !e.active), "the snapshot is archived as it was solved");
    // A repaired row is no longer named.
    let stored = test.club().document(&reversed).await.expect("read");
    test.club().change_document(stored.as_ref(), None, &test.because()).await.expect("removed");
    let message = test.queue_run("run-2", false).await;
    test.deliver(&[message]).await;
    let answer = test.run("run-2").await.summary.expect("a summary").answer.expect("an answer");
    assert_eq!(answer.left_out, [""; 0]);
}

#[tokio::test]
async fn an_emergency_run_plans_from_today_on() {
    let test = small_test().await;
    for (name, emergency, kind) in [("run-1", false, None), ("run-2", true, Some(LineKind::New))] {
        let message = test.queue_run(name, emergency).await;
        test.deliver(&[message]).await;
        let proposal = test.run(name).await.proposal().expect("a proposal");
        let lines = test.lines(&proposal).await;
        assert_eq!(lines.iter().find(|l| l.key.event.0 == 6).map(|l| l.kind), kind, "{name}");
        let snapshot: Value = serde_json::from_slice(&test.snapshot(&proposal).await).expect("JSON");
        assert_eq!(snapshot["settings"]["buffer_days"] == json!(0), emergency);
    }
}

#[tokio::test]
async fn a_newer_proposal_supersedes_the_lines_of_the_older_one_at_once() {
    let test = small_test().await;
    for name in ["run-1", "run-2"] {
        let message = test.queue_run(name, false).await;
        test.deliver(&[message]).await;
    }
    assert_eq!(test.status("run-1").await, RunStatus::Superseded);
    let old = test.run("run-1").await.proposal().expect("a proposal");
    assert!(test.lines(&old).await.iter().all(|l| l.state.status() == LineStatus::Superseded));
    let new = test.current_proposal().await.expect("a proposal");
    assert!(test.lines(&new).await.iter().all(|l| l.state.status() == LineStatus::Proposed));
}

#[tokio::test]
async fn a_club_of_real_size_is_read_in_at_most_six_requests_and_its_phases_are_recorded() {
    let path = format!("{}/../../events/club-sample.json", env!("CARGO_MANIFEST_DIR"));
    let document: Value = serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON");
    let test = SolveTest::with(&[&document], MORNING).await;
    let message = test.queue_run("run-1", false).await;
    let mut phases = Vec::new();
    let watching = async {
        loop {
            let phase = test.run("run-1").await.phase;
            if phase.is_some() && phases.last() != phase.as_ref() {
                phases.extend(phase);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        () = test.deliver(std::slice::from_ref(&message)) => {}
        () = watching => {}
    }
    assert_eq!(test.status("run-1").await, RunStatus::Completed);
    let solving = phases.iter().find(|p| p.name == PhaseName::Solving).expect("a phase");
    assert!(solving.detail.as_ref().is_some_and(|d| d.contains("columns")), "{solving:?}");
    assert!(phases.is_sorted_by_key(|p| p.name), "{phases:?}");
    let summary = test.run("run-1").await.summary.expect("a summary");
    let answer = summary.answer.expect("an answer");
    assert!(answer.load_requests <= 6, "{answer:?}");
    assert_eq!(answer.status, domain::answer::Status::Optimal);
    let lines = test.lines(&test.current_proposal().await.expect("a proposal")).await;
    assert_eq!(lines.len() as u32, summary.total_events_processed);
    for line in &lines {
        assert!(line.event.kind.is_some() && line.event.estimated_minutes.is_some(), "{}", line.key);
        let changes_posted = matches!(line.kind, LineKind::Moved | LineKind::Dropped);
        assert!(!changes_posted || line.swap.is_some(), "{}", line.key);
    }
}

#[tokio::test]
async fn a_run_can_be_replayed_from_its_archive() {
    let test = small_test().await;
    let message = test.queue_run("run-1", false).await;
    test.deliver(&[message]).await;
    let run = test.run("run-1").await;
    let (proposal, provenance) =
        (run.proposal().expect("a proposal"), run.summary.and_then(|summary| summary.provenance).expect("a record"));
    let snapshot = test.snapshot(&proposal).await;
    let answer = test.club().kept_answer(&proposal, test.now()).await.expect("read").expect("kept");
    assert!(
        provenance.snapshot.place.ends_with("#ARCHIVE/run-1#0000000001#snapshot#"),
        "{}",
        provenance.snapshot.place
    );
    let recorded = planner::replay::RecordedRun::verify(*provenance, &snapshot, &answer).expect("the recorded digests");
    let result = recorded.replay(None, &solver::Permit::none()).expect("solved");
    assert_eq!(result.replayed.verdict, store::provenance::ReplayVerdict::Identical, "{}", result.replayed.words());
    assert!(result.comparison.lines.is_empty());
}
