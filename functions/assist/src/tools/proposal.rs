//! The tool `proposal`: the current proposal in numbers, and chosen lines of it.

use desk::elsewhere::{Standing, standing};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::lines::{Line, LineKind};
use store::states::LineStatus;

use super::shapes::{Event, Spot, page, with_noun};
use crate::directory::Directory;
use crate::tool::{Context, Spec, Tool, ToolError, ToolReply};

/// Shows the current proposal.
pub struct ShowProposal;

/// Which lines of the proposal.
#[derive(Debug, Default, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Show {
    /// Placed lines that need a look, and events without a place.
    #[default]
    NeedsLook,
    /// Events without a place.
    NotPlaced,
    /// Moves and drops of posted schedules.
    Changes,
    /// All lines without a decision.
    Open,
}

/// Arguments of `proposal`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// `needs_look` by default.
    #[serde(default)]
    show: Show,
    /// Only lines that give an event to this person or take one from them.
    person: Option<String>,
    /// Only on these days; an event without a place counts on all days of its window.
    when: Option<String>,
    /// `next` of the prior page.
    cursor: Option<String>,
}

/// The answer of `proposal`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Proposal {
    run: String,
    made_at: String,
    /// Whether the club has changed since the proposal was made, other than by lines of a proposal.
    plan_moved: bool,
    /// Number of events that have a place. With `dropped` and `not_placed`, all events of the proposal that were not
    /// rejected, and that nothing else posted, moved or took back before their lines were accepted.
    placed: usize,
    /// Number of events whose posted schedule is taken back: by their lines, or since these were accepted.
    dropped: usize,
    not_placed: usize,
    /// Number of placed lines without a decision that need a look.
    needs_look: usize,
    /// Number of lines without a decision, apart from events without a place.
    undecided: usize,
    /// Number of lines without a decision that a person holds back from approval.
    held: usize,
    /// Number of lines that Crossmark has accepted.
    accepted: usize,
    /// A page of the lines asked for, all of them without a decision.
    lines: Vec<ProposedLine>,
    next: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ProposedLine {
    line: String,
    #[serde(flatten)]
    event: Event,
    /// `new`, `moved`, `dropped` or `not_placed`.
    what: LineWhat,
    place: Option<Spot>,
    from: Option<Spot>,
    held: bool,
    flags: Vec<String>,
    /// Why the event is not placed, or what differs from the prior proposal.
    words: Option<String>,
}

#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum LineWhat {
    New,
    Moved,
    Dropped,
    NotPlaced,
}

impl From<LineKind> for LineWhat {
    fn from(kind: LineKind) -> LineWhat {
        match kind {
            LineKind::New => LineWhat::New,
            LineKind::Moved => LineWhat::Moved,
            LineKind::Dropped => LineWhat::Dropped,
            LineKind::NotPlaced => LineWhat::NotPlaced,
        }
    }
}

/// Number of lines per page.
const PAGE: usize = 15;

impl Tool for ShowProposal {
    const SPEC: Spec = Spec::reads(
        "proposal",
        "The current proposal",
        "The current proposal in numbers, and its lines that need a look, are not placed, or change what is posted.",
    );
    type Arguments = Arguments;
    type Answer = Proposal;

    async fn answer(context: Context<'_>, arguments: Arguments) -> Result<ToolReply<Proposal>, ToolError> {
        let (plan, directory, today) = context.plan().await?;
        let current = plan.current.as_ref().ok_or(desk::DeskError::NoProposal)?;
        let person = arguments.person.as_deref().map(|said| directory.person(said)).transpose()?;
        let days = arguments
            .when
            .as_deref()
            .map(|said| today.days(Some(said), crate::dates::Days::on(today.0)))
            .transpose()?;
        let is_open = |line: &Line| line.state.status().is_open();
        let elsewhere = context.elsewhere(&plan).await?;
        let shown = plan.lines.values().filter_map(|line| Some((&line.body, standing(&line.body, &elsewhere)?)));
        let shown: Vec<(&Line, Standing)> = shown.collect();
        let count = |which: &dyn Fn(&Line) -> bool| shown.iter().filter(|(line, _)| which(line)).count();
        let events = |wanted: Standing| shown.iter().filter(|(_, found)| *found == wanted).count();
        let wanted = |line: &Line| {
            let of_kind = match arguments.show {
                Show::NeedsLook => line.needs_a_look() || !line.is_placed(),
                Show::NotPlaced => !line.is_placed(),
                Show::Changes => line.kind.is_swap(),
                Show::Open => true,
            };
            let mut places = line.place.iter().chain(line.from.as_ref().map(|old| &old.place));
            let of_person = person.is_none_or(|person| places.clone().any(|place| place.employee_id == person.id));
            let on_days = days.is_none_or(|days| match line.is_placed() {
                true => places.any(|place| days.contains(place.start.date())),
                false => line.event.start.date() <= days.to && days.from < line.event.due.date(),
            });
            is_open(line) && of_kind && of_person && on_days
        };
        let lines = shown.iter().map(|(line, _)| *line).filter(|line| wanted(line));
        let lines: Vec<ProposedLine> = lines.map(|line| proposed(line, &directory)).collect();
        let (lines, next) = page(lines, arguments.cursor.as_deref(), PAGE);
        let answer = Proposal {
            run: current.proposal.run.to_string(),
            made_at: current.at.to_string(),
            plan_moved: current.plan_version.outdating_changes() != plan.plan_version.outdating_changes(),
            placed: events(Standing::Placed),
            dropped: events(Standing::TakenBack),
            not_placed: events(Standing::NotPlaced),
            needs_look: count(&|line| is_open(line) && line.is_placed() && line.needs_a_look()),
            undecided: count(&|line| is_open(line) && line.is_placed()),
            held: count(&|line| is_open(line) && line.held),
            accepted: count(&|line| line.state.status() == LineStatus::ApiSubmitted),
            lines,
            next,
        };
        // An event without a place needs a look too.
        let look = count(&|line| is_open(line) && (line.needs_a_look() || !line.is_placed()));
        let text = format!(
            "The proposal: {} placed, {} taken back, {} not placed; {} a look, {} undecided.",
            answer.placed,
            answer.dropped,
            answer.not_placed,
            with_noun(look, "event needs", "events need"),
            answer.undecided
        );
        let tab = if matches!(arguments.show, Show::NeedsLook) { "look" } else { "all" };
        Ok(ToolReply { answer, text, address: format!("#/review?tab={tab}") })
    }
}

fn proposed(line: &Line, directory: &Directory) -> ProposedLine {
    let flag = |flag| serde_json::to_value(flag).ok().and_then(|flag| flag.as_str().map(str::to_owned));
    let failure = line.failure.as_ref().map(|failure| failure.text.clone());
    ProposedLine {
        line: line.key.to_string(),
        event: Event::of(&line.event),
        what: line.kind.into(),
        place: line.place.as_ref().filter(|_| line.kind != LineKind::Dropped).map(|place| Spot::of(place, directory)),
        from: line.from.as_ref().map(|old| Spot::of(&old.place, directory)),
        held: line.held,
        flags: line.flags.iter().filter_map(flag).collect(),
        words: failure.or_else(|| line.differs.as_ref().map(|differs| differs.text.clone())),
    }
}
