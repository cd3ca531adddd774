//! Reads and writes spreadsheets, and writes calendars.
//!
//! Pure: bytes and rows are arguments, bytes and rows are results. No disk, no network, no async, no clock, no table.
//!
//! - [`import`] reads a CSV or XLSX file into typed rows and names every cell that it could not read.
//! - [`preview`] compares those rows with the known rows: new, changed, unchanged.
//! - [`export`] writes rows as CSV or XLSX. A kind of row that can be imported has the same columns there.
//! - [`calendar`] writes calendar feeds (RFC 5545).
//! - [`records`] defines the kinds of rows.
//!
//! `docs/files.md` lists columns, accepted spellings, limits and refusals.

pub mod calendar;
pub mod cells;
pub mod export;
pub mod import;
pub mod limits;
pub mod preview;
pub mod record;
pub mod records;
mod refused;
mod source;

pub use refused::FileRefused;
