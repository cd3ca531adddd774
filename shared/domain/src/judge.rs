//! Checks an answer of any origin: finds every broken rule and every wrong number.

use std::collections::{BTreeMap, BTreeSet};

use crate::answer::{ClaimedAnswer, ClaimedPlacement, MovedFrom, PlacementKind, UnplacedKind};
use crate::calendar::clock;
use crate::checker::{self, Terms};
use crate::club::{Club, EventIx, Place};
use crate::rules::{HardName, Scope, SoftName};
use crate::schedule::{Decision, Schedule};
use crate::snapshot::EventRef;
use crate::timetable::timetable;

/// One thing that is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The rule's id, or the rulebook section that the answer breaks.
    pub rule: &'static str,
    /// What is wrong, for a person.
    pub text: String,
}

/// The result of checking an answer.
#[derive(Debug)]
pub struct AnswerCheck {
    /// Everything that is wrong; empty for a legal answer with correct numbers.
    pub breaches: Vec<Breach>,
    /// The terms as the checker computes them.
    pub terms: Terms,
}

/// Numbers are equal if they differ by at most this, times their size if that is above 1.
const TOLERANCE: f64 = 1e-6;

/// The rulebook section about starts and blocks.
const STARTS: &str = "section 6";
/// The rulebook section about the answer document.
const DOCUMENT: &str = "section 7";

/// Checks an answer to a club's snapshot.
pub fn judge(club: &Club, claim: &ClaimedAnswer) -> AnswerCheck {
    let mut judge = Judge { club, schedule: Schedule::as_posted(club), breaches: Vec::new() };
    judge.apply_lists(claim);
    let scope = Scope::whole(club);
    for violation in checker::violations(&judge.schedule, &scope) {
        judge.add_violation(violation.rule, violation.words(club));
    }
    judge.check_starts(claim);
    let terms = checker::terms(&judge.schedule, &scope);
    judge.check_numbers(claim, &terms);
    AnswerCheck { breaches: judge.breaches, terms }
}

/// The schedule that an answer describes, and the breaches found so far.
struct Judge<'c> {
    club: &'c Club,
    schedule: Schedule<'c>,
    breaches: Vec<Breach>,
}

impl Judge<'_> {
    fn add_violation(&mut self, rule: HardName, text: String) {
        self.add_breach(rule.id(), text);
    }

    fn add_breach(&mut self, rule: &'static str, text: String) {
        self.breaches.push(Breach { rule, text });
    }

    /// Applies the answer's two lists to the schedule, and records what cannot be applied.
    fn apply_lists(&mut self, claim: &ClaimedAnswer) {
        let mut listed: BTreeSet<EventRef> = BTreeSet::new();
        for placement in &claim.placements {
            if let Some(event) = self.first_mention(placement.event_ref, &mut listed) {
                self.apply_placement(event, placement);
            }
        }
        for (event_ref, kind) in &claim.unplaced {
            let Some(event) = self.first_mention(*event_ref, &mut listed) else { continue };
            let is_posted = self.club.event(event).posting().is_some();
            let is_released = self.club.event(event).released().is_some();
            match kind {
                UnplacedKind::Dropped if is_released => {}
                UnplacedKind::NotPlaced if is_released => {
                    self.add_breach(
                        DOCUMENT,
                        format!("event {event_ref} was posted, so it is \"dropped\", not \"not_placed\""),
                    );
                }
                UnplacedKind::Dropped if is_posted => _ = self.schedule.decide(event, Decision::Dropped),
                UnplacedKind::Dropped => {
                    self.add_violation(HardName::H15, format!("event {event_ref} is not posted and cannot be dropped"));
                }
                UnplacedKind::NotPlaced if is_posted => {
                    self.add_violation(
                        HardName::H15,
                        format!("event {event_ref} is posted, so it cannot be \"not_placed\""),
                    );
                }
                UnplacedKind::NotPlaced if !self.club.event(event).is_candidate() => {
                    self.add_breach(DOCUMENT, format!("event {event_ref} is not a candidate"));
                }
                UnplacedKind::NotPlaced => {}
            }
        }
        for event in self.club.candidates() {
            let event_ref = self.club.event(event).event_ref;
            if !listed.contains(&event_ref) {
                self.add_breach(DOCUMENT, format!("candidate {event_ref} is neither placed nor unplaced"));
            }
        }
    }

    /// The event of an entry. Records a breach and returns `None` if the club does not have it or if it was listed before.
    fn first_mention(&mut self, event_ref: EventRef, listed: &mut BTreeSet<EventRef>) -> Option<EventIx> {
        let Some(event) = self.club.find(event_ref) else {
            self.add_violation(HardName::H1, format!("the club has no event {event_ref}"));
            return None;
        };
        if !listed.insert(event_ref) {
            self.add_violation(HardName::H1, format!("event {event_ref} is listed twice"));
            return None;
        }
        Some(event)
    }

    fn apply_placement(&mut self, event: EventIx, claimed: &ClaimedPlacement) {
        let event_ref = claimed.event_ref;
        let posting = self.club.event(event).origin();
        let Some(person) = self.club.find_person(&claimed.employee) else {
            return self
                .add_violation(HardName::H2, format!("event {event_ref}: the club has no employee with that id"));
        };
        let Some(day) = self.club.day_of(claimed.start.date()) else {
            let rule = if posting.is_some() { HardName::H15 } else { HardName::H1 };
            return self
                .add_violation(rule, format!("event {event_ref}: {} is outside of the horizon", claimed.start.date()));
        };
        let place = Place { person, day };
        match (claimed.kind, posting) {
            (PlacementKind::New, None) => _ = self.schedule.decide(event, Decision::New(place)),
            (PlacementKind::Moved, Some(posting)) => {
                let is_released = self.club.event(event).released().is_some();
                self.schedule.decide(event, if is_released { Decision::New(place) } else { Decision::Moved(place) });
                let id = &self.club.person(posting.person).id;
                let from = MovedFrom { employee_id: id.clone(), start: posting.start, block: posting.given_block };
                if claimed.from.as_ref() != Some(&from) {
                    self.add_breach(DOCUMENT, format!("event {event_ref}: \"from\" is not where it is posted"));
                }
            }
            (PlacementKind::New, Some(_)) => {
                self.add_violation(HardName::H15, format!("event {event_ref} is posted, not new"));
            }
            (PlacementKind::Moved, None) => {
                self.add_violation(HardName::H15, format!("event {event_ref} is not posted, so it cannot be moved"));
            }
        }
    }

    fn check_starts(&mut self, claim: &ClaimedAnswer) {
        let claimed: BTreeMap<EventRef, &ClaimedPlacement> =
            claim.placements.iter().rev().map(|p| (p.event_ref, p)).collect();
        for slot in timetable(&self.schedule) {
            let event_ref = self.club.event(slot.event).event_ref;
            let Some(claimed) = claimed.get(&event_ref) else { continue };
            if claimed.start != slot.start {
                let (is, should) = (clock_of(claimed.start), clock_of(slot.start));
                self.add_breach(STARTS, format!("event {event_ref} starts at {is}, should start at {should}"));
            }
            if claimed.block != slot.block {
                let (is, should) = (block_in_words(claimed.block), block_in_words(slot.block));
                self.add_breach(STARTS, format!("event {event_ref} has block {is}, should have {should}"));
            }
        }
    }

    fn check_numbers(&mut self, claim: &ClaimedAnswer, terms: &Terms) {
        for name in SoftName::ALL {
            let (claimed, counted) = (claim.terms.get(name.name()).copied().unwrap_or(0.0), terms.of(name));
            if !are_equal(claimed, counted) {
                self.add_breach(
                    name.rule().id,
                    format!("{} is claimed as {claimed}, counted as {counted}", name.name()),
                );
            }
        }
        if !are_equal(claim.score, terms.score()) {
            self.add_breach(DOCUMENT, format!("the score is claimed as {}, counted as {}", claim.score, terms.score()));
        }
        if let Some(bound) = claim.bound
            && bound < terms.score()
            && !are_equal(bound, terms.score())
        {
            self.add_breach(DOCUMENT, format!("the bound {bound} is below the score {}", terms.score()));
        }
    }
}

fn are_equal(a: f64, b: f64) -> bool {
    (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()).max(1.0)
}

fn clock_of(at: chrono::NaiveDateTime) -> String {
    clock(crate::calendar::minute_of(at))
}

fn block_in_words(block: Option<u8>) -> String {
    block.map_or_else(|| "none".into(), |b| b.to_string())
}
