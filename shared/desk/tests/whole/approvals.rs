//! Tests of approvals, resumed approvals, recalls and rejections: which lines change, wait or are refused.

use chrono::TimeDelta;
use desk::DeskError;
use desk::approve::{ApprovalMode, Request, approve, resume_approval};
use desk::decide::{Recall, recall, reject};
use desk::edit::{self, LineChange};
use desk::elsewhere::read_elsewhere;
use domain::snapshot::EventRef;
use store::approvals::{Approval, ChosenLine};
use store::edits::Mark;
use store::key::{ApprovalId, RunId};
use store::states::LineStatus;
use testkit::TestClub;

/// A Core event with its Supervisor, a Freeosk that needs event 3 as its base event, a Juicer Production with its
/// Survey, and two Core schedules that exchange their days.
const CLUB: &str = "person A specialist
    person B specialist
    person C supervisor
    person J barista
    person L lead
    event 1 Core 24..28 number=619001
    event 2 Supervisor 24..28 number=619001
    event 3 Core 24..28
    event 4 Freeosk 24..25
    event 5 JuicerProduction 25..26 number=700001
    event 6 JuicerSurvey 25..26 number=700001
    posted 11 Core 23..40 A 26 block=1
    posted 12 Core 23..40 A 27 block=1";
const PLAN: &str = "1 A 24, 2 C 24, 3 L 24, 4 L 24, 5 J 25, 6 J 25, 11 A 27, 12 A 26";

fn refusals(approved: &desk::approve::ApprovalResult) -> Vec<String> {
    approved.refused.iter().map(|r| format!("{} {}", r.line, r.code)).collect()
}

fn held_with(approved: &desk::approve::ApprovalResult) -> Vec<String> {
    approved.held_with.iter().map(|h| format!("{} waits for {}", h.line, h.waits_for)).collect()
}

#[tokio::test]
async fn all_open_lines_are_approved_in_groups_and_a_second_approval_approves_nothing() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    let first = test.approve("a1", &run, None).await.expect("approved");
    assert_eq!((first.queued.len(), refusals(&first), held_with(&first)), (8, vec![], vec![]));
    let second = test.approve("a2", &run, None).await.expect("approved");
    assert_eq!((second.approval.clone(), second.queued.len(), refusals(&second)), (None, 0, vec![]));
    let named = test.approve("a3", &run, Some(&["1", "2"])).await.expect("approved");
    assert_eq!((named.queued.len(), refusals(&named)), (0, vec![]));
    let line = test.line_of(&run, 4).await.body;
    assert_eq!(line.depends_on, [EventRef(3)]);
    assert_eq!(test.submit_messages().await, ["a1#0: 1/1 2/1", "a1#1: 3/1 4/1", "a1#2: 5/1 6/1", "a1#3: 11/1 12/1"]);
}

#[tokio::test]
async fn a_selected_line_whose_dependency_is_not_selected_is_not_approved() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    for (chosen, queued, waits) in [
        (&["2"][..], 0, vec!["r1.2 waits for r1.1"]),
        (&["4"], 0, vec!["r1.4 waits for r1.3"]),
        (&["5"], 0, vec!["r1.5 waits for r1.6"]),
        (&["11"], 0, vec!["r1.11 waits for r1.12"]),
        (&["1", "4"], 1, vec!["r1.4 waits for r1.3"]),
        (&["5", "6"], 2, vec![]),
    ] {
        let lines = Some(chosen.iter().map(|e| format!("r1.{e}")).collect());
        let request = Request { run: run.clone(), lines, digest: None, mode: ApprovalMode::DryRun };
        let id = ApprovalId::parse("dry").expect("an id");
        let found = approve(test.desk(), &test.submit_queue(), &request, id, &test.because()).await.expect("an answer");
        assert_eq!(
            (found.queued.len(), held_with(&found)),
            (queued, waits.iter().map(|w| (*w).to_owned()).collect()),
            "{chosen:?}"
        );
        assert!(found.approval.is_none() && found.refused.is_empty(), "{found:?}");
    }
    assert!(test.club().approvals(None, 10).await.expect("a list").items.is_empty(), "a dry run records no approval");
}

#[tokio::test]
async fn a_held_line_and_the_lines_that_depend_on_it_are_not_approved() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    let key = test.line_of(&run, 3).await.body.key;
    test.club().mark_line(&key, None, Mark::Held, &test.because()).await.expect("held");
    let approved = test.approve("a1", &run, None).await.expect("approved");
    assert_eq!((approved.queued.len(), held_with(&approved)), (6, vec!["r1.4 waits for r1.3".to_owned()]));
    let named = test.approve("a2", &run, Some(&["3"])).await.expect("approved");
    assert_eq!(refusals(&named), ["r1.3 HELD"]);
}

#[tokio::test]
async fn holding_a_line_names_the_lines_that_an_approval_then_holds_back() {
    // While line 11 is held, event 11 stays on its day, and L has time for only one of the events 4 and 5.
    let hours = "person L lead
        person M lead
        event 4 Core 27..28 minutes=240
        event 5 Other 27..28 minutes=240
        posted 11 Core 23..40 L 23 minutes=480
        posted 12 Core 24..30 L 24 minutes=480
        posted 13 Core 25..30 L 25 minutes=480
        posted 14 Core 22..30 L 22 minutes=480
        posted 15 Core 22..40 L 28 minutes=240";
    let mut all = Vec::new();
    for (club, plan) in [(hours, "4 L 27, 5 L 27, 11 M 23"), (CLUB, PLAN)] {
        let test = TestClub::of_lines(club).await;
        let run = test.propose("r1", plan).await;
        let lines: Vec<String> = test.plan().await.lines.values().map(|line| line.body.key.to_string()).collect();
        for line in &lines {
            let mark = |mark| edit::Request {
                line: line.clone(),
                version: None,
                wanted: LineChange::Mark(mark),
                overriding: None,
            };
            let held = edit::edit(test.desk(), &mark(Mark::Held), &test.because()).await.expect("held");
            let request = Request { run: run.clone(), lines: None, digest: None, mode: ApprovalMode::DryRun };
            let id = ApprovalId::parse("dry").expect("an id");
            let found =
                approve(test.desk(), &test.submit_queue(), &request, id, &test.because()).await.expect("an answer");
            let again = edit::edit(test.desk(), &mark(Mark::Held), &test.because()).await.expect("held");
            assert_eq!((&held.held_with, &again.held_with), (&found.held_with, &found.held_with), "{line}");
            assert_eq!((found.queued.len(), refusals(&found)), (lines.len() - 1 - found.held_with.len(), vec![]));
            all.extend(held_with(&found));
            edit::edit(test.desk(), &mark(Mark::Free), &test.because()).await.expect("released");
        }
    }
    let expected = [
        "r1.5 waits for r1.11",
        "r1.2 waits for r1.1",
        "r1.4 waits for r1.3",
        "r1.6 waits for r1.5",
        "r1.5 waits for r1.6",
        "r1.12 waits for r1.11",
        "r1.11 waits for r1.12",
    ];
    assert_eq!(all, expected);
}

#[tokio::test]
async fn two_people_with_different_selections_approve_each_line_once() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    let (one, two) = futures_util::future::join(
        test.approve("a1", &run, Some(&["1", "2", "3"])),
        test.approve("a2", &run, Some(&["1", "3", "5", "6"])),
    )
    .await;
    let (one, two) = (one.expect("approved"), two.expect("approved"));
    let mut lines: Vec<String> = one.queued.iter().chain(&two.queued).map(ToString::to_string).collect();
    lines.sort();
    assert_eq!(lines, ["r1.1", "r1.2", "r1.3", "r1.5", "r1.6"]);
    assert_eq!((refusals(&one), refusals(&two)), (vec![], vec![]));
}

#[tokio::test]
async fn a_line_that_now_breaks_a_rule_is_refused_together_with_its_dependants() {
    let test = TestClub::of_lines_without_numbers(CLUB, &["J"]).await;
    let run = test.propose("r1", PLAN).await;
    // L takes the 24th off, so neither the Core nor the Freeosk that needs it may be approved.
    let off = domain::snapshot::TimeOff {
        employee_id: domain::snapshot::EmployeeId("L".to_owned()),
        start: "2026-11-24".parse().expect("a date"),
        end: "2026-11-24".parse().expect("a date"),
    };
    test.club().put_document(&off, store::documents::Expect::Anything).await.expect("written");
    let approved = test.approve("a1", &run, None).await.expect("approved");
    let expected = ["r1.3 RULES_BROKEN", "r1.4 DEPENDS", "r1.5 NO_CROSSMARK_NUMBER", "r1.6 NO_CROSSMARK_NUMBER"];
    assert_eq!((approved.queued.len(), refusals(&approved)), (4, expected.map(str::to_owned).to_vec()));
    assert!(approved.refused[0].reason.contains("time off"), "{:?}", approved.refused[0]);
    assert_eq!(test.status_of(&run, 3).await, LineStatus::Proposed);
}

#[tokio::test]
async fn the_approval_of_an_older_proposal_is_refused_and_names_the_newer_one() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    let newer = test.propose("r2", "1 A 25").await;
    let superseded = test.approve("a1", &run, None).await;
    assert!(matches!(superseded, Err(DeskError::Superseded { by }) if by == newer));
    let unknown = test.approve("a2", &newer, Some(&["1", "99"])).await;
    assert!(matches!(unknown, Err(DeskError::UnknownLines { lines }) if lines == ["r2.99"]));
}

#[tokio::test]
async fn a_recorded_approval_is_continued_wherever_it_was_interrupted() {
    for steps in 0..4 {
        let test = TestClub::of_lines(CLUB).await;
        let run = test.propose("r1", PLAN).await;
        let id = ApprovalId::parse("a1").expect("an id");
        let lines: Vec<ChosenLine> =
            [(1, 0), (2, 0), (3, 1), (4, 1)].map(|(event, group)| ChosenLine::new(EventRef(event), 1, group)).to_vec();
        let proposal = test.plan().await.current.expect("a proposal").proposal;
        let mut record = Approval::new(id.clone(), proposal, lines, test.because());
        record.first_attempt_at = test.now().plus(TimeDelta::seconds(10));
        test.club().record_approval(&record).await.expect("recorded");
        if steps > 0 {
            test.club().process_chunk(&id, None, test.now()).await.expect("a chunk");
        }
        for _ in 0..steps.max(1) {
            resume_approval(test.desk(), &test.submit_queue(), &id, test.now()).await.expect("resumed");
        }
        for event in [1, 2, 3, 4] {
            let line = test.line_of(&run, event).await;
            assert_eq!((line.body.state.status(), line.version), (LineStatus::Approved, 2), "approved once");
        }
        assert_eq!(test.submit_messages().await, ["a1#0: 1/1 2/1", "a1#1: 3/1 4/1"], "announced once");
        assert!(test.club().unfinished_approvals(store::stamp::Timestamp(0)).await.expect("a list").is_empty());
    }
}

#[tokio::test]
async fn a_resumed_approval_is_checked_again() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    let id = ApprovalId::parse("a1").expect("an id");
    let proposal = test.plan().await.current.expect("a proposal").proposal;
    let lines = vec![ChosenLine::new(EventRef(1), 1, 0), ChosenLine::new(EventRef(4), 1, 1)];
    test.club().record_approval(&Approval::new(id.clone(), proposal, lines, test.because())).await.expect("recorded");
    let resumed = resume_approval(test.desk(), &test.submit_queue(), &id, test.now()).await.expect("resumed");
    assert_eq!(refusals(&resumed), ["r1.4 RULES_BROKEN"], "the base event 3 is not approved");
    assert_eq!(test.status_of(&run, 1).await, LineStatus::Approved);
}

#[tokio::test]
async fn a_recall_includes_the_dependants_and_names_the_lines_that_are_too_late() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    test.approve("a1", &run, None).await.expect("approved");
    test.fail(&run, 1).await;
    let lines = Recall::Lines(vec!["r1.1".to_owned(), "r1.3".to_owned()]);
    let done = recall(test.club(), &lines, &test.because()).await.expect("recalled");
    assert_eq!(done.recalled, ["r1.2", "r1.3", "r1.4"]);
    assert_eq!((done.too_late[0].line.as_str(), done.too_late[0].status), ("r1.1", LineStatus::ApiFailed));
    let rest = Recall::Approval(ApprovalId::parse("a1").expect("an id"));
    let done = recall(test.club(), &rest, &test.because()).await.expect("recalled");
    assert_eq!(done.recalled, ["r1.5", "r1.6", "r1.11", "r1.12"]);
    let again = recall(test.club(), &rest, &test.because()).await.expect("recalled");
    assert_eq!(again.recalled, Vec::<String>::new());
}

#[tokio::test]
async fn a_rejection_rejects_the_open_lines_and_leaves_approved_ones_unchanged() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    test.approve("a1", &run, Some(&["1"])).await.expect("approved");
    let named = ["r1.1".to_owned(), "r1.5".to_owned()];
    let done = reject(test.club(), &run, Some(&named), &[], &test.because()).await.expect("rejected");
    assert_eq!((done.done, done.too_late.len()), (vec!["r1.5".to_owned()], 1));
    let again = reject(test.club(), &run, Some(&named[1..]), &[], &test.because()).await.expect("rejected");
    assert_eq!(again.done.len() + again.too_late.len(), 0);
    let rest = reject(test.club(), &run, None, &[], &test.because()).await.expect("rejected");
    assert_eq!(rest.done.len(), 6);
    let unknown = RunId::parse("r9").expect("an id");
    assert!(reject(test.club(), &unknown, None, &[], &test.because()).await.is_err());
}

#[tokio::test]
async fn an_approval_of_100_lines_takes_at_most_21_requests() {
    let people: String = (0..10).map(|p| format!("person P{p} specialist\n")).collect();
    let days = [23, 24, 25, 26, 27, 30, 31, 32, 33, 34];
    let events: String = (0..100).map(|n| format!("event {} Core 22..40 minutes=60\n", 1000 + n)).collect();
    let test = TestClub::of_lines(&format!("{people}{events}set block_capacity 2")).await;
    let plan: Vec<String> = (0..100).map(|n| format!("{} P{} {}", 1000 + n, n % 10, days[n / 10])).collect();
    let run = test.propose("r1", &plan.join(", ")).await;
    let id = ApprovalId::parse("a1").expect("an id");
    let request = Request { run, lines: None, digest: None, mode: ApprovalMode::Execute };
    let (approved, requests) =
        test.requests(async |desk| approve(desk, &test.submit_queue(), &request, id, &test.because()).await).await;
    assert_eq!(approved.expect("approved").queued.len(), 100);
    // A chunk with a moved or dropped line also reads the posted schedules: at most 4 requests more.
    assert!(requests <= 21, "{requests} requests");
}

#[tokio::test]
async fn a_line_that_is_held_after_its_approval_was_recorded_is_not_approved_when_the_approval_is_resumed() {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", PLAN).await;
    let id = ApprovalId::parse("a1").expect("an id");
    let proposal = test.plan().await.current.expect("a proposal").proposal;
    let lines = [(3, 0), (4, 0), (1, 1)].map(|(event, group)| ChosenLine::new(EventRef(event), 1, group)).to_vec();
    test.club().record_approval(&Approval::new(id.clone(), proposal, lines, test.because())).await.expect("recorded");
    let key = test.line_of(&run, 3).await.body.key;
    test.club().mark_line(&key, None, Mark::Held, &test.because()).await.expect("held");
    let resumed = resume_approval(test.desk(), &test.submit_queue(), &id, test.now()).await.expect("resumed");
    assert_eq!(refusals(&resumed), ["r1.3 LINE_CHANGED", "r1.4 DEPENDS"]);
    assert_eq!(test.status_of(&run, 3).await, LineStatus::Proposed);
    assert_eq!(test.status_of(&run, 1).await, LineStatus::Approved);
}

#[tokio::test]
async fn a_rejection_with_a_reason_makes_the_placement_of_each_named_line_unwanted() {
    for (reasons, unwanted) in [
        (&[][..], 0),
        (&["Wrong people"], 1),
        (&["they asked for another day"], 1),
        (&["Not needed now"], 0),
        (&[" not needed NOW "], 0),
        (&["Not needed now", "Wrong people"], 1),
    ] {
        let test = TestClub::of_lines(CLUB).await;
        let run = test.propose("r1", PLAN).await;
        let reasons: Vec<String> = reasons.iter().map(|reason| (*reason).to_owned()).collect();
        let named = ["r1.3".to_owned()];
        reject(test.club(), &run, Some(&named), &reasons, &test.because()).await.expect("rejected");
        let line = test.line_of(&run, 3).await.body;
        assert_eq!(line.decisions.unwanted.len(), unwanted, "{reasons:?}");
        // The rejection of all remaining lines makes no placement unwanted.
        reject(test.club(), &run, None, &reasons, &test.because()).await.expect("rejected");
        assert_eq!(test.club().all_decisions().await.expect("read").len(), unwanted, "{reasons:?}");
    }
}

#[tokio::test]
async fn a_core_is_approved_before_its_supervisor_whichever_has_the_lower_number() {
    for (supervisor, core) in [(1, 2), (2, 1)] {
        let test = TestClub::of_lines(&format!(
            "person C supervisor
            person A specialist
            posted {supervisor} Supervisor 24..30 C 24 number=619003
            posted {core} Core 24..30 A 24 number=619003"
        ))
        .await;
        let run = test.propose("r1", &format!("{supervisor} C 26, {core} A 26")).await;
        let approved = test.approve("a1", &run, None).await.expect("approved");
        let order: Vec<u64> = approved.queued.iter().map(|line| line.event.0).collect();
        assert_eq!(order, [core, supervisor]);
    }
}

#[tokio::test]
async fn a_core_that_comes_to_the_day_of_its_posted_supervisor_is_approved_and_the_supervisor_is_not_sent_again() {
    let test = TestClub::of_lines(
        "person C supervisor
        person A specialist
        posted 1 Core 24..30 A 24 number=619003
        posted 2 Supervisor 24..30 C 26 at=12:00 number=619003",
    )
    .await;
    // The second line moves the Supervisor to where it is posted.
    for (name, plan, refused_if_named) in
        [("r1", "1 A 26", vec![]), ("r2", "1 A 26, 2 C 26", vec!["r2.2 EVENT_CHANGED".to_owned()])]
    {
        let run = test.propose(name, plan).await;
        let all: Vec<String> = test.plan().await.open_lines().map(|line| line.key.to_string()).collect();
        for (lines, refused) in [(None, vec![]), (Some(all), refused_if_named)] {
            let request = Request { run: run.clone(), lines, digest: None, mode: ApprovalMode::DryRun };
            let id = ApprovalId::parse("a1").expect("an id");
            let approved =
                approve(test.desk(), &test.submit_queue(), &request, id, &test.because()).await.expect("an answer");
            let queued: Vec<String> = approved.queued.iter().map(ToString::to_string).collect();
            assert_eq!((queued, refusals(&approved)), (vec![format!("{name}.1")], refused));
        }
        let plan = test.plan().await;
        let elsewhere = read_elsewhere(test.club(), &plan.lines, plan.club.today, plan.club.today).await.expect("read");
        let posted: Vec<_> = elsewhere.iter().map(|(event, there)| (event.0, there.place.is_some())).collect();
        assert_eq!(posted, if name == "r2" { vec![(2, true)] } else { vec![] });
    }
}

#[tokio::test]
async fn the_first_day_of_a_proposal_can_be_approved_on_the_next_day_too() {
    // The buffer is counted from the day of the proposal.
    let test = TestClub::of_lines("person A specialist\n event 1 Core 24..30").await;
    let run = test.propose("r1", "1 A 24").await;
    test.advance(24 * 3600);
    let request = Request { run, lines: None, digest: None, mode: ApprovalMode::DryRun };
    let id = ApprovalId::parse("a1").expect("an id");
    let approved = approve(test.desk(), &test.submit_queue(), &request, id, &test.because()).await.expect("an answer");
    assert_eq!((approved.queued.len(), refusals(&approved)), (1, vec![]));
}

#[tokio::test]
async fn an_approval_with_the_digest_of_a_dry_run_sends_what_that_reported_or_nothing() {
    for (change, approves) in
        [("nothing", true), ("hold", false), ("put back", false), ("edit", false), ("other", true)]
    {
        let test = TestClub::of_lines(CLUB).await;
        let run = test.propose("r1", PLAN).await;
        let key = async |event: u64| test.line_of(&run, event).await.body.key;
        let mark = async |event: u64, mark: Mark| {
            test.club().mark_line(&key(event).await, None, mark, &test.because()).await.expect("marked");
        };
        mark(3, Mark::Held).await;
        let request =
            |mode: ApprovalMode, digest: Option<String>| Request { run: run.clone(), lines: None, digest, mode };
        let ask = async |request: Request, id: &str| {
            let id = ApprovalId::parse(id).expect("an id");
            approve(test.desk(), &test.submit_queue(), &request, id, &test.because()).await
        };
        let seen = ask(request(ApprovalMode::DryRun, None), "dry").await.expect("a dry run");
        match change {
            "hold" => mark(1, Mark::Held).await,
            "put back" => mark(3, Mark::Free).await,
            // A line that the approval does not send.
            "other" => mark(4, Mark::Held).await,
            "edit" => {
                mark(1, Mark::Held).await;
                mark(1, Mark::Free).await;
            }
            _ => {}
        }
        let digest = seen.digest.map(|digest| digest.to_string());
        assert!(digest.is_some());
        match ask(request(ApprovalMode::Execute, digest), "a1").await {
            Ok(done) => {
                assert!(approves, "{change}");
                assert_eq!((done.queued.len(), done.digest), (seen.queued.len(), None), "{change}");
            }
            Err(DeskError::ApprovalChanged) => {
                assert!(!approves, "{change}");
                assert!(test.club().approvals(None, 10).await.expect("a list").items.is_empty(), "{change}");
            }
            Err(error) => panic!("{change}: {error}"),
        }
    }
}
