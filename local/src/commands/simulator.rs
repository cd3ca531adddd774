//! `muster simulator`: runs the Crossmark simulator as its own process, or controls a running one.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use cloud::SteppedClock;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use simulator::{Effect, SimulatedClub};

use super::http::{self, CallError};
use super::{Failure, block_on, stop_requested};
use crate::console;
use crate::report;
use crate::serve::{self, FirstClub, Pace};

/// Arguments of `muster simulator`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, after_help = help())]
pub struct Arguments {
    /// The port of the simulator; 0 takes any free one.
    #[arg(long, default_value_t = 8081)]
    port: u16,
    /// The club whose events and people the simulator has [default: a sample club].
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    /// The file that keeps the ledger between starts.
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// The clock's mode: it runs by itself, or only when POST /_sim/clock moves it, as `muster serve --clock manual`
    /// does.
    #[arg(long, value_enum, default_value_t = Pace::Real)]
    clock: Pace,
    #[command(subcommand)]
    command: Option<ControlCommand>,
}

/// The examples, and the simulator's login, which is not a secret.
fn help() -> String {
    let (user, password) = serve::login();
    format!(
        "\
Examples:
  muster simulator --snapshot club.json
      Runs a Crossmark simulator with this club at http://127.0.0.1:8081.
  muster simulator --port 0 --ledger ledger.jsonl
      Takes a free port, and keeps the ledger between starts.
  muster simulator ledger
      Shows the ledger of a running simulator.

The simulator accepts one login: user {user}, password {password}."
    )
}

/// Subcommands, which control a running simulator.
#[derive(Debug, clap::Subcommand)]
enum ControlCommand {
    /// Show the faults that are in force, or set faults.
    #[command(after_help = "\
Examples:
  muster simulator faults
      Shows the faults that are in force.
  muster simulator faults --rate 0.2 --seed 7 --kinds 503,reset_after
      Makes a fifth of the calls fail in one of two ways.
  muster simulator faults --next schedule:not_ok
      Makes the next schedule call fail.
  muster simulator faults --rate 0
      Ends the random faults.")]
    Faults {
        #[command(flatten)]
        at: SimulatorAddress,
        /// The probability that a call fails, from 0 to 1; 0 ends the random faults.
        #[arg(long)]
        rate: Option<f64>,
        /// The seed of the random numbers.
        #[arg(long)]
        seed: Option<u64>,
        /// The kinds of random faults; all kinds until they are set.
        #[arg(long, value_delimiter = ',', value_name = "KIND,…")]
        kinds: Option<Vec<String>>,
        /// The longest delay of a call.
        #[arg(long, value_name = "MS")]
        max_ms: Option<u64>,
        /// Inject one fault into the next call of this operation, such as `schedule:reset_after`.
        #[arg(long, value_name = "CALL:KIND", value_parser = planned_fault)]
        next: Vec<Value>,
    },
    /// Show every schedule since the first start or the last reset, including those that were taken back.
    #[command(after_help = "\
Examples:
  muster simulator ledger
      Prints a table with local times.
  muster simulator ledger --json
      Prints the ledger as JSON.")]
    Ledger {
        #[command(flatten)]
        at: SimulatorAddress,
        /// Print the ledger as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Restore the events and schedules of the start, and end the faults.
    #[command(after_help = "\
Examples:
  muster simulator reset
      Resets the simulator at http://127.0.0.1:8081.")]
    Reset {
        #[command(flatten)]
        at: SimulatorAddress,
    },
}

/// The argument that names a simulator.
#[derive(Debug, clap::Args)]
struct SimulatorAddress {
    /// The address of the simulator.
    #[arg(long = "at", value_name = "URL", default_value = "http://127.0.0.1:8081", value_parser = http::address)]
    address: String,
}

fn planned_fault(text: &str) -> Result<Value, String> {
    let (call, kind) = text.split_once(':').ok_or("expected CALL:KIND, such as schedule:reset_after")?;
    Ok(json!({"call": call, "kind": kind}))
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.command {
        None => block_on(serve(arguments)),
        Some(command) => block_on(send(command)),
    }
}

async fn serve(arguments: &Arguments) -> Result<(), Failure> {
    let club = match &arguments.snapshot {
        Some(path) => FirstClub::read(path, &console::read(path)?)?,
        None => FirstClub::sample()?,
    };
    let (listener, address) = serve::listen(arguments.port, "--port").await?;
    let (user, password) = serve::login();
    let ledger_file = arguments.ledger.clone();
    let mut options = simulator::Options { login: Some(serve::login()), ledger_file, ..simulator::Options::default() };
    if arguments.clock == Pace::Manual {
        let stepped = SteppedClock::at(club.morning);
        let clock = stepped.clone();
        options.clock = Arc::new(move || clock.now());
        options.move_clock = Some(Arc::new(move |moment| stepped.move_to(moment)));
    }
    console::say(&format!(
        "Crossmark, simulated, for club {} ({}).\nAddress  {address}, its ledger under /_sim/ledger\n\
         Login    {user}, password {password}\n",
        club.id, club.name
    ))?;
    let served = simulator::serve(listener, club.seed, options, stop_requested()).await;
    served.map_err(Failure::internal)
}

async fn send(command: &ControlCommand) -> Result<(), Failure> {
    match command {
        ControlCommand::Faults { at, rate, seed, kinds, max_ms, next } => {
            let next = (!next.is_empty()).then_some(next);
            let mut request = json!({"rate": rate, "seed": seed, "kinds": kinds, "max_ms": max_ms, "next": next});
            if let Some(members) = request.as_object_mut() {
                members.retain(|_, value| !value.is_null());
            }
            let is_empty = request.as_object().is_none_or(serde_json::Map::is_empty);
            let faults: Value = ask(at, "faults", (!is_empty).then_some(request)).await?;
            console::say(&format!("{faults:#}\n"))
        }
        ControlCommand::Ledger { at, json } => {
            let ledger: Value = ask(at, "ledger", None).await?;
            if *json {
                return console::say(&format!("{ledger:#}\n"));
            }
            show(at, serde_json::from_value(ledger).map_err(|_| CallError::Foreign.failure(NAME, &at.address, ""))?)
                .await
        }
        ControlCommand::Reset { at } => {
            ask::<Value>(at, "reset", Some(json!({}))).await?;
            console::tell("The events and schedules are those of the start again, and there are no faults.\n")
        }
    }
}

/// The simulator's name in messages.
const NAME: &str = "the Crossmark simulator";

/// Prints the ledger for a person, with names and with times local to the store.
async fn show(at: &SimulatorAddress, ledger: Vec<Effect>) -> Result<(), Failure> {
    let club: SimulatedClub = ask(at, "club", None).await?;
    let with_name = |number: u64, name: Option<&str>| match name {
        Some(name) => format!("{number} {}", console::plain(name)),
        None => number.to_string(),
    };
    let time = |at: DateTime<Utc>| report::moment(at.with_timezone(&club.time_zone).naive_local());
    let rows = ledger.into_iter().map(|effect| {
        let event = club.events.get(&effect.plan_id).map(String::as_str);
        let person = club.people.get(&effect.rep_id).map(String::as_str);
        [
            effect.id.to_string(),
            with_name(effect.plan_id, event),
            with_name(effect.rep_id, person),
            time(effect.start.to_utc()),
            time(effect.end.to_utc()),
            time(effect.created_at),
            effect.deleted_at.map(time).unwrap_or_default(),
        ]
    });
    let heads = ["id", "event", "person", "start", "end", "made", "taken back"];
    console::say(&console::table(&heads, &rows.collect::<Vec<_>>()))?;
    console::tell(&format!("Times are local to {} ({}).\n", console::plain(&club.name), club.time_zone))
}

/// Sends a request to the simulator's control API: POST with a body, GET without.
async fn ask<T: DeserializeOwned>(at: &SimulatorAddress, what: &str, body: Option<Value>) -> Result<T, Failure> {
    let address = format!("{}/_sim/{what}", at.address);
    let client = http::client(&at.address)?;
    let request = match &body {
        Some(body) => client.post(&address).json(body),
        None => client.get(&address),
    };
    let advice = "Start one with `muster simulator` or `muster serve`, or name another address with --at.";
    http::ask(request).await.map_err(|e| e.failure(NAME, &at.address, advice))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planned_fault_names_its_call_and_its_kind() {
        assert_eq!(planned_fault("schedule:reset_after"), Ok(json!({"call": "schedule", "kind": "reset_after"})));
        assert!(planned_fault("reset_after").is_err());
    }
}
