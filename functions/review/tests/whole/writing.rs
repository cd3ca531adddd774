//! Tests of the routes that write: whole answers, error codes, and the roles that they need.

use axum::Router;
use cloud::TestCaller;
use domain::snapshot::{EmployeeId, EventRef};
use serde_json::{Value, json};
use store::reports::{
    EventSetAside, FaultReason, FaultyField, ListDoubt, NumberConflict, PersonSetAside, RefreshReport, ReportedFault,
};
use store::states::LineStatus;
use testkit::TestClub;
use testkit::crossmark::{NOWHERE, crossmark_with};

use crate::routes;

const CLUB: &str = "person A specialist
    person B specialist
    person C supervisor
    person L lead
    event 1 Core 24..28 number=619001
    event 2 Supervisor 24..28 number=619001
    event 3 Core 24..28
    event 4 Freeosk 24..25
    event 7 Core 24..28";
const PLAN: &str = "1 A 24, 2 C 24, 3 L 24, 4 L 24";

struct WritingTest {
    club: TestClub,
    router: Router,
}

impl WritingTest {
    /// A club with the proposal `r1`. Crossmark lists schedule 55000099 for event 1.
    async fn open() -> WritingTest {
        let day = "2026-11-24".parse().expect("a day");
        WritingTest::with_crossmark(&crossmark_with(160_001, 1, day, 55_000_099).await).await
    }

    /// The same with Crossmark at another address.
    async fn with_crossmark(crossmark: &str) -> WritingTest {
        let club = TestClub::of_lines(CLUB).await;
        club.propose("r1", PLAN).await;
        let router = review::router(&club.cloud.environment_with_crossmark(crossmark)).expect("a router");
        WritingTest { club, router }
    }

    async fn send(&self, method: &str, path: &str, role: &str, body: &Value) -> (u16, Value) {
        let caller = TestCaller::new(&self.router, "pat@club.example", &format!("9001:{role}"));
        let answer = caller.send(method, path, &[], &text(body)).await;
        (answer.status, answer.body)
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.send("POST", &format!("/api/auto-schedule/{path}"), "manager", &body).await
    }

    async fn put(&self, line: &str, body: Value) -> (u16, Value) {
        self.send("PUT", &format!("/api/pending-schedule/{line}"), "manager", &body).await
    }
}

fn text(body: &Value) -> String {
    if body.is_null() { String::new() } else { body.to_string() }
}

#[tokio::test]
async fn valid_requests_get_the_answers_of_the_snapshots() {
    let test = WritingTest::open().await;
    insta::assert_json_snapshot!(
        "edited",
        test.put("r1.1", json!({"schedule_datetime": "2026-11-26", "version": 1})).await
    );
    insta::assert_json_snapshot!("held", test.put("r1.3", json!({"held": true})).await);
    let change = json!({"line": "r1.1", "employee_id": "B"});
    insta::assert_json_snapshot!("checked", test.post("check", change).await);
    insta::assert_json_snapshot!("ranked", test.post("check", json!({"line": "r1.2"})).await);
    insta::assert_json_snapshot!("dry_run", test.post("approve", json!({"run_id": "r1", "dry_run": true})).await);
    let approved = test.post("approve", json!({"run_id": "r1"})).await;
    insta::assert_json_snapshot!("approved", approved);
    insta::assert_json_snapshot!("approved_again", test.post("approve", json!({"run_id": "r1"})).await);
    insta::assert_json_snapshot!("recalled", test.post("recall", json!({"lines": ["r1.2"]})).await);
    let reject = json!({"run_id": "r1", "lines": ["r1.2", "r1.1"], "reasons": ["not that week"]});
    insta::assert_json_snapshot!("rejected", test.post("reject", reject).await);
    let run = store::key::RunId::parse("r1").expect("an id");
    test.club.fail(&run, 1).await;
    insta::assert_json_snapshot!("retried", test.post("retry/r1.1", Value::Null).await);
    test.club.fail(&run, 1).await;
    let by_hand = json!({"note": "entered at the test", "scheduled_event_id": 55_000_099});
    insta::assert_json_snapshot!("done_by_hand", test.post("done-by-hand/r1.1", by_hand).await);
    insta::assert_json_snapshot!("dropped_nothing", test.post("drop", json!({"all": true})).await);
    let started = test.post("run", json!({"run_type": "manual", "emergency": false})).await;
    insta::assert_json_snapshot!("started", started);
    let path = format!("/api/auto-schedule/run/{}", started.1["run_id"].as_str().expect("an id"));
    insta::assert_json_snapshot!("ended", test.send("DELETE", &path, "manager", &Value::Null).await);
}

#[tokio::test]
async fn an_event_of_the_proposal_that_is_placed_by_hand_is_on_its_way_elsewhere() {
    let test = WritingTest::open().await;
    let get = async |path: &str| test.send("GET", path, "viewer", &Value::Null).await.1;
    let lines = async || get("/api/dashboard").await["proposal"]["lines"].clone();
    assert_eq!(lines().await, 4);
    let change = json!({"event_ref_num": 3, "employee_id": "B", "schedule_datetime": "2026-11-25"});
    let changed = test.send("POST", "/api/schedules/changes", "manager", &json!({"changes": [change]})).await;
    assert_eq!(changed.0, 202, "{}", changed.1);
    let elsewhere = get("/api/auto-schedule/pending").await["elsewhere"].clone();
    let one = &elsewhere[0];
    assert_eq!(
        (elsewhere.as_array().map(Vec::len), &one["line"], &one["place"]["employee_id"], &one["on_its_way"]),
        (Some(1), &json!("r1.3"), &json!("B"), &json!(true)),
        "{elsewhere}"
    );
    assert_eq!(lines().await, 3, "it is not left to decide");
    let recalled = test.post("recall", json!({"approval_id": changed.1["approval_id"]})).await;
    assert_eq!(recalled.0, 200, "{}", recalled.1);
    assert_eq!(get("/api/auto-schedule/pending").await["elsewhere"], json!([]));
    assert_eq!(lines().await, 4);
}

#[tokio::test]
async fn blocks_are_restored_once_and_only_if_they_are_as_the_request_says() {
    let club = TestClub::new(&testkit::small_club_with_numbers()).await;
    let router = review::router(&club.cloud.environment_with_crossmark(NOWHERE)).expect("a router");
    let send = async |role: &str, blocks: Value| {
        let caller = TestCaller::new(&router, "pat@club.example", &format!("8135:{role}"));
        let body = json!({"blocks": blocks}).to_string();
        let answer = caller.send("POST", "/api/validation/blocks/undo", &[], &body).await;
        (answer.status, answer.body["error"]["code"].as_str().unwrap_or_default().to_owned())
    };
    let block = async |event| club.club().posted_place(EventRef(event)).await.expect("read").expect("posted").block;
    let back = |event: u64, before: u8, after: u8| json!({"event_ref_num": event, "before": before, "after": after});
    for (role, blocks, status, code, expected) in [
        ("viewer", json!([back(202, 2, 1)]), 403, "FORBIDDEN", 1),
        ("manager", json!([]), 400, "NO_LINES", 1),
        ("manager", json!([back(202, 9, 1)]), 400, "INVALID_BODY", 1),
        ("manager", json!([back(101, 2, 1)]), 422, "NOT_POSTED", 1),
        ("manager", json!([back(202, 2, 1), back(204, 1, 2)]), 409, "PLAN_MOVED", 1),
        ("manager", json!([back(202, 2, 1), back(201, 3, 1)]), 204, "", 2),
        ("manager", json!([back(202, 2, 1), back(201, 3, 1)]), 409, "PLAN_MOVED", 2),
    ] {
        assert_eq!(send(role, blocks.clone()).await, (status, code.to_owned()), "{role}: {blocks}");
        assert_eq!(block(202).await, Some(expected), "{role}: {blocks}");
    }
    assert_eq!((block(202).await, block(201).await, block(204).await), (Some(2), Some(3), Some(3)));
}

#[tokio::test]
async fn invalid_requests_get_their_error_codes() {
    let test = WritingTest::open().await;
    test.post("run", json!({"run_type": "manual"})).await;
    let many: Vec<String> = (0..1_001).map(|n| format!("r1.{n}")).collect();
    for (path, body, status, code) in [
        ("approve", json!({"run_id": "r0"}), 409, "PROPOSAL_SUPERSEDED"),
        ("approve", json!({"run_id": "r1", "lines": ["r1.9"]}), 404, "LINE_NOT_FOUND"),
        ("approve", json!({"run_id": "r1", "lines": ["r0.1"]}), 400, "LINES_OF_ANOTHER_RUN"),
        ("approve", json!({"run_id": "r1", "lines": []}), 400, "NO_LINES"),
        ("approve", json!({"run_id": "r1", "lines": many}), 400, "TOO_MANY_LINES"),
        ("approve", json!({"run": "r1"}), 400, "INVALID_BODY"),
        ("recall", json!({}), 400, "INVALID_RECALL"),
        ("recall", json!({"approval_id": "a9"}), 404, "APPROVAL_NOT_FOUND"),
        ("reject", json!({"run_id": "r9"}), 404, "RUN_NOT_FOUND"),
        ("reject", json!({"run_id": "r1", "reasons": [""]}), 400, "INVALID_TEXT"),
        ("retry", json!({"cause": "bad luck"}), 400, "INVALID_BODY"),
        ("retry", json!({"all": true, "lines": ["r1.1"]}), 400, "INVALID_CHOICE"),
        ("retry/r1.9", Value::Null, 404, "LINE_NOT_FOUND"),
        ("done-by-hand/r1.1", json!({"note": " "}), 400, "INVALID_TEXT"),
        ("run", json!({"run_type": "manual"}), 409, "RUN_OPEN"),
        ("run", json!({"run_type": "nightly"}), 400, "INVALID_BODY"),
        ("dismiss-crash", json!({"run_id": "r9"}), 404, "RUN_NOT_FOUND"),
        ("dismiss-crash", json!({"run_id": "r1"}), 409, "NOT_ALLOWED_NOW"),
        ("check", json!({}), 400, "INVALID_CHECK"),
        ("check", json!({"event_ref_num": 99}), 404, "EVENT_NOT_FOUND"),
        ("check", json!({"event_ref_num": 99, "by_hand": true}), 404, "EVENT_NOT_FOUND"),
        ("check", json!({"line": "r1.1", "by_hand": true}), 400, "INVALID_CHECK"),
        ("check", json!({"line": "r1.1", "schedule_datetime": "tomorrow"}), 400, "INVALID_TIME"),
    ] {
        let (found, answer) = test.post(path, body).await;
        assert_eq!((found, answer["error"]["code"].as_str()), (status, Some(code)), "{path}: {answer}");
    }
    for (line, body, status, code) in [
        ("r1.7", json!({"employee_id": "A", "schedule_datetime": "2026-11-24"}), 422, "RULES_BROKEN"),
        ("r1.7", json!({"employee_id": "B"}), 400, "INCOMPLETE_PLACE"),
        ("r1.7", json!({"employee_id": "Z", "schedule_datetime": "2026-11-24"}), 400, "UNKNOWN_EMPLOYEE"),
        ("r1.7", json!({"employee_id": "B", "schedule_datetime": "2026-11-24T10:20:00"}), 422, "START_NOT_LEGAL"),
        ("r1.7", json!({"employee_id": "B", "schedule_datetime": "2027-11-24"}), 422, "DAY_OUTSIDE_PLAN"),
        ("r1.1", json!({"held": true, "version": 5}), 409, "STALE_VERSION"),
        ("r1.1", json!({"held": true, "revert": true}), 400, "INVALID_EDIT"),
        ("r1.1", json!({"unwanted": true}), 400, "INVALID_EDIT"),
        ("r1.1", json!({"unplaced": true}), 422, "RULES_BROKEN"),
        ("r1.1", json!({"unplaced": false}), 400, "INVALID_EDIT"),
        ("r1.1", json!({"unplaced": true, "held": true}), 400, "INVALID_EDIT"),
        ("r1.7", json!({"unplaced": true}), 422, "LINE_HAS_NO_PLACE"),
        ("r1.1", json!({"unwanted": false, "held": false}), 400, "INVALID_EDIT"),
        ("r1.9", json!({"held": true}), 404, "LINE_NOT_FOUND"),
    ] {
        let (found, answer) = test.put(line, body).await;
        assert_eq!((found, answer["error"]["code"].as_str()), (status, Some(code)), "{line}: {answer}");
    }
    let (broken, answer) = test.put("r1.7", json!({"employee_id": "A", "schedule_datetime": "2026-11-24"})).await;
    insta::assert_json_snapshot!("broken", (broken, answer));
}

#[tokio::test]
async fn a_number_that_crossmark_does_not_list_for_the_event_is_refused() {
    let run = store::key::RunId::parse("r1").expect("an id");
    let ask = async |test: &WritingTest, line: &str, id: u64| {
        let body = json!({"note": "entered at the test", "scheduled_event_id": id});
        let (status, answer) = test.post(&format!("done-by-hand/{line}"), body).await;
        (status, answer["error"]["code"].as_str().unwrap_or_default().to_owned(), answer)
    };
    let test = WritingTest::open().await;
    test.post("approve", json!({"run_id": "r1"})).await;
    for event in [1, 3] {
        test.club.fail(&run, event).await;
    }
    for (line, id, shown) in [
        ("r1.1", 55_000_098, json!(55_000_099)),
        ("r1.1", 0, json!(55_000_099)),
        // The schedule of another event.
        ("r1.3", 55_000_099, Value::Null),
    ] {
        let (status, code, answer) = ask(&test, line, id).await;
        assert_eq!((status, code.as_str()), (422, "SCHEDULE_NOT_LISTED"), "{line} {id}: {answer}");
        assert_eq!(answer["error"]["details"]["scheduled_event_id"], shown, "{line} {id}: {answer}");
    }
    let (status, _, answer) = ask(&test, "r1.4", 55_000_098).await;
    assert_eq!(
        (status, answer["not_failed"][0]["line"].as_str()),
        (200, Some("r1.4")),
        "Crossmark is not asked about a line that has not failed"
    );
    let (status, _, answer) = ask(&test, "r1.1", 55_000_099).await;
    assert_eq!((status, answer["done_by_hand"][0].as_str()), (200, Some("r1.1")), "{answer}");
    // If Crossmark does not answer, no number is accepted.
    let unreachable = WritingTest::with_crossmark(NOWHERE).await;
    unreachable.post("approve", json!({"run_id": "r1"})).await;
    unreachable.club.fail(&run, 1).await;
    let (status, code, answer) = ask(&unreachable, "r1.1", 55_000_099).await;
    assert_eq!((status, code.as_str()), (503, "CROSSMARK_AWAY"), "{answer}");
    assert_eq!(unreachable.club.status_of(&run, 1).await, LineStatus::ApiFailed);
    // Without a number there is nothing to ask Crossmark.
    let (status, answer) = unreachable.post("done-by-hand/r1.1", json!({"note": "by telephone"})).await;
    assert_eq!(status, 200, "{answer}");
}

#[tokio::test]
async fn a_schedule_number_is_refused_for_a_dropped_line_and_the_old_number_for_a_moved_one() {
    let run = testkit::run_id("run-1");
    let mut unnumbered = testkit::small_club();
    for row in unnumbered["posted"].as_array_mut().expect("schedules") {
        row["scheduled_event_id"] = Value::Null;
    }
    // Crossmark still lists the schedule that the line was to move. Muster knows its number only in the first case.
    for (document, id) in [(testkit::small_club(), 55_000_201), (unnumbered, 55_000_099)] {
        let club = TestClub::new(&document).await;
        let proposal = club.propose_usual().await;
        club.approve_directly(&proposal, &[201, 202]).await;
        for event in [201, 202] {
            club.fail(&run, event).await;
        }
        let day = "2026-11-30".parse().expect("a day");
        let crossmark = crossmark_with(160_001, 201, day, id).await;
        let router = review::router(&club.cloud.environment_with_crossmark(&crossmark)).expect("a router");
        let pat = TestCaller::new(&router, "pat@club.example", "8135:manager");
        let (moved, dropped) = ("run-1.201", "run-1.202");
        for (line, id, code) in [
            (moved, id, "SAME_AS_POSTED"),
            (moved, id + 1, "SCHEDULE_NOT_LISTED"),
            (dropped, 55_000_202, "LINE_HAS_NO_PLACE"),
            (dropped, id, "LINE_HAS_NO_PLACE"),
        ] {
            let body = json!({"note": "by telephone", "scheduled_event_id": id});
            let answer = pat.post(&format!("/api/auto-schedule/done-by-hand/{line}"), &body).await;
            assert_eq!((answer.status, answer.code()), (422, code), "{line} {id}: {}", answer.body);
        }
        for event in [201, 202] {
            assert_eq!(club.status_of(&run, event).await, LineStatus::ApiFailed, "{event}");
        }
        let note = json!({"note": "by telephone"});
        let answer = pat.post(&format!("/api/auto-schedule/done-by-hand/{dropped}"), &note).await;
        assert_eq!((answer.status, &answer.body["done_by_hand"]), (200, &json!([dropped])), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_number_is_refused_without_asking_crossmark_if_the_clubs_location_is_unknown() {
    let mut document = testkit::small_club();
    document["club"]["location_id"] = Value::Null;
    let club = TestClub::new(&document).await;
    let proposal = club.propose_usual().await;
    club.approve_directly(&proposal, &[101]).await;
    club.fail(&testkit::run_id("run-1"), 101).await;
    let router = review::router(&club.cloud.environment_with_crossmark(NOWHERE)).expect("a router");
    let pat = TestCaller::new(&router, "pat@club.example", "8135:manager");
    let body = json!({"note": "by telephone", "scheduled_event_id": 55_000_099});
    let answer = pat.post("/api/auto-schedule/done-by-hand/run-1.101", &body).await;
    assert_eq!((answer.status, answer.code()), (422, "SCHEDULE_NOT_LISTED"), "{}", answer.body);
    let expected =
        "Crossmark cannot be asked for the schedule of event 101: the club's Crossmark location is not known";
    assert_eq!(answer.body["error"]["message"], expected);
}

#[tokio::test]
async fn one_line_is_shown_with_the_same_overridden_rules_as_in_the_answer_to_its_edit() {
    let test = WritingTest::open().await;
    let edit =
        json!({"employee_id": "A", "schedule_datetime": "2026-11-24", "override": {"reason": "they want to help"}});
    let (status, edited) = test.put("r1.7", edit).await;
    assert_eq!(status, 200, "{edited}");
    let overridden = &edited["updated_schedule"]["overridden"];
    let (by, reason) = (json!("pat@club.example"), json!("they want to help"));
    assert_eq!((&overridden["by"], &overridden["reason"]), (&by, &reason), "{overridden}");
    let (_, line) = test.send("GET", "/api/pending-schedule/r1.7", "viewer", &Value::Null).await;
    assert_eq!(&line["overridden"], overridden);
}

#[tokio::test]
async fn every_writing_route_needs_a_manager_of_the_club() {
    let test = WritingTest::open().await;
    let caller = |roles: &str| TestCaller::new(&test.router, "pat@club.example", roles);
    let (nobody, stranger) = (TestCaller::nobody(&test.router), caller(""));
    let (viewer, of_another, manager) = (caller("9001:viewer"), caller("9002:admin"), caller("9001:manager"));
    for (method, path) in routes() {
        if method == "GET" {
            continue;
        }
        let code = async |caller: &TestCaller, path: &str| {
            let answer = caller.send(&method, path, &[], "{}").await;
            (answer.status, answer.body["error"]["code"].as_str().unwrap_or_default().to_owned())
        };
        let is = |status, code: &str| (status, code.to_owned());
        assert_eq!(code(&nobody, &path).await, is(401, "UNAUTHENTICATED"), "{method} {path}");
        assert_eq!(code(&stranger, &path).await, is(403, "FORBIDDEN"), "{method} {path}");
        // A check and the dry run of an approval change nothing, so a viewer may request them.
        let expected = match path.as_str() {
            "/api/auto-schedule/check" => is(400, "INVALID_CHECK"),
            "/api/auto-schedule/approve" => is(400, "INVALID_BODY"),
            _ => is(403, "FORBIDDEN"),
        };
        assert_eq!(code(&viewer, &path).await, expected, "{method} {path}");
        let foreign = format!("{path}?club=9001");
        assert_eq!(code(&of_another, &foreign).await, is(404, "CLUB_NOT_FOUND"), "{method} {path}");
        assert!(![401, 403].contains(&code(&manager, &path).await.0), "{method} {path}");
    }
}

#[tokio::test]
async fn a_viewer_may_ask_what_an_approval_would_do_and_not_approve() {
    let test = WritingTest::open().await;
    let approve = async |role: &str, body: Value| {
        let (status, answer) = test.send("POST", "/api/auto-schedule/approve", role, &body).await;
        (status, answer["error"]["code"].clone(), answer["queued"].clone(), answer["approval_id"].clone())
    };
    let pending = async || test.send("GET", "/api/auto-schedule/pending", "viewer", &Value::Null).await.1;
    let before = pending().await;
    for chosen in [json!({"run_id": "r1"}), json!({"run_id": "r1", "lines": ["r1.3"]})] {
        let with = |dry_run: bool| {
            let mut body = chosen.clone();
            body["dry_run"] = json!(dry_run);
            body
        };
        let (of_viewer, of_manager) = (approve("viewer", with(true)).await, approve("manager", with(true)).await);
        assert_eq!(of_viewer, of_manager);
        assert_eq!((of_viewer.0, &of_viewer.3), (200, &Value::Null), "nothing is recorded");
        assert!(of_viewer.2.as_u64().is_some_and(|queued| queued > 0), "{of_viewer:?}");
        for body in [with(false), chosen.clone()] {
            let refused = approve("viewer", body).await;
            assert_eq!((refused.0, refused.1), (403, json!("FORBIDDEN")));
        }
    }
    assert_eq!(pending().await, before);
    assert_eq!(approve("manager", json!({"run_id": "r1"})).await.0, 202);
}

#[tokio::test]
async fn the_dashboard_lists_unusable_data_of_crossmark_and_a_doubted_list_can_be_confirmed() {
    let test = WritingTest::open().await;
    let (club, now) = (test.club.club(), test.club.now());
    let fault = ReportedFault::new(FaultyField::DueDate, FaultReason::Unreadable);
    let row = EventSetAside { event: Some(EventRef(3)), fault, since: now };
    let doubt = ListDoubt { since: now, gone: vec![EventRef(7)], open: 1, has_nothing: false, confirmed: None };
    let report = RefreshReport {
        set_aside: vec![row],
        set_aside_total: 1,
        people: vec![PersonSetAside {
            number: Some(150_001),
            fault: ReportedFault::new(FaultyField::PersonNumber, FaultReason::Unreadable),
        }],
        numbers: vec![NumberConflict { employees: vec![EmployeeId("A".into())], numbers: vec![1, 2] }],
        foreign_rows: 4,
        doubt: Some(doubt),
        ..RefreshReport::default()
    };
    assert!(club.put_report(None, &report).await.expect("written"));
    let (status, dashboard) = test.send("GET", "/api/dashboard", "viewer", &Value::Null).await;
    assert_eq!(status, 200);
    insta::assert_json_snapshot!("odd_at_crossmark", dashboard["crossmark"]);

    let since = json!({"since": dashboard["crossmark"]["doubted_list"]["since"]});
    let path = "/api/auto-schedule/confirm-list";
    assert_eq!(test.send("POST", path, "viewer", &since).await.0, 403);
    let other = test.post("confirm-list", json!({"since": "2020-01-01T00:00:00Z"})).await;
    assert_eq!((other.0, &other.1["error"]["code"]), (409, &json!("LIST_NOT_DOUBTED")), "{other:?}");
    assert_eq!(test.post("confirm-list", since.clone()).await, (200, json!({"success": true, "withdrawn": 1})));
    assert_eq!(test.post("confirm-list", since).await, (200, json!({"success": true, "withdrawn": 0})), "again");
    let event = club.event(EventRef(7)).await.expect("read").expect("an event").body;
    assert_eq!(event.facts.condition.as_deref(), Some("Canceled"));
    let (_, dashboard) = test.send("GET", "/api/dashboard", "viewer", &Value::Null).await;
    assert_eq!(dashboard["crossmark"]["doubted_list"], json!(null));
    let (_, feed) = test.send("GET", "/api/changes", "viewer", &Value::Null).await;
    let confirmed = feed["items"].as_array().expect("a feed").iter().find(|entry| entry["subject"] == "listing");
    assert_eq!(confirmed.expect("an entry")["who"], "pat@club.example");
}

#[tokio::test]
async fn forty_holds_of_one_line_at_once_are_all_served_and_the_last_one_counts() {
    let test = WritingTest::open().await;
    let hold = |n: usize| test.put("r1.3", json!({"held": n.is_multiple_of(2)}));
    let answers = futures_util::future::join_all((0..40).map(hold)).await;
    let mut served = Vec::new();
    for (status, answer) in answers {
        assert_eq!(status, 200, "{answer}");
        let line = &answer["updated_schedule"];
        served.push((line["version"].as_u64().expect("a version"), line["held"].clone()));
    }
    served.sort_by_key(|(version, _)| *version);
    assert_eq!(served.iter().map(|(version, _)| *version).collect::<Vec<_>>(), (2..=41).collect::<Vec<_>>());
    let (_, line) = test.send("GET", "/api/pending-schedule/r1.3", "viewer", &Value::Null).await;
    assert_eq!((&line["version"], &line["held"]), (&json!(41), &served[39].1));
    // A request that names a version is still checked against it.
    let (status, answer) = test.put("r1.3", json!({"held": true, "version": 40})).await;
    assert_eq!((status, &answer["error"]["code"]), (409, &json!("STALE_VERSION")));
}

#[tokio::test]
async fn a_decision_names_who_made_it_and_when_and_ends_when_it_is_withdrawn() {
    let test = WritingTest::open().await;
    let place = json!({"employee_id": "B", "schedule_datetime": "2026-11-26"});
    test.put("r1.1", place).await;
    test.put("r1.1", json!({"held": true})).await;
    let (status, line) = test.send("GET", "/api/pending-schedule/r1.1", "viewer", &Value::Null).await;
    assert_eq!(status, 200);
    insta::assert_json_snapshot!("decided", line["decision"]);
    let (_, pending) = test.send("GET", "/api/auto-schedule/pending", "viewer", &Value::Null).await;
    assert_eq!(pending["newly_scheduled"][0]["decision"], line["decision"], "every answer has the same decision");
    assert_eq!(pending["stale"]["plan_moved"], false, "a decision about a line does not make the proposal stale");
    test.put("r1.1", json!({"held": false})).await;
    let (status, back) = test.put("r1.1", json!({"revert": true})).await;
    assert_eq!((status, &back["updated_schedule"]["decision"]), (200, &Value::Null), "{back}");
    let twice = test.put("r1.1", json!({"revert": true})).await;
    assert_eq!(twice.0, 200, "a repeated revert changes nothing");

    let reject = json!({"run_id": "r1", "lines": ["r1.3"], "reasons": ["Wrong people"]});
    assert_eq!(test.post("reject", reject).await.0, 200);
    let (_, line) = test.send("GET", "/api/pending-schedule/r1.3", "viewer", &Value::Null).await;
    insta::assert_json_snapshot!("refused_placement", line["decision"]);
}
