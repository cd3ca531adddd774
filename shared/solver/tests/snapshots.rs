//! Further club snapshots with known best scores, from the folders that `MUSTER_SNAPSHOTS` names. Each `NAME.json` has
//! an entry in `expected.json`: `score`, `proven` and `bound`, or for a call-out `score` and `refilled` under `none`,
//! `few` and `any`. Without a folder nothing is compared.
#![allow(clippy::print_stdout, clippy::expect_used)]

mod support;

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::answer::{ClaimedAnswer, Status};
use domain::club::Club;
use domain::judge::judge;
use domain::snapshot::Snapshot;
use serde_json::Value;
use solver::{Detail, Options};

/// A larger file, in bytes, takes long and is left to `./dev test --full`.
const LARGE: u64 = 500_000;

/// The folders that `MUSTER_SNAPSHOTS` names, separated as in `PATH`.
fn folders() -> Vec<PathBuf> {
    let named = std::env::var_os("MUSTER_SNAPSHOTS").filter(|v| !v.is_empty());
    if named.is_none() {
        println!("MUSTER_SNAPSHOTS names no folder: no further snapshots to compare");
    }
    named.map(|named| std::env::split_paths(&named).collect()).unwrap_or_default()
}

fn compare(path: &Path, expected: &Value) {
    let bytes = std::fs::read(path).expect("a snapshot");
    let club = Club::new(Snapshot::parse(&bytes).expect("a legal snapshot"));
    // A proof is required, even if it takes long on a busy machine.
    let options = Options { time_limit: Duration::from_mins(20), ..Options::default() };
    let proposal = solver::solve(&club, &options, &|_| {}).expect("a proposal");
    let answer = solver::answer(&proposal, Detail::Plain);
    let name = path.display();
    support::confirm::all(&mut proposal.schedule.clone(), proposal.status, &name.to_string());
    let best = expected["score"].as_f64().expect("a score");
    let tolerance = 1e-6 * best.abs().max(1.0);
    if expected["proven"] == true {
        assert!((answer.score - best).abs() <= tolerance, "{name}: {} is not the best score {best}", answer.score);
        assert!(matches!(answer.status, Status::Optimal | Status::NothingToDo), "{name}: {:?}", answer.status);
    } else {
        let bound = expected["bound"].as_f64().expect("a bound");
        assert!(answer.score >= best - tolerance && answer.score <= bound + tolerance, "{name}: {}", answer.score);
        assert!(answer.bound - answer.score <= 10.0, "{name}: a gap of {}", answer.bound - answer.score);
    }
    let written = serde_json::to_vec(&answer).expect("JSON");
    let verdict = judge(&club, &ClaimedAnswer::parse(&written).expect("an answer"));
    assert_eq!(verdict.breaches, [], "{name}");
    println!("{name}: {} of at most {}, {:?}, {:.2?}", answer.score, answer.bound, answer.status, proposal.solve);
}

/// A call-out, answered for each value of `moves`.
fn compare_callout(path: &Path, expected: &Value) {
    let bytes = std::fs::read(path).expect("a snapshot");
    for (moves, expected) in expected.as_object().expect("scores by way to move others") {
        let mut document: Value = serde_json::from_slice(&bytes).expect("JSON");
        document["callout"]["moves"] = Value::from(moves.as_str());
        let club = support::club_of(&document);
        let proposal = support::solve(&club);
        let answer = solver::answer(&proposal, Detail::Explained);
        let name = format!("{}, {moves}", path.display());
        let (score, best) = (answer.score, expected["score"].as_f64().expect("a score"));
        assert!((score - best).abs() <= 1e-6 * best.abs().max(1.0), "{name}: {score} is not the best score {best}");
        let refilled = club.candidates().filter(|e| proposal.schedule.place(*e).is_some()).count();
        assert_eq!(Some(refilled as u64), expected["refilled"].as_u64(), "{name}");
        let written = serde_json::to_vec(&answer).expect("JSON");
        let verdict = judge(&club, &ClaimedAnswer::parse(&written).expect("an answer"));
        assert_eq!(verdict.breaches, [], "{name}");
        println!("{name}: {score} of at most {}, {refilled} refilled, {:.2?}", answer.bound, proposal.solve);
    }
}

fn compare_all(wanted: impl Fn(u64) -> bool) {
    let folders = folders();
    let compared: usize = folders.iter().map(|folder| compare_folder(folder, &wanted)).sum();
    assert!(folders.is_empty() || compared > 0, "no snapshot was compared");
}

fn compare_folder(folder: &Path, wanted: impl Fn(u64) -> bool) -> usize {
    let expected = std::fs::read(folder.join("expected.json")).expect("expected.json in the folder");
    let expected: Value = serde_json::from_slice(&expected).expect("JSON");
    let mut compared = 0;
    for (name, expected) in expected.as_object().expect("scores by file") {
        let path = folder.join(name);
        if wanted(std::fs::metadata(&path).expect("a snapshot").len()) {
            match expected.get("none") {
                Some(_) => compare_callout(&path, expected),
                None => compare(&path, expected),
            }
            compared += 1;
        }
    }
    compared
}

#[test]
fn every_club_of_ordinary_size_has_its_known_best_score() {
    compare_all(|size| size <= LARGE);
}

#[test]
fn every_club_of_the_largest_size_has_its_known_best_score() {
    if std::env::var("MUSTER_FULL").is_ok_and(|v| !v.is_empty()) {
        compare_all(|size| size > LARGE);
    } else {
        println!("left to ./dev test --full");
    }
}
