//! The committed contract is what the code makes, its examples have its shapes, and every route answers as it says.

#![allow(clippy::expect_used, reason = "tests say what they expect")]

mod document;
mod tour;
mod unusual;
