//! `muster`: the command line. Here are only the arguments, the exit codes and what catches our own failures.

// The whole in one process: futures within futures, from a moved clock to a body of the SDK.
#![recursion_limit = "256"]

use std::process::ExitCode;

use clap::Parser;

mod commands;
mod console;
mod generate;
mod report;
mod serve;

use commands::Failure;

/// The best schedule of a retail-demo club, proven, with a reason for every choice and every gap.
#[derive(Debug, Parser)]
#[command(name = "muster", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: commands::Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // A panic is our own failure too; the hook has told where.
    let ended = std::panic::catch_unwind(|| commands::run(arguments.command))
        .unwrap_or_else(|_| Err(Failure::Ours("an internal error; please report it with the snapshot".into())));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Input(message)) => {
            console::complain(&message);
            ExitCode::from(2)
        }
        Err(Failure::Ours(message)) => {
            console::complain(&message);
            ExitCode::from(1)
        }
        // Whoever reads our output has read enough.
        Err(Failure::Closed) => ExitCode::SUCCESS,
    }
}
