//! Loads a whole snapshot into an empty club.
//!
//! The item of the club itself is written last. Until then, everything can be written again. An interrupted load can be
//! repeated with the same document, or after a minute with another one. An invalid document is refused before anything
//! is written.

mod loading;
mod stored_only;

use std::collections::{BTreeMap, HashSet};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{NaiveDate, NaiveTime, TimeZone};
use domain::json::RefusedDocument;
use domain::snapshot::{AffinityRow, ClubFacts, EmployeeId, EventRef, PlacementRow, Snapshot, TypeAffinityRow};
use sha2::{Digest, Sha256};

use crate::audit::Because;
use crate::changes::Changes;
use crate::decisions::{Decisions, EventDecisions, RefusedPlace, WishedPlace};
use crate::documents::{Affinity, ClubListing, Holiday, LockedDay, Settings};
use crate::events::Event;
use crate::item::{self, Attributes, Record};
use crate::key::ClubId;
use crate::request::TableError;
use crate::stamp::Timestamp;
use crate::table::Club;

/// Why a snapshot document was not loaded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// The document is not a valid snapshot; every fault with its path.
    #[error(transparent)]
    Refused(#[from] RefusedDocument),
    /// The document is of another club.
    #[error("the snapshot is of club {found}")]
    OtherClub {
        /// The other club.
        found: String,
    },
    /// The document's location belongs to another club.
    #[error("the Crossmark location {location} is another club's")]
    LocationTaken {
        /// The location.
        location: u64,
    },
    /// The club is not empty, or another document is being loaded into it.
    #[error("the club is not empty, or another document is being loaded into it")]
    NotEmpty,
    /// A request to the table failed.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// The numbers of items that a load wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportCounts {
    /// Events, posted ones included.
    pub events: usize,
    /// Posted schedules.
    pub posted: usize,
    /// All other items, without the club itself and its place in the list of clubs.
    pub documents: usize,
}

impl Club<'_> {
    /// Loads a snapshot document into the club, which must be empty. An interrupted load can be continued only with the
    /// same document.
    ///
    /// # Errors
    /// [`ImportError`]: a document that is refused or of another club, a club that is not empty, a location of another
    /// club, or a failed request to the table.
    pub async fn import_snapshot(&self, bytes: &[u8]) -> Result<ImportCounts, ImportError> {
        self.import(bytes, None).await
    }

    /// Like [`import_snapshot`](Self::import_snapshot), with a time: another document may replace one whose load was
    /// interrupted.
    ///
    /// # Errors
    /// The same as [`import_snapshot`](Self::import_snapshot).
    pub async fn import_snapshot_at(&self, bytes: &[u8], now: Timestamp) -> Result<ImportCounts, ImportError> {
        self.import(bytes, Some(now)).await
    }

    async fn import(&self, bytes: &[u8], now: Option<Timestamp>) -> Result<ImportCounts, ImportError> {
        let document = Snapshot::parse(bytes)?;
        stored_only::check(bytes)?;
        if document.club.id != self.id.as_str() {
            return Err(ImportError::OtherClub { found: document.club.id });
        }
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(bytes));
        let loading = self.begin_load(digest, document.club.location_id, now).await?;
        let club = document.club.clone();
        let (items, imported) = self.items(document)?;
        self.put_all(items).await?;
        let mut changes = Changes::new(self.id);
        let run_hour = Settings::default().run_hour;
        changes.create(&ClubListing {
            id: self.id.clone(),
            time_zone: club.time_zone,
            run_hour,
            last_automatic: None,
            last_morning_message: None,
        })?;
        changes.create(&club)?;
        changes.remove(&loading);
        changes.count_plan_change();
        if self.try_commit(changes).await? { Ok(imported) } else { Err(ImportError::NotEmpty) }
    }

    fn items(&self, document: Snapshot) -> Result<(Vec<Attributes>, ImportCounts), TableError> {
        let mut items = Vec::new();
        let club = self.id;
        let settings = Settings { planning: document.settings, ..Settings::default() };
        items.push(item::write(club, &settings, 1)?);
        write_all(club, &mut items, &document.employees)?;
        write_all(club, &mut items, &document.weekly_availability)?;
        write_all(club, &mut items, &document.availability_overrides)?;
        write_all(club, &mut items, &document.time_off)?;
        write_all(club, &mut items, &document.rotations)?;
        write_all(club, &mut items, &document.exceptions)?;
        write_all(club, &mut items, &document.holidays.into_iter().map(Holiday::on).collect::<Vec<_>>())?;
        write_all(club, &mut items, &document.locked_days.into_iter().map(LockedDay::on).collect::<Vec<_>>())?;
        write_all(club, &mut items, &affinity_by_person(document.affinity, document.affinity_by_type))?;
        write_all(club, &mut items, &document.ledger)?;
        let decisions = decisions_in(document.wishes, document.unwanted, &document.club, document.today);
        write_all(club, &mut items, &decisions)?;
        let documents = items.len();
        // An event that is both open and posted counts as posted.
        let posted_refs: HashSet<EventRef> = document.posted.iter().map(|p| p.event.event_ref).collect();
        write_all(club, &mut items, &document.posted)?;
        let posted = document.posted.len();
        let posted_events =
            document.posted.into_iter().map(|p| Event { posted_at: Some(p.start.date()), ..Event::open(p.event) });
        let open = document.events.into_iter().filter(|e| !posted_refs.contains(&e.event_ref));
        let open = open.map(Event::open);
        let events: Vec<Event> = posted_events.chain(open).collect();
        write_all(club, &mut items, &events)?;
        Ok((items, ImportCounts { events: events.len(), posted, documents }))
    }
}

/// One affinity item per person.
fn affinity_by_person(by_event: Vec<AffinityRow>, by_type: Vec<TypeAffinityRow>) -> Vec<Affinity> {
    let mut people: BTreeMap<EmployeeId, Affinity> = BTreeMap::new();
    let none = |id: &EmployeeId| Affinity { employee_id: id.clone(), scores: Vec::new(), by_type: Vec::new() };
    for row in by_event {
        let person = people.entry(row.employee_id.clone()).or_insert_with(|| none(&row.employee_id));
        person.scores.push((row.event_ref, row.score));
    }
    for row in by_type {
        let person = people.entry(row.employee_id.clone()).or_insert_with(|| none(&row.employee_id));
        person.by_type.push((row.kind, row.score));
    }
    people.into_values().collect()
}

/// The wishes and refusals of a document. The document does not say who decided or when, so the actor is `snapshot` and
/// the time is the start of its `today`.
fn decisions_in(
    wishes: Vec<PlacementRow>,
    unwanted: Vec<PlacementRow>,
    club: &ClubFacts,
    today: NaiveDate,
) -> Vec<EventDecisions> {
    let midnight = club.time_zone.from_local_datetime(&today.and_time(NaiveTime::MIN)).earliest();
    let at = midnight.map_or_else(|| today.and_time(NaiveTime::MIN).and_utc(), |at| at.to_utc());
    let because = Because::new("snapshot", at.into(), "as the snapshot says");
    let mut by_event: BTreeMap<EventRef, Decisions> = BTreeMap::new();
    for PlacementRow { event_ref, employee_id, date } in wishes {
        let wish = WishedPlace { employee_id, date, because: because.clone() };
        by_event.entry(event_ref).or_default().wish = Some(wish);
    }
    for PlacementRow { event_ref, employee_id, date } in unwanted {
        let refused = RefusedPlace { employee_id, date, because: because.clone() };
        by_event.entry(event_ref).or_default().unwanted.push(refused);
    }
    by_event.into_iter().map(|(event, decisions)| EventDecisions { event, decisions }).collect()
}

fn write_all<T: Record>(club: &ClubId, items: &mut Vec<Attributes>, records: &[T]) -> Result<(), TableError> {
    let mut keys = HashSet::new();
    for record in records {
        // Rows with the same key are one item. A batch must not contain a key twice.
        if keys.insert(record.key(club)) {
            items.push(item::write(club, record, 1)?);
        }
    }
    Ok(())
}
