//! Tests of edits that break rules with a manager's confirmation.

use desk::DeskError;
use desk::check::{CheckTarget, rank};
use desk::edit::{LineChange, Request, edit};
use domain::rules::HardName;
use domain::snapshot::{EmployeeId, TimeOff};
use store::documents::Expect;
use store::lines::LineError;
use testkit::TestClub;

use crate::edits::{CLUB, PLAN, broken_rules, place_line, places, request_edit, requested};

/// L may work the Freeosk only on a day with a Core of L (H12).
const FREEOSK_BESIDE_CORE: &str = "person A specialist
    person L lead
    event 1 Core 24..28
    event 2 Freeosk 24..25";

#[tokio::test]
async fn a_place_that_breaks_a_confirmed_rule_changes_no_other_line_of_its_day_and_is_reverted_completely() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("r1", "1 A 25, 2 C 25, 3 L 25").await;
    // B does not work on Wednesdays, so no start fits.
    for (start, expected) in
        [("2026-11-25", "r1.1 B 2026-11-25T10:15:00/1"), ("2026-11-25T11:15:00", "r1.1 B 2026-11-25T11:15:00/5")]
    {
        let place = LineChange::Place(requested(Some("B"), Some(start)));
        let edited = request_edit(&test, "r1.1", None, place, Some("B agreed")).await.expect("edited");
        assert_eq!(edited.overridden.iter().map(|b| b.rule.id()).collect::<Vec<_>>(), ["H2"]);
        assert_eq!(places(&edited), [expected], "the Supervisor stays with its Core");
        let back = request_edit(&test, "r1.1", None, LineChange::Revert, None).await.expect("reverted");
        assert_eq!(places(&back), ["r1.1 A 2026-11-25T10:15:00/1"]);
        assert_eq!(back.line.body.overridden, None);
    }
}

#[tokio::test]
async fn a_line_that_broke_a_rule_keeps_its_place_when_another_line_goes_back() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", "1 B 24, 3 L 24").await;
    place_line(&test, "r1.1", Some("A"), None).await.expect("edited");
    let place = LineChange::Place(requested(Some("A"), Some("2026-11-24")));
    request_edit(&test, "r1.7", None, place, Some("A asked for both")).await.expect("edited");
    let back = request_edit(&test, "r1.1", None, LineChange::Revert, None).await.expect("reverted");
    assert_eq!(back.line.body.place.as_ref().map(|place| place.employee_id.0.as_str()), Some("B"));
    // A has one Core now, so the confirmation is not needed any more. The placement by hand stays.
    let kept = test.line_of(&run, 7).await.body;
    assert_eq!(kept.overridden, None);
    let place = kept.place.expect("a place");
    assert_eq!(place.employee_id.0, "A");
    assert!(kept.decisions.wish.is_some_and(|wish| wish.is_for(&place)));
}

#[tokio::test]
async fn an_edit_that_breaks_a_rule_is_refused_unless_a_manager_confirms_it() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    let refused = place_line(&test, "r1.7", Some("A"), Some("2026-11-24")).await.expect_err("two Core a day");
    assert_eq!(broken_rules(&refused), ["H3"]);
    let wednesday = place_line(&test, "r1.7", Some("B"), Some("2026-11-25")).await.expect_err("not on Wednesdays");
    assert_eq!(broken_rules(&wednesday), ["H2"]);
    let place = LineChange::Place(requested(Some("A"), Some("2026-11-24")));
    let overridden = request_edit(&test, "r1.7", None, place, Some("A asked for both")).await.expect("edited");
    assert_eq!(overridden.overridden.iter().map(|b| b.rule.id()).collect::<Vec<_>>(), ["H3"]);
    let line = test.line_of(&run, 7).await.body.overridden.expect("a manager's confirmation");
    assert_eq!((line.rules, line.because.why.as_str()), (vec!["H3".to_owned()], "A asked for both"));
    // An edit by another person that breaks no other rules keeps the confirmation of the first manager.
    let kim = test.because_of("kim", "edited");
    let wanted = LineChange::Place(requested(Some("A"), Some("2026-11-24")));
    let request = Request { line: "r1.7".to_owned(), version: None, wanted, overriding: None };
    edit(test.desk(), &request, &kim).await.expect("edited");
    let kept = test.line_of(&run, 7).await.body.overridden.expect("the first manager's confirmation");
    assert_ne!(kept.because.who, kim.who);
    // An approval accepts rules that a manager confirmed.
    let approved = test.approve("a1", &run, None).await.expect("approved");
    assert_eq!((approved.queued.len(), approved.refused.len()), (6, 0), "{approved:?}");
    let late = place_line(&test, "r1.7", Some("B"), Some("2026-11-24")).await;
    assert!(matches!(late, Err(DeskError::Line(LineError::NotAllowed(_)))), "{late:?}");
}

#[tokio::test]
async fn a_line_keeps_its_person_although_a_rule_is_broken_there_now_if_a_manager_confirms_it() {
    for is_failed in [false, true] {
        let test = TestClub::of_lines(CLUB).await;
        let run = test.propose("r1", PLAN).await;
        if is_failed {
            test.approve("a1", &run, Some(&["3"])).await.expect("approved");
            test.fail(&run, 3).await;
        }
        let day = "2026-11-24".parse().expect("a date");
        let off = TimeOff { employee_id: EmployeeId("L".to_owned()), start: day, end: day };
        test.club().put_document(&off, Expect::Anything).await.expect("off");
        let line = CheckTarget::Line("r1.3".to_owned());
        let (_, days) = rank(test.desk(), &line, test.now()).await.expect("ranked");
        let cannot = days[0].cannot.iter().find(|one| one.employee_id.0 == "L").expect("L cannot work it now");
        assert_eq!((cannot.rule.map(HardName::id), days[0].date.as_str()), (Some("H2"), "2026-11-24"));
        if !is_failed {
            let refused = test.approve("a2", &run, Some(&["3"])).await.expect("an answer").refused;
            assert_eq!(refused[0].rules, ["H2"], "{refused:?}");
        }
        let place = LineChange::Place(requested(Some("L"), Some("2026-11-24")));
        let kept = request_edit(&test, "r1.3", None, place, Some("L comes in")).await.expect("kept");
        assert_eq!(kept.overridden.iter().map(|b| b.rule.id()).collect::<Vec<_>>(), ["H2"]);
        assert_eq!(places(&kept), ["r1.3 L 2026-11-24T10:15:00/2"]);
        assert_eq!(kept.line.body.overridden.expect("a confirmation").rules, ["H2"]);
        let (_, days) = rank(test.desk(), &line, test.now()).await.expect("ranked");
        assert!(days[0].people.iter().any(|one| one.is_present), "a confirmed rule stops nobody");
        let approved = test.approve("a3", &run, Some(&["3"])).await.expect("approved");
        assert_eq!((approved.queued.len(), approved.refused.len()), (1, 0), "{approved:?}");
    }
}

#[tokio::test]
async fn an_approval_accepts_a_rule_that_a_line_was_allowed_to_break_at_the_place_that_it_left() {
    let test = TestClub::of_lines(FREEOSK_BESIDE_CORE).await;
    let run = test.propose("r1", "1 L 24, 2 L 24").await;
    // L has no Core any more, which L's Freeosk needs.
    let place = LineChange::Place(requested(Some("A"), Some("2026-11-24")));
    let edited = request_edit(&test, "r1.1", None, place, Some("L trains A")).await.expect("edited");
    assert_eq!(edited.overridden.iter().map(|b| b.rule.id()).collect::<Vec<_>>(), ["H12"]);
    // The Core alone, then the Freeosk.
    for (id, event) in [("a1", "1"), ("a2", "2")] {
        let approved = test.approve(id, &run, Some(&[event])).await.expect("approved");
        assert_eq!((approved.queued.len(), approved.refused.len()), (1, 0), "{approved:?}");
    }
}

#[tokio::test]
async fn the_confirmation_of_a_line_that_moved_allows_no_other_rule_to_be_broken_at_the_place_that_it_left() {
    let test = TestClub::of_lines(FREEOSK_BESIDE_CORE).await;
    let run = test.propose("r1", "1 L 24, 2 L 24").await;
    let place = LineChange::Place(requested(Some("L"), Some("2026-11-25")));
    request_edit(&test, "r1.1", None, place, Some("agreed")).await.expect("edited");
    let day = "2026-11-24".parse().expect("a date");
    let off = TimeOff { employee_id: EmployeeId("L".to_owned()), start: day, end: day };
    test.club().put_document(&off, Expect::Anything).await.expect("off");
    let approved = test.approve("a1", &run, None).await.expect("approved");
    let refused: Vec<&str> = approved.refused.iter().map(|refused| refused.line.as_str()).collect();
    assert_eq!(refused, ["r1.2"], "{approved:?}");
}

#[tokio::test]
async fn a_line_whose_base_cannot_be_approved_keeps_its_place_in_the_choices() {
    // Every block of the day is taken, so the Core of L, which is the base of the Freeosk, has none.
    let others: Vec<String> =
        (1..=8).map(|n| format!("person P{n} specialist\nposted {} Core 22..40 P{n} 27 block={n}", 10 + n)).collect();
    let club = format!("person L lead\nevent 1 Core 27..28\nevent 2 Freeosk 27..28\n{}", others.join("\n"));
    let test = TestClub::of_lines(&club).await;
    let run = test.propose("r1", "1 L 27, 2 L 27").await;
    let refused = test.approve("a1", &run, Some(&["1"])).await.expect("an answer").refused;
    assert_eq!(refused.iter().map(|one| one.line.as_str()).collect::<Vec<_>>(), ["r1.1"], "{refused:?}");
    let (_, days) = rank(test.desk(), &CheckTarget::Line("r1.2".to_owned()), test.now()).await.expect("ranked");
    assert!(days[0].people.iter().any(|one| one.is_present), "{:?}", days[0].cannot);
}
