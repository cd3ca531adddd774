//! The tools `hold_line`, `approve_lines`, `retry_lines`, `run_now` and `try_weights`.

use std::collections::BTreeMap;

use api::{ApiError, Code};
use desk::DeskError;
use desk::plan::Plan;
use domain::trial::Change;
use schemars::JsonSchema;
use serde::Deserialize;
use store::drafts::Act;
use store::states::LineStatus;

use super::{Draft, draft};
use crate::dates::Today;
use crate::directory::Directory;
use crate::tool::{Context, Spec, Tool, ToolError, ToolReply};

/// Holds a line of the proposal back, or releases it.
pub struct HoldLine;

/// Arguments of `hold_line`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldArguments {
    /// The event's number, or product, type, person and day.
    event: String,
    /// Releases the line instead of holding it.
    #[serde(default)]
    release: bool,
}

impl Tool for HoldLine {
    const SPEC: Spec = Spec::drafts(
        "hold_line",
        "Hold a line",
        "Drafts that an event's line in the current proposal is held back from approval, or released.",
    );
    type Arguments = HoldArguments;
    type Answer = Draft;

    async fn answer(
        context: Context<'_>,
        HoldArguments { event, release }: HoldArguments,
    ) -> Result<ToolReply<Draft>, ToolError> {
        let (plan, directory, today) = context.plan().await?;
        let line = line_of(&plan, &directory, today, &event)?;
        draft(context, Act::HoldLine { line, held: !release }).await
    }
}

/// The id of the line that an event, named in words, has in the current proposal.
fn line_of(plan: &Plan, directory: &Directory, today: Today, said: &str) -> Result<String, ToolError> {
    let event = directory.event(said, today)?.event;
    let none = || ApiError::new(Code::LineNotFound, format!("event {event} has no line in the current proposal"));
    Ok(plan.line(event).ok_or_else(none)?.body.key.to_string())
}

/// Approves lines of the proposal.
pub struct ApproveLines;

/// Arguments of `approve_lines`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveArguments {
    /// The events of the lines, each by its number or in words.
    events: Vec<String>,
}

impl Tool for ApproveLines {
    const SPEC: Spec = Spec::drafts(
        "approve_lines",
        "Approve lines",
        "Drafts that chosen lines of the current proposal are approved and sent to Crossmark.",
    );
    type Arguments = ApproveArguments;
    type Answer = Draft;

    async fn answer(
        context: Context<'_>,
        ApproveArguments { events }: ApproveArguments,
    ) -> Result<ToolReply<Draft>, ToolError> {
        let (plan, directory, today) = context.plan().await?;
        let run = plan.current.as_ref().ok_or(DeskError::NoProposal)?.proposal.run.clone();
        let lines = events.iter().map(|said| line_of(&plan, &directory, today, said));
        let mut lines: Vec<String> = lines.collect::<Result<_, _>>()?;
        lines.sort();
        lines.dedup();
        draft(context, Act::Approve { run, lines }).await
    }
}

/// Submits failed lines again.
pub struct RetryLines;

/// Arguments of `retry_lines`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryArguments {
    /// The events of failed lines, each by its number or in words; all failed ones by default.
    #[serde(default)]
    events: Vec<String>,
}

impl Tool for RetryLines {
    const SPEC: Spec =
        Spec::drafts("retry_lines", "Retry failed lines", "Drafts that failed lines are sent to Crossmark again.");
    type Arguments = RetryArguments;
    type Answer = Draft;

    async fn answer(
        context: Context<'_>,
        RetryArguments { events }: RetryArguments,
    ) -> Result<ToolReply<Draft>, ToolError> {
        let mut failed = context.club().claims().await?;
        failed.retain(|(_, claim)| claim.status == LineStatus::ApiFailed);
        let lines: Vec<String> = if events.is_empty() {
            failed.iter().map(|(_, claim)| claim.line.to_string()).collect()
        } else {
            let facts = context.facts().await?;
            let line = |said: &String| {
                let event = facts.directory.event(said, facts.today)?.event;
                let found = failed.iter().find(|(known, _)| known.event_ref == event);
                let none = || ApiError::new(Code::LineNotFound, format!("event {event} did not fail"));
                Ok::<_, ToolError>(found.ok_or_else(none)?.1.line.to_string())
            };
            events.iter().map(line).collect::<Result<_, _>>()?
        };
        if lines.is_empty() {
            return Err(ApiError::new(Code::LineNotFound, "no line has failed").into());
        }
        draft(context, Act::Retry { lines }).await
    }
}

/// Starts a run.
pub struct RunNow;

/// Arguments of `run_now`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunArguments {
    /// Plans the days inside the buffer too.
    #[serde(default)]
    emergency: bool,
}

impl Tool for RunNow {
    const SPEC: Spec = Spec::drafts("run_now", "Run now", "Drafts that the solver makes a new proposal now.");
    type Arguments = RunArguments;
    type Answer = Draft;

    async fn answer(
        context: Context<'_>,
        RunArguments { emergency }: RunArguments,
    ) -> Result<ToolReply<Draft>, ToolError> {
        draft(context, Act::RunNow { emergency }).await
    }
}

/// Starts a trial of the plan with other weights.
pub struct TryWeights;

/// Arguments of `try_weights`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeightsArguments {
    /// Weights by name of the soft rule, such as `fairness`; 0 to 5, usually 1.
    weights: BTreeMap<String, f64>,
}

impl Tool for TryWeights {
    const SPEC: Spec = Spec::drafts(
        "try_weights",
        "Try other weights",
        "Drafts a trial of the plan with other weights of soft rules. A trial changes nothing in the club.",
    );
    type Arguments = WeightsArguments;
    type Answer = Draft;

    async fn answer(
        context: Context<'_>,
        WeightsArguments { weights }: WeightsArguments,
    ) -> Result<ToolReply<Draft>, ToolError> {
        draft(context, Act::Try { change: Box::new(Change { weights, ..Change::default() }) }).await
    }
}
