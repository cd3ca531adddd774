//! Queue: approved lines to Crossmark.

use runtime::{Deadline, Environment, Missing};
use serde_json::Value;

/// The function with its clients.
pub struct Submit {}

impl Submit {
    /// Builds its clients.
    ///
    /// # Errors
    /// The setting that is missing.
    pub fn new(_environment: &Environment) -> Result<Submit, Missing> {
        Ok(Submit {})
    }

    /// Handles one event.
    ///
    /// # Errors
    /// What the platform shall count as a failed invocation.
    pub async fn handle(&self, _event: Value, _deadline: Deadline) -> Result<Value, String> {
        Ok(Value::Null)
    }
}
