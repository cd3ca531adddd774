//! What addresses name.

use serde::Deserialize;
use utoipa::IntoParams;

/// A run.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OneRun {
    /// The run's id.
    #[param(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    pub run_id: String,
}

/// A line.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OneLine {
    /// The line's id: its run's id, a dot and its event's number.
    #[param(pattern = r"^[A-Za-z0-9_-]{1,64}\.[0-9]{1,18}$")]
    pub id: String,
}
