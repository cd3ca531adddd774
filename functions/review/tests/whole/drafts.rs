//! Tests of drafts over HTTP: who may read, confirm and discard them, and the answers.

use axum::Router;
use cloud::TestCaller;
use domain::snapshot::{EmployeeId, EventRef, TimeOff};
use serde_json::{Value, json};
use store::drafts::{Act, At, ScheduleChange, Target};
use store::key::DraftId;
use testkit::TestClub;
use testkit::acts::{ACT_KINDS, act_of};
use testkit::crossmark::NOWHERE;

const CLUB: &str = "person A specialist
    person B specialist
    person L lead
    posted 1 Core 20..28 A 24 block=1
    posted 2 Core 20..28 B 25 block=1";

struct DraftTest {
    club: TestClub,
    router: Router,
}

impl DraftTest {
    async fn new() -> DraftTest {
        DraftTest::of(TestClub::of_lines(CLUB).await)
    }

    fn of(club: TestClub) -> DraftTest {
        let router = review::router(&club.cloud.environment_with_crossmark(NOWHERE)).expect("a router");
        DraftTest { club, router }
    }

    async fn send(&self, method: &str, path: &str, roles: &str, body: &Value) -> (u16, Value) {
        let caller = TestCaller::new(&self.router, "pat@club.example", roles);
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let answer = caller.send(method, &format!("/api/{path}"), &[], &text).await;
        (answer.status, answer.body)
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.send("GET", path, "9001:viewer", &Value::Null).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    async fn decide(&self, id: &DraftId, how: &str, body: Value) -> (u16, Value) {
        self.send("POST", &format!("drafts/{id}/{how}"), "9001:manager", &body).await
    }

    async fn make_draft(&self, name: &str, act: Act) -> DraftId {
        self.club.make_draft("robin", name, act).await.expect("a draft").draft.id
    }
}

fn status_and_code(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["error"]["code"].as_str().unwrap_or_default())
}

fn move_act(event: u64, person: &str, day: &str) -> Act {
    let at = Some(At::Date(day.parse().expect("a date")));
    let to = Some(Target { employee_id: Some(EmployeeId(person.to_owned())), at });
    Act::Schedules { changes: vec![ScheduleChange { event: EventRef(event), to }] }
}

fn time_off_act() -> Act {
    let day = "2026-11-24".parse().expect("a date");
    Act::TimeOff { employee_id: EmployeeId("A".to_owned()), start: day, end: day }
}

#[tokio::test]
async fn a_draft_shows_the_places_before_and_after_and_a_manager_confirms_it_once() {
    let test = DraftTest::new().await;
    let id = test.make_draft("one", move_act(1, "B", "2026-11-24")).await;
    let list = test.get("drafts").await;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "{list}");
    let draft = test.get(&format!("drafts/{id}")).await;
    for (pointer, expected) in [
        ("/kind", json!("schedules")),
        ("/title", json!("change schedules by hand")),
        ("/status", json!("open")),
        ("/through", json!("mcp")),
        ("/asked_by", json!("robin")),
        ("/is_stale", json!(false)),
        ("/effect/lines/0/what", json!("moved")),
        ("/effect/lines/0/event_ref_num", json!(1)),
        ("/effect/lines/0/before/employee_id", json!("A")),
        ("/effect/lines/0/after/employee_id", json!("B")),
        ("/effect/lines/0/after/schedule_datetime", json!("2026-11-24T10:15:00")),
        ("/effect/breaks", json!([])),
        ("/outcome", Value::Null),
    ] {
        assert_eq!(draft.pointer(pointer), Some(&expected), "{pointer}: {draft}");
    }
    let dashboard = test.get("dashboard").await;
    assert_eq!(dashboard["drafts"][0]["draft_id"], json!(id.as_str()), "{dashboard}");
    let (status, done) = test.decide(&id, "confirm", json!({})).await;
    assert_eq!((status, &done["status"], &done["decided_by"]), (202, &json!("confirmed"), &json!("pat@club.example")));
    assert_eq!(done["outcome"]["run_id"], json!(id.as_str()), "{done}");
    assert_eq!(test.club.submit_messages().await.len(), 1);
    let again = test.decide(&id, "confirm", json!({})).await;
    assert_eq!(status_and_code(&again), (409, "DRAFT_SPENT"), "{again:?}");
    assert_eq!(again.1["error"]["details"]["outcome"]["run_id"], json!(id.as_str()), "{again:?}");
    assert_eq!(test.club.submit_messages().await.len(), 0, "nothing is sent twice");
    let list = test.get("drafts").await;
    assert_eq!(list["items"], json!([]));
}

#[tokio::test]
async fn a_viewer_reads_drafts_and_decides_none_and_another_club_has_no_access() {
    let test = DraftTest::new().await;
    let id = test.make_draft("one", time_off_act()).await;
    for how in ["confirm", "discard"] {
        let path = format!("drafts/{id}/{how}");
        for (roles, expected) in [
            ("9001:viewer", (403, "FORBIDDEN")),
            ("8135:manager", (404, "CLUB_NOT_FOUND")),
            ("8135:manager 9001:viewer", (400, "CLUB_REQUIRED")),
            ("", (403, "FORBIDDEN")),
        ] {
            let answer = test.send("POST", &path, roles, &json!({})).await;
            // A club that was never loaded has no drafts either.
            let is_expected =
                status_and_code(&answer) == expected || status_and_code(&answer) == (404, "DRAFT_NOT_FOUND");
            assert!(is_expected, "{how} by {roles}: {answer:?}");
        }
        let named = test.send("POST", &format!("{path}?club=8135"), "8135:manager 9001:viewer", &json!({})).await;
        assert_eq!(named.0, 404, "{named:?}");
    }
    assert_eq!(test.get(&format!("drafts/{id}")).await["status"], "open");
    assert_eq!(test.club.club().all_documents::<TimeOff>().await.expect("read"), []);
}

#[tokio::test]
async fn a_draft_of_any_kind_is_confirmed_once_and_only_by_a_manager_of_its_club() {
    let body = json!({"override": {"reason": "as agreed"}});
    for name in ACT_KINDS {
        let (club, act) = act_of(name).await;
        let id = club.make_ready_draft("robin", "one", act).await.draft.id;
        let test = DraftTest::of(club);
        let state = async || {
            let club = test.club.club();
            let runs = club.runs(None, 50).await.expect("runs").items.len();
            (club.plan_version().await.expect("a version").version, runs, test.club.submit_messages().await.len())
        };
        let before = state().await;
        for (roles, club, status) in [
            ("9001:viewer", "", 403),
            ("8135:manager", "", 404),
            ("8135:manager", "?club=9001", 404),
            ("8135:admin 9001:viewer", "?club=9001", 403),
            ("8135:admin 9001:viewer", "?club=8135", 404),
            ("", "", 403),
        ] {
            let path = format!("drafts/{id}/confirm{club}");
            let answer = test.send("POST", &path, roles, &body).await;
            assert_eq!(answer.0, status, "{name} by {roles:?}: {answer:?}");
        }
        assert_eq!(state().await, before, "{name}");
        let (one, two) = futures_util::future::join(
            test.decide(&id, "confirm", body.clone()),
            test.decide(&id, "confirm", body.clone()),
        )
        .await;
        let mut statuses = [one.0, two.0];
        statuses.sort_unstable();
        assert!(matches!(statuses, [200 | 202, 409]), "{name}: {one:?} {two:?}");
        // Receives the messages that the confirmation has sent, so that only further ones are counted.
        state().await;
        let done = state().await;
        assert_eq!(status_and_code(&test.decide(&id, "confirm", body.clone()).await), (409, "DRAFT_SPENT"), "{name}");
        assert_eq!(state().await, done, "{name}: nothing is done twice");
    }
}

#[tokio::test]
async fn a_draft_that_cannot_be_confirmed_any_more_is_refused_with_the_code_of_its_state() {
    let test = DraftTest::new().await;
    let none = DraftId::parse("none").expect("an id");
    assert_eq!(status_and_code(&test.decide(&none, "confirm", json!({})).await), (404, "DRAFT_NOT_FOUND"));
    let odd = test.send("GET", "drafts/a%20b", "9001:viewer", &Value::Null).await;
    assert_eq!(status_and_code(&odd), (400, "INVALID_ID"));

    let discarded = test.make_draft("discarded", time_off_act()).await;
    for _ in 0..2 {
        let (status, body) = test.decide(&discarded, "discard", Value::Null).await;
        assert_eq!((status, &body["status"]), (200, &json!("discarded")), "{body}");
    }
    assert_eq!(status_and_code(&test.decide(&discarded, "confirm", json!({})).await), (409, "DRAFT_DISCARDED"));

    let stale = test.make_draft("stale", move_act(2, "L", "2026-11-25")).await;
    let spent = test.make_draft("spent", time_off_act()).await;
    let (status, done) = test.decide(&spent, "confirm", json!({})).await;
    assert_eq!((status, &done["outcome"]["fact"]), (200, &json!("time_off:A~2026-11-24~2026-11-24")), "{done}");
    assert_eq!(status_and_code(&test.decide(&spent, "discard", Value::Null).await), (409, "DRAFT_SPENT"));
    assert_eq!(test.get(&format!("drafts/{stale}")).await["is_stale"], json!(true));
    let refused = test.decide(&stale, "confirm", json!({})).await;
    assert_eq!(status_and_code(&refused), (409, "DRAFT_STALE"), "{refused:?}");

    let late = test.make_draft("late", move_act(2, "L", "2026-11-25")).await;
    test.club.advance(601);
    assert_eq!(status_and_code(&test.decide(&late, "confirm", json!({})).await), (409, "DRAFT_EXPIRED"));
    assert_eq!(test.get(&format!("drafts/{late}")).await["status"], "expired");
    assert_eq!(test.club.submit_messages().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_draft_that_breaks_rules_is_confirmed_only_with_a_reason() {
    let test = DraftTest::new().await;
    let id = test.make_draft("one", move_act(2, "A", "2026-11-24")).await;
    assert_eq!(test.get(&format!("drafts/{id}")).await["effect"]["breaks"][0]["rule"], "H3");
    let refused = test.decide(&id, "confirm", json!({})).await;
    assert_eq!(status_and_code(&refused), (422, "RULES_BROKEN"), "{refused:?}");
    for body in [json!({"confirmed": true}), json!({"override": {"reason": " "}}), json!([])] {
        let answer = test.decide(&id, "confirm", body.clone()).await;
        assert_eq!(answer.0, 400, "{body}: {answer:?}");
    }
    let done = test.decide(&id, "confirm", json!({"override": {"reason": "as agreed"}})).await;
    assert_eq!(done.0, 202, "{done:?}");
}

#[tokio::test]
async fn two_concurrent_confirmations_carry_out_the_draft_once() {
    let test = DraftTest::new().await;
    let id = test.make_draft("one", move_act(1, "B", "2026-11-24")).await;
    let (one, two) =
        futures_util::future::join(test.decide(&id, "confirm", json!({})), test.decide(&id, "confirm", json!({})))
            .await;
    let mut statuses = [one.0, two.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 409], "{one:?} {two:?}");
    assert_eq!(test.club.submit_messages().await.len(), 1);
}

#[tokio::test]
async fn the_feed_of_changes_names_the_draft_and_the_channel_of_its_request() {
    let test = DraftTest::new().await;
    let id = test.make_draft("one", time_off_act()).await;
    test.decide(&id, "confirm", json!({})).await;
    let feed = test.get("changes").await;
    let changes = feed["items"].as_array().expect("changes");
    let of_draft: Vec<&Value> = changes.iter().filter(|change| change["draft_id"] == json!(id.as_str())).collect();
    let entries: Vec<(&str, &str)> = of_draft
        .iter()
        .map(|change| (change["to"].as_str().unwrap_or_default(), change["who"].as_str().unwrap_or_default()))
        .collect();
    assert_eq!(
        entries,
        [("asked", "robin"), ("confirming", "pat@club.example"), ("confirmed", "pat@club.example")],
        "{feed}"
    );
    let saved = changes.iter().find(|change| change["subject"] == "fact").expect("the fact");
    let why = saved["why"].as_str().expect("a reason");
    assert_eq!(why, format!("confirmed, through an assistant (draft {id})"));
}
