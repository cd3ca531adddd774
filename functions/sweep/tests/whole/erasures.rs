//! The sweep finishes an interrupted erasure.

use desk::forget::forget;
use domain::snapshot::{Employee, EmployeeId};
use store::documents::Expect;

use crate::setup::SweepTest;

/// Makes a person inactive and starts their erasure, which is interrupted after its first step.
async fn begin_erasure(test: &SweepTest, id: &str) {
    let club = test.club();
    let people = club.all_documents::<Employee>().await.expect("people");
    let person = people.into_iter().find(|person| person.body.id.0 == id).expect("a person");
    let gone = Employee { active: false, ..person.body };
    club.put_document(&gone, Expect::Version(person.version)).await.expect("saved");
    let progress = forget(club, &EmployeeId(id.to_owned()), &test.because(), || true).await.expect("begun");
    assert!(!progress.finished);
}

#[tokio::test]
async fn an_interrupted_erasure_is_finished_within_an_hour() {
    let test = SweepTest::new().await;
    let proposal = test.propose_lines("r-1", &[101, 102]).await;
    test.approve_directly(&proposal, &[101, 102]).await;
    begin_erasure(&test, "E02").await;
    let names = |texts: Vec<String>| texts.into_iter().filter(|text| text.contains("E02")).collect::<Vec<_>>();
    assert!(!names(test.texts().await).is_empty());
    test.advance(600);
    let swept = test.sweep().await;
    assert_eq!(swept["erasures_resumed"], 0, "only one sweep an hour looks for an erasure: {swept}");
    assert!(test.club().erasure().await.expect("read").is_some());
    test.advance(3_000);
    let swept = test.sweep().await;
    assert_eq!((&swept["erasures_resumed"], &swept["failed"]), (&1.into(), &0.into()), "{swept}");
    assert_eq!(test.club().erasure().await, Ok(None));
    assert_eq!(names(test.texts().await), [""; 0]);
    test.advance(3_600);
    assert_eq!(test.sweep().await["erasures_resumed"], 0);
}

#[tokio::test]
async fn two_concurrent_sweeps_finish_an_erasure_once() {
    let test = SweepTest::new().await;
    begin_erasure(&test, "E02").await;
    assert!(test.sweep_twice_at_once("erasures_resumed").await >= 1);
    test.advance(3_600);
    test.sweep().await;
    assert_eq!(test.club().erasure().await, Ok(None));
    assert!(test.texts().await.iter().all(|text| !text.contains("E02")));
}
