//! Ids in requests, the runs that they name, and the digests that make an `ETag`.

use std::hash::{DefaultHasher, Hash, Hasher};

use api::{ApiError, Code};
use desk::plan::read_line_id;
use domain::snapshot::EventRef;
use store::key::RunId;
use store::lines::Lines;
use store::runs::Run;
use store::{Club, Stored};

/// Reads a run's id.
///
/// # Errors
/// 400 for a malformed id.
pub fn run_id(text: &str) -> Result<RunId, ApiError> {
    Ok(RunId::parse(text)?)
}

/// Reads a line's id: `run-1.101`.
///
/// # Errors
/// 400 for a malformed id.
pub fn line_id(text: &str) -> Result<(RunId, EventRef), ApiError> {
    let message = "a line's id is its run's id, a dot and its event's number";
    read_line_id(text).ok_or_else(|| ApiError::new(Code::InvalidId, message))
}

/// The run with this id.
///
/// # Errors
/// 404 if the club has no such run.
pub async fn run(club: &Club<'_>, id: &RunId) -> Result<Stored<Run>, ApiError> {
    club.run(id).await?.ok_or_else(|| ApiError::new(Code::RunNotFound, format!("there is no run {id}")))
}

/// A digest for an `ETag`, of everything that an answer depends on.
pub fn digest(of: &impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// The events and versions of lines, for the digest of an answer that shows these lines.
pub fn versions(lines: &Lines) -> Vec<(EventRef, u64)> {
    lines.iter().map(|(event, line)| (*event, line.version)).collect()
}
