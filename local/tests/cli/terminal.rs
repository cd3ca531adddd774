//! Tests that output on a terminal is wrapped to its width, and output to a pipe is not wrapped.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use super::{muster, scratch, small_club, text};

/// The output of a command on a terminal of this width, without colours.
fn output_on_terminal(arguments: &[&str], columns: u16) -> String {
    let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&controller).expect("granted");
    unlockpt(&controller).expect("unlocked");
    let name = ptsname(&controller, Vec::new()).expect("a name").into_string().expect("a path");
    let terminal_end = File::options().read(true).write(true).open(name).expect("the other end");
    tcsetwinsize(&terminal_end, Winsize { ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).expect("a size");
    let copy = terminal_end.try_clone().expect("a copy");
    let mut child = Command::new(env!("CARGO_BIN_EXE_muster"))
        .args(arguments)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::from(OwnedFd::from(terminal_end)))
        .stderr(Stdio::from(OwnedFd::from(copy)))
        .spawn()
        .expect("muster starts");
    let reader = std::thread::spawn(move || {
        let (mut controller, mut shown, mut buffer) = (File::from(controller), Vec::new(), [0; 4_096]);
        // After the last writer has closed the terminal, reading fails with an error.
        while let Ok(n @ 1..) = controller.read(&mut buffer) {
            shown.extend_from_slice(&buffer[..n]);
        }
        shown
    });
    child.wait().expect("muster ends");
    drop(child);
    text(&reader.join().expect("read")).replace("\r\n", "\n")
}

/// Number of characters of the longest line.
fn longest_line(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap_or_default()
}

#[test]
fn a_schedule_wraps_on_a_terminal_and_never_in_a_pipe() {
    let snapshot = scratch("terminal.json");
    std::fs::write(&snapshot, small_club().to_string()).expect("written");
    let snapshot = snapshot.display().to_string();
    let arguments = ["solve", &snapshot, "--explain"];
    let piped = text(&muster(&arguments, b"").stdout);
    assert!(longest_line(&piped) > 80, "the report of the small club has no long lines:\n{piped}");
    for columns in [50, 80] {
        let shown = output_on_terminal(&arguments, columns);
        // The progress line is erased before anything is printed.
        let shown = shown.rsplit_once("\x1b[2K").map_or(shown.as_str(), |(_, shown)| shown);
        assert!(longest_line(shown) <= columns.into(), "{columns}:\n{shown}");
        let words =
            |text: &str| text.split_whitespace().filter(|word| !word.contains('.')).collect::<Vec<_>>().join(" ");
        assert_eq!(words(shown), words(&piped), "{columns}: the terminal shows other words than the pipe");
    }
}

#[test]
fn help_and_messages_wrap_on_a_terminal() {
    for arguments in [&["submissions", "--help"][..], &["check", "-", "-"], &["status", "--at", "http://127.0.0.1:9"]] {
        let shown = output_on_terminal(arguments, 50);
        assert!(!shown.is_empty() && longest_line(&shown) <= 50, "{arguments:?}:\n{shown}");
    }
}
