//! The function over the embedded services.

#![allow(clippy::expect_used, clippy::panic, reason = "tests say what they expect")]

mod ask;
mod injection;
mod people;
mod plan;
mod protocol;
mod sentences;
mod setup;
mod tenancy;
mod tools;
