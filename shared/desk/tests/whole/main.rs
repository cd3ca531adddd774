//! Tests of the use cases with an in-process table and in-process queues: small clubs, fixed seeds, a fixed clock.

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
mod overrides;
mod random_history;
mod recalls;
mod standing;
mod supervisors;
mod together;
