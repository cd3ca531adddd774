//! The store against a real endpoint: embedded and on a random port, or the one that `STORE_TEST_ENDPOINT` names.

#![allow(clippy::expect_used, clippy::panic, reason = "tests say what they expect")]

mod approvals;
mod changes;
mod decisions;
mod documents;
mod drafts;
mod erasures;
mod faults;
mod learned;
mod ledger;
mod limits;
mod locations;
mod patterns;
mod proposals;
mod queue;
mod retention;
mod runs;
mod setup;
mod snapshots;
mod submission;
mod tallies;
