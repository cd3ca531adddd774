//! The list of events with the state of each, and the counts of its filters.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use api::identity::{ClubCaller, Viewer};
use api::shapes::{Cause, FaultReason, FaultyField, LineStatus};
use api::{ApiError, PageRequest, Paging, Params, RequestDate, RouteError, Total, words};
use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use domain::calendar::{plus_days, write_moment};
use domain::event_type::EventType;
use domain::snapshot::{Condition, EmployeeId, EventRef, Posted};
use serde::{Deserialize, Serialize};
use store::cursor::Cursor;
use store::documents::ClubDocuments;
use store::events::{Claim, Event};
use store::reports::ReportedFault;
use store::stamp::Timestamp;
use store::{Club, Stored, Table};
use utoipa::{IntoParams, ToSchema};

use crate::exports::all_events;
use crate::paging::{List, StoredPage};
use crate::search::{Search, SearchedPlacement};

/// Filters of the list of events.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// Which events to list: all in order of number, or those that are not posted or that a line claims, in order of
    /// due date.
    #[serde(default)]
    #[param(inline, required = false)]
    scheduled: ScheduledFilter,
    /// With `scheduled=open`: only events that are due on this day or later.
    #[param(value_type = Option<NaiveDate>)]
    due_from: Option<RequestDate>,
    /// Words and dates that an event must match, as a person types them: number, name, type, person or day.
    #[param(max_length = 100)]
    q: Option<String>,
    /// Only events that need attention for this reason.
    #[param(inline, required = false)]
    only: Option<EventsOnly>,
    /// Only events of this type, by the rulebook's name.
    #[serde(rename = "type")]
    #[param(value_type = Option<String>)]
    kind: Option<EventType>,
}

/// Maximum length of a search, in characters.
const LONGEST_SEARCH: usize = 100;

/// Which events are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ScheduledFilter {
    /// All events, in order of number.
    #[default]
    All,
    /// Events that are not posted and events that a line claims, in order of due date.
    Open,
}

/// Reasons why an event needs attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum EventsOnly {
    /// Events without a person whose last day is within a week.
    DueSoon,
    /// Events whose last day passed without a person, until 90 days after their due date.
    Lost,
    /// Events without a person that are kept out of runs and are not past due.
    KeptOut,
    /// Events whose data people corrected.
    Corrected,
    /// Events about which Crossmark and Muster differ.
    Differs,
    /// Events whose row at Crossmark cannot be used; the first 200.
    SetAside,
}

/// Maximum number of days from today to the due date of an event that is due soon.
const SOON_DAYS: i64 = 7;
/// Number of days after its due date during which a lost event is listed.
const LOST_DAYS: i64 = 90;

impl EventsOnly {
    /// Whether an event needs attention for this reason.
    fn matches(self, event: &Event, today: NaiveDate, set_aside: &BTreeSet<EventRef>) -> bool {
        match self {
            EventsOnly::DueSoon => event.is_due_within(SOON_DAYS, today),
            EventsOnly::Lost => event.is_lost(today) && plus_days(today, -LOST_DAYS) <= event.facts.due.date(),
            EventsOnly::KeptOut => event.wants_somebody() && !event.facts.auto && today < event.facts.due.date(),
            EventsOnly::Corrected => !event.correction.is_none(),
            EventsOnly::Differs => event.drift.is_some(),
            EventsOnly::SetAside => set_aside.contains(&event.facts.event_ref),
        }
    }
}

/// An event.
#[derive(Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventView {
    event_ref_num: EventRef,
    project_name: String,
    event_type: &'static str,
    estimated_minutes: u32,
    start_date: String,
    due_date: String,
    condition: Option<String>,
    /// Why no run places the event, apart from its window; `null` if there is no such reason, and if the event is
    /// posted or claimed by a line.
    left_out: Option<LeftOut>,
    auto: bool,
    parent_ref: Option<u64>,
    /// The day on which the event is posted; `null` if it is not posted.
    posted_on: Option<NaiveDate>,
    /// The person in the posted schedule; `null` if the event is not posted.
    posted_to: Option<PostedTo>,
    /// Why Crossmark's row of the event cannot be used; `null` if it can. The event keeps its last known values. Only
    /// the first 200 events that are set aside have it.
    set_aside: Option<EventFault>,
    /// The corrections by people; `null` if there are none.
    corrected: Option<EventCorrection>,
    /// The line that submits the event to Crossmark, or that failed to; `null` if there is none.
    claim: Option<ClaimView>,
    /// Since when Crossmark and Muster differ about the event and nobody has decided; `null` if they agree.
    differs_since: Option<String>,
    version: u64,
}

/// Corrections of an event by people.
#[derive(Serialize, ToSchema)]
struct EventCorrection {
    /// The corrected type; `null` if the type is not corrected.
    event_type: Option<&'static str>,
    /// The corrected length in minutes; `null` if the length is not corrected.
    estimated_minutes: Option<u32>,
    /// The corrected name, used if Crossmark's row has no usable name; `null` if there is none.
    project_name: Option<String>,
    /// The corrected first day of the window, used if Crossmark's row has no usable day; `null` if there is none.
    start_date: Option<NaiveDate>,
    /// The corrected day before which the event must be worked, used if Crossmark's row has no usable day; `null` if
    /// there is none.
    due_date: Option<NaiveDate>,
}

/// The person and the start time of a posted event.
#[derive(Serialize, ToSchema)]
struct PostedTo {
    employee_id: EmployeeId,
    employee_name: Option<String>,
    schedule_datetime: String,
}

/// Why no run places an event that is neither posted nor claimed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LeftOut {
    /// Crossmark shows the event as taken, or in another condition that is not open.
    NotOpen,
    /// The event is canceled or expired.
    Off,
    /// A person keeps the event out of runs.
    KeptOut,
}

/// Why an event's row at Crossmark cannot be used.
#[derive(Serialize, ToSchema)]
struct EventFault {
    field: FaultyField,
    reason: FaultReason,
    /// The field and its fault in words.
    words: String,
}

/// The line that claims an event.
#[derive(Serialize, ToSchema)]
#[schema(as = EventClaim)]
struct ClaimView {
    line_id: String,
    status: LineStatus,
    cause: Option<Cause>,
    employee_id: Option<EmployeeId>,
    employee_name: Option<String>,
    schedule_datetime: Option<String>,
}

api::errors! {
    /// Errors of listing events.
    EventListErrors: InvalidCursor, InvalidText, DateOutOfBounds;
}

/// The events of the club, with the state of each.
#[utoipa::path(
    get,
    path = "/api/events",
    operation_id = "listEvents",
    tag = "club",
    params(Paging, EventsQuery),
    responses(
        (status = 200, body = List<EventView>),
        RouteError<EventListErrors>,
    ),
)]
pub async fn list(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
    Params(paging): Params<Paging>,
    Params(EventsQuery { scheduled, due_from, q, only, kind }): Params<EventsQuery>,
) -> Result<Json<List<EventView>>, RouteError<EventListErrors>> {
    let place = paging.page_request()?;
    let due_from = due_from.map(|from| from.near(club_caller.now, "due_from")).transpose()?;
    let due_from = due_from.unwrap_or(NaiveDate::MIN);
    let club = club_caller.of(&table);
    let typed = q.as_deref().map_or("", str::trim);
    let typed = if typed.is_empty() { String::new() } else { words("q", typed, LONGEST_SEARCH)? };
    let search = Search::new(&typed, kind);
    if !search.is_empty() || only.is_some() {
        let filter = EventFilter { search, only, scheduled, due_from };
        return list_matching(&club, &filter, place, club_caller.now).await;
    }
    let (cursor, limit) = (place.cursor.as_ref(), place.limit);
    let page = match scheduled {
        ScheduledFilter::All => {
            StoredPage::read(&club, place.total, club.events(cursor, limit), club.count_events()).await?
        }
        ScheduledFilter::Open => {
            let page = club.open_events(due_from, cursor, limit);
            StoredPage::read(&club, place.total, page, club.count_open_events(due_from)).await?
        }
    };
    let posted = club.posted_of_all(page.items().iter().map(|event| &event.body)).await?;
    Ok(Json(list_of(page, &posted)))
}

/// The conditions that a listed event must meet.
struct EventFilter {
    search: Search,
    only: Option<EventsOnly>,
    scheduled: ScheduledFilter,
    /// For open events: the first due date.
    due_from: NaiveDate,
}

/// A page of the events that match a filter.
async fn list_matching(
    club: &Club<'_>,
    filter: &EventFilter,
    place: PageRequest,
    now: Timestamp,
) -> Result<Json<List<EventView>>, RouteError<EventListErrors>> {
    let EventFilter { search, only, scheduled, due_from } = filter;
    let (posted, club_documents) = tokio::try_join!(club.all_posted(), club.club_documents())?;
    let today = now.date_in(club_documents.zone()?);
    let set_aside = set_aside(&club_documents);
    let names = club_documents.names();
    let name_of = |id: &EmployeeId| names.get(id).map(String::as_str);
    let matches = |event: &Event| {
        let posted = posted.get(&event.facts.event_ref).filter(|_| event.posted_at.is_some());
        let posted = posted.map(|posted| (&posted.employee_id, posted.start));
        let claimed = event.claim.as_ref().filter(|claim| claim.status.is_in_flight());
        let claimed = claimed.and_then(|claim| claim.place.as_ref()).map(|place| (&place.employee_id, place.start));
        let placed = match claimed.or(posted) {
            Some((person, start)) => SearchedPlacement { person: name_of(person), day: Some(start.date()) },
            None => SearchedPlacement { person: None, day: None },
        };
        only.is_none_or(|only| only.matches(event, today, &set_aside)) && search.matches(&event.facts, placed)
    };
    let search_page = async |cursor: Option<&Cursor>, limit| match scheduled {
        ScheduledFilter::All => club.search_events(cursor, limit, matches).await,
        ScheduledFilter::Open => club.search_open_events(*due_from, cursor, limit, matches).await,
    };
    let (page, mut count) = search_page(place.cursor.as_ref(), place.limit).await?;
    if place.cursor.is_some() && place.total == Total::Counted {
        count = search_page(None, 1).await?.1;
    }
    let total = (place.total == Total::Counted).then_some(count);
    Ok(Json(list_of(StoredPage::new(page, total, club_documents)?, &posted)))
}

/// The events whose rows at Crossmark cannot be used, as far as the report of the last refresh names them.
fn set_aside(club_documents: &ClubDocuments) -> BTreeSet<EventRef> {
    let rows = club_documents.report.iter().flat_map(|report| &report.body.set_aside);
    rows.filter_map(|row| row.event).collect()
}

/// Number of all events, of open ones, and of those that need attention, by reason.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct EventCounts {
    /// Number of all events.
    all: usize,
    /// Number of open events that are neither posted nor being submitted and whose last day has not passed.
    open: usize,
    due_soon: usize,
    lost: usize,
    kept_out: usize,
    corrected: usize,
    differs: usize,
    /// Number of events whose row at Crossmark cannot be used, including events that Muster does not know.
    set_aside: usize,
}

/// Number of all events, of open ones, and of those that need attention, by reason.
///
/// 2 requests, 1 more for each further 500 events.
#[utoipa::path(
    get,
    path = "/api/events/counts",
    operation_id = "countEvents",
    tag = "club",
    responses((status = 200, body = EventCounts), RouteError<()>),
)]
pub async fn counts(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
) -> Result<Json<EventCounts>, RouteError<()>> {
    let club = club_caller.of(&table);
    let (club_documents, events) =
        tokio::try_join!(async { Ok::<_, ApiError>(club.club_documents().await?) }, all_events(&club))?;
    let today = club_caller.now.date_in(club_documents.zone()?);
    let set_aside = set_aside(&club_documents);
    let events: Vec<&Event> = events.iter().map(|event| &event.body).collect();
    let count = |only: EventsOnly| events.iter().filter(|event| only.matches(event, today, &set_aside)).count();
    let is_open = |event: &&&Event| event.wants_somebody() && today < event.facts.due.date();
    Ok(Json(EventCounts {
        all: events.len(),
        open: events.iter().filter(is_open).count(),
        due_soon: count(EventsOnly::DueSoon),
        lost: count(EventsOnly::Lost),
        kept_out: count(EventsOnly::KeptOut),
        corrected: count(EventsOnly::Corrected),
        differs: count(EventsOnly::Differs),
        set_aside: club_documents.report.as_ref().map_or(0, |report| report.body.set_aside_total),
    }))
}

fn list_of(page: StoredPage<Stored<Event>>, posted: &BTreeMap<EventRef, Posted>) -> List<EventView> {
    let names = page.club_documents.names();
    page.into_list(|club_documents, event| {
        let report = club_documents.report.as_ref();
        let event_ref = event.body.facts.event_ref;
        let fault = report.and_then(|report| report.body.fault_of_event(event_ref));
        let posted = posted.get(&event_ref).filter(|_| event.body.posted_at.is_some());
        view(event, posted, fault, &names)
    })
}

fn view(
    stored: Stored<Event>,
    posted: Option<&Posted>,
    fault: Option<ReportedFault>,
    names: &BTreeMap<EmployeeId, String>,
) -> EventView {
    let Stored { version, body: Event { facts, posted_at, claim, correction, drift, sent: _ } } = stored;
    let left_out = match facts.condition() {
        _ if posted_at.is_some() || claim.is_some() => None,
        Condition::Closed => Some(LeftOut::NotOpen),
        Condition::Cancelled | Condition::Expired => Some(LeftOut::Off),
        Condition::Open => (!facts.auto).then_some(LeftOut::KeptOut),
    };
    EventView {
        event_ref_num: facts.event_ref,
        event_type: facts.event_type().name(),
        estimated_minutes: facts.minutes(),
        project_name: facts.name,
        start_date: write_moment(facts.start),
        due_date: write_moment(facts.due),
        condition: facts.condition,
        left_out,
        auto: facts.auto,
        parent_ref: facts.parent_ref,
        posted_on: posted_at,
        posted_to: posted.map(|posted| PostedTo {
            employee_id: posted.employee_id.clone(),
            employee_name: names.get(&posted.employee_id).cloned(),
            schedule_datetime: write_moment(posted.start),
        }),
        set_aside: fault.map(|fault| EventFault {
            field: fault.field.into(),
            reason: fault.reason.into(),
            words: fault.to_string(),
        }),
        corrected: (!correction.is_none()).then(|| EventCorrection {
            event_type: correction.kind.map(EventType::name),
            estimated_minutes: correction.minutes,
            project_name: correction.entered.name,
            start_date: correction.entered.start,
            due_date: correction.entered.due,
        }),
        claim: claim.map(|claim| claim_view(claim, names)),
        differs_since: drift.map(|drift| drift.since.to_string()),
        version,
    }
}

fn claim_view(claim: Claim, names: &BTreeMap<EmployeeId, String>) -> ClaimView {
    let (employee_id, start) = claim.place.map(|p| (p.employee_id, p.start)).unzip();
    ClaimView {
        line_id: claim.line.to_string(),
        status: claim.status.into(),
        cause: claim.cause.map(Into::into),
        employee_name: employee_id.as_ref().and_then(|id| names.get(id)).cloned(),
        employee_id,
        schedule_datetime: start.map(write_moment),
    }
}
