//! Clubs and plans in the notation of the rulebook tests, which [`domain::fixture`] documents, and approvals through
//! the desk.

use std::collections::BTreeMap;

use desk::approve::{ApprovalMode, ApprovalResult, Request, approve};
use desk::{DeskError, Plan};
use domain::club::{Club as DomainClub, EventIx};
use domain::dependencies::dependencies;
use domain::fixture;
use domain::schedule::Decision;
use domain::snapshot::Snapshot;
use domain::timetable::timetable;
use runtime::messages::SubmitMessage;
use runtime::queue::Queue;
use serde_json::{Value, json};
use store::Stored;
use store::events::Place;
use store::key::{ApprovalId, ProposalKey, RunId};
use store::lines::{Line, LineKind};
use store::states::{Cause, LineStatus};

use crate::{TestClub, owner};

/// The snapshot of a club in the notation of the rulebook tests. Every person has a Crossmark number, except the people in
/// `without`.
fn document(notation: &str, without: &[&str]) -> Value {
    let mut doc = fixture::snapshot(notation);
    doc["club"]["location_id"] = json!(160_001);
    for (n, person) in doc["employees"].as_array_mut().expect("people").iter_mut().enumerate() {
        if !without.contains(&person["id"].as_str().expect("an id")) {
            person["rep_id"] = json!(150_001 + n);
        }
    }
    for (n, posted) in doc["posted"].as_array_mut().expect("posted").iter_mut().enumerate() {
        posted["scheduled_event_id"] = json!(55_000_001 + n);
    }
    doc
}

impl TestClub {
    /// A club in the notation of the rulebook tests. Its clock shows noon of 19 November.
    pub async fn of_lines(notation: &str) -> TestClub {
        TestClub::of_lines_without_numbers(notation, &[]).await
    }

    /// Like [`Self::of_lines`], but the people in `without` have no Crossmark number.
    pub async fn of_lines_without_numbers(notation: &str, without: &[&str]) -> TestClub {
        TestClub::at(TestClub::clock_at("2026-11-19T17:00:00Z"), None, &document(notation, without)).await
    }

    pub fn submit_queue(&self) -> Queue<SubmitMessage> {
        self.environment.queue().expect("a queue")
    }

    /// Commits a proposal that places events as in the plan (`1 A 24, 2 drop`) and leaves the other candidates open.
    pub async fn propose(&self, name: &str, plan: &str) -> RunId {
        let lease = self.queue_and_start_run(name).await;
        let proposal = ProposalKey { run: lease.run.clone(), token: lease.token };
        let today = self.clock.now().with_timezone(&chrono_tz::America::Indiana::Indianapolis).date_naive();
        let loaded = self.club().load_snapshot(today).await.expect("a snapshot");
        let lines = self.lines_of_plan(&proposal, loaded.snapshot, plan).await;
        self.commit(&lease, &lines, loaded.plan_version).await.run
    }

    async fn lines_of_plan(&self, proposal: &ProposalKey, snapshot: Snapshot, plan: &str) -> Vec<Line> {
        let club = DomainClub::new(snapshot);
        let mut schedule = fixture::plan(&club, plan);
        let dependencies = dependencies(&mut schedule);
        let slots: BTreeMap<EventIx, _> = timetable(&schedule).into_iter().map(|s| (s.event, s)).collect();
        let mut lines = Vec::new();
        for e in club.event_ixs() {
            let kind = match schedule.decision(e) {
                Decision::New(_) => LineKind::New,
                Decision::Moved(_) => LineKind::Moved,
                Decision::Dropped => LineKind::Dropped,
                Decision::Open if club.event(e).is_candidate() => LineKind::NotPlaced,
                _ => continue,
            };
            let place = slots.get(&e).map(|slot| Place {
                employee_id: club.person(slot.place.person).id.clone(),
                start: slot.start,
                block: slot.block,
            });
            let line = self.new_line(proposal, kind, club.event(e).event_ref.0, place).await;
            lines.push(Line {
                pair: club.event(e).partner.map(|p| club.event(p).event_ref),
                depends_on: dependencies.get(&e).into_iter().flatten().map(|b| club.event(*b).event_ref).collect(),
                ..line
            });
        }
        lines
    }

    /// Approves the lines of some events of a run as a manager does; all lines if `events` is `None`.
    ///
    /// # Errors
    /// The desk refuses the approval.
    pub async fn approve(&self, name: &str, run: &RunId, events: Option<&[&str]>) -> Result<ApprovalResult, DeskError> {
        let id = ApprovalId::parse(name).expect("an id");
        let lines = events.map(|events| events.iter().map(|event| format!("{run}.{event}")).collect());
        let request = Request { run: run.clone(), lines, digest: None, mode: ApprovalMode::Execute };
        approve(self.desk(), &self.submit_queue(), &request, id, &self.because()).await
    }

    pub async fn line_of(&self, run: &RunId, event: u64) -> Stored<Line> {
        let found = desk::plan::find_lines(self.club(), &[format!("{run}.{event}")]).await.expect("a line");
        found.into_iter().next().expect("a line")
    }

    pub async fn status_of(&self, run: &RunId, event: u64) -> LineStatus {
        self.line_of(run, event).await.body.state.status()
    }

    pub async fn plan(&self) -> Plan {
        Plan::load(self.desk(), self.now()).await.expect("a plan")
    }

    /// Makes an approved line fail, with the cause that `submit` gives when Crossmark refuses it. No call is recorded.
    pub async fn fail(&self, run: &RunId, event: u64) {
        let line = self.line_of(run, event).await.body;
        let generation = line.submission.as_ref().expect("approved").generation;
        let (club, owner, because) = (self.club(), owner("worker"), self.because());
        let failed = club.fail_unsent(&line.key, generation, Cause::Refused, "not possible", &owner, &because).await;
        failed.expect("failed");
    }

    /// Advances the clock by 11 seconds, so that messages that were delayed for a recall are visible, and takes all
    /// visible messages from the queue of `submit`. Returns each as `approval#group: event/generation`.
    pub async fn submit_messages(&self) -> Vec<String> {
        self.advance(11);
        let messages = self.messages::<SubmitMessage>().await.into_iter();
        let mut texts: Vec<String> = messages
            .map(|message| {
                let lines: Vec<String> = message.generations.iter().map(|(e, g)| format!("{e}/{g}")).collect();
                format!("{}#{}: {}", message.approval, message.group, lines.join(" "))
            })
            .collect();
        texts.sort();
        texts
    }
}
