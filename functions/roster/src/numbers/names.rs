//! The API's names for what can become of a line.

use domain::outcome::{self, Changed, Decision, End, Label};
use domain::rollup;
use serde::Serialize;
use store::outcomes::Proposer;
use utoipa::ToSchema;

/// Who proposed a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OutcomeProposer)]
pub enum ProposerName {
    /// A run.
    Run,
    /// A person, by hand.
    Person,
}

/// A manager's decision about a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OutcomeDecision)]
pub enum DecisionName {
    /// The line stays as proposed.
    Kept,
    /// The line goes to another person.
    ChangedPerson,
    /// The line goes to another day.
    ChangedDay,
    /// The line goes to another person on another day.
    ChangedBoth,
    /// The line is rejected.
    Rejected,
}

/// Why a manager changed a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OutcomeCause)]
pub enum CauseName {
    /// The manager chose to.
    Choice,
    /// A rule no longer allowed the line.
    Rule,
    /// The person was no longer available.
    Absence,
}

/// How a line was approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OutcomeApproval)]
pub enum ApprovalName {
    /// The line was approved alone.
    Alone,
    /// The line was approved together with others.
    InBulk,
}

/// How a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OutcomeEnd)]
pub enum EndName {
    /// Crossmark accepted the line. Its day has not come, or nothing is known of it.
    Accepted,
    /// The event was worked.
    Completed,
    /// Nobody came.
    NoShow,
    /// The schedule was taken back before its day.
    TakenBack,
    /// The person called out.
    CallOut,
}

/// The outcome of a line in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OutcomeLabel)]
pub enum LabelName {
    Kept,
    ChangedPerson,
    ChangedDay,
    ChangedBoth,
    Rejected,
    Accepted,
    Completed,
    NoShow,
    TakenBack,
    CallOut,
}

/// How much a person works in a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WorkloadLevel)]
pub enum LevelName {
    /// Below every threshold of the settings.
    Normal,
    /// At or above a threshold for high.
    High,
    /// At or above a threshold for too much.
    TooMuch,
}

impl From<Proposer> for ProposerName {
    fn from(of: Proposer) -> ProposerName {
        match of {
            Proposer::Run => ProposerName::Run,
            Proposer::Person => ProposerName::Person,
        }
    }
}

impl From<&Decision> for DecisionName {
    fn from(of: &Decision) -> DecisionName {
        match of {
            Decision::Kept => DecisionName::Kept,
            Decision::Changed(change) => match change.what {
                Changed::Person => DecisionName::ChangedPerson,
                Changed::Day => DecisionName::ChangedDay,
                Changed::Both => DecisionName::ChangedBoth,
            },
            Decision::Rejected { .. } => DecisionName::Rejected,
        }
    }
}

impl From<outcome::Cause> for CauseName {
    fn from(of: outcome::Cause) -> CauseName {
        match of {
            outcome::Cause::Choice => CauseName::Choice,
            outcome::Cause::Rule => CauseName::Rule,
            outcome::Cause::Absence => CauseName::Absence,
        }
    }
}

impl From<outcome::Approval> for ApprovalName {
    fn from(of: outcome::Approval) -> ApprovalName {
        match of {
            outcome::Approval::Alone => ApprovalName::Alone,
            outcome::Approval::InBulk => ApprovalName::InBulk,
        }
    }
}

impl From<End> for EndName {
    fn from(of: End) -> EndName {
        match of {
            End::Accepted => EndName::Accepted,
            End::Completed => EndName::Completed,
            End::NoShow => EndName::NoShow,
            End::TakenBack => EndName::TakenBack,
            End::CallOut => EndName::CallOut,
        }
    }
}

impl From<Label> for LabelName {
    fn from(of: Label) -> LabelName {
        match of {
            Label::Kept => LabelName::Kept,
            Label::ChangedPerson => LabelName::ChangedPerson,
            Label::ChangedDay => LabelName::ChangedDay,
            Label::ChangedBoth => LabelName::ChangedBoth,
            Label::Rejected => LabelName::Rejected,
            Label::Accepted => LabelName::Accepted,
            Label::Completed => LabelName::Completed,
            Label::NoShow => LabelName::NoShow,
            Label::TakenBack => LabelName::TakenBack,
            Label::CallOut => LabelName::CallOut,
        }
    }
}

impl LabelName {
    /// The word as files show it.
    pub fn words(self) -> &'static str {
        match self {
            LabelName::Kept => "kept",
            LabelName::ChangedPerson => "changed: person",
            LabelName::ChangedDay => "changed: day",
            LabelName::ChangedBoth => "changed: person and day",
            LabelName::Rejected => "rejected",
            LabelName::Accepted => "accepted",
            LabelName::Completed => "completed",
            LabelName::NoShow => "no-show",
            LabelName::TakenBack => "taken back",
            LabelName::CallOut => "call-out",
        }
    }
}

impl From<rollup::Level> for LevelName {
    fn from(of: rollup::Level) -> LevelName {
        match of {
            rollup::Level::Normal => LevelName::Normal,
            rollup::Level::High => LevelName::High,
            rollup::Level::TooMuch => LevelName::TooMuch,
        }
    }
}
