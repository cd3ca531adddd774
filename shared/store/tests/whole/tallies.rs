//! What is known of lines without reading them: how they stand in brief, and how often what happened to them.

use store::Stored;
use store::edits::Mark;
use store::lines::{Edit, LineBrief};
use store::tally::Tally;

use crate::approvals::key;
use crate::house::{House, NOW};
use crate::morning::{later, now, place};

#[tokio::test]
async fn a_brief_says_what_its_line_says_at_every_version() {
    let house = House::with_club().await;
    let club = house.club();
    let proposal = house.proposed().await;
    let agree = async |what: &str| {
        let lines = club.lines(&proposal, NOW).await.expect("lines");
        let of = |line: &Stored<_>| Stored { version: line.version, body: LineBrief::of(&line.body) };
        let briefs = club.line_briefs(&proposal, NOW).await.expect("briefs");
        assert_eq!(briefs, lines.iter().map(of).collect::<Vec<_>>(), "{what}");
    };
    agree("as proposed").await;
    club.mark_line(&key(&proposal, 101), None, Mark::Held, &now()).await.expect("held");
    agree("held").await;
    let edit = Edit::Place { place: place("E03", "2026-11-28"), overridden: None };
    club.edit_line(&key(&proposal, 102), None, &edit, &now()).await.expect("edited");
    agree("edited").await;
    house.approved("a-1", &proposal, &[102, 201]).await;
    agree("approved").await;
    house.failed(&key(&proposal, 201)).await;
    agree("failed").await;
}

#[tokio::test]
async fn what_happens_to_the_lines_of_a_run_is_counted_when_it_happens() {
    let house = House::with_club().await;
    let club = house.club();
    let proposal = house.proposed().await;
    let tally = async || {
        let tallies = club.tallies(&proposal.run, &proposal.run).await.expect("tallies");
        tallies.get(proposal.run.as_str()).copied().unwrap_or_default()
    };
    assert_eq!(tally().await, Tally::default());
    club.mark_line(&key(&proposal, 101), None, Mark::Held, &now()).await.expect("held");
    club.mark_line(&key(&proposal, 101), None, Mark::Free, &now()).await.expect("free");
    let edit = Edit::Place { place: place("E03", "2026-11-28"), overridden: None };
    club.edit_line(&key(&proposal, 102), None, &edit, &now()).await.expect("edited");
    let edited_and_held = Tally { edited: 1, held: 1, ..Tally::default() };
    assert_eq!(tally().await, edited_and_held, "taking a mark away is not counted");
    house.approved("a-1", &proposal, &[101, 102, 201]).await;
    club.recall(&[key(&proposal, 101)], &now()).await.expect("recalled");
    for event in [102, 201] {
        house.failed(&key(&proposal, event)).await;
    }
    club.retry_line(&key(&proposal, 102), later(10), &now()).await.expect("retried");
    club.done_by_hand(&key(&proposal, 201), None, &now()).await.expect("noted");
    let sent = Tally { approved: 3, recalled: 1, failed: 2, retried: 1, accepted: 1, ..edited_and_held };
    assert_eq!(tally().await, sent);
    let run = club.run(&proposal.run).await.expect("read").expect("there").body;
    assert!(run.completed_at.is_some() && run.completed_at <= run.approved_at);
}
