//! The routes that only read. Each serves one screen with a few requests to the table.

mod changes;
mod compare;
mod dashboard;
mod elsewhere;
mod findings;
mod floor;
mod history;
pub mod ids;
mod line;
mod me;
mod pending;
mod preview;
mod run_view;
mod since;
mod status;
mod submissions;
mod unfinished;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::AppState;

/// The reading routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(me::show))
        .routes(routes!(status::show))
        .routes(routes!(pending::show))
        .routes(routes!(line::show))
        .routes(routes!(submissions::list))
        .routes(routes!(history::list))
        .routes(routes!(compare::show))
        .routes(routes!(dashboard::show))
        .routes(routes!(changes::list))
}
