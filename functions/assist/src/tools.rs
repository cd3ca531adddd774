//! The table of tools. One module, one tool or a few about the same thing.

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

use crate::tool::Entry;

/// All tools: first those that read, then those that make drafts.
pub static TOOLS: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    vec![
        Entry::of::<roster::DayRoster>(),
        Entry::of::<schedule::PersonSchedule>(),
        Entry::of::<free::WhoIsFree>(),
        Entry::of::<explain::ExplainEvent>(),
        Entry::of::<explain::CheckPlace>(),
        Entry::of::<proposal::ShowProposal>(),
        Entry::of::<compare::CompareRuns>(),
        Entry::of::<findings::ListFindings>(),
        Entry::of::<findings::WaysOut>(),
        Entry::of::<submissions::Submissions>(),
        Entry::of::<events::ListEvents>(),
        Entry::of::<rotations::ShowRotations>(),
        Entry::of::<people::Workload>(),
        Entry::of::<people::Fairness>(),
        Entry::of::<rules::Rules>(),
        Entry::of::<history::Runs>(),
        Entry::of::<history::EventHistory>(),
        Entry::of::<find::Find>(),
        Entry::of::<drafts::MoveEvent>(),
        Entry::of::<drafts::SwapEvents>(),
        Entry::of::<drafts::TakeBack>(),
        Entry::of::<drafts::HoldLine>(),
        Entry::of::<drafts::CallOut>(),
        Entry::of::<drafts::TimeOff>(),
        Entry::of::<drafts::RotationException>(),
        Entry::of::<drafts::IgnoreFinding>(),
        Entry::of::<drafts::RunNow>(),
        Entry::of::<drafts::TryWeights>(),
        Entry::of::<drafts::ApproveLines>(),
        Entry::of::<drafts::RetryLines>(),
    ]
});

/// The tool of a name.
pub fn named(name: &str) -> Option<&'static Entry> {
    TOOLS.iter().find(|tool| tool.spec.name == name)
}
