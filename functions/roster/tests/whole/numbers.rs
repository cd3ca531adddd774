//! Corrections of outcomes and debts over HTTP, and counts that add up by day, week, person and type.

use axum::Router;
use chrono::{NaiveDate, TimeDelta};
use cloud::{Answer, TestCaller};
use domain::calendar::{plus_days, week_start};
use domain::event_type::EventType;
use domain::fairness::LedgerRow;
use domain::rollup::{Counts, RollUp, Utilisation};
use domain::snapshot::EmployeeId;
use serde_json::{Value, json};
use store::key::ScheduledEventId;
use store::ledger::{LedgerWeek, PersonWeek};
use store::rollups::DayCounts;
use store::submission::Reporter;
use testkit::{TestClub, key, owner, small_club};

use crate::setup::assert_refused;

const DAY: i64 = 86_400;

/// The small club, and the function over its table.
struct NumbersTest {
    test: TestClub,
    router: Router,
}

impl NumbersTest {
    /// A club with the usual proposal of 23 November. Crossmark has accepted its line for the Core of E01 on 28 November.
    async fn new() -> NumbersTest {
        let test = TestClub::new(&small_club()).await;
        let router = roster::router(&test.environment).expect("a router");
        let proposal = test.propose_usual().await;
        test.approve_directly(&proposal, &[101]).await;
        let line = key(&proposal, 101);
        let (club, because) = (test.club(), test.because());
        let until = test.now().plus(TimeDelta::minutes(1));
        let (taken, _) = club.take_line(&line, None, &owner("w"), until, &because).await.expect("taken");
        let id = Some(ScheduledEventId(55_000_101));
        club.accept_line(Reporter::Worker(&taken), id, &because).await.expect("accepted");
        NumbersTest { test, router }
    }

    fn caller(&self, roles: &str) -> TestCaller {
        TestCaller::new(&self.router, "pat@club.example", roles)
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.caller("8135:viewer").get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    async fn correct_outcome(&self, body: Value) -> Answer {
        self.caller("8135:manager").post("/api/outcomes/run-1.101", &body).await
    }

    async fn correct_debt(&self, employee_id: &str, body: Value) -> Answer {
        self.caller("8135:manager").post(&format!("/api/fairness/{employee_id}"), &body).await
    }
}

#[tokio::test]
async fn a_corrected_outcome_takes_precedence_and_can_be_withdrawn() {
    let numbers = NumbersTest::new().await;
    assert_refused(&numbers.correct_outcome(json!({"what": "completed"})).await, 409, "NOT_ALLOWED_NOW");
    numbers.test.advance(6 * DAY);
    let corrected = numbers.correct_outcome(json!({"what": "did_not_come", "why": "called at noon"})).await;
    assert_eq!((corrected.status, &corrected.body["outcome"]["end"]), (200, &json!("no_show")), "{}", corrected.body);
    let list = numbers.get("/api/outcomes?from=2026-11-23&to=2026-12-05").await;
    let item = &list["items"][0];
    assert_eq!(
        (&item["line_id"], &item["label"], &item["corrected_by_hand"], &item["employee_name"]),
        (&json!("run-1.101"), &json!("no_show"), &json!(true), &json!("Avery Quill"))
    );
    let version = item["version"].clone();
    let other = json!({"what": "somebody_else", "employee_id": "E03", "version": version});
    let corrected = numbers.correct_outcome(other.clone()).await;
    let outcome = &corrected.body["outcome"];
    assert_eq!(
        (&outcome["end"], &outcome["done_by_name"]),
        (&json!("completed"), &json!("Cleo Stone")),
        "{}",
        corrected.body
    );
    assert_refused(&numbers.correct_outcome(other).await, 409, "STALE_VERSION");
    let withdrawn = numbers.correct_outcome(json!({"what": "withdrawn"})).await;
    assert_eq!(withdrawn.body["outcome"]["label"], "accepted", "{}", withdrawn.body);
    for (body, status, code) in [
        (json!({"what": "somebody_else"}), 400, "INCOMPLETE_PLACE"),
        (json!({"what": "somebody_else", "employee_id": "E99"}), 400, "UNKNOWN_EMPLOYEE"),
        (json!({"what": "slept"}), 400, "INVALID_BODY"),
    ] {
        assert_refused(&numbers.correct_outcome(body).await, status, code);
    }
    let none = numbers.caller("8135:manager").post("/api/outcomes/run-9.101", &json!({"what": "completed"})).await;
    assert_refused(&none, 404, "LINE_NOT_FOUND");
}

#[tokio::test]
async fn corrections_require_a_manager_of_the_club_and_numbers_a_viewer() {
    let numbers = NumbersTest::new().await;
    let bodies = [
        ("/api/outcomes/run-1.101", json!({"what": "completed"})),
        ("/api/fairness/E01", json!({"core": 1, "reason": "the week of the fair"})),
    ];
    for (path, body) in bodies {
        assert_refused(&numbers.caller("8135:viewer").post(path, &body).await, 403, "FORBIDDEN");
        let stranger = numbers.caller("8136:manager");
        assert_refused(&stranger.post(&format!("{path}?club=8135"), &body).await, 404, "CLUB_NOT_FOUND");
        assert_refused(&TestCaller::nobody(&numbers.router).post(path, &body).await, 401, "UNAUTHENTICATED");
    }
    for path in ["/api/outcomes", "/api/fairness", "/api/analytics"] {
        numbers.get(path).await;
        let stranger = numbers.caller("8136:manager");
        assert_refused(&stranger.get(&format!("{path}?club=8135")).await, 404, "CLUB_NOT_FOUND");
        assert_refused(&stranger.get(path).await, 404, "CLUB_NOT_FOUND");
    }
}

#[tokio::test]
async fn a_correction_of_a_debt_is_listed_and_read_by_the_next_run() {
    let numbers = NumbersTest::new().await;
    let corrected =
        numbers.correct_debt("E03", json!({"core": 1.5, "reason": "the week of the fair", "version": 0})).await;
    assert_eq!(corrected.status, 200, "{}", corrected.body);
    let person = &corrected.body["person"];
    assert_eq!((&person["correction"], &person["debt"], &person["version"]), (&json!(1.5), &json!(1.5), &json!(1)));
    let fairness = numbers.get("/api/fairness").await;
    let names: Vec<&str> =
        fairness["people"].as_array().expect("people").iter().filter_map(|p| p["employee_name"].as_str()).collect();
    assert_eq!(names, ["Avery Quill", "Blake Roe", "Cleo Stone", "Dana Tarn"], "in order of name");
    assert_eq!(fairness["people"][2]["corrections"][0]["reason"], "the week of the fair");
    let today: NaiveDate = "2026-11-23".parse().expect("a date");
    let ledger = numbers.test.club().load_snapshot(today).await.expect("a snapshot").snapshot.ledger;
    assert_eq!(ledger.iter().map(|debt| (debt.employee_id.0.as_str(), debt.debt)).collect::<Vec<_>>(), [("E03", 1.5)]);
    assert_refused(
        &numbers.correct_debt("E03", json!({"core": 1, "reason": "x", "version": 0})).await,
        409,
        "STALE_VERSION",
    );
    for (who, body, status, code) in [
        ("E99", json!({"core": 1, "reason": "x"}), 400, "UNKNOWN_EMPLOYEE"),
        ("E03", json!({"core": 7, "reason": "x"}), 422, "INVALID_FACT"),
        ("E03", json!({"core": 1, "reason": "x", "week": "2026-06-01"}), 422, "INVALID_FACT"),
        ("E03", json!({"core": 1, "reason": " "}), 400, "INVALID_TEXT"),
    ] {
        assert_refused(&numbers.correct_debt(who, body).await, status, code);
    }
    let withdrawn = numbers.correct_debt("E03", json!({"core": 0, "reason": "a slip"})).await;
    assert_eq!((withdrawn.status, &withdrawn.body["person"]["correction"]), (200, &json!(0.0)), "{}", withdrawn.body);
    let ledger = numbers.test.club().load_snapshot(today).await.expect("a snapshot").snapshot.ledger;
    assert!(ledger.is_empty());
}

#[tokio::test]
async fn counts_add_up_by_day_week_person_and_type_and_are_exported() {
    let numbers = NumbersTest::new().await;
    numbers.test.advance(6 * DAY);
    assert_eq!(numbers.correct_outcome(json!({"what": "completed"})).await.status, 200);
    for (by, key, value) in [
        ("day", "date", json!("2026-11-23")),
        ("week", "date", json!("2026-11-22")),
        ("person", "employee_id", json!("E01")),
        ("type", "event_type", json!("Core")),
    ] {
        let view = numbers.get(&format!("/api/analytics?from=2026-11-22&to=2026-12-05&by={by}")).await;
        let total = &view["total"];
        assert_eq!(
            (&total["kept"], &total["decided"], &total["completed"]),
            (&json!(1), &json!(1), &json!(1)),
            "{view}"
        );
        assert_eq!((&total["kept_rate"]["n"], &total["kept_rate"]["pale"]), (&json!(1), &json!(true)));
        let items = view["items"].as_array().expect("rows");
        assert!(items.iter().any(|item| item[key] == value), "{view}");
        let sum: u64 = items.iter().filter_map(|row| row["counts"]["kept"].as_u64()).sum();
        assert_eq!(sum, 1, "{by}");
        let path = format!("/api/exports/analytics?from=2026-11-22&to=2026-12-05&by={by}");
        let file = numbers.caller("8135:viewer").get(&path).await;
        assert_eq!(file.status, 200, "{by}");
        assert!(file.text().lines().count() > 1, "{by}: {}", file.text());
    }
    let person = numbers.get("/api/analytics?from=2026-11-22&to=2026-12-05&by=person").await;
    let week = &person["items"][0]["workload"][0];
    assert_eq!((&week["core"], &week["days"], &week["minutes"]), (&json!(1), &json!(1), &json!(390)), "{person}");
    let file = numbers.caller("8135:viewer").get("/api/exports/outcomes?from=2026-11-22&to=2026-12-05").await;
    assert!(file.text().contains("run-1.101") && file.text().contains("completed"), "{}", file.text());
    let bad = numbers.caller("8135:viewer").get("/api/analytics?from=2026-12-05&to=2026-11-22").await;
    assert_refused(&bad, 400, "INVALID_QUERY");
}

#[tokio::test]
async fn counts_of_a_year_and_forty_people_take_at_most_three_requests_to_the_table() {
    let numbers = NumbersTest::new().await;
    let last: NaiveDate = "2026-11-22".parse().expect("a date");
    let counts = |n: u32| Counts { placed: n, kept: n / 2, decided: n, completed: n, ..Counts::default() };
    for back in 0..365 {
        let day = plus_days(last, -back);
        let mut roll_up = RollUp { all: counts(80), ..RollUp::empty(day) };
        roll_up.by_type = EventType::ALL.into_iter().map(|kind| (kind, counts(9))).collect();
        roll_up.by_person = (0..40).map(|n| (EmployeeId(format!("E{n:02}")), counts(2))).collect();
        numbers.test.club().put_day_counts(None, &DayCounts(roll_up)).await.expect("written");
    }
    for back in 0..53 {
        let week = week_of_forty(plus_days(week_start(last), -7 * back));
        let club = numbers.test.club();
        let read = club.ledger_weeks(week.week, week.week).await.expect("read").pop().map(|read| read.version);
        club.put_ledger_week(read, &week).await.expect("written");
    }
    for by in ["day", "week", "person", "type"] {
        let path = format!("/api/analytics?from=2025-11-23&to=2026-11-22&by={by}");
        let answer = numbers.caller("8135:viewer").get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.body["total"]["placed"], 80 * 365);
        assert!(answer.requests().is_some_and(|requests| requests <= 3), "{by}: {:?}", answer.requests());
        let rows = answer.body["items"].as_array().expect("rows");
        let inner = rows.iter().flat_map(|row| [&row["workload"], &row["utilisation"]]).filter_map(Value::as_array);
        let inner: usize = inner.map(Vec::len).sum();
        let expected = match by {
            "person" => (40, 40 * 53),
            "type" => (EventType::ALL.len(), EventType::ALL.len() * 365),
            "week" => (53, 0),
            _ => (365, 0),
        };
        assert_eq!((rows.len(), inner), expected, "{by}");
    }
}

/// A week of the ledger in which forty people work.
fn week_of_forty(week: NaiveDate) -> LedgerWeek {
    let days = (0..7).map(|day| plus_days(week, day));
    let ids: Vec<EmployeeId> = (0..40).map(|n| EmployeeId(format!("E{n:02}"))).collect();
    let row = |id: &EmployeeId| LedgerRow {
        week,
        employee_id: id.clone(),
        core: 3,
        weekend_days: 1,
        first_arrivals: 1,
        last_arrivals: 1,
        short_notice: 1,
        moved_on_them: 1,
        minutes: 1_500,
        possible_days: 7,
    };
    let used = |date| EventType::ALL.map(|kind| Utilisation { date, kind, events: 12, working: 12, capacity: 40 });
    LedgerWeek {
        week,
        possible: ids.iter().map(|id| (id.clone(), days.clone().collect())).collect(),
        people: ids.iter().map(|id| PersonWeek { row: row(id), days: 4 }).collect(),
        utilisation: days.flat_map(used).collect(),
    }
}
