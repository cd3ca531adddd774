//! The two calls that change something at Crossmark: schedule, and take back. Each returns exactly what is known of its
//! effect.

use std::num::NonZeroU32;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::Value;

use crate::CrossmarkClub;
use crate::fields::Field;
use crate::ids::{LocationId, PlanId, RepId, ScheduledEventId};
use crate::outcome::{DeleteOutcome, Doubt, NotTaken, ScheduleOutcome};
use crate::reply::{Said, ok, words};
use crate::transport::{Call, Lost, Payload, Reply};
use crate::wall_time::{NoSuchTime, start_and_end};
use crate::wire::Row;

/// Who works which event, where and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement {
    /// The event.
    pub event: PlanId,
    /// Who works it.
    pub employee: RepId,
    /// The club's location.
    pub location: LocationId,
    /// When it starts, club-local.
    pub start: NaiveDateTime,
    /// Its length in elapsed minutes, also if the clocks change in between.
    pub minutes: NonZeroU32,
}

impl CrossmarkClub {
    /// Schedules an event ("Schedule" in the API description), unless it cannot be sent before `send_by`.
    ///
    /// The call is sent at most once. After a lost answer or an ended session it is not sent again: the outcome is then
    /// [`ScheduleOutcome::Unknown`], and [`CrossmarkClub::read_back`] settles it. A start that does not exist because
    /// the clocks skip it is refused without a call. If the future is dropped before it completes, the outcome must be
    /// treated as unknown.
    pub async fn schedule(&self, placement: &Placement, send_by: DateTime<Utc>) -> ScheduleOutcome {
        let call = match self.schedule_call(placement) {
            Ok(call) => call,
            Err(error) => return ScheduleOutcome::Refused { words: error.to_string() },
        };
        match self.change(&call, send_by).await {
            Changed::Yes { id: Some(id), .. } => ScheduleOutcome::Accepted { id },
            Changed::Yes { id: None, .. } => ScheduleOutcome::Unknown { why: Doubt::NoId },
            Changed::Refused { words } => ScheduleOutcome::Refused { words },
            Changed::NotTaken { why, retry_after } => ScheduleOutcome::NotTaken { why, retry_after },
            Changed::Unknown { why } => ScheduleOutcome::Unknown { why },
        }
    }

    /// Takes a schedule back ("Take back, move" in the API description), unless it cannot be sent before `send_by`.
    ///
    /// If the session has ended, the call is repeated once after a new login. A refusal of the repeat does not prove
    /// that the first call had no effect, so it is reported as unknown; [`Readings::delete`](crate::Readings::delete)
    /// settles that.
    pub async fn delete(&self, id: ScheduledEventId, send_by: DateTime<Utc>) -> DeleteOutcome {
        let fields = vec![("id", id.to_string())];
        let path = "/planningextcontroller/deleteScheduledMplanEvent";
        let call = Call { name: "delete", path, payload: Payload::Form(fields) };
        let first = self.change(&call, send_by).await;
        if !matches!(first, Changed::Unknown { why: Doubt::SessionEnded }) {
            return deleted(first);
        }
        match deleted(self.change(&call, send_by).await) {
            DeleteOutcome::Refused { .. } => DeleteOutcome::Unknown { why: Doubt::RefusedWhenRepeated },
            // The second call certainly had no effect, but the first may have had one.
            DeleteOutcome::NotTaken { .. } => DeleteOutcome::Unknown { why: Doubt::SessionEnded },
            outcome => outcome,
        }
    }

    fn schedule_call(&self, placement: &Placement) -> Result<Call, NoSuchTime> {
        let (start, end) = start_and_end(self.zone, placement.start, placement.minutes.get())?;
        let fields = vec![
            ("ClassName", "MVScheduledmPlan".to_owned()),
            ("RepID", placement.employee.to_string()),
            ("mPlanID", placement.event.to_string()),
            ("LocationID", placement.location.to_string()),
            ("Start", start),
            ("End", end),
            ("hash", String::new()),
            ("v", "3.0.1".to_owned()),
            ("PlanningOverride", "true".to_owned()),
        ];
        let path = "/planningextcontroller/scheduleMplanEvent";
        Ok(Call { name: "schedule", path, payload: Payload::Form(fields) })
    }

    /// Logs in if needed, sends the call once, and classifies the answer.
    async fn change(&self, call: &Call, send_by: DateTime<Utc>) -> Changed {
        let cookie = match self.cookie().await {
            Ok(cookie) => cookie,
            Err(error) => {
                let retry_after = error.retry_after(self.transport().now());
                return Changed::NotTaken { why: error.into(), retry_after };
            }
        };
        let reply = match self.transport().change(call, &cookie.value, send_by).await {
            Ok(reply) => reply,
            Err(lost) => return lost.into(),
        };
        if reply.ends_session() {
            self.session.ended(&cookie).await;
        }
        judge(&reply)
    }
}

/// The effect of one call that may change something.
#[derive(Debug, PartialEq, Eq)]
enum Changed {
    Yes { id: Option<ScheduledEventId>, status: u16 },
    Refused { words: String },
    NotTaken { why: NotTaken, retry_after: Option<std::time::Duration> },
    Unknown { why: Doubt },
}

/// Classifies an answer: `ok` in the body decides, whatever the status; 429 had no effect; everything else is unknown.
fn judge(reply: &Reply) -> Changed {
    let body = reply.json().unwrap_or(Value::Null);
    let id = body.get("MVScheduledEvent").and_then(|event| Row::of(event).number(Field::ScheduleId).ok().flatten());
    match ok(&body) {
        Said::Yes => Changed::Yes { id, status: reply.status.as_u16() },
        Said::No | Said::Nothing if reply.status.as_u16() == 429 => {
            Changed::NotTaken { why: NotTaken::Busy, retry_after: reply.retry_after }
        }
        Said::No => Changed::Refused { words: words(&body) },
        Said::Nothing => Changed::Unknown { why: reply.doubt() },
    }
}

fn deleted(changed: Changed) -> DeleteOutcome {
    match changed {
        Changed::Yes { status, .. } if (200..300).contains(&status) => DeleteOutcome::Deleted,
        Changed::Yes { status, .. } => DeleteOutcome::Unknown { why: Doubt::Status { status } },
        Changed::Refused { words } => DeleteOutcome::Refused { words },
        Changed::NotTaken { why, retry_after } => DeleteOutcome::NotTaken { why, retry_after },
        Changed::Unknown { why } => DeleteOutcome::Unknown { why },
    }
}

impl From<Lost> for Changed {
    fn from(lost: Lost) -> Self {
        let not_taken = |why| Self::NotTaken { why, retry_after: None };
        match lost {
            Lost::Unreachable => not_taken(NotTaken::Unreachable),
            Lost::TooLate => not_taken(NotTaken::TooLate),
            Lost::TimedOut => Self::Unknown { why: Doubt::TimedOut },
            Lost::Broken => Self::Unknown { why: Doubt::ConnectionLost },
            Lost::TooLong => Self::Unknown { why: Doubt::TooLong },
        }
    }
}
