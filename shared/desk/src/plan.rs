//! The current plan: posted schedules, lines being submitted, and the lines of the current proposal.
//!
//! This module only reads. A plan of a club of ordinary size takes 2 requests if the club is cached and up to date, and 6
//! otherwise; more if the club changes meanwhile. `domain` checks the rules.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::Arc;

use domain::club::{EventIx, Place as PersonDay};
use domain::rules::{HardName, Violation};
use domain::schedule::{Decision, Schedule};
use domain::snapshot::EventRef;
use futures_util::future::try_join;
use store::documents::PlanVersion;
use store::events::Place;
use store::key::{LineKey, ProposalKey, RunId};
use store::lines::{Line, LineKind, Lines};
use store::proposals::{CurrentProposal, PlanHeader};
use store::stamp::Timestamp;
use store::{Club, Stored, TableError};

use crate::cache::ClubCache;
use crate::check::CheckTarget;
use crate::error::{Broken, DeskError};
use crate::loaded_club::{BufferStart, ClubCacheKey, LoadedClub};

/// What a use case works on: a club's table, and the process's cache of clubs.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The club.
    pub club: Club<'a>,
    /// The cache.
    pub cache: &'a ClubCache,
}

impl Desk<'_> {
    /// The current lines of a proposal; empty if there is no proposal.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn lines(self, proposal: Option<&ProposalKey>, now: Timestamp) -> Result<Arc<Lines>, TableError> {
        match proposal {
            Some(proposal) => self.cache.lines(self.club, proposal, now).await,
            None => Ok(Arc::default()),
        }
    }
}

/// A club's plan at one moment.
#[derive(Debug)]
pub struct Plan {
    /// The club as the rules see it.
    loaded_club: Arc<LoadedClub>,
    /// The current proposal.
    pub current: Option<CurrentProposal>,
    /// The `plan_version` of this plan.
    pub plan_version: PlanVersion,
    /// The lines of the current proposal, by event.
    pub lines: Arc<Lines>,
}

impl Deref for Plan {
    type Target = LoadedClub;

    fn deref(&self) -> &LoadedClub {
        &self.loaded_club
    }
}

impl Plan {
    /// Reads the current plan.
    ///
    /// # Errors
    /// [`DeskError::Snapshot`] if there is no such club or it kept changing while it was read, [`DeskError::Table`] if a
    /// request to the table failed.
    pub async fn load(desk: Desk<'_>, now: Timestamp) -> Result<Plan, DeskError> {
        let Desk { club, cache } = desk;
        let PlanHeader { info, current, plan_version } = club.plan_header().await?;
        let time_zone = info.ok_or(store::snapshot::SnapshotError::NoClub)?.time_zone;
        let today = now.date_in(time_zone);
        let buffer = BufferStart::of(current.as_ref(), time_zone, today);
        let wanted = ClubCacheKey { time_zone, today, facts_version: plan_version.of_facts(), buffer };
        let proposal = current.as_ref().map(|current| &current.proposal);
        let lines = async { Ok(desk.lines(proposal, now).await?) };
        let ((loaded_club, loaded), lines) =
            try_join(Box::pin(cache.loaded_club(club, wanted, plan_version)), Box::pin(lines)).await?;
        Ok(Plan { loaded_club, current, plan_version: loaded.unwrap_or(plan_version), lines })
    }

    /// Reads the club for events that a person changes by hand: it can be planned from today on, and H15 does not apply to
    /// these events and their partners. The lines are those of `proposal`, or none. Nothing is cached.
    ///
    /// # Errors
    /// As [`Plan::load`].
    pub async fn load_by_hand(
        desk: Desk<'_>,
        events: &BTreeSet<EventRef>,
        proposal: Option<&ProposalKey>,
        now: Timestamp,
    ) -> Result<Plan, DeskError> {
        let PlanHeader { info, plan_version, .. } = desk.club.plan_header().await?;
        let time_zone = info.ok_or(store::snapshot::SnapshotError::NoClub)?.time_zone;
        let today = now.date_in(time_zone);
        let loaded = desk.club.load_snapshot_after(plan_version, today).await?;
        let lines = match proposal {
            Some(proposal) => desk.club.lines_since(Arc::default(), proposal, now).await?,
            None => Arc::default(),
        };
        let snapshot = loaded.snapshot.without_decisions();
        let mut loaded_club = LoadedClub::of(snapshot.clone().changed_by_hand(events.iter().copied()), loaded.links);
        let club = &loaded_club.club;
        let partner = |event: &EventRef| club.event(club.find(*event)?).partner.map(|p| club.event(p).event_ref);
        let partners: BTreeSet<EventRef> =
            events.iter().filter_map(partner).filter(|partner| !events.contains(partner)).collect();
        if !partners.is_empty() {
            let all = events.iter().copied().chain(partners);
            loaded_club = LoadedClub::of(snapshot.changed_by_hand(all), loaded_club.links);
        }
        let current = proposal.map(|proposal| CurrentProposal {
            proposal: proposal.clone(),
            at: now,
            plan_version: loaded.plan_version,
            emergency: true,
        });
        Ok(Plan { loaded_club: Arc::new(loaded_club), current, plan_version: loaded.plan_version, lines })
    }

    /// The plan in which a place of this target is judged.
    ///
    /// # Errors
    /// As [`Plan::load`].
    pub(crate) async fn load_for(desk: Desk<'_>, target: &CheckTarget, now: Timestamp) -> Result<Plan, DeskError> {
        match target {
            CheckTarget::Line(_) | CheckTarget::Event(_) => Plan::load(desk, now).await,
            CheckTarget::ByHand(event) => Plan::load_by_hand(desk, &BTreeSet::from([*event]), None, now).await,
        }
    }

    /// The same club, with these lines as the lines of a proposal.
    pub(crate) fn with_lines(
        self,
        proposal: &ProposalKey,
        lines: impl IntoIterator<Item = Line>,
        now: Timestamp,
    ) -> Plan {
        let stored = |body: Line| (body.key.event, Arc::new(Stored { version: 1, body }));
        let current =
            CurrentProposal { proposal: proposal.clone(), at: now, plan_version: self.plan_version, emergency: true };
        Plan { current: Some(current), lines: Arc::new(lines.into_iter().map(stored).collect()), ..self }
    }

    /// The current proposal, which must be of this run.
    ///
    /// # Errors
    /// [`DeskError::NoProposal`] if there is none, [`DeskError::Superseded`] if it is of another run.
    pub fn proposal_of(&self, run: &RunId) -> Result<&ProposalKey, DeskError> {
        let current = self.current.as_ref().ok_or(DeskError::NoProposal)?;
        if current.proposal.run == *run {
            Ok(&current.proposal)
        } else {
            Err(DeskError::Superseded { by: current.proposal.run.clone() })
        }
    }

    /// The schedule of all events that are posted or being submitted, and of the undecided lines that `wanted` selects. Lines
    /// that do not fit the plan are left out.
    pub fn schedule(&self, wanted: impl Fn(&Line) -> bool) -> Schedule<'_> {
        let mut schedule = Schedule::as_posted(&self.club);
        for line in self.open_lines().filter(|line| wanted(line)) {
            if let Ok(Some((event, decision))) = self.decision(line) {
                schedule.decide(event, decision);
            }
        }
        schedule
    }

    /// The lines that nobody has decided on.
    pub fn open_lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.values().map(|l| &l.body).filter(|l| l.state.status().is_open())
    }

    /// A line's decision for its event; `None` if the line neither places nor drops it.
    ///
    /// # Errors
    /// [`LineMisfit`] if the line does not fit the current plan.
    pub fn decision(&self, line: &Line) -> Result<Option<(EventIx, Decision)>, LineMisfit> {
        let event = self.club.find(line.key.event).ok_or(LineMisfit::EventChanged)?;
        let posting = self.club.event(event).posting();
        if !line.has_expected_schedule(posting.map(|p| (&self.club.person(p.person).id, p.start))) {
            return Err(LineMisfit::EventChanged);
        }
        if line.kind == LineKind::Dropped {
            return Ok(Some((event, Decision::Dropped)));
        }
        let Some(place) = &line.place else { return Ok(None) };
        let person_day = self.person_day(place)?;
        let decision = if posting.is_some() { Decision::Moved(person_day) } else { Decision::New(person_day) };
        Ok(Some((event, decision)))
    }

    /// The person and day of a place.
    pub(crate) fn person_day(&self, place: &Place) -> Result<PersonDay, LineMisfit> {
        let person = self.club.find_person(&place.employee_id.0).ok_or(LineMisfit::UnknownPerson)?;
        let day = self.club.day_of(place.start.date()).ok_or(LineMisfit::DayOutside)?;
        Ok(PersonDay { person, day })
    }

    /// Whether the club and the person of a line have a number at Crossmark.
    pub fn has_numbers(&self, line: &Line) -> bool {
        let person = line.place.as_ref().filter(|_| line.kind != LineKind::Dropped);
        self.links.location_id.is_some() && person.is_none_or(|p| self.links.rep_ids.contains_key(&p.employee_id))
    }

    /// A violation for the API, from the view of an event: the other events of the violation conflict with it.
    pub fn broken_rule(&self, violation: &Violation, event: EventIx) -> Broken {
        let violation = violation.clone().about(event);
        Broken {
            rule: violation.rule,
            title: violation.rule.rule().title,
            words: violation.words(&self.club),
            employee_id: violation.person.map(|p| self.club.person(p).id.clone()),
            date: violation.day.map(|d| self.club.day(d).date.to_string()),
            event_ref_nums: violation.events().map(|e| self.club.event(e).event_ref).collect(),
        }
    }

    /// The line of an event by its ref.
    pub fn line(&self, event: EventRef) -> Option<&Stored<Line>> {
        self.lines.get(&event).map(Deref::deref)
    }

    /// The line of an event.
    pub fn line_of(&self, event: EventIx) -> Option<&Stored<Line>> {
        self.line(self.club.event(event).event_ref)
    }
}

/// Why a line does not fit the current plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineMisfit {
    /// The event is gone, or is not posted as it was when the line was made.
    EventChanged,
    /// The club has nobody with the person's id any more.
    UnknownPerson,
    /// The day is no longer one that is planned.
    DayOutside,
}

impl LineMisfit {
    /// The broken rule and its explanation; `None` if the event has changed.
    pub fn words(self) -> Option<(HardName, &'static str)> {
        match self {
            LineMisfit::EventChanged => None,
            LineMisfit::UnknownPerson => Some((HardName::H2, "the person does not work in this club any more")),
            LineMisfit::DayOutside => Some((HardName::H1, "the day is not one that is planned any more")),
        }
    }
}

/// Reads the id of a line, `run.ref`, as people and the API name it.
pub fn read_line_id(id: &str) -> Option<(RunId, EventRef)> {
    let (run, event) = id.rsplit_once('.')?;
    let is_number = !event.is_empty() && event.bytes().all(|b| b.is_ascii_digit());
    Some((RunId::parse(run).ok()?, EventRef(event.parse().ok().filter(|_| is_number)?)))
}

/// Reads lines by id, of any run, each once.
///
/// # Errors
/// [`DeskError::UnknownLines`] with all ids that no line has, or a failed request to the table.
pub async fn find_lines(club: Club<'_>, ids: &[String]) -> Result<Vec<Stored<Line>>, DeskError> {
    let mut proposals: BTreeMap<RunId, Option<ProposalKey>> = BTreeMap::new();
    let mut keys: Vec<LineKey> = Vec::new();
    for id in ids {
        let Some((run, event)) = read_line_id(id) else { continue };
        if !proposals.contains_key(&run) {
            let found = club.run(&run).await?.and_then(|r| r.body.proposal());
            proposals.insert(run.clone(), found);
        }
        if let Some(Some(proposal)) = proposals.get(&run) {
            keys.push(LineKey::of(proposal, event));
        }
    }
    keys.sort();
    keys.dedup();
    let found = if keys.is_empty() { Vec::new() } else { club.lines_by_key(&keys).await? };
    let found_ids: BTreeSet<String> = found.iter().map(|l| l.body.key.to_string()).collect();
    let unknown: Vec<String> = ids.iter().filter(|id| !found_ids.contains(*id)).cloned().collect();
    if unknown.is_empty() { Ok(found) } else { Err(DeskError::UnknownLines { lines: unknown }) }
}

/// One line of the current proposal by its id.
///
/// # Errors
/// There is no such line, its proposal is no longer the current one, or a request to the table failed.
pub async fn current_line<'p>(club: Club<'_>, plan: &'p Plan, id: &str) -> Result<&'p Stored<Line>, DeskError> {
    let unknown = || DeskError::UnknownLines { lines: vec![id.to_owned()] };
    let (run, event) = read_line_id(id).ok_or_else(unknown)?;
    match plan.proposal_of(&run) {
        Ok(_) => plan.line(event).ok_or_else(unknown),
        Err(superseded) => {
            find_lines(club, &[id.to_owned()]).await?;
            Err(superseded)
        }
    }
}
