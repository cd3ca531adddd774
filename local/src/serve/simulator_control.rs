//! A client of the control API of Crossmark's simulator: moves the simulator's clock with Muster's clock, and asks whether
//! the simulator holds calls until `POST /_sim/release`. A Crossmark that is not a simulator does not answer these calls and
//! need not.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use super::clock::Pace;
use crate::commands::http;

/// Timeout of a request to a simulator, which is usually on the same machine.
const SIMULATOR_TIMEOUT: Duration = Duration::from_secs(5);

/// The control API of the Crossmark at an address.
#[derive(Debug, Clone)]
pub struct SimulatorControl {
    address: String,
    client: reqwest::Client,
    /// Whether Crossmark's clock is moved with Muster's clock.
    moves_clock: bool,
}

/// The part of a logged call that is read here.
#[derive(Deserialize)]
struct Call {
    progress: String,
}

impl SimulatorControl {
    /// A simulator in the same process, which uses Muster's clock.
    ///
    /// # Errors
    /// The HTTP client cannot be set up.
    pub fn embedded(address: &str) -> Result<SimulatorControl, reqwest::Error> {
        let client = http::builder(address).timeout(SIMULATOR_TIMEOUT).build()?;
        Ok(SimulatorControl { address: address.to_owned(), client, moves_clock: false })
    }

    /// A Crossmark at an address. Its clock is moved with Muster's clock if that is manual.
    ///
    /// # Errors
    /// The HTTP client cannot be set up.
    pub fn separate(address: &str, pace: Pace) -> Result<SimulatorControl, reqwest::Error> {
        Ok(SimulatorControl { moves_clock: pace == Pace::Manual, ..SimulatorControl::embedded(address)? })
    }

    /// Moves the simulator's clock forward to Muster's time, if the simulator is a separate process and Muster's clock is
    /// manual. If the simulator does not do it, the next move includes this one.
    pub async fn move_clock(&self, now: DateTime<Utc>) {
        if !self.moves_clock {
            return;
        }
        let sent = self.client.post(format!("{}/_sim/clock", self.address)).json(&json!({"now": now})).send().await;
        if let Err(error) = sent.and_then(reqwest::Response::error_for_status) {
            tracing::debug!(%error, "Crossmark's clock is not moved");
        }
    }

    /// Whether the simulator holds a call until `POST /_sim/release`. A Crossmark that does not answer this question holds
    /// none.
    pub async fn holds_a_call(&self) -> bool {
        let calls = async {
            let answer = self.client.get(format!("{}/_sim/calls", self.address)).send().await?;
            answer.error_for_status()?.json::<Vec<Call>>().await
        };
        calls.await.is_ok_and(|calls| calls.iter().any(|call| call.progress == "held"))
    }
}
