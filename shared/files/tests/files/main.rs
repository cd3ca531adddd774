//! Reads and writes whole files: samples, malformed files, bombs, round trips, feeds. Some tests print times and sizes:
//! run with `--nocapture --test-threads 1` to see them. Only `bombs` asserts limits.
#![allow(clippy::expect_used, clippy::print_stdout, reason = "tests")]

mod bombs;
mod common;
mod exports;
mod feeds;
mod imports;
mod malformed;
mod measure;
mod oddities;
mod page;
mod round_trip;
