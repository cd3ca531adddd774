//! Transactions: writes that happen together or not at all, each conditioned on what was read.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put, ReturnConsumedCapacity, TransactWriteItem, Update,
};

use crate::audit::Entry;
use crate::decisions::decisions_key;
use crate::documents::plan::{BASIS, DECIDED, FOLLOWED};
use crate::item::{self, Attributes, Record, STATE, Stored, VERSION, key_attributes};
use crate::key::{ClubId, Key, Part, RunId};
use crate::meter::Operation;
use crate::request::{Sent, TableError, outcome};
use crate::stamp::{RECORDS_KEPT, Timestamp};
use crate::table::{Club, EXPIRES, PARTITION_KEY};
use domain::snapshot::EventRef;

/// The table's limit for one transaction.
pub(crate) const MOST_ACTIONS: usize = 100;

/// The condition on an item that is written.
enum Condition {
    Nothing,
    Absent,
    Version(u64),
    /// The version and the stored name of the state.
    State(u64, &'static str),
    /// A number of a counter item; a number that was never added to counts as 0.
    Number(&'static str, u64),
}

enum Write {
    Put(Attributes, Condition),
    Delete(Key, Condition),
    Check(Key, Condition),
    /// Adds to the numbers of a counter item, and sets when it expires, if ever.
    Add(Key, BTreeMap<&'static str, u64>, Option<Timestamp>),
    /// Like `Add`, if one of the numbers still has the value that was read.
    AddFrom(Key, BTreeMap<&'static str, u64>, (&'static str, u64)),
    /// Adds 1 to a number of a counter item if it is below a limit, and sets when the item expires.
    AddBelow(Key, &'static str, u64, Timestamp),
}

/// The condition on a number of a counter item that is added to; a number that was never added to counts as 0.
enum Counted {
    /// It still has the value that was read.
    Still(&'static str, u64),
    /// It is below a limit.
    Below(&'static str, u64),
}

/// A transaction under construction.
pub(crate) struct Changes<'a> {
    club: &'a ClubId,
    writes: Vec<Write>,
    /// Tally increments by run, with the time when the tally expires.
    happens: BTreeMap<RunId, (BTreeMap<&'static str, u64>, Timestamp)>,
}

/// Why a transaction was not made.
#[derive(Debug, PartialEq)]
pub(crate) enum NotDone {
    /// An item changed since it was read; the positions of the refused writes.
    Overtaken(Vec<usize>),
    Table(TableError),
}

impl<'a> Changes<'a> {
    pub fn new(club: &'a ClubId) -> Changes<'a> {
        Changes { club, writes: Vec::new(), happens: BTreeMap::new() }
    }

    /// Number of actions.
    pub fn len(&self) -> usize {
        self.writes.len() + self.happens.len()
    }

    /// Creates a record; it must not exist yet.
    pub fn create<T: Record>(&mut self, record: &T) -> Result<(), TableError> {
        self.writes.push(Write::Put(item::write(self.club, record, 1)?, Condition::Absent));
        Ok(())
    }

    /// Writes an entry of the audit trail without a condition: an entry with one key always has one content. An entry
    /// about a line is counted in the tally of its run, which adds one action for each run.
    pub fn note(&mut self, entry: &Entry) -> Result<(), TableError> {
        self.writes.push(Write::Put(item::write(self.club, entry, 1)?, Condition::Nothing));
        if let Some((run, what)) = entry.counts() {
            let at = entry.because.at;
            let (counts, last) = self.happens.entry(run.clone()).or_insert_with(|| (BTreeMap::new(), at));
            *counts.entry(what.name()).or_default() += 1;
            *last = at.max(*last);
        }
        Ok(())
    }

    /// Writes a mirror of another record without a condition; this transaction is conditioned on that record.
    pub fn mirror<T: Record>(&mut self, record: &T) -> Result<(), TableError> {
        self.writes.push(Write::Put(item::write(self.club, record, 1)?, Condition::Nothing));
        Ok(())
    }

    /// Deletes a mirror, if there is one.
    pub fn unmirror(&mut self, key: Key) {
        self.writes.push(Write::Delete(key, Condition::Nothing));
    }

    /// Replaces the version that was read, or creates the record if none was read.
    pub fn replace<T: Record>(&mut self, read: Option<u64>, record: &T) -> Result<(), TableError> {
        let Some(version) = read else { return self.create(record) };
        self.writes.push(Write::Put(item::write(self.club, record, version + 1)?, Condition::Version(version)));
        Ok(())
    }

    /// Replaces a record with states, conditioned on the version and the state that were read.
    pub fn change_state<T: Record>(&mut self, read: &Stored<T>, record: &T) -> Result<(), TableError> {
        let condition = match read.body.state() {
            Some(state) => Condition::State(read.version, state),
            None => Condition::Version(read.version),
        };
        self.writes.push(Write::Put(item::write(self.club, record, read.version + 1)?, condition));
        Ok(())
    }

    /// Deletes a record, conditioned on the version that was read.
    pub fn remove<T: Record>(&mut self, read: &Stored<T>) {
        self.writes.push(Write::Delete(read.body.key(self.club), Condition::Version(read.version)));
    }

    /// Writes an item in the place of the one that was read, conditioned on its version; its sort key may be another.
    pub fn rewrite(&mut self, read: &Attributes, item: Attributes) {
        let (key, version) = (item::key_of(read), item::version_of(read));
        let condition = if key == item::key_of(&item) {
            Condition::Version(version)
        } else {
            self.writes.push(Write::Delete(key, Condition::Version(version)));
            Condition::Absent
        };
        self.writes.push(Write::Put(item, condition));
    }

    /// Requires that a record still has the version that was read.
    pub fn unchanged<T: Record>(&mut self, read: &Stored<T>) {
        self.writes.push(Write::Check(read.body.key(self.club), Condition::Version(read.version)));
    }

    /// Requires that there is no item with this key.
    pub fn absent(&mut self, key: Key) {
        self.writes.push(Write::Check(key, Condition::Absent));
    }

    /// Counts a change of what a run reads that no line on its way to Crossmark made.
    pub fn plan_moved(&mut self) {
        self.writes.push(Write::Add(plan_key(self.club), BTreeMap::from([(VERSION, 1), (BASIS, 1)]), None));
    }

    /// Like [`plan_moved`](Self::plan_moved), on condition that the basis of a check has not changed since.
    pub fn plan_moved_from(&mut self, basis: u64) {
        let counts = BTreeMap::from([(VERSION, 1), (BASIS, 1)]);
        self.writes.push(Write::AddFrom(plan_key(self.club), counts, (BASIS, basis)));
    }

    /// Counts a change of what a run reads that a line made on its way to Crossmark, or back.
    pub fn plan_followed(&mut self) {
        self.writes.push(Write::Add(plan_key(self.club), followed(), None));
    }

    /// Like [`plan_followed`](Self::plan_followed), on condition that the basis of a check has not changed since.
    pub fn plan_followed_from(&mut self, basis: u64) {
        self.writes.push(Write::AddFrom(plan_key(self.club), followed(), (BASIS, basis)));
    }

    /// Counts an acceptance: the schedule is posted now where the line already counted.
    pub fn plan_confirmed(&mut self) {
        self.writes.push(Write::Add(plan_key(self.club), BTreeMap::from([(VERSION, 1), (FOLLOWED, 1)]), None));
    }

    /// Counts a change of what a run reads that people's decisions about lines made.
    pub fn decided(&mut self) {
        let counts = BTreeMap::from([(VERSION, 1), (FOLLOWED, 1), (DECIDED, 1)]);
        self.writes.push(Write::Add(plan_key(self.club), counts, None));
    }

    /// Requires that nobody has decided anything since this count.
    pub fn nothing_decided_since(&mut self, decided: u64) {
        self.writes.push(Write::Check(plan_key(self.club), Condition::Number(DECIDED, decided)));
    }

    /// Requires that nothing that a run reads has changed since this count.
    pub fn plan_stands(&mut self, version: u64) {
        self.writes.push(Write::Check(plan_key(self.club), Condition::Number(VERSION, version)));
    }

    /// Adds 1 to a number of a counter item, on condition that it is below this limit.
    pub fn count_below(&mut self, key: Key, name: &'static str, limit: u64, expires: Timestamp) {
        self.writes.push(Write::AddBelow(key, name, limit, expires));
    }

    /// Deletes the decisions about an event, if there are any.
    pub fn forget_decisions(&mut self, event: EventRef) {
        self.writes.push(Write::Delete(decisions_key(self.club, event), Condition::Nothing));
    }

    fn into_writes(self) -> Vec<Write> {
        let club = self.club;
        let counted = |(run, (counts, last)): (RunId, (_, Timestamp))| {
            Write::Add(Part::Tallies.key(club, run.as_str()), counts, Some(last.plus(RECORDS_KEPT)))
        };
        self.writes.into_iter().chain(self.happens.into_iter().map(counted)).collect()
    }
}

fn followed() -> BTreeMap<&'static str, u64> {
    BTreeMap::from([(VERSION, 1), (FOLLOWED, 1), (BASIS, 1)])
}

/// Key of the club's `plan_version`.
pub(crate) fn plan_key(club: &ClubId) -> Key {
    Part::Club.key(club, "PLAN")
}

impl Condition {
    fn expression(&self) -> Option<&'static str> {
        match self {
            Condition::Nothing => None,
            Condition::Absent => Some("attribute_not_exists(#pk)"),
            Condition::Version(_) => Some("#version = :version"),
            Condition::State(..) => Some("#version = :version AND #state = :state"),
            Condition::Number(_, 0) => Some("attribute_not_exists(#number)"),
            Condition::Number(..) => Some("#number = :number"),
        }
    }

    fn names(&self) -> Option<HashMap<String, String>> {
        let names: &[(&str, &str)] = match self {
            Condition::Nothing => return None,
            Condition::Absent => &[("#pk", PARTITION_KEY)],
            Condition::Version(_) => &[("#version", VERSION)],
            Condition::State(..) => &[("#version", VERSION), ("#state", STATE)],
            Condition::Number(name, _) => &[("#number", *name)],
        };
        Some(names.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    fn values(&self) -> Option<HashMap<String, AttributeValue>> {
        let version = |v: &u64| (":version".to_owned(), AttributeValue::N(v.to_string()));
        match self {
            Condition::Nothing | Condition::Absent | Condition::Number(_, 0) => None,
            Condition::Number(_, n) => Some(HashMap::from([(":number".to_owned(), AttributeValue::N(n.to_string()))])),
            Condition::Version(v) => Some(HashMap::from([version(v)])),
            Condition::State(v, state) => {
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
            Write::Add(key, numbers, expires) => {
                add(table, &key, &numbers, expires, None).map(|update| action.update(update))
            }
            Write::AddFrom(key, numbers, from) => {
                let still = Counted::Still(from.0, from.1);
                add(table, &key, &numbers, None, Some(still)).map(|update| action.update(update))
            }
            Write::AddBelow(key, name, limit, expires) => {
                let below = Counted::Below(name, limit);
                add(table, &key, &BTreeMap::from([(name, 1)]), Some(expires), Some(below))
                    .map(|update| action.update(update))
            }
        };
        Ok(built.map_err(|e| TableError::refused("BuildError", &e.to_string()))?.build())
    }
}

/// An update that adds to numbers, on a condition on one of them.
fn add(
    table: &str,
    key: &Key,
    numbers: &BTreeMap<&'static str, u64>,
    expires: Option<Timestamp>,
    condition: Option<Counted>,
) -> Result<Update, BuildError> {
    let terms: Vec<String> = numbers.keys().map(|name| format!("#{name} :{name}")).collect();
    let set = if expires.is_some() { format!("SET #{EXPIRES} = :{EXPIRES} ") } else { String::new() };
    let expires = expires.map(|at| (EXPIRES, at.seconds().to_string()));
    let names = numbers.keys().copied().chain(expires.as_ref().map(|(name, _)| *name));
    let names = names.map(|name| (format!("#{name}"), name.to_owned()));
    let numbers = numbers.iter().map(|(name, n)| (*name, n.to_string())).chain(expires.clone());
    let values = numbers.map(|(name, n)| (format!(":{name}"), AttributeValue::N(n)));
    let mut values: HashMap<String, AttributeValue> = values.collect();
    let condition = condition.map(|condition| match condition {
        Counted::Still(name, 0) => format!("attribute_not_exists(#{name})"),
        Counted::Still(name, read) => {
            values.insert(":read".to_owned(), AttributeValue::N(read.to_string()));
            format!("#{name} = :read")
        }
        Counted::Below(name, limit) => {
            values.insert(":limit".to_owned(), AttributeValue::N(limit.to_string()));
            format!("attribute_not_exists(#{name}) OR #{name} < :limit")
        }
    });
    Update::builder()
        .table_name(table)
        .set_key(Some(key_attributes(key)))
        .update_expression(format!("{set}ADD {}", terms.join(", ")))
        .set_condition_expression(condition)
        .set_expression_attribute_names(Some(names.collect()))
        .set_expression_attribute_values(Some(values))
        .build()
}

/// The result of a transaction: done, or refused at these writes.
enum TransactionOutcome {
    Done(usize, Vec<aws_sdk_dynamodb::types::ConsumedCapacity>),
    Overtaken(Vec<usize>),
}

/// Reads the reason for each write of a cancelled transaction; a conflict or throttle among them may be retried.
fn transaction_outcome(
    sent: Result<
        aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput,
        SdkError<TransactWriteItemsError>,
    >,
    actions: usize,
) -> Sent<TransactionOutcome> {
    if let Err(SdkError::ServiceError(e)) = &sent
        && let TransactWriteItemsError::TransactionCanceledException(cancelled) = e.err()
    {
        let codes: Vec<&str> = cancelled.cancellation_reasons().iter().map(|r| r.code().unwrap_or("None")).collect();
        let refused: Vec<usize> =
            codes.iter().enumerate().filter(|(_, c)| **c == "ConditionalCheckFailed").map(|(i, _)| i).collect();
        if !refused.is_empty() {
            return Sent::Answer(TransactionOutcome::Overtaken(refused));
        }
        let passes =
            |c: &&&str| matches!(**c, "TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded");
        return match codes.iter().find(passes) {
            Some(code) => Sent::Passing((*code).to_owned()),
            None => Sent::Failed(TableError::refused(&codes.join(","), cancelled.message().unwrap_or_default())),
        };
    }
    match outcome(sent) {
        Sent::Answer(a) => Sent::Answer(TransactionOutcome::Done(actions, a.consumed_capacity.unwrap_or_default())),
        Sent::Passing(p) => Sent::Passing(p),
        Sent::Failed(f) => Sent::Failed(f),
    }
}

impl Club<'_> {
    /// Sends the changes as one transaction. Its client request token is the same for every retry, so that a
    /// transaction whose answer was lost is not made twice. The token comes from the system's random source, since it
    /// must never repeat.
    pub(crate) async fn commit(&self, changes: Changes<'_>) -> Result<(), NotDone> {
        let writes = changes.into_writes();
        let count = writes.len();
        let actions: Result<Vec<_>, _> = writes.into_iter().map(|w| w.action(&self.table.name)).collect();
        let actions = actions.map_err(NotDone::Table)?;
        let token = uuid::Uuid::new_v4().to_string();
        let transaction_outcome = self
            .send(Operation::TransactWriteItems, || async {
                let transact = self.table.client.transact_write_items().set_transact_items(Some(actions.clone()));
                let transact = transact.client_request_token(&token);
                transaction_outcome(
                    transact.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await,
                    count,
                )
            })
            .await
            .map_err(NotDone::Table)?;
        match transaction_outcome {
            TransactionOutcome::Done(items, capacity) => {
                self.charge_transaction(items, &capacity);
                Ok(())
            }
            TransactionOutcome::Overtaken(refused) => Err(NotDone::Overtaken(refused)),
        }
    }

    /// Like [`commit`](Self::commit); `false` if an item was no longer as it was read.
    pub(crate) async fn try_commit(&self, changes: Changes<'_>) -> Result<bool, TableError> {
        match self.commit(changes).await {
            Ok(()) => Ok(true),
            Err(NotDone::Overtaken(_)) => Ok(false),
            Err(NotDone::Table(error)) => Err(error),
        }
    }

    /// One record with its version.
    pub(crate) async fn fetch<T: Record>(&self, key: &Key) -> Result<Option<Stored<T>>, TableError> {
        self.get(key).await?.map(item::read).transpose()
    }
}
