//! The first club of `muster serve`, and the club of `muster simulator` and `muster bench`, from a snapshot. Missing
//! Crossmark numbers are generated, and are the same in the table and in the simulator.

use std::path::Path;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use domain::snapshot::Snapshot;
use serde_json::Value;
use simulator::Seed;
use store::key::ClubId;
use store::meter::Meter;

use super::data::DataFolder;
use crate::commands::{Failure, bad_document};
use crate::console;

/// The default club.
const SAMPLE: &[u8] = include_bytes!("../../../events/club-sample.json");

/// The first club of an installation.
#[derive(Debug)]
pub struct FirstClub {
    /// The club's id.
    pub id: ClubId,
    /// The club's name.
    pub name: String,
    /// The club's time zone.
    pub time_zone: chrono_tz::Tz,
    /// The start of the club's first morning: 07:00 of the snapshot's date.
    pub morning: DateTime<Utc>,
    /// The club's initial state at Crossmark.
    pub seed: Seed,
    document: Vec<u8>,
}

impl FirstClub {
    /// The club that the folder contains, otherwise the club of this snapshot, otherwise the sample club. The club is stored in
    /// the folder.
    ///
    /// # Errors
    /// The snapshot cannot be used, or differs from the one in the folder, or a file cannot be read or written.
    pub fn of(data: &DataFolder, snapshot: Option<&Path>) -> Result<FirstClub, Failure> {
        let given_club = snapshot.map(|path| FirstClub::read(path, &console::read(path)?)).transpose()?;
        let file = data.file("club.json");
        if !file.exists() {
            let club = given_club.map_or_else(FirstClub::sample, Ok)?;
            console::write(&file, &club.document)?;
            return Ok(club);
        }
        let stored_club = FirstClub::read(&file, &console::read(&file)?)?;
        match given_club {
            Some(given_club) if given_club.document != stored_club.document => Err(Failure::Input(format!(
                "{} holds a club of another snapshot: --fresh deletes it, --data names another folder",
                data.path().display()
            ))),
            _ => Ok(stored_club),
        }
    }

    /// The sample club.
    ///
    /// # Errors
    /// The embedded sample is invalid, which is a bug.
    pub fn sample() -> Result<FirstClub, Failure> {
        FirstClub::read(Path::new("the sample club"), SAMPLE)
    }

    /// The club of a snapshot, with its missing numbers generated.
    ///
    /// # Errors
    /// [`Failure::Input`] if the snapshot is invalid.
    pub fn read(path: &Path, bytes: &[u8]) -> Result<FirstClub, Failure> {
        let unusable = |e: &dyn std::fmt::Display| Failure::Input(format!("{} cannot be used: {e}", path.display()));
        let snapshot = Snapshot::parse(bytes).map_err(|refused| bad_document("snapshot", path, &refused))?;
        let mut document: Value = serde_json::from_slice(bytes).map_err(|e| unusable(&e))?;
        let seed = Seed::from_snapshot(&document).map_err(|e| unusable(&e))?;
        seed.write_numbers(&mut document);
        Ok(FirstClub {
            id: ClubId::parse(&snapshot.club.id).map_err(|e| unusable(&e))?,
            name: snapshot.club.name.clone(),
            time_zone: snapshot.club.time_zone,
            morning: morning(&snapshot),
            document: serde_json::to_vec_pretty(&document).map_err(|e| unusable(&e))?,
            seed,
        })
    }

    /// Loads the club into the table, unless the table contains it. An interrupted load is completed.
    ///
    /// # Errors
    /// The table cannot be used, or refuses the club.
    pub async fn load(&self, table: &store::Table) -> Result<(), Failure> {
        let meter = Meter::new();
        let club = table.club(&self.id, &meter);
        let failed = |e: &dyn std::fmt::Display| Failure::Internal(format!("the club cannot be loaded: {e}"));
        if club.info().await.map_err(|e| failed(&e))?.is_none() {
            club.import_snapshot(&self.document).await.map_err(|e| failed(&e))?;
        }
        Ok(())
    }
}

fn morning(snapshot: &Snapshot) -> DateTime<Utc> {
    let seven = NaiveTime::MIN + TimeDelta::hours(7);
    let local = snapshot.today.and_time(seven);
    local.and_local_timezone(snapshot.club.time_zone).earliest().map_or_else(|| local.and_utc(), |at| at.to_utc())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_table_and_the_simulator_get_the_same_numbers() {
        let club = FirstClub::read(Path::new("sample"), SAMPLE).unwrap();
        let document: Value = serde_json::from_slice(&club.document).unwrap();
        assert_eq!(document["club"]["location_id"], club.seed.location_id);
        let numbers = |list: &str, member: &str| -> Vec<u64> {
            document[list].as_array().unwrap().iter().map(|row| row[member].as_u64().unwrap()).collect()
        };
        assert_eq!(numbers("employees", "rep_id"), club.seed.people.iter().map(|p| p.rep_id).collect::<Vec<_>>());
        assert_eq!(numbers("posted", "scheduled_event_id"), club.seed.posted.iter().map(|p| p.id).collect::<Vec<_>>());
        assert_eq!(Seed::from_snapshot(&document).unwrap(), club.seed);
    }

    #[test]
    fn a_stored_club_is_read_back_with_the_same_numbers() {
        let club = FirstClub::read(Path::new("sample"), SAMPLE).unwrap();
        let again = FirstClub::read(Path::new("stored"), &club.document).unwrap();
        assert_eq!((again.document, again.seed), (club.document, club.seed));
    }
}
