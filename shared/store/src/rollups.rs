//! Daily roll-ups: the counts of each day in one small item, because a page reads a year of them. The module also
//! stores what a later count could not read any more: what runs placed, and which events were lost. A roll-up is always
//! computed and written as a whole, from all facts of its day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveTime};
use domain::event_type::EventType;
use domain::outcome::Cause;
use domain::rollup::{CountedFact, Counts, Minutes, RollUp};
use domain::snapshot::EmployeeId;
use serde::{Deserialize, Serialize};

use crate::changes::Changes;
use crate::item::{self, Record, Stored};
use crate::key::{ClubId, Key, Part, RunId};
use crate::request::{LAST, Slice, TableError};
use crate::stamp::{RECORDS_KEPT, Timestamp};
use crate::table::Club;

/// The counts of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DayCounts(#[serde(with = "packed")] pub RollUp);

/// How many events one run placed, and how many it did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunCounts {
    /// The run.
    pub run: RunId,
    /// The club-local day on which it made its proposal.
    pub day: NaiveDate,
    /// When it made its proposal.
    pub proposed_at: Timestamp,
    /// The counts.
    #[serde(with = "packed")]
    pub placed: RollUp,
}

/// The events whose last possible day was this one, and which nobody had at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostEvents {
    /// The day.
    pub day: NaiveDate,
    /// The events.
    pub facts: Vec<CountedFact>,
}

/// The progress of the counting for a club.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counting {
    /// The audit trail was read up to this moment.
    pub read_to: Option<Timestamp>,
    /// The last club-local day for which the nightly work is done.
    pub night: Option<NaiveDate>,
    /// The days whose counts must be computed again.
    pub days: BTreeSet<NaiveDate>,
    /// The weeks of the ledger that must be computed again.
    pub weeks: BTreeSet<NaiveDate>,
}

const DAY: &str = "DAY#";
const LOST: &str = "LOST#";
const RUN: &str = "RUN#";
const COUNTING: &str = "COUNTING";

fn expiry_of(day: NaiveDate) -> Timestamp {
    Timestamp::from(day.and_time(NaiveTime::MIN).and_utc()).plus(RECORDS_KEPT)
}

impl Record for DayCounts {
    fn key(&self, club: &ClubId) -> Key {
        Part::RollUps.key(club, format!("{DAY}{}", self.0.from))
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(expiry_of(self.0.from))
    }
}

impl Record for RunCounts {
    fn key(&self, club: &ClubId) -> Key {
        Part::RollUps.key(club, format!("{RUN}{}#{}", self.day, self.run))
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(expiry_of(self.day))
    }
}

impl Record for LostEvents {
    fn key(&self, club: &ClubId) -> Key {
        Part::RollUps.key(club, format!("{LOST}{}", self.day))
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(expiry_of(self.day))
    }
}

impl Record for Counting {
    fn key(&self, club: &ClubId) -> Key {
        Part::RollUps.key(club, COUNTING)
    }
}

impl Club<'_> {
    /// The counts of these days, both included, in order; a day on which nothing happened may be missing.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn day_counts(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<Stored<DayCounts>>, TableError> {
        let slice = Slice::between(Part::RollUps.of(self.id), format!("{DAY}{from}"), format!("{DAY}{to}"));
        Ok(item::read_usable(self.query(slice).await?).0)
    }

    /// The counts of runs that made a proposal on these days, both included, in order.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn run_counts(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<RunCounts>, TableError> {
        let slice = Slice::between(Part::RollUps.of(self.id), format!("{RUN}{from}"), format!("{RUN}{to}#{LAST}"));
        let (counts, _) = item::read_usable::<RunCounts>(self.query(slice).await?);
        Ok(counts.into_iter().map(|counts| counts.body).collect())
    }

    /// The events that were lost on these days, both included, in order.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn lost_events(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<LostEvents>, TableError> {
        let slice = Slice::between(Part::RollUps.of(self.id), format!("{LOST}{from}"), format!("{LOST}{to}"));
        let (lost, _) = item::read_usable::<LostEvents>(self.query(slice).await?);
        Ok(lost.into_iter().map(|lost| lost.body).collect())
    }

    /// The progress of the counting; `None` if it never began.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn counting(&self) -> Result<Option<Stored<Counting>>, TableError> {
        self.fetch(&Part::RollUps.key(self.id, COUNTING)).await
    }

    /// Stores the progress of the counting in place of the version that was read, 0 for none. Returns the stored
    /// progress.
    ///
    /// # Errors
    /// [`TableError::Contended`] if somebody else counts; another [`TableError`] if the table cannot be written.
    pub async fn put_counting(&self, read: u64, counting: Counting) -> Result<Stored<Counting>, TableError> {
        let mut changes = Changes::new(self.id);
        changes.replace((read > 0).then_some(read), &counting)?;
        if self.try_commit(changes).await? {
            Ok(Stored { version: read + 1, body: counting })
        } else {
            Err(TableError::Contended)
        }
    }

    /// Replaces the version of a day's counts that was read, or creates it.
    ///
    /// # Errors
    /// [`TableError::Contended`] if they have changed since; another [`TableError`] if the table cannot be written.
    pub async fn put_day_counts(&self, read: Option<u64>, counts: &DayCounts) -> Result<(), TableError> {
        let mut changes = Changes::new(self.id);
        changes.replace(read, counts)?;
        if self.try_commit(changes).await? { Ok(()) } else { Err(TableError::Contended) }
    }

    /// Records the counts of a run, unless they are recorded already.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be written.
    pub async fn add_run_counts(&self, counts: &RunCounts) -> Result<(), TableError> {
        let mut changes = Changes::new(self.id);
        changes.create(counts)?;
        self.try_commit(changes).await.map(drop)
    }

    /// Records the events that were lost on a day, unless they are recorded already.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be written.
    pub async fn add_lost_events(&self, lost: &LostEvents) -> Result<(), TableError> {
        let mut changes = Changes::new(self.id);
        changes.create(lost)?;
        self.try_commit(changes).await.map(drop)
    }
}

/// Serializes counts with short field names and without zeros.
mod packed {
    use serde::{Deserializer, Serializer};

    use super::{BTreeMap, Cause, Counts, Deserialize, EmployeeId, EventType, Minutes, NaiveDate, RollUp, Serialize};

    #[derive(Serialize, Deserialize)]
    struct PackedRollUp {
        #[serde(rename = "d")]
        from: NaiveDate,
        #[serde(rename = "a")]
        all: PackedCounts,
        #[serde(rename = "t", default, skip_serializing_if = "BTreeMap::is_empty")]
        by_type: BTreeMap<EventType, PackedCounts>,
        #[serde(rename = "p", default, skip_serializing_if = "BTreeMap::is_empty")]
        by_person: BTreeMap<EmployeeId, PackedCounts>,
        /// Number of runs, and the sum of minutes from proposal to first approval.
        #[serde(rename = "f", default)]
        first: (u32, u64),
        /// Number of runs, and the sum of minutes from proposal to last acceptance.
        #[serde(rename = "l", default)]
        last: (u32, u64),
    }

    #[derive(Serialize, Deserialize)]
    struct PackedCounts {
        /// In this order: placed, lost, kept, decided, retries, moves that the person already knew of, call-outs,
        /// refilled, completed, no-shows. Zeros at the end are left out.
        #[serde(rename = "n", default, skip_serializing_if = "Vec::is_empty")]
        numbers: Vec<u32>,
        #[serde(rename = "x", default, skip_serializing_if = "BTreeMap::is_empty")]
        not_placed: BTreeMap<String, u32>,
        #[serde(rename = "e", default, skip_serializing_if = "BTreeMap::is_empty")]
        edits: BTreeMap<Cause, u32>,
    }

    fn pack(counts: &Counts) -> PackedCounts {
        let mut numbers = vec![
            counts.placed,
            counts.lost,
            counts.kept,
            counts.decided,
            counts.retries,
            counts.told_moves,
            counts.call_outs,
            counts.refilled,
            counts.completed,
            counts.no_shows,
        ];
        let used_length = numbers.iter().rposition(|number| *number > 0).map_or(0, |last| last + 1);
        numbers.truncate(used_length);
        PackedCounts { numbers, not_placed: counts.not_placed.clone(), edits: counts.edits.clone() }
    }

    fn unpack(packed: PackedCounts) -> Counts {
        let number = |at: usize| packed.numbers.get(at).copied().unwrap_or(0);
        Counts {
            placed: number(0),
            lost: number(1),
            kept: number(2),
            decided: number(3),
            retries: number(4),
            told_moves: number(5),
            call_outs: number(6),
            refilled: number(7),
            completed: number(8),
            no_shows: number(9),
            not_placed: packed.not_placed,
            edits: packed.edits,
        }
    }

    pub fn serialize<S: Serializer>(day: &RollUp, serializer: S) -> Result<S::Ok, S::Error> {
        let minutes = |minutes: Minutes| (minutes.n, minutes.sum);
        let packed = PackedRollUp {
            from: day.from,
            all: pack(&day.all),
            by_type: day.by_type.iter().map(|(kind, counts)| (*kind, pack(counts))).collect(),
            by_person: day.by_person.iter().map(|(id, counts)| (id.clone(), pack(counts))).collect(),
            first: minutes(day.to_first_approval),
            last: minutes(day.to_last_acceptance),
        };
        packed.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RollUp, D::Error> {
        let packed = PackedRollUp::deserialize(deserializer)?;
        let minutes = |(n, sum): (u32, u64)| Minutes { n, sum };
        Ok(RollUp {
            from: packed.from,
            all: unpack(packed.all),
            by_type: packed.by_type.into_iter().map(|(kind, counts)| (kind, unpack(counts))).collect(),
            by_person: packed.by_person.into_iter().map(|(id, counts)| (id, unpack(counts))).collect(),
            to_first_approval: minutes(packed.first),
            to_last_acceptance: minutes(packed.last),
        })
    }
}
