//! Set-up of tests: a run and its proposal, as a solver makes them.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::answer::{Status, Timing};
use domain::snapshot::EmployeeId;
use store::answer::{AnswerSummary, LineReasons, ModelSize};
use store::audit::Because;
use store::documents::PlanVersion;
use store::events::Place;
use store::key::ProposalKey;
use store::lease::HeldLease;
use store::lines::{Line, LineKind, Reasons};
use store::meter::Costs;
use store::runs::{Run, RunOrigin, RunSummary};
use store::stamp::Timestamp;
use testkit::{new_line, owner, run_id};

use crate::setup::{NOW, TestTable, date};

pub fn because(at: Timestamp) -> Because {
    Because::new("robin", at, "as asked")
}

pub fn now() -> Because {
    because(NOW)
}

pub fn later(seconds: i64) -> Timestamp {
    NOW.plus(TimeDelta::seconds(seconds))
}

pub fn summary(version: u64) -> RunSummary {
    RunSummary {
        plan_version: PlanVersion { version, ..PlanVersion::default() },
        events_scheduled: 3,
        events_requiring_swaps: 2,
        events_dropped: 0,
        events_failed: 0,
        total_events_processed: 5,
        costs: Costs::new(),
        answer: Some(AnswerSummary {
            bound: Some(41_234.0),
            failures: BTreeMap::new(),
            gap: Some(0.0),
            kept: None,
            left_out: Vec::new(),
            left_out_total: 0,
            load_requests: 5,
            model: ModelSize { columns: 1, rows: 1 },
            score: 41_234.0,
            status: Status::Optimal,
            terms: BTreeMap::from([("scheduled".to_owned(), 3_000.0)]),
            timing_ms: Timing::default(),
        }),
        provenance: None,
    }
}

pub fn place(employee: &str, day: &str) -> Place {
    let start = date(day).and_hms_opt(10, 15, 0).expect("a time");
    Place { employee_id: EmployeeId(employee.into()), start, block: Some(1) }
}

/// A line: its kind, its event, and its person and day if it has a place.
pub type Placement<'a> = (LineKind, u64, Option<(&'a str, &'a str)>);

/// Two new lines, a move and a drop, and an event without a place.
pub const USUAL_LINES: [Placement<'static>; 5] = [
    (LineKind::New, 101, Some(("E01", "2026-11-28"))),
    (LineKind::New, 102, Some(("E03", "2026-11-28"))),
    (LineKind::NotPlaced, 103, None),
    (LineKind::Moved, 201, Some(("E03", "2026-12-03"))),
    (LineKind::Dropped, 202, None),
];

impl TestTable {
    /// A running run with this id, which holds the lease.
    pub async fn start_run(&self, name: &str, owner_name: &str, at: Timestamp) -> HeldLease {
        let run = Run::queued(
            run_id(name),
            RunOrigin::Manual { by: "robin".into() },
            false,
            at,
            at.plus(TimeDelta::hours(1)),
        );
        let club = self.club();
        club.queue_run(&run, &because(at)).await.expect("queued");
        let until = at.plus(TimeDelta::seconds(120));
        let held = club.take_lease(&owner(owner_name), &run.id, at, until).await.expect("taken");
        club.start_run(&held, &because(at)).await.expect("started");
        held
    }

    pub async fn lines_of(&self, proposal: &ProposalKey, placements: &[Placement<'_>]) -> Vec<Line> {
        let mut lines = Vec::new();
        for (kind, event, at) in placements {
            let place = at.map(|(who, day)| place(who, day));
            lines.push(new_line(self.club(), proposal, *kind, *event, place, NOW).await);
        }
        lines
    }

    /// A committed proposal with those lines.
    pub async fn propose(&self, name: &str, at: Timestamp, placements: &[Placement<'_>]) -> ProposalKey {
        let held = self.start_run(name, "solver", at).await;
        let proposal = ProposalKey { run: held.run.clone(), token: held.token };
        let lines = self.lines_of(&proposal, placements).await;
        let terms = Some(BTreeMap::from([("urgency".to_owned(), 90.0)]));
        let why = LineReasons { terms, ..LineReasons::default() };
        let reasons: Vec<Reasons> = lines.iter().map(|l| Reasons { key: l.key.clone(), why: why.clone() }).collect();
        let club = self.club();
        club.write_lines(&lines, &reasons).await.expect("written");
        let mut summary = summary(1);
        summary.plan_version.decided = club.plan_version().await.expect("a version").decided;
        club.commit_proposal(&held, &summary, &because(at)).await.expect("committed");
        proposal
    }

    /// A committed proposal with the usual lines.
    pub async fn propose_usual(&self) -> ProposalKey {
        self.propose("run-1", NOW, &USUAL_LINES).await
    }
}
