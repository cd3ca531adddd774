//! `/api/analytics`: counts by day, week, person or event type. Each rate has its range and its sample size.

use std::collections::BTreeMap;
use std::sync::Arc;

use api::identity::{ClubCaller, Viewer};
use api::{ApiError, Params, RouteError, TimeZone};
use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::calendar::week_start;
use domain::event_type::EventType;
use domain::outcome::Cause;
use domain::rollup::{Counts, Interval, Level, Minutes, RollUp, Thresholds, interval, weeks};
use domain::snapshot::EmployeeId;
use serde::{Deserialize, Serialize};
use store::ledger::LedgerWeek;
use store::{Club, Table};
use utoipa::{IntoParams, ToSchema};

use super::DaysQuery;

/// How counts are grouped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NumbersBy {
    /// By day of the club.
    #[default]
    Day,
    /// By week, Sunday to Saturday.
    Week,
    /// By person.
    Person,
    /// By event type.
    Type,
}

/// How counts are grouped.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GroupingQuery {
    #[serde(default)]
    #[param(inline, required = false)]
    by: NumbersBy,
}

/// Counts of lines over a span of days.
#[derive(Serialize, ToSchema)]
#[schema(as = Numbers)]
pub struct NumbersView {
    time_zone: TimeZone,
    from: NaiveDate,
    to: NaiveDate,
    by: NumbersBy,
    /// The counts of all days of the range.
    total: CountsView,
    /// Minutes from the proposal of a run to its first approval.
    to_first_approval: MinutesView,
    /// Minutes from the proposal of a run to its last acceptance.
    to_last_acceptance: MinutesView,
    /// The rows, in order of date, name or type. Days and weeks without counts may be left out.
    items: Vec<RowView>,
}

/// The counts of a day, a week, a person or an event type.
#[derive(Serialize, ToSchema)]
#[schema(as = NumbersRow)]
struct RowView {
    /// The day, or the Sunday of the week; `null` if the rows are by person or type.
    date: Option<NaiveDate>,
    employee_id: Option<EmployeeId>,
    employee_name: Option<String>,
    event_type: Option<&'static str>,
    counts: CountsView,
    /// Minutes from the proposal to the first approval; `null` unless the rows are by day or week.
    to_first_approval: Option<MinutesView>,
    /// Minutes from the proposal to the last acceptance; `null` unless the rows are by day or week.
    to_last_acceptance: Option<MinutesView>,
    /// The workload by week; empty unless the rows are by person.
    workload: Vec<WorkloadView>,
    /// The utilisation by day; empty unless the rows are by type.
    utilisation: Vec<UtilisationView>,
}

/// Counts of lines.
#[derive(Serialize, ToSchema)]
#[schema(as = NumbersCounts)]
struct CountsView {
    placed: u32,
    /// Number of events that were not placed, by the code of the reason.
    not_placed: BTreeMap<String, u32>,
    /// Number of events that had no person when their last day passed.
    lost: u32,
    /// Number of lines that managers gave to another person or day, by cause.
    edits: BTreeMap<Cause, u32>,
    /// Number of lines that were kept, changed or rejected.
    decided: u32,
    kept: u32,
    /// The rate of `kept` in `decided`; `null` if `decided` is 0.
    kept_rate: Option<RateView>,
    /// Number of lines that were approved again after a failure.
    retries: u32,
    /// Number of schedules that were taken from a person who already knew of them, or moved to another day.
    told_moves: u32,
    call_outs: u32,
    /// Number of call-outs for which somebody else was found.
    refilled: u32,
    completed: u32,
    no_shows: u32,
    /// The rate of `no_shows` in the sum of `completed` and `no_shows`; `null` if that is 0.
    no_show_rate: Option<RateView>,
}

/// A rate with its 80 % range.
#[derive(Serialize, ToSchema)]
#[schema(as = NumbersRate)]
struct RateView {
    /// The rate, from 0 to 1.
    rate: f64,
    /// The lower end of the 80 % range.
    low: f64,
    /// The upper end of the 80 % range.
    high: f64,
    /// The count that the rate is based on.
    n: u32,
    /// Whether the count is too small for the rate to mean much.
    pale: bool,
}

/// Durations in minutes, over some runs.
#[derive(Serialize, ToSchema)]
#[schema(as = NumbersMinutes)]
struct MinutesView {
    /// Number of runs.
    n: u32,
    /// The mean in minutes; `null` without any runs.
    mean: Option<f64>,
}

/// What one person works in one week, by the lines that Crossmark accepted or that were recorded as done by hand.
#[derive(Serialize, ToSchema)]
#[schema(as = NumbersWorkload)]
struct WorkloadView {
    /// The Sunday of the week.
    week: NaiveDate,
    minutes: u32,
    core: u32,
    /// Number of days with an event.
    days: u32,
    level: Level,
}

/// How many of the people who could work an event type on a day work it.
#[derive(Serialize, ToSchema)]
#[schema(as = NumbersUtilisation)]
struct UtilisationView {
    date: NaiveDate,
    events: u32,
    /// Number of people who work such an event.
    working: u32,
    /// Number of people who work such an event or could; for Core events, at most as many as the blocks serve, but at
    /// least `working`.
    capacity: u32,
}

impl From<Interval> for RateView {
    fn from(of: Interval) -> RateView {
        RateView { rate: of.rate, low: of.low, high: of.high, n: of.n, pale: of.is_pale() }
    }
}

impl From<Minutes> for MinutesView {
    fn from(of: Minutes) -> MinutesView {
        MinutesView { n: of.n, mean: of.mean() }
    }
}

impl CountsView {
    fn of(counts: &Counts) -> CountsView {
        let over = counts.completed + counts.no_shows;
        CountsView {
            placed: counts.placed,
            not_placed: counts.not_placed.clone(),
            lost: counts.lost,
            edits: counts.edits.clone(),
            decided: counts.decided,
            kept: counts.kept,
            kept_rate: counts.kept_rate().map(RateView::from),
            retries: counts.retries,
            told_moves: counts.told_moves,
            call_outs: counts.call_outs,
            refilled: counts.refilled,
            completed: counts.completed,
            no_shows: counts.no_shows,
            no_show_rate: interval(counts.no_shows, over).map(RateView::from),
        }
    }
}

impl RowView {
    fn of(counts: &Counts) -> RowView {
        RowView {
            date: None,
            employee_id: None,
            employee_name: None,
            event_type: None,
            counts: CountsView::of(counts),
            to_first_approval: None,
            to_last_acceptance: None,
            workload: Vec::new(),
            utilisation: Vec::new(),
        }
    }

    fn of_roll_up(roll_up: &RollUp) -> RowView {
        RowView {
            date: Some(roll_up.from),
            to_first_approval: Some(roll_up.to_first_approval.into()),
            to_last_acceptance: Some(roll_up.to_last_acceptance.into()),
            ..RowView::of(&roll_up.all)
        }
    }
}

/// The days of a range on which anything happened.
///
/// # Errors
/// The table cannot be read.
pub async fn roll_ups(club: &Club<'_>, from: NaiveDate, to: NaiveDate) -> Result<Vec<RollUp>, ApiError> {
    Ok(club.day_counts(from, to).await?.into_iter().map(|day| day.body.0).collect())
}

/// The sum of the counts of some days, as a roll-up that begins on `from`.
pub fn total(days: &[RollUp], from: NaiveDate) -> RollUp {
    let mut total = RollUp::empty(from);
    days.iter().for_each(|day| total.add(day));
    total
}

/// Counts of lines by day, week, person or event type: placed, not placed, lost, edited, kept, approved again, moved,
/// called out, completed. Days and weeks are local to the club. The counts of the current day are not final.
///
/// 2 requests by day and by week, 3 by person and by type, also for a year.
#[utoipa::path(
    get,
    path = "/api/analytics",
    operation_id = "getAnalytics",
    tag = "numbers",
    params(GroupingQuery, DaysQuery),
    responses((status = 200, body = NumbersView), RouteError<AnalyticsErrors>),
)]
pub async fn show(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
    Params(GroupingQuery { by }): Params<GroupingQuery>,
    Params(days): Params<DaysQuery>,
) -> Result<Json<NumbersView>, RouteError<AnalyticsErrors>> {
    let club = club_caller.of(&table);
    let club_documents = club.club_documents().await?;
    let zone: Tz = club_documents.zone()?;
    let (from, to) = days.range(zone, club_caller.now)?;
    let days = roll_ups(&club, from, to).await?;
    let total = total(&days, from);
    let names = club_documents.names();
    let ledger = async || -> Result<Vec<LedgerWeek>, ApiError> {
        Ok(club.ledger_weeks(week_start(from), to).await?.into_iter().map(|week| week.body).collect())
    };
    let items = match by {
        NumbersBy::Day => days.iter().map(RowView::of_roll_up).collect(),
        NumbersBy::Week => weeks(&days).iter().map(RowView::of_roll_up).collect(),
        NumbersBy::Person => by_person(&total, &ledger().await?, &names, &club_documents.settings.workload),
        NumbersBy::Type => by_type(&total, &ledger().await?, from, to),
    };
    Ok(Json(NumbersView {
        time_zone: zone.into(),
        from,
        to,
        by,
        total: CountsView::of(&total.all),
        to_first_approval: total.to_first_approval.into(),
        to_last_acceptance: total.to_last_acceptance.into(),
        items,
    }))
}

api::errors! {
    /// Why counts are not listed.
    AnalyticsErrors: DateOutOfBounds;
}

fn by_person(
    total: &RollUp,
    ledger: &[LedgerWeek],
    names: &BTreeMap<EmployeeId, String>,
    thresholds: &Thresholds,
) -> Vec<RowView> {
    let mut rows: BTreeMap<EmployeeId, RowView> =
        total.by_person.iter().map(|(id, counts)| (id.clone(), RowView::of(counts))).collect();
    for person in ledger.iter().flat_map(|week| &week.people).filter(|person| person.days > 0) {
        let row = rows.entry(person.row.employee_id.clone()).or_insert_with(|| RowView::of(&Counts::default()));
        row.workload.push(WorkloadView {
            week: person.row.week,
            minutes: person.row.minutes,
            core: person.row.core,
            days: person.days,
            level: thresholds.level(person.row.minutes, person.days),
        });
    }
    let with_name = |(id, row): (EmployeeId, RowView)| RowView {
        employee_name: names.get(&id).cloned(),
        employee_id: Some(id),
        ..row
    };
    let mut rows: Vec<RowView> = rows.into_iter().map(with_name).collect();
    rows.sort_by(|a, b| (&a.employee_name, &a.employee_id).cmp(&(&b.employee_name, &b.employee_id)));
    rows
}

fn by_type(total: &RollUp, ledger: &[LedgerWeek], from: NaiveDate, to: NaiveDate) -> Vec<RowView> {
    let mut rows: BTreeMap<EventType, RowView> =
        total.by_type.iter().map(|(kind, counts)| (*kind, RowView::of(counts))).collect();
    let utilisations = ledger.iter().flat_map(|week| &week.utilisation);
    for used in utilisations.filter(|used| (from..=to).contains(&used.date)) {
        let row = rows.entry(used.kind).or_insert_with(|| RowView::of(&Counts::default()));
        row.utilisation.push(UtilisationView {
            date: used.date,
            events: used.events,
            working: used.working,
            capacity: used.capacity,
        });
    }
    rows.into_iter().map(|(kind, row)| RowView { event_type: Some(kind.name()), ..row }).collect()
}
