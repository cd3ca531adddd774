//! Tests of who may use the routes that read: the roles that they need, and that nobody reads another club.

use cloud::TestCaller;
use serde_json::json;

use crate::reader::ReviewTest;
use crate::routes;

#[tokio::test]
async fn a_signed_in_caller_gets_their_identity_clubs_and_roles() {
    let test = ReviewTest::new().await;
    let caller = TestCaller::new(&test.router, "pat@club.example", "8135:manager 8136:viewer");
    let me = caller.get("/api/me").await;
    insta::assert_json_snapshot!("me", me.body);
    let stranger = TestCaller::new(&test.router, "sam@club.example", "");
    assert_eq!(
        stranger.get("/api/me").await.body,
        json!({"id": "sam@club.example", "who": "sam@club.example", "clubs": []})
    );
    assert_eq!(TestCaller::nobody(&test.router).get("/api/me").await.status, 401);
    let person = TestCaller::new(&test.router, "avery@club.example", "8135:viewer 8135:employee:E01");
    let me = person.get("/api/me").await;
    assert_eq!((me.requests(), &me.body["clubs"][0]["employee_id"]), (Some(1), &json!("E01")), "{}", me.body);
}

#[tokio::test]
async fn every_reading_route_needs_a_role_in_the_club() {
    let test = ReviewTest::new().await;
    test.propose_usual().await;
    let (nobody, stranger) = (TestCaller::nobody(&test.router), TestCaller::new(&test.router, "sam@club.example", ""));
    for (method, path) in routes() {
        // This route is about the caller, not about a club.
        if method != "GET" || path == "/api/me" {
            continue;
        }
        let of_other_club = format!("{path}?club=8136");
        for (caller, path, status, code) in [
            (&nobody, &path, 401, "UNAUTHENTICATED"),
            (&stranger, &path, 403, "FORBIDDEN"),
            (&test.viewer, &of_other_club, 404, "CLUB_NOT_FOUND"),
        ] {
            let answer = caller.get(path).await;
            assert_eq!((answer.status, answer.code()), (status, code), "{path}");
        }
    }
}

#[tokio::test]
async fn nobody_reads_anything_of_another_club() {
    let test = ReviewTest::new().await;
    test.propose_usual().await;
    let other = TestCaller::new(&test.router, "olu@club.example", "8136:admin");
    for (path, code) in [
        ("/api/auto-schedule/status/run-1", "RUN_NOT_FOUND"),
        ("/api/auto-schedule/pending", "CLUB_NOT_FOUND"),
        ("/api/auto-schedule/pending?run_id=run-1", "CLUB_NOT_FOUND"),
        ("/api/pending-schedule/run-1.101", "RUN_NOT_FOUND"),
        ("/api/submissions", "CLUB_NOT_FOUND"),
        ("/api/auto-schedule/history", "CLUB_NOT_FOUND"),
        ("/api/auto-schedule/history/compare?a=run-1&b=run-1", "RUN_NOT_FOUND"),
        ("/api/dashboard", "CLUB_NOT_FOUND"),
    ] {
        let answer = other.get(path).await;
        assert_eq!((answer.status, answer.code()), (404, code), "{path}");
    }
    assert_eq!(other.get("/api/changes").await.body["items"], json!([]));
}
