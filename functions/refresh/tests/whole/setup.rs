//! The set-up of every test: a club in the table, the same club at the simulator, and the function between them.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use cloud::FaultInjector;
use crossmark::{Crossmark, Placement, ScheduleOutcome, ScheduledEventId};
use domain::snapshot::EventRef;
use refresh::{Refresh, TickResult};
use runtime::trigger::{Payload, Reply, Trigger};
use runtime::{Deadline, Environment};
use serde_json::{Value, json};
use simulator::Seed;
use store::documents::PlanVersion;
use store::reports::RefreshReport;
use store::upstream::KnownEvent;
use testkit::{BEGIN, Proxy, TestClub, small_club_with_numbers};

/// Enough time for any invocation.
const PLENTY: Duration = Duration::from_mins(1);

pub struct RefreshTest {
    test: TestClub,
    pub crossmark: Crossmark,
    address: String,
    http: reqwest::Client,
    function: Arc<Refresh>,
}

impl Deref for RefreshTest {
    type Target = TestClub;

    fn deref(&self) -> &TestClub {
        &self.test
    }
}

impl RefreshTest {
    /// The small club, with a Crossmark that agrees with it.
    pub async fn small() -> RefreshTest {
        RefreshTest::of(&small_club_with_numbers()).await
    }

    /// A club, with a Crossmark that agrees with it.
    pub async fn of(club: &Value) -> RefreshTest {
        RefreshTest::with_upstream(club, Seed::from_snapshot(club).expect("a seed")).await
    }

    /// A club, with a Crossmark that has this data.
    pub async fn with_upstream(club: &Value, upstream: Seed) -> RefreshTest {
        RefreshTest::build(club, upstream, async |address| ((), address)).await.0
    }

    /// A club, with a Crossmark that agrees with it and a proxy in front of that.
    pub async fn with_proxy(club: &Value) -> (RefreshTest, Proxy) {
        RefreshTest::with_upstream_and_proxy(club, Seed::from_snapshot(club).expect("a seed")).await
    }

    /// A club, with a Crossmark that has this data and a proxy in front of it.
    pub async fn with_upstream_and_proxy(club: &Value, upstream: Seed) -> (RefreshTest, Proxy) {
        RefreshTest::build(club, upstream, async |address| Proxy::in_front_of(&address).await).await
    }

    /// A club, with a Crossmark that has this data. `start_proxy` gets the simulator's address, and returns the address
    /// that the club uses.
    async fn build<T>(
        club: &Value,
        upstream: Seed,
        start_proxy: impl AsyncFnOnce(String) -> (T, String),
    ) -> (RefreshTest, T) {
        let clock = TestClub::clock_at(BEGIN);
        let (listener, address) = testkit::crossmark::listen().await;
        testkit::crossmark::serve(listener, upstream, &clock, std::future::pending());
        let (proxy, used) = start_proxy(address.clone()).await;
        let test = TestClub::at(clock, Some(&used), club).await;
        (RefreshTest::over_club(test, address), proxy)
    }

    /// The small club, with a Crossmark that agrees with it and a fault injector in front of the table.
    pub async fn with_fault_injector() -> (RefreshTest, FaultInjector) {
        let (clock, club) = (TestClub::clock_at(BEGIN), small_club_with_numbers());
        let (listener, address) = testkit::crossmark::listen().await;
        let upstream = Seed::from_snapshot(&club).expect("a seed");
        testkit::crossmark::serve(listener, upstream, &clock, std::future::pending());
        let (test, fault_injector) = TestClub::with_fault_injector(clock, Some(&address), &club).await;
        (RefreshTest::over_club(test, address), fault_injector)
    }

    fn over_club(test: TestClub, address: String) -> RefreshTest {
        let environment = &test.environment;
        RefreshTest {
            function: Arc::new(Refresh::with_crossmark(environment, client(environment)).expect("a function")),
            crossmark: client(environment),
            test,
            address,
            http: reqwest::Client::builder().no_proxy().build().expect("a client"),
        }
    }

    /// The report of the last refresh.
    pub async fn report(&self) -> RefreshReport {
        let report = self.club().refresh_report().await.expect("read");
        report.map(|report| report.body).unwrap_or_default()
    }

    /// Calls the function with an event, and returns its answer.
    pub async fn handle(&self, event: Value) -> Value {
        let trigger = Trigger::read(event).expect("a payload");
        let reply = self.function.handle(trigger, Deadline::after(PLENTY)).await.expect("an answer");
        serde_json::to_value(reply).expect("JSON")
    }

    /// Delivers one message of the queue to the function; returns whether it was handled.
    pub async fn deliver(&self, body: &str) -> bool {
        let answer = self.handle(json!({"Records": [{"messageId": "m", "body": body}]})).await;
        answer == json!({"batchItemFailures": []})
    }

    /// Refreshes the club.
    pub async fn refresh(&self) {
        let message = json!({"version": 1, "club": self.id}).to_string();
        assert!(self.deliver(&message).await, "the message fails");
    }

    /// Starts a refresh of the club in a task of its own.
    pub fn spawn_refresh(&self) -> tokio::task::JoinHandle<Result<Reply<TickResult>, String>> {
        let (function, message) = (Arc::clone(&self.function), json!({"version": 1, "club": self.id}).to_string());
        let event = json!({"Records": [{"messageId": "m", "body": message}]});
        let event = Trigger::read(event).expect("a payload");
        tokio::spawn(async move { function.handle(event, Deadline::after(PLENTY)).await })
    }

    pub async fn plan_version(&self) -> PlanVersion {
        self.club().plan_version().await.expect("a version")
    }

    /// An event of the table with its posted schedule.
    pub async fn stored_event(&self, event: u64) -> KnownEvent {
        self.club().known_event(EventRef(event)).await.expect("read").expect("an event")
    }

    /// The snapshot that a run would read, without Crossmark's numbers.
    pub async fn snapshot(&self) -> Value {
        let today = self.clock.now().date_naive();
        let loaded = self.club().load_snapshot(today).await.expect("a snapshot");
        let mut document = serde_json::to_value(&loaded.snapshot).expect("a document");
        document["club"]["location_id"] = Value::Null;
        for list in ["employees", "posted"] {
            for row in document[list].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
                row.remove("rep_id");
                row.remove("scheduled_event_id");
            }
        }
        document
    }

    /// Whether the club was refreshed at the current time of the test.
    pub async fn is_fresh(&self) -> bool {
        self.club().club_documents().await.expect("documents").refreshed_at == Some(self.clock.now().into())
    }

    /// Posts to the simulator's control interface: changes events, plans faults, or releases a held call.
    pub async fn control_simulator(&self, path: &str, body: Value) {
        let sent = self.http.post(format!("{}/_sim/{path}", self.address)).json(&body).send().await.expect("sent");
        assert!(sent.status().is_success(), "{path} {body}: {}", sent.text().await.unwrap_or_default());
    }

    /// Waits until the simulator holds a call.
    pub async fn wait_until_held(&self) {
        for _ in 0..2_000 {
            let calls = self.http.get(format!("{}/_sim/calls", self.address)).send().await.expect("sent");
            let calls: Value = calls.json().await.expect("calls");
            if calls.as_array().expect("a list").iter().any(|call| call["progress"] == "held") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("no call is held");
    }

    /// Schedules an event at Crossmark, as a person does. Returns the number of the schedule.
    pub async fn schedule(&self, event: u64, rep: u64, start: &str) -> u64 {
        let placement = Placement {
            event: event.try_into().expect("a number"),
            employee: rep.try_into().expect("a number"),
            location: 160_001.try_into().expect("a number"),
            start: start.parse().expect("a start"),
            minutes: 390.try_into().expect("a length"),
        };
        let outcome = self.colleague().schedule(&placement, self.clock.now() + TimeDelta::hours(1)).await;
        let ScheduleOutcome::Accepted { id } = outcome else { panic!("{outcome:?}") };
        id.get()
    }

    /// Takes a schedule back at Crossmark, as a person does.
    pub async fn take_back(&self, id: u64) {
        let id: ScheduledEventId = id.try_into().expect("a number");
        let outcome = self.colleague().delete(id, self.clock.now() + TimeDelta::hours(1)).await;
        assert_eq!(outcome, crossmark::DeleteOutcome::Deleted);
    }

    /// The Crossmark client of another person.
    fn colleague(&self) -> crossmark::CrossmarkClub {
        self.crossmark.club(self.id.as_str(), chrono_tz::America::Indiana::Indianapolis)
    }
}

fn client(environment: &Environment) -> Crossmark {
    let short = Duration::from_millis(1);
    let settings = |settings| crossmark::ClientSettings { retry_base: short, longest_wait: short * 20, ..settings };
    environment.crossmark_with(7, settings).expect("a client")
}
