//! The effect of a proposal on each day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use domain::event_type::EventType;
use domain::snapshot::EmployeeId;
use serde::Serialize;
use store::lines::{Line, LineKind};
use store::states::LineStatus;
use utoipa::ToSchema;

/// The changes on one day.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct DayPreview {
    /// Number of events that are newly placed on the day.
    new: usize,
    /// Number of posted events that move to the day, or stay on it with another person or time.
    moved_in: usize,
    /// Number of posted events that move away from the day, or stay on it with another person or time.
    moved_out: usize,
    /// Number of posted schedules of the day that are taken back.
    dropped: usize,
    /// Number of Core events on the day after the approval minus the number before.
    core_difference: i64,
    /// Minutes of the events that the proposal places on the day.
    minutes: u32,
    /// Number of people to whom the proposal gives an event on the day.
    employees: usize,
    /// The ids of the lines that place an event on the day, in order of start.
    lines: Vec<String>,
    #[serde(skip)]
    people: BTreeSet<EmployeeId>,
    #[serde(skip)]
    starts: Vec<(NaiveDateTime, String)>,
}

/// The days that a proposal changes, by date, without lines that were rejected or superseded.
pub fn daily_preview<'l>(lines: impl Iterator<Item = &'l Line>) -> BTreeMap<String, DayPreview> {
    let mut days: BTreeMap<String, DayPreview> = BTreeMap::new();
    let is_counted = |line: &&Line| !matches!(line.state.status(), LineStatus::Rejected | LineStatus::Superseded);
    for line in lines.filter(is_counted) {
        let core = i64::from(line.event.event_type() == EventType::Core);
        if let Some(old) = &line.from {
            let day = days.entry(old.place.start.date().to_string()).or_default();
            day.core_difference -= core;
            match line.kind {
                LineKind::Dropped => day.dropped += 1,
                _ => day.moved_out += 1,
            }
        }
        let Some(place) = line.place.as_ref().filter(|_| line.kind != LineKind::Dropped) else { continue };
        let day = days.entry(place.start.date().to_string()).or_default();
        day.core_difference += core;
        match line.kind {
            LineKind::Moved => day.moved_in += 1,
            _ => day.new += 1,
        }
        day.minutes += line.event.minutes();
        day.people.insert(place.employee_id.clone());
        day.starts.push((place.start, line.key.to_string()));
    }
    for day in days.values_mut() {
        day.starts.sort();
        day.employees = day.people.len();
        day.lines = std::mem::take(&mut day.starts).into_iter().map(|(_, id)| id).collect();
    }
    days
}
