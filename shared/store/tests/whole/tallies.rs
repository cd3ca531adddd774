//! What is known without reading all lines of a proposal: the lines that changed, and the tallies of a run.

use std::sync::Arc;

use store::edits::Mark;
use store::lines::Edit;
use store::meter::{Meter, Operation};
use store::states::Cause;
use store::tally::Tally;
use testkit::{edit_line, owner};

use crate::approvals::key;
use crate::proposals::{later, now, place};
use crate::setup::{NOW, TestTable};

#[tokio::test]
async fn only_changed_lines_are_read_again() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let proposal = test.propose_usual().await;
    let mut known = Arc::default();
    let mut read_changed = async |changed: usize, case: &str| {
        let meter = Meter::new();
        let asked = test.table.club(club.id(), &meter);
        known = asked.lines_since(Arc::clone(&known), &proposal, NOW).await.expect("lines");
        let all = club.lines(&proposal, NOW).await.expect("lines");
        assert!(known.values().map(Arc::as_ref).eq(&all), "{case}");
        let read = meter.costs().get(&Operation::BatchGetItem).map_or(0, |cost| cost.items);
        assert_eq!(read, changed as u64, "{case}");
        meter.costs()[&Operation::Query].items
    };
    assert_eq!(read_changed(0, "for the first time").await, 5);
    assert_eq!(read_changed(0, "again").await, 0, "unchanged lines are not read");
    club.mark_line(&key(&proposal, 101), None, Mark::Held, &now()).await.expect("held");
    read_changed(1, "held").await;
    let edit = Edit::Place { place: place("E03", "2026-11-28"), overridden: None };
    edit_line(club, &key(&proposal, 102), None, &edit, &now()).await.expect("edited");
    read_changed(1, "edited").await;
    assert_eq!(read_changed(0, "again").await, 2, "the lines above the lowest version");
    test.approve("a-1", &proposal, &[102, 201]).await;
    read_changed(2, "approved").await;
    test.fail(&key(&proposal, 201)).await;
    read_changed(1, "failed").await;
}

#[tokio::test]
async fn the_lines_of_another_proposal_are_all_read() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let first = test.propose_usual().await;
    let known = club.lines_since(Arc::default(), &first, NOW).await.expect("lines");
    let second = test.propose("run-2", NOW, &[]).await;
    let none = club.lines_since(Arc::clone(&known), &second, NOW).await.expect("lines");
    assert!(none.is_empty());
    assert_eq!(club.lines_since(none, &first, NOW).await, Ok(known));
}

#[tokio::test]
async fn changes_of_lines_are_counted_in_the_tally_of_their_run() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let proposal = test.propose_usual().await;
    let tally = async || {
        let tallies = club.tallies(&proposal.run, &proposal.run).await.expect("tallies");
        tallies.get(proposal.run.as_str()).copied().unwrap_or_default()
    };
    assert_eq!(tally().await, Tally::default());
    club.mark_line(&key(&proposal, 101), None, Mark::Held, &now()).await.expect("held");
    club.mark_line(&key(&proposal, 101), None, Mark::Free, &now()).await.expect("free");
    let edit = Edit::Place { place: place("E03", "2026-11-28"), overridden: None };
    edit_line(club, &key(&proposal, 102), None, &edit, &now()).await.expect("edited");
    let edited_and_held = Tally { edited: 1, held: 1, ..Tally::default() };
    assert_eq!(tally().await, edited_and_held, "a release is not counted");
    test.approve("a-1", &proposal, &[101, 102, 201]).await;
    club.recall(&[key(&proposal, 101)], &now()).await.expect("recalled");
    for event in [102, 201] {
        test.fail(&key(&proposal, event)).await;
    }
    club.retry_line(&key(&proposal, 102), later(10), &now()).await.expect("retried");
    club.record_done_by_hand(&key(&proposal, 201), None, &now()).await.expect("noted");
    let sent =
        Tally { approved: 3, recalled: 1, failed: 2, retried: 1, accepted: 1, accepted_again: 1, ..edited_and_held };
    assert_eq!(tally().await, sent, "201 was noted as done after it had failed");
    // A line that was never sent is neither accepted nor not accepted, and its retry is its first try.
    test.approve("a-2", &proposal, &[101]).await;
    let lines = club.lines(&proposal, NOW).await.expect("lines");
    let again = lines.iter().find(|line| line.body.key.event.0 == 101).expect("the line");
    let generation = again.body.submission.as_ref().expect("approved").generation;
    let (line, words) = (key(&proposal, 101), "its dependency failed");
    club.fail_unsent(&line, generation, Cause::DependencyFailed, words, &owner("w"), &now()).await.expect("failed");
    club.retry_line(&line, later(10), &now()).await.expect("retried");
    assert_eq!(tally().await, Tally { approved: 4, ..sent });
    let run = club.run(&proposal.run).await.expect("read").expect("there").body;
    assert!(run.completed_at.is_some() && run.completed_at <= run.approved_at);
}
