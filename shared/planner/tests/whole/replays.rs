//! Replays of runs: which are identical to the run, different from it, judged again, unfinished or refused.

use std::path::PathBuf;
use std::time::Duration;

use domain::club::Club;
use domain::fixture;
use domain::rules::SoftName;
use domain::snapshot::Snapshot;
use planner::replay::{RecordedRun, ReplayError, provenance};
use serde_json::Value;
use solver::{Detail, Options, Permit};
use store::provenance::{ArchivedDocument, Component, ContentDigest, Provenance, ReplayVerdict, Versions};
use store::stamp::Timestamp;

/// A run's archived documents.
struct Run {
    provenance: Provenance,
    snapshot: Vec<u8>,
    answer: Vec<u8>,
}

fn archived_document(document: &[u8]) -> ArchivedDocument {
    ArchivedDocument {
        digest: ContentDigest::of(document),
        place: "CLUB#1#ARCHIVE/r#1".to_owned(),
        bytes: document.len() as u64,
        kept_until: Timestamp::NEVER,
    }
}

/// Solves a snapshot as a run does, and archives the documents.
fn run(snapshot: Snapshot, options: Options) -> Run {
    let document = serde_json::to_vec(&snapshot).expect("JSON");
    let weights = snapshot.settings.weights.clone();
    let club = Club::new(snapshot);
    let proposal = solver::solve(&club, &options, &|_| {}).expect("solved");
    let answer = planner::canonical_bytes(&solver::answer(&proposal, Detail::Explained)).expect("JSON");
    let provenance = provenance(&weights, &options, archived_document(&document), archived_document(&answer));
    Run { provenance, snapshot: document, answer }
}

impl Run {
    fn verify(&self) -> Result<RecordedRun, ReplayError> {
        RecordedRun::verify(self.provenance.clone(), &self.snapshot, &self.answer)
    }

    fn verdict(&self) -> ReplayVerdict {
        let recorded = self.verify().expect("as it was recorded");
        recorded.replay(None, &Permit::none()).expect("solved").replayed.verdict
    }

    /// The same run with a changed answer, whose digest is recorded.
    fn with_changed_answer(mut self, change: impl FnOnce(&mut Value)) -> Run {
        let mut answer: Value = serde_json::from_slice(&self.answer).expect("JSON");
        change(&mut answer);
        self.answer = answer.to_string().into_bytes();
        self.provenance.answer = archived_document(&self.answer);
        self
    }
}

/// A document with one digit changed, so that it is still valid.
fn with_other_digit(document: &[u8]) -> Vec<u8> {
    let mut bytes = document.to_vec();
    let at = bytes.iter().rposition(u8::is_ascii_digit).expect("a digit");
    bytes[at] = if bytes[at] == b'9' { b'8' } else { bytes[at] + 1 };
    bytes
}

fn small() -> Snapshot {
    let lines = "person A specialist
        person B specialist
        person L lead
        posted 1 Core 20..28 A 24 block=1
        event 10 Core 24..25
        event 11 Core 20..28
        affinity A 10 0.7321
        suits B Core 0.5
        debt B 1.25
        weight fairness 2
        previous 11 L 24";
    Snapshot::parse(fixture::snapshot(lines).to_string().as_bytes()).expect("a snapshot")
}

pub fn sample(name: &str) -> Snapshot {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../events").join(name);
    let document = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    Snapshot::parse(&document).expect("a snapshot")
}

#[test]
fn every_sample_is_replayed_identically() {
    for snapshot in [small(), sample("club-small.json"), sample("club-tight-hours.json"), sample("club-sample.json")] {
        let club = snapshot.club.id.clone();
        let run = run(snapshot, Options { time_limit: Duration::from_mins(5), gap: 0.0 });
        assert_eq!(run.verdict(), ReplayVerdict::Identical, "club {club}");
    }
}

#[test]
fn the_provenance_records_weights_and_limits_and_is_read_as_it_was_written() {
    let run = run(small(), Options { time_limit: Duration::from_secs(20), gap: 0.5 });
    let Provenance { weights, limits, threads, .. } = &run.provenance;
    assert_eq!(weights.iter().map(|(name, weight)| (name.as_str(), *weight)).collect::<Vec<_>>(), [("fairness", 2.0)]);
    assert_eq!((limits.time_ms, limits.gap_points, *threads), (20_000, 0.5, 1));
    let written = serde_json::to_string(&run.provenance).expect("JSON");
    assert_eq!(serde_json::from_str::<Provenance>(&written).expect("a record"), run.provenance);
}

#[test]
fn a_changed_document_is_refused_by_its_digest() {
    for what in ["snapshot", "answer"] {
        let mut run = run(small(), Options::default());
        let bytes = if what == "snapshot" { &mut run.snapshot } else { &mut run.answer };
        *bytes = with_other_digit(bytes);
        match run.verify() {
            Err(ReplayError::OtherDigest { document, recorded, found }) => {
                assert_eq!(document, what);
                assert_ne!(recorded, found);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn other_lines_and_other_scores_are_distinguished_and_the_changed_version_is_named() {
    let move_new_event = |answer: &mut Value| {
        let placements = answer["placements"].as_array_mut().expect("a list");
        let placement = placements.iter_mut().find(|placement| placement["kind"] == "new").expect("a new one");
        placement["start"] = "2026-11-23T10:15:00".into();
    };
    let same_score = run(small(), Options::default()).with_changed_answer(move_new_event);
    assert_eq!(same_score.verdict(), ReplayVerdict::OtherLines);
    let mut other_score = run(small(), Options::default()).with_changed_answer(|answer| answer["score"] = 7.0.into());
    assert_eq!(other_score.verdict(), ReplayVerdict::Different);
    other_score.provenance.versions = Versions { highs: "1.14.0".to_owned(), ..other_score.provenance.versions };
    let replayed = other_score.verify().expect("recorded").replay(None, &Permit::none()).expect("solved").replayed;
    assert_eq!(replayed.versions.iter().map(|change| change.what).collect::<Vec<_>>(), [Component::Highs]);
    assert!(replayed.words().contains("HiGHS changed from 1.14.0 to"), "{}", replayed.words());
    assert!(!replayed.verdict.confirms());
}

#[test]
fn a_run_that_stopped_on_time_is_judged_again() {
    let set_time_limit = |answer: &mut Value| answer["status"] = "time_limit".into();
    assert_eq!(
        run(small(), Options::default()).with_changed_answer(set_time_limit).verdict(),
        ReplayVerdict::Rejudged { breaches: Vec::new() }
    );
    let wrong = run(small(), Options::default()).with_changed_answer(|answer| {
        set_time_limit(answer);
        answer["score"] = 7.0.into();
    });
    match wrong.verdict() {
        ReplayVerdict::Rejudged { breaches } => assert!(!breaches.is_empty()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_replay_without_time_is_unfinished() {
    let run = run(sample("club-sample.json"), Options { time_limit: Duration::from_mins(5), gap: 0.0 });
    let recorded = run.verify().expect("recorded");
    let replayed = recorded.replay(Some(Duration::ZERO), &Permit::none()).expect("an end").replayed;
    assert_eq!(replayed.verdict, ReplayVerdict::Unfinished);
}

/// Number of proven runs that are replayed.
const RUNS: usize = 100;

fn is_full() -> bool {
    std::env::var("MUSTER_FULL").is_ok_and(|full| !full.is_empty())
}

/// The clubs in the folders that `MUSTER_SNAPSHOTS` names, up to a size. Call-outs are left out, because they are not
/// runs.
fn further_snapshots() -> Vec<Snapshot> {
    let largest = if is_full() { 500_000 } else { 50_000 };
    let folders = std::env::var_os("MUSTER_SNAPSHOTS").unwrap_or_default();
    let folders = std::env::split_paths(&folders).filter(|folder| folder.is_dir()).collect::<Vec<_>>();
    let files =
        folders.iter().flat_map(|folder| std::fs::read_dir(folder).expect("a folder").map(|f| f.expect("a file")));
    let mut paths: Vec<PathBuf> = files.map(|file| file.path()).collect();
    paths.sort();
    let documents = paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "json"));
    let documents = documents.map(|path| std::fs::read(path).expect("a document"));
    let snapshots = documents.filter(|document| document.len() <= largest).filter_map(|d| Snapshot::parse(&d).ok());
    snapshots.filter(|snapshot| snapshot.callout.is_none()).collect()
}

/// The same club with one weight changed.
fn with_other_weight(snapshot: &Snapshot, n: usize) -> Snapshot {
    let name = SoftName::ALL[n % SoftName::ALL.len()];
    let weight = [0.0, 0.5, 2.0, 5.0][n / SoftName::ALL.len() % 4];
    let mut changed = snapshot.clone();
    changed.settings.weights = changed.settings.weights.with(name, weight);
    changed
}

#[test]
fn a_hundred_proven_runs_are_identical_name_a_changed_version_and_refuse_a_changed_file() {
    let bases = [small(), sample("club-small.json")];
    let variants = (0..RUNS).map(|n| with_other_weight(&bases[n % bases.len()], n / bases.len()));
    let options = Options { time_limit: Duration::from_mins(1), gap: 0.0 };
    let mut proven = 0;
    for (n, snapshot) in further_snapshots().into_iter().chain(variants).enumerate() {
        let mut run = run(snapshot, options);
        for (document, snapshot, answer) in [
            ("snapshot", &with_other_digit(&run.snapshot), &run.answer),
            ("answer", &run.snapshot, &with_other_digit(&run.answer)),
        ] {
            match RecordedRun::verify(run.provenance.clone(), snapshot, answer) {
                Err(ReplayError::OtherDigest { document: refused, .. }) => assert_eq!(refused, document, "run {n}"),
                other => panic!("run {n}, {document}: {other:?}"),
            }
        }
        if n % 2 == 0 {
            "0.0.1".clone_into(&mut run.provenance.versions.highs);
        }
        let replayed = run.verify().expect("recorded").replay(None, &Permit::none()).expect("solved").replayed;
        let names_version = replayed.words().contains("HiGHS changed from 0.0.1 to");
        assert_eq!(names_version, n % 2 == 0, "run {n}: {}", replayed.words());
        match &replayed.verdict {
            ReplayVerdict::Identical => proven += 1,
            // Runs that were not proven in time are judged again.
            ReplayVerdict::Rejudged { breaches } => assert!(breaches.is_empty(), "run {n}: {breaches:?}"),
            other => panic!("run {n}: {other:?}"),
        }
    }
    assert!(proven >= RUNS, "{proven} runs were proven");
}
