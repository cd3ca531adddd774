//! Tests of findings about posted schedules and of their fixes over HTTP: number of requests, conditional answers,
//! pages and roles.

use axum::Router;
use cloud::{Answer, TestCaller};
use serde_json::{Value, json};
use store::documents::{Expect, LockedDay};
use testkit::TestClub;
use testkit::crossmark::NOWHERE;

/// A is off on two days of the week and has a Core on each; B has two Core on one day; D begins at 1 pm today.
const CLUB: &str = "person A specialist
    person B specialist
    person D specialist
    off A 24..24
    off A 26..26
    posted 1 Core 24..25 A 24 block=1
    posted 2 Core 25..27 B 25 block=1
    posted 3 Core 25..27 B 25 block=2
    posted 4 Core 26..27 A 26 block=1
    posted 5 Core 19..20 D 19 at=13:00 block=8";
const WEEK: &str = "/api/validation?week=2026-11-22";

struct StandingTest {
    club: TestClub,
    router: Router,
}

impl StandingTest {
    async fn open() -> StandingTest {
        StandingTest::of(CLUB).await
    }

    async fn of(lines: &str) -> StandingTest {
        let club = TestClub::of_lines(lines).await;
        let router = review::router(&club.cloud.environment_with_crossmark(NOWHERE)).expect("a router");
        StandingTest { club, router }
    }

    fn caller(&self, role: &str) -> TestCaller {
        TestCaller::new(&self.router, "pat@club.example", &format!("9001:{role}"))
    }

    async fn get(&self, path: &str) -> Answer {
        self.caller("viewer").get(path).await
    }

    /// The finding of a rule, and the first of its ways out that changes something.
    async fn first_way_out(&self, rule: &str) -> (String, Value) {
        let seen = self.get(WEEK).await.body;
        let found = seen["items"].as_array().expect("findings").iter().find(|one| one["rule"] == rule);
        let id = found.expect("a finding")["id"].as_str().expect("an id").to_owned();
        let ways = self.get(&format!("/api/validation/{id}/options")).await.body;
        (id, ways["options"][0].clone())
    }

    async fn apply(&self, role: &str, id: &str, body: Value) -> (u16, String) {
        let answer = self.caller(role).post(&format!("/api/validation/{id}/apply"), &body).await;
        (answer.status, answer.code().to_owned())
    }

    /// Whether the answer has changed since `before`.
    async fn has_changed(&self, path: &str, before: &Answer) -> bool {
        let headers = [("if-none-match", before.header("etag"))];
        match self.caller("viewer").send("GET", path, &headers, "").await.status {
            304 => false,
            200 => true,
            other => unreachable!("{path}: {other}"),
        }
    }
}

#[tokio::test]
async fn a_week_and_the_ways_out_take_five_requests_and_health_follows_from_the_faults() {
    let test = StandingTest::open().await;
    let seen = test.get(WEEK).await;
    assert_eq!((seen.status, seen.requests()), (200, Some(5)));
    let number = |member: &str| seen.body[member].as_i64().expect("a number") as i32;
    let factor = 0.9_f64.powi(number("critical_faults")) * 0.97_f64.powi(number("warning_faults"));
    assert_eq!(number("health"), (100.0 * factor).round() as i32);
    assert_eq!((number("critical"), number("critical_faults"), number("rules"), number("schedules")), (3, 3, 28, 4));
    for finding in seen.body["items"].as_array().expect("findings") {
        let id = finding["id"].as_str().expect("an id");
        let ways = test.get(&format!("/api/validation/{id}/options")).await;
        assert_eq!((ways.status, ways.requests()), (200, Some(5)), "{finding}");
        let options = ways.body["options"].as_array().expect("options");
        assert!((1..=8).contains(&options.len()), "{finding}");
        assert_eq!(options.last().expect("one")["kind"], "leave");
    }
}

#[tokio::test]
async fn pages_of_findings_are_the_whole_list() {
    let test = StandingTest::open().await;
    let whole = test.get(WEEK).await.body["items"].clone();
    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = test.get(&format!("{WEEK}&limit=2{cursor}")).await.body;
        pages.extend(page["items"].as_array().expect("a page").clone());
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(Value::Array(pages), whole);
    let foreign = test.get(&format!("{WEEK}&cursor=H3-2026-01-01-0")).await;
    assert_eq!((foreign.status, foreign.code()), (400, "INVALID_CURSOR"));
}

#[tokio::test]
async fn an_answer_is_sent_again_only_if_it_has_changed() {
    let test = StandingTest::open().await;
    let (id, _) = test.first_way_out("H3").await;
    let options = format!("/api/validation/{id}/options");
    let (mut seen, mut ways) = (test.get(WEEK).await, test.get(&options).await);
    let ignore = json!({"reason": "they agreed"}).to_string();
    let later = json!({"reason": "they agreed after all"}).to_string();
    let path = format!("/api/validation/{id}/ignore");
    for (what, method, body, seconds) in [
        ("ignored", "POST", ignore.as_str(), 1),
        ("ignored for another reason", "POST", later.as_str(), 1),
        ("no longer ignored", "DELETE", "", 1),
        ("a schedule of today begins, which nobody may change then", "", "", 3_600),
    ] {
        assert!(!test.has_changed(WEEK, &seen).await && !test.has_changed(&options, &ways).await, "before {what}");
        test.club.advance(seconds);
        if !method.is_empty() {
            let done = test.caller("manager").send(method, &path, &[], body).await;
            assert_eq!(done.status, 200, "{what}: {}", done.body);
        }
        assert!(test.has_changed(WEEK, &seen).await && test.has_changed(&options, &ways).await, "{what}");
        (seen, ways) = (test.get(WEEK).await, test.get(&options).await);
    }
}

#[tokio::test]
async fn a_way_out_is_applied_once_by_a_manager_at_the_plan_version_that_they_saw() {
    let test = StandingTest::open().await;
    let version = test.get(WEEK).await.body["plan_version"].clone();
    let (id, way) = test.first_way_out("H3").await;
    let body = |version: &Value| json!({"option": way["id"], "plan_version": version});
    let forbidden = test.apply("viewer", &id, body(&version)).await;
    assert_eq!(forbidden, (403, "FORBIDDEN".to_owned()));
    let stale = test.apply("manager", &id, body(&json!(0))).await;
    assert_eq!(stale, (409, "PLAN_MOVED".to_owned()));
    let unknown = test.apply("manager", &id, json!({"option": "give-0"})).await;
    assert_eq!(unknown, (409, "OPTION_NOT_FOUND".to_owned()));
    assert_eq!(test.get(WEEK).await.body["plan_version"], version, "nothing has changed");
    assert_eq!(test.club.submit_messages().await, Vec::<String>::new());

    assert_eq!(test.apply("manager", &id, body(&version)).await, (202, String::new()));
    assert_eq!(test.apply("manager", &id, body(&version)).await, (409, "PLAN_MOVED".to_owned()));
    let again = test.apply("manager", &id, body(&Value::Null)).await;
    assert_eq!(again, (404, "FINDING_NOT_FOUND".to_owned()));
}

/// The lead of the 25th works no Core, so that a way out gives the rotation to M for that date.
const WITHOUT_LEAD: &str = "person L lead
    person M lead
    posted 2 Core 25..26 M 25 block=1
    rotation lead wed L";

#[tokio::test]
async fn an_applied_rotation_is_the_one_that_was_offered_with_the_name_of_its_person() {
    let test = StandingTest::of(WITHOUT_LEAD).await;
    let seen = test.get(WEEK).await.body;
    let found = seen["items"].as_array().expect("findings").iter().find(|one| one["rule"] == "W5");
    let id = found.expect("a finding")["id"].as_str().expect("an id").to_owned();
    let ways = test.get(&format!("/api/validation/{id}/options")).await.body;
    let options = ways["options"].as_array().expect("options");
    let way = options.iter().find(|one| one["kind"] == "rotation").expect("a way out of a rotation");
    assert!(way["changes"][0]["employee_name"].is_string(), "{way}");
    for dry_run in [true, false] {
        let body = json!({"option": way["id"], "dry_run": dry_run});
        let applied = test.caller("manager").post(&format!("/api/validation/{id}/apply"), &body).await;
        assert_eq!((applied.status, &applied.body["rotations"]), (200, &way["changes"]), "{}", applied.body);
    }
}

#[tokio::test]
async fn nothing_on_a_locked_day_is_offered_or_applied() {
    let test = StandingTest::open().await;
    let (id, way) = test.first_way_out("H3").await;
    let day = LockedDay::on("2026-11-25".parse().expect("a date"));
    test.club.club().put_document(&day, Expect::Nothing).await.expect("locked");
    let ways = test.get(&format!("/api/validation/{id}/options")).await.body;
    let kinds: Vec<&Value> = ways["options"].as_array().expect("options").iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, ["leave"]);
    let refused = test.apply("manager", &id, json!({"option": way["id"]})).await;
    assert_eq!(refused, (409, "OPTION_NOT_FOUND".to_owned()));
    assert_eq!(test.club.submit_messages().await, Vec::<String>::new());
}
