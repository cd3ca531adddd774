//! The hourly tick: sends a message for every club. A tick may come twice, late or not at all; a second refresh of a club
//! does no harm.

use std::time::Duration;

use runtime::messages::RefreshMessage;
use runtime::telemetry;
use serde::Serialize;
use store::meter::Meter;

use crate::Refresh;

/// The result of a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TickResult {
    /// Number of clubs.
    pub clubs: usize,
    /// Messages that the queue did not accept; the next tick sends new ones.
    pub unsent: usize,
}

/// Sends a refresh message for each club.
pub(crate) async fn tick(service: &Refresh) -> Result<TickResult, String> {
    let meter = Meter::new();
    let clubs = service.table.clubs(&meter).await.map_err(|e| e.to_string())?;
    telemetry::note_table_cost(&meter);
    let messages: Vec<_> = clubs.into_iter().map(|club| RefreshMessage::new(club.id, service.new_id())).collect();
    let unsent = match service.records.queue.send(&messages, Duration::ZERO).await {
        Ok(()) => 0,
        Err(error) => {
            tracing::warn!(error = %error, "messages of refreshes were not sent: {error}");
            error.unsent
        }
    };
    telemetry::count("clubs", messages.len());
    Ok(TickResult { clubs: messages.len(), unsent })
}
