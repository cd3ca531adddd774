//! `muster bench --api`: measures how much longer each route takes than a route that does nothing. Muster runs in the same
//! process, with its table in memory. There is one caller with one connection, which sends one request at a time. Routes that
//! save a fact, and pages that show a year of numbers, have limits.

use std::time::{Duration, Instant};

use chrono::NaiveDate;
use domain::calendar::plus_days;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::year;
use crate::commands::Failure;
use crate::commands::installation::InstallationArguments;
use crate::console;
use crate::serve::{Crossmark, FirstClub, Pace, Plan, RunningMuster};

/// Number of requests of each route. A 99th percentile needs many.
const ROUNDS: usize = 200;
/// Number of requests of a route that reads or changes a whole proposal.
const HEAVY_ROUNDS: usize = 10;
/// Number of requests of a page that shows a year.
const YEAR_ROUNDS: usize = 30;
/// Maximum duration of the run before the measurements.
const MAX_RUN: Duration = Duration::from_mins(2);
/// The limit of a page that shows a year.
const YEAR_LIMIT: Limit = Limit { ms: 100.0, requests: 3 };
/// Number of facts to save of each kind.
const FACT_ROUNDS: usize = 50;
/// The limit of a route that saves a fact.
const FACT_LIMIT: Limit = Limit { ms: 5.0, requests: 4 };
/// The route that does nothing.
const NO_OP: &str = "/api/health";

/// Measures, and prints a line for each route.
///
/// # Errors
/// Muster could not be started, a request failed, or a limit is exceeded.
pub async fn run(club: FirstClub) -> Result<(), Failure> {
    let (pace, crossmark) = (Pace::Manual, Crossmark::Embedded(0));
    let running =
        RunningMuster::start(Plan { data: None, club, pace, port: 0, crossmark, faulty_table: false }).await?;
    let caller = Caller { client: crate::commands::http::client()?, api: running.api.clone() };
    let proposal = caller.proposal().await?;
    console::say(&format!(
        "{:<52} {:>9} {:>9} {:>9} {:>7} {:>9}\n",
        "route", "median ms", "p99 ms", "over", "times", "requests"
    ))?;
    let no_op = caller.measure(&Route::get(NO_OP), ROUNDS).await?;
    for route in routes(&proposal) {
        caller.print(&route, &no_op).await?;
    }
    let today = caller.ask(Method::GET, "/api/dashboard", None).await?["today"].as_str().unwrap_or_default().to_owned();
    let today: NaiveDate = today.parse().map_err(Failure::internal)?;
    let mut over = Vec::new();
    for route in routes_of_facts(&proposal, today) {
        over.extend(caller.print_limited(&route, &no_op, FACT_LIMIT).await?);
    }
    let installation = InstallationArguments::at(running.api.clone()).open().await?;
    year::fill(installation.of_club(), today).await?;
    for route in routes_of_a_year(today) {
        over.extend(caller.print_limited(&route, &no_op, YEAR_LIMIT).await?);
    }
    running.until(std::future::ready(())).await?;
    if over.is_empty() {
        return Ok(());
    }
    Err(Failure::Internal(format!("more than the limit: {}", over.join("; "))))
}

/// The limits of a request.
#[derive(Clone, Copy)]
struct Limit {
    /// Maximum median in milliseconds, less that of a route that does nothing.
    ms: f64,
    /// Maximum number of requests to the table.
    requests: u64,
}

/// Routes that save a fact while there is a proposal, so that each also finds the lines that the fact affects.
fn routes_of_facts(proposal: &Proposal, today: NaiveDate) -> Vec<Route> {
    let days: Vec<NaiveDate> = (1..=FACT_ROUNDS as i64).map(|ahead| plus_days(today, ahead)).collect();
    let holidays = days.iter().map(|day| json!({"date": plus_days(*day, 100), "name": "stocktaking"})).collect();
    let employee = &proposal.employee;
    let off = days.iter().map(|day| json!({"employee_id": employee, "start": day, "end": day})).collect();
    let lengths = (0..FACT_ROUNDS).map(|round| json!({"estimated_minutes": 100 + round})).collect();
    let event = proposal.line.rsplit('.').next().unwrap_or_default();
    let routes = [
        Route::with(Method::POST, "POST /api/holidays", "/api/holidays", holidays),
        Route::with(Method::POST, "POST /api/time-off", "/api/time-off", off),
        Route::with(Method::PUT, "PUT /api/events/{ref}", &format!("/api/events/{event}"), lengths),
    ];
    routes.into_iter().map(|route| Route { rounds: FACT_ROUNDS, ..route }).collect()
}

/// The pages that show a year of numbers.
fn routes_of_a_year(today: NaiveDate) -> Vec<Route> {
    let days = format!("from={}&to={}", plus_days(today, -year::DAYS), plus_days(today, -1));
    let numbers = ["day", "week", "person", "type"].map(|by| {
        let route = Route::get(&format!("/api/analytics?by={by}&{days}"));
        Route { name: format!("{}, a year by {by}", route.name), rounds: YEAR_ROUNDS, ..route }
    });
    let others = ["/api/fairness".to_owned(), format!("/api/outcomes?{days}&limit=500")].map(|path| Route::get(&path));
    numbers.into_iter().chain(others.map(|route| Route { rounds: YEAR_ROUNDS, ..route })).collect()
}

/// A request that is repeated, with its bodies in turn.
struct Route {
    name: String,
    method: Method,
    path: String,
    bodies: Vec<Value>,
    rounds: usize,
}

impl Route {
    fn get(path: &str) -> Route {
        let (name, path) = (format!("GET {}", path.split('?').next().unwrap_or(path)), path.to_owned());
        Route { name, method: Method::GET, path, bodies: Vec::new(), rounds: ROUNDS }
    }

    fn with(method: Method, name: &str, path: &str, bodies: Vec<Value>) -> Route {
        Route { name: name.to_owned(), method, path: path.to_owned(), bodies, rounds: ROUNDS }
    }
}

/// The ids of a proposal that requests use.
struct Proposal {
    run: String,
    line: String,
    employee: String,
    from: String,
    to: String,
    rotations: Value,
}

fn routes(proposal: &Proposal) -> Vec<Route> {
    let Proposal { run, line, from, to, rotations, .. } = proposal;
    let change = format!("/api/pending-schedule/{line}");
    let mut routes: Vec<Route> = [
        NO_OP,
        "/api/me",
        "/api/rotations",
        "/api/rotation-exception",
        "/api/employees",
        "/api/events",
        &format!("/api/schedules?from={from}&to={to}"),
        "/api/settings",
        "/api/holidays",
        "/api/locked-days",
        &format!("/api/auto-schedule/status/{run}"),
        "/api/auto-schedule/pending",
        &change,
        "/api/submissions",
        "/api/auto-schedule/history",
        "/api/dashboard",
        "/api/changes",
    ]
    .map(Route::get)
    .into();
    let post = |name: &str, path: &str, body: Value| Route::with(Method::POST, name, path, vec![body]);
    let held = [true, false].map(|held| json!({"held": held})).into();
    routes.extend([
        Route {
            name: "GET /api/auto-schedule/pending, with reasons".to_owned(),
            ..Route::get("/api/auto-schedule/pending?include=reasons")
        },
        post("POST /api/rotations", "/api/rotations", rotations.clone()),
        post("POST /api/auto-schedule/check, people and days", "/api/auto-schedule/check", json!({"line": line})),
        Route::with(Method::PUT, "PUT /api/pending-schedule, held and not", &change, held),
        post(
            "POST /api/auto-schedule/approve, all, dry",
            "/api/auto-schedule/approve",
            json!({"run_id": run, "dry_run": true}),
        ),
    ]);
    for route in &mut routes {
        route.name = route.name.replace(line.as_str(), "{id}").replace(run.as_str(), "{run_id}");
    }
    for route in routes.iter_mut().filter(|route| route.name.contains("people and days") || route.name.contains("dry"))
    {
        route.rounds = HEAVY_ROUNDS;
    }
    routes
}

/// The measurements of one route.
struct Measured {
    median_ms: f64,
    p99_ms: f64,
    /// Number of requests to the table of the last request, as its answer reports.
    requests: String,
    /// The status of a failed request; `None` if no request failed.
    failed_status: Option<u16>,
}

/// A client of the measured Muster.
pub(super) struct Caller {
    pub client: Client,
    pub api: String,
}

impl Caller {
    /// Starts a run and waits for its proposal.
    async fn proposal(&self) -> Result<Proposal, Failure> {
        let failed = |what: &str| Failure::Internal(format!("the bench has no proposal to measure with: {what}"));
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let begun = self.ask(Method::POST, "/api/auto-schedule/run", Some(&json!({}))).await?;
        let run = text(&begun["run_id"]).ok_or_else(|| failed(&begun.to_string()))?;
        let started = Instant::now();
        loop {
            let status = self.ask(Method::GET, &format!("/api/auto-schedule/status/{run}"), None).await?;
            match status["status"].as_str() {
                Some("queued" | "running") if started.elapsed() < MAX_RUN => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Some("completed") => break,
                other => return Err(failed(&format!("the run is {other:?}"))),
            }
        }
        let pending = self.ask(Method::GET, "/api/auto-schedule/pending", None).await?;
        let line = text(&pending["newly_scheduled"][0]["id"]).ok_or_else(|| failed("it has no line"))?;
        let employee = text(&pending["newly_scheduled"][0]["employee_id"]).ok_or_else(|| failed("it places nobody"))?;
        let days: Vec<&String> =
            pending["daily_preview"].as_object().into_iter().flat_map(|days| days.keys()).collect();
        let day = |day: Option<&&String>| day.map_or_else(String::new, |day| (*day).clone());
        let rotations = self.ask(Method::GET, "/api/rotations", None).await?;
        let rotations = ["juicer", "primary_lead", "backups"].map(|name| (name.to_owned(), rotations[name].clone()));
        Ok(Proposal {
            run,
            line,
            employee,
            from: day(days.first()),
            to: day(days.last()),
            rotations: Value::Object(rotations.into_iter().collect()),
        })
    }

    pub async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        self.send(method, path, body).await?.json().await.map_err(Failure::internal)
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<reqwest::Response, Failure> {
        let request = self.client.request(method, format!("{}{path}", self.api));
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        request.send().await.map_err(Failure::internal)
    }

    /// Measures a route, and prints its line.
    async fn print(&self, route: &Route, no_op: &Measured) -> Result<Measured, Failure> {
        let measured = self.measure(route, route.rounds).await?;
        let failed = measured.failed_status.map_or_else(String::new, |status| format!("  answers {status}"));
        console::say(&format!(
            "{:<52} {:>9.2} {:>9.2} {:>9.2} {:>7.1} {:>9}{failed}\n",
            route.name,
            measured.median_ms,
            measured.p99_ms,
            measured.median_ms - no_op.median_ms,
            measured.median_ms / no_op.median_ms,
            measured.requests,
        ))?;
        Ok(measured)
    }

    /// The same for a route with a limit. Returns a message if the limit is exceeded.
    async fn print_limited(&self, route: &Route, no_op: &Measured, limit: Limit) -> Result<Option<String>, Failure> {
        let measured = self.print(route, no_op).await?;
        let requests = measured.requests.parse::<u64>().unwrap_or(u64::MAX);
        let ms = measured.median_ms - no_op.median_ms;
        if ms <= limit.ms && requests <= limit.requests && measured.failed_status.is_none() {
            return Ok(None);
        }
        let Limit { ms: max_ms, requests: max } = limit;
        Ok(Some(format!(
            "{} takes {ms:.1} ms over a route that does nothing and {requests} requests, the limit is {max_ms} ms and {max}",
            route.name
        )))
    }

    async fn measure(&self, route: &Route, rounds: usize) -> Result<Measured, Failure> {
        let mut times_ms = Vec::with_capacity(rounds);
        let (mut requests, mut failed_status) = (String::new(), None);
        for round in 0..rounds {
            let body = (!route.bodies.is_empty()).then(|| &route.bodies[round % route.bodies.len()]);
            let started = Instant::now();
            let answer = self.send(route.method.clone(), &route.path, body).await?;
            let status = answer.status();
            requests = requests_of(&answer);
            answer.bytes().await.map_err(Failure::internal)?;
            times_ms.push(started.elapsed().as_secs_f64() * 1_000.0);
            failed_status = failed_status.or((!status.is_success()).then_some(status.as_u16()));
        }
        times_ms.sort_by(f64::total_cmp);
        let at = |part: f64| times_ms[((times_ms.len() - 1) as f64 * part).round() as usize];
        Ok(Measured { median_ms: at(0.5), p99_ms: at(0.99), requests, failed_status })
    }
}

/// The number of requests to the table that an answer reports.
pub(super) fn requests_of(answer: &reqwest::Response) -> String {
    let timing = answer.headers().get("server-timing").and_then(|v| v.to_str().ok()).unwrap_or_default();
    timing.split('"').nth(1).and_then(|d| d.split(' ').next()).unwrap_or_default().to_owned()
}
