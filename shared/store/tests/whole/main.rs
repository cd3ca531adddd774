//! The store against a real endpoint: embedded and on a random port, or the one that `STORE_TEST_ENDPOINT` names.

mod approvals;
mod documents;
mod house;
mod morning;
mod runs;
mod snapshots;
mod submission;
