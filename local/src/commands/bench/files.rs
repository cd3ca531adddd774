//! `muster bench --files`: measures the seconds, the requests to the table and the memory of the preview, the save and the
//! exports of 10,000 events, and of a calendar feed. The bench fails if a median exceeds its limit.

use std::fmt::Write;
use std::time::Instant;

use chrono::{Days, NaiveDate};
use reqwest::Method;
use serde_json::{Value, json};

use super::api::{Caller, requests_of};
use super::{median_and_max, memory_kb, start};
use crate::commands::Failure;
use crate::console;
use crate::serve::FirstClub;

/// Number of rows of the file.
const ROWS: u64 = 10_000;
/// Number of requests for the calendar feed, which is quick. The median is printed.
const ROUNDS: usize = 50;
/// Number of requests for each preview and each export, which are slow.
const SLOW_ROUNDS: usize = 3;
/// The reference number of the file's first event.
const FIRST_REF: u64 = 800_000_000;

/// Measures each step, and prints a line for each.
///
/// # Errors
/// Muster could not be started, or a request failed. After all steps: every step that exceeded its limit.
pub async fn run(club: FirstClub) -> Result<(), Failure> {
    let running = start(club).await?;
    let caller = Caller { client: crate::commands::http::client(&running.api)?, api: running.api.clone() };
    let mut over = Vec::new();
    console::say(&format!(
        "{:<44} {:>9} {:>9} {:>9} {:>9} {:>9}\n",
        "step", "seconds", "limit", "requests", "kB", "MB more"
    ))?;
    let events = caller.ask(Method::GET, "/api/events?limit=1", None).await?;
    let day = events["items"][0]["start_date"].as_str().and_then(|text| text.get(..10)).unwrap_or_default();
    let day: NaiveDate = day.parse().map_err(Failure::internal)?;
    let file = visits_file(day);
    let path = "/api/imports/visits";
    let preview = MeasuredRequest::file(path, &file);
    let first_preview = caller.measure_step("preview of 10,000 rows", 2.0, SLOW_ROUNDS, &preview, &mut over).await?;
    let digest = first_preview["digest"].as_str().unwrap_or_default();
    let save = MeasuredRequest::file(&format!("{path}?save={digest}"), &file);
    caller.measure_step("save of 10,000 rows", 20.0, 1, &save, &mut over).await?;
    caller.measure_step("preview of the same, nothing changes", 2.0, SLOW_ROUNDS, &preview, &mut over).await?;
    // These dates select 95 % of the rows. All rows together with the club's own events would exceed the limit of an export.
    let (from, to) = (day + Days::new(15), day + Days::new(19));
    for (what, format) in [("9,500 events and more as CSV", "csv"), ("the same as XLSX", "xlsx")] {
        let export = MeasuredRequest::get(&format!("/api/exports/events?format={format}&from={from}&to={to}"));
        caller.measure_step(what, 1.0, SLOW_ROUNDS, &export, &mut over).await?;
    }
    let new_feed = caller.ask(Method::POST, "/api/calendar-feeds", Some(&json!({}))).await?;
    let address = new_feed["address"].as_str().unwrap_or_default();
    let feed = MeasuredRequest::get(address);
    caller.measure_step("calendar feed of the club", 0.05, ROUNDS, &feed, &mut over).await?;
    running.until(std::future::ready(())).await?;
    if over.is_empty() { Ok(()) } else { Err(Failure::Internal(over.join("; "))) }
}

/// A file in the format of the export of Muster's predecessor: events that start on twenty consecutive days, each with
/// a window of two weeks.
fn visits_file(day: NaiveDate) -> String {
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
    /// Measures a step and prints its line. Adds the step to `over` if its median exceeds the limit, in seconds. Returns the
    /// last answer; null if it is not JSON.
    async fn measure_step(
        &self,
        step: &str,
        limit_s: f64,
        rounds: usize,
        measured: &MeasuredRequest,
        over: &mut Vec<String>,
    ) -> Result<Value, Failure> {
        let before = memory_kb("VmRSS:").unwrap_or(0);
        // Resets the kernel's peak of this process's memory (`VmHWM`).
        _ = std::fs::write("/proc/self/clear_refs", "5");
        let mut seconds = Vec::with_capacity(rounds);
        let (mut requests, mut length, mut last) = (None, 0, Value::Null);
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
                return Err(Failure::Internal(format!("{step} answers {status}: {words}")));
            }
            length = body.len();
            last = serde_json::from_slice(&body).unwrap_or_default();
        }
        let more_mb = memory_kb("VmHWM:").unwrap_or(0).saturating_sub(before) / 1_024;
        let (middle, _) = median_and_max(seconds);
        let requests = requests.map_or_else(|| "none".to_owned(), |requests| requests.to_string());
        let kb = length / 1_024;
        console::say(&format!("{step:<44} {middle:>9.4} {limit_s:>9.3} {requests:>9} {kb:>9} {more_mb:>9}\n"))?;
        if middle > limit_s {
            over.push(format!("{step} takes {middle:.3} s, the limit is {limit_s} s"));
        }
        Ok(last)
    }
}
