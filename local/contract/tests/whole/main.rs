//! Holds the committed contract to the code, and its examples to its shapes.

#![allow(clippy::expect_used, reason = "tests say what they expect")]

mod document;
mod odd;
mod tour;
