//! Every function's real program behind a Runtime API of our own, as on Lambda: the payloads of `events/`, good and bad,
//! and the answers compared with those of the local whole over the same table and queues.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod assistant;
mod events;
mod http;
mod payloads;
mod platform;
#[allow(dead_code, reason = "shared with the tests of the whole")]
#[path = "../whole/world.rs"]
mod world;
