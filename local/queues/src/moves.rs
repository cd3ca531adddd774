//! Move tasks: redrive of a dead-letter queue to the source queues of its messages, or to another queue.
//!
//! A task is a row of the database. Every transaction first moves the messages that are due by then, so that a task needs no
//! worker, continues after a restart, and follows the clock.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::Error;
use crate::operations::Request;
use crate::queue::{self, Queue};
use crate::store::Tx;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct StartInput {
    #[serde(default)]
    source_arn: String,
    destination_arn: Option<String>,
    max_number_of_messages_per_second: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListInput {
    #[serde(default)]
    source_arn: String,
    max_results: Option<i64>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TaskHandle {
    #[serde(default)]
    task_handle: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TaskList {
    results: Vec<TaskDescription>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CancelAnswer {
    approximate_number_of_messages_moved: i64,
}

/// A task in a list. The handle is included only while the task runs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct TaskDescription {
    #[serde(skip_serializing_if = "Option::is_none")]
    task_handle: Option<String>,
    status: String,
    source_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_number_of_messages_per_second: Option<i64>,
    approximate_number_of_messages_moved: i64,
    approximate_number_of_messages_to_move: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_reason: Option<String>,
    started_timestamp: i64,
}

/// `StartMessageMoveTask`: one task at a time for a queue, and only from a dead-letter queue. Without a rate, all visible
/// messages are moved before the answer.
pub(crate) fn start(tx: &Tx, Request { input, .. }: Request<StartInput>) -> Result<TaskHandle, Error> {
    if input.source_arn.is_empty() {
        return Err(Error::MissingParameter("SourceArn"));
    }
    let source = existing_queue(tx, &input.source_arn)?;
    if queue::sources_of(tx, &input.source_arn)?.is_empty() {
        return Err(Error::InvalidParameterValue("Source queue must be configured as a Dead Letter Queue.".into()));
    }
    if let Some(destination) = &input.destination_arn {
        existing_queue(tx, destination)?;
        if *destination == input.source_arn {
            return Err(Error::InvalidParameterValue(
                "Source queue arn and destination queue arn are the same.".into(),
            ));
        }
    }
    if let Some(rate) = input.max_number_of_messages_per_second.filter(|rate| !(1..=500).contains(rate)) {
        return Err(Error::parameter("MaxNumberOfMessagesPerSecond", rate, "Must be between 1 and 500, if provided."));
    }
    if Task::running(tx)?.iter().any(|task| task.source_arn == input.source_arn) {
        return Err(Error::InvalidParameterValue(
            "There is already a task running. Only one active task is allowed for a source queue arn at a given time."
                .into(),
        ));
    }
    let task_handle = Uuid::new_v4().to_string();
    tx.sql.execute(
        "INSERT INTO move_task (handle, status, source_arn, destination_arn, per_second, to_move, started_ms)
         VALUES (?, 'RUNNING', ?, ?, ?, ?, ?)",
        params![
            task_handle,
            input.source_arn,
            input.destination_arn,
            input.max_number_of_messages_per_second,
            source.depth(tx)?.visible,
            tx.now_ms
        ],
    )?;
    advance(tx)?;
    // Waiting receivers must find out when this task moves its next message.
    tx.wake_receivers();
    Ok(TaskHandle { task_handle })
}

/// `ListMessageMoveTasks`: the newest task first.
pub(crate) fn list(tx: &Tx, Request { input, .. }: Request<ListInput>) -> Result<TaskList, Error> {
    existing_queue(tx, &input.source_arn)?;
    let most = match input.max_results {
        None => 1,
        Some(most @ 1..=10) => most,
        Some(other) => return Err(Error::parameter("MaxResults", other, "Must be between 1 and 10, if provided.")),
    };
    let mut tasks = tx.sql.prepare_cached("SELECT * FROM move_task WHERE source_arn = ? ORDER BY id DESC LIMIT ?")?;
    let tasks = tasks.query_map(params![input.source_arn, most], Task::read)?.collect::<Result<Vec<_>, _>>()?;
    Ok(TaskList { results: tasks.into_iter().map(Task::describe).collect() })
}

/// `CancelMessageMoveTask`: messages that were moved stay moved.
pub(crate) fn cancel(tx: &Tx, Request { input, .. }: Request<TaskHandle>) -> Result<CancelAnswer, Error> {
    if input.task_handle.is_empty() {
        return Err(Error::MissingParameter("TaskHandle"));
    }
    let mut task = tx.sql.prepare_cached("SELECT * FROM move_task WHERE handle = ?")?;
    let task = task.query_row([&input.task_handle], Task::read).optional()?;
    let task = task.ok_or(Error::ResourceNotFound("Task does not exist."))?;
    if task.status != "RUNNING" {
        return Err(Error::InvalidParameterValue("Only active tasks can be cancelled.".into()));
    }
    task.end(tx, "CANCELLED", None)?;
    Ok(CancelAnswer { approximate_number_of_messages_moved: task.moved })
}

/// Moves the messages that the running tasks must have moved by now.
pub(crate) fn advance(tx: &Tx) -> Result<(), Error> {
    Task::running(tx)?.iter().try_for_each(|task| task.advance(tx))
}

/// When the next message is due to be moved by any of the running tasks. `None` if no task is running.
pub(crate) fn next_ms(tx: &Tx) -> Result<Option<i64>, Error> {
    Ok(Task::running(tx)?.iter().filter_map(Task::next_ms).min())
}

fn existing_queue(tx: &Tx, arn: &str) -> Result<Queue, Error> {
    queue::by_arn(tx, arn)?.ok_or(Error::ResourceNotFound(
        "The resource that you specified for the SourceArn or DestinationArn parameter doesn't exist.",
    ))
}

/// A task as it is stored.
struct Task {
    id: i64,
    handle: String,
    status: String,
    source_arn: String,
    destination_arn: Option<String>,
    per_second: Option<i64>,
    moved: i64,
    to_move: i64,
    failure: Option<String>,
    started_ms: i64,
}

/// A message to move: its row and its source queue.
struct DeadLetter {
    seq: i64,
    source_arn: Option<String>,
}

impl Task {
    fn running(tx: &Tx) -> Result<Vec<Self>, Error> {
        let mut tasks = tx.sql.prepare_cached("SELECT * FROM move_task WHERE status = 'RUNNING' ORDER BY id")?;
        let tasks = tasks.query_map([], Self::read)?.collect::<Result<_, _>>()?;
        Ok(tasks)
    }

    fn advance(&self, tx: &Tx) -> Result<(), Error> {
        let Some(source) = queue::by_arn(tx, &self.source_arn)? else {
            return self.end(tx, "FAILED", Some("AWS.SimpleQueueService.NonExistentQueue"));
        };
        // The number of messages that must have been moved by now: the first at once, the others at the rate.
        let due = match self.per_second {
            None => self.to_move,
            Some(rate) => self.to_move.min((tx.now_ms - self.started_ms) * rate / 1_000 + 1),
        };
        let mut moved = self.moved;
        while moved < due {
            let Some(message) = DeadLetter::first(tx, &source)? else { break };
            let target = self.destination_arn.as_ref().or(message.source_arn.as_ref());
            let Some(target) = target else {
                return self.end(tx, "FAILED", Some("CouldNotDetermineMessageSource"));
            };
            let Some(target) = queue::by_arn(tx, target)? else {
                return self.end(tx, "FAILED", Some("AWS.SimpleQueueService.NonExistentQueue"));
            };
            message.move_to(tx, &target)?;
            moved += 1;
            tx.sql.execute("UPDATE move_task SET moved = ? WHERE id = ?", [moved, self.id])?;
        }
        if moved >= self.to_move || moved < due { self.end(tx, "COMPLETED", None) } else { Ok(()) }
    }

    fn next_ms(&self) -> Option<i64> {
        // The first instant at which one more message is due, rounded up.
        self.per_second.map(|rate| self.started_ms + (self.moved * 1_000 + rate - 1) / rate)
    }

    fn end(&self, tx: &Tx, status: &str, failure: Option<&str>) -> Result<(), Error> {
        tx.sql
            .execute("UPDATE move_task SET status = ?, failure = ? WHERE id = ?", params![status, failure, self.id])?;
        Ok(())
    }

    fn describe(self) -> TaskDescription {
        TaskDescription {
            task_handle: Some(self.handle).filter(|_| self.status == "RUNNING"),
            status: self.status,
            source_arn: self.source_arn,
            destination_arn: self.destination_arn,
            max_number_of_messages_per_second: self.per_second,
            approximate_number_of_messages_moved: self.moved,
            approximate_number_of_messages_to_move: self.to_move,
            failure_reason: self.failure,
            started_timestamp: self.started_ms,
        }
    }

    fn read(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            handle: row.get("handle")?,
            status: row.get("status")?,
            source_arn: row.get("source_arn")?,
            destination_arn: row.get("destination_arn")?,
            per_second: row.get("per_second")?,
            moved: row.get("moved")?,
            to_move: row.get("to_move")?,
            failure: row.get("failure")?,
            started_ms: row.get("started_ms")?,
        })
    }
}

impl DeadLetter {
    fn first(tx: &Tx, source: &Queue) -> Result<Option<Self>, Error> {
        Ok(tx
            .sql
            .prepare_cached(
                "SELECT seq, dead_letter_source FROM message WHERE queue = ? AND visible_ms <= ? ORDER BY seq LIMIT 1",
            )?
            .query_row(params![source.id, tx.now_ms], |row| Ok(Self { seq: row.get(0)?, source_arn: row.get(1)? }))
            .optional()?)
    }

    /// Moves the message. The moved message is a new one, with another id, sent now and never received.
    fn move_to(&self, tx: &Tx, target: &Queue) -> Result<(), Error> {
        tx.sql
            .prepare_cached(
                "INSERT INTO message (queue, message_id, body, attributes, trace_header, group_id, sent_ms, visible_ms)
                 SELECT ?2, ?3, body, attributes, trace_header, group_id, ?4, ?4 FROM message WHERE seq = ?1",
            )?
            .execute(params![self.seq, target.id, Uuid::new_v4().to_string(), tx.now_ms])?;
        tx.sql.prepare_cached("DELETE FROM message WHERE seq = ?")?.execute([self.seq])?;
        tx.wake_receivers();
        Ok(())
    }
}
