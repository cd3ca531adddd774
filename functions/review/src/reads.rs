//! The routes that only read. Each is one screen's question, answered with a few requests; none of them writes.

mod changes;
mod compare;
mod dashboard;
mod floor;
mod history;
mod ids;
mod line;
mod me;
mod pending;
mod preview;
mod run_view;
mod since;
mod status;
mod submissions;

use axum::Router;
use axum::routing::get;

use crate::AppState;

/// The reading routes.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/me", get(me::show))
        .route("/api/auto-schedule/status/{run_id}", get(status::show))
        .route("/api/auto-schedule/pending", get(pending::show))
        .route("/api/pending-schedule/{id}", get(line::show))
        .route("/api/submissions", get(submissions::list))
        .route("/api/auto-schedule/history", get(history::list))
        .route("/api/auto-schedule/history/compare", get(compare::show))
        .route("/api/dashboard", get(dashboard::show))
        .route("/api/changes", get(changes::list))
}
