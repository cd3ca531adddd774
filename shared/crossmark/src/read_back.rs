//! Reads back the effect of a call whose outcome is unknown, from the two sources that show it ("Read back" in the API
//! description). The results are pure functions of [`Readings`].

use chrono::{NaiveDate, NaiveDateTime};

use crate::CrossmarkClub;
use crate::fields::Field;
use crate::ids::{LocationId, PlanId, RepId, ScheduledEventId};
use crate::outcome::ReadError;
use crate::planning::{Condition, EnteredValues, PlannedEvent};
use crate::reply::{OkValue, explanation, ok};
use crate::transport::{ApiCall, Payload};
use crate::wire::{Row, required};

/// What both sources show of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readings {
    /// The event's row in the planning list of the day, if there is one.
    pub row: Option<PlannedEvent>,
    /// The event's condition at the location.
    pub condition: Condition,
    /// The names of the people staffed there; may be empty.
    pub reps: String,
}

/// The effect of a schedule call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadBack {
    /// Crossmark has the schedule.
    Taken {
        /// The scheduled event, needed to take it back.
        id: ScheduledEventId,
    },
    /// Crossmark does not have the schedule; the call may be made again.
    NotTaken,
    /// Crossmark shows something else, or its two sources disagree: a person must decide.
    Conflict {
        /// What Crossmark shows.
        what: Conflict,
    },
}

/// The effect of a call that takes a schedule back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeleteReadBack {
    /// The schedule is gone.
    Gone,
    /// The schedule is still there; the call may be made again.
    StillThere,
    /// Crossmark shows something else, or its two sources disagree: a person must decide.
    Conflict {
        /// What Crossmark shows.
        what: Conflict,
    },
}

/// Why a read-back does not decide, with a message for the person who decides. It contains no names of people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// The planning list of the day does not have the event.
    #[error("the event is not in Crossmark's list for that day")]
    NotListed,
    /// Another employee has the event.
    #[error("another employee (number {employee}) has the event in Crossmark")]
    OtherEmployee {
        /// The number of that employee.
        employee: RepId,
    },
    /// The event is scheduled at another time.
    #[error("Crossmark has the event at another time, {}", start.format("%Y-%m-%d %H:%M"))]
    OtherStart {
        /// The start that Crossmark lists.
        start: NaiveDateTime,
    },
    /// Crossmark has another schedule for the event.
    #[error("Crossmark has another schedule (number {id}) for the event")]
    OtherSchedule {
        /// The number of that schedule.
        id: ScheduledEventId,
    },
    /// The row shows a schedule of the event without its number. The number is needed to take it back, and to tell
    /// whether it is the schedule that a call should have taken back.
    #[error("Crossmark shows a schedule of the event without its number")]
    NoId,
    /// Nobody has the event, but its condition is not `Unstaffed`.
    #[error("the event is {} in Crossmark", condition_words(condition))]
    NotOpen {
        /// The event's condition.
        condition: Condition,
    },
    /// The two sources, or the fields of the row, do not agree on whether somebody has the event.
    #[error("Crossmark contradicts itself on whether somebody has the event")]
    Disagree,
}

fn condition_words(condition: &Condition) -> String {
    match condition {
        Condition::InProgress => "in progress".to_owned(),
        Condition::Other(_) => "in an unknown condition".to_owned(),
        known => format!("{known:?}").to_lowercase(),
    }
}

impl CrossmarkClub {
    /// Reads both sources for an event. `day` is a day on which the planning list has the event. `entered` has the
    /// values that a person entered for fields that the row lacks.
    ///
    /// To decide an unknown outcome, read at least 60 seconds after the client stopped waiting for the call, because
    /// the call may take effect until then.
    ///
    /// # Errors
    /// [`ReadError`] if one of the two sources cannot be read.
    pub async fn read_back(
        &self,
        event: PlanId,
        location: LocationId,
        day: NaiveDate,
        entered: &EnteredValues,
    ) -> Result<Readings, ReadError> {
        let fields = vec![("mPlanID", event.to_string()), ("storeID", location.to_string())];
        let path = "/planningextcontroller/getmPlanLocationCondition";
        let call = ApiCall { name: "condition", path, payload: Payload::Form(fields) };
        let (body, row) = tokio::try_join!(self.read(&call), self.planning_row(event, day, entered))?;
        match ok(&body) {
            OkValue::Yes => {}
            OkValue::No | OkValue::Missing => return Err(ReadError::Refused { words: explanation(&body) }),
        }
        let body = Row::of(&body);
        let condition = Condition::of(&required(Field::Condition, body.text(Field::Condition))?);
        Ok(Readings { row, condition, reps: body.text(Field::Reps).unwrap_or_default() })
    }
}

impl Readings {
    /// The effect of a call that schedules the event for `employee` at `start`.
    ///
    /// Taken: the row has this employee, this start and an id. Not taken: both sources show that nobody has the event
    /// and that it is `Unstaffed`. Anything else is a conflict.
    pub fn schedule(&self, employee: RepId, start: NaiveDateTime) -> ReadBack {
        let conflict = |what| ReadBack::Conflict { what };
        let Some(row) = &self.row else { return conflict(Conflict::NotListed) };
        match (row.scheduled_employee, row.scheduled_start, row.scheduled_event) {
            (Some(has), Some(at), Some(id)) if has == employee && at == start => ReadBack::Taken { id },
            (Some(has), Some(at), None) if has == employee && at == start => conflict(Conflict::NoId),
            (Some(has), _, _) if has != employee => conflict(Conflict::OtherEmployee { employee: has }),
            (_, Some(at), _) if at != start => conflict(Conflict::OtherStart { start: at }),
            (None, None, None) => match self.nobody_has_it(row) {
                Ok(()) => self.is_unstaffed(row).map_or_else(conflict, |()| ReadBack::NotTaken),
                Err(what) => conflict(what),
            },
            _ => conflict(Conflict::Disagree),
        }
    }

    /// The effect of a call that takes the schedule `id` back.
    ///
    /// Gone: nobody has the event in either source. Still there: the row has that id. Anything else is a conflict.
    pub fn delete(&self, id: ScheduledEventId) -> DeleteReadBack {
        let conflict = |what| DeleteReadBack::Conflict { what };
        let Some(row) = &self.row else { return conflict(Conflict::NotListed) };
        match (row.scheduled_event, row.scheduled_employee, row.scheduled_start) {
            (Some(has), _, _) if has == id => DeleteReadBack::StillThere,
            (Some(has), _, _) => conflict(Conflict::OtherSchedule { id: has }),
            (None, None, None) => self.nobody_has_it(row).map_or_else(conflict, |()| DeleteReadBack::Gone),
            (None, _, _) => conflict(Conflict::NoId),
        }
    }

    /// For a row without a schedule: checks that no name and no condition contradicts that.
    fn nobody_has_it(&self, row: &PlannedEvent) -> Result<(), Conflict> {
        let says_so = |condition: &Condition| matches!(condition, Condition::Scheduled | Condition::Staffed);
        let anyone = !self.reps.is_empty() || !row.staffed_reps.is_empty();
        if anyone || says_so(&row.condition) || says_so(&self.condition) { Err(Conflict::Disagree) } else { Ok(()) }
    }

    /// For a row without a schedule: checks that both conditions are `Unstaffed`.
    fn is_unstaffed(&self, row: &PlannedEvent) -> Result<(), Conflict> {
        match [&row.condition, &self.condition].into_iter().find(|condition| **condition != Condition::Unstaffed) {
            Some(condition) => Err(Conflict::NotOpen { condition: condition.clone() }),
            None => Ok(()),
        }
    }
}
