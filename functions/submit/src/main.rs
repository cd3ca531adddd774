//! The program of this function on Lambda.

use submit::Submit;

#[tokio::main]
async fn main() -> Result<(), runtime::Error> {
    runtime::run("submit", Submit::new, Submit::handle).await
}
