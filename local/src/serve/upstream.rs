//! The Crossmark simulator as the clock of a whole knows it: one whose clock is moved with ours, and where calls may be
//! held. A Crossmark that is no simulator answers none of this, and need not.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::clock::Pace;

/// Nobody waits longer for a simulator on the same machine.
const PATIENCE: Duration = Duration::from_secs(5);

/// A Crossmark by its address.
#[derive(Debug, Clone)]
pub struct Upstream {
    address: String,
    client: reqwest::Client,
    moves: bool,
}

/// What the simulator says of a call, as far as it matters here.
#[derive(Deserialize)]
struct Call {
    progress: String,
}

/// What a clock shall show.
#[derive(Serialize)]
struct Shown {
    now: DateTime<Utc>,
}

impl Upstream {
    /// One in the same process, which reads our clock.
    ///
    /// # Errors
    /// Where there can be no client.
    pub fn within(address: &str) -> Result<Upstream, reqwest::Error> {
        let client = reqwest::Client::builder().timeout(PATIENCE).build()?;
        Ok(Upstream { address: address.to_owned(), client, moves: false })
    }

    /// One at an address, whose clock is moved with ours where that is moved by hand.
    ///
    /// # Errors
    /// Where there can be no client.
    pub fn apart(address: &str, pace: Pace) -> Result<Upstream, reqwest::Error> {
        Ok(Upstream { moves: pace == Pace::Manual, ..Upstream::within(address)? })
    }

    /// Moves the simulator's clock on with ours, where it follows one. One that is away hears of it the next time.
    pub async fn move_clock(&self, now: DateTime<Utc>) {
        if !self.moves {
            return;
        }
        let told = self.client.post(format!("{}/_sim/clock", self.address)).json(&Shown { now }).send().await;
        if let Err(error) = told {
            tracing::debug!(%error, "Crossmark's clock is not moved");
        }
    }

    /// Whether a call is held at the simulator. A Crossmark that does not say so holds none.
    pub async fn holds_a_call(&self) -> bool {
        let calls = async {
            let answer = self.client.get(format!("{}/_sim/calls", self.address)).send().await?;
            answer.error_for_status()?.json::<Vec<Call>>().await
        };
        calls.await.is_ok_and(|calls| calls.iter().any(|call| call.progress == "held"))
    }
}
