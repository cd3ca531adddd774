//! `muster check`.

use std::path::{Path, PathBuf};

use domain::answer::ClaimedAnswer;
use domain::judge::judge;

use super::{Failure, bad_document, read_club};
use crate::console::{self, Paint, Tone};
use crate::report;

/// Arguments of `muster check`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  muster check club.json answer.json
      Prints the score as counted, then every broken rule and every wrong number.
  muster solve club.json --answer - | muster check club.json -
      Checks an answer from standard input.")]
pub struct Arguments {
    /// The club snapshot; `-` reads standard input.
    snapshot: PathBuf,
    /// The answer to it; `-` reads standard input.
    answer: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.snapshot == Path::new("-") && arguments.answer == Path::new("-") {
        return Err(Failure::Input("only one of the two documents can come from standard input".into()));
    }
    let club = read_club(&arguments.snapshot, &console::read(&arguments.snapshot)?)?;
    let claim = ClaimedAnswer::parse(&console::read(&arguments.answer)?)
        .map_err(|refused| bad_document("answer", &arguments.answer, &refused))?;
    let verdict = judge(&club, &claim);
    let paint = Paint::for_stdout();
    let mut text = format!("Score {} as counted\n", report::points(verdict.terms.score()));
    text.push_str(&report::terms(&verdict.terms.by_name()));
    if verdict.breaches.is_empty() {
        text.push_str(&paint.tone(Tone::Good, "Every rule is kept, and every number is right.\n"));
        return console::tell(&text);
    }
    for breach in &verdict.breaches {
        text.push_str(&format!("{} {}\n", paint.tone(Tone::Look, breach.rule), breach.text));
    }
    console::tell(&text)?;
    let first = &verdict.breaches[0];
    Err(Failure::Input(format!(
        "the answer is not right: {}, the first of them: {} {}",
        report::count(verdict.breaches.len(), "fault"),
        first.rule,
        first.text
    )))
}
