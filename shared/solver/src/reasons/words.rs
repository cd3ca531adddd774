//! Reasons in plain words: people, events and days by their names.

use chrono::NaiveDate;

use domain::answer::Reason;
use domain::calendar::{plus_days, spoken};
use domain::checker::{Effect, Terms};
use domain::club::{Closed, Club, Event, EventIx, Place};
use domain::event_type::EventType;
use domain::rules::Violation;

/// So many days or people are named; the rest is counted.
const NAMED: usize = 4;

/// A type as a person says it.
pub(super) fn kind(event: &Event) -> &'static str {
    if event.full_day { "full-day events" } else { event.kind.name() }
}

/// No valid day: which of window, buffer, horizon, holiday, lock or fixed date took each.
pub(super) fn no_valid_day(club: &Club, e: EventIx) -> Reason {
    let event = club.event(e);
    let partner = event.partner.map(|p| club.event(p));
    let own: Vec<NaiveDate> = club.days.iter().filter(|d| d.open && in_window(event, d.date)).map(|d| d.date).collect();
    if !own.is_empty()
        && let Some(partner) = partner
    {
        let (rule, what) = match event.kind {
            EventType::Supervisor => ("H10", "Core"),
            _ => ("H11", "Production"),
        };
        let text = match partner.posting() {
            Some(posting) => format!(
                "no valid day: its {what} {} is posted on {}, which is not one of its own days",
                partner.title(),
                spoken(posting.start.date())
            ),
            None => format!("no valid day: it has none in common with its {what} {}", partner.title()),
        };
        return Reason { code: "no_valid_day", text, rules: vec![rule] };
    }
    let taken = what_took_each_day(club, event).join("; ");
    Reason { code: "no_valid_day", text: format!("no valid day: {taken}"), rules: vec!["H1"] }
}

fn in_window(event: &Event, date: NaiveDate) -> bool {
    event.start <= date && date < event.due && (!event.fixed || date == event.start)
}

fn what_took_each_day(club: &Club, event: &Event) -> Vec<String> {
    if event.due <= event.start {
        return vec![format!("its window is empty, {} to {} (due excluded)", spoken(event.start), spoken(event.due))];
    }
    // A window can be years long; what matters of it lies around the horizon.
    let last = plus_days(event.due, -1);
    let (from, to) = if event.fixed { (event.start, event.start) } else { (event.start, last) };
    let mut told = Vec::new();
    if from < club.earliest {
        let days = span(from, to.min(plus_days(club.earliest, -1)));
        told.push(format!("{days} before the first day that is planned, {}", spoken(club.earliest)));
    }
    for day in club.days.iter().filter(|d| d.in_horizon && from <= d.date && d.date <= to) {
        match day.closed {
            Some(Closed::Holiday) => told.push(format!("{} is a holiday", spoken(day.date))),
            Some(Closed::Locked) => told.push(format!("{} is locked", spoken(day.date))),
            None => {}
        }
    }
    if to > club.horizon_end {
        let days = span(from.max(plus_days(club.horizon_end, 1)), to);
        told.push(format!("{days} after the last day that is planned, {}", spoken(club.horizon_end)));
    }
    if event.fixed && event.start < last {
        told.push(format!("it is fixed to its start date, {}", spoken(event.start)));
    }
    let rest = told.len().saturating_sub(2 * NAMED);
    told.truncate(2 * NAMED);
    if rest > 0 {
        told.push(format!("and {rest} more"));
    }
    told
}

fn span(from: NaiveDate, to: NaiveDate) -> String {
    if from >= to { format!("{} is", spoken(from)) } else { format!("{} to {} are", spoken(from), spoken(to)) }
}

/// Nobody who may work it is available on a valid day.
pub(super) fn nobody_available(club: &Club, event: &Event) -> Reason {
    let mut away = Vec::new();
    for valid in &event.valid {
        for person in club.person_ixs().filter(|p| club.may_work(*p, event)) {
            let violation = Violation {
                rule: "H2",
                person: Some(person),
                day: Some(valid.day),
                events: club.find(event.event_ref).into_iter().collect(),
                amount: 0,
            };
            away.push(violation.words(club));
        }
    }
    let days = match event.valid.as_slice() {
        [only] => format!("on its only valid day, {}", spoken(club.day(only.day).date)),
        days => format!("on any of its {} valid days", days.len()),
    };
    let text = format!("nobody who may work {} is available {days}: {}", kind(event), list(away, "; "));
    Reason { code: "nobody_available", text, rules: vec!["H2"] }
}

fn list(mut items: Vec<String>, separator: &str) -> String {
    let more = items.len().saturating_sub(NAMED);
    items.truncate(NAMED);
    let mut text = items.join(separator);
    if more > 0 {
        text.push_str(&format!("{separator}and {more} more"));
    }
    text
}

/// Every place left breaks a rule: the least bad one, with the rules and what is in the way.
pub(super) fn least_bad(club: &Club, head: EventIx, tried: &[(Place, Effect)]) -> Reason {
    let least = tried.iter().min_by(|a, b| {
        let (one, other) = (a.1.violations.len(), b.1.violations.len());
        one.cmp(&other).then(b.1.points().total_cmp(&a.1.points())).then(a.0.day.cmp(&b.0.day))
    });
    let Some((place, effect)) = least else {
        return Reason { code: "rule_broken", text: "no place is left".into(), rules: Vec::new() };
    };
    let survey = club.survey_of_unit(head).map(|_| " and its Survey").unwrap_or_default();
    let words = list(effect.violations.iter().map(|v| v.words(club)).collect(), "; ");
    let text = match tried.len() {
        1 => format!("its only place left{survey}, {}, breaks a rule: {words}", at(club, *place)),
        n => {
            format!("every one of {n} places left{survey} breaks a rule; the least bad, {}: {words}", at(club, *place))
        }
    };
    Reason { code: "rule_broken", text, rules: rules_of(&effect.violations) }
}

fn at(club: &Club, place: Place) -> String {
    format!("{} on {}", club.person(place.person).shown_name(), spoken(club.day(place.day).date))
}

fn rules_of(violations: &[Violation]) -> Vec<&'static str> {
    let mut rules: Vec<_> = violations.iter().map(|v| v.rule).collect();
    rules.dedup();
    rules
}

/// Placing it would lower the score: the trade. (In a run that stopped early it may also raise it, and then says so.)
pub(super) fn trade(club: &Club, event: &Event, place: Place, effect: &Effect) -> Reason {
    let points = effect.points();
    let (code, does) = match () {
        () if points > 1e-6 => ("time_limit", format!("would raise the score by {}, but time was up", plain(points))),
        () if points < -1e-6 => ("lowers_score", format!("would lower the score by {}", plain(-points))),
        () => ("lowers_score", "would not raise the score".into()),
    };
    let text = format!("{} with {} {does}: {}", kind(event), at(club, place), told(&effect.terms));
    Reason { code, text, rules: costs(&effect.terms) }
}

/// Points by what earns or costs them.
fn told(terms: &Terms) -> String {
    let one = |(name, points): (domain::rules::SoftName, f64)| {
        format!("{}{} {}", if points < 0.0 { "-" } else { "+" }, plain(points.abs()), name.name().replace('_', " "))
    };
    let parts: Vec<String> = terms.earned().map(one).collect();
    if parts.is_empty() { "no points at all".into() } else { parts.join(", ") }
}

fn costs(terms: &Terms) -> Vec<&'static str> {
    terms.earned().filter(|(_, points)| *points < 0.0).map(|(name, _)| name.rule().id).collect()
}

fn plain(points: f64) -> String {
    let rounded = (points * 100.0).round() / 100.0;
    format!("{rounded}")
}

/// A posted schedule is taken back because keeping it would break a rule, or cost more.
pub(super) fn dropped(club: &Club, kept: &Effect) -> Reason {
    let mut rules = vec!["S12"];
    let text = if kept.violations.is_empty() {
        rules.extend(costs(&kept.terms));
        format!("taken back: keeping it would change the score by {}: {}", plain(kept.points()), told(&kept.terms))
    } else {
        rules.extend(rules_of(&kept.violations));
        format!("taken back to make room: {}", list(kept.violations.iter().map(|v| v.words(club)).collect(), "; "))
    };
    rules.dedup();
    Reason { code: "dropped_for_better", text, rules }
}

/// A posted Supervisor is taken back with its Core.
pub(super) fn goes_with_its_core(club: &Club, e: EventIx) -> Reason {
    let core = club.event(e).partner.map_or_else(|| "its Core".into(), |c| club.event(c).title());
    let text = format!("taken back: {core} leaves its day, and nobody is better placed to take this along");
    Reason { code: "dropped_with_core", text, rules: vec!["H10", "H15"] }
}
