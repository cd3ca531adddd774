//! People: employees, when they work, and how well they fit an event.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::event_type::EventType;
use domain::snapshot::{
    Allowance, AvailabilityOverride, Debt, Employee, EmployeeId, EventRef, TimeOff, WeeklyAvailability,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Document;
use crate::item::Record;
use crate::key::{ClubId, Key, Part};

impl Record for Employee {
    fn key(&self, club: &ClubId) -> Key {
        Part::Club.key(club, format!("{}{}", Self::PREFIX, self.id))
    }
}

impl Document for Employee {
    const PREFIX: &'static str = "EMP#";
}

impl Record for WeeklyAvailability {
    fn key(&self, club: &ClubId) -> Key {
        Part::Club.key(club, format!("{}{}", Self::PREFIX, self.employee_id))
    }
}

impl Document for WeeklyAvailability {
    const PREFIX: &'static str = "AVAIL#";
}

impl Record for AvailabilityOverride {
    /// Several overrides may cover the same days, so the key includes their content.
    fn key(&self, club: &ClubId) -> Key {
        let mut hash = Sha256::new();
        for (day, allowance) in &self.days {
            let said = match allowance {
                Allowance::Whole(works) => works.to_string(),
                Allowance::Within(hours) => format!("{} {}", hours.from, hours.to),
            };
            hash.update(format!("{} {said};", day.name()));
        }
        let said = URL_SAFE_NO_PAD.encode(&hash.finalize()[..6]);
        let (employee, start, end) = (&self.employee_id, self.start, self.end);
        Part::Club.key(club, format!("{}{employee}#{start}#{end}#{said}", Self::PREFIX))
    }
}

impl Document for AvailabilityOverride {
    const PREFIX: &'static str = "OVERRIDE#";
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

/// How well one person fits events, 0 to 1. There is one item for each person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Affinity {
    /// The person.
    pub employee_id: EmployeeId,
    /// By event.
    #[serde(default)]
    pub scores: Vec<(EventRef, f64)>,
    /// By type of event.
    #[serde(default)]
    pub by_type: Vec<(EventType, f64)>,
}

impl Record for Affinity {
    fn key(&self, club: &ClubId) -> Key {
        Part::Club.key(club, format!("{}{}", Self::PREFIX, self.employee_id))
    }
}

impl Document for Affinity {
    const PREFIX: &'static str = "AFFINITY#";
}

impl Record for Debt {
    fn key(&self, club: &ClubId) -> Key {
        Part::Club.key(club, format!("{}{}", Self::PREFIX, self.employee_id))
    }
}

impl Document for Debt {
    const PREFIX: &'static str = "DEBT#";
}
