//! Tests of the routes of `rotations`, with the table embedded in the test's process and a small club in it.

#![allow(clippy::expect_used, reason = "tests say what they expect")]

use cloud::{Answer, TestCaller};
use serde_json::{Value, json};
use testkit::{TestClub, small_club};

/// The function with the small club in its table, and callers with different roles.
struct RotationsTest {
    manager: TestCaller,
    viewer: TestCaller,
    nobody: TestCaller,
    _club: TestClub,
}

impl RotationsTest {
    async fn new() -> RotationsTest {
        let club = TestClub::new(&small_club()).await;
        let router = rotations::router(&club.environment).expect("a router");
        let caller = |roles: &str| TestCaller::new(&router, "pat@club.example", roles);
        RotationsTest {
            manager: caller("8135:manager"),
            viewer: caller("8135:viewer"),
            nobody: TestCaller::nobody(&router),
            _club: club,
        }
    }
}

fn both_rotations() -> Value {
    json!({
        "juicer": {"monday": "E02", "sunday": "E04"},
        "primary_lead": {"monday": "E01", "tuesday": null},
        "backups": {"juicer": {"monday": "E04"}, "primary_lead": {}}
    })
}

fn assert_refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.code()), (status, code), "{}", answer.body);
}

#[tokio::test]
async fn rotations_are_shown_and_saved_as_a_whole() {
    let test = RotationsTest::new().await;
    let shown = test.viewer.get("/api/rotations").await;
    insta::assert_json_snapshot!("rotations_as_loaded", shown.body);
    let tag = shown.header("etag").to_owned();
    assert_eq!(shown.requests(), Some(2));
    let saved = test.manager.post("/api/rotations", &both_rotations()).await;
    assert_eq!((saved.status, &saved.body), (200, &json!({"success": true, "version": 1})));
    assert_eq!(saved.requests(), Some(4));
    let shown = test.viewer.get("/api/rotations").await;
    insta::assert_json_snapshot!("rotations_as_saved", shown.body);
    assert_ne!(shown.header("etag"), tag);
    let known = test.viewer.send("GET", "/api/rotations", &[("if-none-match", shown.header("etag"))], "").await;
    assert_eq!((known.status, &known.body), (304, &Value::Null));
    let changed = test.viewer.send("GET", "/api/rotations", &[("if-none-match", &tag)], "").await;
    assert_eq!(changed.status, 200);
}

#[tokio::test]
async fn every_fault_of_rotations_is_reported_with_its_path() {
    let test = RotationsTest::new().await;
    let wrong = json!({
        "juicer": {"monday": "E01", "tuesday": "E99"},
        "primary_lead": {"monday": "E03", "friday": "E04"},
        "backups": {"juicer": {"wednesday": "E04"}, "primary_lead": {"friday": "E02"}}
    });
    let refused = test.manager.post("/api/rotations", &wrong).await;
    assert_refused(&refused, 400, "INVALID_EMPLOYEE_ROLE");
    insta::assert_json_snapshot!("wrong_people", refused.body["error"]);
    let unknown = json!({"juicer": {"monday": "E99"}, "primary_lead": {}});
    assert_refused(&test.manager.post("/api/rotations", &unknown).await, 400, "UNKNOWN_EMPLOYEE");
    let backup = json!({"juicer": {}, "primary_lead": {}, "backups": {"juicer": {"monday": "E02"}}});
    assert_refused(&test.manager.post("/api/rotations", &backup).await, 400, "BACKUP_WITHOUT_HOLDER");
    for body in [json!({}), json!({"juicer": {"mon": "E02"}, "primary_lead": {}}), json!({"juicer": {}})] {
        assert_refused(&test.manager.post("/api/rotations", &body).await, 400, "INVALID_BODY");
    }
    assert_eq!(test.viewer.get("/api/rotations").await.body["version"], 0, "nothing was saved");
}

#[tokio::test]
async fn a_writer_with_an_older_version_is_refused() {
    let test = RotationsTest::new().await;
    let save = async |headers: &[(&str, &str)], body: Value| {
        test.manager.send("POST", "/api/rotations", headers, &body.to_string()).await
    };
    let at = |version: u64| {
        let mut body = both_rotations();
        body["version"] = json!(version);
        body
    };
    assert_eq!(save(&[("if-match", "W/\"0\"")], both_rotations()).await.status, 200);
    assert_refused(&save(&[("if-match", "W/\"0\"")], both_rotations()).await, 409, "STALE_VERSION");
    assert_refused(&save(&[], at(0)).await, 409, "STALE_VERSION");
    assert_eq!(save(&[], at(1)).await.body["version"], 2);
    assert_refused(&save(&[("if-match", "W/\"1\"")], at(2)).await, 400, "INVALID_VERSION");
    assert_eq!(save(&[], both_rotations()).await.body["version"], 3, "without a version, the last writer wins");
}

#[tokio::test]
async fn a_saved_exception_names_the_person_whom_it_replaces() {
    let test = RotationsTest::new().await;
    let post = async |body: Value| test.manager.post("/api/rotation-exception", &body).await;
    let monday =
        |who: &str| json!({"date": "2026-11-30", "rotation_type": "juicer", "employee_id": who, "reason": " swapped "});
    let saved = post(monday("E04")).await;
    insta::assert_json_snapshot!("instead_of_the_rotation", saved.body);
    assert_eq!((saved.status, saved.requests()), (200, Some(2)));
    let again = post(monday("E02")).await;
    insta::assert_json_snapshot!("instead_of_an_exception", again.body);
    let nobody_replaced = json!({"date": "2026-11-29", "rotation_type": "primary_lead", "employee_id": "E01"});
    assert_eq!(post(nobody_replaced).await.body["replaces"], Value::Null);
    let list = test.viewer.get("/api/rotation-exception").await;
    insta::assert_json_snapshot!("exceptions", list.body);
    assert_eq!(list.requests(), Some(2));
    let later = test.viewer.get("/api/rotation-exception?from=2026-11-30&limit=1").await.body;
    assert_eq!(later["items"][0]["exception_id"], "2026-11-30.juicer");
    let next = later["next"].as_str().expect("more");
    let rest = test.viewer.get(&format!("/api/rotation-exception?from=2026-11-30&cursor={next}")).await.body;
    assert_eq!(rest["items"][0]["exception_id"], "2026-12-01.juicer");
}

#[tokio::test]
async fn an_invalid_exception_is_refused() {
    let test = RotationsTest::new().await;
    let body =
        |date: &str, rotation: &str, who: &str| json!({"date": date, "rotation_type": rotation, "employee_id": who});
    for (body, status, code) in [
        (body("2026-11-30", "juicer", "E01"), 400, "INVALID_EMPLOYEE_ROLE"),
        (body("2026-11-30", "juicer", "E99"), 400, "UNKNOWN_EMPLOYEE"),
        (body("2026-11-31", "juicer", "E02"), 400, "INVALID_BODY"),
        (body("2026-11-30", "lead", "E01"), 400, "INVALID_BODY"),
        (
            json!({"date": "2026-12-01", "rotation_type": "juicer", "employee_id": "E02", "version": 0}),
            409,
            "STALE_VERSION",
        ),
        (
            json!({"date": "2026-12-02", "rotation_type": "juicer", "employee_id": "E02", "version": 1}),
            409,
            "STALE_VERSION",
        ),
        (
            json!({"date": "2026-12-02", "rotation_type": "juicer", "employee_id": "E02", "reason": "x".repeat(501)}),
            400,
            "INVALID_TEXT",
        ),
    ] {
        assert_refused(&test.manager.post("/api/rotation-exception", &body).await, status, code);
    }
}

#[tokio::test]
async fn an_exception_is_removed_once() {
    let test = RotationsTest::new().await;
    let remove = async |path: &str, headers: &[(&str, &str)]| {
        test.manager.send("DELETE", &format!("/api/rotation-exception/{path}"), headers, "").await
    };
    assert_refused(&remove("2026-12-01/juicer", &[("if-match", "7")]).await, 409, "STALE_VERSION");
    let removed = remove("2026-12-01/juicer", &[]).await;
    insta::assert_json_snapshot!("exception_removed", removed.body);
    assert_refused(&remove("2026-12-01/juicer", &[]).await, 404, "EXCEPTION_NOT_FOUND");
    assert_refused(&remove("2026-12-01/lead", &[]).await, 400, "INVALID_ID");
    assert_refused(&remove("tomorrow/juicer", &[]).await, 400, "INVALID_ID");
}

#[tokio::test]
async fn every_route_requires_a_caller_of_the_club_and_writes_require_a_manager() {
    let test = RotationsTest::new().await;
    let body = both_rotations().to_string();
    for (method, path, writes) in [
        ("GET", "/api/rotations", false),
        ("POST", "/api/rotations", true),
        ("GET", "/api/rotation-exception", false),
        ("POST", "/api/rotation-exception", true),
        ("DELETE", "/api/rotation-exception/2026-12-01/juicer", true),
    ] {
        assert_refused(&test.nobody.send(method, path, &[], &body).await, 401, "UNAUTHENTICATED");
        assert_refused(&test.manager.send(method, &format!("{path}?club=9"), &[], &body).await, 404, "CLUB_NOT_FOUND");
        if writes {
            assert_refused(&test.viewer.send(method, path, &[], &body).await, 403, "FORBIDDEN");
        }
    }
}
