//! The tool `day_roster`: who works on a day.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::club::{Away, Club, Presence};
use domain::snapshot::{EmployeeId, Posted, Rotation, Snapshot};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shapes::{Shift, hours, schedules_not_read, with_noun};
use crate::dates::Days;
use crate::directory::Who;
use crate::tool::{Context, Facts, Spec, Tool, ToolError, ToolReply};

/// Shows who works on a day, who is off, and who is the day's juicer and lead.
pub struct DayRoster;

/// Arguments of `day_roster`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// A day, such as `friday`; today by default.
    date: Option<String>,
}

/// The answer of `day_roster`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Roster {
    date: String,
    weekday: String,
    /// `holiday` or `locked`; `null` if the day is open.
    closed: Option<&'static str>,
    /// The first date whose posted schedules are known, if `date` is earlier: then `working` is empty. Otherwise `null`.
    schedules_from: Option<String>,
    /// The people who work on the day, without canceled and expired events.
    working: Vec<PersonAtWork>,
    /// The people who work nothing on the day and are not available.
    off: Vec<PersonOff>,
    /// The juicer on duty.
    juicer: Option<Who>,
    /// The primary lead on duty.
    primary_lead: Option<Who>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PersonAtWork {
    #[serde(flatten)]
    person: Who,
    hours: f64,
    shifts: Vec<Shift>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PersonOff {
    #[serde(flatten)]
    person: Who,
    reason: &'static str,
}

impl Tool for DayRoster {
    const SPEC: Spec = Spec::reads(
        "day_roster",
        "Roster of a day",
        "Who works on a day and what, who is off and why, the day's juicer and lead. Posted schedules, not proposals.",
    );
    type Arguments = Arguments;
    type Answer = Roster;

    async fn answer(context: Context<'_>, Arguments { date }: Arguments) -> Result<ToolReply<Roster>, ToolError> {
        let facts = context.facts().await?;
        let date = facts.today.one_day(date.as_deref())?;
        let roster = roster(facts, date);
        let shifts: usize = roster.working.iter().map(|working| working.shifts.len()).sum();
        let (working, off) = (roster.working.len(), roster.off.len());
        let text = format!(
            "{date}: {} {}; {} off.{}",
            with_noun(working, "person works", "people work"),
            with_noun(shifts, "event", "events"),
            with_noun(off, "is", "are"),
            schedules_not_read(facts.schedules_from(Days::on(date)))
        );
        Ok(ToolReply { answer: roster, text, address: format!("#/calendar?view=day&day={date}") })
    }
}

fn roster(facts: &Facts, date: NaiveDate) -> Roster {
    let (snapshot, directory) = (&facts.posted.snapshot, &facts.directory);
    let presence = Presence::new(snapshot);
    let (mut working, mut off) = (Vec::new(), Vec::new());
    // People who left by now are among those who worked on a past day.
    let mut by_person: BTreeMap<&EmployeeId, Vec<&Posted>> = BTreeMap::new();
    for posted in facts.worked().filter(|posted| posted.start.date() == date) {
        by_person.entry(&posted.employee_id).or_default().push(posted);
    }
    for person in directory.people().iter().filter(|person| !by_person.contains_key(&person.id)) {
        if let Err(away) = presence.hours(&person.id, date) {
            off.push(PersonOff { person: directory.who(&person.id), reason: reason(away) });
        }
    }
    for (id, mut of_day) in by_person {
        of_day.sort_by_key(|posted| posted.start);
        let minutes = of_day.iter().map(|posted| posted.event.minutes()).sum();
        let shifts = of_day.into_iter().map(Shift::posted).collect();
        working.push(PersonAtWork { person: directory.who(id), hours: hours(minutes), shifts });
    }
    let people = without_events(snapshot);
    let duty = |rotation| {
        let on_duty = people.duty(rotation, date).on_duty?;
        Some(directory.who(&people.person(on_duty).id))
    };
    Roster {
        date: date.to_string(),
        weekday: date.format("%A").to_string(),
        closed: closed(snapshot, date),
        schedules_from: facts.schedules_from(Days::on(date)).map(|date| date.to_string()),
        working,
        off,
        juicer: duty(Rotation::Juicer),
        primary_lead: duty(Rotation::PrimaryLead),
    }
}

/// The club without its events: only people, their availability, and rotations.
pub fn without_events(snapshot: &Snapshot) -> Club {
    Club::new(Snapshot { events: Vec::new(), posted: Vec::new(), affinity: Vec::new(), ..snapshot.clone() })
}

/// Why a day is closed, in a word; `None` if it is open.
pub fn closed(snapshot: &Snapshot, date: NaiveDate) -> Option<&'static str> {
    if snapshot.holidays.contains(&date) {
        Some("holiday")
    } else {
        snapshot.locked_days.contains(&date).then_some("locked")
    }
}

/// Why a person is not available, in a word.
pub fn reason(away: Away) -> &'static str {
    match away {
        Away::NotEmployed => "not_employed",
        Away::TimeOff => "time_off",
        Away::Override => "unavailable_by_override",
        Away::Weekday => "never_on_this_weekday",
    }
}
