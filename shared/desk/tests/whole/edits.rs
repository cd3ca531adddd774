//! Tests of edits of lines, checks of places, the cache of the club, and manual runs.

use desk::DeskError;
use desk::check::{CheckTarget, PersonRefused, check, rank};
use desk::edit::{EditResult, LineChange, Request, edit};
use desk::evaluate::{RequestedPlace, When};
use desk::runs::{Buffer, end, start_manual};
use domain::calendar::write_moment;
use domain::rules::HardName;
use domain::snapshot::EmployeeId;
use store::Stored;
use store::documents::{Expect, LockedDay};
use store::edits::Mark;
use store::key::RunId;
use store::lines::{Line, LineError};
use store::runs::RunError;
use store::states::LineStatus;
use testkit::TestClub;

use crate::by_hand::ONE_EARLY_BLOCK;

pub const CLUB: &str = "person A specialist
    person B specialist
    person C supervisor
    person J barista
    person K barista
    person L lead
    weekly B wed=no
    event 1 Core 24..28 number=619001
    event 2 Supervisor 24..28 number=619001
    event 3 Core 24..28
    event 5 JuicerProduction 25..26 number=700001
    event 6 JuicerSurvey 25..26 number=700001
    event 7 Core 24..28
    posted 11 Core 23..40 A 26 block=1";
pub const PLAN: &str = "1 A 24, 2 C 24, 3 L 24, 5 J 25, 6 J 25";

pub fn requested(who: Option<&str>, when: Option<&str>) -> RequestedPlace {
    RequestedPlace {
        employee: who.map(|w| EmployeeId(w.to_owned())),
        when: when.map(|w| When::read(w).expect("a time")),
    }
}

pub async fn request_edit(
    test: &TestClub,
    line: &str,
    version: Option<u64>,
    wanted: LineChange,
    why: Option<&str>,
) -> Result<EditResult, DeskError> {
    let request = Request { line: line.to_owned(), version, wanted, overriding: why.map(str::to_owned) };
    edit(test.desk(), &request, &test.because()).await
}

pub async fn place_line(
    test: &TestClub,
    line: &str,
    who: Option<&str>,
    when: Option<&str>,
) -> Result<EditResult, DeskError> {
    request_edit(test, line, None, LineChange::Place(requested(who, when)), None).await
}

pub fn places(edited: &EditResult) -> Vec<String> {
    let one = |line: &Stored<Line>| {
        let Some(place) = &line.body.place else { return format!("{} not placed", line.body.key) };
        let block = place.block.map(|b| format!("/{b}")).unwrap_or_default();
        format!("{} {} {}{block}", line.body.key, place.employee_id, write_moment(place.start))
    };
    std::iter::once(&edited.line).chain(&edited.others).map(one).collect()
}

pub fn broken_rules(error: &DeskError) -> Vec<&'static str> {
    match error {
        DeskError::Breaks { broken } => broken.iter().map(|b| b.rule.id()).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn an_edit_moves_a_line_and_its_paired_line() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("r1", PLAN).await;
    let person = place_line(&test, "r1.1", Some("B"), None).await.expect("edited");
    assert_eq!(places(&person), ["r1.1 B 2026-11-24T10:15:00/1"]);
    assert_eq!((person.line.body.state.status(), person.line.version), (LineStatus::UserEdited, 2));
    assert_eq!(person.line.body.original.as_ref().map(|o| o.employee_id.0.as_str()), Some("A"));
    let day = place_line(&test, "r1.1", None, Some("2026-11-26")).await.expect("edited");
    assert_eq!(places(&day), ["r1.1 B 2026-11-26T10:15:00/2", "r1.2 C 2026-11-26T12:00:00"]);
    let unit = place_line(&test, "r1.6", Some("K"), None).await.expect("edited");
    assert_eq!(places(&unit), ["r1.6 K 2026-11-25T17:00:00", "r1.5 K 2026-11-25T09:00:00"]);
    let back = request_edit(&test, "r1.5", None, LineChange::Revert, None).await.expect("reverted");
    assert_eq!(places(&back), ["r1.5 J 2026-11-25T09:00:00", "r1.6 J 2026-11-25T17:00:00"]);
    let back = request_edit(&test, "r1.1", None, LineChange::Revert, None).await.expect("reverted");
    assert_eq!(places(&back), ["r1.1 A 2026-11-24T10:15:00/1", "r1.2 C 2026-11-24T12:00:00"]);
}

#[tokio::test]
async fn a_supervisor_stays_or_goes_back_to_where_it_is_posted_with_its_core() {
    let test = TestClub::of_lines(
        "person A specialist
        person B supervisor
        person C supervisor
        person D specialist
        posted 1 Core 24..30 A 24 number=619003
        posted 2 Supervisor 24..30 C 26 at=12:00 number=619003",
    )
    .await;
    let run = test.propose("r1", "1 A 26, 2 C 26").await;
    let edited = place_line(&test, "r1.1", None, Some("2026-11-27")).await.expect("edited");
    assert!(edited.others.iter().any(|line| !line.body.keeps_its_place()), "it follows: {:?}", places(&edited));
    let back = request_edit(&test, "r1.1", None, LineChange::Revert, None).await.expect("reverted");
    assert_eq!(back.line.body.place, back.line.body.original);
    let stays: Vec<bool> = back.others.iter().map(|line| line.body.keeps_its_place()).collect();
    assert_eq!(stays, [true], "{:?}", places(&back));
    let approved = test.approve("a1", &run, None).await.expect("approved");
    assert_eq!((approved.queued.len(), approved.refused.len()), (1, 0), "{approved:?}");
    test.submit_messages().await;
    test.fail(&run, 1).await;
    let other_person = place_line(&test, "r1.1", Some("D"), Some("2026-11-26")).await.expect("edited");
    assert!(other_person.others.is_empty(), "{:?}", places(&other_person));
}

#[tokio::test]
async fn a_line_without_a_place_is_placed_by_hand() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    let missing = place_line(&test, "r1.7", Some("B"), None).await;
    assert!(matches!(missing, Err(DeskError::Incomplete { missing: "schedule_datetime" })), "{missing:?}");
    let edited = place_line(&test, "r1.7", Some("B"), Some("2026-11-24T10:45:00")).await.expect("edited");
    assert_eq!(places(&edited), ["r1.7 B 2026-11-24T10:45:00/3"]);
    let approved = test.approve("a1", &run, Some(&["7"])).await.expect("approved");
    assert_eq!(approved.queued.len(), 1);
}

#[tokio::test]
async fn a_line_gives_up_its_place_if_that_breaks_no_rule() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    let core = request_edit(&test, "r1.1", None, LineChange::Unplace, Some("agreed")).await.expect_err("a Core");
    assert!(broken_rules(&core).contains(&"H10"), "its Supervisor stays: {core:?}");
    let open = request_edit(&test, "r1.2", None, LineChange::Unplace, None).await.expect("a Supervisor");
    assert_eq!(places(&open), ["r1.2 not placed"]);
    place_line(&test, "r1.2", Some("C"), Some("2026-11-24")).await.expect("edited");
    let open = request_edit(&test, "r1.2", None, LineChange::Unplace, None).await.expect("as before");
    assert_eq!(places(&open), ["r1.2 not placed"]);
    let line = test.line_of(&run, 2).await.body;
    assert_eq!((line.decisions.wish, line.original.map(|place| place.employee_id.0)), (None, Some("C".to_owned())));
    let twice = request_edit(&test, "r1.2", None, LineChange::Unplace, None).await;
    assert!(matches!(twice, Err(DeskError::Line(LineError::NoPlace))), "{twice:?}");
}

#[tokio::test]
async fn a_posted_event_that_is_moved_cannot_be_left_without_a_place() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("r1", "11 C 26").await;
    let refused = request_edit(&test, "r1.11", None, LineChange::Unplace, None).await.expect_err("it is posted");
    assert!(matches!(refused, DeskError::StaysPosted { .. }), "{refused}");
}

#[tokio::test]
async fn an_edit_with_a_start_a_day_or_a_person_that_is_not_allowed_is_refused() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("r1", PLAN).await;
    for (line, when, legal) in
        [("r1.7", "2026-11-24T10:30:00", "10:45, 11:15, 11:45"), ("r1.5", "2026-11-25T10:00:00", "09:00")]
    {
        let refused = place_line(&test, line, Some(if line == "r1.7" { "B" } else { "K" }), Some(when)).await;
        let Err(DeskError::BadStart { legal: found }) = &refused else { panic!("{refused:?}") };
        let found: Vec<String> = found.iter().map(|start| start.format("%H:%M").to_string()).collect();
        assert_eq!(found.join(", "), legal);
    }
    let outside = place_line(&test, "r1.7", Some("B"), Some("2027-03-01")).await;
    assert!(matches!(outside, Err(DeskError::DayOutside { .. })), "{outside:?}");
    let nobody = place_line(&test, "r1.7", Some("Z"), Some("2026-11-24")).await;
    assert!(matches!(nobody, Err(DeskError::UnknownEmployee { .. })), "{nobody:?}");
}

#[tokio::test]
async fn an_edit_of_another_line_may_change_a_start_of_the_solver_but_not_one_that_a_person_asked_for() {
    let test = TestClub::of_lines(ONE_EARLY_BLOCK).await;
    test.propose("r1", "1 A 24").await;
    let moved = place_line(&test, "r1.2", Some("B"), Some("2026-11-24")).await.expect("edited");
    assert_eq!(places(&moved), ["r1.2 B 2026-11-24T10:15:00/1", "r1.1 A 2026-11-24T10:45:00/3"]);

    let test = TestClub::of_lines(ONE_EARLY_BLOCK).await;
    test.propose("r1", "1 A 24").await;
    place_line(&test, "r1.1", Some("A"), Some("2026-11-24T10:15:00")).await.expect("edited");
    let refused = place_line(&test, "r1.2", Some("B"), Some("2026-11-24")).await.expect_err("no start is left");
    assert!(matches!(refused, DeskError::NoStartLeft { .. }), "{refused}");
    let later = place_line(&test, "r1.1", None, Some("2026-11-24T11:15:00")).await.expect("edited");
    assert_eq!(places(&later), ["r1.1 A 2026-11-24T11:15:00/5"]);
    let placed = place_line(&test, "r1.2", Some("B"), Some("2026-11-24")).await.expect("edited");
    assert_eq!(places(&placed), ["r1.2 B 2026-11-24T10:15:00/1"]);
}

#[tokio::test]
async fn a_start_that_a_person_asked_for_stays_if_the_line_gets_another_person() {
    let test = TestClub::of_lines(ONE_EARLY_BLOCK).await;
    test.propose("r1", "1 A 24").await;
    place_line(&test, "r1.1", None, Some("2026-11-24T11:15:00")).await.expect("edited");
    for (who, when, expected) in [
        ("D", None, "r1.1 D 2026-11-24T11:15:00/5"),
        ("A", Some("2026-11-24"), "r1.1 A 2026-11-24T11:15:00/5"),
        // B cannot work from 11:15.
        ("B", None, "r1.1 B 2026-11-24T10:15:00/1"),
        ("A", Some("2026-11-26"), "r1.1 A 2026-11-26T10:15:00/1"),
    ] {
        let edited = place_line(&test, "r1.1", Some(who), when).await.expect("edited");
        assert_eq!(places(&edited), [expected]);
    }
}

#[tokio::test]
async fn a_supervisor_that_moves_along_keeps_the_person_who_was_asked_for_if_no_rule_is_broken() {
    // A Club Supervisor earns more points than L, who may work a Supervisor event only on a day with a base event.
    let club = "person A specialist
        person C supervisor
        person L lead
        event 1 Core 24..28 number=619001
        event 2 Supervisor 24..28 number=619001
        event 3 Core 24..28
        posted 11 Core 23..40 L 26 block=1";
    let test = TestClub::of_lines(club).await;
    test.propose("r1", "1 A 24, 2 C 24, 3 L 24").await;
    place_line(&test, "r1.2", Some("L"), None).await.expect("edited");
    for (day, expected) in [
        ("2026-11-26", ["r1.1 A 2026-11-26T10:15:00/2", "r1.2 L 2026-11-26T12:00:00"]),
        ("2026-11-27", ["r1.1 A 2026-11-27T10:15:00/1", "r1.2 C 2026-11-27T12:00:00"]),
    ] {
        let moved = place_line(&test, "r1.1", None, Some(day)).await.expect("edited");
        assert_eq!(places(&moved), expected);
    }
}

#[tokio::test]
async fn a_line_does_not_go_back_to_a_block_that_another_line_has_taken() {
    let test = TestClub::of_lines(ONE_EARLY_BLOCK).await;
    test.propose("r1", "1 A 24").await;
    place_line(&test, "r1.1", None, Some("2026-11-26")).await.expect("edited");
    place_line(&test, "r1.2", Some("D"), Some("2026-11-24T10:15:00")).await.expect("edited");
    let refused = request_edit(&test, "r1.1", None, LineChange::Revert, None).await.expect_err("both are taken");
    assert!(matches!(refused, DeskError::BadStart { .. }), "{refused}");
    place_line(&test, "r1.2", None, Some("2026-11-24T11:15:00")).await.expect("edited");
    let back = request_edit(&test, "r1.1", None, LineChange::Revert, None).await.expect("reverted");
    assert_eq!(places(&back), ["r1.1 A 2026-11-24T10:15:00/1"]);
    assert_eq!(back.line.body.place, back.line.body.original);
}

#[tokio::test]
async fn a_start_is_not_the_reason_of_a_refusal_if_the_person_works_another_core_on_that_day() {
    let test = TestClub::of_lines(ONE_EARLY_BLOCK).await;
    test.propose("r1", "1 A 24").await;
    place_line(&test, "r1.1", None, Some("2026-11-26")).await.expect("edited");
    place_line(&test, "r1.2", Some("A"), Some("2026-11-24T10:15:00")).await.expect("edited");
    let back = request_edit(&test, "r1.1", None, LineChange::Revert, None).await.expect_err("A works another Core");
    assert_eq!(broken_rules(&back), ["H3"], "{back}");
    let there = place_line(&test, "r1.1", None, Some("2026-11-24T10:15:00")).await.expect_err("A works another Core");
    assert_eq!(broken_rules(&there), ["H3"], "{there}");
}

#[tokio::test]
async fn a_line_that_goes_back_also_moves_back_the_lines_that_only_made_room() {
    let test = TestClub::of_lines(ONE_EARLY_BLOCK).await;
    test.propose("r1", "1 A 24, 3 D 24").await;
    let moved = place_line(&test, "r1.2", Some("B"), Some("2026-11-24")).await.expect("edited");
    let all = ["r1.2 B 2026-11-24T10:15:00/1", "r1.1 A 2026-11-24T10:45:00/3", "r1.3 D 2026-11-24T10:45:00/4"];
    assert_eq!(places(&moved), all);
    // To another day.
    place_line(&test, "r1.2", Some("B"), Some("2026-11-25")).await.expect("edited");
    let back = request_edit(&test, "r1.3", None, LineChange::Revert, None).await.expect("reverted");
    assert_eq!(places(&back), ["r1.3 D 2026-11-24T10:45:00/3", "r1.1 A 2026-11-24T10:15:00/1"]);
    place_line(&test, "r1.2", Some("B"), Some("2026-11-24")).await.expect("edited");
    let back = request_edit(&test, "r1.2", None, LineChange::Revert, None).await.expect("reverted");
    let all = ["r1.2 not placed", "r1.1 A 2026-11-24T10:15:00/1", "r1.3 D 2026-11-24T10:45:00/3"];
    assert_eq!(places(&back), all);
    for line in std::iter::once(&back.line).chain(&back.others) {
        assert_eq!(line.body.place, line.body.original, "{}", line.body.key);
    }
}

#[tokio::test]
async fn an_edit_at_an_older_version_of_the_line_is_refused() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("r1", PLAN).await;
    let hold = LineChange::Mark(Mark::Held);
    request_edit(&test, "r1.1", Some(1), hold.clone(), None).await.expect("held");
    let stale = request_edit(&test, "r1.1", Some(1), hold, None).await;
    assert!(matches!(stale, Err(DeskError::Line(LineError::Stale { found: 2 }))), "{stale:?}");
}

#[tokio::test]
async fn holding_a_line_names_the_lines_that_are_held_with_it() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("r1", PLAN).await;
    let held = request_edit(&test, "r1.1", None, LineChange::Mark(Mark::Held), None).await.expect("held");
    assert!(held.line.body.held);
    let with: Vec<String> = held.held_with.iter().map(|h| format!("{} {}", h.line, h.waits_for)).collect();
    assert_eq!(with, ["r1.2 r1.1"]);
    let released = request_edit(&test, "r1.1", None, LineChange::Mark(Mark::Free), None).await.expect("released");
    assert!(!released.line.body.held && released.held_with.is_empty());
}

#[tokio::test]
async fn an_edit_of_a_line_of_an_older_run_is_refused_and_names_the_newer_one() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("r1", PLAN).await;
    test.propose("r2", "1 A 24").await;
    let old = place_line(&test, "r1.1", Some("B"), None).await;
    assert!(matches!(&old, Err(DeskError::Superseded { by }) if by.as_str() == "r2"), "{old:?}");
    let unknown = place_line(&test, "r1.99", Some("B"), None).await;
    assert!(matches!(unknown, Err(DeskError::UnknownLines { .. })), "{unknown:?}");
}

#[tokio::test]
async fn a_check_shows_the_effect_of_a_change_and_writes_nothing() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    let line = CheckTarget::Line("r1.1".to_owned());
    let (_, found) =
        check(test.desk(), &line, &requested(None, Some("2026-11-26")), test.now()).await.expect("checked");
    assert_eq!(found.violations.iter().map(|v| v.rule.id()).collect::<Vec<_>>(), ["H3"]);
    let (_, found) =
        check(test.desk(), &line, &requested(Some("B"), Some("2026-11-26")), test.now()).await.expect("checked");
    assert!(found.allowed && found.points != 0.0, "{found:?}");
    assert_eq!(found.moves_along.len(), 1);
    assert_eq!(test.line_of(&run, 1).await.version, 1);
}

#[tokio::test]
async fn the_place_where_its_event_is_posted_is_no_choice_of_a_line_and_no_broken_rule() {
    let test = TestClub::of_lines(
        "person A specialist
        person B specialist
        posted 1 Core 24..30 A 24 number=619003",
    )
    .await;
    test.propose("r1", "1 B 25").await;
    let line = CheckTarget::Line("r1.1".to_owned());
    let (_, days) = rank(test.desk(), &line, test.now()).await.expect("ranked");
    let day = days.iter().find(|day| day.date == "2026-11-24").expect("the day on which it is posted");
    let refused = day.cannot.iter().find(|one| one.employee_id.0 == "A").expect("A has it");
    assert_eq!((refused.rule, &refused.words), (None, &DeskError::SameAsPosted.to_string()));
    // No reason makes it possible.
    let there = requested(Some("A"), Some("2026-11-24"));
    let edited = request_edit(&test, "r1.1", None, LineChange::Place(there), Some("A agreed")).await;
    assert!(matches!(edited, Err(DeskError::SameAsPosted)), "{edited:?}");
}

#[tokio::test]
async fn the_places_of_a_line_are_ranked_by_day_and_person() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("r1", PLAN).await;
    let line = CheckTarget::Line("r1.7".to_owned());
    let ((_, days), requests) = test.requests(async |desk| rank(desk, &line, test.now()).await.expect("ranked")).await;
    assert!(requests <= 7, "{requests} requests");
    let shown: Vec<String> = days
        .iter()
        .map(|d| {
            let people: Vec<_> = d.people.iter().map(|p| p.employee_id.0.clone()).collect();
            let rule = |c: &PersonRefused| c.rule.map_or("none", HardName::id);
            let cannot: Vec<_> = d.cannot.iter().map(|c| format!("{}:{}", c.employee_id, rule(c))).collect();
            format!("{} {} | {}", d.date, people.join(" "), cannot.join(" "))
        })
        .collect();
    let expected = [
        "2026-11-24 B J K C | A:H3 L:H3",
        "2026-11-25 K L A C | B:H2 J:H6",
        "2026-11-26 B J K L C | A:H3",
        "2026-11-27 B J K L A C | ",
    ];
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn only_one_manual_run_is_open_and_at_most_six_start_in_an_hour() {
    let test = TestClub::of_lines(CLUB).await;
    let queue = test.cloud.environment().queue().expect("a queue");
    for n in 0..6 {
        let id = RunId::parse(&format!("m{n}")).expect("an id");
        start_manual(test.club(), &queue, id.clone(), Buffer::Kept, &test.because()).await.expect("started");
        let other = RunId::parse("other").expect("an id");
        let open = start_manual(test.club(), &queue, other, Buffer::Kept, &test.because()).await;
        match open {
            Err(DeskError::Run(RunError::Open { run })) => assert_eq!(run, id),
            other => assert!(n == 5 && matches!(other, Err(DeskError::TooManyRuns { most: 6, .. })), "{other:?}"),
        }
        end(test.club(), &id, &test.because()).await.expect("ended");
        end(test.club(), &id, &test.because()).await.expect("ended already");
    }
    test.clock.advance(chrono::TimeDelta::minutes(61));
    let id = RunId::parse("m7").expect("an id");
    start_manual(test.club(), &queue, id, Buffer::Dropped, &test.because()).await.expect("an hour later");
}

#[tokio::test]
async fn the_cached_club_is_read_again_after_a_change_of_its_facts_and_on_the_next_day() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("r1", PLAN).await;
    let line = CheckTarget::Line("r1.7".to_owned());
    let rank = async || test.requests(async |desk| rank(desk, &line, test.now()).await.expect("ranked").1).await;
    let (before, _) = rank().await;
    let (again, requests) = rank().await;
    assert_eq!(requests, 2, "the version of the plan and the lines");
    assert_eq!(again.len(), before.len());
    let locked = LockedDay::on(before[0].date.parse().expect("a date"));
    test.club().put_document(&locked, Expect::Anything).await.expect("locked");
    let (after, requests) = rank().await;
    assert!(requests > 2, "{requests} requests");
    assert!(after.iter().all(|day| day.date != before[0].date), "{} is locked", before[0].date);
    // On the next day, other days are planned.
    test.clock.advance(chrono::TimeDelta::days(1));
    let (_, requests) = rank().await;
    assert!(requests > 2, "{requests} requests");
}

#[tokio::test]
async fn edits_do_not_invalidate_the_cached_club_and_do_not_change_the_points_of_a_check() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    let line = CheckTarget::Line("r1.3".to_owned());
    let evaluate_change = async || {
        let to = requested(Some("B"), Some("2026-11-27"));
        test.requests(async |desk| check(desk, &line, &to, test.now()).await.expect("checked").1).await
    };
    let (before, _) = evaluate_change().await;
    place_line(&test, "r1.1", Some("B"), None).await.expect("edited");
    request_edit(&test, "r1.1", None, LineChange::Revert, None).await.expect("reverted");
    request_edit(&test, "r1.5", None, LineChange::Mark(Mark::Held), None).await.expect("held");
    let (after, requests) = evaluate_change().await;
    assert!(requests <= 3, "{requests} requests: the versions and the lines that changed");
    assert_eq!(before, after);
    // A check of another place does not subtract points for the wish that an edit has recorded.
    place_line(&test, "r1.3", Some("B"), Some("2026-11-26")).await.expect("edited");
    let (after, _) = evaluate_change().await;
    assert!(!after.terms.contains_key("wish"), "{:?}", after.terms);
    assert_eq!(
        test.line_of(&run, 3).await.body.decisions.wish.map(|wish| wish.date.to_string()).as_deref(),
        Some("2026-11-26")
    );
}

#[tokio::test]
async fn only_the_line_that_a_person_edited_records_a_wish() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    let wish_for = async |event: u64| {
        let wish = test.line_of(&run, event).await.body.decisions.wish;
        wish.map(|wish| format!("{} {}", wish.employee_id, wish.date))
    };
    // The Supervisor moves with its Core, and the Production moves with its Survey; neither was requested.
    place_line(&test, "r1.1", None, Some("2026-11-27")).await.expect("edited");
    place_line(&test, "r1.6", Some("K"), None).await.expect("edited");
    assert_eq!((wish_for(1).await.as_deref(), wish_for(2).await), (Some("A 2026-11-27"), None));
    assert_eq!((wish_for(5).await, wish_for(6).await.as_deref()), (None, Some("K 2026-11-25")));
    // The wish for the Supervisor moves with it when its Core changes the day.
    place_line(&test, "r1.2", Some("C"), None).await.expect("edited");
    place_line(&test, "r1.1", None, Some("2026-11-25")).await.expect("edited");
    let supervisor = test.line_of(&run, 2).await.body;
    let place = supervisor.place.expect("placed");
    let is_wish_for_place = supervisor.decisions.wish.is_some_and(|wish| wish.is_for(&place));
    assert!(is_wish_for_place, "C on the new day of the Core");
    request_edit(&test, "r1.1", None, LineChange::Revert, None).await.expect("reverted");
    request_edit(&test, "r1.6", None, LineChange::Revert, None).await.expect("reverted");
    for event in [1, 2, 5, 6] {
        assert_eq!(wish_for(event).await, None, "{event}");
    }
}

#[tokio::test]
async fn twenty_simultaneous_edits_of_a_line_without_a_version_all_succeed() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    let edits =
        (0..20).map(|n| place_line(&test, "r1.7", Some(if n % 2 == 0 { "B" } else { "A" }), Some("2026-11-27")));
    let results = futures_util::future::join_all(edits.collect::<Vec<_>>()).await;
    let mut versions: Vec<u64> = results.into_iter().map(|result| result.expect("edited").line.version).collect();
    versions.sort_unstable();
    assert_eq!(versions, (2..=21).collect::<Vec<_>>());
    assert_eq!(test.line_of(&run, 7).await.version, 21);
}

#[tokio::test]
async fn a_core_does_not_take_along_a_supervisor_that_was_moved_in_another_way() {
    let test = TestClub::of_lines(
        "person C supervisor
        person A specialist
        posted 1 Core 24..30 A 24 number=619003
        posted 2 Supervisor 24..30 C 24 at=12:00 number=619003",
    )
    .await;
    test.propose("r1", "1 A 26, 2 C 26").await;
    test.post_as_refresh(2, Some(("C", "2026-11-25T12:00:00"))).await;
    match place_line(&test, "r1.1", None, Some("2026-11-27")).await {
        Err(DeskError::PairCannotFollow { words }) => assert!(words.contains("in another way"), "{words}"),
        other => panic!("{other:?}"),
    }
}
