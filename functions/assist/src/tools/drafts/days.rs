//! The tools `call_out`, `time_off`, `rotation_exception` and `ignore_finding`.

use domain::snapshot::{Moves, Rotation};
use domain::standing::FindingId;
use schemars::JsonSchema;
use serde::Deserialize;
use store::drafts::Act;

use super::{Draft, draft};
use crate::dates::Days;
use crate::tool::{Context, Spec, Tool, ToolError, ToolReply};

/// Finds people who take over the events of somebody who cannot come.
pub struct CallOut;

/// Whether others may be moved.
#[derive(Debug, Default, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Others {
    /// Nobody else's events are moved, except a Survey or Supervisor event that goes with an event of the absent
    /// person.
    None,
    /// Schedules of others may change, but each change costs many points of the score, so that few do.
    #[default]
    Few,
    /// Schedules of others may change; each change costs fewer points of the score than with `few`.
    Any,
}

/// Arguments of `call_out`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CallOutArguments {
    /// A name or id.
    person: String,
    /// Days, such as `friday`; today by default.
    when: Option<String>,
    /// Whether others may be moved; `few` by default.
    #[serde(default)]
    others: Others,
    /// Whether the person missed work that began today.
    #[serde(default)]
    no_show: bool,
}

impl Tool for CallOut {
    const SPEC: Spec = Spec::drafts(
        "call_out",
        "Somebody cannot come",
        "Drafts who takes over the posted events of somebody who is out (ill, no show). A solver finds them: see the draft's page.",
    );
    type Arguments = CallOutArguments;
    type Answer = Draft;

    async fn answer(context: Context<'_>, arguments: CallOutArguments) -> Result<ToolReply<Draft>, ToolError> {
        let facts = context.facts().await?;
        let employee_id = facts.directory.person(&arguments.person)?.id.clone();
        let days = facts.today.days(arguments.when.as_deref(), Days::on(facts.today.0))?;
        let moves = match arguments.others {
            Others::None => Moves::None,
            Others::Few => Moves::Few,
            Others::Any => Moves::Any,
        };
        let no_show = arguments.no_show;
        draft(context, Act::CallOut { employee_id, from: days.from, to: days.to, moves, no_show }).await
    }
}

/// Drafts days off.
pub struct TimeOff;

/// Arguments of `time_off`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeOffArguments {
    /// A name or id.
    person: String,
    /// Days, such as `9 jan to 12 jan`.
    when: Option<String>,
}

impl Tool for TimeOff {
    const SPEC: Spec = Spec::drafts(
        "time_off",
        "Time off",
        "Drafts days off for somebody. It names their posted events on those days, but only call_out finds a replacement.",
    );
    type Arguments = TimeOffArguments;
    type Answer = Draft;

    async fn answer(
        context: Context<'_>,
        TimeOffArguments { person, when }: TimeOffArguments,
    ) -> Result<ToolReply<Draft>, ToolError> {
        let facts = context.facts().await?;
        let employee_id = facts.directory.person(&person)?.id.clone();
        let missing = || ToolError::Arguments("say which days".to_owned());
        let days = facts.today.days(Some(when.as_deref().ok_or_else(missing)?), Days::on(facts.today.0))?;
        draft(context, Act::TimeOff { employee_id, start: days.from, end: days.to }).await
    }
}

/// Drafts that somebody holds a rotation on one day.
pub struct RotationException;

/// Which rotation.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum WhichRotation {
    /// Who works Juicer Production.
    Juicer,
    /// Who leads the day.
    PrimaryLead,
}

/// Arguments of `rotation_exception`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExceptionArguments {
    /// A name or id.
    person: String,
    rotation: WhichRotation,
    /// A day, such as `9 jan`.
    date: Option<String>,
    /// The reason, for people.
    reason: Option<String>,
}

impl Tool for RotationException {
    const SPEC: Spec = Spec::drafts(
        "rotation_exception",
        "A rotation for one day",
        "Drafts that somebody holds a rotation on one day instead of its usual holder.",
    );
    type Arguments = ExceptionArguments;
    type Answer = Draft;

    async fn answer(context: Context<'_>, arguments: ExceptionArguments) -> Result<ToolReply<Draft>, ToolError> {
        let facts = context.facts().await?;
        let employee_id = facts.directory.person(&arguments.person)?.id.clone();
        let missing = || ToolError::Arguments("say which day".to_owned());
        let date = facts.today.one_day(Some(arguments.date.as_deref().ok_or_else(missing)?))?;
        let rotation = match arguments.rotation {
            WhichRotation::Juicer => Rotation::Juicer,
            WhichRotation::PrimaryLead => Rotation::PrimaryLead,
        };
        let reason = reason(arguments.reason.as_deref())?;
        draft(context, Act::RotationException { date, rotation, employee_id, reason }).await
    }
}

/// Drafts that a finding is ignored up to a day.
pub struct IgnoreFinding;

/// Arguments of `ignore_finding`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IgnoreArguments {
    /// The id of a finding.
    finding: String,
    /// Why, in the user's words.
    reason: String,
    /// The last day, such as `friday`. By default the end of the finding's week; the end of this week if the finding is
    /// of the past or of no day.
    until: Option<String>,
}

impl Tool for IgnoreFinding {
    const SPEC: Spec = Spec::drafts(
        "ignore_finding",
        "Ignore a finding",
        "Drafts that a finding is ignored up to and including a day, with the user's reason.",
    );
    type Arguments = IgnoreArguments;
    type Answer = Draft;

    async fn answer(context: Context<'_>, arguments: IgnoreArguments) -> Result<ToolReply<Draft>, ToolError> {
        let facts = context.facts().await?;
        let until = arguments.until.as_deref().map(|said| facts.today.one_day(Some(said))).transpose()?;
        let missing = || ToolError::Arguments("say why".to_owned());
        let reason = reason(Some(&arguments.reason))?.ok_or_else(missing)?;
        draft(context, Act::IgnoreFinding { finding: FindingId(arguments.finding), until, reason }).await
    }
}

/// A reason that people read, on one line of at most 500 characters; `None` if it is empty.
fn reason(said: Option<&str>) -> Result<Option<String>, ToolError> {
    const MAX_LENGTH: usize = 500;
    let Some(said) = said.map(str::trim).filter(|said| !said.is_empty()) else { return Ok(None) };
    if said.chars().count() > MAX_LENGTH || said.chars().any(char::is_control) {
        let message = format!("a reason has up to {MAX_LENGTH} characters, and no control characters");
        return Err(ToolError::Arguments(message));
    }
    Ok(Some(said.to_owned()))
}
