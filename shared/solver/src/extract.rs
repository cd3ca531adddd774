//! Makes a schedule from the values of the columns. In a pool, events are matched first with the people of their
//! previous placements. The rest are matched in the order of the pool's events and people.

use domain::club::{Club, DayIx, EventIx, PersonIx, Place};
use domain::schedule::{Decision, Schedule};

use crate::formulate::Formulation;

impl<'c> Formulation<'c> {
    /// The schedule of a solution of the model.
    pub fn schedule(&self, values: &[f64]) -> Schedule<'c> {
        let club = self.club;
        let chosen = |col: crate::model::Col| values[col.0].round() as usize;
        let mut schedule = Schedule::as_posted(club);
        for leaver in &self.leavers {
            if chosen(leaver.leaves) > 0 {
                schedule.decide(leaver.event, Decision::Dropped);
            }
        }
        for single in &self.singles {
            if chosen(single.col) > 0 {
                place(&mut schedule, single.event, Place { person: single.person, day: single.day });
            }
        }
        for (day, pool) in &self.pools {
            let events = pool.members.iter().filter(|(_, col)| chosen(*col) > 0).map(|(e, _)| *e).collect();
            let people = pool.people.iter().flat_map(|(p, col)| std::iter::repeat_n(*p, chosen(*col))).collect();
            for (event, person) in match_people(club, *day, events, people) {
                place(&mut schedule, event, Place { person, day: *day });
            }
        }
        drop_stranded_supervisors(&mut schedule);
        schedule
    }
}

/// Matches the events of a day's pool with as many people. An event keeps the person of its previous placement; the
/// others are matched in order.
fn match_people(
    club: &Club,
    day: DayIx,
    mut events: Vec<EventIx>,
    mut people: Vec<PersonIx>,
) -> Vec<(EventIx, PersonIx)> {
    let mut pairs = Vec::with_capacity(events.len());
    events.retain(|event| {
        let survey = club.survey_of_unit(*event);
        let before = std::iter::once(*event).chain(survey).find_map(|e| club.previous().place_of(e));
        let before = before.filter(|place| place.day == day);
        match before.and_then(|place| people.iter().position(|p| *p == place.person)) {
            Some(at) => {
                pairs.push((*event, people.remove(at)));
                false
            }
            None => true,
        }
    });
    pairs.extend(events.into_iter().zip(people));
    pairs
}

/// Places an event; a Production takes the Survey of its unit along.
fn place(schedule: &mut Schedule, event: EventIx, place: Place) {
    let is_posted = schedule.event(event).posting().is_some();
    schedule.decide(event, if is_posted { Decision::Moved(place) } else { Decision::New(place) });
    if let Some(survey) = schedule.club().survey_of_unit(event) {
        schedule.decide(survey, Decision::New(place));
    }
}

/// Drops a posted Supervisor that stands although its Core has left the day.
pub(crate) fn drop_stranded_supervisors(schedule: &mut Schedule) {
    let club = schedule.club();
    for core in club.event_ixs() {
        let Some(follower) = club.follower(core) else { continue };
        let posted_day = club.event(core).origin().and_then(|p| p.day);
        let stays = schedule.place(core).map(|p| p.day) == posted_day;
        if !stays && schedule.stands(follower) {
            schedule.decide(follower, Decision::Dropped);
        }
    }
}
