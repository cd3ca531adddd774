//! `muster`: the command line. This file contains only the arguments, the exit codes and the handler of panics.

// `muster serve` nests futures deeply, from a moved clock to a body of the SDK.
#![recursion_limit = "256"]

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser};

mod commands;
mod console;
mod generate;
mod report;
mod serve;
mod simulation;

use commands::Failure;

/// Schedules the events of a retail-demo club.
///
/// Muster finds the best schedule that keeps every rule, proves it, and gives a reason for every choice and every gap.
#[derive(Debug, Parser)]
#[command(
    name = "muster",
    version,
    about,
    max_term_width = 100,
    after_help = "\
Examples:
  muster generate --output club.json
      Makes a club with invented names.
  muster solve club.json
      Prints its best schedule.
  muster serve
      Runs Muster on this machine, at http://127.0.0.1:8080.
  muster submissions list
      Lists its lines that are on their way to Crossmark, in doubt or failed.

Exit codes:
  0  It is done.
  1  Muster failed, or something that it needs is down: a server, the table, a queue, AWS.
  2  The input or the usage is wrong, or the request is refused. Standard error says why."
)]
struct Arguments {
    #[command(subcommand)]
    command: commands::Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_arg_matches(&command().get_matches()).unwrap_or_else(|error| error.exit());
    // A panic is an internal failure. The panic hook has printed where it happened.
    let ended = std::panic::catch_unwind(|| commands::run(arguments.command)).unwrap_or_else(|_| {
        Err(Failure::Internal("an internal error; please report it, with the snapshot if there is one".into()))
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Input(message)) => {
            console::complain(&message);
            ExitCode::from(2)
        }
        Err(Failure::Internal(message)) => {
            console::complain(&message);
            ExitCode::from(1)
        }
        // The reader of the output has closed it.
        Err(Failure::Closed) => ExitCode::SUCCESS,
    }
}

/// The command line. An error shows the same usage as the help. By itself, clap shows an optional argument like a required one
/// if it was given.
fn command() -> clap::Command {
    let mut command = Arguments::command();
    // The usage of a subcommand begins with the names of the commands above it.
    command.build();
    with_usage_of_help(command)
}

fn with_usage_of_help(command: clap::Command) -> clap::Command {
    let mut command = command.mut_subcommands(with_usage_of_help);
    let usage = command.render_usage().ansi().to_string();
    // Without the heading, which clap adds again.
    match usage.split_once("Usage:").and_then(|(_, usage)| usage.split_once(' ')) {
        Some((_, usage)) => command.override_usage(usage.to_owned()),
        None => command,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// The command lines of the examples of a command and its subcommands.
    fn examples(command: &clap::Command) -> Vec<String> {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let own = help.lines().filter_map(|line| line.strip_prefix("  muster ")).map(str::to_owned);
        own.chain(command.get_subcommands().flat_map(examples)).collect()
    }

    /// The lines at the end of the help of a command and its subcommands that are longer than a help is wide.
    fn long_lines(command: &clap::Command) -> Vec<String> {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let own = help.lines().filter(|line| line.chars().count() > 100).map(str::to_owned);
        own.chain(command.get_subcommands().flat_map(long_lines)).collect()
    }

    /// The arguments of each `muster` command in a line of shell; quotes keep words together.
    fn commands_in(line: &str) -> Vec<Vec<String>> {
        let line = line.split(" >").next().unwrap_or_default();
        let commands = line.split(" | ").map(|command| command.strip_prefix("muster ").unwrap_or(command));
        let words = |command: &str| {
            let mut words = Vec::new();
            for (n, part) in command.split('"').enumerate() {
                match n % 2 {
                    0 => words.extend(part.split_whitespace().map(str::to_owned)),
                    _ => words.push(part.to_owned()),
                }
            }
            words
        };
        commands.filter(|command| !command.starts_with("man -l")).map(words).collect()
    }

    #[test]
    fn the_end_of_a_help_is_not_wrapped_in_the_middle_of_its_lines() {
        assert_eq!(long_lines(&Arguments::command()), Vec::<String>::new());
    }

    /// The commands with an argument `--at`.
    fn commands_with_at(command: &clap::Command) -> Vec<Vec<String>> {
        let inner = command.get_subcommands().flat_map(|inner| {
            let name = inner.get_name().to_owned();
            commands_with_at(inner).into_iter().map(move |rest| [vec![name.clone()], rest].concat())
        });
        let has_at = command.get_arguments().any(|argument| argument.get_long() == Some("at"));
        inner.chain(has_at.then(Vec::new)).collect()
    }

    #[test]
    fn the_usage_of_an_error_does_not_show_the_address_as_required() {
        let commands = commands_with_at(&Arguments::command());
        assert!(commands.len() >= 5, "{commands:?}");
        for words in commands {
            for wrong in [&["--no-such-option"][..], &["--at"], &["--stack", "outputs.json"]] {
                let given = ["--at", "http://127.0.0.1:1"].iter().chain(wrong).map(ToString::to_string);
                let all = std::iter::once("muster".to_owned()).chain(words.clone()).chain(given);
                let error = command().try_get_matches_from(all).unwrap_err().to_string();
                let usage = error.lines().find(|line| line.starts_with("Usage: "));
                let expected = format!("Usage: muster {} [OPTIONS]", words.join(" "));
                assert!(usage.is_none_or(|usage| usage.starts_with(&expected)), "{error}");
                assert!(usage.is_none_or(|usage| !usage.contains("--at")), "{error}");
            }
        }
        let mut help = command().find_subcommand("submissions").unwrap().find_subcommand("retry").unwrap().clone();
        let usage = help.render_usage().to_string();
        assert_eq!(usage, "Usage: muster submissions retry [OPTIONS] <LINE|--cause <CAUSE>|--all>");
    }

    #[test]
    fn the_arguments_of_every_example_are_accepted() {
        let command = Arguments::command();
        command.clone().debug_assert();
        let lines = examples(&command);
        assert!(lines.len() > 50, "{} examples", lines.len());
        for line in lines {
            for arguments in commands_in(&line) {
                let given = std::iter::once("muster".to_owned()).chain(arguments);
                if let Err(error) = Arguments::try_parse_from(given) {
                    panic!("muster {line}: {error}");
                }
            }
        }
    }
}
