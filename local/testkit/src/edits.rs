//! An edit of a line that is written into the table directly, without the desk.

use domain::outcome::Cause;
use store::audit::Because;
use store::edits::{EditEffect, LineEdit};
use store::key::LineKey;
use store::lines::{Edit, Line, LineError};
use store::{Club, Stored};

/// Edits a line as a person does: at the version `seen`, or at the current version if `seen` is `None`.
///
/// # Errors
/// The line is not changed.
pub async fn edit_line(
    club: Club<'_>,
    line: &LineKey,
    seen: Option<u64>,
    edit: &Edit,
    because: &Because,
) -> Result<Stored<Line>, LineError> {
    let decision_effect =
        if matches!(edit, Edit::Place { .. }) { EditEffect::WishMade } else { EditEffect::WishWithdrawn };
    loop {
        let version = match seen {
            Some(version) => version,
            None => club.line(line).await?.ok_or(LineError::NoLine)?.version,
        };
        let edit = LineEdit { key: line.clone(), version, edit: edit.clone(), decision_effect, cause: Cause::Choice };
        match club.edit_lines(&[edit], because).await {
            Err(LineError::Stale { .. }) if seen.is_none() => {}
            edited => return Ok(edited?.remove(0)),
        }
    }
}
