//! Maps the errors of `desk` to HTTP errors.

use api::{ApiError, Code};
use desk::DeskError;
use domain::calendar::{clock, minute_of};
use domain::json::RefusedDocument;
use serde_json::json;

/// The HTTP error for an error of a use case.
pub fn api_error(error: DeskError) -> ApiError {
    let message = error.to_string();
    match error {
        DeskError::NoProposal => ApiError::new(Code::NoProposal, message),
        DeskError::Superseded { by } => ApiError::superseded(&by),
        DeskError::UnknownLines { lines } => ApiError::new(Code::LineNotFound, message).with(json!({"lines": lines})),
        DeskError::ForeignLines { lines } => {
            ApiError::new(Code::LinesOfAnotherRun, message).with(json!({"lines": lines}))
        }
        DeskError::NoApproval => ApiError::new(Code::ApprovalNotFound, message),
        DeskError::UnknownEvent { event } => {
            ApiError::new(Code::EventNotFound, message).with(json!({"event_ref_num": event.0}))
        }
        DeskError::UnknownEmployee { id } => {
            ApiError::new(Code::UnknownEmployee, message).with(json!({"employee_id": id}))
        }
        DeskError::Incomplete { missing } => {
            ApiError::new(Code::IncompletePlace, message).with(json!({"missing": missing}))
        }
        DeskError::DayOutside { from, to, .. } | DeskError::IgnoreOutside { from, to, .. } => {
            ApiError::new(Code::DayOutsidePlan, message).with(json!({"from": from, "to": to}))
        }
        DeskError::BadStart { legal } => {
            let legal: Vec<String> = legal.iter().map(|start| clock(minute_of(*start))).collect();
            ApiError::new(Code::StartNotLegal, message).with(json!({"legal": legal}))
        }
        DeskError::NoStartLeft { .. } => ApiError::new(Code::StartNotLegal, message).with(json!({"legal": []})),
        DeskError::Breaks { broken } => ApiError::new(Code::RulesBroken, message).with(json!({"violations": broken})),
        DeskError::PairCannotFollow { .. } => ApiError::new(Code::PairCannotFollow, message),
        DeskError::StaysPosted { .. } => ApiError::new(Code::NotAllowedNow, message),
        DeskError::NotPosted { event } => {
            ApiError::new(Code::NotPosted, message).with(json!({"event_ref_num": event.0}))
        }
        DeskError::DayLocked { date } => ApiError::new(Code::DayLocked, message).with(json!({"date": date})),
        DeskError::TooLate { .. } => ApiError::new(Code::TooLate, message),
        DeskError::PlanMoved { found } => ApiError::new(Code::PlanMoved, message).with(json!({"plan_version": found})),
        DeskError::ApprovalChanged => ApiError::new(Code::ApprovalChanged, message),
        DeskError::NoFinding => ApiError::new(Code::FindingNotFound, message),
        DeskError::NoOption { .. } => ApiError::new(Code::OptionNotFound, message),
        DeskError::FixesClash { findings } => {
            ApiError::new(Code::FixesClash, message).with(json!({"findings": findings}))
        }
        DeskError::NoTrial => ApiError::new(Code::TrialNotFound, message),
        DeskError::TrialNotDone => ApiError::new(Code::NotAllowedNow, message),
        DeskError::TrialOfRun => ApiError::new(Code::TrialOfRun, message),
        DeskError::AlreadyAdopted { run } => {
            ApiError::new(Code::TrialAdopted, message).with(json!({"run_id": run.as_str()}))
        }
        DeskError::NothingToAdopt => ApiError::new(Code::NothingToAdopt, message),
        DeskError::TooManyChanges { .. } => ApiError::new(Code::TooManyLines, message),
        DeskError::NotOnRealFacts { words } => {
            ApiError::new(Code::NotOnRealFacts, message).with(json!({"broken": words}))
        }
        DeskError::Busy => ApiError::new(Code::RunOpen, message),
        DeskError::ChangeNotPossible(RefusedDocument(faults)) => {
            ApiError::new(Code::InvalidChange, message).with(json!({"faults": faults}))
        }
        DeskError::TooManyTrials { next_at, .. } => ApiError::new(Code::TooManyTrials, message).until(next_at),
        DeskError::NoRefresh => ApiError::new(Code::RefreshNotFound, message),
        DeskError::TooManyRefreshes { next_at, .. } => ApiError::new(Code::TooManyRefreshes, message).until(next_at),
        DeskError::SameAsPosted => ApiError::new(Code::SameAsPosted, message),
        DeskError::TooManyRuns { next_at, .. } => ApiError::new(Code::TooManyRuns, message).until(next_at),
        DeskError::NotQueued { why } => ApiError::busy(why),
        DeskError::Line(error) => error.into(),
        DeskError::Run(error) => error.into(),
        DeskError::Approval(error) => error.into(),
        DeskError::Snapshot(error) => error.into(),
        DeskError::List(error) => error.into(),
        DeskError::Table(error) => error.into(),
    }
}
