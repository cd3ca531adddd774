//! The state that every request uses.

use std::sync::Arc;

use desk::ClubCache;
use runtime::{Environment, Missing};
use store::Table;

use crate::settings::Settings;

/// The function's state, shared by all requests.
pub type AppState = Arc<App>;

/// The function's clients and settings.
pub struct App {
    /// The table.
    pub table: Arc<Table>,
    /// The clubs that this process read last.
    pub cache: ClubCache,
    /// Who may connect from where.
    pub settings: Settings,
}

impl App {
    /// The clients of an environment, built once.
    ///
    /// # Errors
    /// The setting that is missing.
    pub fn new(environment: &Environment) -> Result<App, Missing> {
        Ok(App {
            table: Arc::new(environment.table()?),
            cache: ClubCache::default(),
            settings: Settings::of(environment),
        })
    }
}
