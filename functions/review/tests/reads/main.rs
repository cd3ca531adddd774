//! The reading routes of review over the embedded services.

#![allow(clippy::expect_used, reason = "tests say what they expect")]

#[allow(dead_code, reason = "the tour of the contract uses more of it")]
mod house;
mod looking;
mod proposals;
mod way_to_crossmark;
