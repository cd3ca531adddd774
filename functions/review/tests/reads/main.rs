//! The reading routes of review over the embedded services.

#![allow(clippy::expect_used, reason = "tests say what they expect")]

mod house;
mod looking;
mod proposals;
mod way_to_crossmark;
