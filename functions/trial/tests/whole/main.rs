//! Trials, with the table and the queues embedded in the test's process: their results, what their adoption writes, and
//! that they change nothing else.

#![allow(clippy::expect_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use chrono::TimeDelta;
use desk::DeskError;
use desk::trials::{AdoptionResult, MAX_AN_HOUR, adopt, show, start_trial};
use domain::trial::{Change, DifferenceKind, Totals};
use runtime::Deadline;
use runtime::messages::TrialMessage;
use runtime::trigger::{Payload, SqsBatchResponse, SqsEvent};
use serde_json::{Value, json};
use solver::{Detail, Options};
use store::key::{ApprovalId, ProposalKey, RunId, TrialId};
use store::provenance::ReplayVerdict;
use store::runs::{RunOrigin, RunSummary};
use store::states::{LineStatus, RunStatus};
use store::trials::{Trial, TrialResult, TrialStart, TrialState};
use testkit::{TestClub, run_id};
use trial::Trials;

/// Three people, one posted Core and two open ones.
const CLUB: &str = "person A specialist
    person B specialist
    person L lead
    posted 1 Core 20..28 A 24 block=1
    event 10 Core 24..25
    event 11 Core 20..28";

struct TrialTest {
    test: TestClub,
    trials: Trials,
}

fn id(name: &str) -> TrialId {
    TrialId::parse(name).expect("an id")
}

impl TrialTest {
    async fn of(lines: &str) -> TrialTest {
        let test = TestClub::of_lines(lines).await;
        TrialTest { trials: Trials::new(&test.environment).expect("a function"), test }
    }

    async fn begin(&self, name: &str, base: TrialStart, change: Value) {
        assert_eq!(self.try_begin(name, base, change).await.expect("begun"), id(name));
    }

    async fn try_begin(&self, name: &str, base: TrialStart, change: Value) -> Result<TrialId, DeskError> {
        let change = Change::parse(change.to_string().as_bytes()).expect("a change");
        let queue = self.test.environment.queue::<TrialMessage>().expect("a queue");
        start_trial(self.test.club(), &queue, id(name), base, change, &self.test.because()).await
    }

    /// Delivers the messages of the queue.
    async fn deliver(&self) {
        let messages = self.test.messages::<TrialMessage>().await;
        let record = |(n, m): (usize, &TrialMessage)| json!({"messageId": n.to_string(), "body": json!(m).to_string()});
        let event = json!({"Records": messages.iter().enumerate().map(record).collect::<Vec<_>>()});
        let event = SqsEvent::read(event).expect("an event");
        let deadline = Deadline::after(Duration::from_secs(30));
        assert_eq!(self.trials.handle(event, deadline).await, Ok(SqsBatchResponse::default()));
    }

    async fn state(&self, name: &str) -> TrialState {
        show(self.test.club(), &id(name), self.test.now()).await.expect("a trial").state
    }

    async fn result(&self, name: &str) -> TrialResult {
        match self.state(name).await {
            TrialState::Done { result, .. } => *result,
            other => panic!("{other:?}"),
        }
    }

    /// Begins a trial of the current club, delivers its message and returns its result.
    async fn solve(&self, name: &str, change: Value) -> TrialResult {
        self.begin(name, TrialStart::Now, change).await;
        self.deliver().await;
        self.result(name).await
    }

    async fn adopt(&self, name: &str, run: &str) -> Result<AdoptionResult, DeskError> {
        let ids = (run_id(run), ApprovalId::parse(&format!("a-{run}")).expect("an id"));
        adopt(self.test.desk(), &self.test.submit_queue(), &id(name), ids, &self.test.because()).await
    }
}

/// The differences of a result: each event with its kind of change.
fn differences(result: &TrialResult) -> Vec<(u64, DifferenceKind)> {
    result.comparison.lines.iter().map(|line| (line.event_ref_num.0, line.what)).collect()
}

#[tokio::test]
async fn a_trial_that_changes_nothing_keeps_the_plan() {
    let test = TrialTest::of(CLUB).await;
    test.test.propose("run-1", "10 B 24, 11 L 22").await;
    let same = test.solve("t-1", json!({"weights": {"fairness": 1}})).await;
    assert_eq!(differences(&same), [], "the plan that people see is among the best, and is kept");
    assert_eq!(same.comparison.summary, "Nothing differs");
    assert_eq!(same.comparison.before, same.comparison.after);
    assert_eq!((same.without_change, same.is_unchanged_proven), (Some(same.comparison.after), true));
}

#[tokio::test]
async fn what_a_run_would_place_anyway_is_not_credited_to_the_change() {
    let test = TrialTest::of(CLUB).await;
    test.test.propose("run-1", "10 B 24").await;
    let result = test.solve("t-1", json!({"weights": {"fairness": 1}})).await;
    let placed = |totals: &Totals| (totals.placed, totals.not_placed);
    assert_eq!(placed(&result.comparison.before), (1, 1), "the proposal places one of the two events");
    assert_eq!(placed(&result.comparison.after), (2, 0));
    assert_eq!(result.without_change, Some(result.comparison.after), "the change itself adds nothing");
}

#[tokio::test]
async fn a_trial_of_a_day_off_names_the_moved_events_and_changes_nothing() {
    let test = TrialTest::of(CLUB).await;
    let run = test.test.propose("run-1", "10 B 24, 11 L 22").await;
    let before = test.test.plan().await.plan_version;
    let off = json!({"time_off": [{"employee_id": "B", "start": "2026-11-24", "end": "2026-11-24"}]});
    let result = test.solve("t-1", off).await;
    assert_eq!(
        differences(&result),
        [(10, DifferenceKind::Person), (11, DifferenceKind::Person)],
        "B and L trade, so that everybody has one Core"
    );
    assert_eq!(result.comparison.summary, "2 events move");
    assert_eq!(result.comparison.people.iter().map(|p| p.employee_id.0.as_str()).collect::<Vec<_>>(), ["B", "L"]);
    assert_eq!(test.test.plan().await.plan_version, before);
    assert_eq!(test.test.line_of(&run, 10).await.body.place.expect("a place").employee_id.0, "B");
}

#[tokio::test]
async fn an_adopted_trial_becomes_the_proposal_with_its_differences_as_edits() {
    let test = TrialTest::of(CLUB).await;
    test.test.propose("run-1", "10 B 24, 11 L 22").await;
    let wish = json!({"fixed": [{"ref": 11, "employee_id": "A", "date": "2026-11-27"}]});
    let result = test.solve("t-1", wish.clone()).await;
    assert_eq!(differences(&result), [(11, DifferenceKind::PersonAndDay)]);
    test.begin("t-2", TrialStart::Now, wish).await;
    test.deliver().await;
    let AdoptionResult::Proposal { run, differ } = test.adopt("t-1", "run-2").await.expect("adopted") else { panic!() };
    assert_eq!((run.as_str(), differ), ("t-1", 1));
    let adopted = test.test.run("t-1").await;
    assert_eq!(adopted.state.status(), RunStatus::Completed);
    assert!(matches!(adopted.origin, RunOrigin::Trial { .. }));
    let line = test.test.line_of(&run, 11).await.body;
    assert_eq!(line.state.status(), LineStatus::UserEdited);
    let names = |place: Option<store::events::Place>| place.expect("a place").employee_id.0;
    assert_eq!((names(line.place), names(line.original)), ("A".to_owned(), "L".to_owned()));
    assert_eq!(test.test.status_of(&run, 10).await, LineStatus::Proposed);
    let again = test.adopt("t-1", "run-3").await.expect_err("adopted already");
    assert!(matches!(again, DeskError::AlreadyAdopted { .. }), "{again}");
    let other = test.adopt("t-2", "run-3").await.expect_err("the plan moved");
    assert!(matches!(other, DeskError::PlanMoved { .. }), "{other}");
    assert!(test.test.club().run(&run_id("t-2")).await.expect("read").is_none(), "the refused adoption leaves no run");
    // The refused adoption blocks neither the next adoption nor the next run.
    test.solve("t-3", json!({"fixed": [{"ref": 11, "employee_id": "L", "date": "2026-11-22"}]})).await;
    test.adopt("t-3", "run-4").await.expect("adopted");
    test.test.queue_run("run-9", testkit::manual("pat@club.example")).await;
}

#[tokio::test]
async fn a_trial_that_breaks_rules_in_the_real_club_is_not_adopted() {
    let test = TrialTest::of(&format!("{CLUB}\noff A 23..23")).await;
    test.test.propose("run-1", "10 B 24, 11 L 22").await;
    let working = json!({
        "working": [{"employee_id": "A", "date": "2026-11-23"}],
        "fixed": [{"ref": 11, "employee_id": "A", "date": "2026-11-23"}],
    });
    let result = test.solve("t-1", working).await;
    assert_eq!(differences(&result), [(11, DifferenceKind::PersonAndDay)]);
    let refused = test.adopt("t-1", "run-2").await.expect_err("A has time off");
    assert!(matches!(&refused, DeskError::NotOnRealFacts { words } if words[0].contains("event 11")), "{refused}");
}

#[tokio::test]
async fn the_schedules_of_a_call_out_are_filled_and_the_moves_are_approved() {
    let test = TrialTest::of(CLUB).await;
    let callout = json!({"callout": {"employee_id": "A", "from": "2026-11-24", "to": "2026-11-24", "moves": "none"}});
    let result = test.solve("t-1", callout).await;
    assert_eq!(differences(&result), [(1, DifferenceKind::Person)]);
    assert_eq!(result.open, []);
    let AdoptionResult::Callout(changed) = test.adopt("t-1", "run-2").await.expect("adopted") else { panic!() };
    assert_eq!(changed.approved.queued.len(), 1);
    assert_eq!(test.test.status_of(&run_id("run-2"), 1).await, LineStatus::Approved);
    assert!(test.adopt("t-1", "run-3").await.is_err(), "adopted already");
}

#[tokio::test]
async fn a_call_out_leaves_a_schedule_on_its_way_to_crossmark_as_it_is_and_says_so() {
    let test = TrialTest::of(CLUB).await;
    let run = test.test.propose("r1", "11 A 25").await;
    test.test.approve("a1", &run, None).await.expect("approved");
    let callout = json!({"callout": {"employee_id": "A", "from": "2026-11-24", "to": "2026-11-25", "moves": "any"}});
    let result = test.solve("t-1", callout).await;
    assert_eq!(differences(&result), [(1, DifferenceKind::Person)]);
    let [words] = result.under_way.as_slice() else { panic!("{:?}", result.under_way) };
    assert!(words.starts_with("Core 11 ") && words.contains("is on its way to Crossmark: wait"), "{words}");
    assert!(test.adopt("t-1", "run-2").await.is_ok(), "what it offers can be sent");
}

#[tokio::test]
async fn a_trial_of_a_run_reads_the_snapshot_of_that_run_and_is_not_adopted() {
    let test = TrialTest::of(CLUB).await;
    let run = test.test.propose("run-1", "10 B 24, 11 L 22").await;
    let proposal = test.test.run("run-1").await.proposal().expect("a proposal");
    let today = "2026-11-19".parse().expect("a date");
    let snapshot = test.test.club().load_snapshot(today).await.expect("a snapshot").snapshot;
    test.test
        .club()
        .keep_snapshot(&proposal, &serde_json::to_vec(&snapshot).expect("JSON"), test.test.now())
        .await
        .expect("kept");
    test.begin("t-1", TrialStart::Run { run: run.clone() }, json!({"weights": {"fairness": 1}})).await;
    test.begin("t-2", TrialStart::Run { run: RunId::parse("run-9").expect("an id") }, json!({})).await;
    test.deliver().await;
    assert_eq!(differences(&test.result("t-1").await), []);
    assert!(matches!(test.state("t-2").await, TrialState::Failed { words, .. } if words.contains("no longer kept")));
    assert!(matches!(test.adopt("t-1", "run-2").await, Err(DeskError::TrialOfRun)));
}

#[tokio::test]
async fn a_trial_above_the_hourly_limit_is_refused_until_the_moment_that_the_refusal_names() {
    let test = TrialTest::of(CLUB).await;
    let first = test.test.now();
    for number in 0..MAX_AN_HOUR {
        let because = test.test.because();
        let name = format!("{}-{number:04}", because.at.utc().format("%Y%m%dT%H%M%S%3f"));
        let trial = Trial::queued(id(&name), TrialStart::Now, Change::default(), because);
        test.test.club().begin_trial(&trial, trial.because.at, MAX_AN_HOUR).await.expect("written");
        test.test.advance(2);
    }
    let refused = test.try_begin("t-1", TrialStart::Now, json!({})).await.expect_err("too many");
    let DeskError::TooManyTrials { next_at, .. } = refused else { panic!("{refused}") };
    assert_eq!(next_at, first.plus(TimeDelta::hours(1)));
    let left = (next_at.utc() - test.test.now().utc()).num_seconds();
    test.test.advance(left - 1);
    assert!(test.try_begin("t-1", TrialStart::Now, json!({})).await.is_err(), "a second too early");
    test.test.advance(1);
    test.begin("t-1", TrialStart::Now, json!({})).await;
}

#[tokio::test]
async fn a_change_that_the_club_does_not_allow_is_refused_and_a_lost_trial_is_solved_again() {
    let test = TrialTest::of(CLUB).await;
    let misfit = json!({"fixed": [{"ref": 99, "employee_id": "Z", "date": "2026-11-24"}]});
    let words = test.try_begin("t-1", TrialStart::Now, misfit).await.expect_err("refused").to_string();
    for part in ["fixed[0].employee_id", "fixed[0].ref"] {
        assert!(words.contains(part), "{words}");
    }
    assert!(
        matches!(show(test.test.club(), &id("t-1"), test.test.now()).await, Err(DeskError::NoTrial)),
        "no trial was begun"
    );
    test.begin("t-2", TrialStart::Now, json!({})).await;
    // A worker has taken the trial and is lost.
    let read = test.test.club().trial(&id("t-2"), test.test.now()).await.expect("read").expect("a trial");
    let running = Trial { state: TrialState::Running { since: test.test.now() }, ..read.body };
    assert!(test.test.club().change_trial(read.version, &running).await.expect("written"));
    test.test.advance(100);
    assert!(matches!(test.state("t-2").await, TrialState::Failed { .. }), "the trial is shown as failed");
    test.deliver().await;
    assert_eq!(differences(&test.result("t-2").await).len(), 2, "both open events get a place");
    test.test.advance(25 * 3600);
    assert!(matches!(show(test.test.club(), &id("t-2"), test.test.now()).await, Err(DeskError::NoTrial)));
}

/// A completed run with an archived snapshot and answer, like a run of `solve`. Returns the snapshot too.
async fn archived_run(test: &TestClub) -> (RunId, Vec<u8>) {
    let held = test.queue_and_start_run("run-1").await;
    let (club, key) = (test.club(), ProposalKey { run: held.run.clone(), token: held.token });
    let loaded = club.load_snapshot("2026-11-19".parse().expect("a date")).await.expect("a snapshot");
    let options = Options::default();
    let document = serde_json::to_vec(&loaded.snapshot).expect("JSON");
    let weights = loaded.snapshot.settings.weights.clone();
    let rules = domain::club::Club::new(loaded.snapshot);
    let solved = solver::solve(&rules, &options, &|_| {}).expect("solved");
    let answer = planner::canonical_bytes(&solver::answer(&solved, Detail::Plain)).expect("JSON");
    let snapshot = club.keep_snapshot(&key, &document, test.now()).await.expect("kept");
    let answer = club.keep_answer(&key, &answer, test.now()).await.expect("kept");
    let provenance = planner::replay::provenance(&weights, &options, snapshot, answer);
    let summary = RunSummary { provenance: Some(Box::new(provenance)), ..testkit::summary(loaded.plan_version) };
    club.commit_proposal(&held, &summary, &test.because()).await.expect("committed");
    (held.run, document)
}

#[tokio::test]
async fn a_replay_is_identical_and_one_of_a_replaced_snapshot_is_refused() {
    let test = TrialTest::of(CLUB).await;
    let (run, document) = archived_run(&test.test).await;
    let replay = TrialStart::Replay { run: run.clone() };
    test.begin("t-1", replay.clone(), json!({})).await;
    test.deliver().await;
    let result = test.result("t-1").await;
    let replayed = result.replayed.clone().expect("a replay");
    assert_eq!(replayed.verdict, ReplayVerdict::Identical, "{}", replayed.words());
    assert_eq!((differences(&result), replayed.lines_differ, replayed.versions), (vec![], 0, vec![]));
    assert!(matches!(test.adopt("t-1", "run-2").await, Err(DeskError::TrialOfRun)));
    // Somebody replaces the archived snapshot outside of Muster.
    let proposal = test.test.run("run-1").await.proposal().expect("a proposal");
    let other = String::from_utf8(document).expect("a text").replace("specialist", "Specialist").replace("24", "25");
    test.test.club().keep_snapshot(&proposal, other.as_bytes(), test.test.now()).await.expect("written");
    test.begin("t-2", replay, json!({})).await;
    test.deliver().await;
    let TrialState::Failed { words, .. } = test.state("t-2").await else { panic!() };
    assert!(words.contains("not the one that the run recorded"), "{words}");
}

#[tokio::test]
async fn a_run_without_a_record_of_its_inputs_is_not_replayed() {
    let test = TrialTest::of(CLUB).await;
    let run = test.test.propose("run-1", "10 B 24").await;
    test.begin("t-1", TrialStart::Replay { run }, json!({})).await;
    test.deliver().await;
    let TrialState::Failed { words, .. } = test.state("t-1").await else { panic!() };
    assert!(words.contains("no record of its inputs"), "{words}");
}
