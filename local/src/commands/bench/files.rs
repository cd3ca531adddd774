//! `muster bench --files`: measures the seconds, the requests to the table and the memory of the preview, save and export of a
//! file of 10,000 events, and of a calendar feed.

use std::fmt::Write;
use std::time::Instant;

use chrono::{Days, NaiveDate};
use reqwest::Method;
use serde_json::{Value, json};

use super::api::{Caller, requests_of};
use crate::commands::Failure;
use crate::console;
use crate::serve::{Crossmark, FirstClub, Pace, Plan, RunningMuster};

/// Number of rows of the file.
const ROWS: u64 = 10_000;
/// Number of repeats of a quick request. The median is printed.
const ROUNDS: usize = 50;
/// Number of repeats of a slow request.
const SLOW_ROUNDS: usize = 3;
const FIRST_REF: u64 = 800_000_000;

/// Measures, and prints a line for each.
///
/// # Errors
/// Muster could not be started, or a request failed.
pub async fn run(club: FirstClub) -> Result<(), Failure> {
    let (pace, crossmark) = (Pace::Manual, Crossmark::Embedded(0));
    let running =
        RunningMuster::start(Plan { data: None, club, pace, port: 0, crossmark, faulty_table: false }).await?;
    let caller = Caller { client: crate::commands::http::client()?, api: running.api.clone() };
    console::say(&format!(
        "{:<44} {:>9} {:>9} {:>9} {:>9} {:>9}\n",
        "what", "seconds", "limit", "requests", "kB", "MB more"
    ))?;
    let events = caller.ask(Method::GET, "/api/events?limit=1", None).await?;
    let day = events["items"][0]["start_date"].as_str().and_then(|text| text.get(..10)).unwrap_or_default();
    let day: NaiveDate = day.parse().map_err(Failure::internal)?;
    let file = visits(day);
    let path = "/api/imports/visits";
    let preview = MeasuredRequest::file(path, &file);
    let seen = caller.measured("preview of 10,000 rows", 2.0, SLOW_ROUNDS, &preview).await?;
    let digest = seen["digest"].as_str().unwrap_or_default();
    let save = MeasuredRequest::file(&format!("{path}?save={digest}"), &file);
    caller.measured("save of 10,000 rows", 20.0, 1, &save).await?;
    caller.measured("preview of the same, nothing changes", 2.0, SLOW_ROUNDS, &preview).await?;
    // 95 % of the rows: with the club's own events the export would exceed the limit of rows.
    let (from, to) = (day + Days::new(15), day + Days::new(19));
    for (what, format) in [("9,500 events and more as CSV", "csv"), ("the same as XLSX", "xlsx")] {
        let export = MeasuredRequest::get(&format!("/api/exports/events?format={format}&from={from}&to={to}"));
        caller.measured(what, 1.0, SLOW_ROUNDS, &export).await?;
    }
    let made = caller.ask(Method::POST, "/api/calendar-feeds", Some(&json!({}))).await?;
    let address = made["address"].as_str().unwrap_or_default();
    caller.measured("calendar feed of the club", 0.05, ROUNDS, &MeasuredRequest::get(address)).await?;
    running.until(std::future::ready(())).await
}

/// A file as the predecessor exports it: events with windows of two weeks over the horizon.
fn visits(day: NaiveDate) -> String {
    let mut file = "Project Name,Project Reference Number,Location MVID,Store Number,Store Name,Start Date/Time,\
        Due Date/Time,Estimated Time\n"
        .to_owned();
    for row in 0..ROWS {
        let start = day + Days::new(row % 20);
        let (start, due) = (start.format("%m/%d/%Y"), (start + Days::new(14)).format("%m/%d/%Y"));
        let number = 600_000 + row;
        _ = writeln!(
            file,
            "{number}-LKD-AF-Sample product {row} ({row}) - V2-CORE,{},160001,8135,Club,{start} 12:00:00 AM,{due} \
             12:00:00 AM,390",
            FIRST_REF + row
        );
    }
    file
}

/// A request to measure.
struct MeasuredRequest {
    method: Method,
    path: String,
    body: Body,
}

enum Body {
    Nothing,
    File(String),
}

impl MeasuredRequest {
    fn get(path: &str) -> MeasuredRequest {
        MeasuredRequest { method: Method::GET, path: path.to_owned(), body: Body::Nothing }
    }

    fn file(path: &str, file: &str) -> MeasuredRequest {
        MeasuredRequest { method: Method::POST, path: path.to_owned(), body: Body::File(file.to_owned()) }
    }
}

impl Caller {
    /// Measures a request and prints its line. Returns the last answer, null if it is not JSON.
    async fn measured(
        &self,
        what: &str,
        limit: f64,
        rounds: usize,
        measured: &MeasuredRequest,
    ) -> Result<Value, Failure> {
        let before = memory("VmRSS:");
        // Resets the peak of memory.
        _ = std::fs::write("/proc/self/clear_refs", "5");
        let mut seconds = Vec::with_capacity(rounds);
        let (mut requests, mut length, mut last) = (String::new(), 0, Value::Null);
        for _ in 0..rounds {
            let request = self.client.request(measured.method.clone(), format!("{}{}", self.api, measured.path));
            let request = match &measured.body {
                Body::Nothing => request,
                Body::File(file) => request.header("content-type", "text/csv").body(file.clone()),
            };
            let started = Instant::now();
            let answer = request.send().await.map_err(Failure::internal)?;
            requests = requests_of(&answer);
            let status = answer.status();
            let body = answer.bytes().await.map_err(Failure::internal)?;
            seconds.push(started.elapsed().as_secs_f64());
            if !status.is_success() {
                let words = String::from_utf8_lossy(&body).chars().take(300).collect::<String>();
                return Err(Failure::Internal(format!("{what}: {status} {words}")));
            }
            length = body.len();
            last = serde_json::from_slice(&body).unwrap_or_default();
        }
        let more = memory("VmHWM:").saturating_sub(before) / 1_024;
        let (middle, _) = super::median(seconds);
        let limit = if limit > 0.0 { format!("{limit:.3}") } else { "-".to_owned() };
        let kb = length / 1_024;
        console::say(&format!("{what:<44} {middle:>9.4} {limit:>9} {requests:>9} {kb:>9} {more:>9}\n"))?;
        Ok(last)
    }
}

/// A value of this process's status, in kB; 0 if it is missing.
fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()).and_then(|kb| kb.parse().ok()).unwrap_or(0)
}
