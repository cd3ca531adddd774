//! A client of the Crossmark simulator's control API: moves its clock with ours, and asks for held calls. A Crossmark
//! that is not a simulator does not answer these calls and need not.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::clock::Pace;

/// Request timeout, for a simulator on the same machine.
const PATIENCE: Duration = Duration::from_secs(5);

/// A Crossmark by its address.
#[derive(Debug, Clone)]
pub struct Upstream {
    address: String,
    client: reqwest::Client,
    moves: bool,
}

/// The parts of a logged call that are needed here.
#[derive(Deserialize)]
struct Call {
    progress: String,
}

/// The requested time of a clock.
#[derive(Serialize)]
struct Shown {
    now: DateTime<Utc>,
}

impl Upstream {
    /// A simulator in the same process, which uses our clock.
    ///
    /// # Errors
    /// The HTTP client cannot be set up.
    pub fn within(address: &str) -> Result<Upstream, reqwest::Error> {
        let client = reqwest::Client::builder().timeout(PATIENCE).build()?;
        Ok(Upstream { address: address.to_owned(), client, moves: false })
    }

    /// A Crossmark at an address. Its clock is moved with ours if ours is manual.
    ///
    /// # Errors
    /// The HTTP client cannot be set up.
    pub fn apart(address: &str, pace: Pace) -> Result<Upstream, reqwest::Error> {
        Ok(Upstream { moves: pace == Pace::Manual, ..Upstream::within(address)? })
    }

    /// Moves the simulator's clock forward with ours, if it follows ours. If it cannot be reached, the next move
    /// includes this one.
    pub async fn move_clock(&self, now: DateTime<Utc>) {
        if !self.moves {
            return;
        }
        let told = self.client.post(format!("{}/_sim/clock", self.address)).json(&Shown { now }).send().await;
        if let Err(error) = told {
            tracing::debug!(%error, "Crossmark's clock is not moved");
        }
    }

    /// Whether a call is held at the simulator. A Crossmark that does not answer this holds none.
    pub async fn holds_a_call(&self) -> bool {
        let calls = async {
            let answer = self.client.get(format!("{}/_sim/calls", self.address)).send().await?;
            answer.error_for_status()?.json::<Vec<Call>>().await
        };
        calls.await.is_ok_and(|calls| calls.iter().any(|call| call.progress == "held"))
    }
}
