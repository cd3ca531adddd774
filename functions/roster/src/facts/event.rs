//! Corrections of events: what people say of one against what Crossmark says.

use std::sync::Arc;

use api::identity::{ClubCaller, Manager};
use api::{ApiError, Body, Code, IfMatch, Params, RouteError, Segment, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use desk::facts::Placements;
use domain::event_type::EventType;
use domain::snapshot::EventRef;
use domain::snapshot::rows::LONGEST_MINUTES;
use serde::Deserialize;
use store::Table;
use store::facts::{EventCorrection, FactId, FactKind};
use utoipa::{IntoParams, ToSchema};

use super::{Dry, Saved, Wish, stale};

api::errors! {
    /// Why an event is not corrected.
    CorrectErrors: EventNotFound, InvalidFact, InvalidText, InvalidVersion, NotAllowedNow, StaleVersion;
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
    /// The version that it replaces. The last writer wins where it is left out.
    #[serde(default)]
    version: Option<u64>,
    #[serde(default)]
    #[schema(max_length = 500)]
    why: Option<String>,
}

/// An event's type, length or place in runs corrected; it stays so when Crossmark is read again.
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
    club_caller: ClubCaller<Manager>,
    State(table): State<Arc<Table>>,
    headers: HeaderMap,
    Params(dry): Params<Dry>,
    Segment(WhichEvent { event_ref }): Segment<WhichEvent>,
    Body(wanted): Body<CorrectionWanted>,
) -> Result<Json<Saved>, RouteError<CorrectErrors>> {
    let CorrectionWanted { event_type, estimated_minutes, auto, version, why } = wanted;
    if let Some(minutes) = estimated_minutes
        && !(1..=LONGEST_MINUTES).contains(&minutes)
    {
        let message = format!("$.estimated_minutes is {minutes}: expected 1 to {LONGEST_MINUTES}");
        return Err(ApiError::new(Code::InvalidFact, message).into());
    }
    let wish = Wish { dry, version: expected_version(&headers, version)?, why };
    let because = wish.because(&club_caller, "event corrected")?;
    let club = club_caller.of(&table);
    let (placements, found) = tokio::try_join!(Placements::read::<ApiError>(&club, club_caller.now), async {
        Ok::<_, ApiError>(club.event(event_ref).await?)
    })?;
    let none = || ApiError::new(Code::EventNotFound, format!("there is no event {event_ref}"));
    let found = found.ok_or_else(none)?;
    if wish.version.is_some_and(|known| known != found.version) {
        return Err(stale(found.version).into());
    }
    if found.body.claim.as_ref().is_some_and(|claim| claim.status.is_in_flight()) {
        let message = "the event is on its way to Crossmark: correct it when its line is through, or take that back";
        return Err(ApiError::new(Code::NotAllowedNow, message).into());
    }
    let before = EventCorrection::of(&found.body);
    let correction = before.correction.replaced(&found.body.facts, event_type, estimated_minutes);
    let after = EventCorrection { event_ref, correction, auto: auto.unwrap_or(before.auto) };
    let effect = placements.effect_of_event(event_ref, &after)?;
    let id = FactId { kind: FactKind::Event, id: event_ref.to_string() };
    if before == after || wish.dry.dry {
        return Ok(Json(Saved::new(&id, found.version, false, effect)));
    }
    let saved = club.correct_event(&after, Some(&before), &because).await?;
    Ok(Json(Saved::new(&saved.id, saved.version, true, effect)))
}
