//! The environment of one test: a club, a folder, and a process that can be killed and started again on the same data.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Maximum time for anything here; real time.
const PATIENCE: Duration = Duration::from_mins(4);

pub struct World {
    pub api: String,
    pub simulator: String,
    folder: TempDir,
    snapshot: PathBuf,
    process: Option<Child>,
    /// The Crossmark simulator, if it is a process of its own.
    apart: Option<Child>,
    more: Vec<String>,
    client: reqwest::Client,
    /// The log level, as in `RUST_LOG`.
    level: &'static str,
}

/// A copy of a process's data folder.
pub struct Kept(TempDir);

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    /// The body. Asserts the status of the answer.
    #[track_caller]
    pub fn is(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{:#}", self.body);
        self.body
    }

    /// The code of the error. Asserts the status of the answer.
    #[track_caller]
    pub fn refused(self, status: u16) -> String {
        self.is(status)["error"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// The club of [`World::tight`].
const TIGHT: &[&str] = &["--seed", "7", "--employees", "12", "--events", "60", "--tight"];

/// A generated club; the same arguments give the same club.
fn generated(arguments: &[&str]) -> Value {
    let output = muster(&[&["generate"], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().timeout(PATIENCE).build().unwrap()
}

/// Runs a `muster` command to its end.
pub fn muster(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_muster")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

impl World {
    /// A world with a small club, on a Thursday in November.
    pub async fn begin() -> World {
        World::with(generated(&["--seed", "7", "--employees", "9", "--events", "30", "--posted", "12"])).await
    }

    /// A world with a small club, on that date.
    pub async fn on(today: &str) -> World {
        World::with(generated(&["--seed", "7", "--employees", "6", "--events", "8", "--posted", "4", "--today", today]))
            .await
    }

    /// A world with a small club whose planned days are before and after the night in which the clocks go back.
    pub async fn with_clock_change() -> World {
        let club = ["--seed", "7", "--employees", "9", "--events", "30", "--posted", "12", "--today", "2026-10-25"];
        World::with(generated(&club)).await
    }

    /// A world with a club that has too few people, so that posted schedules must move.
    pub async fn tight() -> World {
        World::with(generated(TIGHT)).await
    }

    /// The same with the Crossmark simulator as a process of its own.
    pub async fn apart() -> World {
        World::apart_with(&generated(TIGHT)).await
    }

    /// The same with a club whose events may all begin on its first day.
    pub async fn apart_and_urgent() -> World {
        let mut club = generated(TIGHT);
        let today = club["today"].as_str().unwrap().to_owned();
        for event in club["events"].as_array_mut().unwrap() {
            event["start"] = json!(format!("{today}T00:00:00"));
        }
        World::apart_with(&club).await
    }

    async fn apart_with(club: &Value) -> World {
        let mut world = World::prepared(club);
        world.start_simulator("0");
        world.start().await;
        world
    }

    /// The same with a table that rejects a share of the requests.
    pub async fn throttled(share: f64) -> World {
        let world = World::with_faulty_table().await;
        world.post("/_local/table/faults", json!({"throttle": share})).await.is(200);
        world
    }

    /// The same with a table for which faults can be set.
    pub async fn with_faulty_table() -> World {
        let mut world = World::prepared(&generated(TIGHT));
        world.more = vec!["--faulty-table".to_owned()];
        world.start().await;
        world
    }

    /// A world with a club that takes the solver some time.
    pub async fn large() -> World {
        World::with(generated(&["--seed", "7", "--employees", "60", "--events", "600"])).await
    }

    /// The same as [`World::begin`], with logs at debug level.
    pub async fn that_says_everything() -> World {
        let club = generated(&["--seed", "7", "--employees", "9", "--events", "30", "--posted", "12"]);
        let mut world = World::prepared(&club);
        world.level = "debug";
        world.start().await;
        world
    }

    /// A world with this club.
    pub async fn with(club: Value) -> World {
        let mut world = World::prepared(&club);
        world.start().await;
        world
    }

    fn prepared(club: &Value) -> World {
        let folder = tempfile::tempdir().unwrap();
        let snapshot = folder.path().join("snapshot.json");
        std::fs::write(&snapshot, club.to_string()).unwrap();
        let client = client();
        let (api, simulator) = (String::new(), String::new());
        World { api, simulator, folder, snapshot, process: None, apart: None, more: Vec::new(), client, level: "" }
    }

    /// Starts the Crossmark simulator as a process of its own, with its existing ledger.
    pub fn start_simulator(&mut self, port: &str) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_muster"));
        command.args(["simulator", "--port", port, "--clock", "manual", "--snapshot"]).arg(&self.snapshot);
        command.arg("--ledger").arg(self.folder.path().join("ledger.jsonl"));
        let (process, said) = started(&mut command, "Login");
        self.apart = Some(process);
        self.simulator = address(&said, "Address");
    }

    /// Kills the Crossmark simulator, and returns its port.
    pub fn kill_simulator(&mut self) -> String {
        end(self.apart.take().unwrap());
        self.simulator.rsplit(':').next().unwrap().to_owned()
    }

    /// Starts the process, and returns once it answers.
    pub async fn start(&mut self) {
        let data = self.folder.path().join("data");
        let mut command = Command::new(env!("CARGO_BIN_EXE_muster"));
        command.args(["serve", "--port", "0", "--clock", "manual", "--data"]).arg(data);
        command.arg("--snapshot").arg(&self.snapshot).args(&self.more).env("RUST_LOG", self.level);
        let complaints = File::options().create(true).append(true).open(self.folder.path().join("stderr")).unwrap();
        command.stderr(complaints);
        match &self.apart {
            Some(_) => command.args(["--crossmark", &self.simulator]),
            None => command.args(["--simulator-port", "0"]),
        };
        let (process, said) = started(&mut command, "Ctrl-C");
        self.process = Some(process);
        (self.api, self.simulator) = (address(&said, "API"), address(&said, "Crossmark"));
        // Connections to the killed process must not be reused, because this one may listen on the same port.
        self.client = client();
        self.get("/api/health").await.is(200);
    }

    /// Ends the process as the kernel does when memory runs out.
    pub fn kill(&mut self) {
        end(self.process.take().unwrap());
    }

    /// Kills the process and starts it again on the same data.
    pub async fn restart(&mut self) {
        self.kill();
        self.start().await;
    }

    /// A copy of the process's data as it is now.
    pub async fn keep(&mut self) -> Kept {
        self.kill();
        let kept = tempfile::tempdir().unwrap();
        copy(&self.folder.path().join("data"), kept.path());
        self.start().await;
        Kept(kept)
    }

    /// Restores a copy of the data and starts the process on it.
    pub async fn go_back_to(&mut self, Kept(kept): &Kept) {
        self.kill();
        let data = self.folder.path().join("data");
        std::fs::remove_dir_all(&data).unwrap();
        std::fs::create_dir(&data).unwrap();
        copy(kept.path(), &data);
        self.start().await;
    }

    /// Ends a test: asserts that the queues and the dead-letter queues are drained.
    pub async fn end(self) {
        for _ in 0..20 {
            if self.is_drained().await {
                return;
            }
            self.advance(60).await;
        }
        panic!("a queue is left undrained: {:#}", self.get("/_local/queues").await.body);
    }

    async fn is_drained(&self) -> bool {
        let depths = self.get("/_local/queues").await.is(200);
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

    /// Sends a POST request and ignores its answer. Returns whether there was one.
    pub async fn press_and_lose(&self, path: &str, body: &Value) -> bool {
        self.client.post(format!("{}{path}", self.api)).json(body).send().await.is_ok()
    }

    /// Sends a text to the queue that a setting names.
    pub async fn send_to(&self, setting: &str, body: &str) {
        let outputs = self.get("/_local/outputs").await.is(200);
        self.queue_call("SendMessage", json!({"QueueUrl": outputs[setting], "MessageBody": body})).await;
    }

    /// A call of the queues' own API.
    pub async fn queue_call(&self, operation: &str, body: Value) {
        let outputs = self.get("/_local/outputs").await.is(200);
        let address = outputs["AWS_ENDPOINT_URL_SQS"].as_str().unwrap();
        let request = self.client.post(address).header("x-amz-target", format!("AmazonSQS.{operation}"));
        let request = request.header("content-type", "application/x-amz-json-1.0").body(body.to_string());
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    /// The functions' log, line by line.
    pub fn log(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder.path().join("data/log.jsonl")).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
    }

    /// Everything that the process has logged, in the file and on standard error.
    pub fn said(&self) -> String {
        let read = |name: &str| std::fs::read_to_string(self.folder.path().join(name)).unwrap();
        read("data/log.jsonl") + &read("stderr")
    }

    /// Moves the clock and does the work that becomes due.
    pub async fn advance(&self, seconds: u64) {
        self.post("/_local/clock", json!({"advance_s": seconds})).await.is(200);
    }

    pub async fn now(&self) -> String {
        self.get("/_local/clock").await.is(200)["now"].as_str().unwrap().to_owned()
    }

    /// All effects in Crossmark's ledger.
    pub async fn ledger(&self) -> Vec<Value> {
        let Value::Array(ledger) = self.get("/_sim/ledger").await.is(200) else { panic!("no ledger") };
        ledger
    }

    /// Polls until `look` returns a value.
    pub async fn until<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(found) = look().await {
                return found;
            }
            assert!(begun.elapsed() < PATIENCE, "it never came to this: {what}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Starts a manual run and waits for its proposal.
    pub async fn proposal(&self) -> Value {
        let begun = self.post("/api/auto-schedule/run", json!({})).await.is(202);
        let run = begun["run_id"].as_str().unwrap().to_owned();
        let status = format!("/api/auto-schedule/status/{run}");
        self.until("the run ends", async || {
            let found = self.get(&status).await.is(200);
            (!["queued", "running"].contains(&found["status"].as_str().unwrap())).then_some(found)
        })
        .await;
        let pending = self.get("/api/auto-schedule/pending").await.is(200);
        assert_eq!((&pending["run"]["run_id"], &pending["run"]["status"]), (&json!(run), &json!("completed")));
        pending
    }

    /// The current state of a line.
    pub async fn line(&self, id: &str) -> Value {
        self.get(&format!("/api/pending-schedule/{id}")).await.is(200)
    }

    /// The numbers of lines of a run by state.
    pub async fn counts(&self, run: &str) -> Value {
        self.get(&format!("/api/auto-schedule/status/{run}")).await.is(200)["counts"].take()
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

    /// People's Crossmark numbers, as the process has generated them.
    pub fn numbers(&self) -> BTreeMap<String, Value> {
        let kept = std::fs::read(self.folder.path().join("data/club.json")).unwrap();
        let kept: Value = serde_json::from_slice(&kept).unwrap();
        let people = kept["employees"].as_array().unwrap().iter();
        people.map(|person| (person["id"].as_str().unwrap().to_owned(), person["rep_id"].clone())).collect()
    }

    /// The snapshot as it was written.
    pub fn club(&self) -> Value {
        serde_json::from_slice(&std::fs::read(&self.snapshot).unwrap()).unwrap()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.process.take().into_iter().chain(self.apart.take()).for_each(end);
    }
}

/// Starts a process, and returns it with its output up to the line that begins with `last`.
fn started(command: &mut Command, last: &str) -> (Child, Vec<String>) {
    let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let (tell, told) = std::sync::mpsc::channel();
    // Its output is read to the end, so that it never writes to a closed pipe.
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| _ = tell.send(line)));
    let begun = Instant::now();
    let mut said = Vec::new();
    while !said.iter().any(|line: &String| line.starts_with(last)) {
        let left = PATIENCE.saturating_sub(begun.elapsed());
        said.push(told.recv_timeout(left).unwrap_or_else(|e| panic!("it does not start: {e}; it said {said:#?}")));
    }
    (process, said)
}

/// Copies the files of a folder.
fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        assert!(entry.file_type().unwrap().is_file(), "{entry:?}");
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// The address on the line that begins with `what`.
fn address(said: &[String], what: &str) -> String {
    let line = said.iter().find(|line| line.starts_with(what)).unwrap();
    line.split([' ', ',']).find(|word| word.starts_with("http://")).unwrap().trim_end_matches("/api").to_owned()
}

fn end(mut process: Child) {
    process.kill().unwrap();
    process.wait().unwrap();
}

/// Lines of a proposal that place, move or drop something.
pub fn lines(pending: &Value) -> Vec<Value> {
    let of = |list: &str| pending[list].as_array().unwrap().clone();
    [of("newly_scheduled"), of("swaps")].concat()
}

pub fn id(line: &Value) -> String {
    line["id"].as_str().unwrap().to_owned()
}
