//! What every test starts from: a small club, and runs and proposals as a solver would write them.

use axum::Router;
use chrono::{DateTime, TimeDelta};
use cloud::{Answer, Cloud, Hands, Visitor};
use domain::answer::Flag;
use domain::snapshot::{EmployeeId, EventRef};
use serde_json::{Value, json};
use store::answer::LineReasons;
use store::approvals::{Approval, Chosen};
use store::audit::Because;
use store::events::Place;
use store::key::{ApprovalId, ClubId, LineKey, Owner, ProposalKey, RunId};
use store::lease::Held;
use store::lines::{Failure, Line, LineKind, OldPlace, Reasons};
use store::meter::{Cost, Meter, Operation};
use store::runs::{Origin, Run, Summary};
use store::stamp::Timestamp;
use store::states::Guarded;
use store::{Club, Table};

/// The small club, the function, and who calls it. It is 2 in the morning there.
pub struct House {
    #[allow(dead_code, reason = "it ends with its owner; the tour of the contract reads it")]
    pub cloud: Cloud,
    pub hands: Hands,
    pub table: Table,
    pub club: ClubId,
    pub meter: Meter,
    pub router: Router,
    pub viewer: Visitor,
}

pub fn run_id(name: &str) -> RunId {
    RunId::parse(name).expect("an id")
}

pub fn owner() -> Owner {
    Owner::parse("worker").expect("an id")
}

/// What a line does: kind, event, place.
pub type Sketch<'a> = (LineKind, u64, Option<(&'a str, &'a str)>);

/// Two new lines, an event without a place, a move and a drop.
pub const USUAL: [Sketch<'static>; 5] = [
    (LineKind::New, 101, Some(("E01", "2026-11-28T10:15:00"))),
    (LineKind::New, 102, Some(("E03", "2026-11-28T10:45:00"))),
    (LineKind::NotPlaced, 103, None),
    (LineKind::Moved, 201, Some(("E03", "2026-12-03T10:15:00"))),
    (LineKind::Dropped, 202, None),
];

impl House {
    pub async fn new() -> House {
        let hands = Hands::at(DateTime::from_timestamp(1_795_417_200, 0).expect("a moment"));
        let cloud = Cloud::in_memory(hands.clock(), 7).await.expect("a cloud");
        // What only reads never asks Crossmark.
        let environment = cloud.environment_with_crossmark("http://127.0.0.1:9");
        let router = review::router(&environment).expect("a router");
        let viewer = Visitor::new(&router, "val@club.example", "8135:viewer");
        let table = environment.table().expect("a table");
        let club = ClubId::parse("8135").expect("an id");
        let house = House { cloud, hands, table, club, meter: Meter::new(), router, viewer };
        let small = include_bytes!("../../../../events/club-small.json");
        house.club().import_snapshot(small).await.expect("a club");
        house
    }

    pub fn club(&self) -> Club<'_> {
        self.table.club(&self.club, &self.meter)
    }

    pub fn now(&self) -> Timestamp {
        self.hands.now().into()
    }

    pub fn because(&self, who: &str, why: &str) -> Because {
        Because::new(who, self.now(), why)
    }

    pub fn pass(&self, seconds: i64) {
        self.hands.advance(TimeDelta::seconds(seconds));
    }

    /// Reads what must be well answered, with so many requests.
    pub async fn read(&self, path: &str, requests: u64) -> Value {
        let answer = self.viewer.get(path).await;
        assert_eq!((answer.status, answer.requests()), (200, Some(requests)), "{path}: {}", answer.body);
        answer.body
    }

    pub async fn reads_again(&self, path: &str, first: &Answer) -> u16 {
        self.viewer.send("GET", path, &[("if-none-match", first.header("etag"))], "").await.status
    }

    /// A run that works under the lease.
    pub async fn running(&self, name: &str, origin: Origin) -> Held {
        let (club, now) = (self.club(), self.now());
        let until = now.plus(TimeDelta::hours(1));
        let run = Run::queued(run_id(name), origin.clone(), false, now, until);
        let because = self.because("muster solve", "as asked");
        match origin {
            Origin::Automatic { date } => {
                club.begin_night(date, &run.id, until, &because).await.expect("begun");
            }
            Origin::Manual { .. } => club.queue_run(&run, &because).await.expect("queued"),
        }
        let held = club.take_lease(&owner(), &run.id, now, until).await.expect("taken");
        club.start_run(&held, &because).await.expect("started");
        held
    }

    async fn sketched(&self, proposal: &ProposalKey, sketches: &[Sketch<'_>]) -> Vec<Line> {
        let mut lines = Vec::new();
        for (kind, event_ref, at) in sketches {
            let event = self.club().event(EventRef(*event_ref)).await.expect("read").expect("an event").body;
            let posted = self.club().posted_of(&event).await.expect("read").map(|p| p.body);
            let from = posted.map(|p| OldPlace {
                place: Place { employee_id: p.employee_id, start: p.start, block: p.block },
                scheduled_event_id: p.scheduled_event_id,
            });
            let place = at.map(|(who, start)| Place {
                employee_id: EmployeeId(who.to_owned()),
                start: start.parse().expect("a moment"),
                block: Some(1),
            });
            let not_placed = *kind == LineKind::NotPlaced;
            lines.push(Line {
                key: LineKey::of(proposal, EventRef(*event_ref)),
                kind: *kind,
                state: Guarded::proposed(),
                held: false,
                event: event.facts,
                original: place.clone(),
                place,
                from,
                pair: None,
                depends_on: Vec::new(),
                swap: None,
                failure: not_placed.then(|| Failure {
                    code: "nobody_available".to_owned(),
                    text: "nobody is available on its only day".to_owned(),
                    rules: vec!["H2".to_owned()],
                }),
                flags: if not_placed { vec![Flag::NotPlaced] } else { Vec::new() },
                overridden: None,
                decisions: store::decisions::Decisions::default(),
                unmet: None,
                submission: None,
                written_at: self.now(),
            });
        }
        lines
    }

    /// A committed proposal of a night or a person with those lines.
    pub async fn proposed(&self, name: &str, origin: Origin, sketches: &[Sketch<'_>]) -> ProposalKey {
        let held = self.running(name, origin).await;
        let proposal = ProposalKey { run: held.run.clone(), token: held.token };
        let lines = self.sketched(&proposal, sketches).await;
        let why: LineReasons = serde_json::from_value(json!({"terms": {"scheduled": 1000, "urgency": 90}, "runner_up": {"employee_id": "E04", "date": "2026-11-28", "points_lost": 30.0, "terms": {"urgency": 30.0}}}))
            .expect("reasons");
        let reasons: Vec<Reasons> =
            lines.iter().map(|line| Reasons { key: line.key.clone(), why: why.clone() }).collect();
        let club = self.club();
        club.write_lines(&lines, &reasons).await.expect("written");
        let count = |kinds: &[LineKind]| sketches.iter().filter(|s| kinds.contains(&s.0)).count() as u32;
        let summary = Summary {
            plan_version: club.plan_version().await.expect("a version"),
            events_scheduled: count(&[LineKind::New]),
            events_requiring_swaps: count(&[LineKind::Moved, LineKind::Dropped]),
            events_failed: count(&[LineKind::NotPlaced]),
            total_events_processed: sketches.len() as u32,
            costs: [(Operation::Query, Cost { requests: 3, repeats: 0, items: 30, capacity: 12.5 })].into(),
            answer: serde_json::from_value(json!({
                "status": "optimal", "score": 2100.0 + sketches.len() as f64, "bound": 2100.0 + sketches.len() as f64,
                "terms": {"scheduled": 1000.0 * f64::from(count(&[LineKind::New])), "urgency": 90.0},
                "failures": {"nobody_available": count(&[LineKind::NotPlaced])},
                "timing_ms": {"load": 1, "build": 3, "solve": 240, "extract": 1},
                "load_requests": 5, "model": {"columns": 20, "rows": 30}
            }))
            .expect("an answer"),
        };
        self.pass(21);
        club.commit_proposal(&held, &summary, &self.because("muster solve", "solved")).await.expect("committed");
        proposal
    }

    /// The usual proposal, of the night.
    pub async fn usual(&self) -> ProposalKey {
        let date = "2026-11-23".parse().expect("a date");
        self.proposed("run-1", Origin::Automatic { date }, &USUAL).await
    }

    /// Approves lines of a proposal at version 1.
    /// An approval that is through.
    pub async fn approved(&self, proposal: &ProposalKey, events: &[u64]) {
        let id = self.recorded(proposal, events).await;
        let worked = self.club().work_off(&id, self.now()).await.expect("worked off");
        assert_eq!(worked.refused, []);
        self.club().announce_approval(&id).await.expect("announced");
    }

    /// An approval of which nothing is worked off.
    pub async fn recorded(&self, proposal: &ProposalKey, events: &[u64]) -> ApprovalId {
        let chosen = events.iter().enumerate().map(|(i, e)| Chosen::new(EventRef(*e), 1, i as u32)).collect();
        let because = self.because("pat@club.example", "approved");
        let id = ApprovalId::parse("a-1").expect("an id");
        let approval = Approval::new(id.clone(), proposal.clone(), chosen, because);
        self.club().record_approval(&approval).await.expect("recorded");
        id
    }
}

pub fn manual() -> Origin {
    Origin::Manual { by: "pat@club.example".to_owned() }
}

pub fn key(proposal: &ProposalKey, event: u64) -> LineKey {
    LineKey::of(proposal, EventRef(event))
}
