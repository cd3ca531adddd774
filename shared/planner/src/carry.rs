//! Applies people's earlier decisions to the lines of a new proposal: held lines stay held, and a line has the reason
//! why a wish is not met.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::alternatives::{self, head_of_unit};
use domain::calendar::date_in_words;
use domain::club::{Closed, Club, DayIx, EventIx, Place as PersonDay};
use domain::rules::HardName;
use domain::schedule::Schedule;
use domain::snapshot::{EmployeeId, EventRef};
use store::decisions::{Decisions, DecisionsByEvent, UnmetReason, WishedPlace};
use store::events::Place;
use store::lines::{Line, PlaceDifference};

use crate::lines::points_in_words;

/// Maximum number of messages about broken rules for one place.
const MAX_MESSAGES: usize = 2;

/// The decisions for the lines, and why some wishes are not met.
#[derive(Debug, Default)]
pub struct CarriedDecisions {
    decisions: DecisionsByEvent,
    unmet: BTreeMap<EventRef, (WishedPlace, UnmetReason)>,
}

impl CarriedDecisions {
    /// Checks each wish against a finished schedule.
    pub fn new(decisions: DecisionsByEvent, schedule: &mut Schedule) -> CarriedDecisions {
        let club = schedule.club();
        let mut unmet = BTreeMap::new();
        for (event, Decisions { wish, .. }) in &decisions {
            if let Some((wish, e)) = wish.as_ref().zip(club.find(*event))
                && let Some(why) = why_not(schedule, e, &wish.employee_id, wish.date)
            {
                unmet.insert(*event, (wish.clone(), why));
            }
        }
        CarriedDecisions { decisions, unmet }
    }

    /// Replaces the decisions by newer ones. A line with a wish that was made after the run began says so, instead of
    /// why the wish is not met.
    #[must_use]
    pub fn with_newer_decisions(mut self, decisions: DecisionsByEvent) -> CarriedDecisions {
        self.decisions = decisions;
        self
    }

    /// Applies the decisions to a line. Returns whether the line changed.
    pub fn apply_to(&self, line: &mut Line) -> bool {
        let decisions = self.decisions.get(&line.key.event).cloned().unwrap_or_default();
        let met = |wish: &WishedPlace| line.place.as_ref().is_some_and(|place| wish.is_for(place));
        let unmet = decisions.wish.as_ref().filter(|wish| !met(wish)).map(|wish| {
            let of_run = self
                .unmet
                .get(&line.key.event)
                .filter(|(of, _)| (&of.employee_id, of.date) == (&wish.employee_id, wish.date));
            of_run.map_or_else(wished_after_the_run_began, |(_, why)| why.clone())
        });
        let carried = Line { held: decisions.held_by.is_some(), decisions, unmet, ..line.clone() };
        let changed = carried != *line;
        *line = carried;
        changed
    }
}

fn wished_after_the_run_began() -> UnmetReason {
    UnmetReason {
        text: "this place was asked for while the run was being computed; the next run considers it".to_owned(),
        rules: Vec::new(),
    }
}

/// Records on each line the place where people last saw the event, if the event has another place now, and why it is
/// not in that place any more.
pub(crate) fn note_differences(schedule: &mut Schedule, seen: &BTreeMap<EventRef, Place>, lines: &mut [Line]) {
    let club = schedule.club();
    for line in lines {
        let Some(from) = seen.get(&line.key.event) else { continue };
        let is_same_place = line
            .place
            .as_ref()
            .is_some_and(|place| (&place.employee_id, place.start.date()) == (&from.employee_id, from.start.date()));
        let Some(e) = club.find(line.key.event).filter(|_| !is_same_place) else { continue };
        let why = why_not(schedule, e, &from.employee_id, from.start.date());
        let UnmetReason { text, rules } = why.unwrap_or_else(|| UnmetReason { text: String::new(), rules: Vec::new() });
        line.differs = Some(PlaceDifference { from: from.clone(), text, rules });
    }
}

/// Why an event is not in a place, found by trying the place in the schedule; `None` if the event has that place.
fn why_not(schedule: &mut Schedule, e: EventIx, employee: &EmployeeId, date: NaiveDate) -> Option<UnmetReason> {
    let club = schedule.club();
    let because = |text: String, rules: &[HardName]| {
        Some(UnmetReason { text, rules: rules.iter().map(ToString::to_string).collect() })
    };
    let Some(person) = club.find_person(&employee.0) else {
        return because("that person does not work in this club any more".to_owned(), &[HardName::H2]);
    };
    let Some(day) = club.day_of(date) else {
        return because(format!("{} is not a day that is planned", date_in_words(date)), &[HardName::H1]);
    };
    let place = PersonDay { person, day };
    if schedule.place(e) == Some(place) {
        return None;
    }
    let head = head_of_unit(club, e);
    let effect = alternatives::best_change(schedule, head, place).1;
    if effect.violations.is_empty() {
        let text = match (points_in_words(-effect.points()), points_in_words(effect.points())) {
            (Some(lost), _) => format!("it keeps every rule, and the schedule would lose {lost}"),
            (None, Some(gained)) => {
                format!("it keeps every rule and would score {gained} more; the search ended before it was tried")
            }
            (None, None) => "it keeps every rule, and the schedule would score the same".to_owned(),
        };
        return because(text, &[]);
    }
    let (mut words, mut rules) = (Vec::new(), BTreeSet::new());
    for violation in &effect.violations {
        let about_the_day = matches!(violation.rule, HardName::H1 | HardName::H15) && violation.day == Some(day);
        // Described from the view of this event, so that the message names the others.
        let violation = violation.clone().about(head).about(e);
        let text = why_closed(club, day).filter(|_| about_the_day).unwrap_or_else(|| violation.words(club));
        if !words.contains(&text) && words.len() < MAX_MESSAGES {
            words.push(text);
            rules.insert(violation.rule.to_string());
        }
    }
    Some(UnmetReason { text: words.join("; "), rules: rules.into_iter().collect() })
}

/// Why nothing can be placed on a day, whoever works it; `None` if something can.
fn why_closed(club: &Club, day: DayIx) -> Option<String> {
    let of = club.day(day);
    let date = date_in_words(of.date);
    match of.closed {
        Some(Closed::Holiday) => Some(format!("{date} is a holiday")),
        Some(Closed::Locked) => Some(format!("{date} is locked")),
        None if of.date < club.earliest => {
            Some(format!("{date} is too soon: planning begins on {}", date_in_words(club.earliest)))
        }
        None if !of.in_horizon => Some(format!("{date} is not planned yet")),
        None => None,
    }
}
