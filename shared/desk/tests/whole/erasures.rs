//! Tests of which people may be erased, and that an erasure leaves nothing that identifies them.

use chrono::TimeDelta;
use desk::forget::{ErasureObstacleKind, ForgetError, forget, resume};
use desk::numbers::{Work, count, recount_everything};
use domain::fairness::LedgerCorrection;
use domain::outcome::Correction;
use domain::snapshot::{Employee, EmployeeId};
use store::documents::Expect;
use store::erasure::ErasureError;
use store::key::ScheduledEventId;
use store::submission::Reporter;
use testkit::{TestClub, key, owner, run_id, small_club};

/// A has a posted schedule in the future, B one in the past.
const CLUB: &str = "person A specialist
    person B specialist
    person L lead
    posted 1 Core 20..28 A 24 block=1
    posted 2 Core 1..22 B 10 block=1
    event 10 Core 24..25
    event 11 Core 20..28";

fn id(name: &str) -> EmployeeId {
    EmployeeId(name.to_owned())
}

/// Makes the person of this ID inactive.
async fn make_inactive(test: &TestClub, name: &str) {
    let people = test.club().all_documents::<Employee>().await.expect("people");
    let person = people.into_iter().find(|person| person.body.id == id(name)).expect("a person");
    let inactive = Employee { active: false, ..person.body };
    test.club().put_document(&inactive, Expect::Version(person.version)).await.expect("saved");
}

#[tokio::test]
async fn an_active_person_or_one_with_open_schedules_or_lines_is_not_erased() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("run-1", "10 A 24, 11 L 22").await;
    let refused = forget(test.club(), &id("A"), &test.because(), || false).await.expect_err("A is active");
    assert!(matches!(refused, ForgetError::StillWorks), "{refused}");
    make_inactive(&test, "A").await;
    let refused = forget(test.club(), &id("A"), &test.because(), || false).await.expect_err("A has lines");
    let ForgetError::Open(open) = &refused else { panic!("{refused}") };
    let open: Vec<(u64, ErasureObstacleKind)> = open.iter().map(|obstacle| (obstacle.event.0, obstacle.what)).collect();
    assert_eq!(open, [(1, ErasureObstacleKind::Posted), (10, ErasureObstacleKind::Proposed)]);
    assert!(refused.to_string().contains("event 1 on 2026-11-24 (posted)"), "{refused}");
    let nobody = forget(test.club(), &id("Z"), &test.because(), || false).await.expect_err("nobody");
    assert!(matches!(nobody, ForgetError::Erasure(ErasureError::NoEmployee)));
}

#[tokio::test]
async fn an_inactive_person_with_only_past_schedules_is_replaced_by_a_pseudonym() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("run-1", "11 L 22").await;
    make_inactive(&test, "B").await;
    let progress = forget(test.club(), &id("B"), &test.because(), || false).await.expect("erased");
    assert!(progress.finished);
    let today = "2026-11-19".parse().expect("a date");
    let snapshot = test.club().load_snapshot(today).await.expect("a snapshot").snapshot;
    let posted = snapshot.posted.iter().find(|posted| posted.event.event_ref.0 == 2).expect("posted");
    assert_eq!(posted.employee_id, progress.pseudonym.id);
    assert!(snapshot.employees.iter().all(|person| person.id != id("B")));
    // The club can still be planned.
    test.propose("run-2", "10 L 24").await;
    assert_eq!(test.run("run-2").await.id, run_id("run-2"));
    let again = forget(test.club(), &id("B"), &test.because(), || false).await.expect_err("nobody");
    assert!(matches!(again, ForgetError::Erasure(ErasureError::NoEmployee)));
}

const ZONE: chrono_tz::Tz = chrono_tz::America::Indiana::Indianapolis;

/// A club in which E01, Avery Quill, worked, has a corrected debt and a corrected outcome, is named in an archived
/// snapshot and answer, and is now inactive.
async fn club_with_history() -> TestClub {
    let document = small_club();
    let test = TestClub::new(&document).await;
    let (club, avery) = (test.club(), id("E01"));
    let week = "2026-11-22".parse().expect("a date");
    let proposal = test.propose_usual().await;
    club.keep_snapshot(&proposal, document.to_string().as_bytes(), test.now()).await.expect("archived");
    let answer = br#"{"placements":[{"ref":101,"employee_id":"E01"}]}"#;
    club.keep_answer(&proposal, answer, test.now()).await.expect("archived");
    test.approve_directly(&proposal, &[101]).await;
    let (line, because) = (key(&proposal, 101), test.because());
    let until = test.now().plus(TimeDelta::minutes(1));
    let (taken, _) = club.take_line(&line, None, &owner("w"), until, &because).await.expect("taken");
    club.accept_line(Reporter::Worker(&taken), Some(ScheduledEventId(55)), &because).await.expect("accepted");
    count(club, ZONE, test.now(), Work::Night).await.expect("counted");
    let reason = "Avery Quill helped at another club".to_owned();
    let correction = LedgerCorrection { id: "E01#1".to_owned(), week, employee_id: avery, core: 1.0, reason };
    club.correct_debt(&correction, None, |_| Some(1.0), &because).await.expect("corrected");
    test.advance(30 * 86_400);
    let stand_in = Correction::SomebodyElse { employee_id: id("E03") };
    club.correct_outcome(&line, None, &stand_in, &test.because_of("robin", "Avery was ill")).await.expect("corrected");
    count(club, ZONE, test.now(), Work::Night).await.expect("counted");
    make_inactive(&test, "E01").await;
    test
}

#[tokio::test]
async fn after_an_erasure_no_item_and_no_archived_document_names_the_person_and_a_recount_finds_no_difference() {
    let test = club_with_history().await;
    let naming_avery = |texts: Vec<String>| {
        let names_avery = |text: &String| ["E01", "Avery", "Quill", "150001"].iter().any(|name| text.contains(name));
        texts.into_iter().filter(names_avery).collect::<Vec<_>>()
    };
    assert!(naming_avery(test.texts().await).len() > 10);
    let begun = forget(test.club(), &id("E01"), &test.because(), || true).await.expect("begun");
    assert!(!begun.finished);
    // An erasure is resumed without the ID of the person.
    let mut steps = 0;
    let pseudonym = loop {
        let progress = resume(test.club(), test.now(), || true).await.expect("resumed").expect("under way");
        steps += 1;
        if progress.finished {
            break progress.pseudonym;
        }
    };
    assert!(steps > 10, "{steps} steps");
    assert_eq!(resume(test.club(), test.now(), || false).await, Ok(None));
    assert_eq!(naming_avery(test.texts().await), [""; 0]);
    assert!(test.texts().await.iter().any(|text| text.contains(&pseudonym.id.0)));
    let recount = recount_everything(test.club(), ZONE, test.now()).await.expect("recounted");
    assert_eq!(recount.differences, [""; 0]);
    assert!(recount.lines > 0 && recount.rows > 0, "{recount:?}");
}
