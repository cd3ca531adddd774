//! The commands, one module each.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use domain::club::Club;
use domain::json::Refused;
use domain::snapshot::Snapshot;

mod bench;
mod check;
mod generate;
mod solve;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Find the best legal schedule of a club snapshot, prove it and say why.
    Solve(solve::Arguments),
    /// Judge an answer to a snapshot: every broken rule, every number that is not so.
    Check(check::Arguments),
    /// Make a realistic club snapshot with invented names.
    Generate(generate::Arguments),
    /// Measure solving: a table of seconds to proof, model size, memory, score and gap.
    Bench(bench::Arguments),
    /// Measure one solve, for `bench`.
    #[command(hide = true)]
    Measure {
        /// The snapshot.
        snapshot: PathBuf,
    },
}

/// Why a command did not end well.
#[derive(Debug)]
pub enum Failure {
    /// Bad input or usage: exit code 2.
    Input(String),
    /// Our own failure: exit code 1.
    Ours(String),
    /// Nobody reads our output any more: no failure.
    Closed,
}

/// Does it.
///
/// # Errors
/// See [`Failure`].
pub fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Solve(arguments) => solve::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Measure { snapshot } => bench::measure(&snapshot),
    }
}

/// Reads a snapshot as a club.
fn read_club(path: &Path, bytes: &[u8]) -> Result<Club, Failure> {
    let snapshot = Snapshot::parse(bytes).map_err(|refused| bad_document("snapshot", path, &refused))?;
    if let Some(first) = snapshot.unread.first() {
        let more = match snapshot.unread.len() - 1 {
            0 => String::new(),
            n => format!(" (and {n} more)"),
        };
        crate::console::complain(&format!(
            "note: {first}{more} is no member that a schedule depends on, and is not read"
        ));
    }
    Ok(Club::new(snapshot))
}

fn bad_document(what: &str, path: &Path, refused: &Refused) -> Failure {
    let name = if path == Path::new("-") { "standard input".into() } else { path.display().to_string() };
    let faults = refused.to_string().replace('\n', "\n  ");
    Failure::Input(format!("{name} is not a {what} that can be used:\n  {faults}"))
}
