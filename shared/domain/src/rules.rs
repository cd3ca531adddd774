//! The rulebook as a list of objects: hard rules H1 to H15 and soft rules S1 to S16, one file each.
//!
//! A hard rule looks at a [`Schedule`] within a [`Scope`] and names what breaks it. A soft rule scores it. The checker,
//! the imagined change, the solver and the words of every reason use these two lists and no others.
//!
//! To add a soft rule S17: write `rules/s17.rs` with a `RULE` and its tests, and name it in `soft_rules!` below. The
//! solver includes it without further code, unless it scores the schedule as a whole ([`Scoring::Whole`]): such a rule
//! also needs variables and rows of its own in the solver's model.

use crate::club::{Club, DayIx, Event, EventIx, PersonIx};
use crate::schedule::Schedule;

mod facts;
mod scope;

pub use scope::Scope;

/// A rule that no proposed schedule breaks.
#[derive(Debug)]
pub struct HardRule {
    /// The rulebook's number.
    pub name: HardName,
    /// The rule in a few words.
    pub title: &'static str,
    /// Adds what breaks it within the scope.
    pub check: fn(&Schedule, &Scope, &mut Vec<Violation>),
    /// What a violation means, for a person: `Avery Quill would have 2 Core on Tue 24 Nov`.
    pub words: fn(&Club, &Violation) -> String,
}

/// One breach of a hard rule: what meets where. Which of these are named depends on the rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The broken rule.
    pub rule: HardName,
    /// Whose day or week it is.
    pub person: Option<PersonIx>,
    /// On which day, or in the week of which day.
    pub day: Option<DayIx>,
    /// The event in question: the one that an imagined change places, else the first of the new and moved ones.
    pub event: Option<EventIx>,
    /// What it meets: the other events that take part. The words name these as what is in the way, never the event in
    /// question.
    pub others: Vec<EventIx>,
    /// How many or how much there would be.
    pub amount: u32,
}

impl Violation {
    /// A breach in which the first of some events is in question.
    pub(crate) fn new(
        rule: HardName,
        person: Option<PersonIx>,
        day: Option<DayIx>,
        events: impl IntoIterator<Item = EventIx>,
    ) -> Violation {
        let mut events = events.into_iter();
        Violation { rule, person, day, event: events.next(), others: events.collect(), amount: 0 }
    }

    /// The same breach with how many or how much there would be.
    pub(crate) fn with_amount(self, amount: u32) -> Violation {
        Violation { amount, ..self }
    }

    /// That a person cannot work an event on a day (H2).
    pub fn unavailable(event: EventIx, person: PersonIx, day: DayIx) -> Violation {
        Violation::new(HardName::H2, Some(person), Some(day), [event])
    }

    /// The violation in plain words.
    pub fn words(&self, club: &Club) -> String {
        (self.rule.rule().words)(club, self)
    }

    /// Every event that takes part, the one in question first.
    pub fn events(&self) -> impl Iterator<Item = EventIx> {
        self.event.into_iter().chain(self.others.iter().copied())
    }

    /// The same breach with another of its events in question. An event that takes no part changes nothing.
    #[must_use]
    pub fn about(mut self, event: EventIx) -> Violation {
        if let Some(at) = self.others.iter().position(|other| *other == event) {
            self.others.remove(at);
            self.others.extend(self.event.replace(event));
            self.others.sort_unstable();
        }
        self
    }

    /// What tells a violation from others, whichever of its events is in question: rule, person, day, events in order.
    pub fn key(&self) -> (HardName, Option<PersonIx>, Option<DayIx>, Vec<EventIx>) {
        let mut events: Vec<EventIx> = self.events().collect();
        events.sort_unstable();
        (self.rule, self.person, self.day, events)
    }

    /// Whether another violation says as much already: the same rule is broken at the same place, by these events and
    /// maybe more.
    pub fn is_part_of(&self, other: &Violation) -> bool {
        (self.rule, self.person, self.day) == (other.rule, other.person, other.day)
            && self.events().all(|e| other.events().any(|o| o == e))
    }
}

/// A rule that says which of two legal schedules is better.
#[derive(Debug)]
pub struct SoftRule {
    /// The rulebook's number: `S4`.
    pub id: &'static str,
    /// Its name in weights and terms.
    pub name: SoftName,
    /// The rule in a few words, as a title for the points it gives.
    pub title: &'static str,
    /// How it scores, before its weight.
    pub scoring: Scoring,
}

/// How a soft rule scores.
#[derive(Debug, Clone, Copy)]
pub enum Scoring {
    /// Each placement earns by itself, the sum of its parts. A placed candidate earns its value, a moved posted schedule
    /// the new value less the old, a dropped one minus the old; what stands earns nothing.
    Placement(&'static [Part]),
    /// Each candidate, and each posted schedule that may move, earns for where it is in the end, whether it came there
    /// or stood there.
    Final(PlaceValue),
    /// A change of what is posted earns something, whatever else becomes of it.
    Change(Change),
    /// The schedule earns as a whole, within the scope: what the scope leaves out does not change with what it names.
    Whole(fn(&Schedule, &Scope) -> f64),
}

/// What a change of what is posted earns.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// Each posted schedule that is moved or dropped.
    pub leaves: fn(&Club, &Event) -> f64,
    /// Each placement of an event that a call-out released.
    pub released: PlaceValue,
}

/// The value of an event worked by a person on a date.
pub type PlaceValue = fn(&Club, &Event, PersonIx, chrono::NaiveDate) -> f64;

/// A part of what a placement earns by a rule.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// What the value depends on.
    pub depends_on: DependsOn,
    /// The value.
    pub value: PlaceValue,
}

/// What the value of a placement depends on: the solver may pool events that a rule does not tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DependsOn {
    /// The event alone.
    Event,
    /// The event and the date.
    EventAndDate,
    /// The event's type, the person and the date.
    TypePersonAndDate,
    /// The event and the person.
    EventAndPerson,
}

macro_rules! hard_rules {
    ($($module:ident $name:ident)*) => {
        $(pub mod $module;)*
        /// The hard rules, in order.
        pub static HARD: &[&HardRule] = &[$(&$module::RULE),*];

        /// The number of a hard rule.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)]
        pub enum HardName { $($name),* }

        impl HardName {
            /// The number as the rulebook and answers write it: `H3`.
            pub fn id(self) -> &'static str {
                [$(stringify!($name)),*][self as usize]
            }
        }
    };
}

macro_rules! soft_rules {
    ($($module:ident $name:ident $text:literal)*) => {
        $(pub mod $module;)*
        /// The soft rules, in order.
        pub static SOFT: &[&SoftRule] = &[$(&$module::RULE),*];

        /// The name of a soft rule.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)]
        pub enum SoftName { $($name),* }

        impl SoftName {
            /// Every name, in order of the rules' numbers.
            pub const ALL: [SoftName; Self::COUNT] = [$(SoftName::$name),*];
            /// How many there are.
            pub const COUNT: usize = [$($text),*].len();

            /// The name that snapshots and answers use.
            pub fn name(self) -> &'static str {
                [$($text),*][self as usize]
            }
        }
    };
}

hard_rules! {
    h01 H1 h02 H2 h03 H3 h04 H4 h05 H5 h06 H6 h07 H7 h08 H8
    h09 H9 h10 H10 h11 H11 h12 H12 h13 H13 h14 H14 h15 H15
}

soft_rules! {
    s01 Scheduled "scheduled"
    s02 Urgency "urgency"
    s03 TypeRank "type_rank"
    s04 Rotation "rotation"
    s05 SupervisorMisuse "supervisor_misuse"
    s06 SupervisorStaffing "supervisor_staffing"
    s07 LeadBlock1 "lead_block_1"
    s08 LeadDaily "lead_daily"
    s09 Fairness "fairness"
    s10 DuplicateProduct "duplicate_product"
    s11 DayBalance "day_balance"
    s12 Bump "bump"
    s13 Affinity "affinity"
    s14 Earliness "earliness"
    s15 Ledger "ledger"
    s16 Wish "wish"
}

impl HardName {
    /// The rule itself.
    pub fn rule(self) -> &'static HardRule {
        HARD[self as usize]
    }
}

impl std::fmt::Display for HardName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.id())
    }
}

impl serde::Serialize for HardName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl SoftName {
    /// The soft rule of that name.
    pub fn named(name: &str) -> Option<SoftName> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }

    /// The rule itself.
    pub fn rule(self) -> &'static SoftRule {
        SOFT[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_stands_under_its_number() {
        for (i, rule) in HARD.iter().enumerate() {
            assert_eq!(rule.name.id(), format!("H{}", i + 1));
            assert_eq!(rule.name as usize, i);
        }
        for (i, rule) in SOFT.iter().enumerate() {
            assert_eq!(rule.id, format!("S{}", i + 1));
            assert_eq!(rule.name as usize, i);
            assert_eq!(SoftName::named(rule.name.name()), Some(rule.name));
        }
    }
}
