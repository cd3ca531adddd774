//! `muster serve`: all of Muster in one process, over stand-ins that speak the cloud's wire protocols on loopback.
//!
//! The functions are the same as on Lambda; this module adds only the services that the cloud provides. The process must
//! never be reachable from outside the machine.

mod clock;
mod club;
mod data;
mod functions;
mod gateway;
mod local_routes;
mod schedules;
mod simulator_control;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cloud::{Cloud, Identity};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use clock::Pace;
use clock::ServedClock;
pub use club::FirstClub;
pub use data::{DataFolder, Start};
use functions::Functions;
use gateway::Gateway;
pub use local_routes::ClockReading;
use local_routes::LocalRoutes;
use schedules::Schedules;
use simulator_control::SimulatorControl;

use crate::commands::Failure;

/// Maximum time for running work to end after a stop. Work that does not end is lost, which is safe.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(10);
/// Seed of the functions' random numbers if there is no data folder, so that a run can be repeated.
const SEED: u64 = 1;
/// Wait before the second try of a Crossmark read if the clock is manual.
const SHORT_WAIT: Duration = Duration::from_millis(5);

/// The parameters of a Muster in one process.
pub struct ServeParameters {
    /// The data folder; `None` to keep everything in memory.
    pub data: Option<DataFolder>,
    /// The first club.
    pub club: FirstClub,
    /// The clock's pace.
    pub pace: Pace,
    /// The port of the API; 0 for any free port.
    pub port: u16,
    /// The Crossmark to use.
    pub crossmark: Crossmark,
    /// Whether faults of the table can be injected.
    pub faulty_table: bool,
}

/// The Crossmark to use.
#[derive(Debug, Clone)]
pub enum Crossmark {
    /// A simulator in the same process, on this port; 0 for any free port.
    Embedded(u16),
    /// A Crossmark at this address.
    At(String),
}

/// A running Muster with its stand-ins.
pub struct RunningMuster {
    /// The address of the API.
    pub api: String,
    /// The address of Crossmark.
    pub crossmark: String,
    /// The time that the clock showed at the start.
    pub started: chrono::DateTime<chrono::Utc>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<Result<(), Failure>>,
    /// Stops the embedded Crossmark. It stops last, because running submissions need it.
    stop_crossmark: watch::Sender<bool>,
    services: JoinSet<Result<(), Failure>>,
    _cloud: Cloud,
    _data: Option<DataFolder>,
}

impl RunningMuster {
    /// Starts all services. When it returns, every service answers.
    ///
    /// # Errors
    /// A service could not start.
    pub async fn start(parameters: ServeParameters) -> Result<RunningMuster, Failure> {
        let ServeParameters { data, club, pace, port, crossmark, faulty_table } = parameters;
        let (listener, api) = listen(port, "--port").await?;
        let (mut tasks, mut services) = (JoinSet::new(), JoinSet::new());
        let (stop, stopped) = watch::channel(false);
        let (stop_crossmark, crossmark_stopped) = watch::channel(false);
        let file = |name: &str| data.as_ref().map(|data| data.file(name));
        let served_clock = ServedClock::open(file("clock.json"), pace, club.morning)?;
        // With a data folder the seed is random: with a manual clock, a run would otherwise get the id of an earlier run.
        let seed = if data.is_some() { fastrand::u64(..) } else { SEED };
        let cloud = match &data {
            Some(data) => Cloud::on_disk(data.path(), served_clock.clock(), seed).await,
            None => Cloud::in_memory(served_clock.clock(), seed).await,
        };
        let mut cloud = cloud.map_err(Failure::internal)?;
        let fault_injector = if faulty_table {
            Some(cloud.put_fault_injector_in_front_of_table().await.map_err(Failure::internal)?)
        } else {
            None
        };
        let (crossmark, simulator_control) = match crossmark {
            Crossmark::At(address) => {
                let simulator_control = SimulatorControl::separate(&address, pace).map_err(Failure::internal)?;
                simulator_control.move_clock(served_clock.clock().utc()).await;
                (address, simulator_control)
            }
            Crossmark::Embedded(port) => {
                let (listener, address) = listen(port, "--simulator-port").await?;
                let clock = served_clock.clock();
                let options = simulator::Options {
                    clock: Arc::new(move || clock.utc()),
                    login: Some(login()),
                    ledger_file: file("crossmark.jsonl"),
                    ..simulator::Options::default()
                };
                let served = simulator::serve(listener, club.seed.clone(), options, until_stopped(crossmark_stopped));
                services.spawn(async move { served.await.map_err(Failure::internal) });
                let simulator_control = SimulatorControl::embedded(&address).map_err(Failure::internal)?;
                (address, simulator_control)
            }
        };
        let environment = cloud.environment_with_crossmark(&crossmark);
        club.load(&environment.table().map_err(Failure::internal)?).await?;

        let client = || environment.crossmark_with(seed, |settings| with_waits_of(pace, settings));
        let functions = Functions::new(&environment, client).map_err(Failure::internal)?;
        let queues = cloud.queues().clone();
        let schedules = Schedules::new(served_clock, functions.clone(), queues.clone(), simulator_control);
        let (queue_functions, stop_mapping) = (functions.clone(), stopped.clone());
        let mapped_queues = queues.clone();
        tasks.spawn(async move {
            queue_functions.work_queues(mapped_queues, stop_mapping).await.map_err(Failure::internal)
        });
        let (follower, stop_following) = (schedules.clone(), stopped.clone());
        tasks.spawn(async move {
            tokio::select! {
                () = follower.follow() => {}
                () = until_stopped(stop_following) => {}
            }
            Ok(())
        });

        let identity = Identity { who: "developer".to_owned(), roles: format!("{}:admin", club.id) };
        let outputs: BTreeMap<_, _> = cloud.settings_with_crossmark(&crossmark).into_iter().collect();
        let started = schedules.now();
        let local_routes =
            LocalRoutes { schedules, queues, notices: cloud.notices().clone(), fault_injector, outputs }.router();
        let router = Gateway::new(functions, local_routes, identity).router();
        let served = axum::serve(listener, router).with_graceful_shutdown(until_stopped(stopped));
        tasks.spawn(async move { served.await.map_err(Failure::internal) });
        Ok(RunningMuster { api, crossmark, started, stop, tasks, stop_crossmark, services, _cloud: cloud, _data: data })
    }

    /// Runs until `end`, then waits for running work, at most [`SHUTDOWN_LIMIT`].
    ///
    /// # Errors
    /// A service failed or ended before `end`.
    pub async fn until(mut self, end: impl Future<Output = ()>) -> Result<(), Failure> {
        let ended_part = tokio::select! {
            () = end => None,
            part = self.tasks.join_next() => part,
            Some(part) = self.services.join_next() => Some(part),
        };
        _ = self.stop.send(true);
        let rest = async { while self.tasks.join_next().await.is_some() {} };
        _ = tokio::time::timeout(SHUTDOWN_LIMIT, rest).await;
        _ = self.stop_crossmark.send(true);
        while self.services.join_next().await.is_some() {}
        match ended_part {
            None => Ok(()),
            Some(Ok(Err(failure))) => Err(failure),
            Some(ended) => Err(Failure::Internal(format!("a part of Muster ended unexpectedly: {ended:?}"))),
        }
    }
}

/// Resolves when everything must stop, also if the sender was dropped.
async fn until_stopped(mut stopped: watch::Receiver<bool>) {
    _ = stopped.wait_for(|stop| *stop).await;
}

/// The settings of a Crossmark client, with the waits for this pace of the clock. Waits between tries take real time.
/// With a manual clock they are short, because nothing else happens meanwhile.
fn with_waits_of(pace: Pace, settings: crossmark::ClientSettings) -> crossmark::ClientSettings {
    match pace {
        Pace::Real => settings,
        Pace::Manual => crossmark::ClientSettings { retry_base: SHORT_WAIT, longest_wait: SHORT_WAIT * 10, ..settings },
    }
}

/// A listener on loopback, and its address.
///
/// # Errors
/// The port cannot be used.
pub async fn listen(port: u16, option: &str) -> Result<(TcpListener, String), Failure> {
    let taken = |e: std::io::Error| {
        Failure::Input(format!("cannot listen on port {port}: {e}; {option} names another port, 0 takes a free one"))
    };
    let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(taken)?;
    let address = listener.local_addr().map_err(taken)?;
    Ok((listener, format!("http://{address}")))
}

/// The user name and password for the embedded Crossmark.
pub fn login() -> (String, String) {
    let secret = cloud::secret();
    let of = |name: &str| secret[name].as_str().unwrap_or_default().to_owned();
    (of("user"), of("password"))
}
