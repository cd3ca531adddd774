//! Operations on queues: create, find, list, describe, change, purge and delete.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, named_params, params};
use serde::{Deserialize, Serialize};

use crate::attributes::{AttributeMap, NO_FIFO, Settings, is_queue_attribute};
use crate::error::Error;
use crate::operations::{Done, Request};
use crate::store::{ACCOUNT, Queues, REGION, Tx};

/// The number of messages of one queue, by state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Depth {
    /// The queue's name.
    pub queue: String,
    /// Number of visible messages. A receive returns a visible message, or moves it to the dead-letter queue.
    pub visible: u64,
    /// Number of messages that were received and are neither deleted nor visible again.
    pub in_flight: u64,
    /// Number of messages whose delay has not ended.
    pub delayed: u64,
}

impl Depth {
    /// Whether the queue has no message.
    pub fn is_empty(&self) -> bool {
        self.visible + self.in_flight + self.delayed == 0
    }
}

impl Queues {
    /// The exact depth of every queue, in order of names.
    ///
    /// # Errors
    /// [`Error`] if the store fails.
    pub async fn depths(&self) -> Result<Vec<Depth>, Error> {
        self.transact(|tx| all(tx)?.iter().map(|queue| queue.depth(tx)).collect()).await
    }
}

/// A queue as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct Queue {
    pub id: i64,
    pub name: String,
    pub settings: Settings,
    created_ms: i64,
    modified_ms: i64,
    purged_ms: Option<i64>,
}

impl Queue {
    pub fn arn(&self) -> String {
        arn(&self.name)
    }

    /// Deletes the messages past retention, then counts the others.
    pub fn depth(&self, tx: &Tx) -> Result<Depth, Error> {
        self.expire(tx)?;
        let mut counts = tx.sql.prepare_cached(
            "SELECT count(*) FILTER (WHERE visible_ms <= :now),
                    count(*) FILTER (WHERE visible_ms > :now AND receipt IS NOT NULL),
                    count(*) FILTER (WHERE visible_ms > :now AND receipt IS NULL)
             FROM message WHERE queue = :queue",
        )?;
        Ok(counts.query_row(named_params! {":now": tx.now_ms, ":queue": self.id}, |row| {
            Ok(Depth { queue: self.name.clone(), visible: row.get(0)?, in_flight: row.get(1)?, delayed: row.get(2)? })
        })?)
    }

    /// Deletes the messages past retention. Retention counts from the sent time. A message keeps it in a dead-letter
    /// queue; a move task sends the message anew.
    pub fn expire(&self, tx: &Tx) -> Result<(), Error> {
        let oldest_ms = tx.now_ms - i64::from(self.settings.retention_s) * 1_000;
        tx.sql
            .prepare_cached("DELETE FROM message WHERE queue = ? AND sent_ms <= ?")?
            .execute(params![self.id, oldest_ms])?;
        Ok(())
    }

    fn url(&self, origin: &str) -> String {
        format!("{origin}/{ACCOUNT}/{}", self.name)
    }

    fn read(row: &Row) -> rusqlite::Result<Self> {
        let settings: String = row.get("settings")?;
        let settings = serde_json::from_str(&settings)
            .map_err(|cause| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, cause.into()))?;
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            settings,
            created_ms: row.get("created_ms")?,
            modified_ms: row.get("modified_ms")?,
            purged_ms: row.get("purged_ms")?,
        })
    }
}

/// The ARN of the queue with that name.
pub(crate) fn arn(name: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
}

/// The queue with that URL. Only the last segment counts, because the port may change between starts; a bare name is
/// accepted.
pub(crate) fn by_url(tx: &Tx, url: &str) -> Result<Queue, Error> {
    if url.is_empty() {
        return Err(Error::MissingParameter("QueueUrl"));
    }
    by_name(tx, url.rsplit('/').next().unwrap_or(url))?.ok_or(Error::QueueDoesNotExist)
}

/// The queue with that ARN.
pub(crate) fn by_arn(tx: &Tx, arn: &str) -> Result<Option<Queue>, Error> {
    match arn.strip_prefix(&self::arn("")) {
        Some(name) => by_name(tx, name),
        None => Ok(None),
    }
}

/// The queues that name this one as their dead-letter queue.
pub(crate) fn sources_of(tx: &Tx, dead_letter_arn: &str) -> Result<Vec<Queue>, Error> {
    let mut queues = all(tx)?;
    queues.retain(|queue| {
        queue.settings.redrive.as_ref().is_some_and(|redrive| redrive.dead_letter_target_arn == dead_letter_arn)
    });
    Ok(queues)
}

fn by_name(tx: &Tx, name: &str) -> Result<Option<Queue>, Error> {
    Ok(tx.sql.prepare_cached("SELECT * FROM queue WHERE name = ?")?.query_row([name], Queue::read).optional()?)
}

pub(crate) fn all(tx: &Tx) -> Result<Vec<Queue>, Error> {
    let mut queues = tx.sql.prepare_cached("SELECT * FROM queue ORDER BY name")?;
    let queues = queues.query_map([], Queue::read)?.collect::<Result<_, _>>()?;
    Ok(queues)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct NameInput {
    #[serde(default)]
    queue_name: String,
    #[serde(default)]
    attributes: AttributeMap,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UrlInput {
    #[serde(default)]
    queue_url: String,
    #[serde(default)]
    attribute_names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ChangeInput {
    #[serde(default)]
    queue_url: String,
    #[serde(default)]
    attributes: AttributeMap,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListInput {
    #[serde(default)]
    queue_url: String,
    #[serde(default)]
    queue_name_prefix: String,
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UrlAnswer {
    queue_url: String,
}

/// A page of URLs. SQS names them `QueueUrls` in `ListQueues` and `queueUrls` in `ListDeadLetterSourceQueues`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListAnswer {
    #[serde(flatten)]
    urls: BTreeMap<&'static str, Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AttributesAnswer {
    attributes: AttributeMap,
}

/// `CreateQueue`: returns the existing queue if none of the given attributes differs.
pub(crate) fn create(tx: &Tx, Request { origin, input }: Request<NameInput>) -> Result<UrlAnswer, Error> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match input.queue_name.as_str() {
        "" => return Err(Error::MissingParameter("QueueName")),
        fifo if fifo.strip_suffix(".fifo").is_some() => {
            return Err(Error::UnsupportedOperation(NO_FIFO));
        }
        name if name.len() > 80 || !name.chars().all(allowed) => {
            return Err(Error::InvalidParameterValue(
                "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length".into(),
            ));
        }
        _ => {}
    }
    if let Some(queue) = by_name(tx, &input.queue_name)? {
        let (current, wanted) = (queue.settings.to_map(), queue.settings.clone().with(&input.attributes)?.to_map());
        return match wanted.iter().find(|(name, value)| current.get(*name) != Some(value)) {
            Some((name, _)) => Err(Error::QueueNameExists(name.clone())),
            None => Ok(UrlAnswer { queue_url: queue.url(&origin) }),
        };
    }
    let settings = Settings::default().with(&input.attributes)?;
    check_redrive(tx, &arn(&input.queue_name), &settings)?;
    tx.sql.execute(
        "INSERT INTO queue (name, settings, created_ms, modified_ms) VALUES (?1, ?2, ?3, ?3)",
        params![input.queue_name, serde_json::to_string(&settings)?, tx.now_ms],
    )?;
    Ok(UrlAnswer { queue_url: by_url(tx, &input.queue_name)?.url(&origin) })
}

/// `GetQueueUrl`.
pub(crate) fn url(tx: &Tx, Request { origin, input }: Request<NameInput>) -> Result<UrlAnswer, Error> {
    if input.queue_name.is_empty() {
        return Err(Error::MissingParameter("QueueName"));
    }
    let queue = by_name(tx, &input.queue_name)?.ok_or(Error::QueueDoesNotExist)?;
    Ok(UrlAnswer { queue_url: queue.url(&origin) })
}

/// `ListQueues`.
pub(crate) fn list(tx: &Tx, Request { origin, input }: Request<ListInput>) -> Result<ListAnswer, Error> {
    let mut queues = all(tx)?;
    queues.retain(|queue| queue.name.starts_with(&input.queue_name_prefix));
    page("QueueUrls", &origin, &queues, &input)
}

/// `ListDeadLetterSourceQueues`.
pub(crate) fn list_sources(tx: &Tx, Request { origin, input }: Request<ListInput>) -> Result<ListAnswer, Error> {
    let dead_letters = by_url(tx, &input.queue_url)?;
    page("queueUrls", &origin, &sources_of(tx, &dead_letters.arn())?, &input)
}

/// A page of a list. The token is the name of the last queue of the page before, so that paging works while queues are created
/// and deleted.
fn page(key: &'static str, origin: &str, queues: &[Queue], input: &ListInput) -> Result<ListAnswer, Error> {
    let size = match input.max_results {
        None => 1_000,
        Some(size @ 1..=1_000) => size,
        Some(other) => return Err(Error::parameter("MaxResults", other, "Must be between 1 and 1000, if provided.")),
    };
    let after = input.next_token.as_deref().unwrap_or_default();
    let rest: Vec<&Queue> = queues.iter().filter(|queue| queue.name.as_str() > after).collect();
    let shown = &rest[..size.min(rest.len())];
    // As in SQS, there is no token without `MaxResults`: queues after the first 1,000 are then left out.
    let more = input.max_results.is_some() && rest.len() > shown.len();
    Ok(ListAnswer {
        urls: BTreeMap::from([(key, shown.iter().map(|queue| queue.url(origin)).collect())]),
        next_token: shown.last().filter(|_| more).map(|queue| queue.name.clone()),
    })
}

/// `GetQueueAttributes`: the requested attributes.
pub(crate) fn describe(tx: &Tx, Request { input, .. }: Request<UrlInput>) -> Result<AttributesAnswer, Error> {
    let queue = by_url(tx, &input.queue_url)?;
    if let Some(unknown) = input.attribute_names.iter().find(|name| !is_queue_attribute(name)) {
        return Err(Error::InvalidAttributeName(unknown.clone()));
    }
    let depth = queue.depth(tx)?;
    let mut attributes = queue.settings.to_map();
    attributes.extend([
        ("QueueArn".to_owned(), queue.arn()),
        ("ApproximateNumberOfMessages".to_owned(), depth.visible.to_string()),
        ("ApproximateNumberOfMessagesNotVisible".to_owned(), depth.in_flight.to_string()),
        ("ApproximateNumberOfMessagesDelayed".to_owned(), depth.delayed.to_string()),
        ("CreatedTimestamp".to_owned(), (queue.created_ms / 1_000).to_string()),
        ("LastModifiedTimestamp".to_owned(), (queue.modified_ms / 1_000).to_string()),
    ]);
    let wants = |name: &String| input.attribute_names.iter().any(|wanted| wanted == "All" || wanted == name);
    attributes.retain(|name, _| wants(name));
    Ok(AttributesAnswer { attributes })
}

/// `SetQueueAttributes`. A new retention, redrive policy or visibility timeout applies at once, also to messages that are in the
/// queue already; delays and timeouts that have begun stay.
pub(crate) fn change(tx: &Tx, Request { input, .. }: Request<ChangeInput>) -> Result<Done, Error> {
    let queue = by_url(tx, &input.queue_url)?;
    if input.attributes.is_empty() {
        return Err(Error::MissingParameter("Attributes"));
    }
    let arn = queue.arn();
    let settings = queue.settings.with(&input.attributes)?;
    check_redrive(tx, &arn, &settings)?;
    tx.sql.execute(
        "UPDATE queue SET settings = ?, modified_ms = ? WHERE id = ?",
        params![serde_json::to_string(&settings)?, tx.now_ms, queue.id],
    )?;
    tx.wake_receivers();
    Ok(Done {})
}

/// `PurgeQueue`: at most once in 60 seconds.
pub(crate) fn purge(tx: &Tx, Request { input, .. }: Request<UrlInput>) -> Result<Done, Error> {
    let queue = by_url(tx, &input.queue_url)?;
    if queue.purged_ms.is_some_and(|purged_ms| tx.now_ms < purged_ms + 60_000) {
        return Err(Error::PurgeQueueInProgress(queue.name));
    }
    tx.sql.execute("DELETE FROM message WHERE queue = ?", [queue.id])?;
    tx.sql.execute("UPDATE queue SET purged_ms = ? WHERE id = ?", params![tx.now_ms, queue.id])?;
    Ok(Done {})
}

/// `DeleteQueue`, with all its messages.
pub(crate) fn delete(tx: &Tx, Request { input, .. }: Request<UrlInput>) -> Result<Done, Error> {
    let queue = by_url(tx, &input.queue_url)?;
    tx.sql.execute("DELETE FROM queue WHERE id = ?", [queue.id])?;
    // Waiting receivers must find out that the queue does not exist any more.
    tx.wake_receivers();
    Ok(Done {})
}

/// Checks that a redrive policy names an existing queue that allows the source queue.
fn check_redrive(tx: &Tx, source_arn: &str, settings: &Settings) -> Result<(), Error> {
    let Some(redrive) = &settings.redrive else { return Ok(()) };
    let Some(target) = by_arn(tx, &redrive.dead_letter_target_arn)? else {
        return Err(Error::value("RedrivePolicy", "Dead letter target does not exist."));
    };
    if target.settings.allow_policy.as_ref().is_some_and(|policy| !policy.allows(source_arn)) {
        return Err(Error::value("RedrivePolicy", "The dead letter target does not allow this queue."));
    }
    Ok(())
}
