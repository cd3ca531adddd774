//! An imported club is read back unchanged by a run, in few requests; other documents are refused.

use domain::snapshot::{EventRef, Posted, Snapshot};
use serde_json::{Value, json};
use store::import::ImportError;
use store::snapshot::SnapshotError;
use testkit::unchanged;

use crate::setup::{TestTable, core, date, small_club, today};

/// The rows of a snapshot as sorted texts, so that two snapshots can be compared. Crossmark's ids of posted schedules
/// are left out.
fn rows(s: &Snapshot) -> Vec<String> {
    let mut rows =
        vec![format!("{:?} {}", s.club, s.today), format!("{:?} {:?} {:?}", s.settings, s.holidays, s.locked_days)];
    rows.extend(s.employees.iter().map(|r| format!("{r:?}")));
    rows.extend(s.weekly_availability.iter().map(|r| format!("{r:?}")));
    rows.extend(s.availability_overrides.iter().map(|r| format!("{r:?}")));
    rows.extend(s.time_off.iter().map(|r| format!("{r:?}")));
    rows.extend(s.rotations.iter().map(|r| format!("{r:?}")));
    rows.extend(s.exceptions.iter().map(|r| format!("{r:?}")));
    rows.extend(s.events.iter().map(|r| format!("{r:?}")));
    rows.extend(s.posted.iter().map(|r| format!("{:?}", Posted { scheduled_event_id: None, ..r.clone() })));
    rows.extend(s.affinity.iter().map(|r| format!("{r:?}")));
    rows.sort();
    rows
}

/// The rows of a snapshot document.
fn rows_of_document(document: &Value) -> Vec<String> {
    rows(&Snapshot::parse(document.to_string().as_bytes()).expect("a snapshot"))
}

#[tokio::test]
async fn an_imported_club_is_read_back_unchanged_in_five_requests() {
    let test = TestTable::with_club().await;
    let (loaded, requests) = test.requests(async |club| club.load_snapshot(today()).await).await;
    let loaded = loaded.expect("a snapshot");
    assert_eq!(requests, 5);
    assert_eq!(rows(&loaded.snapshot), rows_of_document(&small_club()));
    assert_eq!(loaded.links.location_id, Some(160_001), "stored");
    assert_eq!(loaded.links.rep_ids.values().next(), Some(&150_001), "stored");
    let ids: Vec<u64> = loaded.links.scheduled_ids.values().map(|id| id.0).collect();
    assert_eq!(ids, [55_000_201, 55_000_202]);
}

#[tokio::test]
async fn a_club_of_300_events_is_read_in_at_most_six_requests() {
    let mut document = small_club();
    let employees: Vec<Value> = (0..40)
        .map(|n| json!({"id": format!("P{n:02}"), "name": format!("Person {n}"), "job_title": "Event Specialist"}))
        .collect();
    document["employees"].as_array_mut().expect("a list").extend(employees);
    document["events"] = (1000..1300).map(|n| core(n, "2026-12-09")).collect();
    document["posted"] = (2000..2500)
        .map(|n: u64| {
            let start = today() + chrono::Days::new(n % 21);
            json!({"event": core(n, "2026-12-20"), "employee_id": "E03", "start": format!("{start}T10:15:00")})
        })
        .collect();
    document["affinity"] = (1000..1300)
        .flat_map(|n| (0..20).map(move |p| json!({"employee_id": format!("P{p:02}"), "ref": n, "score": 0.5})))
        .collect();
    let test = TestTable::empty().await;
    test.club().import_snapshot(document.to_string().as_bytes()).await.expect("a club");
    let (loaded, requests) = test.requests(async |club| club.load_snapshot(today()).await).await;
    assert_eq!(rows(&loaded.expect("a snapshot").snapshot), rows_of_document(&document));
    assert!(requests <= 6, "{requests} requests");
}

#[tokio::test]
async fn only_an_empty_club_can_be_loaded() {
    let test = TestTable::with_club().await;
    let again = test.club().import_snapshot(small_club().to_string().as_bytes()).await;
    assert_eq!(again, Err(ImportError::NotEmpty));
}

#[tokio::test]
async fn a_document_that_is_no_snapshot_or_of_another_club_is_refused() {
    let test = TestTable::empty().await;
    let refused = test.club().import_snapshot(b"{\"club\": 1}").await;
    assert!(matches!(refused, Err(ImportError::Refused(_))), "{refused:?}");
    let mut other = small_club();
    other["club"]["id"] = json!("9001");
    let refused = test.club().import_snapshot(other.to_string().as_bytes()).await;
    assert_eq!(refused, Err(ImportError::OtherClub { found: "9001".into() }));
    assert_eq!(test.club().load_snapshot(today()).await.err(), Some(SnapshotError::NoClub));
}

#[tokio::test]
async fn posted_schedules_are_read_from_28_days_back_on() {
    let test = TestTable::with_club().await;
    let club = test.club();
    for (day, read) in [("2026-10-25", 0), ("2026-10-26", 1), ("2026-12-14", 1), ("2026-12-15", 1)] {
        let mut update = unchanged(club.known_event(EventRef(201)).await.expect("read").expect("there"));
        update.posted.as_mut().expect("posted").start = date(day).and_hms_opt(10, 15, 0).expect("a time");
        assert_eq!(club.apply_updates(&[update]).await.expect("moved").written, 1);
        let loaded = club.load_snapshot(today()).await.expect("a snapshot");
        let rows = loaded.snapshot.posted.iter();
        assert_eq!(rows.filter(|p| p.event.event_ref == EventRef(201)).count(), read, "{day}");
    }
}
