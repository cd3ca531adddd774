//! Ways out of findings: what each kind offers, and properties of every way out.

use std::collections::BTreeSet;

use super::*;
use crate::fixture::{self, in_short};

mod always;
mod kinds;
mod speed;

fn snapshot(lines: &str) -> Snapshot {
    Snapshot::parse(fixture::snapshot(lines).to_string().as_bytes()).expect("a legal snapshot")
}

/// The ways out of a finding, given in short form: `H3 24 A 1+2`.
fn ways(lines: &str, finding: &str) -> Options {
    let snapshot = snapshot(lines);
    let all = crate::standing::look(&snapshot, &snapshot.outside, |_| true);
    let found: Vec<String> = all.iter().map(in_short).collect();
    let at = found.iter().position(|f| f == finding);
    let id = &all[at.unwrap_or_else(|| panic!("{finding} is not among {found:?}"))].id;
    options(&snapshot, &snapshot.outside, id).expect("a finding")
}

/// `kind: text (points, removed findings)` of each way out, and the nearest change.
fn texts(lines: &str, finding: &str) -> Vec<String> {
    let found = ways(lines, finding);
    let of = |w: &WayOut| format!("{}: {} ({}, {})", w.kind.name(), w.text, w.points, w.removes);
    let nearest = found.nearest.iter().map(|n| format!("nearest {}: {}", n.kind.name(), n.text));
    found.options.iter().map(of).chain(nearest).collect()
}

/// The kinds that are offered, without repetition.
fn kinds(lines: &str, finding: &str) -> String {
    let kinds: BTreeSet<&str> = ways(lines, finding).options.iter().map(|w| w.kind.name()).collect();
    kinds.into_iter().collect::<Vec<_>>().join(" ")
}
