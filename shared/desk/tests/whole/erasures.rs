//! Who may be erased, and that nothing of them is left.

use desk::forget::{DutyKind, ForgetError, forget};
use domain::snapshot::{Employee, EmployeeId};
use store::documents::Expect;
use store::erasure::ErasureError;
use testkit::{TestClub, run_id};

/// A and B have something posted; A also has a line of the proposal.
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

/// They no longer work here.
async fn gone(test: &TestClub, name: &str) {
    let people = test.club().all_documents::<Employee>().await.expect("people");
    let person = people.into_iter().find(|person| person.body.id == id(name)).expect("a person");
    let gone = Employee { active: false, ..person.body };
    test.club().put_document(&gone, Expect::Version(person.version)).await.expect("saved");
}

#[tokio::test]
async fn nobody_is_erased_who_works_here_or_has_something_open() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("run-1", "10 A 24, 11 L 22").await;
    let refused = forget(test.club(), &id("A"), &test.because(), || false).await.expect_err("A works");
    assert!(matches!(refused, ForgetError::StillWorks), "{refused}");
    gone(&test, "A").await;
    let refused = forget(test.club(), &id("A"), &test.because(), || false).await.expect_err("A has lines");
    let ForgetError::Open(open) = &refused else { panic!("{refused}") };
    let open: Vec<(u64, DutyKind)> = open.iter().map(|duty| (duty.event.0, duty.what)).collect();
    assert_eq!(open, [(1, DutyKind::Posted), (10, DutyKind::Proposed)]);
    assert!(refused.to_string().contains("event 1 on 2026-11-24 (posted)"), "{refused}");
    let nobody = forget(test.club(), &id("Z"), &test.because(), || false).await.expect_err("nobody");
    assert!(matches!(nobody, ForgetError::Erasure(ErasureError::NoEmployee)));
}

#[tokio::test]
async fn somebody_whose_work_is_past_is_a_pseudonym_afterwards() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("run-1", "11 L 22").await;
    gone(&test, "B").await;
    let progress = forget(test.club(), &id("B"), &test.because(), || false).await.expect("erased");
    assert!(progress.finished);
    let today = "2026-11-19".parse().expect("a date");
    let snapshot = test.club().load_snapshot(today).await.expect("a snapshot").snapshot;
    let posted = snapshot.posted.iter().find(|posted| posted.event.event_ref.0 == 2).expect("posted");
    assert_eq!(posted.employee_id, progress.pseudonym.id);
    assert!(snapshot.employees.iter().all(|person| person.id != id("B")));
    // Everything else goes on as before.
    test.propose("run-2", "10 L 24").await;
    assert_eq!(test.run("run-2").await.id, run_id("run-2"));
    let again = forget(test.club(), &id("B"), &test.because(), || false).await.expect_err("nobody");
    assert!(matches!(again, ForgetError::Erasure(ErasureError::NoEmployee)));
}
