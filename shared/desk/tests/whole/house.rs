//! What every test starts from: a cloud of its own, a tiny club, a proposal as a solver would write it.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta};
use cloud::{Cloud, Hands};
use desk::approve::{Approved, Press, Request, approve};
use desk::{Desk, DeskError, Memory, Plan};
use domain::club::{Club as Rules, EventIx};
use domain::dependencies::dependencies;
use domain::fixture;
use domain::schedule::Decision;
use domain::snapshot::Snapshot;
use domain::timetable::timetable;
use runtime::messages::SubmitMessage;
use runtime::queue::Queue;
use serde_json::{Value, json};
use store::audit::Because;
use store::events::Place;
use store::key::{ApprovalId, ClubId, LineKey, Owner, ProposalKey, RunId};
use store::lines::{Line, LineKind, OldPlace};
use store::meter::{Costs, Meter};
use store::runs::{Origin, Run, Summary};
use store::stamp::Timestamp;
use store::states::{Guarded, LineStatus};
use store::{Club, Stored, Table};

pub struct House {
    pub cloud: Cloud,
    pub hands: Hands,
    pub table: Table,
    pub queue: Queue<SubmitMessage>,
    club: ClubId,
    meter: Meter,
    memory: Memory,
}

/// The club of rulebook tests, with numbers at Crossmark for everybody but those who are named.
fn document(lines: &str, without: &[&str]) -> Value {
    let mut doc = fixture::snapshot(lines);
    doc["club"]["location_id"] = json!(160_001);
    for (n, person) in doc["employees"].as_array_mut().expect("people").iter_mut().enumerate() {
        if !without.contains(&person["id"].as_str().expect("an id")) {
            person["rep_id"] = json!(150_001 + n);
        }
    }
    for (n, posted) in doc["posted"].as_array_mut().expect("posted").iter_mut().enumerate() {
        posted["scheduled_event_id"] = json!(55_000_001 + n);
    }
    doc
}

impl House {
    /// A club as rulebook tests describe it; noon of 19 November there.
    pub async fn of(lines: &str) -> House {
        House::without_numbers(lines, &[]).await
    }

    pub async fn without_numbers(lines: &str, without: &[&str]) -> House {
        let hands = Hands::at("2026-11-19T17:00:00Z".parse::<DateTime<chrono::Utc>>().expect("a moment"));
        let cloud = Cloud::in_memory(hands.clock(), 7).await.expect("a cloud");
        let environment = cloud.environment();
        let table = environment.table().expect("a table");
        let queue = environment.queue().expect("a queue");
        let club = ClubId::parse("9001").expect("an id");
        let house = House { cloud, hands, table, queue, club, meter: Meter::new(), memory: Memory::default() };
        house.club().import_snapshot(document(lines, without).to_string().as_bytes()).await.expect("a club");
        house
    }

    pub fn club(&self) -> Club<'_> {
        self.table.club(&self.club, &self.meter)
    }

    /// The club, its requests counted there.
    pub fn metered<'a>(&'a self, meter: &'a Meter) -> Club<'a> {
        self.table.club(&self.club, meter)
    }

    pub fn desk(&self) -> Desk<'_> {
        Desk { club: self.club(), memory: &self.memory }
    }

    pub fn now(&self) -> Timestamp {
        self.hands.now().into()
    }

    pub fn because(&self) -> Because {
        Because::new("robin", self.now(), "as asked")
    }

    pub async fn requests<T>(&self, work: impl AsyncFnOnce(Desk<'_>) -> T) -> (T, u64) {
        let meter = Meter::new();
        let done = work(Desk { club: self.table.club(&self.club, &meter), memory: &self.memory }).await;
        (done, meter.requests())
    }

    /// A committed proposal that places as the plan says, `1 A 24, 2 drop`, and leaves the other candidates open.
    pub async fn propose(&self, name: &str, plan: &str) -> RunId {
        let id = RunId::parse(name).expect("an id");
        let club = self.club();
        let now = self.now();
        let deadline = now.plus(TimeDelta::hours(1));
        let run = Run::queued(id.clone(), Origin::Manual { by: "robin".into() }, false, now, deadline);
        club.queue_run(&run, &self.because()).await.expect("queued");
        let owner = Owner::parse("solver").expect("an id");
        let held = club.take_lease(&owner, &id, now, deadline).await.expect("a lease");
        club.start_run(&held, &self.because()).await.expect("started");
        let proposal = ProposalKey { run: id.clone(), token: held.token };
        let today = self.hands.now().with_timezone(&chrono_tz::America::Indiana::Indianapolis).date_naive();
        let loaded = club.load_snapshot(today).await.expect("a snapshot");
        let lines = self.lines_of(&proposal, loaded.snapshot, plan).await;
        club.write_lines(&lines, &[]).await.expect("written");
        let summary = Summary {
            plan_version: loaded.plan_version,
            events_scheduled: 0,
            events_requiring_swaps: 0,
            events_failed: 0,
            total_events_processed: 0,
            costs: Costs::new(),
            answer: None,
        };
        club.commit_proposal(&held, &summary, &self.because()).await.expect("committed");
        id
    }

    async fn lines_of(&self, proposal: &ProposalKey, snapshot: Snapshot, plan: &str) -> Vec<Line> {
        let rules = Rules::new(snapshot);
        let mut schedule = fixture::plan(&rules, plan);
        let rests = dependencies(&mut schedule);
        let slots: BTreeMap<EventIx, _> = timetable(&schedule).into_iter().map(|s| (s.event, s)).collect();
        let mut lines = Vec::new();
        for e in rules.event_ixs() {
            let kind = match schedule.decision(e) {
                Decision::New(_) => LineKind::New,
                Decision::Moved(_) => LineKind::Moved,
                Decision::Dropped => LineKind::Dropped,
                Decision::Open if rules.event(e).is_candidate() => LineKind::NotPlaced,
                _ => continue,
            };
            let reference = rules.event(e).event_ref;
            let event = self.club().event(reference).await.expect("read").expect("an event").body;
            let posted = self.club().posted_of(&event).await.expect("read").map(|p| p.body);
            let place = slots.get(&e).map(|slot| Place {
                employee_id: rules.person(slot.place.person).id.clone(),
                start: slot.start,
                block: slot.block,
            });
            lines.push(Line {
                key: LineKey { run: proposal.run.clone(), token: proposal.token, event: reference },
                kind,
                state: Guarded::proposed(),
                held: false,
                event: event.facts,
                original: place.clone(),
                place,
                from: posted.map(|p| OldPlace {
                    place: Place { employee_id: p.employee_id, start: p.start, block: p.block },
                    scheduled_event_id: p.scheduled_event_id,
                }),
                pair: rules.event(e).partner.map(|p| rules.event(p).event_ref),
                depends_on: rests.get(&e).into_iter().flatten().map(|b| rules.event(*b).event_ref).collect(),
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
        lines
    }

    pub async fn press(&self, name: &str, run: &RunId, lines: Option<&[&str]>) -> Result<Approved, DeskError> {
        let id = ApprovalId::parse(name).expect("an id");
        let lines = lines.map(|l| l.iter().map(|e| format!("{run}.{e}")).collect());
        let request = Request { run: run.clone(), lines, press: Press::Real };
        approve(self.desk(), &self.queue, &request, id, &self.because()).await
    }

    pub async fn line(&self, run: &RunId, event: u64) -> Stored<Line> {
        let found = desk::plan::find_lines(self.club(), &[format!("{run}.{event}")]).await.expect("a line");
        found.into_iter().next().expect("a line")
    }

    pub async fn status(&self, run: &RunId, event: u64) -> LineStatus {
        self.line(run, event).await.body.state.status()
    }

    pub async fn plan(&self) -> Plan {
        Plan::load(self.desk(), self.now()).await.expect("a plan")
    }

    /// Makes an approved line fail for good.
    pub async fn fail(&self, run: &RunId, event: u64) {
        let line = self.line(run, event).await;
        let owner = Owner::parse("worker").expect("an id");
        let cause = store::states::Cause::Refused;
        let generation = line.body.submission.as_ref().expect("approved").generation;
        let (club, because, key) = (self.club(), self.because(), &line.body.key);
        club.fail_unsent(key, generation, cause, "not possible", &owner, &because).await.expect("failed");
    }

    /// The messages that wait, delayed ones included, as `group: refs`.
    pub async fn messages(&self) -> Vec<String> {
        self.hands.advance(TimeDelta::seconds(11));
        let mut found = Vec::new();
        loop {
            let receive = self.queue.client().receive_message().queue_url(self.queue.address());
            let answer = receive.max_number_of_messages(10).send().await.expect("messages");
            if answer.messages().is_empty() {
                found.sort();
                return found;
            }
            for message in answer.messages() {
                let body: SubmitMessage = serde_json::from_str(message.body().unwrap_or_default()).expect("a message");
                let refs: Vec<String> = body.generations.iter().map(|(e, g)| format!("{e}/{g}")).collect();
                found.push(format!("{}#{}: {}", body.approval, body.group, refs.join(" ")));
            }
        }
    }
}
