//! The API's names for the proposer and the decision of an outcome.

use domain::outcome::{ChangedPart, Decision};
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
                ChangedPart::Person => DecisionName::ChangedPerson,
                ChangedPart::Day => DecisionName::ChangedDay,
                ChangedPart::Both => DecisionName::ChangedBoth,
            },
            Decision::Rejected { .. } => DecisionName::Rejected,
        }
    }
}
