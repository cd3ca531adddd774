//! People's decisions about events outlive the proposal in which they were made.

use domain::snapshot::{Employee, EventRef};
use serde_json::json;
use store::approvals::{Approval, ChosenLine};
use store::decisions::Decisions;
use store::edits::{EditEffect, LineEdit, Mark, RejectionEffect};
use store::key::{ProposalKey, ScheduledEventId};
use store::lines::{Edit, Line, LineError};
use store::runs::RunError;
use store::states::{AttemptEnd, Cause, LineStatus, NotAllowed};
use store::submission::Reporter;
use store::{Club, Stored};
use testkit::{edit_line, owner, unchanged};

use crate::approvals::{approval_id, key};
use crate::faults::Faults;
use crate::proposals::{because, later, now, place, summary};
use crate::setup::{self, NOW, TestTable, small_club, today};

fn edit_to(who: &str, day: &str) -> Edit {
    Edit::Place { place: place(who, day), overridden: None }
}

async fn decisions(club: Club<'_>, event: u64) -> Decisions {
    club.decisions_of(&[EventRef(event)]).await.expect("read").remove(&EventRef(event)).unwrap_or_default()
}

/// The decisions about an event. The item and the line's copy must be equal.
async fn assert_same_decisions(test: &TestTable, proposal: &ProposalKey, event: u64) -> Decisions {
    let item = decisions(test.club(), event).await;
    let line = test.club().line(&key(proposal, event)).await.expect("read").expect("there").body;
    assert_eq!((line.held, &line.decisions), (item.held_by.is_some(), &item));
    item
}

/// The decisions as a text: `held by robin, wish E02 2026-11-30, not E03 2026-11-28`.
fn describe(decisions: &Decisions) -> String {
    let held = decisions.held_by.as_ref().map(|held| format!("held by {}", held.who.display_name()));
    let wish = decisions.wish.as_ref().map(|wish| format!("wish {} {}", wish.employee_id, wish.date));
    let unwanted = decisions.unwanted.iter().map(|r| format!("not {} {}", r.employee_id, r.date));
    held.into_iter().chain(wish).chain(unwanted).collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn a_hold_an_edit_and_a_rejection_are_kept_with_the_event_until_they_are_withdrawn() {
    let test = TestTable::with_club().await;
    let (club, proposal) = (test.club(), test.propose_usual().await);
    let line = key(&proposal, 101);
    let moment = now();
    club.mark_line(&line, None, Mark::Held, &moment).await.expect("held");
    edit_line(club, &line, None, &edit_to("E02", "2026-11-30"), &moment).await.expect("edited");
    assert_eq!(describe(&assert_same_decisions(&test, &proposal, 101).await), "held by robin, wish E02 2026-11-30");
    edit_line(club, &line, None, &edit_to("E03", "2026-11-30"), &moment).await.expect("edited");
    assert_eq!(
        describe(&assert_same_decisions(&test, &proposal, 101).await),
        "held by robin, wish E03 2026-11-30",
        "the last one"
    );
    club.mark_line(&line, None, Mark::Free, &moment).await.expect("free");
    edit_line(club, &line, None, &Edit::Revert, &moment).await.expect("back");
    assert_eq!(assert_same_decisions(&test, &proposal, 101).await, Decisions::default());

    club.reject_line(&key(&proposal, 102), None, RejectionEffect::AvoidPlacement, &moment).await.expect("rejected");
    club.reject_line(&key(&proposal, 202), None, RejectionEffect::AvoidPlacement, &moment).await.expect("rejected");
    club.reject_line(&key(&proposal, 201), None, RejectionEffect::None, &moment).await.expect("rejected");
    let found = [102, 201, 202].map(|event| decisions(club, event));
    let found: Vec<String> = futures_util::future::join_all(found).await.iter().map(describe).collect();
    assert_eq!(found, ["not E03 2026-11-28", "", ""], "the rejection of a dropped schedule refuses no placement");
    let newer = test.propose("run-2", later(60), &[(store::lines::LineKind::NotPlaced, 102, None)]).await;
    club.mark_line(&key(&newer, 102), None, Mark::RefusalsWithdrawn, &because(later(61))).await.expect("forgotten");
    assert_eq!(decisions(club, 102).await, Decisions::default());
}

#[tokio::test]
async fn a_mark_that_an_approved_line_does_not_allow_is_refused_by_its_name() {
    let test = TestTable::with_club().await;
    let (club, proposal) = (test.club(), test.propose_usual().await);
    test.approve("a-1", &proposal, &[101]).await;
    for (mark, to) in [(Mark::Held, "held"), (Mark::Free, "freed"), (Mark::RefusalsWithdrawn, "put_back")] {
        let refused = club.mark_line(&key(&proposal, 101), None, mark, &now()).await;
        assert_eq!(refused.err(), Some(LineError::NotAllowed(NotAllowed { from: "approved", to })));
    }
}

#[tokio::test]
async fn a_run_reads_the_decisions_that_it_can_use() {
    let test = TestTable::with_club().await;
    let (club, proposal) = (test.club(), test.propose_usual().await);
    let before = club.plan_version().await.expect("a version");
    for (event, who) in [(101, "E02"), (103, "E04")] {
        edit_line(club, &key(&proposal, event), None, &edit_to(who, "2026-11-30"), &now()).await.expect("edited");
    }
    club.mark_line(&key(&proposal, 201), None, Mark::Held, &now()).await.expect("held");
    club.reject_line(&key(&proposal, 102), None, RejectionEffect::AvoidPlacement, &now()).await.expect("rejected");
    let after = club.plan_version().await.expect("a version");
    assert_eq!((after.version - before.version, after.decided - before.decided), (4, 4), "each decision is counted");
    assert_eq!(
        (after.outdating_changes(), after.of_facts()),
        (before.outdating_changes(), before.of_facts()),
        "the facts are unchanged"
    );
    // One of the people is gone.
    let gone = club.document(&employee("E04")).await.expect("read").expect("there");
    club.change_document(Some(&gone), None, &now()).await.expect("removed");
    let (loaded, requests) = test.requests(async |club| club.load_snapshot(today()).await).await;
    let loaded = loaded.expect("a snapshot");
    assert!(requests <= 6, "{requests} requests");
    let read = setup::document(&loaded);
    assert_eq!(read["wishes"], json!([{"ref": 101, "employee_id": "E02", "date": "2026-11-30"}]));
    assert_eq!(read["unwanted"], json!([{"ref": 102, "employee_id": "E03", "date": "2026-11-28"}]));
    assert_eq!(loaded.decisions.len(), 4, "lines show all decisions");
    // A week later, only the hold still counts.
    let loaded = club.load_snapshot("2026-12-01".parse().expect("a date")).await.expect("a snapshot");
    let read = setup::document(&loaded);
    assert_eq!((read.get("wishes"), read.get("unwanted")), (None, None));
    assert_eq!(loaded.decisions.keys().map(|event| event.0).collect::<Vec<_>>(), [201]);
}

fn employee(id: &str) -> Employee {
    let document = small_club();
    let people = document["employees"].as_array().expect("people");
    let found = people.iter().find(|person| person["id"] == id).expect("somebody");
    serde_json::from_value(found.clone()).expect("an employee")
}

#[tokio::test]
async fn wishes_and_refusals_of_an_imported_snapshot_are_stored() {
    let test = TestTable::empty().await;
    let mut document = small_club();
    document["wishes"] = json!([{"ref": 101, "employee_id": "E02", "date": "2026-11-30"}]);
    document["unwanted"] = json!([
        {"ref": 101, "employee_id": "E03", "date": "2026-11-28"}, {"ref": 102, "employee_id": "E03", "date": "2026-11-28"}
    ]);
    test.club().import_snapshot(document.to_string().as_bytes()).await.expect("a club");
    let loaded = setup::document(&test.club().load_snapshot(today()).await.expect("a snapshot"));
    assert_eq!((&loaded["wishes"], &loaded["unwanted"]), (&document["wishes"], &document["unwanted"]));
}

#[tokio::test]
async fn a_proposal_without_the_newest_decision_is_not_committed() {
    let test = TestTable::with_club().await;
    let (club, proposal) = (test.club(), test.propose_usual().await);
    let held = test.start_run("run-2", "solver", later(10)).await;
    let mut summary = summary(1);
    summary.plan_version.decided = club.plan_version().await.expect("a version").decided;
    club.mark_line(&key(&proposal, 101), None, Mark::Held, &because(later(11))).await.expect("held");
    let refused = club.commit_proposal(&held, &summary, &because(later(12))).await;
    assert_eq!(refused, Err(RunError::PlanChanged));
    summary.plan_version.decided += 1;
    club.commit_proposal(&held, &summary, &because(later(13))).await.expect("committed");
    // A decision about the old proposal would not reach the new one.
    let late = club.mark_line(&key(&proposal, 101), None, Mark::Free, &because(later(14))).await;
    assert_eq!(late, Err(LineError::Superseded { by: held.run.clone() }));
    assert_eq!(describe(&decisions(club, 101).await), "held by robin");
}

/// Approves and takes a line.
async fn approve_and_take(
    test: &TestTable,
    proposal: &ProposalKey,
    event: u64,
    version: u64,
) -> store::submission::TakenLine {
    let club = test.club();
    let chosen = vec![ChosenLine::new(EventRef(event), version, 0)];
    let approval = Approval::new(approval_id(&format!("a-{event}")), proposal.clone(), chosen, now());
    club.record_approval(&approval).await.expect("recorded");
    club.process_approval(&approval.id, NOW).await.expect("processed");
    club.take_line(&key(proposal, event), None, &owner("w"), later(60), &now()).await.expect("taken").0
}

#[tokio::test]
async fn decisions_are_deleted_when_crossmark_accepts_the_line_and_kept_when_it_refuses() {
    let test = TestTable::with_club().await;
    let (club, proposal) = (test.club(), test.propose_usual().await);
    for event in [101, 102] {
        edit_line(club, &key(&proposal, event), None, &edit_to("E02", "2026-11-30"), &now()).await.expect("edited");
    }
    let taken = approve_and_take(&test, &proposal, 101, 2).await;
    assert_eq!(describe(&decisions(club, 101).await), "wish E02 2026-11-30", "still open");
    club.accept_line(Reporter::Worker(&taken), Some(ScheduledEventId(1)), &now()).await.expect("accepted");
    assert_eq!(decisions(club, 101).await, Decisions::default());

    let taken = approve_and_take(&test, &proposal, 102, 2).await;
    let refused = AttemptEnd::Refused { words: "no".to_owned() };
    club.fail_line(Reporter::Worker(&taken), Cause::Refused, refused, "no", &now()).await.expect("failed");
    assert_eq!(describe(&decisions(club, 102).await), "wish E02 2026-11-30");
    club.give_up_line(&key(&proposal, 102), &now()).await.expect("dropped");
    assert_eq!(decisions(club, 102).await, Decisions::default(), "the wish is deleted with the line");
}

#[tokio::test]
async fn a_failed_line_is_not_retried_while_its_event_is_held() {
    let test = TestTable::with_club().await;
    let (club, proposal) = (test.club(), test.propose_usual().await);
    let taken = approve_and_take(&test, &proposal, 101, 1).await;
    let refused = AttemptEnd::Refused { words: "no".to_owned() };
    club.fail_line(Reporter::Worker(&taken), Cause::Refused, refused, "no", &now()).await.expect("failed");
    let again = [(store::lines::LineKind::New, 101, Some(("E01", "2026-11-28")))];
    let newer = test.propose("run-2", later(60), &again).await;
    club.mark_line(&key(&newer, 101), None, Mark::Held, &because(later(61))).await.expect("held");
    let retried = club.retry_line(&key(&proposal, 101), later(62), &because(later(62))).await;
    assert_eq!(retried.err(), Some(LineError::Held));
    club.mark_line(&key(&newer, 101), None, Mark::Free, &because(later(63))).await.expect("free");
    club.retry_line(&key(&proposal, 101), later(64), &because(later(64))).await.expect("retried");
}

#[tokio::test]
async fn decisions_are_deleted_when_crossmark_books_or_cancels_the_event() {
    for (what, kept) in [("paused", true), ("cancelled", false), ("booked", false)] {
        let test = TestTable::with_club().await;
        let (club, proposal) = (test.club(), test.propose_usual().await);
        club.mark_line(&key(&proposal, 101), None, Mark::Held, &now()).await.expect("held");
        let mut update = unchanged(club.known_event(EventRef(101)).await.expect("read").expect("there"));
        match what {
            "booked" => {
                let like =
                    club.known_event(EventRef(201)).await.expect("read").expect("there").posted.expect("posted").body;
                update.posted = Some(domain::snapshot::Posted { event: update.facts.clone(), ..like });
            }
            condition => update.facts.condition = Some(condition.to_owned()),
        }
        assert_eq!(club.apply_updates(&[update]).await.expect("applied").written, 1);
        assert_eq!(decisions(club, 101).await.held_by.is_some(), kept, "{what}");
    }
}

#[tokio::test]
async fn a_line_that_moves_along_keeps_its_wish_only_for_the_same_person() {
    let test = TestTable::with_club().await;
    let (club, proposal) = (test.club(), test.propose_usual().await);
    for event in [101, 102] {
        edit_line(club, &key(&proposal, event), None, &edit_to("E02", "2026-11-30"), &now()).await.expect("edited");
    }
    let edit = |event, edit, decision_effect| LineEdit {
        key: key(&proposal, event),
        version: 2,
        edit,
        decision_effect,
        cause: domain::outcome::Cause::Choice,
    };
    let edits = [
        edit(101, edit_to("E02", "2026-12-01"), EditEffect::WishFollows),
        edit(102, edit_to("E03", "2026-11-30"), EditEffect::WishFollows),
    ];
    let lines: Vec<Stored<Line>> = club.edit_lines(&edits, &now()).await.expect("edited");
    assert_eq!(
        lines.iter().map(|line| describe(&line.body.decisions)).collect::<Vec<_>>(),
        ["wish E02 2026-12-01", ""]
    );
    assert_eq!(describe(&assert_same_decisions(&test, &proposal, 101).await), "wish E02 2026-12-01");
    assert_eq!(assert_same_decisions(&test, &proposal, 102).await, Decisions::default());
}

#[tokio::test]
async fn a_line_and_its_decisions_change_together_whichever_request_fails() {
    let mut failed = 0;
    for requests in 1..5 {
        let faults = Faults::none_yet("ValidationException");
        let test = TestTable::with_faults(Some(faults.clone())).await;
        let club = test.club();
        club.import_snapshot(small_club().to_string().as_bytes()).await.expect("a club");
        let proposal = test.propose_usual().await;
        faults.fail_request(requests);
        let done = edit_line(club, &key(&proposal, 101), Some(1), &edit_to("E02", "2026-11-30"), &now()).await;
        failed += u32::from(done.is_err());
        faults.fail_request(1_000);
        let decided = assert_same_decisions(&test, &proposal, 101).await;
        let edited = test.status(&key(&proposal, 101)).await == LineStatus::UserEdited;
        assert_eq!(decided.wish.is_some(), edited, "after {requests}");
        let counted = club.plan_version().await.expect("a version").decided;
        assert_eq!(counted, u64::from(edited), "after {requests}");
    }
    assert!(failed >= 2, "{failed}");
}

#[tokio::test]
async fn forty_concurrent_marks_of_one_line_all_succeed_and_the_last_one_counts() {
    let test = TestTable::with_club().await;
    let (club, proposal) = (test.club(), test.propose_usual().await);
    let line = key(&proposal, 101);
    let marks = (0..40_u64).map(|n| {
        let (line, mark) = (line.clone(), if n % 2 == 0 { Mark::Held } else { Mark::Free });
        async move { club.mark_line(&line, None, mark, &now()).await.expect("marked") }
    });
    let mut marked = futures_util::future::join_all(marks).await;
    marked.sort_by_key(|line| line.version);
    assert_eq!(marked.iter().map(|line| line.version).collect::<Vec<_>>(), (2..=41).collect::<Vec<_>>());
    let last = club.line(&line).await.expect("read").expect("there");
    assert_eq!(Some(&last), marked.last());
    assert_eq!(assert_same_decisions(&test, &proposal, 101).await.held_by.is_some(), last.body.held);
    let stale = club.mark_line(&line, Some(40), Mark::Held, &now()).await;
    assert_eq!(stale, Err(LineError::Stale { found: 41 }));
}
