//! `muster bench --cost`: simulates a day of one club in this process, counts the requests that the functions would send to
//! AWS, and prints their cost.
//!
//! The numbers are counted from the functions' log lines. Assumed are the durations of Crossmark calls and of
//! refreshes, because the simulator answers at once, the polls of idle queues, and the invocations by the scheduler.

mod prices;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::calendar::plus_days;
use reqwest::Method;
use runtime::telemetry;
use serde_json::{Value, json};

use super::api::Caller;
use super::start;
use crate::commands::{Failure, http};
use crate::console;
use crate::serve::FirstClub;

/// Assumed duration of a Crossmark call, in seconds.
const CROSSMARK_S: f64 = 1.0;
/// Number of days of a month.
const DAYS: f64 = 30.0;
/// Number of clubs in the second group of columns.
const MANY: f64 = 600.0;
/// Assumed seconds that a refresh waits for Crossmark. A refresh reads two dozen lists, some of them concurrently.
const REFRESH_S: f64 = 30.0;
/// The name of the hourly tick of runs, which is one invocation for all clubs.
const TICK: &str = "solve, tick";
/// The name of the hourly tick of refreshes, which is one invocation for all clubs.
const REFRESH_TICK: &str = "refresh, tick";
/// Maximum real time of a request that moves the clock.
const CLOCK_TIMEOUT: Duration = Duration::from_mins(20);

/// The paths that a manager's client reads in a morning, with the number of requests. The client polls for changes every 10
/// seconds for a quarter of an hour. The requests for the week ([`WEEK_READS`]), and one more for the dashboard, from
/// which today's date is read, are not in the list, because they are made separately.
const READS: [(&str, usize); 8] = [
    ("/api/me", 2),
    ("/api/dashboard", 4),
    ("/api/auto-schedule/pending", 10),
    ("/api/employees", 3),
    ("/api/rotations", 3),
    ("/api/submissions", 10),
    ("/api/auto-schedule/history", 2),
    ("/api/changes", 90),
];
/// Number of requests for the posted schedules of a week.
const WEEK_READS: usize = 5;
/// Number of lines for which the manager checks other places, and which the manager holds and releases.
const EDITS: usize = 10;

/// A writer that keeps the functions' log lines.
#[derive(Clone, Default)]
struct LogBuffer(Arc<Mutex<Vec<u8>>>);

impl Write for LogBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The resources that a function uses in a day of one club.
#[derive(Debug, Default, Clone, Copy)]
struct Usage {
    invocations: f64,
    seconds: f64,
    reads: f64,
    writes: f64,
    queue_requests: f64,
    log_bytes: f64,
    crossmark_calls: f64,
}

/// The billed quantities.
#[derive(Debug, Default, Clone, Copy)]
struct BilledQuantities {
    reads: f64,
    writes: f64,
    queue_requests: f64,
    invocations: f64,
    gb_seconds: f64,
    api_requests: f64,
    scheduler_invocations: f64,
    log_megabytes: f64,
}

/// Simulates the day, and prints the table of what was used and the table of what it costs.
///
/// # Errors
/// Muster could not be started, a request failed, or the nightly run proposed no new schedule.
pub async fn run(club: FirstClub) -> Result<(), Failure> {
    let log = LogBuffer::default();
    telemetry::write_logs_to(Box::new(log.clone()));
    let running = start(club).await?;
    let client = http::builder(&running.api).timeout(CLOCK_TIMEOUT).build().map_err(Failure::internal)?;
    let caller = Caller { client, api: running.api.clone() };
    let lines = simulate_day(&caller).await?;
    running.until(std::future::ready(())).await?;
    let used = usage_by_function(&log.0.lock().unwrap_or_else(PoisonError::into_inner));
    console::say(&format!(
        "A day of one club: its nightly run, and a morning in which {lines} lines are submitted.\n"
    ))?;
    say_used(&used)?;
    say_bill(&used)
}

/// Simulates a day: a night with its ticks, sweeps and run, a morning, and the other hours. Returns the number of approved
/// lines.
async fn simulate_day(caller: &Caller) -> Result<usize, Failure> {
    let advance =
        async |seconds: u64| caller.ask(Method::POST, "/_local/clock", Some(&json!({"advance_s": seconds}))).await;
    advance(20 * 3_600).await?;
    let pending = caller.ask(Method::GET, "/api/auto-schedule/pending", None).await?;
    let run = &pending["run"]["run_id"];
    let lines = pending["newly_scheduled"].as_array().cloned().unwrap_or_default();
    if lines.is_empty() {
        return Err(Failure::Internal(format!(
            "the nightly run proposed no new schedule, so there is nothing to measure: {pending}"
        )));
    }
    for (path, times) in READS {
        for _ in 0..times {
            caller.ask(Method::GET, path, None).await?;
        }
    }
    let today = caller.today().await?;
    for _ in 0..WEEK_READS {
        let week = format!("/api/schedules?from={today}&to={}", plus_days(today, 6));
        caller.ask(Method::GET, &week, None).await?;
    }
    for line in lines.iter().take(EDITS) {
        let change = format!("/api/pending-schedule/{}", line["id"].as_str().unwrap_or_default());
        caller.ask(Method::POST, "/api/auto-schedule/check", Some(&json!({"line": line["id"]}))).await?;
        for held in [true, false] {
            caller.ask(Method::PUT, &change, Some(&json!({"held": held}))).await?;
        }
    }
    let approved = caller.ask(Method::POST, "/api/auto-schedule/approve", Some(&json!({"run_id": run}))).await?;
    advance(4 * 3_600).await?;
    Ok(approved["queued"].as_u64().unwrap_or_default() as usize)
}

/// The resources that each function used: the bytes of all its log lines, and the other numbers from its summaries.
fn usage_by_function(lines: &[u8]) -> BTreeMap<String, Usage> {
    let mut used: BTreeMap<String, Usage> = BTreeMap::new();
    for text in lines.split(|byte| *byte == b'\n') {
        let Ok(line) = serde_json::from_slice::<Value>(text) else { continue };
        let number = |member: &str| line[member].as_f64().unwrap_or_default();
        let name = match (line["function"].as_str().unwrap_or_default(), line["trigger"].as_str()) {
            ("solve", Some("schedule")) => TICK,
            ("refresh", Some("schedule")) => REFRESH_TICK,
            (name, _) => name,
        };
        let function = used.entry(name.to_owned()).or_default();
        function.log_bytes += text.len() as f64;
        if line["summary"] != true {
            continue;
        }
        let calls = match &line["CrossmarkLatency"] {
            Value::Array(calls) => calls.len() as f64,
            Value::Null => 0.0,
            _ => 1.0,
        };
        let from_queue = line["trigger"] == "queue";
        function.invocations += 1.0;
        let waits = if name == "refresh" { REFRESH_S } else { calls * CROSSMARK_S };
        function.seconds += number("duration_ms") / 1_000.0 + waits;
        function.reads += number("table.read_capacity");
        function.writes += number("table.write_capacity");
        // A batch needs a receive and a delete.
        function.queue_requests += number("queue.requests") + if from_queue { 2.0 } else { 0.0 };
        function.crossmark_calls += calls;
    }
    used
}

/// The billed quantities of a day with this number of clubs. Ticks and sweeps are invoked once for all clubs; the units
/// that they read and write and the seconds that they take grow with the clubs.
fn billed(used: &BTreeMap<String, Usage>, clubs: f64) -> BilledQuantities {
    let mut billed =
        BilledQuantities { scheduler_invocations: 24.0 * 12.0 + 2.0 * 24.0, ..BilledQuantities::default() };
    for (function, one) in used {
        let memory = prices::MEMORY_GB.iter().find(|(name, _)| function.starts_with(name)).map_or(0.0, |(_, gb)| *gb);
        let is_shared = matches!(function.as_str(), TICK | REFRESH_TICK | "sweep");
        let invocations = if is_shared { one.invocations } else { one.invocations * clubs };
        billed.reads += one.reads * clubs;
        billed.writes += one.writes * clubs;
        billed.queue_requests += one.queue_requests * clubs;
        billed.invocations += invocations;
        billed.gb_seconds += one.seconds * memory * clubs;
        billed.log_megabytes += one.log_bytes * (invocations / one.invocations.max(1.0)) / 1e6;
        if matches!(function.as_str(), "assist" | "rotations" | "review" | "roster") {
            billed.api_requests += invocations;
        }
    }
    billed.queue_requests += prices::IDLE_POLLS_DAILY;
    billed
}

impl BilledQuantities {
    /// The name, the number and the unit price of each quantity.
    fn rows(&self) -> [(&'static str, f64, f64); 8] {
        let million = |price: f64| price / 1e6;
        [
            ("table reads (units)", self.reads, million(prices::READS)),
            ("table writes (units)", self.writes, million(prices::WRITES)),
            ("queue requests, with empty polls", self.queue_requests, million(prices::QUEUE_REQUESTS)),
            ("function invocations", self.invocations, million(prices::INVOCATIONS)),
            ("function GB-seconds", self.gb_seconds, million(prices::GB_SECONDS)),
            ("API requests", self.api_requests, million(prices::API_REQUESTS)),
            ("scheduler invocations", self.scheduler_invocations, million(prices::SCHEDULED)),
            ("logs (MB)", self.log_megabytes, prices::LOG_MEGABYTE),
        ]
    }
}

fn say_used(used: &BTreeMap<String, Usage>) -> Result<(), Failure> {
    console::say(&format!(
        "\n{:<12} {:>11} {:>9} {:>9} {:>9} {:>9} {:>9} {:>8}\n",
        "function", "invocations", "seconds", "reads", "writes", "queue", "Crossmark", "log kB"
    ))?;
    for (function, one) in used {
        console::say(&format!(
            "{function:<12} {:>11} {:>9.1} {:>9.1} {:>9.1} {:>9} {:>9} {:>8.0}\n",
            one.invocations,
            one.seconds,
            one.reads,
            one.writes,
            one.queue_requests,
            one.crossmark_calls,
            one.log_bytes / 1e3
        ))?;
    }
    Ok(())
}

fn say_bill(used: &BTreeMap<String, Usage>) -> Result<(), Failure> {
    let [one, many] = [1.0, MANY].map(|clubs| billed(used, clubs).rows());
    let many_clubs = format!("{MANY}, a day");
    console::say(&format!(
        "\n{:<32} {:>13} {:>9} {:>9} {:>13} {:>9} {:>9}\n",
        "", "1 club, a day", "$ a day", "$ a month", many_clubs, "$ a day", "$ a month"
    ))?;
    let mut sums = [0.0; 2];
    for ((what, count_one, price), (_, count_many, _)) in one.into_iter().zip(many) {
        let [day_one, day_many] = [count_one * price, count_many * price];
        sums[0] += day_one;
        sums[1] += day_many;
        console::say(&format!(
            "{what:<32} {count_one:>13.0} {day_one:>9.4} {:>9.3} {count_many:>13.0} {day_many:>9.3} {:>9.2}\n",
            day_one * DAYS,
            day_many * DAYS
        ))?;
    }
    let fixed = prices::STACK_MONTHLY;
    console::say(&format!("{:<32} {:>33.3} {:>33.2}\n", "metrics, alarms, dashboard, secret", fixed, fixed))?;
    let [one, many] = sums.map(|day| day * DAYS + fixed);
    console::say(&format!("{:<32} {one:>33.3} {many:>33.2}\n", "total a month"))
}
