//! Sentences of *Find*: each gets an answer, a question, or the nearest sentences that would be understood.

use serde_json::{Value, json};

use crate::setup::Asking;

async fn ask(asking: &Asking, text: &str) -> Value {
    let answer = asking.manager.post("/api/ask", &json!({"text": text})).await;
    assert_eq!(answer.status, 200, "{text}: {}", answer.body);
    answer.body
}

#[tokio::test]
async fn a_question_is_answered_with_days_resolved() {
    let asking = Asking::new().await;
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
        asking.advance(2);
        let answer = ask(&asking, text).await;
        assert_eq!(answer["understood"]["tool"], tool, "{text}: {answer:#}");
        assert_eq!(answer["address"], address, "{text}");
        assert!(answer["answer"].is_object() && answer["understood"]["echo"].is_string(), "{text}");
        assert_eq!((&answer["draft_id"], &answer["not_understood"]), (&Value::Null, &Value::Null), "{text}");
    }
}

#[tokio::test]
async fn an_order_becomes_a_draft() {
    let asking = Asking::new().await;
    let before = asking.state().await;
    for (text, tool) in [
        ("Avery out 30 nov", "call_out"),
        ("Cleo off 2 dec to 4 dec", "time_off"),
        ("hold 101", "hold_line"),
        ("move 101 to Dana", "move_event"),
        ("make Dana juicer 7 dec", "rotation_exception"),
        ("run now", "run_now"),
    ] {
        asking.advance(61);
        let answer = ask(&asking, text).await;
        assert_eq!(answer["understood"]["tool"], tool, "{text}: {answer:#}");
        let draft = answer["draft_id"].as_str().unwrap_or_else(|| panic!("{text} makes a draft: {answer:#}"));
        assert_eq!(answer["address"], format!("#/drafts/{draft}"), "{text}");
    }
    assert_eq!(asking.state().await, before);
    let viewer = asking.viewer.post("/api/ask", &json!({"text": "run now"})).await;
    assert_eq!((viewer.status, &viewer.body["draft_id"]), (200, &Value::Null));
    assert!(viewer.body["not_understood"]["why"].as_str().is_some_and(|why| why.contains("manager")));
}

#[tokio::test]
async fn what_is_not_understood_is_said_with_the_nearest() {
    let asking = Asking::new().await;
    for text in ["what is the weather", "delete the club", "zed tomorrow"] {
        let answer = ask(&asking, text).await;
        assert_eq!(answer["answer"], Value::Null, "{text}: {answer:#}");
        assert_eq!(answer["not_understood"]["said"], text);
        assert_eq!(answer["not_understood"]["nearest"].as_array().map(Vec::len), Some(3));
    }
    let question = ask(&asking, "move 101 to Zed").await;
    assert_eq!(question["question"]["about"], "person", "{question:#}");
    for text in ["", "   ", &"x".repeat(201), "a\u{7}b"] {
        let answer = asking.manager.post("/api/ask", &json!({"text": text})).await;
        assert_eq!((answer.status, answer.code()), (400, "INVALID_TEXT"), "{text:?}");
    }
    let answer = asking.manager.post("/api/ask", &json!({"text": "x".repeat(200)})).await;
    assert_eq!(answer.status, 200);
}
