//! People: employees, when they work, and how well they fit an event.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use domain::calendar::{clock, read_end_minute, read_minute};
use domain::event_type::JobTitle;
use domain::snapshot::{EmployeeId, EventRef};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::{Day, Document, named_schema};
use crate::events::EventTypeName;
use crate::item::Record;
use crate::key::{ClubId, Key, Part};

fn yes() -> bool {
    true
}

/// A job title by the rulebook's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JobTitleName(pub JobTitle);

named_schema!(JobTitleName, "JobTitle", JobTitle::ALL.map(JobTitle::name));

impl TryFrom<String> for JobTitleName {
    type Error = &'static str;
    fn try_from(name: String) -> Result<Self, Self::Error> {
        JobTitle::named(&name).map(JobTitleName).ok_or("no job title of the rulebook")
    }
}

impl From<JobTitleName> for String {
    fn from(name: JobTitleName) -> String {
        name.0.name().to_owned()
    }
}

/// A person of the club.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Employee {
    /// Our id.
    pub id: EmployeeId,
    /// The person's name; for people, never for logs.
    pub name: String,
    /// What they are employed as.
    pub job_title: JobTitleName,
    /// Whether they may work juicer events whatever their title.
    #[serde(default)]
    pub juicer_trained: bool,
    /// Whether they work here at all.
    #[serde(default = "yes")]
    pub active: bool,
    /// The first day on which they no longer do.
    #[serde(default)]
    pub termination_date: Option<NaiveDate>,
    /// Their number at Crossmark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rep_id: Option<u64>,
}

impl Record for Employee {
    fn key(&self, club: &ClubId) -> Key {
        Part::Club.key(club, format!("{}{}", Self::PREFIX, self.id))
    }
}

impl Document for Employee {
    const PREFIX: &'static str = "EMP#";
}

/// A time of day, in minutes since midnight; `HH:MM` in documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[0-9]{2}:[0-9]{2}$")]
pub struct ClockTime(pub u32);

impl TryFrom<String> for ClockTime {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        read_minute(&text).map(ClockTime).ok_or("no time like \"08:00\"")
    }
}

impl From<ClockTime> for String {
    fn from(time: ClockTime) -> String {
        clock(time.0)
    }
}

/// What availability says of a weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Allowance {
    /// The whole day, or not at all.
    Whole(bool),
    /// Within these hours.
    Within {
        /// From.
        from: ClockTime,
        /// To.
        #[serde(deserialize_with = "read_end")]
        to: ClockTime,
    },
}

/// The end of hours, which may be that of the day, `24:00`.
fn read_end<'de, D: Deserializer<'de>>(from: D) -> Result<ClockTime, D::Error> {
    let text = String::deserialize(from)?;
    read_end_minute(&text).map(ClockTime).ok_or_else(|| D::Error::custom("no time like \"14:00\""))
}

/// Availability by weekday; what it leaves out it does not speak of.
pub type Week = BTreeMap<Day, Allowance>;

/// A person's usual week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weekly {
    /// Whose.
    pub employee_id: EmployeeId,
    /// What it says.
    pub days: Week,
}

impl Record for Weekly {
    fn key(&self, club: &ClubId) -> Key {
        Part::Club.key(club, format!("{}{}", Self::PREFIX, self.employee_id))
    }
}

impl Document for Weekly {
    const PREFIX: &'static str = "AVAIL#";
}

/// Another week for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Whose.
    pub employee_id: EmployeeId,
    /// First day.
    pub start: NaiveDate,
    /// Last day.
    pub end: NaiveDate,
    /// What it says.
    pub days: Week,
}

impl Record for Override {
    /// Several may cover the same days, so the key tells them apart by what they say.
    fn key(&self, club: &ClubId) -> Key {
        let mut hash = Sha256::new();
        for (day, allowance) in &self.days {
            hash.update(format!("{} {allowance:?};", day.name()));
        }
        let said = URL_SAFE_NO_PAD.encode(&hash.finalize()[..6]);
        let (employee, start, end) = (&self.employee_id, self.start, self.end);
        Part::Club.key(club, format!("{}{employee}#{start}#{end}#{said}", Self::PREFIX))
    }
}

impl Document for Override {
    const PREFIX: &'static str = "OVERRIDE#";
}

/// Days off, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeOff {
    /// Whose.
    pub employee_id: EmployeeId,
    /// First day.
    pub start: NaiveDate,
    /// Last day.
    pub end: NaiveDate,
}

impl Record for TimeOff {
    fn key(&self, club: &ClubId) -> Key {
        let (employee, start, end) = (&self.employee_id, self.start, self.end);
        Part::Club.key(club, format!("{}{employee}#{start}#{end}", Self::PREFIX))
    }
}

impl Document for TimeOff {
    const PREFIX: &'static str = "OFF#";
}

/// How well one person fits events, 0 to 1; one item a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Affinity {
    /// Whose.
    pub employee_id: EmployeeId,
    /// By event.
    #[serde(default)]
    pub scores: Vec<(EventRef, f64)>,
    /// By type of event.
    #[serde(default)]
    pub by_type: Vec<(EventTypeName, f64)>,
}

impl Record for Affinity {
    fn key(&self, club: &ClubId) -> Key {
        Part::Club.key(club, format!("{}{}", Self::PREFIX, self.employee_id))
    }
}

impl Document for Affinity {
    const PREFIX: &'static str = "AFFINITY#";
}

/// How many Core the club owes a person from earlier weeks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Debt {
    /// Whose.
    pub employee_id: EmployeeId,
    /// -3 to 3; above 0 they had too few.
    pub debt: f64,
}

impl Record for Debt {
    fn key(&self, club: &ClubId) -> Key {
        Part::Club.key(club, format!("{}{}", Self::PREFIX, self.employee_id))
    }
}

impl Document for Debt {
    const PREFIX: &'static str = "DEBT#";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_may_end_with_the_day_and_not_begin_there() {
        for (text, expected) in [
            (r#"{"from":"08:00","to":"24:00"}"#, Some((480, 1440))),
            (r#"{"from":"00:00","to":"23:59"}"#, Some((0, 1439))),
            (r#"{"from":"24:00","to":"24:00"}"#, None),
            (r#"{"from":"08:00","to":"24:01"}"#, None),
        ] {
            let read = serde_json::from_str(text).ok().map(|allowance| match allowance {
                Allowance::Within { from, to } => (from.0, to.0),
                Allowance::Whole(_) => panic!("no hours"),
            });
            assert_eq!(read, expected, "{text}");
            if expected.is_some() {
                let allowance: Allowance = serde_json::from_str(text).unwrap();
                assert_eq!(serde_json::to_string(&allowance).unwrap(), text);
            }
        }
    }
}
