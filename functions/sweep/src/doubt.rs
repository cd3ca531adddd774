//! The age of the oldest line in doubt, for the alarm.

use chrono::TimeDelta;
use store::cursor::{LARGEST_PAGE, ListError};
use store::key::LineKey;
use store::stamp::Timestamp;
use store::states::{LineState, LineStatus};

use crate::ClubSweep;

/// Maximum time until the next read-back of a line in doubt.
const MAX_READ_BACK_WAIT: TimeDelta = TimeDelta::hours(2);

impl ClubSweep<'_> {
    /// Finds out when the oldest doubt of a line began.
    pub(crate) async fn find_oldest_doubt(&mut self) {
        match self.oldest_doubt().await {
            Ok(since) => self.doubt_since = since,
            Err(error) => self.log_failure("doubt", &error),
        }
    }

    async fn oldest_doubt(&self) -> Result<Option<Timestamp>, ListError> {
        let mut doubted: Vec<LineKey> = Vec::new();
        let mut next = None;
        loop {
            let page = self.club.due_claims(self.now.plus(MAX_READ_BACK_WAIT), next.as_ref(), LARGEST_PAGE).await?;
            let claims = page.items.into_iter().filter_map(|event| event.body.claim);
            doubted.extend(claims.filter(|claim| claim.status == LineStatus::InDoubt).map(|claim| claim.line));
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        if doubted.is_empty() {
            return Ok(None);
        }
        let since = |state: &LineState| match state {
            LineState::InDoubt { since, .. } => Some(*since),
            _ => None,
        };
        let lines = self.club.lines_by_key(&doubted).await?;
        Ok(lines.iter().filter_map(|line| since(&line.body.state)).min())
    }
}
