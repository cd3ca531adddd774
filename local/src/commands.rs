//! The commands, one module each.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use domain::club::Club;
use domain::json::Refused;
use domain::snapshot::Snapshot;

mod bench;
mod check;
mod dlq;
mod drill;
mod generate;
mod place;
mod run;
mod serve;
mod simulator;
mod solve;
mod submissions;

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
    /// Run the whole of Muster in one process on this machine.
    Serve(serve::Arguments),
    /// Run the Crossmark simulator by itself, or steer one that runs.
    Simulator(simulator::Arguments),
    /// Start a manual run, and show what it does until it ends.
    Run(run::Arguments),
    /// Show how runs stand.
    Status(run::StatusArguments),
    /// Look at lines on their way to Crossmark; retry or drop those that failed.
    #[command(subcommand)]
    Submissions(submissions::Order),
    /// Look at dead letters, and send them back to work.
    #[command(subcommand)]
    Dlq(dlq::Order),
    /// Show that nothing is lost, doubled or stuck: clubs under every fault at once, judged by Crossmark's ledger.
    Drill(drill::Arguments),
    /// Measure one solve, for `bench`.
    #[command(hide = true)]
    Measure {
        /// The snapshot.
        snapshot: PathBuf,
    },
}

/// Why a command did not end well.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Bad input or usage: exit code 2.
    #[error("{0}")]
    Input(String),
    /// Our own failure: exit code 1.
    #[error("{0}")]
    Ours(String),
    /// Nobody reads our output any more: no failure.
    #[error("nobody reads the output")]
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
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Simulator(arguments) => simulator::run(&arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::Status(arguments) => run::status(&arguments),
        Command::Submissions(order) => submissions::run(&order),
        Command::Dlq(order) => dlq::run(&order),
        Command::Drill(arguments) => drill::run(&arguments),
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

/// A document that is not what it should be, as bad input with every fault.
pub fn bad_document(what: &str, path: &Path, refused: &Refused) -> Failure {
    let name = if path == Path::new("-") { "standard input".into() } else { path.display().to_string() };
    let faults = refused.to_string().replace('\n', "\n  ");
    Failure::Input(format!("{name} is not a {what} that can be used:\n  {faults}"))
}

impl From<store::TableError> for Failure {
    fn from(error: store::TableError) -> Failure {
        Failure::Ours(format!("the table does not answer: {error}"))
    }
}

impl From<store::cursor::ListError> for Failure {
    fn from(error: store::cursor::ListError) -> Failure {
        Failure::Ours(error.to_string())
    }
}

/// What a use case refuses is bad usage; what it cannot do is our own failure.
impl From<desk::DeskError> for Failure {
    fn from(error: desk::DeskError) -> Failure {
        use desk::DeskError::{Damaged, List, NotQueued, Table};
        match error {
            Damaged { .. } | List(_) | NotQueued { .. } | Table(_) => Failure::Ours(error.to_string()),
            refused => Failure::Input(refused.to_string()),
        }
    }
}

/// Carries out what waits for others: the network, signals, time.
fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|e| Failure::Ours(format!("cannot start: {e}")))?.block_on(work)
}

/// Resolves when a person or the system asks the process to end.
async fn asked_to_end() {
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

/// A share of what is tried; where more of it fails nothing can be shown any more.
fn probability(text: &str) -> Result<f64, String> {
    let rate: f64 = text.parse().map_err(|_| "expected a number".to_owned())?;
    if (0.0..=0.6).contains(&rate) { Ok(rate) } else { Err("expected a probability, from 0 to 0.6".to_owned()) }
}

/// What a small JSON address of ours answers.
pub async fn get<T: serde::de::DeserializeOwned>(address: &str) -> Result<T, String> {
    let client = http()?;
    let answer = client.get(address).send().await.map_err(|e| e.to_string())?;
    answer.error_for_status().map_err(|e| e.to_string())?.json().await.map_err(|e| e.to_string())
}

/// The client of what runs on this machine.
fn http() -> Result<reqwest::Client, String> {
    let client = reqwest::Client::builder().timeout(std::time::Duration::from_mins(10)).build();
    client.map_err(|e| format!("no HTTP: {e}"))
}

/// The name by which the API knows a state, a cause, a phase.
fn name_of(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
