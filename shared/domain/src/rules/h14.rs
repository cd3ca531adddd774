//! H14: each shift block of a day serves at most `block_capacity` Core events.
//!
//! In a run there is one violation for each new or moved Core without a block. Its amount is the number of Core that
//! day if there are more new and moved Core than free places in the blocks. Otherwise the amount is 0: places are free,
//! but not at the hours of the Core's employee. A Core that fits no arrival at all breaks H2 instead. In a look at what
//! is posted (rulebook section 10) there is one violation for each block with more Core than it may serve; its amount
//! is the number of Core in the block.

use super::{HardName, HardRule, Violation, facts};
use crate::blocks;
use crate::calendar::time_in_words;
use crate::club::{DayIx, EventIx};
use crate::event_type::EventType;
use crate::schedule::Schedule;

/// The rule.
pub static RULE: HardRule = HardRule {
    name: HardName::H14,
    title: "A block for every Core",
    check: |schedule, scope, found| {
        for day in &scope.days {
            if schedule.judges_posted() {
                report_overfull_blocks(schedule, *day, found);
                continue;
            }
            let core = |e: &EventIx| schedule.event(*e).kind == EventType::Core;
            if !schedule.on(*day).any(|e| schedule.is_changed(e) && core(&e)) {
                continue;
            }
            let blocks = blocks::without_assignment(schedule, *day);
            for e in blocks.without_block {
                let person = schedule.place(e).map(|p| p.person);
                let amount = if blocks.is_overfull { schedule.core_on(*day) } else { 0 };
                found.push(Violation::new(HardName::H14, person, Some(*day), [e]).with_amount(amount));
            }
        }
    },
    words: |club, v| {
        let (what, when, who) = (facts::what(club, v), facts::when(club, v), facts::who(club, v));
        match v.amount {
            0 => format!("no shift block is left for {what} on {when} at the hours of {who}"),
            core => format!("the shift blocks of {when} cannot serve {core} Core: none is left for {what}"),
        }
    },
    posted_words: |club, v| {
        let (when, all) = (facts::when(club, v), facts::all_events_in_words(club, v));
        let block = v.event.and_then(|e| club.event(e).posting()).map_or(1, |p| p.block);
        let (arrival, capacity) = (time_in_words(club.arrival(block)), club.settings.block_capacity());
        format!("block {block} ({arrival}) of {when} has {} Core, more than {capacity}: {all}", v.amount)
    },
};

/// Records a violation for each block of a day with more posted Core than it may serve (rulebook section 10).
fn report_overfull_blocks(schedule: &Schedule, day: DayIx, found: &mut Vec<Violation>) {
    let core = schedule.on(day).filter(|e| schedule.event(*e).kind == EventType::Core);
    let mut served: [Vec<EventIx>; blocks::ALL.len()] = Default::default();
    for e in core {
        if let Some(posting) = schedule.event(e).posting() {
            served[usize::from(posting.block - 1)].push(e);
        }
    }
    for mut core in served {
        if core.len() > schedule.club().settings.block_capacity() as usize {
            core.sort_unstable();
            let amount = core.len() as u32;
            found.push(Violation::new(HardName::H14, None, Some(day), core).with_amount(amount));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::breaks;

    #[test]
    fn eight_blocks_serve_one_core_each() {
        let people: String = (1..=9).map(|i| format!("person P{i} specialist\n event {i} Core 24..25\n")).collect();
        let eight = (1..=8).map(|i| format!("{i} P{i} 24")).collect::<Vec<_>>().join(", ");
        assert_eq!(breaks(&people, &eight), "");
        assert_eq!(breaks(&people, &format!("{eight}, 9 P9 24")), "H14");
        assert_eq!(breaks(&format!("{people} set block_capacity 2"), &format!("{eight}, 9 P9 24")), "");
    }

    #[test]
    fn the_days_lead_has_block_1_even_if_somebody_else_gets_no_block() {
        let club = "person L lead
            person A specialist
            person B specialist
            weekly A tue=08:00-17:00
            weekly B tue=08:00-17:00
            rotation lead tue L
            event 1 Core 24..25
            event 2 Core 24..25
            event 3 Core 24..25";
        assert_eq!(breaks(club, "1 A 24, 2 B 24"), "");
        assert_eq!(breaks(club, "1 A 24, 2 B 24, 3 L 24"), "H14");
        assert_eq!(breaks(club, "1 A 24, 3 L 24"), "");
    }

    #[test]
    fn posted_core_above_the_capacity_break_nothing_and_leave_no_place_in_their_block() {
        let club = "person A specialist
            person B specialist
            person N specialist
            weekly N tue=08:00-16:45
            event 1 Core 24..25
            posted 2 Core 24..25 A 24 block=1
            posted 3 Core 24..25 B 24 block=1
            set block_capacity 1";
        assert_eq!(breaks(club, "1 N 24"), "", "block 2 is left");
        assert_eq!(breaks(&format!("{club}\n person D specialist\n posted 4 Core 24..25 D 24 block=2"), "1 N 24"), "H14");
    }
}
