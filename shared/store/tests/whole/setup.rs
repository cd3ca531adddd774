//! Set-up of every test: a table of its own, a club, a fixed time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use chrono::NaiveDate;
use serde_json::{Value, json};
use store::key::ClubId;
use store::meter::Meter;
use store::snapshot::LoadedSnapshot;
use store::stamp::Timestamp;
use store::{Club, RetryLimits, Table};

use crate::faults::Faults;

/// The table of one test.
pub struct TestTable {
    pub table: Table,
    /// A client for raw requests to the same table.
    pub raw: aws_sdk_dynamodb::Client,
    pub name: String,
    pub club: ClubId,
    pub meter: Meter,
}

static TABLES: AtomicU64 = AtomicU64::new(0);

/// The moment at which tests begin.
pub const NOW: Timestamp = Timestamp(1_795_417_200_000);

pub fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

pub fn today() -> NaiveDate {
    date("2026-11-23")
}

async fn endpoint() -> String {
    if let Ok(endpoint) = std::env::var("STORE_TEST_ENDPOINT") {
        return endpoint;
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let db = dynoxide::Database::memory().expect("a database");
    tokio::spawn(dynoxide::server::serve_with_shutdown(listener, db, std::future::pending()));
    format!("http://127.0.0.1:{port}")
}

impl TestTable {
    /// An empty table.
    pub async fn empty() -> TestTable {
        TestTable::with_faults(None).await
    }

    /// An empty table. Faults begin after it is created.
    pub async fn with_faults(faults: Option<Faults>) -> TestTable {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("local", "local", None, None, "tests"))
            .endpoint_url(endpoint().await)
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build();
        let retry_limits = RetryLimits { tries: 40, base: Duration::from_millis(1), cap: Duration::from_millis(20) };
        let name = format!("muster-{}-{}", std::process::id(), TABLES.fetch_add(1, Ordering::Relaxed));
        let raw = aws_sdk_dynamodb::Client::from_conf(config.clone());
        let table = Table::new(&config, name.clone(), retry_limits, 7);
        table.create().await.expect("a table");
        table.create().await.expect("a repeated call changes nothing");
        let table = match faults {
            Some(faults) => Table::new(&config.to_builder().interceptor(faults).build(), name.clone(), retry_limits, 7),
            None => table,
        };
        TestTable { table, raw, name, club: ClubId::parse("8135").expect("an id"), meter: Meter::new() }
    }

    /// A table with the small club in it.
    pub async fn with_club() -> TestTable {
        let test = TestTable::empty().await;
        test.club().import_snapshot(small_club().to_string().as_bytes()).await.expect("a club");
        test
    }

    pub fn club(&self) -> Club<'_> {
        self.table.club(&self.club, &self.meter)
    }

    /// Does some work, and returns its result and its number of requests.
    pub async fn requests<T>(&self, work: impl AsyncFnOnce(Club<'_>) -> T) -> (T, u64) {
        let meter = Meter::new();
        let done = work(self.table.club(&self.club, &meter)).await;
        (done, meter.requests())
    }
}

/// A Core event.
pub fn core(event_ref: u64, due: &str) -> Value {
    json!({
        "ref": event_ref, "name": format!("619{event_ref:03}-LKD-AF-Salad (2512{event_ref:05}) - V2-CORE"), "type": "Core",
        "start": "2026-11-24T00:00:00", "due": format!("{due}T00:01:00"), "estimated_minutes": 390,
        "condition": "Unstaffed", "auto": true, "parent_ref": null
    })
}

/// A club of four people, four open events and two posted ones.
pub fn small_club() -> Value {
    let posted = |event_ref, employee, start| {
        let mut event = core(event_ref, "2026-12-10");
        event.as_object_mut().expect("an object").remove("condition");
        json!({"event": event, "employee_id": employee, "start": start, "block": 1,
               "scheduled_event_id": 55_000_000 + event_ref})
    };
    json!({
        "club": {"id": "8135", "name": "Club 8135", "time_zone": "America/Indiana/Indianapolis", "location_id": 160_001},
        "today": "2026-11-23",
        "settings": {"buffer_days": 3, "horizon_days": 21, "block_capacity": 1, "weights": {"fairness": 2.0},
                     "fixed_day_types": null, "programme_codes": null},
        "employees": [
            {"id": "E01", "name": "Avery Quill", "job_title": "Lead Event Specialist", "juicer_trained": false, "rep_id": 150_001},
            {"id": "E02", "name": "Blake Roe", "job_title": "Juicer Barista", "active": true, "termination_date": null},
            {"id": "E03", "name": "Cleo Stone", "job_title": "Event Specialist", "termination_date": "2027-01-01"},
            {"id": "E04", "name": "Dana Tarn", "job_title": "Club Supervisor", "juicer_trained": true}
        ],
        "weekly_availability": [
            {"employee_id": "E01", "days": {"mon": true, "tue": {"from": "08:00", "to": "14:00"}, "wed": false}},
            {"employee_id": "E03", "days": {"sun": false}}
        ],
        "availability_overrides": [
            {"employee_id": "E01", "start": "2026-12-01", "end": "2026-12-07", "days": {"tue": false}},
            {"employee_id": "E01", "start": "2026-12-01", "end": "2026-12-07", "days": {"tue": true, "wed": true}}
        ],
        "time_off": [{"employee_id": "E01", "start": "2026-12-24", "end": "2026-12-26"}],
        "holidays": ["2026-11-26"],
        "locked_days": ["2026-11-29"],
        "rotations": [
            {"day": "mon", "rotation": "primary_lead", "employee_id": "E01", "backup_employee_id": "E04"},
            {"day": "tue", "rotation": "juicer", "employee_id": "E02", "backup_employee_id": null}
        ],
        "exceptions": [{"date": "2026-12-01", "rotation": "juicer", "employee_id": "E04", "reason": "vacation"}],
        "events": [core(101, "2026-12-04"), core(102, "2026-12-05"), core(103, "2026-12-06"), core(104, "2026-12-07")],
        "posted": [posted(201, "E01", "2026-11-30T10:15:00"), posted(202, "E03", "2026-12-01T10:15:00")],
        "affinity": [
            {"employee_id": "E01", "ref": 101, "score": 0.8}, {"employee_id": "E01", "ref": 102, "score": 0.25},
            {"employee_id": "E03", "ref": 101, "score": 1.0}
        ]
    })
}

/// The snapshot that a run reads, as JSON.
pub fn document(loaded: &LoadedSnapshot) -> Value {
    serde_json::to_value(&loaded.snapshot).expect("a document")
}
