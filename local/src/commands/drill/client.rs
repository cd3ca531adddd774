//! The client with which a drill calls the APIs of Muster and of the simulator, and the types that it reads.

use std::time::Duration;

use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::commands::Failure;

/// Timeout of a request. A request that moves the clock may take minutes.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(10);

/// A client of Muster and the simulator.
#[derive(Debug, Clone)]
pub struct DrillClient {
    client: reqwest::Client,
}

/// The answer to a POST request.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: Value,
}

/// A proposal.
#[derive(Debug, Deserialize)]
pub struct Proposal {
    /// The club's time zone.
    pub time_zone: String,
    /// The run of the proposal; `None` if there never was one.
    pub run: Option<Run>,
    newly_scheduled: Vec<Line>,
    swaps: Vec<Line>,
    failed: Vec<Line>,
}

/// A run in a list or a proposal.
#[derive(Debug, Clone, Deserialize)]
pub struct Run {
    /// The run's id.
    pub run_id: String,
    /// The run's state.
    pub status: String,
}

/// A line of a proposal.
#[derive(Debug, Clone, Deserialize)]
pub struct Line {
    /// The line's id.
    pub id: String,
    /// The line's kind.
    pub kind: String,
    /// The number of the line's event.
    pub event_ref_num: u64,
    /// The id of the employee.
    pub employee_id: Option<String>,
    /// The start, in the club's local time.
    pub schedule_datetime: Option<NaiveDateTime>,
    /// The line's state.
    pub status: String,
    /// Crossmark's number of the schedule.
    pub scheduled_event_id: Option<u64>,
    /// Why Crossmark did not accept the line.
    pub api_error_details: Option<LineFailure>,
    /// The place before the change.
    pub from: Option<OldPlace>,
}

/// The place of a posted schedule before a line changes it.
#[derive(Debug, Clone, Deserialize)]
pub struct OldPlace {
    /// The id of the employee.
    pub employee_id: String,
    /// The start, in the club's local time.
    pub schedule_datetime: NaiveDateTime,
}

/// Why a line was not accepted.
#[derive(Debug, Clone, Deserialize)]
pub struct LineFailure {
    /// The kind of failure.
    pub cause: Option<String>,
    /// The explanation.
    pub words: String,
}

/// A posted schedule in the table.
#[derive(Debug, Deserialize)]
pub struct PostedSchedule {
    /// The number of the event.
    pub event_ref_num: u64,
    /// Crossmark's number of the schedule.
    pub scheduled_event_id: Option<u64>,
}

/// A person in the table.
#[derive(Debug, Deserialize)]
pub struct Person {
    /// The id in Muster.
    pub id: String,
    /// Crossmark's number of the person.
    pub rep_id: Option<u64>,
}

/// The numbers of messages of a queue.
#[derive(Debug, Deserialize)]
pub struct QueueDepth {
    /// The queue's name.
    pub queue: String,
    visible: u64,
    in_flight: u64,
    delayed: u64,
}

#[derive(Debug, Deserialize)]
struct Page<T> {
    items: Vec<T>,
    next: Option<String>,
}

impl Proposal {
    /// The club's time zone.
    ///
    /// # Errors
    /// The time zone is unknown.
    pub fn zone(&self) -> Result<Tz, Failure> {
        self.time_zone.parse().map_err(|_| Failure::Internal(format!("{} is not a time zone", self.time_zone)))
    }

    /// All lines of the proposal.
    pub fn lines(self) -> Vec<Line> {
        [self.newly_scheduled, self.swaps, self.failed].concat()
    }
}

impl Line {
    /// Whether the line is in submission.
    pub fn is_in_flight(&self) -> bool {
        matches!(self.status.as_str(), "approved" | "submitting" | "in_doubt")
    }

    /// Whether the line changes something and is undecided.
    pub fn is_open(&self) -> bool {
        matches!(self.status.as_str(), "proposed" | "user_edited")
            && (self.schedule_datetime.is_some() || self.kind == "dropped")
    }

    /// The day on which the event is worked; `None` if the line was not accepted or takes a schedule back.
    pub fn work_day(&self) -> Option<NaiveDate> {
        let is_accepted = self.status == "api_submitted" && self.kind != "dropped";
        self.schedule_datetime.filter(|_| is_accepted).map(|start| start.date())
    }

    /// The cause of the line's failure; `unknown` if there is none.
    pub fn cause(&self) -> &str {
        self.api_error_details.as_ref().and_then(|error| error.cause.as_deref()).unwrap_or("unknown")
    }

    /// The explanation of the line's failure; may be empty.
    pub fn words(&self) -> &str {
        self.api_error_details.as_ref().map_or("", |error| error.words.trim())
    }
}

impl QueueDepth {
    /// Whether the queue has no message.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of messages in any state.
    pub fn len(&self) -> u64 {
        self.visible + self.in_flight + self.delayed
    }

    /// Whether the queue is a dead-letter queue.
    pub fn is_of_dead_letters(&self) -> bool {
        self.queue.ends_with("-dlq")
    }
}

impl DrillClient {
    /// A client.
    ///
    /// # Errors
    /// The HTTP client cannot be set up.
    pub fn new() -> Result<DrillClient, Failure> {
        let client = reqwest::Client::builder().timeout(REQUEST_TIMEOUT).no_proxy().build();
        Ok(DrillClient { client: client.map_err(|e| Failure::Internal(format!("cannot start an HTTP client: {e}")))? })
    }

    /// Sends a POST request; `None` if there is no answer.
    pub async fn post(&self, address: &str, body: &Value) -> Option<Answer> {
        let answer = self.client.post(address).json(body).send().await.ok()?;
        let status = answer.status().as_u16();
        let text = answer.text().await.ok()?;
        Some(Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) })
    }

    /// Sends a GET request.
    ///
    /// # Errors
    /// There is no answer, or not the expected one; the message contains it.
    pub async fn get<T: DeserializeOwned>(&self, address: &str) -> Result<T, Failure> {
        let failed = |e: &dyn std::fmt::Display| Failure::Internal(format!("{address} gives a wrong answer: {e}"));
        let answer = self.client.get(address).send().await.map_err(|e| failed(&e))?;
        let (status, text) = (answer.status(), answer.text().await.map_err(|e| failed(&e))?);
        if !status.is_success() {
            return Err(failed(&format!("{status} {text}")));
        }
        serde_json::from_str(&text).map_err(|e| failed(&e))
    }

    /// Reads all pages of a list.
    ///
    /// # Errors
    /// See [`Self::get`].
    pub async fn list<T: DeserializeOwned>(&self, address: &str) -> Result<Vec<T>, Failure> {
        let mut items = Vec::new();
        let mut next: Option<String> = None;
        loop {
            let joint = if address.contains('?') { '&' } else { '?' };
            let at = next.map_or_else(|| address.to_owned(), |cursor| format!("{address}{joint}cursor={cursor}"));
            let page: Page<T> = self.get(&at).await?;
            items.extend(page.items);
            next = page.next;
            if next.is_none() {
                return Ok(items);
            }
        }
    }
}
