//! Transactions: writes that happen together or not at all, each conditioned on what was read.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput};
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, ConsumedCapacity, Delete, Put, ReturnConsumedCapacity, TransactWriteItem, Update,
};
use domain::snapshot::EventRef;

use crate::audit::Entry;
use crate::decisions::decisions_key;
use crate::documents::plan::{BASIS, DECIDED, FOLLOWED};
use crate::item::{self, Attributes, Record, STATE, Single, Stored, VERSION, key_attributes, single_key};
use crate::key::{ClubId, Key, Part, RunId};
use crate::meter::Operation;
use crate::request::{Response, TableError, classify};
use crate::stamp::{RECORDS_KEPT, Timestamp};
use crate::table::{Club, EXPIRES, PARTITION_KEY};

/// The table's limit for one transaction.
pub(crate) const MAX_ACTIONS: usize = 100;

/// The condition of a write on the item that is in the table.
enum WriteCondition {
    Nothing,
    Absent,
    Version(u64),
    /// The version and the stored name of the state.
    State(u64, &'static str),
    /// A number of a counter item has this value. An absent number counts as 0.
    Number(&'static str, u64),
    /// A number of a counter item is below this limit. An absent number counts as 0.
    Below(&'static str, u64),
}

enum Write {
    Put(Attributes, WriteCondition),
    Delete(Key, WriteCondition),
    Check(Key, WriteCondition),
    /// Adds to the numbers of a counter item, and sets when the item expires, if ever.
    Add(Key, BTreeMap<&'static str, u64>, Option<Timestamp>, WriteCondition),
}

/// A transaction under construction.
pub(crate) struct Changes<'a> {
    club: &'a ClubId,
    writes: Vec<Write>,
    /// Tally increments by run, with the time of the last counted entry.
    tallies: BTreeMap<RunId, (BTreeMap<&'static str, u64>, Timestamp)>,
}

impl<'a> Changes<'a> {
    pub fn new(club: &'a ClubId) -> Changes<'a> {
        Changes { club, writes: Vec::new(), tallies: BTreeMap::new() }
    }

    /// Number of actions of the transaction.
    pub fn len(&self) -> usize {
        self.writes.len() + self.tallies.len()
    }

    /// Creates a record; it must not exist yet.
    pub fn create<T: Record>(&mut self, record: &T) -> Result<(), TableError> {
        self.writes.push(Write::Put(item::write(self.club, record, 1)?, WriteCondition::Absent));
        Ok(())
    }

    /// Writes an entry of the audit trail without a condition: entries with the same key have the same content. An
    /// entry about a line is counted in the tally of its run, which adds one action for each run.
    pub fn note(&mut self, entry: &Entry) -> Result<(), TableError> {
        self.writes.push(Write::Put(item::write(self.club, entry, 1)?, WriteCondition::Nothing));
        if let Some((run, attribute)) = entry.tally() {
            let at = entry.because.at;
            let (counts, last) = self.tallies.entry(run.clone()).or_insert_with(|| (BTreeMap::new(), at));
            *counts.entry(attribute).or_default() += 1;
            *last = at.max(*last);
        }
        Ok(())
    }

    /// Writes a record without a condition: a mirror of another record, on which this transaction is conditioned, or a
    /// record of which only the last write counts.
    pub fn mirror<T: Record>(&mut self, record: &T) -> Result<(), TableError> {
        self.writes.push(Write::Put(item::write(self.club, record, 1)?, WriteCondition::Nothing));
        Ok(())
    }

    /// Deletes a mirror, if there is one.
    pub fn unmirror(&mut self, key: Key) {
        self.writes.push(Write::Delete(key, WriteCondition::Nothing));
    }

    /// Replaces the version that was read, or creates the record if none was read.
    pub fn replace<T: Record>(&mut self, read: Option<u64>, record: &T) -> Result<(), TableError> {
        let Some(version) = read else { return self.create(record) };
        self.writes.push(Write::Put(item::write(self.club, record, version + 1)?, WriteCondition::Version(version)));
        Ok(())
    }

    /// Replaces a record with states, conditioned on the version and the state that were read.
    pub fn change_state<T: Record>(&mut self, read: &Stored<T>, record: &T) -> Result<(), TableError> {
        let condition = match read.body.state() {
            Some(state) => WriteCondition::State(read.version, state),
            None => WriteCondition::Version(read.version),
        };
        self.writes.push(Write::Put(item::write(self.club, record, read.version + 1)?, condition));
        Ok(())
    }

    /// Deletes a record, conditioned on the version that was read.
    pub fn remove<T: Record>(&mut self, read: &Stored<T>) {
        self.writes.push(Write::Delete(read.body.key(self.club), WriteCondition::Version(read.version)));
    }

    /// Replaces an item by a record with the same key, or deletes it if there is none, conditioned on its version. The
    /// item may have no version, and need not be readable.
    pub fn replace_item<T: Record>(&mut self, read: &Attributes, record: Option<&T>) -> Result<(), TableError> {
        let version = item::version_of(read);
        let condition = WriteCondition::Number(VERSION, version);
        self.writes.push(match record {
            Some(record) => Write::Put(item::write(self.club, record, version + 1)?, condition),
            None => Write::Delete(item::key_of(read), condition),
        });
        Ok(())
    }

    /// Replaces the item that was read by another one, conditioned on its version. If the sort key differs, the item
    /// that was read is deleted.
    pub fn rewrite(&mut self, read: &Attributes, item: Attributes) {
        let (key, version) = (item::key_of(read), item::version_of(read));
        let condition = if key == item::key_of(&item) {
            WriteCondition::Version(version)
        } else {
            self.writes.push(Write::Delete(key, WriteCondition::Version(version)));
            WriteCondition::Absent
        };
        self.writes.push(Write::Put(item, condition));
    }

    /// Requires that a record still has the version that was read.
    pub fn require_unchanged<T: Record>(&mut self, read: &Stored<T>) {
        self.writes.push(Write::Check(read.body.key(self.club), WriteCondition::Version(read.version)));
    }

    /// Requires that there is no item with this key.
    pub fn require_absent(&mut self, key: Key) {
        self.writes.push(Write::Check(key, WriteCondition::Absent));
    }

    /// Counts a change of a run's input that was not made by a line.
    pub fn count_plan_change(&mut self) {
        self.count_plan(&[VERSION, BASIS], WriteCondition::Nothing);
    }

    /// Like [`count_plan_change`](Self::count_plan_change), on condition that the basis of a check has not changed
    /// since.
    pub fn count_plan_change_from(&mut self, basis: u64) {
        self.count_plan(&[VERSION, BASIS], WriteCondition::Number(BASIS, basis));
    }

    /// Counts a change of a run's input that makes no proposal outdated: by the approval, submission or recall of a line,
    /// or by the debts that the nightly count computed.
    pub fn count_followed_change(&mut self) {
        self.count_plan(&[VERSION, FOLLOWED, BASIS], WriteCondition::Nothing);
    }

    /// Like [`count_followed_change`](Self::count_followed_change), on condition that the basis of a check has not
    /// changed since.
    pub fn count_followed_change_from(&mut self, basis: u64) {
        self.count_plan(&[VERSION, FOLLOWED, BASIS], WriteCondition::Number(BASIS, basis));
    }

    /// Counts the acceptance of a line. Runs counted its schedule as posted before, so the basis of a check stays the
    /// same.
    pub fn count_acceptance(&mut self) {
        self.count_plan(&[VERSION, FOLLOWED], WriteCondition::Nothing);
    }

    /// Counts a change of a run's input by people's decisions about lines.
    pub fn count_decision(&mut self) {
        self.count_plan(&[VERSION, FOLLOWED, DECIDED], WriteCondition::Nothing);
    }

    fn count_plan(&mut self, numbers: &[&'static str], condition: WriteCondition) {
        let numbers = numbers.iter().map(|name| (*name, 1)).collect();
        self.writes.push(Write::Add(plan_key(self.club), numbers, None, condition));
    }

    /// Requires that nobody has made a decision about a line since this count.
    pub fn require_nothing_decided_since(&mut self, decided: u64) {
        self.writes.push(Write::Check(plan_key(self.club), WriteCondition::Number(DECIDED, decided)));
    }

    /// Requires that a run's input has not changed since this count.
    pub fn require_plan_unchanged(&mut self, version: u64) {
        self.writes.push(Write::Check(plan_key(self.club), WriteCondition::Number(VERSION, version)));
    }

    /// Adds 1 to a number of a counter item, on condition that it is below this limit, and sets when the item expires.
    pub fn count_below(&mut self, key: Key, name: &'static str, limit: u64, expires: Timestamp) {
        let condition = WriteCondition::Below(name, limit);
        self.writes.push(Write::Add(key, BTreeMap::from([(name, 1)]), Some(expires), condition));
    }

    /// Deletes the decisions about an event, if there are any.
    pub fn forget_decisions(&mut self, event: EventRef) {
        self.writes.push(Write::Delete(decisions_key(self.club, event), WriteCondition::Nothing));
    }

    fn into_writes(self) -> Vec<Write> {
        let club = self.club;
        let tally_write = |(run, (counts, last)): (RunId, (_, Timestamp))| {
            let (key, expires) = (Part::Tallies.key(club, run.as_str()), Some(last.plus(RECORDS_KEPT)));
            Write::Add(key, counts, expires, WriteCondition::Nothing)
        };
        self.writes.into_iter().chain(self.tallies.into_iter().map(tally_write)).collect()
    }
}

/// The sort key of `plan_version`.
pub(crate) const PLAN: &str = "PLAN";

/// Key of the club's `plan_version`.
pub(crate) fn plan_key(club: &ClubId) -> Key {
    Part::Club.key(club, PLAN)
}

impl WriteCondition {
    fn expression(&self) -> Option<&'static str> {
        match self {
            WriteCondition::Nothing => None,
            WriteCondition::Absent => Some("attribute_not_exists(#pk)"),
            WriteCondition::Version(_) => Some("#version = :version"),
            WriteCondition::State(..) => Some("#version = :version AND #state = :state"),
            WriteCondition::Number(_, 0) => Some("attribute_not_exists(#number)"),
            WriteCondition::Number(..) => Some("#number = :number"),
            WriteCondition::Below(..) => Some("attribute_not_exists(#number) OR #number < :number"),
        }
    }

    fn names(&self) -> Option<HashMap<String, String>> {
        let names: &[(&str, &str)] = match self {
            WriteCondition::Nothing => return None,
            WriteCondition::Absent => &[("#pk", PARTITION_KEY)],
            WriteCondition::Version(_) => &[("#version", VERSION)],
            WriteCondition::State(..) => &[("#version", VERSION), ("#state", STATE)],
            WriteCondition::Number(name, _) | WriteCondition::Below(name, _) => &[("#number", *name)],
        };
        Some(names.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    fn values(&self) -> Option<HashMap<String, AttributeValue>> {
        let version = |v: &u64| (":version".to_owned(), AttributeValue::N(v.to_string()));
        match self {
            WriteCondition::Nothing | WriteCondition::Absent | WriteCondition::Number(_, 0) => None,
            WriteCondition::Number(_, n) | WriteCondition::Below(_, n) => {
                Some(HashMap::from([(":number".to_owned(), AttributeValue::N(n.to_string()))]))
            }
            WriteCondition::Version(v) => Some(HashMap::from([version(v)])),
            WriteCondition::State(v, state) => {
                let state = (":state".to_owned(), AttributeValue::S((*state).to_owned()));
                Some(HashMap::from([version(v), state]))
            }
        }
    }
}

impl Write {
    fn action(self, table: &str) -> Result<TransactWriteItem, TableError> {
        let action = TransactWriteItem::builder();
        let built = match self {
            Write::Put(item, c) => Put::builder()
                .table_name(table)
                .set_item(Some(item))
                .set_condition_expression(c.expression().map(str::to_owned))
                .set_expression_attribute_names(c.names())
                .set_expression_attribute_values(c.values())
                .build()
                .map(|put| action.put(put)),
            Write::Delete(key, c) => Delete::builder()
                .table_name(table)
                .set_key(Some(key_attributes(&key)))
                .set_condition_expression(c.expression().map(str::to_owned))
                .set_expression_attribute_names(c.names())
                .set_expression_attribute_values(c.values())
                .build()
                .map(|delete| action.delete(delete)),
            Write::Check(key, c) => ConditionCheck::builder()
                .table_name(table)
                .set_key(Some(key_attributes(&key)))
                .set_condition_expression(c.expression().map(str::to_owned))
                .set_expression_attribute_names(c.names())
                .set_expression_attribute_values(c.values())
                .build()
                .map(|check| action.condition_check(check)),
            Write::Add(key, numbers, expires, c) => {
                add(table, &key, &numbers, expires, &c).map(|update| action.update(update))
            }
        };
        Ok(built.map_err(|e| TableError::refused("BuildError", &e.to_string()))?.build())
    }
}

/// An update that adds to the numbers of a counter item.
fn add(
    table: &str,
    key: &Key,
    numbers: &BTreeMap<&'static str, u64>,
    expires: Option<Timestamp>,
    condition: &WriteCondition,
) -> Result<Update, BuildError> {
    let terms: Vec<String> = numbers.keys().map(|name| format!("#{name} :{name}")).collect();
    let set = if expires.is_some() { format!("SET #{EXPIRES} = :{EXPIRES} ") } else { String::new() };
    let expires = expires.map(|at| (EXPIRES, at.seconds().to_string()));
    let all: Vec<_> = numbers.iter().map(|(name, n)| (*name, n.to_string())).chain(expires).collect();
    let mut names = condition.names().unwrap_or_default();
    names.extend(all.iter().map(|(name, _)| (format!("#{name}"), (*name).to_owned())));
    let mut values = condition.values().unwrap_or_default();
    values.extend(all.into_iter().map(|(name, n)| (format!(":{name}"), AttributeValue::N(n))));
    Update::builder()
        .table_name(table)
        .set_key(Some(key_attributes(key)))
        .update_expression(format!("{set}ADD {}", terms.join(", ")))
        .set_condition_expression(condition.expression().map(str::to_owned))
        .set_expression_attribute_names(Some(names))
        .set_expression_attribute_values(Some(values))
        .build()
}

/// The result of a transaction.
enum TransactionOutcome {
    /// The transaction was made, and consumed this capacity.
    Done(Vec<ConsumedCapacity>),
    /// The transaction was not made, because the condition of a write is not met.
    Overtaken,
}

/// Classifies the result of a transaction. If it was cancelled, the table gives a reason for each write; a conflict or
/// a throttle among them may be retried.
fn transaction_outcome(
    sent: Result<TransactWriteItemsOutput, SdkError<TransactWriteItemsError>>,
) -> Response<TransactionOutcome> {
    if let Err(SdkError::ServiceError(e)) = &sent
        && let TransactWriteItemsError::TransactionCanceledException(cancelled) = e.err()
    {
        let codes: Vec<&str> = cancelled.cancellation_reasons().iter().map(|r| r.code().unwrap_or("None")).collect();
        if codes.contains(&"ConditionalCheckFailed") {
            return Response::Answer(TransactionOutcome::Overtaken);
        }
        let is_retryable = |code: &&&str| {
            matches!(**code, "TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded")
        };
        return match codes.iter().find(is_retryable) {
            Some(code) => Response::Retryable((*code).to_owned()),
            None => Response::Failed(TableError::refused(&codes.join(","), cancelled.message().unwrap_or_default())),
        };
    }
    match classify(sent) {
        Response::Answer(a) => Response::Answer(TransactionOutcome::Done(a.consumed_capacity.unwrap_or_default())),
        Response::Retryable(code) => Response::Retryable(code),
        Response::Failed(error) => Response::Failed(error),
    }
}

impl Club<'_> {
    /// Sends the changes as one transaction. `false` if it was not made, because the condition of a write is not met:
    /// an item changed since it was read.
    ///
    /// The client request token is the same for every retry, so that a transaction whose answer was lost is not made
    /// twice. The token comes from the system's random source, since it must never repeat.
    pub(crate) async fn try_commit(&self, changes: Changes<'_>) -> Result<bool, TableError> {
        let actions = changes.into_writes().into_iter().map(|write| write.action(&self.table.name));
        let actions: Vec<_> = actions.collect::<Result<_, _>>()?;
        let token = uuid::Uuid::new_v4().to_string();
        let outcome = self
            .send(Operation::TransactWriteItems, || async {
                let transact = self.table.client.transact_write_items().set_transact_items(Some(actions.clone()));
                let transact = transact.client_request_token(&token);
                transaction_outcome(transact.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await)
            })
            .await?;
        match outcome {
            TransactionOutcome::Done(capacity) => {
                self.charge(Operation::TransactWriteItems, actions.len(), &capacity);
                Ok(true)
            }
            TransactionOutcome::Overtaken => Ok(false),
        }
    }

    /// The club's only record of a type, with its version.
    pub(crate) async fn single<T: Single>(&self) -> Result<Option<Stored<T>>, TableError> {
        self.fetch(&single_key::<T>(self.id)).await
    }

    /// One record with its version.
    pub(crate) async fn fetch<T: Record>(&self, key: &Key) -> Result<Option<Stored<T>>, TableError> {
        self.get(key).await?.map(item::read).transpose()
    }
}
