//! Provenance: everything that determines a run's answer, and the result of replaying the run.
//!
//! The record of a run has the digests of its archived snapshot and answer. A replay can therefore prove that it reads
//! what the run read, and can name what has changed if its result differs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use crate::stamp::Timestamp;

/// A sha-256 digest in 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentDigest(String);

impl ContentDigest {
    /// The digest of a document.
    pub fn of(document: &[u8]) -> ContentDigest {
        ContentDigest(sha2::Sha256::digest(document).iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The digest as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ContentDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A document in the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivedDocument {
    /// The digest of the document as it was written, before compression.
    pub digest: ContentDigest,
    /// Where it is: partition and prefix of the sort keys of its pieces.
    pub place: String,
    /// The document's size in bytes, before compression.
    pub bytes: u64,
    /// Until when it is kept.
    pub kept_until: Timestamp,
}

/// Everything that determines a run's answer, and the digest of that answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// The snapshot, with the plan that people last saw.
    pub snapshot: ArchivedDocument,
    /// The answer in canonical form.
    pub answer: ArchivedDocument,
    /// The weights of soft rules in the snapshot, by name; weights of 1 are left out.
    pub weights: BTreeMap<String, f64>,
    /// The limits of the solver.
    pub limits: SolveLimits,
    /// The engine's seed.
    pub seed: u32,
    /// Number of threads of the engine.
    pub threads: u32,
    /// The versions of the components that computed it.
    pub versions: Versions,
    /// The erasures of people that changed the archived documents since, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub erasures: Vec<ArchiveErasure>,
}

/// The limits of a solve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SolveLimits {
    /// Wall time in milliseconds.
    pub time_ms: u64,
    /// The gap in points at which it stops; 0 requires a proof.
    pub gap_points: f64,
}

/// The versions of the components that compute an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// The version of this program.
    pub program: String,
    /// The version of the rulebook.
    pub rulebook: String,
    /// The version of the solver engine, HiGHS.
    pub highs: String,
}

/// What an erasure of a person changed in the archive of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveErasure {
    /// When.
    pub at: Timestamp,
    /// The digest of the snapshot before.
    pub snapshot_before: ContentDigest,
    /// The digest of the snapshot after.
    pub snapshot_after: ContentDigest,
    /// The digest of the answer before.
    pub answer_before: ContentDigest,
    /// The digest of the answer after.
    pub answer_after: ContentDigest,
}

/// The result of replaying a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReplayResult {
    /// How the two answers compare.
    pub verdict: ReplayVerdict,
    /// The score of the run.
    pub score_then: f64,
    /// The score of the replay; `None` if nothing was solved.
    pub score_now: Option<f64>,
    /// Number of lines that differ.
    pub lines_differ: usize,
    /// The components whose version has changed since the run.
    pub versions: Vec<VersionChange>,
    /// Number of erasures of people that changed the archived documents since.
    pub erasures: usize,
}

/// How an answer and its replay compare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum ReplayVerdict {
    /// Every line is the same.
    Identical,
    /// The score is the same, but some lines differ.
    OtherLines,
    /// The score differs.
    Different,
    /// The run stopped at its time limit, so it cannot be repeated exactly. Instead, the checker judged its answer
    /// again.
    Rejudged {
        /// The faults that the checker found; empty for an answer that keeps every rule and whose numbers are right.
        breaches: Vec<String>,
    },
    /// The run ended with a proof that its answer is optimal or within the requested gap, but the replay reached its
    /// time limit before it had a proof.
    Unfinished,
}

impl ReplayVerdict {
    /// Whether the replay confirms the run.
    pub fn confirms(&self) -> bool {
        match self {
            ReplayVerdict::Identical | ReplayVerdict::OtherLines => true,
            ReplayVerdict::Rejudged { breaches } => breaches.is_empty(),
            ReplayVerdict::Different | ReplayVerdict::Unfinished => false,
        }
    }
}

/// A component whose version has changed since a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionChange {
    /// The component.
    pub what: Component,
    /// The component's version at the time of the run.
    pub then: String,
    /// The component's version now.
    pub now: String,
}

/// The components that have a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Component {
    /// This program.
    Program,
    /// The rulebook.
    Rulebook,
    /// The solver engine.
    Highs,
}

impl Component {
    /// The name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Component::Program => "Muster",
            Component::Rulebook => "the rulebook",
            Component::Highs => "HiGHS",
        }
    }
}

impl Versions {
    /// The components whose version differs in `now`.
    pub fn changes_to(&self, now: &Versions) -> Vec<VersionChange> {
        let pairs = [
            (Component::Program, &self.program, &now.program),
            (Component::Rulebook, &self.rulebook, &now.rulebook),
            (Component::Highs, &self.highs, &now.highs),
        ];
        let changed = pairs.into_iter().filter(|(_, then, now)| then != now);
        changed.map(|(what, then, now)| VersionChange { what, then: then.clone(), now: now.clone() }).collect()
    }
}

impl ReplayResult {
    /// The verdict as a sentence, with the versions that changed.
    pub fn words(&self) -> String {
        let mut words = match &self.verdict {
            ReplayVerdict::Identical => "Identical: every line and the score are the same.".to_owned(),
            ReplayVerdict::OtherLines if self.lines_differ == 1 => "Same score, other lines: 1 differs.".to_owned(),
            ReplayVerdict::OtherLines => format!("Same score, other lines: {} differ.", self.lines_differ),
            ReplayVerdict::Different => match self.score_now {
                Some(now) => format!("Different: the score was {:.3} and is {now:.3}.", self.score_then),
                None => "Different.".to_owned(),
            },
            ReplayVerdict::Rejudged { breaches } if breaches.is_empty() => {
                "The run stopped at its time limit, so it cannot be repeated exactly. Its answer was checked again: it \
                 keeps every rule, and its numbers are right."
                    .to_owned()
            }
            ReplayVerdict::Rejudged { breaches } => format!(
                "The run stopped at its time limit, so it cannot be repeated exactly. Its answer was checked again and \
                 is not right: {}.",
                named_faults(breaches)
            ),
            ReplayVerdict::Unfinished => {
                "The run proved that its answer is the best or within the allowed gap. This replay reached its time \
                 limit without a proof, so it shows nothing."
                    .to_owned()
            }
        };
        for change in &self.versions {
            words.push_str(&format!(
                " {} changed from {} to {}.",
                capitalised(change.what.name()),
                change.then,
                change.now
            ));
        }
        match self.erasures {
            0 => {}
            1 => words.push_str(" The erasure of a person changed what the run read."),
            n => words.push_str(&format!(" {n} erasures of people changed what the run read.")),
        }
        words
    }
}

/// The first three faults, and the number of the others.
fn named_faults(breaches: &[String]) -> String {
    let (named, others) = breaches.split_at(breaches.len().min(3));
    let named = named.join("; ");
    if others.is_empty() { named } else { format!("{named}; and {} more", others.len()) }
}

fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(program: &str, rulebook: &str, highs: &str) -> Versions {
        Versions { program: program.to_owned(), rulebook: rulebook.to_owned(), highs: highs.to_owned() }
    }

    #[test]
    fn a_changed_version_is_named() {
        let then = versions("0.2.0", "3", "1.15.0");
        for (now, expected) in [
            (versions("0.2.0", "3", "1.15.0"), ""),
            (versions("0.3.0", "3", "1.15.0"), " Muster changed from 0.2.0 to 0.3.0."),
            (
                versions("0.2.0", "4", "1.16.0"),
                " The rulebook changed from 3 to 4. HiGHS changed from 1.15.0 to 1.16.0.",
            ),
        ] {
            let replayed = ReplayResult {
                verdict: ReplayVerdict::OtherLines,
                score_then: 7.0,
                score_now: Some(7.0),
                lines_differ: 2,
                versions: then.changes_to(&now),
                erasures: 0,
            };
            assert_eq!(replayed.words(), format!("Same score, other lines: 2 differ.{expected}"));
        }
    }

    #[test]
    fn all_differences_are_counted_and_one_is_singular() {
        let of = |verdict, lines_differ| {
            let (versions, erasures) = (Vec::new(), 0);
            ReplayResult { verdict, score_then: 7.0, score_now: None, lines_differ, versions, erasures }.words()
        };
        assert_eq!(of(ReplayVerdict::OtherLines, 1), "Same score, other lines: 1 differs.");
        let unfinished = of(ReplayVerdict::Unfinished, 0);
        assert!(
            unfinished.starts_with("The run proved that its answer is the best or within the allowed gap. "),
            "{unfinished}"
        );
        for (faults, expected) in [(1, "H1."), (3, "H1; H2; H3."), (5, "H1; H2; H3; and 2 more.")] {
            let words = of(ReplayVerdict::Rejudged { breaches: (1..=faults).map(|n| format!("H{n}")).collect() }, 0);
            assert!(words.ends_with(&format!("not right: {expected}")), "{words}");
        }
    }

    #[test]
    fn a_digest_covers_every_byte() {
        assert_eq!(ContentDigest::of(b"").as_str(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_ne!(ContentDigest::of(b"{}"), ContentDigest::of(b"{} "));
    }
}
