//! The tool `person_schedule`: one person's schedule and hours.

use desk::elsewhere::is_settled_elsewhere;
use domain::calendar::clock;
use domain::club::Presence;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::roster::reason;
use super::shapes::{Shift, hours, schedules_not_read, with_noun};
use crate::dates::Days;
use crate::directory::Who;
use crate::tool::{Context, Spec, Tool, ToolError, ToolReply};

/// Shows what a person works, what is proposed for the person, and when the person is available.
pub struct PersonSchedule;

/// Arguments of `person_schedule`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// A name or id.
    person: String,
    /// Days, such as `next week`; this week by default.
    when: Option<String>,
}

/// The answer of `person_schedule`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Schedule {
    person: Who,
    job_title: String,
    /// The first day asked for.
    from: String,
    /// The last day asked for.
    to: String,
    /// The first date whose posted schedules are known, if `from` is earlier; otherwise `null`.
    schedules_from: Option<String>,
    /// Hours of `shifts`.
    hours: f64,
    /// The person's posted events on all days asked for, without canceled and expired ones.
    shifts: Vec<Shift>,
    /// Events that the current proposal gives the person and that are not approved yet.
    proposed: Vec<Shift>,
    /// When the person is available, on the first days asked for, at most `MAX_DAYS`.
    days: Vec<Day>,
    /// Number of days asked for that are not in `days`.
    more_days: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Day {
    date: String,
    /// `08:00-14:00`, `whole_day`, `no_hours` if the person's windows have no common hour, or why the person is not
    /// available.
    there: String,
}

/// Maximum days for which the availability is listed.
const MAX_DAYS: usize = 35;

impl Tool for PersonSchedule {
    const SPEC: Spec = Spec::reads(
        "person_schedule",
        "A person's schedule",
        "What one person works in a week or on other days, with hours, what is proposed for them, and when they are available.",
    );
    type Arguments = Arguments;
    type Answer = Schedule;

    async fn answer(
        context: Context<'_>,
        Arguments { person, when }: Arguments,
    ) -> Result<ToolReply<Schedule>, ToolError> {
        let facts = context.facts().await?;
        let person = facts.directory.person(&person)?.clone();
        let days = facts.today.days(when.as_deref(), Days::week_of(facts.today.0))?;
        let (plan, _, _) = context.plan().await?;
        let elsewhere = context.elsewhere(&plan).await?;
        let snapshot = &facts.posted.snapshot;
        let mut posted: Vec<_> =
            facts.worked().filter(|p| p.employee_id == person.id && days.contains(p.start.date())).collect();
        posted.sort_by_key(|posted| posted.start);
        let minutes: u32 = posted.iter().map(|posted| posted.event.minutes()).sum();
        let proposed = plan.open_lines().filter(|line| !is_settled_elsewhere(line, &elsewhere)).filter(|line| {
            let place = line.place.as_ref().filter(|place| place.employee_id == person.id);
            line.kind != store::lines::LineKind::Dropped && place.is_some_and(|place| days.contains(place.start.date()))
        });
        let presence = Presence::new(snapshot);
        let there = |date| match presence.hours(&person.id, date) {
            Ok(found) if found == domain::calendar::Hours::WHOLE_DAY => "whole_day".to_owned(),
            Ok(found) if found.to <= found.from => "no_hours".to_owned(),
            Ok(found) => format!("{}-{}", clock(found.from), clock(found.to)),
            Err(away) => reason(away).to_owned(),
        };
        let title = snapshot.employees.iter().find(|e| e.id == person.id).map(|e| e.job_title.name());
        let (listed, schedules_from) = (days.first(MAX_DAYS), facts.schedules_from(days));
        let schedule = Schedule {
            person: facts.directory.who(&person.id),
            job_title: title.unwrap_or_default().to_owned(),
            from: days.from.to_string(),
            to: days.to.to_string(),
            schedules_from: schedules_from.map(|date| date.to_string()),
            hours: hours(minutes),
            shifts: posted.into_iter().map(Shift::posted).collect(),
            proposed: proposed.filter_map(Shift::proposed).collect(),
            days: listed.each().map(|date| Day { date: date.to_string(), there: there(date) }).collect(),
            more_days: days.count() - listed.count(),
        };
        let unlisted = match schedule.more_days {
            0 => String::new(),
            _ => format!(" Availability is listed only for {listed}."),
        };
        let text = format!(
            "{}, {days}: {} posted, {} h; {} proposed.{}{}",
            person.id,
            with_noun(schedule.shifts.len(), "event", "events"),
            schedule.hours,
            schedule.proposed.len(),
            schedules_not_read(schedules_from),
            unlisted
        );
        Ok(ToolReply { answer: schedule, text, address: format!("#/team?who={}", encoded(&person.id.0)) })
    }
}

/// Percent-encodes a value for an address of the client.
pub fn encoded(value: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    value.bytes().map(byte).collect()
}
