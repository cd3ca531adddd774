//! `muster serve`: starts Muster with the stand-ins for AWS and Crossmark, prints the addresses, and runs until it is asked
//! to stop.

use std::path::PathBuf;

use runtime::telemetry;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use super::{Failure, block_on, stop_requested};
use crate::console::{self, Paint, Tone};
use crate::report;
use crate::serve::{Crossmark, DataFolder, FirstClub, Pace, RunningMuster, ServeParameters, Start};

/// Arguments of `muster serve`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  muster serve
      Runs Muster with a sample club at http://127.0.0.1:8080; the next start continues.
  muster serve --fresh --snapshot club.json
      Deletes the data in .muster and starts with this club.
  muster serve --port 0 --simulator-port 0 --data /tmp/muster
      Takes free ports and another folder, to run beside another Muster.
  muster serve --clock manual --crossmark http://127.0.0.1:8081
      Stops the clock, and uses a `muster simulator --clock manual` that runs already.")]
pub struct Arguments {
    /// The port of the API; 0 takes any free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The port of the Crossmark simulator; 0 takes any free one.
    #[arg(long, default_value_t = 8081)]
    simulator_port: u16,
    /// Use the Crossmark at this address instead of a simulator in the same process.
    #[arg(long, value_name = "URL", conflicts_with = "simulator_port", value_parser = super::http::address)]
    crossmark: Option<String>,
    /// The folder that keeps all data between starts.
    #[arg(long, value_name = "DIR", default_value = ".muster")]
    data: PathBuf,
    /// Delete the data in the folder and start again.
    #[arg(long)]
    fresh: bool,
    /// The club of the first start [default: a sample club].
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    /// The clock's mode: it runs by itself, or only when POST /_local/clock moves it.
    #[arg(long, value_enum, default_value_t = Pace::Real)]
    clock: Pace,
    /// Use a table that POST /_local/table/faults can make fail, for drills.
    #[arg(long, hide = true)]
    faulty_table: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let start = if arguments.fresh { Start::Fresh } else { Start::Continue };
    let data = DataFolder::open(&arguments.data, start)?;
    keep_logs(&data)?;
    let club = FirstClub::of(&data, arguments.snapshot.as_deref())?;
    let about = (club.id.clone(), club.name.clone(), club.time_zone);
    block_on(async {
        let crossmark = match &arguments.crossmark {
            Some(address) => Crossmark::At(address.clone()),
            None => Crossmark::Embedded(arguments.simulator_port),
        };
        let (pace, port, faulty_table) = (arguments.clock, arguments.port, arguments.faulty_table);
        let parameters = ServeParameters { data: Some(data), club, pace, port, crossmark, faulty_table };
        let running = RunningMuster::start(parameters).await?;
        let (id, name, zone) = about;
        let paint = Paint::for_stdout();
        let now = report::moment(running.started.with_timezone(&zone).naive_local());
        let clock_words = match pace {
            Pace::Real => "it runs by itself",
            Pace::Manual => "it stands still until POST /_local/clock {\"advance_s\": n} moves it",
        };
        let simulated = if arguments.crossmark.is_none() { ", simulated: /_sim/ledger, /_sim/faults" } else { "" };
        console::tell(&format!(
            "{}\n\
             API        {}/api\n\
             Crossmark  {}{simulated}\n\
             Club       {id}, {name}\n\
             Identity   developer, admin of club {id}; nobody signs in here. To act as somebody else, send\n           \
             Authorization: Bearer dev:<who>:<club>:<viewer|manager|admin>, or Bearer dev:nobody\n\
             Clock      {now} ({zone}); {clock_words}\n\
             Data       {}; the functions' log is log.jsonl\n\
             Ctrl-C ends it; the next start continues.\n",
            paint.tone(Tone::Heading, "Muster runs, on this machine only."),
            running.api,
            running.crossmark,
            arguments.data.display(),
        ))?;
        running.until(stop_requested()).await
    })
}

/// Writes the functions' log lines to a file of the folder, in the format of the cloud. Warnings and errors are also printed
/// on standard error.
fn keep_logs(data: &DataFolder) -> Result<(), Failure> {
    telemetry::write_logs_to(Box::new(data.log()?));
    let lines = fmt::layer().json().flatten_event(true).with_span_list(false).with_target(false);
    let lines = lines.with_writer(telemetry::log_writer).with_filter(telemetry::filter("info,dynoxide=error"));
    let warnings = fmt::layer().with_target(false).with_writer(std::io::stderr);
    let warnings = warnings.with_filter(telemetry::filter("warn,dynoxide=error"));
    tracing_subscriber::registry().with(lines).with(warnings).init();
    Ok(())
}
