//! Recomputes the score difference of changes, from the changes alone.

use super::Change;
use super::evaluator::run_club;
use crate::checker;
use crate::club::{Club, Place};
use crate::rules::Scope;
use crate::schedule::{Decision, Schedule};
use crate::snapshot::{EventRef, Snapshot};

/// The club in which the score of changes is counted (see the module [`options`](super)).
#[derive(Debug)]
pub struct ScoredClub(Club);

impl ScoredClub {
    /// The club of a snapshot. The events in `open` may be placed even if their `auto` is false: those that the finding
    /// names, and their partners.
    pub fn new(snapshot: &Snapshot, open: &[EventRef]) -> ScoredClub {
        ScoredClub(run_club(snapshot, open))
    }

    /// The score with these changes, minus the score with everything posted as it stands, in points. Changes of a
    /// rotation and of events or people that the club does not know are ignored.
    pub fn difference(&self, changes: &[Change]) -> f64 {
        let (club, scope) = (&self.0, Scope::whole(&self.0));
        let mut schedule = Schedule::as_posted(club);
        let before = checker::terms(&schedule, &scope);
        for change in changes {
            let Change::Schedule { event_ref, before, after } = change else { continue };
            let Some(event) = club.find(*event_ref) else { continue };
            let place = after.as_ref().and_then(|at| {
                Some(Place { person: club.find_person(&at.employee_id.0)?, day: club.day_of(at.start.date())? })
            });
            let stays = |at: &super::PostedAt, was: &super::PostedAt| {
                at.employee_id == was.employee_id && at.start.date() == was.start.date()
            };
            let decision = match (before, after, place) {
                (Some(was), Some(at), _) if stays(at, was) => Decision::Stands,
                (Some(_), None, _) => Decision::Dropped,
                (Some(_), _, Some(place)) => Decision::Moved(place),
                (None, _, Some(place)) => Decision::New(place),
                (_, _, None) => continue,
            };
            schedule.decide(event, decision);
        }
        (checker::terms(&schedule, &scope) - before).score()
    }
}
