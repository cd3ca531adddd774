//! The rulebook as lists of rules: hard rules H1 to H15, soft rules S1 to S16 and watch rules W1 to W15, one file each.
//!
//! A hard rule checks a [`Schedule`] within a [`Scope`] and lists its violations. A soft rule scores the schedule. The
//! checker, the evaluation of a change, the solver and the words of every reason use the hard and the soft rules and no
//! others. The look at what is posted (rulebook section 10) uses the hard rules and the watch rules. Runs do not use
//! watch rules.
//!
//! To add a soft rule S17: write `rules/s17.rs` with a `RULE` and its tests, and name it in `soft_rules!` below. The
//! solver includes it without further code, unless it scores the schedule as a whole ([`Scoring::Whole`]): such a rule
//! also needs variables and rows of its own in the solver's model.

use crate::club::{Club, DayIx, Event, EventIx, PersonIx, WeekIx};
use crate::schedule::Schedule;
use crate::standing::{Issue, Severity, StandingSchedule};

mod facts;
mod scope;

pub use scope::Scope;

/// A rule that no proposed schedule may break.
#[derive(Debug)]
pub struct HardRule {
    /// The rulebook's number.
    pub name: HardName,
    /// The rule in a few words.
    pub title: &'static str,
    /// Adds the violations of the rule within the scope.
    pub check: fn(&Schedule, &Scope, &mut Vec<Violation>),
    /// The explanation of a violation, for a person: `Avery would work 7 Core in the week of Sun 22 Nov`.
    pub words: fn(&Club, &Violation) -> String,
    /// The explanation of a violation by what is posted: `Avery works 2 Core on Tue 24 Nov, more than 1: …`.
    pub posted_words: fn(&Club, &Violation) -> String,
}

/// Whether a violation is about a day (of a person or the club) or about a person's week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// A day.
    Day,
    /// A week.
    Week,
}

/// One violation of a hard rule: which events conflict where. Which fields are set depends on the rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The broken rule.
    pub rule: HardName,
    /// The person whose day or week it is.
    pub person: Option<PersonIx>,
    /// Whether it is about a day or a week.
    pub span: Span,
    /// The day, or the first day of the week.
    pub day: Option<DayIx>,
    /// The event that the message is about: the one that a change places, otherwise the first new or moved one,
    /// otherwise the posted one that stands (H12, H15).
    pub event: Option<EventIx>,
    /// The other events that take part. The message names them as the conflict.
    pub others: Vec<EventIx>,
    /// The count or sum that is too high; 0 for rules that count nothing. For H14 see [`h14`].
    pub amount: u32,
}

impl Violation {
    /// A violation about the first of the given events. It is about a day, or about neither a day nor a week.
    pub(crate) fn new(
        rule: HardName,
        person: Option<PersonIx>,
        day: Option<DayIx>,
        events: impl IntoIterator<Item = EventIx>,
    ) -> Violation {
        let mut events = events.into_iter();
        Violation { rule, person, span: Span::Day, day, event: events.next(), others: events.collect(), amount: 0 }
    }

    /// A violation about a person's week, and about the first of the given events.
    pub(crate) fn of_week(
        rule: HardName,
        person: PersonIx,
        week: WeekIx,
        events: impl IntoIterator<Item = EventIx>,
    ) -> Violation {
        let first = DayIx(week.0 * 7);
        Violation { span: Span::Week, ..Violation::new(rule, Some(person), Some(first), events) }
    }

    /// Sets the count or sum that is too high.
    pub(crate) fn with_amount(self, amount: u32) -> Violation {
        Violation { amount, ..self }
    }

    /// A violation of H2: a person cannot work an event on a day.
    pub fn unavailable(event: EventIx, person: PersonIx, day: DayIx) -> Violation {
        Violation::new(HardName::H2, Some(person), Some(day), [event])
    }

    /// The violation in plain words.
    pub fn words(&self, club: &Club) -> String {
        (self.rule.rule().words)(club, self)
    }

    /// Every event that takes part, the one that the message is about first.
    pub fn events(&self) -> impl Iterator<Item = EventIx> {
        self.event.into_iter().chain(self.others.iter().copied())
    }

    /// The same violation, described from the view of another of its events. If the event is not part of it, nothing
    /// changes.
    #[must_use]
    pub fn about(mut self, event: EventIx) -> Violation {
        if let Some(at) = self.others.iter().position(|other| *other == event) {
            self.others.remove(at);
            self.others.extend(self.event.replace(event));
            self.others.sort_unstable();
        }
        self
    }

    /// A key that does not depend on which event the violation is about: rule, person, day, events in order.
    pub fn key(&self) -> (HardName, Option<PersonIx>, Option<DayIx>, Vec<EventIx>) {
        let mut events: Vec<EventIx> = self.events().collect();
        events.sort_unstable();
        (self.rule, self.person, self.day, events)
    }

    /// Whether another violation is of the same rule for the same person and day or week, whatever events take part.
    pub fn is_at_same_place(&self, other: &Violation) -> bool {
        (self.rule, self.person, self.day, self.span) == (other.rule, other.person, other.day, other.span)
    }

    /// Whether another violation includes this one: the same rule for the same person and day or week, with at
    /// least these events.
    pub fn is_part_of(&self, other: &Violation) -> bool {
        self.is_at_same_place(other) && self.events().all(|e| other.events().any(|o| o == e))
    }
}

/// A rule about what is posted. Its findings need a person's attention (rulebook section 10).
#[derive(Debug)]
pub struct WatchRule {
    /// The rulebook's number.
    pub name: WatchName,
    /// The rule in a few words.
    pub title: &'static str,
    /// The severity of its findings.
    pub severity: Severity,
    /// Adds the issues of the rule, on any day. The look leaves out past issues.
    pub check: fn(&StandingSchedule, &mut Vec<Issue>),
    /// The explanation of an issue, for a person.
    pub words: fn(&StandingSchedule, &Issue) -> String,
}

/// A rule that says which of two legal schedules is better.
#[derive(Debug)]
pub struct SoftRule {
    /// The rulebook's number: `S4`.
    pub id: &'static str,
    /// The rule's name in weights and terms.
    pub name: SoftName,
    /// A short title for the rule's points.
    pub title: &'static str,
    /// How the rule scores, before its weight.
    pub scoring: Scoring,
}

/// How a soft rule scores.
#[derive(Debug, Clone, Copy)]
pub enum Scoring {
    /// The sum of parts for each placement. A placed candidate earns its value. A moved posted schedule earns the new
    /// value minus the old one, a dropped one minus its old value. A schedule that stays earns nothing.
    Placement(&'static [Part]),
    /// Points for the final place of each candidate and of each posted schedule that may move, whether it moved there
    /// or already was there.
    Final(PlaceValue),
    /// Points for changing what is posted, whatever the new place.
    Change(ChangePoints),
    /// Points for the schedule as a whole, within the scope. Points outside the scope must not depend on the events in
    /// it.
    Whole(fn(&Schedule, &Scope) -> f64),
}

/// The points of a change of what is posted.
#[derive(Debug, Clone, Copy)]
pub struct ChangePoints {
    /// The points of each posted schedule that is moved or dropped.
    pub of_leaving: fn(&Club, &Event) -> f64,
    /// The points of each placement of an event that a call-out released.
    pub of_released: PlaceValue,
}

/// The value of an event worked by a person on a date.
pub type PlaceValue = fn(&Club, &Event, PersonIx, chrono::NaiveDate) -> f64;

/// A part of a rule's points for a placement.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// What the value depends on.
    pub depends_on: DependsOn,
    /// The value.
    pub value: PlaceValue,
}

/// What the value of a placement depends on. The solver pools events if it makes no difference to the points who works
/// which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DependsOn {
    /// The event alone.
    Event,
    /// The event and the date.
    EventAndDate,
    /// The event's type, whether it is a full-day event, the person and the date.
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
            /// Number of soft rules.
            pub const COUNT: usize = [$($text),*].len();

            /// The name that snapshots and answers use.
            pub fn name(self) -> &'static str {
                [$($text),*][self as usize]
            }
        }
    };
}

macro_rules! watch_rules {
    ($($module:ident $name:ident)*) => {
        $(pub mod $module;)*
        /// The watch rules, in order.
        pub static WATCH: &[&WatchRule] = &[$(&$module::RULE),*];

        /// The number of a watch rule.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)]
        pub enum WatchName { $($name),* }

        impl WatchName {
            /// The number as the rulebook and findings write it: `W3`.
            pub fn id(self) -> &'static str {
                [$(stringify!($name)),*][self as usize]
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

watch_rules! {
    w01 W1 w02 W2 w03 W3 w04 W4 w05 W5 w06 W6 w07 W7 w08 W8
    w09 W9 w10 W10 w11 W11 w12 W12 w13 W13 w14 W14 w15 W15
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
    /// The soft rule with this name.
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
    fn each_rule_is_in_its_list_at_its_number() {
        for (i, rule) in HARD.iter().enumerate() {
            assert_eq!(rule.name.id(), format!("H{}", i + 1));
            assert_eq!(rule.name as usize, i);
        }
        for (i, rule) in SOFT.iter().enumerate() {
            assert_eq!(rule.id, format!("S{}", i + 1));
            assert_eq!(rule.name as usize, i);
            assert_eq!(SoftName::named(rule.name.name()), Some(rule.name));
        }
        for (i, rule) in WATCH.iter().enumerate() {
            assert_eq!(rule.name.id(), format!("W{}", i + 1));
            assert_eq!(rule.name as usize, i);
        }
    }
}
