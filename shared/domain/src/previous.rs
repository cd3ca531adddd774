//! What people last saw proposed, and how much of it a schedule keeps (rulebook section 5). That number decides
//! only among equally good schedules, and never changes points.

use crate::answer::Kept;
use crate::club::{Club, EventIx, Place};
use crate::schedule::Schedule;
use crate::snapshot::PreviousRow;

/// The placements that people last saw proposed, or made by hand, and have not submitted.
#[derive(Debug, Clone, Default)]
pub struct Previous {
    /// The placements with a known event and person and a day of the grid, in order of ref.
    pub placements: Vec<(EventIx, Place)>,
    /// The number of all previous placements, also of those that are no longer possible.
    pub of: usize,
}

impl Previous {
    /// Reads the previous placements of a snapshot.
    pub(crate) fn new(club: &Club, rows: &[PreviousRow]) -> Previous {
        let placement = |row: &PreviousRow| {
            let person = club.find_person(&row.employee_id.0)?;
            Some((club.find(row.event_ref)?, Place { person, day: club.day_of(row.start.date())? }))
        };
        let mut placements: Vec<_> = rows.iter().filter_map(placement).collect();
        placements.sort_unstable();
        Previous { placements, of: rows.len() }
    }

    /// Where an event was placed before.
    pub fn place_of(&self, event: EventIx) -> Option<Place> {
        self.placements.binary_search_by_key(&event, |(e, _)| *e).ok().map(|i| self.placements[i].1)
    }
}

/// How much of the previous placements a schedule keeps; `None` if there are none. Only new and moved events count: a
/// schedule that is posted and stands is no longer a proposal.
pub fn count_kept(schedule: &Schedule) -> Option<Kept> {
    let previous = schedule.club().previous();
    if previous.of == 0 {
        return None;
    }
    let mut kept = Kept { days: 0, lines: 0, of: previous.of };
    for (event, before) in &previous.placements {
        let now = schedule.changed_place(*event);
        kept.days += usize::from(now.is_some_and(|place| place.day == before.day));
        kept.lines += usize::from(now == Some(*before));
    }
    Some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    const CLUB: &str = "person A specialist
        person B specialist
        event 1 Core 23..27
        event 2 Core 23..27
        posted 3 Core 23..27 A 25
        previous 1 A 23
        previous 2 A 24
        previous 3 A 25
        previous 9 A 23";

    /// The days and lines that a plan keeps, of four.
    #[track_caller]
    fn check(plan: &str, days: usize, lines: usize) {
        let club = fixture::club(CLUB);
        assert_eq!(count_kept(&fixture::plan(&club, plan)), Some(Kept { days, lines, of: 4 }), "{plan}");
    }

    #[test]
    fn the_same_day_counts_as_a_day_and_the_same_person_on_it_as_a_line() {
        check("", 0, 0);
        check("1 A 23", 1, 1);
        check("1 B 23", 1, 0);
        check("1 A 24, 2 A 24", 1, 1);
        check("1 A 23, 2 A 24", 2, 2);
    }

    #[test]
    fn a_posted_schedule_counts_only_if_it_moves() {
        check("3 B 25", 1, 0);
        check("3 drop", 0, 0);
    }

    #[test]
    fn an_invalid_previous_placement_is_refused_with_its_path() {
        use serde_json::json;
        let fault_paths = |row: usize, member: &str, value: serde_json::Value| {
            let mut document = fixture::snapshot(CLUB);
            document["previous"][row][member] = value;
            let refused = crate::snapshot::Snapshot::parse(document.to_string().as_bytes()).expect_err("refused");
            refused.0.iter().map(|fault| fault.path.clone()).collect::<Vec<_>>()
        };
        assert_eq!(fault_paths(0, "employee_id", json!("E99")), ["$.previous[0].employee_id"]);
        assert_eq!(fault_paths(0, "start", json!("2026-11-23")), ["$.previous[0].start"]);
        assert_eq!(fault_paths(1, "ref", json!(1)), ["$.previous[1].ref"]);
        assert_eq!(fault_paths(1, "ref", json!(-1)), ["$.previous[1].ref"]);
    }

    #[test]
    fn without_previous_placements_nothing_is_counted_as_kept() {
        let club = fixture::club("person A specialist\nevent 1 Core 23..27");
        assert_eq!(count_kept(&fixture::plan(&club, "1 A 23")), None);
    }
}
