//! Idempotent replies: a repeated request with the same idempotency key gets the same answer for a day.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::changes::Changes;
use crate::item::Record;
use crate::key::{ClubId, Key, Part};
use crate::request::TableError;
use crate::stamp::Timestamp;
use crate::table::Club;

/// How long an answer is kept, in hours.
const KEPT_HOURS: i64 = 24;
/// Time after which a request without an answer counts as abandoned, in seconds. Every handler answers sooner.
const IN_PROGRESS_S: i64 = 30;

/// A request with an idempotency key. The caller must make sure that keys of different senders differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request<'a> {
    /// The idempotency key, any text.
    pub key: &'a str,
    /// Everything else that identifies the request: method, path, body.
    pub content: &'a [u8],
}

/// A stored HTTP answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredReply {
    /// The reply's body, if it had one.
    pub body: Option<serde_json::Value>,
    /// The reply's HTTP status.
    pub status: u16,
}

/// A request that was begun, with its answer once it has one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct ReplyRecord {
    /// Digest of the key, which may be any text.
    id: String,
    /// Digest of the content.
    content: String,
    began_at: Timestamp,
    answer: Option<StoredReply>,
}

impl Record for ReplyRecord {
    fn key(&self, club: &ClubId) -> Key {
        Part::Replies.key(club, &self.id)
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.began_at.plus(TimeDelta::hours(KEPT_HOURS)))
    }
}

/// How far a request with an idempotency key has got.
#[derive(Debug, Clone, PartialEq)]
pub enum RequestState {
    /// The request is new, or its earlier invocation was abandoned: process it, then call [`Club::answer_request`].
    New,
    /// Another invocation is processing the request.
    InProgress,
    /// The request was answered already.
    Answered(StoredReply),
    /// The key was used for another request.
    OtherContent,
}

fn digest(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}

impl Club<'_> {
    /// Begins a request with an idempotency key.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn begin_request(&self, request: &Request<'_>, now: Timestamp) -> Result<RequestState, TableError> {
        let new = ReplyRecord {
            id: digest(request.key.as_bytes()),
            content: digest(request.content),
            began_at: now,
            answer: None,
        };
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = self.fetch::<ReplyRecord>(&new.key(self.id)).await?;
            if let Some(old) = read.as_ref().map(|r| &r.body).filter(|r| r.expires().is_some_and(|at| now < at)) {
                let is_abandoned = old.began_at.plus(TimeDelta::seconds(IN_PROGRESS_S)) <= now;
                match &old.answer {
                    _ if old.content != new.content => return Ok(RequestState::OtherContent),
                    Some(answer) => return Ok(RequestState::Answered(answer.clone())),
                    None if !is_abandoned => return Ok(RequestState::InProgress),
                    None => {}
                }
            }
            let mut changes = Changes::new(self.id);
            changes.replace(read.map(|r| r.version), &new)?;
            if self.try_commit(changes).await? {
                return Ok(RequestState::New);
            }
        }
    }

    /// Deletes a request that was begun and not answered, so that its key can be used again at once.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn forget_request(&self, request: &Request<'_>) -> Result<(), TableError> {
        let key = Part::Replies.key(self.id, digest(request.key.as_bytes()));
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let Some(read) = self.fetch::<ReplyRecord>(&key).await? else { return Ok(()) };
            if read.body.content != digest(request.content) || read.body.answer.is_some() {
                return Ok(());
            }
            let mut changes = Changes::new(self.id);
            changes.remove(&read);
            if self.try_commit(changes).await? {
                return Ok(());
            }
        }
    }

    /// Stores the answer of a request that was begun.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn answer_request(&self, request: &Request<'_>, answer: &StoredReply) -> Result<(), TableError> {
        let key = Part::Replies.key(self.id, digest(request.key.as_bytes()));
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let Some(read) = self.fetch::<ReplyRecord>(&key).await? else { return Ok(()) };
            let mut changes = Changes::new(self.id);
            changes.replace(Some(read.version), &ReplyRecord { answer: Some(answer.clone()), ..read.body })?;
            if self.try_commit(changes).await? {
                return Ok(());
            }
        }
    }
}
