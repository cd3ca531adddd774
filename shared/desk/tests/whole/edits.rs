//! Edits, checks and manual runs.

use desk::DeskError;
use desk::check::{CheckTarget, RequestedPlace, When, check, rank};
use desk::edit::{Edited, LineChange, Request, edit};
use desk::runs::{Buffer, end, start_manual};
use domain::calendar::write_moment;
use domain::snapshot::EmployeeId;
use store::Stored;
use store::documents::{Expect, LockedDay};
use store::edits::Mark;
use store::key::RunId;
use store::lines::{Line, LineError};
use store::runs::RunError;
use store::states::LineStatus;
use testkit::TestClub;

const CLUB: &str = "person A specialist
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
const PLAN: &str = "1 A 24, 2 C 24, 3 L 24, 5 J 25, 6 J 25";

fn wish(who: Option<&str>, when: Option<&str>) -> RequestedPlace {
    RequestedPlace {
        employee: who.map(|w| EmployeeId(w.to_owned())),
        when: when.map(|w| When::read(w).expect("a time")),
    }
}

async fn edit_as_asked(
    test: &TestClub,
    line: &str,
    version: Option<u64>,
    wanted: LineChange,
    why: Option<&str>,
) -> Result<Edited, DeskError> {
    let request = Request { line: line.to_owned(), version, wanted, overriding: why.map(str::to_owned) };
    edit(test.desk(), &request, &test.because()).await
}

async fn put(test: &TestClub, line: &str, who: Option<&str>, when: Option<&str>) -> Result<Edited, DeskError> {
    edit_as_asked(test, line, None, LineChange::Place(wish(who, when)), None).await
}

fn places(edited: &Edited) -> Vec<String> {
    let one = |l: &Stored<Line>| {
        let Some(place) = &l.body.place else { return format!("{} nobody nowhere", l.body.key) };
        let block = place.block.map(|b| format!("/{b}")).unwrap_or_default();
        format!("{} {} {}{block}", l.body.key, place.employee_id, write_moment(place.start))
    };
    std::iter::once(&edited.line).chain(&edited.others).map(one).collect()
}

fn rules(error: &DeskError) -> Vec<&'static str> {
    match error {
        DeskError::Breaks { broken } => broken.iter().map(|b| b.rule.id()).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn an_edit_moves_a_line_and_its_pair_with_it() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("r1", PLAN).await;
    let person = put(&test, "r1.1", Some("B"), None).await.expect("edited");
    assert_eq!(places(&person), ["r1.1 B 2026-11-24T10:15:00/1"]);
    assert_eq!((person.line.body.state.status(), person.line.version), (LineStatus::UserEdited, 2));
    assert_eq!(person.line.body.original.as_ref().map(|o| o.employee_id.0.as_str()), Some("A"));
    let day = put(&test, "r1.1", None, Some("2026-11-26")).await.expect("edited");
    assert_eq!(places(&day), ["r1.1 B 2026-11-26T10:15:00/2", "r1.2 C 2026-11-26T12:00:00"]);
    let unit = put(&test, "r1.6", Some("K"), None).await.expect("edited");
    assert_eq!(places(&unit), ["r1.6 K 2026-11-25T17:00:00", "r1.5 K 2026-11-25T09:00:00"]);
    let back = edit_as_asked(&test, "r1.5", None, LineChange::Revert, None).await.expect("reverted");
    assert_eq!(places(&back), ["r1.5 J 2026-11-25T09:00:00", "r1.6 J 2026-11-25T17:00:00"]);
    let back = edit_as_asked(&test, "r1.1", None, LineChange::Revert, None).await.expect("reverted");
    assert_eq!(places(&back), ["r1.1 A 2026-11-24T10:15:00/1", "r1.2 C 2026-11-24T12:00:00"]);
}

#[tokio::test]
async fn a_line_without_a_place_is_placed_by_hand() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    let missing = put(&test, "r1.7", Some("B"), None).await;
    assert!(matches!(missing, Err(DeskError::Incomplete { missing: "schedule_datetime" })), "{missing:?}");
    let edited = put(&test, "r1.7", Some("B"), Some("2026-11-24T10:45:00")).await.expect("edited");
    assert_eq!(places(&edited), ["r1.7 B 2026-11-24T10:45:00/3"]);
    let approved = test.approve("a1", &run, Some(&["7"])).await.expect("approved");
    assert_eq!(approved.queued.len(), 1);
}

#[tokio::test]
async fn a_start_follows_from_the_rulebook() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("r1", PLAN).await;
    for (line, when, legal) in
        [("r1.7", "2026-11-24T10:30:00", "10:45, 11:15, 11:45"), ("r1.5", "2026-11-25T10:00:00", "09:00")]
    {
        let refused = put(&test, line, Some(if line == "r1.7" { "B" } else { "K" }), Some(when)).await;
        let Err(DeskError::BadStart { legal: found }) = &refused else { panic!("{refused:?}") };
        let found: Vec<String> = found.iter().map(|start| start.format("%H:%M").to_string()).collect();
        assert_eq!(found.join(", "), legal);
    }
    let outside = put(&test, "r1.7", Some("B"), Some("2027-03-01")).await;
    assert!(matches!(outside, Err(DeskError::DayOutside { .. })), "{outside:?}");
    let nobody = put(&test, "r1.7", Some("Z"), Some("2026-11-24")).await;
    assert!(matches!(nobody, Err(DeskError::UnknownEmployee { .. })), "{nobody:?}");
}

#[tokio::test]
async fn a_broken_rule_is_refused_unless_a_manager_means_it() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    let refused = put(&test, "r1.7", Some("A"), Some("2026-11-24")).await.expect_err("two Core a day");
    assert_eq!(rules(&refused), ["H3"]);
    let wednesday = put(&test, "r1.7", Some("B"), Some("2026-11-25")).await.expect_err("not on Wednesdays");
    assert_eq!(rules(&wednesday), ["H2"]);
    let place = LineChange::Place(wish(Some("A"), Some("2026-11-24")));
    let meant = edit_as_asked(&test, "r1.7", None, place, Some("A asked for both")).await.expect("edited");
    assert_eq!(meant.overridden.iter().map(|b| b.rule.id()).collect::<Vec<_>>(), ["H3"]);
    let line = test.line_of(&run, 7).await.body.overridden.expect("a manager's word");
    assert_eq!((line.rules, line.because.why.as_str()), (vec!["H3".to_owned()], "A asked for both"));
    // Somebody else's edit that needs no new confirmation leaves the first manager's as it was.
    let kim = test.because_of("kim", "edited");
    let wanted = LineChange::Place(wish(Some("A"), Some("2026-11-24")));
    let request = Request { line: "r1.7".to_owned(), version: None, wanted, overriding: None };
    edit(test.desk(), &request, &kim).await.expect("edited");
    let kept = test.line_of(&run, 7).await.body.overridden.expect("still a manager's word");
    assert_ne!(kept.because.who, kim.who);
    // An approval accepts rules that a manager confirmed.
    let approved = test.approve("a1", &run, None).await.expect("approved");
    assert_eq!((approved.queued.len(), approved.refused.len()), (6, 0), "{approved:?}");
    let late = put(&test, "r1.7", Some("B"), Some("2026-11-24")).await;
    assert!(matches!(late, Err(DeskError::Line(LineError::NotAllowed(_)))), "{late:?}");
}

#[tokio::test]
async fn an_edit_of_what_was_seen_at_another_version_is_refused() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("r1", PLAN).await;
    let hold = LineChange::Mark(Mark::Held);
    edit_as_asked(&test, "r1.1", Some(1), hold.clone(), None).await.expect("held");
    let stale = edit_as_asked(&test, "r1.1", Some(1), hold, None).await;
    assert!(matches!(stale, Err(DeskError::Line(LineError::Stale { found: 2 }))), "{stale:?}");
}

#[tokio::test]
async fn holding_says_what_is_held_with_it() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("r1", PLAN).await;
    let held = edit_as_asked(&test, "r1.1", None, LineChange::Mark(Mark::Held), None).await.expect("held");
    assert!(held.line.body.held);
    let with: Vec<String> = held.held_with.iter().map(|h| format!("{} {}", h.line, h.waits_for)).collect();
    assert_eq!(with, ["r1.2 r1.1"]);
    let free = edit_as_asked(&test, "r1.1", None, LineChange::Mark(Mark::Free), None).await.expect("free");
    assert!(!free.line.body.held && free.held_with.is_empty());
}

#[tokio::test]
async fn a_line_of_an_older_run_names_the_newer_one() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("r1", PLAN).await;
    test.propose("r2", "1 A 24").await;
    let old = put(&test, "r1.1", Some("B"), None).await;
    assert!(matches!(&old, Err(DeskError::Superseded { by }) if by.as_str() == "r2"), "{old:?}");
    let unknown = put(&test, "r1.99", Some("B"), None).await;
    assert!(matches!(unknown, Err(DeskError::UnknownLines { .. })), "{unknown:?}");
}

#[tokio::test]
async fn a_check_says_what_a_change_would_do_and_does_nothing() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    let line = CheckTarget::Line("r1.1".to_owned());
    let (_, found) = check(test.desk(), &line, &wish(None, Some("2026-11-26")), test.now()).await.expect("checked");
    assert_eq!(found.violations.iter().map(|v| v.rule.id()).collect::<Vec<_>>(), ["H3"]);
    let (_, found) =
        check(test.desk(), &line, &wish(Some("B"), Some("2026-11-26")), test.now()).await.expect("checked");
    assert!(found.allowed && found.points != 0.0, "{found:?}");
    assert_eq!(found.moves_along.len(), 1);
    assert_eq!(test.line_of(&run, 1).await.version, 1);
}

#[tokio::test]
async fn a_line_alone_is_ranked_by_day_and_person() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("r1", PLAN).await;
    let line = CheckTarget::Line("r1.7".to_owned());
    let ((_, days), requests) = test.requests(async |desk| rank(desk, &line, test.now()).await.expect("ranked")).await;
    assert!(requests <= 7, "{requests} requests");
    let shown: Vec<String> = days
        .iter()
        .map(|d| {
            let people: Vec<_> = d.people.iter().map(|p| p.employee_id.0.clone()).collect();
            let cannot: Vec<_> = d.cannot.iter().map(|c| format!("{}:{}", c.employee_id, c.rule)).collect();
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
async fn a_manual_run_waits_alone_and_no_more_than_six_an_hour() {
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
async fn the_club_is_read_anew_when_something_that_rules_read_has_changed() {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("r1", PLAN).await;
    let line = CheckTarget::Line("r1.7".to_owned());
    let rank = async || test.requests(async |desk| rank(desk, &line, test.now()).await.expect("ranked").1).await;
    let (before, _) = rank().await;
    let (again, requests) = rank().await;
    assert_eq!(requests, 2, "bearings and lines");
    assert_eq!(again.len(), before.len());
    let locked = LockedDay::on(before[0].date.parse().expect("a date"));
    test.club().put_document(&locked, Expect::Anything).await.expect("locked");
    let (after, requests) = rank().await;
    assert!(requests > 2, "{requests} requests");
    assert!(after.iter().all(|day| day.date != before[0].date), "{} is locked", before[0].date);
    // The next day has other days to plan.
    test.clock.advance(chrono::TimeDelta::days(1));
    let (_, requests) = rank().await;
    assert!(requests > 2, "{requests} requests");
}

#[tokio::test]
async fn what_is_decided_costs_no_new_reading_of_the_club_and_weighs_in_no_check() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    let line = CheckTarget::Line("r1.3".to_owned());
    let evaluate_change = async || {
        let wish = wish(Some("B"), Some("2026-11-27"));
        test.requests(async |desk| check(desk, &line, &wish, test.now()).await.expect("checked").1).await
    };
    let (before, _) = evaluate_change().await;
    put(&test, "r1.1", Some("B"), None).await.expect("edited");
    edit_as_asked(&test, "r1.1", None, LineChange::Revert, None).await.expect("reverted");
    edit_as_asked(&test, "r1.5", None, LineChange::Mark(Mark::Held), None).await.expect("held");
    let (after, requests) = evaluate_change().await;
    assert!(requests <= 3, "{requests} requests: bearings, versions and the lines that changed");
    assert_eq!(before, after);
    // After a wish for one place, another place can be checked without losing the points of the wish.
    put(&test, "r1.3", Some("B"), Some("2026-11-26")).await.expect("edited");
    let (after, _) = evaluate_change().await;
    assert!(!after.terms.contains_key("wish"), "{:?}", after.terms);
    assert_eq!(
        test.line_of(&run, 3).await.body.decisions.wish.map(|wish| wish.date.to_string()).as_deref(),
        Some("2026-11-26")
    );
}

#[tokio::test]
async fn only_what_a_person_asked_for_is_asked_of_the_next_run() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    let wished = async |event: u64| {
        let wish = test.line_of(&run, event).await.body.decisions.wish;
        wish.map(|wish| format!("{} {}", wish.employee_id, wish.date))
    };
    // The Supervisor follows its Core, and the Production takes its Survey along.
    put(&test, "r1.1", None, Some("2026-11-27")).await.expect("edited");
    put(&test, "r1.6", Some("K"), None).await.expect("edited");
    assert_eq!((wished(1).await.as_deref(), wished(2).await), (Some("A 2026-11-27"), None));
    assert_eq!((wished(5).await, wished(6).await.as_deref()), (None, Some("K 2026-11-25")));
    // A wish for the Supervisor follows it to another day of its Core.
    put(&test, "r1.2", Some("C"), None).await.expect("edited");
    put(&test, "r1.1", None, Some("2026-11-25")).await.expect("edited");
    let supervisor = test.line_of(&run, 2).await.body;
    let place = supervisor.place.expect("placed");
    let follows = supervisor.decisions.wish.is_some_and(|wish| wish.is_for(&place));
    assert!(follows, "C on whatever day its Core is");
    edit_as_asked(&test, "r1.1", None, LineChange::Revert, None).await.expect("reverted");
    edit_as_asked(&test, "r1.6", None, LineChange::Revert, None).await.expect("reverted");
    for event in [1, 2, 5, 6] {
        assert_eq!(wished(event).await, None, "{event}");
    }
}

#[tokio::test]
async fn of_twenty_who_edit_one_line_at_once_without_a_version_each_is_served() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    let edits = (0..20).map(|n| put(&test, "r1.7", Some(if n % 2 == 0 { "B" } else { "A" }), Some("2026-11-27")));
    let served = futures_util::future::join_all(edits.collect::<Vec<_>>()).await;
    let mut versions: Vec<u64> = served.into_iter().map(|done| done.expect("served").line.version).collect();
    versions.sort_unstable();
    assert_eq!(versions, (2..=21).collect::<Vec<_>>());
    assert_eq!(test.line_of(&run, 7).await.version, 21);
}
