//! The club itself, its settings, and its place in the list of clubs.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::rollup::Thresholds;
use domain::snapshot::{self, ClubFacts};
use serde::{Deserialize, Serialize};

use crate::item::{self, Record, Single, single_key};
use crate::key::{CLUBS, ClubId, Key};
use crate::meter::Meter;
use crate::request::TableError;
use crate::table::Table;

impl Single for ClubFacts {
    const SORT: &'static str = "CLUB";
}

impl Table {
    /// The names of these clubs; clubs that are not set up or cannot be read are left out. It takes one request for
    /// every 100 clubs.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn club_names(&self, clubs: &[ClubId], meter: &Meter) -> Result<BTreeMap<ClubId, String>, TableError> {
        let Some(first) = clubs.first() else { return Ok(BTreeMap::new()) };
        let keys: Vec<Key> = clubs.iter().map(single_key::<ClubFacts>).collect();
        let mut found = self.club(first, meter).get_all(&keys).await?;
        let name = |club: &ClubId| {
            let stored = item::read::<ClubFacts>(found.remove(&single_key::<ClubFacts>(club))?).ok()?;
            Some((club.clone(), stored.body.name))
        };
        Ok(clubs.iter().filter_map(name).collect())
    }
}

/// A club in the list of clubs, as the hourly tick reads it. One query reads all clubs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClubListing {
    /// The club's id.
    pub id: ClubId,
    /// The club's time zone.
    pub time_zone: Tz,
    /// The local hour from which the nightly run is due, 0 to 23.
    pub run_hour: u32,
    /// The local date of the last nightly run that succeeded.
    pub last_automatic: Option<NaiveDate>,
    /// The local date of the last morning for which a message was sent or none was needed.
    #[serde(rename = "last_told", default)]
    pub last_morning_message: Option<NaiveDate>,
}

impl Record for ClubListing {
    fn key(&self, _club: &ClubId) -> Key {
        Key { partition: CLUBS.to_owned(), sort: self.id.to_string() }
    }
}

/// A club's settings: those that the solver reads, and those of Muster itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The `settings` of the snapshot.
    pub planning: snapshot::Settings,
    /// The local hour from which the nightly run is due, 0 to 23.
    pub run_hour: u32,
    /// The solver's time limit, in seconds.
    pub time_limit_s: u32,
    /// A gap in points at which the solver stops; `None` to solve to optimality.
    pub gap_points: Option<f64>,
    /// How long a run's lines are kept, in days.
    pub retention_days: u32,
    /// How long to wait after an unknown outcome before reading back from Crossmark, in seconds.
    pub settle_s: u32,
    /// The minimum time between sending a line and its start, in minutes.
    #[serde(default = "default_lead_minutes")]
    pub lead_minutes: u32,
    /// Number of past weeks over which Core events are shared fairly (S15).
    #[serde(default = "default_fairness_weeks")]
    pub fairness_weeks: u32,
    /// The minutes and days from which a person's week counts as high or too much.
    #[serde(default)]
    pub workload: Thresholds,
}

/// The default of `fairness_weeks`.
fn default_fairness_weeks() -> u32 {
    8
}

/// The default of `lead_minutes`: one hour.
fn default_lead_minutes() -> u32 {
    60
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            planning: snapshot::Settings::default(),
            run_hour: 2,
            time_limit_s: 45,
            gap_points: None,
            retention_days: 21,
            settle_s: 60,
            lead_minutes: default_lead_minutes(),
            fairness_weeks: default_fairness_weeks(),
            workload: Thresholds::default(),
        }
    }
}

/// A club with its settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClubSettings {
    /// The club itself: its name, time zone and number at Crossmark.
    pub club: ClubFacts,
    /// The club's settings.
    pub settings: Settings,
}

impl Single for Settings {
    const SORT: &'static str = "SETTINGS";
}
