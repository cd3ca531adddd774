//! The set-up of every test: the small club with a proposal, the function, and the people who call it.

use std::ops::Deref;

use axum::Router;
use cloud::{Answer, TestCaller};
use serde_json::{Value, json};
use testkit::{TestClub, small_club_with_numbers};

/// The headers that an MCP client sends with each message.
pub const HEADERS: [(&str, &str); 2] = [("host", "localhost:8080"), ("accept", "application/json, text/event-stream")];

/// The small club with the usual proposal and the function. It is Monday, 2026-11-23, 2 in the morning there.
pub struct AssistTest {
    test: TestClub,
    pub router: Router,
    pub manager: TestCaller,
    pub viewer: TestCaller,
}

impl Deref for AssistTest {
    type Target = TestClub;

    fn deref(&self) -> &TestClub {
        &self.test
    }
}

impl AssistTest {
    pub async fn new() -> AssistTest {
        AssistTest::of(&small_club_with_numbers()).await
    }

    /// The same with the club of this document.
    pub async fn of(document: &Value) -> AssistTest {
        let test = TestClub::new(document).await;
        test.propose_usual().await;
        let router = assist::router(&test.environment).expect("a router");
        let caller = |roles: &str| TestCaller::new(&router, "pat@club.example", roles);
        AssistTest { manager: caller("8135:manager"), viewer: caller("8135:viewer"), router, test }
    }

    /// What a draft must not change: the version of the plan, and the numbers of runs and of claims.
    pub async fn state(&self) -> (u64, usize, usize) {
        let club = self.club();
        let version = club.plan_version().await.expect("a version").version;
        let runs = club.runs(None, 50).await.expect("runs").items.len();
        let claims = club.claims().await.expect("claims").len();
        (version, runs, claims)
    }
}

/// Sends one MCP message.
pub async fn send(caller: &TestCaller, message: &Value) -> Answer {
    caller.send("POST", "/mcp", &HEADERS, &message.to_string()).await
}

/// Calls an MCP method; the answer must be a JSON answer with status 200.
pub async fn request(caller: &TestCaller, method: &str, params: Value) -> Value {
    let answer = send(caller, &json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})).await;
    assert_eq!(answer.status, 200, "{method}: {}", answer.body);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("mcp-session-id"), "", "there are no sessions");
    answer.body
}

/// The tools that are offered to a caller.
pub async fn offered(caller: &TestCaller) -> Vec<Value> {
    let answer = request(caller, "tools/list", json!({})).await;
    answer["result"]["tools"].as_array().expect("tools").clone()
}

/// Calls a tool and returns its result, which may be an error.
pub async fn call(caller: &TestCaller, tool: &str, arguments: Value) -> Value {
    let answer = request(caller, "tools/call", json!({"name": tool, "arguments": arguments})).await;
    assert!(answer["result"].is_object(), "{tool}: {answer}");
    answer["result"].clone()
}

/// Calls a tool that must succeed.
pub async fn call_ok(caller: &TestCaller, tool: &str, arguments: Value) -> Value {
    let result = call(caller, tool, arguments.clone()).await;
    assert_eq!(result["isError"], false, "{tool} {arguments}: {result:#}");
    result["structuredContent"].clone()
}

/// The code of a tool's error.
pub fn code(result: &Value) -> &str {
    assert_eq!(result["isError"], true, "{result:#}");
    result["structuredContent"]["error"]["code"].as_str().unwrap_or_default()
}
