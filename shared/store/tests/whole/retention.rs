//! Retention: the records of runs, approvals and requests with an idempotency key expire. The current state of a club
//! does not.

use chrono::NaiveDate;
use store::idempotency::Request;
use store::key::ApprovalId;
use store::{EXPIRES, PARTITION_KEY, SORT_KEY};
use testkit::run_id;

use crate::proposals::{later, now};
use crate::setup::{NOW, TestTable, today};

/// The longest possible 13 months, in days.
const RECORDS_DAYS: i64 = 397;

#[tokio::test]
async fn the_records_of_runs_approvals_and_requests_expire_and_the_state_of_the_club_does_not() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let proposal = test.propose_usual().await;
    club.keep_snapshot(&proposal, b"the snapshot", NOW).await.expect("kept");
    let date: NaiveDate = today();
    club.begin_night(date, &run_id("night"), later(3600), &now()).await.expect("begun");
    test.approve("a-1", &proposal, &[101, 102]).await;
    let approval = club.approval(&ApprovalId::parse("a-1").expect("an id")).await.expect("read").expect("there");
    assert_eq!(approval.body.lines.len(), 2);
    let request = Request { key: "k", content: b"content" };
    club.begin_request(&request, NOW).await.expect("begun");
    let rows = test.raw.scan().table_name(&test.name).send().await.expect("rows").items.unwrap_or_default();
    let mut seen: Vec<&str> = Vec::new();
    for row in &rows {
        let text = |name: &str| row[name].as_s().expect("a key").as_str();
        let part = text(PARTITION_KEY).split('#').nth(2).unwrap_or("the club");
        let expires = row.get(EXPIRES).and_then(|at| at.as_n().ok()?.parse::<i64>().ok());
        let days = expires.map(|at| (at - NOW.seconds()).div_euclid(24 * 3_600));
        let is_line = part == "RUN" && text(PARTITION_KEY).split('#').count() > 3;
        let expected = match part {
            // Lines and reasons get their expiry when the sweep retires their run.
            "RUN" if is_line => None,
            "RUN" | "NIGHT" | "APPROVAL" | "AUDIT" | "TALLY" | "ARCHIVE" => Some(RECORDS_DAYS),
            "REPLY" => Some(1),
            // The current state of the club does not accumulate over time.
            "the club" | "EVENT" | "POSTED" => None,
            other => panic!("{other}: its retention is not in this table"),
        };
        assert_eq!(days, expected, "{} / {}", text(PARTITION_KEY), text(SORT_KEY));
        seen.push(if is_line { "LINES" } else { part });
    }
    for part in
        ["RUN", "LINES", "NIGHT", "APPROVAL", "AUDIT", "TALLY", "ARCHIVE", "REPLY", "EVENT", "POSTED", "the club"]
    {
        assert!(seen.contains(&part), "{part} is not in the table");
    }
}
