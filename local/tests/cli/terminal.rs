//! Output on a terminal is wrapped to its width. Output to a pipe is not wrapped.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use super::{muster, scratch, small, text};

/// The output of a command on a terminal of this width, without colours.
fn on_a_terminal(arguments: &[&str], columns: u16) -> String {
    let near = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&near).expect("granted");
    unlockpt(&near).expect("unlocked");
    let name = ptsname(&near, Vec::new()).expect("a name").into_string().expect("a path");
    let far = File::options().read(true).write(true).open(name).expect("the other end");
    tcsetwinsize(&far, Winsize { ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).expect("a size");
    let copy = far.try_clone().expect("a copy");
    let mut child = Command::new(env!("CARGO_BIN_EXE_muster"))
        .args(arguments)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::from(OwnedFd::from(far)))
        .stderr(Stdio::from(OwnedFd::from(copy)))
        .spawn()
        .expect("muster starts");
    let reader = std::thread::spawn(move || {
        let (mut near, mut shown, mut buffer) = (File::from(near), Vec::new(), [0; 4_096]);
        // Once nobody writes any more, reading fails with an error.
        while let Ok(n @ 1..) = near.read(&mut buffer) {
            shown.extend_from_slice(&buffer[..n]);
        }
        shown
    });
    child.wait().expect("muster ends");
    drop(child);
    text(&reader.join().expect("read")).replace("\r\n", "\n")
}

fn longest(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap_or_default()
}

#[test]
fn a_schedule_wraps_on_a_terminal_and_never_in_a_pipe() {
    let snapshot = scratch("terminal.json");
    std::fs::write(&snapshot, small().to_string()).expect("written");
    let snapshot = snapshot.display().to_string();
    let arguments = ["solve", &snapshot, "--explain"];
    let piped = text(&muster(&arguments, b"").stdout);
    assert!(longest(&piped) > 80, "the small club has long lines:\n{piped}");
    for columns in [50, 80] {
        let shown = on_a_terminal(&arguments, columns);
        // The progress line is erased before anything is printed.
        let shown = shown.rsplit_once("\x1b[2K").map_or(shown.as_str(), |(_, shown)| shown);
        assert!(longest(shown) <= columns.into(), "{columns}:\n{shown}");
        let words =
            |text: &str| text.split_whitespace().filter(|word| !word.contains('.')).collect::<Vec<_>>().join(" ");
        assert_eq!(words(shown), words(&piped), "nothing is left out");
    }
}

#[test]
fn help_and_messages_wrap_on_a_terminal() {
    for arguments in [&["submissions", "--help"][..], &["check", "-", "-"], &["status", "--at", "http://127.0.0.1:9"]] {
        let shown = on_a_terminal(arguments, 50);
        assert!(!shown.is_empty() && longest(&shown) <= 50, "{arguments:?}:\n{shown}");
    }
}
