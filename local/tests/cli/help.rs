//! Tests of the help of every command, its examples, shell completions and manual pages.

use std::collections::BTreeSet;
use std::process::Command;

use super::{muster, scratch, text};

/// The help of a command for a terminal of this width.
fn help(command: &[String], columns: usize) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_muster"))
        .args(command)
        .arg("--help")
        .env("COLUMNS", columns.to_string())
        .stdin(std::process::Stdio::null())
        .output()
        .expect("muster starts");
    assert_eq!(output.status.code(), Some(0), "{command:?}: {}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "{command:?} writes to stderr: {}", text(&output.stderr));
    text(&output.stdout)
}

/// The subcommands that a help lists.
fn subcommands(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").map(str::to_owned).collect()
}

/// Every command and subcommand, `muster` itself first.
fn commands() -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    let mut at = 0;
    while let Some(command) = all.get(at).cloned() {
        let inner = subcommands(&help(&command, 100));
        all.extend(inner.into_iter().map(|name| command.iter().cloned().chain([name]).collect()));
        at += 1;
    }
    all
}

#[test]
fn every_help_has_examples_and_fits_the_terminal() {
    let commands = commands();
    let names: BTreeSet<String> = commands.iter().map(|command| command.join(" ")).collect();
    for expected in [
        "",
        "solve",
        "try",
        "validate",
        "serve",
        "submissions list",
        "dlq redrive",
        "simulator faults",
        "completions",
        "man",
    ] {
        assert!(names.contains(expected), "{expected:?} is missing: {names:?}");
    }
    for command in &commands {
        for columns in [100, 70] {
            let help = help(command, columns);
            for line in help.lines() {
                assert!(line.chars().count() <= columns, "{command:?} in {columns} columns: {line}");
            }
            assert!(help.contains("\nExamples:\n  muster "), "{command:?} has no examples:\n{help}");
        }
        // Even on a very wide terminal, lines are at most 100 characters long.
        for line in help(command, 300).lines() {
            assert!(line.chars().count() <= 100, "{command:?} in 300 columns: {line}");
        }
    }
}

#[test]
fn examples_that_need_no_server_run_without_errors() {
    let folder = scratch("examples");
    _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("home")).expect("a folder");
    let programs = std::path::Path::new(env!("CARGO_BIN_EXE_muster")).parent().expect("a folder");
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
    let run = |line: &str| {
        let output = Command::new("sh")
            .args(["-ec", line])
            .current_dir(&folder)
            .env("PATH", &path)
            .env("HOME", folder.join("home"))
            .stdin(std::process::Stdio::null())
            .output()
            .expect("a shell");
        assert_eq!(output.status.code(), Some(0), "{line}: {}", text(&output.stderr));
    };
    run("muster generate --events 20 --employees 8 --output club.json && muster solve club.json --answer answer.json");
    run("echo '{\"weights\": {\"fairness\": 2}}' > change.json");
    run("mkdir -p home/.zfunc home/.config/fish/completions home/.local/share/bash-completion/completions");
    let mut ran = 0;
    for name in ["check", "try", "validate", "completions"] {
        let help = help(&[name.to_owned()], 100);
        for line in help.lines().filter_map(|line| line.strip_prefix("  muster ")) {
            run(&format!("muster {line}"));
            ran += 1;
        }
    }
    assert!(ran >= 8, "only {ran} examples ran");
    run("muster solve club.json --explain");
    run("muster man home/.local/share/man/man1");
    assert!(folder.join("home/.local/share/man/man1/muster-solve.1").exists());
}

#[test]
fn completions_for_each_shell_have_commands_and_options() {
    for (shell, words) in [("bash", "complete -F"), ("zsh", "#compdef muster"), ("fish", "complete -c muster")] {
        let output = muster(&["completions", shell], b"");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let script = text(&output.stdout);
        for expected in [words, "submissions", "redrive", "emergency", "dependency_failed"] {
            assert!(script.contains(expected), "{shell} lacks {expected:?}");
        }
    }
    assert_eq!(muster(&["completions", "tcsh"], b"").status.code(), Some(2));
}

#[test]
fn man_pages_are_written_for_every_command() {
    let folder = scratch("man/man1");
    _ = std::fs::remove_dir_all(&folder);
    let written = muster(&["man", &folder.display().to_string()], b"");
    assert_eq!(written.status.code(), Some(0), "{}", text(&written.stderr));
    let pages: BTreeSet<String> = std::fs::read_dir(&folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    let expected: BTreeSet<String> = commands()
        .iter()
        .map(|command| [vec!["muster".to_owned()], command.clone()].concat().join("-") + ".1")
        .collect();
    assert_eq!(pages, expected);
    assert!(text(&written.stdout).starts_with(&format!("{} pages written", pages.len())), "{}", text(&written.stdout));
    for page in &pages {
        let page_text = std::fs::read_to_string(folder.join(page)).expect("a page");
        assert!(page_text.contains(".SH NAME") && page_text.contains(".SH EXAMPLES\n"), "{page}:\n{page_text}");
        // If a line begins with spaces, a viewer does not indent its continuation. So the pages indent by `.RS`.
        assert!(page_text.contains("\n.RS 2\nmuster ") && !page_text.contains("\n "), "{page}:\n{page_text}");
    }
    let alone = muster(&["man"], b"");
    assert_eq!(text(&alone.stdout), std::fs::read_to_string(folder.join("muster.1")).expect("the page"));
}
