//! Shared set-up of the client's tests: a simulator on a random port, a client for it, and a clock that both read.
#![allow(clippy::unwrap_used, dead_code, reason = "the test program `secrets` uses only some of these helpers")]

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use crossmark::{
    ClientSettings, Clock, Credentials, Crossmark, CrossmarkClub, LocationId, Placement, PlanId, RepId,
    ScheduledEventId,
};
use serde_json::{Value, json};
use simulator::{Condition, Event, Options, Person, PostedSchedule, Seed};
use tokio::net::TcpListener;

pub const ZONE: chrono_tz::Tz = chrono_tz::America::Indiana::Indianapolis;
pub const USER: &str = "pat.manager";
pub const PASSWORD: &str = "open-sesame-4711";
/// The number of the first event that is not scheduled.
pub const FREE: u64 = 40_000_101;
/// The number of the event that is scheduled.
pub const POSTED: u64 = 40_000_201;
/// The number of the event that is canceled.
pub const CANCELED: u64 = 40_000_301;
/// The number of the schedule of `POSTED`.
pub const POSTED_ID: u64 = 55_000_001;
/// How many events are neither scheduled nor canceled. Their numbers begin at `FREE`.
pub const FREE_EVENTS: u64 = 40;

/// A clock that only moves when a test advances it.
#[derive(Clone)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    pub fn new(at: &str) -> Self {
        Self(Arc::new(AtomicI64::new(at.parse::<DateTime<Utc>>().unwrap().timestamp_millis())))
    }

    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(by.as_millis().try_into().unwrap(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// A simulator and a client for it.
pub struct Upstream {
    pub clock: ManualClock,
    pub crossmark: Crossmark,
    pub club: CrossmarkClub,
    http: reqwest::Client,
    base: String,
}

pub async fn upstream() -> Upstream {
    upstream_with(|_| {}, |_| {}).await
}

pub async fn upstream_with(options: impl FnOnce(&mut Options), settings: impl FnOnce(&mut ClientSettings)) -> Upstream {
    let clock = ManualClock::new("2026-11-21T15:00:00Z");
    let simulator_clock = clock.clone();
    let mut all = Options {
        clock: Arc::new(move || simulator_clock.now()),
        login: Some((USER.to_owned(), PASSWORD.to_owned())),
        ..Options::default()
    };
    options(&mut all);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(simulator::serve(listener, seed(), all, std::future::pending()));
    let crossmark = client(&base, &clock, credentials(PASSWORD), settings);
    let club = crossmark.club("8135", ZONE);
    Upstream { clock, crossmark, club, http: reqwest::Client::builder().no_proxy().build().unwrap(), base }
}

pub fn credentials(password: &str) -> Credentials {
    Credentials { user: USER.into(), password: password.into() }
}

/// A client whose waits are milliseconds instead of seconds.
pub fn client(
    base: &str,
    clock: &ManualClock,
    credentials: Credentials,
    adjust: impl FnOnce(&mut ClientSettings),
) -> Crossmark {
    let mut settings = ClientSettings::new(base.parse().unwrap(), 7);
    settings.retry_base = Duration::from_millis(2);
    settings.longest_wait = Duration::from_millis(50);
    adjust(&mut settings);
    Crossmark::new(settings, Arc::new(credentials), Arc::new(clock.clone())).unwrap()
}

impl Upstream {
    pub fn base(&self) -> &str {
        &self.base
    }

    pub async fn get(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.base);
        self.http.get(url).send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.base);
        self.http.post(url).json(&body).send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
    }

    /// Plans one fault for the next call that the fault names.
    pub async fn plan_fault(&self, fault: Value) {
        self.post("/_sim/faults", json!({"next": [fault]})).await;
    }

    /// The ids of an event's schedules in the ledger that are not deleted.
    pub async fn schedules_of(&self, plan_id: u64) -> Vec<u64> {
        let ledger = self.get("/_sim/ledger").await;
        let of_event = ledger.as_array().unwrap().iter().filter(|effect| effect["mPlanID"] == plan_id);
        of_event.filter(|effect| effect["deleted_at"].is_null()).map(|effect| effect["id"].as_u64().unwrap()).collect()
    }

    /// The received calls with this name, oldest first.
    pub async fn calls(&self, name: &str) -> Vec<Value> {
        let calls = self.get("/_sim/calls").await;
        calls.as_array().unwrap().iter().filter(|call| call["call"] == name).cloned().collect()
    }

    pub fn send_by(&self) -> DateTime<Utc> {
        self.clock.now() + chrono::TimeDelta::hours(1)
    }
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn time(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

pub fn event(id: u64) -> PlanId {
    id.try_into().unwrap()
}

pub fn employee(id: u64) -> RepId {
    id.try_into().unwrap()
}

pub fn location() -> LocationId {
    160_001.try_into().unwrap()
}

pub fn scheduled(id: u64) -> ScheduledEventId {
    id.try_into().unwrap()
}

/// Pat works the event on Sunday the 22nd, from 10:15 for 6.5 hours.
pub fn placement(id: u64) -> Placement {
    Placement {
        event: event(id),
        employee: employee(150_001),
        location: location(),
        start: time("2026-11-22T10:15:00"),
        minutes: NonZeroU32::new(390).unwrap(),
    }
}

pub fn seed() -> Seed {
    let event = |plan_id: u64, condition| Event {
        plan_id,
        name: format!("{plan_id} Cherry Salad V2-CORE"),
        start: day("2026-11-20"),
        due: day("2026-12-04"),
        condition,
        estimated_minutes: Some(390),
        staffed_reps: String::new(),
        stale_condition: false,
    };
    let mut events: Vec<_> = (FREE..FREE + FREE_EVENTS).map(|id| event(id, Condition::Unstaffed)).collect();
    events.push(event(POSTED, Condition::Scheduled));
    events.push(event(CANCELED, Condition::Canceled));
    let person = |rep_id, employee_id: &str, name: &str| Person {
        rep_id,
        employee_id: employee_id.to_owned(),
        name: name.to_owned(),
    };
    Seed {
        location_id: 160_001,
        store_number: "8135".to_owned(),
        store_name: "Club 8135".to_owned(),
        time_zone: ZONE,
        people: vec![person(150_001, "US000123", "Pat Example"), person(150_002, "US000124", "Sam Sample")],
        events,
        posted: vec![PostedSchedule {
            id: POSTED_ID,
            plan_id: POSTED,
            rep_id: 150_002,
            start: time("2026-11-23T10:15:00"),
            end: time("2026-11-23T16:45:00"),
        }],
    }
}
