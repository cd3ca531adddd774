//! The program of this function on Lambda.

use solve::Solve;

#[tokio::main]
async fn main() -> Result<(), runtime::Error> {
    runtime::run("solve", Solve::new, Solve::handle).await
}
