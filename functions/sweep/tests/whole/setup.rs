//! The set-up of every test: a club with three open events, and the sweep over it.

use std::ops::Deref;
use std::time::Duration;

use chrono::NaiveDate;
use chrono::TimeDelta;
use runtime::Deadline;
use runtime::trigger::Tick;
use serde_json::{Value, json};
use store::documents::PlanVersion;
use store::key::{ApprovalId, ProposalKey, RunId};
use store::lease::HeldLease;
use store::lines::LineKind;
use sweep::Sweep;
use testkit::{TestClub, manual, run_id};

/// Enough time for any sweep.
pub const PLENTY: Duration = Duration::from_mins(1);

/// A club with three open events.
pub struct SweepTest(TestClub);

impl Deref for SweepTest {
    type Target = TestClub;

    fn deref(&self) -> &TestClub {
        &self.0
    }
}

fn facts(event: u64) -> Value {
    json!({
        "ref": event, "name": format!("619{event:03}-LKD-AF-Salad (2512{event:05}) - V2-CORE"), "type": "Core",
        "start": "2026-11-24T00:00:00", "due": "2026-12-10T00:01:00", "estimated_minutes": 390, "auto": true
    })
}

fn document(club: &str) -> Value {
    let person = |n: u32| {
        json!({"id": format!("E{n:02}"), "name": format!("E{n:02}"), "job_title": "Lead Event Specialist",
               "rep_id": 150_000 + n})
    };
    let week: Value = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        .map(|day| (day.to_owned(), json!(true)))
        .into_iter()
        .collect();
    let weeks: Vec<Value> = (1..=3).map(|n| json!({"employee_id": format!("E{n:02}"), "days": week})).collect();
    let events: Vec<Value> = (101..=103).map(facts).collect();
    let location = 150_000 + club.parse::<u64>().unwrap_or(10_001);
    json!({
        "club": {"id": club, "name": "A club", "time_zone": "America/Indiana/Indianapolis", "location_id": location},
        "today": "2026-11-23", "employees": [person(1), person(2), person(3)], "weekly_availability": weeks,
        "events": events, "posted": [],
    })
}

impl SweepTest {
    pub async fn new() -> SweepTest {
        SweepTest(TestClub::new(&document("8135")).await)
    }

    pub async fn add_club(&self, id: &str) {
        self.0.add_club(&document(id)).await;
    }

    /// Runs one sweep and returns its answer.
    pub async fn sweep(&self) -> Value {
        let sweep = Sweep::new(&self.environment).expect("a function");
        let swept = sweep.handle(Tick, Deadline::after(PLENTY)).await.expect("an answer");
        serde_json::to_value(swept).expect("JSON")
    }

    /// Runs two concurrent sweeps and returns the sum of one of their counts.
    pub async fn sweep_twice_at_once(&self, what: &str) -> u64 {
        let (one, two) = futures_util::future::join(self.sweep(), self.sweep()).await;
        [one, two].iter().map(|swept| swept[what].as_u64().expect("a count")).sum()
    }

    pub async fn queue_and_start_run(&self, run: &str) -> HeldLease {
        let run = self.queue_run(run, manual("robin")).await;
        self.start_queued_run(&run.id).await
    }

    async fn start_queued_run(&self, run: &RunId) -> HeldLease {
        self.0.start_queued_run(run, 180, &self.because()).await
    }

    /// Begins the night of a date and starts its run.
    pub async fn begin_and_start_night(&self, date: NaiveDate, run: &str) -> HeldLease {
        let deadline = self.now().plus(TimeDelta::hours(1));
        self.club().begin_night(date, &run_id(run), deadline, &self.because()).await.expect("begun");
        self.start_queued_run(&run_id(run)).await
    }

    /// Commits a proposal that places these events: 101 on 2026-11-28, 102 on the next day, and so on.
    pub async fn propose_lines(&self, run: &str, events: &[u64]) -> ProposalKey {
        self.complete_run_with_events(self.queue_and_start_run(run).await, events).await
    }

    /// Commits a proposal as the solver of a run does.
    pub async fn complete_run_with_events(&self, held: HeldLease, events: &[u64]) -> ProposalKey {
        let proposal = ProposalKey { run: held.run.clone(), token: held.token };
        let mut lines = Vec::new();
        for event in events {
            let start = format!("2026-11-{}T10:15:00", 27 + event % 100);
            lines.push(self.placed_line(&proposal, (LineKind::New, *event, Some(("E01", &start)))).await);
        }
        self.commit(&held, &lines, PlanVersion::default()).await
    }

    /// Records an approval of these lines, each in a group of its own. No line is approved yet.
    pub async fn record_approval_of(&self, proposal: &ProposalKey, events: &[u64]) -> ApprovalId {
        let id = ApprovalId::new(self.now(), &mut fastrand::Rng::with_seed(events.iter().sum()));
        self.record(id, proposal, events.iter().copied().zip(0..), 10, self.because()).await.id
    }

    /// Approves these lines, each in a group of its own, and marks their messages as sent without sending them.
    pub async fn approve_directly(&self, proposal: &ProposalKey, events: &[u64]) -> ApprovalId {
        let id = self.record_approval_of(proposal, events).await;
        self.process_approval(&id).await;
        self.announce(&id).await;
        id
    }
}
