//! What a run reads: the club snapshot of rulebook section 8, gathered in at most 6 requests.
//!
//! `plan_version` is read before and after, and everything again if it moved: the document is one moment's. Lines that
//! are approved, submitting or in doubt count as posted; the place of one that is being dropped counts as free, and its
//! event is not for this run to place. What people decided about events stands among the club's documents, and goes with
//! them: wishes and refused placements in the document, holds beside it.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use chrono::NaiveDate;
use domain::calendar::plus_days;
use domain::snapshot::{EmployeeId, EventRef};
use futures_util::future::try_join3;
use serde::{Deserialize, Serialize};

use crate::decisions::{self, Decisions, DecisionsByEvent};
use crate::documents::{
    Affinity, ClubInfo, Debt, Document, Employee, Exception, Holiday, LockedDay, Override, PlanVersion,
    PlanningSettings, RotationRow, Settings, TimeOff, Weekly, or_default,
};
use crate::events::{Event, EventFacts, EventTypeName, Posted, open_slice, posted_slice};
use crate::item::{self, Attributes, key_of};
use crate::key::{Part, ScheduledEventId};
use crate::request::{Slice, TableError};
use crate::table::Club;

/// Posted schedules this many days before today are read.
pub const DAYS_BACK: i64 = 28;

/// The document of rulebook section 8.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SnapshotDocument {
    /// The club.
    pub club: ClubInfo,
    /// The run's date.
    pub today: NaiveDate,
    /// What the solver reads of the settings.
    #[serde(default, deserialize_with = "or_default")]
    pub settings: PlanningSettings,
    /// The people.
    pub employees: Vec<Employee>,
    /// Their usual weeks.
    #[serde(default, deserialize_with = "or_default")]
    pub weekly_availability: Vec<Weekly>,
    /// What overrides them.
    #[serde(default, deserialize_with = "or_default")]
    pub availability_overrides: Vec<Override>,
    /// Days off.
    #[serde(default, deserialize_with = "or_default")]
    pub time_off: Vec<TimeOff>,
    /// Company holidays.
    #[serde(default, deserialize_with = "or_default")]
    pub holidays: Vec<NaiveDate>,
    /// Days that nobody plans any more.
    #[serde(default, deserialize_with = "or_default")]
    pub locked_days: Vec<NaiveDate>,
    /// Who holds the rotations.
    #[serde(default, deserialize_with = "or_default")]
    pub rotations: Vec<RotationRow>,
    /// Who holds them on one date.
    #[serde(default, deserialize_with = "or_default")]
    pub exceptions: Vec<Exception>,
    /// Events without a posted schedule.
    pub events: Vec<EventFacts>,
    /// Posted schedules.
    #[serde(default, deserialize_with = "or_default")]
    pub posted: Vec<Posted>,
    /// How well people fit events.
    #[serde(default, deserialize_with = "or_default")]
    pub affinity: Vec<AffinityRow>,
    /// How well people fit types of events.
    #[serde(default, deserialize_with = "or_default")]
    pub affinity_by_type: Vec<TypeAffinityRow>,
    /// What the club owes people from earlier weeks.
    #[serde(default, deserialize_with = "or_default")]
    pub ledger: Vec<Debt>,
    /// Where people placed events by hand.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub wishes: Vec<PlacementRow>,
    /// Which placements people refused.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub unwanted: Vec<PlacementRow>,
}

/// A person and a day that somebody named for an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacementRow {
    /// The event.
    #[serde(rename = "ref")]
    pub event_ref: EventRef,
    /// The person.
    pub employee_id: EmployeeId,
    /// The day.
    pub date: NaiveDate,
}

/// How well one person fits one event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AffinityRow {
    /// The person.
    pub employee_id: EmployeeId,
    /// The event.
    #[serde(rename = "ref")]
    pub event_ref: EventRef,
    /// 0 to 1.
    pub score: f64,
}

/// How well one person fits one type of event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TypeAffinityRow {
    /// The person.
    pub employee_id: EmployeeId,
    /// The type.
    #[serde(rename = "type")]
    pub kind: EventTypeName,
    /// 0 to 1.
    pub score: f64,
}

/// A snapshot as it was read.
#[derive(Debug, Clone)]
pub struct LoadedSnapshot {
    /// The document of rulebook section 8.
    pub document: serde_json::Value,
    /// The `plan_version` that it is true of.
    pub plan_version: PlanVersion,
    /// The club's settings, read with it.
    pub settings: Settings,
    /// Crossmark's ids of the posted schedules, for lines that move or drop one.
    pub scheduled_ids: BTreeMap<EventRef, ScheduledEventId>,
    /// What could not be read at all and is left out, by its key.
    pub left_out: Vec<String>,
    /// What people decided about events, as far as it still counts.
    pub decisions: DecisionsByEvent,
}

/// Why a snapshot could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// There is no such club, or it is still being loaded.
    #[error("there is no such club")]
    NoClub,
    /// The club kept changing while it was read.
    #[error("the club kept changing while it was read")]
    Restless,
    /// The table.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// So often it is read before giving up on a moment of rest. While lines are being submitted the club changes several
/// times a second.
const ROUNDS: u32 = 24;
/// The longest wait between two readings.
const REST: Duration = Duration::from_millis(300);

impl Club<'_> {
    /// Reads the club's snapshot as of this date: 5 requests for a club of ordinary size (each page of 1 MB more is
    /// one more), consistent, and again if the club changed meanwhile.
    pub async fn load_snapshot(&self, today: NaiveDate) -> Result<LoadedSnapshot, SnapshotError> {
        let mut before = self.plan_version().await?;
        for _ in 0..ROUNDS {
            // What is posted beyond the horizon counts too: in the week that its end cuts, and as half of a pair.
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
                let Assembled { document, settings, scheduled_ids, left_out, decisions } =
                    assemble(today, documents, events, posted)?;
                let key = Part::Club.key(self.id, "snapshot");
                let document = serde_json::to_value(document).map_err(|e| TableError::corrupt(&key, &e))?;
                return Ok(LoadedSnapshot {
                    document,
                    plan_version: after,
                    settings,
                    scheduled_ids,
                    left_out,
                    decisions,
                });
            }
            before = after;
            self.table.rest(REST).await;
        }
        Err(SnapshotError::Restless)
    }
}

/// The documents of a club, as far as a run reads them.
#[derive(Default)]
struct Documents {
    club: Option<ClubInfo>,
    settings: Settings,
    document: Vec<Row>,
    left_out: Vec<String>,
    decisions: Vec<Attributes>,
}

/// One document.
enum Row {
    Employee(Employee),
    Weekly(Weekly),
    Override(Override),
    TimeOff(TimeOff),
    Holiday(Holiday),
    LockedDay(LockedDay),
    Rotation(RotationRow),
    Exception(Exception),
    Affinity(Affinity),
    Debt(Debt),
}

fn row<D: Document>(item: Attributes, wrap: impl FnOnce(D) -> Row) -> Result<Row, TableError> {
    Ok(wrap(item::read::<D>(item)?.body))
}

fn sort_out(items: Vec<Attributes>) -> Result<Documents, TableError> {
    let mut documents = Documents::default();
    for item in items {
        let sort = key_of(&item).sort;
        let prefix = sort.find('#').map_or(sort.as_str(), |at| &sort[..=at]);
        let row = match prefix {
            "CLUB" => {
                documents.club = Some(item::read(item)?.body);
                continue;
            }
            "SETTINGS" => {
                documents.settings = item::read(item)?.body;
                continue;
            }
            decisions::PREFIX => {
                documents.decisions.push(item);
                continue;
            }
            Employee::PREFIX => row(item, Row::Employee),
            Weekly::PREFIX => row(item, Row::Weekly),
            Override::PREFIX => row(item, Row::Override),
            TimeOff::PREFIX => row(item, Row::TimeOff),
            Holiday::PREFIX => row(item, Row::Holiday),
            LockedDay::PREFIX => row(item, Row::LockedDay),
            RotationRow::PREFIX => row(item, Row::Rotation),
            Exception::PREFIX => row(item, Row::Exception),
            Affinity::PREFIX => row(item, Row::Affinity),
            Debt::PREFIX => row(item, Row::Debt),
            // Lease, pointers, counters: nothing that a schedule depends on.
            _ => continue,
        };
        match row {
            Ok(row) => documents.document.push(row),
            Err(_) => documents.left_out.push(sort),
        }
    }
    Ok(documents)
}

struct Assembled {
    document: SnapshotDocument,
    settings: Settings,
    scheduled_ids: BTreeMap<EventRef, ScheduledEventId>,
    left_out: Vec<String>,
    decisions: DecisionsByEvent,
}

fn assemble(
    today: NaiveDate,
    documents: Vec<Attributes>,
    events: Vec<Attributes>,
    posted: Vec<Attributes>,
) -> Result<Assembled, SnapshotError> {
    let documents = sort_out(documents)?;
    let (settings, mut left_out) = (documents.settings, documents.left_out);
    let (posted, odd) = item::read_usable::<Posted>(posted);
    left_out.extend(odd);
    let mut by_ref: BTreeMap<EventRef, Posted> =
        posted.into_iter().map(|posted| (posted.body.event.event_ref, posted.body)).collect();
    let scheduled_ids = by_ref.iter().filter_map(|(event, p)| Some((*event, p.scheduled_event_id?))).collect();
    let mut open = Vec::new();
    let (events, odd) = item::read_usable::<Event>(events);
    left_out.extend(odd);
    for event in events {
        overlay(event.body, &mut by_ref, &mut open);
    }
    open.sort_by_key(|e| e.event_ref);
    let mut snapshot = SnapshotDocument {
        club: documents.club.ok_or(SnapshotError::NoClub)?,
        today,
        settings: settings.planning.clone(),
        employees: Vec::new(),
        weekly_availability: Vec::new(),
        availability_overrides: Vec::new(),
        time_off: Vec::new(),
        holidays: Vec::new(),
        locked_days: Vec::new(),
        rotations: Vec::new(),
        exceptions: Vec::new(),
        events: open,
        posted: by_ref.into_values().map(|p| Posted { scheduled_event_id: None, ..p }).collect(),
        affinity: Vec::new(),
        affinity_by_type: Vec::new(),
        ledger: Vec::new(),
        wishes: Vec::new(),
        unwanted: Vec::new(),
    };
    for row in documents.document {
        match row {
            Row::Employee(row) => snapshot.employees.push(row),
            Row::Weekly(row) => snapshot.weekly_availability.push(row),
            Row::Override(row) => snapshot.availability_overrides.push(row),
            Row::TimeOff(row) => snapshot.time_off.push(row),
            Row::Holiday(row) => snapshot.holidays.push(row.date),
            Row::LockedDay(row) => snapshot.locked_days.push(row.date),
            Row::Rotation(row) => snapshot.rotations.push(row),
            Row::Exception(row) => snapshot.exceptions.push(row),
            Row::Affinity(row) => {
                snapshot.affinity.extend(row.scores.into_iter().map(|(event_ref, score)| AffinityRow {
                    employee_id: row.employee_id.clone(),
                    event_ref,
                    score,
                }));
                snapshot.affinity_by_type.extend(row.by_type.into_iter().map(|(kind, score)| TypeAffinityRow {
                    employee_id: row.employee_id.clone(),
                    kind,
                    score,
                }));
            }
            Row::Debt(row) => snapshot.ledger.push(row),
        }
    }
    let mut decisions = decisions::read_decisions(documents.decisions)?;
    let zone = snapshot.club.time_zone.0;
    for one in decisions.values_mut() {
        *one = std::mem::take(one).on(today, zone);
    }
    decisions.retain(|_, one| !one.is_empty());
    ask(&mut snapshot, &decisions);
    Ok(Assembled { document: snapshot, settings, scheduled_ids, left_out, decisions })
}

/// Puts what people asked for and refused into a snapshot, as far as it speaks of people and events that it has.
fn ask(snapshot: &mut SnapshotDocument, decisions: &DecisionsByEvent) {
    let people: HashSet<&EmployeeId> = snapshot.employees.iter().map(|e| &e.id).collect();
    let posted = snapshot.posted.iter().map(|p| p.event.event_ref);
    let events: HashSet<EventRef> = snapshot.events.iter().map(|e| e.event_ref).chain(posted).collect();
    for (event, Decisions { wish, unwanted, .. }) in decisions.iter().filter(|(event, _)| events.contains(event)) {
        let row = |employee_id: &EmployeeId, date: NaiveDate| {
            let known = people.contains(employee_id);
            known.then(|| PlacementRow { event_ref: *event, employee_id: employee_id.clone(), date })
        };
        snapshot.wishes.extend(wish.as_ref().and_then(|wish| row(&wish.employee_id, wish.date)));
        snapshot.unwanted.extend(unwanted.iter().filter_map(|refused| row(&refused.employee_id, refused.date)));
    }
}

/// Lays what is under way over what is posted: an open event is for the run to place, one whose line is in flight counts
/// as posted where that line puts it.
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
