//! Events placed, moved, swapped, taken back.

use desk::check::When;
use desk::drafts::{act_for_event, act_for_swap};
use domain::event_type::EventType;
use domain::snapshot::EventRef;
use schemars::JsonSchema;
use serde::Deserialize;
use store::drafts::{Act, At, ScheduleChange, Target};

use super::{Draft, draft, refused};
use crate::dates::Days;
use crate::names::{About, Unclear};
use crate::tool::{Context, Facts, Spec, Tool, ToolError, ToolReply};
use crate::tools::explain::when;

/// Places or moves an event.
pub struct MoveEvent;

/// Which event, and where.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Its number, or product, type, person and day.
    event: String,
    /// To whom; a name as said. Whoever has it by default.
    person: Option<String>,
    /// To which day, as said; its day by default.
    date: Option<String>,
    /// `HH:MM`; the rulebook's start by default.
    time: Option<String>,
}

impl Tool for MoveEvent {
    const SPEC: Spec = Spec::drafts(
        "move_event",
        "Place or move an event",
        "Drafts another person, day or time for an event: open, proposed or posted. What is paired moves along.",
    );
    type Arguments = Place;
    type Answer = Draft;

    async fn answer(context: Context<'_>, arguments: Place) -> Result<ToolReply<Draft>, ToolError> {
        let facts = context.facts().await?;
        let event = facts.directory.event(&arguments.event, facts.today)?.event;
        let person = arguments.person.as_deref().map(|said| facts.directory.person(said)).transpose()?;
        let date = arguments.date.as_deref().map(|said| facts.today.one_day(Some(said))).transpose()?;
        let at =
            when(date.map(|date| date.to_string()).as_deref(), arguments.time.as_deref())?.map(|when| match when {
                When::Date(date) => At::Date(date),
                When::Moment(moment) => At::Moment(moment),
            });
        let to = Target { employee_id: person.map(|person| person.id.clone()), at };
        if to == Target::default() {
            return Err(ToolError::Arguments("say to whom, to which day, or both".to_owned()));
        }
        let act = act_for_event(context.desk(), event, to, context.asker.now).await.map_err(refused)?;
        draft(context, act).await
    }
}

/// Swaps the posted events of two people, or the people of two posted events.
pub struct SwapEvents;

/// Who or what trades.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Swap {
    /// A person, or an event.
    a: String,
    /// The other person, or event.
    b: String,
    /// On which day, as said; needed for people.
    when: Option<String>,
}

impl Tool for SwapEvents {
    const SPEC: Spec = Spec::drafts(
        "swap_events",
        "Swap two people or events",
        "Drafts that two people trade their posted events of a day, or two posted events their people; times stay.",
    );
    type Arguments = Swap;
    type Answer = Draft;

    async fn answer(context: Context<'_>, Swap { a, b, when }: Swap) -> Result<ToolReply<Draft>, ToolError> {
        let facts = context.facts().await?;
        let days = facts.today.days(when.as_deref(), Days::on(facts.today.0))?;
        let events = [posted_of(&facts, &a, days, when.is_some())?, posted_of(&facts, &b, days, when.is_some())?];
        let act = act_for_swap(context.desk(), events, context.asker.now).await.map_err(refused)?;
        draft(context, act).await
    }
}

/// The posted event that is meant, named by itself or by the person who works it on a day.
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
    let posted = &facts.posted.snapshot.posted;
    let theirs: Vec<_> = posted.iter().filter(|p| p.employee_id == person.id && days.hold(p.start.date())).collect();
    let is_whole = |kind: EventType| kind.is_base();
    let whole: Vec<_> = theirs.iter().filter(|p| is_whole(p.event.event_type())).copied().collect();
    match (whole.as_slice(), theirs.as_slice()) {
        ([one], _) | ([], [one]) => Ok(one.event.event_ref),
        (_, []) => Err(ToolError::Arguments(format!("{} works nothing on {days}", person.id))),
        _ => {
            let known = theirs.iter().filter_map(|p| facts.directory.known(p.event.event_ref));
            let candidates = known.map(|event| facts.directory.candidate(event));
            Err(Unclear::new(About::Event, said, candidates).into())
        }
    }
}

/// Takes a posted schedule back.
pub struct TakeBack;

/// Which event.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WhichEvent {
    /// Its number, or product, type, person and day.
    event: String,
}

impl Tool for TakeBack {
    const SPEC: Spec = Spec::drafts(
        "take_back",
        "Take a schedule back",
        "Drafts that a posted schedule is taken back: its event is open again.",
    );
    type Arguments = WhichEvent;
    type Answer = Draft;

    async fn answer(context: Context<'_>, WhichEvent { event }: WhichEvent) -> Result<ToolReply<Draft>, ToolError> {
        let facts = context.facts().await?;
        let event = facts.directory.event(&event, facts.today)?.event;
        draft(context, Act::Schedules { changes: vec![ScheduleChange { event, to: None }] }).await
    }
}
