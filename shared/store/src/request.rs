//! The requests to the table: reads, batches and queries. Each is counted, and retried if a retry can help.

use std::collections::HashMap;
use std::future::Future;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConsumedCapacity, DeleteRequest, KeysAndAttributes, PutRequest, ReturnConsumedCapacity, Select,
    WriteRequest,
};

use crate::item::{Attributes, key_attributes, key_of};
use crate::key::{Index, Key};
use crate::meter::{Cost, Operation};
use crate::table::{Club, PARTITION_KEY, SORT_KEY};

/// Why a request to the table failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The table was throttled, in conflict or unreachable after the last retry. The caller may try again later.
    #[error("the table did not carry out a request in {tries} tries: {last}")]
    Busy {
        /// Number of tries.
        tries: u32,
        /// The error of the last request.
        last: String,
    },
    /// The table refused the request: this code has a fault, or the stack is set up wrongly.
    #[error("the table refused a request: {code}: {message}")]
    Refused {
        /// The table's error code.
        code: String,
        /// The table's message.
        message: String,
    },
    /// An item cannot be read, or a record cannot be written as an item.
    #[error("the item {key} is damaged: {reason}")]
    Corrupt {
        /// The key of the item.
        key: String,
        /// What is wrong with the item.
        reason: String,
    },
    /// Other writers changed the same items in every attempt.
    #[error("other writers changed the same items in every attempt")]
    Contended,
}

impl TableError {
    pub(crate) fn refused(code: &str, message: &str) -> TableError {
        TableError::Refused { code: code.to_owned(), message: message.to_owned() }
    }

    pub(crate) fn corrupt(key: &Key, reason: &dyn std::fmt::Display) -> TableError {
        TableError::Corrupt { key: key.to_string(), reason: reason.to_string() }
    }
}

/// Error codes after which the same request may be sent again: it had no effect, or a repetition has no further effect.
const RETRYABLE: [&str; 8] = [
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "ThrottledException",
    "RequestLimitExceeded",
    "InternalServerError",
    "ServiceUnavailable",
    "TransactionInProgressException",
    "TransactionConflictException",
];

/// The table's response to one request.
pub(crate) enum Response<O> {
    Answer(O),
    /// An error after which the same request may be sent again.
    Retryable(String),
    Failed(TableError),
}

/// Classifies the response to a request.
pub(crate) fn classify<O, E: ProvideErrorMetadata>(response: Result<O, SdkError<E>>) -> Response<O> {
    match response {
        Ok(answer) => Response::Answer(answer),
        Err(SdkError::DispatchFailure(_)) => Response::Retryable("no connection".to_owned()),
        Err(SdkError::TimeoutError(_)) => Response::Retryable("time-out".to_owned()),
        Err(SdkError::ResponseError(_)) => Response::Retryable("a broken answer".to_owned()),
        Err(SdkError::ServiceError(e)) => {
            let code = e.err().code().unwrap_or("unknown").to_owned();
            if RETRYABLE.contains(&code.as_str()) || e.raw().status().as_u16() >= 500 {
                Response::Retryable(code)
            } else {
                Response::Failed(TableError::refused(&code, e.err().message().unwrap_or_default()))
            }
        }
        Err(e) => Response::Failed(TableError::refused("client", &e.to_string())),
    }
}

/// Sorts after every other text.
pub(crate) const LAST: &str = "\u{10FFFF}";

/// A range of a partition or index, in order of its sort key.
#[derive(Debug, Clone)]
pub(crate) struct Slice {
    pub partition: String,
    pub index: Option<Index>,
    pub from: String,
    pub to: String,
    pub backwards: bool,
    pub limit: Option<i32>,
    pub start: Option<Attributes>,
}

impl Slice {
    /// A whole partition.
    pub fn whole(partition: String) -> Slice {
        Slice { partition, index: None, from: " ".into(), to: LAST.into(), backwards: false, limit: None, start: None }
    }

    /// All items with a prefix.
    pub fn under(partition: String, prefix: &str) -> Slice {
        Slice { from: prefix.to_owned(), to: format!("{prefix}{LAST}"), ..Slice::whole(partition) }
    }

    /// All items of a range, both ends included.
    pub fn between(partition: String, from: String, to: String) -> Slice {
        Slice { from, to, ..Slice::whole(partition) }
    }

    /// The same range of an index's sort key.
    pub fn through(self, index: Index) -> Slice {
        Slice { index: Some(index), ..self }
    }
}

/// A page of a query, and where the next one starts.
pub(crate) struct Rows {
    pub items: Vec<Attributes>,
    pub next: Option<Attributes>,
}

impl Club<'_> {
    /// Sends a request until it is answered or the retries are used up.
    pub(crate) async fn send<O, F: Future<Output = Response<O>>>(
        &self,
        operation: Operation,
        mut request: impl FnMut() -> F,
    ) -> Result<O, TableError> {
        let mut tries = 0;
        loop {
            tries += 1;
            self.meter.count(operation, |c| {
                c.requests += 1;
                c.repeats += u64::from(tries > 1);
            });
            // Boxed, because the SDK's futures are large and every caller's future would contain one.
            match Box::pin(request()).await {
                Response::Answer(answer) => return Ok(answer),
                Response::Failed(error) => return Err(error),
                Response::Retryable(last) => {
                    if !self.table.pause(tries).await {
                        return Err(TableError::Busy { tries, last });
                    }
                }
            }
        }
    }

    /// Counts the cost of an answered request.
    pub(crate) fn charge(&self, operation: Operation, items: usize, capacity: &[ConsumedCapacity]) {
        self.meter.count(operation, |c: &mut Cost| {
            c.items += items as u64;
            c.capacity += capacity.iter().filter_map(ConsumedCapacity::capacity_units).sum::<f64>();
        });
    }

    /// One item, read consistently.
    pub(crate) async fn get(&self, key: &Key) -> Result<Option<Attributes>, TableError> {
        let answer = self
            .send(Operation::GetItem, || async {
                let get = self.table.client.get_item().table_name(&self.table.name).consistent_read(true);
                let get = get.set_key(Some(key_attributes(key)));
                classify(get.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await)
            })
            .await?;
        let items = usize::from(answer.item.is_some());
        self.charge(Operation::GetItem, items, answer.consumed_capacity.as_slice());
        Ok(answer.item)
    }

    /// Items by key, read consistently, 100 a request; missing ones are left out.
    pub(crate) async fn get_all(&self, keys: &[Key]) -> Result<HashMap<Key, Attributes>, TableError> {
        let mut found = HashMap::new();
        for keys in keys.chunks(100) {
            let mut wanted: Vec<Attributes> = keys.iter().map(key_attributes).collect();
            let mut tries = 0;
            while !wanted.is_empty() {
                let of_table = KeysAndAttributes::builder().consistent_read(true).set_keys(Some(wanted)).build();
                let of_table = of_table.map_err(|e| TableError::refused("BuildError", &e.to_string()))?;
                let answer = self
                    .send(Operation::BatchGetItem, || async {
                        let get = self.table.client.batch_get_item().request_items(&self.table.name, of_table.clone());
                        classify(get.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await)
                    })
                    .await?;
                let items = answer.responses.and_then(|mut r| r.remove(&self.table.name)).unwrap_or_default();
                self.charge(Operation::BatchGetItem, items.len(), answer.consumed_capacity.as_deref().unwrap_or(&[]));
                found.extend(items.into_iter().map(|item| (key_of(&item), item)));
                let left = answer.unprocessed_keys.and_then(|mut u| u.remove(&self.table.name));
                wanted = left.map(|l| l.keys).unwrap_or_default();
                tries += 1;
                if !wanted.is_empty() && !self.table.pause(tries).await {
                    return Err(TableError::Busy { tries, last: "unprocessed keys".into() });
                }
            }
        }
        Ok(found)
    }

    /// One page of a slice, read consistently.
    pub(crate) async fn page(&self, slice: &Slice) -> Result<Rows, TableError> {
        let select = if slice.index.is_some() { Select::AllProjectedAttributes } else { Select::AllAttributes };
        let answer = self.select(slice, select).await?;
        let items = answer.items.unwrap_or_default();
        Ok(Rows { items, next: answer.last_evaluated_key })
    }

    async fn select(&self, slice: &Slice, select: Select) -> Result<QueryOutput, TableError> {
        if slice.from > slice.to {
            // Nothing lies in a reversed range, and DynamoDB refuses it.
            return Ok(QueryOutput::builder().build());
        }
        let sort = slice.index.map_or(SORT_KEY, Index::name);
        let answer = self
            .send(Operation::Query, || async {
                let query = self.table.client.query().table_name(&self.table.name).consistent_read(true);
                let query = query
                    .set_index_name(slice.index.map(|i| i.name().to_owned()))
                    .key_condition_expression("#pk = :pk AND #sk BETWEEN :from AND :to")
                    .expression_attribute_names("#pk", PARTITION_KEY)
                    .expression_attribute_names("#sk", sort)
                    .expression_attribute_values(":pk", AttributeValue::S(slice.partition.clone()))
                    .expression_attribute_values(":from", AttributeValue::S(slice.from.clone()))
                    .expression_attribute_values(":to", AttributeValue::S(slice.to.clone()))
                    .scan_index_forward(!slice.backwards)
                    .select(select.clone())
                    .set_limit(slice.limit)
                    .set_exclusive_start_key(slice.start.clone());
                classify(query.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await)
            })
            .await?;
        self.charge(Operation::Query, answer.count.max(0) as usize, answer.consumed_capacity.as_slice());
        Ok(answer)
    }

    /// Number of items in a slice. Only the number is transferred.
    pub(crate) async fn count(&self, mut slice: Slice) -> Result<u64, TableError> {
        let mut count = 0;
        loop {
            let answer = self.select(&slice, Select::Count).await?;
            count += answer.count.max(0) as u64;
            match answer.last_evaluated_key {
                Some(next) => slice.start = Some(next),
                None => return Ok(count),
            }
        }
    }

    /// The whole of a slice, page by page.
    pub(crate) async fn query(&self, mut slice: Slice) -> Result<Vec<Attributes>, TableError> {
        let mut all = Vec::new();
        loop {
            let rows = self.page(&slice).await?;
            all.extend(rows.items);
            match rows.next {
                Some(next) => slice.start = Some(next),
                None => return Ok(all),
            }
        }
    }

    /// Writes items without a condition, 25 a request: for items that nobody else can see or change yet.
    pub(crate) async fn put_all(&self, items: Vec<Attributes>) -> Result<(), TableError> {
        let mut requests = Vec::with_capacity(items.len());
        for item in items {
            let put = PutRequest::builder().set_item(Some(item)).build();
            let put = put.map_err(|e| TableError::refused("BuildError", &e.to_string()))?;
            requests.push(WriteRequest::builder().put_request(put).build());
        }
        self.write_all(&requests).await
    }

    /// Deletes items without a condition, 25 a request: for items that nobody else reads or changes.
    pub(crate) async fn delete_all(&self, keys: Vec<Key>) -> Result<(), TableError> {
        let mut requests = Vec::with_capacity(keys.len());
        for key in keys {
            let delete = DeleteRequest::builder().set_key(Some(key_attributes(&key))).build();
            let delete = delete.map_err(|e| TableError::refused("BuildError", &e.to_string()))?;
            requests.push(WriteRequest::builder().delete_request(delete).build());
        }
        self.write_all(&requests).await
    }

    async fn write_all(&self, requests: &[WriteRequest]) -> Result<(), TableError> {
        for batch in requests.chunks(25) {
            let mut wanted = batch.to_vec();
            let mut tries = 0;
            while !wanted.is_empty() {
                let sent = wanted.len();
                let answer = self
                    .send(Operation::BatchWriteItem, || async {
                        let write =
                            self.table.client.batch_write_item().request_items(&self.table.name, wanted.clone());
                        classify(write.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await)
                    })
                    .await?;
                wanted = answer.unprocessed_items.and_then(|mut u| u.remove(&self.table.name)).unwrap_or_default();
                let capacity = answer.consumed_capacity.unwrap_or_default();
                self.charge(Operation::BatchWriteItem, sent - wanted.len(), &capacity);
                tries += 1;
                if !wanted.is_empty() && !self.table.pause(tries).await {
                    return Err(TableError::Busy { tries, last: "unprocessed items".into() });
                }
            }
        }
        Ok(())
    }
}
