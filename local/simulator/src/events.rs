//! `POST /_sim/events`: changes, adds and cancels events, as people do at Crossmark.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::seed::{Condition, Event};
use crate::world::World;

/// The body of `POST /_sim/events`: a list of changes, bare or under `events`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Changes {
    Bare(Vec<EventChange>),
    Named { events: Vec<EventChange> },
}

/// A change of the event with a known number: the given members are changed. A new number adds an event, which needs a name
/// and both dates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventChange {
    #[serde(rename = "mPlanID")]
    plan_id: u64,
    name: Option<String>,
    start: Option<NaiveDate>,
    due: Option<NaiveDate>,
    condition: Option<Condition>,
    estimated_minutes: Option<u32>,
    #[serde(rename = "staffedReps")]
    staffed_reps: Option<String>,
    stale_condition: Option<bool>,
}

impl Changes {
    /// The resulting events.
    ///
    /// # Errors
    /// A new event lacks a member; the message names it.
    pub fn events(self, world: &World) -> Result<Vec<Event>, String> {
        let (Self::Bare(changes) | Self::Named { events: changes }) = self;
        changes.into_iter().map(|change| change.event(world)).collect()
    }
}

impl EventChange {
    fn event(self, world: &World) -> Result<Event, String> {
        let plan_id = self.plan_id;
        let existing = world.event(plan_id).cloned();
        let missing = |field: &str| format!("event {plan_id} is new and needs a {field}");
        let name = self.name.or_else(|| existing.as_ref().map(|event| event.name.clone()));
        let start = self.start.or_else(|| existing.as_ref().map(|event| event.start));
        let due = self.due.or_else(|| existing.as_ref().map(|event| event.due));
        let condition = self.condition.or_else(|| existing.as_ref().map(|event| event.condition));
        Ok(Event {
            plan_id,
            name: name.ok_or_else(|| missing("name"))?,
            start: start.ok_or_else(|| missing("start"))?,
            due: due.ok_or_else(|| missing("due"))?,
            condition: condition.unwrap_or(Condition::Unstaffed),
            estimated_minutes: self.estimated_minutes.or_else(|| existing.as_ref()?.estimated_minutes),
            staffed_reps: self
                .staffed_reps
                .or_else(|| Some(existing.as_ref()?.staffed_reps.clone()))
                .unwrap_or_default(),
            stale_condition: self.stale_condition.or_else(|| Some(existing?.stale_condition)).unwrap_or_default(),
        })
    }
}
