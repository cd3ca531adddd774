//! Tests of the crate with an embedded table and embedded queues: small clubs, fixed seeds, a fixed clock.

#![allow(clippy::expect_used, clippy::panic, reason = "tests")]

mod approvals;
mod by_hand;
mod drafts;
mod edits;
mod effects;
mod erasures;
mod failures;
mod fixes;
mod numbers;
mod overruled;
mod recalls;
mod standing;
mod together;
