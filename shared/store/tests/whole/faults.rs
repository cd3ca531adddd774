//! Faults of requests to the table: a request that was throttled, failed or lost its answer is repeated and takes
//! effect once, and interrupted work can be continued.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::config::interceptors::BeforeDeserializationInterceptorContextMut;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use store::TableError;
use store::approvals::{Approval, ChosenLine};
use store::documents::{Expect, Holiday};
use store::import::ImportError;
use store::lines::LineKind;
use store::meter::{Meter, Operation};
use store::states::LineStatus;

use crate::approvals::{approval_id, key};
use crate::proposals::now;
use crate::setup::{NOW, TestTable, date, small_club, today};

/// Replaces answers of requests that took effect by an error: the answers of the next requests, of every nth request,
/// or of one planned request.
#[derive(Debug, Clone)]
pub struct Faults {
    error: &'static str,
    next: Arc<AtomicU32>,
    one_in: u32,
    at: Arc<AtomicU32>,
    seen: Arc<AtomicU32>,
}

impl Faults {
    /// A fault of every request whose number is a multiple of this one.
    pub fn one_in(one_in: u32, error: &'static str) -> Faults {
        Faults { error, next: Arc::default(), one_in, at: Arc::default(), seen: Arc::default() }
    }

    /// No fault, until one is planned.
    pub fn none_yet(error: &'static str) -> Faults {
        Faults::one_in(u32::MAX, error)
    }

    /// Replaces the answer of the request with this number, counted from now on.
    pub fn fail_request(&self, number: u32) {
        self.at.store(self.seen.load(Ordering::SeqCst) + number, Ordering::SeqCst);
    }

    /// Replaces the answers of the next requests.
    pub fn fail_next(&self, times: u32) {
        self.next.store(times, Ordering::SeqCst);
    }
}

impl Intercept for Faults {
    fn name(&self) -> &'static str {
        "Faults"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let planned = self.next.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok();
        let seen = self.seen.fetch_add(1, Ordering::SeqCst) + 1;
        if planned || seen.is_multiple_of(self.one_in) || seen == self.at.load(Ordering::SeqCst) {
            let status = if self.error == "InternalServerError" { 500_u16 } else { 400 };
            let body =
                format!("{{\"__type\": \"com.amazonaws.dynamodb.v20120810#{}\", \"message\": \"no\"}}", self.error);
            *context.response_mut() = HttpResponse::new(status.try_into()?, body.into());
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_request_that_is_throttled_or_met_an_error_of_the_server_is_repeated_and_counted() {
    for error in ["ThrottlingException", "ProvisionedThroughputExceededException", "InternalServerError"] {
        let faults = Faults::none_yet(error);
        let test = TestTable::with_faults(Some(faults.clone())).await;
        test.club().import_snapshot(small_club().to_string().as_bytes()).await.expect("a club");
        faults.fail_next(3);
        let meter = Meter::new();
        let club = test.table.club(&test.club, &meter);
        club.plan_version().await.expect("read after retries");
        let cost = meter.costs()[&Operation::GetItem];
        assert_eq!((cost.requests, cost.repeats, cost.items), (4, 3, 1), "{error}");
    }
}

#[tokio::test]
async fn a_request_fails_after_its_last_retry() {
    let faults = Faults::none_yet("ThrottlingException");
    let test = TestTable::with_faults(Some(faults.clone())).await;
    faults.fail_next(1_000);
    let answer = test.club().plan_version().await;
    assert_eq!(answer, Err(TableError::Busy { tries: 40, last: "ThrottlingException".into() }));
}

#[tokio::test]
async fn a_request_that_can_never_succeed_is_not_repeated() {
    let faults = Faults::none_yet("ValidationException");
    let test = TestTable::with_faults(Some(faults.clone())).await;
    faults.fail_next(1);
    let (answer, requests) = test.requests(async |club| club.plan_version().await).await;
    assert!(matches!(answer, Err(TableError::Refused { .. })), "{answer:?}");
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn a_transaction_whose_answer_was_lost_is_made_once() {
    let faults = Faults::none_yet("InternalServerError");
    let test = TestTable::with_faults(Some(faults.clone())).await;
    let club = test.club();
    club.import_snapshot(small_club().to_string().as_bytes()).await.expect("a club");
    let before = club.plan_version().await.expect("a version").version;
    faults.fail_next(2);
    assert_eq!(club.put_document(&Holiday::on(date("2026-12-25")), Expect::Nothing).await, Ok(1));
    assert_eq!(club.plan_version().await.expect("a version").version, before + 1, "counted once");
}

#[tokio::test]
async fn lines_are_approved_although_one_answer_in_three_is_lost() {
    let test = TestTable::with_faults(Some(Faults::one_in(3, "TransactionInProgressException"))).await;
    let club = test.club();
    club.import_snapshot(small_club().to_string().as_bytes()).await.expect("a club");
    let events = [101, 102, 103, 104];
    let lines = events.map(|e| (LineKind::New, e, Some(("E03", "2026-11-28"))));
    let proposal = test.propose("run-1", NOW, &lines).await;
    let chosen = events.map(|e| ChosenLine::new(domain::snapshot::EventRef(e), 1, e as u32)).to_vec();
    let approval = Approval::new(approval_id("a-1"), proposal.clone(), chosen, now());
    club.record_approval(&approval).await.expect("recorded");
    let progress = club.process_approval(&approval.id, NOW).await.expect("processed");
    assert_eq!(progress.approved.len(), 4);
    for event in events {
        assert_eq!(test.status(&key(&proposal, event)).await, LineStatus::Approved);
    }
    let loaded = club.load_snapshot(today()).await.expect("a snapshot");
    assert_eq!(loaded.snapshot.posted.len(), 6);
}

#[tokio::test]
async fn an_interrupted_import_can_be_continued() {
    let document = small_club().to_string();
    let mut interrupted = 0;
    for requests in 1..8 {
        let faults = Faults::none_yet("ValidationException");
        let test = TestTable::with_faults(Some(faults.clone())).await;
        let club = test.club();
        faults.fail_request(requests);
        if club.import_snapshot(document.as_bytes()).await.is_ok() {
            continue;
        }
        interrupted += 1;
        if requests == 4 {
            assert!(club.load_snapshot(today()).await.is_err(), "the club itself is written last");
            let mut changed = small_club();
            changed["club"]["name"] = "Another".into();
            let foreign = club.import_snapshot(changed.to_string().as_bytes()).await;
            assert_eq!(foreign, Err(ImportError::NotEmpty), "only the same document continues the import");
        }
        let again = club.import_snapshot(document.as_bytes()).await;
        // The last request creates the club, which then exists although the answer was lost.
        assert!(again.is_ok() || again == Err(ImportError::NotEmpty), "{again:?}");
        let loaded = club.load_snapshot(today()).await.expect("a snapshot").snapshot;
        assert_eq!(loaded.events.len(), 4, "after {requests}");
    }
    assert!(interrupted >= 5, "{interrupted}");
}

#[tokio::test]
async fn another_document_replaces_one_whose_import_was_interrupted() {
    let mut other = small_club();
    other["club"]["name"] = "Another".into();
    other["employees"][0]["name"] = "Somebody Else".into();
    other["events"].as_array_mut().expect("a list").truncate(1);
    other["time_off"] = serde_json::json!([]);
    let (document, other) = (small_club().to_string(), other.to_string());
    // The third request is the first write; the sixth creates the club.
    for requests in 3..6 {
        let faults = Faults::none_yet("ValidationException");
        let test = TestTable::with_faults(Some(faults.clone())).await;
        let club = test.club();
        faults.fail_request(requests);
        let interrupted = club.import_snapshot_at(document.as_bytes(), NOW).await;
        assert!(interrupted.is_err(), "after {requests}");
        let early = club.import_snapshot_at(other.as_bytes(), NOW.plus(chrono::TimeDelta::seconds(59))).await;
        assert_eq!(early, Err(ImportError::NotEmpty), "the first load may still be in progress");
        let minute = NOW.plus(chrono::TimeDelta::seconds(60));
        let imported = club.import_snapshot_at(other.as_bytes(), minute).await.expect("loaded");
        assert_eq!((imported.events, imported.posted), (3, 2), "after {requests}");
        let loaded = club.load_snapshot(today()).await.expect("a snapshot").snapshot;
        assert_eq!(loaded.events.len(), 1, "after {requests}");
        assert_eq!(loaded.time_off, [], "nothing of the first document is left");
        assert_eq!(loaded.club.name, "Another");
    }
}
