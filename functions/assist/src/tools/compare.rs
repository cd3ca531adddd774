//! The tool `compare_runs`: two runs side by side.

use std::collections::BTreeMap;

use api::{ApiError, Code};
use domain::snapshot::EventRef;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::key::RunId;
use store::lines::{Line, LineKind};
use store::runs::Run;

use super::shapes::{Event, Spot, page, tenths, with_noun};
use crate::directory::Directory;
use crate::tool::{Context, Spec, Tool, ToolError, ToolReply};

/// How a run differs from another one.
pub struct CompareRuns;

/// Arguments of `compare_runs`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The earlier run; by default the second newest run that has lines. A record of changes by hand does not count.
    before: Option<String>,
    /// The later run; by default the newest run that has lines. A record of changes by hand does not count.
    after: Option<String>,
    /// `next` of the prior page.
    cursor: Option<String>,
}

/// The answer of `compare_runs`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Comparison {
    before: String,
    after: String,
    same: usize,
    differ: usize,
    /// The soft rules whose points differ, each with the points of the later run minus those of the earlier run.
    points: BTreeMap<String, f64>,
    lines: Vec<Difference>,
    next: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Difference {
    #[serde(flatten)]
    event: Event,
    before: Option<Spot>,
    after: Option<Spot>,
}

/// Number of differences per page.
const PAGE: usize = 20;
/// Number of runs, the newest, that are searched for the last two runs with lines.
const RECENT: u16 = 30;

impl Tool for CompareRuns {
    const SPEC: Spec = Spec::reads(
        "compare_runs",
        "Compare two runs",
        "Which events the later of two runs places differently, and how its points differ. The last two runs by default.",
    );
    type Arguments = Arguments;
    type Answer = Comparison;

    async fn answer(context: Context<'_>, arguments: Arguments) -> Result<ToolReply<Comparison>, ToolError> {
        let (club, now) = (context.club(), context.requester.now);
        let recent: Vec<Run> = club.runs(None, RECENT).await?.items.into_iter().map(|run| run.body).collect();
        let mut with_lines = recent.iter().filter(|run| !run.is_by_hand() && run.kept_proposal(now).is_some());
        let (last, last_but_one) = (with_lines.next(), with_lines.next());
        let after = run_of(context, arguments.after.as_deref(), last).await?;
        let before = run_of(context, arguments.before.as_deref(), last_but_one).await?;
        let names = Directory::of_documents(&club.club_documents().await?);
        let (of_before, of_after) = (lines(context, &before).await?, lines(context, &after).await?);
        let (all, same) = differences(&of_before, &of_after, &names);
        let differ = all.len();
        let (lines, next) = page(all, arguments.cursor.as_deref(), PAGE);
        let answer = Comparison {
            points: points(&before, &after),
            before: before.id.to_string(),
            after: after.id.to_string(),
            same,
            differ,
            lines,
            next,
        };
        let (differ, same) = (with_noun(differ, "event differs", "events differ"), with_noun(same, "is", "are"));
        let text = format!("The later run against the earlier one: {differ}, {same} the same.");
        Ok(ToolReply { answer, text, address: "#/history".to_owned() })
    }
}

/// The run with this id, or the default run if no id is given.
async fn run_of(context: Context<'_>, named: Option<&str>, default: Option<&Run>) -> Result<Run, ToolError> {
    let Some(named) = named else {
        let message = format!("of the last {RECENT} runs, fewer than two have lines to compare");
        let none = || ApiError::new(Code::RunNotFound, message);
        return Ok(default.cloned().ok_or_else(none)?);
    };
    let id = RunId::parse(named).map_err(ApiError::from)?;
    let found = context.club().run(&id).await?;
    let none = || ApiError::new(Code::RunNotFound, format!("there is no run {id}"));
    Ok(found.ok_or_else(none)?.body)
}

async fn lines(context: Context<'_>, run: &Run) -> Result<BTreeMap<EventRef, Line>, ToolError> {
    let none = || ApiError::new(Code::RunHasNoLines, format!("run {} has no lines to compare", run.id));
    let proposal = run.kept_proposal(context.requester.now).ok_or_else(none)?;
    let lines = context.club().lines(&proposal, context.requester.now).await?;
    Ok(lines.into_iter().map(|line| (line.body.key.event, line.body)).collect())
}

/// The events that two proposals place differently, and the number of events that they place alike. People's edits of the
/// proposals are ignored.
fn differences(
    before: &BTreeMap<EventRef, Line>,
    after: &BTreeMap<EventRef, Line>,
    names: &Directory,
) -> (Vec<Difference>, usize) {
    let spot = |line: Option<&Line>| {
        let line = line.filter(|line| line.kind != LineKind::Dropped)?;
        Some(Spot::of(line.original.as_ref()?, names))
    };
    let of = |line: Option<&Line>| line.map(|line| (line.kind, line.original.clone()));
    let (mut all, mut same) = (Vec::new(), 0);
    let added = after.keys().filter(|event| !before.contains_key(event));
    for event in before.keys().chain(added) {
        let (old, new) = (before.get(event), after.get(event));
        if of(old) == of(new) {
            same += 1;
        } else if let Some(line) = new.or(old) {
            all.push(Difference { event: Event::of(&line.event), before: spot(old), after: spot(new) });
        }
    }
    all.sort_by_key(|difference| difference.event.event);
    (all, same)
}

fn points(before: &Run, after: &Run) -> BTreeMap<String, f64> {
    let terms = |run: &Run| {
        let answer = run.summary.as_ref().and_then(|summary| summary.answer.as_ref());
        answer.map(|answer| answer.terms.clone()).unwrap_or_default()
    };
    let (old, new) = (terms(before), terms(after));
    let of = |terms: &BTreeMap<String, f64>, name: &String| terms.get(name).copied().unwrap_or(0.0);
    let names = old.keys().chain(new.keys());
    let changed = names.map(|name| (name.clone(), tenths(of(&new, name) - of(&old, name))));
    changed.filter(|(_, change)| *change != 0.0).collect()
}
