//! Start times and blocks of everything that a run places (rulebook section 6).

use chrono::NaiveDateTime;

use crate::blocks;
use crate::calendar::at_minute;
use crate::club::{EventIx, Place};
use crate::event_type::EventType;
use crate::schedule::Schedule;

/// A new or moved event with its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// The event.
    pub event: EventIx,
    /// The person and the day.
    pub place: Place,
    /// When it starts, club-local.
    pub start: NaiveDateTime,
    /// The shift block of a Core that has one.
    pub block: Option<u8>,
}

/// The slots of all new and moved events, in order of ref. A Core that got no block has the start of block 1.
pub fn timetable(schedule: &Schedule) -> Vec<Slot> {
    let club = schedule.club();
    let mut block_of = vec![None; club.events.len()];
    for day in club.day_ixs() {
        for (event, block) in blocks::assign(schedule, day).assigned {
            block_of[event.0] = Some(block);
        }
    }
    let changed = club.event_ixs().filter_map(|event| Some((event, schedule.changed_place(event)?)));
    changed
        .map(|(event, place)| {
            let block = block_of[event.0];
            let minute = match (schedule.event(event).kind, block) {
                (EventType::Core, block) => club.start_after_moment(place.day, club.arrival(block.unwrap_or(1))).start,
                (_, _) => club.start_on(schedule.event(event), place.day).start,
            };
            Slot { event, place, start: at_minute(club.day(place.day).date, minute), block }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{club, plan};

    /// `ref@HH:MM` or `ref@HH:MM/block` of each placement.
    fn starts(lines: &str, text: &str) -> String {
        let club = club(lines);
        let slots = timetable(&plan(&club, text));
        let one = |s: &Slot| {
            let block = s.block.map(|b| format!("/{b}")).unwrap_or_default();
            format!("{}@{}{block}", club.event(s.event).event_ref, s.start.format("%H:%M"))
        };
        slots.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn digital_events_take_their_slots_in_order_of_ref_whether_placed_or_not() {
        let lines = "person C supervisor
            event 1 Digitals 24..25
            event 2 DigitalSetup 24..25
            event 3 DigitalRefresh 24..25
            event 4 DigitalTeardown 24..25
            event 5 DigitalTeardown 24..25
            event 6 Digitals 24..25 condition=Paused
            event 7 Digitals 24..25
            posted 8 DigitalRefresh 24..25 C 24 at=10:30
            posted 9 DigitalTeardown 24..25 C 24 at=17:00";
        assert_eq!(starts(lines, "1 C 24, 2 C 24, 3 C 24, 7 C 24"), "1@10:15 2@10:45 3@11:00 7@11:15");
        assert_eq!(starts(lines, "3 C 24, 5 C 24"), "3@11:00 5@17:30");
    }

    #[test]
    fn a_freeosk_starts_at_ten_for_a_setup_or_a_refresh_and_at_noon_otherwise() {
        let lines = "person C supervisor
            event 1 Freeosk 24..25 product=Setup
            event 2 Freeosk 24..25 product=Refresh
            event 3 Freeosk 25..26 product=refresh
            event 4 Freeosk 25..26
            posted 5 Freeosk 26..27 C 26 product=SETUP at=09:00
            event 6 Freeosk 26..27 product=Refresh";
        let all = "1 C 24, 2 C 24, 3 C 25, 4 C 25, 6 C 26";
        assert_eq!(starts(lines, all), "1@10:00 2@12:00 3@10:00 4@12:00 6@12:00");
    }

    #[test]
    fn all_other_types_have_the_start_of_the_table() {
        let lines = "person B barista
            person C supervisor
            person L lead
            event 1 JuicerProduction 24..25
            event 2 JuicerSurvey 24..25
            event 3 JuicerDeepClean 25..26
            event 4 Other 24..25
            event 5 Other 26..27 minutes=480
            posted 6 Core 22..40 L 24 number=619006
            posted 7 Supervisor 24..25 C 24 number=619006 at=15:00";
        let all = "1 B 24, 2 B 24, 3 B 25, 4 C 24, 5 L 26, 6 L 25, 7 C 25";
        assert_eq!(starts(lines, all), "1@09:00 2@17:00 3@09:00 4@12:00 5@09:00 6@10:15/1 7@12:00");
    }

    #[test]
    fn the_days_lead_gets_block_1_and_the_others_get_blocks_in_order() {
        let people: String =
            (1..=9).map(|i| format!("person P{i} lead\n event {i} Core 24..25\n event 1{i} Core 24..25\n")).collect();
        let lead = format!("{people} rotation lead tue P3");
        assert_eq!(starts(&lead, "1 P1 24, 2 P2 24, 3 P3 24"), "1@10:15/2 2@10:45/3 3@10:15/1");
        let nine = (1..=9).map(|i| format!("{i} P{i} 24")).collect::<Vec<_>>().join(", ");
        let busy = starts(&format!("{people} set block_capacity 2"), &nine);
        // Nine Core: blocks 1, 3, 5, 7, 2, 4, 6, 8 and the second place of block 1. Lower ids get lower blocks.
        let blocks: Vec<_> = busy.split(' ').filter_map(|s| s.split('/').nth(1)).collect();
        assert_eq!(blocks, ["1", "1", "2", "3", "4", "5", "6", "7", "8"]);
    }

    #[test]
    fn posted_core_keep_their_blocks_and_those_without_get_one_as_posted() {
        let lines = "person A specialist
            person B specialist
            person D specialist
            person N specialist
            posted 1 Core 24..30 A 24 at=10:45
            posted 2 Core 24..30 B 24 block=3
            posted 3 Core 24..30 D 24 at=05:00
            event 4 Core 24..25";
        // 2 has block 3. 3 (05:00) matches no arrival and takes block 1. 1 (10:45) takes block 4. So block 2 is free.
        assert_eq!(starts(lines, "4 N 24"), "4@10:15/2");
        assert_eq!(starts(lines, "4 N 24, 3 drop"), "4@10:15/1");
    }

    #[test]
    fn a_clubs_own_arrivals_and_starts_replace_those_of_the_rulebook() {
        let lines = "person A specialist
            person B lead trained
            person C supervisor
            person D specialist
            weekly D tue=11:00-20:00
            arrivals 09:00 09:00 09:30 10:00 10:30 11:00 11:30 12:00
            start Supervisor 12:30
            start Full-day Other 08:30
            start Digital Setup 08:00
            start Freeosk first 07:45
            start Freeosk 13:00
            start Juicer Deep Clean 06:00
            event 1 Core 24..25 number=619001
            event 2 Supervisor 24..25 number=619001
            event 3 Core 24..25
            event 4 Digitals 24..25
            event 5 Freeosk 24..25 name=Freeosk-SETUP
            event 6 Freeosk 24..25
            event 7 JuicerDeepClean 25..26
            event 8 Other 26..27 minutes=480
            event 9 Other 24..25";
        // D's hours begin at 11:00: block 6 is the first that fits.
        let all = "1 A 24, 2 C 24, 3 D 24, 4 C 24, 5 C 24, 6 C 24, 7 B 25, 8 B 26, 9 C 24";
        let expected = "1@09:00/1 2@12:30 3@11:00/6 4@08:00 5@07:45 6@13:00 7@06:00 8@08:30 9@12:00";
        assert_eq!(starts(lines, all), expected);
    }

    #[test]
    fn a_setup_and_a_teardown_that_begin_at_the_same_time_take_no_slot_of_each_other() {
        let lines = "person C supervisor
            start Digital Setup 17:00
            event 1 DigitalSetup 24..25
            event 2 DigitalTeardown 24..25
            event 3 DigitalTeardown 24..25
            posted 4 DigitalRefresh 24..25 C 24 at=17:15";
        assert_eq!(starts(lines, "1 C 24, 2 C 24, 3 C 24"), "1@17:00 2@17:00 3@17:15");
    }

    #[test]
    fn an_event_that_a_person_moves_has_the_start_of_its_own_type() {
        let text = "person J barista
            person C supervisor
            posted 1 JuicerDeepClean 24..27 J 24 at=11:00
            posted 2 JuicerSurvey 24..27 J 24 at=16:00
            posted 3 DigitalTeardown 24..25 C 25 at=18:00
            posted 4 Other 24..27 J 24 at=10:00 minutes=480
            posted 5 Freeosk 20..21 C 24 at=10:00";
        let read = crate::snapshot::Snapshot::parse(crate::fixture::snapshot(text).to_string().as_bytes());
        let by_hand = read.expect("a snapshot").changed_by_hand((1..=5).map(crate::snapshot::EventRef));
        let club = crate::club::Club::new(by_hand);
        let slots = timetable(&plan(&club, "1 J 25, 2 J 25, 3 C 24, 4 J 26, 5 J 24"));
        let found: Vec<String> = slots.iter().map(|slot| slot.start.format("%d %H:%M").to_string()).collect();
        assert_eq!(found, ["25 09:00", "25 17:00", "24 17:00", "26 09:00", "24 12:00"]);
    }

    #[test]
    fn an_arrival_goes_to_the_person_who_had_it_least_and_then_to_the_lower_id() {
        let lines = "person A specialist
            person B specialist
            posted 1 Core 1..18 A 10 at=10:15
            posted 2 Core 1..18 A 11 at=10:15
            posted 3 Core 1..18 B 12 at=10:15
            event 4 Core 24..25
            event 5 Core 24..25
            event 6 Core 25..26";
        assert_eq!(starts(lines, "4 A 24, 5 B 24"), "4@10:15/1 5@10:15/2");
        let third = format!("{lines}\n person D specialist\n event 7 Core 24..25");
        assert_eq!(starts(&third, "4 A 24, 5 B 24, 7 D 24"), "4@10:45/3 5@10:15/1 7@10:15/2");
    }
}
