//! An act of every kind that a draft may have, each with a club in which the act is possible.

use desk::drafts::{ShownDraft, act_for_swap, get};
use desk::validation::PostedSchedules;
use domain::snapshot::{EmployeeId, EventRef, Moves, Rotation};
use domain::standing::FindingId;
use domain::trial::Change;
use store::drafts::{Act, At, ScheduleChange, Target};

use crate::{TestClub, run_id};

/// Two people have a Core each on days on which the day's lead has none (finding W5). A Freeosk is posted, and the proposal
/// places two open Core events.
const CLUB: &str = "person A specialist
    person B specialist
    person L lead
    person S supervisor
    posted 1 Core 20..28 A 24 block=1
    posted 2 Core 20..28 B 25 block=1
    posted 3 Freeosk 24..25 L 24 at=10:00
    event 10 Core 20..28
    event 11 Core 20..28
    rotation lead all L";

/// The kinds of acts; the tools of an assistant make no others.
pub const ACT_KINDS: [&str; 14] = [
    "move",
    "place",
    "take back",
    "swap",
    "edit",
    "hold",
    "call-out",
    "time off",
    "exception",
    "ignore",
    "run",
    "try",
    "approve",
    "retry",
];

fn who(id: &str) -> EmployeeId {
    EmployeeId(id.to_owned())
}

fn day(day: u32) -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2026, 11, day).expect("a date")
}

/// A target: a person, a day of November, or both.
pub fn target(person: Option<&str>, on: Option<u32>) -> Target {
    Target { employee_id: person.map(who), at: on.map(|on| At::Date(day(on))) }
}

/// A change of an event by hand: a new place, or `None` to take it back.
pub fn by_hand(event: u64, to: Option<Target>) -> Act {
    Act::Schedules { changes: vec![ScheduleChange { event: EventRef(event), to }] }
}

/// A day off in November.
pub fn day_off(person: &str, on: u32) -> Act {
    Act::TimeOff { employee_id: who(person), start: day(on), end: day(on) }
}

/// The club of the acts with its proposal, the run `r1`.
pub async fn club_of_acts() -> TestClub {
    let test = TestClub::of_lines(CLUB).await;
    test.propose("r1", "10 A 26, 11 B 27").await;
    test
}

/// The club of the acts, in which the line of event 10 was approved and then failed.
async fn club_with_a_failed_line() -> TestClub {
    let test = club_of_acts().await;
    let run = run_id("r1");
    test.approve("a1", &run, Some(&["10"])).await.expect("approved");
    test.fail(&run, 10).await;
    assert_eq!(test.submit_messages().await.len(), 1);
    test
}

/// The first finding of the week.
async fn finding(test: &TestClub) -> FindingId {
    let posted = PostedSchedules::load(test.club(), test.now()).await.expect("a club");
    posted.week(day(24)).findings.into_iter().next().expect("a finding").finding.id
}

/// An act of a kind, with a club in which it is possible.
pub async fn act_of(kind: &str) -> (TestClub, Act) {
    let test = if kind == "retry" { club_with_a_failed_line().await } else { club_of_acts().await };
    let ids = |ids: &[&str]| ids.iter().map(|id| format!("r1.{id}")).collect::<Vec<_>>();
    let act = match kind {
        "move" => by_hand(1, Some(target(Some("B"), None))),
        "place" => by_hand(10, Some(target(Some("B"), Some(24)))),
        "take back" => by_hand(2, None),
        "swap" => act_for_swap(test.desk(), [EventRef(1), EventRef(2)], test.now()).await.expect("a swap"),
        "edit" => Act::EditLine { line: "r1.10".to_owned(), to: target(Some("B"), None) },
        "hold" => Act::HoldLine { line: "r1.10".to_owned(), held: true },
        "call-out" => {
            let moves = Moves::None;
            Act::CallOut { employee_id: who("A"), from: day(24), to: day(24), moves, no_show: false }
        }
        "time off" => day_off("A", 24),
        "exception" => Act::RotationException {
            date: day(25),
            rotation: Rotation::PrimaryLead,
            employee_id: who("S"),
            reason: Some("as agreed".to_owned()),
        },
        "ignore" => {
            let reason = "they asked for it".to_owned();
            Act::IgnoreFinding { finding: finding(&test).await, until: None, reason }
        }
        "run" => Act::RunNow { emergency: false },
        "try" => {
            let weights = [("fairness".to_owned(), 2.0)].into();
            Act::Try { change: Box::new(Change { weights, ..Change::default() }) }
        }
        "approve" => Act::Approve { run: run_id("r1"), lines: ids(&["10", "11"]) },
        "retry" => Act::Retry { lines: ids(&["10"]) },
        other => panic!("no kind {other}"),
    };
    (test, act)
}

impl TestClub {
    /// Makes a draft that can be confirmed. For a call-out, it also writes the result of the trial, as a solver would.
    pub async fn make_ready_draft(&self, who: &str, name: &str, act: Act) -> ShownDraft {
        let draft = self.make_draft(who, name, act).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        if !matches!(draft.draft.act, Act::CallOut { .. }) {
            return draft;
        }
        self.finish_trial(&draft.draft.id.trial(), 1, ["A", "B"], "2026-11-24T10:15:00").await;
        get(self.club(), &draft.draft.id, self.now()).await.expect("a draft")
    }
}
