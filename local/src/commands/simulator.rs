//! `muster simulator`: Crossmark's stand-in as a process of its own, or an order to one that runs.

use std::path::PathBuf;
use std::sync::Arc;

use cloud::Hands;
use serde_json::{Value, json};

use super::{Failure, asked_to_end, block_on};
use crate::console;
use crate::serve::{self, FirstClub, Pace};

/// What to run, or whom to tell what.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, after_help = login_help())]
pub struct Arguments {
    /// The port; 0 takes any free one.
    #[arg(long, default_value_t = 8081)]
    port: u16,
    /// The club whose events and people it has [default: a sample club].
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    /// The file that keeps its ledger between starts.
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// How time passes: by itself, or when POST /_sim/clock says so, as a whole with a manual clock does.
    #[arg(long, value_enum, default_value_t = Pace::Real)]
    clock: Pace,
    #[command(subcommand)]
    order: Option<Order>,
}

/// What the help says of who may log in. It is a stand-in's password, and no secret.
fn login_help() -> String {
    let (user, password) = serve::login();
    format!("It takes one login: user {user}, password {password}.")
}

/// An order to a simulator that runs.
#[derive(Debug, clap::Subcommand)]
enum Order {
    /// Show the faults in force, or set some.
    Faults {
        #[command(flatten)]
        at: At,
        /// How likely each call suffers one, 0 to 1; 0 ends them.
        #[arg(long)]
        rate: Option<f64>,
        /// What chance is drawn from.
        #[arg(long)]
        seed: Option<u64>,
        /// Which kinds.
        #[arg(long, value_delimiter = ',', value_name = "KIND,…")]
        kinds: Option<Vec<String>>,
        /// The longest delay.
        #[arg(long, value_name = "MS")]
        max_ms: Option<u64>,
        /// A single fault for the next such call, such as `schedule:reset_after`.
        #[arg(long, value_name = "CALL:KIND", value_parser = planned)]
        next: Vec<Value>,
    },
    /// Show every effect ever, those taken back included.
    Ledger {
        #[command(flatten)]
        at: At,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Back to what it began with, without faults.
    Reset {
        #[command(flatten)]
        at: At,
    },
}

#[derive(Debug, clap::Args)]
struct At {
    /// Where the simulator is.
    #[arg(long = "at", value_name = "URL", default_value = "http://127.0.0.1:8081")]
    address: String,
}

fn planned(text: &str) -> Result<Value, String> {
    let (call, kind) = text.split_once(':').ok_or("expected CALL:KIND, such as schedule:reset_after")?;
    Ok(json!({"call": call, "kind": kind}))
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.order {
        None => block_on(serve(arguments)),
        Some(order) => block_on(send(order)),
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
        let hands = Hands::at(club.morning);
        let clock = hands.clone();
        options.clock = Arc::new(move || clock.now());
        options.hands = Some(Arc::new(move |moment| hands.move_to(moment)));
    }
    console::say(&format!(
        "Crossmark, simulated, for club {} ({}).\nAddress  {address}, its ledger under /_sim/ledger\n\
         Login    {user}, password {password}\n",
        club.id, club.name
    ))?;
    let served = simulator::serve(listener, club.seed, options, asked_to_end()).await;
    served.map_err(|e| Failure::Ours(e.to_string()))
}

async fn send(order: &Order) -> Result<(), Failure> {
    match order {
        Order::Faults { at, rate, seed, kinds, max_ms, next } => {
            let next = (!next.is_empty()).then_some(next);
            let mut wanted = json!({"rate": rate, "seed": seed, "kinds": kinds, "max_ms": max_ms, "next": next});
            if let Some(members) = wanted.as_object_mut() {
                members.retain(|_, value| !value.is_null());
            }
            let nothing = wanted.as_object().is_none_or(serde_json::Map::is_empty);
            let faults = call(at, "faults", (!nothing).then_some(wanted)).await?;
            console::say(&format!("{faults:#}\n"))
        }
        Order::Ledger { at, json } => {
            let ledger = call(at, "ledger", None).await?;
            if *json {
                return console::say(&format!("{ledger:#}\n"));
            }
            let rows = ledger.as_array().into_iter().flatten().map(|effect| {
                let of = |member: &str| match &effect[member] {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                ["id", "mPlanID", "RepID", "Start", "End", "created_at", "deleted_at"].map(of)
            });
            let heads = ["id", "event", "person", "start", "end", "made", "taken back"];
            console::say(&console::table(&heads, &rows.collect::<Vec<_>>()))
        }
        Order::Reset { at } => {
            call(at, "reset", Some(json!({}))).await?;
            console::say("The simulator is as it began.\n")
        }
    }
}

/// Asks the simulator, or tells it something.
async fn call(at: &At, what: &str, body: Option<Value>) -> Result<Value, Failure> {
    let address = format!("{}/_sim/{what}", at.address.trim_end_matches('/'));
    let client = super::http().map_err(Failure::Ours)?;
    let request = match &body {
        Some(body) => client.post(&address).json(body),
        None => client.get(&address),
    };
    let unreachable = |e: reqwest::Error| Failure::Input(format!("no simulator answers at {}: {e}", at.address));
    let answer = request.send().await.map_err(unreachable)?;
    let status = answer.status();
    let said: Value = answer.json().await.map_err(unreachable)?;
    if status.is_success() {
        return Ok(said);
    }
    Err(Failure::Input(format!("the simulator refuses: {}", said["error"].as_str().unwrap_or("it does not say why"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planned_fault_names_its_call_and_its_kind() {
        assert_eq!(planned("schedule:reset_after"), Ok(json!({"call": "schedule", "kind": "reset_after"})));
        assert!(planned("reset_after").is_err());
    }
}
