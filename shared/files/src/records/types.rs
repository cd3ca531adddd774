//! Finds the type of an event whose name was cut, possibly with the loss of the word that names the type.
//!
//! Muster's predecessor, the program that Muster replaces, cuts names at 100 characters. The rest of the name, the event's
//! length and the other rows of the file are evidence. A type without evidence is `Unsure` and is not guessed.

use std::collections::BTreeMap;

use domain::event_type::EventType;
use domain::names::event_number;
use domain::snapshot::EventRef;

use super::EventRow;

/// Maximum length of a name in the predecessor's files, in characters. The predecessor cuts longer names.
const CUT_NAME: usize = 100;

/// An event's type, and how it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeFinding {
    /// The file, or the stored event, has the type.
    Given(EventType),
    /// The name or the length determines the type (rulebook section 1).
    Detected(EventType),
    /// The name was cut, and other evidence determines the type.
    Recovered(EventType, Evidence),
    /// The name was cut, and nothing determines the type. A person should check it. The value is the type that follows
    /// from the rest of the name and the length.
    Unsure(EventType),
}

/// The evidence for the type of an event whose name was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// The event's length.
    Length,
    /// The event with the next or previous reference number whose name has the same project number. A Core and its
    /// Supervisor have adjacent reference numbers.
    Neighbour(EventRef),
    /// The only other event in the file whose name has the same project number.
    SameNumber(EventRef),
}

impl TypeFinding {
    /// The type; `None` if it is unsure.
    pub fn sure_type(self) -> Option<EventType> {
        match self {
            TypeFinding::Given(kind) | TypeFinding::Detected(kind) | TypeFinding::Recovered(kind, _) => Some(kind),
            TypeFinding::Unsure(_) => None,
        }
    }
}

/// Whether a name may have been cut. A cut after a blank leaves one character less, because blanks at the end are removed.
pub(super) fn name_may_be_cut(name: &str) -> bool {
    (CUT_NAME - 1..=CUT_NAME).contains(&name.chars().count())
}

/// Whether the predecessor cuts the name `whole` to the name `cut`.
pub(super) fn is_cut_from(cut: &str, whole: &str) -> bool {
    whole.chars().take(CUT_NAME).collect::<String>().trim() == cut.trim()
}

/// The type that follows from the name and the length only.
///
/// If a cut name still has the words of a type, that type is accepted, except `Digitals`: a name with `DIGITAL` only
/// may have lost `SETUP`, so its type is unsure. If a cut name has no such words, the length determines the type, and
/// without a usable length the type is unsure.
pub(super) fn detect(name: &str, minutes: Option<u32>) -> TypeFinding {
    let kind = EventType::detect(name, minutes);
    if !name_may_be_cut(name) {
        return TypeFinding::Detected(kind);
    }
    match EventType::detect(name, None) {
        EventType::Other if kind != EventType::Other => TypeFinding::Recovered(kind, Evidence::Length),
        EventType::Other | EventType::Digitals => TypeFinding::Unsure(kind),
        word => TypeFinding::Detected(word),
    }
}

/// Recovers from the other rows the unsure types of events whose names have no words of a type.
///
/// The neighbour of a Core is its Supervisor, and the neighbour of a Supervisor is its Core. If an event and its neighbour
/// are both unsure, the one with the higher number is the Core. A type that is recovered here is not evidence for other
/// rows, so the order of rows does not matter.
pub(super) fn recover(rows: &mut [&mut EventRow]) {
    let known: BTreeMap<EventRef, (Project, TypeFinding)> =
        rows.iter().map(|row| (row.event_ref, (Project::of(&row.name), row.kind))).collect();
    let mut by_project: BTreeMap<&Project, Vec<EventRef>> = BTreeMap::new();
    for (event_ref, (project, _)) in &known {
        by_project.entry(project).or_default().push(*event_ref);
    }
    for row in rows {
        let Some((project, TypeFinding::Unsure(EventType::Other))) = known.get(&row.event_ref) else { continue };
        if project.0.is_none() {
            continue;
        }
        let beside = |event_ref: u64| {
            let event_ref = EventRef(event_ref);
            known.get(&event_ref).filter(|(other, _)| other == project).map(|(_, kind)| (event_ref, *kind))
        };
        let neighbours = [row.event_ref.0.checked_add(1), row.event_ref.0.checked_sub(1)];
        let neighbour = neighbours.into_iter().flatten().find_map(beside);
        let only_other = match by_project.get(project).map(Vec::as_slice) {
            Some([a, b]) => Some(if *a == row.event_ref { *b } else { *a }),
            _ => None,
        };
        let by_neighbour = || {
            let (other, kind) = neighbour?;
            let is_higher = row.event_ref > other;
            let kind = partner(kind).or(unsure_partner(kind, is_higher))?;
            Some(TypeFinding::Recovered(kind, Evidence::Neighbour(other)))
        };
        let by_number = || {
            let other = only_other?;
            Some(TypeFinding::Recovered(partner(known.get(&other)?.1)?, Evidence::SameNumber(other)))
        };
        if let Some(finding) = by_neighbour().or_else(by_number) {
            row.kind = finding;
        }
    }
}

/// The type of the neighbour of a Core or Supervisor whose type is sure.
fn partner(kind: TypeFinding) -> Option<EventType> {
    match kind.sure_type()? {
        EventType::Core => Some(EventType::Supervisor),
        EventType::Supervisor => Some(EventType::Core),
        _ => None,
    }
}

/// The type of the neighbour of an unsure event.
fn unsure_partner(other: TypeFinding, is_higher: bool) -> Option<EventType> {
    let is_unsure = other == TypeFinding::Unsure(EventType::Other);
    is_unsure.then_some(if is_higher { EventType::Core } else { EventType::Supervisor })
}

/// The project number, which the names of a Core and its Supervisor have in common: the number of at least 6 digits at the
/// start of the name, which is never cut off; otherwise the event number.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Project(Option<String>);

impl Project {
    fn of(name: &str) -> Project {
        const SHORTEST: usize = 6;
        let name = name.trim_start();
        let leading = &name[..name.find(|c: char| !c.is_ascii_digit()).unwrap_or(name.len())];
        let number = if leading.len() >= SHORTEST { Some(leading) } else { event_number(name) };
        Project(number.map(str::to_owned))
    }
}
