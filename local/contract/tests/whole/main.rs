//! The committed contract is what the code makes, its examples match its schemas, and every route answers as it
//! documents.

#![allow(clippy::expect_used, reason = "tests say what they expect")]

mod document;
mod tour;
mod unloaded;
mod unusual;
