//! The checker: plain loops over the lists of rules that recompute every violation and every term of any schedule, and
//! the effect of one imagined change with the rest fixed. No solver, no shortcuts.

use std::collections::BTreeMap;

use crate::club::{Club, EventIx, PersonIx};
use crate::rules::{HARD, SOFT, Scope, Scoring, SoftName, SoftRule, Violation};
use crate::schedule::{Decision, Schedule};

/// Points by soft rule, weights included.
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

    /// The rules that gave or took points, in their order.
    pub fn earned(&self) -> impl Iterator<Item = (SoftName, f64)> {
        SoftName::ALL.into_iter().zip(self.0).filter(|(_, points)| *points != 0.0)
    }

    /// The terms by name, those of 0 left out.
    pub fn by_name(&self) -> BTreeMap<String, f64> {
        self.earned().map(|(name, points)| (name.name().to_owned(), points)).collect()
    }

    fn add(&mut self, name: SoftName, points: f64) {
        // Not -0.0.
        self.0[name as usize] += points + 0.0;
    }
}

impl std::ops::Sub for Terms {
    type Output = Terms;
    fn sub(self, other: Terms) -> Terms {
        Terms(std::array::from_fn(|i| self.0[i] - other.0[i]))
    }
}

/// What breaks a hard rule within a scope, in order of the rules.
pub fn violations(schedule: &Schedule, scope: &Scope) -> Vec<Violation> {
    let mut found = Vec::new();
    for rule in HARD {
        (rule.check)(schedule, scope, &mut found);
    }
    found
}

/// The score within a scope, by term.
pub fn terms(schedule: &Schedule, scope: &Scope) -> Terms {
    let mut terms = Terms::default();
    for rule in SOFT {
        let points = match rule.scoring {
            Scoring::Whole(score) => score(schedule, scope),
            _ => scope.events.iter().map(|e| points_of(schedule, rule, *e)).sum(),
        };
        terms.add(rule.name, points * schedule.club().settings.weights.of(rule.name));
    }
    terms
}

/// What one event earns by itself, by term.
pub fn terms_of(schedule: &Schedule, event: EventIx) -> Terms {
    let mut terms = Terms::default();
    for rule in SOFT {
        terms.add(rule.name, points_of(schedule, rule, event) * schedule.club().settings.weights.of(rule.name));
    }
    terms
}

/// What a rule that scores events by themselves gives for one, before its weight.
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
        (Scoring::Change(points), Decision::Moved(_) | Decision::Dropped) => points(event),
        _ => 0.0,
    }
}

/// The value of placing an event with a person on a day by the rules that score placements by themselves, for the parts
/// that `wanted` names, weights included.
pub fn placement_value(
    club: &Club,
    event: &crate::club::Event,
    person: PersonIx,
    date: chrono::NaiveDate,
    wanted: impl Fn(crate::rules::DependsOn) -> bool,
) -> f64 {
    let mut sum = 0.0;
    for rule in SOFT {
        let Scoring::Placement(parts) = rule.scoring else { continue };
        for part in parts.iter().filter(|part| wanted(part.depends_on)) {
            sum += (part.value)(club, event, person, date) * club.settings.weights.of(rule.name);
        }
    }
    sum
}

/// What an event that may change earns for being, in the end, with a person on a day, weights included.
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

/// What moving or dropping a posted event earns whatever becomes of it, weights included.
pub fn change_value(club: &Club, event: &crate::club::Event) -> f64 {
    let change = |rule: &&SoftRule| match rule.scoring {
        Scoring::Change(points) => points(event) * club.settings.weights.of(rule.name),
        _ => 0.0,
    };
    SOFT.iter().map(change).sum()
}

/// What an imagined change would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// What it would break that is not broken now.
    pub violations: Vec<Violation>,
    /// What it would earn or cost, by term.
    pub terms: Terms,
}

impl Effect {
    /// The score difference.
    pub fn points(&self) -> f64 {
        self.terms.score()
    }
}

/// The effect of deciding otherwise for some events, with the rest fixed. The schedule is as before afterwards.
pub fn imagine(schedule: &mut Schedule, changes: &[(EventIx, Decision)]) -> Effect {
    let scope = Scope::around(schedule, changes);
    let broken: Vec<_> = violations(schedule, &scope).iter().map(Violation::key).collect();
    let before = terms(schedule, &scope);
    let undo: Vec<_> = changes.iter().map(|(e, decision)| (*e, schedule.decide(*e, *decision))).collect();
    let mut violations = violations(schedule, &scope);
    violations.retain(|v| !broken.contains(&v.key()));
    let effect = Effect { violations, terms: terms(schedule, &scope) - before };
    for (e, decision) in undo.into_iter().rev() {
        schedule.decide(e, decision);
    }
    effect
}
