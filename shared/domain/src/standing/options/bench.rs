//! The clubs in which a change is evaluated:
//!
//! - *the look*: the check of what is posted, for which canceled schedules are gone;
//! - *the count*: the same check of the hard rules, where canceled schedules count as posted until they are taken back;
//! - *the run*: the rules and the score of a run that plans from today on.

use std::collections::{HashMap, HashSet};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::change::{Change, PostedAt, apply};
use super::look::{
    At, Fault, Gone, HypotheticalPosting, Look, added, all_faults, all_hard_faults, faults, hard_faults, is_part,
    posted_at, worse,
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
pub(super) enum Edit {
    /// Events are posted in other places, or taken back.
    Schedules(Vec<HypotheticalPosting>),
    /// Somebody else holds a rotation.
    Rotation(RotationException),
}

/// The effect of an edit in the run.
#[derive(Debug, Clone)]
pub(super) struct Effect {
    /// The score difference.
    pub points: f64,
    /// The rules of a run that it breaks.
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

pub(super) struct Bench<'a> {
    pub snapshot: &'a Snapshot,
    pub outside: &'a Outside,
    /// The finding, as its rule reports it.
    pub target: Fault,
    run: &'a Club,
    schedule: Schedule<'a>,
    look: Look,
    count: Look,
    before: HashSet<Fault>,
    counted_before: Vec<Fault>,
    posted: HashMap<EventRef, &'a Posted>,
    /// The events that the finding names.
    named: Vec<EventIx>,
}

/// The objections to an edit.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// The finding if it remains, new findings, and hard rules that are newly broken while canceled schedules still
    /// count.
    pub against: Vec<Fault>,
    /// Other findings that remain with fewer events, and so under another id.
    pub shrunk: Vec<Fault>,
}

impl<'a> Bench<'a> {
    /// `None` if there is no finding with that id.
    pub fn find(
        snapshot: &'a Snapshot,
        outside: &'a Outside,
        look: Look,
        count: Look,
        run: &'a Club,
        id: &FindingId,
    ) -> Option<Bench<'a>> {
        let before = look.as_posted(all_faults);
        let target = before.iter().find(|(rule, issue)| FindingId::of(*rule, issue) == *id)?.clone();
        let counted_before = count.as_posted(all_hard_faults);
        let posted = snapshot.posted.iter().map(|p| (p.event.event_ref, p)).collect();
        let (before, schedule) = (before.into_iter().collect(), Schedule::as_posted(run));
        let named = target.1.refs.iter().filter_map(|r| run.find(*r)).collect();
        Some(Bench { snapshot, outside, target, run, schedule, look, count, before, counted_before, posted, named })
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

    /// Where an event counts as posted in the look, which leaves out canceled ones.
    pub fn posting(&self, event: EventIx) -> Option<&Posting> {
        self.look.club().event(event).posting().filter(|posting| !posting.is_off)
    }

    /// Whether an event is posted, canceled or not.
    pub fn is_posted(&self, event: EventIx) -> bool {
        self.event(event).posting().is_some()
    }

    /// Where an event is posted, with the start and the block of the snapshot.
    pub fn here(&self, event: EventIx) -> Option<At> {
        let posted = self.posted.get(&self.event(event).event_ref)?;
        let person = self.event(event).posting()?.person;
        Some(At { person, start: posted.start, block: posted.block })
    }

    /// Whether a person may still change something with this start: it is today or later, has not begun, and is not on
    /// a locked day.
    pub fn is_free(&self, start: NaiveDateTime) -> bool {
        self.has_not_begun(start) && !self.snapshot.locked_days.contains(&start.date())
    }

    fn has_not_begun(&self, start: NaiveDateTime) -> bool {
        let is_ahead = |now: NaiveDateTime| {
            // A start at midnight means that the time is not known.
            now < start || (start.time() == NaiveTime::MIN && now.date() <= start.date())
        };
        self.snapshot.today <= start.date() && self.outside.now.is_none_or(is_ahead)
    }

    /// Whether something may be posted at this time: as [`Bench::is_free`], not on a holiday, and within the weeks of
    /// the run.
    pub fn is_open(&self, start: NaiveDateTime) -> bool {
        let date = start.date();
        self.is_free(start) && !self.snapshot.holidays.contains(&date) && self.run.day_of(date).is_some()
    }

    /// Whether an event counts as posted and may still be changed.
    pub fn may_touch(&self, event: EventIx) -> bool {
        self.posting(event).is_some() && self.here(event).is_some_and(|at| self.is_free(at.start))
    }

    /// The objection to a person working an event at a time, if any.
    pub fn objection(&self, person: PersonIx, event: EventIx, start: NaiveDateTime) -> Option<crate::club::Objection> {
        self.run.objection(person, self.event(event), start)
    }

    /// Whether there is no objection.
    pub fn is_fit(&self, person: PersonIx, event: EventIx, start: NaiveDateTime) -> bool {
        self.objection(person, event, start).is_none()
    }

    /// The dates of an event's window on which it may be placed: open days of the horizon.
    pub fn open_dates(&self, event: EventIx) -> Vec<NaiveDate> {
        let e = self.event(event);
        let within = |date: NaiveDate| e.start <= date && date < e.due && (!e.fixed || date == e.start);
        self.run.days.iter().filter(|day| day.open && within(day.date)).map(|day| day.date).collect()
    }

    /// The start that section 6 gives an event with a person on a date, everything else as posted.
    pub fn natural(&mut self, event: EventIx, person: PersonIx, date: NaiveDate) -> Option<At> {
        let day = self.run.day_of(date)?;
        let (e, starts) = (self.event(event), &self.run.settings.starts);
        let minute = match e.kind {
            EventType::Core => {
                let place = Place { person, day };
                let is_posted = self.is_posted(event);
                let decision = if is_posted { Decision::Moved(place) } else { Decision::New(place) };
                let was = self.schedule.decide(event, decision);
                let served = blocks::assign(&self.schedule, day).served;
                self.schedule.decide(event, was);
                let block = served.into_iter().find(|(served, _)| *served == event)?.1;
                return Some(At { person, start: at_minute(date, self.run.arrival(block)), block: Some(block) });
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
        Some(At { person, start: at_minute(date, minute), block: None })
    }

    /// Several changes at once. A Core that comes to another day gets the block that section 6 gives it beside the
    /// others.
    pub fn settled(&mut self, mut touches: Vec<HypotheticalPosting>) -> Vec<HypotheticalPosting> {
        let Some(decisions) = self.decisions(&touches) else { return touches };
        let was: Vec<_> = decisions.iter().map(|(e, decision)| (*e, self.schedule.decide(*e, *decision))).collect();
        let mut served: HashMap<EventIx, u8> = HashMap::new();
        let dates: HashSet<NaiveDate> = touches.iter().filter_map(|t| t.after).map(|at| at.start.date()).collect();
        for day in dates.into_iter().filter_map(|date| self.run.day_of(date)) {
            served.extend(blocks::assign(&self.schedule, day).served);
        }
        for (e, decision) in was.into_iter().rev() {
            self.schedule.decide(e, decision);
        }
        for touch in &mut touches {
            let here = self.here(touch.event).map(|here| here.start.date());
            let (Some(at), Some(block)) = (&mut touch.after, served.get(&touch.event)) else { continue };
            if here != Some(at.start.date()) {
                (at.start, at.block) = (at_minute(at.start.date(), self.run.arrival(*block)), Some(*block));
            }
        }
        touches
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
    pub fn other_blocks(&self, event: EventIx) -> Vec<At> {
        let Some(here) = self.here(event).filter(|_| self.event(event).kind == EventType::Core) else {
            return Vec::new();
        };
        let at =
            |block: u8| At { start: at_minute(here.start.date(), self.run.arrival(block)), block: Some(block), ..here };
        blocks::ALL.into_iter().map(at).filter(|at| *at != here).collect()
    }

    /// The decisions of a run for these events; `None` if a day is not on the run's grid.
    fn decisions(&self, touches: &[HypotheticalPosting]) -> Option<Vec<(EventIx, Decision)>> {
        let decision = |touch: &HypotheticalPosting| {
            let posting = self.event(touch.event).posting();
            let Some(at) = touch.after else { return Some((touch.event, Decision::Dropped)) };
            let same = posting.is_some_and(|p| p.person == at.person && p.start.date() == at.start.date());
            let place = self.run.day_of(at.start.date()).map(|day| Place { person: at.person, day });
            let decision = match (posting, place) {
                (Some(_), _) if same => Decision::Stands,
                (Some(_), Some(place)) => Decision::Moved(place),
                (None, Some(place)) => Decision::New(place),
                (_, None) => return None,
            };
            Some((touch.event, decision))
        };
        touches.iter().map(decision).collect()
    }

    /// Whether a run could place these two like this: no rule is broken in which `half` takes part, except those of a
    /// manager's right.
    pub fn is_legal_pair(&mut self, lead: HypotheticalPosting, half: HypotheticalPosting) -> bool {
        let Some(decisions) = self.decisions(&[lead, half]) else { return false };
        let by_hand = |rule| matches!(rule, HardName::H1 | HardName::H2 | HardName::H15);
        let broken = checker::breaks(&mut self.schedule, &decisions);
        !broken.iter().any(|v| !by_hand(v.rule) && v.events().any(|e| e == half.event))
    }

    /// The effect of an edit in the run; `None` if a day is not on the run's grid.
    pub fn effect(&mut self, edit: &Edit) -> Option<Effect> {
        let Edit::Schedules(touches) = edit else { return Some(Effect { points: 0.0, broken: Vec::new() }) };
        let decisions = self.decisions(touches)?;
        if decisions.iter().all(|(_, decision)| *decision == Decision::Stands) {
            return Some(Effect { points: 0.0, broken: Vec::new() });
        }
        let effect = checker::evaluate_change(&mut self.schedule, &decisions);
        let points = effect.points() + 0.0;
        // A manager's right replaces H15. H1 is covered by `open_dates`. H2 is judged by the two looks, which use the
        // posted start instead of the one of section 6.
        let by_hand = |rule| matches!(rule, HardName::H1 | HardName::H2 | HardName::H15);
        let broken = effect.violations.into_iter().filter(|v| !by_hand(v.rule)).collect();
        Some(Effect { points, broken })
    }

    /// Whether an edit may remove the finding. Always true for edits that take something back or change a rotation:
    /// [`Bench::verdict`] decides about those.
    pub fn helps(&mut self, edit: &Edit) -> bool {
        match edit {
            Edit::Schedules(touches) if touches.iter().all(|touch| touch.after.is_some()) => self.is_gone_with(touches),
            _ => true,
        }
    }

    /// How many events the finding would still name after these changes; 0 if it is gone.
    pub fn rest(&mut self, touches: &[HypotheticalPosting]) -> usize {
        let (rule, issue) = self.target.clone();
        let left = self
            .look
            .evaluate_with(touches, &self.named, |standing, scopes| faults(standing, scopes, |other| other == rule));
        if self.is_gone_from(&left) {
            return 0;
        }
        let refs = left.iter().flat_map(|(_, left)| &left.refs).filter(|r| issue.refs.contains(r));
        refs.collect::<HashSet<_>>().len()
    }

    /// Whether the finding would be gone if an event were not posted at all. If not, no change of that event alone can
    /// help, for a rule that fewer events never break.
    pub fn is_gone_without(&mut self, event: EventIx) -> bool {
        self.is_gone_with(&[HypotheticalPosting { event, after: None }])
    }

    fn is_gone_with(&mut self, touches: &[HypotheticalPosting]) -> bool {
        let rule = self.rule();
        let left = self
            .look
            .evaluate_with(touches, &self.named, |standing, scopes| faults(standing, scopes, |other| other == rule));
        self.is_gone_from(&left)
    }

    fn is_gone_from(&self, left: &[Fault]) -> bool {
        let (rule, issue) = &self.target;
        let is_it = |(other, left): &Fault| {
            let same_events = left.refs.iter().any(|r| issue.refs.contains(r)) || issue.refs.is_empty();
            let same_place = (left.on, &left.person, left.rotation) == (issue.on, &issue.person, issue.rotation);
            other == rule && same_place && same_events
        };
        !left.iter().any(is_it)
    }

    /// The objections to an edit for which [`Bench::helps`] is true.
    pub fn verdict(&mut self, edit: &Edit) -> Verdict {
        let (after, counted) = match edit {
            Edit::Schedules(touches) if touches.iter().all(|touch| touch.after.is_some()) => {
                let after = self
                    .look
                    .evaluate_with(touches, &self.named, |standing, scopes| faults(standing, scopes, |_| true));
                let counted =
                    self.count.evaluate_with(touches, &[], |standing, scopes| hard_faults(standing, scopes, |_| true));
                (after, counted)
            }
            // Taking something back or changing a rotation may change pairs and duties, so the clubs are built again.
            _ => {
                let (snapshot, outside) = apply(self.snapshot, self.outside, &self.changes(edit));
                let last = self.run.days.last().map_or(snapshot.today, |day| day.date);
                let look = Look::new(&snapshot, &outside, Gone::NotPosted, last);
                let count = Look::new(&snapshot, &outside, Gone::Posted, last);
                (look.as_posted(all_faults), count.as_posted(all_hard_faults))
            }
        };
        let stays = (!self.is_gone_from(&after)).then(|| self.target.clone());
        let is_shrunk = |fault: &Fault| self.before.iter().any(|known| is_part(fault, known));
        let (shrunk, new) = added(after, &self.before).into_iter().partition(is_shrunk);
        let mut against: Vec<Fault> = stays.into_iter().collect();
        against.extend::<Vec<Fault>>(new);
        against.extend(worse(counted, &self.counted_before));
        Verdict { against, shrunk }
    }

    /// The changes of an edit, in order of ref.
    pub fn changes(&self, edit: &Edit) -> Vec<Change> {
        match edit {
            Edit::Rotation(exception) => vec![Change::Rotation(exception.clone())],
            Edit::Schedules(touches) => {
                let place = |at: Option<At>| -> Option<PostedAt> { at.map(|at| posted_at(self.run, at)) };
                let mut touches = touches.clone();
                touches.sort_unstable();
                let change = |touch: &HypotheticalPosting| Change::Schedule {
                    event_ref: self.event(touch.event).event_ref,
                    before: place(self.here(touch.event)),
                    after: place(touch.after),
                };
                touches.iter().map(change).collect()
            }
        }
    }
}
