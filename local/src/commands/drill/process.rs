//! A child process of a drill, which the drill may kill. The process ends with the drill.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::sync::mpsc;

use crate::commands::Failure;

/// Maximum duration of a start.
const START_TIMEOUT: Duration = Duration::from_mins(2);

/// A running process and its address.
#[derive(Debug)]
pub struct Process {
    child: Child,
    /// The address that the process printed.
    pub address: String,
}

impl Process {
    /// Starts this program with arguments, and waits until it has printed a line that begins with `last_prefix`. The
    /// address is on the line that begins with `address_prefix`. The standard error is appended to the log.
    ///
    /// # Errors
    /// The process does not start.
    pub async fn start(
        arguments: &[&str],
        address_prefix: &str,
        last_prefix: &str,
        log: &Path,
    ) -> Result<Process, Failure> {
        let failed = |e: &dyn std::fmt::Display| {
            Failure::Internal(format!("muster {} does not start: {e}; see {}", arguments.join(" "), log.display()))
        };
        let program = std::env::current_exe().map_err(|e| failed(&e))?;
        let log_file = File::options().create(true).append(true).open(log).map_err(|e| failed(&e))?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log_file);
        let mut process = Process { child: command.spawn().map_err(|e| failed(&e))?, address: String::new() };
        let Some(output) = process.child.stdout.take() else { return Err(failed(&"it has no output")) };
        let (sender, mut lines) = mpsc::unbounded_channel();
        // The output is read to the end, so that the process never writes to a closed pipe.
        std::thread::spawn(move || {
            BufReader::new(output).lines().map_while(Result::ok).for_each(|line| _ = sender.send(line));
        });
        let listen = async {
            while let Some(line) = lines.recv().await {
                if line.starts_with(address_prefix) {
                    process.address = address_in(&line).unwrap_or_default();
                }
                if line.starts_with(last_prefix) {
                    return true;
                }
            }
            false
        };
        match tokio::time::timeout(START_TIMEOUT, listen).await {
            Ok(true) if !process.address.is_empty() => Ok(process),
            Ok(_) => Err(failed(&"it ended")),
            Err(_) => Err(failed(&format!("it took longer than {} s", START_TIMEOUT.as_secs()))),
        }
    }

    /// Kills the process, as the kernel does when memory runs out.
    pub fn kill(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The address in a line, without its path.
fn address_in(line: &str) -> Option<String> {
    let address = line.split([' ', ',']).find(|word| word.starts_with("http://"))?;
    Some(address.trim_end_matches("/api").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_on_its_line() {
        for (line, expected) in [
            ("API        http://127.0.0.1:8080/api", Some("http://127.0.0.1:8080")),
            ("Address  http://127.0.0.1:8081, its ledger under /_sim/ledger", Some("http://127.0.0.1:8081")),
            ("Ctrl-C ends it", None),
        ] {
            assert_eq!(address_in(line).as_deref(), expected);
        }
    }
}
