//! People: employees, when they work, and how well they fit an event.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::event_type::EventType;
use domain::snapshot::{
    Allowance, AvailabilityOverride, Debt, Employee, EmployeeId, EventRef, TimeOff, WeeklyAvailability,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

document!(Employee, "EMP#", |person| person.id);
document!(WeeklyAvailability, "AVAIL#", |weekly| weekly.employee_id);
document!(AvailabilityOverride, "OVERRIDE#", |change| override_sort(change));
document!(TimeOff, "OFF#", |off| format!("{}#{}#{}", off.employee_id, off.start, off.end));
document!(Affinity, "AFFINITY#", |affinity| affinity.employee_id);
document!(Debt, "DEBT#", |debt| debt.employee_id);

/// The sort key of an override without its prefix. Several overrides of a person may cover the same days, so the key
/// has a digest of the content.
fn override_sort(change: &AvailabilityOverride) -> String {
    let mut hash = Sha256::new();
    for (day, allowance) in &change.days {
        let hours = match allowance {
            Allowance::Whole(works) => works.to_string(),
            Allowance::Within(hours) => format!("{} {}", hours.from, hours.to),
        };
        hash.update(format!("{} {hours};", day.name()));
    }
    let digest = URL_SAFE_NO_PAD.encode(&hash.finalize()[..6]);
    format!("{}#{}#{}#{digest}", change.employee_id, change.start, change.end)
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
