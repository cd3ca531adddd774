//! Converts a line into the arguments of its next call: Crossmark's numbers, the start, and the length of the event.

use std::collections::HashMap;
use std::num::NonZeroU32;

use crossmark::{LocationId, Placement, PlanId, RepId, ScheduledEventId, with_offset};
use domain::snapshot::{ClubFacts, Employee, EmployeeId};
use store::Club;
use store::TableError;
use store::events::Place;
use store::lines::{Line, LineKind};
use store::states::Step;

/// A call that changes something at Crossmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// Takes this schedule back.
    Delete(ScheduledEventId),
    /// Schedules this placement.
    Schedule(Placement),
}

/// Why a call cannot be made, for a person: a number, the person or the length is missing, or the start does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct CannotCall(pub String);

/// Crossmark's numbers of a club and its people.
pub(crate) struct Numbers {
    info: ClubFacts,
    reps: HashMap<EmployeeId, u64>,
}

impl Numbers {
    /// Reads the numbers of a club; `None` if there is no such club.
    ///
    /// # Errors
    /// The table cannot be read.
    pub async fn read(club: &Club<'_>) -> Result<Option<Numbers>, TableError> {
        let Some(info) = club.info().await? else { return Ok(None) };
        let employees = club.all_documents::<Employee>().await?;
        let reps = employees.into_iter().filter_map(|e| Some((e.body.id, e.body.rep_id?))).collect();
        Ok(Some(Numbers { info: info.body, reps }))
    }

    /// The club's zone.
    pub fn zone(&self) -> chrono_tz::Tz {
        self.info.time_zone
    }

    /// The call of a step. A move's new placement is checked before its old one is deleted, so that a missing number
    /// stops it before anything is lost.
    ///
    /// # Errors
    /// A number that the call needs is missing, or the start does not exist in the club's zone.
    pub fn call(&self, line: &Line, step: Step) -> Result<Call, CannotCall> {
        match step {
            Step::Delete => {
                if line.kind != LineKind::Dropped {
                    self.placement(line, step)?;
                }
                Numbers::old_id(line).map(Call::Delete)
            }
            Step::Schedule | Step::Restore => self.placement(line, step).map(Call::Schedule),
        }
    }

    /// The placement of a schedule call: the old one for a restore, otherwise the new one.
    ///
    /// # Errors
    /// The line has no such placement, a number or the length is missing, or the start does not exist in the club's
    /// zone.
    pub fn placement(&self, line: &Line, step: Step) -> Result<Placement, CannotCall> {
        let old = line.from.as_ref().map(|from| &from.place);
        let place = if step == Step::Restore { old } else { line.place.as_ref() };
        let Place { employee_id, start, .. } =
            place.ok_or_else(|| cannot_call("the line has no person and no start"))?;
        let rep = self.reps.get(employee_id).ok_or_else(|| cannot_call("the employee has no Crossmark number"))?;
        with_offset(self.zone(), *start).map_err(|error| cannot_call(&error.to_string()))?;
        Ok(Placement {
            event: plan_id(line)?,
            employee: RepId::try_from(*rep).map_err(|_| cannot_call("the employee's Crossmark number is 0"))?,
            location: self.location()?,
            start: *start,
            minutes: NonZeroU32::new(line.event.minutes()).ok_or_else(|| cannot_call("the event has no length"))?,
        })
    }

    /// A person's number, if it is known.
    pub fn rep(&self, employee: &EmployeeId) -> Option<RepId> {
        self.reps.get(employee).and_then(|rep| RepId::try_from(*rep).ok())
    }

    /// The club's location number.
    ///
    /// # Errors
    /// The club has no usable location number.
    pub fn location(&self) -> Result<LocationId, CannotCall> {
        let location = self.info.location_id.and_then(|id| LocationId::try_from(id).ok());
        location.ok_or_else(|| cannot_call("the club has no Crossmark location"))
    }

    /// Crossmark's number of the schedule that a line takes back.
    ///
    /// # Errors
    /// The number is not known.
    pub fn old_id(line: &Line) -> Result<ScheduledEventId, CannotCall> {
        let id = line.placement_to_delete().and_then(|from| from.scheduled_event_id);
        let id = id.and_then(|id| ScheduledEventId::try_from(id.0).ok());
        id.ok_or_else(|| {
            cannot_call(
                "Crossmark's list does not show the number of the posted schedule, so the schedule cannot be taken \
                 back",
            )
        })
    }
}

/// Crossmark's number of a line's event.
pub(crate) fn plan_id(line: &Line) -> Result<PlanId, CannotCall> {
    PlanId::try_from(line.event.event_ref.0).map_err(|_| cannot_call("the event has no Crossmark number"))
}

fn cannot_call(words: &str) -> CannotCall {
    CannotCall(words.to_owned())
}
