//! Reads and writes spreadsheets, and writes calendars.
//!
//! All functions are pure: they get and return bytes and rows, and use no disk, network, clock, table or async code.
//!
//! - [`import`] reads a CSV or XLSX file into typed rows and names every cell that it could not read.
//! - [`preview`] compares those rows with the known rows: new, changed, unchanged.
//! - [`export`] writes rows as CSV or XLSX, with the columns that an import of the same kind of row reads.
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
