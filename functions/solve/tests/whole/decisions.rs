//! The next proposal carries what people decided on the last one: held lines, placements by hand, refused placements.

use chrono::TimeDelta;
use domain::fixture;
use domain::snapshot::{EmployeeId, EventRef, TimeOff};
use serde_json::json;
use store::documents::Expect;
use store::edits::{Mark, RejectionEffect};
use store::events::Place;
use store::key::{LineKey, ProposalKey};
use store::lines::{Edit, Line, LineError, LineKind};
use store::states::{LineStatus, RunStatus};
use testkit::{edit_line, run_id};

use crate::setup::SolveTest;

/// Four people and four Core events, and a Survey without its Production, so that no run may place the Survey.
const CLUB: &str = "person A specialist
    person B specialist
    person L lead
    person J barista
    event 1 Core 24..30
    event 2 Core 24..30
    event 3 Core 24..30
    event 4 Core 24..30
    event 5 JuicerSurvey 24..26";

const MORNING: &str = "2026-11-19T14:00:00Z";

/// A test whose club has a first proposal.
async fn test_with_proposal() -> (SolveTest, ProposalKey) {
    let test = SolveTest::with(&[&fixture::snapshot(CLUB)], MORNING).await;
    let proposal = test.run_manually("run-1", false).await;
    (test, proposal)
}

fn key(proposal: &ProposalKey, event: u64) -> LineKey {
    LineKey::of(proposal, EventRef(event))
}

fn edit_to(who: &str, day: &str) -> Edit {
    let start = format!("{day}T10:15:00").parse().expect("a time");
    let place = Place { employee_id: EmployeeId(who.to_owned()), start, block: Some(1) };
    Edit::Place { place, overridden: None }
}

/// The person and the day of a line's place.
fn person_and_day(line: &Line) -> Option<(String, String)> {
    line.place.as_ref().map(|place| (place.employee_id.0.clone(), place.start.date().to_string()))
}

impl SolveTest {
    /// Queues and solves a manual run, and returns its proposal.
    async fn run_manually(&self, name: &str, emergency: bool) -> ProposalKey {
        let message = self.queue_run(name, emergency).await;
        self.deliver(&[message]).await;
        assert_eq!(self.status(name).await, RunStatus::Completed);
        self.current_proposal().await.expect("a proposal")
    }

    /// Begins and solves the nightly run, and returns its proposal.
    async fn run_night(&self) -> ProposalKey {
        self.tick().await;
        self.deliver(&self.messages().await).await;
        self.current_proposal().await.expect("a proposal")
    }

    async fn line(&self, proposal: &ProposalKey, event: u64) -> Line {
        self.club().line(&key(proposal, event)).await.expect("read").expect("a line").body
    }

    /// Moves a line to another person and day, as a manager does.
    async fn edit(&self, proposal: &ProposalKey, event: u64, who: &str, day: &str) {
        let edit = edit_to(who, day);
        edit_line(self.club(), &key(proposal, event), None, &edit, &self.because()).await.expect("edited");
    }
}

#[tokio::test]
async fn every_kind_of_run_carries_peoples_decisions() {
    for kind in ["manual", "night", "emergency"] {
        let (test, first) = test_with_proposal().await;
        let (club, because) = (test.club(), test.because());
        club.mark_line(&key(&first, 1), None, Mark::Held, &because).await.expect("held");
        test.edit(&first, 2, "B", "2026-11-28").await;
        test.edit(&first, 5, "J", "2026-11-24").await;
        let refused = person_and_day(&test.line(&first, 3).await).expect("placed");
        club.reject_line(&key(&first, 3), None, RejectionEffect::AvoidPlacement, &because).await.expect("rejected");
        test.clock.advance(TimeDelta::minutes(5));
        let second = match kind {
            "night" => test.run_night().await,
            kind => test.run_manually("run-2", kind == "emergency").await,
        };
        assert_ne!(first.run, second.run, "{kind}");

        let held = test.line(&second, 1).await;
        assert!(held.held && held.state.status() == LineStatus::Proposed, "{kind}");
        assert_eq!(held.decisions.held_by.as_ref(), Some(&because), "{kind}: who and when");
        let met = test.line(&second, 2).await;
        assert_eq!(person_and_day(&met), Some(("B".to_owned(), "2026-11-28".to_owned())), "{kind}");
        assert_eq!((met.state.status(), met.unmet, met.original), (LineStatus::Proposed, None, met.place), "{kind}");
        assert_eq!(met.decisions.wish.map(|wish| wish.because), Some(because.clone()), "{kind}: who and when");
        let unmet = test.line(&second, 5).await;
        assert_eq!((unmet.kind, unmet.place), (LineKind::NotPlaced, None), "{kind}");
        assert_eq!(unmet.unmet.expect("a reason").rules, ["H11"], "{kind}");
        let other = test.line(&second, 3).await;
        assert_ne!(person_and_day(&other), Some(refused), "{kind}");
        assert_eq!(other.decisions.unwanted.len(), 1, "{kind}");
    }
}

#[tokio::test]
async fn a_wish_that_is_no_longer_legal_is_unmet_with_a_reason() {
    let (test, first) = test_with_proposal().await;
    test.edit(&first, 2, "B", "2026-11-28").await;
    let (who, day) = (EmployeeId("B".to_owned()), "2026-11-28".parse().expect("a date"));
    let off = TimeOff { employee_id: who, start: day, end: day };
    test.club().put_document(&off, Expect::Nothing).await.expect("off");
    let second = test.run_manually("run-2", false).await;
    let line = test.line(&second, 2).await;
    assert!(line.place.is_some(), "it is placed with somebody else, or on another day");
    let unmet = line.unmet.expect("a reason");
    assert_eq!(unmet.rules, ["H2"]);
    assert!(unmet.text.contains("time off") && unmet.text.contains("28 Nov"), "{}", unmet.text);

    // Now the day is a holiday instead, and B has no time off.
    let stored = test.club().document(&off).await.expect("read");
    test.club().change_document(stored.as_ref(), None, &test.because()).await.expect("removed");
    test.club().put_document(&store::documents::Holiday::on(day), Expect::Nothing).await.expect("written");
    let third = test.run_manually("run-3", false).await;
    assert_eq!(test.line(&third, 2).await.unmet.expect("a reason").text, "Sat 28 Nov is a holiday");

    // Without the time off and the holiday, the wish is met again.
    let holiday = store::documents::Holiday::on(day);
    let stored = test.club().document(&holiday).await.expect("read");
    test.club().change_document(stored.as_ref(), None, &test.because()).await.expect("removed");
    let fourth = test.run_manually("run-4", false).await;
    let line = test.line(&fourth, 2).await;
    assert_eq!((person_and_day(&line).expect("placed").0.as_str(), line.unmet), ("B", None));
}

#[tokio::test]
async fn an_unmet_wish_names_the_wish_that_excludes_it() {
    let (test, first) = test_with_proposal().await;
    for event in [2, 3] {
        test.edit(&first, event, "B", "2026-11-28").await;
    }
    let second = test.run_manually("run-2", false).await;
    let (two, three) = (test.line(&second, 2).await, test.line(&second, 3).await);
    let [met, unmet] = if two.unmet.is_none() { [two, three] } else { [three, two] };
    assert_eq!(person_and_day(&met), Some(("B".to_owned(), "2026-11-28".to_owned())));
    let why = unmet.unmet.clone().expect("a reason");
    assert_eq!(why.rules, ["H3"]);
    let is_named = |line: &Line| why.text.contains(&format!("Core {} ", line.key.event));
    assert!(is_named(&met) && !is_named(&unmet), "{}", why.text);
}

#[tokio::test]
async fn a_decision_that_is_taken_back_is_not_carried_to_the_next_run() {
    let (test, first) = test_with_proposal().await;
    let (club, because) = (test.club(), test.because());
    club.mark_line(&key(&first, 1), None, Mark::Held, &because).await.expect("held");
    test.edit(&first, 2, "B", "2026-11-28").await;
    club.reject_line(&key(&first, 3), None, RejectionEffect::AvoidPlacement, &because).await.expect("rejected");
    let second = test.run_manually("run-2", false).await;
    club.mark_line(&key(&second, 1), None, Mark::Free, &because).await.expect("free");
    // The line is where the solver placed it, so only the wish goes.
    let back = edit_line(club, &key(&second, 2), None, &Edit::Revert, &because).await.expect("back").body;
    assert_eq!((back.state.status(), person_and_day(&back).expect("placed").0.as_str()), (LineStatus::Proposed, "B"));
    club.mark_line(&key(&second, 3), None, Mark::RefusalsWithdrawn, &because).await.expect("wanted again");
    let third = test.run_manually("run-3", false).await;
    for line in test.lines(&third).await {
        assert!(!line.held && line.decisions.is_empty() && line.unmet.is_none(), "{}", line.key);
    }
    // The score is as if nobody had decided anything. The days of the equal events follow the last proposal.
    let mut scores = Vec::new();
    for name in ["run-1", "run-3"] {
        let summary = test.run(name).await.summary.expect("a summary");
        scores.push(summary.answer.expect("an answer").score);
    }
    assert!((scores[0] - scores[1]).abs() < 1e-6, "{scores:?}");
    let day = person_and_day(&test.line(&third, 2).await).expect("placed").1;
    assert_ne!(day, "2026-11-28", "that day costs points, and nobody wishes for it any more");
}

#[tokio::test]
async fn a_refused_placement_is_proposed_again_after_a_week_or_when_somebody_asks_for_it() {
    for asks in [false, true] {
        // One person and one day: there is no other way to place it.
        let club = "person A specialist
            event 1 Core 30..31";
        let test = SolveTest::with(&[&fixture::snapshot(club)], MORNING).await;
        let first = test.run_manually("run-1", false).await;
        let (club, because) = (test.club(), test.because());
        assert!(test.line(&first, 1).await.place.is_some());
        club.reject_line(&key(&first, 1), None, RejectionEffect::AvoidPlacement, &because).await.expect("rejected");
        let second = test.run_manually("run-2", false).await;
        assert_eq!(
            test.line(&second, 1).await.place,
            None,
            "the refusal costs more points than the placement is worth"
        );
        if asks {
            test.edit(&second, 1, "A", "2026-11-30").await;
        } else {
            test.clock.advance(TimeDelta::days(7));
        }
        let third = test.run_manually("run-3", false).await;
        let line = test.line(&third, 1).await;
        assert!(line.place.is_some() && line.decisions.unwanted.is_empty(), "{asks}");
    }
}

#[tokio::test]
async fn a_decision_made_during_a_run_is_not_lost() {
    for round in 0..6 {
        let (test, first) = test_with_proposal().await;
        let message = test.queue_run("run-2", false).await;
        let because = test.because();
        let deciding = async {
            while test.status("run-2").await == RunStatus::Queued {
                tokio::task::yield_now().await;
            }
            // Each round decides later in the run.
            for _ in 0..round {
                test.status("run-2").await;
            }
            let held = test.club().mark_line(&key(&first, 1), None, Mark::Held, &because).await;
            let edit = edit_to("B", "2026-11-28");
            let edited = edit_line(test.club(), &key(&first, 2), None, &edit, &because).await;
            (held, edited)
        };
        let ((), (held, edited)) = tokio::join!(test.deliver(std::slice::from_ref(&message)), deciding);
        assert_eq!(test.status("run-2").await, RunStatus::Completed);
        let second = test.current_proposal().await.expect("a proposal");
        let (one, two) = (test.line(&second, 1).await, test.line(&second, 2).await);
        let may_refuse = |error: &LineError| matches!(error, LineError::Superseded { .. } | LineError::NotAllowed(_));
        match held {
            Ok(_) => assert!(one.held, "round {round}"),
            Err(error) => assert!(may_refuse(&error), "round {round}: {error:?}"),
        }
        match edited {
            Ok(_) => {
                let is_met = person_and_day(&two) == Some(("B".to_owned(), "2026-11-28".to_owned()));
                assert!(two.decisions.wish.is_some() && is_met != two.unmet.is_some(), "round {round}: {two:?}");
            }
            Err(error) => assert!(may_refuse(&error), "round {round}: {error:?}"),
        }
    }
}

#[tokio::test]
async fn a_posted_core_that_somebody_moved_by_hand_is_moved_there_by_the_next_run() {
    let club = "person A specialist
        person B specialist
        posted 1 Core 22..34 A 26 block=1
        event 2 Core 26..27
        off B 26..26";
    let mut document = fixture::snapshot(club);
    document["posted"][0]["scheduled_event_id"] = json!(55_000_001);
    let test = SolveTest::with(&[&document], MORNING).await;
    let first = test.run_manually("run-1", false).await;
    assert_eq!(test.line(&first, 1).await.kind, LineKind::Moved, "it makes room for the other one");
    test.edit(&first, 1, "B", "2026-12-02").await;
    let second = test.run_manually("run-2", false).await;
    let line = test.line(&second, 1).await;
    assert_eq!(person_and_day(&line), Some(("B".to_owned(), "2026-12-02".to_owned())));
    assert!(line.decisions.wish.is_some() && line.unmet.is_none());
    assert_eq!(run_id("run-2"), second.run);
}
