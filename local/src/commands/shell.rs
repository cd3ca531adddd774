//! `muster completions` and `muster man`: shell completions and manual pages, generated from the arguments.

use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::Failure;
use crate::console;
use crate::report::count;

/// Arguments of `muster completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  muster completions bash >~/.local/share/bash-completion/completions/muster
      Installs them for bash. A new shell knows them.
  muster completions zsh >~/.zfunc/_muster
      Installs them for zsh, if ~/.zfunc is in its fpath before compinit.
  muster completions fish >~/.config/fish/completions/muster.fish
      Installs them for fish.")]
pub struct CompletionsArguments {
    /// The shell.
    shell: Shell,
}

/// Arguments of `muster man`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  muster man ~/.local/share/man/man1
      Writes a page for each command: `man muster-solve` shows one.
  muster man | man -l -
      Shows the page of `muster` itself, without installing anything.")]
pub struct ManArguments {
    /// The folder of the pages; it is made if it is missing. Without it the page of `muster` itself goes to standard
    /// output.
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(super) fn completions(arguments: &CompletionsArguments) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut crate::Arguments::command(), "muster", &mut script);
    console::say(&String::from_utf8_lossy(&script))
}

pub(super) fn man(arguments: &ManArguments) -> Result<(), Failure> {
    let mut command = crate::Arguments::command().disable_help_subcommand(true);
    // Gives every subcommand its full name, such as `muster submissions list`.
    command.build();
    let Some(folder) = &arguments.folder else {
        return console::say(&page(command)?);
    };
    std::fs::create_dir_all(folder).map_err(|e| console::file_failure("make", folder, &e))?;
    let written = write_pages(command, folder)?;
    console::say(&format!("{} written to {}\n", count(written, "page"), folder.display()))
}

/// Writes the pages of a command and its subcommands, and returns their number.
fn write_pages(command: Command, folder: &Path) -> Result<usize, Failure> {
    let name = format!("{}.1", command.get_display_name().unwrap_or(command.get_name()));
    let mut written = 1;
    for subcommand in command.get_subcommands().filter(|subcommand| !subcommand.is_hide_set()) {
        written += write_pages(subcommand.clone(), folder)?;
    }
    console::write(&folder.join(name), page(command)?.as_bytes())?;
    Ok(written)
}

fn page(command: Command) -> Result<String, Failure> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page).map_err(|e| Failure::Internal(format!("cannot make the page: {e}")))?;
    // Moves the examples at the end of the help into a section with the standard name.
    let page = String::from_utf8_lossy(&page).replace(".SH EXTRA\nExamples:\n", ".SH EXAMPLES\n");
    Ok(page.lines().map(with_kept_indent).collect())
}

/// A line of a page. One that begins with spaces becomes an indented block, because viewers wrap such a line without
/// its indent.
fn with_kept_indent(line: &str) -> String {
    let words = line.trim_start_matches(' ');
    match line.len() - words.len() {
        0 => format!("{line}\n"),
        indent => format!(".RS {indent}\n{words}\n.RE\n"),
    }
}
