//! Learned affinity: which of its rows a snapshot has, and its switches.

use std::collections::BTreeMap;

use domain::affinity::{Affinities, AffinityOptions, AffinityRate, Gate, Learning};
use domain::event_type::EventType;
use domain::snapshot::{EmployeeId, TypeAffinityRow};
use store::affinity::LearnedAffinity;
use store::documents::{Affinity, DocumentError, Expect};

use crate::proposals::now;
use crate::setup::{TestTable, today};

fn id(name: &str) -> EmployeeId {
    EmployeeId(name.to_owned())
}

/// Learned rates of some people for Core, published if the model predicts. The usual rate is 0.9.
fn learned(predicts: bool, scores: &[(&str, f64)]) -> LearnedAffinity {
    let row = |(name, score): &(&str, f64)| AffinityRate {
        employee_id: id(name),
        kind: EventType::Core,
        score: *score,
        low: score - 0.1,
        high: score + 0.05,
        kept: 14,
        of: 15,
        usual_rate: 0.9,
    };
    let published =
        |(name, score): &(&str, f64)| TypeAffinityRow { employee_id: id(name), kind: EventType::Core, score: *score };
    let affinities = Affinities {
        judged: Gate { outcomes: 700, windows: Vec::new(), z: 2.0, predicts },
        brier: Some(0.09),
        log_loss: Some(0.3),
        calibration: Vec::new(),
        rows: scores.iter().map(row).collect(),
        affinity_by_type: scores.iter().filter(|_| predicts).map(published).collect(),
    };
    LearnedAffinity::of(today(), affinities)
}

/// The rows of a run's snapshot: `E01 0.8, E03 0.7`.
async fn rows(test: &TestTable) -> String {
    let loaded = test.club().load_snapshot(today()).await.expect("a snapshot");
    assert_eq!(loaded.left_out, [""; 0]);
    let rows = loaded.snapshot.affinity_by_type.iter().map(|row| format!("{} {}", row.employee_id, row.score));
    rows.collect::<Vec<_>>().join(", ")
}

async fn switch(test: &TestTable, options: &AffinityOptions) {
    let read = test.club().affinity_switches().await.expect("read");
    test.club().change_affinity_switches(&read, options, &now()).await.expect("saved");
}

#[tokio::test]
async fn a_run_reads_published_affinity_while_it_is_switched_on() {
    let test = TestTable::with_club().await;
    let club = test.club();
    assert_eq!((club.learned_affinity().await, rows(&test).await.as_str()), (Ok(None), ""));
    // A person who is no longer in the club is left out silently.
    club.keep_learned(&learned(false, &[("E01", 0.8), ("E03", 0.7), ("E99", 0.5)])).await.expect("kept");
    assert_eq!(rows(&test).await, "", "the gate is closed");
    club.keep_learned(&learned(true, &[("E01", 0.8), ("E03", 0.7), ("E99", 0.5)])).await.expect("kept");
    assert_eq!(rows(&test).await, "E01 0.8, E03 0.7");
    switch(&test, &AffinityOptions { people_off: [id("E03")].into(), ..AffinityOptions::default() }).await;
    assert_eq!(rows(&test).await, "E01 0.8, E03 0.9", "the usual rate");
    switch(&test, &AffinityOptions { club: Learning::Off, ..AffinityOptions::default() }).await;
    assert_eq!(rows(&test).await, "");
    switch(&test, &AffinityOptions::default()).await;
    let by_hand = Affinity { employee_id: id("E01"), scores: Vec::new(), by_type: vec![(EventType::Core, 0.1)] };
    let known = club.document(&by_hand).await.expect("read");
    let expect = known.as_ref().map_or(Expect::Nothing, |known| Expect::Version(known.version));
    let by_hand = Affinity { scores: known.map(|known| known.body.scores).unwrap_or_default(), ..by_hand };
    club.put_document(&by_hand, expect).await.expect("saved");
    assert_eq!(rows(&test).await, "E03 0.7, E01 0.1", "a value by hand takes precedence");
}

#[tokio::test]
async fn plan_version_is_incremented_only_if_the_published_rates_change() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let version = async || club.plan_version().await.expect("a version").version;
    let before = version().await;
    club.keep_learned(&learned(false, &[("E01", 0.8)])).await.expect("kept");
    assert_eq!(version().await, before, "nothing is published");
    club.keep_learned(&learned(true, &[("E01", 0.8)])).await.expect("kept");
    assert_eq!(version().await, before + 1);
    let another_night = LearnedAffinity { brier: Some(0.08), ..learned(true, &[("E01", 0.8)]) };
    club.keep_learned(&another_night).await.expect("kept");
    assert_eq!(version().await, before + 1, "the published rates are the same");
    let stored = club.learned_affinity().await.expect("read").expect("there");
    assert_eq!(stored.body, another_night);
    club.keep_learned(&another_night).await.expect("kept");
    assert_eq!(club.learned_affinity().await.expect("read").expect("there").version, stored.version, "written once");
}

#[tokio::test]
async fn the_switches_are_versioned_and_audited_and_a_change_can_be_undone() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let read = club.affinity_switches().await.expect("read");
    assert_eq!((read.version, &read.body), (0, &AffinityOptions::default()));
    let off = AffinityOptions { club: Learning::Off, ..AffinityOptions::default() };
    let saved = club.change_affinity_switches(&read, &off, &now()).await.expect("saved");
    assert_eq!(saved.version, 1);
    let stale = club.change_affinity_switches(&read, &off, &now()).await.expect_err("it was changed");
    assert_eq!(stale, DocumentError::Stale { found: Some(1) });
    let entry = club.last_change(&saved.id).await.expect("read").expect("an entry");
    let undone = club.undo_change(&entry, &now()).await.expect("undone");
    let read = club.affinity_switches().await.expect("read");
    assert_eq!((read.version, undone.version, read.body), (2, 2, AffinityOptions::default()));
}

#[test]
fn the_document_of_the_largest_club_fits_an_item_and_is_the_same_twice() {
    let people: Vec<String> = (0..300).map(|n| format!("employee-{n:03}")).collect();
    let types = EventType::ALL.map(|kind| (kind, 0.8765));
    let mut document = learned(true, &[]);
    for person in &people {
        let rate = (0.8765, 0.7654, 0.9876, 123, 145).into();
        let rates: BTreeMap<_, _> = types.iter().map(|(kind, _)| (*kind, rate)).collect();
        document.rates.insert(id(person), rates);
        document.published.insert(id(person), types.into());
    }
    let written = serde_json::to_string(&document).expect("JSON");
    assert!(written.len() < 400_000, "{} bytes", written.len());
    assert_eq!(serde_json::from_str::<LearnedAffinity>(&written).expect("read"), document);
    let scores = [("E01", 0.8), ("E03", 0.7)];
    let twice = [learned(true, &scores), learned(true, &scores)].map(|l| serde_json::to_string(&l).expect("JSON"));
    assert_eq!(twice[0], twice[1]);
}
