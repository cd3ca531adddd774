//! Tests of the simulator over HTTP: the calls of the API, faults, and changes by people at Crossmark.

#![allow(clippy::unwrap_used, reason = "tests")]

mod api;
mod faults;
mod support;
mod world;
