//! The environment of one test: a club, a folder, and a process of `muster serve` that can be killed and started again on
//! the same data.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Maximum real time of a request and of each wait.
const TIMEOUT: Duration = Duration::from_mins(4);

/// A running `muster serve` with its club and its data folder.
pub struct World {
    /// The address of `muster serve`.
    pub api: String,
    /// The address of the Crossmark simulator.
    pub simulator: String,
    folder: TempDir,
    snapshot: PathBuf,
    /// `muster serve`, while it runs.
    process: Option<Child>,
    /// The Crossmark simulator, if it is a process of its own.
    simulator_process: Option<Child>,
    /// Further arguments of `muster serve`.
    arguments: Vec<String>,
    client: reqwest::Client,
    /// The value of `RUST_LOG`.
    log_level: &'static str,
}

/// A copy of a process's data folder.
pub struct DataCopy(TempDir);

/// The answer to an HTTP request.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    /// The body. Asserts that the answer has this status.
    #[track_caller]
    pub fn assert_status(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{:#}", self.body);
        self.body
    }

    /// The error code of the body. Asserts that the answer has this status.
    #[track_caller]
    pub fn assert_refused(self, status: u16) -> String {
        self.assert_status(status)["error"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// The arguments that generate the club of [`World::with_tight_club`].
const TIGHT_CLUB: &[&str] = &["--seed", "7", "--employees", "12", "--events", "60", "--tight"];

/// Generates a club; the same arguments give the same club.
fn generate_club(arguments: &[&str]) -> Value {
    let output = muster(&[&["generate"], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A client for servers on this machine.
pub fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build().unwrap()
}

/// Runs a `muster` command to its end.
pub fn muster(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_muster")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

impl World {
    /// A world with a small club, on a Thursday in November.
    pub async fn in_november() -> World {
        World::with(generate_club(&["--seed", "7", "--employees", "9", "--events", "30", "--posted", "12"])).await
    }

    /// A world with a small club whose today is this date.
    pub async fn on(today: &str) -> World {
        let club = ["--seed", "7", "--employees", "6", "--events", "8", "--posted", "4", "--today", today];
        World::with(generate_club(&club)).await
    }

    /// A world with a small club whose planned days are before and after the night in which the clocks go back.
    pub async fn with_clock_change() -> World {
        let club = ["--seed", "7", "--employees", "9", "--events", "30", "--posted", "12", "--today", "2026-10-25"];
        World::with(generate_club(&club)).await
    }

    /// A world with a club that has too few people, so that posted schedules must move.
    pub async fn with_tight_club() -> World {
        World::with(generate_club(TIGHT_CLUB)).await
    }

    /// As [`World::with_tight_club`], with the Crossmark simulator as a process of its own.
    pub async fn with_separate_simulator() -> World {
        World::start_with_separate_simulator(&generate_club(TIGHT_CLUB)).await
    }

    /// As [`World::with_separate_simulator`], with a club in which all events may begin today.
    pub async fn with_events_from_today() -> World {
        let mut club = generate_club(TIGHT_CLUB);
        let today = club["today"].as_str().unwrap().to_owned();
        for event in club["events"].as_array_mut().unwrap() {
            event["start"] = json!(format!("{today}T00:00:00"));
        }
        World::start_with_separate_simulator(&club).await
    }

    async fn start_with_separate_simulator(club: &Value) -> World {
        let mut world = World::prepare(club);
        world.start_simulator("0");
        world.start().await;
        world
    }

    /// As [`World::with_faulty_table`], with a table that rejects a share of the requests.
    pub async fn with_throttled_table(share: f64) -> World {
        let world = World::with_faulty_table().await;
        world.post("/_local/table/faults", json!({"throttle": share})).await.assert_status(200);
        world
    }

    /// As [`World::with_tight_club`], with a table for which faults can be set.
    pub async fn with_faulty_table() -> World {
        let mut world = World::prepare(&generate_club(TIGHT_CLUB));
        world.arguments = vec!["--faulty-table".to_owned()];
        world.start().await;
        world
    }

    /// A world with a club for which the solver needs some seconds.
    pub async fn with_large_club() -> World {
        World::with(generate_club(&["--seed", "7", "--employees", "60", "--events", "600"])).await
    }

    /// As [`World::in_november`], with logs at debug level.
    pub async fn with_debug_logs() -> World {
        let club = generate_club(&["--seed", "7", "--employees", "9", "--events", "30", "--posted", "12"]);
        let mut world = World::prepare(&club);
        world.log_level = "debug";
        world.start().await;
        world
    }

    /// A world with this club.
    pub async fn with(club: Value) -> World {
        let mut world = World::prepare(&club);
        world.start().await;
        world
    }

    fn prepare(club: &Value) -> World {
        let folder = tempfile::tempdir().unwrap();
        let snapshot = folder.path().join("snapshot.json");
        std::fs::write(&snapshot, club.to_string()).unwrap();
        let client = client();
        let (api, simulator) = (String::new(), String::new());
        World {
            api,
            simulator,
            folder,
            snapshot,
            process: None,
            simulator_process: None,
            arguments: Vec::new(),
            client,
            log_level: "",
        }
    }

    /// Starts the Crossmark simulator as a process of its own, with the existing ledger if there is one.
    pub fn start_simulator(&mut self, port: &str) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_muster"));
        command.args(["simulator", "--port", port, "--clock", "manual", "--snapshot"]).arg(&self.snapshot);
        command.arg("--ledger").arg(self.folder.path().join("ledger.jsonl"));
        let (process, printed) = start_and_read(&mut command, "Login");
        self.simulator_process = Some(process);
        self.simulator = address(&printed, "Address");
    }

    /// Kills the Crossmark simulator, and returns its port.
    pub fn kill_simulator(&mut self) -> String {
        kill_process(self.simulator_process.take().unwrap());
        self.simulator.rsplit(':').next().unwrap().to_owned()
    }

    /// Starts `muster serve`, and returns once it answers.
    pub async fn start(&mut self) {
        let data = self.folder.path().join("data");
        let mut command = Command::new(env!("CARGO_BIN_EXE_muster"));
        command.args(["serve", "--port", "0", "--clock", "manual", "--data"]).arg(data);
        command.arg("--snapshot").arg(&self.snapshot).args(&self.arguments).env("RUST_LOG", self.log_level);
        let stderr = File::options().create(true).append(true).open(self.folder.path().join("stderr")).unwrap();
        command.stderr(stderr);
        match &self.simulator_process {
            Some(_) => command.args(["--crossmark", &self.simulator]),
            None => command.args(["--simulator-port", "0"]),
        };
        let (process, printed) = start_and_read(&mut command, "Ctrl-C");
        self.process = Some(process);
        (self.api, self.simulator) = (address(&printed, "API"), address(&printed, "Crossmark"));
        // The client must not reuse connections to a killed process. The new process may listen on the same port.
        self.client = client();
        self.get("/api/health").await.assert_status(200);
    }

    /// Kills the process, as the kernel does when memory runs out.
    pub fn kill(&mut self) {
        kill_process(self.process.take().unwrap());
    }

    /// Kills the process and starts it again on the same data.
    pub async fn restart(&mut self) {
        self.kill();
        self.start().await;
    }

    /// Restarts the process, and returns a copy of the data that it had.
    pub async fn copy_data(&mut self) -> DataCopy {
        self.kill();
        let copied = tempfile::tempdir().unwrap();
        copy_files(&self.folder.path().join("data"), copied.path());
        self.start().await;
        DataCopy(copied)
    }

    /// Restores a copy of the data and starts the process on it.
    pub async fn restore_data(&mut self, DataCopy(copied): &DataCopy) {
        self.kill();
        let data = self.folder.path().join("data");
        std::fs::remove_dir_all(&data).unwrap();
        std::fs::create_dir(&data).unwrap();
        copy_files(copied.path(), &data);
        self.start().await;
    }

    /// Asserts that the queues and the dead-letter queues become empty within 20 minutes of the clock. Most tests call
    /// it at their end.
    pub async fn assert_drained(self) {
        for _ in 0..20 {
            if self.is_drained().await {
                return;
            }
            self.advance(60).await;
        }
        panic!("a queue is not empty: {:#}", self.get("/_local/queues").await.body);
    }

    async fn is_drained(&self) -> bool {
        let depths = self.get("/_local/queues").await.assert_status(200);
        let counts = ["visible", "in_flight", "delayed"];
        depths.as_array().unwrap().iter().all(|queue| counts.iter().all(|count| queue[count] == 0))
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.send_as(method, path, body, &[]).await
    }

    pub async fn send_as(&self, method: Method, path: &str, body: Option<&Value>, headers: &[(&str, &str)]) -> Answer {
        let address = if path.starts_with("/_sim/") { &self.simulator } else { &self.api };
        let mut request = self.client.request(method, format!("{address}{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await.unwrap_or_else(|e| panic!("{path}: {e:?}"));
        let status = answer.status().as_u16();
        assert!(
            answer.status() == StatusCode::NOT_FOUND
                || path.starts_with("/_sim")
                || answer.headers()["x-muster-identity"] == "development"
        );
        let text = answer.text().await.unwrap();
        Answer { status, body: serde_json::from_str(&text).unwrap_or(json!(text)) }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(&body)).await
    }

    /// Sends a POST request. Returns whether there was an answer.
    pub async fn post_is_answered(&self, path: &str, body: &Value) -> bool {
        self.client.post(format!("{}{path}", self.api)).json(body).send().await.is_ok()
    }

    /// Sends a text to the queue whose address is in this output of `muster serve`.
    pub async fn send_to_queue(&self, output: &str, body: &str) {
        let outputs = self.get("/_local/outputs").await.assert_status(200);
        self.queue_call("SendMessage", json!({"QueueUrl": outputs[output], "MessageBody": body})).await;
    }

    /// Calls the SQS API of `muster serve`.
    pub async fn queue_call(&self, operation: &str, body: Value) {
        let outputs = self.get("/_local/outputs").await.assert_status(200);
        let address = outputs["AWS_ENDPOINT_URL_SQS"].as_str().unwrap();
        let request = self.client.post(address).header("x-amz-target", format!("AmazonSQS.{operation}"));
        let request = request.header("content-type", "application/x-amz-json-1.0").body(body.to_string());
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    /// The text of the log file of the functions. Asserts that no restart has moved its first part to another file.
    fn log_text(&self) -> String {
        let data = self.folder.path().join("data");
        assert!(!data.join("log.1.jsonl").exists(), "the log was rotated");
        std::fs::read_to_string(data.join("log.jsonl")).unwrap()
    }

    /// The lines of the log file of the functions.
    pub fn log(&self) -> Vec<Value> {
        let text = self.log_text();
        text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
    }

    /// The text of the log file and of standard error.
    pub fn logged_text(&self) -> String {
        self.log_text() + &std::fs::read_to_string(self.folder.path().join("stderr")).unwrap()
    }

    /// Moves the clock. Returns when the work that becomes due is done.
    pub async fn advance(&self, seconds: u64) {
        self.post("/_local/clock", json!({"advance_s": seconds})).await.assert_status(200);
    }

    pub async fn now(&self) -> String {
        self.get("/_local/clock").await.assert_status(200)["now"].as_str().unwrap().to_owned()
    }

    /// All entries of Crossmark's ledger.
    pub async fn ledger(&self) -> Vec<Value> {
        let Value::Array(ledger) = self.get("/_sim/ledger").await.assert_status(200) else { panic!("no ledger") };
        ledger
    }

    /// Polls until `look` returns a value. The description of the awaited state is for the error message.
    pub async fn until<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = look().await {
                return found;
            }
            assert!(start.elapsed() < TIMEOUT, "timeout while waiting until {what}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Starts a manual run and waits for its proposal.
    pub async fn proposal(&self) -> Value {
        let started = self.post("/api/auto-schedule/run", json!({})).await.assert_status(202);
        let run = started["run_id"].as_str().unwrap().to_owned();
        let status = format!("/api/auto-schedule/status/{run}");
        self.until("the run ends", async || {
            let found = self.get(&status).await.assert_status(200);
            (!["queued", "running"].contains(&found["status"].as_str().unwrap())).then_some(found)
        })
        .await;
        let pending = self.get("/api/auto-schedule/pending").await.assert_status(200);
        assert_eq!((&pending["run"]["run_id"], &pending["run"]["status"]), (&json!(run), &json!("completed")));
        pending
    }

    /// The current state of a line.
    pub async fn line(&self, id: &str) -> Value {
        self.get(&format!("/api/pending-schedule/{id}")).await.assert_status(200)
    }

    /// The numbers of lines of a run by state.
    pub async fn counts(&self, run: &str) -> Value {
        self.get(&format!("/api/auto-schedule/status/{run}")).await.assert_status(200)["counts"].take()
    }

    /// Runs a `muster` command against this process.
    pub async fn command(&self, arguments: &[&str]) -> Output {
        let mut all: Vec<String> = arguments.iter().map(|a| (*a).to_owned()).collect();
        let at = if arguments[0] == "simulator" { &self.simulator } else { &self.api };
        all.extend(["--at".to_owned(), at.clone()]);
        tokio::task::spawn_blocking(move || muster(&all.iter().map(String::as_str).collect::<Vec<_>>())).await.unwrap()
    }

    /// Runs a `muster` command on the data folder of this process.
    pub async fn command_in_folder(&self, arguments: &[&str]) -> Output {
        let mut all: Vec<String> = arguments.iter().map(|a| (*a).to_owned()).collect();
        all.extend(["--data".to_owned(), self.folder.path().join("data").to_string_lossy().into_owned()]);
        tokio::task::spawn_blocking(move || muster(&all.iter().map(String::as_str).collect::<Vec<_>>())).await.unwrap()
    }

    /// Each person's number at Crossmark by the person's id. `muster serve` has generated the numbers.
    pub fn crossmark_numbers(&self) -> BTreeMap<String, Value> {
        let stored = std::fs::read(self.folder.path().join("data/club.json")).unwrap();
        let stored: Value = serde_json::from_slice(&stored).unwrap();
        let people = stored["employees"].as_array().unwrap().iter();
        people.map(|person| (person["id"].as_str().unwrap().to_owned(), person["rep_id"].clone())).collect()
    }

    /// The snapshot as it was written.
    pub fn club(&self) -> Value {
        serde_json::from_slice(&std::fs::read(&self.snapshot).unwrap()).unwrap()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.process.take().into_iter().chain(self.simulator_process.take()).for_each(kill_process);
    }
}

/// Starts a process, and returns it with the lines that it prints up to the one that begins with `last`.
fn start_and_read(command: &mut Command, last: &str) -> (Child, Vec<String>) {
    let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let (sender, receiver) = std::sync::mpsc::channel();
    // The thread reads the output to its end, so that the process never writes to a closed pipe.
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| _ = sender.send(line)));
    let start = Instant::now();
    let mut printed = Vec::new();
    while !printed.iter().any(|line: &String| line.starts_with(last)) {
        let left = TIMEOUT.saturating_sub(start.elapsed());
        let line = receiver.recv_timeout(left);
        printed.push(line.unwrap_or_else(|e| panic!("the process does not start: {e}; it printed {printed:#?}")));
    }
    (process, printed)
}

/// Copies the files of a folder.
fn copy_files(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        assert!(entry.file_type().unwrap().is_file(), "{entry:?}");
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// The address on the line that begins with `what`.
fn address(printed: &[String], what: &str) -> String {
    let line = printed.iter().find(|line| line.starts_with(what)).unwrap();
    line.split([' ', ',']).find(|word| word.starts_with("http://")).unwrap().trim_end_matches("/api").to_owned()
}

fn kill_process(mut process: Child) {
    process.kill().unwrap();
    process.wait().unwrap();
}

/// Lines of a proposal that schedule, move or drop an event.
pub fn lines(pending: &Value) -> Vec<Value> {
    let of = |list: &str| pending[list].as_array().unwrap().clone();
    [of("newly_scheduled"), of("swaps")].concat()
}

pub fn id(line: &Value) -> String {
    line["id"].as_str().unwrap().to_owned()
}
