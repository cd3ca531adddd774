//! The tool `who_is_free`: who could work an event on its days, or who is free on a day.

use chrono::NaiveDate;
use desk::check::{CheckTarget, DayChoice, rank};
use domain::club::{Away, CannotWork, Presence};
use domain::snapshot::EmployeeId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::roster::closed;
use super::shapes::{Event, days_not_listed, hours, schedules_not_read, tenths, with_noun};
use crate::dates::Days;
use crate::directory::Who;
use crate::tool::{Context, Facts, Spec, Tool, ToolError, ToolReply};

/// Lists who could work an event, or who is free on a day, best first; and who could not.
pub struct WhoIsFree;

/// Arguments of `who_is_free`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// An event: its number, or product, type, person and day.
    event: Option<String>,
    /// Days, such as `next week`; by default all days of the event, or today without an event.
    when: Option<String>,
}

/// The answer of `who_is_free`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FreeDays {
    event: Option<Event>,
    /// The first days asked for, or the first days of the event, at most `MAX_DAYS`.
    days: Vec<FreeDay>,
    /// Number of days that are not in `days`.
    more_days: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FreeDay {
    date: String,
    /// `holiday` or `locked`; `null` if the day is open.
    closed: Option<&'static str>,
    /// The time at which the event would start.
    start: Option<String>,
    /// Best first.
    free: Vec<FreePerson>,
    cannot: Vec<UnfitPerson>,
    /// Number of people who cannot and are not in `cannot`.
    more_cannot: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FreePerson {
    #[serde(flatten)]
    person: Who,
    /// The difference of the score, in points; `null` without an event.
    points: Option<f64>,
    /// Hours of the person's posted events in the week of that day.
    week_hours: f64,
    /// Whether this is the current person and day of the event.
    now: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
struct UnfitPerson {
    #[serde(flatten)]
    person: Who,
    /// The id of the rule that prevents it, or `busy`.
    rule: &'static str,
    words: String,
}

/// Maximum days listed, with or without an event.
const MAX_DAYS: usize = 4;
/// Maximum people listed for a day of an event who cannot work it.
const MAX_CANNOT: usize = 12;

impl Tool for WhoIsFree {
    const SPEC: Spec = Spec::reads(
        "who_is_free",
        "Who could work",
        "Who could work an event on its days, or who has nothing on a day; best first, with the rule that stops the others.",
    );
    type Arguments = Arguments;
    type Answer = FreeDays;

    async fn answer(
        context: Context<'_>,
        Arguments { event, when }: Arguments,
    ) -> Result<ToolReply<FreeDays>, ToolError> {
        let facts = context.facts().await?;
        match event {
            Some(event) => of_event(context, facts, &event, when.as_deref()).await,
            None => {
                let days = facts.today.days(when.as_deref(), Days::on(facts.today.0))?;
                let listed: Vec<FreeDay> = days.first(MAX_DAYS).each().map(|date| of_day(facts, date)).collect();
                let more_days = days.count() - listed.len();
                let free = with_noun(listed.first().map_or(0, |day| day.free.len()), "person has", "people have");
                let not_listed = days_not_listed(more_days);
                let not_read = schedules_not_read(facts.schedules_from(days));
                let range = if days.from == days.to { String::new() } else { format!("{days}: ") };
                let text = format!("{range}{free} nothing on {}.{not_listed}{not_read}", days.from);
                let address = format!("#/calendar?view=day&day={}", days.from);
                Ok(ToolReply { answer: FreeDays { event: None, days: listed, more_days }, text, address })
            }
        }
    }
}

async fn of_event(
    context: Context<'_>,
    facts: &Facts,
    said: &str,
    when: Option<&str>,
) -> Result<ToolReply<FreeDays>, ToolError> {
    let known = facts.directory.event(said, facts.today)?.clone();
    let days = when.map(|said| facts.today.days(Some(said), Days::on(facts.today.0))).transpose()?;
    let (_, choices) = rank(context.desk(), &CheckTarget::Event(known.event), context.requester.now).await?;
    let on_day = |choice: &DayChoice| {
        let date = domain::calendar::read_date(&choice.date);
        days.is_none_or(|days| date.is_some_and(|date| days.contains(date)))
    };
    let choices: Vec<DayChoice> = choices.into_iter().filter(on_day).collect();
    let more_days = choices.len().saturating_sub(MAX_DAYS);
    let listed: Vec<FreeDay> = choices.into_iter().take(MAX_DAYS).map(|choice| day_of_event(facts, choice)).collect();
    let days = with_noun(listed.len() + more_days, "day", "days");
    let free = with_noun(listed.first().map_or(0, |day| day.free.len()), "person", "people");
    let not_listed = days_not_listed(more_days);
    let text = format!("Event {}: {free} could work it on the first of {days}.{not_listed}", known.event);
    let event = Event::new(known.event, &known.name, known.kind);
    let address = format!("#/events?q={}", known.event);
    Ok(ToolReply { answer: FreeDays { event: Some(event), days: listed, more_days }, text, address })
}

fn day_of_event(facts: &Facts, choice: DayChoice) -> FreeDay {
    let date = domain::calendar::read_date(&choice.date);
    let week_hours = |id: &EmployeeId| date.map_or(0.0, |date| hours(minutes_in(facts, id, Days::week_of(date))));
    let free = choice.people.into_iter().map(|can| FreePerson {
        person: Who { id: can.employee_id.0.clone(), name: can.employee_name },
        points: Some(tenths(can.points)),
        week_hours: week_hours(&can.employee_id),
        now: can.is_present,
    });
    let more_cannot = choice.cannot.len().saturating_sub(MAX_CANNOT);
    // Of an event, unlike of a line, a rule is what rules each of them out.
    let cannot = choice.cannot.into_iter().take(MAX_CANNOT).filter_map(|cannot| {
        let rule = cannot.rule?.id();
        let person = Who { id: cannot.employee_id.0, name: cannot.employee_name };
        Some(UnfitPerson { person, rule, words: cannot.words })
    });
    FreeDay {
        closed: None,
        start: choice.start,
        free: free.collect(),
        cannot: cannot.collect(),
        more_cannot,
        date: choice.date,
    }
}

/// The people who are available on a day and have nothing posted then, those with the fewest hours in that week first.
fn of_day(facts: &Facts, date: NaiveDate) -> FreeDay {
    let (snapshot, directory) = (&facts.posted.snapshot, &facts.directory);
    let presence = Presence::new(snapshot);
    let (mut free, mut cannot) = (Vec::new(), Vec::new());
    for person in directory.people() {
        let who = directory.who(&person.id);
        let worked = minutes_in(facts, &person.id, Days::on(date));
        match presence.hours(&person.id, date) {
            Err(Away::NotEmployed) => {}
            Err(away) => {
                let words = CannotWork::Away(away).words(&person.distinct_name, date);
                cannot.push(UnfitPerson { person: who, rule: "H2", words });
            }
            Ok(_) if worked > 0 => {
                let words = format!("works {worked} minutes that day already");
                cannot.push(UnfitPerson { person: who, rule: "busy", words });
            }
            Ok(_) => {
                let week_hours = hours(minutes_in(facts, &person.id, Days::week_of(date)));
                free.push(FreePerson { person: who, points: None, week_hours, now: false });
            }
        }
    }
    free.sort_by(|a, b| a.week_hours.total_cmp(&b.week_hours).then_with(|| a.person.id.cmp(&b.person.id)));
    FreeDay { date: date.to_string(), closed: closed(snapshot, date), start: None, free, cannot, more_cannot: 0 }
}

/// The minutes of the events that a person works on some days.
fn minutes_in(facts: &Facts, id: &EmployeeId, days: Days) -> u32 {
    let theirs = facts.worked().filter(|p| p.employee_id == *id && days.contains(p.start.date()));
    theirs.map(|posted| posted.event.minutes()).sum()
}
