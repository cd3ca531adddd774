//! `muster serve`: starts the whole, says what is where, and runs until it is asked to end.

use std::path::PathBuf;

use runtime::telemetry;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use super::{Failure, asked_to_end, block_on};
use crate::console::{self, Paint, Tone};
use crate::serve::{Crossmark, DataFolder, FirstClub, House, Pace, Plan, Start};

/// What to start, and where.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The port of the API; 0 takes any free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The port of the Crossmark simulator; 0 takes any free one.
    #[arg(long, default_value_t = 8081)]
    simulator_port: u16,
    /// Use the Crossmark at this address instead of a simulator in the same process.
    #[arg(long, value_name = "URL", conflicts_with = "simulator_port")]
    crossmark: Option<String>,
    /// The folder that keeps everything between starts.
    #[arg(long, value_name = "DIR", default_value = ".muster")]
    data: PathBuf,
    /// Throw away what the folder keeps, and begin anew.
    #[arg(long)]
    fresh: bool,
    /// The club of the first start [default: a sample club].
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    /// How time passes: by itself, or when POST /_local/clock says so.
    #[arg(long, value_enum, default_value_t = Pace::Real)]
    clock: Pace,
    /// A table that can be made to fail, by POST /_local/table/faults; for drills.
    #[arg(long, hide = true)]
    faulty_table: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let start = if arguments.fresh { Start::Fresh } else { Start::GoOn };
    let data = DataFolder::open(&arguments.data, start)?;
    keep_logs(&data)?;
    let club = FirstClub::of(&data, arguments.snapshot.as_deref())?;
    let about = (club.id.clone(), club.name.clone(), club.time_zone);
    block_on(async {
        let crossmark = match &arguments.crossmark {
            Some(address) => Crossmark::At(address.trim_end_matches('/').to_owned()),
            None => Crossmark::Embedded(arguments.simulator_port),
        };
        let (pace, port, faulty_table) = (arguments.clock, arguments.port, arguments.faulty_table);
        let house = House::start(Plan { data: Some(data), club, pace, port, crossmark, faulty_table }).await?;
        let (id, name, zone) = about;
        let paint = Paint::for_stdout();
        let now = house.started.with_timezone(&zone).format("%a %Y-%m-%d %H:%M");
        let goes = match pace {
            Pace::Real => "it goes by itself",
            Pace::Manual => "it stands still: POST /_local/clock {\"advance_s\": n} moves it",
        };
        let simulated = if arguments.crossmark.is_none() { ", simulated: /_sim/ledger, /_sim/faults" } else { "" };
        console::say(&format!(
            "{}\n\
             API        {}/api\n\
             Crossmark  {}{simulated}\n\
             Club       {id}, {name}\n\
             Identity   developer, admin of club {id}; nobody signs in here. Who plays somebody else sends\n           \
             Authorization: Bearer dev:<who>:<club>:<viewer|manager|admin>, or Bearer dev:nobody\n\
             Clock      {now} ({zone}); {goes}\n\
             Data       {}; log.jsonl has what the functions say\n\
             Ctrl-C ends it; the next start goes on.\n",
            paint.tone(Tone::Heading, "Muster runs, on this machine alone."),
            house.api,
            house.crossmark,
            arguments.data.display(),
        ))?;
        house.until(asked_to_end()).await
    })
}

/// The functions' lines go to a file of the folder, just as they would be in the cloud; what goes wrong is told on the
/// terminal too.
fn keep_logs(data: &DataFolder) -> Result<(), Failure> {
    telemetry::lines_to(Box::new(data.log()?));
    let lines = fmt::layer().json().flatten_event(true).with_span_list(false).with_target(false);
    let lines = lines.with_writer(telemetry::lines).with_filter(telemetry::filter("info,dynoxide=error"));
    let told = fmt::layer().with_target(false).with_writer(std::io::stderr);
    let told = told.with_filter(telemetry::filter("warn,dynoxide=error"));
    tracing_subscriber::registry().with(lines).with(told).init();
    Ok(())
}
