//! The two calls that change something at Crossmark: schedule, and take back. Each returns exactly what is known of its
//! effect.

use std::num::NonZeroU32;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::Value;

use crate::CrossmarkClub;
use crate::fields::Field;
use crate::ids::{LocationId, PlanId, RepId, ScheduledEventId};
use crate::outcome::{DeleteOutcome, Doubt, NotTaken, ScheduleOutcome};
use crate::reply::{OkValue, explanation, ok};
use crate::transport::{ApiCall, HttpResponse, NoAnswer, Payload};
use crate::wall_time::{NoSuchTime, start_and_end};
use crate::wire::Row;

/// A schedule to make: who works which event, where and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement {
    /// The event.
    pub event: PlanId,
    /// The employee who works it.
    pub employee: RepId,
    /// The club's location.
    pub location: LocationId,
    /// The start, club-local.
    pub start: NaiveDateTime,
    /// The length in elapsed minutes, also if the clocks change in between.
    pub minutes: NonZeroU32,
}

impl CrossmarkClub {
    /// Schedules an event ("Schedule" in the API description), unless `send_by` has passed when its turn comes.
    ///
    /// The call is sent at most once. After a lost answer or an ended session it is not sent again: the outcome is then
    /// [`ScheduleOutcome::Unknown`], and [`CrossmarkClub::read_back`] decides it. A start that does not exist because
    /// the clocks skip it is refused without a call. If the future is dropped before it completes, the caller must
    /// treat the outcome as unknown.
    pub async fn schedule(&self, placement: &Placement, send_by: DateTime<Utc>) -> ScheduleOutcome {
        let call = match self.schedule_call(placement) {
            Ok(call) => call,
            Err(error) => return ScheduleOutcome::Refused { words: error.to_string() },
        };
        match self.change(&call, send_by).await {
            CallEffect::Done { id: Some(id), .. } => ScheduleOutcome::Accepted { id },
            CallEffect::Done { id: None, .. } => ScheduleOutcome::Unknown { why: Doubt::NoId },
            CallEffect::Refused { words } => ScheduleOutcome::Refused { words },
            CallEffect::NotTaken { why, retry_after } => ScheduleOutcome::NotTaken { why, retry_after },
            CallEffect::Unknown { why } => ScheduleOutcome::Unknown { why },
        }
    }

    /// Takes a schedule back ("Take back, move" in the API description), unless `send_by` has passed when its turn
    /// comes.
    ///
    /// If the answer shows that the session had ended, the call is repeated once after a new login. A refusal of the
    /// repeated call does not prove that the first call had no effect, so the outcome is unknown then.
    /// [`Readings::delete`](crate::Readings::delete) decides it.
    pub async fn delete(&self, id: ScheduledEventId, send_by: DateTime<Utc>) -> DeleteOutcome {
        let fields = vec![("id", id.to_string())];
        let path = "/planningextcontroller/deleteScheduledMplanEvent";
        let call = ApiCall { name: "delete", path, payload: Payload::Form(fields) };
        let first = self.change(&call, send_by).await;
        if !matches!(first, CallEffect::Unknown { why: Doubt::SessionEnded }) {
            return delete_outcome(first);
        }
        match delete_outcome(self.change(&call, send_by).await) {
            DeleteOutcome::Refused { .. } => DeleteOutcome::Unknown { why: Doubt::RefusedWhenRepeated },
            // The second call certainly had no effect, but the first may have had one.
            DeleteOutcome::NotTaken { .. } => DeleteOutcome::Unknown { why: Doubt::SessionEnded },
            outcome => outcome,
        }
    }

    fn schedule_call(&self, placement: &Placement) -> Result<ApiCall, NoSuchTime> {
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
        Ok(ApiCall { name: "schedule", path, payload: Payload::Form(fields) })
    }

    /// Logs in if needed, sends the call once, and classifies the answer.
    async fn change(&self, call: &ApiCall, send_by: DateTime<Utc>) -> CallEffect {
        let cookie = match self.cookie().await {
            Ok(cookie) => cookie,
            Err(error) => {
                let retry_after = error.retry_after(self.transport().now());
                return CallEffect::NotTaken { why: error.into(), retry_after };
            }
        };
        let reply = match self.transport().change(call, &cookie.value, send_by).await {
            Ok(reply) => reply,
            Err(no_answer) => return no_answer.into(),
        };
        if reply.ends_session() {
            self.session.mark_ended(&cookie).await;
        }
        judge(&reply)
    }
}

/// The effect of one call that may change something.
#[derive(Debug, PartialEq, Eq)]
enum CallEffect {
    Done { id: Option<ScheduledEventId>, status: u16 },
    Refused { words: String },
    NotTaken { why: NotTaken, retry_after: Option<std::time::Duration> },
    Unknown { why: Doubt },
}

/// Classifies an answer. `ok: 1` in the body means that the call had its effect, whatever the status. Otherwise, status
/// 429 means that it had none, and an `ok` other than 1 means that it was refused. Everything else is unknown.
fn judge(reply: &HttpResponse) -> CallEffect {
    let body = reply.json().unwrap_or(Value::Null);
    let id = body.get("MVScheduledEvent").and_then(|event| Row::of(event).number(Field::ScheduleId).ok().flatten());
    match ok(&body) {
        OkValue::Yes => CallEffect::Done { id, status: reply.status.as_u16() },
        OkValue::No | OkValue::Missing if reply.status.as_u16() == 429 => {
            CallEffect::NotTaken { why: NotTaken::Busy, retry_after: reply.retry_after }
        }
        OkValue::No => CallEffect::Refused { words: explanation(&body) },
        OkValue::Missing => CallEffect::Unknown { why: reply.doubt() },
    }
}

fn delete_outcome(effect: CallEffect) -> DeleteOutcome {
    match effect {
        CallEffect::Done { status, .. } if (200..300).contains(&status) => DeleteOutcome::Deleted,
        CallEffect::Done { status, .. } => DeleteOutcome::Unknown { why: Doubt::Status { status } },
        CallEffect::Refused { words } => DeleteOutcome::Refused { words },
        CallEffect::NotTaken { why, retry_after } => DeleteOutcome::NotTaken { why, retry_after },
        CallEffect::Unknown { why } => DeleteOutcome::Unknown { why },
    }
}

impl From<NoAnswer> for CallEffect {
    fn from(no_answer: NoAnswer) -> Self {
        let not_taken = |why| Self::NotTaken { why, retry_after: None };
        match no_answer {
            NoAnswer::Unreachable => not_taken(NotTaken::Unreachable),
            NoAnswer::TooLate => not_taken(NotTaken::TooLate),
            NoAnswer::TimedOut => Self::Unknown { why: Doubt::TimedOut },
            NoAnswer::Broken => Self::Unknown { why: Doubt::ConnectionLost },
            NoAnswer::TooLong => Self::Unknown { why: Doubt::TooLong },
        }
    }
}
