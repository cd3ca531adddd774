//! Lists and replies in Crossmark's format. In the rows of lists, numbers are strings, and dates are month, day and
//! year.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use crate::ledger::Effect;
use crate::seed::{Condition, Event};
use crate::world::World;

/// Names are truncated to this many characters.
const NAME_CHARS: usize = 100;
const DATE: &str = "%m/%d/%Y";
const DATE_TIME: &str = "%m/%d/%Y %I:%M:%S %p";

/// The rows of the planning list whose window or schedule overlaps `days` and whose condition is requested, sorted by
/// start.
pub(crate) fn planning_rows(world: &World, days: &RangeInclusive<NaiveDate>, conditions: &[Condition]) -> Vec<Value> {
    let mut events: Vec<_> = world
        .events()
        .filter(|event| overlaps(world, event, days) && conditions.contains(&world.condition(event)))
        .collect();
    events.sort_by_key(|event| (event.start, event.plan_id));
    events.into_iter().map(|event| planning_row(world, event)).collect()
}

/// Whether the window or the schedule of an event overlaps `days`.
fn overlaps(world: &World, event: &Event, days: &RangeInclusive<NaiveDate>) -> bool {
    let in_window = event.start <= *days.end() && event.due >= *days.start();
    in_window || world.shown_effect(event.plan_id).is_some_and(|effect| days.contains(&scheduled_day(world, effect)))
}

fn scheduled_day(world: &World, effect: &Effect) -> NaiveDate {
    effect.local_start(world.seed().time_zone).date()
}

fn planning_row(world: &World, event: &Event) -> Value {
    let seed = world.seed();
    let shown = world.shown_effect(event.plan_id);
    let text = |value: Option<String>| value.unwrap_or_default();
    let condition = if event.stale_condition { Condition::Unstaffed } else { world.condition(event) };
    json!({
        "mPlanID": event.plan_id.to_string(),
        "mPlanName": event.name.chars().take(NAME_CHARS).collect::<String>(),
        "mPlanStartDate": event.start.format(DATE).to_string(),
        "mPlanDueDate": event.due.format(DATE).to_string(),
        "scheduleDate": text(shown.map(|effect| effect.local_start(seed.time_zone).format(DATE_TIME).to_string())),
        "condition": condition.word(),
        "storeID": seed.location_id.to_string(),
        "storeName": seed.store_name,
        "storeNumber": seed.store_number,
        "staffedReps": staffed_names(world, event),
        "scheduleRepID": text(shown.map(|effect| effect.rep_id.to_string())),
        "scheduleEventID": text(shown.map(|effect| effect.id.to_string())),
        "salesTools": [{"salesToolURL": format!("/salestools/{}.pdf", event.plan_id)}],
    })
}

/// The name of the scheduled person, otherwise the names that are shown as staffed.
pub(crate) fn staffed_names(world: &World, event: &Event) -> String {
    let scheduled = world.shown_effect(event.plan_id).and_then(|effect| world.person(effect.rep_id));
    scheduled.map_or_else(|| event.staffed_reps.clone(), |person| person.name.clone())
}

/// The events that are scheduled on `days`. Of each, only the number and the length are listed, because
/// Muster reads no more.
pub(crate) fn scheduled_lengths(world: &World, days: &RangeInclusive<NaiveDate>) -> Vec<Value> {
    lengths(world, |event| {
        world.shown_effect(event.plan_id).is_some_and(|effect| days.contains(&scheduled_day(world, effect)))
    })
}

/// The events without a schedule whose window overlaps `days`, listed like [`scheduled_lengths`].
pub(crate) fn unscheduled_lengths(world: &World, days: &RangeInclusive<NaiveDate>) -> Vec<Value> {
    lengths(world, |event| world.shown_effect(event.plan_id).is_none() && overlaps(world, event, days))
}

fn lengths(world: &World, is_listed: impl Fn(&Event) -> bool) -> Vec<Value> {
    let row = |event: &Event| {
        let minutes = event.estimated_minutes?;
        Some(json!({"mPlanID": event.plan_id.to_string(), "EstimatedTime": format!("{minutes}.00")}))
    };
    world.events().filter(|event| is_listed(event)).filter_map(row).collect()
}

/// Everybody who can be scheduled, by `RepID`, with the hours that are scheduled on `days`.
pub(crate) fn people(world: &World, days: &RangeInclusive<NaiveDate>) -> Value {
    let mut minutes_by_rep: BTreeMap<u64, i64> = BTreeMap::new();
    for effect in world.ledger().filter(|effect| effect.is_active() && days.contains(&scheduled_day(world, effect))) {
        *minutes_by_rep.entry(effect.rep_id).or_default() += (effect.end - effect.start).num_minutes();
    }
    let rows = world.seed().people.iter().map(|person| {
        let minutes = minutes_by_rep.get(&person.rep_id).copied().unwrap_or_default();
        let name = person.name.to_uppercase();
        let row = json!({
            "repId": person.rep_id.to_string(),
            "employeeId": person.employee_id,
            "title": name,
            "lastName": name.split_whitespace().next_back().unwrap_or_default(),
            "availableHoursPerDay": "8",
            "scheduledHours": (minutes / 60).to_string(),
        });
        (person.rep_id.to_string(), row)
    });
    Value::Object(rows.collect::<Map<_, _>>())
}

/// The reply to a schedule call that took effect.
pub(crate) fn schedule_reply(world: &World, effect: &Effect) -> Value {
    json!({
        "ok": 1,
        "MVScheduledEvent": {
            "ID": effect.id,
            "Start": effect.start.to_rfc3339(),
            "End": effect.end.to_rfc3339(),
            "IsDeleted": "0",
            "RepID": effect.rep_id,
            "mPlanID": effect.plan_id,
            "LocationID": effect.location_id,
        },
        "repName": world.person(effect.rep_id).map_or("", |person| person.name.as_str()),
    })
}

/// The days between the two dates of a `project` field, `MM/DD/YYYY…,MM/DD/YYYY…`.
pub(crate) fn project_days(project: &str) -> Option<RangeInclusive<NaiveDate>> {
    let day = |text: &str| NaiveDate::parse_from_str(text.trim().get(..10)?, DATE).ok();
    let (from, to) = project.split_once(',')?;
    Some(day(from)?..=day(to)?)
}
