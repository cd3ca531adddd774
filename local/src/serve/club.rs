//! The first club of `muster serve`: its snapshot. Missing Crossmark numbers are generated, and are the same in the
//! table and in the simulator.

use std::path::Path;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use domain::snapshot::Snapshot;
use serde_json::{Value, json};
use simulator::Seed;
use store::key::ClubId;
use store::meter::Meter;

use super::data::DataFolder;
use crate::commands::{Failure, bad_document};
use crate::console;

/// The default club.
const SAMPLE: &[u8] = include_bytes!("../../../events/club-sample.json");

/// A club to start with.
#[derive(Debug)]
pub struct FirstClub {
    /// Its id.
    pub id: ClubId,
    /// Its name.
    pub name: String,
    /// Its zone.
    pub time_zone: chrono_tz::Tz,
    /// When its first morning begins: 07:00 of the snapshot's date.
    pub morning: DateTime<Utc>,
    /// Its initial state at Crossmark.
    pub seed: Seed,
    document: Vec<u8>,
}

impl FirstClub {
    /// The club that the folder holds already, otherwise the one of this snapshot, otherwise the sample; stored in the
    /// folder.
    ///
    /// # Errors
    /// The snapshot cannot be used, or is of another club than the folder's.
    pub fn of(data: &DataFolder, snapshot: Option<&Path>) -> Result<FirstClub, Failure> {
        let named = snapshot.map(|path| FirstClub::read(path, &console::read(path)?)).transpose()?;
        let file = data.file("club.json");
        if !file.exists() {
            let club = named.map_or_else(FirstClub::sample, Ok)?;
            console::write(&file, &club.document)?;
            return Ok(club);
        }
        let kept = FirstClub::read(&file, &console::read(&file)?)?;
        match named {
            Some(named) if named.document != kept.document => Err(Failure::Input(format!(
                "{} holds a club of another snapshot: --fresh deletes it, --data names another folder",
                data.path().display()
            ))),
            _ => Ok(kept),
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
        number(&mut document, &seed);
        Ok(FirstClub {
            id: ClubId::parse(&snapshot.club.id).map_err(|e| unusable(&e))?,
            name: snapshot.club.name.clone(),
            time_zone: snapshot.club.time_zone,
            morning: morning(&snapshot),
            document: serde_json::to_vec_pretty(&document).map_err(|e| unusable(&e))?,
            seed,
        })
    }

    /// Loads the club into the table, unless it is there. An interrupted load is completed.
    ///
    /// # Errors
    /// The table cannot be written.
    pub async fn load(&self, table: &store::Table) -> Result<(), Failure> {
        let meter = Meter::new();
        let club = table.club(&self.id, &meter);
        let failed = |e: &dyn std::fmt::Display| Failure::Ours(format!("the club cannot be loaded: {e}"));
        if club.info().await.map_err(|e| failed(&e))?.is_none() {
            club.import_snapshot(&self.document).await.map_err(|e| failed(&e))?;
        }
        Ok(())
    }
}

/// Writes the simulator's numbers into the document, in the order of its lists.
fn number(document: &mut Value, seed: &Seed) {
    document["club"]["location_id"] = json!(seed.location_id);
    let lists = [
        ("employees", "rep_id", seed.people.iter().map(|p| p.rep_id).collect::<Vec<_>>()),
        ("posted", "scheduled_event_id", seed.posted.iter().map(|p| p.id).collect()),
    ];
    for (list, member, numbers) in lists {
        let rows = document.get_mut(list).and_then(Value::as_array_mut);
        for (row, number) in rows.into_iter().flatten().zip(numbers) {
            row[member] = json!(number);
        }
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
    fn the_table_and_the_simulator_are_told_the_same_numbers() {
        let club = FirstClub::read(Path::new("sample"), SAMPLE).unwrap();
        let document: Value = serde_json::from_slice(&club.document).unwrap();
        assert_eq!(document["club"]["location_id"], club.seed.location_id);
        for row in document["employees"].as_array().unwrap() {
            assert_eq!(row["rep_id"].as_u64(), club.seed.rep_of(row["id"].as_str().unwrap()), "{row}");
        }
        for row in document["posted"].as_array().unwrap() {
            let event = row["event"]["ref"].as_u64().unwrap();
            assert_eq!(row["scheduled_event_id"].as_u64(), club.seed.posted_id_of(event), "{row}");
        }
        assert_eq!(Seed::from_snapshot(&document).unwrap(), club.seed);
    }

    #[test]
    fn a_club_that_was_numbered_once_stays_as_it_is() {
        let club = FirstClub::read(Path::new("sample"), SAMPLE).unwrap();
        let again = FirstClub::read(Path::new("kept"), &club.document).unwrap();
        assert_eq!((again.document, again.seed), (club.document, club.seed));
    }
}
