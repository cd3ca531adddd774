//! The drill of a club: its nightly run, a morning in which a person approves, recalls and retries while faults happen, and the
//! days after it ([`afterwards`]). Every wait has a limit by the clock.

use std::path::Path;

use chrono::Days;
use serde_json::json;
use simulator::Effect;

use super::afterwards;
use super::calls::Call;
use super::client::{Line, Proposal, Run};
use super::findings::{DrillFindings, Evidence};
use super::setup::{DrillFaults, DrillSetup};
use super::totals::DrillTotals;
use crate::commands::Failure;
use crate::console;
use crate::generate::ClubPlan;

/// Step of the clock, in seconds.
const ROUND_S: u64 = 60;
/// Maximum time until there is a proposal: three tries, an hour apart.
const NIGHT_S: u64 = 4 * 3_600;
/// Maximum time until all lines are settled: five tries and twenty read-backs, at most a quarter of an hour
/// apart, and pauses.
const SETTLE_S: u64 = 9 * 3_600;
/// Maximum time until the queues are empty after all lines are settled: the longest delay and the longest visibility
/// timeout.
const DRAIN_S: u64 = 3_600;
/// Number of rounds in which a person retries failed lines.
const RETRY_ROUNDS: usize = 2;
/// Causes of failure after which a person retries. After other causes, a person would look at Crossmark first.
const RETRIED_CAUSES: [&str; 5] = ["refused", "exhausted", "restored", "not_restored", "dependency_failed"];
const APPROVE: &str = "/api/auto-schedule/approve";

/// The drill of a club.
pub struct ClubDrill<'a> {
    title: String,
    /// Number of nights to simulate from the first day with work.
    nights: u64,
    setup: DrillSetup,
    totals: &'a mut DrillTotals,
}

impl ClubDrill<'_> {
    /// Starts the processes of a club in this folder.
    ///
    /// # Errors
    /// A process does not start.
    pub async fn start<'a>(
        folder: &Path,
        club: &str,
        drill_faults: DrillFaults,
        title: String,
        nights: u64,
        totals: &'a mut DrillTotals,
    ) -> Result<ClubDrill<'a>, Failure> {
        Ok(ClubDrill { title, nights, setup: DrillSetup::start(folder, club, drill_faults).await?, totals })
    }

    /// Runs the drill, and adds its findings to the totals.
    ///
    /// # Errors
    /// The drill could not be finished. Findings are not errors.
    pub async fn run(mut self) -> Result<(), Failure> {
        let before: Vec<Effect> = self.setup.get_from_simulator("ledger").await?;
        self.setup.turn_on_faults().await?;
        let run = self.nightly_run().await?;
        self.approve(&run).await?;
        self.settle(&run).await?;
        for _ in 0..RETRY_ROUNDS {
            if self.retry(&run).await? {
                self.settle(&run).await?;
            }
        }
        self.setup.turn_off_faults().await?;
        self.drain().await?;
        let evidence = self.judge(&run, before).await?;
        self.finish(evidence).await
    }

    /// Waits for the proposal of the nightly run.
    async fn nightly_run(&mut self) -> Result<Run, Failure> {
        let until = self.setup.clock_s + NIGHT_S;
        while self.setup.clock_s < until {
            self.setup.advance(10 * ROUND_S).await?;
            let pending: Proposal = self.setup.get("/api/auto-schedule/pending").await?;
            if let Some(run) = pending.run.filter(|run| run.status == "completed") {
                return Ok(run);
            }
        }
        Err(Failure::Internal(format!(
            "{}: no nightly run had a proposal within {} hours",
            self.title,
            NIGHT_S / 3_600
        )))
    }

    /// A person approves half of the proposal twice, recalls one line, and then approves everything.
    async fn approve(&mut self, run: &Run) -> Result<(), Failure> {
        let open: Vec<Line> = self.lines(run).await?.into_iter().filter(Line::is_open).collect();
        open.iter().for_each(|line| *self.totals.lines.entry(line.kind.clone()).or_default() += 1);
        let mut ids: Vec<String> = open.into_iter().map(|line| line.id).collect();
        self.setup.rng.shuffle(&mut ids);
        let half = &ids[..ids.len() / 2];
        for _ in 0..2 {
            self.setup.act_with_kills(APPROVE, &json!({"run_id": run.run_id, "lines": half})).await?;
        }
        if let Some(one) = half.first() {
            self.setup.act_with_kills("/api/auto-schedule/recall", &json!({"lines": [one]})).await?;
        }
        self.setup.advance(ROUND_S / 2).await?;
        for _ in 0..2 {
            self.setup.act_with_kills(APPROVE, &json!({"run_id": run.run_id})).await?;
        }
        Ok(())
    }

    /// Moves the clock until no line is in submission. Lines that were recalled, or that depend on others, are approved
    /// as well.
    async fn settle(&mut self, run: &Run) -> Result<(), Failure> {
        let until = self.setup.clock_s + SETTLE_S;
        let mut open_before = usize::MAX;
        while self.setup.clock_s < until {
            let lines = self.lines(run).await?;
            self.print_progress(&lines)?;
            let open = lines.iter().filter(|line| line.is_open()).count();
            if !lines.iter().any(Line::is_in_flight) {
                if open == 0 || open == open_before {
                    return Ok(());
                }
                open_before = open;
                self.setup.act_with_kills(APPROVE, &json!({"run_id": run.run_id})).await?;
            }
            self.setup.advance(ROUND_S).await?;
        }
        Ok(())
    }

    fn print_progress(&self, lines: &[Line]) -> Result<(), Failure> {
        let count = |is: &dyn Fn(&Line) -> bool| lines.iter().filter(|line| is(line)).count();
        let of = |status: &'static str| count(&|line| line.status == status);
        console::say(&format!(
            "{}, minute {:>3}: {:>4} accepted, {:>4} under way, {:>3} of them in doubt, {:>3} failed, {:>4} open, {} kills\n",
            self.title,
            self.setup.clock_s / 60,
            of("api_submitted"),
            count(&Line::is_in_flight),
            of("in_doubt"),
            of("api_failed"),
            count(&Line::is_open),
            self.setup.kills,
        ))
    }

    /// A person retries failed lines, cause by cause, twice. Returns `false` if there is nothing to retry.
    async fn retry(&mut self, run: &Run) -> Result<bool, Failure> {
        let lines = self.lines(run).await?;
        let failed = |cause: &str| lines.iter().any(|line| line.status == "api_failed" && line.cause() == cause);
        let causes: Vec<&str> = RETRIED_CAUSES.into_iter().filter(|cause| failed(cause)).collect();
        for cause in &causes {
            for _ in 0..2 {
                self.setup.act_with_kills("/api/auto-schedule/retry", &json!({"cause": cause})).await?;
            }
        }
        Ok(!causes.is_empty())
    }

    /// Moves the clock until the queues are empty.
    async fn drain(&mut self) -> Result<(), Failure> {
        let until = self.setup.clock_s + DRAIN_S;
        while self.setup.clock_s < until {
            if self.setup.depths().await?.iter().all(|queue| queue.is_of_dead_letters() || queue.is_empty()) {
                return Ok(());
            }
            self.setup.advance(5 * ROUND_S).await?;
        }
        Ok(())
    }

    /// Compares the morning with the ledger, and adds the findings to the totals.
    async fn judge(&mut self, run: &Run, before: Vec<Effect>) -> Result<Evidence, Failure> {
        let ClubDrill { setup, totals, .. } = self;
        let pending: Proposal = setup.get(&proposal_path(run)).await?;
        let evidence = Evidence {
            zone: pending.zone()?,
            people: setup.list("/api/employees?limit=500").await?,
            before,
            ledger: setup.get_from_simulator("ledger").await?,
            lines: pending.lines(),
            posted: setup.list(&all_schedules()).await?,
            calls: setup.get_from_simulator::<Vec<Call>>("calls").await?,
        };
        let mut findings = evidence.findings();
        totals.dead_letters += find_stuck(setup, &mut findings).await?;
        totals.add(findings, &evidence.calls);
        Ok(evidence)
    }

    /// Simulates the days after the morning, and adds the recount to the totals.
    async fn finish(self, evidence: Evidence) -> Result<(), Failure> {
        let ClubDrill { title, mut setup, totals, nights } = self;
        console::say(&format!("{title}: the days after the morning, and the recount of the numbers\n"))?;
        let recount = afterwards::simulate_days(&mut setup, evidence.lines, evidence.zone, nights).await?;
        totals.add_recount(&title, recount, setup.alarms_of_numbers()?);
        totals.clubs += 1;
        totals.kills += setup.kills;
        totals.clock_s += setup.clock_s;
        Ok(())
    }

    async fn lines(&self, run: &Run) -> Result<Vec<Line>, Failure> {
        Ok(self.setup.get::<Proposal>(&proposal_path(run)).await?.lines())
    }
}

/// The path of every posted schedule of the drill's club: no schedule of a generated club is more than a year away.
fn all_schedules() -> String {
    let (today, year) = (ClubPlan::default().today, Days::new(365));
    format!("/api/schedules?from={}&to={}&limit=500", today - year, today + year)
}

/// The path of the proposal of a run.
fn proposal_path(run: &Run) -> String {
    format!("/api/auto-schedule/pending?run_id={}", run.run_id)
}

/// Adds the runs and messages that have not ended to the findings. Returns the number of dead letters.
async fn find_stuck(setup: &DrillSetup, findings: &mut DrillFindings) -> Result<u64, Failure> {
    let runs: Vec<Run> = setup.list("/api/auto-schedule/history").await?;
    let open = runs.iter().filter(|run| matches!(run.status.as_str(), "queued" | "running"));
    findings.stuck.extend(open.map(|run| format!("run {} is left {}", run.run_id, run.status)));
    let mut dead = 0;
    for queue in setup.depths().await? {
        if queue.is_of_dead_letters() {
            dead += queue.len();
        } else if !queue.is_empty() {
            findings.stuck.push(format!("{} messages are left in {}", queue.len(), queue.queue));
        }
    }
    Ok(dead)
}
