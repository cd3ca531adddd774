//! Requests that are interrupted at any await and at each request to the table. A save is done completely or not at all,
//! and a file that is sent again continues its load.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use cloud::FaultInjector;
use serde_json::{Value, json};

use crate::facts::{all_lists, fact_requests};
use crate::setup::RosterTest;

/// Polls a future at most `after` times, then drops it. Returns its output if it finished before.
async fn interrupted<F: Future>(after: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = after;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

/// The points at which a request is interrupted. A test ends at the first point that the request does not reach.
fn points() -> impl Iterator<Item = usize> {
    1..600
}

const PEOPLE: &str = "Employee ID,Name,Job Title,Active\n\
    E01,Avery Q. Quill,Lead Event Specialist,yes\n\
    E80,Robin Vale,Juicer Barista,yes\n\
    E81,Kim Ash,Event Specialist,yes\n\
    E82,Lou Fern,Event Specialist,yes\n";
const TIME_OFF: &str = "Employee ID,First Day,Last Day\nE01,12/28/2026,12/30/2026\nE02,12/28/2026,12/28/2026\n";
const EVENTS: &str = "Project Name,Project Reference Number,Location MVID,Store Number,Store Name,Start Date/Time,\
    Due Date/Time,Estimated Time\n\
    619901-LKD-AF-Kiwi (1) - V2-CORE,901,160001,8135,Club 8135,11/24/2026 12:00:00 AM,12/08/2026 12:00:00 AM,390\n\
    619902-LKD-AF-Plum (1) - V2-CORE,902,160001,8135,Club 8135,11/24/2026 12:00:00 AM,12/08/2026 12:00:00 AM,390\n";

async fn send(club: &RosterTest, path: &str, file: &str) -> Value {
    let answer = club.manager.send("POST", path, &[("content-type", "text/csv")], file).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.body
}

/// The kind of point at which a request is interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CrashPoint {
    /// At an await.
    Await,
    /// At a request to the table, which has no effect.
    RequestLost,
    /// At a request to the table, which has its effect but gets no answer.
    RequestDone,
}

impl CrashPoint {
    const ALL: [CrashPoint; 3] = [CrashPoint::Await, CrashPoint::RequestLost, CrashPoint::RequestDone];
}

/// The small club, with a fault injector before its table.
struct CrashTest {
    club: RosterTest,
    fault_injector: FaultInjector,
}

impl CrashTest {
    async fn new() -> CrashTest {
        let (club, fault_injector) = RosterTest::with_fault_injector().await;
        CrashTest { club, fault_injector }
    }

    /// Interrupts a request at the point with this number. Returns its output if it finished before.
    async fn interrupted<F: Future>(&self, crash: CrashPoint, at: usize, request: F) -> Option<F::Output> {
        let when_done = match crash {
            CrashPoint::Await => return interrupted(at, request).await,
            CrashPoint::RequestLost => false,
            CrashPoint::RequestDone => true,
        };
        self.fault_injector.cut_off(at as u64, when_done, request).await
    }
}

/// Enough people for several transactions.
fn many_people() -> String {
    let more = (0..66).map(|n| format!("P{n},Person {n},Event Specialist,yes\n"));
    PEOPLE.to_owned() + &more.collect::<String>()
}

#[tokio::test]
async fn a_load_that_is_interrupted_anywhere_continues_when_the_file_is_sent_again() {
    let many = many_people();
    for crash in CrashPoint::ALL {
        let people = if crash == CrashPoint::Await { (PEOPLE, 4) } else { (many.as_str(), 70) };
        for (kind, (file, rows)) in [("employees", people), ("time_off", (TIME_OFF, 2)), ("visits", (EVENTS, 2))] {
            assert_load_continues(kind, file, rows, crash).await;
        }
    }
}

async fn assert_load_continues(kind: &str, file: &str, rows: u64, crash: CrashPoint) {
    let path = format!("/api/imports/{kind}");
    let mut interruptions = 0;
    for point in points() {
        let test = CrashTest::new().await;
        let club = &test.club;
        let preview = send(club, &path, file).await;
        assert_eq!(preview["wrong"], 0, "{kind}: {preview}");
        let save = format!("{path}?save={}", preview["digest"].as_str().expect("a digest"));
        let answered = test.interrupted(crash, point, send(club, &save, file)).await;
        interruptions += usize::from(answered.is_none());
        let again = send(club, &path, file).await;
        let counted: u64 = ["new", "changed", "unchanged"].iter().map(|c| again[c].as_u64().expect("a count")).sum();
        assert_eq!((counted, &again["wrong"]), (rows, &json!(0)), "{kind}, {crash:?} {point}: {again}");
        let save = format!("{path}?save={}", again["digest"].as_str().expect("a digest"));
        send(club, &save, file).await;
        let whole = send(club, &path, file).await;
        assert_eq!(whole["unchanged"], rows, "{kind}, {crash:?} {point}: {whole}");
        assert_eq!(whole["interrupted"], Value::Null, "{kind}, {crash:?} {point}");
        if kind == "employees" {
            let history = club.viewer.get("/api/facts/history?fact=employee:E80").await.body;
            let changes = history["items"].as_array().map(Vec::len);
            assert_eq!(changes, Some(1), "{crash:?} {point}: the person was made once: {history}");
        }
        if answered.is_some() {
            break;
        }
    }
    assert!(interruptions > 1, "{kind} was interrupted {interruptions} times at {crash:?}");
}

#[tokio::test]
async fn a_save_that_is_interrupted_anywhere_is_done_completely_or_not_at_all() {
    let before = all_lists(&RosterTest::new().await).await;
    for request in fact_requests() {
        for crash in CrashPoint::ALL {
            assert_save_is_atomic(&request, &before, crash).await;
        }
    }
}

async fn assert_save_is_atomic((method, path, body): &(&str, &str, Value), before: &[Value], crash: CrashPoint) {
    let json = [("content-type", "application/json")];
    let body = body.to_string();
    let done = RosterTest::new().await;
    let saved = done.manager.send(method, path, &json, &body).await;
    let fact = saved.body["fact"].as_str().expect("a fact").replace('~', "%7E");
    let after = all_lists(&done).await;
    let mut interruptions = 0;
    for point in points() {
        let test = CrashTest::new().await;
        let answered = test.interrupted(crash, point, test.club.manager.send(method, path, &json, &body)).await;
        interruptions += usize::from(answered.is_none());
        if crash == CrashPoint::Await {
            // A request that was already sent may still arrive.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let found = all_lists(&test.club).await;
        let history = test.club.viewer.get(&format!("/api/facts/history?fact={fact}")).await.body;
        let entries = history["items"].as_array().map(Vec::len);
        let is_done = found == after;
        assert!(is_done || found == before, "{method} {path}, {crash:?} {point}: {found:#?}");
        assert_eq!(entries.unwrap_or_default(), usize::from(is_done), "{method} {path}, {crash:?} {point}: {history}");
        if answered.is_some() {
            break;
        }
    }
    assert!(interruptions > 0, "{method} {path} was never interrupted at {crash:?}");
}
