//! Tests of schedules that a person places, moves or takes back by hand.

use desk::DeskError;
use desk::approve::{ApprovalMode, resume_approval};
use desk::check::{CheckTarget, rank};
use desk::evaluate::{RequestedPlace, When};
use desk::posted_changes::{self, ChangeResult, PostedChange, Request};
use domain::snapshot::{EmployeeId, EventRef};
use store::key::{ApprovalId, RunId};
use store::lines::LineKind;
use store::states::{LineStatus, RunStatus};
use testkit::{TestClub, run_id};

/// Posted: a Core of A and one of B, a Freeosk, a Core with its Supervisor, and a Core on 26 November, which is locked.
/// Not posted: a Core, one that a run does not schedule, and one that Crossmark cancelled.
const CLUB: &str = "person A specialist
    person B specialist
    person L lead
    person S supervisor
    posted 1 Core 20..28 A 24 block=1
    posted 2 Core 20..28 B 25 block=1
    posted 3 Freeosk 24..25 L 24 at=10:00
    posted 4 Core 20..28 L 24 block=3 number=619009
    posted 5 Supervisor 20..28 S 24 number=619009
    posted 6 Core 20..28 A 26 block=1
    event 10 Core 20..28
    event 11 Core 20..28 auto=no
    event 12 Core 20..28 condition=Cancelled
    locked 26";

/// Parses changes: `1 B 24` gives event 1 to B on the 24th, `1 B 24T10:15` also sets the start, `1 - 24` keeps the person,
/// `1 back` takes the event back.
fn changes(text: &str) -> Vec<PostedChange> {
    let one = |part: &str| {
        let words: Vec<&str> = part.split_whitespace().collect();
        let event = EventRef(words[0].parse().expect("a ref"));
        let to = (words[1] != "back").then(|| RequestedPlace {
            employee: (words[1] != "-").then(|| EmployeeId(words[1].to_owned())),
            when: words.get(2).map(|day| When::read(&format!("2026-11-{day}")).expect("a moment")),
        });
        PostedChange { event, to }
    };
    text.split(',').map(str::trim).map(one).collect()
}

/// Previews or executes the changes of `text` as the run `name`.
async fn change(test: &TestClub, name: &str, text: &str, request: Request) -> Result<ChangeResult, DeskError> {
    let request = Request { changes: changes(text), ..request };
    let ids = (run_id(name), ApprovalId::parse(&format!("a-{name}")).expect("an id"));
    let because = test.because();
    posted_changes::change(test.desk(), &test.submit_queue(), &request, ids, &because).await
}

/// Executes the changes of `text` as the run `name`.
pub async fn execute(test: &TestClub, name: &str, text: &str) -> Result<ChangeResult, DeskError> {
    change(test, name, text, request(ApprovalMode::Execute)).await
}

fn request(mode: ApprovalMode) -> Request {
    Request { changes: Vec::new(), plan_version: None, overriding: None, mode }
}

fn descriptions(changed: &ChangeResult) -> Vec<String> {
    let one = |line: &store::lines::Line| {
        let place = line.place.as_ref().map(|p| format!(" {} {}", p.employee_id, p.start.format("%d %H:%M")));
        let kind = match line.kind {
            LineKind::New => "new",
            LineKind::Moved => "moved",
            LineKind::Dropped => "dropped",
            LineKind::NotPlaced => "not placed",
        };
        format!("{} {kind}{}", line.key.event, place.unwrap_or_default())
    };
    changed.lines.iter().map(one).collect()
}

#[tokio::test]
async fn people_are_ranked_for_a_change_by_hand_as_that_change_is_checked() {
    let test = TestClub::of_lines(CLUB).await;
    // In the proposal, A has no Core on the 24th any more.
    test.propose("r1", "1 A 27").await;
    let who_could_work = async |target: CheckTarget| {
        let (_, days) = rank(test.desk(), &target, test.now()).await.expect("ranked");
        let day = days.into_iter().find(|day| day.date == "2026-11-24").expect("the 24th");
        day.people.into_iter().map(|one| one.employee_id.0).collect::<Vec<String>>()
    };
    let in_proposal = who_could_work(CheckTarget::Event(EventRef(10))).await;
    assert!(in_proposal.iter().any(|person| person == "A"), "{in_proposal:?}");
    let by_hand = who_could_work(CheckTarget::ByHand(EventRef(10))).await;
    assert!(!by_hand.is_empty());
    for person in ["A", "B", "L", "S"] {
        let text = format!("10 {person} 24");
        let changed = change(&test, "run-1", &text, request(ApprovalMode::DryRun)).await;
        assert_eq!(changed.is_ok(), by_hand.iter().any(|one| one == person), "{person}: {by_hand:?}");
    }
}

#[tokio::test]
async fn changes_by_hand_of_every_type_are_approved_and_queued() {
    let test = TestClub::of_lines(CLUB).await;
    for (n, (text, expected)) in [
        ("3 S 24", vec!["3 moved S 24 10:00"]),
        ("1 - 27", vec!["1 moved A 27 10:15"]),
        ("10 B 24", vec!["10 new B 24 10:15"]),
        ("11 B 27", vec!["11 new B 27 10:15"]),
        // The Supervisor is taken back with its Core.
        ("4 back", vec!["4 dropped", "5 dropped"]),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("run-{n}");
        let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        let dry = change(&test, &name, text, request(ApprovalMode::DryRun)).await.expect("a preview");
        assert_eq!((descriptions(&dry), dry.approved.queued.len()), (expected.clone(), expected.len()), "{text}");
        assert!(test.club().run(&run_id(&name)).await.expect("read").is_none(), "a dry run creates no run");
        let done = execute(&test, &name, text).await.expect("approved");
        assert_eq!(descriptions(&done), expected, "{text}");
        assert_eq!(done.approved.queued.len(), expected.len(), "{text}: {:?}", done.approved);
        let run = test.run(&name).await;
        assert_eq!((run.state.status(), run.is_by_hand()), (RunStatus::Approved, true));
        for line in &done.lines {
            assert_eq!(test.status(&line.key).await, LineStatus::Approved, "{text}");
        }
    }
    assert_eq!(test.submit_messages().await.len(), 5, "one group per request");
    assert!(
        test.club().current_proposal().await.expect("read").is_none(),
        "a run by hand does not become the current proposal"
    );
}

#[tokio::test]
async fn a_supervisor_moves_with_its_core_to_another_day() {
    let club = "person A specialist
        person B specialist
        person S supervisor
        posted 4 Core 20..28 A 24 block=1 number=619009
        posted 5 Supervisor 20..28 S 24 number=619009";
    let test = TestClub::of_lines(club).await;
    for text in ["4 - 27", "4 A 27", "4 B 23T10:15"] {
        let dry = change(&test, "run-1", text, request(ApprovalMode::DryRun)).await;
        let lines: Vec<String> = descriptions(&dry.unwrap_or_else(|e| panic!("{text}: {e}")));
        let day = &text[4..6];
        assert!(lines[0].starts_with("4 moved ") && lines[0].contains(&format!(" {day} ")), "{text}: {lines:?}");
        assert!(lines[1].starts_with(&format!("5 moved S {day} ")), "{text}: {lines:?}");
    }
    // While the Core keeps its day, the Supervisor does not change.
    let dry = change(&test, "run-1", "4 B 24", request(ApprovalMode::DryRun)).await.expect("a preview");
    assert_eq!(dry.lines.len(), 1, "{:?}", descriptions(&dry));
}

#[tokio::test]
async fn hours_are_checked_at_the_start_that_an_event_gets_and_not_at_the_usual_one() {
    // A Freeosk usually starts at 12:00.
    let club = "person L lead
        person S supervisor
        weekly S tue=09:00-11:00
        posted 3 Freeosk 24..25 L 24 at=10:00";
    let test = TestClub::of_lines(club).await;
    for (text, expected) in [
        ("3 S 24", Ok("3 moved S 24 10:00")),
        ("3 S 24T10:30", Ok("3 moved S 24 10:30")),
        ("3 S 24T11:00", Err("H2: ")),
        ("3 S 24T12:00", Err("H2: ")),
    ] {
        match (change(&test, "run-1", text, request(ApprovalMode::DryRun)).await, expected) {
            (Ok(dry), Ok(line)) => {
                assert_eq!(descriptions(&dry), [line], "{text}");
                assert_eq!(dry.approved.queued.len(), 1, "{text}: {:?}", dry.approved);
            }
            (Err(refused), Err(words)) => assert!(refused.to_string().starts_with(words), "{text}: {refused}"),
            (found, expected) => panic!("{text}: {found:?}, not {expected:?}"),
        }
    }
}

#[tokio::test]
async fn a_change_that_a_manager_confirms_is_sent_also_if_it_breaks_a_rule_at_the_place_that_it_leaves() {
    let test = TestClub::of_lines(CLUB).await;
    // L has no Core any more, which L's Freeosk needs.
    let refused = change(&test, "run-1", "4 B 24", request(ApprovalMode::DryRun)).await;
    assert!(matches!(&refused, Err(DeskError::Breaks { broken }) if broken[0].rule.id() == "H12"), "{refused:?}");
    let confirmed = Request { overriding: Some("L trains B".to_owned()), ..request(ApprovalMode::DryRun) };
    let dry = change(&test, "run-1", "4 B 24", confirmed).await.expect("a preview");
    assert_eq!((dry.approved.queued.len(), dry.approved.refused.len()), (1, 0), "{:?}", dry.approved);
}

#[tokio::test]
async fn two_people_exchange_their_days_in_one_request() {
    let test = TestClub::of_lines(CLUB).await;
    let done = execute(&test, "run-1", "1 B 24, 2 A 25").await.expect("approved");
    assert_eq!(descriptions(&done), ["1 moved B 24 10:15", "2 moved A 25 10:15"]);
    assert_eq!(done.approved.queued.len(), 2);
}

/// On the 24th: B's hours allow only a start at 10:15, which blocks 1 and 2 have, and block 2 is taken.
pub const ONE_EARLY_BLOCK: &str = "person A specialist
    person B specialist
    person C specialist
    person D specialist
    weekly B tue=10:15-17:00
    posted 9 Core 20..28 C 24 block=2
    event 1 Core 20..28
    event 2 Core 20..28
    event 3 Core 20..28";

/// The starts in a text of changes, by event: `2 A 24T10:15` gives 2 and 10:15.
fn named_starts(text: &str) -> Vec<(EventRef, String)> {
    let named = changes(text).into_iter().filter_map(|change| match change.to?.when? {
        When::Moment(at) => Some((change.event, at.format("%H:%M").to_string())),
        When::Date(_) => None,
    });
    named.collect()
}

#[tokio::test]
async fn a_start_that_a_person_asked_for_is_kept_or_the_change_is_refused() {
    let test = TestClub::of_lines(ONE_EARLY_BLOCK).await;
    let (mut kept, mut refused) = (0, 0);
    for (first, second, third) in [(1, 2, 3), (2, 1, 3), (3, 2, 1)] {
        for start in ["10:15", "10:45", "11:15", "11:45"] {
            for other in ["", "T10:15", "T11:45"] {
                let text = format!("{first} A 24T{start}, {second} B 24, {third} D 24{other}");
                match change(&test, "run-1", &text, request(ApprovalMode::DryRun)).await {
                    Ok(dry) => {
                        kept += 1;
                        for (event, asked) in named_starts(&text) {
                            let line = dry.lines.iter().find(|line| line.key.event == event).expect("a line");
                            let start = line.place.as_ref().map(|place| place.start.format("%H:%M").to_string());
                            assert_eq!(start, Some(asked), "{text}: {:?}", descriptions(&dry));
                        }
                        let mut blocks: Vec<_> =
                            dry.lines.iter().filter_map(|line| line.place.as_ref()?.block).chain([2]).collect();
                        blocks.sort_unstable();
                        blocks.dedup();
                        assert_eq!(blocks.len(), 4, "one Core in each block: {text}: {:?}", dry.lines);
                    }
                    Err(DeskError::NoStartLeft { .. } | DeskError::BadStart { .. }) => refused += 1,
                    Err(other) => panic!("{text}: {other}"),
                }
            }
        }
    }
    assert!(kept > 0 && refused > 0, "{kept} kept, {refused} refused");
}

#[tokio::test]
async fn an_event_without_a_start_does_not_take_the_start_that_a_person_asked_for() {
    let test = TestClub::of_lines(ONE_EARLY_BLOCK).await;
    for (text, expected) in [
        ("1 A 24, 2 D 24T10:15", Ok(vec!["1 new A 24 10:45", "2 new D 24 10:15"])),
        ("1 A 24T10:45, 2 B 24", Ok(vec!["1 new A 24 10:45", "2 new B 24 10:15"])),
        ("1 A 24T10:15, 2 B 24", Err("no start is left for Core 2 ")),
        ("1 B 24, 2 A 24T10:15", Err("no start is left for Core 1 ")),
    ] {
        match (change(&test, "run-1", text, request(ApprovalMode::DryRun)).await, expected) {
            (Ok(dry), Ok(lines)) => assert_eq!(descriptions(&dry), lines, "{text}"),
            (Err(refused), Err(words)) => {
                let refused = refused.to_string();
                assert!(refused.starts_with(words), "{text}: {refused}");
                assert!(refused.ends_with(" starts at 10:15 am, which a person asked for"), "{text}: {refused}");
            }
            (found, expected) => panic!("{text}: {found:?}, not {expected:?}"),
        }
    }
}

#[tokio::test]
async fn a_new_event_does_not_take_the_block_of_a_posted_event_that_only_gets_another_person() {
    let club = "person A specialist
        person C specialist
        person D specialist
        posted 9 Core 20..28 C 24 block=1
        event 1 Core 20..28";
    let test = TestClub::of_lines(club).await;
    for text in ["1 A 24, 9 D 24", "1 A 24, 9 D 24T10:15"] {
        let dry = change(&test, "run-1", text, request(ApprovalMode::DryRun)).await.expect("a preview");
        assert_eq!(descriptions(&dry), ["1 new A 24 10:15", "9 moved D 24 10:15"], "{text}");
        let blocks: Vec<_> = dry.lines.iter().map(|line| line.place.as_ref().and_then(|place| place.block)).collect();
        assert_eq!(blocks, [Some(2), Some(1)], "{text}");
    }
}

#[tokio::test]
async fn only_a_call_out_may_start_a_core_of_today_after_the_arrival_of_its_block() {
    let club = "person A specialist
        person B specialist
        posted 1 Core 20..28 A 24 block=1
        posted 2 Core 20..28 B 25 block=1";
    let test = TestClub::of_lines(club).await;
    // It is 9:00 on the 24th.
    test.advance((4 * 24 + 21) * 3_600);
    let absent = EmployeeId("A".to_owned());
    let change_for = async |text: &str, called_out: Option<&EmployeeId>| {
        let request = Request { changes: changes(text), ..request(ApprovalMode::DryRun) };
        let ids = (run_id("run-1"), ApprovalId::parse("a-1").expect("an id"));
        let (queue, because) = (test.submit_queue(), test.because());
        posted_changes::change_for(test.desk(), &queue, &request, called_out, ids, &because).await
    };
    for (text, expected) in [
        ("1 B 24T10:30", "1 moved B 24 10:30"),
        // The arrival of another block.
        ("1 B 24T10:45", "1 moved B 24 10:45"),
    ] {
        let changed = change_for(text, Some(&absent)).await.expect("a preview");
        assert_eq!(descriptions(&changed), [expected]);
        assert_eq!(changed.lines[0].place.as_ref().and_then(|place| place.block), Some(1), "{text}");
    }
    for (text, called_out) in [("1 B 24T10:30", None), ("2 A 25T10:30", Some(&absent)), ("1 B 24T10:00", Some(&absent))]
    {
        let refused = change_for(text, called_out).await.expect_err(text);
        assert!(matches!(refused, DeskError::BadStart { .. }), "{text}: {refused}");
    }
}

#[tokio::test]
async fn an_invalid_change_by_hand_is_refused_with_its_reason_and_nothing_is_written() {
    let test = TestClub::of_lines(CLUB).await;
    for (text, expected) in [
        ("99 A 24", "there is no event 99 in the plan"),
        ("1 Z 24", "there is no employee Z"),
        ("10 back", "event 10 is not posted: there is no schedule to change"),
        ("10 A", "say on which day: the event has no day yet"),
        ("1 A 24", "it is posted there already: if it has a line, reject the line to leave it"),
        ("6 back", "Thu 26 Nov is locked: nothing is planned on it, moved to it or moved away from it"),
        ("1 - 26", "Thu 26 Nov is locked: nothing is planned on it, moved to it or moved away from it"),
        ("12 B 24", "H1: "),
        ("2 A 24", "H3: "),
        ("3 A 25", "H"),
        ("1 A 24T03:00", "it cannot start at that time; legal: "),
        // A works another Core on that day, whenever this one starts.
        ("2 A 24T03:00", "H3: "),
        ("5 - 25", "H10: "),
    ] {
        let refused = execute(&test, "run-1", text).await.expect_err(text).to_string();
        assert!(refused.starts_with(expected), "{text}: {refused}");
    }
    assert!(test.club().run(&run_id("run-1")).await.expect("read").is_none());
    assert_eq!(test.submit_messages().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_manager_may_break_rules_with_a_reason_but_not_change_a_locked_day() {
    let test = TestClub::of_lines(CLUB).await;
    let overriding = Request { overriding: Some("as agreed".to_owned()), ..request(ApprovalMode::Execute) };
    let done = change(&test, "run-1", "2 A 24", overriding.clone()).await.expect("approved");
    assert_eq!(done.overridden.iter().map(|b| b.rule.to_string()).collect::<Vec<_>>(), ["H3"]);
    let line = test.line(&done.lines[0].key).await;
    assert_eq!(
        (line.state.status(), line.overridden.map(|o| o.because.why)),
        (LineStatus::Approved, Some("as agreed".into()))
    );
    let locked = change(&test, "run-2", "6 back", overriding).await.expect_err("locked");
    assert!(matches!(locked, DeskError::DayLocked { .. }), "{locked}");
}

#[tokio::test]
async fn a_change_by_hand_at_an_older_plan_version_is_refused_and_so_is_one_that_an_approved_change_makes_illegal() {
    let test = TestClub::of_lines(CLUB).await;
    let seen = test.plan().await.plan_version.version;
    let at_version = |seen| Request { plan_version: Some(seen), ..request(ApprovalMode::Execute) };
    change(&test, "run-1", "10 B 24", at_version(seen)).await.expect("approved");
    let late = change(&test, "run-2", "11 B 24", at_version(seen)).await.expect_err("an older plan version");
    assert!(matches!(late, DeskError::PlanMoved { found } if found > seen), "{late}");
    let broken = execute(&test, "run-3", "11 B 24").await.expect_err("B works a Core on that day");
    assert!(broken.to_string().starts_with("H3"), "{broken}");
}

#[tokio::test]
async fn an_event_under_way_is_refused_by_a_dry_run_and_by_the_change_alike_and_no_run_is_recorded_for_it() {
    let test = TestClub::of_lines(CLUB).await;
    execute(&test, "run-1", "10 B 24").await.expect("approved");
    for mode in [ApprovalMode::DryRun, ApprovalMode::Execute] {
        let alone = change(&test, "run-2", "10 A 27", request(mode)).await.expect("an answer").approved;
        let codes: Vec<&str> = alone.refused.iter().map(|refused| refused.code).collect();
        assert_eq!((codes, alone.queued.len(), alone.approval), (vec!["EVENT_UNDER_WAY"], 0, None), "{mode:?}");
        assert!(test.club().run(&run_id("run-2")).await.expect("read").is_none(), "{mode:?}");
    }
    // Other events of the request are sent all the same.
    for mode in [ApprovalMode::DryRun, ApprovalMode::Execute] {
        let both = change(&test, "run-3", "10 A 27, 3 S 24", request(mode)).await.expect("an answer").approved;
        assert_eq!((both.queued.len(), both.refused.len()), (1, 1), "{mode:?}: {both:?}");
        assert_eq!(both.refused[0].line, "run-3.10", "{mode:?}");
    }
}

#[tokio::test]
async fn an_interrupted_approval_by_hand_is_resumed_without_approving_twice() {
    let test = TestClub::of_lines(CLUB).await;
    let done = execute(&test, "run-1", "1 B 24, 2 A 25").await.expect("approved");
    let id = done.approved.approval.expect("an approval");
    // The sweep resumes the approval as if the first process had ended before it sent the messages.
    let again = resume_approval(test.desk(), &test.submit_queue(), &id, test.now()).await.expect("resumed");
    assert_eq!((again.queued.len(), again.refused.len()), (0, 0));
    let run = RunId::parse("run-1").expect("an id");
    let recalled = desk::decide::recall(test.club(), &desk::decide::Recall::Approval(id), &test.because())
        .await
        .expect("recalled");
    assert_eq!(recalled.recalled.len(), 2, "{recalled:?}");
    assert_eq!(test.status_of(&run, 1).await, LineStatus::Proposed);
}

#[tokio::test]
async fn the_retry_of_a_line_by_hand_may_break_the_rules_that_apply_only_to_runs() {
    let test = TestClub::of_lines(CLUB).await;
    // H15 forbids a run to move a Freeosk, but not a person by hand.
    execute(&test, "run-1", "3 S 24").await.expect("approved");
    let run = run_id("run-1");
    test.fail(&run, 3).await;
    let which = desk::failed::FailedLines::Lines(vec!["run-1.3".to_owned()]);
    let settled =
        desk::failed::retry(test.desk(), &test.submit_queue(), &which, &test.because()).await.expect("retried");
    assert_eq!((settled.done, settled.refused.len()), (vec!["run-1.3".to_owned()], 0));
}

#[tokio::test]
async fn lines_by_hand_without_a_recorded_approval_are_not_found_and_expire() {
    let test = TestClub::of_lines(CLUB).await;
    let done = change(&test, "run-1", "1 B 24", request(ApprovalMode::DryRun)).await.expect("a preview");
    // As if the process had ended after it wrote the lines and before it recorded the approval.
    let until = test.now().plus(chrono::TimeDelta::hours(24));
    test.club().write_lines_until(&done.lines, until).await.expect("written");
    assert!(desk::plan::find_lines(test.club(), &["run-1.1".to_owned()]).await.is_err());
    let proposal = done.lines[0].key.proposal();
    test.advance(25 * 3600);
    assert_eq!(test.club().lines(&proposal, test.now()).await.expect("read"), []);
}

#[tokio::test]
async fn a_core_that_comes_to_the_day_of_its_posted_supervisor_is_sent_without_the_supervisor() {
    let club = "person B supervisor
        person C supervisor
        person A specialist
        posted 1 Core 24..30 A 24 number=619003
        posted 2 Supervisor 24..30 C 26 at=12:00 number=619003";
    for text in ["1 A 26", "1 A 26, 2 C 26"] {
        let test = TestClub::of_lines(club).await;
        let changed = execute(&test, "run-1", text).await.expect("approved");
        let refs: Vec<u64> = changed.lines.iter().map(|line| line.key.event.0).collect();
        assert_eq!((refs, changed.approved.queued.len(), changed.approved.refused.len()), (vec![1], 1, 0), "{text}");
    }
}
