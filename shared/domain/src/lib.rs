//! The rulebook: what a club's schedule is, which schedules are legal, and which of two is better.
//!
//! Pure: no I/O, no async, no clock (a snapshot carries its date). The same input always gives the same answer. Rule
//! numbers (`H12`, `S9`, `W4`) are those of the product's rulebook; each has its file in `rules/`.

pub mod affinity;
pub mod alternatives;
pub mod answer;
pub mod blocks;
pub mod bounds;
pub mod calendar;
pub mod callout;
pub mod checker;
pub mod club;
pub mod dependencies;
pub mod event_type;
pub mod fairness;
#[cfg(any(test, feature = "fixture"))]
pub mod fixture;
pub mod holidays;
pub mod json;
pub mod judge;
mod named;
pub mod names;
pub mod outcome;
pub mod person_names;
pub mod previous;
pub mod rollup;
pub mod rules;
pub mod schedule;
pub mod snapshot;
pub mod standing;
pub mod timetable;
pub mod trial;
