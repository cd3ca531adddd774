//! A way out as a sentence.

use super::WayOutKind;
use super::candidates::Candidate;
use super::evaluator::{Evaluator, WayOutEdit};
use super::look::{NewPosting, PlaceAndStart};
use crate::calendar::{date_in_words, minute_of, time_in_words};
use crate::club::EventIx;
use crate::event_type::EventType;
use crate::snapshot::Rotation;

/// The text of the way out that changes nothing.
pub(super) const LEAVE: &str = "Leave it as it is";

/// The sentence: "Give it to Rosa Kettle, same time".
pub(super) fn sentence(evaluator: &Evaluator, candidate: &Candidate) -> String {
    let new_postings = match &candidate.edit {
        WayOutEdit::Rotation(exception) => {
            let club = evaluator.club();
            let name = club.find_person(&exception.employee_id.0).map(|p| club.person(p).short_name.clone());
            let what = match exception.rotation {
                Rotation::Juicer => "juicer",
                Rotation::PrimaryLead => "lead",
            };
            return format!("Make {} the {what} of {}", name.unwrap_or_default(), date_in_words(exception.date));
        }
        WayOutEdit::Schedules(new_postings) => new_postings,
    };
    // A partner that follows is mentioned after the event that it follows.
    let changed_partner =
        |e: EventIx| evaluator.event(e).partner.filter(|p| new_postings.iter().any(|t| t.event == *p));
    let goes_along = |t: &&NewPosting| {
        let follows = evaluator.event(t.event).kind.is_follower();
        follows && changed_partner(t.event).is_some()
    };
    let clauses: Vec<String> = new_postings
        .iter()
        .filter(|new_posting| !goes_along(new_posting))
        .map(|new_posting| {
            let along = changed_partner(new_posting.event).and_then(|p| new_postings.iter().find(|t| t.event == p));
            clause(evaluator, new_posting, along)
        })
        .collect();
    let text = clauses.join("; ");
    if candidate.kind == WayOutKind::Trade {
        return format!("Trade: {text}");
    }
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn clause(evaluator: &Evaluator, new_posting: &NewPosting, along: Option<&NewPosting>) -> String {
    let club = evaluator.club();
    let name = |at: PlaceAndStart| club.person(at.person).short_name.as_str();
    let issue = evaluator.issue();
    let event = evaluator.event(new_posting.event);
    let is_only_event = issue.refs.len() == 1 && issue.refs[0] == event.event_ref;
    let what = if is_only_event { "it".to_owned() } else { event.title() };
    let time = |at: PlaceAndStart| time_in_words(minute_of(at.start));
    let day = |at: PlaceAndStart| date_in_words(at.start.date());
    let (here, after) = (evaluator.posted_place(new_posting.event), new_posting.after);
    let what_along = along
        .map_or("", |t| if evaluator.event(t.event).kind == EventType::Supervisor { "Supervisor" } else { "Survey" });
    let with = match along.and_then(|t| t.after) {
        Some(at) if Some(at.person) != after.map(|a| a.person) => format!(", and its {what_along} with {}", name(at)),
        Some(_) => format!(", with its {what_along}"),
        None if along.is_some() => format!(", with its {what_along}"),
        None => String::new(),
    };
    let words = match (here, after) {
        (_, None) => format!("take {what} back"),
        (None, Some(at)) => format!("place {what} on {} at {} with {}", day(at), time(at), name(at)),
        (Some(here), Some(at)) => {
            let (same_day, same_time) = (here.start.date() == at.start.date(), here.start == at.start);
            match (here.person == at.person, same_day, same_time) {
                (true, true, false) => format!("start {what} at {} instead of {}", time(at), time(here)),
                (true, true, true) => format!("put {what} in block {}", at.block.unwrap_or(1)),
                (true, false, _) => format!("move {what} to {} at {}", day(at), time(at)),
                (false, true, true) => format!("give {what} to {}, same time", name(at)),
                (false, true, false) => format!("give {what} to {} at {}", name(at), time(at)),
                (false, false, _) => format!("give {what} to {} on {} at {}", name(at), day(at), time(at)),
            }
        }
    };
    words + &with
}
