//! The plan as it stands: what is posted and under way, and what the current proposal adds to it.
//!
//! It only reads, at most 8 requests for a club of ordinary size. Rules are asked of it through `domain`; nothing is decided here.

use std::collections::{BTreeMap, BTreeSet};

use domain::club::{Club as Rules, EventIx, Place as Cell};
use domain::rules::{HARD, Violation};
use domain::schedule::{Decision, Schedule};
use domain::snapshot::{EmployeeId, EventRef, Snapshot};
use futures_util::future::try_join3;
use serde_json::Value;
use store::documents::{PlanVersion, Zone};
use store::events::Place;
use store::key::{LineKey, ProposalKey, RunId};
use store::lines::{Line, LineKind};
use store::proposals::Current;
use store::stamp::Timestamp;
use store::{Club, Stored};

use crate::error::{Broken, DeskError};
use crate::view::Names;

/// What stands in the club's plan at one moment.
#[derive(Debug)]
pub struct Plan {
    /// The club as the rules see it, today being the local date of now.
    pub rules: Rules,
    /// The current proposal.
    pub current: Option<Current>,
    /// Its lines, by event.
    pub lines: BTreeMap<EventRef, Stored<Line>>,
    /// People's names.
    pub names: Names,
    /// The zone of all times.
    pub time_zone: chrono_tz::Tz,
    /// The `plan_version` that this is true of.
    pub plan_version: PlanVersion,
    /// The people that Crossmark knows by number.
    reps: BTreeSet<EmployeeId>,
    /// Whether Crossmark knows the club by number.
    has_location: bool,
}

impl Plan {
    /// Reads the plan as it stands.
    ///
    /// # Errors
    /// Where there is no such club, or the table does not answer.
    pub async fn load(club: Club<'_>, now: Timestamp) -> Result<Plan, DeskError> {
        let (info, current) = club.info_and_proposal().await?;
        let Zone(zone) = info.ok_or(store::snapshot::SnapshotError::NoClub)?.time_zone;
        let today = now.utc().with_timezone(&zone).date_naive();
        let Some(current) = current else {
            let loaded = club.load_snapshot(today).await?;
            return Plan::of(&loaded.document, loaded.plan_version, zone, None, Vec::new());
        };
        let (loaded, lines, run) = try_join3(
            Box::pin(async { Ok::<_, DeskError>(club.load_snapshot(today).await?) }),
            Box::pin(async { Ok(club.lines(&current.proposal, now).await?) }),
            Box::pin(async { Ok(club.run(&current.proposal.run).await?) }),
        )
        .await?;
        let mut document = loaded.document;
        if run.is_some_and(|run| run.body.emergency) {
            // What was planned without a buffer is judged without one.
            document["settings"]["buffer_days"] = Value::from(0);
        }
        Plan::of(&document, loaded.plan_version, zone, Some(current), lines)
    }

    fn of(
        document: &Value,
        plan_version: PlanVersion,
        time_zone: chrono_tz::Tz,
        current: Option<Current>,
        lines: Vec<Stored<Line>>,
    ) -> Result<Plan, DeskError> {
        let damaged = |reason: String| DeskError::Damaged { reason };
        let bytes = serde_json::to_vec(document).map_err(|e| damaged(e.to_string()))?;
        let snapshot = Snapshot::parse(&bytes).map_err(|e| damaged(e.to_string()))?;
        let names = snapshot.employees.iter().map(|e| (e.id.clone(), e.name.clone())).collect();
        let employees = document["employees"].as_array().map_or(&[][..], Vec::as_slice);
        let known = employees.iter().filter(|e| e["rep_id"].is_u64()).filter_map(|e| e["id"].as_str());
        Ok(Plan {
            reps: known.map(|id| EmployeeId(id.to_owned())).collect(),
            has_location: document["club"]["location_id"].is_u64(),
            rules: Rules::new(snapshot),
            current,
            lines: lines.into_iter().map(|l| (l.body.key.event, l)).collect(),
            names,
            time_zone,
            plan_version,
        })
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
        let stands_as_found = match (&line.from, posting) {
            (None, None) => true,
            (Some(from), Some(p)) => {
                self.rules.person(p.person).id == from.place.employee_id && p.start == from.place.start
            }
            // A move whose restore failed has left the event open.
            (Some(_), None) => line.kind == LineKind::Moved && line.submission.is_some(),
            (None, Some(_)) => false,
        };
        if !stands_as_found {
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
        self.has_location && person.is_none_or(|p| self.reps.contains(&p.employee_id))
    }

    /// A violation as it is answered to whoever changes this event: what else meets there is in the way.
    pub fn broken(&self, violation: &Violation, event: EventIx) -> Broken {
        let mut violation = violation.clone();
        violation.events.sort_by_key(|e| *e != event);
        let title = HARD.iter().find(|rule| rule.id == violation.rule).map_or("", |rule| rule.title);
        Broken {
            rule: violation.rule,
            title,
            words: violation.words(&self.rules),
            employee_id: violation.person.map(|p| self.rules.person(p).id.clone()),
            date: violation.day.map(|d| self.rules.day(d).date.to_string()),
            event_ref_nums: violation.events.iter().map(|e| self.rules.event(*e).event_ref).collect(),
        }
    }

    /// The line of an event.
    pub fn line_of(&self, event: EventIx) -> Option<&Stored<Line>> {
        self.lines.get(&self.rules.event(event).event_ref)
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
    pub fn words(self) -> Option<(&'static str, &'static str)> {
        match self {
            Unfit::EventChanged => None,
            Unfit::NobodyOfThatId => Some(("H2", "the person does not work in this club any more")),
            Unfit::DayOutside => Some(("H1", "the day is not one that is planned any more")),
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
        if let Some(Some(ProposalKey { run, token })) = proposals.get(&run) {
            keys.push(LineKey { run: run.clone(), token: *token, event });
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
        Ok(_) => plan.lines.get(&event).ok_or_else(unknown),
        Err(superseded) => {
            find_lines(club, &[id.to_owned()]).await?;
            Err(superseded)
        }
    }
}
