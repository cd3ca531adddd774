//! Start and block of a changed event, with as few other changes as section 6 of the rulebook allows. A Core gets a
//! free block. Other Core of that day change their block only if none is free.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use domain::calendar::at_minute;
use domain::club::{DayIx, EventIx, Place as Cell};
use domain::event_type::EventType;
use domain::schedule::Schedule;
use domain::timetable::{Slot, timetable};
use store::events::Place;

use crate::plan::Plan;

/// The requested start is not legal there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadStart {
    /// The legal starts.
    pub legal: Vec<NaiveDateTime>,
}

/// A requested start of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// Any start that the rulebook allows.
    Any,
    /// This start, if it is legal.
    Exactly(NaiveDateTime),
}

/// Starts and blocks by event.
pub type Slots = BTreeMap<EventIx, (NaiveDateTime, Option<u8>)>;

/// The starts of changed events, in a schedule that already contains them. The first event gets the requested start.
/// Also contains other undecided Core events whose block must change.
///
/// # Errors
/// [`BadStart`] if the requested start is not legal.
pub fn slots(plan: &Plan, schedule: &Schedule, changed: &[EventIx], at: At) -> Result<Slots, BadStart> {
    slots_beside(plan, schedule, changed, at, Slots::new())
}

/// Like [`slots`], in addition to starts and blocks that are already known.
///
/// # Errors
/// [`BadStart`] if the requested start is not legal.
pub fn slots_beside(
    plan: &Plan,
    schedule: &Schedule,
    changed: &[EventIx],
    at: At,
    mut found: Slots,
) -> Result<Slots, BadStart> {
    let table: BTreeMap<EventIx, Slot> = timetable(schedule).into_iter().map(|s| (s.event, s)).collect();
    for (n, event) in changed.iter().enumerate() {
        let (Some(slot), Some(cell)) = (table.get(event), schedule.changed_place(*event)) else { continue };
        let at = if n == 0 { at } else { At::Any };
        if schedule.event(*event).kind != EventType::Core {
            match at {
                At::Exactly(start) if start != slot.start => return Err(BadStart { legal: vec![slot.start] }),
                _ => _ = found.insert(*event, (slot.start, slot.block)),
            }
            continue;
        }
        core(plan, schedule, &table, (*event, cell), at, &mut found)?;
    }
    Ok(found)
}

fn core(
    plan: &Plan,
    schedule: &Schedule,
    table: &BTreeMap<EventIx, Slot>,
    (event, cell): (EventIx, Cell),
    at: At,
    found: &mut Slots,
) -> Result<(), BadStart> {
    let date = plan.rules.day(cell.day).date;
    let start_of = |block: u8| at_minute(date, plan.rules.arrival(block));
    let free = free_blocks(plan, schedule, (event, cell), found);
    let own = table.get(&event).and_then(|slot| slot.block);
    if let At::Exactly(start) = at {
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
    let stays = plan.line_of(event).and_then(|l| l.body.place.clone()).filter(|p| p.start.date() == date);
    let stays = stays.and_then(|p| p.block).filter(|b| free.contains(b));
    match own.filter(|b| free.contains(b)).or(stays).or(free.first().copied()) {
        Some(block) => _ = found.insert(event, (start_of(block), Some(block))),
        // No block is free, so the blocks of the whole day are assigned again.
        None => found.extend(core_of(schedule, cell.day).filter_map(|e| {
            let slot = table.get(&e)?;
            Some((e, (slot.start, slot.block)))
        })),
    }
    Ok(())
}

/// The blocks that have a free place that day and whose arrival fits the person's hours, in ascending order.
fn free_blocks(plan: &Plan, schedule: &Schedule, (event, cell): (EventIx, Cell), found: &Slots) -> Vec<u8> {
    let club = &plan.rules;
    let mut served = [0_u32; 8];
    for other in core_of(schedule, cell.day).filter(|e| *e != event) {
        let posting = schedule.event(other).posting().filter(|_| !schedule.is_changed(other));
        let of_line = || plan.line_of(other).and_then(|l| l.body.place.as_ref()?.block);
        let block = posting.map(|p| p.block).or_else(|| found.get(&other).and_then(|s| s.1)).or_else(of_line);
        if let Some(count) = block.and_then(|b| served.get_mut(usize::from(b).wrapping_sub(1))) {
            *count += 1;
        }
    }
    let minutes = schedule.event(event).minutes;
    let hours = club.hours(cell.person, cell.day);
    let fits = |b: &u8| hours.is_some_and(|h| h.hold(club.arrival(*b), minutes));
    (1..=8).filter(|b| served[usize::from(*b) - 1] < club.settings.block_capacity()).filter(fits).collect()
}

fn core_of(schedule: &Schedule, day: DayIx) -> impl Iterator<Item = EventIx> {
    schedule.on(day).filter(|e| schedule.event(*e).kind == EventType::Core)
}

/// The place of a changed event, for its line.
pub fn place(plan: &Plan, schedule: &Schedule, event: EventIx, slots: &Slots) -> Option<Place> {
    let cell = schedule.changed_place(event)?;
    let (start, block) = slots.get(&event)?;
    Some(Place { employee_id: plan.rules.person(cell.person).id.clone(), start: *start, block: *block })
}
