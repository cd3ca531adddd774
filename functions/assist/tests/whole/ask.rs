//! `POST /api/ask`: each sentence gets an answer, a question, or similar sentences that would be understood.

use serde_json::{Value, json};

use crate::setup::{AssistTest, send};

async fn ask(test: &AssistTest, text: &str) -> Value {
    let answer = test.manager.post("/api/ask", &json!({"text": text})).await;
    assert_eq!(answer.status, 200, "{text}: {}", answer.body);
    answer.body
}

#[tokio::test]
async fn a_question_is_answered_by_its_tool_with_days_resolved() {
    let test = AssistTest::new().await;
    for (text, tool, address) in [
        ("who is free friday", "who_is_free", "#/calendar?view=day&day=2026-11-27"),
        ("who works monday next week", "day_roster", "#/calendar?view=day&day=2026-11-30"),
        ("Avery next week", "person_schedule", "#/team?who=E01"),
        ("why 103", "explain_event", "#/review?tab=all&sel=run-1.103&pane=why"),
        ("why 619203", "explain_event", "#/events?cond=all&q=203"),
        ("what needs a look", "proposal", "#/review?tab=look"),
        ("due soon", "events", "#/events?cond=open&only=due_soon"),
        ("what is wrong next week", "findings", "#/fix?week=2026-11-29"),
    ] {
        test.advance(2);
        let answer = ask(&test, text).await;
        assert_eq!(answer["understood"]["tool"], tool, "{text}: {answer:#}");
        assert_eq!(answer["address"], address, "{text}");
        assert!(answer["answer"].is_object() && answer["understood"]["echo"].is_string(), "{text}");
        assert_eq!((&answer["draft_id"], &answer["not_understood"]), (&Value::Null, &Value::Null), "{text}");
    }
}

#[tokio::test]
async fn a_sentence_that_asks_for_a_change_becomes_a_draft() {
    let test = AssistTest::new().await;
    let before = test.state().await;
    for (text, tool) in [
        ("Avery out 30 nov", "call_out"),
        ("Cleo off 2 dec to 4 dec", "time_off"),
        ("hold 101", "hold_line"),
        ("move 101 to Dana", "move_event"),
        ("make Dana juicer 7 dec", "rotation_exception"),
        ("run now", "run_now"),
    ] {
        test.advance(61);
        let answer = ask(&test, text).await;
        assert_eq!(answer["understood"]["tool"], tool, "{text}: {answer:#}");
        let draft = answer["draft_id"].as_str().unwrap_or_else(|| panic!("{text} makes a draft: {answer:#}"));
        assert_eq!(answer["address"], format!("#/drafts/{draft}"), "{text}");
    }
    assert_eq!(test.state().await, before);
    let viewer = test.viewer.post("/api/ask", &json!({"text": "run now"})).await;
    assert_eq!((viewer.status, &viewer.body["draft_id"]), (200, &Value::Null));
    assert!(viewer.body["not_understood"]["why"].as_str().is_some_and(|why| why.contains("manager")));
}

#[tokio::test]
async fn a_sentence_that_is_not_understood_gets_three_similar_sentences() {
    let test = AssistTest::new().await;
    for text in ["what is the weather", "delete the club", "zed tomorrow"] {
        let answer = ask(&test, text).await;
        assert_eq!(answer["answer"], Value::Null, "{text}: {answer:#}");
        assert_eq!(answer["not_understood"]["said"], text);
        assert_eq!(answer["not_understood"]["nearest"].as_array().map(Vec::len), Some(3));
    }
    let question = ask(&test, "move 101 to Zed").await;
    assert_eq!(question["question"]["about"], "person", "{question:#}");
    for text in ["", "   ", &"x".repeat(201), "a\u{7}b"] {
        let answer = test.manager.post("/api/ask", &json!({"text": text})).await;
        assert_eq!((answer.status, answer.code()), (400, "INVALID_TEXT"), "{text:?}");
    }
    let answer = test.manager.post("/api/ask", &json!({"text": "x".repeat(200)})).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_sentence_reads_the_facts_of_the_club_as_often_as_a_call_of_its_tool() {
    let test = AssistTest::new().await;
    let answer = test.viewer.post("/api/ask", &json!({"text": "who is free friday"})).await;
    assert_eq!((answer.status, &answer.body["understood"]["tool"]), (200, &json!("who_is_free")));
    let params = json!({"name": "who_is_free", "arguments": {"when": "friday"}});
    let called =
        send(&test.viewer, &json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})).await;
    assert_eq!((called.status, answer.requests()), (200, called.requests()));
}
