//! Start and block of changed events. A Core event gets a free block, and the other Core events of its day keep theirs. If no
//! block is free, section 6 of the rulebook assigns the blocks of all new and moved Core events of that day again. A start that
//! a person asked for stays, or the change is refused.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use domain::calendar::{at_minute, minute_of, time_in_words};
use domain::club::{DayIx, EventIx, Place as PersonDay};
use domain::event_type::EventType;
use domain::schedule::Schedule;
use domain::timetable::{Slot, timetable};
use store::events::Place;
use store::states::LineStatus;

use crate::error::DeskError;
use crate::plan::Plan;

/// Why a change is refused: an event has no start that it may get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoStart {
    /// The start that was asked for is not legal for the event's person and day.
    NotLegal {
        /// The legal starts.
        legal: Vec<NaiveDateTime>,
    },
    /// No block is free, and a new assignment of the day's blocks would change a start that a person asked for.
    NoneLeft {
        /// The event without a start.
        event: EventIx,
        /// The event whose start would change.
        other: EventIx,
        /// The start that a person asked for, for the other event.
        start: NaiveDateTime,
    },
}

impl NoStart {
    /// The error for the caller.
    pub fn error(self, plan: &Plan) -> DeskError {
        match self {
            NoStart::NotLegal { legal } => DeskError::BadStart { legal },
            NoStart::NoneLeft { event, other, start } => {
                let title = |event| plan.club.event(event).title();
                let time = time_in_words(minute_of(start));
                let words = format!(
                    "no start is left for {} while {} starts at {time}, which a person asked for",
                    title(event),
                    title(other)
                );
                DeskError::NoStartLeft { words }
            }
        }
    }
}

/// The starts that people asked for, by event.
pub type AskedStarts = BTreeMap<EventIx, NaiveDateTime>;

/// Starts and blocks by event.
pub type Slots = BTreeMap<EventIx, (NaiveDateTime, Option<u8>)>;

/// The starts of the Core events that a person placed by hand in the current proposal, where they still are.
pub fn starts_by_hand(plan: &Plan) -> AskedStarts {
    let edited = plan.open_lines().filter(|line| line.state.status() == LineStatus::UserEdited);
    let by_hand = edited.filter_map(|line| {
        let place = line.place.as_ref()?;
        let wish = line.decisions.wish.as_ref()?;
        let event = plan.club.find(line.key.event)?;
        let is_core = plan.club.event(event).kind == EventType::Core;
        (is_core && wish.is_for(place)).then_some((event, place.start))
    });
    by_hand.collect()
}

/// Starts and blocks of the events in `changed`, in a schedule that already contains the changes. An event that is not in
/// `asked` gets a start that the rulebook allows. Other new and moved Core events of the day are included if the blocks of
/// the day are assigned again.
///
/// # Errors
/// [`NoStart`] if a start in `asked` is not legal for an event in `changed`, or would have to change for another event.
pub fn slots(plan: &Plan, schedule: &Schedule, changed: &[EventIx], asked: &AskedStarts) -> Result<Slots, NoStart> {
    slots_beside(plan, schedule, changed, asked, Slots::new())
}

/// Like [`slots`]. `found` has the starts and blocks of other changed events; those of `changed` are added to it.
///
/// # Errors
/// As [`slots`].
pub fn slots_beside(
    plan: &Plan,
    schedule: &Schedule,
    changed: &[EventIx],
    asked: &AskedStarts,
    mut found: Slots,
) -> Result<Slots, NoStart> {
    let table: BTreeMap<EventIx, Slot> = timetable(schedule).into_iter().map(|s| (s.event, s)).collect();
    for event in changed {
        let (Some(slot), Some(person_day)) = (table.get(event), schedule.changed_place(*event)) else { continue };
        if schedule.event(*event).kind == EventType::Core {
            add_core(plan, schedule, &table, (*event, person_day), asked, &mut found)?;
        } else if asked.get(event).is_some_and(|start| *start != slot.start) {
            return Err(NoStart::NotLegal { legal: vec![slot.start] });
        } else {
            found.insert(*event, (slot.start, slot.block));
        }
    }
    Ok(found)
}

/// Adds the start and block of a changed Core event. If no block is free, adds those that section 6 of the rulebook gives
/// to all new and moved Core events of its day.
fn add_core(
    plan: &Plan,
    schedule: &Schedule,
    table: &BTreeMap<EventIx, Slot>,
    (event, person_day): (EventIx, PersonDay),
    asked: &AskedStarts,
    found: &mut Slots,
) -> Result<(), NoStart> {
    let date = plan.club.day(person_day.day).date;
    let start_of = |block: u8| at_minute(date, plan.club.arrival(block));
    let free = free_blocks(plan, schedule, (event, person_day), found);
    let block_in_table = table.get(&event).and_then(|slot| slot.block);
    if let Some(start) = asked.get(&event).copied() {
        let block = block_in_table
            .filter(|b| free.contains(b))
            .into_iter()
            .chain(free.iter().copied())
            .find(|b| start_of(*b) == start);
        let Some(block) = block else { return Err(NoStart::NotLegal { legal: starts_of(&free, start_of) }) };
        found.insert(event, (start, Some(block)));
        return Ok(());
    }
    let place_of_line = plan.line_of(event).and_then(|l| l.body.place.clone()).filter(|p| p.start.date() == date);
    let block_of_line = place_of_line.and_then(|p| p.block).filter(|b| free.contains(b));
    if let Some(block) = block_in_table.filter(|b| free.contains(b)).or(block_of_line).or(free.first().copied()) {
        found.insert(event, (start_of(block), Some(block)));
        return Ok(());
    }
    let slots_of_day = core_of(schedule, person_day.day).filter_map(|e| {
        let slot = table.get(&e)?;
        Some((e, (slot.start, slot.block)))
    });
    let slots_of_day: Slots = slots_of_day.collect();
    let changed_start = |(e, (start, _)): (&EventIx, &(NaiveDateTime, Option<u8>))| {
        let asked = asked.get(e).filter(|asked| *asked != start)?;
        Some((*e, *asked))
    };
    let first_changed = slots_of_day.iter().find_map(changed_start);
    match (first_changed, slots_of_day.get(&event).copied()) {
        (None, _) => found.extend(slots_of_day),
        // Section 6 has no block for the event either (H14), so the other events need not change.
        (Some(_), Some((start, None))) => _ = found.insert(event, (start, None)),
        (Some((other, start)), _) => return Err(NoStart::NoneLeft { event, other, start }),
    }
    Ok(())
}

/// The blocks that have capacity left on the event's day, and whose arrival fits the person's hours, in ascending order. If
/// the person's hours fit no arrival (H2 is broken anyway), the hours do not count. Another changed event counts with its
/// block in `found`, otherwise with that of its line; with neither, it does not count.
fn free_blocks(plan: &Plan, schedule: &Schedule, (event, person_day): (EventIx, PersonDay), found: &Slots) -> Vec<u8> {
    let club = &plan.club;
    let minutes = schedule.event(event).minutes;
    let hours = club.hours(person_day.person, person_day.day);
    let fits = |b: &u8| hours.is_some_and(|h| h.hold(club.arrival(*b), minutes));
    let any_fits = (1..=8).any(|block| fits(&block));
    let beside = blocks_beside_others(plan, schedule, (event, person_day.day), found);
    beside.into_iter().filter(|block| !any_fits || fits(block)).collect()
}

/// The blocks of a day that have capacity left beside the other Core events, in ascending order.
fn blocks_beside_others(plan: &Plan, schedule: &Schedule, (event, day): (EventIx, DayIx), found: &Slots) -> Vec<u8> {
    let mut used = [0_u32; 8];
    for other in core_of(schedule, day).filter(|e| *e != event) {
        let posting = schedule.event(other).posting().filter(|_| !schedule.is_changed(other));
        let of_line = || plan.line_of(other).and_then(|l| l.body.place.as_ref()?.block);
        let block = posting.map(|p| p.block).or_else(|| found.get(&other).and_then(|s| s.1)).or_else(of_line);
        if let Some(count) = block.and_then(|b| used.get_mut(usize::from(b).wrapping_sub(1))) {
            *count += 1;
        }
    }
    (1..=8).filter(|b| used[usize::from(*b) - 1] < plan.club.settings.block_capacity()).collect()
}

/// Starts and blocks of events that go back to the places where the solver put them, in a schedule that already
/// contains the change. A Core event gets its former block. If an event that only made room for another one has that
/// block now, it goes back to its own former block too. Otherwise the Core event gets another block with the same
/// arrival.
///
/// # Errors
/// [`NoStart::NotLegal`] if no block with that arrival has capacity left.
pub fn slots_of_originals(plan: &Plan, schedule: &Schedule, originals: &[(EventIx, Place)]) -> Result<Slots, NoStart> {
    slots_for_originals(plan, schedule, originals, true)
        .or_else(|_| slots_for_originals(plan, schedule, originals, false))
}

/// Like [`slots_of_originals`]; if `with_others`, other events may go back to their former blocks too.
fn slots_for_originals(
    plan: &Plan,
    schedule: &Schedule,
    originals: &[(EventIx, Place)],
    with_others: bool,
) -> Result<Slots, NoStart> {
    let mut found = Slots::new();
    let mut waiting = originals.to_vec();
    while let Some((event, original)) = waiting.pop() {
        let (Some(person_day), Some(former)) = (schedule.changed_place(event), original.block) else {
            found.insert(event, (original.start, original.block));
            continue;
        };
        let free = blocks_beside_others(plan, schedule, (event, person_day.day), &found);
        let start_of = |block: u8| at_minute(original.start.date(), plan.club.arrival(block));
        let mut block = Some(former).filter(|former| free.contains(former));
        if block.is_none() && with_others {
            let others = core_of(schedule, person_day.day).filter(|e| *e != event && !found.contains_key(e));
            let mut movable = others.filter_map(|e| Some((e, present_block_and_original(plan, schedule, e)?)));
            let occupant = movable.find(|(_, (present, _))| *present == former);
            block = occupant.is_some().then_some(former);
            waiting.extend(occupant.map(|(e, (_, original))| (e, original)));
        }
        let block = block.or_else(|| free.iter().copied().find(|b| start_of(*b) == original.start));
        let Some(block) = block else { return Err(NoStart::NotLegal { legal: starts_of(&free, start_of) }) };
        found.insert(event, (original.start, Some(block)));
    }
    Ok(found)
}

/// The present block and the original place of an event that only got that block because another event was changed: its
/// person and day are as the solver proposed, and nobody asked for another start.
fn present_block_and_original(plan: &Plan, schedule: &Schedule, event: EventIx) -> Option<(u8, Place)> {
    let line = &plan.line_of(event).filter(|_| schedule.changed_place(event).is_some())?.body;
    let (place, original) = line.place.as_ref().zip(line.original.as_ref())?;
    let is_same_person_day = place.employee_id == original.employee_id && place.start.date() == original.start.date();
    let is_not_asked_for = line.state.status().is_open() && line.decisions.wish.is_none();
    let present = place.block.filter(|block| original.block != Some(*block))?;
    (is_same_person_day && is_not_asked_for).then(|| (present, original.clone()))
}

/// Moves events of a day that had made room for another event back to their former blocks, if these have capacity
/// again. The other event has left the day. `schedule` already contains the change.
pub fn restore_blocks(plan: &Plan, schedule: &Schedule, day: DayIx, found: &mut Slots) {
    loop {
        let others = core_of(schedule, day).filter(|e| !found.contains_key(e));
        let next =
            others.filter_map(|e| Some((e, present_block_and_original(plan, schedule, e)?.1))).find(|(e, original)| {
                let free = blocks_beside_others(plan, schedule, (*e, day), found);
                original.block.is_some_and(|former| free.contains(&former))
            });
        let Some((event, original)) = next else { return };
        found.insert(event, (original.start, original.block));
    }
}

/// The starts of blocks, in order, each once.
fn starts_of(blocks: &[u8], start_of: impl Fn(u8) -> NaiveDateTime) -> Vec<NaiveDateTime> {
    let mut starts: Vec<NaiveDateTime> = blocks.iter().map(|block| start_of(*block)).collect();
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// The Core events of a day.
fn core_of(schedule: &Schedule, day: DayIx) -> impl Iterator<Item = EventIx> {
    schedule.on(day).filter(|e| schedule.event(*e).kind == EventType::Core)
}

/// The new place of an event for its line; `None` if the change gives it none.
pub fn place(plan: &Plan, schedule: &Schedule, event: EventIx, slots: &Slots) -> Option<Place> {
    let person_day = schedule.changed_place(event)?;
    let (start, block) = slots.get(&event)?;
    Some(Place { employee_id: plan.club.person(person_day.person).id.clone(), start: *start, block: *block })
}
