//! The program of a function without HTTP on Lambda.

pub use lambda_runtime::Error;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;

use crate::telemetry::{self, Origin};
use crate::trigger::{Payload, Response};
use crate::{Deadline, Environment, EnvironmentError};

/// Runs a function on Lambda: builds it once from the settings in the environment, and handles one event after the
/// other.
///
/// # Errors
/// The function cannot be built from the environment, or the platform cannot be reached.
pub async fn run<F, P: Payload, R: Response>(
    name: &'static str,
    new: impl FnOnce(&Environment) -> Result<F, EnvironmentError>,
    handle: impl AsyncFn(&F, P, Deadline) -> Result<R, String>,
) -> Result<(), Error> {
    telemetry::start();
    let function = new(&Environment::of_process().await)?;
    let (function, handle) = (&function, &handle);
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        let (origin, deadline) = (Origin::of(&event.context), Deadline::of(&event.context));
        let work = |payload| handle(function, payload, deadline);
        Ok::<Value, Error>(telemetry::run_invocation(name, &origin, event.payload, work).await?)
    }))
    .await
}
