//! The ids of lines and runs in the paths and bodies of requests.

use domain::json::quoted;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Maximum length of a line's id, in characters: its run's id, a dot and its event's number.
const LONGEST_LINE_ID: usize = 83;

/// The id of a line: 1 to 83 characters, none of them a control character. Whether there is such a line is checked
/// later.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, min_length = 1, max_length = 83)]
pub struct LineId(String);

impl TryFrom<String> for LineId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let is_length_allowed = (1..=LONGEST_LINE_ID).contains(&text.chars().count());
        if is_length_allowed && !text.chars().any(char::is_control) {
            return Ok(LineId(text));
        }
        Err(format!(
            "{} is not a line's id: expected 1 to {LONGEST_LINE_ID} characters and no control characters",
            quoted(&text)
        ))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_id_has_one_to_83_characters_and_no_control_characters() {
        for (text, is_id) in [
            ("run-1.101".to_owned(), true),
            ("x".to_owned(), true),
            ("x".repeat(83), true),
            ("é".repeat(83), true),
            (String::new(), false),
            ("x".repeat(84), false),
            ("é".repeat(84), false),
            ("run-1\n.101".to_owned(), false),
            ("run-1\t.101".to_owned(), false),
            ("run-1\u{0}.101".to_owned(), false),
        ] {
            assert_eq!(LineId::try_from(text.clone()).is_ok(), is_id, "{text:?}");
        }
    }
}
