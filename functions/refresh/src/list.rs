//! One read of the planning list: the rows of the club's location, which of them can be used, and which events are
//! missing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use crossmark::{Days, Lengths, LocationId, Mend, PlannedEvent, Planning, RowFault};
use domain::snapshot::EventRef;
use store::documents::ClubDocuments;
use store::locations::LocationHold;
use store::reports::{FaultReason, FaultyField, LocationTrouble, NEXT_LIST, RefreshReport, RowTrouble};
use store::stamp::Timestamp;
use store::upstream::KnownEvent;
use store::{Club, TableError};

use crate::doubt::{Compared, ListDecision};
use crate::findings::Findings;
use crate::translate;

/// The row names another store.
const OTHER_STORE: RowTrouble = RowTrouble { field: FaultyField::Location, reason: FaultReason::OtherStore };

/// The rows of the club's own location.
#[derive(Debug)]
pub(crate) struct OwnPlanning {
    pub rows: Planning,
    /// Number of rows of other locations.
    pub foreign_rows: usize,
    /// Their events.
    foreign: BTreeSet<EventRef>,
}

/// The rows of the club's location, which is claimed for the club. If the club has none yet and the list has only one,
/// that one is claimed.
pub(crate) async fn of_the_club(
    club: Club<'_>,
    club_documents: &ClubDocuments,
    planning: Planning,
) -> Result<Result<OwnPlanning, LocationTrouble>, TableError> {
    let known = club_documents.club.as_ref().and_then(|info| info.location_id);
    let listed = planning.locations();
    let location = match (known, listed.len()) {
        (Some(known), _) => known,
        (None, 0) => return Ok(Ok(OwnPlanning { rows: planning, foreign_rows: 0, foreign: BTreeSet::new() })),
        (None, 1) => listed.first().map_or(0, |location| location.get()),
        (None, _) => return Ok(Err(LocationTrouble::Several(listed.iter().map(|l| l.get()).collect()))),
    };
    let hold = match known {
        Some(_) => club.hold_location(location).await?,
        None => club.learn_location(location).await?,
    };
    match hold {
        LocationHold::Ours => {}
        LocationHold::Others => return Ok(Err(LocationTrouble::Taken(location))),
        LocationHold::NotLearnt => return Err(TableError::Contended),
    }
    let is_foreign = |at: Option<LocationId>| at.is_some_and(|at| at.get() != location);
    let rows = planning.events.iter().map(|row| (row.location, Some(row.event)));
    let faults = planning.faults.iter().map(|fault| (fault.location, fault.event));
    let foreign = rows.chain(faults).filter(|(at, _)| is_foreign(*at));
    let foreign = foreign.filter_map(|(_, event)| Some(EventRef(event?.get()))).collect();
    let Ok(location) = LocationId::try_from(location) else { return Ok(Err(LocationTrouble::Several(Vec::new()))) };
    let (rows, foreign_rows) = planning.of_location(location);
    Ok(Ok(OwnPlanning { rows, foreign_rows, foreign }))
}

/// The rows of a list, usable and not.
pub(crate) struct List<'a> {
    /// The usable rows.
    pub usable: Vec<&'a PlannedEvent>,
    /// The events of all rows, usable or not.
    listed: BTreeSet<EventRef>,
    foreign: &'a BTreeSet<EventRef>,
}

impl OwnPlanning {
    /// Repairs unusable rows with the values that people corrected for their events.
    pub fn mend(&mut self, standing: &BTreeMap<EventRef, KnownEvent>) {
        let mended = |fault: &RowFault| {
            let said = &standing.get(&EventRef(fault.event?.get()))?.event.body.correction.mend;
            let mend = Mend { name: said.name.clone(), start: said.start, due: said.due };
            fault.mended(&mend).ok()
        };
        let (mut faults, rows) = (Vec::new(), &mut self.rows);
        for fault in std::mem::take(&mut rows.faults) {
            match mended(&fault) {
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

impl<'a> List<'a> {
    /// Sorts the rows. An event whose length cannot be read is set aside like one whose row cannot be read, unless a
    /// person said how long it is.
    pub fn of(
        planning: &'a OwnPlanning,
        lengths: &Lengths,
        standing: &BTreeMap<EventRef, KnownEvent>,
        findings: &mut Findings,
    ) -> List<'a> {
        let rows = &planning.rows;
        let has_length =
            |event: &EventRef| standing.get(event).is_some_and(|known| known.event.body.correction.minutes.is_some());
        let mut listed: BTreeSet<EventRef> = rows.events.iter().map(event_ref).collect();
        let odd_lengths = lengths.faults.iter().filter_map(|fault| Some((EventRef(fault.event?.get()), fault)));
        let odd_lengths: BTreeMap<EventRef, _> = odd_lengths.filter(|(event, _)| !has_length(event)).collect();
        let mut usable = Vec::new();
        for row in &rows.events {
            match odd_lengths.get(&event_ref(row)) {
                Some(fault) => _ = findings.row(fault),
                None => usable.push(row),
            }
        }
        listed.extend(rows.faults.iter().filter_map(|fault| findings.row(fault)));
        List { usable, listed, foreign: &planning.foreign }
    }

    /// The known events that the list withdraws: open ones that it lacks, unless the list is doubted.
    pub fn withdrawn(
        &self,
        standing: &BTreeMap<EventRef, KnownEvent>,
        days: Days,
        before: &RefreshReport,
        now: Timestamp,
        findings: &mut Findings,
    ) -> ListDecision {
        let open = standing.iter().filter(|(_, read)| translate::may_be_withdrawn(read, days));
        let open: BTreeSet<EventRef> = open.map(|(event, _)| *event).collect();
        // An event that suddenly belongs to another store is kept for an hour, and reported.
        let is_new_elsewhere = |event: &EventRef| {
            let known = before.set_aside.iter().find(|row| row.event == Some(*event) && row.trouble == OTHER_STORE);
            self.foreign.contains(event) && known.is_none_or(|row| now < row.since.plus(NEXT_LIST))
        };
        let lacks = open.iter().filter(|event| !self.listed.contains(event) && !is_new_elsewhere(event));
        let compared = Compared {
            now,
            open: open.len(),
            gone: lacks.copied().collect(),
            has_any: standing.keys().any(|event| self.listed.contains(event)),
            has: &|event| self.listed.contains(&event),
            has_unnumbered: findings.has_rows_without_number(),
        };
        let judged = compared.judge(before.doubt.as_ref());
        self.foreign_kept(standing, &open, &judged, findings);
        judged
    }

    /// The events that are posted here from today on and that a trusted list lacks.
    pub fn unlisted(
        &self,
        standing: &BTreeMap<EventRef, KnownEvent>,
        days: Days,
        today: NaiveDate,
        decision: &ListDecision,
        findings: &Findings,
    ) -> Vec<EventRef> {
        if decision.doubt.is_some() || findings.has_rows_without_number() {
            return Vec::new();
        }
        let lacks = |event: &EventRef| !self.listed.contains(event) && !self.foreign.contains(event);
        let posted = standing.iter().filter(|(_, read)| translate::should_be_listed(read, days, today));
        posted.map(|(event, _)| *event).filter(lacks).collect()
    }

    /// Sets aside the known events that belong to another store by now.
    fn foreign_kept(
        &self,
        standing: &BTreeMap<EventRef, KnownEvent>,
        open: &BTreeSet<EventRef>,
        judged: &ListDecision,
        findings: &mut Findings,
    ) {
        let is_posted = |event: &&EventRef| standing.get(event).is_some_and(|read| read.posted.is_some());
        let kept = self.foreign.iter().filter(|event| open.contains(event) || is_posted(event));
        for event in kept.filter(|event| !self.listed.contains(event) && !judged.withdrawn.contains(event)) {
            findings.event(*event, OTHER_STORE);
        }
    }
}
