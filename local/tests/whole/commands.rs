//! The command line against a running `muster serve`.

use serde_json::json;

use crate::world::{World, id, lines};

fn said(output: &std::process::Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test]
async fn a_run_is_started_and_watched_at_the_command_line() {
    let world = World::begin().await;
    let ran = world.command(&["run"]).await;
    assert_eq!(ran.status.code(), Some(0), "{}", said(&ran));
    assert!(said(&ran).contains("completed"), "{}", said(&ran));
    let status = world.command(&["status"]).await;
    assert!(said(&status).contains("current") && said(&status).contains(" Nov 0"), "{}", said(&status));
    let unknown = world.command(&["status", "nothing"]).await;
    assert_eq!(unknown.status.code(), Some(2), "{}", said(&unknown));
    world.end().await;
}

#[tokio::test]
async fn a_line_that_crossmark_refused_is_listed_shown_and_tried_again() {
    let world = World::begin().await;
    let pending = world.proposal().await;
    let line = lines(&pending).into_iter().find(|l| l["kind"] == "new" && l["depends_on"] == json!([])).unwrap();
    let line = id(&line);
    let planned = world.command(&["simulator", "faults", "--next", "schedule:not_ok"]).await;
    assert_eq!(planned.status.code(), Some(0), "{}", said(&planned));
    let run = pending["run"]["run_id"].as_str().unwrap();
    world.post("/api/auto-schedule/approve", json!({"run_id": run, "lines": [line]})).await.is(202);
    world.advance(30).await;
    assert_eq!(world.line(&line).await["status"], "api_failed");
    let listed = world.command(&["submissions", "list"]).await;
    assert!(said(&listed).contains(&line) && said(&listed).contains("refused"), "{}", said(&listed));
    let shown = world.command(&["submissions", "show", &line]).await;
    assert!(said(&shown).contains("The request was not accepted"), "{}", said(&shown));
    // The text for people has names beside ids, and local times. The JSON for programs is the API's.
    let json = world.command(&["submissions", "show", &line, "--json"]).await;
    let view: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((&view["id"], &view["status"]), (&json!(line), &json!("api_failed")));
    let person = format!("{} ({})", view["employee_name"].as_str().unwrap(), view["employee_id"].as_str().unwrap());
    let event = view["project_name"].as_str().unwrap();
    for text in [said(&listed), said(&shown)] {
        for expected in [person.as_str(), event, "Times are local to club", "America/Indiana/Indianapolis"] {
            assert!(text.contains(expected), "should say {expected:?}:\n{text}");
        }
    }
    assert!(said(&shown).contains(", since Thu 19 Nov "), "{}", said(&shown));
    for command in [&["status"][..], &["submissions", "list"], &["submissions", "show", &line]] {
        let text = said(&world.command(command).await);
        assert!(!text.contains("00Z") && !text.contains("2026-11"), "no UTC:\n{text}");
    }
    for expected in ["tried again", "left as it is"] {
        let retried = world.command(&["submissions", "retry", &line]).await;
        assert_eq!(retried.status.code(), Some(0), "{}", said(&retried));
        assert!(said(&retried).contains(expected), "{}", said(&retried));
    }
    world.advance(30).await;
    assert_eq!(world.line(&line).await["status"], "api_submitted");
    world.end().await;
}

#[tokio::test]
async fn a_dead_letter_is_listed_shown_and_sent_back_to_work() {
    let world = World::on("2026-11-19").await;
    world.send_to("MUSTER_SUBMIT_QUEUE", "{\"version\": 1}").await;
    let letter = world
        .until("the message lies dead", async || {
            let listed = world.command(&["dlq", "list"]).await;
            let text = said(&listed);
            let row = text.lines().find(|line| line.contains("cannot be read"))?;
            row.split_whitespace().next().map(str::to_owned)
        })
        .await;
    let shown = world.command(&["dlq", "show", &letter]).await;
    assert!(said(&shown).contains("missing field") && said(&shown).contains("about     unknown"), "{}", said(&shown));
    let redriven = world.command(&["dlq", "redrive", &letter]).await;
    assert_eq!(redriven.status.code(), Some(0), "{}", said(&redriven));
    let again = world.command(&["dlq", "redrive", &letter]).await;
    assert_eq!(again.status.code(), Some(0), "{}", said(&again));
    assert!(
        said(&again).contains("0 messages sent back to work") || said(&again).contains("any more"),
        "{}",
        said(&again)
    );
    let mistyped = world.command(&["dlq", "redrive", &letter[1..]]).await;
    assert_eq!(mistyped.status.code(), Some(2), "{}", said(&mistyped));
    // It is unreadable the second time too.
    world
        .until("it lies dead again", async || {
            let listed = world.command(&["dlq", "list"]).await;
            said(&listed).contains("cannot be read").then_some(())
        })
        .await;
}
