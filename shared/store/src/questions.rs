//! Counts the questions of a person about a club in each minute, so that a client that asks without end is stopped.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use crate::audit::Actor;
use crate::changes::Changes;
use crate::key::Part;
use crate::request::TableError;
use crate::stamp::Timestamp;
use crate::table::Club;

/// The span that is counted.
const SPAN: TimeDelta = TimeDelta::minutes(1);

/// The attribute that counts the questions of a minute.
const ASKED: &str = "asked";

/// Whether a question may be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// The question may be answered.
    Admitted,
    /// The limit of the minute is reached.
    Later {
        /// When the next question is admitted.
        next_at: Timestamp,
    },
}

impl Club<'_> {
    /// Counts a question of a person, up to `most` questions in each minute of the clock. It takes 1 request.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be written.
    pub async fn admit_question(&self, who: &Actor, most: u32, now: Timestamp) -> Result<Admission, TableError> {
        let minute = now.0.div_euclid(SPAN.num_milliseconds());
        let next_at = Timestamp(minute * SPAN.num_milliseconds()).plus(SPAN);
        // A person's id may be any text.
        let id = URL_SAFE_NO_PAD.encode(Sha256::digest(who.id.as_bytes()));
        let mut changes = Changes::new(self.id);
        changes.count_below(Part::Questions.key(self.id, format!("{id}#{minute}")), ASKED, u64::from(most), next_at);
        let is_admitted = self.try_commit(changes).await?;
        Ok(if is_admitted { Admission::Admitted } else { Admission::Later { next_at } })
    }
}
