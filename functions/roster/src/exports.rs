//! Exports of the club's data as files that spreadsheet programs open.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor as Buffer;
use std::sync::Arc;

use api::identity::{ClubCaller, Viewer};
use api::{ApiError, Code, Params, RequestDate, RouteError, Segment, invalid_query};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use domain::calendar::{plus_days, week_start};
use domain::event_type::EventType;
use domain::outcome::{Decision, Label};
use domain::rollup::{Counts, RollUp, weeks};
use domain::snapshot::{EmployeeId, EventRef, Posted};
use files::export::{ExportError, write_csv, write_xlsx};
use files::limits::ROWS;
use files::record::Record;
use files::records::{
    AvailabilityRow, ConditionCounts, CorporateWeekRow, CountsRow, EmployeeRow, EventRow, LostRow, OutcomeRow,
    PayrollRow, RunRow, ScheduleRow, TimeOffRow,
};
use serde::Deserialize;
use store::cursor::LARGEST_PAGE;
use store::documents::ClubDocuments;
use store::events::Event;
use store::key::RunId;
use store::outcomes::LineOutcome;
use store::runs::{Run, RunOrigin, RunSummary};
use store::tally::Tally;
use store::{Club, Stored, Table};
use utoipa::{IntoParams, ToSchema};

use crate::numbers::analytics::{NumbersBy, roll_ups, total};

/// The content of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportKind {
    /// Posted schedules of some days, in the columns of `CalendarSchedule`, an export of the program that Muster replaces.
    Schedules,
    /// Events, in the columns of `WorkBankVisits`, an export of the program that Muster replaces.
    Events,
    /// Hours of each person and week, for payroll.
    Payroll,
    /// Runs of some days.
    Runs,
    /// Events whose last day passed and that nobody worked.
    Lost,
    /// Each week's events by condition, for the company.
    Corporate,
    /// The people, as an import reads them.
    Employees,
    /// The availability of people, as an import reads it.
    Availability,
    /// Days off, as an import reads them.
    TimeOff,
    /// The outcomes of the lines that were proposed for some days.
    Outcomes,
    /// Counts of some days, grouped by `by`.
    Analytics,
}

impl ExportKind {
    /// The kind's part of the file's name.
    fn name(self) -> &'static str {
        match self {
            ExportKind::Schedules => "schedules",
            ExportKind::Events => "events",
            ExportKind::Payroll => "payroll",
            ExportKind::Runs => "runs",
            ExportKind::Lost => "lost",
            ExportKind::Corporate => "corporate",
            ExportKind::Employees => "employees",
            ExportKind::Availability => "availability",
            ExportKind::TimeOff => "time-off",
            ExportKind::Outcomes => "outcomes",
            ExportKind::Analytics => "analytics",
        }
    }
}

/// The kind of export in the path of a request.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ExportPath {
    #[param(inline)]
    kind: ExportKind,
}

/// The format and the days of an export.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    #[serde(default)]
    #[param(inline, required = false)]
    format: ExportFormat,
    /// The first day; four weeks before today by default. For `events`: only events whose window overlaps the days. If
    /// neither day is given, all events. Files of `employees`, `availability` and `time_off` do not depend on the days.
    #[param(value_type = Option<NaiveDate>)]
    from: Option<RequestDate>,
    /// The last day; four weeks after today by default.
    #[param(value_type = Option<NaiveDate>)]
    to: Option<RequestDate>,
    /// For `analytics`: how counts are grouped.
    #[serde(default)]
    #[param(inline, required = false)]
    by: NumbersBy,
}

/// The format of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ExportFormat {
    #[default]
    Csv,
    Xlsx,
}

/// Default number of days before and after today.
const DEFAULT_DAYS: i64 = 28;

api::errors! {
    /// Why nothing is exported.
    ExportErrors: DateOutOfBounds, ExportTooLarge;
}

/// Exports one kind of data, such as schedules or hours, as a file. A cell of text is never a formula.
#[utoipa::path(
    get,
    path = "/api/exports/{kind}",
    operation_id = "export",
    tag = "files",
    params(ExportPath, ExportQuery),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/octet-stream", description = "CSV or XLSX"),
        RouteError<ExportErrors>,
    ),
)]
pub async fn export(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
    Segment(ExportPath { kind }): Segment<ExportPath>,
    Params(ExportQuery { format, from, to, by }): Params<ExportQuery>,
) -> Result<Response, RouteError<ExportErrors>> {
    let club = club_caller.of(&table);
    let club_documents = club.club_documents().await?;
    let zone = club_documents.zone()?;
    let today = club_caller.now.date_in(zone);
    let day = |date: Option<RequestDate>, name: &str, default: NaiveDate| match date {
        Some(date) => date.near(club_caller.now, name),
        None => Ok(default),
    };
    let has_days = from.is_some() || to.is_some();
    let (first, last) = (plus_days(today, -DEFAULT_DAYS), plus_days(today, DEFAULT_DAYS));
    let days = ExportDays { from: day(from, "from", first)?, to: day(to, "to", last)?, today };
    if days.to < days.from {
        return Err(invalid_query(format!("the days end before they begin: from={}, to={}", days.from, days.to)).into());
    }
    let bytes = match kind {
        ExportKind::Schedules => file(schedules(&club, &club_documents, &days).await?, format, &days)?,
        ExportKind::Events => {
            let events = all_events(&club).await?;
            let events = events.iter().map(|event| &event.body).filter(|event| !has_days || days.overlap(event));
            file(events.map(|event| EventRow::from(&event.facts)), format, &days)?
        }
        ExportKind::Payroll => file(payroll(&club, &club_documents, &days).await?, format, &days)?,
        ExportKind::Runs => file(runs(&club, zone, &days).await?, format, &days)?,
        ExportKind::Lost => file(lost_rows(&club, &days).await?, format, &days)?,
        ExportKind::Corporate => file(corporate(&club, &club_documents, &days).await?, format, &days)?,
        ExportKind::Employees => {
            file(club_documents.employees.iter().map(|e| EmployeeRow::from(&e.body)), format, &days)?
        }
        ExportKind::Availability => file(availability(&club_documents), format, &days)?,
        ExportKind::Outcomes => file(outcomes(&club, &club_documents, &days).await?, format, &days)?,
        ExportKind::Analytics => file(numbers(&club, &club_documents, &days, by).await?, format, &days)?,
        ExportKind::TimeOff => file(club_documents.time_off.iter().map(|o| TimeOffRow(o.body.clone())), format, &days)?,
    };
    let (content_type, extension) = match format {
        ExportFormat::Csv => ("text/csv; charset=utf-8", "csv"),
        ExportFormat::Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    };
    let name = format!("attachment; filename=\"{}-{}-{today}.{extension}\"", club_caller.club, kind.name());
    let name = HeaderValue::from_str(&name).map_err(ApiError::internal)?;
    let content_type = HeaderValue::from_static(content_type);
    Ok(([(header::CONTENT_TYPE, content_type), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}

/// The days of an export, both ends included.
struct ExportDays {
    from: NaiveDate,
    to: NaiveDate,
    today: NaiveDate,
}

impl ExportDays {
    /// Whether an event's window, which does not include its due date, overlaps these days.
    fn overlap(&self, event: &Event) -> bool {
        event.facts.start.date() <= self.to && event.facts.due.date() > self.from
    }
}

/// The content of a file with these rows.
///
/// # Errors
/// 413 for more rows than a file may have, with half of the days as a suggestion.
fn file<R: Record>(
    rows: impl IntoIterator<Item = R>,
    format: ExportFormat,
    days: &ExportDays,
) -> Result<Vec<u8>, ApiError> {
    let written = match format {
        ExportFormat::Csv => {
            let mut bytes = Vec::new();
            write_csv(rows, &mut bytes).map(|_| bytes)
        }
        ExportFormat::Xlsx => {
            let mut buffer = Buffer::new(Vec::new());
            write_xlsx(rows, &mut buffer).map(|_| buffer.into_inner())
        }
    };
    written.map_err(|error| match error {
        ExportError::TooManyRows { .. } => {
            let half = plus_days(days.from, domain::calendar::days_between(days.from, days.to) / 2);
            let message = format!(
                "the export has more than {ROWS} rows: ask for fewer days, for instance from={} to={half}",
                days.from
            );
            ApiError::new(Code::ExportTooLarge, message)
        }
        ExportError::TextTooLong { .. } | ExportError::Writer(_) | ExportError::Workbook(_) => {
            ApiError::internal(error)
        }
    })
}

/// The posted schedules of these days.
async fn posted_on(club: &Club<'_>, days: &ExportDays) -> Result<Vec<Posted>, ApiError> {
    Ok(club.all_posted_between(days.from, days.to).await?.into_iter().map(|posted| posted.body).collect())
}

/// Every event of the club.
///
/// # Errors
/// The table cannot be read.
pub async fn all_events(club: &Club<'_>) -> Result<Vec<Stored<Event>>, ApiError> {
    let (mut events, mut cursor) = (Vec::new(), None);
    loop {
        let page = club.events(cursor.as_ref(), LARGEST_PAGE).await?;
        events.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(events);
        }
    }
}

async fn schedules(
    club: &Club<'_>,
    club_documents: &ClubDocuments,
    days: &ExportDays,
) -> Result<Vec<ScheduleRow>, ApiError> {
    let names = club_documents.names();
    let location_id = club_documents.club.as_ref().and_then(|club| club.location_id);
    let row = |posted: Posted| ScheduleRow {
        event: EventRow { location_id, ..EventRow::from(&posted.event) },
        rep_name: names.get(&posted.employee_id).cloned(),
        employee_id: Some(posted.employee_id),
        scheduled: posted.start,
    };
    Ok(posted_on(club, days).await?.into_iter().map(row).collect())
}

async fn payroll(
    club: &Club<'_>,
    club_documents: &ClubDocuments,
    days: &ExportDays,
) -> Result<Vec<PayrollRow>, ApiError> {
    let names = club_documents.names();
    let mut worked: BTreeMap<(NaiveDate, EmployeeId), (PayrollRow, BTreeSet<NaiveDate>)> = BTreeMap::new();
    for posted in posted_on(club, days).await? {
        if posted.event.condition().is_off() {
            continue;
        }
        let (date, employee_id) = (posted.start.date(), posted.employee_id);
        let week = week_start(date);
        let (row, dates) = worked.entry((week, employee_id.clone())).or_insert_with(|| {
            let name = names.get(&employee_id).cloned().unwrap_or_default();
            let row = PayrollRow { employee_id, name, week, days: 0, events: 0, core: 0, minutes: 0 };
            (row, BTreeSet::new())
        });
        dates.insert(date);
        row.days = dates.len() as u32;
        row.events += 1;
        row.core += u32::from(posted.event.event_type() == EventType::Core);
        row.minutes = row.minutes.saturating_add(posted.event.minutes());
    }
    Ok(worked.into_values().map(|(row, _)| row).collect())
}

/// The weekly availability of everybody, then the overrides.
pub fn availability(club_documents: &ClubDocuments) -> impl Iterator<Item = AvailabilityRow> {
    let weekly = club_documents.weekly.iter().map(|row| AvailabilityRow::from(&row.body));
    weekly.chain(club_documents.overrides.iter().map(|row| AvailabilityRow::from(&row.body)))
}

async fn outcomes(
    club: &Club<'_>,
    club_documents: &ClubDocuments,
    days: &ExportDays,
) -> Result<Vec<OutcomeRow>, ApiError> {
    let names = club_documents.names();
    let lines = club.line_outcomes(days.from, days.to).await?.into_iter().map(|line| line.body);
    let row = |line: LineOutcome| {
        let holder_date = line.work_day();
        let outcome = line.outcome?;
        Some(OutcomeRow {
            line_id: line.line.to_string(),
            event_ref: outcome.event_ref,
            event_type: outcome.kind.name(),
            date: outcome.date,
            name: names.get(&outcome.employee_id).cloned(),
            outcome: outcome.label().map(label_words),
            holder: outcome.holder().clone(),
            holder_date,
            reason: match &outcome.decision {
                Some(Decision::Rejected { reason }) => reason.clone(),
                _ => None,
            },
            done_by: outcome.done_by,
            employee_id: outcome.employee_id,
        })
    };
    Ok(lines.filter_map(row).collect())
}

/// The outcome of a line as files show it.
fn label_words(label: Label) -> &'static str {
    match label {
        Label::Kept => "kept",
        Label::ChangedPerson => "changed: person",
        Label::ChangedDay => "changed: day",
        Label::ChangedBoth => "changed: person and day",
        Label::Rejected => "rejected",
        Label::Accepted => "accepted",
        Label::Completed => "completed",
        Label::NoShow => "no-show",
        Label::TakenBack => "taken back",
        Label::CallOut => "call-out",
    }
}

async fn numbers(
    club: &Club<'_>,
    club_documents: &ClubDocuments,
    days: &ExportDays,
    by: NumbersBy,
) -> Result<Vec<CountsRow>, ApiError> {
    let all = roll_ups(club, days.from, days.to).await?;
    let row = |group: String, name: Option<String>, counts: &Counts| CountsRow {
        group,
        name,
        counts: [
            counts.placed,
            counts.not_placed.values().sum(),
            counts.lost,
            counts.decided,
            counts.kept,
            counts.edits.values().sum(),
            counts.retries,
            counts.told_moves,
            counts.call_outs,
            counts.refilled,
            counts.completed,
            counts.no_shows,
        ],
    };
    let dated = |days: &[RollUp]| days.iter().map(|day| row(day.from.to_string(), None, &day.all)).collect();
    let total = || total(&all, days.from);
    let names = club_documents.names();
    Ok(match by {
        NumbersBy::Day => dated(&all),
        NumbersBy::Week => dated(&weeks(&all)),
        NumbersBy::Person => {
            let by_person = total().by_person.into_iter();
            by_person.map(|(id, counts)| row(id.0.clone(), names.get(&id).cloned(), &counts)).collect()
        }
        NumbersBy::Type => {
            total().by_type.into_iter().map(|(kind, counts)| row(kind.name().to_owned(), None, &counts)).collect()
        }
    })
}

async fn lost_rows(club: &Club<'_>, days: &ExportDays) -> Result<Vec<LostRow>, ApiError> {
    let events = club.open_events_due(days.from, days.to.min(days.today)).await?;
    let lost = events.into_iter().map(|event| event.body).filter(|event| event.is_lost(days.today));
    Ok(lost
        .map(|event| LostRow {
            event_ref: event.facts.event_ref,
            kind: event.facts.event_type(),
            start: event.facts.start,
            due: event.facts.due,
            reason: if event.facts.auto { "nobody had it when its last day passed" } else { "kept out of runs" }
                .to_owned(),
            condition: event.facts.condition,
            name: event.facts.name,
        })
        .collect())
}

async fn corporate(
    club: &Club<'_>,
    club_documents: &ClubDocuments,
    days: &ExportDays,
) -> Result<Vec<CorporateWeekRow>, ApiError> {
    let info = club_documents.club.clone().ok_or_else(|| ApiError::internal("the document of the club is missing"))?;
    let (events, posted) = tokio::try_join!(all_events(club), posted_on(club, days))?;
    let by_ref: BTreeMap<EventRef, &Posted> = posted.iter().map(|posted| (posted.event.event_ref, posted)).collect();
    let mut weeks: BTreeMap<NaiveDate, CorporateWeekRow> = BTreeMap::new();
    for event in events.iter().map(|event| &event.body) {
        let worked = by_ref.get(&event.facts.event_ref);
        // An event that nobody has counts in the week of its last day.
        let date = match (event.posted_at, worked) {
            (_, Some(posted)) => posted.start.date(),
            (Some(date), None) => date,
            (None, None) => plus_days(event.facts.due.date(), -1),
        };
        if !(days.from..=days.to).contains(&date) {
            continue;
        }
        let week = week_start(date);
        let row = weeks.entry(week).or_insert_with(|| CorporateWeekRow {
            club_id: info.id.clone(),
            club_name: info.name.clone(),
            week,
            counts: ConditionCounts::default(),
            minutes: 0,
        });
        row.counts.count(event.facts.condition.as_deref().unwrap_or_default());
        if let Some(posted) = worked.filter(|posted| !posted.event.condition().is_off()) {
            row.minutes = row.minutes.saturating_add(posted.event.minutes());
        }
    }
    Ok(weeks.into_values().collect())
}

async fn runs(club: &Club<'_>, zone: Tz, days: &ExportDays) -> Result<Vec<RunRow>, ApiError> {
    let (mut rows, mut cursor) = (Vec::new(), None);
    loop {
        let page = club.runs(cursor.as_ref(), LARGEST_PAGE).await?;
        let runs: Vec<Run> = page.items.into_iter().map(|run| run.body).collect();
        let ids: Vec<&RunId> = runs.iter().map(|run| &run.id).collect();
        let tallies = match (ids.iter().min(), ids.iter().max()) {
            (Some(oldest), Some(newest)) => club.tallies(oldest, newest).await?,
            _ => BTreeMap::new(),
        };
        let mut is_before_first_day = false;
        for run in &runs {
            let started: NaiveDateTime = run.created_at.utc().with_timezone(&zone).naive_local();
            is_before_first_day |= started.date() < days.from;
            if (days.from..=days.to).contains(&started.date()) {
                rows.push(run_row(run, started, tallies.get(run.id.as_str())));
            }
        }
        cursor = page.next;
        if cursor.is_none() || is_before_first_day || rows.len() > ROWS {
            return Ok(rows);
        }
    }
}

fn run_row(run: &Run, started: NaiveDateTime, tally: Option<&Tally>) -> RunRow {
    let summary = run.summary.as_ref();
    let count = |of: fn(&RunSummary) -> u32| summary.map_or(0, of);
    let lines = |of: fn(&Tally) -> u64| tally.map_or(0, |tally| u32::try_from(of(tally)).unwrap_or(u32::MAX));
    let seconds = run.completed_at.map(|at| (at.0 - run.created_at.0) as f64 / 1_000.0);
    RunRow {
        run_id: run.id.to_string(),
        started,
        run_type: match run.origin {
            RunOrigin::Automatic { .. } => "nightly".to_owned(),
            RunOrigin::Manual { .. } => "manual".to_owned(),
            RunOrigin::ByHand { .. } => "by hand".to_owned(),
            RunOrigin::Trial { .. } => "trial".to_owned(),
        },
        state: run.state.status().name().to_owned(),
        events: count(|summary| summary.total_events_processed),
        scheduled: count(|summary| summary.events_scheduled),
        swaps: count(|summary| summary.events_requiring_swaps),
        failed: count(|summary| summary.events_failed),
        approved: lines(|tally| tally.approved),
        submitted: lines(|tally| tally.accepted),
        score: summary.and_then(|summary| summary.answer.as_ref()).map(|answer| answer.score),
        seconds,
    }
}
