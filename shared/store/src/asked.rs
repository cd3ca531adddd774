//! How often a person asks questions about a club: a counter for each minute that has begun, which limits a runaway client.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::audit::Actor;
use crate::changes::Changes;
use crate::item::{Record, Stored};
use crate::key::{ClubId, Key, Part};
use crate::request::TableError;
use crate::stamp::Timestamp;
use crate::table::Club;

/// The span that is counted.
const SPAN: TimeDelta = TimeDelta::minutes(1);

/// A person's questions since a minute began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Asked {
    /// Digest of the person's id, which may be any text.
    id: String,
    /// When the minute began.
    since: Timestamp,
    /// Questions since then.
    count: u32,
}

impl Record for Asked {
    fn key(&self, club: &ClubId) -> Key {
        Part::Asked.key(club, &self.id)
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.since.plus(SPAN))
    }
}

/// Whether a question may be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It may.
    Admitted,
    /// The limit of the minute is reached.
    Later {
        /// When the next question is admitted.
        next_at: Timestamp,
    },
}

impl Club<'_> {
    /// Counts a question of a person, up to `most` a minute.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn admit_question(&self, who: &Actor, most: u32, now: Timestamp) -> Result<Admission, TableError> {
        let id = URL_SAFE_NO_PAD.encode(Sha256::digest(who.id.as_bytes()));
        let new = Asked { id, since: now, count: 1 };
        let key = new.key(self.id);
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read: Option<Stored<Asked>> = self.fetch(&key).await?;
            let counted = match read.as_ref().map(|read| &read.body) {
                Some(asked) if now < asked.since.plus(SPAN) => {
                    if asked.count >= most {
                        return Ok(Admission::Later { next_at: asked.since.plus(SPAN) });
                    }
                    Asked { count: asked.count + 1, ..asked.clone() }
                }
                _ => new.clone(),
            };
            let mut changes = Changes::new(self.id);
            changes.replace(read.map(|read| read.version), &counted)?;
            if self.try_commit(changes).await? {
                return Ok(Admission::Admitted);
            }
        }
    }
}
