//! Facts about a schedule, and phrases for messages, that several rules share.

use crate::calendar::{date_in_words, minute_of, time_in_words};
use crate::club::{Club, DayIx, Event, EventIx, PersonIx, WeekIx, cut_for_message};
use crate::rules::{HardName, Scope, Violation};
use crate::schedule::Schedule;
use crate::snapshot::EmployeeId;
use crate::standing::{Issue, IssueDate, StandingSchedule};

/// A person's events on a day that match.
pub(super) fn in_cell(
    schedule: &Schedule,
    person: PersonIx,
    day: DayIx,
    matches: impl Fn(&Event) -> bool,
) -> Vec<EventIx> {
    schedule.cell(person, day).iter().copied().filter(|e| matches(schedule.event(*e))).collect()
}

/// A person's events in a week that match.
pub(super) fn in_week(
    schedule: &Schedule,
    person: PersonIx,
    week: WeekIx,
    matches: impl Fn(&Event) -> bool,
) -> Vec<EventIx> {
    let days = schedule.club().days_of(week);
    days.flat_map(|day| schedule.cell(person, day)).copied().filter(|e| matches(schedule.event(*e))).collect()
}

/// Sorts events: those that the rules judge ([`Schedule::is_changed`]) come first.
pub(super) fn changed_first(schedule: &Schedule, mut events: Vec<EventIx>) -> Vec<EventIx> {
    events.sort_by_key(|e| (!schedule.is_changed(*e), *e));
    events
}

/// Adds a violation for each person's day with more matching events than the limit. Only an excess that includes an
/// event which the rules judge is a violation ([`Schedule::is_changed`]).
pub(super) fn limit_day(
    schedule: &Schedule,
    scope: &Scope,
    rule: HardName,
    limit: usize,
    matches: impl Fn(&Event) -> bool,
    found: &mut Vec<Violation>,
) {
    for (person, day) in &scope.cells {
        if schedule.cell(*person, *day).len() <= limit {
            continue;
        }
        let events = in_cell(schedule, *person, *day, &matches);
        let violation = |events: Vec<EventIx>| Violation::new(rule, Some(*person), Some(*day), events);
        add_excess(schedule, limit, events, violation, found);
    }
}

/// Adds a violation for each person's week with more matching events than the limit. Only an excess that includes an
/// event which the rules judge is a violation ([`Schedule::is_changed`]).
pub(super) fn limit_week(
    schedule: &Schedule,
    scope: &Scope,
    rule: HardName,
    limit: usize,
    matches: impl Fn(&Event) -> bool,
    found: &mut Vec<Violation>,
) {
    for (person, week) in &scope.person_weeks {
        let events = in_week(schedule, *person, *week, &matches);
        let violation = |events: Vec<EventIx>| Violation::of_week(rule, *person, *week, events);
        add_excess(schedule, limit, events, violation, found);
    }
}

/// Adds the violation if there are too many events and the rules judge one of them.
fn add_excess(
    schedule: &Schedule,
    limit: usize,
    events: Vec<EventIx>,
    violation: impl FnOnce(Vec<EventIx>) -> Violation,
    found: &mut Vec<Violation>,
) {
    if events.len() > limit && events.iter().any(|e| schedule.is_changed(*e)) {
        let amount = events.len() as u32;
        let events = changed_first(schedule, events);
        found.push(violation(events).with_amount(amount));
    }
}

/// The name of the violation's person.
pub(super) fn who(club: &Club, violation: &Violation) -> String {
    violation.person.map_or_else(|| "somebody".into(), |p| club.person(p).short_name.clone())
}

/// The violation's day.
pub(super) fn when(club: &Club, violation: &Violation) -> String {
    violation.day.map_or_else(|| "that day".into(), |d| date_in_words(club.day(d).date))
}

/// The violation's week.
pub(super) fn which_week(club: &Club, violation: &Violation) -> String {
    let week = violation.day.map(|d| club.week_of(d));
    // The days of a club begin on a Sunday, so a week begins at a multiple of 7.
    week.map_or_else(|| "that week".into(), |w| format!("the week of {}", date_in_words(club.day(DayIx(w.0 * 7)).date)))
}

/// The event that the violation is about.
pub(super) fn what(club: &Club, violation: &Violation) -> String {
    violation.event.map_or_else(|| "it".into(), |e| club.event(e).title())
}

/// The violation's other events, or `another event` if it has none.
pub(super) fn other_events(club: &Club, violation: &Violation) -> String {
    conflicting_events(club, violation, |_, _| true)
}

/// The violation's other events that conflict with its event; `conflict` compares that event with another.
pub(super) fn conflicting_events(
    club: &Club,
    violation: &Violation,
    conflict: impl Fn(&Event, &Event) -> bool,
) -> String {
    let conflicts = |other: &EventIx| violation.event.is_none_or(|one| conflict(club.event(one), club.event(*other)));
    let others = violation.others.iter().filter(|other| conflicts(other));
    let titles: Vec<String> = others.map(|e| club.event(*e).title()).collect();
    if titles.is_empty() { "another event".into() } else { list_in_words(&titles) }
}

/// Every event that takes part in a violation.
pub(super) fn all_events_in_words(club: &Club, violation: &Violation) -> String {
    let titles: Vec<String> = violation.events().map(|e| club.event(e).title()).collect();
    list_in_words(&titles)
}

/// Titles as a list: `A, B and C`. Of many titles, the first ones and the number of the others.
pub(super) fn list_in_words(titles: &[String]) -> String {
    const NAMED: usize = 4;
    match titles {
        [] => "no event".into(),
        [one] => one.clone(),
        [first @ .., last] if titles.len() <= NAMED => format!("{} and {last}", first.join(", ")),
        _ => format!("{} and {} more", titles[..NAMED - 1].join(", "), titles.len() - (NAMED - 1)),
    }
}

/// Where the first of the other events is posted: `is on Wed 25 Nov (Avery)` or `is not posted`.
pub(super) fn place_of_partner(club: &Club, violation: &Violation) -> String {
    let partner = violation.others.first().and_then(|e| club.event(*e).posting()).filter(|p| !p.is_off);
    match partner {
        Some(p) => format!("is on {} ({})", date_in_words(p.start.date()), club.person(p.person).short_name),
        None => "is not posted".into(),
    }
}

/// The name of an issue's person.
pub(super) fn who_of_issue(standing: &StandingSchedule, issue: &Issue) -> String {
    issue.person.as_ref().map_or_else(|| "somebody".into(), |id| short_name(standing, id))
}

/// The name of a person in messages, or their id if the club does not know them.
pub(super) fn short_name(standing: &StandingSchedule, id: &EmployeeId) -> String {
    let club = standing.club();
    club.find_person(&id.0)
        .map_or_else(|| format!("employee {}", cut_for_message(&id.0)), |p| club.person(p).short_name.clone())
}

/// The events that an issue names.
pub(super) fn events_of_issue(standing: &StandingSchedule, issue: &Issue) -> String {
    let titles: Vec<String> = standing.events(&issue.refs).map(Event::title).collect();
    list_in_words(&titles)
}

/// The events that an issue names, with their posted starts.
pub(super) fn events_with_starts(standing: &StandingSchedule, issue: &Issue) -> String {
    let dated = |event: &Event| match event.posting().map(|posting| posting.start) {
        Some(at) => format!("{} on {} at {}", event.title(), date_in_words(at.date()), time_in_words(minute_of(at))),
        None => event.title(),
    };
    let titles: Vec<String> = standing.events(&issue.refs).map(dated).collect();
    list_in_words(&titles)
}

/// The day, the first of two days, or the week of an issue; `today` if it has none.
pub(super) fn when_of_issue(issue: &Issue) -> String {
    match issue.on {
        IssueDate::Day(date) | IssueDate::Days(date, _) => date_in_words(date),
        IssueDate::Week(sunday) => format!("the week of {}", date_in_words(sunday)),
        IssueDate::Look => "today".into(),
    }
}

/// The difference between the largest and the smallest count; 0 without counts.
pub(super) fn spread(counts: impl Iterator<Item = u32>) -> f64 {
    let ends = counts.fold(None, |ends, count| match ends {
        None => Some((count, count)),
        Some((fewest, most)) => Some((count.min(fewest), count.max(most))),
    });
    ends.map_or(0.0, |(fewest, most)| f64::from(most - fewest))
}
