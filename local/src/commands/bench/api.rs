//! `muster bench --api`: measures how long each route takes, and how much longer than a route that does nothing. Muster runs
//! in the same process, with its table in memory. One caller sends one request at a time.
//!
//! The bench fails if a request is answered with an error, or a route exceeds its limit. Only the routes that save a fact and
//! the pages that show a year of numbers have limits.

use std::time::{Duration, Instant};

use chrono::NaiveDate;
use domain::calendar::plus_days;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::{start, year};
use crate::commands::Failure;
use crate::commands::installation::InstallationArguments;
use crate::console;
use crate::report::count;
use crate::serve::FirstClub;

/// Number of requests of a route, unless it has another number below. A 99th percentile needs many.
const ROUNDS: usize = 200;
/// Number of requests to each of the two slow routes: the check of a line with its other people and days, and the dry run
/// of an approval of all lines.
const HEAVY_ROUNDS: usize = 10;
/// Number of requests of a page that shows a year.
const YEAR_ROUNDS: usize = 30;
/// Maximum duration of the run before the measurements.
const MAX_RUN: Duration = Duration::from_mins(2);
/// The limits of a page that shows a year.
const YEAR_LIMIT: Limit = Limit { ms: 100.0, requests: 3 };
/// Number of facts to save of each kind.
const FACT_ROUNDS: usize = 50;
/// The limits of a route that saves a fact.
const FACT_LIMIT: Limit = Limit { ms: 5.0, requests: 4 };
/// The route that does nothing.
const NO_OP: &str = "/api/health";

/// Measures every route, and prints a line for each.
///
/// # Errors
/// Muster could not be started, or a request got no answer. After all routes are measured: every route that answered with an
/// error or exceeded a limit.
pub async fn run(club: FirstClub) -> Result<(), Failure> {
    let running = start(club).await?;
    let caller = Caller { client: crate::commands::http::client(&running.api)?, api: running.api.clone() };
    let proposal = caller.make_proposal().await?;
    console::say(&format!(
        "{:<52} {:>9} {:>9} {:>9} {:>7} {:>9} {:>10}\n",
        "route", "median ms", "p99 ms", "over", "times", "requests", "limit"
    ))?;
    let no_op = caller.measure(&Route::get(NO_OP)).await?;
    let mut faults: Vec<String> = no_op.fault(&Route::get(NO_OP), &no_op).into_iter().collect();
    for route in routes(&proposal) {
        faults.extend(caller.measure_and_print(&route, &no_op).await?);
    }
    let today = caller.today().await?;
    for route in routes_of_facts(&proposal, today) {
        faults.extend(caller.measure_and_print(&route, &no_op).await?);
    }
    let installation = InstallationArguments::at(running.api.clone()).open().await?;
    year::fill(installation.of_club(), today).await?;
    for route in routes_of_a_year(today) {
        faults.extend(caller.measure_and_print(&route, &no_op).await?);
    }
    running.until(std::future::ready(())).await?;
    if faults.is_empty() { Ok(()) } else { Err(Failure::Internal(faults.join("; "))) }
}

/// The limits of a route.
#[derive(Clone, Copy)]
struct Limit {
    /// Maximum median in milliseconds, after subtracting the median of the route that does nothing.
    ms: f64,
    /// Maximum number of requests to the table.
    requests: u64,
}

/// The routes that save a fact. There is a proposal, so each also looks for the lines that the fact affects.
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
    routes.into_iter().map(|route| Route { rounds: FACT_ROUNDS, limit: Some(FACT_LIMIT), ..route }).collect()
}

/// The pages that show a year of numbers.
fn routes_of_a_year(today: NaiveDate) -> Vec<Route> {
    let days = format!("from={}&to={}", plus_days(today, -year::DAYS), plus_days(today, -1));
    let numbers = ["day", "week", "person", "type"].map(|by| {
        let route = Route::get(&format!("/api/analytics?by={by}&{days}"));
        Route { name: format!("{}, a year by {by}", route.name), ..route }
    });
    let others = ["/api/fairness".to_owned(), format!("/api/outcomes?{days}&limit=500")].map(|path| Route::get(&path));
    let routes = numbers.into_iter().chain(others);
    routes.map(|route| Route { rounds: YEAR_ROUNDS, limit: Some(YEAR_LIMIT), ..route }).collect()
}

/// A route to measure.
struct Route {
    /// The name in the table.
    name: String,
    method: Method,
    path: String,
    /// The bodies, which the requests send in turn; empty for requests without a body.
    bodies: Vec<Value>,
    /// Number of requests.
    rounds: usize,
    /// The limits; `None` if the route has none.
    limit: Option<Limit>,
}

impl Route {
    fn get(path: &str) -> Route {
        let (name, path) = (format!("GET {}", path.split('?').next().unwrap_or(path)), path.to_owned());
        Route { name, method: Method::GET, path, bodies: Vec::new(), rounds: ROUNDS, limit: None }
    }

    fn with(method: Method, name: &str, path: &str, bodies: Vec<Value>) -> Route {
        Route { name: name.to_owned(), method, path: path.to_owned(), bodies, rounds: ROUNDS, limit: None }
    }
}

/// The ids and values that the measured requests contain: of a run, its first line and days, and the club's rotations.
struct Proposal {
    /// The id of the run.
    run: String,
    /// The id of the first line.
    line: String,
    /// The id of the first line's employee.
    employee: String,
    /// The first day of the proposal.
    from: String,
    /// The last day of the proposal.
    to: String,
    /// The rotations, as `POST /api/rotations` takes them.
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
struct Measurements {
    median_ms: f64,
    p99_ms: f64,
    /// Number of requests to the table that the last answer reports; `None` if it reports none.
    requests: Option<u64>,
    /// The status of the first answer that is an error; `None` if no answer is.
    failed_status: Option<u16>,
}

impl Measurements {
    /// Why a route with these measurements fails the bench; `None` if it does not.
    fn fault(&self, route: &Route, no_op: &Measurements) -> Option<String> {
        let name = &route.name;
        if let Some(status) = self.failed_status {
            return Some(format!("{name} answers {status}"));
        }
        let Limit { ms, requests } = route.limit?;
        let Some(sent) = self.requests else {
            return Some(format!("{name} does not report its number of requests to the table"));
        };
        let over_ms = self.median_ms - no_op.median_ms;
        (over_ms > ms || sent > requests).then(|| {
            format!(
                "{name} takes {over_ms:.1} ms more than a route that does nothing, and {} to the table; the limit is {ms} \
                 ms and {requests}",
                count(sent as usize, "request")
            )
        })
    }
}

/// A client of the measured Muster.
pub(super) struct Caller {
    pub client: Client,
    pub api: String,
}

impl Caller {
    /// The club's date, from the dashboard.
    pub async fn today(&self) -> Result<NaiveDate, Failure> {
        let dashboard = self.ask(Method::GET, "/api/dashboard", None).await?;
        dashboard["today"].as_str().unwrap_or_default().parse().map_err(Failure::internal)
    }

    /// Starts a run, waits for its proposal, and reads the ids and values that the measured requests contain.
    async fn make_proposal(&self) -> Result<Proposal, Failure> {
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
                other => return Err(failed(&format!("the run is {}", other.unwrap_or("without a status")))),
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

    /// Sends a request and reads its JSON answer.
    ///
    /// # Errors
    /// There is no answer, the answer is an error, or it is not JSON.
    pub async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let request = format!("{method} {path}");
        let answer = self.send(method, path, body).await?;
        let status = answer.status();
        let text = answer.text().await.map_err(Failure::internal)?;
        if !status.is_success() {
            let words: String = text.chars().take(300).collect();
            return Err(Failure::Internal(format!("{request} answers {status}: {words}")));
        }
        serde_json::from_str(&text).map_err(|e| Failure::Internal(format!("{request} does not answer JSON: {e}")))
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<reqwest::Response, Failure> {
        let request = self.client.request(method, format!("{}{path}", self.api));
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        request.send().await.map_err(Failure::internal)
    }

    /// Measures a route and prints its line. Returns why the route fails the bench; `None` if it does not.
    async fn measure_and_print(&self, route: &Route, no_op: &Measurements) -> Result<Option<String>, Failure> {
        let measured = self.measure(route).await?;
        let none = || "none".to_owned();
        let failed = measured.failed_status.map_or_else(String::new, |status| format!("  answers {status}"));
        console::say(&format!(
            "{:<52} {:>9.2} {:>9.2} {:>9.2} {:>7.1} {:>9} {:>10}{failed}\n",
            route.name,
            measured.median_ms,
            measured.p99_ms,
            measured.median_ms - no_op.median_ms,
            measured.median_ms / no_op.median_ms,
            measured.requests.map_or_else(none, |requests| requests.to_string()),
            route.limit.map_or_else(none, |Limit { ms, requests }| format!("{ms} ms, {requests}")),
        ))?;
        Ok(measured.fault(route, no_op))
    }

    /// Sends the requests of a route one after the other. An answer that is an error is measured, too.
    async fn measure(&self, route: &Route) -> Result<Measurements, Failure> {
        let mut times_ms = Vec::with_capacity(route.rounds);
        let (mut requests, mut failed_status) = (None, None);
        for round in 0..route.rounds {
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
        Ok(Measurements { median_ms: at(0.5), p99_ms: at(0.99), requests, failed_status })
    }
}

/// The number of requests to the table that an answer reports; `None` if it reports none.
pub(super) fn requests_of(answer: &reqwest::Response) -> Option<u64> {
    let timing = answer.headers().get("server-timing")?.to_str().ok()?;
    timing.split('"').nth(1)?.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(median_ms: f64, requests: Option<u64>, failed_status: Option<u16>) -> Measurements {
        Measurements { median_ms, p99_ms: median_ms, requests, failed_status }
    }

    #[test]
    fn a_route_fails_by_an_error_or_by_its_limit_and_the_fault_names_it() {
        let no_op = measured(1.0, Some(0), None);
        let limit = Some(Limit { ms: 5.0, requests: 4 });
        let over = "GET /api/x takes 5.5 ms more than a route that does nothing, and 4 requests to the table; the limit is 5 \
                    ms and 4";
        let one_more = "GET /api/x takes 5.0 ms more than a route that does nothing, and 5 requests to the table; the limit \
                        is 5 ms and 4";
        let unreported = "GET /api/x does not report its number of requests to the table";
        for (limit, measured, expected) in [
            (None, measured(900.0, Some(90), None), None),
            (None, measured(900.0, None, None), None),
            (None, measured(1.0, Some(1), Some(500)), Some("GET /api/x answers 500")),
            (limit, measured(1.0, Some(1), Some(409)), Some("GET /api/x answers 409")),
            (limit, measured(6.0, Some(4), None), None),
            (limit, measured(6.5, Some(4), None), Some(over)),
            (limit, measured(6.0, Some(5), None), Some(one_more)),
            (limit, measured(6.0, None, None), Some(unreported)),
        ] {
            let route = Route { limit, ..Route::get("/api/x?of=1") };
            assert_eq!(measured.fault(&route, &no_op).as_deref(), expected);
        }
    }
}
