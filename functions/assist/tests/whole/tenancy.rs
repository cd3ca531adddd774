//! No tool reads another club or makes a draft for it.

use cloud::TestCaller;
use serde_json::{Value, json};
use testkit::small_club;

use crate::setup::{AssistTest, call, call_ok, code, offered};

/// Arguments with which a tool would succeed.
fn arguments(tool: &str) -> Value {
    match tool {
        "person_schedule" => json!({"person": "Avery"}),
        "explain_event" | "event_history" | "take_back" | "hold_line" => json!({"event": "101"}),
        "check_place" | "move_event" => json!({"event": "101", "person": "Cleo"}),
        "finding_options" => json!({"finding": "W1"}),
        "find" => json!({"text": "avery"}),
        "swap_events" => json!({"a": "201", "b": "202"}),
        "call_out" | "time_off" => json!({"person": "Avery", "when": "friday"}),
        "rotation_exception" => json!({"person": "Dana", "rotation": "juicer", "date": "friday"}),
        "ignore_finding" => json!({"finding": "W1", "reason": "it is meant"}),
        "try_weights" => json!({"weights": {"fairness": 2}}),
        "approve_lines" => json!({"events": ["101"]}),
        _ => json!({}),
    }
}

#[tokio::test]
async fn every_tool_tells_a_caller_of_another_club_that_the_club_does_not_exist() {
    let test = AssistTest::new().await;
    let mut other = small_club();
    other["club"]["id"] = json!("9999");
    other["club"]["location_id"] = json!(160_002);
    test.add_club(&other).await;
    let stranger = TestCaller::new(&test.router, "sam@club.example", "9999:manager");
    for tool in offered(&test.manager).await {
        test.advance(2);
        let name = tool["name"].as_str().expect("a name");
        let mut with_club = arguments(name);
        with_club["club_id"] = json!("8135");
        assert_eq!(code(&call(&stranger, name, with_club).await), "CLUB_NOT_FOUND", "{name}");
    }
}

#[tokio::test]
async fn a_caller_of_several_clubs_must_name_one() {
    let test = AssistTest::new().await;
    let mut other = small_club();
    other["club"]["id"] = json!("9999");
    other["club"]["location_id"] = json!(160_002);
    test.add_club(&other).await;
    let both = TestCaller::new(&test.router, "lee@club.example", "8135:viewer 9999:manager");
    for tool in offered(&both).await {
        test.advance(2);
        let name = tool["name"].as_str().expect("a name");
        assert_eq!(code(&call(&both, name, arguments(name)).await), "CLUB_REQUIRED", "{name}");
    }
    // A role counts only in its own club.
    let refused = call(&both, "run_now", json!({"club_id": "8135"})).await;
    assert_eq!(code(&refused), "FORBIDDEN");
    let draft = call_ok(&both, "run_now", json!({"club_id": "9999"})).await;
    assert!(draft["draft"].is_string());
    let none = TestCaller::new(&test.router, "kim@club.example", "");
    assert_eq!(offered(&none).await, Vec::<Value>::new());
    assert_eq!(code(&call(&none, "day_roster", json!({})).await), "FORBIDDEN");
}

#[tokio::test]
async fn a_person_asks_at_most_sixty_questions_a_minute() {
    let test = AssistTest::new().await;
    let rules_call = json!({"name": "rules", "arguments": {"rule": "H3"}});
    let rules = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": rules_call});
    for at in 0..60 {
        let answer = crate::setup::send(&test.viewer, &rules).await;
        assert_eq!(answer.status, 200, "question {at}: {}", answer.body);
    }
    // 21 seconds of the minute are over.
    let late = crate::setup::send(&test.viewer, &rules).await;
    assert_eq!((late.status, late.code(), late.header("retry-after")), (429, "TOO_MANY_QUESTIONS", "39"));
    assert!(late.body["error"]["details"]["next_at"].is_string());
    // Listing tools does not count, and each person has their own limit.
    assert_eq!(offered(&test.viewer).await.len(), 18);
    let other = TestCaller::new(&test.router, "sam@club.example", "8135:viewer");
    assert_eq!(crate::setup::send(&other, &rules).await.status, 200);
    let asked = test.viewer.post("/api/ask", &json!({"text": "rule H3"})).await;
    assert_eq!((asked.status, asked.code(), asked.header("retry-after")), (429, "TOO_MANY_QUESTIONS", "39"));
    test.advance(38);
    assert_eq!(crate::setup::send(&test.viewer, &rules).await.header("retry-after"), "1");
    test.advance(1);
    assert_eq!(crate::setup::send(&test.viewer, &rules).await.status, 200);
}
