//! `muster forget`.

use desk::forget::{ForgetError, forget};
use domain::snapshot::EmployeeId;
use store::erasure::ErasureError;

use super::installation::InstallationArguments;
use super::{Failure, block_on};
use crate::console;
use crate::report::count;

/// Arguments of `muster forget`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  muster forget E07 --club 8135
      Replaces the id and the name of E07 by a pseudonym in all data of the club on this machine.
  muster forget E07 --stack outputs.json
      Does so in a deployed stack.

An erasure cannot be undone. It is refused while the person works here or has something open. If it
is interrupted, the same command continues it at once; otherwise the sweep does so within an hour.")]
pub struct Arguments {
    /// The id of a person who no longer works here.
    #[arg(value_parser = employee)]
    employee: EmployeeId,
    #[command(flatten)]
    installation: InstallationArguments,
}

fn employee(text: &str) -> Result<EmployeeId, String> {
    EmployeeId::try_from(text.to_owned())
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    block_on(erase(arguments))
}

async fn erase(arguments: &Arguments) -> Result<(), Failure> {
    let installation = arguments.installation.open().await?;
    let because = installation.because("erased on request");
    let progress = forget(installation.of_club(), &arguments.employee, &because, || false).await.map_err(failure)?;
    if !progress.finished {
        return Err(Failure::Internal(
            "another process is erasing this person; run the command again in a moment".to_owned(),
        ));
    }
    let changed = count(usize::try_from(progress.changed).unwrap_or(usize::MAX), "item");
    console::say(&format!("They are {} ({}) now; {changed} changed.\n", progress.pseudonym.name, progress.pseudonym.id))
}

/// The failure of the command. A refusal because of the person's or the club's state is bad usage.
fn failure(error: ForgetError) -> Failure {
    match error {
        ForgetError::Erasure(ErasureError::Table(error)) => error.into(),
        ForgetError::Desk(error) => error.into(),
        refused => Failure::Input(refused.to_string()),
    }
}
