//! The program of this function on Lambda.

use refresh::Refresh;

#[tokio::main]
async fn main() -> Result<(), runtime::Error> {
    runtime::run("refresh", Refresh::new, Refresh::handle).await
}
