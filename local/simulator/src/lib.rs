//! A simulator of the Crossmark API on loopback, for one club. It answers the calls that the crate `crossmark` makes,
//! injects faults on request, and keeps a ledger of effects, with which tests check that no effect was lost or doubled.
//!
//! The simulator shares no code with that crate, so that the two cannot agree on a mistake. It must never be reachable
//! from outside the machine: everybody who can reach it may read and change everything in it.
//!
//! | address | effect |
//! | --- | --- |
//! | `GET /_sim/ledger` | every effect since the seed or the last reset, deleted ones included |
//! | `GET /_sim/club` | the club's name and zone; the names of its people and events by number |
//! | `GET /_sim/calls` | the latest 100,000 calls since the start or the last reset, with their faults and outcomes |
//! | `GET`, `POST /_sim/faults` | the current faults; sets random faults, plans single faults |
//! | `POST /_sim/release` | lets held calls continue |
//! | `POST /_sim/reset` | resets the ledger and the events to the seed, ends all faults, and clears the log of calls |
//! | `GET`, `POST /_sim/events` | the events; changes, adds or cancels events, as people do at Crossmark |
//! | `GET`, `POST /_sim/clock` | the time; moves it forward if the clock is manual |

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

mod answer;
mod api;
mod calls;
mod control;
mod events;
mod faults;
mod fields;
mod journal;
mod ledger;
mod seed;
mod server;
mod sessions;
mod sim;
mod snapshot;
mod wire;
mod world;

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::net::TcpListener;

pub use control::SimulatedClub;
pub use journal::JournalError;
pub use ledger::Effect;
pub use seed::{Condition, Event, Person, PostedSchedule, Seed, SeedError};
pub use snapshot::SnapshotError;

/// The simulator's source of time. Sessions and late effects depend on it, so that a test can control them.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The system's clock.
pub fn system_clock() -> Clock {
    Arc::new(|| std::time::SystemTime::now().into())
}

/// Moves a manual clock forward to a moment.
pub type MoveClock = Arc<dyn Fn(DateTime<Utc>) + Send + Sync>;

/// Options of a simulator besides its seed.
#[derive(Clone)]
pub struct Options {
    /// The clock of sessions and late effects. Latency and slow bodies take real time.
    pub clock: Clock,
    /// Called by `POST /_sim/clock`; `None` if the clock runs by itself.
    pub move_clock: Option<MoveClock>,
    /// The only accepted user name and password; `None` to accept any.
    pub login: Option<(String, String)>,
    /// Lifetime of a session.
    pub session_lifetime: TimeDelta,
    /// How a call without an open session is answered.
    pub ended_session: EndedSession,
    /// How a successful login is answered.
    pub login_reply: LoginReply,
    /// The file that keeps the ledger over restarts. If it contains a state, that is used instead of the seed.
    pub ledger_file: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            clock: system_clock(),
            move_clock: None,
            login: None,
            session_lifetime: TimeDelta::hours(1),
            ended_session: EndedSession::Redirect,
            login_reply: LoginReply::Page,
            ledger_file: None,
        }
    }
}

/// The ways in which Crossmark answers a call without an open session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedSession {
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 302 to the login page.
    Redirect,
    /// 200 with the login form.
    LoginPage,
}

/// The ways in which Crossmark answers a successful login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginReply {
    /// The scheduling page.
    Page,
    /// `{"success": true}`.
    Success,
    /// `{"redirectUrl": …}`.
    RedirectUrl,
}

/// Why a simulator could not start or continue.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// The seed contradicts itself.
    #[error("the simulator's seed cannot be used: {0}")]
    Seed(#[from] SeedError),
    /// The ledger file cannot be read or written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The listener failed.
    #[error("the simulator can accept no more connections")]
    Listener(#[from] std::io::Error),
}

/// Serves `seed` on `listener` until `shutdown` resolves; calls that are still open then end without an answer. After
/// it returns, nothing changes the ledger any more.
///
/// # Errors
/// [`SimulatorError`] if the seed contradicts itself, the ledger file cannot be used, or the listener fails.
pub async fn serve(
    listener: TcpListener,
    seed: Seed,
    options: Options,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), SimulatorError> {
    let sim = sim::Sim::start(seed, options)?;
    let served = server::run(listener, &server::router(&sim), shutdown).await;
    sim.stop();
    Ok(served?)
}
