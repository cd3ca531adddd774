//! Delivers due messages and advances the clock until no message is left, then compares the simulator's ledger with the
//! table.

use chrono_tz::America::Indiana::Indianapolis;
use cloud::Cloud;
use runtime::Deadline;
use runtime::messages::{Message, SubmitMessage};
use runtime::trigger::{Payload, SqsBatchResponse, SqsEvent};
use serde_json::{Value, json};
use simulator::Effect;
use store::key::ScheduledEventId;
use store::lines::LineKind;
use store::states::{Cause, LineState};

use super::club::rep;
use super::{PLENTY, SubmitTest};

/// Maximum rounds of the driver.
const MAX_ROUNDS: usize = 3_000;

impl SubmitTest {
    /// Receives due messages from the queue, as an event for the function.
    pub async fn receive(&self) -> Option<SqsEvent> {
        let name = Cloud::queue_name(SubmitMessage::QUEUE).expect("a name");
        let ask = json!({"QueueUrl": url(name), "MaxNumberOfMessages": 10, "MessageSystemAttributeNames": ["All"]});
        let found = self.cloud.queues().call("ReceiveMessage", ask).await.expect("messages should be received");
        let messages = found.get("Messages").and_then(Value::as_array).filter(|m| !m.is_empty())?.clone();
        let records = messages.into_iter().map(|m| {
            json!({"messageId": m["MessageId"], "receiptHandle": m["ReceiptHandle"], "body": m["Body"],
                   "attributes": m["Attributes"], "messageAttributes": {}, "eventSource": "aws:sqs"})
        });
        Some(SqsEvent::read(json!({"Records": records.collect::<Vec<_>>()})).expect("an event"))
    }

    /// Deletes all records but those that failed, as the event source mapping does.
    pub async fn delete_handled_records(&self, event: &SqsEvent, answer: &SqsBatchResponse) {
        for record in &event.records {
            if answer.batch_item_failures.iter().all(|f| Some(&f.item_identifier) != record.message_id.as_ref()) {
                let name = Cloud::queue_name(SubmitMessage::QUEUE).expect("a name");
                let delete = json!({"QueueUrl": url(name), "ReceiptHandle": record.receipt_handle});
                self.cloud.queues().call("DeleteMessage", delete).await.expect("the message should be deleted");
            }
        }
    }

    /// Delivers due messages until none is due.
    pub async fn deliver_due_messages(&self) {
        while let Some(event) = self.receive().await {
            self.deliver(&event, 1).await;
        }
    }

    /// Delivers a batch to this many concurrent calls of the function. Deletes the messages that the first call handled.
    pub async fn deliver(&self, event: &SqsEvent, copies: usize) {
        let at_once = (0..copies).map(|_| self.submit.handle(event.clone(), Deadline::after(PLENTY)));
        let answers = futures_util::future::join_all(at_once).await;
        self.delete_handled_records(event, answers[0].as_ref().expect("an answer")).await;
    }

    /// Delivers due messages and advances the clock until no message is left, then compares the ledger with the table.
    /// Each batch is handled this many times concurrently.
    pub async fn run_to_completion_with(&self, copies: usize) {
        for _ in 0..MAX_ROUNDS {
            let Some(event) = self.receive().await else {
                if self.cloud.queues().depths().await.expect("depths").iter().all(queues::Depth::is_empty) {
                    return self.assert_ledger_matches().await;
                }
                self.advance(5);
                continue;
            };
            self.deliver(&event, copies).await;
        }
        panic!("some message is never settled: {:#?}", self.lines().await);
    }

    pub async fn run_to_completion(&self) {
        self.run_to_completion_with(1).await;
    }

    /// Asserts that each accepted line is in the ledger exactly once (not at all if it drops a schedule), that each
    /// failed line says why, that no line is left unfinished, that no event is scheduled twice, and that the table
    /// agrees with the ledger.
    async fn assert_ledger_matches(&self) {
        let ledger = self.ledger().await;
        for (line, posted) in self.lines().await {
            let line = line.body;
            let event = line.key.event;
            let active: Vec<&Effect> = ledger.iter().filter(|e| e.plan_id == event.0 && e.is_active()).collect();
            assert!(active.len() <= 1, "event {event} is scheduled twice: {active:?} {line:#?}");
            match &*line.state {
                LineState::ApiSubmitted { scheduled_event_id, .. } => {
                    let there = active.first().map(|e| ScheduledEventId(e.id));
                    assert_eq!(there, *scheduled_event_id, "the line of event {event} has another id than the ledger");
                    assert_eq!(there.is_none(), line.kind == LineKind::Dropped, "event {event}: {:?}", line.kind);
                    if let (Some(effect), Some(place)) = (active.first(), &line.place) {
                        assert_eq!(effect.rep_id, rep(&place.employee_id.0));
                        assert_eq!(effect.start.with_timezone(&Indianapolis).naive_local(), place.start);
                        assert_eq!((effect.end - effect.start).num_minutes(), 390);
                    }
                }
                LineState::ApiFailed { cause, words, .. } => {
                    assert!(words.len() > 20, "the line of event {event} hardly says why it failed: {words}");
                    if *cause == Cause::NotRestored {
                        assert!(active.is_empty(), "event {event} is scheduled after all: {active:?}");
                    }
                }
                LineState::Proposed | LineState::UserEdited | LineState::Rejected { .. } => {}
                other => panic!("the line of event {event} ended in state {other:?}: {:?}", line.submission),
            }
            if !matches!(line.failed_because(), Some((Cause::Conflict | Cause::ChangedUpstream, _))) {
                let posted = posted.map(|p| p.scheduled_event_id.expect("a number").0);
                assert_eq!(
                    posted,
                    active.first().map(|e| e.id),
                    "the table and the ledger differ on event {event}: {line:#?}"
                );
            }
        }
    }
}

fn url(name: &str) -> String {
    format!("http://localhost/{}/{name}", queues::ACCOUNT)
}
