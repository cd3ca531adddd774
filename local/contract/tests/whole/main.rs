//! Holds the committed contract to the code, and its examples to its shapes.

#![allow(clippy::expect_used, reason = "tests say what they expect")]

#[path = "../../../../functions/review/tests/crossmark/mod.rs"]
mod crossmark;
mod document;
#[allow(dead_code, reason = "the tests of review use more of it")]
#[path = "../../../../functions/review/tests/reads/house.rs"]
mod house;
mod odd;
mod tour;
