//! The simulator, called over HTTP: its calls, its faults, and changes by people at Crossmark.

#![allow(clippy::unwrap_used, reason = "tests")]

mod api;
mod faults;
mod support;
mod world;
