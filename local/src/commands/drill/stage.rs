//! Where a club's drill takes place: the two processes, the clock that moves them, the faults, and the kills.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::process::Process;
use super::site::{Answer, Depth, Site};
use crate::commands::Failure;
use crate::console;

/// What goes wrong.
#[derive(Debug, Clone, Copy)]
pub struct Weather {
    /// What chance is drawn from.
    pub seed: u64,
    /// How likely a call or a delivery goes wrong.
    pub rate: f64,
    /// How often the whole is killed.
    pub kills: u64,
}

/// The longest delay that a fault makes, in real milliseconds.
const LONGEST_DELAY_MS: u64 = 20;
/// How long a message is held back.
const HELD_BACK_S: u64 = 45;
/// A kill strikes within so many milliseconds after something was asked for.
const KILL_WITHIN_MS: u64 = 1_500;
/// … or within so many requests to the table.
const KILL_WITHIN_REQUESTS: u64 = 100;
/// So often an action is pressed again that a kill cut off.
const PRESSES: usize = 8;

/// The processes of a club, over a folder of their own.
pub struct Stage {
    folder: PathBuf,
    site: Site,
    simulator: Process,
    whole: Process,
    rate: f64,
    /// Kills that were struck.
    pub kills: u64,
    kills_left: u64,
    /// How far the clock went, in seconds.
    pub clock_s: u64,
    /// Draws what a person chooses, and when a kill strikes.
    pub dice: fastrand::Rng,
}

#[derive(Deserialize)]
struct Shown {
    now: DateTime<Utc>,
}

impl Stage {
    /// Starts both processes with a club.
    ///
    /// # Errors
    /// What does not start.
    pub async fn set(folder: &Path, club: &str, weather: Weather) -> Result<Stage, Failure> {
        std::fs::create_dir_all(folder)
            .map_err(|e| Failure::Ours(format!("{} cannot be made: {e}", folder.display())))?;
        console::write(&folder.join("snapshot.json"), club.as_bytes())?;
        let simulator = start_simulator(folder).await?;
        let whole = start_whole(folder, &simulator.address).await?;
        Ok(Stage {
            folder: folder.to_owned(),
            site: Site::new()?,
            simulator,
            whole,
            rate: weather.rate,
            kills: 0,
            kills_left: weather.kills,
            clock_s: 0,
            dice: fastrand::Rng::with_seed(weather.seed),
        })
    }

    /// Faults at Crossmark, in the queues and in the table, from now on.
    ///
    /// # Errors
    /// Where one does not do as it is told.
    pub async fn trouble(&mut self) -> Result<(), Failure> {
        let faults = json!({"seed": self.dice.u64(..), "rate": self.rate, "max_ms": LONGEST_DELAY_MS});
        self.tell(&self.at_simulator("faults"), &faults).await?;
        self.trouble_cloud().await
    }

    /// No more faults, and no more kills.
    ///
    /// # Errors
    /// Where one does not do as it is told.
    pub async fn calm(&mut self) -> Result<(), Failure> {
        (self.rate, self.kills_left) = (0.0, 0);
        self.trouble().await
    }

    /// Moves the clock of the whole, and Crossmark's with it.
    ///
    /// # Errors
    /// Where it does not move.
    pub async fn advance(&mut self, seconds: u64) -> Result<(), Failure> {
        let before = self.now().await?;
        self.press("/_local/clock", &json!({"advance_s": seconds})).await?;
        // A kill may have cut the way short, and pressing again made it longer.
        self.clock_s += u64::try_from((self.now().await? - before).num_seconds()).unwrap_or(0);
        Ok(())
    }

    /// Does something as a person would, pressed again where the whole was killed under it.
    ///
    /// # Errors
    /// What is refused, or pressed in vain too often.
    pub async fn press(&mut self, path: &str, body: &Value) -> Result<Value, Failure> {
        for _ in 0..PRESSES {
            let address = self.at_whole(path);
            let answer = if self.kills_left > 0 && self.dice.bool() {
                self.post_and_kill(&address, body).await?
            } else {
                self.site.post(&address, body).await
            };
            match answer {
                Some(Answer { status: 200 | 202, body }) => return Ok(body),
                // It failed for a moment; the next press does it.
                None | Some(Answer { status: 500..=599, .. }) => {}
                Some(refused) => return Err(Failure::Ours(format!("{path} is refused: {refused:?}"))),
            }
        }
        Err(Failure::Ours(format!("{path} failed {PRESSES} times in a row")))
    }

    /// Reads something of the whole.
    ///
    /// # Errors
    /// What was answered instead.
    pub async fn get<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.site.get(&self.at_whole(path)).await
    }

    /// Reads a whole list.
    ///
    /// # Errors
    /// What was answered instead.
    pub async fn list<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, Failure> {
        self.site.list(&self.at_whole(path)).await
    }

    /// Reads something of the stand-in.
    ///
    /// # Errors
    /// What was answered instead.
    pub async fn look<T: serde::de::DeserializeOwned>(&self, what: &str) -> Result<T, Failure> {
        self.site.get(&self.at_simulator(what)).await
    }

    /// The queues.
    ///
    /// # Errors
    /// What was answered instead.
    pub async fn depths(&self) -> Result<Vec<Depth>, Failure> {
        self.get("/_local/queues").await
    }

    /// Posts, and kills the whole under it: at any moment, or between two requests to the table.
    async fn post_and_kill(&mut self, address: &str, body: &Value) -> Result<Option<Answer>, Failure> {
        let posted = self.site.post(address, body);
        let answer = if self.dice.bool() {
            let wait = Duration::from_millis(self.dice.u64(0..KILL_WITHIN_MS));
            tokio::time::timeout(wait, posted).await.ok().flatten()
        } else {
            let at = self.dice.u64(1..=KILL_WITHIN_REQUESTS);
            let when = json!({"throttle": self.throttle(), "kill_at": at, "kill_when_done": self.dice.bool()});
            self.trouble_table(&when).await?;
            posted.await
        };
        self.kill().await?;
        Ok(answer)
    }

    /// Kills the whole as the kernel does, where it still runs, and starts it again on the same data.
    async fn kill(&mut self) -> Result<(), Failure> {
        self.whole.kill();
        self.kills += 1;
        self.kills_left -= 1;
        self.whole = start_whole(&self.folder, &self.simulator.address).await?;
        self.trouble_cloud().await
    }

    /// Queues and table forget their faults with their process.
    async fn trouble_cloud(&mut self) -> Result<(), Failure> {
        let rate = self.rate;
        let faults = json!({
            "seed": self.dice.u64(..), "duplicate": rate, "delay": rate / 2.0, "delay_s": HELD_BACK_S,
            "reorder": rate, "drop": rate / 10.0, "lose": rate / 4.0,
        });
        self.tell(&self.at_whole("/_local/queues/faults"), &faults).await?;
        self.trouble_table(&json!({"throttle": self.throttle()})).await
    }

    async fn trouble_table(&self, faults: &Value) -> Result<(), Failure> {
        self.tell(&self.at_whole("/_local/table/faults"), faults).await
    }

    /// The table turns away a tenth as many.
    fn throttle(&self) -> f64 {
        self.rate / 10.0
    }

    async fn tell(&self, address: &str, body: &Value) -> Result<(), Failure> {
        match self.site.post(address, body).await {
            Some(Answer { status: 200, .. }) => Ok(()),
            answer => Err(Failure::Ours(format!("{address} does not take the order: {answer:?}"))),
        }
    }

    async fn now(&self) -> Result<DateTime<Utc>, Failure> {
        Ok(self.get::<Shown>("/_local/clock").await?.now)
    }

    fn at_whole(&self, path: &str) -> String {
        format!("{}{path}", self.whole.address)
    }

    fn at_simulator(&self, what: &str) -> String {
        format!("{}/_sim/{what}", self.simulator.address)
    }
}

async fn start_simulator(folder: &Path) -> Result<Process, Failure> {
    let (snapshot, ledger) = (path(folder, "snapshot.json"), path(folder, "ledger.jsonl"));
    let arguments = ["simulator", "--port", "0", "--clock", "manual", "--snapshot", &snapshot, "--ledger", &ledger];
    Process::start(&arguments, "Address", "Login", &folder.join("simulator.log")).await
}

async fn start_whole(folder: &Path, crossmark: &str) -> Result<Process, Failure> {
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
    Process::start(&arguments, "API", "Ctrl-C", &folder.join("whole.log")).await
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).display().to_string()
}
