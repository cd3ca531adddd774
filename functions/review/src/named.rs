//! The ids in paths and bodies.

use domain::bounds::is_printable;
use domain::json::quoted;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Maximum length of a line's id: its run's id, a dot and its event's number.
const LONGEST_LINE_ID: usize = 83;

/// The id of a line. Only its length and characters are checked here; whether there is such a line is checked later.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, max_length = 83)]
pub struct LineId(String);

impl TryFrom<String> for LineId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.len() <= LONGEST_LINE_ID && is_printable(&text) {
            return Ok(LineId(text));
        }
        Err(format!("{} is no line: expected at most {LONGEST_LINE_ID} plain characters", quoted(&text)))
    }
}

impl LineId {
    /// The id as text.
    pub fn into_text(self) -> String {
        self.0
    }
}

/// The run that a path names.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OneRun {
    /// The run's id.
    #[param(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    pub run_id: String,
}

/// The line that a path names.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OneLine {
    /// The line's id: its run's id, a dot and its event's number.
    #[param(pattern = r"^[A-Za-z0-9_-]{1,64}\.[0-9]{1,18}$")]
    pub id: String,
}
