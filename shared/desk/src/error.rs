//! Errors of the use cases. The HTTP functions map them to codes of the API (`api::Code`).

use chrono::{NaiveDate, NaiveDateTime};
use domain::calendar::{date_in_words, minute_of, time_in_words};
use domain::rules::HardName;
use domain::snapshot::{EmployeeId, EventRef};
use domain::standing::FindingId;
use serde::Serialize;
use store::TableError;
use store::approvals::ApprovalError;
use store::cursor::ListError;
use store::documents::NotLoaded;
use store::key::RunId;
use store::lease::LeaseError;
use store::lines::LineError;
use store::runs::RunError;
use store::snapshot::SnapshotError;
use store::stamp::Timestamp;
use utoipa::ToSchema;

/// A broken rule, as the API answers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BrokenRule)]
pub struct Broken {
    /// The rule's id: `H3`.
    #[schema(value_type = String)]
    pub rule: HardName,
    /// The rule in a few words.
    pub title: &'static str,
    /// The violation in words, with people, events and days.
    pub words: String,
    /// The person whose day or week breaks the rule.
    pub employee_id: Option<EmployeeId>,
    /// The day on which the rule is broken; for a rule about weeks, a day of that week.
    pub date: Option<String>,
    /// The events involved, the event in question first.
    pub event_ref_nums: Vec<EventRef>,
}

/// Why a use case failed.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The club has no proposal yet, or the run that the request names has none.
    #[error("the club, or the run, has no proposal")]
    NoProposal,
    /// A newer proposal has replaced this one.
    #[error("run {by} has the current proposal")]
    Superseded {
        /// The run of the newer proposal.
        by: RunId,
    },
    /// There are no lines with these ids.
    #[error("there is no line {}", first_ids(.lines))]
    UnknownLines {
        /// The ids as requested.
        lines: Vec<String>,
    },
    /// These lines belong to another run than the named one.
    #[error("these lines are not of this run: {}", first_ids(.lines))]
    ForeignLines {
        /// The ids as requested.
        lines: Vec<String>,
    },
    /// There is no such approval.
    #[error("there is no such approval")]
    NoApproval,
    /// No event with that number is open or posted.
    #[error("there is no event {event} in the plan")]
    UnknownEvent {
        /// The number.
        event: EventRef,
    },
    /// There is no employee with that id.
    #[error("there is no employee {id}")]
    UnknownEmployee {
        /// The id as requested.
        id: String,
    },
    /// A person or a day must be named, because the event has no current one.
    #[error("{}", incomplete_words(missing))]
    Incomplete {
        /// What is missing.
        missing: &'static str,
    },
    /// The day cannot be planned.
    #[error("{date} is not one of the planned days: {from} to {to}")]
    DayOutside {
        /// The requested day.
        date: String,
        /// First day of the plan.
        from: String,
        /// Last day.
        to: String,
    },
    /// A finding cannot be ignored until that day.
    #[error("a finding can be ignored until a day from {from} to {to}, not until {until}")]
    IgnoreOutside {
        /// The requested last day.
        until: String,
        /// The earliest last day: today.
        from: String,
        /// The latest last day.
        to: String,
    },
    /// The event does not start at that time on that day.
    #[error("it cannot start at that time; {}", legal_starts(.legal))]
    BadStart {
        /// The legal starts.
        legal: Vec<NaiveDateTime>,
    },
    /// No start is left for an event, unless another event gives up the start that a person asked for.
    #[error("{words}")]
    NoStartLeft {
        /// Which events, for a person.
        words: String,
    },
    /// The change breaks rules.
    #[error("{}", .broken.iter().map(|b| format!("{}: {}", b.rule, b.words)).collect::<Vec<_>>().join("; "))]
    Breaks {
        /// The broken rules.
        broken: Vec<Broken>,
    },
    /// The partner of the event must move along, but cannot.
    #[error("{words}")]
    PairCannotFollow {
        /// The reason for a person.
        words: String,
    },
    /// The event is posted, so its place cannot be taken away.
    #[error("{title} is posted: it cannot be left without a place")]
    StaysPosted {
        /// The event, for a person.
        title: String,
    },
    /// The event has no posted schedule that could be taken back, swapped or given another block.
    #[error("event {event} is not posted: there is no schedule to change")]
    NotPosted {
        /// Its number.
        event: EventRef,
    },
    /// The day is locked: nothing is planned on it, moved to it or moved away from it.
    #[error("{} is locked: nothing is planned on it, moved to it or moved away from it", date_in_words(*.date))]
    DayLocked {
        /// The day.
        date: NaiveDate,
    },
    /// A schedule starts too soon to inform Crossmark and the person, or has begun.
    #[error("{words}")]
    TooLate {
        /// Which event and how close it is, for a person.
        words: String,
    },
    /// An approval would not send what the dry run before it reported.
    #[error("what would be sent has changed since it was checked: look at it again before you approve it")]
    ApprovalChanged,
    /// The club has changed since the caller read it.
    #[error("the club has changed since: it is at plan version {found}")]
    PlanMoved {
        /// The current `plan_version`.
        found: u64,
    },
    /// There is no finding with that id, or not any more.
    #[error("there is no such finding any more")]
    NoFinding,
    /// The finding has no such way out, or not any more.
    #[error("finding {finding} has no way out {option} any more")]
    NoOption {
        /// The finding.
        finding: FindingId,
        /// The way out as requested.
        option: String,
    },
    /// Ways out that are possible one by one, but together cause new findings.
    #[error("together these would cause new findings: {}", first_ids(.findings))]
    FixesClash {
        /// The findings that would be new.
        findings: Vec<String>,
    },
    /// There is no such trial, or it has expired.
    #[error("there is no such trial, or it is more than a day old")]
    NoTrial,
    /// The trial has no result.
    #[error("the trial has no result to adopt")]
    TrialNotDone,
    /// Only a trial of the current club can be adopted.
    #[error("a trial of an earlier run cannot be adopted: try again on today's plan")]
    TrialOfRun,
    /// Somebody adopted the trial already.
    #[error("the trial was adopted already, as run {run}")]
    AlreadyAdopted {
        /// Its run.
        run: RunId,
    },
    /// The trial's plan changes nothing.
    #[error("there is nothing to adopt: no schedule differs")]
    NothingToAdopt,
    /// More schedules, or more blocks and rotations, would change than one request may change.
    #[error("{found} changes are too many: at most {most} at once")]
    TooManyChanges {
        /// The number of changes.
        found: usize,
        /// The limit.
        most: usize,
    },
    /// The plan breaks rules in the real club, because what the trial changed is not saved.
    #[error("save first what the trial changed: {}", .words.join("; "))]
    NotOnRealFacts {
        /// The broken rules, for a person.
        words: Vec<String>,
    },
    /// Another run has the club's lease.
    #[error("another run is working on the club: try again in a moment")]
    Busy,
    /// The change of a trial is not possible in the club.
    #[error("the club cannot be changed like this: {0}")]
    ChangeNotPossible(domain::json::RefusedDocument),
    /// The hourly limit of trials is reached.
    #[error("{most} trials were begun within the hour")]
    TooManyTrials {
        /// The limit.
        most: u64,
        /// When to try again.
        next_at: Timestamp,
    },
    /// There is no such refresh, or it has expired.
    #[error("there is no such refresh, or it is more than a week old")]
    NoRefresh,
    /// The hourly limit of refreshes on demand is reached.
    #[error("{most} refreshes were asked for within the hour")]
    TooManyRefreshes {
        /// The limit.
        most: usize,
        /// When the next one may be asked for.
        next_at: Timestamp,
    },
    /// The event is posted at the requested place already.
    #[error("it is posted there already: if it has a line, reject the line to leave it")]
    SameAsPosted,
    /// The hourly limit of manual runs is reached.
    #[error("{most} manual runs were started within the hour")]
    TooManyRuns {
        /// The limit.
        most: usize,
        /// When the next one may be started.
        next_at: Timestamp,
    },
    /// The queue did not accept the message of a run, a trial or a refresh. A new run, trial or refresh was ended.
    #[error("the queue did not accept the message: {why}")]
    NotQueued {
        /// The queue's error.
        why: String,
    },
    /// An operation on a line failed.
    #[error(transparent)]
    Line(#[from] LineError),
    /// An operation on a run failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// An operation on an approval failed.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// The snapshot could not be read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// A list could not be read.
    #[error(transparent)]
    List(#[from] ListError),
    /// A request to the table failed.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl From<NotLoaded> for DeskError {
    fn from(_: NotLoaded) -> DeskError {
        SnapshotError::NoClub.into()
    }
}

impl DeskError {
    /// Whether a request to the table failed, so that it is not known what the use case has written. After all other errors,
    /// no write is in flight.
    pub fn is_table_error(&self) -> bool {
        match self {
            DeskError::Table(_) => true,
            DeskError::Line(error) => matches!(error, LineError::Table(_)),
            DeskError::Run(error) => matches!(error, RunError::Table(_) | RunError::Lease(LeaseError::Table(_))),
            DeskError::Approval(error) => matches!(error, ApprovalError::Table(_)),
            DeskError::Snapshot(error) => matches!(error, SnapshotError::Table(_)),
            DeskError::List(error) => matches!(error, ListError::Table(_)),
            _ => false,
        }
    }
}

/// Maximum number of ids in a message. The details contain all of them.
const MAX_NAMED: usize = 5;

fn first_ids(lines: &[String]) -> String {
    let named = lines.iter().take(MAX_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if lines.len() > MAX_NAMED { format!("{named} and {} more", lines.len() - MAX_NAMED) } else { named }
}

fn legal_starts(legal: &[NaiveDateTime]) -> String {
    if legal.is_empty() {
        return "no start is left there".to_owned();
    }
    let times: Vec<String> = legal.iter().map(|start| time_in_words(minute_of(*start))).collect();
    format!("legal: {}", times.join(", "))
}

/// What a place lacks, for a person.
fn incomplete_words(missing: &str) -> String {
    match missing {
        "employee_id" => "say who works it: the event has nobody yet".to_owned(),
        "schedule_datetime" => "say on which day: the event has no day yet".to_owned(),
        other => format!("{other} is missing: the event has no place to take it from"),
    }
}
