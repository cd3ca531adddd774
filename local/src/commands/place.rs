//! Where a command works: the whole on this machine, or a stack in the cloud under the caller's own AWS identity. From
//! there on both are the same use cases over the same table and queues.

use std::collections::HashMap;
use std::path::PathBuf;

use runtime::{Clock, Environment};
use serde_json::Value;
use store::Table;
use store::audit::Because;
use store::key::ClubId;
use store::meter::Meter;
use store::stamp::Timestamp;

use super::Failure;
use crate::console;
use crate::serve::{Pace, Shown};

/// Where to work, as arguments.
#[derive(Debug, clap::Args)]
pub struct Where {
    /// The whole on this machine.
    #[arg(long = "at", value_name = "URL", default_value = "http://127.0.0.1:8080", conflicts_with = "stack")]
    address: String,
    /// A deployed stack, by its outputs as JSON (`aws cloudformation describe-stacks`); needs AWS credentials.
    #[arg(long, value_name = "FILE")]
    stack: Option<PathBuf>,
    /// The club; it need not be named where there is only one.
    #[arg(long)]
    club: Option<String>,
}

/// A place to work in.
pub struct Place {
    /// Its settings, clients and clock.
    pub environment: Environment,
    /// Its table.
    pub table: Table,
    /// The club.
    pub club: ClubId,
    /// Who works, as the audit trail notes it.
    pub who: String,
    meter: Meter,
}

impl Where {
    /// Goes there.
    ///
    /// # Errors
    /// A place that does not answer, a club that is not there.
    pub async fn open(&self) -> Result<Place, Failure> {
        let (environment, who) = match &self.stack {
            Some(outputs) => {
                let names = names_of(&console::read(outputs)?);
                let names = names.ok_or_else(|| Failure::Input(format!("{} holds no outputs", outputs.display())))?;
                (Environment::of_stack(names).await, caller().await?)
            }
            None => {
                let names: HashMap<String, String> = self.fetch("/_local/outputs").await?;
                let shown: Shown = self.fetch("/_local/clock").await?;
                let who = std::env::var("USER").ok().filter(|user| !user.is_empty()).unwrap_or("somebody".to_owned());
                (Environment::local(names, clock(&shown), fastrand::u64(..)), format!("local:{who}"))
            }
        };
        let table = environment.table().map_err(|e| Failure::Input(e.to_string()))?;
        let meter = Meter::new();
        let club = self.club(&table, &meter).await?;
        Ok(Place { environment, table, club, who, meter })
    }

    async fn club(&self, table: &Table, meter: &Meter) -> Result<ClubId, Failure> {
        let wrong = |e: &dyn std::fmt::Display| Failure::Input(format!("--club: {e}"));
        if let Some(club) = &self.club {
            let club = ClubId::parse(club).map_err(|e| wrong(&e))?;
            let found = table.club(&club, meter).info().await?;
            return if found.is_some() { Ok(club) } else { Err(wrong(&format!("there is no club {club}"))) };
        }
        let clubs: Vec<ClubId> = table.clubs(meter).await?.into_iter().map(|club| club.id).collect();
        match <[ClubId; 1]>::try_from(clubs) {
            Ok([club]) => Ok(club),
            Err(clubs) => {
                let clubs: Vec<&str> = clubs.iter().map(ClubId::as_str).collect();
                Err(wrong(&format!("name one of {}: {}", clubs.len(), clubs.join(", "))))
            }
        }
    }

    async fn fetch<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        let address = format!("{}{path}", self.address.trim_end_matches('/'));
        super::get(&address).await.map_err(|e| {
            Failure::Input(format!(
                "no Muster answers at {} ({e}); ./dev run starts one, --at names another",
                self.address
            ))
        })
    }
}

impl Place {
    /// The club's part of the table.
    pub fn of_club(&self) -> store::Club<'_> {
        self.table.club(&self.club, &self.meter)
    }

    /// The time there.
    pub fn now(&self) -> Timestamp {
        self.environment.clock().now()
    }

    /// The caller, now, for this reason.
    pub fn because(&self, why: impl Into<String>) -> Because {
        Because::new(self.who.clone(), self.now(), why)
    }
}

/// The clock of a whole: as it showed a moment ago, going on where it goes by itself.
fn clock(shown: &Shown) -> Clock {
    let (now, asked) = (shown.now, std::time::Instant::now());
    match shown.pace {
        Pace::Manual => Clock::new(move || now),
        Pace::Real => Clock::new(move || now + asked.elapsed()),
    }
}

/// The caller's AWS identity.
async fn caller() -> Result<String, Failure> {
    let sdk = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let answer = Box::pin(aws_sdk_sts::Client::new(&sdk).get_caller_identity().send()).await;
    let unknown = |e: &dyn std::fmt::Display| Failure::Input(format!("AWS does not say who you are: {e}"));
    let answer = answer.map_err(|e| unknown(&e.into_service_error()))?;
    answer.arn().map(str::to_owned).ok_or_else(|| unknown(&"it names no ARN"))
}

/// Reads a stack's outputs: the answer of `describe-stacks`, its list of outputs, or an object of names and values.
/// Outputs are named like settings, in camel case, since a template allows letters and digits alone.
fn names_of(document: &[u8]) -> Option<HashMap<String, String>> {
    let document: Value = serde_json::from_slice(document).ok()?;
    let outputs = document.pointer("/Stacks/0/Outputs").unwrap_or(&document);
    let of_row = |row: &Value| Some((setting(row["OutputKey"].as_str()?), row["OutputValue"].as_str()?.to_owned()));
    match outputs {
        Value::Array(rows) => rows.iter().map(of_row).collect(),
        Value::Object(names) => names.iter().map(|(name, v)| Some((setting(name), v.as_str()?.to_owned()))).collect(),
        _ => None,
    }
}

/// `MusterRunQueue` -> `MUSTER_RUN_QUEUE`; what is a setting's name already stays.
fn setting(output: &str) -> String {
    let mut name = String::new();
    let mut before = '_';
    for c in output.chars() {
        if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
            name.push('_');
        }
        name.push(c.to_ascii_uppercase());
        before = c;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_read_as_they_come() {
        let expected = HashMap::from([("MUSTER_RUN_QUEUE".to_owned(), "q".to_owned())]);
        for document in [
            r#"{"Stacks": [{"Outputs": [{"OutputKey": "MusterRunQueue", "OutputValue": "q"}]}]}"#,
            r#"[{"OutputKey": "MusterRunQueue", "OutputValue": "q", "Description": "d"}]"#,
            r#"{"MusterRunQueue": "q"}"#,
            r#"{"MUSTER_RUN_QUEUE": "q"}"#,
        ] {
            assert_eq!(names_of(document.as_bytes()), Some(expected.clone()), "{document}");
        }
        for document in ["", "5", r#"{"a": 5}"#, r#"[{"OutputKey": "a"}]"#] {
            assert_eq!(names_of(document.as_bytes()), None, "{document}");
        }
    }
}
