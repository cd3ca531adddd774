//! A running simulator for tests, which call it over plain HTTP as any client does.
#![allow(clippy::unwrap_used, dead_code, reason = "helpers for tests, and no test uses all of them")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, TimeDelta};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use simulator::{Condition, Event, Options, Person, PostedSchedule, Seed, SimulatorError};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The number of an event without a schedule.
pub const OPEN: u64 = 40_000_123;
/// The number of an event with a posted schedule.
pub const POSTED: u64 = 40_000_124;
/// The number of a cancelled event.
pub const CANCELED: u64 = 40_000_125;
/// The id of the posted schedule.
pub const POSTED_ID: u64 = 55_000_001;

/// A running simulator with an open session.
pub struct RunningSimulator {
    pub base: String,
    pub http: Client,
    cookie: String,
    now: Arc<AtomicI64>,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<Result<(), SimulatorError>>,
}

pub async fn start_simulator() -> RunningSimulator {
    start_simulator_with(|_| {}).await
}

pub async fn start_simulator_with(change: impl FnOnce(&mut Options)) -> RunningSimulator {
    let now = Arc::new(AtomicI64::new("2026-11-21T15:00:00Z".parse::<DateTime<chrono::Utc>>().unwrap().timestamp()));
    let ticking = Arc::clone(&now);
    let clock = Arc::new(move || DateTime::from_timestamp(ticking.load(Ordering::SeqCst), 0).unwrap());
    let mut options = Options { clock, ..Options::default() };
    change(&mut options);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(simulator::serve(listener, seed(), options, async {
        let _ = stopped.await;
    }));
    let http = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut running = RunningSimulator { base, http, cookie: String::new(), now, stop: Some(stop), served };
    running.log_in().await;
    running
}

impl RunningSimulator {
    pub async fn log_in(&mut self) {
        let reply = self.try_login("pat", "secret").await;
        let cookie = reply.headers()["set-cookie"].to_str().unwrap();
        cookie.split(';').next().unwrap().clone_into(&mut self.cookie);
    }

    pub async fn try_login(&self, user: &str, password: &str) -> Response {
        let body = json!({"UserType": "MVEntityUser", "UserID": user, "Password": password, "Timezone": "UTC"});
        self.http.post(format!("{}/login/authenticate", self.base)).json(&body).send().await.unwrap()
    }

    pub async fn stop(mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        self.served.await.unwrap().unwrap();
    }

    pub fn advance(&self, by: TimeDelta) {
        self.now.fetch_add(by.num_seconds(), Ordering::SeqCst);
    }

    pub fn schedule(&self, plan_id: u64, change: &[(&'static str, &str)]) -> RequestBuilder {
        let plan_id = plan_id.to_string();
        let mut fields = vec![
            ("ClassName", "MVScheduledmPlan"),
            ("RepID", "150001"),
            ("mPlanID", &plan_id),
            ("LocationID", "160001"),
            ("Start", "2026-11-22T10:15:00-05:00"),
            ("End", "2026-11-22T16:45:00-05:00"),
            ("hash", ""),
            ("v", "3.0.1"),
            ("PlanningOverride", "true"),
        ];
        for (name, value) in change {
            fields.retain(|(known, _)| known != name);
            fields.push((name, value));
        }
        self.call("/planningextcontroller/scheduleMplanEvent").form(&fields)
    }

    pub fn delete(&self, id: u64) -> RequestBuilder {
        self.call("/planningextcontroller/deleteScheduledMplanEvent").form(&[("id", id.to_string())])
    }

    pub fn condition(&self, plan_id: u64) -> RequestBuilder {
        let fields = [("mPlanID", plan_id.to_string()), ("storeID", "160001".to_owned())];
        self.call("/planningextcontroller/getmPlanLocationCondition").form(&fields)
    }

    pub fn planning(&self, from: &str, to: &str, search: &str) -> RequestBuilder {
        let query = [("intervalStart", from), ("intervalEnd", to), ("searchFields", search), ("limit", "5000")];
        self.http
            .get(format!("{}/planningextcontroller/getPlanningMplans", self.base))
            .header("cookie", &self.cookie)
            .query(&query)
    }

    pub fn call(&self, path: &str) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.base)).header("cookie", &self.cookie)
    }

    pub async fn control(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let reply = self.http.post(format!("{}{path}", self.base)).json(body).send().await.unwrap();
        (reply.status(), reply.json().await.unwrap())
    }

    pub async fn plan_fault(&self, fault: Value) {
        let (status, _) = self.control("/_sim/faults", &json!({"next": [fault]})).await;
        assert_eq!(status, StatusCode::OK);
    }

    pub async fn get_json(&self, path: &str) -> Value {
        self.http.get(format!("{}{path}", self.base)).send().await.unwrap().json().await.unwrap()
    }

    /// The ids of an event's scheduled events that were not deleted.
    pub async fn active(&self, plan_id: u64) -> Vec<u64> {
        let ledger = self.get_json("/_sim/ledger").await;
        let effects = ledger.as_array().unwrap().iter();
        let active = effects.filter(|effect| effect["mPlanID"] == plan_id && effect["deleted_at"].is_null());
        active.map(|effect| effect["id"].as_u64().unwrap()).collect()
    }

    pub async fn wait_until_held(&self, call: &str) {
        loop {
            let calls = self.get_json("/_sim/calls").await;
            if calls.as_array().unwrap().iter().any(|seen| seen["call"] == call && seen["progress"] == "held") {
                return;
            }
            tokio::task::yield_now().await;
        }
    }
}

/// The body as JSON. Asserts that the content type is the wrong one that Crossmark sends.
pub async fn json_of(request: RequestBuilder) -> Value {
    let reply = request.send().await.unwrap();
    assert_eq!(reply.headers()["content-type"], "text/html; charset=UTF-8");
    reply.json().await.unwrap()
}

fn seed() -> Seed {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let event = |plan_id: u64, due: &str, condition| Event {
        plan_id,
        name: format!("{plan_id} {}", "x".repeat(110)),
        start: day("2026-11-20"),
        due: day(due),
        condition,
        estimated_minutes: Some(390),
        staffed_reps: String::new(),
        stale_condition: false,
    };
    let person = |rep_id: u64, name: &str| Person { rep_id, employee_id: format!("US{rep_id}"), name: name.to_owned() };
    Seed {
        location_id: 160_001,
        store_number: "8135".to_owned(),
        store_name: "Club 8135".to_owned(),
        time_zone: chrono_tz::America::Indiana::Indianapolis,
        people: vec![person(150_001, "Pat Example"), person(150_002, "Sam Sample")],
        events: vec![
            event(OPEN, "2026-12-04", Condition::Unstaffed),
            event(POSTED, "2026-11-24", Condition::Scheduled),
            event(CANCELED, "2026-12-04", Condition::Canceled),
        ],
        posted: vec![PostedSchedule {
            id: POSTED_ID,
            plan_id: POSTED,
            rep_id: 150_002,
            start: "2026-11-28T10:15:00".parse().unwrap(),
            end: "2026-11-28T16:45:00".parse().unwrap(),
        }],
    }
}
