//! Submissions across runs: lines that are approved, being submitted, in doubt or failed, or that were edited after
//! they failed. With `state=api_submitted`, the lines accepted today instead.

use std::collections::{BTreeMap, BTreeSet};

use api::identity::{ClubCaller, Viewer};
use api::line::LineView;
use api::shapes::{Cause, LineStatus, PauseCode};
use api::{ApiError, ListErrors, Params, RouteError, TimeZone, invalid_query};
use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::snapshot::EventRef;
use serde::{Deserialize, Serialize};
use store::Club;
use store::audit::Subject;
use store::cursor::{Cursor, LARGEST_PAGE, ListError};
use store::events::Claim;
use store::key::LineKey;
use store::stamp::Timestamp;
use store::submission::Pause;
use utoipa::{IntoParams, ToSchema};

use crate::AppState;

/// Filters of the list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SubmissionsQuery {
    /// Only lines in this state; `api_submitted` lists the lines accepted since the club's midnight.
    state: Option<LineStatus>,
    /// Only lines that failed for this cause.
    cause: Option<Cause>,
    /// The cursor: `next` of the previous page.
    cursor: Option<String>,
    /// Maximum number of lines; 100 by default.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u16>,
    /// `accepted` counts the lines accepted since the club's midnight.
    #[param(pattern = "^(accepted)?$")]
    include: Option<String>,
}

/// A page of submissions.
#[derive(Serialize, ToSchema)]
pub struct SubmissionList {
    items: Vec<LineView>,
    /// The cursor of the next page; `null` on the last page.
    next: Option<String>,
    time_zone: TimeZone,
    paused: Option<PauseView>,
    /// Number of the club's lines that are approved, being submitted, in doubt or failed, or that were edited after
    /// they failed, by state.
    counts: BTreeMap<LineStatus, usize>,
    /// Number of the club's failed lines, by cause.
    causes: BTreeMap<Cause, usize>,
    /// Number of lines accepted since the club's midnight; `null` if it was not requested.
    accepted_today: Option<usize>,
}

/// A pause of the club's submissions.
#[derive(Serialize, ToSchema)]
#[schema(as = Paused)]
struct PauseView {
    /// When the first of the consecutive pauses began, in UTC; `null` if it was not recorded.
    since: Option<String>,
    /// When the next attempt is due, in UTC.
    until: String,
    /// The reason, for programs; `null` if none was recorded.
    code: Option<PauseCode>,
    /// Number of consecutive pauses.
    row: u32,
    /// The reason, for a person.
    why: String,
    /// The pause with its reason in words, for a person.
    words: String,
}

impl PauseView {
    fn of(pause: Pause, now: Timestamp) -> Option<PauseView> {
        if pause.until <= now {
            return None;
        }
        let minutes = (pause.until.0 - now.0 + 59_999) / 60_000;
        let words = format!("nothing is lost, but sending is paused for up to {minutes} min: {}", pause.words);
        Some(PauseView {
            since: pause.since.map(|since| since.to_string()),
            until: pause.until.to_string(),
            code: pause.reason.map(Into::into),
            row: pause.consecutive,
            why: pause.words,
            words,
        })
    }
}

/// Default number of lines on a page: as many as one request to the table reads.
const DEFAULT_PAGE: usize = 100;

/// Lines of all runs that are approved, being submitted to Crossmark, in doubt or failed, or that were edited after
/// they failed; with `state=api_submitted`, the lines accepted today instead.
///
/// 2 requests, 1 more for each 100 lines of the page, 1 more for each further MB of claims, and more for the lines
/// accepted today.
#[utoipa::path(
    get,
    path = "/api/submissions",
    operation_id = "listSubmissions",
    tag = "submissions",
    params(SubmissionsQuery),
    responses(
        (status = 200, body = SubmissionList),
        RouteError<ListErrors>,
    ),
)]
pub async fn list(
    club_caller: ClubCaller<Viewer>,
    State(app): State<AppState>,
    Params(wanted): Params<SubmissionsQuery>,
) -> Result<Json<SubmissionList>, RouteError<ListErrors>> {
    let with_accepted = wanted.state == Some(LineStatus::ApiSubmitted) || wants_accepted(wanted.include.as_deref())?;
    let after = wanted.cursor.as_deref().map(read_cursor).transpose()?;
    let limit = match wanted.limit {
        None => DEFAULT_PAGE,
        Some(limit) if (1..=LARGEST_PAGE).contains(&limit) => usize::from(limit),
        Some(_) => return Err(invalid_query(format!("limit must be 1 to {LARGEST_PAGE}")).into()),
    };
    let club = club_caller.of(&app.table);
    let club_documents = async { Ok::<_, ApiError>(club.club_documents().await?) };
    let claims = async { Ok(club.claims().await?) };
    let (club_documents, claims) = tokio::try_join!(club_documents, claims)?;
    let claims: Vec<Claim> = claims.into_iter().map(|(_, claim)| claim).collect();
    let time_zone = club_documents.zone()?;
    let accepted = if with_accepted {
        Some(accepted_since(&club, club_caller.now.date_in(time_zone), time_zone).await?)
    } else {
        None
    };
    let mut keys: Vec<LineKey> = match (wanted.state, &accepted) {
        // No accepted line has a cause.
        (Some(LineStatus::ApiSubmitted), Some(accepted)) => {
            accepted.iter().filter(|_| wanted.cause.is_none()).cloned().collect()
        }
        _ => claims.iter().filter(|c| matches_filter(c, &wanted)).map(|c| c.line.clone()).collect(),
    };
    keys.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
    keys.retain(|key| after.as_ref().is_none_or(|after| sort_key(key) > (after.0, after.1.as_str())));
    let more = keys.len() > limit;
    keys.truncate(limit);
    let next = keys.last().filter(|_| more).map(write_cursor);
    let mut lines = club.lines_by_key(&keys).await?;
    lines.sort_by(|a, b| sort_key(&a.body.key).cmp(&sort_key(&b.body.key)));
    let names = club_documents.names();
    Ok(Json(SubmissionList {
        items: lines.iter().map(|line| LineView::of(line, &names, None)).collect(),
        next,
        time_zone: time_zone.into(),
        paused: club_documents.pause.and_then(|pause| PauseView::of(pause, club_caller.now)),
        counts: count(claims.iter().map(|claim| claim.status.into())),
        causes: count(claims.iter().filter_map(|claim| claim.cause.map(Cause::from))),
        accepted_today: accepted.map(|lines| lines.len()),
    }))
}

fn wants_accepted(include: Option<&str>) -> Result<bool, ApiError> {
    match include {
        None | Some("") => Ok(false),
        Some("accepted") => Ok(true),
        Some(_) => Err(invalid_query("include may be: accepted")),
    }
}

fn matches_filter(claim: &Claim, wanted: &SubmissionsQuery) -> bool {
    wanted.state.is_none_or(|state| state == claim.status.into())
        && wanted.cause.is_none_or(|cause| claim.cause == Some(cause.into()))
}

fn count<T: Ord>(of: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    for one in of {
        *counts.entry(one).or_default() += 1;
    }
    counts
}

/// The key by which the list is sorted: the event, then the run.
fn sort_key(key: &LineKey) -> (EventRef, &str) {
    (key.event, key.run.as_str())
}

fn write_cursor(key: &LineKey) -> String {
    format!("{}.{}", key.event, key.run)
}

fn read_cursor(text: &str) -> Result<(EventRef, String), ApiError> {
    let read = text.split_once('.').and_then(|(event, run)| Some((EventRef(event.parse().ok()?), run.to_owned())));
    Ok(read.ok_or(ListError::ForeignCursor)?)
}

/// The lines that were accepted since the start of a date, from the club's feed of changes.
async fn accepted_since(club: &Club<'_>, date: NaiveDate, zone: Tz) -> Result<BTreeSet<LineKey>, ApiError> {
    // If the clocks skip midnight, the day begins with its first existing hour.
    let begin = (0..24).find_map(|hour| date.and_hms_opt(hour, 0, 0)?.and_local_timezone(zone).earliest());
    let Some(from) = begin.map(|at| Timestamp::from(at.to_utc())) else { return Ok(BTreeSet::new()) };
    let mut lines = BTreeSet::new();
    let mut cursor: Option<Cursor> = None;
    loop {
        let page = club.changes_since(from, cursor.as_ref(), LARGEST_PAGE).await?;
        for entry in page.items {
            if let Subject::Line(line) = entry.body.subject
                && entry.body.to == store::states::LineStatus::ApiSubmitted.name()
            {
                lines.insert(line);
            }
        }
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(lines),
        }
    }
}
