//! Batches of requests: the checks of the entries, and the answer with successes and failures.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::error::{AtFault, Error};

/// A request of up to ten entries.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", bound(deserialize = "T: Deserialize<'de>"))]
pub(crate) struct Batch<T> {
    #[serde(default)]
    pub queue_url: String,
    #[serde(default = "Vec::new")]
    pub entries: Vec<Entry<T>>,
}

/// An entry: its id, and the input of the operation on one message.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Entry<T> {
    #[serde(default)]
    id: String,
    #[serde(flatten)]
    pub input: T,
}

/// The result of each entry.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct BatchAnswer<A> {
    successful: Vec<Success<A>>,
    failed: Vec<Failure>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Success<A> {
    id: String,
    #[serde(flatten)]
    answer: A,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Failure {
    id: String,
    code: &'static str,
    message: String,
    sender_fault: bool,
}

/// Processes each entry independently. Refuses an invalid batch as a whole. After an internal error the whole batch has no
/// effect.
pub(crate) fn process_each<T, A>(
    entries: Vec<Entry<T>>,
    mut act: impl FnMut(T) -> Result<A, Error>,
) -> Result<BatchAnswer<A>, Error> {
    check(entries.iter().map(|entry| entry.id.as_str()))?;
    let mut answer = BatchAnswer { successful: Vec::new(), failed: Vec::new() };
    for Entry { id, input } in entries {
        match act(input) {
            Ok(done) => answer.successful.push(Success { id, answer: done }),
            Err(error) if error.at_fault() == AtFault::Receiver => return Err(error),
            Err(error) => {
                let (_, code) = error.codes();
                answer.failed.push(Failure { id, code, message: error.to_string(), sender_fault: true });
            }
        }
    }
    Ok(answer)
}

fn check<'a>(ids: impl ExactSizeIterator<Item = &'a str>) -> Result<(), Error> {
    match ids.len() {
        0 => return Err(Error::EmptyBatchRequest),
        1..=10 => {}
        sent => return Err(Error::TooManyEntriesInBatchRequest(sent)),
    }
    let mut seen = BTreeSet::new();
    for id in ids {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if id.is_empty() || id.len() > 80 || !id.chars().all(allowed) {
            return Err(Error::InvalidBatchEntryId);
        }
        if !seen.insert(id) {
            return Err(Error::BatchEntryIdsNotDistinct(id.to_owned()));
        }
    }
    Ok(())
}
