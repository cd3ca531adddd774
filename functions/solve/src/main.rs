//! The function on Lambda: settings from the environment, clients built once, then events.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use runtime::{Deadline, Environment};
use serde_json::Value;
use solve::Solve;

#[tokio::main]
async fn main() -> Result<(), Error> {
    runtime::telemetry::start();
    let function = Solve::new(&Environment::of_process().await)?;
    let function = &function;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        Ok::<Value, Error>(function.handle(event.payload, Deadline::of(&event.context)).await?)
    }))
    .await
}
