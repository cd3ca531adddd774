//! The routes of review over the embedded services.

#![allow(clippy::expect_used, reason = "tests say what they expect")]

mod drafts;
mod looking;
mod proposals;
mod reader;
mod sequences;
mod standing;
mod way_to_crossmark;
mod writing;
