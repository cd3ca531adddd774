//! The use cases over the embedded services: small clubs, fixed seeds, a clock that stands still.

#![allow(clippy::expect_used, clippy::panic, reason = "tests")]

mod approvals;
mod by_hand;
mod edits;
mod failures;
mod recalls;
mod standing;
mod together;
