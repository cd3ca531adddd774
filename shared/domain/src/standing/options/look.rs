//! Looks at a hypothetical schedule: the club of a look is changed in place, judged, and restored.

use std::collections::HashSet;

use chrono::{NaiveDate, NaiveDateTime};

use super::change::{PostedAt, is_sent, show_at_crossmark};
use crate::calendar::{at_minute, minute_of};
use crate::club::{Club, EventIx, PersonIx, Place, Posting};
use crate::event_type::EventType;
use crate::rules::{HardName, WATCH};
use crate::snapshot::{Outside, Posted, Snapshot};
use crate::standing::breaches::{self, Scopes};
use crate::standing::{Issue, Rule, StandingSchedule, is_gone};

/// Where an event would be posted, with handles; [`PostedAt`] is the same with ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct PlaceAndStart {
    pub person: PersonIx,
    pub start: NaiveDateTime,
    pub block: Option<u8>,
}

/// An event and where it would be posted; `None` if it is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct NewPosting {
    pub event: EventIx,
    pub after: Option<PlaceAndStart>,
}

/// Whether schedules that are canceled, expired or no longer listed count as posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GoneSchedules {
    /// Such schedules do not count, as in the look of rulebook section 10.
    NotPosted,
    /// Such schedules count until they are taken back, as in a run.
    Posted,
}

/// A look in which schedules can be changed temporarily. Handles of events and people are the same in every club of the
/// snapshot.
pub(super) struct Look {
    club: Club,
    outside: Outside,
    gone: GoneSchedules,
}

impl Look {
    /// The look over every week from today's week to the week of `last`, or of the last posted schedule if that is
    /// later.
    pub fn new(snapshot: &Snapshot, outside: &Outside, gone: GoneSchedules, last: NaiveDate) -> Look {
        let is_not_posted =
            |posted: &Posted| gone == GoneSchedules::NotPosted && is_gone(posted, snapshot.today, outside);
        Look { club: Club::standing_until(snapshot, is_not_posted, last), outside: outside.clone(), gone }
    }

    pub fn club(&self) -> &Club {
        &self.club
    }

    /// Judges the schedule as posted.
    pub fn as_posted<T>(&self, judge: impl FnOnce(&StandingSchedule) -> T) -> T {
        judge(&StandingSchedule::new(&self.club, &self.outside))
    }

    /// Judges the schedule with these changes, on the days and in the weeks of the old and new places of the events, and
    /// of the places of their partners and of `others`.
    pub fn evaluate_with<T>(
        &mut self,
        new_postings: &[NewPosting],
        others: &[EventIx],
        judge: impl FnOnce(&StandingSchedule, Scopes) -> T,
    ) -> T {
        let mut events = others.to_vec();
        let mut old_places = Vec::new();
        for new_posting in new_postings {
            let event = self.club.event(new_posting.event);
            events.push(new_posting.event);
            events.extend(event.partner);
            old_places.extend(event.posting().and_then(|p| Some(Place { person: p.person, day: p.day? })));
        }
        let mut days = Vec::new();
        let mut roles = Vec::new();
        let shown = self.outside.crossmark.as_ref().map(|_| self.outside.clone());
        for new_posting in new_postings {
            let event = self.club.event(new_posting.event);
            let (event_ref, is_core) = (event.event_ref, event.kind == EventType::Core);
            let posting = new_posting.after.map(|at| self.posting(new_posting.event, at));
            if is_core {
                days.extend(event.posting().and_then(|p| p.day));
                days.extend(posting.as_ref().and_then(|p| p.day));
            }
            if shown.is_some() {
                let before = event.posting().map(|p| PlaceAndStart { person: p.person, start: p.start, block: None });
                let [before, after] = [before, new_posting.after].map(|at| at.map(|at| posted_at(&self.club, at)));
                if is_sent(before.as_ref(), after.as_ref()) {
                    show_at_crossmark(&mut self.outside, event_ref, after.as_ref());
                }
            }
            roles.push((new_posting.event, self.club.replace_role(new_posting.event, posting)));
        }
        self.assign_blocks(&days);
        let judged = self.as_posted(|standing| judge(standing, breaches::scopes_near(standing, &events, &old_places)));
        for (event, role) in roles.into_iter().rev() {
            self.club.restore(event, role);
        }
        self.assign_blocks(&days);
        if let Some(shown) = shown {
            self.outside = shown;
        }
        judged
    }

    /// Gives the posted Core of these days their blocks again.
    fn assign_blocks(&mut self, days: &[crate::club::DayIx]) {
        for day in days {
            self.club.assign_posted_blocks_on(*day);
        }
    }

    fn posting(&self, event: EventIx, at: PlaceAndStart) -> Posting {
        let (event, start) = (self.club.event(event), at_minute(at.start.date(), minute_of(at.start)));
        let is_listed = self.outside.listed.as_ref().is_none_or(|listed| listed.contains(&event.event_ref));
        let is_off = self.gone == GoneSchedules::NotPosted && (event.condition.is_off() || !is_listed);
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
pub(super) fn posted_at(club: &Club, at: PlaceAndStart) -> PostedAt {
    PostedAt { employee_id: club.person(at.person).id.clone(), start: at.start, block: at.block }
}

/// An issue with its rule, without severity and text. Two of them are equal exactly if their findings have the same id.
pub(super) type RuleIssue = (Rule, Issue);

/// The issues of the wanted rules, without past issues. Hard rules are checked within these scopes.
pub(super) fn rule_issues(
    standing: &StandingSchedule,
    scopes: Scopes,
    wanted: impl Fn(Rule) -> bool,
) -> Vec<RuleIssue> {
    let mut found = hard_rule_issues(standing, scopes, |name| wanted(Rule::Hard(name)));
    found.retain(|(_, issue)| issue.when(standing).is_some());
    let mut issues = Vec::new();
    for rule in WATCH.iter().filter(|rule| wanted(Rule::Watch(rule.name))) {
        (rule.check)(standing, &mut issues);
        let issues = issues.drain(..).filter(|issue| issue.when(standing).is_some());
        found.extend(issues.map(|issue| (Rule::Watch(rule.name), issue)));
    }
    found
}

/// The issues of all rules, without past issues.
pub(super) fn all_rule_issues(standing: &StandingSchedule) -> Vec<RuleIssue> {
    rule_issues(standing, breaches::scopes_of_all_posted(standing), |_| true)
}

/// The issues of the wanted hard rules within these scopes, past issues too.
pub(super) fn hard_rule_issues(
    standing: &StandingSchedule,
    scopes: Scopes,
    wanted: impl Fn(HardName) -> bool,
) -> Vec<RuleIssue> {
    let breaches = breaches::find(standing, scopes, wanted);
    breaches.into_iter().map(|breach| (Rule::Hard(breach.rule), breach.issue)).collect()
}

/// The issues of all hard rules, past issues too.
pub(super) fn all_hard_rule_issues(standing: &StandingSchedule) -> Vec<RuleIssue> {
    hard_rule_issues(standing, breaches::scopes_of_all_posted(standing), |_| true)
}

/// The issues that were not found before.
pub(super) fn new_issues(after: Vec<RuleIssue>, before: &HashSet<RuleIssue>) -> Vec<RuleIssue> {
    after.into_iter().filter(|one| !before.contains(one)).collect()
}

/// The issues that are not part of an earlier one.
pub(super) fn worse_issues(after: Vec<RuleIssue>, before: &[RuleIssue]) -> Vec<RuleIssue> {
    after.into_iter().filter(|one| !before.iter().any(|known| is_part(one, known))).collect()
}

/// Whether an issue is the remainder of another: the same rule, person and days, with a part of its events.
pub(super) fn is_part(one: &RuleIssue, known: &RuleIssue) -> bool {
    let ((rule, issue), (known_rule, known)) = (one, known);
    let place = |issue: &Issue| (issue.on, issue.rotation, issue.person.clone());
    rule == known_rule && place(issue) == place(known) && issue.refs.iter().all(|r| known.refs.contains(r))
}
