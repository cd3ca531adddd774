//! One club's night and morning: its nightly run, and a person who approves, recalls and retries while faults happen.
//! Then the days after it ([`afterwards`]).
//! Every wait has a limit by the clock.

use std::path::Path;

use chrono::Days;
use serde_json::json;
use simulator::Effect;

use super::afterwards;
use super::calls::Call;
use super::findings::{DrillFindings, Evidence};
use super::site::{Line, Pending, Run};
use super::stage::{DrillFaults, Stage};
use super::tally::Tally;
use crate::commands::Failure;
use crate::console;
use crate::generate::ClubPlan;

/// Step of the clock, in seconds.
const ROUND_S: u64 = 60;
/// Maximum time until there is a proposal: three tries, an hour apart.
const NIGHT_S: u64 = 4 * 3_600;
/// Maximum time until all lines are settled: five tries and twenty read-backs, a quarter of an hour apart, and pauses.
const SETTLE_S: u64 = 9 * 3_600;
/// Maximum time until the queues are empty after that: the longest delay and the longest visibility timeout.
const DRAIN_S: u64 = 3_600;
/// Number of times that a person retries failed lines.
const RETRIES: usize = 2;
/// Causes that a person retries; with the others they would look at Crossmark first.
const WORTH_A_RETRY: [&str; 5] = ["refused", "exhausted", "restored", "not_restored", "dependency_failed"];
const APPROVE: &str = "/api/auto-schedule/approve";

/// The drill of one club.
pub struct Morning<'a> {
    title: String,
    /// Number of nights to simulate from the first day with work.
    nights: u64,
    stage: Stage,
    tally: &'a mut Tally,
}

impl Morning<'_> {
    /// Starts the processes of a club in a folder of its own.
    ///
    /// # Errors
    /// A process does not start.
    pub async fn of<'a>(
        folder: &Path,
        club: &str,
        drill_faults: DrillFaults,
        title: String,
        nights: u64,
        tally: &'a mut Tally,
    ) -> Result<Morning<'a>, Failure> {
        Ok(Morning { title, nights, stage: Stage::set(folder, club, drill_faults).await?, tally })
    }

    /// Runs the drill, and adds its findings to the tally.
    ///
    /// # Errors
    /// The drill could not be finished. Findings are not errors.
    pub async fn run(mut self) -> Result<(), Failure> {
        let before: Vec<Effect> = self.stage.look("ledger").await?;
        self.stage.turn_on_faults().await?;
        let run = self.night().await?;
        self.approve(&run).await?;
        self.settle(&run).await?;
        for _ in 0..RETRIES {
            if self.retry(&run).await? {
                self.settle(&run).await?;
            }
        }
        self.stage.turn_off_faults().await?;
        self.drain().await?;
        let evidence = self.judge(&run, before).await?;
        self.finish(evidence).await
    }

    /// The nightly run, until its proposal.
    async fn night(&mut self) -> Result<Run, Failure> {
        let until = self.stage.clock_s + NIGHT_S;
        while self.stage.clock_s < until {
            self.stage.advance(10 * ROUND_S).await?;
            let pending: Pending = self.stage.get("/api/auto-schedule/pending").await?;
            if let Some(run) = pending.run.filter(|run| run.status == "completed") {
                return Ok(run);
            }
        }
        Err(Failure::Ours(format!("{}: no nightly run had a proposal within {} hours", self.title, NIGHT_S / 3_600)))
    }

    /// A person approves half of the proposal twice, recalls one line, and then approves everything.
    async fn approve(&mut self, run: &Run) -> Result<(), Failure> {
        let open: Vec<Line> = self.lines(run).await?.into_iter().filter(Line::is_open).collect();
        open.iter().for_each(|line| *self.tally.lines.entry(line.kind.clone()).or_default() += 1);
        let mut ids: Vec<String> = open.into_iter().map(|line| line.id).collect();
        self.stage.rng.shuffle(&mut ids);
        let half = &ids[..ids.len() / 2];
        for _ in 0..2 {
            self.stage.act_with_kills(APPROVE, &json!({"run_id": run.run_id, "lines": half})).await?;
        }
        if let Some(one) = half.first() {
            self.stage.act_with_kills("/api/auto-schedule/recall", &json!({"lines": [one]})).await?;
        }
        self.stage.advance(ROUND_S / 2).await?;
        for _ in 0..2 {
            self.stage.act_with_kills(APPROVE, &json!({"run_id": run.run_id})).await?;
        }
        Ok(())
    }

    /// Moves the clock until no line is in submission. Lines that were recalled, or that depend on others, are approved
    /// as well.
    async fn settle(&mut self, run: &Run) -> Result<(), Failure> {
        let until = self.stage.clock_s + SETTLE_S;
        let mut left_open = usize::MAX;
        while self.stage.clock_s < until {
            let lines = self.lines(run).await?;
            self.tell(&lines)?;
            let open = lines.iter().filter(|line| line.is_open()).count();
            if !lines.iter().any(Line::is_in_flight) {
                if open == 0 || open == left_open {
                    return Ok(());
                }
                left_open = open;
                self.stage.act_with_kills(APPROVE, &json!({"run_id": run.run_id})).await?;
            }
            self.stage.advance(ROUND_S).await?;
        }
        Ok(())
    }

    fn tell(&self, lines: &[Line]) -> Result<(), Failure> {
        let count = |is: &dyn Fn(&Line) -> bool| lines.iter().filter(|line| is(line)).count();
        let of = |status: &'static str| count(&|line| line.status == status);
        console::say(&format!(
            "{}, minute {:>3}: {:>4} accepted, {:>4} under way, {:>3} of them in doubt, {:>3} failed, {:>4} open, {} kills\n",
            self.title,
            self.stage.clock_s / 60,
            of("api_submitted"),
            count(&Line::is_in_flight),
            of("in_doubt"),
            of("api_failed"),
            count(&Line::is_open),
            self.stage.kills,
        ))
    }

    /// A person retries failed lines, cause by cause, twice; `false` if there is nothing to retry.
    async fn retry(&mut self, run: &Run) -> Result<bool, Failure> {
        let lines = self.lines(run).await?;
        let failed = |cause: &str| lines.iter().any(|line| line.status == "api_failed" && line.cause() == cause);
        let causes: Vec<&str> = WORTH_A_RETRY.into_iter().filter(|cause| failed(cause)).collect();
        for cause in &causes {
            for _ in 0..2 {
                self.stage.act_with_kills("/api/auto-schedule/retry", &json!({"cause": cause})).await?;
            }
        }
        Ok(!causes.is_empty())
    }

    /// Moves the clock until the queues are empty.
    async fn drain(&mut self) -> Result<(), Failure> {
        let until = self.stage.clock_s + DRAIN_S;
        while self.stage.clock_s < until {
            if self.stage.depths().await?.iter().all(|queue| queue.is_of_dead_letters() || queue.is_empty()) {
                return Ok(());
            }
            self.stage.advance(5 * ROUND_S).await?;
        }
        Ok(())
    }

    /// Judges the morning, and adds its findings to the tally.
    async fn judge(&mut self, run: &Run, before: Vec<Effect>) -> Result<Evidence, Failure> {
        let Morning { stage, tally, .. } = self;
        let pending: Pending = stage.get(&of_run(run)).await?;
        let evidence = Evidence {
            zone: pending.zone()?,
            people: stage.list("/api/employees?limit=500").await?,
            before,
            ledger: stage.look("ledger").await?,
            lines: pending.lines(),
            posted: stage.list(&all_schedules()).await?,
            calls: stage.look::<Vec<Call>>("calls").await?,
        };
        let mut findings = evidence.judge();
        tally.dead_letters += look_for_what_is_stuck(stage, &mut findings).await?;
        tally.add(findings, &evidence.calls);
        Ok(evidence)
    }

    /// Simulates the days after it, and adds the recount to the tally.
    async fn finish(self, evidence: Evidence) -> Result<(), Failure> {
        let Morning { title, mut stage, tally, nights } = self;
        console::say(&format!("{title}: the days after it, and the recount of its numbers\n"))?;
        let recount = afterwards::live(&mut stage, evidence.lines, evidence.zone, nights).await?;
        tally.add_recount(&title, recount, stage.alarms_of_numbers()?);
        tally.clubs += 1;
        tally.kills += stage.kills;
        tally.clock_s += stage.clock_s;
        Ok(())
    }

    async fn lines(&self, run: &Run) -> Result<Vec<Line>, Failure> {
        Ok(self.stage.get::<Pending>(&of_run(run)).await?.lines())
    }
}

/// The path of every posted schedule of the drill's club: no schedule of a generated club is more than a year away.
fn all_schedules() -> String {
    let (today, year) = (ClubPlan::default().today, Days::new(365));
    format!("/api/schedules?from={}&to={}&limit=500", today - year, today + year)
}

fn of_run(run: &Run) -> String {
    format!("/api/auto-schedule/pending?run_id={}", run.run_id)
}

/// Adds remaining runs and messages to the findings, and returns the number of dead letters.
async fn look_for_what_is_stuck(stage: &Stage, findings: &mut DrillFindings) -> Result<u64, Failure> {
    let runs: Vec<Run> = stage.list("/api/auto-schedule/history").await?;
    let open = runs.iter().filter(|run| matches!(run.status.as_str(), "queued" | "running"));
    findings.stuck.extend(open.map(|run| format!("run {} is left {}", run.run_id, run.status)));
    let mut dead = 0;
    for queue in stage.depths().await? {
        if queue.is_of_dead_letters() {
            dead += queue.len();
        } else if !queue.is_empty() {
            findings.stuck.push(format!("{} messages are left in {}", queue.len(), queue.queue));
        }
    }
    Ok(dead)
}
