//! Answers to requests that carry an idempotency key: the same request again gets the same answer, for a day.

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

/// An answer is kept for so many hours.
const KEPT_HOURS: i64 = 24;
/// Who began a request and did not answer within so many seconds is not at it any more: every handler answers sooner.
const IN_HAND_S: i64 = 30;

/// A request by its idempotency key: who may send what keys is the caller's affair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request<'a> {
    /// The key, any text.
    pub key: &'a str,
    /// Everything else that makes it the same request: method, path, body.
    pub content: &'a [u8],
}

/// An answer as it is kept: what a caller over HTTP got.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptAnswer {
    /// Its body; none where it had none.
    pub body: Option<serde_json::Value>,
    /// Its HTTP status.
    pub status: u16,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Reply {
    /// Digest of the key, since a key may be any text.
    id: String,
    /// Digest of the content.
    content: String,
    began_at: Timestamp,
    answer: Option<KeptAnswer>,
}

impl Record for Reply {
    fn key(&self, club: &ClubId) -> Key {
        Part::Replies.key(club, &self.id)
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.began_at.plus(TimeDelta::hours(KEPT_HOURS)))
    }
}

/// What to do with a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Begun {
    /// It is new: do it, then [`Club::answer_request`].
    New,
    /// Somebody is doing it.
    InHand,
    /// It was answered: this is the answer.
    Answered(KeptAnswer),
    /// The key was used for another request.
    OtherContent,
}

fn digest(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}

impl Club<'_> {
    /// Begins a request that carries an idempotency key.
    pub async fn begin_request(&self, request: &Request<'_>, now: Timestamp) -> Result<Begun, TableError> {
        let new =
            Reply { id: digest(request.key.as_bytes()), content: digest(request.content), began_at: now, answer: None };
        let mut rounds = self.rounds();
        loop {
            rounds.begin().await?;
            let read = self.fetch::<Reply>(&new.key(self.id)).await?;
            if let Some(old) = read.as_ref().map(|r| &r.body).filter(|r| r.expires().is_some_and(|at| now < at)) {
                let lost = old.began_at.plus(TimeDelta::seconds(IN_HAND_S)) <= now;
                match &old.answer {
                    _ if old.content != new.content => return Ok(Begun::OtherContent),
                    Some(answer) => return Ok(Begun::Answered(answer.clone())),
                    None if !lost => return Ok(Begun::InHand),
                    None => {}
                }
            }
            let mut changes = Changes::new(self.id);
            changes.replace(read.map(|r| r.version), &new)?;
            if self.try_commit(changes).await? {
                return Ok(Begun::New);
            }
        }
    }

    /// Forgets a request that was begun and is not answered: whoever sent it had no right to.
    pub async fn forget_request(&self, request: &Request<'_>) -> Result<(), TableError> {
        let key = Part::Replies.key(self.id, digest(request.key.as_bytes()));
        let mut rounds = self.rounds();
        loop {
            rounds.begin().await?;
            let Some(read) = self.fetch::<Reply>(&key).await? else { return Ok(()) };
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

    /// Keeps the answer of a request that was begun.
    pub async fn answer_request(&self, request: &Request<'_>, answer: &KeptAnswer) -> Result<(), TableError> {
        let key = Part::Replies.key(self.id, digest(request.key.as_bytes()));
        let mut rounds = self.rounds();
        loop {
            rounds.begin().await?;
            let Some(read) = self.fetch::<Reply>(&key).await? else { return Ok(()) };
            let mut changes = Changes::new(self.id);
            changes.replace(Some(read.version), &Reply { answer: Some(answer.clone()), ..read.body })?;
            if self.try_commit(changes).await? {
                return Ok(());
            }
        }
    }
}
