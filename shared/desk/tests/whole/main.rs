//! The use cases over the embedded services: small clubs, fixed seeds, a clock that stands still.

mod approvals;
mod edits;
mod failures;
mod house;
