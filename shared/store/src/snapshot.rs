//! Reads the club snapshot of rulebook section 8, in 5 requests for a club of ordinary size.
//!
//! `plan_version` is read before and after; if it changed, everything is read again, so the snapshot is of one moment.
//! Lines that are approved, submitting or in doubt count as posted. The place of a schedule that is being dropped
//! counts as free, and no run places its event. People's decisions about events are read with the club's documents:
//! wishes and refused placements are part of the snapshot, holds are beside it.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::Duration;

use chrono::NaiveDate;
use domain::affinity::AffinityOptions;
use domain::calendar::plus_days;
use domain::snapshot::{
    AffinityRow, AvailabilityOverride, ClubFacts, Debt, Employee, EmployeeId, EventFacts, EventRef, PlacementRow,
    Posted, RotationException, RotationRow, Snapshot, TimeOff, TypeAffinityRow, UsableSnapshot, WeeklyAvailability,
};
use futures_util::future::try_join3;

use crate::affinity::LearnedAffinity;
use crate::decisions::{self, Decisions, DecisionsByEvent};
use crate::documents::{Affinity, Document, Holiday, LockedDay, PlanVersion, Settings, YearlyHoliday};
use crate::drift::Drift;
use crate::events::{Event, open_slice, posted_slice};
use crate::ignores::IgnoredFinding;
use crate::item::{self, Attributes, Single, key_of};
use crate::key::{Part, ScheduledEventId};
use crate::proposals::CurrentProposal;
use crate::request::{Slice, TableError};
use crate::stamp::Timestamp;
use crate::table::Club;
use crate::upstream::LastRefresh;

/// Days before today from which posted schedules are read.
pub const DAYS_BACK: i64 = 28;

/// A snapshot with what was read beside it.
#[derive(Debug, Clone)]
pub struct LoadedSnapshot {
    /// The run's input, without rows that no run can use.
    pub snapshot: Snapshot,
    /// The `plan_version` of the snapshot.
    pub plan_version: PlanVersion,
    /// The club's settings, read with the snapshot.
    pub settings: Settings,
    /// Crossmark's numbers.
    pub links: ClubLinks,
    /// Descriptions of the rows that are left out of the snapshot: a row that no run can use, or the key of an item
    /// that cannot be read.
    pub left_out: Vec<String>,
    /// The decisions about events that still count.
    pub decisions: DecisionsByEvent,
    /// The events of which a change is on its way to Crossmark.
    pub under_way: BTreeSet<EventRef>,
    /// The current proposal, if there is one.
    pub current: Option<CurrentProposal>,
    /// When the club's events were last read from Crossmark; `None` if never.
    pub refreshed_at: Option<Timestamp>,
    /// The findings about posted schedules that people ignore, also those whose end is past.
    pub ignored: Vec<IgnoredFinding>,
    /// The events about which Crossmark and Muster differ.
    pub drifts: Vec<Drift>,
}

/// The numbers by which Crossmark knows a club, its people and its schedules. The rules do not read them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClubLinks {
    /// The location number of the club.
    pub location_id: Option<u64>,
    /// The numbers of the people that have one.
    pub rep_ids: BTreeMap<EmployeeId, u64>,
    /// The ids of posted schedules, for lines that move or drop one.
    pub scheduled_ids: BTreeMap<EventRef, ScheduledEventId>,
}

/// Why a snapshot could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// The club does not exist, or is still being loaded.
    #[error("there is no such club, or it is still being loaded")]
    NoClub,
    /// The club kept changing while it was read.
    #[error("the club kept changing while it was read")]
    KeptChanging,
    /// A request to the table failed.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// Maximum reads until `plan_version` stays the same. While lines are being submitted the club changes several times a
/// second.
const MAX_ATTEMPTS: u32 = 24;
/// Maximum wait between two reads.
const MAX_WAIT: Duration = Duration::from_millis(300);

impl Club<'_> {
    /// Reads the club's snapshot as of this date: consistent, in 5 requests for a club of ordinary size (1 more for
    /// each further MB), and again if the club changed meanwhile.
    ///
    /// # Errors
    /// [`SnapshotError::NoClub`], [`SnapshotError::KeptChanging`], or [`SnapshotError::Table`] if the table cannot be
    /// read.
    pub async fn load_snapshot(&self, today: NaiveDate) -> Result<LoadedSnapshot, SnapshotError> {
        self.load_snapshot_after(self.plan_version().await?, today).await
    }

    /// Like [`load_snapshot`](Self::load_snapshot), for a caller that has just read the `plan_version`: 4 requests.
    ///
    /// # Errors
    /// The same as [`load_snapshot`](Self::load_snapshot).
    pub async fn load_snapshot_after(
        &self,
        mut before: PlanVersion,
        today: NaiveDate,
    ) -> Result<LoadedSnapshot, SnapshotError> {
        for _ in 0..MAX_ATTEMPTS {
            // Posted schedules after the horizon are read too, for the last week of the horizon and for pairs.
            let end = plus_days(today, domain::snapshot::LARGEST_DAYS);
            let start = plus_days(today, -DAYS_BACK);
            let (documents, events, posted) = try_join3(
                Box::pin(self.query(Slice::whole(Part::Club.of(self.id)))),
                Box::pin(self.query(open_slice(self.id, start))),
                Box::pin(self.query(posted_slice(self.id, start, end))),
            )
            .await?;
            let after = self.plan_version().await?;
            if before == after {
                return assemble(today, after, documents, events, posted);
            }
            before = after;
            self.table.wait_up_to(MAX_WAIT).await;
        }
        Err(SnapshotError::KeptChanging)
    }
}

/// The items of a club's own partition that are read with a snapshot.
#[derive(Default)]
struct Documents {
    club: Option<ClubFacts>,
    settings: Settings,
    people: Vec<Employee>,
    weekly: Vec<WeeklyAvailability>,
    overrides: Vec<AvailabilityOverride>,
    time_off: Vec<TimeOff>,
    holidays: Vec<Holiday>,
    yearly: Vec<YearlyHoliday>,
    locked_days: Vec<LockedDay>,
    rotations: Vec<RotationRow>,
    exceptions: Vec<RotationException>,
    affinity: Vec<Affinity>,
    learned: Option<LearnedAffinity>,
    switches: AffinityOptions,
    ledger: Vec<Debt>,
    decisions: Vec<Attributes>,
    current: Option<CurrentProposal>,
    refreshed_at: Option<Timestamp>,
    ignored: Vec<IgnoredFinding>,
    drifts: Vec<Drift>,
    /// The keys of items that cannot be read.
    unreadable: Vec<String>,
}

impl Documents {
    fn read(items: Vec<Attributes>) -> Result<Documents, TableError> {
        let mut documents = Documents::default();
        for item in items {
            documents.add_item(item)?;
        }
        Ok(documents)
    }

    fn add_item(&mut self, item: Attributes) -> Result<(), TableError> {
        let sort = key_of(&item).sort;
        let prefix = sort.find('#').map_or(sort.as_str(), |at| &sort[..=at]);
        let read = match prefix {
            ClubFacts::SORT => {
                self.club = Some(item::read(item)?.body);
                Ok(())
            }
            Settings::SORT => {
                self.settings = item::read(item)?.body;
                Ok(())
            }
            LastRefresh::SORT => {
                self.refreshed_at = Some(item::read::<LastRefresh>(item)?.body.at);
                Ok(())
            }
            LearnedAffinity::SORT => item::read(item).map(|read| self.learned = Some(read.body)),
            AffinityOptions::SORT => {
                self.switches = item::read(item)?.body;
                Ok(())
            }
            Drift::PREFIX => item::read(item).map(|read| self.drifts.push(read.body)),
            IgnoredFinding::PREFIX => push(&mut self.ignored, item),
            CurrentProposal::SORT => {
                self.current = Some(item::read(item)?.body);
                Ok(())
            }
            decisions::PREFIX => {
                self.decisions.push(item);
                Ok(())
            }
            Employee::PREFIX => push(&mut self.people, item),
            WeeklyAvailability::PREFIX => push(&mut self.weekly, item),
            AvailabilityOverride::PREFIX => push(&mut self.overrides, item),
            TimeOff::PREFIX => push(&mut self.time_off, item),
            Holiday::PREFIX => push(&mut self.holidays, item),
            YearlyHoliday::PREFIX => push(&mut self.yearly, item),
            LockedDay::PREFIX => push(&mut self.locked_days, item),
            RotationRow::PREFIX => push(&mut self.rotations, item),
            RotationException::PREFIX => push(&mut self.exceptions, item),
            Affinity::PREFIX => push(&mut self.affinity, item),
            Debt::PREFIX => push(&mut self.ledger, item),
            // Other items, such as the lease, the pause and counters: no schedule depends on them.
            _ => Ok(()),
        };
        if read.is_err() {
            self.unreadable.push(sort);
        }
        Ok(())
    }

    /// Employees with an unreadable availability or time off: it is unknown when they work.
    fn unreadable_absences(&self) -> BTreeSet<EmployeeId> {
        const ABSENCES: [&str; 3] = [WeeklyAvailability::PREFIX, AvailabilityOverride::PREFIX, TimeOff::PREFIX];
        let of = |sort: &String| {
            let rest = ABSENCES.into_iter().find_map(|prefix| sort.strip_prefix(prefix))?;
            Some(EmployeeId(rest.split('#').next()?.to_owned()))
        };
        self.unreadable.iter().filter_map(of).collect()
    }
}

fn push<D: Document>(rows: &mut Vec<D>, item: Attributes) -> Result<(), TableError> {
    rows.push(item::read(item)?.body);
    Ok(())
}

fn assemble(
    today: NaiveDate,
    plan_version: PlanVersion,
    documents: Vec<Attributes>,
    events: Vec<Attributes>,
    posted: Vec<Attributes>,
) -> Result<LoadedSnapshot, SnapshotError> {
    let documents = Documents::read(documents)?;
    let absent = documents.unreadable_absences();
    let (settings, current, mut left_out) = (documents.settings, documents.current, documents.unreadable);
    let (refreshed_at, ignored, drifts) = (documents.refreshed_at, documents.ignored, documents.drifts);
    let (posted, unreadable) = item::read_usable::<Posted>(posted);
    left_out.extend(unreadable);
    let mut by_ref: BTreeMap<EventRef, Posted> =
        posted.into_iter().map(|posted| (posted.body.event.event_ref, posted.body)).collect();
    let club = documents.club.ok_or(SnapshotError::NoClub)?;
    let links = ClubLinks {
        location_id: club.location_id,
        rep_ids: documents.people.iter().filter_map(|e| Some((e.id.clone(), e.rep_id?))).collect(),
        scheduled_ids: by_ref.iter().filter_map(|(event, p)| Some((*event, p.scheduled_event_id?))).collect(),
    };
    let (mut open, mut under_way) = (Vec::new(), BTreeSet::new());
    let (events, unreadable) = item::read_usable::<Event>(events);
    left_out.extend(unreadable);
    for event in events {
        if event.body.claim.as_ref().is_some_and(|claim| claim.status.is_in_flight()) {
            under_way.insert(event.body.facts.event_ref);
        }
        overlay(event.body, &mut by_ref, &mut open);
    }
    open.sort_by_key(|e| e.event_ref);
    let zone = club.time_zone;
    let mut snapshot = Snapshot {
        employees: documents.people,
        weekly_availability: documents.weekly,
        availability_overrides: documents.overrides,
        time_off: documents.time_off,
        holidays: holidays_around(today, &documents.holidays, &documents.yearly),
        locked_days: documents.locked_days.into_iter().map(|locked| locked.date).collect(),
        rotations: documents.rotations,
        exceptions: documents.exceptions,
        events: open,
        posted: by_ref.into_values().map(|p| Posted { scheduled_event_id: None, ..p }).collect(),
        ledger: documents.ledger,
        ..Snapshot::empty(club, today, settings.planning.clone())
    };
    if let Some(learned) = &documents.learned {
        snapshot.affinity_by_type = learned.rows(&snapshot.employees, &documents.affinity, &documents.switches);
    }
    for Affinity { employee_id, scores, by_type } in documents.affinity {
        let of_event = |(event_ref, score)| AffinityRow { employee_id: employee_id.clone(), event_ref, score };
        snapshot.affinity.extend(scores.into_iter().map(of_event));
        let of_type = |(kind, score)| TypeAffinityRow { employee_id: employee_id.clone(), kind, score };
        snapshot.affinity_by_type.extend(by_type.into_iter().map(of_type));
    }
    let (mut decisions, unreadable) = decisions::read_decisions(documents.decisions);
    left_out.extend(unreadable);
    for one in decisions.values_mut() {
        *one = std::mem::take(one).on(today, zone);
    }
    decisions.retain(|_, one| !one.is_empty());
    add_decisions(&mut snapshot, &decisions);
    let UsableSnapshot { snapshot, left_out: unusable } = snapshot.without_unusable_rows(&absent);
    left_out.extend(unusable.iter().map(ToString::to_string));
    Ok(LoadedSnapshot {
        snapshot,
        plan_version,
        settings,
        links,
        left_out,
        decisions,
        under_way,
        current,
        refreshed_at,
        ignored,
        drifts,
    })
}

/// The holidays around the day of a run: all holidays of one date, and the dates of yearly holidays on the days whose
/// posted schedules a run reads.
pub(crate) fn holidays_around(today: NaiveDate, on_dates: &[Holiday], yearly: &[YearlyHoliday]) -> BTreeSet<NaiveDate> {
    let days = plus_days(today, -DAYS_BACK)..=plus_days(today, domain::snapshot::LARGEST_DAYS);
    let yearly = yearly.iter().flat_map(|holiday| holiday.rule.dates(days.clone()));
    on_dates.iter().map(|holiday| holiday.date).chain(yearly).collect()
}

/// Adds people's wishes and refused placements to a snapshot, except those for people or events that the snapshot does
/// not have.
fn add_decisions(snapshot: &mut Snapshot, decisions: &DecisionsByEvent) {
    let people: HashSet<&EmployeeId> = snapshot.employees.iter().map(|e| &e.id).collect();
    let posted = snapshot.posted.iter().map(|p| p.event.event_ref);
    let events: HashSet<EventRef> = snapshot.events.iter().map(|e| e.event_ref).chain(posted).collect();
    for (event, Decisions { wish, unwanted, .. }) in decisions.iter().filter(|(event, _)| events.contains(event)) {
        let row = |employee_id: &EmployeeId, date: NaiveDate| {
            let is_known = people.contains(employee_id);
            is_known.then(|| PlacementRow { event_ref: *event, employee_id: employee_id.clone(), date })
        };
        snapshot.wishes.extend(wish.as_ref().and_then(|wish| row(&wish.employee_id, wish.date)));
        snapshot.unwanted.extend(unwanted.iter().filter_map(|refused| row(&refused.employee_id, refused.date)));
    }
}

/// Adds an event to the posted schedules or to the open events. An event whose line is in flight counts as posted where
/// the line places it; if the line drops it, it counts as open, but no run places it.
fn overlay(event: Event, posted: &mut BTreeMap<EventRef, Posted>, open: &mut Vec<EventFacts>) {
    let event_ref = event.facts.event_ref;
    let Some(claim) = event.claim.filter(|c| c.status.is_in_flight()) else {
        if event.posted_at.is_none() {
            open.push(event.facts);
        }
        return;
    };
    if let Some(place) = claim.place {
        let row = Posted {
            event: event.facts,
            employee_id: place.employee_id,
            start: place.start,
            block: place.block,
            scheduled_event_id: None,
        };
        posted.insert(event_ref, row);
    } else {
        posted.remove(&event_ref);
        open.push(EventFacts { auto: false, ..event.facts });
    }
}
