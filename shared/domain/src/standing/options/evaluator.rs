//! Evaluates an edit in three clubs:
//!
//! - *the look*: the check of what is posted, without the schedules that are gone (canceled, expired, no longer
//!   listed);
//! - *the look with gone schedules*: the check of the hard rules, in which schedules that are gone count as posted
//!   until they are taken back;
//! - *the run*: the rules and the score of a run that plans from today on.

use std::collections::{HashMap, HashSet};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::change::{Change, PostedAt, apply};
use super::look::{
    GoneSchedules, Look, NewPosting, PlaceAndStart, RuleIssue, all_hard_rule_issues, all_rule_issues, hard_rule_issues,
    is_part, new_issues, posted_at, rule_issues, worse_issues,
};
use crate::blocks;
use crate::calendar::at_minute;
use crate::checker;
use crate::club::{Club, Event, EventIx, PersonIx, Place, Posting};
use crate::event_type::EventType;
use crate::rules::{HardName, Violation};
use crate::schedule::{Decision, Schedule};
use crate::snapshot::{EventRef, Outside, Posted, RotationException, Snapshot, StartName};
use crate::standing::{FindingId, Issue, Rule};

/// What a way out changes, with handles of the clubs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WayOutEdit {
    /// Events are posted in other places, or taken back.
    Schedules(Vec<NewPosting>),
    /// Somebody else holds a rotation.
    Rotation(RotationException),
}

/// Whether a rule of a run also limits a manager. A manager's right replaces H15. H1 is covered by
/// [`Evaluator::open_dates`]. H2 is judged by the other two clubs, which use the posted start instead of the one of
/// section 6.
fn limits_managers(rule: HardName) -> bool {
    !matches!(rule, HardName::H1 | HardName::H2 | HardName::H15)
}

/// The effect of an edit in the run.
#[derive(Debug, Clone)]
pub(super) struct RunEffect {
    /// The score difference.
    pub points: f64,
    /// The rules of a run that the edit breaks.
    pub broken: Vec<Violation>,
}

/// The snapshot of a run that plans from today on. The events in `open` may be placed automatically.
pub(super) fn run_snapshot(snapshot: &Snapshot, open: &[EventRef]) -> Snapshot {
    let mut run = snapshot.clone().from_today();
    run.callout = None;
    for event in run.events.iter_mut().filter(|event| open.contains(&event.event_ref)) {
        event.auto = true;
    }
    run
}

/// The club of [`run_snapshot`], in which every posted Core may move.
pub(super) fn run_club(snapshot: &Snapshot, open: &[EventRef]) -> Club {
    let mut club = Club::new(run_snapshot(snapshot, open));
    club.let_every_core_move();
    club
}

/// The three clubs, and the finding that edits should remove.
pub(super) struct Evaluator<'a> {
    pub snapshot: &'a Snapshot,
    pub outside: &'a Outside,
    /// The finding, as its rule reports it.
    pub target: RuleIssue,
    run: &'a Club,
    schedule: Schedule<'a>,
    look: Look,
    look_with_gone: Look,
    before: HashSet<RuleIssue>,
    before_with_gone: Vec<RuleIssue>,
    posted: HashMap<EventRef, &'a Posted>,
    /// The events that the finding names.
    named: Vec<EventIx>,
}

/// The objections to an edit.
#[derive(Debug, Default)]
pub(super) struct EditObjections {
    /// The finding if it remains, new findings, and hard rules that are newly broken in the look with gone
    /// schedules.
    pub against: Vec<RuleIssue>,
    /// Other findings that remain with fewer events, and so under another id.
    pub shrunk: Vec<RuleIssue>,
}

impl<'a> Evaluator<'a> {
    /// `None` if there is no finding with that id.
    pub fn find(
        snapshot: &'a Snapshot,
        outside: &'a Outside,
        look: Look,
        look_with_gone: Look,
        run: &'a Club,
        id: &FindingId,
    ) -> Option<Evaluator<'a>> {
        let before = look.as_posted(all_rule_issues);
        let target = before.iter().find(|(rule, issue)| FindingId::of(*rule, issue) == *id)?.clone();
        let before_with_gone = look_with_gone.as_posted(all_hard_rule_issues);
        let posted = snapshot.posted.iter().map(|p| (p.event.event_ref, p)).collect();
        let (before, schedule) = (before.into_iter().collect(), Schedule::as_posted(run));
        let named = target.1.refs.iter().filter_map(|r| run.find(*r)).collect();
        Some(Evaluator {
            snapshot,
            outside,
            target,
            run,
            schedule,
            look,
            look_with_gone,
            before,
            before_with_gone,
            posted,
            named,
        })
    }

    /// The club of the run.
    pub fn club(&self) -> &'a Club {
        self.run
    }

    pub fn rule(&self) -> Rule {
        self.target.0
    }

    pub fn issue(&self) -> &Issue {
        &self.target.1
    }

    pub fn event(&self, event: EventIx) -> &'a Event {
        self.run.event(event)
    }

    /// Where an event counts as posted in the look, which leaves out schedules that are gone.
    pub fn posting(&self, event: EventIx) -> Option<&Posting> {
        self.look.club().event(event).posting().filter(|posting| !posting.is_off)
    }

    /// Whether an event is posted; schedules that are gone count too.
    pub fn is_posted(&self, event: EventIx) -> bool {
        self.event(event).posting().is_some()
    }

    /// Where an event is posted, with the start and the block of the snapshot.
    pub fn posted_place(&self, event: EventIx) -> Option<PlaceAndStart> {
        let posted = self.posted.get(&self.event(event).event_ref)?;
        let person = self.event(event).posting()?.person;
        Some(PlaceAndStart { person, start: posted.start, block: posted.block })
    }

    /// Whether a manager may still change a schedule with this start: it is today or later, has not begun, and is not
    /// on a locked day.
    pub fn may_change_at(&self, start: NaiveDateTime) -> bool {
        self.has_not_begun(start) && !self.snapshot.locked_days.contains(&start.date())
    }

    fn has_not_begun(&self, start: NaiveDateTime) -> bool {
        let is_ahead = |now: NaiveDateTime| {
            // A start at midnight means that the time is not known.
            now < start || (start.time() == NaiveTime::MIN && now.date() <= start.date())
        };
        self.snapshot.today <= start.date() && self.outside.now.is_none_or(is_ahead)
    }

    /// Whether a manager may post a schedule with this start: [`Evaluator::may_change_at`] is true, and the day is no
    /// holiday and within the weeks of the run.
    pub fn may_post_at(&self, start: NaiveDateTime) -> bool {
        let date = start.date();
        self.may_change_at(start) && !self.snapshot.holidays.contains(&date) && self.run.day_of(date).is_some()
    }

    /// Whether an event counts as posted and may still be changed.
    pub fn may_change(&self, event: EventIx) -> bool {
        self.posting(event).is_some() && self.posted_place(event).is_some_and(|at| self.may_change_at(at.start))
    }

    /// The objection to a person working an event at a time, if any.
    pub fn objection(&self, person: PersonIx, event: EventIx, start: NaiveDateTime) -> Option<crate::club::Objection> {
        self.run.objection(person, self.event(event), start)
    }

    /// Whether there is no objection to a person working an event at a time.
    pub fn may_work(&self, person: PersonIx, event: EventIx, start: NaiveDateTime) -> bool {
        self.objection(person, event, start).is_none()
    }

    /// The dates of an event's window on which it may be placed: open days of the horizon.
    pub fn open_dates(&self, event: EventIx) -> Vec<NaiveDate> {
        let e = self.event(event);
        let within = |date: NaiveDate| e.start <= date && date < e.due && (!e.fixed || date == e.start);
        self.run.days.iter().filter(|day| day.open && within(day.date)).map(|day| day.date).collect()
    }

    /// The start that section 6 gives an event with a person on a date, if all other events stay as posted.
    pub fn rulebook_start(&mut self, event: EventIx, person: PersonIx, date: NaiveDate) -> Option<PlaceAndStart> {
        let day = self.run.day_of(date)?;
        let (e, starts) = (self.event(event), &self.run.settings.starts);
        let minute = match e.kind {
            EventType::Core => {
                let place = Place { person, day };
                let is_posted = self.is_posted(event);
                let decision = if is_posted { Decision::Moved(place) } else { Decision::New(place) };
                let was = self.schedule.decide(event, decision);
                let assigned = blocks::assign(&self.schedule, day).assigned;
                self.schedule.decide(event, was);
                let block = assigned.into_iter().find(|(core, _)| *core == event)?.1;
                return Some(PlaceAndStart {
                    person,
                    start: at_minute(date, self.run.arrival(block)),
                    block: Some(block),
                });
            }
            EventType::JuicerProduction => starts.of(StartName::JuicerProduction),
            EventType::JuicerDeepClean => starts.of(StartName::JuicerDeepClean),
            EventType::JuicerSurvey => starts.of(StartName::JuicerSurvey),
            EventType::Supervisor => starts.of(StartName::Supervisor),
            EventType::Other if e.full_day => starts.of(StartName::FullDayOther),
            EventType::Other => starts.of(StartName::Other),
            _ if e.is_candidate() => e.valid_day(day)?.start,
            _ => self.start_if_open(event, date)?,
        };
        Some(PlaceAndStart { person, start: at_minute(date, minute), block: None })
    }

    /// Returns the same postings. Each Core that changes its day gets the start and the block that section 6 gives it
    /// if all of these postings are made together.
    pub fn with_new_blocks(&mut self, mut new_postings: Vec<NewPosting>) -> Vec<NewPosting> {
        let Some(decisions) = self.decisions(&new_postings) else { return new_postings };
        let was: Vec<_> = decisions.iter().map(|(e, decision)| (*e, self.schedule.decide(*e, *decision))).collect();
        let mut assigned: HashMap<EventIx, u8> = HashMap::new();
        let dates: HashSet<NaiveDate> = new_postings.iter().filter_map(|t| t.after).map(|at| at.start.date()).collect();
        for day in dates.into_iter().filter_map(|date| self.run.day_of(date)) {
            assigned.extend(blocks::assign(&self.schedule, day).assigned);
        }
        for (e, decision) in was.into_iter().rev() {
            self.schedule.decide(e, decision);
        }
        for new_posting in &mut new_postings {
            let here = self.posted_place(new_posting.event).map(|here| here.start.date());
            let (Some(at), Some(block)) = (&mut new_posting.after, assigned.get(&new_posting.event)) else { continue };
            if here != Some(at.start.date()) {
                (at.start, at.block) = (at_minute(at.start.date(), self.run.arrival(*block)), Some(*block));
            }
        }
        new_postings
    }

    /// The start that section 6 would give a posted Freeosk or Digital event on a date if it were open.
    fn start_if_open(&self, event: EventIx, date: NaiveDate) -> Option<u32> {
        let event_ref = self.event(event).event_ref;
        let back = Change::Schedule { event_ref, before: None, after: None };
        let (mut opened, _) = apply(self.snapshot, self.outside, &[back]);
        for facts in opened.events.iter_mut().filter(|facts| facts.event_ref == event_ref) {
            facts.condition = None;
        }
        let club = run_club(&opened, &[event_ref]);
        let open = club.event(club.find(event_ref)?);
        open.valid_day(club.day_of(date)?).map(|valid| valid.start)
    }

    /// The other blocks of a Core's posted day, with their arrivals.
    pub fn other_blocks(&self, event: EventIx) -> Vec<PlaceAndStart> {
        let Some(here) = self.posted_place(event).filter(|_| self.event(event).kind == EventType::Core) else {
            return Vec::new();
        };
        let at = |block: u8| PlaceAndStart {
            start: at_minute(here.start.date(), self.run.arrival(block)),
            block: Some(block),
            ..here
        };
        blocks::ALL.into_iter().map(at).filter(|at| *at != here).collect()
    }

    /// The decisions of a run for these events; `None` if a day is not on the run's grid.
    fn decisions(&self, new_postings: &[NewPosting]) -> Option<Vec<(EventIx, Decision)>> {
        let decision = |new_posting: &NewPosting| {
            let posting = self.event(new_posting.event).posting();
            let Some(at) = new_posting.after else { return Some((new_posting.event, Decision::Dropped)) };
            let same = posting.is_some_and(|p| p.person == at.person && p.start.date() == at.start.date());
            let place = self.run.day_of(at.start.date()).map(|day| Place { person: at.person, day });
            let decision = match (posting, place) {
                (Some(_), _) if same => Decision::Stands,
                (Some(_), Some(place)) => Decision::Moved(place),
                (None, Some(place)) => Decision::New(place),
                (_, None) => return None,
            };
            Some((new_posting.event, decision))
        };
        new_postings.iter().map(decision).collect()
    }

    /// Whether a run could post these two events like this: `half` is in no violation, except of the rules that a
    /// manager's right replaces.
    pub fn is_legal_pair(&mut self, lead: NewPosting, half: NewPosting) -> bool {
        let Some(decisions) = self.decisions(&[lead, half]) else { return false };
        let broken = checker::breaks(&mut self.schedule, &decisions);
        !broken.iter().any(|v| limits_managers(v.rule) && v.events().any(|e| e == half.event))
    }

    /// The effect of an edit in the run; `None` if a day is not on the run's grid.
    pub fn effect(&mut self, edit: &WayOutEdit) -> Option<RunEffect> {
        let WayOutEdit::Schedules(new_postings) = edit else {
            return Some(RunEffect { points: 0.0, broken: Vec::new() });
        };
        let decisions = self.decisions(new_postings)?;
        if decisions.iter().all(|(_, decision)| *decision == Decision::Stands) {
            return Some(RunEffect { points: 0.0, broken: Vec::new() });
        }
        let effect = checker::evaluate_change(&mut self.schedule, &decisions);
        let points = effect.points() + 0.0;
        let broken = effect.violations.into_iter().filter(|v| limits_managers(v.rule)).collect();
        Some(RunEffect { points, broken })
    }

    /// Whether an edit may remove the finding. Always true for edits that take something back or change a rotation:
    /// [`Evaluator::objections_to`] decides about these.
    pub fn may_remove_finding(&mut self, edit: &WayOutEdit) -> bool {
        match edit {
            WayOutEdit::Schedules(new_postings)
                if new_postings.iter().all(|new_posting| new_posting.after.is_some()) =>
            {
                self.is_gone_with(new_postings)
            }
            _ => true,
        }
    }

    /// How many events the finding would still name after these changes; 0 if it is gone.
    pub fn remaining_events(&mut self, new_postings: &[NewPosting]) -> usize {
        let left = self.remaining_issues(new_postings);
        if self.is_gone_from(&left) {
            return 0;
        }
        let named = &self.issue().refs;
        let refs = left.iter().flat_map(|(_, left)| &left.refs).filter(|r| named.contains(r));
        refs.collect::<HashSet<_>>().len()
    }

    /// Whether the finding would be gone if an event were not posted at all. If not, and if fewer events never break
    /// its rule, no change of that event alone can remove it.
    pub fn is_gone_without(&mut self, event: EventIx) -> bool {
        self.is_gone_with(&[NewPosting { event, after: None }])
    }

    fn is_gone_with(&mut self, new_postings: &[NewPosting]) -> bool {
        let left = self.remaining_issues(new_postings);
        self.is_gone_from(&left)
    }

    /// What the rule of the finding still reports near these changes.
    fn remaining_issues(&mut self, new_postings: &[NewPosting]) -> Vec<RuleIssue> {
        let rule = self.rule();
        self.look.evaluate_with(new_postings, &self.named, |standing, scopes| {
            rule_issues(standing, scopes, |other| other == rule)
        })
    }

    fn is_gone_from(&self, left: &[RuleIssue]) -> bool {
        let (rule, issue) = &self.target;
        let is_finding = |(other, left): &RuleIssue| {
            let same_events = left.refs.iter().any(|r| issue.refs.contains(r)) || issue.refs.is_empty();
            let same_place = (left.on, &left.person, left.rotation) == (issue.on, &issue.person, issue.rotation);
            other == rule && same_place && same_events
        };
        !left.iter().any(is_finding)
    }

    /// The objections to an edit for which [`Evaluator::may_remove_finding`] is true.
    pub fn objections_to(&mut self, edit: &WayOutEdit) -> EditObjections {
        let (after, after_with_gone) = match edit {
            WayOutEdit::Schedules(new_postings)
                if new_postings.iter().all(|new_posting| new_posting.after.is_some()) =>
            {
                let after = self.look.evaluate_with(new_postings, &self.named, |standing, scopes| {
                    rule_issues(standing, scopes, |_| true)
                });
                let after_with_gone = self
                    .look_with_gone
                    .evaluate_with(new_postings, &[], |standing, scopes| hard_rule_issues(standing, scopes, |_| true));
                (after, after_with_gone)
            }
            // Taking something back or changing a rotation may change pairs and duties, so the clubs are built again.
            _ => {
                let (snapshot, outside) = apply(self.snapshot, self.outside, &self.changes(edit));
                let last = self.run.days.last().map_or(snapshot.today, |day| day.date);
                let look = Look::new(&snapshot, &outside, GoneSchedules::NotPosted, last);
                let look_with_gone = Look::new(&snapshot, &outside, GoneSchedules::Posted, last);
                (look.as_posted(all_rule_issues), look_with_gone.as_posted(all_hard_rule_issues))
            }
        };
        let stays = (!self.is_gone_from(&after)).then(|| self.target.clone());
        let is_shrunk = |one: &RuleIssue| self.before.iter().any(|known| is_part(one, known));
        let (shrunk, new) = new_issues(after, &self.before).into_iter().partition(is_shrunk);
        let mut against: Vec<RuleIssue> = stays.into_iter().collect();
        against.extend::<Vec<RuleIssue>>(new);
        against.extend(worse_issues(after_with_gone, &self.before_with_gone));
        EditObjections { against, shrunk }
    }

    /// The changes of an edit, in order of ref.
    pub fn changes(&self, edit: &WayOutEdit) -> Vec<Change> {
        match edit {
            WayOutEdit::Rotation(exception) => vec![Change::Rotation(exception.clone())],
            WayOutEdit::Schedules(new_postings) => {
                let place = |at: Option<PlaceAndStart>| -> Option<PostedAt> { at.map(|at| posted_at(self.run, at)) };
                let mut new_postings = new_postings.clone();
                new_postings.sort_unstable();
                let change = |new_posting: &NewPosting| Change::Schedule {
                    event_ref: self.event(new_posting.event).event_ref,
                    before: place(self.posted_place(new_posting.event)),
                    after: place(new_posting.after),
                };
                new_postings.iter().map(change).collect()
            }
        }
    }
}
