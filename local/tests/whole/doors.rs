//! Identities and access.

use reqwest::Method;
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_caller_is_the_developer_or_whom_they_play() {
    let world = World::on("2026-11-19").await;
    let run = json!({});
    let get = async |token: &str| world.send_as(Method::GET, "/api/employees", None, &[("authorization", token)]).await;
    assert_eq!(world.get("/api/me").await.is(200)["who"], "developer");
    let club = world.club()["club"]["id"].as_str().unwrap().to_owned();
    let viewer = &format!("Bearer dev:pat:{club}:viewer");
    get(viewer).await.is(200);
    assert_eq!(get("Bearer dev:nobody").await.refused(401), "UNAUTHENTICATED");
    assert_eq!(get("Bearer ey.of.somebody").await.refused(401), "UNAUTHENTICATED");
    assert_eq!(get("Bearer dev:pat:1:viewer,2:viewer").await.refused(400), "CLUB_REQUIRED");
    let post = world.send_as(Method::POST, "/api/auto-schedule/run", Some(&run), &[("authorization", viewer)]).await;
    assert_eq!(post.refused(403), "FORBIDDEN");
    world.end().await;
}

#[tokio::test]
async fn nothing_from_another_site_is_answered() {
    let world = World::on("2026-11-19").await;
    let clock = json!({"advance_s": 60});
    let before = world.now().await;
    for headers in [[("host", "muster.example")], [("origin", "https://muster.example")]] {
        world.send_as(Method::POST, "/_local/clock", Some(&clock), &headers).await.is(403);
        world.send_as(Method::POST, "/api/auto-schedule/run", Some(&json!({})), &headers).await.is(403);
        for path in ["/api/employees", "/_local/outputs", "/_sim/ledger", "/"] {
            world.send_as(Method::GET, path, None, &headers).await.is(403);
        }
    }
    assert_eq!(world.now().await, before);
    // A name that no file can have is not looked up either.
    world.get(&format!("/{}", "x".repeat(300))).await.is(404);
    world.get(&format!("/api/{}", "x".repeat(300))).await.is(404);
    world.end().await;
}

#[tokio::test]
async fn a_clock_is_moved_by_sensible_amounts_alone() {
    let world = World::on("2026-11-19").await;
    for body in
        [json!({}), json!({"advance_s": -1}), json!({"advance_s": 1, "x": 2}), json!({"advance_s": 1_000_000_000})]
    {
        assert_eq!(world.post("/_local/clock", body).await.refused(400), "INVALID_BODY");
    }
    assert_eq!(world.now().await, "2026-11-19T12:00:00Z");
    world.advance(90).await;
    assert_eq!(world.now().await, "2026-11-19T12:01:30Z");
    world.end().await;
}
