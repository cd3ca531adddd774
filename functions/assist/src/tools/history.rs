//! The tools `runs` and `event_history`: past runs, and the changes of one event.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use domain::snapshot::EventRef;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::audit::{Entry, Subject};
use store::cursor::Cursor;
use store::key::LineKey;
use store::lines::Line;
use store::runs::RunOrigin;
use store::states::LineStatus;
use store::{Club, Stored};

use super::arguments::EventArguments;
use super::shapes::{Event, with_noun};
use crate::tool::{Context, Spec, Tool, ToolError, ToolReply};

/// Past runs.
pub struct Runs;

/// Arguments of `runs`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunsArguments {
    /// `next` of the prior page.
    cursor: Option<String>,
}

/// The answer of `runs`, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PastRuns {
    runs: Vec<PastRun>,
    next: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PastRun {
    id: String,
    /// `automatic`, `manual`, `by_hand` or `trial`.
    kind: &'static str,
    by: Option<String>,
    at: String,
    state: &'static str,
    /// Number of events that the run placed and that were not posted. This count and the next two are 0 if the run made
    /// no proposal.
    placed: u32,
    not_placed: u32,
    /// Number of posted schedules that the run moved or dropped.
    changes_posted: u32,
    /// Number of the run's lines that Crossmark accepted.
    accepted: u64,
    /// Number of edits of the run's lines by people; a line that was edited twice counts twice.
    edited: u64,
}

/// Number of runs on a page.
const RUNS_PER_PAGE: u16 = 10;

impl Tool for Runs {
    const SPEC: Spec =
        Spec::reads("runs", "Past runs", "Past runs, newest first: kind, state, what they placed, what became of it.");
    type Arguments = RunsArguments;
    type Answer = PastRuns;

    async fn answer(
        context: Context<'_>,
        RunsArguments { cursor }: RunsArguments,
    ) -> Result<ToolReply<PastRuns>, ToolError> {
        let club = context.club();
        let page = club.runs(cursor.map(Cursor).as_ref(), RUNS_PER_PAGE).await?;
        let tallies = match (page.items.last(), page.items.first()) {
            (Some(oldest), Some(newest)) => club.tallies(&oldest.body.id, &newest.body.id).await?,
            _ => BTreeMap::new(),
        };
        let runs = page.items.into_iter().map(|run| {
            let run = run.body;
            let tally = tallies.get(run.id.as_str()).copied().unwrap_or_default();
            let (kind, by) = match &run.origin {
                RunOrigin::Automatic { .. } => ("automatic", None),
                RunOrigin::Manual { by } => ("manual", Some(by.clone())),
                RunOrigin::ByHand { by } => ("by_hand", Some(by.clone())),
                RunOrigin::Trial { by, .. } => ("trial", Some(by.clone())),
            };
            let summary = run.summary.as_ref();
            PastRun {
                kind,
                by,
                at: run.created_at.to_string(),
                state: run.state.status().name(),
                placed: summary.map_or(0, |summary| summary.events_scheduled),
                not_placed: summary.map_or(0, |summary| summary.events_failed),
                changes_posted: summary.map_or(0, |summary| summary.events_requiring_swaps),
                accepted: tally.accepted,
                edited: tally.edited,
                id: run.id.to_string(),
            }
        });
        let answer = PastRuns { runs: runs.collect(), next: page.next.map(|next| next.0) };
        let text = format!("{}.", with_noun(answer.runs.len(), "run", "runs"));
        Ok(ToolReply { answer, text, address: "#/history".to_owned() })
    }
}

/// What happened to an event.
pub struct EventHistory;

/// The answer of `event_history`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Trail {
    event: Event,
    /// The newest entries, in the order in which they were written.
    entries: Vec<TrailEntry>,
    /// Whether there are older entries.
    more: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
struct TrailEntry {
    at: String,
    who: String,
    /// The state after the change.
    to: String,
    why: String,
}

/// Maximum entries in an answer.
const MAX_ENTRIES: u16 = 40;
/// Number of runs whose lines are searched, the latest first.
const SEARCHED_RUNS: u16 = 100;

/// The lines of an event in the latest runs and changes by hand that were changed after they were written. A line whose
/// only change is that a newer proposal replaced it is left out.
async fn changed_lines(club: Club<'_>, event: EventRef) -> Result<Vec<LineKey>, ToolError> {
    let runs = club.runs(None, SEARCHED_RUNS).await?.items;
    let proposals = runs.iter().filter_map(|run| run.body.proposal());
    let keys: Vec<LineKey> = proposals.map(|proposal| LineKey::of(&proposal, event)).collect();
    let lines = if keys.is_empty() { Vec::new() } else { club.lines_by_key(&keys).await? };
    let is_changed = |line: &Stored<Line>| {
        let is_replaced = line.body.state.status() == LineStatus::Superseded;
        line.version > 1 + u64::from(is_replaced)
    };
    Ok(lines.into_iter().filter(is_changed).map(|line| line.body.key).collect())
}

impl Tool for EventHistory {
    const SPEC: Spec = Spec::reads(
        "event_history",
        "What happened to an event",
        "Who did what to an event and to its lines in the latest 100 runs and changes by hand, when and why.",
    );
    type Arguments = EventArguments;
    type Answer = Trail;

    async fn answer(
        context: Context<'_>,
        EventArguments { event }: EventArguments,
    ) -> Result<ToolReply<Trail>, ToolError> {
        let (plan, directory, today) = context.plan().await?;
        let found = directory.event(&event, today)?.clone();
        let club = context.club();
        let line_of_claim = club.event(found.event).await?.and_then(|event| event.body.claim).map(|claim| claim.line);
        let line_of_plan = plan.line(found.event).map(|line| line.body.key.clone());
        let mut lines = changed_lines(club, found.event).await?;
        lines.extend(line_of_plan.into_iter().chain(line_of_claim));
        lines.sort();
        lines.dedup();
        let subjects = lines.into_iter().map(Subject::Line).chain([Subject::Event(found.event)]);
        let (mut entries, mut more): (Vec<Entry>, bool) = (Vec::new(), false);
        for subject in subjects {
            let newest = club.newest_changes(&subject, MAX_ENTRIES).await?;
            more |= newest.next.is_some();
            entries.extend(newest.items.into_iter().map(|entry| entry.body));
        }
        entries.sort_by_key(|entry| Reverse(entry.because.at));
        more |= entries.len() > usize::from(MAX_ENTRIES);
        entries.truncate(MAX_ENTRIES.into());
        let trail_entry = |entry: Entry| TrailEntry {
            at: entry.because.at.to_string(),
            who: entry.because.who.display_name().to_owned(),
            to: entry.to,
            why: entry.because.why,
        };
        let event = Event::new(found.event, &found.name, found.kind);
        let answer = Trail { event, entries: entries.into_iter().rev().map(trail_entry).collect(), more };
        let newest = if more { "the newest " } else { "" };
        let entries = with_noun(answer.entries.len(), "entry", "entries");
        let text = format!("Event {}: {newest}{entries}.", found.event);
        Ok(ToolReply { answer, text, address: format!("#/events?cond=all&q={}", found.event) })
    }
}
