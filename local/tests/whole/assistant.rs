//! Tests of the assistant's tools over standard input and output (`muster mcp`) and over HTTP, and the logs of their
//! calls.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::World;

/// Runs `muster mcp` with these messages on standard input, to its end.
async fn run_mcp(world: &World, messages: &[Value]) -> Output {
    let (api, lines) = (world.api.clone(), messages.iter().map(|message| format!("{message}\n")).collect::<String>());
    let run = move || {
        let mut child = Command::new(env!("CARGO_BIN_EXE_muster"))
            .args(["mcp", "--at", &api])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn message(id: u64, method: &str, params: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

#[tokio::test]
async fn muster_mcp_answers_over_standard_input_and_output() {
    let world = World::in_november().await;
    let hello = json!({
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "a test", "version": "1"},
    });
    let output = run_mcp(
        &world,
        &[
            message(1, "initialize", &hello),
            json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
            message(2, "tools/list", &json!({})),
            message(3, "tools/call", &json!({"name": "rules", "arguments": {"rule": "H3"}})),
        ],
    )
    .await;
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        answers.iter().map(|answer| &answer["id"]).collect::<Vec<_>>(),
        [1, 2, 3],
        "expected one line for each request"
    );
    assert_eq!(answers[0]["result"]["protocolVersion"], "2025-06-18");
    // Without a token, a request has the identity `developer`, an admin of the club, who may use all tools.
    assert_eq!(answers[1]["result"]["tools"].as_array().map(Vec::len), Some(30));
    assert_eq!(answers[2]["result"]["structuredContent"]["rules"][0]["id"], "H3");
    world.assert_drained().await;
}

#[tokio::test]
async fn a_call_is_logged_with_its_club_and_without_its_text() {
    let world = World::with_debug_logs().await;
    let question = message(1, "tools/call", &json!({"name": "find", "arguments": {"text": "words-of-a-question"}}));
    let accept = [("accept", "application/json, text/event-stream")];
    let answer = world.send_as(Method::POST, "/mcp", Some(&question), &accept).await.assert_status(200);
    assert_eq!(answer["result"]["isError"], false, "{answer}");
    let asked = world.send_as(Method::POST, "/api/ask", Some(&json!({"text": "words-of-a-question"})), &[]).await;
    assert!(asked.assert_status(200)["not_understood"].is_object());
    assert!(!world.logged_text().contains("words-of-a"), "the text of a question is logged");
    let log = world.log();
    let called: Vec<&Value> =
        log.iter().filter(|line| line["function"] == "assist" && line["trigger"] == "POST /mcp").collect();
    assert_eq!(called.len(), 1, "{called:#?}");
    let club = world.club()["club"]["id"].clone();
    assert!(called[0]["club.ids"].as_array().is_some_and(|clubs| clubs.contains(&club)), "{:#}", called[0]);
    assert!(
        called[0]["table.requests"].as_u64() > Some(2),
        "the requests of the tool are not counted: {:#}",
        called[0]
    );
    assert_eq!(called[0]["tool_calls"], 1, "{:#}", called[0]);
    world.assert_drained().await;
}
