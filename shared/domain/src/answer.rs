//! The answer to a snapshot (rulebook section 7): what a run proposes, as a document.

use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::calendar::read_moment;
use crate::json::{Json, JsonCursor, RefusedDocument};
use crate::named_enum;
use crate::snapshot::{EmployeeId, EventRef};

named_enum! {
    /// Why a run ended.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Status {
        /// The score is proven to be the best, except for 0.002 points at most (see `solver::PROVEN_GAP`).
        Optimal = "optimal",
        /// The score is within the requested gap of the bound.
        Gap = "gap",
        /// The time limit was reached; the answer is the best schedule found so far.
        TimeLimit = "time_limit",
        /// There was no candidate, and no change of what is posted would raise the score.
        NothingToDo = "nothing_to_do",
    }
}

/// A proposal.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// Why the run ended.
    pub status: Status,
    /// The sum of the terms.
    pub score: f64,
    /// Upper bound of the score of every legal schedule; at least `score`.
    pub bound: f64,
    /// Points by soft rule, without those of 0.
    pub terms: BTreeMap<String, f64>,
    /// Candidates placed and posted schedules moved, in order of ref.
    pub placements: Vec<Placement>,
    /// Candidates not placed and posted schedules dropped, in order of ref.
    pub unplaced: Vec<Unplaced>,
    /// How much the proposal keeps of what people last saw. `None` if the snapshot has no previous placements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<Kept>,
    /// How long each part took.
    pub timing_ms: Timing,
}

/// How much of the previous placements a schedule keeps (rulebook section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Kept {
    /// Number of previous placements whose event is on the same day.
    pub days: usize,
    /// Number of these placements that also have the same employee.
    pub lines: usize,
    /// Number of previous placements.
    pub of: usize,
}

/// Milliseconds of each part of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// Reading the snapshot.
    pub load: u64,
    /// Building the model.
    pub build: u64,
    /// Solving the model.
    pub solve: u64,
    /// Extracting the schedule, checking it and finding the reasons.
    pub extract: u64,
}

named_enum! {
    /// What a placement is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "snake_case")]
    pub enum PlacementKind {
        /// A candidate that is placed.
        New = "new",
        /// A posted schedule that is moved, or one that a call-out released and that is placed.
        Moved = "moved",
    }
}

/// The old place of a moved schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MovedFrom {
    /// Who worked it.
    pub employee_id: EmployeeId,
    /// When it started, club-local.
    pub start: NaiveDateTime,
    /// The block, if the schedule had one.
    pub block: Option<u8>,
}

/// One event with its person and start.
#[derive(Debug, Clone, Serialize)]
pub struct Placement {
    /// The event.
    #[serde(rename = "ref")]
    pub event_ref: EventRef,
    /// Who works it.
    pub employee_id: EmployeeId,
    /// When it starts, club-local.
    pub start: NaiveDateTime,
    /// The shift block of a Core.
    pub block: Option<u8>,
    /// New or moved.
    pub kind: PlacementKind,
    /// The old place of a moved schedule.
    pub from: Option<MovedFrom>,
    /// The explanation, if it was requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
}

/// The explanation of a placement (rulebook section 7).
#[derive(Debug, Clone, Serialize)]
pub struct Why {
    /// The points that the schedule would lose without this line, by term.
    pub terms: BTreeMap<String, f64>,
    /// The best alternative for this line alone; `None` if there is no other place or every other place breaks a rule.
    pub runner_up: Option<RunnerUp>,
    /// Why a person should look at the line; empty for a routine line.
    pub flags: Vec<Flag>,
}

/// The best other place for a line while everything else stays fixed; the other half of its pair moves along.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunnerUp {
    /// Who would work the line.
    pub employee_id: EmployeeId,
    /// The date.
    pub date: chrono::NaiveDate,
    /// Points lost by taking this place.
    pub points_lost: f64,
    /// The difference by term: the points that this place would add.
    pub terms: BTreeMap<String, f64>,
}

/// Why a person should look at a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The rotation's named employee was not available.
    RotationAway,
    /// The line moves or takes back a schedule that people already know.
    MovesPosted,
    /// The event is not placed.
    NotPlaced,
    /// Someone works outside their usual role.
    UnusualRole,
}

named_enum! {
    /// What an unplaced line is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "snake_case")]
    pub enum UnplacedKind {
        /// A candidate without a placement.
        NotPlaced = "not_placed",
        /// A posted schedule that is taken back, or one that a call-out released and that is not placed.
        Dropped = "dropped",
    }
}

/// One event without a placement.
#[derive(Debug, Clone, Serialize)]
pub struct Unplaced {
    /// The event.
    #[serde(rename = "ref")]
    pub event_ref: EventRef,
    /// Not placed or dropped.
    pub kind: UnplacedKind,
    /// Why.
    pub reason: Reason,
    /// Why a person should look at the line, if that was requested.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
}

/// Why an event is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The code of the reason in section 7.
    pub code: &'static str,
    /// The reason in plain words, with people, events and days.
    pub text: String,
    /// The rules behind it.
    pub rules: Vec<&'static str>,
}

/// The parts of an answer of unknown origin that can be checked.
#[derive(Debug, Clone)]
pub struct ClaimedAnswer {
    /// The claimed score.
    pub score: f64,
    /// The claimed bound.
    pub bound: Option<f64>,
    /// The claimed terms.
    pub terms: BTreeMap<String, f64>,
    /// The placements.
    pub placements: Vec<ClaimedPlacement>,
    /// The events that are left out.
    pub unplaced: Vec<(EventRef, UnplacedKind)>,
}

/// A placement as an answer of unknown origin lists it.
#[derive(Debug, Clone)]
pub struct ClaimedPlacement {
    /// The event.
    pub event_ref: EventRef,
    /// The id of who works it; may be unknown to the club.
    pub employee: String,
    /// When it starts.
    pub start: NaiveDateTime,
    /// The block.
    pub block: Option<u8>,
    /// New or moved.
    pub kind: PlacementKind,
    /// The old place of a moved schedule.
    pub from: Option<MovedFrom>,
}

impl ClaimedAnswer {
    /// Reads an answer document.
    ///
    /// # Errors
    /// Every fault, by JSON path.
    pub fn parse(bytes: &[u8]) -> Result<ClaimedAnswer, RefusedDocument> {
        let json = Json::parse(bytes)?;
        let faults = RefCell::default();
        let claim = read(&JsonCursor::root(&json, &faults));
        match (claim, faults.into_inner()) {
            (Some(claim), faults) if faults.is_empty() => Ok(claim),
            (_, faults) => Err(RefusedDocument(faults)),
        }
    }
}

fn read(root: &JsonCursor) -> Option<ClaimedAnswer> {
    const ANY: std::ops::RangeInclusive<f64> = -1e15..=1e15;
    root.object("an answer: an object with score, terms, placements and unplaced")?;
    let score = root.at("score").number(ANY, "the score");
    let at_bound = root.at("bound");
    let bound = if at_bound.is_null() { None } else { at_bound.number(ANY, "the bound") };
    let at_terms = root.at("terms");
    let mut terms = BTreeMap::new();
    for (name, at) in at_terms.members("points by term, an object") {
        match (crate::rules::SoftName::named(name), at.number(ANY, "points")) {
            (Some(name), Some(points)) => _ = terms.insert(name.name().to_owned(), points),
            (None, _) => at.fault("the points of a soft rule's name"),
            _ => {}
        }
    }
    let at_placements = root.at("placements");
    let placements = at_placements.items("a list of placements").iter().filter_map(read_placement).collect();
    let at_unplaced = root.at("unplaced");
    let unplaced = at_unplaced
        .items("a list of events left out")
        .iter()
        .filter_map(|at| {
            at.object("an event left out")?;
            let event_ref = read_ref(&at.at("ref"));
            let kind = at.at("kind").parsed("\"not_placed\" or \"dropped\"", UnplacedKind::named);
            Some((event_ref?, kind?))
        })
        .collect();
    Some(ClaimedAnswer { score: score?, bound, terms, placements, unplaced })
}

fn read_ref(at: &JsonCursor) -> Option<EventRef> {
    at.integer_in(0..=i64::MAX, "a reference number").map(|n| EventRef(n as u64))
}

fn read_start(at: &JsonCursor) -> Option<NaiveDateTime> {
    at.parsed("a local date and time like \"2026-11-24T10:15:00\"", read_moment)
}

fn read_block(at: &JsonCursor) -> Option<Option<u8>> {
    if at.is_null() { Some(None) } else { at.integer_in(1..=8, "a block").map(|b| Some(b as u8)) }
}

fn read_placement(at: &JsonCursor) -> Option<ClaimedPlacement> {
    at.object("a placement")?;
    let event_ref = read_ref(&at.at("ref"));
    let employee = at.at("employee_id").id("the id of an employee");
    let (start, block) = (read_start(&at.at("start")), read_block(&at.at("block")));
    let kind = at.at("kind").parsed("\"new\" or \"moved\"", PlacementKind::named);
    let at_from = at.at("from");
    let from = if at_from.is_null() {
        Some(None)
    } else {
        at_from.object("where a moved schedule stood")?;
        let employee = at_from.at("employee_id").id("the id of an employee");
        let (start, block) = (read_start(&at_from.at("start")), read_block(&at_from.at("block")));
        Some(Some(MovedFrom { employee_id: EmployeeId(employee?.to_owned()), start: start?, block: block? }))
    };
    Some(ClaimedPlacement {
        event_ref: event_ref?,
        employee: employee?.to_owned(),
        start: start?,
        block: block?,
        kind: kind?,
        from: from?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::write_moment;

    #[test]
    fn answers_write_moments_and_dates_as_snapshots_do() {
        for moment in ["0001-01-01T00:00:01", "2024-02-29T23:59:59", "2026-11-24T10:15:00", "9999-12-31T00:00:00"] {
            let start = read_moment(moment).expect("a moment");
            let employee_id = EmployeeId("A".to_owned());
            let from = MovedFrom { employee_id: employee_id.clone(), start, block: None };
            let (date, terms) = (start.date(), BTreeMap::new());
            let runner_up = RunnerUp { employee_id, date, points_lost: 0.0, terms };
            assert_eq!(serde_json::to_value(from).expect("JSON")["start"], write_moment(start));
            assert_eq!(serde_json::to_value(runner_up).expect("JSON")["date"], moment[..10]);
        }
    }
}
