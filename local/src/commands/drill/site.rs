//! What a drill sees: the API of the whole and that of the stand-in, as typed as it needs them.

use std::time::Duration;

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::commands::Failure;

/// No answer takes longer; the clock's may take minutes of work.
const PATIENCE: Duration = Duration::from_mins(10);

/// A caller of both.
#[derive(Debug, Clone)]
pub struct Site {
    client: reqwest::Client,
}

/// What an answer was.
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
    /// Its run; none where there was never one.
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
    /// What it is.
    pub kind: String,
    /// Its event.
    pub event_ref_num: u64,
    /// Who.
    pub employee_id: Option<String>,
    /// When, club-local.
    pub schedule_datetime: Option<NaiveDateTime>,
    /// Its state.
    pub status: String,
    /// Crossmark's number.
    pub scheduled_event_id: Option<u64>,
    /// What is in the way.
    pub api_error_details: Option<Error>,
    /// Where it stood.
    pub from: Option<Place>,
}

/// A place.
#[derive(Debug, Clone, Deserialize)]
pub struct Place {
    /// Who.
    pub employee_id: String,
    /// When, club-local.
    pub schedule_datetime: NaiveDateTime,
}

/// Why a line is not accepted.
#[derive(Debug, Clone, Deserialize)]
pub struct Error {
    /// By kind.
    pub cause: Option<String>,
    /// In words.
    pub words: String,
}

/// A posted schedule, as the table has it.
#[derive(Debug, Deserialize)]
pub struct Posted {
    /// Its event.
    pub event_ref_num: u64,
    /// Crossmark's number.
    pub scheduled_event_id: Option<u64>,
}

/// A person, as the table has them.
#[derive(Debug, Deserialize)]
pub struct Person {
    /// Our id.
    pub id: String,
    /// Crossmark's.
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
    /// The zone.
    ///
    /// # Errors
    /// One that nobody knows.
    pub fn zone(&self) -> Result<Tz, Failure> {
        self.time_zone.parse().map_err(|_| Failure::Ours(format!("{} is not a time zone", self.time_zone)))
    }

    /// All its lines.
    pub fn lines(self) -> Vec<Line> {
        [self.newly_scheduled, self.swaps, self.failed].concat()
    }
}

impl Line {
    /// Whether it is on its way.
    pub fn is_in_flight(&self) -> bool {
        matches!(self.status.as_str(), "approved" | "submitting" | "in_doubt")
    }

    /// Whether it changes something, and nobody has decided on it.
    pub fn is_open(&self) -> bool {
        matches!(self.status.as_str(), "proposed" | "user_edited")
            && (self.schedule_datetime.is_some() || self.kind == "dropped")
    }

    /// Why it failed, by kind.
    pub fn cause(&self) -> &str {
        self.api_error_details.as_ref().and_then(|error| error.cause.as_deref()).unwrap_or("unsaid")
    }

    /// Why, in words; empty where it does not say.
    pub fn words(&self) -> &str {
        self.api_error_details.as_ref().map_or("", |error| error.words.trim())
    }
}

impl Depth {
    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many messages are in it, in whatever state.
    pub fn len(&self) -> u64 {
        self.visible + self.in_flight + self.delayed
    }

    /// Whether it is where dead letters lie.
    pub fn is_of_dead_letters(&self) -> bool {
        self.queue.ends_with("-dlq")
    }
}

impl Site {
    /// A caller.
    ///
    /// # Errors
    /// Where there can be no client.
    pub fn new() -> Result<Site, Failure> {
        let client = reqwest::Client::builder().timeout(PATIENCE).no_proxy().build();
        Ok(Site { client: client.map_err(|e| Failure::Ours(format!("cannot start an HTTP client: {e}")))? })
    }

    /// Posts; none where nobody answers (any more).
    pub async fn post(&self, address: &str, body: &Value) -> Option<Answer> {
        let answer = self.client.post(address).json(body).send().await.ok()?;
        let status = answer.status().as_u16();
        let text = answer.text().await.ok()?;
        Some(Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) })
    }

    /// Reads.
    ///
    /// # Errors
    /// What was answered instead.
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
    /// What was answered instead.
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
