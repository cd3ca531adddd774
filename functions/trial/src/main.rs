//! The program of this function on Lambda.

use trial::Trials;

#[tokio::main]
async fn main() -> Result<(), runtime::Error> {
    runtime::run("trial", Trials::new, Trials::handle).await
}
