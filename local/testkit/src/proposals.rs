//! Runs and proposals as a solver writes them.

use chrono::TimeDelta;
use domain::answer::Flag;
use domain::snapshot::{EmployeeId, EventRef};
use serde_json::json;
use store::Club;
use store::answer::LineReasons;
use store::audit::Because;
use store::documents::PlanVersion;
use store::events::Place;
use store::key::{ProposalKey, RunId};
use store::lease::HeldLease;
use store::lines::{Failure, Line, LineKind, OldPlace, Reasons};
use store::meter::{Cost, Costs, Operation};
use store::runs::{Run, RunOrigin, RunSummary};
use store::stamp::Timestamp;

use crate::{TestClub, key, manual, owner, run_id};

/// What a line does: kind, event, person and start.
pub type Placement<'a> = (LineKind, u64, Option<(&'a str, &'a str)>);

/// The usual lines in the small club: two new ones, an event without a place, a move and a drop.
pub const USUAL_LINES: [Placement<'static>; 5] = [
    (LineKind::New, 101, Some(("E01", "2026-11-28T10:15:00"))),
    (LineKind::New, 102, Some(("E03", "2026-11-28T10:45:00"))),
    (LineKind::NotPlaced, 103, None),
    (LineKind::Moved, 201, Some(("E03", "2026-12-03T10:15:00"))),
    (LineKind::Dropped, 202, None),
];

/// The summary of a run with all counts 0.
pub fn summary(plan_version: PlanVersion) -> RunSummary {
    RunSummary {
        plan_version,
        events_scheduled: 0,
        events_requiring_swaps: 0,
        events_failed: 0,
        total_events_processed: 0,
        costs: Costs::new(),
        answer: None,
        provenance: None,
    }
}

/// A line as a solver writes it at this moment. The event's facts and its posted place come from the table.
pub async fn new_line(
    club: Club<'_>,
    proposal: &ProposalKey,
    kind: LineKind,
    event: u64,
    place: Option<Place>,
    at: Timestamp,
) -> Line {
    let event_item = club.event(EventRef(event)).await.expect("read").expect("an event").body;
    let posted = club.posted_of(&event_item).await.expect("read").map(|posted| posted.body);
    Line {
        original: place.clone(),
        place,
        from: posted.map(|posted| OldPlace {
            place: Place { employee_id: posted.employee_id, start: posted.start, block: posted.block },
            scheduled_event_id: posted.scheduled_event_id,
        }),
        ..Line::new(key(proposal, event), kind, event_item.facts, at)
    }
}

impl TestClub {
    /// Queues a run with a deadline in an hour.
    pub async fn queue_run(&self, name: &str, origin: RunOrigin) -> Run {
        self.queue_run_because(name, origin, &self.because()).await
    }

    async fn queue_run_because(&self, name: &str, origin: RunOrigin, because: &Because) -> Run {
        let run = Run::queued(run_id(name), origin, false, self.now(), self.now().plus(TimeDelta::hours(1)));
        self.club().queue_run(&run, because).await.expect("queued");
        run
    }

    /// Takes the lease for a run for `lease_s` seconds, and starts the run.
    pub async fn start_queued_run(&self, run: &RunId, lease_s: i64, because: &Because) -> HeldLease {
        let until = self.now().plus(TimeDelta::seconds(lease_s));
        let held = self.club().take_lease(&owner("worker"), run, self.now(), until).await.expect("taken");
        self.club().start_run(&held, because).await.expect("started");
        held
    }

    /// Queues and starts a run of robin, with a lease of an hour.
    pub async fn queue_and_start_run(&self, name: &str) -> HeldLease {
        let run = self.queue_run(name, manual("robin")).await;
        self.start_queued_run(&run.id, 3_600, &self.because()).await
    }

    /// Queues and starts a run with this origin, with a lease of an hour.
    pub async fn queue_and_start_run_from(&self, name: &str, origin: RunOrigin) -> HeldLease {
        let because = self.because_of("muster solve", "as asked");
        match origin {
            RunOrigin::Automatic { date } => {
                let deadline = self.now().plus(TimeDelta::hours(1));
                self.club().begin_night(date, &run_id(name), deadline, &because).await.expect("begun");
            }
            _ => _ = self.queue_run_because(name, origin, &because).await,
        }
        self.start_queued_run(&run_id(name), 3_600, &because).await
    }

    /// A line of this club as a solver writes it now.
    pub async fn new_line(&self, proposal: &ProposalKey, kind: LineKind, event: u64, place: Option<Place>) -> Line {
        new_line(self.club(), proposal, kind, event, place, self.now()).await
    }

    /// Like [`Self::new_line`], with person and start as text.
    pub async fn placed_line(&self, proposal: &ProposalKey, (kind, event, at): Placement<'_>) -> Line {
        let place = at.map(|(who, start)| Place {
            employee_id: EmployeeId(who.to_owned()),
            start: start.parse().expect("a start"),
            block: Some(1),
        });
        self.new_line(proposal, kind, event, place).await
    }

    /// Writes and commits the lines of a running run.
    pub async fn commit(&self, held: &HeldLease, lines: &[Line], plan_version: PlanVersion) -> ProposalKey {
        self.club().write_lines(lines, &[]).await.expect("written");
        self.club().commit_proposal(held, &summary(plan_version), &self.because()).await.expect("committed");
        ProposalKey { run: held.run.clone(), token: held.token }
    }

    /// Commits the proposal of a run with this origin, with these lines, reasons and a summary. The run takes 21
    /// seconds.
    pub async fn propose_lines(&self, name: &str, origin: RunOrigin, placements: &[Placement<'_>]) -> ProposalKey {
        let held = self.queue_and_start_run_from(name, origin).await;
        let proposal = ProposalKey { run: held.run.clone(), token: held.token };
        let mut lines = Vec::new();
        for placement in placements {
            let mut line = self.placed_line(&proposal, *placement).await;
            if line.kind == LineKind::NotPlaced {
                line.flags.push(Flag::NotPlaced);
                line.failure = Some(Failure {
                    code: "nobody_available".to_owned(),
                    text: "nobody is available on its only day".to_owned(),
                    rules: vec!["H2".to_owned()],
                });
            }
            lines.push(line);
        }
        let why: LineReasons = serde_json::from_value(json!({
            "terms": {"scheduled": 1000, "urgency": 90},
            "runner_up": {
                "employee_id": "E04", "date": "2026-11-28", "points_lost": 30.0, "terms": {"urgency": 30.0},
            },
        }))
        .expect("reasons");
        let reasons: Vec<Reasons> =
            lines.iter().map(|line| Reasons { key: line.key.clone(), why: why.clone() }).collect();
        let club = self.club();
        club.write_lines(&lines, &reasons).await.expect("written");
        let count = |kinds: &[LineKind]| placements.iter().filter(|p| kinds.contains(&p.0)).count() as u32;
        let summary = RunSummary {
            plan_version: club.plan_version().await.expect("a version"),
            events_scheduled: count(&[LineKind::New]),
            events_requiring_swaps: count(&[LineKind::Moved, LineKind::Dropped]),
            events_failed: count(&[LineKind::NotPlaced]),
            total_events_processed: placements.len() as u32,
            costs: [(Operation::Query, Cost { requests: 3, repeats: 0, items: 30, capacity: 12.5 })].into(),
            answer: serde_json::from_value(json!({
                "status": "optimal", "score": 2100.0 + placements.len() as f64, "bound": 2100.0 + placements.len() as f64,
                "terms": {"scheduled": 1000.0 * f64::from(count(&[LineKind::New])), "urgency": 90.0},
                "failures": {"nobody_available": count(&[LineKind::NotPlaced])},
                "timing_ms": {"load": 1, "build": 3, "solve": 240, "extract": 1},
                "load_requests": 5, "model": {"columns": 20, "rows": 30}
            }))
            .expect("an answer"),
            provenance: None,
        };
        self.advance(21);
        club.commit_proposal(&held, &summary, &self.because_of("muster solve", "solved")).await.expect("committed");
        proposal
    }

    /// Commits the proposal of a nightly run with the lines of [`USUAL_LINES`].
    pub async fn propose_usual(&self) -> ProposalKey {
        let date = "2026-11-23".parse().expect("a date");
        self.propose_lines("run-1", RunOrigin::Automatic { date }, &USUAL_LINES).await
    }
}
