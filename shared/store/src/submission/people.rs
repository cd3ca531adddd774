//! What a person does about a line that failed: retry it, drop it, or say that it was done by hand.

use super::outcome::accepted;
use super::{DecisionEffect, Posting, Settled};
use crate::audit::Because;
use crate::item::Stored;
use crate::key::{LineKey, ScheduledEventId};
use crate::lines::{Line, LineError};
use crate::stamp::Timestamp;
use crate::states::{Act, LineState, Step};
use crate::table::Club;

impl Club<'_> {
    /// Approves a failed line again, in a new generation; the caller has checked it as at approval. A move goes on where
    /// it failed. An event that a person holds stays. Pressing twice does no harm: the second finds no failed line.
    pub async fn retry_line(
        &self,
        key: &LineKey,
        next_attempt_at: Timestamp,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.settle(key, |pair| {
            let mut line = pair.line.body.clone();
            let entry =
                line.turn(Act::Retry, LineState::Approved { next_attempt_at }, pair.line.version + 1, because)?;
            let submission = line.submission.as_mut().ok_or(LineError::NotHeld)?;
            submission.generation += 1;
            (submission.tries, submission.unread) = (0, 0);
            if submission.step == Step::Restore {
                submission.step = Step::Schedule;
            }
            let mut settled = Settled::mirrored(line, vec![entry]);
            (settled.moves_plan, settled.decisions) = (true, DecisionEffect::RequireFree);
            Ok(settled)
        })
        .await
    }

    /// Drops a failed line: it is rejected, its claim released, and a wish for its place taken back.
    pub async fn drop_line(&self, key: &LineKey, because: &Because) -> Result<Stored<Line>, LineError> {
        self.settle(key, |pair| {
            let mut line = pair.line.body.clone();
            let rejected = LineState::Rejected { words: because.why.clone() };
            let entry = line.turn(Act::Drop, rejected, pair.line.version + 1, because)?;
            let (entries, posting, decisions) = (vec![entry], Posting::Same, DecisionEffect::GiveUpWish);
            Ok(Settled { line, entries, posting, claim: None, moves_plan: false, decisions })
        })
        .await
    }

    /// Notes that a person did at Crossmark what a failed line was to do, with the id that Crossmark gave (none of a
    /// dropped line) and a note.
    pub async fn done_by_hand(
        &self,
        key: &LineKey,
        id: Option<ScheduledEventId>,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.settle(key, |pair| {
            let by_hand = Some(because.why.clone());
            let submitted = LineState::ApiSubmitted { at: because.at, scheduled_event_id: id, by_hand };
            accepted(pair, pair.line.body.clone(), Act::ByHand, submitted, id, because)
        })
        .await
    }
}
