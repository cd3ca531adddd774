//! Why a use case did not do what was asked. Whoever answers HTTP finds the status elsewhere.

use domain::rules::HardName;
use domain::snapshot::{EmployeeId, EventRef};
use serde::Serialize;
use store::TableError;
use store::approvals::ApprovalError;
use store::cursor::ListError;
use store::key::RunId;
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
    /// What is broken, with people, events and days.
    pub words: String,
    /// Whose day or week it is.
    pub employee_id: Option<EmployeeId>,
    /// On which day, or in the week of which day.
    pub date: Option<String>,
    /// The events that meet, the one in question first.
    pub event_ref_nums: Vec<EventRef>,
}

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The club has no proposal yet.
    #[error("the club has no proposal")]
    NoProposal,
    /// A newer proposal took the place of this one.
    #[error("run {by} has the current proposal")]
    Superseded {
        /// Of which run.
        by: RunId,
    },
    /// No lines of these ids.
    #[error("there is no line {}", some(.lines))]
    UnknownLines {
        /// The ids as they were named.
        lines: Vec<String>,
    },
    /// Lines of another run than the one that is named.
    #[error("of another run: {}", some(.lines))]
    ForeignLines {
        /// The ids as they were named.
        lines: Vec<String>,
    },
    /// No such approval.
    #[error("there is no such approval")]
    NoApproval,
    /// No event of that number is open or posted.
    #[error("there is no event {event} in the plan")]
    UnknownEvent {
        /// Which.
        event: EventRef,
    },
    /// No employee of that id.
    #[error("there is no employee {id}")]
    UnknownEmployee {
        /// As it was named.
        id: String,
    },
    /// A person or a day must be named too.
    #[error("{missing} is missing: the line has no place to take it from")]
    Incomplete {
        /// What is missing.
        missing: &'static str,
    },
    /// The day cannot be planned at all.
    #[error("{date} is not a day that is planned: {from} to {to}")]
    DayOutside {
        /// The day that was named.
        date: String,
        /// First day of the plan.
        from: String,
        /// Last day.
        to: String,
    },
    /// The event does not start at that time on that day.
    #[error("it cannot start at that time; {}", starts(.legal))]
    BadStart {
        /// When it may.
        legal: Vec<String>,
    },
    /// The place breaks rules.
    #[error("{}", .broken.iter().map(|b| format!("{}: {}", b.rule, b.words)).collect::<Vec<_>>().join("; "))]
    Breaks {
        /// Which, in words.
        broken: Vec<Broken>,
    },
    /// Its pair must move along, and cannot.
    #[error("{words}")]
    PairCannotFollow {
        /// Why.
        words: String,
    },
    /// It is posted exactly there.
    #[error("it is posted there already: reject the line to leave it")]
    SameAsPosted,
    /// So many manual runs were started within the hour.
    #[error("{most} manual runs were started within the hour")]
    TooManyRuns {
        /// The limit.
        most: usize,
        /// When the next one may be.
        next_at: Timestamp,
    },
    /// The queue did not take the run; it was ended again.
    #[error("the queue did not take it: {why}")]
    NotQueued {
        /// The queue's words.
        why: String,
    },
    /// What the table holds is no legal snapshot.
    #[error("the club's data cannot be read: {reason}")]
    Damaged {
        /// What is wrong.
        reason: String,
    },
    /// A line.
    #[error(transparent)]
    Line(#[from] LineError),
    /// A run.
    #[error(transparent)]
    Run(#[from] RunError),
    /// An approval.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// The snapshot.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// A list.
    #[error(transparent)]
    List(#[from] ListError),
    /// The table.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// So many ids are named in words; all of them stand in the details.
const NAMED: usize = 5;

fn some(lines: &[String]) -> String {
    let named = lines.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if lines.len() > NAMED { format!("{named} and {} more", lines.len() - NAMED) } else { named }
}

fn starts(legal: &[String]) -> String {
    if legal.is_empty() { "no start is left there".to_owned() } else { format!("legal: {}", legal.join(", ")) }
}
