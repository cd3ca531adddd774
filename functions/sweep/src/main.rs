//! The program of this function on Lambda.

use sweep::Sweep;

#[tokio::main]
async fn main() -> Result<(), runtime::Error> {
    runtime::run("sweep", Sweep::new, Sweep::handle).await
}
