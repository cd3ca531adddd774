//! What every test starts from: a club in the table, the same club at the simulator, lines approved through the store,
//! and a driver that moves the clock and delivers what is due until nothing is.

mod driver;
mod neighbour;
mod sketch;
mod upstream;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use cloud::{Cloud, Hands};
use domain::snapshot::{EmployeeId, EventRef};
use runtime::Environment;
use runtime::messages::SubmitMessage;
use store::approvals::{Approval, Chosen};
use store::audit::Because;
use store::documents::PlanVersion;
use store::events::Place;
use store::key::{ApprovalId, ClubId, LineKey, Owner, ProposalKey, RunId};
use store::lines::{Line, OldPlace};
use store::meter::{Costs, Meter};
use store::runs::{Origin, Run, Summary};
use store::stamp::Timestamp;
use store::states::{Cause, Guarded, LineStatus};
use store::{Club, Table};
use submit::Submit;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub use neighbour::{Neighbour, Row};
pub use sketch::{Sketch, dropped, moved, new};
use sketch::{at, club};

/// The moment at which tests begin: 2026-11-23, 02:00 in the club.
pub const BEGIN: i64 = 1_795_417_200;
/// Time enough for any invocation.
pub const PLENTY: Duration = Duration::from_mins(2);

pub struct House {
    pub cloud: Cloud,
    pub hands: Hands,
    pub table: Table,
    pub club_id: ClubId,
    pub meter: Meter,
    pub environment: Environment,
    /// The simulator.
    pub address: String,
    /// Where the function finds Crossmark: the simulator, or a neighbour before it.
    pub crossmark: String,
    pub submit: Arc<Submit>,
    pub http: reqwest::Client,
    pub proposal: ProposalKey,
    pub approval: ApprovalId,
    simulator: Option<oneshot::Sender<()>>,
}

impl House {
    /// A club whose lines are approved and announced, to go out in 10 seconds.
    pub async fn with(lines: &[Sketch]) -> House {
        let house = House::empty().await;
        house.propose(lines).await;
        house.approve(lines).await;
        house
    }

    /// The same with a neighbour before the simulator.
    pub async fn with_neighbour(lines: &[Sketch]) -> (House, Neighbour) {
        let mut house = House::empty().await;
        let (neighbour, address) = Neighbour::before(&house.address).await;
        house.crossmark = address;
        house.submit = house.another_process();
        house.propose(lines).await;
        house.approve(lines).await;
        (house, neighbour)
    }

    /// A club without a proposal.
    pub async fn empty() -> House {
        House::empty_at(BEGIN).await
    }

    /// The same at another moment.
    pub async fn empty_at(begin: i64) -> House {
        let hands = Hands::at(DateTime::from_timestamp(begin, 0).expect("a moment"));
        let cloud = Cloud::in_memory(hands.clock(), 7).await.expect("a cloud");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let environment = cloud.environment_with_crossmark(&address);
        let table = environment.table().expect("a table");
        let mut house = House {
            submit: Arc::new(Submit::new(&environment).expect("a function")),
            table,
            environment,
            cloud,
            hands,
            club_id: ClubId::parse("8135").expect("an id"),
            meter: Meter::new(),
            crossmark: address.clone(),
            address,
            http: reqwest::Client::builder().no_proxy().build().expect("a client"),
            proposal: ProposalKey { run: RunId::parse("run-1").expect("an id"), token: store::key::Token(1) },
            approval: ApprovalId::parse("a-1").expect("an id"),
            simulator: None,
        };
        house.submit = house.another_process();
        house.simulate(listener);
        house.club().import_snapshot(club().to_string().as_bytes()).await.expect("a club");
        house
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

    /// A committed proposal with these lines.
    pub async fn propose(&self, sketches: &[Sketch]) {
        let (club, because, now) = (self.club(), self.because(), self.now());
        let until = now.plus(TimeDelta::hours(1));
        let run = Run::queued(self.proposal.run.clone(), Origin::Manual { by: "robin".into() }, false, now, until);
        club.queue_run(&run, &because).await.expect("queued");
        let owner = Owner::parse("solver").expect("an id");
        let held = club.take_lease(&owner, &run.id, now, until).await.expect("taken");
        club.start_run(&held, &because).await.expect("started");
        let mut lines = Vec::new();
        for sketch in sketches {
            lines.push(self.sketched(sketch).await);
        }
        club.write_lines(&lines, &[]).await.expect("written");
        let summary = Summary {
            plan_version: PlanVersion::default(),
            events_scheduled: 0,
            events_requiring_swaps: 0,
            events_failed: 0,
            total_events_processed: 0,
            costs: Costs::new(),
            answer: None,
        };
        club.commit_proposal(&held, &summary, &because).await.expect("committed");
    }

    async fn sketched(&self, sketch: &Sketch) -> Line {
        let event = self.club().event(EventRef(sketch.event)).await.expect("read").expect("an event").body;
        let posted = self.club().posted_of(&event).await.expect("read").map(|p| p.body);
        let place = sketch.place.map(|(who, start)| Place {
            employee_id: EmployeeId(who.into()),
            start: at(start),
            block: Some(1),
        });
        Line {
            key: self.key(sketch.event),
            kind: sketch.kind,
            state: Guarded::proposed(),
            held: false,
            event: event.facts,
            original: place.clone(),
            place,
            from: posted.map(|p| OldPlace {
                place: Place { employee_id: p.employee_id, start: p.start, block: p.block },
                scheduled_event_id: p.scheduled_event_id,
            }),
            pair: None,
            depends_on: sketch.bases.iter().copied().map(EventRef).collect(),
            swap: None,
            failure: None,
            flags: Vec::new(),
            overridden: None,
            decisions: store::decisions::Decisions::default(),
            unmet: None,
            submission: None,
            written_at: self.now(),
        }
    }

    /// Approves the lines in this order, and sends the messages of their groups.
    pub async fn approve(&self, sketches: &[Sketch]) {
        let lines = self.lines().await;
        let chosen = sketches.iter().map(|sketch| {
            let line = lines.iter().find(|l| l.0.body.key.event.0 == sketch.event).expect("a line");
            Chosen::new(EventRef(sketch.event), line.0.version, sketch.group)
        });
        let mut approval =
            Approval::new(self.approval.clone(), self.proposal.clone(), chosen.collect(), self.because());
        approval.first_attempt_at = self.now().plus(TimeDelta::seconds(10));
        self.club().record_approval(&approval).await.expect("recorded");
        let progress = self.club().work_off(&approval.id, self.now()).await.expect("worked off");
        assert_eq!(progress.refused, Vec::new());
        for group in approval.groups() {
            self.send(&self.message(group).await, 10).await;
        }
        self.club().announce_approval(&approval.id).await.expect("announced");
    }

    /// A message for a group, as the desk sends it.
    pub async fn message(&self, group: u32) -> SubmitMessage {
        let lines = self.lines().await;
        let generation = |line: &Line| Some((line.key.event.0, line.submission.as_ref()?.generation));
        let generations: BTreeMap<u64, u32> = lines.iter().filter_map(|l| generation(&l.0.body)).collect();
        let (club, approval) = (self.club_id.clone(), self.approval.clone());
        SubmitMessage { version: runtime::messages::VERSION, club, approval, group, generations }
    }

    pub async fn send(&self, message: &SubmitMessage, delay_s: u64) {
        let queue = self.environment.queue::<SubmitMessage>().expect("a queue");
        queue.send(std::slice::from_ref(message), Duration::from_secs(delay_s)).await.expect("sent");
    }

    pub fn key(&self, event: u64) -> LineKey {
        LineKey { run: self.proposal.run.clone(), token: self.proposal.token, event: EventRef(event) }
    }

    /// The lines with what is posted of their events.
    pub async fn lines(&self) -> Vec<(store::Stored<Line>, Option<domain::snapshot::Posted>)> {
        let lines = self.club().lines(&self.proposal, self.now()).await.expect("lines");
        let mut with_posted = Vec::new();
        for line in lines {
            let event = self.club().event(line.body.key.event).await.expect("read").expect("an event").body;
            let posted = self.club().posted_of(&event).await.expect("read").map(|p| p.body);
            with_posted.push((line, posted));
        }
        with_posted
    }

    pub async fn line(&self, event: u64) -> Line {
        self.club().line(&self.key(event)).await.expect("read").expect("a line").body
    }

    pub async fn status(&self, event: u64) -> LineStatus {
        self.line(event).await.state.status()
    }

    /// The cause and words of a line that failed.
    pub async fn failure(&self, event: u64) -> (Cause, String) {
        let line = self.line(event).await;
        let (cause, words) = line.failed_because().unwrap_or_else(|| panic!("it is {:?}", line.state));
        (cause, words.to_owned())
    }
}
