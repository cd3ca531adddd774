//! The facts that a draft can save: checks and previews days off and rotation exceptions, and saves days off.

use domain::calendar::date_in_words;
use domain::snapshot::{EmployeeId, RotationException, TimeOff};
use store::Stored;
use store::audit::Because;
use store::documents::ClubDocuments;
use store::drafts::{EffectKind, EffectLine, NamedEvent, NamedPlace};
use store::facts::KeptFact;

use super::preview::invalid;
use super::words::{sentence, title};
use super::{ActPreview, DraftError};
use crate::error::DeskError;
use crate::facts::{self, NotSaved, SaveMode};
use crate::plan::Desk;

/// Maximum number of affected schedules that an effect lists; a note has the number of the others.
const MAX_AFFECTED: usize = 60;

/// Checks days off, and saves them unless it is a dry run.
///
/// # Errors
/// There is nobody with that id, or a request to the table failed.
pub async fn save_time_off(
    desk: Desk<'_>,
    off: &TimeOff,
    mode: SaveMode,
    because: &Because,
) -> Result<facts::SaveResult, DraftError> {
    let check = |documents: &ClubDocuments, _, _: Option<&TimeOff>| {
        name_of_employee(documents, &off.employee_id)?;
        Ok::<_, DraftError>(Some(off.clone()))
    };
    facts::save(desk, mode, None, &off.id(), because, check).await.map_err(|refused| match refused {
        NotSaved::Stale { .. } => store::TableError::Contended.into(),
        NotSaved::Other(error) => error,
    })
}

/// The name of an employee.
///
/// # Errors
/// There is nobody with that id.
fn name_of_employee(documents: &ClubDocuments, id: &EmployeeId) -> Result<String, DraftError> {
    documents.names().remove(id).ok_or(DeskError::UnknownEmployee { id: id.0.clone() }.into())
}

/// The effect of days off.
///
/// # Errors
/// There is nobody with that id, they are off on these days already, or a request to the table failed.
pub async fn effect_of_time_off(desk: Desk<'_>, off: &TimeOff, because: &Because) -> Result<ActPreview, DraftError> {
    let documents = desk.club.club_documents().await?;
    let name = name_of_employee(&documents, &off.employee_id)?;
    let dry_run = save_time_off(desk, off, SaveMode::DryRun, because).await?;
    if dry_run.is_unchanged {
        return Err(invalid(format!("{name} is off on these days already")));
    }
    let days = match off.start == off.end {
        true => date_in_words(off.start),
        false => format!("{} to {}", date_in_words(off.start), date_in_words(off.end)),
    };
    let mut lines = vec![sentence(EffectKind::Saved, format!("{name} is off: {days}"))];
    let affected = dry_run.effect.lines.iter().take(MAX_AFFECTED).map(|schedule| {
        let event = NamedEvent {
            event_ref: schedule.event_ref_num,
            name: schedule.project_name.trim().to_owned(),
            event_type: schedule.event_type.to_owned(),
        };
        let text = format!("{}: {}", title(&event), schedule.reason);
        let start = domain::calendar::read_moment(&schedule.schedule_datetime);
        let place = start.map(|start| NamedPlace {
            employee_id: schedule.employee_id.clone(),
            employee_name: schedule.employee_name.clone(),
            start,
            block: None,
        });
        let (before, after, line) = (place.clone(), place, schedule.line_id.clone());
        EffectLine { what: EffectKind::Affected, event: Some(event), line, before, after, text }
    });
    lines.extend(affected);
    let mut previewed = ActPreview::of(lines, documents.plan_version.version);
    if !dry_run.effect.words.is_empty() {
        let them = if dry_run.effect.posted + dry_run.effect.proposed == 1 { "it" } else { "them" };
        let words = format!("{}; nothing moves {them}: call out, or move {them} by hand", dry_run.effect.words);
        previewed.effect.notes.push(words);
    }
    match (dry_run.effect.posted + dry_run.effect.proposed).saturating_sub(MAX_AFFECTED) {
        0 => {}
        1 => previewed.effect.notes.push("1 more affected schedule is not listed".to_owned()),
        more => previewed.effect.notes.push(format!("{more} more affected schedules are not listed")),
    }
    Ok(previewed)
}

/// The effect of a rotation exception.
///
/// # Errors
/// There is nobody with that id, they may not hold the rotation or hold it already, or a request to the table failed.
pub async fn effect_of_exception(desk: Desk<'_>, exception: &RotationException) -> Result<ActPreview, DraftError> {
    let documents = desk.club.club_documents().await?;
    let name = check_holder(&documents, exception)?;
    let is_same =
        |e: &&Stored<RotationException>| (e.body.date, e.body.rotation) == (exception.date, exception.rotation);
    let found = documents.exceptions.iter().find(is_same);
    if found.is_some_and(|found| found.body.employee_id == exception.employee_id) {
        return Err(invalid(format!("{name} holds that rotation on that day already")));
    }
    let names = documents.names();
    let day = domain::calendar::Day::of(exception.date);
    let row = documents.rotations.iter().find(|row| (row.body.day, row.body.rotation) == (day, exception.rotation));
    let before = found.map(|found| &found.body.employee_id).or(row.map(|row| &row.body.employee_id));
    let before = before.map(|id| names.get(id).cloned().unwrap_or_else(|| id.0.clone()));
    let instead = before.map_or_else(String::new, |before| format!(", instead of {before}"));
    let rotation = match exception.rotation {
        domain::snapshot::Rotation::Juicer => "the Juicer rotation",
        domain::snapshot::Rotation::PrimaryLead => "the Primary Lead rotation",
    };
    let text = format!("{name} holds {rotation} on {}{instead}", date_in_words(exception.date));
    Ok(ActPreview::of(vec![sentence(EffectKind::Saved, text)], documents.plan_version.version))
}

/// The name of the person who would hold a rotation.
///
/// # Errors
/// There is nobody with that id, or the person may not hold the rotation.
pub fn check_holder(documents: &ClubDocuments, exception: &RotationException) -> Result<String, DraftError> {
    let name = name_of_employee(documents, &exception.employee_id)?;
    let found = documents.employees.iter().find(|employee| employee.body.id == exception.employee_id);
    let may_hold = found.is_some_and(|e| exception.rotation.may_hold(e.body.job_title, e.body.juicer_trained));
    if may_hold { Ok(name) } else { Err(invalid(format!("{name} may not hold {}", exception.rotation.name()))) }
}
