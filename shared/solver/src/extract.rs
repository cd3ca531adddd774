//! Converts the values of columns into a schedule: pools are matched in order of ref and person.

use domain::club::{Club, EventIx, PersonIx, Place};
use domain::schedule::{Decision, Schedule};

use crate::formulate::Formulation;

impl<'c> Formulation<'c> {
    /// The schedule of a point of the model.
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
            let events = pool.members.iter().filter(|(_, col)| chosen(*col) > 0).map(|(e, _)| *e);
            let people = pool.people.iter().flat_map(|(p, col)| std::iter::repeat_n(*p, chosen(*col)));
            let pairs: Vec<(EventIx, PersonIx)> = events.zip(people).collect();
            for (event, person) in pairs {
                place(&mut schedule, event, Place { person, day: *day });
            }
        }
        drop_the_followers_left_behind(&mut schedule, club);
        schedule
    }
}

/// Places an event; a Production takes the Survey of its unit along.
fn place(schedule: &mut Schedule, event: EventIx, place: Place) {
    let posted = schedule.event(event).posting().is_some();
    schedule.decide(event, if posted { Decision::Moved(place) } else { Decision::New(place) });
    if let Some(survey) = schedule.club().survey_of_unit(event) {
        schedule.decide(survey, Decision::New(place));
    }
}

/// Moves a posted Supervisor whose Core left its day along, or drops it.
fn drop_the_followers_left_behind(schedule: &mut Schedule, club: &Club) {
    for core in club.event_ixs() {
        let Some(follower) = club.follower(core) else { continue };
        let home = club.event(core).posting().and_then(|p| p.day);
        let stays = schedule.place(core).map(|p| p.day) == home;
        if !stays && schedule.stands(follower) {
            schedule.decide(follower, Decision::Dropped);
        }
    }
}
