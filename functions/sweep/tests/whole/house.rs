//! What every test starts from: a club, a clock that a test moves, and proposals as a solver leaves them.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta};
use cloud::{Cloud, Hands};
use domain::snapshot::{EmployeeId, EventRef};
use runtime::messages::{Message, RunMessage, SubmitMessage};
use runtime::trigger::Tick;
use runtime::{Deadline, Environment};
use serde_json::{Value, json};
use store::approvals::{Approval, Chosen};
use store::audit::Because;
use store::documents::PlanVersion;
use store::events::Place;
use store::key::{ApprovalId, ClubId, LineKey, Owner, ProposalKey, RunId};
use store::lease::Held;
use store::lines::{Line, LineKind};
use store::meter::{Costs, Meter};
use store::runs::{Origin, Run, Summary};
use store::stamp::Timestamp;
use store::states::{Guarded, LineStatus, RunStatus};
use store::{Club, Table};
use sweep::Sweep;

/// Time enough for any sweep.
pub const PLENTY: Duration = Duration::from_mins(1);

pub struct House {
    pub cloud: Cloud,
    pub hands: Hands,
    pub environment: Environment,
    pub table: Table,
    pub club_id: ClubId,
    pub meter: Meter,
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

impl House {
    /// A club with three open events.
    pub async fn new() -> House {
        let hands = Hands::at(DateTime::from_timestamp(1_795_417_200, 0).expect("a moment"));
        let cloud = Cloud::in_memory(hands.clock(), 7).await.expect("a cloud");
        let environment = cloud.environment();
        let table = environment.table().expect("a table");
        let club_id = ClubId::parse("8135").expect("an id");
        let house = House { cloud, hands, environment, table, club_id, meter: Meter::new() };
        house.add_club("8135").await;
        house
    }

    pub async fn add_club(&self, id: &str) {
        let id = ClubId::parse(id).expect("an id");
        let document = document(id.as_str()).to_string();
        self.table.club(&id, &self.meter).import_snapshot(document.as_bytes()).await.expect("a club");
    }

    pub fn club(&self) -> Club<'_> {
        self.table.club(&self.club_id, &self.meter)
    }

    pub fn now(&self) -> Timestamp {
        self.hands.now().into()
    }

    pub fn because(&self) -> Because {
        Because::new("robin", self.now(), "as asked")
    }

    pub fn advance(&self, seconds: i64) {
        self.hands.advance(TimeDelta::seconds(seconds));
    }

    /// What one sweep answers.
    pub async fn sweep(&self) -> Value {
        let sweep = Sweep::new(&self.environment).expect("a function");
        let swept = sweep.handle(Tick, Deadline::after(PLENTY)).await.expect("an answer");
        serde_json::to_value(swept).expect("JSON")
    }

    /// What two sweeps side by side did of one kind, together.
    pub async fn sweep_twice_at_once(&self, what: &str) -> u64 {
        let (one, two) = futures_util::future::join(self.sweep(), self.sweep()).await;
        [one, two].iter().map(|swept| swept[what].as_u64().expect("a count")).sum()
    }

    pub async fn queued(&self, run: &str, origin: Origin) -> Run {
        let (id, now) = (RunId::parse(run).expect("an id"), self.now());
        let run = Run::queued(id, origin, false, now, now.plus(TimeDelta::hours(1)));
        self.club().queue_run(&run, &self.because()).await.expect("queued");
        run
    }

    pub async fn running(&self, run: &str) -> Held {
        let run = self.queued(run, Origin::Manual { by: "robin".into() }).await;
        self.started(&run.id).await
    }

    async fn started(&self, run: &RunId) -> Held {
        let owner = Owner::parse("solver").expect("an id");
        let until = self.now().plus(TimeDelta::seconds(180));
        let held = self.club().take_lease(&owner, run, self.now(), until).await.expect("taken");
        self.club().start_run(&held, &self.because()).await.expect("started");
        held
    }

    /// The night of a date, begun; what it came to is left to others.
    pub async fn night_begun(&self, date: NaiveDate, run: &str) -> Held {
        let id = RunId::parse(run).expect("an id");
        let deadline = self.now().plus(TimeDelta::hours(1));
        self.club().begin_night(date, &id, deadline, &self.because()).await.expect("begun");
        self.started(&id).await
    }

    /// A committed proposal that places these events, one each day from 2026-11-28 on.
    pub async fn proposed(&self, run: &str, events: &[u64]) -> ProposalKey {
        self.completed(self.running(run).await, events).await
    }

    /// What a solver at work commits.
    pub async fn completed(&self, held: Held, events: &[u64]) -> ProposalKey {
        let proposal = ProposalKey { run: held.run.clone(), token: held.token };
        let mut lines = Vec::new();
        for event in events {
            let facts = self.club().event(EventRef(*event)).await.expect("read").expect("an event").body.facts;
            let start = format!("2026-11-{}T10:15:00", 27 + event % 100).parse().expect("a start");
            let place = Some(Place { employee_id: EmployeeId("E01".into()), start, block: Some(1) });
            lines.push(Line {
                key: key(&proposal, *event),
                kind: LineKind::New,
                state: Guarded::proposed(),
                held: false,
                event: facts,
                original: place.clone(),
                place,
                from: None,
                pair: None,
                depends_on: Vec::new(),
                swap: None,
                failure: None,
                flags: Vec::new(),
                overridden: None,
                decisions: store::decisions::Decisions::default(),
                unmet: None,
                submission: None,
                written_at: self.now(),
            });
        }
        self.club().write_lines(&lines, &[]).await.expect("written");
        let summary = Summary {
            plan_version: PlanVersion::default(),
            events_scheduled: 0,
            events_requiring_swaps: 0,
            events_failed: 0,
            total_events_processed: 0,
            costs: Costs::new(),
            answer: None,
        };
        self.club().commit_proposal(&held, &summary, &self.because()).await.expect("committed");
        proposal
    }

    /// An approval record of these lines, each a group of its own; nothing is worked off.
    pub async fn recorded(&self, proposal: &ProposalKey, events: &[u64]) -> ApprovalId {
        let lines = self.club().lines(proposal, self.now()).await.expect("lines");
        let chosen = events.iter().zip(0..).map(|(event, group)| {
            let line = lines.iter().find(|l| l.body.key.event.0 == *event).expect("a line");
            Chosen::new(EventRef(*event), line.version, group)
        });
        let id = ApprovalId::new(self.now(), &mut fastrand_of(events));
        let mut approval = Approval::new(id, proposal.clone(), chosen.collect(), self.because());
        approval.first_attempt_at = self.now().plus(TimeDelta::seconds(10));
        self.club().record_approval(&approval).await.expect("recorded");
        approval.id
    }

    /// An approval of these lines that was worked off and announced, its messages lost.
    pub async fn approved(&self, proposal: &ProposalKey, events: &[u64]) -> ApprovalId {
        let id = self.recorded(proposal, events).await;
        let progress = self.club().work_off(&id, self.now()).await.expect("worked off");
        assert_eq!(progress.refused, Vec::new());
        self.club().announce_approval(&id).await.expect("announced");
        id
    }

    pub async fn line(&self, line: &LineKey) -> Line {
        self.club().line(line).await.expect("read").expect("a line").body
    }

    pub async fn status(&self, line: &LineKey) -> LineStatus {
        self.line(line).await.state.status()
    }

    pub async fn run(&self, run: &str) -> Run {
        let id = RunId::parse(run).expect("an id");
        self.club().run(&id).await.expect("read").expect("a run").body
    }

    pub async fn run_status(&self, run: &str) -> RunStatus {
        self.run(run).await.state.status()
    }

    /// The messages of the submit queue that can be received now; they are taken out of it.
    pub async fn messages(&self) -> Vec<SubmitMessage> {
        self.received().await
    }

    /// The same of the run queue.
    pub async fn run_messages(&self) -> Vec<RunMessage> {
        self.received().await
    }

    async fn received<M: Message>(&self) -> Vec<M> {
        let name = Cloud::queue_name(M::QUEUE).expect("a name");
        let url = format!("http://localhost/{}/{name}", queues::ACCOUNT);
        let mut all = Vec::new();
        loop {
            let ask = json!({"QueueUrl": url, "MaxNumberOfMessages": 10});
            let found = self.cloud.queues().call("ReceiveMessage", ask).await.expect("received");
            let Some(found) = found.get("Messages").and_then(Value::as_array).filter(|m| !m.is_empty()) else {
                return all;
            };
            for message in found {
                all.push(serde_json::from_str(message["Body"].as_str().expect("text")).expect("a message"));
            }
        }
    }
}

pub fn key(proposal: &ProposalKey, event: u64) -> LineKey {
    LineKey::of(proposal, EventRef(event))
}

fn fastrand_of(events: &[u64]) -> fastrand::Rng {
    fastrand::Rng::with_seed(events.iter().sum())
}
