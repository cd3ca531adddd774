//! The documents and pointers of a club's own partition that pages show, read with one request.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::person_names::names_by_id;
use domain::snapshot::{
    AvailabilityOverride, ClubFacts, Employee, EmployeeId, RotationException, RotationRow, Snapshot, TimeOff,
    UsableSnapshot, WeeklyAvailability,
};
use serde::de::DeserializeOwned;

use super::{ClubSettings, Document, Holiday, LockedDay, PlanVersion, Settings, YearlyHoliday};
use crate::approvals::{UNFINISHED, UnfinishedApproval};
use crate::changes::PLAN;
use crate::drift::Drift;
use crate::item::{self, Attributes, Single, Stored, key_of};
use crate::key::Part;
use crate::lease::Lease;
use crate::proposals::CurrentProposal;
use crate::reports::RefreshReport;
use crate::request::{LAST, Slice, TableError};
use crate::snapshot::holidays_around;
use crate::stamp::Timestamp;
use crate::submission::Pause;
use crate::table::Club;
use crate::upstream::LastRefresh;

/// A club's documents and pointers, as one query read them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClubDocuments {
    /// The club itself; `None` if it was never loaded.
    pub club: Option<ClubFacts>,
    /// The club's settings, or the defaults.
    pub settings: Settings,
    /// The version of the settings; 0 if none were written.
    pub settings_version: u64,
    /// The people.
    pub employees: Vec<Stored<Employee>>,
    /// The people's weekly availability.
    pub weekly: Vec<Stored<WeeklyAvailability>>,
    /// Temporary changes of the weekly availability.
    pub overrides: Vec<Stored<AvailabilityOverride>>,
    /// Days off.
    pub time_off: Vec<Stored<TimeOff>>,
    /// Company holidays.
    pub holidays: Vec<Stored<Holiday>>,
    /// Company holidays of every year.
    pub yearly_holidays: Vec<Stored<YearlyHoliday>>,
    /// Locked days.
    pub locked_days: Vec<Stored<LockedDay>>,
    /// The rotations of each weekday.
    pub rotations: Vec<Stored<RotationRow>>,
    /// The rotation exceptions of single dates.
    pub exceptions: Vec<Stored<RotationException>>,
    /// The counters that each change of a run's input increments.
    pub plan_version: PlanVersion,
    /// The current proposal.
    pub proposal: Option<CurrentProposal>,
    /// The run lease.
    pub lease: Option<Lease>,
    /// The pause of submissions; its end is in the past if they are not paused.
    pub pause: Option<Pause>,
    /// The unfinished approvals, oldest first.
    pub unfinished: Vec<UnfinishedApproval>,
    /// When the club's events were last refreshed from Crossmark, if ever.
    pub refreshed_at: Option<Timestamp>,
    /// The events about which Crossmark and Muster differ, in order of ref.
    pub drifts: Vec<Drift>,
    /// The report of the last refresh, if there is one.
    pub report: Option<Stored<RefreshReport>>,
}

/// Sorts after affinity and before all other items of the club's partition.
const AFTER_AFFINITY: &str = "AFFINITY$";

impl Club<'_> {
    /// Reads the club's documents and pointers: one request for a club of ordinary size.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn club_documents(&self) -> Result<ClubDocuments, TableError> {
        let all = Slice::between(Part::Club.of(self.id), AFTER_AFFINITY.to_owned(), LAST.to_owned());
        let mut club_documents = ClubDocuments::default();
        for item in self.query(all).await? {
            club_documents.add_item(item)?;
        }
        Ok(club_documents)
    }
}

/// The club was never loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the club has not been loaded")]
pub struct NotLoaded;

impl ClubDocuments {
    /// The club's time zone.
    ///
    /// # Errors
    /// The club was never loaded.
    pub fn zone(&self) -> Result<Tz, NotLoaded> {
        self.club.as_ref().map(|club| club.time_zone).ok_or(NotLoaded)
    }

    /// The club with its settings, at the version of the settings.
    ///
    /// # Errors
    /// The club was never loaded.
    pub fn club_settings(&self) -> Result<Stored<ClubSettings>, NotLoaded> {
        let club = self.club.clone().ok_or(NotLoaded)?;
        Ok(Stored { version: self.settings_version, body: ClubSettings { club, settings: self.settings.clone() } })
    }

    /// People's names by id, each of one person.
    pub fn names(&self) -> BTreeMap<EmployeeId, String> {
        names_by_id(self.employees.iter().map(|e| &e.body))
    }

    /// The people and the calendar of a club's snapshot as of this date, without events and posted schedules. `None` if
    /// the club was never loaded.
    pub fn people_on(&self, today: NaiveDate) -> Option<UsableSnapshot> {
        let yearly = bodies(&self.yearly_holidays);
        let snapshot = Snapshot {
            employees: bodies(&self.employees),
            weekly_availability: bodies(&self.weekly),
            availability_overrides: bodies(&self.overrides),
            time_off: bodies(&self.time_off),
            holidays: holidays_around(today, &bodies(&self.holidays), &yearly),
            locked_days: self.locked_days.iter().map(|l| l.body.date).collect(),
            rotations: bodies(&self.rotations),
            exceptions: bodies(&self.exceptions),
            ..Snapshot::empty(self.club.clone()?, today, self.settings.planning.clone())
        };
        Some(snapshot.without_unusable_rows(&BTreeSet::new()))
    }

    fn add_item(&mut self, item: Attributes) -> Result<(), TableError> {
        let sort = key_of(&item).sort;
        let prefix = sort.find('#').map_or(sort.as_str(), |at| &sort[..=at]);
        match prefix {
            ClubFacts::SORT => self.club = Some(item::read(item)?.body),
            Settings::SORT => {
                let Stored { version, body } = item::read(item)?;
                (self.settings, self.settings_version) = (body, version);
            }
            PLAN => self.plan_version = PlanVersion::of(&item),
            CurrentProposal::SORT => self.proposal = Some(item::read(item)?.body),
            Lease::SORT => self.lease = Some(item::read(item)?.body),
            LastRefresh::SORT => self.refreshed_at = Some(item::read::<LastRefresh>(item)?.body.at),
            Drift::PREFIX => self.drifts.push(item::read(item)?.body),
            RefreshReport::SORT => self.report = Some(item::read(item)?),
            Pause::SORT => self.pause = Some(item::read(item)?.body),
            UNFINISHED => self.unfinished.push(item::read(item)?.body),
            Employee::PREFIX => push_readable(&mut self.employees, item),
            WeeklyAvailability::PREFIX => push_readable(&mut self.weekly, item),
            AvailabilityOverride::PREFIX => push_readable(&mut self.overrides, item),
            TimeOff::PREFIX => push_readable(&mut self.time_off, item),
            Holiday::PREFIX => push_readable(&mut self.holidays, item),
            YearlyHoliday::PREFIX => push_readable(&mut self.yearly_holidays, item),
            LockedDay::PREFIX => push_readable(&mut self.locked_days, item),
            RotationRow::PREFIX => push_readable(&mut self.rotations, item),
            RotationException::PREFIX => push_readable(&mut self.exceptions, item),
            // Other items, such as those of an import or an open run, are skipped.
            _ => {}
        }
        Ok(())
    }
}

fn bodies<T: Clone>(rows: &[Stored<T>]) -> Vec<T> {
    rows.iter().map(|row| row.body.clone()).collect()
}

/// Adds an item to the rows. One that cannot be read is left out, so that it does not stop the club.
fn push_readable<T: DeserializeOwned>(rows: &mut Vec<Stored<T>>, item: Attributes) {
    rows.extend(item::read(item).ok());
}
