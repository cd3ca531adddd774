//! The cursor of a caller that polls: the versions of the lines that it has, in order of ref, in a short notation.
//!
//! `1-3*1.2.1` is the proposal of fencing token 1, with three lines at version 1, one at 2 and one at 1. The cursor
//! contains no time, so a change that is written late is not missed.

use api::{ApiError, Code};
use store::key::Token;
use store::lines::Lines;

/// The line versions that a caller has.
#[derive(Debug, PartialEq, Eq)]
pub struct SeenVersions {
    token: Token,
    versions: Vec<u64>,
}

/// Maximum number of lines of a proposal.
const MAX_LINES: usize = 100_000;

impl SeenVersions {
    /// The versions of these lines.
    pub fn of(token: Token, lines: &Lines) -> SeenVersions {
        SeenVersions { token, versions: lines.values().map(|line| line.version).collect() }
    }

    /// Reads the text of [`SeenVersions::write`].
    ///
    /// # Errors
    /// 400 for anything else.
    pub fn read(text: &str) -> Result<SeenVersions, ApiError> {
        read(text).ok_or_else(|| ApiError::new(Code::InvalidCursor, "since is not a cursor of this list"))
    }

    /// The text of the cursor.
    pub fn write(&self) -> String {
        let groups = self.versions.chunk_by(|a, b| a == b).map(|group| match group {
            [one] => one.to_string(),
            many => format!("{}*{}", many.len(), many[0]),
        });
        format!("{}-{}", self.token.0, groups.collect::<Vec<_>>().join("."))
    }

    /// Whether the caller has the current version of the line at this position; always `false` for another proposal.
    pub fn has(&self, current: &SeenVersions, at: usize) -> bool {
        let is_same_proposal = self.token == current.token && self.versions.len() == current.versions.len();
        is_same_proposal && self.versions.get(at) == current.versions.get(at)
    }
}

fn read(text: &str) -> Option<SeenVersions> {
    let (token, rest) = text.split_once('-')?;
    let mut versions = Vec::new();
    for group in rest.split('.').filter(|group| !group.is_empty()) {
        let (count, version) = group.split_once('*').unwrap_or(("1", group));
        let count: usize = count.parse().ok()?;
        if versions.len().saturating_add(count) > MAX_LINES {
            return None;
        }
        versions.extend(std::iter::repeat_n(version.parse::<u64>().ok()?, count));
    }
    Some(SeenVersions { token: Token(token.parse().ok()?), versions })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_written_in_short_notation_and_read_back() {
        for (versions, text) in
            [(vec![], "7-"), (vec![1], "7-1"), (vec![1, 1, 1, 2, 1], "7-3*1.2.1"), (vec![12, 12], "7-2*12")]
        {
            let seen = SeenVersions { token: Token(7), versions };
            assert_eq!(seen.write(), text);
            assert_eq!(read(text), Some(seen));
        }
    }

    #[test]
    fn a_malformed_cursor_is_refused() {
        for text in ["", "7", "x-1", "7-a", "7-2*", "7-*1", "7--1", "7-999999999*1", "7-1.60000*1.60000*2"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
