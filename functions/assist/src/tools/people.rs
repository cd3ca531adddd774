//! The tools `workload` and `fairness`: how much people work, and the balance of their earlier weeks.

use std::collections::BTreeSet;

use domain::event_type::EventType;
use domain::snapshot::{EmployeeId, Posted};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shapes::{hours, schedules_not_read, tenths, with_noun};
use crate::dates::Days;
use crate::directory::Who;
use crate::tool::{Context, Spec, Tool, ToolError, ToolReply};

/// Lists how much each person works.
pub struct Workload;

/// Arguments of `workload`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkloadArguments {
    /// Days, such as `next week`; this week by default.
    when: Option<String>,
}

/// The answer of `workload`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Loads {
    from: String,
    to: String,
    /// The first date whose posted schedules are known, if `from` is earlier; otherwise `null`.
    schedules_from: Option<String>,
    /// Most hours first.
    people: Vec<Load>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Load {
    #[serde(flatten)]
    person: Who,
    hours: f64,
    /// Number of days on which the person works.
    days: usize,
    events: usize,
    /// Number of Core events, which are part of `events`.
    core: usize,
}

impl Tool for Workload {
    const SPEC: Spec = Spec::reads(
        "workload",
        "Workload",
        "Hours, days, events and Core of each person in a week or on other days, as posted; most hours first.",
    );
    type Arguments = WorkloadArguments;
    type Answer = Loads;

    async fn answer(
        context: Context<'_>,
        WorkloadArguments { when }: WorkloadArguments,
    ) -> Result<ToolReply<Loads>, ToolError> {
        let facts = context.facts().await?;
        let days = facts.today.days(when.as_deref(), Days::week_of(facts.today.0))?;
        let worked: Vec<&Posted> = facts.worked().filter(|posted| days.contains(posted.start.date())).collect();
        // People who left by now are among those who worked on past days.
        let current = facts.directory.people().iter().map(|person| &person.id);
        let everybody: BTreeSet<&EmployeeId> = current.chain(worked.iter().map(|posted| &posted.employee_id)).collect();
        let load = |id: &EmployeeId| {
            let theirs: Vec<&&Posted> = worked.iter().filter(|posted| posted.employee_id == *id).collect();
            Load {
                person: facts.directory.who(id),
                hours: hours(theirs.iter().map(|posted| posted.event.minutes()).sum()),
                days: theirs.iter().map(|posted| posted.start.date()).collect::<BTreeSet<_>>().len(),
                events: theirs.len(),
                core: theirs.iter().filter(|posted| posted.event.event_type() == EventType::Core).count(),
            }
        };
        let mut people: Vec<Load> = everybody.into_iter().map(load).collect();
        people.sort_by(|a, b| b.hours.total_cmp(&a.hours).then_with(|| a.person.id.cmp(&b.person.id)));
        let with_events = people.iter().filter(|load| load.events > 0).count();
        let schedules_from = facts.schedules_from(days);
        let answer = Loads {
            from: days.from.to_string(),
            to: days.to.to_string(),
            schedules_from: schedules_from.map(|date| date.to_string()),
            people,
        };
        let all = with_noun(answer.people.len(), "person", "people");
        let text = format!("{days}: {with_events} of {all} working.{}", schedules_not_read(schedules_from));
        Ok(ToolReply { answer, text, address: "#/team".to_owned() })
    }
}

/// Lists the debt of the club to each person from earlier weeks (rule S15).
pub struct Fairness;

/// Arguments of `fairness`: none.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FairnessArguments {}

/// The answer of `fairness`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Ledger {
    /// Largest debt first.
    people: Vec<PersonDebt>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PersonDebt {
    #[serde(flatten)]
    person: Who,
    /// -3 to 3; above 0, the person had too few Core events.
    debt: f64,
    /// Number of the person's Core events that are posted in the last 28 days and ahead, without canceled and expired ones.
    core: usize,
}

impl Tool for Fairness {
    const SPEC: Spec = Spec::reads(
        "fairness",
        "Fairness",
        "What the club owes each person from earlier weeks (rule S15, -3 to 3), and how many Core they have.",
    );
    type Arguments = FairnessArguments;
    type Answer = Ledger;

    async fn answer(
        context: Context<'_>,
        FairnessArguments {}: FairnessArguments,
    ) -> Result<ToolReply<Ledger>, ToolError> {
        let facts = context.facts().await?;
        let snapshot = &facts.posted.snapshot;
        let owed = |person: &crate::directory::KnownPerson| PersonDebt {
            person: facts.directory.who(&person.id),
            debt: snapshot.ledger.iter().find(|row| row.employee_id == person.id).map_or(0.0, |row| tenths(row.debt)),
            core: facts
                .worked()
                .filter(|p| p.employee_id == person.id && p.event.event_type() == EventType::Core)
                .count(),
        };
        let mut people: Vec<PersonDebt> = facts.directory.people().iter().map(owed).collect();
        people.sort_by(|a, b| b.debt.total_cmp(&a.debt).then_with(|| a.person.id.cmp(&b.person.id)));
        let owed = with_noun(people.iter().filter(|owed| owed.debt > 0.0).count(), "person", "people");
        let text = format!("The club owes {owed} something.");
        Ok(ToolReply { answer: Ledger { people }, text, address: "#/team".to_owned() })
    }
}
