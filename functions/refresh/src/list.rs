//! One read of the planning list: the rows of the club's location, which of them can be used, and which known events
//! the list lacks.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use crossmark::{Days, EnteredValues, Lengths, LocationId, PlannedEvent, Planning, RowFault};
use domain::snapshot::EventRef;
use store::locations::LocationOwner;
use store::reports::{FaultReason, FaultyField, LocationFault, NEXT_LIST, RefreshReport, ReportedFault};
use store::stamp::Timestamp;
use store::upstream::KnownEvent;
use store::{Club, TableError};

use crate::doubt::{ComparedList, ListDecision};
use crate::findings::Findings;
use crate::translate;

/// The row names another store.
pub(crate) const OTHER_STORE: ReportedFault =
    ReportedFault { field: FaultyField::Location, reason: FaultReason::OtherStore };

/// The rows of the club's own location.
#[derive(Debug)]
pub(crate) struct OwnPlanning {
    pub rows: Planning,
    /// Number of rows of other locations.
    pub foreign_rows: usize,
    /// The events of the rows of other locations.
    foreign: BTreeSet<EventRef>,
}

/// The rows of the club's location, which is claimed for the club. If the location is not known yet and the list has
/// only one, that one is claimed.
pub(crate) async fn own_planning(
    club: Club<'_>,
    known: Option<LocationId>,
    planning: Planning,
) -> Result<Result<OwnPlanning, LocationFault>, TableError> {
    let locations = planning.locations();
    let location = match (known, locations.first()) {
        (Some(known), _) => known,
        (None, None) => return Ok(Ok(OwnPlanning { rows: planning, foreign_rows: 0, foreign: BTreeSet::new() })),
        (None, Some(only)) if locations.len() == 1 => *only,
        (None, Some(_)) => return Ok(Err(LocationFault::Several(locations.iter().map(|l| l.get()).collect()))),
    };
    let hold = match known {
        Some(_) => club.claim_location(location.get()).await?,
        None => club.learn_location(location.get()).await?,
    };
    match hold {
        LocationOwner::Ours => {}
        LocationOwner::Others => return Ok(Err(LocationFault::Taken(location.get()))),
        LocationOwner::NotLearnt => return Err(TableError::Contended),
    }
    let is_foreign = |of_row: Option<LocationId>| of_row.is_some_and(|of_row| of_row != location);
    let rows = planning.events.iter().map(|row| (row.location, Some(row.event)));
    let faults = planning.faults.iter().map(|fault| (fault.location, fault.event));
    let foreign = rows.chain(faults).filter(|(of_row, _)| is_foreign(*of_row));
    let foreign = foreign.filter_map(|(_, event)| Some(EventRef(event?.get()))).collect();
    let (rows, foreign_rows) = planning.of_location(location);
    Ok(Ok(OwnPlanning { rows, foreign_rows, foreign }))
}

/// The club's rows of a list, usable or not.
pub(crate) struct ListedEvents<'a> {
    /// The usable rows.
    pub usable: Vec<&'a PlannedEvent>,
    /// The events of all rows of the club's location, usable or not.
    listed: BTreeSet<EventRef>,
    /// The events of the rows of other locations.
    foreign: &'a BTreeSet<EventRef>,
}

impl OwnPlanning {
    /// Makes faulty rows usable with the values that people entered for their events.
    pub fn mend(&mut self, known: &BTreeMap<EventRef, KnownEvent>) {
        let read_again = |fault: &RowFault| {
            let stored = &known.get(&EventRef(fault.event?.get()))?.event.body.correction.entered;
            let entered = EnteredValues { name: stored.name.clone(), start: stored.start, due: stored.due };
            fault.read_with(&entered).ok()
        };
        let (mut faults, rows) = (Vec::new(), &mut self.rows);
        for fault in std::mem::take(&mut rows.faults) {
            match read_again(&fault) {
                Some(row) => rows.events.push(row),
                None => faults.push(fault),
            }
        }
        rows.faults = faults;
    }
}

pub(crate) fn event_ref(row: &PlannedEvent) -> EventRef {
    EventRef(row.event.get())
}

impl<'a> ListedEvents<'a> {
    /// Separates usable rows from others, which are added to `findings`. An event whose length cannot be read is set
    /// aside like one whose row cannot be read, unless a person entered its length.
    pub fn of(
        planning: &'a OwnPlanning,
        lengths: &Lengths,
        known: &BTreeMap<EventRef, KnownEvent>,
        findings: &mut Findings,
    ) -> ListedEvents<'a> {
        let rows = &planning.rows;
        let has_length =
            |event: &EventRef| known.get(event).is_some_and(|known| known.event.body.correction.minutes.is_some());
        let mut listed: BTreeSet<EventRef> = rows.events.iter().map(event_ref).collect();
        let faulty_lengths = lengths.faults.iter().filter_map(|fault| Some((EventRef(fault.event?.get()), fault)));
        let faulty_lengths: BTreeMap<EventRef, _> = faulty_lengths.filter(|(event, _)| !has_length(event)).collect();
        let mut usable = Vec::new();
        for row in &rows.events {
            match faulty_lengths.get(&event_ref(row)) {
                Some(fault) => _ = findings.add_row(fault),
                None => usable.push(row),
            }
        }
        listed.extend(rows.faults.iter().filter_map(|fault| findings.add_row(fault)));
        ListedEvents { usable, listed, foreign: &planning.foreign }
    }

    /// Decides which open events the list withdraws because it lacks them, and whether the list is doubted. An event
    /// whose row names another store stays until two lists that are at least [`NEXT_LIST`] apart say so; until then it is
    /// added to `findings`. A posted event of another store is always added.
    pub fn decide(
        &self,
        known: &BTreeMap<EventRef, KnownEvent>,
        days: Days,
        before: &RefreshReport,
        now: Timestamp,
        findings: &mut Findings,
    ) -> ListDecision {
        let open = known.iter().filter(|(_, known)| translate::may_be_withdrawn(known, days));
        let open: BTreeSet<EventRef> = open.map(|(event, _)| *event).collect();
        let is_newly_foreign = |event: &EventRef| {
            let since = before.other_store_since(*event);
            self.foreign.contains(event) && since.is_none_or(|since| now < since.plus(NEXT_LIST))
        };
        let lacks = open.iter().filter(|event| !self.listed.contains(event) && !is_newly_foreign(event));
        let compared = ComparedList {
            now,
            open: open.len(),
            gone: lacks.copied().collect(),
            has_any: known.keys().any(|event| self.listed.contains(event)),
            has: &|event| self.listed.contains(&event),
            has_unreadable_numbers: findings.has_unreadable_numbers(),
        };
        let decision = compared.decide(before.doubt.as_ref());
        let is_posted = |event: &&EventRef| known.get(event).is_some_and(|known| known.posted.is_some());
        let kept = self.foreign.iter().filter(|event| open.contains(event) || is_posted(event));
        for event in kept.filter(|event| !self.listed.contains(event) && !decision.withdrawn.contains(event)) {
            findings.add_event(*event, OTHER_STORE);
        }
        decision
    }

    /// The events with a posted schedule from today on that the list lacks. None if the list is doubted, or if it has
    /// rows whose event number cannot be read, because each of those may be any event.
    pub fn unlisted_events(
        &self,
        known: &BTreeMap<EventRef, KnownEvent>,
        days: Days,
        today: NaiveDate,
        decision: &ListDecision,
        findings: &Findings,
    ) -> Vec<EventRef> {
        if decision.doubt.is_some() || findings.has_unreadable_numbers() {
            return Vec::new();
        }
        let lacks = |event: &EventRef| !self.listed.contains(event) && !self.foreign.contains(event);
        let posted = known.iter().filter(|(_, known)| translate::should_be_listed(known, days, today));
        posted.map(|(event, _)| *event).filter(lacks).collect()
    }
}
