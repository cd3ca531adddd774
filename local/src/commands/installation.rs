//! The Muster that a command works on: the one on this machine, or a deployed stack under the caller's AWS identity. In both
//! cases a command runs the same use cases on the table and the queues.

use std::collections::HashMap;
use std::path::PathBuf;

use domain::snapshot::{ClubFacts, Employee, EmployeeId};
use runtime::messages::Message;
use runtime::queue::Queue;
use runtime::{Clock, Environment, EnvironmentError};
use serde_json::Value;
use store::Table;
use store::audit::Because;
use store::key::ClubId;
use store::meter::Meter;
use store::stamp::Timestamp;

use super::{Failure, aws, http};
use crate::console;
use crate::report;
use crate::serve::{ClockReading, Pace};

/// Arguments that name an installation of Muster and a club.
#[derive(Debug, clap::Args)]
pub struct InstallationArguments {
    /// The address of the Muster that runs on this machine.
    #[arg(long = "at", value_name = "URL", default_value = "http://127.0.0.1:8080", conflicts_with = "stack")]
    #[arg(value_parser = http::address)]
    address: String,
    /// A deployed stack: the file with its outputs as `aws cloudformation describe-stacks` prints them. Needs AWS
    /// credentials.
    #[arg(long, value_name = "FILE")]
    stack: Option<PathBuf>,
    /// The id of the club. It is needed only if there are several clubs.
    #[arg(long)]
    club: Option<String>,
}

/// An installation of Muster: its table, queues and clock, and the club that the command works on.
pub struct Installation {
    /// The settings, clients and clock of the installation.
    pub environment: Environment,
    /// The table of the installation.
    pub table: Table,
    /// The id of the club.
    pub club: ClubId,
    /// The club's item in the table.
    pub facts: ClubFacts,
    /// The file or the address from which the settings were read, for messages.
    source: String,
    /// The caller, as recorded in the audit trail.
    pub who: String,
    meter: Meter,
}

/// People's names by id.
pub struct People(HashMap<EmployeeId, String>);

impl People {
    /// A person in messages: the name and the id, or only the id if no name is known.
    pub fn with_id(&self, id: &EmployeeId) -> String {
        match self.0.get(id).map(|name| console::plain(name)).filter(|name| !name.is_empty()) {
            Some(name) => format!("{name} ({id})"),
            None => id.to_string(),
        }
    }
}

impl InstallationArguments {
    /// The Muster at this address.
    pub fn at(address: String) -> InstallationArguments {
        InstallationArguments { address, stack: None, club: None }
    }

    /// Connects to the table and the queues, and finds the club.
    ///
    /// # Errors
    /// [`Failure::Internal`] if a service cannot be reached, [`Failure::Input`] if the file or the club is wrong.
    pub async fn open(&self) -> Result<Installation, Failure> {
        let (environment, who, source) = match &self.stack {
            Some(outputs) => {
                let source = outputs.display().to_string();
                let settings = settings_of_outputs(&console::read(outputs)?);
                let settings = settings.ok_or_else(|| {
                    Failure::Input(format!(
                        "{source} does not hold the outputs of a stack: `aws cloudformation describe-stacks` prints them"
                    ))
                })?;
                (Environment::of_stack(settings).await, caller().await?, source)
            }
            None => {
                let settings: HashMap<String, String> = self.fetch("/_local/outputs").await?;
                let reading: ClockReading = self.fetch("/_local/clock").await?;
                let who = std::env::var("USER").ok().filter(|user| !user.is_empty()).unwrap_or("somebody".to_owned());
                let environment = Environment::local(settings, clock(&reading), fastrand::u64(..));
                (environment, format!("local:{who}"), self.address.clone())
            }
        };
        let table = environment.table().map_err(|e| incomplete_source(&source, &e))?;
        let meter = Meter::new();
        let (club, facts) = self.club(&table, &meter).await?;
        Ok(Installation { environment, table, club, facts, source, who, meter })
    }

    async fn club(&self, table: &Table, meter: &Meter) -> Result<(ClubId, ClubFacts), Failure> {
        let invalid = |e: &dyn std::fmt::Display| Failure::Input(format!("--club: {e}"));
        let id = match &self.club {
            Some(club) => ClubId::parse(club).map_err(|e| invalid(&e))?,
            None => only_club(table, meter).await?,
        };
        let found = table.club(&id, meter).info().await?;
        match found {
            Some(facts) => Ok((id, facts.body)),
            None => Err(invalid(&format!("there is no club {id}"))),
        }
    }

    async fn fetch<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        let request = http::client(&self.address)?.get(format!("{}{path}", self.address));
        let advice = "Start it with `./dev run` or `muster serve`, or name another address with --at.";
        http::ask(request).await.map_err(|e| e.failure("Muster", &self.address, advice))
    }
}

/// The only club of a table.
async fn only_club(table: &Table, meter: &Meter) -> Result<ClubId, Failure> {
    let clubs: Vec<ClubId> = table.clubs(meter).await?.into_iter().map(|club| club.id).collect();
    <[ClubId; 1]>::try_from(clubs).map(|[club]| club).map_err(|clubs| {
        let ids: Vec<&str> = clubs.iter().map(ClubId::as_str).collect();
        Failure::Input(match ids.as_slice() {
            [] => "there is no club yet: load one first (POST /api/snapshot)".to_owned(),
            ids => format!("there are {} clubs; --club names one of them: {}", ids.len(), ids.join(", ")),
        })
    })
}

impl Installation {
    /// The club's part of the table.
    pub fn of_club(&self) -> store::Club<'_> {
        self.table.club(&self.club, &self.meter)
    }

    /// Another club's part of the table.
    pub fn of_other<'a>(&'a self, club: &'a ClubId) -> store::Club<'a> {
        self.table.club(club, &self.meter)
    }

    /// The queue of messages of one kind.
    ///
    /// # Errors
    /// [`Failure::Input`] if the settings do not name the queue.
    pub fn queue<M: Message>(&self) -> Result<Queue<M>, Failure> {
        self.environment.queue().map_err(|e| incomplete_source(&self.source, &e))
    }

    /// The dead-letter queue of messages of one kind.
    ///
    /// # Errors
    /// [`Failure::Input`] if the settings do not name the queue.
    pub fn dead_letters<M: Message>(&self) -> Result<Queue<M>, Failure> {
        self.environment.dead_letters().map_err(|e| incomplete_source(&self.source, &e))
    }

    /// The names of the club's people.
    ///
    /// # Errors
    /// The table cannot be read.
    pub async fn people(&self) -> Result<People, Failure> {
        let people = self.of_club().all_documents::<Employee>().await?;
        Ok(People(people.into_iter().map(|person| (person.body.id, person.body.name)).collect()))
    }

    /// The id and name of the club.
    pub fn club_with_name(&self) -> String {
        club_with_name(&self.club, &self.facts)
    }

    /// A moment in the club's local time: `Tue 24 Nov 10:15`.
    pub fn time(&self, at: Timestamp) -> String {
        report::moment(at.utc().with_timezone(&self.facts.time_zone).naive_local())
    }

    /// A note that names the time zone of a list.
    pub fn zone_note(&self) -> String {
        format!("Times are local to club {} ({}).\n", self.club_with_name(), self.facts.time_zone)
    }

    /// The current time of the installation.
    pub fn now(&self) -> Timestamp {
        self.environment.clock().now()
    }

    /// The author, the time and the reason of a change that the caller makes now.
    pub fn because(&self, why: impl Into<String>) -> Because {
        Because::new(self.who.clone(), self.now(), why)
    }
}

/// The id and name of a club; only the id if the name is empty or repeats the id.
pub fn club_with_name(club: &ClubId, facts: &ClubFacts) -> String {
    let name = console::plain(&facts.name);
    if name.is_empty() || name == format!("Club {club}") { club.to_string() } else { format!("{club}, {name}") }
}

/// The failure for a setting that the source of the settings lacks.
fn incomplete_source(source: &str, error: &EnvironmentError) -> Failure {
    Failure::Input(format!("{source} is not complete: {error}"))
}

/// The clock of a Muster on this machine: the time that was read, advanced by the elapsed time if the clock runs by
/// itself.
fn clock(reading: &ClockReading) -> Clock {
    let (now, read_at) = (reading.now, std::time::Instant::now());
    match reading.pace {
        Pace::Manual => Clock::new(move || now),
        Pace::Real => Clock::new(move || now + read_at.elapsed()),
    }
}

/// The caller's AWS identity.
async fn caller() -> Result<String, Failure> {
    let sdk = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let answer = Box::pin(aws_sdk_sts::Client::new(&sdk).get_caller_identity().send()).await;
    let answer = answer.map_err(|e| aws::failure("AWS STS", e))?;
    let arn = answer.arn().map(str::to_owned);
    arn.ok_or_else(|| Failure::Internal("AWS STS does not say who you are: its answer has no ARN".to_owned()))
}

/// Reads a stack's outputs: the answer of `describe-stacks`, its list of outputs, or an object of names and values.
/// Outputs are named like settings, in camel case, because a template allows only letters and digits.
fn settings_of_outputs(document: &[u8]) -> Option<HashMap<String, String>> {
    let document: Value = serde_json::from_slice(document).ok()?;
    let outputs = document.pointer("/Stacks/0/Outputs").unwrap_or(&document);
    let of_row =
        |row: &Value| Some((setting_name(row["OutputKey"].as_str()?), row["OutputValue"].as_str()?.to_owned()));
    match outputs {
        Value::Array(rows) => rows.iter().map(of_row).collect(),
        Value::Object(names) => {
            names.iter().map(|(name, v)| Some((setting_name(name), v.as_str()?.to_owned()))).collect()
        }
        _ => None,
    }
}

/// The setting of an output: `MUSTER_RUN_QUEUE` for `MusterRunQueue`. The name of a setting is not changed.
fn setting_name(output: &str) -> String {
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
    fn outputs_are_read_in_all_their_formats() {
        let expected = HashMap::from([("MUSTER_RUN_QUEUE".to_owned(), "q".to_owned())]);
        for document in [
            r#"{"Stacks": [{"Outputs": [{"OutputKey": "MusterRunQueue", "OutputValue": "q"}]}]}"#,
            r#"[{"OutputKey": "MusterRunQueue", "OutputValue": "q", "Description": "d"}]"#,
            r#"{"MusterRunQueue": "q"}"#,
            r#"{"MUSTER_RUN_QUEUE": "q"}"#,
        ] {
            assert_eq!(settings_of_outputs(document.as_bytes()), Some(expected.clone()), "{document}");
        }
        for document in ["", "5", r#"{"a": 5}"#, r#"[{"OutputKey": "a"}]"#] {
            assert_eq!(settings_of_outputs(document.as_bytes()), None, "{document}");
        }
    }
}
