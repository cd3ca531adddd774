//! The club itself, its settings, and its place in the list of clubs.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::people::ClockTime;
use crate::item::Record;
use crate::key::{CLUBS, ClubId, Key, Part};

/// A club.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClubInfo {
    /// Its number.
    pub id: ClubId,
    /// Its name, for people.
    pub name: String,
    /// The zone of all its dates.
    pub time_zone: Zone,
    /// Its number at Crossmark.
    #[serde(default)]
    pub location_id: Option<u64>,
}

impl Record for ClubInfo {
    fn key(&self, club: &ClubId) -> Key {
        info_key(club)
    }
}

/// Where the club itself stands.
pub(crate) fn info_key(club: &ClubId) -> Key {
    Part::Club.key(club, "CLUB")
}

/// What the hourly tick must know of a club; all of them are read with one query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClubListing {
    /// Its number.
    pub id: ClubId,
    /// Its zone.
    pub time_zone: Zone,
    /// The local hour from which the nightly run is due, 0 to 23.
    pub run_hour: u32,
    /// The local date of the last nightly run that ended well.
    pub last_automatic: Option<NaiveDate>,
    /// The local date of the last morning that people were told of, or that there was nothing to tell of.
    #[serde(default)]
    pub last_told: Option<NaiveDate>,
}

impl Record for ClubListing {
    fn key(&self, _club: &ClubId) -> Key {
        Key { partition: CLUBS.to_owned(), sort: self.id.to_string() }
    }
}

/// A club's settings: what the solver reads, and how the product runs for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// What the snapshot says under `settings`.
    pub planning: PlanningSettings,
    /// The local hour from which the nightly run is due, 0 to 23.
    pub run_hour: u32,
    /// The solver's time, in seconds.
    pub time_limit_s: u32,
    /// A gap in points that is good enough; none asks for proof.
    pub gap_points: Option<f64>,
    /// How long a run's lines are kept, in days.
    pub retention_days: u32,
    /// How long after an unknown outcome Crossmark is read back, in seconds.
    pub settle_s: u32,
    /// How long before its start a line may be sent at the latest, in minutes.
    #[serde(default = "usual_lead")]
    pub lead_minutes: u32,
}

/// An hour.
fn usual_lead() -> u32 {
    60
}

impl Default for Settings {
    fn default() -> Self {
        let planning = PlanningSettings::default();
        Settings {
            planning,
            run_hour: 2,
            time_limit_s: 45,
            gap_points: None,
            retention_days: 21,
            settle_s: 60,
            lead_minutes: usual_lead(),
        }
    }
}

impl Record for Settings {
    fn key(&self, club: &ClubId) -> Key {
        Part::Club.key(club, "SETTINGS")
    }
}

/// The settings of a snapshot; what is missing has the rulebook's default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanningSettings {
    /// Days from today to the first day that is planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buffer_days: Option<u32>,
    /// Days from today to the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub horizon_days: Option<u32>,
    /// Core events that a block serves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block_capacity: Option<u32>,
    /// Factors of the score's rows, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<BTreeMap<String, f64>>,
    /// What replaces the rulebook's list of types fixed to their start date.
    #[serde(default)]
    pub fixed_day_types: Option<Vec<String>>,
    /// What replaces the rulebook's list of programme codes.
    #[serde(default)]
    pub programme_codes: Option<Vec<String>>,
    /// The arrivals of the eight blocks, `HH:MM`, in place of the rulebook's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrivals: Option<Vec<ClockTime>>,
    /// Other starts, `HH:MM` by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<BTreeMap<String, ClockTime>>,
    /// When the club closes, `HH:MM`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing: Option<ClockTime>,
}

/// A time zone that exists, by its IANA name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(as = TimeZone, value_type = String, example = "America/Indiana/Indianapolis")]
pub struct Zone(pub chrono_tz::Tz);

impl TryFrom<String> for Zone {
    type Error = chrono_tz::ParseError;
    fn try_from(name: String) -> Result<Self, Self::Error> {
        name.parse().map(Zone)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> String {
        zone.0.name().to_owned()
    }
}
