//! Calendar feeds. People make, list, renew and revoke them; calendar programs read them without signing in.

use std::sync::Arc;

use api::identity::{Anonymous, ClubCaller, Role, Viewer};
use api::{ApiError, Body, Code, RouteError, Segment};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use domain::calendar::plus_days;
use domain::snapshot::EmployeeId;
use files::calendar::{EntryStatus, EventTitle, FeedClub, FeedEntry, FeedUid, TeamEntry, club_feed, personal_feed};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::documents::ClubDocuments;
use store::feeds::{DAYS_AHEAD, DAYS_BACK, Feed, PublishedEntry, digest_of};
use store::key::ClubId;
use store::{Stored, Table};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::facts::require_employee;

/// Maximum number of feeds of a club: enough for one per person and some for the whole club.
const MAX_FEEDS: usize = 200;
/// Number of digits of a feed's id, which is the start of the digest of its secret. The secret cannot be derived from it.
const ID_DIGITS: usize = 16;
/// Maximum number of attempts to update a feed that several calendar programs read at the same time.
const MAX_ATTEMPTS: u32 = 3;

api::errors! {
    /// Why a feed is not made.
    MakeFeedErrors: Forbidden, TooManyFeeds, UnknownEmployee;
    /// Why a feed is not renewed.
    RenewFeedErrors: FeedNotFound, Forbidden, StaleVersion;
    /// Why a feed is not revoked.
    RevokeFeedErrors: FeedNotFound, StaleVersion;
}

/// The feeds of the club.
#[derive(Serialize, ToSchema)]
pub struct FeedList {
    items: Vec<FeedView>,
}

/// A calendar feed without its address, which is shown only when the feed is made or renewed.
#[derive(Serialize, ToSchema)]
#[schema(as = Feed)]
struct FeedView {
    id: String,
    /// The person whose schedules the feed has; `null` for a feed of the whole club.
    employee_id: Option<EmployeeId>,
    employee_name: Option<String>,
    made_by: String,
    made_at: String,
}

/// A feed that was made or renewed.
#[derive(Serialize, ToSchema)]
pub struct FeedMade {
    success: bool,
    id: String,
    /// The path of the feed. Calendar programs read the service's own address with this path after it. Only this answer
    /// shows it. Whoever knows it can read the feed.
    address: String,
}

/// Calendar feeds: for a manager all feeds of the club, for other callers the feeds that they made.
#[utoipa::path(
    get,
    path = "/api/calendar-feeds",
    operation_id = "listCalendarFeeds",
    tag = "feeds",
    responses((status = 200, body = FeedList), RouteError<()>),
)]
pub async fn list(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
) -> Result<Json<FeedList>, RouteError<()>> {
    let club = club_caller.of(&table);
    let (feeds, club_documents) = tokio::try_join!(club.feeds(), club.club_documents())?;
    club_documents.zone()?;
    let names = club_documents.names();
    let feeds = feeds.into_iter().filter(|feed| may_manage(&club_caller, &feed.body));
    let items = feeds.map(|Stored { body, .. }| FeedView {
        id: id_of(&body),
        employee_name: body.employee_id.as_ref().and_then(|id| names.get(id)).cloned(),
        employee_id: body.employee_id,
        made_by: body.because.who.display_name().to_owned(),
        made_at: body.because.at.to_string(),
    });
    Ok(Json(FeedList { items: items.collect() }))
}

/// The schedules that a feed contains.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeedRequest {
    /// The person; `null` for a feed of the whole club.
    #[serde(default)]
    employee_id: Option<EmployeeId>,
}

/// Makes a calendar feed. Only this answer shows its address.
///
/// A viewer can make feeds of only their own schedules, and only if their token names their employee id.
#[utoipa::path(
    post,
    path = "/api/calendar-feeds",
    operation_id = "makeCalendarFeed",
    tag = "feeds",
    request_body = FeedRequest,
    responses((status = 200, body = FeedMade), RouteError<MakeFeedErrors>),
)]
pub async fn make(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
    Body(FeedRequest { employee_id }): Body<FeedRequest>,
) -> Result<Json<FeedMade>, RouteError<MakeFeedErrors>> {
    require_access(&club_caller, employee_id.as_ref())?;
    let club = club_caller.of(&table);
    let (feeds, club_documents) = tokio::try_join!(club.feeds(), club.club_documents())?;
    club_documents.zone()?;
    if let Some(id) = &employee_id {
        require_employee(&club_documents, id)?;
    }
    if feeds.len() >= MAX_FEEDS {
        let message = format!("the club has {MAX_FEEDS} calendar feeds: revoke one that nobody reads");
        return Err(ApiError::new(Code::TooManyFeeds, message).into());
    }
    let secret = new_secret();
    let feed = Feed {
        digest: digest_of(&secret),
        employee_id,
        because: club_caller.because("calendar feed made"),
        published: Vec::new(),
    };
    if !club.put_feed(None, &feed).await? {
        return Err(ApiError::internal("the club has a feed with the new secret already").into());
    }
    Ok(Json(feed_made(&club_caller.club, &feed, &secret)))
}

/// The feed in the path of a request.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct FeedPath {
    #[param(max_length = 16)]
    id: String,
}

/// Replaces the address of a feed by a new one. The old address stops working.
#[utoipa::path(
    post,
    path = "/api/calendar-feeds/{id}/renew",
    operation_id = "renewCalendarFeed",
    tag = "feeds",
    params(FeedPath),
    responses((status = 200, body = FeedMade), RouteError<RenewFeedErrors>),
)]
pub async fn renew(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
    Segment(FeedPath { id }): Segment<FeedPath>,
) -> Result<Json<FeedMade>, RouteError<RenewFeedErrors>> {
    let club = club_caller.of(&table);
    let found = manageable_feed(&club_caller, club.feeds().await?, &id)?;
    require_access(&club_caller, found.body.employee_id.as_ref())?;
    let secret = new_secret();
    let renewed = Feed { digest: digest_of(&secret), ..found.body.clone() };
    club.replace_feed(&found, Some(&renewed)).await?;
    Ok(Json(feed_made(&club_caller.club, &renewed, &secret)))
}

/// A feed that was revoked.
#[derive(Serialize, ToSchema)]
pub struct FeedRevoked {
    success: bool,
    id: String,
}

/// Revokes a feed. Its address stops working.
#[utoipa::path(
    delete,
    path = "/api/calendar-feeds/{id}",
    operation_id = "revokeCalendarFeed",
    tag = "feeds",
    params(FeedPath),
    responses((status = 200, body = FeedRevoked), RouteError<RevokeFeedErrors>),
)]
pub async fn revoke(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
    Segment(FeedPath { id }): Segment<FeedPath>,
) -> Result<Json<FeedRevoked>, RouteError<RevokeFeedErrors>> {
    let club = club_caller.of(&table);
    let found = manageable_feed(&club_caller, club.feeds().await?, &id)?;
    club.replace_feed(&found, None).await?;
    Ok(Json(FeedRevoked { success: true, id }))
}

/// The address of a feed.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct FeedAddress {
    /// The club, a dot, the secret, and `.ics`. The ending may be left out.
    #[param(max_length = 150)]
    name: String,
}

api::errors! {
    /// Why a feed is not read.
    ReadFeedErrors: FeedNotFound;
}

/// A calendar feed (RFC 5545). Its address is its only credential.
///
/// The feed contains only posted schedules. An entry keeps its `UID` for life, and `SEQUENCE` counts its changes. A
/// removed entry stays as cancelled until it is 14 days past. The answer to a conditional request is 304 while nothing
/// changed.
#[utoipa::path(
    get,
    path = "/api/calendar/{name}",
    operation_id = "readCalendarFeed",
    tag = "feeds",
    security(()),
    params(FeedAddress),
    responses(
        (status = 200, body = String, content_type = "text/calendar", description = "An iCalendar feed"),
        (status = 304),
        RouteError<ReadFeedErrors>,
    ),
)]
pub async fn read(
    Anonymous { now, meter }: Anonymous,
    State(table): State<Arc<Table>>,
    Segment(FeedAddress { name }): Segment<FeedAddress>,
) -> Result<Response, RouteError<ReadFeedErrors>> {
    // The same answer for every unknown address, so that it does not reveal which part is wrong.
    let none = || ApiError::new(Code::FeedNotFound, "there is no calendar feed at this address");
    let named = name.strip_suffix(".ics").unwrap_or(&name);
    let (club, secret) = named.rsplit_once('.').ok_or_else(none)?;
    let (club, digest) = (ClubId::parse(club).map_err(|_| none())?, digest_of(secret));
    let club = table.club(&club, &meter);
    let mut attempts = 0;
    loop {
        attempts += 1;
        let Stored { version, body: mut feed } = club.feed(&digest).await?.ok_or_else(none)?;
        let from = plus_days(now.utc().date_naive(), -DAYS_BACK - 1);
        let posted = club.all_posted_between(from, plus_days(from, DAYS_AHEAD + DAYS_BACK + 1));
        let (club_documents, posted) = tokio::try_join!(club.club_documents(), posted)?;
        let today = now.date_in(club_documents.zone()?);
        let changed = feed.publish(posted.into_iter().map(|posted| posted.body), today, now);
        if changed && !club.put_feed(Some(version), &feed).await? {
            if attempts < MAX_ATTEMPTS {
                continue;
            }
            return Err(ApiError::busy("other readers changed the calendar feed at the same time").into());
        }
        let text = calendar_text(&feed, &club_documents)?;
        let calendar = HeaderValue::from_static("text/calendar; charset=utf-8");
        return Ok(([(header::CONTENT_TYPE, calendar)], text).into_response());
    }
}

/// The iCalendar text of a feed.
fn calendar_text(feed: &Feed, club_documents: &ClubDocuments) -> Result<String, ApiError> {
    let info = club_documents.club.as_ref();
    let info = info.ok_or_else(|| ApiError::internal("the document of the club is missing"))?;
    let club = FeedClub { name: info.name.clone(), time_zone: info.time_zone };
    let is_personal = feed.employee_id.is_some();
    let entry = |published: &PublishedEntry| {
        // A club's feed has an entry for each event and person: if an event went to somebody else, the entry of the
        // earlier person stays as cancelled.
        let id = match is_personal {
            true => published.event_ref.to_string(),
            false => format!("{}-{}", published.event_ref, published.employee_id),
        };
        FeedEntry {
            uid: FeedUid::new(&info.id, &id),
            sequence: published.sequence,
            title: EventTitle::new(published.kind, &published.name),
            start: published.start,
            end: published.start + TimeDelta::minutes(published.minutes.into()),
            status: if published.cancelled { EntryStatus::Cancelled } else { EntryStatus::Confirmed },
            modified: published.at.utc(),
        }
    };
    if is_personal {
        let entries: Vec<FeedEntry> = feed.published.iter().map(entry).collect();
        return Ok(personal_feed(&club, &entries));
    }
    let names = club_documents.names();
    let team = |published: &PublishedEntry| TeamEntry {
        entry: entry(published),
        person: names.get(&published.employee_id).unwrap_or(&published.employee_id.0).clone(),
    };
    Ok(club_feed(&club, &feed.published.iter().map(team).collect::<Vec<_>>()))
}

/// A new secret with 244 random bits.
fn new_secret() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

/// The id of a feed.
fn id_of(feed: &Feed) -> String {
    feed.digest.chars().take(ID_DIGITS).collect()
}

/// Refuses a caller who may not have the address of a feed of this person or, without a person, of the whole club. A
/// manager may have the address of every feed of the club, a viewer only of a feed of their own schedules.
fn require_access(club_caller: &ClubCaller<Viewer>, person: Option<&EmployeeId>) -> Result<(), ApiError> {
    let own = club_caller.employee_id.as_ref();
    if club_caller.role >= Role::Manager || (person.is_some() && person == own) {
        return Ok(());
    }
    let message = match own {
        Some(own) => format!("a viewer may make a calendar feed only of their own schedules: yours are those of {own}"),
        None => {
            "a viewer may make a calendar feed only of their own schedules, and your sign-in does not say which of the \
                 club's people you are: a manager can make it"
                .to_owned()
        }
    };
    Err(ApiError::new(Code::Forbidden, message).with(json!({"employee_id": own})))
}

/// Whether the caller may list and revoke a feed. A manager may for every feed of the club, another caller for the feeds
/// that they made.
fn may_manage(club_caller: &ClubCaller<Viewer>, feed: &Feed) -> bool {
    club_caller.role >= Role::Manager || feed.is_of(&club_caller.who)
}

/// The feed with this id, which the caller may manage.
///
/// # Errors
/// 404 if there is none, or if the caller may not manage it.
fn manageable_feed(
    club_caller: &ClubCaller<Viewer>,
    feeds: Vec<Stored<Feed>>,
    id: &str,
) -> Result<Stored<Feed>, ApiError> {
    let found = feeds.into_iter().find(|feed| id_of(&feed.body) == id && may_manage(club_caller, &feed.body));
    found.ok_or_else(|| ApiError::new(Code::FeedNotFound, "there is no such calendar feed"))
}

fn feed_made(club: &ClubId, feed: &Feed, secret: &str) -> FeedMade {
    FeedMade { success: true, id: id_of(feed), address: format!("/api/calendar/{club}.{secret}.ics") }
}
