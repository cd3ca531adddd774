//! The changes of a fact, and the undo of the last one.

mod values;

use std::sync::Arc;

use api::identity::{ClubCaller, Manager, Viewer};
use api::{ApiError, Body, Code, Paging, Params, RouteError};
use axum::Json;
use axum::extract::State;
use desk::facts::{Days, Placements};
use desk::{ClubCache, Desk};
use serde::{Deserialize, Serialize};
use store::Table;
use store::audit::Entry;
use store::facts::{Fact, FactId, FactKind};
use utoipa::{IntoParams, ToSchema};

use self::values::FactView;
use super::{FactSavedView, not_found};

/// Maximum length of the kind and id of a fact, in characters.
const LONGEST_FACT: usize = 250;

/// The fact in the query of a request.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FactQuery {
    /// The kind and id of the fact, as the answer to saving it named it: `time_off:E01~2026-12-24~2026-12-26`.
    #[param(max_length = 250)]
    fact: String,
}

/// The changes of a fact, in order of version, then time. If a removed fact is saved again, its versions begin at 1.
#[derive(Serialize, ToSchema)]
pub struct FactHistory {
    items: Vec<FactChange>,
    /// The cursor of the next page; `null` on the last page.
    next: Option<String>,
}

/// One change of a fact.
#[derive(Serialize, ToSchema)]
struct FactChange {
    version: u64,
    /// `saved`, `removed`, or `erased` if the change erased the person.
    to: String,
    who: String,
    at: String,
    why: String,
    /// The value before the change; `null` if there was none, or if the person was erased.
    before: Option<FactView>,
    /// The value after the change; `null` if the fact was removed, or if the person was erased.
    after: Option<FactView>,
}

api::errors! {
    /// Why the changes of a fact are not listed.
    HistoryErrors: FactNotFound, InvalidCursor;
}

/// The changes of a fact: who, when, why, and the values before and after.
#[utoipa::path(
    get,
    path = "/api/facts/history",
    operation_id = "factHistory",
    tag = "facts",
    params(Paging, FactQuery),
    responses((status = 200, body = FactHistory), RouteError<HistoryErrors>),
)]
pub async fn history(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
    Params(paging): Params<Paging>,
    Params(FactQuery { fact }): Params<FactQuery>,
) -> Result<Json<FactHistory>, RouteError<HistoryErrors>> {
    let place = paging.page_request()?;
    if fact.chars().count() > LONGEST_FACT {
        return Err(api::invalid_query(format!("fact has more than {LONGEST_FACT} characters")).into());
    }
    let id = fact_id(&fact).ok_or_else(|| not_found("fact"))?;
    let page = club_caller.of(&table).fact_history(&id, place.cursor.as_ref(), place.limit).await?;
    let items = page.items.into_iter().map(|entry| view(entry.body)).collect();
    Ok(Json(FactHistory { items, next: page.next.map(|cursor| cursor.0) }))
}

fn view(entry: Entry) -> FactChange {
    let (before, after) = entry.fact.map_or((None, None), |change| (change.before, change.after));
    FactChange {
        version: entry.version,
        to: entry.to,
        who: entry.because.who.display_name().to_owned(),
        at: entry.because.at.to_string(),
        why: entry.because.why,
        before: before.map(FactView::from),
        after: after.map(FactView::from),
    }
}

/// The change of a fact to undo.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutBackRequest {
    /// The fact, as the answer to saving it named it.
    #[schema(max_length = 250)]
    fact: String,
    /// The version after the change; 0 if the change removed the fact.
    version: u64,
}

api::errors! {
    /// Why a change is not undone.
    PutBackErrors: FactNotFound, NotAllowedNow, StaleVersion;
}

/// Undoes the last change of a fact, and restores the value before it.
///
/// The undo works only while nothing else has changed the fact. It can itself be undone.
#[utoipa::path(
    post,
    path = "/api/facts/put-back",
    operation_id = "putFactBack",
    tag = "facts",
    request_body = PutBackRequest,
    responses((status = 200, body = FactSavedView), RouteError<PutBackErrors>),
)]
pub async fn undo(
    club_caller: ClubCaller<Manager>,
    State(table): State<Arc<Table>>,
    State(cache): State<Arc<ClubCache>>,
    Body(PutBackRequest { fact, version }): Body<PutBackRequest>,
) -> Result<Json<FactSavedView>, RouteError<PutBackErrors>> {
    let id = fact_id(&fact).ok_or_else(|| not_found("fact"))?;
    let club = club_caller.of(&table);
    let last = club.last_change(&id).await.map_err(ApiError::from)?;
    let last = last.ok_or_else(|| not_found("change of that fact"))?;
    let Some(change) = last.fact.as_deref() else { return Err(not_found("change of that fact").into()) };
    let current = if change.after.is_some() { last.version } else { 0 };
    if current != version {
        return Err(ApiError::stale(current).into());
    }
    if change.before == change.after {
        return Err(ApiError::new(Code::NotAllowedNow, "that change changed nothing").into());
    }
    let because = club_caller.because(format!("put back: {}", last.because.why));
    let removes = change.before.is_none();
    let (saved, effect) = if let (Some(Fact::Event(before)), Some(Fact::Event(after))) = (&change.before, &change.after)
    {
        let (placements, _) = Placements::read_of_event::<ApiError>(club, before.event_ref, club_caller.now).await?;
        let effect = placements.effect_of_event(&after.correction, before)?;
        (club.undo_change(&last, &because).await?, effect)
    } else {
        let desk = Desk { club, cache: &cache };
        let club_documents = club.club_documents().await?;
        let placements = Placements::read::<ApiError>(desk, club_documents, Days::ALL, club_caller.now).await?;
        let saved = club.undo_change(&last, &because).await?;
        (saved, placements.effect(&club.club_documents().await?)?)
    };
    let version = if removes { 0 } else { saved.version };
    Ok(Json(FactSavedView::new(&saved.id, version, true, effect)))
}

/// Reads a fact's kind and id; `None` if no fact can have them.
fn fact_id(text: &str) -> Option<FactId> {
    let (kind, id) = text.split_once(':').filter(|_| text.chars().count() <= LONGEST_FACT)?;
    let kind = FactKind::ALL.into_iter().find(|one| one.name() == kind)?;
    Some(FactId { kind, id: id.to_owned() })
}
