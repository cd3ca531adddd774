//! The tools `move_event`, `swap_events` and `take_back`.

use desk::drafts::{act_for_event, act_for_swap};
use desk::evaluate::When;
use domain::snapshot::EventRef;
use schemars::JsonSchema;
use serde::Deserialize;
use store::drafts::{Act, At, ScheduleChange, Target};

use super::{Draft, draft, refused};
use crate::dates::Days;
use crate::names::{About, Unclear};
use crate::tool::{Context, Facts, Spec, Tool, ToolError, ToolReply};
use crate::tools::arguments::{EventArguments, PlaceArguments};

/// Places or moves an event.
pub struct MoveEvent;

impl Tool for MoveEvent {
    const SPEC: Spec = Spec::drafts(
        "move_event",
        "Place or move an event",
        "Drafts another person, day or time for an event: open, proposed or posted. A Core's Supervisor and a Production's \
Survey move along.",
    );
    type Arguments = PlaceArguments;
    type Answer = Draft;

    async fn answer(context: Context<'_>, arguments: PlaceArguments) -> Result<ToolReply<Draft>, ToolError> {
        let facts = context.facts().await?;
        let known = facts.directory.event(&arguments.event, facts.today)?;
        let person = arguments.person.as_deref().map(|said| facts.directory.person(said)).transpose()?;
        let at = arguments.when(facts.today, known)?.map(|when| match when {
            When::Date(date) => At::Date(date),
            When::Moment(moment) => At::Moment(moment),
        });
        let to = Target { employee_id: person.map(|person| person.id.clone()), at };
        if to == Target::default() {
            return Err(ToolError::Arguments("say to whom, to which day, or both".to_owned()));
        }
        let act = act_for_event(context.desk(), known.event, to, context.requester.now).await.map_err(refused)?;
        draft(context, act).await
    }
}

/// Swaps the posted events of two people, or the people of two posted events.
pub struct SwapEvents;

/// Arguments of `swap_events`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SwapArguments {
    /// A person, or an event.
    a: String,
    /// The other person, or event.
    b: String,
    /// The day, such as `friday`; needed for people.
    when: Option<String>,
}

impl Tool for SwapEvents {
    const SPEC: Spec = Spec::drafts(
        "swap_events",
        "Swap two people or events",
        "Drafts that two people trade their posted events of a day, or that two posted events trade people; times stay.",
    );
    type Arguments = SwapArguments;
    type Answer = Draft;

    async fn answer(
        context: Context<'_>,
        SwapArguments { a, b, when }: SwapArguments,
    ) -> Result<ToolReply<Draft>, ToolError> {
        let facts = context.facts().await?;
        let days = facts.today.days(when.as_deref(), Days::on(facts.today.0))?;
        let events = [posted_of(facts, &a, days, when.is_some())?, posted_of(facts, &b, days, when.is_some())?];
        let act = act_for_swap(context.desk(), events, context.requester.now).await.map_err(refused)?;
        draft(context, act).await
    }
}

/// The posted event that some words mean: the event's own name or number, or the person who works it on `days`.
fn posted_of(facts: &Facts, said: &str, days: Days, is_day_said: bool) -> Result<EventRef, ToolError> {
    let by_number = said.trim_start_matches('#').bytes().all(|b| b.is_ascii_digit());
    let person = match facts.directory.person(said) {
        Ok(person) if !by_number => person,
        Err(unclear) if !by_number && !unclear.candidates.is_empty() => return Err(unclear.into()),
        _ => return Ok(facts.directory.event(said, facts.today)?.event),
    };
    if !is_day_said {
        return Err(ToolError::Arguments("say on which day the two people trade".to_owned()));
    }
    let theirs: Vec<_> =
        facts.worked().filter(|p| p.employee_id == person.id && days.contains(p.start.date())).collect();
    let base: Vec<_> = theirs.iter().filter(|p| p.event.event_type().is_base()).copied().collect();
    match (base.as_slice(), theirs.as_slice()) {
        ([one], _) | ([], [one]) => Ok(one.event.event_ref),
        (_, []) => Err(ToolError::Arguments(format!("{said} works nothing on {days}"))),
        _ => {
            let known = theirs.iter().filter_map(|p| facts.directory.event_by_ref(p.event.event_ref));
            let candidates = known.map(|event| facts.directory.candidate(event));
            Err(Unclear::new(About::Event, said, candidates).into())
        }
    }
}

/// Takes a posted schedule back.
pub struct TakeBack;

impl Tool for TakeBack {
    const SPEC: Spec = Spec::drafts(
        "take_back",
        "Take a schedule back",
        "Drafts that a posted schedule is taken back: its event is open again.",
    );
    type Arguments = EventArguments;
    type Answer = Draft;

    async fn answer(
        context: Context<'_>,
        EventArguments { event }: EventArguments,
    ) -> Result<ToolReply<Draft>, ToolError> {
        let facts = context.facts().await?;
        let event = facts.directory.event(&event, facts.today)?.event;
        draft(context, Act::Schedules { changes: vec![ScheduleChange { event, to: None }] }).await
    }
}
