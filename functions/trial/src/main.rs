//! The function of trials on Lambda: settings from the environment, clients built once, then events.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use runtime::telemetry::{self, Origin};
use runtime::{Deadline, Environment};
use serde_json::Value;
use trial::Trials;

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let function = Trials::new(&Environment::of_process().await)?;
    let function = &function;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        let (origin, deadline) = (Origin::of(&event.context), Deadline::of(&event.context));
        let handle = |event| function.handle(event, deadline);
        Ok::<Value, Error>(telemetry::invoked("trial", &origin, event.payload, handle).await?)
    }))
    .await
}
