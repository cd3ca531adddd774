//! Among the best schedules, the one that keeps most of what people last saw (rulebook section 5).
//!
//! A second search on the columns of the model: the score is held, what is kept is maximised. It runs within the columns
//! that the first relaxation leaves open at that score, so it is small, and every schedule of that score is in it.

use std::collections::BTreeMap;

use domain::alternatives::head_of_unit;
use domain::checker;
use domain::club::{Club, EventIx, PersonIx, Place};
use domain::previous::kept;
use domain::rules::Scope;
use domain::schedule::{Decision, Schedule};

use crate::extract::leave_behind_no_follower;
use crate::formulate::Formulation;
use crate::model::{Col, Column, Model, Sum};

/// What a schedule keeps: an entry counts 1 for its day, and 1 more for its person there.
pub(crate) fn counted(schedule: &Schedule) -> usize {
    kept(schedule).map_or(0, |kept| kept.days + kept.lines)
}

/// The most that any schedule could keep.
pub(crate) fn most(club: &Club) -> usize {
    2 * club.previous().placements.iter().filter(|(e, _)| may_be_placed(club, *e)).count()
}

/// Whether a run may place an event anew: a candidate, a posted Core that may move, or the Supervisor of one.
fn may_be_placed(club: &Club, e: EventIx) -> bool {
    let event = club.event(e);
    let follows = event.partner.is_some_and(|core| club.follower(core) == Some(e) && club.event(core).may_change());
    event.may_change() || follows
}

/// The previous placements as schedules: what people saw, when nothing has changed since. They do not say what was
/// dropped: nothing, or what the best schedule drops.
pub(crate) fn as_seen<'c>(best: &Schedule<'c>) -> [Schedule<'c>; 2] {
    let club = best.club();
    let mut dropping = Schedule::as_posted(club);
    for e in club.event_ixs().filter(|e| best.decision(*e) == Decision::Dropped) {
        dropping.decide(e, Decision::Dropped);
    }
    [placed_as_before(Schedule::as_posted(club)), placed_as_before(dropping)]
}

fn placed_as_before(mut schedule: Schedule) -> Schedule {
    let club = schedule.club();
    for (event, place) in &club.previous().placements {
        if may_be_placed(club, *event) {
            let posted = club.event(*event).posting().is_some();
            schedule.decide(*event, if posted { Decision::Moved(*place) } else { Decision::New(*place) });
        }
    }
    leave_behind_no_follower(&mut schedule);
    schedule
}

/// Whether a schedule is legal and scores at least so much.
pub(crate) fn is_as_good(schedule: &Schedule, scope: &Scope, least: f64) -> bool {
    checker::violations(schedule, scope).is_empty() && checker::terms(schedule, scope).score() >= least
}

impl Formulation<'_> {
    /// The model with its score held at this least and with what is kept as its objective. `columns` are those of the
    /// model, some of them fixed.
    pub fn keeping(&self, columns: Vec<Column>, least: f64) -> Model {
        let score = Sum {
            terms: columns.iter().enumerate().map(|(i, c)| (Col(i), c.objective)).collect(),
            constant: self.model.constant,
        };
        let columns = columns.into_iter().map(|c| Column { objective: 0.0, ..c }).collect();
        let mut model = Model { columns, rows: self.model.rows.clone(), constant: 0.0 };
        model.at_least(score, least);
        // Lines of pools, by pool and person: each with the column that places its event.
        let mut pooled: BTreeMap<(usize, PersonIx), (Col, BTreeMap<Col, f64>)> = BTreeMap::new();
        for (event, place) in &self.club.previous().placements {
            let head = head_of_unit(self.club, *event);
            model.reward(1.0, &self.placed_on(head, place.day));
            for single in &self.singles {
                if (single.event, single.person, single.day) == (head, place.person, place.day) {
                    model.columns[single.col.0].objective += 1.0;
                }
            }
            if let Some((pool, placed, works)) = self.in_pool(head, *place) {
                let (_, lines) = pooled.entry((pool, place.person)).or_insert((works, BTreeMap::new()));
                *lines.entry(placed).or_default() += 1.0;
            }
        }
        for (works, lines) in pooled.into_values() {
            let mut kept = Sum::default();
            for (placed, entries) in lines {
                let line = model.continuous(entries, 1.0);
                model.at_most(Sum::from_iter([line]).minus(&Sum::from_iter([placed])), 0.0);
                kept.add(1.0, line);
            }
            model.at_most(kept.minus(&Sum::from_iter([works])), 0.0);
        }
        model
    }

    /// The pool in which an event may be placed on a day, its column there, and the person's.
    fn in_pool(&self, event: EventIx, place: Place) -> Option<(usize, Col, Col)> {
        let pools = self.pools.iter().enumerate().filter(|(_, (day, _))| *day == place.day);
        pools.map(|(i, (_, pool))| (i, pool)).find_map(|(i, pool)| {
            let (_, placed) = pool.members.iter().find(|(e, _)| *e == event)?;
            let (_, works) = pool.people.iter().find(|(p, _)| *p == place.person)?;
            Some((i, *placed, *works))
        })
    }
}
