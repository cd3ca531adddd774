//! The hourly tick: a message for every club. It may come twice, late or not at all; a club that is brought up to date
//! once more stays as it is.

use std::time::Duration;

use runtime::messages::RefreshMessage;
use runtime::telemetry;
use serde::Serialize;
use store::meter::Meter;

use crate::Refresh;

/// What a tick did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Ticked {
    /// Clubs on the list.
    pub clubs: usize,
    /// Messages that the queue did not take; the next tick sends them again.
    pub unsent: usize,
}

/// Wakes a refresh for each club.
pub(crate) async fn tick(house: &Refresh) -> Result<Ticked, String> {
    let meter = Meter::new();
    let clubs = house.table.clubs(&meter).await.map_err(|e| e.to_string())?;
    telemetry::table(&meter);
    let messages: Vec<_> = clubs.into_iter().map(|club| RefreshMessage::new(club.id)).collect();
    let unsent = match house.records.queue.send(&messages, Duration::ZERO).await {
        Ok(()) => 0,
        Err(error) => {
            tracing::warn!(error = %error, "refreshes were not woken: {error}");
            error.unsent
        }
    };
    telemetry::count("clubs", messages.len());
    Ok(Ticked { clubs: messages.len(), unsent })
}
