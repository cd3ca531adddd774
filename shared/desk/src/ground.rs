//! What a plan rests on: the club as the rules see it. It changes with `plan_version` and the day alone, and reading it is
//! most of what a plan costs, so a process keeps the last one that it read.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::club::Club as Rules;
use domain::snapshot::{EmployeeId, Snapshot};
use serde_json::Value;
use store::Club;
use store::documents::PlanVersion;
use store::key::ClubId;

use crate::error::DeskError;
use crate::view::Names;

/// A club at one `plan_version`, on one day.
#[derive(Debug)]
pub struct Ground {
    /// The club as the rules see it.
    pub rules: Rules,
    /// People's names.
    pub names: Names,
    /// The zone of all times.
    pub time_zone: Tz,
    /// The `plan_version` that this is true of.
    pub plan_version: PlanVersion,
    /// The people that Crossmark knows by number.
    pub(crate) reps: BTreeSet<EmployeeId>,
    /// Whether Crossmark knows the club by number.
    pub(crate) has_location: bool,
}

/// Of which ground is spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub club: ClubId,
    pub time_zone: Tz,
    pub today: NaiveDate,
    pub plan_version: PlanVersion,
    /// What was planned without a buffer is judged without one.
    pub emergency: bool,
}

/// The ground that a process read last.
#[derive(Debug, Default)]
pub struct Grounds(Mutex<Option<(Wanted, Arc<Ground>)>>);

impl Grounds {
    /// The ground as it stands: the one that is kept where it is that, else read anew.
    pub(crate) async fn get(&self, club: Club<'_>, wanted: Wanted) -> Result<Arc<Ground>, DeskError> {
        if let Some((of, ground)) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner)
            && *of == wanted
        {
            return Ok(Arc::clone(ground));
        }
        let loaded = club.load_snapshot(wanted.today).await?;
        let mut document = loaded.document;
        if wanted.emergency {
            document["settings"]["buffer_days"] = Value::from(0);
        }
        let ground = Arc::new(Ground::of(&document, loaded.plan_version, wanted.time_zone)?);
        // The plan may have moved on since its version was asked for.
        let of = Wanted { plan_version: loaded.plan_version, ..wanted };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((of, Arc::clone(&ground)));
        Ok(ground)
    }
}

impl Ground {
    fn of(document: &Value, plan_version: PlanVersion, time_zone: Tz) -> Result<Ground, DeskError> {
        let damaged = |reason: String| DeskError::Damaged { reason };
        let bytes = serde_json::to_vec(document).map_err(|e| damaged(e.to_string()))?;
        let snapshot = Snapshot::parse(&bytes).map_err(|e| damaged(e.to_string()))?;
        let names = snapshot.employees.iter().map(|e| (e.id.clone(), e.name.clone())).collect();
        let employees = document["employees"].as_array().map_or(&[][..], Vec::as_slice);
        let known = employees.iter().filter(|e| e["rep_id"].is_u64()).filter_map(|e| e["id"].as_str());
        Ok(Ground {
            reps: known.map(|id| EmployeeId(id.to_owned())).collect(),
            has_location: document["club"]["location_id"].is_u64(),
            rules: Rules::new(snapshot),
            names,
            time_zone,
            plan_version,
        })
    }
}
