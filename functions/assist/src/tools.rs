//! The list of all tools. Each module defines one tool, or a few about the same subject.

mod arguments;
mod compare;
mod drafts;
mod events;
mod explain;
mod find;
mod findings;
mod free;
mod history;
mod people;
mod proposal;
mod roster;
mod rotations;
mod rules;
mod schedule;
mod shapes;
mod submissions;

use std::sync::LazyLock;

use crate::tool::ToolEntry;

/// All tools: first those that read, then those that make drafts.
pub static TOOLS: LazyLock<Vec<ToolEntry>> = LazyLock::new(|| {
    vec![
        ToolEntry::of::<roster::DayRoster>(),
        ToolEntry::of::<schedule::PersonSchedule>(),
        ToolEntry::of::<free::WhoIsFree>(),
        ToolEntry::of::<explain::ExplainEvent>(),
        ToolEntry::of::<explain::CheckPlace>(),
        ToolEntry::of::<proposal::ShowProposal>(),
        ToolEntry::of::<compare::CompareRuns>(),
        ToolEntry::of::<findings::ListFindings>(),
        ToolEntry::of::<findings::FindingOptions>(),
        ToolEntry::of::<submissions::Submissions>(),
        ToolEntry::of::<events::ListEvents>(),
        ToolEntry::of::<rotations::ShowRotations>(),
        ToolEntry::of::<people::Workload>(),
        ToolEntry::of::<people::Fairness>(),
        ToolEntry::of::<rules::Rules>(),
        ToolEntry::of::<history::Runs>(),
        ToolEntry::of::<history::EventHistory>(),
        ToolEntry::of::<find::Find>(),
        ToolEntry::of::<drafts::MoveEvent>(),
        ToolEntry::of::<drafts::SwapEvents>(),
        ToolEntry::of::<drafts::TakeBack>(),
        ToolEntry::of::<drafts::HoldLine>(),
        ToolEntry::of::<drafts::CallOut>(),
        ToolEntry::of::<drafts::TimeOff>(),
        ToolEntry::of::<drafts::RotationException>(),
        ToolEntry::of::<drafts::IgnoreFinding>(),
        ToolEntry::of::<drafts::RunNow>(),
        ToolEntry::of::<drafts::TryWeights>(),
        ToolEntry::of::<drafts::ApproveLines>(),
        ToolEntry::of::<drafts::RetryLines>(),
    ]
});

/// The tool with this name.
pub fn tool_named(name: &str) -> Option<&'static ToolEntry> {
    TOOLS.iter().find(|tool| tool.spec.name == name)
}
