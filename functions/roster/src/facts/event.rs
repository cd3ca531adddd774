//! Corrections of events: what people say of one against what Crossmark says.

use api::{ApiError, Body, Code, IfMatch, RequestDate, RouteError, Segment, words};
use axum::Json;
use desk::facts::Placements;
use domain::event_type::EventType;
use domain::snapshot::EventRef;
use domain::snapshot::rows::{LONGEST_MINUTES, LONGEST_NAME};
use serde::Deserialize;
use serde_json::json;
use store::events::{Correction, Mend};
use store::facts::{EventCorrection, FactId, FactKind};
use store::stamp::Timestamp;
use utoipa::{IntoParams, ToSchema};

use super::{Change, Dry, Saved, Terms, stale};

api::errors! {
    /// Why an event is not corrected.
    CorrectErrors: DateOutOfBounds, EventNotFound, InvalidFact, InvalidText, InvalidVersion, NotAllowedNow, StaleVersion;
}

/// Which event.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct WhichEvent {
    event_ref: EventRef,
}

/// What people say of an event, whole: what is left out is as Crossmark says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EventCorrectionRequest)]
pub struct CorrectionWanted {
    /// Its type; null leaves what its name says.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    event_type: Option<EventType>,
    /// Its length; null leaves what Crossmark says.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 10080)]
    estimated_minutes: Option<u32>,
    /// Whether runs may place it; left out stays as it is.
    #[serde(default)]
    auto: Option<bool>,
    /// Its name, for an event that is set aside; left out stays as it is. Crossmark's counts where it gives one.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 1000)]
    project_name: Option<String>,
    /// The first day of its window, for an event that is set aside, as its name.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    start_date: Option<RequestDate>,
    /// The day before which it is to be worked, for an event that is set aside, as its name.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    due_date: Option<RequestDate>,
    /// The version that it replaces. The last writer wins where it is left out.
    #[serde(default)]
    version: Option<u64>,
    #[serde(default)]
    #[schema(max_length = 500)]
    why: Option<String>,
}

/// An event's type, length or place in runs corrected; it stays so when Crossmark is read again.
///
/// An event that is set aside, because its row at Crossmark has no name or no window that can be used, is mended with
/// them; one that was never known needs all three.
#[utoipa::path(
    put,
    path = "/api/events/{event_ref}",
    operation_id = "correctEvent",
    tag = "facts",
    params(Dry, IfMatch, WhichEvent),
    request_body = CorrectionWanted,
    responses((status = 200, body = Saved), RouteError<CorrectErrors>),
)]
pub async fn correct(
    change: Change,
    Segment(WhichEvent { event_ref }): Segment<WhichEvent>,
    Body(wanted): Body<CorrectionWanted>,
) -> Result<Json<Saved>, RouteError<CorrectErrors>> {
    let now = change.club_caller.now;
    let mend = mend_of(&wanted, now)?;
    let CorrectionWanted { event_type, estimated_minutes, auto, version, why, .. } = wanted;
    if let Some(minutes) = estimated_minutes
        && !(1..=LONGEST_MINUTES).contains(&minutes)
    {
        let message = format!("$.estimated_minutes is {minutes}: expected 1 to {LONGEST_MINUTES}");
        return Err(ApiError::new(Code::InvalidFact, message).into());
    }
    let Terms { version, because } = change.terms(version, why.as_deref(), "event corrected")?;
    let club = change.club();
    let (placements, found) = Placements::read_of_event::<ApiError>(club, event_ref, now).await?;
    if !mend.is_none() {
        let is_mended = found.as_ref().is_some_and(|found| !found.event.body.correction.mend.is_none());
        let report = club.refresh_report().await?;
        let is_set_aside = report.is_some_and(|report| report.body.trouble_of(event_ref).is_some());
        if !is_set_aside && !is_mended {
            let message = "Crossmark gives the event's name and window: only one that is set aside is mended with them";
            return Err(ApiError::new(Code::InvalidFact, message).into());
        }
    }
    let Some(known) = found else {
        if mend.is_none() {
            return Err(ApiError::new(Code::EventNotFound, format!("there is no event {event_ref}")).into());
        }
        let missing = missing(&mend);
        if !missing.is_empty() {
            let message = format!("the event was never known: {} must be said as well", missing.join(", "));
            return Err(ApiError::new(Code::InvalidFact, message).with(json!({"missing": missing})).into());
        }
        let correction = Correction { kind: event_type, minutes: estimated_minutes, original: None, mend };
        let after = EventCorrection { event_ref, correction, auto: auto.unwrap_or(true) };
        let id = FactId { kind: FactKind::Event, id: event_ref.to_string() };
        let effect = placements.effect_of_event(&Correction::default(), &after)?;
        if change.dry {
            return Ok(Json(Saved::new(&id, 0, false, effect)));
        }
        let saved = club.mend_unknown_event(&after, &because).await?;
        return Ok(Json(Saved::new(&saved.id, saved.version, true, effect)));
    };
    let found = &known.event;
    if version.is_some_and(|known| known != found.version) {
        return Err(stale(found.version).into());
    }
    if found.body.claim.as_ref().is_some_and(|claim| claim.status.is_in_flight()) {
        let message = "the event is on its way to Crossmark: correct it when its line is through, or take that back";
        return Err(ApiError::new(Code::NotAllowedNow, message).into());
    }
    let before = EventCorrection::of(&found.body);
    let said = before.correction.mend.clone();
    let mend = Mend { name: mend.name.or(said.name), start: mend.start.or(said.start), due: mend.due.or(said.due) };
    if mend.start.zip(mend.due).is_some_and(|(start, due)| due < start) {
        return Err(ApiError::new(Code::InvalidFact, "$.due_date is before the first day of the window").into());
    }
    let correction = before.correction.replaced(&found.body.facts, event_type, estimated_minutes, mend);
    let after = EventCorrection { event_ref, correction, auto: auto.unwrap_or(before.auto) };
    let effect = placements.effect_of_event(&before.correction, &after)?;
    let id = FactId { kind: FactKind::Event, id: event_ref.to_string() };
    if before == after || change.dry {
        return Ok(Json(Saved::new(&id, found.version, false, effect)));
    }
    let saved = club.correct_event(&after, Some(known), &because).await?;
    Ok(Json(Saved::new(&saved.id, saved.version, true, effect)))
}

/// What is said of an event whose row cannot be used.
fn mend_of(wanted: &CorrectionWanted, now: Timestamp) -> Result<Mend, ApiError> {
    let name = wanted.project_name.as_ref().map(|name| words("$.project_name", name, LONGEST_NAME)).transpose()?;
    let start = wanted.start_date.map(|date| date.near(now, "$.start_date")).transpose()?;
    let due = wanted.due_date.map(|date| date.near(now, "$.due_date")).transpose()?;
    if start.zip(due).is_some_and(|(start, due)| due < start) {
        return Err(ApiError::new(Code::InvalidFact, "$.due_date is before $.start_date"));
    }
    Ok(Mend { name, start, due })
}

/// The members that an event which was never known lacks.
fn missing(mend: &Mend) -> Vec<&'static str> {
    let said =
        [("project_name", mend.name.is_some()), ("start_date", mend.start.is_some()), ("due_date", mend.due.is_some())];
    said.into_iter().filter(|(_, is_said)| !is_said).map(|(name, _)| name).collect()
}
