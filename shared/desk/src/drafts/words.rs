//! Places and sentences of a draft's effect.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use domain::calendar::{date_in_words, minute_of, time_in_words};
use domain::snapshot::{EmployeeId, EventFacts};
use store::drafts::{EffectKind, EffectLine, NamedEvent, NamedPlace};
use store::events::Place;

/// People's names by id.
pub type Names = BTreeMap<EmployeeId, String>;

/// A place with the name of its person.
pub fn named_place(place: &Place, names: &Names) -> NamedPlace {
    NamedPlace {
        employee_id: place.employee_id.clone(),
        employee_name: names.get(&place.employee_id).cloned(),
        start: place.start,
        block: place.block,
    }
}

/// An event with its name and type.
pub fn named_event(facts: &EventFacts) -> NamedEvent {
    NamedEvent {
        event_ref: facts.event_ref,
        name: facts.name.trim().to_owned(),
        event_type: facts.event_type().name().to_owned(),
    }
}

/// An event as the rules name it in messages, so that pages recognize the name.
pub fn title(event: &NamedEvent) -> String {
    format!("{} {} \"{}\"", event.event_type, event.event_ref, event.name)
}

/// A moment for people: `Tue 24 Nov, 10:15 am`.
pub fn moment(at: NaiveDateTime) -> String {
    format!("{}, {}", date_in_words(at.date()), time_in_words(minute_of(at)))
}

/// A place for people: name and moment.
fn place_in_words(spot: &NamedPlace) -> String {
    format!("{}, {}", spot.employee_name.as_deref().unwrap_or(&spot.employee_id.0), moment(spot.start))
}

/// What happens to an event, from its places before and after.
pub fn what_happens(before: Option<&NamedPlace>, after: Option<&NamedPlace>) -> EffectKind {
    match (before, after) {
        (None, _) => EffectKind::Placed,
        (Some(_), Some(_)) => EffectKind::Moved,
        (Some(_), None) => EffectKind::TakenBack,
    }
}

/// A line of an effect about an event.
pub fn effect_line(
    what: EffectKind,
    event: NamedEvent,
    line: Option<String>,
    (before, after): (Option<NamedPlace>, Option<NamedPlace>),
) -> EffectLine {
    let name = title(&event);
    let text = match (what, before.as_ref().map(place_in_words), after.as_ref().map(place_in_words)) {
        (EffectKind::Held, _, Some(after)) => format!("{name} is held back from approval: {after}"),
        (EffectKind::Released, _, Some(after)) => format!("{name} is released for approval: {after}"),
        (EffectKind::Held, ..) => format!("{name} is held back from approval"),
        (EffectKind::Released, ..) => format!("{name} is released for approval"),
        (EffectKind::Approved, None, Some(after)) => format!("{name} goes to Crossmark: {after}"),
        (EffectKind::Approved, Some(before), Some(after)) => {
            format!("{name} goes to Crossmark: {before} becomes {after}")
        }
        (EffectKind::Approved, Some(before), None) => format!("{name} is taken back at Crossmark: {before}"),
        (EffectKind::Retried, _, Some(after)) => format!("{name} is sent again: {after}"),
        (EffectKind::Retried, ..) => format!("{name} is sent again"),
        (_, None, Some(after)) => format!("{name}: {after}"),
        (_, Some(before), Some(after)) => format!("{name}: {before} becomes {after}"),
        (_, Some(before), None) => format!("{name}: {before} is taken back"),
        (_, None, None) => name,
    };
    EffectLine { what, event: Some(event), line, before, after, text }
}

/// A line of an effect that is not about an event.
pub fn sentence(what: EffectKind, text: String) -> EffectLine {
    EffectLine { what, event: None, line: None, before: None, after: None, text }
}

#[cfg(test)]
mod tests {
    use domain::snapshot::EventRef;

    use super::*;

    #[test]
    fn an_effect_names_its_event_as_the_rules_do() {
        let event = NamedEvent {
            event_ref: EventRef(619_044),
            name: "Rye - V2-CORE".to_owned(),
            event_type: "Core".to_owned(),
        };
        let line = effect_line(EffectKind::Held, event, None, (None, None));
        assert_eq!(line.text, "Core 619044 \"Rye - V2-CORE\" is held back from approval");
    }
}
