//! The meaning of a handler's answer for each message of its batch. Pure.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::delivery::Delivery;

/// The outcome of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Every message is done.
    Done,
    /// No message is done.
    Failed,
    /// All messages but these are done.
    DoneBut(BTreeSet<String>),
}

impl Outcome {
    /// Without reports: the batch is done unless the handler failed; its answer is ignored.
    pub fn of_whole(answer: &Result<Value, String>) -> Self {
        if answer.is_ok() { Self::Done } else { Self::Failed }
    }

    /// With reports, for the messages of this batch.
    pub fn reported(answer: &Result<Value, String>, batch: &[Delivery]) -> Self {
        let ids = batch.iter().map(|delivery| delivery.message_id.as_str()).collect();
        answer.as_ref().map_or(Self::Failed, |answer| Self::read(answer, &ids))
    }

    /// Whether the message with that id must be deleted.
    pub fn is_done(&self, message_id: &str) -> bool {
        match self {
            Self::Done => true,
            Self::Failed => false,
            Self::DoneBut(failed) => !failed.contains(message_id),
        }
    }

    /// An empty answer, and a list that is empty or null, mean that all are done. A report that cannot be read, or that
    /// names a message which is not in the batch, means that none is.
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
            Some(failed) => Self::DoneBut(failed),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_report_says_which_messages_failed_and_a_bad_one_fails_them_all() {
        let check = |answer: Value, expect: &Outcome| {
            assert_eq!(&Outcome::read(&answer, &BTreeSet::from(["a", "b", "c"])), expect, "{answer}");
        };
        let but = |ids: &[&str]| Outcome::DoneBut(ids.iter().map(|id| (*id).to_owned()).collect());
        check(json!(null), &Outcome::Done);
        check(json!({}), &Outcome::Done);
        check(json!({"batchItemFailures": null}), &Outcome::Done);
        check(json!({"batchItemFailures": []}), &Outcome::Done);
        check(json!({"batchItemFailures": [{"itemIdentifier": "a"}]}), &but(&["a"]));
        check(json!({"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "c"}]}), &but(&["a", "c"]));
        check(json!({"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "a"}]}), &but(&["a"]));
        check(json!({"batchItemFailures": [{"itemIdentifier": ""}]}), &Outcome::Failed);
        check(json!({"batchItemFailures": [{"itemIdentifier": null}]}), &Outcome::Failed);
        check(json!({"batchItemFailures": [{"itemIdentifier": 7}]}), &Outcome::Failed);
        check(json!({"batchItemFailures": [{"itemId": "a"}]}), &Outcome::Failed);
        check(json!({"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "other"}]}), &Outcome::Failed);
        check(json!({"batchItemFailures": ["a"]}), &Outcome::Failed);
        check(json!({"batchItemFailures": {"itemIdentifier": "a"}}), &Outcome::Failed);
        check(json!({"batchItemFailures": "a"}), &Outcome::Failed);
        check(json!([]), &Outcome::Failed);
        check(json!("done"), &Outcome::Failed);
    }

    #[test]
    fn without_reports_only_an_error_fails_the_batch() {
        assert_eq!(Outcome::of_whole(&Ok(json!({"batchItemFailures": [{"itemIdentifier": "a"}]}))), Outcome::Done);
        assert_eq!(Outcome::of_whole(&Err("broken".into())), Outcome::Failed);
    }
}
