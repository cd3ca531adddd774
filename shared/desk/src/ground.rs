//! What a plan rests on: the club as the rules see it. It changes with `plan_version` and the day alone, and not by what
//! people decide about lines: wishes and refusals weigh in the next run, not against the person who has them.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::club::Club as Rules;
use domain::snapshot::{EmployeeId, Snapshot, Usable};
use serde_json::Value;

use crate::error::DeskError;
use crate::view::Names;

/// A club as it stands on one day.
#[derive(Debug)]
pub struct Ground {
    /// The club as the rules see it.
    pub rules: Rules,
    /// People's names.
    pub names: Names,
    /// The zone of all times.
    pub time_zone: Tz,
    /// The people that Crossmark knows by number.
    pub(crate) reps: BTreeSet<EmployeeId>,
    /// Whether Crossmark knows the club by number.
    pub(crate) has_location: bool,
}

/// Of which ground of a club is spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub time_zone: Tz,
    pub today: NaiveDate,
    /// How often the club has changed by anything but decisions.
    pub facts: u64,
    /// What was planned without a buffer is judged without one.
    pub emergency: bool,
}

impl Ground {
    pub(crate) fn of(document: &Value, time_zone: Tz) -> Result<Ground, DeskError> {
        let damaged = |reason: String| DeskError::Damaged { reason };
        let bytes = serde_json::to_vec(document).map_err(|e| damaged(e.to_string()))?;
        let Usable { snapshot, left_out } = Snapshot::parse_usable(&bytes).map_err(|e| damaged(e.to_string()))?;
        if !left_out.is_empty() {
            let paths: Vec<&str> = left_out.iter().map(|left| left.fault.path.as_str()).collect();
            tracing::warn!(
                club.id = snapshot.club_id,
                rows = paths.join(", "),
                "{} rows of club {} cannot be used and are left out",
                left_out.len(),
                snapshot.club_id
            );
        }
        let names = snapshot.employees.iter().map(|e| (e.id.clone(), e.name.clone())).collect();
        let employees = document["employees"].as_array().map_or(&[][..], Vec::as_slice);
        let known = employees.iter().filter(|e| e["rep_id"].is_u64()).filter_map(|e| e["id"].as_str());
        Ok(Ground {
            reps: known.map(|id| EmployeeId(id.to_owned())).collect(),
            has_location: document["club"]["location_id"].is_u64(),
            rules: Rules::new(snapshot),
            names,
            time_zone,
        })
    }
}
