//! Start and block of a changed event, with as few other changes as section 6 of the rulebook allows. A Core event gets a
//! free block. The other Core events of the day change their blocks only if no block is free.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use domain::calendar::at_minute;
use domain::club::{DayIx, EventIx, Place as Cell};
use domain::event_type::EventType;
use domain::schedule::Schedule;
use domain::timetable::{Slot, timetable};
use store::events::Place;

use crate::plan::Plan;

/// The requested start is not legal for the event's person and day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadStart {
    /// The legal starts.
    pub legal: Vec<NaiveDateTime>,
}

/// The requested start of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestedStart {
    /// Any start that the rulebook allows.
    Any,
    /// This start, if it is legal.
    Exactly(NaiveDateTime),
}

/// Starts and blocks by event.
pub type Slots = BTreeMap<EventIx, (NaiveDateTime, Option<u8>)>;

/// Starts and blocks of changed events, in a schedule that already contains the changes. The requested start is that of the
/// first event. Other Core events are included if their block must change.
///
/// # Errors
/// [`BadStart`] if the requested start is not legal.
pub fn slots(plan: &Plan, schedule: &Schedule, changed: &[EventIx], start: RequestedStart) -> Result<Slots, BadStart> {
    slots_beside(plan, schedule, changed, start, Slots::new())
}

/// Like [`slots`]. `found` has the starts and blocks of other changed events; those of `changed` are added to it.
///
/// # Errors
/// [`BadStart`] if the requested start is not legal.
pub fn slots_beside(
    plan: &Plan,
    schedule: &Schedule,
    changed: &[EventIx],
    start: RequestedStart,
    mut found: Slots,
) -> Result<Slots, BadStart> {
    let table: BTreeMap<EventIx, Slot> = timetable(schedule).into_iter().map(|s| (s.event, s)).collect();
    for (n, event) in changed.iter().enumerate() {
        let (Some(slot), Some(cell)) = (table.get(event), schedule.changed_place(*event)) else { continue };
        let start = if n == 0 { start } else { RequestedStart::Any };
        if schedule.event(*event).kind != EventType::Core {
            match start {
                RequestedStart::Exactly(start) if start != slot.start => {
                    return Err(BadStart { legal: vec![slot.start] });
                }
                _ => _ = found.insert(*event, (slot.start, slot.block)),
            }
            continue;
        }
        add_core(plan, schedule, &table, (*event, cell), start, &mut found)?;
    }
    Ok(found)
}

/// Adds the start and block of a changed Core event. If no block is free, adds those of all Core events of its day.
fn add_core(
    plan: &Plan,
    schedule: &Schedule,
    table: &BTreeMap<EventIx, Slot>,
    (event, cell): (EventIx, Cell),
    start: RequestedStart,
    found: &mut Slots,
) -> Result<(), BadStart> {
    let date = plan.rules.day(cell.day).date;
    let start_of = |block: u8| at_minute(date, plan.rules.arrival(block));
    let free = free_blocks(plan, schedule, (event, cell), found);
    let own = table.get(&event).and_then(|slot| slot.block);
    if let RequestedStart::Exactly(start) = start {
        let block =
            own.filter(|b| free.contains(b)).into_iter().chain(free.iter().copied()).find(|b| start_of(*b) == start);
        let Some(block) = block else {
            let mut legal: Vec<NaiveDateTime> = free.iter().map(|b| start_of(*b)).collect();
            legal.sort_unstable();
            legal.dedup();
            return Err(BadStart { legal });
        };
        found.insert(event, (start, Some(block)));
        return Ok(());
    }
    let of_line = plan.line_of(event).and_then(|l| l.body.place.clone()).filter(|p| p.start.date() == date);
    let of_line = of_line.and_then(|p| p.block).filter(|b| free.contains(b));
    match own.filter(|b| free.contains(b)).or(of_line).or(free.first().copied()) {
        Some(block) => _ = found.insert(event, (start_of(block), Some(block))),
        // No block is free, so the blocks of the whole day are assigned again.
        None => found.extend(core_of(schedule, cell.day).filter_map(|e| {
            let slot = table.get(&e)?;
            Some((e, (slot.start, slot.block)))
        })),
    }
    Ok(())
}

/// The blocks that have capacity left on the event's day, and whose arrival fits the person's hours, in ascending order.
fn free_blocks(plan: &Plan, schedule: &Schedule, (event, cell): (EventIx, Cell), found: &Slots) -> Vec<u8> {
    let club = &plan.rules;
    let mut used = [0_u32; 8];
    for other in core_of(schedule, cell.day).filter(|e| *e != event) {
        let posting = schedule.event(other).posting().filter(|_| !schedule.is_changed(other));
        let of_line = || plan.line_of(other).and_then(|l| l.body.place.as_ref()?.block);
        let block = posting.map(|p| p.block).or_else(|| found.get(&other).and_then(|s| s.1)).or_else(of_line);
        if let Some(count) = block.and_then(|b| used.get_mut(usize::from(b).wrapping_sub(1))) {
            *count += 1;
        }
    }
    let minutes = schedule.event(event).minutes;
    let hours = club.hours(cell.person, cell.day);
    let fits = |b: &u8| hours.is_some_and(|h| h.hold(club.arrival(*b), minutes));
    (1..=8).filter(|b| used[usize::from(*b) - 1] < club.settings.block_capacity()).filter(fits).collect()
}

/// The Core events of a day.
fn core_of(schedule: &Schedule, day: DayIx) -> impl Iterator<Item = EventIx> {
    schedule.on(day).filter(|e| schedule.event(*e).kind == EventType::Core)
}

/// The new place of an event for its line; `None` if the change gives it none.
pub fn place(plan: &Plan, schedule: &Schedule, event: EventIx, slots: &Slots) -> Option<Place> {
    let cell = schedule.changed_place(event)?;
    let (start, block) = slots.get(&event)?;
    Some(Place { employee_id: plan.rules.person(cell.person).id.clone(), start: *start, block: *block })
}
