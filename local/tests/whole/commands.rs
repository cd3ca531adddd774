//! Tests of the command line against a running `muster serve`: runs, failed lines and dead letters.

use serde_json::json;

use crate::world::{World, id, lines};

/// The standard output and the standard error of a command.
fn text_of(output: &std::process::Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test]
async fn a_run_is_started_and_watched_at_the_command_line() {
    let world = World::in_november().await;
    let ran = world.command(&["run"]).await;
    assert_eq!(ran.status.code(), Some(0), "{}", text_of(&ran));
    assert!(text_of(&ran).contains("completed"), "{}", text_of(&ran));
    let status = world.command(&["status"]).await;
    assert!(text_of(&status).contains("current") && text_of(&status).contains(" Nov 0"), "{}", text_of(&status));
    let unknown = world.command(&["status", "nothing"]).await;
    assert_eq!(unknown.status.code(), Some(2), "{}", text_of(&unknown));
    world.assert_drained().await;
}

#[tokio::test]
async fn a_line_that_crossmark_refused_is_listed_shown_and_retried() {
    let world = World::in_november().await;
    let pending = world.proposal().await;
    let line = lines(&pending).into_iter().find(|l| l["kind"] == "new" && l["depends_on"] == json!([])).unwrap();
    let line = id(&line);
    let planned = world.command(&["simulator", "faults", "--next", "schedule:not_ok"]).await;
    assert_eq!(planned.status.code(), Some(0), "{}", text_of(&planned));
    let run = pending["run"]["run_id"].as_str().unwrap();
    world.post("/api/auto-schedule/approve", json!({"run_id": run, "lines": [line]})).await.assert_status(202);
    world.advance(30).await;
    assert_eq!(world.line(&line).await["status"], "api_failed");
    let listed = world.command(&["submissions", "list"]).await;
    assert!(text_of(&listed).contains(&line) && text_of(&listed).contains("refused"), "{}", text_of(&listed));
    let shown = world.command(&["submissions", "show", &line]).await;
    assert!(text_of(&shown).contains("The request was not accepted"), "{}", text_of(&shown));
    // The text has names beside ids, and local times. With `--json`, the output is the answer of the API.
    let json = world.command(&["submissions", "show", &line, "--json"]).await;
    let view: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((&view["id"], &view["status"]), (&json!(line), &json!("api_failed")));
    let person = format!("{} ({})", view["employee_name"].as_str().unwrap(), view["employee_id"].as_str().unwrap());
    let event = view["project_name"].as_str().unwrap();
    for text in [text_of(&listed), text_of(&shown)] {
        for expected in [person.as_str(), event, "Times are local to club", "America/Indiana/Indianapolis"] {
            assert!(text.contains(expected), "should say {expected:?}:\n{text}");
        }
    }
    assert!(text_of(&shown).contains(", since Thu 19 Nov "), "{}", text_of(&shown));
    for command in [&["status"][..], &["submissions", "list"], &["submissions", "show", &line]] {
        let text = text_of(&world.command(command).await);
        assert!(!text.contains("00Z") && !text.contains("2026-11"), "times in UTC:\n{text}");
    }
    for expected in ["tried again", "left as it is"] {
        let retried = world.command(&["submissions", "retry", &line]).await;
        assert_eq!(retried.status.code(), Some(0), "{}", text_of(&retried));
        assert!(text_of(&retried).contains(expected), "{}", text_of(&retried));
    }
    world.advance(30).await;
    assert_eq!(world.line(&line).await["status"], "api_submitted");
    world.assert_drained().await;
}

#[tokio::test]
async fn a_dead_letter_is_listed_shown_and_redriven() {
    let world = World::on("2026-11-19").await;
    world.send_to_queue("MUSTER_SUBMIT_QUEUE", "{\"version\": 1}").await;
    let letter = world
        .until("the message is a dead letter", async || {
            let listed = world.command(&["dlq", "list"]).await;
            let text = text_of(&listed);
            let row = text.lines().find(|line| line.contains("cannot be read"))?;
            row.split_whitespace().next().map(str::to_owned)
        })
        .await;
    let shown = world.command(&["dlq", "show", &letter]).await;
    assert!(
        text_of(&shown).contains("missing field") && text_of(&shown).contains("about     unknown"),
        "{}",
        text_of(&shown)
    );
    let redriven = world.command(&["dlq", "redrive", &letter]).await;
    assert_eq!(redriven.status.code(), Some(0), "{}", text_of(&redriven));
    let again = world.command(&["dlq", "redrive", &letter]).await;
    assert_eq!(again.status.code(), Some(0), "{}", text_of(&again));
    assert!(
        text_of(&again).contains("0 messages sent back") || text_of(&again).contains("any more"),
        "{}",
        text_of(&again)
    );
    let mistyped = world.command(&["dlq", "redrive", &letter[1..]]).await;
    assert_eq!(mistyped.status.code(), Some(2), "{}", text_of(&mistyped));
    // The message cannot be read the second time either.
    world
        .until("the message is a dead letter again", async || {
            let listed = world.command(&["dlq", "list"]).await;
            text_of(&listed).contains("cannot be read").then_some(())
        })
        .await;
}
