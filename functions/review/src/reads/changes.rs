//! The club's feed of changes, from its audit trail.
//!
//! An entry has the time when its request arrived, so it may be written after newer entries. A caller that polls
//! therefore requests the feed from some time before the newest entry, and drops the entries that it has already, by id
//! and version.

use api::identity::{ClubCaller, Viewer};
use api::{ApiError, DatedListErrors, Paging, Params, RequestMoment, RouteError};
use axum::Json;
use axum::extract::State;
use chrono::TimeDelta;
use domain::bounds::request_dates;
use domain::snapshot::EventRef;
use serde::{Deserialize, Serialize};
use store::audit::{Entry, Subject};
use store::cursor::{Cursor, ListError};
use store::stamp::Timestamp;
use utoipa::{IntoParams, ToSchema};

use crate::AppState;

/// The start of the feed.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChangesQuery {
    /// A moment with its offset; 24 hours ago by default.
    #[param(value_type = Option<DateTime<Utc>>)]
    since: Option<RequestMoment>,
}

/// A page of the feed of changes, oldest first.
#[derive(Serialize, ToSchema)]
pub struct ChangeFeed {
    items: Vec<AuditEntryView>,
    /// The cursor of the next page; `null` on the last page.
    next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    /// The `since` of the next request: a moment some time before the newest change.
    since: String,
}

/// A change of state.
#[derive(Serialize, ToSchema)]
#[schema(as = Change)]
pub struct AuditEntryView {
    /// The id of the change. A change that is returned again has the same id.
    id: String,
    subject: SubjectKind,
    run_id: Option<api::shapes::RunId>,
    line_id: Option<String>,
    /// The number of the event whose difference between Crossmark and Muster a person decided, or whose block changed.
    event_ref_num: Option<EventRef>,
    /// The changed fact, by its kind and id: `time_off:E01~2026-12-24~2026-12-26`.
    fact: Option<String>,
    /// The id of the changed finding.
    finding: Option<String>,
    /// The id of the changed draft.
    draft_id: Option<String>,
    /// The version of the changed item after the change.
    version: u64,
    from: Option<String>,
    to: String,
    /// The display name of the person, or the name of the function that made the change.
    who: String,
    /// A person's id with their issuer (`sub`), or the name of the function that made the change.
    who_id: String,
    at: String,
    why: String,
}

/// The kind of a changed item.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SubjectKind {
    Run,
    Line,
    Submissions,
    /// Crossmark's list of the club's events.
    Listing,
    /// An event about which Crossmark and Muster differed.
    Event,
    /// A fact that people keep by hand.
    Fact,
    /// A finding about posted schedules that people ignore.
    Finding,
    /// What the club owes a person.
    Debt,
    /// A draft by an assistant or *Find*.
    Draft,
}

impl AuditEntryView {
    /// The representation of an entry of the audit trail.
    pub fn of(entry: Entry) -> AuditEntryView {
        let Entry { subject, version, from, to, because, fact: _, line: _, unsent: _, again: _ } = entry;
        let (mut run_id, mut line_id, mut event_ref_num) = (None, None, None);
        let (mut fact, mut finding, mut draft_id) = (None, None, None);
        let (kind, item) = match subject {
            Subject::Run(run) => {
                let item = run.as_str().to_owned();
                run_id = Some(run);
                (SubjectKind::Run, item)
            }
            Subject::Line(line) => {
                let item = line.to_string();
                (run_id, line_id) = (Some(line.run), Some(item.clone()));
                (SubjectKind::Line, item)
            }
            Subject::Submissions => (SubjectKind::Submissions, "submissions".to_owned()),
            Subject::Listing => (SubjectKind::Listing, "listing".to_owned()),
            Subject::Event(event) => {
                event_ref_num = Some(event);
                (SubjectKind::Event, format!("{event}:{}", because.at.0))
            }
            // The versions of a fact begin again at 1 after the fact was removed.
            Subject::Fact(id) => {
                let name = format!("{}:{}", id.kind.name(), id.id);
                let item = format!("{name}:{}", because.at.0);
                fact = Some(name);
                (SubjectKind::Fact, item)
            }
            Subject::Finding(id) => {
                let item = format!("{id}:{}", because.at.0);
                finding = Some(id.0);
                (SubjectKind::Finding, item)
            }
            Subject::Debt(id) => (SubjectKind::Debt, id.to_string()),
            Subject::Draft(id) => {
                let item = id.to_string();
                draft_id = Some(item.clone());
                (SubjectKind::Draft, item)
            }
        };
        AuditEntryView {
            id: format!("{item}:{version}:{to}"),
            subject: kind,
            run_id: run_id.map(Into::into),
            line_id,
            event_ref_num,
            fact,
            finding,
            draft_id,
            version,
            from,
            to,
            who: because.who.display_name().to_owned(),
            who_id: because.who.id,
            at: because.at.to_string(),
            why: because.why,
        }
    }
}

/// Maximum time between the arrival of a request and the write of its entries.
const OVERLAP: TimeDelta = TimeDelta::seconds(150);
/// How long before now the feed begins, if the request names no start.
const DEFAULT_PERIOD: TimeDelta = TimeDelta::hours(24);

/// The club's feed of changes, oldest first.
///
/// A client that polls sends the `since` of the last answer. The answers overlap, so it drops repeats by id. 1 request
/// a page, and more for the total.
#[utoipa::path(
    get,
    path = "/api/changes",
    operation_id = "listChanges",
    tag = "service",
    params(Paging, ChangesQuery),
    responses(
        (status = 200, body = ChangeFeed),
        RouteError<DatedListErrors>,
    ),
)]
pub async fn list(
    club_caller: ClubCaller<Viewer>,
    State(app): State<AppState>,
    Params(paging): Params<Paging>,
    Params(ChangesQuery { since }): Params<ChangesQuery>,
) -> Result<Json<ChangeFeed>, RouteError<DatedListErrors>> {
    let page_request = paging.page_request()?;
    let (since, cursor) = match &page_request.cursor {
        Some(cursor) => read_cursor(&cursor.0, club_caller.now)?,
        None => {
            let since = since.map(|since| since.near(club_caller.now, "since")).transpose()?;
            (since.unwrap_or(club_caller.now.plus(-DEFAULT_PERIOD)), None)
        }
    };
    let club = club_caller.of(&app.table);
    let page = async { Ok::<_, ApiError>(club.changes_since(since, cursor.as_ref(), page_request.limit).await?) };
    let (page, total) = tokio::try_join!(page, page_request.total.of(club.count_changes_since(since)))?;
    let newest = page.items.last().map(|entry| entry.body.because.at);
    let next_since = newest.map_or(since, |at| at.plus(-OVERLAP).max(since));
    let items = page.items.into_iter().map(|entry| AuditEntryView::of(entry.body)).collect();
    let next = page.next.map(|cursor| format!("{}~{}", since.0, cursor.0));
    Ok(Json(ChangeFeed { items, next, total, since: next_since.to_string() }))
}

/// Reads a cursor of the feed. It contains the start of the list, because the start of a first page depends on the
/// clock.
fn read_cursor(text: &str, now: Timestamp) -> Result<(Timestamp, Option<Cursor>), ApiError> {
    let read = text.split_once('~').and_then(|(since, cursor)| Some((Timestamp(since.parse().ok()?), cursor)));
    let allowed = request_dates(now.utc().date_naive());
    let read = read.filter(|(since, _)| allowed.contains(&since.utc().date_naive()));
    let (since, cursor) = read.ok_or(ListError::ForeignCursor)?;
    Ok((since, Some(Cursor(cursor.to_owned()))))
}
