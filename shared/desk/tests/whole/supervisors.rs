//! What an edit of a Core does to its posted Supervisor, and on which days it is offered.

use desk::check::{CheckTarget, rank};
use desk::edit::LineChange;
use testkit::TestClub;

use crate::edits::{place_line, places, request_edit, requested};

/// B does not work on Wednesday the 25th.
const CLUB: &str = "person A specialist
    person B specialist
    person C supervisor
    weekly B wed=no
    posted 1 Core 24..30 A 24 number=619003
    posted 2 Supervisor 24..30 C 24 at=12:00 number=619003";

#[tokio::test]
async fn a_supervisor_goes_along_although_a_rule_is_set_aside_for_its_core() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("r1", "1 A 26, 2 C 26").await;
    let change = LineChange::Place(requested(Some("B"), Some("2026-11-25")));
    let edited = request_edit(&test, "r1.1", None, change, Some("B agreed")).await.expect("edited");
    let both = places(&edited);
    assert!(both[0].starts_with("r1.1 B 2026-11-25"), "{both:?}");
    assert!(both[1].starts_with("r1.2 C 2026-11-25"), "{both:?}");
}

#[tokio::test]
async fn days_to_which_a_posted_supervisor_cannot_follow_are_not_offered() {
    let test = TestClub::of_lines(CLUB).await;
    // The proposal has no line for the Supervisor.
    test.propose("r1", "1 B 24").await;
    let line = CheckTarget::Line("r1.1".to_owned());
    let (_, days) = rank(test.desk(), &line, test.now()).await.expect("ranked");
    for day in &days {
        let Some(person) = day.people.iter().find(|person| !person.is_present) else { continue };
        let edited = place_line(&test, "r1.1", Some(&person.employee_id.0), Some(&day.date)).await;
        assert!(edited.is_ok(), "{} on {}: {edited:?}", person.employee_id, day.date);
    }
    let offered: Vec<&str> = days.iter().filter(|day| !day.people.is_empty()).map(|day| day.date.as_str()).collect();
    assert_eq!(offered, ["2026-11-24"]);
    let words =
        days.iter().find_map(|day| day.cannot.iter().find(|refused| refused.words.contains("would have to follow")));
    assert!(words.is_some(), "{days:?}");
}
