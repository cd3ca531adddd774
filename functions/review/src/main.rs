//! The program of this function on Lambda.

use lambda_http::Error;
use runtime::Environment;

#[tokio::main]
async fn main() -> Result<(), Error> {
    runtime::telemetry::start();
    let environment = Environment::of_process().await;
    lambda_http::run(review::router(&environment)?).await
}
