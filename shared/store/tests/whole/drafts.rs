//! Drafts in the table: each change is conditioned on the version that was read, and on `plan_version` if it depends on
//! that.

use chrono::TimeDelta;
use domain::snapshot::EmployeeId;
use store::audit::{Because, Subject};
use store::documents::{Expect, Holiday};
use store::drafts::{Act, Draft, DraftChannel, Effect, KEPT, LIFETIME, Outcome, PlanCondition, State, Status, Target};
use store::key::{DraftId, RunId};
use store::stamp::Timestamp;

use crate::setup::{NOW, TestTable, date};

fn id(name: &str) -> DraftId {
    DraftId::parse(&format!("{}-{name}", NOW.utc().format("%Y%m%dT%H%M%S%3f"))).expect("an id")
}

fn by(who: &str) -> Because {
    Because::new(who, NOW, "as asked")
}

fn draft(name: &str, act: Act) -> Draft {
    let (effect, asked, through) = (Effect::default(), by("pat"), DraftChannel::Mcp);
    Draft { id: id(name), act, effect, plan_version: 1, asked, through, state: State::Open }
}

fn after(time: TimeDelta) -> Timestamp {
    NOW.plus(time)
}

#[tokio::test]
async fn a_draft_is_read_back_with_its_act_unchanged() {
    let test = TestTable::with_club().await;
    let who = || EmployeeId("E01".to_owned());
    let (line, day) = ("run-1.101".to_owned(), date("2026-11-30"));
    for (n, act) in [
        Act::EditLine { line: line.clone(), to: Target { employee_id: Some(who()), at: None } },
        Act::HoldLine { line: line.clone(), held: true },
        Act::TimeOff { employee_id: who(), start: day, end: day },
        Act::RunNow { emergency: true },
        Act::Try { change: Box::default() },
        Act::Approve { run: RunId::parse("run-1").expect("an id"), lines: vec![line] },
    ]
    .into_iter()
    .enumerate()
    {
        let draft = draft(&format!("d{n}"), act);
        test.club().make_draft(&draft).await.expect("made");
        let read = test.club().draft(&draft.id, NOW).await.expect("read").expect("there");
        assert_eq!((read.version, read.body), (1, draft));
    }
    assert_eq!(test.club().drafts_since(NOW).await.expect("read").len(), 6);
    assert_eq!(test.club().drafts_since(after(TimeDelta::minutes(1))).await.expect("read").len(), 0);
}

#[tokio::test]
async fn only_one_person_claims_a_draft_and_nobody_can_claim_it_after_the_plan_changed() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let version = club.plan_version().await.expect("read").version;
    let read = club.make_draft(&draft("one", Act::RunNow { emergency: false })).await.expect("made");
    let claim = |who: &str| State::Confirming { by: by(who) };
    let (one, two) = futures_util::future::join(
        club.change_draft(&read, claim("pat"), PlanCondition::Unchanged(version), &by("pat")),
        club.change_draft(&read, claim("robin"), PlanCondition::Unchanged(version), &by("robin")),
    )
    .await;
    let claimed: Vec<_> = [one, two].into_iter().filter_map(|done| done.expect("answered")).collect();
    assert_eq!(claimed.len(), 1, "{claimed:?}");
    let outcome = Outcome::Run { run: read.body.id.run() };
    let done = State::Confirmed { by: by("pat"), outcome };
    let done =
        club.change_draft(&claimed[0], done, PlanCondition::Any, &by("pat")).await.expect("answered").expect("done");
    assert_eq!((done.version, done.body.status(NOW)), (3, Status::Confirmed));

    let read = club.make_draft(&draft("two", Act::RunNow { emergency: false })).await.expect("made");
    club.put_document(&Holiday::on(date("2026-12-25")), Expect::Nothing).await.expect("written");
    let late =
        club.change_draft(&read, claim("pat"), PlanCondition::Unchanged(version), &by("pat")).await.expect("answered");
    assert_eq!(late, None);
    let kept = club.draft(&read.body.id, NOW).await.expect("read").expect("there");
    assert_eq!(kept, read, "a refused claim changes nothing");
}

#[tokio::test]
async fn a_draft_expires_after_ten_minutes_and_is_kept_for_a_day_after_its_end() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let read = club.make_draft(&draft("one", Act::RunNow { emergency: false })).await.expect("made");
    for (at, status) in [(TimeDelta::zero(), Status::Open), (LIFETIME, Status::Expired)] {
        assert_eq!(read.body.status(after(at)), status);
    }
    for (at, is_there) in [(LIFETIME + KEPT - TimeDelta::seconds(1), true), (LIFETIME + KEPT, false)] {
        assert_eq!(club.draft(&read.body.id, after(at)).await.expect("read").is_some(), is_there, "{at}");
    }
}

#[tokio::test]
async fn an_entry_that_a_draft_wrote_is_found_by_the_mark_of_that_draft_only() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let (one, two) = (draft("one", Act::RunNow { emergency: false }), draft("two", Act::RunNow { emergency: false }));
    let off = domain::snapshot::TimeOff {
        employee_id: EmployeeId("E01".to_owned()),
        start: date("2026-12-28"),
        end: date("2026-12-28"),
    };
    let saved = club.change_document(None, Some(&off), &one.because(&by("pat"), "confirmed")).await.expect("saved");
    let subject = Subject::Fact(saved.id);
    assert!(club.has_entry_of(&one, &subject).await.expect("read"));
    assert!(!club.has_entry_of(&two, &subject).await.expect("read"));
}
