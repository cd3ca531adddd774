//! `muster replay`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::club::Club;
use domain::trial::{Change, Comparison, Plan};
use planner::replay::{RecordedRun, ReplayError};
use serde::{Deserialize, Serialize};
use solver::Permit;
use store::key::RunId;
use store::provenance::Provenance;

use super::installation::InstallationArguments;
use super::{Failure, bad_document, block_on, try_change};
use crate::console::{self, Paint, Progress, Tone};

/// Arguments of `muster replay`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  muster replay 20261123T070000000-abcdef
      Runs a run of this machine's Muster again, and says whether its answer is the same.
  muster replay 20261123T070000000-abcdef --stack outputs.json --record run.json
      Does so with a run of a deployed stack, and keeps its record as a file.
  muster replay run.json
      Runs the recorded run again, without any server.
  muster replay run.json --weights fairness=2,affinity=0.5
      Prints what would have been different with other weights.

The verdicts: identical; same score, other lines (with the versions that changed); different, which
is exit code 1. The answer of a run that stopped at its time limit is checked again instead. A
changed file or archive is refused.")]
pub struct Arguments {
    /// The id of a run, or the file of a recorded one; `-` reads standard input.
    #[arg(value_name = "RUN|FILE")]
    run: String,
    /// Solve with these weights instead, and print what differs: NAME=FACTOR, 0 to 5, separated by commas.
    #[arg(long, value_name = "WEIGHTS", value_delimiter = ',', value_parser = weight)]
    weights: Vec<(String, f64)>,
    /// Also write the record of the run to this file, which `muster replay` takes.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    #[command(flatten)]
    installation: InstallationArguments,
}

/// The record of a run as a file. The documents are stored as text, so that their bytes match their digests.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordFile {
    provenance: Provenance,
    snapshot: String,
    answer: String,
}

fn weight(text: &str) -> Result<(String, f64), String> {
    let pair =
        text.split_once('=').and_then(|(name, factor)| Some((name.trim().to_owned(), factor.trim().parse().ok()?)));
    pair.ok_or_else(|| "expected NAME=FACTOR, such as fairness=2".to_owned())
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let path = Path::new(&arguments.run);
    let is_file = arguments.run == "-" || path.is_file() || path.extension().is_some_and(|ending| ending == "json");
    let file = if is_file { read_file(path)? } else { block_on(fetch(arguments))? };
    if let Some(record) = &arguments.record {
        write_record(record, &file)?;
    }
    let RecordFile { provenance, snapshot, answer } = file;
    let recorded = RecordedRun::verify(provenance, snapshot.as_bytes(), answer.as_bytes())
        .map_err(|e| record_failure(path, is_file, e))?;
    let progress = Progress::start();
    progress.set_task("running it again".into());
    if !arguments.weights.is_empty() {
        return replay_with_weights(arguments, &recorded, progress);
    }
    let result =
        recorded.replay(None, &Permit::none()).map_err(|e| Failure::Internal(format!("the solver failed: {e}")))?;
    drop(progress);
    let paint = Paint::for_stdout();
    let tone = if result.replayed.verdict.confirms() { Tone::Good } else { Tone::Look };
    let mut text = format!("{}\n", paint.tone(tone, &result.replayed.words()));
    let now = result.replayed.score_now.map_or(String::new(), |now| format!(", {now:.3} now"));
    text.push_str(&format!("Score {:.3} then{now}\n", result.replayed.score_then));
    if result.replayed.lines_differ > 0 {
        let club = Club::new(recorded.snapshot.clone());
        text.push_str(&try_change::report(&result.comparison, result.answer.status.name(), &club, paint));
    }
    console::tell(&text)?;
    if result.replayed.verdict.confirms() {
        Ok(())
    } else {
        Err(Failure::Internal("the replay does not confirm the run".to_owned()))
    }
}

/// Solves the snapshot of a run with other weights, and prints the differences from the run's answer.
fn replay_with_weights(arguments: &Arguments, recorded: &RecordedRun, progress: Progress) -> Result<(), Failure> {
    let weights: BTreeMap<String, f64> = arguments.weights.iter().cloned().collect();
    let change = Change { weights, ..Change::default() };
    let invalid = |e| bad_document("set of weights", Path::new("--weights"), &e);
    let mut changed = change.apply(&recorded.snapshot, None).map_err(invalid)?;
    let club = Club::new(recorded.snapshot.clone());
    let before = recorded.plan(&club);
    changed.previous = before.as_previous();
    let changed = Club::new(changed);
    let solved = solver::solve(&changed, &recorded.options(None), &|_| {});
    let solved = solved.map_err(|e| Failure::Internal(format!("the solver failed: {e}")))?;
    drop(progress);
    let comparison = Comparison::new(&before, &Plan::proposed(&solved.schedule));
    console::tell(&try_change::report(&comparison, solved.status.name(), &changed, Paint::for_stdout()))
}

fn read_file(path: &Path) -> Result<RecordFile, Failure> {
    let document = console::read(path)?;
    serde_json::from_slice(&document).map_err(|e| {
        Failure::Input(format!(
            "{} is not the record of a run: {e}. `muster solve --record` and `muster replay RUN --record` write one.",
            path.display()
        ))
    })
}

/// A run's record: from the table, with its documents from the archive.
async fn fetch(arguments: &Arguments) -> Result<RecordFile, Failure> {
    let id = RunId::parse(&arguments.run)
        .map_err(|e| Failure::Input(format!("{} is not the id of a run: {e}", arguments.run)))?;
    let installation = arguments.installation.open().await?;
    let (club, now) = (installation.of_club(), installation.now());
    let not_kept =
        || Failure::Input(format!("the snapshot and the answer of run {id} were not kept, or are kept no longer"));
    let run = club.run(&id).await?.ok_or_else(|| Failure::Input(format!("there is no run {id}")))?.body;
    let proposal = run.proposal().ok_or_else(not_kept)?;
    let provenance = run.summary.and_then(|summary| summary.provenance).ok_or_else(|| {
        Failure::Input(format!(
            "run {id} does not say what decided its answer: it is too old, or a person made its lines"
        ))
    })?;
    let snapshot = club.kept_snapshot(&proposal, now).await?.ok_or_else(not_kept)?;
    let answer = club.kept_answer(&proposal, now).await?.ok_or_else(not_kept)?;
    record(*provenance, snapshot, answer)
}

/// The record of a run.
pub(super) fn record(provenance: Provenance, snapshot: Vec<u8>, answer: Vec<u8>) -> Result<RecordFile, Failure> {
    let text = |bytes| {
        String::from_utf8(bytes).map_err(|e| Failure::Internal(format!("the archived document is not text: {e}")))
    };
    Ok(RecordFile { provenance, snapshot: text(snapshot)?, answer: text(answer)? })
}

/// Writes the record of a run to a file.
pub(super) fn write_record(path: &Path, record: &RecordFile) -> Result<(), Failure> {
    let json = serde_json::to_string(record).map_err(Failure::internal)?;
    console::write(path, (json + "\n").as_bytes())
}

/// The failure of a replay whose record cannot be used: a bad file is bad input, a bad archive is an internal failure.
fn record_failure(path: &Path, is_file: bool, error: ReplayError) -> Failure {
    match error {
        ReplayError::Unreadable { document, refused } if is_file => bad_document(document, path, &refused),
        error if is_file => Failure::Input(format!("{}: {error}", path.display())),
        error => Failure::internal(error),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]

    use domain::snapshot::Snapshot;
    use solver::{Detail, Options};
    use store::provenance::{ArchivedDocument, ContentDigest, ReplayVerdict};
    use store::stamp::Timestamp;

    use super::*;
    use crate::generate::{ClubPlan, Staffing, generate};

    #[test]
    fn a_bad_file_is_bad_input_and_a_bad_archive_is_an_internal_failure() {
        for (is_file, is_input) in [(true, true), (false, false)] {
            let unreadable = Snapshot::parse(b"{}").expect_err("not a snapshot");
            let unreadable = ReplayError::Unreadable { document: "snapshot", refused: unreadable };
            let no_status = ReplayError::from(serde_json::from_str::<u8>("no").expect_err("not a number"));
            for error in [unreadable, no_status] {
                let failure = record_failure(Path::new("run"), is_file, error);
                assert_eq!(matches!(failure, Failure::Input(_)), is_input, "{failure:?}");
            }
        }
    }

    #[test]
    fn replays_of_proven_solves_of_generated_clubs_are_identical() {
        for seed in 0..if testkit::is_full() { 100 } else { 6 } {
            let staffing = if seed % 2 == 0 { Staffing::Normal } else { Staffing::Tight };
            let plan = ClubPlan { seed, employees: 6, events: 24, staffing, ..ClubPlan::default() };
            let document = generate(&plan).to_string();
            let snapshot = Snapshot::parse(document.as_bytes()).expect("a snapshot");
            let document = serde_json::to_vec(&snapshot).expect("JSON");
            let weights = snapshot.settings.weights.clone();
            let (club, options) = (Club::new(snapshot), Options::default());
            let solved = solver::solve(&club, &options, &|_| {}).expect("solved");
            let answer = planner::canonical_bytes(&solver::answer(&solved, Detail::Plain)).expect("JSON");
            let archived = |document: &[u8]| ArchivedDocument {
                digest: ContentDigest::of(document),
                place: String::new(),
                bytes: document.len() as u64,
                kept_until: Timestamp::NEVER,
            };
            let provenance = planner::replay::provenance(&weights, &options, archived(&document), archived(&answer));
            let recorded = RecordedRun::verify(provenance, &document, &answer).expect("as it was recorded");
            let replayed = recorded.replay(None, &Permit::none()).expect("solved").replayed;
            assert_eq!(replayed.verdict, ReplayVerdict::Identical, "seed {seed}: {}", replayed.words());
        }
    }
}
