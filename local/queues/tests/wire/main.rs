//! The queues over their wire protocol: the SDK's client with the server on a random port.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod clock;
mod conformance;
mod dead_letters;
mod faults;
mod limits;
mod load;
mod mapping;
mod restart;
mod world;
