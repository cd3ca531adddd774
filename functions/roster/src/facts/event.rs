//! Corrections of events: values that people set in place of Crossmark's.

use api::{ApiError, Body, Code, IfMatch, RequestDate, RouteError, Segment, words};
use axum::Json;
use desk::facts::Placements;
use domain::event_type::EventType;
use domain::snapshot::EventRef;
use domain::snapshot::rows::{LONGEST_MINUTES, LONGEST_NAME};
use serde::Deserialize;
use serde_json::json;
use store::events::{Correction, EnteredValues};
use store::facts::{EventCorrection, FactId, FactKind};
use store::stamp::Timestamp;
use utoipa::{IntoParams, ToSchema};

use super::{ChangeRequest, ChangeTerms, DryRun, FactSavedView};

api::errors! {
    /// Why an event is not corrected.
    CorrectErrors: DateOutOfBounds, EventNotFound, InvalidFact, InvalidText, InvalidVersion, NotAllowedNow, StaleVersion;
}

/// The event in the path of a request.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct EventPath {
    event_ref: EventRef,
}

/// All corrections of an event. Unless the description of a member says otherwise, Crossmark's value applies to a member
/// that is left out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventCorrectionRequest {
    /// The event type; `null` for the uncorrected type: the one that came with the event, otherwise the one that
    /// follows from its name and length.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    event_type: Option<EventType>,
    /// The length in minutes; `null` for Crossmark's.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 10080)]
    estimated_minutes: Option<u32>,
    /// Whether runs may place the event. If it is left out, it stays as it is.
    #[serde(default)]
    auto: Option<bool>,
    /// The name, for an event that is set aside. If it is left out, it stays as it is. Crossmark's name takes
    /// precedence if it has one.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 1000)]
    project_name: Option<String>,
    /// The first day of the window, for an event that is set aside. The rules of `project_name` apply.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    start_date: Option<RequestDate>,
    /// The day before which the event must be worked, for an event that is set aside. The rules of `project_name`
    /// apply.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    due_date: Option<RequestDate>,
    /// The version that the request replaces. Without it, the last writer wins.
    #[serde(default)]
    version: Option<u64>,
    #[serde(default)]
    #[schema(max_length = 500)]
    why: Option<String>,
}

/// Corrects an event's type, length or use in runs. The correction stays when Crossmark is read again.
///
/// If an event is set aside because its row at Crossmark has no usable name or window, the request can supply them. An
/// event that was never known needs the name and both days.
#[utoipa::path(
    put,
    path = "/api/events/{event_ref}",
    operation_id = "correctEvent",
    tag = "facts",
    params(DryRun, IfMatch, EventPath),
    request_body = EventCorrectionRequest,
    responses((status = 200, body = FactSavedView), RouteError<CorrectErrors>),
)]
pub async fn correct(
    change: ChangeRequest,
    Segment(EventPath { event_ref }): Segment<EventPath>,
    Body(request): Body<EventCorrectionRequest>,
) -> Result<Json<FactSavedView>, RouteError<CorrectErrors>> {
    let now = change.club_caller.now;
    let entered = entered_values(&request, now)?;
    let EventCorrectionRequest { event_type, estimated_minutes, auto, version, why, .. } = request;
    if let Some(minutes) = estimated_minutes
        && !(1..=LONGEST_MINUTES).contains(&minutes)
    {
        let message = format!("$.estimated_minutes is {minutes}: expected 1 to {LONGEST_MINUTES}");
        return Err(ApiError::new(Code::InvalidFact, message).into());
    }
    let ChangeTerms { version, because } = change.terms(version, why.as_deref(), "event corrected")?;
    let club = change.club();
    let (placements, found) = Placements::read_of_event::<ApiError>(club, event_ref, now).await?;
    if !entered.is_none() {
        let has_entered_values = found.as_ref().is_some_and(|found| !found.event.body.correction.entered.is_none());
        let report = club.refresh_report().await?;
        let is_set_aside = report.is_some_and(|report| report.body.fault_of_event(event_ref).is_some());
        if !is_set_aside && !has_entered_values {
            let message =
                "Crossmark gives the event's name and window: they can be entered only for an event that is set aside";
            return Err(ApiError::new(Code::InvalidFact, message).into());
        }
    }
    let Some(known) = found else {
        if entered.is_none() {
            return Err(ApiError::new(Code::EventNotFound, format!("there is no event {event_ref}")).into());
        }
        if version.is_some_and(|version| version != 0) {
            return Err(ApiError::stale(0).into());
        }
        let missing = missing_members(&entered);
        if !missing.is_empty() {
            let message = format!("the event was never known: {} must be given too", missing.join(", "));
            return Err(ApiError::new(Code::InvalidFact, message).with(json!({"missing": missing})).into());
        }
        let correction = Correction { kind: event_type, minutes: estimated_minutes, original: None, entered };
        let after = EventCorrection { event_ref, correction, auto: auto.unwrap_or(true) };
        let id = FactId { kind: FactKind::Event, id: event_ref.to_string() };
        let effect = placements.effect_of_event(&Correction::default(), &after)?;
        if change.dry {
            return Ok(Json(FactSavedView::new(&id, 0, false, effect)));
        }
        let saved = club.mend_unknown_event(&after, &because).await?;
        return Ok(Json(FactSavedView::new(&saved.id, saved.version, true, effect)));
    };
    let found = &known.event;
    if version.is_some_and(|version| version != found.version) {
        return Err(ApiError::stale(found.version).into());
    }
    if found.body.claim.as_ref().is_some_and(|claim| claim.status.is_in_flight()) {
        let message = "the event is on its way to Crossmark: correct it after its line has ended, or recall the line";
        return Err(ApiError::new(Code::NotAllowedNow, message).into());
    }
    let before = EventCorrection::of(&found.body);
    let old = before.correction.entered.clone();
    let gives_due = entered.due.is_some();
    let entered = EnteredValues {
        name: entered.name.or(old.name),
        start: entered.start.or(old.start),
        due: entered.due.or(old.due),
    };
    let correction = before.correction.replacement(&found.body.facts, event_type, estimated_minutes, entered);
    let after = EventCorrection { event_ref, correction, auto: auto.unwrap_or(before.auto) };
    let corrected = after.corrected_facts(&before.correction, &found.body.facts);
    if after.correction.entered != before.correction.entered && corrected.due < corrected.start {
        let message = match gives_due {
            true => "$.due_date is before the first day of the window",
            false => "$.start_date is after the day before which the event must be worked",
        };
        return Err(ApiError::new(Code::InvalidFact, message).into());
    }
    let effect = placements.effect_of_event(&before.correction, &after)?;
    let id = FactId { kind: FactKind::Event, id: event_ref.to_string() };
    if before == after || change.dry {
        return Ok(Json(FactSavedView::new(&id, found.version, false, effect)));
    }
    let saved = club.correct_event(&after, Some(known), &because).await?;
    Ok(Json(FactSavedView::new(&saved.id, saved.version, true, effect)))
}

/// The values in the request that stand in for fields of Crossmark's row that are missing or unusable.
fn entered_values(request: &EventCorrectionRequest, now: Timestamp) -> Result<EnteredValues, ApiError> {
    let name = request.project_name.as_ref().map(|name| words("$.project_name", name, LONGEST_NAME)).transpose()?;
    let start = request.start_date.map(|date| date.near(now, "$.start_date")).transpose()?;
    let due = request.due_date.map(|date| date.near(now, "$.due_date")).transpose()?;
    if start.zip(due).is_some_and(|(start, due)| due < start) {
        return Err(ApiError::new(Code::InvalidFact, "$.due_date is before $.start_date"));
    }
    Ok(EnteredValues { name, start, due })
}

/// The members that a request must also have for an event that was never known.
fn missing_members(entered: &EnteredValues) -> Vec<&'static str> {
    let members = [
        ("project_name", entered.name.is_some()),
        ("start_date", entered.start.is_some()),
        ("due_date", entered.due.is_some()),
    ];
    members.into_iter().filter(|(_, is_given)| !is_given).map(|(name, _)| name).collect()
}
