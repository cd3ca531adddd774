//! Recovers the type of an event whose name lost its end, and with it perhaps the word that names the type.
//!
//! The predecessor cuts names at 100 characters. What a cut name still says, its length and the other rows of the file
//! are evidence; a type without evidence stays unsure and is never guessed.

use std::collections::BTreeMap;

use domain::event_type::EventType;
use domain::names::event_number;
use domain::snapshot::EventRef;

use super::VisitRow;

/// The predecessor cuts names at this many characters.
const CUT_NAME: usize = 100;

/// What is known of an event's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeFinding {
    /// The file names it.
    Given(EventType),
    /// The name or the length tells it (rulebook section 1).
    Told(EventType),
    /// The name was cut; something else tells it.
    Recovered(EventType, Evidence),
    /// The name was cut, and nothing tells it for sure. A person should look; the type is what the rest of the name
    /// would say.
    Unsure(EventType),
}

/// What told the type of an event whose name was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// The event's length.
    Length,
    /// The event with the next or the previous reference number and the same event number: a Core and its Supervisor
    /// have neighbouring numbers.
    Neighbour(EventRef),
    /// The only other event of the file with the same event number.
    SameNumber(EventRef),
}

impl TypeFinding {
    /// The type, unless it is unsure.
    pub fn sure(self) -> Option<EventType> {
        match self {
            TypeFinding::Given(kind) | TypeFinding::Told(kind) | TypeFinding::Recovered(kind, _) => Some(kind),
            TypeFinding::Unsure(_) => None,
        }
    }
}

/// Whether a name may have lost its end. A cut that falls on a blank leaves one character less.
pub(super) fn name_may_be_cut(name: &str) -> bool {
    (CUT_NAME - 1..=CUT_NAME).contains(&name.chars().count())
}

/// Whether the predecessor would show a name as `shown`.
pub(super) fn shows_name(shown: &str, whole: &str) -> bool {
    whole.chars().take(CUT_NAME).collect::<String>().trim() == shown.trim()
}

/// What a name and a length tell by themselves.
///
/// A cut name is believed where no lost word could change its type: `CORE` decides before every other word, and a kind
/// of Digital, Juicer, Supervisor or Freeosk event names itself in full. `DIGITAL` alone may have lost `SETUP`.
pub(super) fn told(name: &str, minutes: Option<u32>) -> TypeFinding {
    let kind = EventType::detect(name, minutes);
    if !name_may_be_cut(name) {
        return TypeFinding::Told(kind);
    }
    match EventType::detect(name, None) {
        EventType::Other if kind != EventType::Other => TypeFinding::Recovered(kind, Evidence::Length),
        EventType::Other | EventType::Digitals => TypeFinding::Unsure(kind),
        word => TypeFinding::Told(word),
    }
}

/// Looks at the other rows for the types that are unsure.
///
/// Beside a Core stands its Supervisor and the reverse; of two unsure neighbours the higher number is the Core. What
/// is recovered here is no evidence for another row, so the order of rows does not matter.
pub(super) fn recover(rows: &mut [&mut VisitRow]) {
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
            let higher = row.event_ref > other;
            Some(TypeFinding::Recovered(partner(kind).or(unknown_pair(kind, higher))?, Evidence::Neighbour(other)))
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

/// The type beside a Core or a Supervisor that is sure.
fn partner(kind: TypeFinding) -> Option<EventType> {
    match kind.sure()? {
        EventType::Core => Some(EventType::Supervisor),
        EventType::Supervisor => Some(EventType::Core),
        _ => None,
    }
}

/// The type of one of two neighbours of which neither is sure.
fn unknown_pair(other: TypeFinding, is_higher: bool) -> Option<EventType> {
    let is_unknown = other == TypeFinding::Unsure(EventType::Other);
    is_unknown.then_some(if is_higher { EventType::Core } else { EventType::Supervisor })
}

/// What two events of a pair have in common: the number before the name, which a cut never takes, else the event number.
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
