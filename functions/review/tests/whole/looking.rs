//! Who may read.

use cloud::Visitor;
use serde_json::json;

use crate::reader::Reader;

#[tokio::test]
async fn everybody_may_ask_who_they_are() {
    let test = Reader::new().await;
    let visitor = Visitor::new(&test.router, "pat@club.example", "8135:manager 8136:viewer");
    let me = visitor.get("/api/me").await;
    insta::assert_json_snapshot!("me", me.body);
    let stranger = Visitor::new(&test.router, "sam@club.example", "");
    assert_eq!(
        stranger.get("/api/me").await.body,
        json!({"id": "sam@club.example", "who": "sam@club.example", "clubs": []})
    );
    assert_eq!(Visitor::nobody(&test.router).get("/api/me").await.status, 401);
    let person = Visitor::new(&test.router, "avery@club.example", "8135:viewer 8135:employee:E01");
    let me = person.get("/api/me").await;
    assert_eq!((me.requests(), &me.body["clubs"][0]["employee_id"]), (Some(1), &json!("E01")), "{}", me.body);
}

#[tokio::test]
async fn every_reading_route_asks_who_calls() {
    let test = Reader::new().await;
    test.usual().await;
    let (nobody, stranger) = (Visitor::nobody(&test.router), Visitor::new(&test.router, "sam@club.example", ""));
    let other = Visitor::new(&test.router, "olu@club.example", "8136:admin");
    for (path, of_another) in [
        ("/api/auto-schedule/status/run-1", "RUN_NOT_FOUND"),
        ("/api/auto-schedule/pending", "CLUB_NOT_FOUND"),
        ("/api/auto-schedule/pending?run_id=run-1", "CLUB_NOT_FOUND"),
        ("/api/pending-schedule/run-1.101", "RUN_NOT_FOUND"),
        ("/api/submissions", "CLUB_NOT_FOUND"),
        ("/api/auto-schedule/history", "CLUB_NOT_FOUND"),
        ("/api/auto-schedule/history/compare?a=run-1&b=run-1", "RUN_NOT_FOUND"),
        ("/api/dashboard", "CLUB_NOT_FOUND"),
    ] {
        for (visitor, status, code) in
            [(&nobody, 401, "UNAUTHENTICATED"), (&stranger, 403, "FORBIDDEN"), (&other, 404, of_another)]
        {
            let answer = visitor.get(path).await;
            assert_eq!((answer.status, answer.code()), (status, code), "{path}");
        }
        let join = if path.contains('?') { '&' } else { '?' };
        let answer = test.viewer.get(&format!("{path}{join}club=8136")).await;
        assert_eq!((answer.status, answer.code()), (404, "CLUB_NOT_FOUND"), "{path}");
    }
    let changes = "/api/changes";
    assert_eq!((nobody.get(changes).await.status, stranger.get(changes).await.status), (401, 403));
    assert_eq!(other.get(changes).await.body["items"], json!([]), "nothing of another club");
}
