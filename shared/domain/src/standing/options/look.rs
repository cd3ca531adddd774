//! Looks at a hypothetical schedule: the club of a look is changed in place, judged, and restored.

use std::collections::HashSet;

use chrono::{NaiveDate, NaiveDateTime};

use super::change::{PostedAt, is_told, tell};
use crate::calendar::{at_minute, minute_of};
use crate::club::{Club, EventIx, PersonIx, Place, Posting};
use crate::event_type::EventType;
use crate::rules::{HardName, WATCH};
use crate::snapshot::{Outside, Posted, Snapshot};
use crate::standing::breaches::{self, Scopes};
use crate::standing::{Issue, Rule, Standing, is_gone};

/// Where an event would be posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct At {
    pub person: PersonIx,
    pub start: NaiveDateTime,
    pub block: Option<u8>,
}

/// An event and where it would be posted; `None` if it is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct HypotheticalPosting {
    pub event: EventIx,
    pub after: Option<At>,
}

/// Whether schedules that are canceled, expired or no longer listed count as posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gone {
    /// They do not count, as in the look of rulebook section 10.
    NotPosted,
    /// They count until they are taken back, as in a run.
    Posted,
}

/// A look in which schedules can be changed temporarily. Handles of events and people are the same in every club of the
/// snapshot.
pub(super) struct Look {
    club: Club,
    outside: Outside,
    gone: Gone,
}

impl Look {
    /// The look over every week from today's to the one of `last`.
    pub fn new(snapshot: &Snapshot, outside: &Outside, gone: Gone, last: NaiveDate) -> Look {
        let goes = |posted: &Posted| gone == Gone::NotPosted && is_gone(posted, snapshot.today, outside);
        Look { club: Club::standing_until(snapshot, goes, last), outside: outside.clone(), gone }
    }

    pub fn club(&self) -> &Club {
        &self.club
    }

    /// Judges the schedule as posted.
    pub fn as_posted<T>(&self, ask: impl FnOnce(&Standing) -> T) -> T {
        ask(&Standing::new(&self.club, &self.outside))
    }

    /// Judges the schedule with these changes, in the days and weeks that they affect: old and new places, and those of
    /// their partners and of `others`.
    pub fn evaluate_with<T>(
        &mut self,
        touches: &[HypotheticalPosting],
        others: &[EventIx],
        ask: impl FnOnce(&Standing, Scopes) -> T,
    ) -> T {
        let mut events = others.to_vec();
        let mut left = Vec::new();
        for touch in touches {
            let event = self.club.event(touch.event);
            events.push(touch.event);
            events.extend(event.partner);
            left.extend(event.posting().and_then(|p| Some(Place { person: p.person, day: p.day? })));
        }
        let mut days = Vec::new();
        let mut roles = Vec::new();
        let shown = self.outside.crossmark.as_ref().map(|_| self.outside.clone());
        for touch in touches {
            let event = self.club.event(touch.event);
            let (event_ref, is_core) = (event.event_ref, event.kind == EventType::Core);
            let posting = touch.after.map(|at| self.posting(touch.event, at));
            if is_core {
                days.extend(event.posting().and_then(|p| p.day));
                days.extend(posting.as_ref().and_then(|p| p.day));
            }
            if shown.is_some() {
                let before = event.posting().map(|p| At { person: p.person, start: p.start, block: None });
                let [before, after] = [before, touch.after].map(|at| at.map(|at| posted_at(&self.club, at)));
                if is_told(before.as_ref(), after.as_ref()) {
                    tell(&mut self.outside, event_ref, after.as_ref());
                }
            }
            roles.push((touch.event, self.club.replace_role(touch.event, posting)));
        }
        self.serve(&days);
        let answer = self.as_posted(|standing| ask(standing, breaches::near(standing, &events, &left)));
        for (event, role) in roles.into_iter().rev() {
            self.club.restore(event, role);
        }
        self.serve(&days);
        if let Some(shown) = shown {
            self.outside = shown;
        }
        answer
    }

    fn serve(&mut self, days: &[crate::club::DayIx]) {
        for day in days {
            self.club.serve_posted_blocks_on(*day);
        }
    }

    fn posting(&self, event: EventIx, at: At) -> Posting {
        let (event, start) = (self.club.event(event), at_minute(at.start.date(), minute_of(at.start)));
        let is_listed = self.outside.listed.as_ref().is_none_or(|listed| listed.contains(&event.event_ref));
        let is_off = self.gone == Gone::NotPosted && (event.condition.is_off() || !is_listed);
        let day = self.club.day_of(start.date()).filter(|_| !is_off);
        let (person, given_block) = (at.person, at.block);
        Posting {
            person,
            start,
            day,
            given_block,
            block: given_block.unwrap_or(1),
            movable: false,
            by_hand: false,
            is_off,
        }
    }
}

/// A place with the person's id instead of the handle.
pub(super) fn posted_at(club: &Club, at: At) -> PostedAt {
    PostedAt { employee_id: club.person(at.person).id.clone(), start: at.start, block: at.block }
}

/// An issue with its rule, without severity and text. Two faults are equal exactly if their findings have the same id.
pub(super) type Fault = (Rule, Issue);

/// What the wanted rules find. Hard rules are checked within these scopes.
pub(super) fn faults(standing: &Standing, scopes: Scopes, wanted: impl Fn(Rule) -> bool) -> Vec<Fault> {
    let mut faults = hard_faults(standing, scopes, |name| wanted(Rule::Hard(name)));
    faults.retain(|(_, issue)| issue.belongs(standing).is_some());
    let mut issues = Vec::new();
    for rule in WATCH.iter().filter(|rule| wanted(Rule::Watch(rule.name))) {
        (rule.check)(standing, &mut issues);
        let issues = issues.drain(..).filter(|issue| issue.belongs(standing).is_some());
        faults.extend(issues.map(|issue| (Rule::Watch(rule.name), issue)));
    }
    faults
}

/// What all rules find, anywhere.
pub(super) fn all_faults(standing: &Standing) -> Vec<Fault> {
    faults(standing, breaches::everywhere(standing), |_| true)
}

/// The hard rules that are broken within these scopes, on past days too.
pub(super) fn hard_faults(standing: &Standing, scopes: Scopes, wanted: impl Fn(HardName) -> bool) -> Vec<Fault> {
    let breaches = breaches::of_rules(standing, scopes, wanted);
    breaches.into_iter().map(|breach| (Rule::Hard(breach.rule), breach.issue)).collect()
}

/// All hard rules that are broken, on past days too.
pub(super) fn all_hard_faults(standing: &Standing) -> Vec<Fault> {
    hard_faults(standing, breaches::everywhere(standing), |_| true)
}

/// The faults that were not there before.
pub(super) fn added(after: Vec<Fault>, before: &HashSet<Fault>) -> Vec<Fault> {
    after.into_iter().filter(|fault| !before.contains(fault)).collect()
}

/// The faults that are not part of an earlier one.
pub(super) fn worse(after: Vec<Fault>, before: &[Fault]) -> Vec<Fault> {
    after.into_iter().filter(|fault| !before.iter().any(|known| is_part(fault, known))).collect()
}

/// Whether a fault is the remainder of another: the same rule, person and days, with a part of its events.
pub(super) fn is_part(fault: &Fault, known: &Fault) -> bool {
    let ((rule, issue), (known_rule, known)) = (fault, known);
    let place = |issue: &Issue| (issue.on, issue.rotation, issue.person.clone());
    rule == known_rule && place(issue) == place(known) && issue.refs.iter().all(|r| known.refs.contains(r))
}
