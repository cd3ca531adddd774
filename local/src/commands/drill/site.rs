//! A drill's client of Muster's API and of the simulator's, with the types that it needs.

use std::time::Duration;

use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::commands::Failure;

/// Request timeout; moving the clock may take minutes of work.
const PATIENCE: Duration = Duration::from_mins(10);

/// A client of Muster and the simulator.
#[derive(Debug, Clone)]
pub struct Site {
    client: reqwest::Client,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Value,
}

/// A proposal.
#[derive(Debug, Deserialize)]
pub struct Pending {
    /// The club's zone.
    pub time_zone: String,
    /// Its run; `None` if there never was one.
    pub run: Option<Run>,
    newly_scheduled: Vec<Line>,
    swaps: Vec<Line>,
    failed: Vec<Line>,
}

/// A run.
#[derive(Debug, Clone, Deserialize)]
pub struct Run {
    /// Its id.
    pub run_id: String,
    /// Its state.
    pub status: String,
}

/// A line.
#[derive(Debug, Clone, Deserialize)]
pub struct Line {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Its event.
    pub event_ref_num: u64,
    /// The employee.
    pub employee_id: Option<String>,
    /// The start, club-local.
    pub schedule_datetime: Option<NaiveDateTime>,
    /// Its state.
    pub status: String,
    /// Crossmark's number.
    pub scheduled_event_id: Option<u64>,
    /// The problem.
    pub api_error_details: Option<Error>,
    /// The old place.
    pub from: Option<Place>,
}

/// A place.
#[derive(Debug, Clone, Deserialize)]
pub struct Place {
    /// The employee.
    pub employee_id: String,
    /// The start, club-local.
    pub schedule_datetime: NaiveDateTime,
}

/// Why a line is not accepted.
#[derive(Debug, Clone, Deserialize)]
pub struct Error {
    /// The kind of failure.
    pub cause: Option<String>,
    /// The explanation.
    pub words: String,
}

/// A posted schedule in the table.
#[derive(Debug, Deserialize)]
pub struct Posted {
    /// Its event.
    pub event_ref_num: u64,
    /// Crossmark's number.
    pub scheduled_event_id: Option<u64>,
}

/// A person in the table.
#[derive(Debug, Deserialize)]
pub struct Person {
    /// The id in Muster.
    pub id: String,
    /// Crossmark's number.
    pub rep_id: Option<u64>,
}

/// A queue.
#[derive(Debug, Deserialize)]
pub struct Depth {
    /// Its name.
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

impl Pending {
    /// The club's zone.
    ///
    /// # Errors
    /// The zone is unknown.
    pub fn zone(&self) -> Result<Tz, Failure> {
        self.time_zone.parse().map_err(|_| Failure::Ours(format!("{} is not a time zone", self.time_zone)))
    }

    /// All its lines.
    pub fn lines(self) -> Vec<Line> {
        [self.newly_scheduled, self.swaps, self.failed].concat()
    }
}

impl Line {
    /// Whether it is in submission.
    pub fn is_in_flight(&self) -> bool {
        matches!(self.status.as_str(), "approved" | "submitting" | "in_doubt")
    }

    /// Whether it changes something and is undecided.
    pub fn is_open(&self) -> bool {
        matches!(self.status.as_str(), "proposed" | "user_edited")
            && (self.schedule_datetime.is_some() || self.kind == "dropped")
    }

    /// The day on which it is to be worked, if it was accepted.
    pub fn work_day(&self) -> Option<NaiveDate> {
        let is_accepted = self.status == "api_submitted" && self.kind != "dropped";
        self.schedule_datetime.filter(|_| is_accepted).map(|start| start.date())
    }

    /// The cause of its failure.
    pub fn cause(&self) -> &str {
        self.api_error_details.as_ref().and_then(|error| error.cause.as_deref()).unwrap_or("unsaid")
    }

    /// The explanation of its failure; may be empty.
    pub fn words(&self) -> &str {
        self.api_error_details.as_ref().map_or("", |error| error.words.trim())
    }
}

impl Depth {
    /// Whether it has no message.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of messages in any state.
    pub fn len(&self) -> u64 {
        self.visible + self.in_flight + self.delayed
    }

    /// Whether it is a dead-letter queue.
    pub fn is_of_dead_letters(&self) -> bool {
        self.queue.ends_with("-dlq")
    }
}

impl Site {
    /// A client.
    ///
    /// # Errors
    /// The HTTP client cannot be set up.
    pub fn new() -> Result<Site, Failure> {
        let client = reqwest::Client::builder().timeout(PATIENCE).no_proxy().build();
        Ok(Site { client: client.map_err(|e| Failure::Ours(format!("cannot start an HTTP client: {e}")))? })
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
    /// The answer, if it is not the expected one.
    pub async fn get<T: DeserializeOwned>(&self, address: &str) -> Result<T, Failure> {
        let failed = |e: &dyn std::fmt::Display| Failure::Ours(format!("{address} gives a wrong answer: {e}"));
        let answer = self.client.get(address).send().await.map_err(|e| failed(&e))?;
        let (status, text) = (answer.status(), answer.text().await.map_err(|e| failed(&e))?);
        if !status.is_success() {
            return Err(failed(&format!("{status} {text}")));
        }
        serde_json::from_str(&text).map_err(|e| failed(&e))
    }

    /// Reads a whole list, page by page.
    ///
    /// # Errors
    /// The answer, if it is not the expected one.
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
