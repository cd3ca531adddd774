//! Reads from a handler's answer which messages of a batch have failed, by the rules of Lambda for
//! `ReportBatchItemFailures` (partial batch responses). Pure.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::delivery::Delivery;

/// The outcome of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BatchOutcome {
    /// Every message is done.
    Done,
    /// No message is done.
    Failed,
    /// The messages with these ids have failed; all others are done.
    PartlyFailed(BTreeSet<String>),
}

impl BatchOutcome {
    /// The outcome of this batch, from the handler's answer.
    pub fn of(answer: &Result<Value, String>, batch: &[Delivery]) -> Self {
        let ids = batch.iter().map(|delivery| delivery.message_id.as_str()).collect();
        answer.as_ref().map_or(Self::Failed, |answer| Self::read(answer, &ids))
    }

    /// Whether the message with this id is done, so that it must be deleted.
    pub fn is_done(&self, message_id: &str) -> bool {
        match self {
            Self::Done => true,
            Self::Failed => false,
            Self::PartlyFailed(failed) => !failed.contains(message_id),
        }
    }

    /// All messages are done if the answer is null, or if its list of failures is absent, null or empty. No message is
    /// done if the answer is not such a report, or if it names a message outside the batch.
    fn read(answer: &Value, ids: &BTreeSet<&str>) -> Self {
        let report = match answer {
            Value::Null => return Self::Done,
            Value::Object(report) => report,
            _ => return Self::Failed,
        };
        let failures = match report.get("batchItemFailures") {
            None | Some(Value::Null) => return Self::Done,
            Some(Value::Array(failures)) => failures,
            Some(_) => return Self::Failed,
        };
        let id = |failure: &Value| {
            let id = failure.get("itemIdentifier")?.as_str()?;
            ids.contains(id).then(|| id.to_owned())
        };
        match failures.iter().map(id).collect::<Option<BTreeSet<_>>>() {
            None => Self::Failed,
            Some(failed) if failed.is_empty() => Self::Done,
            Some(failed) => Self::PartlyFailed(failed),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_report_names_the_failed_messages_and_an_invalid_one_fails_all() {
        let check = |answer: Value, expect: &BatchOutcome| {
            assert_eq!(&BatchOutcome::read(&answer, &BTreeSet::from(["a", "b", "c"])), expect, "{answer}");
        };
        let partly_failed = |ids: &[&str]| BatchOutcome::PartlyFailed(ids.iter().map(|id| (*id).to_owned()).collect());
        check(json!(null), &BatchOutcome::Done);
        check(json!({}), &BatchOutcome::Done);
        check(json!({"batchItemFailures": null}), &BatchOutcome::Done);
        check(json!({"batchItemFailures": []}), &BatchOutcome::Done);
        check(json!({"batchItemFailures": [{"itemIdentifier": "a"}]}), &partly_failed(&["a"]));
        check(
            json!({"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "c"}]}),
            &partly_failed(&["a", "c"]),
        );
        check(json!({"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "a"}]}), &partly_failed(&["a"]));
        check(json!({"batchItemFailures": [{"itemIdentifier": ""}]}), &BatchOutcome::Failed);
        check(json!({"batchItemFailures": [{"itemIdentifier": null}]}), &BatchOutcome::Failed);
        check(json!({"batchItemFailures": [{"itemIdentifier": 7}]}), &BatchOutcome::Failed);
        check(json!({"batchItemFailures": [{"itemId": "a"}]}), &BatchOutcome::Failed);
        check(
            json!({"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "other"}]}),
            &BatchOutcome::Failed,
        );
        check(json!({"batchItemFailures": ["a"]}), &BatchOutcome::Failed);
        check(json!({"batchItemFailures": {"itemIdentifier": "a"}}), &BatchOutcome::Failed);
        check(json!({"batchItemFailures": "a"}), &BatchOutcome::Failed);
        check(json!([]), &BatchOutcome::Failed);
        check(json!("done"), &BatchOutcome::Failed);
    }
}
