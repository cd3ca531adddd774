//! `muster serve`: the whole of Muster in one process, over stand-ins that speak the cloud's wire protocols on loopback.
//!
//! The functions are the ones that run as Lambdas; this module only puts around them what the cloud would. It must
//! never be reached from outside the machine.

mod clock;
mod club;
mod data;
mod functions;
mod gateway;
mod schedules;
mod steer;
mod upstream;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cloud::{Cloud, Identity};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use clock::Pace;
use clock::Timepiece;
pub use club::FirstClub;
pub use data::{DataFolder, Start};
use functions::Functions;
use gateway::Gateway;
use schedules::Schedules;
pub use steer::Shown;
use steer::Steered;
use upstream::Upstream;

use crate::commands::Failure;

/// How long work that is under way may take to end once everything is to stop. It is safe to lose.
const FAREWELL: Duration = Duration::from_secs(10);
/// Feeds the functions' chance where nothing is kept, so that the same comes again.
const SEED: u64 = 1;
/// The first wait between two readings of Crossmark where the clock stands still.
const SHORT_WAIT: Duration = Duration::from_millis(5);

/// What a whole is made of.
pub struct Plan {
    /// Where it keeps its data; nowhere where none is given.
    pub data: Option<DataFolder>,
    /// Its first club.
    pub club: FirstClub,
    /// How time passes.
    pub pace: Pace,
    /// The port of the API; any free one for 0.
    pub port: u16,
    /// Where Crossmark is.
    pub crossmark: Crossmark,
    /// Whether the table can be made to fail.
    pub faulty_table: bool,
}

/// Where Crossmark is.
#[derive(Debug, Clone)]
pub enum Crossmark {
    /// A simulator in the same process, on this port; any free one for 0.
    Embedded(u16),
    /// At this address.
    At(String),
}

/// A whole that runs.
pub struct House {
    /// The address of the API.
    pub api: String,
    /// The address of Crossmark.
    pub crossmark: String,
    /// What the clock showed at the start.
    pub started: chrono::DateTime<chrono::Utc>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<Result<(), Failure>>,
    /// Crossmark goes last: what is being submitted needs it.
    stop_crossmark: watch::Sender<bool>,
    services: JoinSet<Result<(), Failure>>,
    _cloud: Cloud,
    _data: Option<DataFolder>,
}

impl House {
    /// Starts everything; when it returns, all of it answers.
    ///
    /// # Errors
    /// What could not start.
    pub async fn start(plan: Plan) -> Result<House, Failure> {
        let Plan { data, club, pace, port, crossmark, faulty_table } = plan;
        let (listener, api) = listen(port, "--port").await?;
        let (mut tasks, mut services) = (JoinSet::new(), JoinSet::new());
        let (stop, stopped) = watch::channel(false);
        let (stop_crossmark, crossmark_stopped) = watch::channel(false);
        let file = |name: &str| data.as_ref().map(|data| data.file(name));
        let timepiece = Timepiece::open(file("clock.json"), pace, club.morning)?;
        // A start over kept data draws anew: under a clock that stands still a run would get the id of one before.
        let seed = if data.is_some() { fastrand::u64(..) } else { SEED };
        let cloud = match &data {
            Some(data) => Cloud::on_disk(data.path(), timepiece.clock(), seed).await,
            None => Cloud::in_memory(timepiece.clock(), seed).await,
        };
        let mut cloud = cloud.map_err(|e| ours(&e))?;
        let door = if faulty_table { Some(cloud.put_door_before_table().await.map_err(|e| ours(&e))?) } else { None };
        let (crossmark, upstream) = match crossmark {
            Crossmark::At(address) => {
                let upstream = Upstream::apart(&address, pace).map_err(|e| ours(&e))?;
                upstream.move_clock(timepiece.clock().utc()).await;
                (address, upstream)
            }
            Crossmark::Embedded(port) => {
                let (listener, address) = listen(port, "--simulator-port").await?;
                let clock = timepiece.clock();
                let options = simulator::Options {
                    clock: Arc::new(move || clock.utc()),
                    login: Some(login()),
                    ledger_file: file("crossmark.jsonl"),
                    ..simulator::Options::default()
                };
                let served = simulator::serve(listener, club.seed.clone(), options, told(crossmark_stopped));
                services.spawn(async move { served.await.map_err(|e| ours(&e)) });
                let upstream = Upstream::within(&address).map_err(|e| ours(&e))?;
                (address, upstream)
            }
        };
        let environment = cloud.environment_with_crossmark(&crossmark);
        club.load(&environment.table().map_err(|e| ours(&e))?).await?;

        let client = || environment.crossmark_with(seed, |settings| paced(settings, pace));
        let functions = Functions::new(&environment, client).map_err(|e| ours(&e))?;
        let queues = cloud.queues().clone();
        let schedules = Schedules::new(timepiece, functions.clone(), queues.clone(), upstream);
        let (mapped, stop_mapping) = (functions.clone(), stopped.clone());
        let mapped_queues = queues.clone();
        tasks.spawn(async move { mapped.work_queues(mapped_queues, stop_mapping).await.map_err(|e| ours(&e)) });
        let (follower, stop_following) = (schedules.clone(), stopped.clone());
        tasks.spawn(async move {
            tokio::select! {
                () = follower.follow() => {}
                () = told(stop_following) => {}
            }
            Ok(())
        });

        let identity = Identity { who: "developer".to_owned(), roles: format!("{}:admin", club.id) };
        let outputs: BTreeMap<_, _> = cloud.names_with_crossmark(&crossmark).into_iter().collect();
        let started = schedules.now();
        let own = Steered { schedules, queues, notices: cloud.notices().clone(), door, outputs }.router();
        let router = Gateway::new(functions, own, identity).router();
        let served = axum::serve(listener, router).with_graceful_shutdown(told(stopped));
        tasks.spawn(async move { served.await.map_err(|e| ours(&e)) });
        Ok(House { api, crossmark, started, stop, tasks, stop_crossmark, services, _cloud: cloud, _data: data })
    }

    /// Runs until `end`, then lets what is under way come to its end.
    ///
    /// # Errors
    /// A part that ended before.
    pub async fn until(mut self, end: impl Future<Output = ()>) -> Result<(), Failure> {
        let broken = tokio::select! {
            () = end => None,
            part = self.tasks.join_next() => part,
            Some(part) = self.services.join_next() => Some(part),
        };
        _ = self.stop.send(true);
        let rest = async { while self.tasks.join_next().await.is_some() {} };
        _ = tokio::time::timeout(FAREWELL, rest).await;
        _ = self.stop_crossmark.send(true);
        while self.services.join_next().await.is_some() {}
        match broken {
            None => Ok(()),
            Some(Ok(Err(failure))) => Err(failure),
            Some(ended) => Err(Failure::Ours(format!("a part of Muster ended unexpectedly: {ended:?}"))),
        }
    }
}

/// Resolves once everything is to stop; also when nobody is left to say so.
async fn told(mut stopped: watch::Receiver<bool>) {
    _ = stopped.wait_for(|stop| *stop).await;
}

/// How Crossmark is called. Where time stands still, waits between two readings are real time in which nothing else
/// happens, so they are short.
fn paced(settings: crossmark::Settings, pace: Pace) -> crossmark::Settings {
    match pace {
        Pace::Real => settings,
        Pace::Manual => crossmark::Settings { retry_base: SHORT_WAIT, longest_wait: SHORT_WAIT * 10, ..settings },
    }
}

/// A port on loopback, and its address.
///
/// # Errors
/// A port that cannot be had.
pub async fn listen(port: u16, option: &str) -> Result<(TcpListener, String), Failure> {
    let taken = |e: std::io::Error| {
        Failure::Input(format!("cannot listen on port {port}: {e}; {option} names another port, 0 takes a free one"))
    };
    let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(taken)?;
    let address = listener.local_addr().map_err(taken)?;
    Ok((listener, format!("http://{address}")))
}

/// The user name and password that the stand-ins have for Crossmark.
pub fn login() -> (String, String) {
    let secret = cloud::secret();
    let of = |name: &str| secret[name].as_str().unwrap_or_default().to_owned();
    (of("user"), of("password"))
}

fn ours(error: &dyn std::fmt::Display) -> Failure {
    Failure::Ours(error.to_string())
}
