//! The plan as it stands: what is posted and under way, and what the current proposal adds to it.
//!
//! It only reads: 2 requests where what it rests on is known, at most 7 where it is not, for a club of ordinary size. Rules are asked of it through `domain`; nothing is decided here.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::Arc;

use domain::club::{EventIx, Place as Cell};
use domain::rules::{HardName, Violation};
use domain::schedule::{Decision, Schedule};
use domain::snapshot::EventRef;
use futures_util::future::try_join;
use store::documents::PlanVersion;
use store::events::Place;
use store::key::{LineKey, ProposalKey, RunId};
use store::lines::{Line, LineKind, Lines};
use store::proposals::{Bearings, Current};
use store::stamp::Timestamp;
use store::{Club, Stored, TableError};

use crate::error::{Broken, DeskError};
use crate::ground::{Ground, Wanted};
use crate::memory::Memory;

/// Where a use case works: a club's table, and what the process knows of the club from before.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The club.
    pub club: Club<'a>,
    /// What was read last.
    pub memory: &'a Memory,
}

impl Desk<'_> {
    /// The lines of a proposal as they stand; none where there is no proposal.
    ///
    /// # Errors
    /// The table's.
    pub async fn lines(self, proposal: Option<&ProposalKey>, now: Timestamp) -> Result<Arc<Lines>, TableError> {
        match proposal {
            Some(proposal) => self.memory.lines(self.club, proposal, now).await,
            None => Ok(Arc::default()),
        }
    }
}

/// What stands in the club's plan at one moment.
#[derive(Debug)]
pub struct Plan {
    /// What it rests on.
    ground: Arc<Ground>,
    /// The current proposal.
    pub current: Option<Current>,
    /// The `plan_version` that this is true of.
    pub plan_version: PlanVersion,
    /// Its lines, by event.
    pub lines: Arc<Lines>,
}

impl Deref for Plan {
    type Target = Ground;

    fn deref(&self) -> &Ground {
        &self.ground
    }
}

impl Plan {
    /// Reads the plan as it stands.
    ///
    /// # Errors
    /// Where there is no such club, or the table does not answer.
    pub async fn load(desk: Desk<'_>, now: Timestamp) -> Result<Plan, DeskError> {
        let Desk { club, memory } = desk;
        let Bearings { info, current, plan_version } = club.bearings().await?;
        let time_zone = info.ok_or(store::snapshot::SnapshotError::NoClub)?.time_zone;
        let wanted = Wanted {
            time_zone,
            today: now.utc().with_timezone(&time_zone).date_naive(),
            facts: plan_version.of_facts(),
            emergency: current.as_ref().is_some_and(|current| current.emergency),
        };
        let proposal = current.as_ref().map(|current| &current.proposal);
        let lines = async { Ok(desk.lines(proposal, now).await?) };
        let ((ground, loaded), lines) = try_join(Box::pin(memory.ground(club, wanted)), Box::pin(lines)).await?;
        Ok(Plan { ground, current, plan_version: loaded.unwrap_or(plan_version), lines })
    }

    /// The current proposal, which must be of this run.
    ///
    /// # Errors
    /// Where there is none, or a newer one.
    pub fn proposal_of(&self, run: &RunId) -> Result<&ProposalKey, DeskError> {
        let current = self.current.as_ref().ok_or(DeskError::NoProposal)?;
        if current.proposal.run == *run {
            Ok(&current.proposal)
        } else {
            Err(DeskError::Superseded { by: current.proposal.run.clone() })
        }
    }

    /// What is posted and under way, and of the proposal the undecided lines that are wanted.
    pub fn schedule(&self, wanted: impl Fn(&Line) -> bool) -> Schedule<'_> {
        let mut schedule = Schedule::as_posted(&self.rules);
        for line in self.open().filter(|line| wanted(line)) {
            if let Ok(Some((event, decision))) = self.decision(line) {
                schedule.decide(event, decision);
            }
        }
        schedule
    }

    /// The lines that nobody has decided on.
    pub fn open(&self) -> impl Iterator<Item = &Line> {
        self.lines.values().map(|l| &l.body).filter(|l| l.state.status().is_open())
    }

    /// What a line decides for its event; none for one that places nothing.
    ///
    /// # Errors
    /// Why it cannot be decided as things stand.
    pub fn decision(&self, line: &Line) -> Result<Option<(EventIx, Decision)>, Unfit> {
        let event = self.rules.find(line.key.event).ok_or(Unfit::EventChanged)?;
        let posting = self.rules.event(event).posting();
        if !line.stands_as_found(posting.map(|p| (&self.rules.person(p.person).id, p.start))) {
            return Err(Unfit::EventChanged);
        }
        if line.kind == LineKind::Dropped {
            return Ok(Some((event, Decision::Dropped)));
        }
        let Some(place) = &line.place else { return Ok(None) };
        let cell = self.cell(place)?;
        let decision = if posting.is_some() { Decision::Moved(cell) } else { Decision::New(cell) };
        Ok(Some((event, decision)))
    }

    /// Where a place is on the grid.
    pub(crate) fn cell(&self, place: &Place) -> Result<Cell, Unfit> {
        let person = self.rules.find_person(&place.employee_id.0).ok_or(Unfit::NobodyOfThatId)?;
        let day = self.rules.day_of(place.start.date()).ok_or(Unfit::DayOutside)?;
        Ok(Cell { person, day })
    }

    /// Whether Crossmark knows everybody by number whom a line needs.
    pub fn has_numbers(&self, line: &Line) -> bool {
        let person = line.place.as_ref().filter(|_| line.kind != LineKind::Dropped);
        self.links.location_id.is_some() && person.is_none_or(|p| self.links.rep_ids.contains_key(&p.employee_id))
    }

    /// A violation as it is answered to whoever changes this event: what else meets there is in the way.
    pub fn broken(&self, violation: &Violation, event: EventIx) -> Broken {
        let violation = violation.clone().about(event);
        Broken {
            rule: violation.rule,
            title: violation.rule.rule().title,
            words: violation.words(&self.rules),
            employee_id: violation.person.map(|p| self.rules.person(p).id.clone()),
            date: violation.day.map(|d| self.rules.day(d).date.to_string()),
            event_ref_nums: violation.events().map(|e| self.rules.event(e).event_ref).collect(),
        }
    }

    /// The line of an event by its ref.
    pub fn line(&self, event: EventRef) -> Option<&Stored<Line>> {
        self.lines.get(&event).map(Deref::deref)
    }

    /// The line of an event.
    pub fn line_of(&self, event: EventIx) -> Option<&Stored<Line>> {
        self.line(self.rules.event(event).event_ref)
    }
}

/// Why a line cannot be laid over the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// The event is gone, or not posted as the line found it.
    EventChanged,
    /// The person is gone.
    NobodyOfThatId,
    /// The day is no longer one that is planned.
    DayOutside,
}

impl Unfit {
    /// The rule that it breaks and the words for it; none where it is the event that changed.
    pub fn words(self) -> Option<(HardName, &'static str)> {
        match self {
            Unfit::EventChanged => None,
            Unfit::NobodyOfThatId => Some((HardName::H2, "the person does not work in this club any more")),
            Unfit::DayOutside => Some((HardName::H1, "the day is not one that is planned any more")),
        }
    }
}

/// Reads the id of a line, `run.ref`, as people and the API name it.
pub fn read_line_id(id: &str) -> Option<(RunId, EventRef)> {
    let (run, event) = id.rsplit_once('.')?;
    let plain = !event.is_empty() && event.bytes().all(|b| b.is_ascii_digit());
    Some((RunId::parse(run).ok()?, EventRef(event.parse().ok().filter(|_| plain)?)))
}

/// The keys of lines by id, of whatever runs: the token comes from the run.
///
/// # Errors
/// The ids that are no line's, all of them.
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
    let known: BTreeSet<String> = found.iter().map(|l| l.body.key.to_string()).collect();
    let unknown: Vec<String> = ids.iter().filter(|id| !known.contains(*id)).cloned().collect();
    if unknown.is_empty() { Ok(found) } else { Err(DeskError::UnknownLines { lines: unknown }) }
}

/// One line of the current proposal by its id.
///
/// # Errors
/// Where there is no such line, or its proposal is no longer the current one.
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
