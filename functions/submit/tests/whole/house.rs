//! What every test starts from: a club in the table, the same club at the simulator, lines approved through the store,
//! and a driver that moves the clock and delivers what is due until nothing is.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta};
use chrono_tz::America::Indiana::Indianapolis;
use cloud::{Cloud, Hands};
use crossmark::{Credentials, Crossmark, Settings};
use domain::snapshot::{EmployeeId, EventRef};
use runtime::messages::{Message, SubmitMessage};
use runtime::{Deadline, Environment};
use serde_json::{Value, json};
use simulator::{Condition, Effect, Event, Options, Person, Posted, Seed};
use store::approvals::{Approval, Chosen};
use store::audit::Because;
use store::documents::PlanVersion;
use store::events::Place;
use store::key::{ApprovalId, ClubId, LineKey, Owner, ProposalKey, RunId, ScheduledEventId};
use store::lines::{Line, LineKind, OldPlace};
use store::meter::{Costs, Meter};
use store::runs::{Origin, Run, Summary};
use store::stamp::Timestamp;
use store::states::{Cause, LineState, LineStatus};
use store::{Club, Table};
use submit::Submit;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The moment at which tests begin: 2026-11-23, 02:00 in the club.
pub const BEGIN: i64 = 1_795_417_200;
/// Time enough for any invocation.
pub const PLENTY: Duration = Duration::from_mins(2);
/// The driver gives up after so many rounds.
const MOST_ROUNDS: usize = 3_000;

pub struct House {
    pub cloud: Cloud,
    pub hands: Hands,
    pub table: Table,
    pub club_id: ClubId,
    pub meter: Meter,
    pub environment: Environment,
    pub address: String,
    pub submit: Arc<Submit>,
    pub http: reqwest::Client,
    pub proposal: ProposalKey,
    pub approval: ApprovalId,
    simulator: Option<oneshot::Sender<()>>,
}

/// What a line does: kind, event, person and start, group, bases.
#[derive(Debug, Clone)]
pub struct Sketch {
    pub kind: LineKind,
    pub event: u64,
    pub place: Option<(&'static str, &'static str)>,
    pub group: u32,
    pub bases: Vec<u64>,
}

pub fn new(event: u64, who: &'static str, start: &'static str) -> Sketch {
    Sketch { kind: LineKind::New, event, place: Some((who, start)), group: 0, bases: Vec::new() }
}

pub fn moved(event: u64, who: &'static str, start: &'static str) -> Sketch {
    Sketch { kind: LineKind::Moved, ..new(event, who, start) }
}

pub fn dropped(event: u64) -> Sketch {
    Sketch { kind: LineKind::Dropped, event, place: None, group: 0, bases: Vec::new() }
}

impl Sketch {
    pub fn after(self, bases: &[u64]) -> Sketch {
        Sketch { bases: bases.to_vec(), ..self }
    }

    pub fn in_group(self, group: u32) -> Sketch {
        Sketch { group, ..self }
    }
}

fn at(text: &str) -> NaiveDateTime {
    text.parse().expect("a start")
}

fn facts(event: u64) -> Value {
    json!({
        "ref": event, "name": format!("619{event:03}-LKD-AF-Salad (2512{event:05}) - V2-CORE"), "type": "Core",
        "start": "2026-10-25T00:00:00", "due": "2026-12-10T00:01:00", "estimated_minutes": 390, "auto": true
    })
}

const POSTED: [(u64, &str, &str); 3] =
    [(201, "E01", "2026-11-30T10:15:00"), (202, "E03", "2026-12-01T10:15:00"), (203, "E02", "2026-12-02T10:15:00")];

fn rep(employee: &str) -> u64 {
    150_000 + employee[1..].parse::<u64>().expect("a number")
}

fn club() -> Value {
    let posted = POSTED.map(|(event, who, start)| {
        json!({"event": facts(event), "employee_id": who, "start": start, "block": 1,
               "scheduled_event_id": 55_000_000 + event})
    });
    let employees = ["E01", "E02", "E03", "E04"]
        .map(|id| json!({"id": id, "name": id, "job_title": "Lead Event Specialist", "rep_id": rep(id)}));
    let events = [101, 102, 103, 104, 105, 106].map(facts);
    json!({
        "club": {"id": "8135", "name": "Club 8135", "time_zone": "America/Indiana/Indianapolis", "location_id": 160_001},
        "today": "2026-11-23", "employees": employees, "events": events, "posted": posted,
    })
}

fn seed() -> Seed {
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    let event = |plan_id: u64| Event {
        plan_id,
        name: format!("event {plan_id}"),
        start: day("2026-10-25"),
        due: day("2026-12-10"),
        condition: Condition::Unstaffed,
        estimated_minutes: Some(390),
        staffed_reps: String::new(),
        stale_condition: plan_id.is_multiple_of(2),
    };
    let person = |id: &str| Person { rep_id: rep(id), employee_id: id.to_owned(), name: format!("Name of {id}") };
    Seed {
        location_id: 160_001,
        store_number: "8135".to_owned(),
        store_name: "Club 8135".to_owned(),
        time_zone: Indianapolis,
        people: ["E01", "E02", "E03", "E04"].map(person).to_vec(),
        events: [101, 102, 103, 104, 105, 106, 201, 202, 203].map(event).to_vec(),
        posted: POSTED
            .map(|(plan_id, who, start)| Posted {
                id: 55_000_000 + plan_id,
                plan_id,
                rep_id: rep(who),
                start: at(start),
                end: at(start) + TimeDelta::minutes(390),
            })
            .to_vec(),
    }
}

impl House {
    /// A club whose lines are approved and announced, to go out in 10 seconds.
    pub async fn with(lines: &[Sketch]) -> House {
        let house = House::empty().await;
        house.propose(lines).await;
        house.approve(lines).await;
        house
    }

    /// A club without a proposal.
    pub async fn empty() -> House {
        let hands = Hands::at(DateTime::from_timestamp(BEGIN, 0).expect("a moment"));
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

    /// The function in another process: a session of its own, nothing in its memory, short waits.
    pub fn another_process(&self) -> Arc<Submit> {
        let mut settings = Settings::new(self.address.parse().expect("an address"), 7);
        settings.timeout = Duration::from_secs(3);
        settings.retry_base = Duration::from_millis(1);
        settings.longest_wait = Duration::from_millis(20);
        let clock = self.environment.clock();
        let secret = cloud::secret();
        let text = |name: &str| secret[name].as_str().expect("a text").into();
        let credentials = Credentials { user: text("user"), password: text("password") };
        let crossmark = Crossmark::new(settings, Arc::new(credentials), Arc::new(move || clock.utc()));
        let submit = Submit::with_crossmark(&self.environment, crossmark.expect("a client"));
        Arc::new(submit.expect("a function"))
    }

    fn simulate(&mut self, listener: TcpListener) {
        let (stop, stopped) = oneshot::channel::<()>();
        let hands = self.hands.clone();
        let options = Options { clock: Arc::new(move || hands.now()), ..Options::default() };
        tokio::spawn(simulator::serve(listener, seed(), options, async { _ = stopped.await }));
        self.simulator = Some(stop);
    }

    /// Crossmark cannot be reached from now on; the listener that another can use again at the same address.
    pub async fn unplug(&mut self) {
        self.simulator.take().expect("a simulator").send(()).expect("it runs");
        let address = self.address.trim_start_matches("http://").to_owned();
        // Gone when nobody accepts any more.
        for _ in 0..1_000 {
            if tokio::net::TcpStream::connect(&address).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("the simulator still answers");
    }

    /// Crossmark is back where it was, as it was seeded.
    pub async fn plug_in(&mut self) {
        let address = self.address.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind(&address).await.expect("the same port");
        self.simulate(listener);
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
            answer: Value::Null,
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
            state: LineState::Proposed,
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
    pub async fn lines(&self) -> Vec<(store::Stored<Line>, Option<store::events::Posted>)> {
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

    /// The messages that a receive finds now, as the event that the function gets.
    pub async fn receive(&self) -> Option<Value> {
        let name = Cloud::queue_name(SubmitMessage::QUEUE).expect("a name");
        let ask = json!({"QueueUrl": url(name), "MaxNumberOfMessages": 10, "MessageSystemAttributeNames": ["All"]});
        let found = self.cloud.queues().call("ReceiveMessage", ask).await.expect("received");
        let messages = found.get("Messages").and_then(Value::as_array).filter(|m| !m.is_empty())?.clone();
        let records = messages.into_iter().map(|m| {
            json!({"messageId": m["MessageId"], "receiptHandle": m["ReceiptHandle"], "body": m["Body"],
                   "attributes": m["Attributes"], "messageAttributes": {}, "eventSource": "aws:sqs"})
        });
        Some(json!({"Records": records.collect::<Vec<_>>()}))
    }

    /// What the event source mapping does with an answer: deletes all but what failed.
    pub async fn settle(&self, event: &Value, answer: &Value) {
        let failed = answer["batchItemFailures"].as_array().cloned().unwrap_or_default();
        for record in event["Records"].as_array().expect("records") {
            if failed.iter().all(|f| f["itemIdentifier"] != record["messageId"]) {
                let name = Cloud::queue_name(SubmitMessage::QUEUE).expect("a name");
                let delete = json!({"QueueUrl": url(name), "ReceiptHandle": record["receiptHandle"]});
                self.cloud.queues().call("DeleteMessage", delete).await.expect("deleted");
            }
        }
    }

    /// Moves the clock and delivers whatever is due until nothing is left, each batch to so many processes at once;
    /// then holds the ledger against the table.
    pub async fn run_dry_with(&self, copies: usize) {
        for _ in 0..MOST_ROUNDS {
            let Some(event) = self.receive().await else {
                if self.cloud.is_drained().await.expect("depths") {
                    return self.check().await;
                }
                self.advance(5);
                continue;
            };
            let at_once = (0..copies).map(|_| self.submit.handle(event.clone(), Deadline::after(PLENTY)));
            let answers = futures_util::future::join_all(at_once).await;
            self.settle(&event, answers[0].as_ref().expect("an answer")).await;
        }
        panic!("it never ends: {:#?}", self.lines().await);
    }

    pub async fn run_dry(&self) {
        self.run_dry_with(1).await;
    }

    /// Each line is in the ledger exactly once, or says why not; nothing is there twice, and the table knows what is.
    pub async fn check(&self) {
        let ledger = self.ledger().await;
        for (line, posted) in self.lines().await {
            let line = line.body;
            let event = line.key.event;
            let standing: Vec<&Effect> = ledger.iter().filter(|e| e.plan_id == event.0 && e.stands()).collect();
            assert!(standing.len() <= 1, "event {event} is there twice: {standing:?} {line:#?}");
            match &line.state {
                LineState::ApiSubmitted { scheduled_event_id, .. } => {
                    let there = standing.first().map(|e| ScheduledEventId(e.id));
                    assert_eq!(there, *scheduled_event_id, "event {event}");
                    assert_eq!(there.is_none(), line.kind == LineKind::Dropped, "event {event}");
                    if let (Some(effect), Some(place)) = (standing.first(), &line.place) {
                        assert_eq!(effect.rep_id, rep(&place.employee_id.0));
                        assert_eq!(effect.start.with_timezone(&Indianapolis).naive_local(), place.start);
                        assert_eq!((effect.end - effect.start).num_minutes(), 390);
                    }
                }
                LineState::ApiFailed { cause, words, .. } => {
                    assert!(words.len() > 20, "event {event}: {words}");
                    if *cause == Cause::NotRestored {
                        assert!(standing.is_empty(), "event {event}: {standing:?}");
                    }
                }
                LineState::Proposed | LineState::UserEdited => {}
                other => panic!("event {event} is left {other:?}: {:?}", line.submission),
            }
            if !matches!(line.failed_because(), Some((Cause::Conflict | Cause::ChangedUpstream, _))) {
                let posted = posted.map(|p| p.scheduled_event_id.expect("a number").0);
                assert_eq!(posted, standing.first().map(|e| e.id), "event {event}: {line:#?}");
            }
        }
    }

    pub async fn ledger(&self) -> Vec<Effect> {
        self.http
            .get(format!("{}/_sim/ledger", self.address))
            .send()
            .await
            .expect("sent")
            .json()
            .await
            .expect("a ledger")
    }

    /// The names of the calls so far, without logins.
    pub async fn calls(&self) -> Vec<String> {
        let calls: Value = self.look("/_sim/calls").await;
        let calls = calls.as_array().expect("calls").iter();
        let named = calls.map(|c| match c["mPlanID"].as_u64().or(c["id"].as_u64()) {
            Some(of) => format!("{} {of}", c["call"].as_str().expect("a name")),
            None => c["call"].as_str().expect("a name").to_owned(),
        });
        named.filter(|name| name != "login").collect()
    }

    /// The calls that change something, in order.
    pub async fn changes(&self) -> Vec<String> {
        let calls = self.calls().await;
        calls.into_iter().filter(|c| c.starts_with("schedule ") || c.starts_with("delete ")).collect()
    }

    pub async fn look(&self, path: &str) -> Value {
        self.http.get(format!("{}{path}", self.address)).send().await.expect("sent").json().await.expect("JSON")
    }

    pub async fn tell(&self, path: &str, body: &Value) {
        let answer = self.http.post(format!("{}{path}", self.address)).json(body).send().await.expect("sent");
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap_or_default());
    }

    /// Plans faults for the next calls of a name, in this order.
    pub async fn plan(&self, call: &str, kinds: &[&str]) {
        for kind in kinds {
            // `500 after` strikes after the effect.
            let (kind, when) = kind.split_once(' ').map_or((*kind, None), |(kind, when)| (kind, Some(when)));
            // Delays are of real time, waits and late effects of the clock's.
            let ms = if matches!(kind, "latency" | "slow_body") { 5 } else { 3_000 };
            let fault = json!({"call": call, "kind": kind, "when": when, "ms": ms});
            self.tell("/_sim/faults", &json!({"next": [fault]})).await;
        }
    }

    /// Waits until a call of that name is held open.
    pub async fn held(&self, call: &str) {
        for _ in 0..1_000 {
            let calls = self.look("/_sim/calls").await;
            if calls.as_array().expect("calls").iter().any(|c| c["call"] == call && c["progress"] == "held") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("no {call} call is held");
    }
}

fn url(name: &str) -> String {
    format!("http://localhost/{}/{name}", queues::ACCOUNT)
}
