//! The checker: plain loops over the lists of rules. It recomputes every violation and every term of any schedule, and
//! the effect of one change while the rest stays fixed. It uses no solver.

use std::collections::BTreeMap;

use crate::club::{Club, EventIx, PersonIx};
use crate::rules::{DependsOn, HARD, SOFT, Scope, Scoring, SoftName, SoftRule, Violation};
use crate::schedule::{Decision, Schedule};

/// The weighted points of each soft rule.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Terms([f64; SoftName::COUNT]);

impl Terms {
    /// The points of a rule.
    pub fn of(&self, name: SoftName) -> f64 {
        self.0[name as usize]
    }

    /// The sum: the score.
    pub fn score(&self) -> f64 {
        self.0.iter().sum()
    }

    /// The rules whose points are not 0, in their order, with the points.
    pub fn without_zeros(&self) -> impl Iterator<Item = (SoftName, f64)> {
        SoftName::ALL.into_iter().zip(self.0).filter(|(_, points)| *points != 0.0)
    }

    /// The terms by name, without those of 0.
    pub fn by_name(&self) -> BTreeMap<String, f64> {
        self.without_zeros().map(|(name, points)| (name.name().to_owned(), points)).collect()
    }

    fn add(&mut self, name: SoftName, points: f64) {
        // Adding 0.0 turns -0.0 into 0.0.
        self.0[name as usize] += points + 0.0;
    }
}

impl std::ops::Sub for Terms {
    type Output = Terms;
    fn sub(self, other: Terms) -> Terms {
        Terms(std::array::from_fn(|i| self.0[i] - other.0[i]))
    }
}

/// The violations of hard rules within a scope, in order of the rules.
pub fn violations(schedule: &Schedule, scope: &Scope) -> Vec<Violation> {
    let mut found = Vec::new();
    for rule in HARD {
        (rule.check)(schedule, scope, &mut found);
    }
    found
}

/// The score within a scope, by term.
pub fn terms(schedule: &Schedule, scope: &Scope) -> Terms {
    let weights = &schedule.club().settings.weights;
    weighted_terms(schedule, scope, |name| weights.of(name))
}

/// The score within a scope with every weight at 1, by term.
pub fn unweighted_terms(schedule: &Schedule, scope: &Scope) -> Terms {
    weighted_terms(schedule, scope, |_| 1.0)
}

fn weighted_terms(schedule: &Schedule, scope: &Scope, weight: impl Fn(SoftName) -> f64) -> Terms {
    let mut terms = Terms::default();
    for rule in SOFT {
        let points = match rule.scoring {
            Scoring::Whole(score) => score(schedule, scope),
            _ => scope.events.iter().map(|e| points_of(schedule, rule, *e)).sum(),
        };
        terms.add(rule.name, points * weight(rule.name));
    }
    terms
}

/// The points of one event by a rule that scores events separately, before the rule's weight.
fn points_of(schedule: &Schedule, rule: &SoftRule, e: EventIx) -> f64 {
    let (club, event) = (schedule.club(), schedule.event(e));
    match (rule.scoring, schedule.decision(e)) {
        (Scoring::Placement(parts), decision) => {
            let value = |club, event, person, date| -> f64 {
                parts.iter().map(|part| (part.value)(club, event, person, date)).sum()
            };
            let new = schedule.changed_place(e).map_or(0.0, |p| value(club, event, p.person, club.day(p.day).date));
            let left = event.posting().filter(|_| matches!(decision, Decision::Moved(_) | Decision::Dropped));
            let old = left.map_or(0.0, |p| value(club, event, p.person, p.start.date()));
            new - old
        }
        (Scoring::Final(value), _) if event.may_change() => {
            schedule.place(e).map_or(0.0, |p| value(club, event, p.person, club.day(p.day).date))
        }
        (Scoring::Change(change), Decision::Moved(_) | Decision::Dropped) => (change.of_leaving)(club, event),
        (Scoring::Change(change), Decision::New(p)) => {
            (change.of_released)(club, event, p.person, club.day(p.day).date)
        }
        _ => 0.0,
    }
}

/// The weighted points that one placement earns by itself: those of the rules that score each placement separately
/// ([`Scoring::Placement`]). Only the parts whose [`DependsOn`] is accepted by `wanted` count. If a call-out released
/// the event, the points for placing it ([`ChangePoints::of_released`](crate::rules::ChangePoints::of_released)) are
/// added too, provided `wanted` accepts [`DependsOn::EventAndDate`].
pub fn placement_value(
    club: &Club,
    event: &crate::club::Event,
    person: PersonIx,
    date: chrono::NaiveDate,
    wanted: impl Fn(DependsOn) -> bool,
) -> f64 {
    let mut sum = 0.0;
    for rule in SOFT {
        let Scoring::Placement(parts) = rule.scoring else { continue };
        for part in parts.iter().filter(|part| wanted(part.depends_on)) {
            sum += (part.value)(club, event, person, date) * club.settings.weights.of(rule.name);
        }
    }
    if event.released().is_some() && wanted(DependsOn::EventAndDate) {
        for rule in SOFT {
            if let Scoring::Change(change) = rule.scoring {
                sum += (change.of_released)(club, event, person, date) * club.settings.weights.of(rule.name);
            }
        }
    }
    sum
}

/// The weighted points of an event for its final person and day ([`Scoring::Final`]); 0 if the event may not change.
pub fn final_value(club: &Club, event: &crate::club::Event, person: PersonIx, date: chrono::NaiveDate) -> f64 {
    let mut sum = 0.0;
    if !event.may_change() {
        return sum;
    }
    for rule in SOFT {
        if let Scoring::Final(value) = rule.scoring {
            sum += value(club, event, person, date) * club.settings.weights.of(rule.name);
        }
    }
    sum
}

/// The weighted points of moving or dropping a posted event, whatever its new place.
pub fn change_value(club: &Club, event: &crate::club::Event) -> f64 {
    let change = |rule: &&SoftRule| match rule.scoring {
        Scoring::Change(change) => (change.of_leaving)(club, event) * club.settings.weights.of(rule.name),
        _ => 0.0,
    };
    SOFT.iter().map(change).sum()
}

/// The effect of a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// The new violations.
    pub violations: Vec<Violation>,
    /// The points earned or lost, by term.
    pub terms: Terms,
}

impl Effect {
    /// The score difference.
    pub fn points(&self) -> f64 {
        self.terms.score()
    }
}

/// Describes a violation from the view of the first changed event that takes part in the violation.
fn seen_from(violation: Violation, changes: &[(EventIx, Decision)]) -> Violation {
    let first = changes.iter().map(|(e, _)| *e).find(|e| violation.events().any(|part| part == *e));
    match first {
        Some(event) => violation.about(event),
        None => violation,
    }
}

/// The effect of other decisions for some events while the rest stays fixed. Restores the schedule.
///
/// If changed events take part in a violation, the first of them is the violation's `event`, and the events that it
/// conflicts with are its `others`.
pub fn evaluate_change(schedule: &mut Schedule, changes: &[(EventIx, Decision)]) -> Effect {
    let scope = Scope::around(schedule, changes);
    let broken = violations(schedule, &scope);
    let before = terms(schedule, &scope);
    let (mut violations, after) =
        evaluate_with(schedule, changes, |schedule| (violations(schedule, &scope), terms(schedule, &scope)));
    violations.retain(|v| !broken.iter().any(|earlier| v.is_part_of(earlier)));
    let violations = violations.into_iter().map(|v| seen_from(v, changes)).collect();
    Effect { violations, terms: after - before }
}

/// The new violations when a legal schedule is changed: the same as from [`evaluate_change`], but faster, because
/// nothing is scored and the schedule before the change is not checked.
pub fn breaks(legal: &mut Schedule, changes: &[(EventIx, Decision)]) -> Vec<Violation> {
    let scope = Scope::around(legal, changes);
    let found = evaluate_with(legal, changes, |schedule| violations(schedule, &scope));
    found.into_iter().map(|v| seen_from(v, changes)).collect()
}

/// The points earned or lost by a change, whether or not it breaks a rule: the terms of [`evaluate_change`].
pub fn gain(schedule: &mut Schedule, changes: &[(EventIx, Decision)]) -> Terms {
    let scope = Scope::around(schedule, changes);
    let before = terms(schedule, &scope);
    evaluate_with(schedule, changes, |schedule| terms(schedule, &scope)) - before
}

/// Evaluates a schedule with some decisions changed, and restores them.
fn evaluate_with<T>(
    schedule: &mut Schedule,
    changes: &[(EventIx, Decision)],
    evaluate: impl FnOnce(&Schedule) -> T,
) -> T {
    let undo: Vec<_> = changes.iter().map(|(e, decision)| (*e, schedule.decide(*e, *decision))).collect();
    let answer = evaluate(schedule);
    for (e, decision) in undo.into_iter().rev() {
        schedule.decide(e, decision);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::club::Place;
    use crate::fixture::{club, plan};
    use crate::rules::HardName;
    use crate::snapshot::EventRef;

    #[test]
    fn a_violation_is_about_the_placed_event_and_names_the_other_one_whatever_their_refs() {
        let people = "person B barista\nperson C supervisor\nperson S specialist\n";
        for (rule, mine, who, other, whose) in [
            ("H3", "Core 24..25", "S", "Core 24..25", "S"),
            ("H5", "JuicerDeepClean 24..25", "B", "JuicerDeepClean 24..25", "B"),
            ("H6", "Core 24..25", "B", "JuicerDeepClean 24..25", "B"),
            ("H6", "JuicerDeepClean 24..25", "B", "Core 24..25", "B"),
            ("H7", "JuicerDeepClean 24..25", "B", "JuicerProduction 24..25", "C"),
            ("H7", "JuicerProduction 24..25", "B", "JuicerDeepClean 24..25", "C"),
            ("H13", "Core 24..25", "S", "Other 24..25 minutes=480", "S"),
            ("H13", "Other 24..25 minutes=480", "S", "Core 24..25", "S"),
        ] {
            for (my_ref, its_ref, posted) in [(1, 2, false), (2, 1, false), (1, 2, true), (2, 1, true)] {
                let its = if posted {
                    format!("posted {its_ref} {other} {whose} 24")
                } else {
                    format!("event {its_ref} {other}")
                };
                let club = club(&format!("{people}event {my_ref} {mine}\n{its}"));
                let mut schedule = plan(&club, &if posted { String::new() } else { format!("{its_ref} {whose} 24") });
                let find = |n| club.find(EventRef(n)).expect("an event");
                let (mine, its) = (find(my_ref), find(its_ref));
                let place =
                    Place { person: club.find_person(who).expect("a person"), day: club.event(mine).valid[0].day };
                let effect = evaluate_change(&mut schedule, &[(mine, Decision::New(place))]);
                let context =
                    format!("{rule}: event {my_ref} placed on the day of event {its_ref}: {:?}", effect.violations);
                let found: Vec<&Violation> = effect.violations.iter().filter(|v| v.rule.id() == rule).collect();
                assert_eq!(found.len(), 1, "{context}");
                assert_eq!((found[0].event, &found[0].others[..]), (Some(mine), &[its][..]), "{context}");
                let words = found[0].words(&club);
                assert!(words.contains(&club.event(its).title()), "{words}: {context}");
                assert!(!words.contains(&club.event(mine).title()), "{words}: {context}");
                assert_eq!(breaks(&mut schedule, &[(mine, Decision::New(place))]), effect.violations, "{context}");
            }
        }
    }

    #[test]
    fn a_third_core_on_a_day_with_two_is_a_new_violation_and_removing_one_is_not() {
        for refs in [[1, 2, 3], [3, 2, 1], [2, 3, 1]] {
            let [a, b, c] = refs;
            let lines: String = refs.iter().map(|n| format!("event {n} Core 24..25\n")).collect();
            let club = club(&format!("person S specialist\n{lines}"));
            let mut schedule = plan(&club, &format!("{a} S 24, {b} S 24"));
            let find = |n| club.find(EventRef(n)).expect("an event");
            let place = schedule.place(find(a)).expect("a place");
            let more = evaluate_change(&mut schedule, &[(find(c), Decision::New(place))]);
            assert_eq!(more.violations.iter().map(|v| v.rule).collect::<Vec<_>>(), [HardName::H3], "{refs:?}");
            schedule.decide(find(c), Decision::New(place));
            let fewer = evaluate_change(&mut schedule, &[(find(a), Decision::Open)]);
            assert_eq!(fewer.violations, [], "{refs:?}");
        }
    }
}
