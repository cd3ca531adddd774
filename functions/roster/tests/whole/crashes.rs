//! Requests that are cut off between any two lines: a save is done or not done, and a file that is sent again goes on.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use serde_json::{Value, json};

use crate::facts::{everything, ways};
use crate::setup::RosterTest;

/// Lets a future come so far, and drops it there; its answer where it was faster.
async fn cut_off<F: Future>(after: usize, future: F) -> Option<F::Output> {
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

/// The points at which a step is cut off, until it is over before it comes so far.
fn points() -> impl Iterator<Item = usize> {
    1..600
}

const PEOPLE: &str = "Employee ID,Name,Job Title,Active\n\
    E01,Avery Q. Quill,Lead Event Specialist,yes\n\
    E80,Robin Vale,Juicer Barista,yes\n\
    E81,Kim Ash,Event Specialist,yes\n\
    E82,Lou Fern,Event Specialist,yes\n";
const OFF: &str = "Employee ID,First Day,Last Day\nE01,12/28/2026,12/30/2026\nE02,12/28/2026,12/28/2026\n";
const VISITS: &str = "Project Name,Project Reference Number,Location MVID,Store Number,Store Name,Start Date/Time,\
    Due Date/Time,Estimated Time\n\
    619901-LKD-AF-Kiwi (1) - V2-CORE,901,160001,8135,Club 8135,11/24/2026 12:00:00 AM,12/08/2026 12:00:00 AM,390\n\
    619902-LKD-AF-Plum (1) - V2-CORE,902,160001,8135,Club 8135,11/24/2026 12:00:00 AM,12/08/2026 12:00:00 AM,390\n";

async fn send(club: &RosterTest, path: &str, file: &str) -> Value {
    let answer = club.manager.send("POST", path, &[("content-type", "text/csv")], file).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.body
}

#[tokio::test]
async fn a_file_whose_load_is_cut_off_anywhere_goes_on_when_it_is_sent_again() {
    for (kind, file, rows) in [("employees", PEOPLE, 4), ("time_off", OFF, 2), ("visits", VISITS, 2)] {
        let path = format!("/api/imports/{kind}");
        let mut cut = 0;
        for point in points() {
            let club = RosterTest::new().await;
            let preview = send(&club, &path, file).await;
            assert_eq!(preview["wrong"], 0, "{kind}: {preview}");
            let save = format!("{path}?save={}", preview["digest"].as_str().expect("a digest"));
            let answered = cut_off(point, send(&club, &save, file)).await;
            cut += usize::from(answered.is_none());
            let again = send(&club, &path, file).await;
            let told: u64 = ["new", "changed", "unchanged"].iter().map(|c| again[c].as_u64().expect("a count")).sum();
            assert_eq!((told, &again["wrong"]), (rows, &json!(0)), "{kind}, {point}: {again}");
            let save = format!("{path}?save={}", again["digest"].as_str().expect("a digest"));
            send(&club, &save, file).await;
            let whole = send(&club, &path, file).await;
            assert_eq!(whole["unchanged"], rows, "{kind}, {point}: {whole}");
            assert_eq!(whole["interrupted"], Value::Null, "{kind}, {point}");
            if kind == "employees" {
                let history = club.viewer.get("/api/facts/history?fact=employee:E80").await.body;
                let said = history["items"].as_array().map(Vec::len);
                assert_eq!(said, Some(1), "{point}: it was made once: {history}");
            }
            if answered.is_some() {
                break;
            }
        }
        assert!(cut > 1, "{kind} was cut off {cut} times");
    }
}

#[tokio::test]
async fn a_save_that_is_cut_off_anywhere_is_done_or_not_done() {
    for (method, path, body) in ways() {
        let json = [("content-type", "application/json")];
        let before = everything(&RosterTest::new().await).await;
        let done = RosterTest::new().await;
        let saved = done.manager.send(method, path, &json, &body.to_string()).await;
        let fact = saved.body["fact"].as_str().expect("a fact").replace('~', "%7E");
        let after = everything(&done).await;
        let mut cut = 0;
        for point in points() {
            let club = RosterTest::new().await;
            let answered = cut_off(point, club.manager.send(method, path, &json, &body.to_string())).await;
            cut += usize::from(answered.is_none());
            // What was on its way may still arrive.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            let found = everything(&club).await;
            let history = club.viewer.get(&format!("/api/facts/history?fact={fact}")).await.body;
            let entries = history["items"].as_array().map(Vec::len);
            let is_done = found == after;
            assert!(is_done || found == before, "{method} {path}, {point}: {found:#?}");
            assert_eq!(entries.unwrap_or_default(), usize::from(is_done), "{method} {path}, {point}: {history}");
            if answered.is_some() {
                break;
            }
        }
        assert!(cut > 0, "{method} {path} was never cut off");
    }
}
