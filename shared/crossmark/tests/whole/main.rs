//! Tests of the client against the simulator, and against a server with answers that the simulator never gives.

#![allow(clippy::unwrap_used, reason = "tests")]

mod certainty;
mod changes;
mod read_back;
mod reads;
mod sessions;
mod support;
mod unexpected_answers;
