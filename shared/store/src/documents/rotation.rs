//! Rotations and their exceptions (rulebook section 3).

use domain::snapshot::{RotationException, RotationRow};
use serde::{Deserialize, Serialize};

use super::Dated;
use crate::audit::Because;
use crate::item::Single;

document!(RotationRow, "ROT#", |row| format!("{}#{}", row.rotation.name(), row.day.name()));
document!(RotationException, "EXC#", |exception| format!("{}#{}", exception.date, exception.rotation.name()));

impl Dated for RotationException {}

/// Both rotations as they were last saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotations {
    /// Number of saves; 0 if they were imported with the club and never saved.
    pub version: u64,
    /// Who saved them, when and why.
    pub saved: Option<Because>,
    /// At most one row for each weekday and rotation.
    pub rows: Vec<RotationRow>,
}

/// The item that every save of the rotations replaces: its version is the number of saves. With it, the optimistic
/// concurrency check detects added rows too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RotationsSaved {
    pub because: Because,
}

impl RotationsSaved {
    /// Prefix of the sort keys of the rows and of this item.
    pub const PREFIX: &'static str = "ROT";
}

impl Single for RotationsSaved {
    const SORT: &'static str = "ROTATIONS";
}
