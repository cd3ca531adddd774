//! The fairness ledger: what each person was given in each week, one item a week, and managers' corrections, one item a
//! person. A week is always computed and written as a whole; nothing is added to a stored week.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};
use domain::calendar::plus_days;
use domain::event_type::EventType;
use domain::fairness::{LedgerCorrection, LedgerRow, PossibleDays};
use domain::rollup::Utilisation;
use domain::snapshot::{Debt, EmployeeId};
use serde::{Deserialize, Serialize};

use crate::audit::{Because, Entry, Subject};
use crate::changes::Changes;
use crate::documents::Document;
use crate::item::{self, Attributes, Record, Stored};
use crate::key::{ClubId, Key, Part};
use crate::request::{Slice, TableError};
use crate::stamp::{RECORDS_KEPT, Timestamp};
use crate::table::Club;

/// One week of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "PackedWeek", into = "PackedWeek")]
pub struct LedgerWeek {
    /// The week's Sunday.
    pub week: NaiveDate,
    /// The days of the week on which each person could have worked a Core, as last known before the week ended.
    pub possible: PossibleDays,
    /// What each person was given, in order of id.
    pub people: Vec<PersonWeek>,
    /// The use of the club's capacity by day and type, as last known before the week ended.
    pub utilisation: Vec<Utilisation>,
}

/// One person's week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonWeek {
    /// What the ledger counts.
    pub row: LedgerRow,
    /// Number of days with an event.
    pub days: u32,
}

impl LedgerWeek {
    /// A week without data.
    pub fn empty(week: NaiveDate) -> LedgerWeek {
        LedgerWeek { week, possible: PossibleDays::new(), people: Vec::new(), utilisation: Vec::new() }
    }
}

/// A week as it is stored. The numbers of a person and of a utilisation row are arrays without field names, so that the
/// item is small: the Numbers page of the web client reads a year of weeks.
#[derive(Serialize, Deserialize)]
struct PackedWeek {
    week: NaiveDate,
    /// The days on which each person could have worked a Core: bit 0 is Sunday.
    possible: BTreeMap<EmployeeId, u8>,
    /// In this order: Core, weekend days, first arrivals, last arrivals, short notice, events moved away, minutes,
    /// possible days, days.
    people: Vec<(EmployeeId, [u32; 9])>,
    /// In this order: day of the week (0 is Sunday), type, events, working, capacity.
    #[serde(rename = "used")]
    utilisation: Vec<(u8, EventType, u32, u32, u32)>,
}

fn weekday(date: NaiveDate) -> u8 {
    u8::try_from(date.weekday().days_since(Weekday::Sun)).unwrap_or_default()
}

impl From<LedgerWeek> for PackedWeek {
    fn from(week: LedgerWeek) -> PackedWeek {
        let person = |PersonWeek { row, days }: PersonWeek| {
            let LedgerRow { core, weekend_days, first_arrivals, last_arrivals, .. } = row;
            let LedgerRow { short_notice, moved_on_them, minutes, possible_days, .. } = row;
            let numbers = [
                core,
                weekend_days,
                first_arrivals,
                last_arrivals,
                short_notice,
                moved_on_them,
                minutes,
                possible_days,
                days,
            ];
            (row.employee_id, numbers)
        };
        let bits =
            |dates: std::collections::BTreeSet<NaiveDate>| dates.into_iter().map(|date| 1 << weekday(date)).sum();
        PackedWeek {
            week: week.week,
            possible: week.possible.into_iter().map(|(id, dates)| (id, bits(dates))).collect(),
            people: week.people.into_iter().map(person).collect(),
            utilisation: week
                .utilisation
                .into_iter()
                .map(|row| (weekday(row.date), row.kind, row.events, row.working, row.capacity))
                .collect(),
        }
    }
}

impl From<PackedWeek> for LedgerWeek {
    fn from(packed: PackedWeek) -> LedgerWeek {
        let week = packed.week;
        let person = |(employee_id, numbers): (EmployeeId, [u32; 9])| {
            let [
                core,
                weekend_days,
                first_arrivals,
                last_arrivals,
                short_notice,
                moved_on_them,
                minutes,
                possible_days,
                days,
            ] = numbers;
            let row = LedgerRow {
                week,
                employee_id,
                core,
                weekend_days,
                first_arrivals,
                last_arrivals,
                short_notice,
                moved_on_them,
                minutes,
                possible_days,
            };
            PersonWeek { row, days }
        };
        let dates =
            |bits: u8| (0..7_u8).filter(move |day| bits & (1 << day) != 0).map(|day| plus_days(week, day.into()));
        LedgerWeek {
            week,
            possible: packed.possible.into_iter().map(|(id, bits)| (id, dates(bits).collect())).collect(),
            people: packed.people.into_iter().map(person).collect(),
            utilisation: packed
                .utilisation
                .into_iter()
                .map(|(day, kind, events, working, capacity)| Utilisation {
                    date: plus_days(week, day.into()),
                    kind,
                    events,
                    working,
                    capacity,
                })
                .collect(),
        }
    }
}

const WEEK: &str = "WEEK#";
const CORRECTIONS: &str = "CORRECTION#";

impl Record for LedgerWeek {
    fn key(&self, club: &ClubId) -> Key {
        Part::Ledger.key(club, format!("{WEEK}{}", self.week))
    }

    fn expires(&self) -> Option<Timestamp> {
        let end = plus_days(self.week, 7).and_time(chrono::NaiveTime::MIN).and_utc();
        Some(Timestamp::from(end).plus(RECORDS_KEPT))
    }
}

/// The managers' corrections of a person's debt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LedgerCorrections {
    /// The person.
    pub employee_id: EmployeeId,
    /// The corrections in order of week, at most one a week.
    pub corrections: Vec<RecordedCorrection>,
}

/// A correction, with who made it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedCorrection {
    /// The correction.
    #[serde(flatten)]
    pub correction: LedgerCorrection,
    /// Who made it, when and why.
    pub because: Because,
}

impl Record for LedgerCorrections {
    fn key(&self, club: &ClubId) -> Key {
        corrections_key(club, &self.employee_id)
    }
}

fn corrections_key(club: &ClubId, employee: &EmployeeId) -> Key {
    Part::Ledger.key(club, format!("{CORRECTIONS}{employee}"))
}

/// Why a correction was not recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// The person's corrections have changed since the caller saw them.
    #[error("the corrections have changed: they are at version {found}")]
    Stale {
        /// The current version.
        found: u64,
    },
    /// A request to the table failed.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// Maximum number of debts that one transaction writes, besides `plan_version`.
const DEBTS_AT_ONCE: usize = 90;

impl Club<'_> {
    /// The weeks of the ledger whose Sundays lie between these dates, both included, in order. A week that cannot be
    /// read is left out.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn ledger_weeks(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<Stored<LedgerWeek>>, TableError> {
        let slice = Slice::between(Part::Ledger.of(self.id), format!("{WEEK}{from}"), format!("{WEEK}{to}"));
        Ok(item::read_usable(self.query(slice).await?).0)
    }

    /// The corrections of everybody, in order of id. Corrections that cannot be read are left out.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn ledger_corrections(&self) -> Result<Vec<Stored<LedgerCorrections>>, TableError> {
        let slice = Slice::under(Part::Ledger.of(self.id), CORRECTIONS);
        Ok(item::read_usable(self.query(slice).await?).0)
    }

    /// Replaces the version of a week that was read, or creates it.
    ///
    /// # Errors
    /// [`TableError::Contended`] if the week has changed since; another [`TableError`] if the table cannot be written.
    pub async fn put_ledger_week(&self, read: Option<u64>, week: &LedgerWeek) -> Result<(), TableError> {
        let mut changes = Changes::new(self.id);
        changes.replace(read, week)?;
        if self.try_commit(changes).await? { Ok(()) } else { Err(TableError::Contended) }
    }

    /// Records a manager's correction of a week, and replaces an earlier one of that week; 0 Core withdraws it. The
    /// same transaction writes the audit entry and the person's debt, which `debt` computes from all corrections of the
    /// person.
    ///
    /// # Errors
    /// [`LedgerError::Stale`] if the corrections are not at the version `seen`, [`LedgerError::Table`] if the table
    /// cannot be read or written.
    pub async fn correct_debt(
        &self,
        correction: &LedgerCorrection,
        seen: Option<u64>,
        debt: impl Fn(&[LedgerCorrection]) -> Option<f64>,
        because: &Because,
    ) -> Result<Stored<LedgerCorrections>, LedgerError> {
        let employee_id = &correction.employee_id;
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = self.fetch::<LedgerCorrections>(&corrections_key(self.id, employee_id)).await?;
            let version = read.as_ref().map_or(0, |read| read.version);
            if seen.is_some_and(|seen| seen != version) {
                return Err(LedgerError::Stale { found: version });
            }
            let mut corrections = read.map(|read| read.body.corrections).unwrap_or_default();
            let before = corrections.iter().find(|kept| kept.correction.week == correction.week).cloned();
            corrections.retain(|kept| kept.correction.week != correction.week);
            if correction.core != 0.0 {
                corrections.push(RecordedCorrection { correction: correction.clone(), because: because.clone() });
            }
            corrections.sort_by_key(|kept| kept.correction.week);
            let all: Vec<LedgerCorrection> = corrections.iter().map(|kept| kept.correction.clone()).collect();
            let body = LedgerCorrections { employee_id: employee_id.clone(), corrections };
            let mut changes = Changes::new(self.id);
            changes.replace((version > 0).then_some(version), &body)?;
            let (from, to) = (before.map(|kept| kept.correction.core.to_string()), correction.core.to_string());
            let (subject, states) = (Subject::Debt(employee_id.clone()), (from.as_deref(), to.as_str()));
            changes.note(&Entry::new(subject, version + 1, states, because))?;
            let stored = self.get(&debt_key(self.id, employee_id)).await?;
            let owed = debt(&all).filter(|debt| *debt != 0.0);
            let owed = owed.map(|debt| Debt { employee_id: employee_id.clone(), debt });
            if is_other_debt(stored.as_ref(), owed.as_ref()) {
                set_debt(&mut changes, stored.as_ref(), owed.as_ref())?;
                changes.count_plan_change();
            }
            if self.try_commit(changes).await? {
                return Ok(Stored { version: version + 1, body });
            }
        }
    }

    /// Replaces the stored debts, which the next run reads, by these. Returns how many changed; nothing is written if
    /// none did. A debt that cannot be read is replaced or deleted. A proposal does not become outdated by this. Many
    /// debts need several transactions; if one fails, the earlier ones stay.
    ///
    /// # Errors
    /// [`TableError::Contended`] if a debt has changed since it was read; another [`TableError`] if the table cannot be
    /// read or written.
    pub async fn put_debts(&self, debts: &[Debt]) -> Result<usize, TableError> {
        let rows = self.query(Slice::under(Part::Club.of(self.id), Debt::PREFIX)).await?;
        let mut stored: BTreeMap<String, Attributes> =
            rows.into_iter().map(|row| (item::key_of(&row).sort, row)).collect();
        let mut differ: Vec<(Option<Attributes>, Option<&Debt>)> = Vec::new();
        for debt in debts {
            let row = stored.remove(&debt.key(self.id).sort);
            if is_other_debt(row.as_ref(), Some(debt)) {
                differ.push((row, Some(debt)));
            }
        }
        differ.extend(stored.into_values().map(|row| (Some(row), None)));
        for chunk in differ.chunks(DEBTS_AT_ONCE) {
            let mut changes = Changes::new(self.id);
            for (row, debt) in chunk {
                set_debt(&mut changes, row.as_ref(), *debt)?;
            }
            changes.count_followed_change();
            if !self.try_commit(changes).await? {
                return Err(TableError::Contended);
            }
        }
        Ok(differ.len())
    }
}

fn debt_key(club: &ClubId, employee: &EmployeeId) -> Key {
    Debt { employee_id: employee.clone(), debt: 0.0 }.key(club)
}

/// Whether a stored debt differs from this one. One that cannot be read always does.
fn is_other_debt(stored: Option<&Attributes>, debt: Option<&Debt>) -> bool {
    match (stored, debt) {
        (Some(stored), Some(debt)) => !item::read::<Debt>(stored.clone()).is_ok_and(|read| read.body == *debt),
        (None, None) => false,
        _ => true,
    }
}

fn set_debt(changes: &mut Changes<'_>, stored: Option<&Attributes>, debt: Option<&Debt>) -> Result<(), TableError> {
    match (stored, debt) {
        (Some(stored), debt) => changes.replace_item(stored, debt),
        (None, Some(debt)) => changes.create(debt),
        (None, None) => Ok(()),
    }
}
