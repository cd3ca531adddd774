//! Each tool with the small club: its answer conforms to its schema, the role of the caller is checked, and invalid arguments
//! are refused.

use std::collections::BTreeSet;

use boon::{Compiler, Schemas};
use serde_json::{Value, json};
use testkit::{Placement, USUAL_LINES, manual};

use crate::setup::{AssistTest, call, call_ok, code, offered};

/// Calls of each tool that succeed with the usual proposal: all tools but `compare_runs`, which needs a second run, and
/// `retry_lines`, which needs a failed line.
pub fn calls(finding: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("day_roster", json!({})),
        ("day_roster", json!({"date": "monday next week"})),
        ("person_schedule", json!({"person": "Avery", "when": "next week"})),
        ("who_is_free", json!({})),
        ("who_is_free", json!({"when": "this week"})),
        ("who_is_free", json!({"event": "101"})),
        ("explain_event", json!({"event": "101"})),
        ("explain_event", json!({"event": "103"})),
        ("explain_event", json!({"event": "201"})),
        ("check_place", json!({"event": "101", "person": "Cleo", "date": "2026-11-28"})),
        ("proposal", json!({})),
        ("proposal", json!({"show": "open", "person": "Avery"})),
        ("findings", json!({"week": "next week"})),
        ("finding_options", json!({"finding": finding})),
        ("submissions", json!({})),
        ("events", json!({})),
        ("events", json!({"which": "open", "words": "salad"})),
        ("rotations", json!({"when": "next week"})),
        ("workload", json!({"when": "next week"})),
        ("fairness", json!({})),
        ("rules", json!({"rule": "H3"})),
        ("runs", json!({})),
        ("event_history", json!({"event": "101"})),
        ("find", json!({"text": "avery"})),
        ("move_event", json!({"event": "101", "person": "Dana"})),
        ("swap_events", json!({"a": "201", "b": "202"})),
        ("take_back", json!({"event": "201"})),
        ("hold_line", json!({"event": "101"})),
        ("call_out", json!({"person": "Avery", "when": "2026-11-30"})),
        ("time_off", json!({"person": "Cleo", "when": "2 dec to 4 dec"})),
        ("rotation_exception", json!({"person": "Dana", "rotation": "juicer", "date": "7 dec"})),
        ("ignore_finding", json!({"finding": finding, "reason": "it is meant"})),
        ("run_now", json!({})),
        ("try_weights", json!({"weights": {"fairness": 2.5}})),
        ("approve_lines", json!({"events": ["101"]})),
    ]
}

/// The id of a finding of the small club.
pub async fn a_finding(test: &AssistTest) -> String {
    for week in ["this week", "next week"] {
        let found = call_ok(&test.manager, "findings", json!({"week": week})).await;
        if let Some(id) = found["findings"][0]["id"].as_str() {
            return id.to_owned();
        }
    }
    panic!("the small club has no finding this week or next week")
}

#[tokio::test]
async fn every_tool_answers_in_the_shape_that_it_promises() {
    let test = AssistTest::new().await;
    let tools = offered(&test.manager).await;
    let mut called = BTreeSet::new();
    for (name, arguments) in calls(&a_finding(&test).await) {
        assert_promised_shape(&test, &tools, name, arguments).await;
        called.insert(name);
    }
    test.advance(600);
    let proposal = test.propose_lines("run-2", manual("robin"), &usual_lines_with_another_person()).await;
    test.approve_directly(&proposal, &[101]).await;
    test.fail(&proposal.run, 101).await;
    for (name, arguments) in [
        ("compare_runs", json!({})),
        ("submissions", json!({})),
        ("explain_event", json!({"event": "101"})),
        ("retry_lines", json!({})),
        ("retry_lines", json!({"events": ["101"]})),
    ] {
        assert_promised_shape(&test, &tools, name, arguments).await;
        called.insert(name);
    }
    let offered: BTreeSet<&str> = tools.iter().filter_map(|tool| tool["name"].as_str()).collect();
    assert_eq!(called, offered);
}

/// Calls a tool that must succeed. Asserts that the answer conforms to the tool's schema, and that its second
/// content block is the same answer as JSON text.
async fn assert_promised_shape(test: &AssistTest, tools: &[Value], name: &str, arguments: Value) {
    // Stays below the limit of tool calls per minute.
    test.advance(2);
    let tool = tools.iter().find(|tool| tool["name"] == name).unwrap_or_else(|| panic!("{name} is not offered"));
    let result = call(&test.manager, name, arguments.clone()).await;
    assert_eq!(result["isError"], false, "{name} {arguments}: {result:#}");
    let answer = &result["structuredContent"];
    let (mut compiler, mut schemas) = (Compiler::new(), Schemas::new());
    let address = format!("file:///{name}.json");
    compiler.add_resource(&address, tool["outputSchema"].clone()).expect("a schema");
    let schema = compiler.compile(&address, &mut schemas).unwrap_or_else(|fault| panic!("{name}: {fault:#}"));
    if let Err(fault) = schemas.validate(answer, schema) {
        panic!("{name} {arguments}: {fault:#}\n{answer:#}");
    }
    let text = result["content"][1]["text"].as_str().expect("the data as text");
    assert_eq!(&serde_json::from_str::<Value>(text).expect("JSON"), answer, "{name}");
}

/// The lines of the usual proposal, with another person for event 101.
pub fn usual_lines_with_another_person() -> [Placement<'static>; 5] {
    let mut placements = USUAL_LINES;
    placements[0].2 = Some(("E03", "2026-11-28T10:15:00"));
    placements
}

#[tokio::test]
async fn a_draft_shows_its_effect_and_changes_nothing() {
    let test = AssistTest::new().await;
    let finding = a_finding(&test).await;
    let before = test.state().await;
    let writing: Vec<String> = offered(&test.manager)
        .await
        .iter()
        .filter(|tool| tool["annotations"]["readOnlyHint"] == false)
        .map(|tool| tool["name"].as_str().expect("a name").to_owned())
        .collect();
    for (name, arguments) in calls(&finding).into_iter().filter(|(name, _)| writing.iter().any(|one| one == name)) {
        test.advance(61);
        let draft = call_ok(&test.manager, name, arguments.clone()).await;
        let id = draft["draft"].as_str().expect("an id");
        assert_eq!(draft["address"], format!("#/drafts/{id}"), "{name}");
        assert!(draft["expires_at"].is_string() && draft["does"].is_string(), "{name}");
        if name == "call_out" {
            assert_eq!(draft["state"], "preparing");
        } else {
            assert_eq!(draft["state"], "ready", "{name}");
            assert!(!draft["effect"].as_array().expect("lines").is_empty(), "{name}: {draft:#}");
        }
    }
    assert_eq!(test.state().await, before, "a draft changed something");
}

#[tokio::test]
async fn a_viewer_is_offered_no_drafts_and_makes_none() {
    let test = AssistTest::new().await;
    let of_manager = offered(&test.manager).await;
    let of_viewer = offered(&test.viewer).await;
    assert_eq!(of_manager.len(), 30);
    assert_eq!(of_viewer.len(), 18);
    for tool in &of_viewer {
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "{}", tool["name"]);
    }
    let finding = a_finding(&test).await;
    let mut forbidden = BTreeSet::new();
    for (name, arguments) in calls(&finding).into_iter().chain([("retry_lines", json!({}))]) {
        test.advance(2);
        if !of_viewer.iter().any(|tool| tool["name"] == name) {
            assert_eq!(code(&call(&test.viewer, name, arguments).await), "FORBIDDEN", "{name}");
            forbidden.insert(name);
        }
    }
    assert_eq!(forbidden.len(), of_manager.len() - of_viewer.len(), "not every tool that makes drafts was called");
}

#[tokio::test]
async fn no_tool_accepts_a_confirmation_or_unknown_arguments() {
    let test = AssistTest::new().await;
    let tools = offered(&test.manager).await;
    for tool in &tools {
        let schema = tool["inputSchema"].to_string();
        for word in ["confirm", "override", "approved"] {
            assert!(!schema.contains(word), "{}: {word}", tool["name"]);
        }
        assert_eq!(tool["inputSchema"]["additionalProperties"], false, "{}", tool["name"]);
        assert_eq!(tool["outputSchema"]["type"], "object", "{}", tool["name"]);
        assert!(tool["title"].is_string() && tool["description"].is_string());
    }
}

#[tokio::test]
async fn the_list_of_tools_takes_fewer_than_10_000_tokens() {
    let test = AssistTest::new().await;
    let tools = offered(&test.manager).await;
    let tokens = Value::from(tools).to_string().len() / 4;
    assert!(tokens < 10_000, "the list takes {tokens} tokens");
}

#[tokio::test]
async fn invalid_arguments_get_their_error_codes() {
    let test = AssistTest::new().await;
    let long = "x".repeat(5_000);
    for (name, arguments, expected) in [
        ("day_roster", json!({"date": "soon"}), "INVALID_ARGUMENTS"),
        ("day_roster", json!({"date": "this week"}), "INVALID_ARGUMENTS"),
        ("day_roster", json!({"date": 5}), "INVALID_ARGUMENTS"),
        ("day_roster", json!({"day": "today"}), "INVALID_ARGUMENTS"),
        ("day_roster", json!({"date": "2050-01-01"}), "INVALID_ARGUMENTS"),
        ("day_roster", json!({"date": long}), "INVALID_ARGUMENTS"),
        ("day_roster", json!({"club_id": 5}), "INVALID_ARGUMENTS"),
        ("person_schedule", json!({}), "INVALID_ARGUMENTS"),
        ("check_place", json!({"event": "101", "time": "10:15"}), "INVALID_ARGUMENTS"),
        ("check_place", json!({"event": "101", "date": "friday", "time": "25:99"}), "INVALID_ARGUMENTS"),
        ("compare_runs", json!({"before": "../x"}), "INVALID_ID"),
        ("compare_runs", json!({"before": "none"}), "RUN_NOT_FOUND"),
        ("finding_options", json!({"finding": "W1"}), "FINDING_NOT_FOUND"),
        ("runs", json!({"cursor": "x"}), "INVALID_CURSOR"),
        ("proposal", json!({"show": "everything"}), "INVALID_ARGUMENTS"),
        ("move_event", json!({"event": "101"}), "INVALID_ARGUMENTS"),
        ("swap_events", json!({"a": "Avery", "b": "Cleo"}), "INVALID_ARGUMENTS"),
        ("time_off", json!({"person": "Cleo"}), "INVALID_ARGUMENTS"),
        ("try_weights", json!({"weights": {"luck": 1}}), "INVALID_DRAFT"),
        ("try_weights", json!({"weights": {"fairness": 9}}), "INVALID_DRAFT"),
        ("approve_lines", json!({"events": []}), "INVALID_DRAFT"),
        ("approve_lines", json!({"events": ["104"]}), "LINE_NOT_FOUND"),
        ("retry_lines", json!({}), "LINE_NOT_FOUND"),
        ("take_back", json!({"event": "104"}), "NOT_POSTED"),
    ] {
        test.advance(2);
        let result = call(&test.manager, name, arguments.clone()).await;
        assert_eq!(code(&result), expected, "{name} {arguments}: {result:#}");
    }
    let unknown = json!({"name": "approve_everything", "arguments": {}});
    let answer = crate::setup::request(&test.manager, "tools/call", unknown).await;
    assert_eq!(answer["error"]["code"], -32_602, "{answer}");
}
