//! How much of a club's capacity is used.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::calendar::{plus_days, week_start};
use crate::club::Presence;
use crate::event_type::EventType;
use crate::fairness::CountedShift;
use crate::snapshot::{Arrivals, EmployeeId, Snapshot};

/// How many people work a type on a day, and how many could.
///
/// For `Other`, everybody counts whose title may work an event that is not full-day (rulebook section 1). Somebody who
/// may work only full-day events counts on the days on which they work one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Utilisation {
    /// The day.
    pub date: NaiveDate,
    /// The type.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// Number of events of the type on that day.
    pub events: u32,
    /// Number of people who work such an event.
    pub working: u32,
    /// Number of people who work such an event or could: available that day, with a title that may work the type. For
    /// Core at most the number of Core that the blocks serve (H14), but at least `working`.
    pub capacity: u32,
}

/// The utilisation of the week of a date, by day and type, without holidays and without types that nobody could work.
pub fn utilisation(snapshot: &Snapshot, shifts: &[CountedShift], date: NaiveDate) -> Vec<Utilisation> {
    let presence = Presence::new(snapshot);
    let mut worked: BTreeMap<(NaiveDate, EventType), (u32, BTreeSet<&EmployeeId>)> = BTreeMap::new();
    for shift in shifts {
        let (events, people) = worked.entry((shift.start.date(), shift.kind)).or_default();
        *events += 1;
        people.insert(&shift.employee_id);
    }
    let blocks = snapshot.settings.block_capacity() * Arrivals::BLOCKS as u32;
    let mut rows = Vec::new();
    for date in (0..7).map(|day| plus_days(week_start(date), day)).filter(|date| !snapshot.holidays.contains(date)) {
        let present = snapshot.employees.iter().filter(|e| presence.hours(&e.id, date).is_ok()).collect::<Vec<_>>();
        for kind in EventType::ALL {
            let (events, working) = worked.remove(&(date, kind)).unwrap_or_default();
            let able = present.iter().filter(|e| e.job_title.may_work(e.juicer_trained, kind, false)).map(|e| &e.id);
            let could = able.chain(working.iter().copied()).collect::<BTreeSet<_>>().len() as u32;
            let working = working.len() as u32;
            let capacity = if kind == EventType::Core { could.min(blocks).max(working) } else { could };
            if capacity > 0 {
                rows.push(Utilisation { date, kind, events, working, capacity });
            }
        }
    }
    rows
}
