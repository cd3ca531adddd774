//! The commands, one module each.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use domain::club::Club;
use domain::json::RefusedDocument;
use domain::snapshot::Snapshot;

mod aws;
mod bench;
mod check;
mod dlq;
mod drill;
mod forget;
mod generate;
pub mod http;
mod installation;
mod mcp;
mod replay;
mod run;
mod serve;
mod shell;
mod simulator;
mod solve;
mod submissions;
mod try_change;
mod validate;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Find the best legal schedule of a club snapshot, prove it and explain it.
    Solve(solve::Arguments),
    /// Check an answer to a snapshot: print every broken rule and every wrong number.
    Check(check::Arguments),
    /// Check the posted schedules, without solving: print the findings, and the health of each week.
    Validate(validate::Arguments),
    /// Try a change of a snapshot: print the differences in lines, people and points.
    Try(try_change::Arguments),
    /// Make a realistic club snapshot with invented names.
    Generate(generate::Arguments),
    /// Measure solving (seconds to proof, model size, memory, score and gap); options measure other things.
    Bench(bench::Arguments),
    /// Run all of Muster in one process on this machine.
    Serve(serve::Arguments),
    /// Run the Crossmark simulator as a process of its own, or control one that runs.
    Simulator(simulator::Arguments),
    /// Serve an assistant on this machine over standard input and output (Model Context Protocol).
    Mcp(mcp::Arguments),
    /// Start a manual run and show its phases until it ends.
    Run(run::Arguments),
    /// Solve the snapshot of a past run again, and tell whether the answer is the same.
    Replay(replay::Arguments),
    /// Show the latest runs, or one of them.
    Status(run::StatusArguments),
    /// Show the lines that are being submitted to Crossmark; retry or drop failed ones.
    #[command(subcommand, after_help = submissions::EXAMPLES)]
    Submissions(submissions::SubmissionsCommand),
    /// Show the messages in the dead-letter queues, and send them back to their queues.
    #[command(subcommand, after_help = dlq::EXAMPLES)]
    Dlq(dlq::DlqCommand),
    /// Erase a person who no longer works here: a pseudonym replaces them in all stored data.
    Forget(forget::Arguments),
    /// Run clubs under many faults, and check against Crossmark's ledger that nothing is lost, doubled or stuck.
    Drill(drill::Arguments),
    /// Print the script that completes commands and options in a shell.
    Completions(shell::CompletionsArguments),
    /// Print the manual page, or write a page for each command into a folder.
    Man(shell::ManArguments),
    /// Measure one solve, for `bench`.
    #[command(hide = true)]
    Measure {
        /// The snapshot.
        snapshot: PathBuf,
    },
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Bad input or usage: exit code 2.
    #[error("{0}")]
    Input(String),
    /// A failure of Muster or of something that it needs: exit code 1.
    #[error("{0}")]
    Internal(String),
    /// The reader of the output has closed it. This is not a failure.
    #[error("nobody reads the output")]
    Closed,
}

impl Failure {
    /// A failure of Muster or of something that it needs.
    pub fn internal(error: impl std::fmt::Display) -> Failure {
        Failure::Internal(error.to_string())
    }
}

/// Runs a command.
///
/// # Errors
/// See [`Failure`].
pub fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Solve(arguments) => solve::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Validate(arguments) => validate::run(&arguments),
        Command::Try(arguments) => try_change::run(&arguments),
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Simulator(arguments) => simulator::run(&arguments),
        Command::Mcp(arguments) => mcp::run(&arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Status(arguments) => run::status(&arguments),
        Command::Submissions(command) => submissions::run(&command),
        Command::Dlq(command) => dlq::run(&command),
        Command::Forget(arguments) => forget::run(&arguments),
        Command::Drill(arguments) => drill::run(&arguments),
        Command::Completions(arguments) => shell::completions(&arguments),
        Command::Man(arguments) => shell::man(&arguments),
        Command::Measure { snapshot } => bench::measure(&snapshot),
    }
}

/// Reads a snapshot as a club.
fn read_club(path: &Path, bytes: &[u8]) -> Result<Club, Failure> {
    read_snapshot(path, bytes).map(Club::new)
}

/// Reads a snapshot. Prints a note if some of its members are ignored.
fn read_snapshot(path: &Path, bytes: &[u8]) -> Result<Snapshot, Failure> {
    let snapshot = Snapshot::parse(bytes).map_err(|refused| bad_document("snapshot", path, &refused))?;
    if let Some(first) = snapshot.unread.first() {
        let words = match snapshot.unread.len() - 1 {
            0 => format!("{first} is not read: no schedule depends on it"),
            n => format!("{first} (and {n} more) are not read: no schedule depends on them"),
        };
        crate::console::complain(&format!("note: {words}"));
    }
    Ok(snapshot)
}

/// The failure for a malformed document: bad input, with every fault.
pub fn bad_document(what: &str, path: &Path, refused: &RefusedDocument) -> Failure {
    let name = if path == Path::new("-") { "standard input".into() } else { path.display().to_string() };
    let faults = refused.to_string().replace('\n', "\n  ");
    let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    Failure::Input(format!("{name} is not {article} {what} that can be used:\n  {faults}"))
}

impl From<store::cursor::ListError> for Failure {
    fn from(error: store::cursor::ListError) -> Failure {
        match error {
            store::cursor::ListError::Table(error) => error.into(),
            error @ store::cursor::ListError::ForeignCursor => Failure::internal(error),
        }
    }
}

/// A refusal by a use case is bad usage, and so is a table that refuses the caller. Every other error is an internal
/// failure.
impl From<desk::DeskError> for Failure {
    fn from(error: desk::DeskError) -> Failure {
        use desk::DeskError::{Approval, Line, List, NotQueued, Run, Snapshot, Table};
        use store::approvals::ApprovalError;
        use store::lines::LineError;
        use store::runs::RunError;
        use store::snapshot::SnapshotError;
        match error {
            Table(error)
            | Line(LineError::Table(error))
            | Run(RunError::Table(error))
            | Approval(ApprovalError::Table(error))
            | Snapshot(SnapshotError::Table(error)) => error.into(),
            List(error) => error.into(),
            NotQueued { .. } | Snapshot(SnapshotError::KeptChanging) => Failure::internal(error),
            refused => Failure::Input(refused.to_string()),
        }
    }
}

/// Runs async work to its end.
fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|e| Failure::Internal(format!("cannot start the asynchronous runtime: {e}")))?.block_on(work)
}

/// Resolves when a signal asks the process to stop.
async fn stop_requested() {
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminate) = terminate {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    _ = tokio::signal::ctrl_c().await;
}

/// Parses a probability of faults. It is limited to 0.6, because with more faults a drill proves nothing.
fn probability(text: &str) -> Result<f64, String> {
    let rate: f64 = text.parse().map_err(|_| "expected a number".to_owned())?;
    if (0.0..=0.6).contains(&rate) { Ok(rate) } else { Err("expected a probability, from 0 to 0.6".to_owned()) }
}

/// The API's name of a state, a cause or a phase.
fn name_of(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
