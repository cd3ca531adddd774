//! The set-up of a club's drill: the two processes, their clock, the faults, and the kills.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::client::{Answer, DrillClient, QueueDepth};
use super::process::Process;
use crate::commands::Failure;
use crate::console;
use crate::serve::ClockReading;

/// The faults of a drill.
#[derive(Debug, Clone, Copy)]
pub struct DrillFaults {
    /// The seed of the random numbers.
    pub seed: u64,
    /// Probability that a call to Crossmark fails. The probabilities of other faults follow from it.
    pub rate: f64,
    /// Maximum number of kills of Muster.
    pub kills: u64,
}

/// The value of the log's field `alarm` for a nightly recount that found a difference.
const NUMBERS_DIFFER: &str = "numbers_differ";
/// Maximum delay of a fault, in real milliseconds.
const MAX_DELAY_MS: u64 = 20;
/// Delay of a delayed message, in seconds.
const MESSAGE_DELAY_S: u64 = 45;
/// A kill by time happens less than this number of milliseconds after the request that it interrupts was sent.
const KILL_WITHIN_MS: u64 = 1_500;
/// A kill by count happens within this number of Muster's next requests to the table.
const KILL_WITHIN_REQUESTS: u64 = 100;
/// One in this number of kills is kept for the days after the morning.
const KILLS_FOR_ONE_AFTERWARDS: u64 = 4;
/// Maximum number of tries of an action that kills or temporary failures interrupt.
const MAX_TRIES: usize = 8;

/// The processes of a club, and their folder.
pub struct DrillSetup {
    folder: PathBuf,
    client: DrillClient,
    simulator: Process,
    muster: Process,
    rate: f64,
    /// The faults and kills for the days after the morning.
    afterwards: DrillFaults,
    /// Number of kills so far.
    pub kills: u64,
    kills_left: u64,
    /// The time by which the clock was moved, in seconds.
    pub clock_s: u64,
    /// Draws a person's choices and the moments of kills.
    pub rng: fastrand::Rng,
}

impl DrillSetup {
    /// Starts both processes with a club.
    ///
    /// # Errors
    /// A process does not start.
    pub async fn start(folder: &Path, club: &str, drill_faults: DrillFaults) -> Result<DrillSetup, Failure> {
        std::fs::create_dir_all(folder)
            .map_err(|e| Failure::Internal(format!("{} cannot be made: {e}", folder.display())))?;
        console::write(&folder.join("snapshot.json"), club.as_bytes())?;
        let simulator = start_simulator(folder).await?;
        let muster = start_muster(folder, &simulator.address).await?;
        let afterwards = DrillFaults { kills: drill_faults.kills / KILLS_FOR_ONE_AFTERWARDS, ..drill_faults };
        Ok(DrillSetup {
            folder: folder.to_owned(),
            client: DrillClient::new()?,
            simulator,
            muster,
            rate: drill_faults.rate,
            afterwards,
            kills: 0,
            kills_left: drill_faults.kills - afterwards.kills,
            clock_s: 0,
            rng: fastrand::Rng::with_seed(drill_faults.seed),
        })
    }

    /// Turns on faults of Crossmark, the queues and the table.
    ///
    /// # Errors
    /// A process refuses the faults.
    pub async fn turn_on_faults(&mut self) -> Result<(), Failure> {
        let faults = json!({"seed": self.rng.u64(..), "rate": self.rate, "max_ms": MAX_DELAY_MS});
        self.post_ok(&self.at_simulator("faults"), &faults).await?;
        self.set_cloud_faults().await
    }

    /// Turns faults and kills off.
    ///
    /// # Errors
    /// A process refuses the faults.
    pub async fn turn_off_faults(&mut self) -> Result<(), Failure> {
        (self.rate, self.kills_left) = (0.0, 0);
        self.turn_on_faults().await
    }

    /// Turns faults and kills on again, for the days after the morning.
    ///
    /// # Errors
    /// A process refuses the faults.
    pub async fn turn_on_faults_again(&mut self) -> Result<(), Failure> {
        (self.rate, self.kills_left) = (self.afterwards.rate, self.afterwards.kills);
        self.turn_on_faults().await
    }

    /// Changes events as people do at Crossmark.
    ///
    /// # Errors
    /// The simulator refuses the change.
    pub async fn change_at_crossmark(&self, events: &Value) -> Result<(), Failure> {
        self.post_ok(&self.at_simulator("events"), events).await
    }

    /// The address of Muster.
    pub fn address(&self) -> String {
        self.muster.address.clone()
    }

    /// Number of nightly recounts that found a difference, from the logs of all starts of Muster.
    ///
    /// # Errors
    /// A log cannot be read.
    pub fn alarms_of_numbers(&self) -> Result<usize, Failure> {
        Logs { folder: &self.folder, kills: self.kills }.alarms_of_numbers()
    }

    /// Moves the clock of Muster, and Crossmark's with it.
    ///
    /// # Errors
    /// The clock cannot be moved.
    pub async fn advance(&mut self, seconds: u64) -> Result<(), Failure> {
        let before = self.now().await?;
        self.act_with_kills("/_local/clock", &json!({"advance_s": seconds})).await?;
        // If a kill interrupted the request, its repeat has moved the clock further.
        self.clock_s += u64::try_from((self.now().await? - before).num_seconds()).unwrap_or(0);
        Ok(())
    }

    /// Sends a person's action. As long as kills are left, a kill interrupts half of these requests. Repeats the action
    /// if there is no answer, as after a kill, or a temporary failure.
    ///
    /// # Errors
    /// The action is refused, or failed too often.
    pub async fn act_with_kills(&mut self, path: &str, body: &Value) -> Result<Value, Failure> {
        for _ in 0..MAX_TRIES {
            let address = self.at_muster(path);
            let answer = if self.kills_left > 0 && self.rng.bool() {
                self.post_and_kill(&address, body).await?
            } else {
                self.client.post(&address, body).await
            };
            match answer {
                Some(Answer { status: 200 | 202, body }) => return Ok(body),
                // A temporary failure: repeat the action.
                None | Some(Answer { status: 500..=599, .. }) => {}
                Some(refused) => return Err(Failure::Internal(format!("{path} is refused: {refused:?}"))),
            }
        }
        Err(Failure::Internal(format!("{path} failed {MAX_TRIES} times in a row")))
    }

    /// Reads from Muster.
    ///
    /// # Errors
    /// The answer, if it is not the expected one.
    pub async fn get<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.client.get(&self.at_muster(path)).await
    }

    /// Reads all pages of a list from Muster.
    ///
    /// # Errors
    /// The answer, if it is not the expected one.
    pub async fn list<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, Failure> {
        self.client.list(&self.at_muster(path)).await
    }

    /// Reads from the simulator.
    ///
    /// # Errors
    /// The answer, if it is not the expected one.
    pub async fn get_from_simulator<T: serde::de::DeserializeOwned>(&self, what: &str) -> Result<T, Failure> {
        self.client.get(&self.at_simulator(what)).await
    }

    /// The depths of the queues.
    ///
    /// # Errors
    /// The answer, if it is not the expected one.
    pub async fn depths(&self) -> Result<Vec<QueueDepth>, Failure> {
        self.get("/_local/queues").await
    }

    /// Sends a POST request, and kills Muster meanwhile: after some time, or at one of its requests to the table.
    async fn post_and_kill(&mut self, address: &str, body: &Value) -> Result<Option<Answer>, Failure> {
        let posted = self.client.post(address, body);
        let answer = if self.rng.bool() {
            let wait = Duration::from_millis(self.rng.u64(0..KILL_WITHIN_MS));
            tokio::time::timeout(wait, posted).await.ok().flatten()
        } else {
            let at = self.rng.u64(1..=KILL_WITHIN_REQUESTS);
            let when = json!({"throttle": self.throttle(), "kill_at": at, "kill_when_done": self.rng.bool()});
            self.set_table_faults(&when).await?;
            posted.await
        };
        self.kill().await?;
        Ok(answer)
    }

    /// Kills Muster, if it still runs, and starts it again with the same data.
    async fn kill(&mut self) -> Result<(), Failure> {
        self.muster.kill();
        Logs { folder: &self.folder, kills: self.kills }.set_aside()?;
        self.kills += 1;
        self.kills_left -= 1;
        self.muster = start_muster(&self.folder, &self.simulator.address).await?;
        self.set_cloud_faults().await
    }

    /// Sets the faults of the queues and the table. A restart of the process removes them.
    async fn set_cloud_faults(&mut self) -> Result<(), Failure> {
        let rate = self.rate;
        let faults = json!({
            "seed": self.rng.u64(..), "duplicate": rate, "delay": rate / 2.0, "delay_s": MESSAGE_DELAY_S,
            "reorder": rate, "drop": rate / 10.0, "lose": rate / 4.0,
        });
        self.post_ok(&self.at_muster("/_local/queues/faults"), &faults).await?;
        self.set_table_faults(&json!({"throttle": self.throttle()})).await
    }

    async fn set_table_faults(&self, faults: &Value) -> Result<(), Failure> {
        self.post_ok(&self.at_muster("/_local/table/faults"), faults).await
    }

    /// Probability that the table throttles a request: a tenth of the rate.
    fn throttle(&self) -> f64 {
        self.rate / 10.0
    }

    /// Sends a POST request that must succeed.
    async fn post_ok(&self, address: &str, body: &Value) -> Result<(), Failure> {
        match self.client.post(address, body).await {
            Some(Answer { status: 200, .. }) => Ok(()),
            answer => Err(Failure::Internal(format!("{address} refuses the request: {answer:?}"))),
        }
    }

    /// The time of the clock.
    ///
    /// # Errors
    /// The answer, if it is not the expected one.
    pub async fn now(&self) -> Result<DateTime<Utc>, Failure> {
        Ok(self.get::<ClockReading>("/_local/clock").await?.now)
    }

    fn at_muster(&self, path: &str) -> String {
        format!("{}{path}", self.muster.address)
    }

    fn at_simulator(&self, what: &str) -> String {
        format!("{}/_sim/{what}", self.simulator.address)
    }
}

/// The logs of all starts of Muster: one for each kill, and that of the running Muster. They are kept apart, because a start
/// deletes an earlier log when it rotates a large one.
struct Logs<'a> {
    folder: &'a Path,
    /// Number of kills so far, each of which has left a log.
    kills: u64,
}

impl Logs<'_> {
    fn current(&self) -> PathBuf {
        self.folder.join("data").join("log.jsonl")
    }

    /// The log of the Muster that was killed after this number of other kills.
    fn of_killed(&self, kills: u64) -> PathBuf {
        self.folder.join(format!("log-until-kill-{}.jsonl", kills + 1))
    }

    /// Renames the log of the Muster that was just killed, because the next start uses the same file.
    fn set_aside(&self) -> Result<(), Failure> {
        let log = self.current();
        match std::fs::rename(&log, self.of_killed(self.kills)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(console::file_failure("move", &log, &e)),
            _ => Ok(()),
        }
    }

    fn alarms_of_numbers(&self) -> Result<usize, Failure> {
        let mut alarms = 0;
        for path in (0..self.kills).map(|kills| self.of_killed(kills)).chain([self.current()]) {
            let log = match std::fs::read(&path) {
                Ok(log) => log,
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
                Err(e) => return Err(console::file_failure("read", &path, &e)),
            };
            let lines = log.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Value>(line).ok());
            alarms += lines.filter(|line| line["alarm"] == NUMBERS_DIFFER).count();
        }
        Ok(alarms)
    }
}

async fn start_simulator(folder: &Path) -> Result<Process, Failure> {
    let (snapshot, ledger) = (path(folder, "snapshot.json"), path(folder, "ledger.jsonl"));
    let arguments = ["simulator", "--port", "0", "--clock", "manual", "--snapshot", &snapshot, "--ledger", &ledger];
    Process::start(&arguments, "Address", "Login", &folder.join("simulator.log")).await
}

async fn start_muster(folder: &Path, crossmark: &str) -> Result<Process, Failure> {
    let (snapshot, data) = (path(folder, "snapshot.json"), path(folder, "data"));
    let arguments = [
        "serve",
        "--port",
        "0",
        "--clock",
        "manual",
        "--crossmark",
        crossmark,
        "--snapshot",
        &snapshot,
        "--data",
        &data,
        "--faulty-table",
    ];
    Process::start(&arguments, "API", "Ctrl-C", &folder.join("muster.log")).await
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).display().to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests say what they expect")]
mod tests {
    use super::*;

    #[test]
    fn the_alarms_of_every_start_count_also_after_a_kill_in_the_middle_of_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let logs = |kills| Logs { folder: folder.path(), kills };
        assert_eq!(logs(0).alarms_of_numbers().unwrap(), 0, "alarms without a log");
        std::fs::create_dir(folder.path().join("data")).unwrap();
        for kills in 0..3 {
            std::fs::write(logs(kills).current(), "{\"alarm\":\"numbers_differ\"}\n{\"alarm\":\"other\"}\n{\"al")
                .unwrap();
            assert_eq!(logs(kills).alarms_of_numbers().unwrap(), kills as usize + 1);
            logs(kills).set_aside().unwrap();
            assert_eq!(logs(kills + 1).alarms_of_numbers().unwrap(), kills as usize + 1);
        }
        // A Muster that was killed before it logged anything.
        logs(3).set_aside().unwrap();
        assert_eq!(logs(4).alarms_of_numbers().unwrap(), 3);
    }
}
