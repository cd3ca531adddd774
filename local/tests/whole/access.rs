//! Tests of identities and access: who a caller is, and which requests are refused.

use reqwest::Method;
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_caller_is_the_developer_unless_a_token_names_somebody() {
    let world = World::on("2026-11-19").await;
    let run = json!({});
    let get = async |token: &str| world.send_as(Method::GET, "/api/employees", None, &[("authorization", token)]).await;
    assert_eq!(world.get("/api/me").await.assert_status(200)["who"], "developer");
    let club = world.club()["club"]["id"].as_str().unwrap().to_owned();
    let viewer = &format!("Bearer dev:pat:{club}:viewer");
    get(viewer).await.assert_status(200);
    assert_eq!(get("Bearer dev:nobody").await.assert_refused(401), "UNAUTHENTICATED");
    assert_eq!(get("Bearer ey.of.somebody").await.assert_refused(401), "UNAUTHENTICATED");
    assert_eq!(get("Bearer dev:pat:1:viewer,2:viewer").await.assert_refused(400), "CLUB_REQUIRED");
    let post = world.send_as(Method::POST, "/api/auto-schedule/run", Some(&run), &[("authorization", viewer)]).await;
    assert_eq!(post.assert_refused(403), "FORBIDDEN");
    world.assert_drained().await;
}

#[tokio::test]
async fn requests_from_another_site_are_refused() {
    let world = World::on("2026-11-19").await;
    let clock = json!({"advance_s": 60});
    let before = world.now().await;
    for headers in [[("host", "muster.example")], [("origin", "https://muster.example")]] {
        world.send_as(Method::POST, "/_local/clock", Some(&clock), &headers).await.assert_status(403);
        world.send_as(Method::POST, "/api/auto-schedule/run", Some(&json!({})), &headers).await.assert_status(403);
        for path in ["/api/employees", "/_local/outputs", "/_sim/ledger", "/"] {
            world.send_as(Method::GET, path, None, &headers).await.assert_status(403);
        }
    }
    assert_eq!(world.now().await, before);
    // A path that is too long for the name of a file gets 404 too.
    world.get(&format!("/{}", "x".repeat(300))).await.assert_status(404);
    world.get(&format!("/api/{}", "x".repeat(300))).await.assert_status(404);
    world.assert_drained().await;
}

#[tokio::test]
async fn the_clock_refuses_invalid_amounts() {
    let world = World::on("2026-11-19").await;
    for body in
        [json!({}), json!({"advance_s": -1}), json!({"advance_s": 1, "x": 2}), json!({"advance_s": 1_000_000_000})]
    {
        assert_eq!(world.post("/_local/clock", body).await.assert_refused(400), "INVALID_BODY");
    }
    assert_eq!(world.now().await, "2026-11-19T12:00:00Z");
    world.advance(90).await;
    assert_eq!(world.now().await, "2026-11-19T12:01:30Z");
    world.assert_drained().await;
}
