//! Tests of the queues over their wire protocol, with the SDK's client and the server on a random port.

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
