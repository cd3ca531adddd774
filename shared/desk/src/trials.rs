//! Trials: a person asks for the plan of a changed club, and may adopt it as the current proposal. `functions/trial` solves
//! trials.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use domain::trial::Change;
use runtime::messages::{SubmitMessage, TrialMessage};
use runtime::queue::Queue;
use store::Club;
use store::audit::Because;
use store::key::{ApprovalId, Owner, RunId, TrialId};
use store::lease::LeaseError;
use store::lines::{Line, LineKind, Reasons};
use store::meter::Costs;
use store::runs::{Run, RunError, RunOrigin, RunSummary};
use store::stamp::Timestamp;
use store::trials::{Trial, TrialNotBegun, TrialResult, TrialStart, TrialState};

use crate::approve::ApprovalMode;
use crate::error::DeskError;
use crate::evaluate::{RequestedPlace, When};
use crate::legal::refusals;
use crate::plan::{Desk, Plan};
use crate::posted_changes::{self, ChangeResult, MAX_CHANGES, PostedChange};

/// Maximum number of trials of a club within an hour.
pub const MAX_AN_HOUR: u64 = 120;
/// How long an adoption may hold the club's lease.
const LEASE: TimeDelta = TimeDelta::seconds(60);

/// Begins a trial. If it is of the current club, the change must be possible in that club.
///
/// # Errors
/// The change is not possible in the club; too many trials were begun within the hour; or the queue or the table cannot be
/// reached.
pub async fn start_trial(
    club: Club<'_>,
    queue: &Queue<TrialMessage>,
    id: TrialId,
    base: TrialStart,
    change: Change,
    because: &Because,
) -> Result<TrialId, DeskError> {
    if base == TrialStart::Now {
        refuse_impossible(club, &change, because.at).await?;
    }
    let trial = Trial::queued(id.clone(), base, change, because.clone());
    let hour = TimeDelta::hours(1);
    let since = because.at.plus(TimeDelta::milliseconds(1) - hour);
    club.begin_trial(&trial, since, MAX_AN_HOUR).await.map_err(|error| match error {
        TrialNotBegun::TooMany { oldest } => DeskError::TooManyTrials { most: MAX_AN_HOUR, next_at: oldest.plus(hour) },
        TrialNotBegun::Table(error) => error.into(),
    })?;
    let message = TrialMessage::new(club.id().clone(), id.clone());
    if let Err(unsent) = queue.send(&[message], Duration::ZERO).await {
        let state = TrialState::Failed { at: because.at, words: "The queue did not accept its message.".to_owned() };
        club.change_trial(1, &Trial { state, ..trial }).await?;
        return Err(DeskError::NotQueued { why: unsent.to_string() });
    }
    Ok(id)
}

/// Refuses a change that is not possible in the current club, such as a wish for an event that it does not have.
async fn refuse_impossible(club: Club<'_>, change: &Change, now: Timestamp) -> Result<(), DeskError> {
    let info = club.info().await?.ok_or(store::snapshot::SnapshotError::NoClub)?.body;
    let local_now = now.utc().with_timezone(&info.time_zone).naive_local();
    let loaded = club.load_snapshot(local_now.date()).await?;
    change.apply(&loaded.snapshot, Some(local_now)).map(drop).map_err(DeskError::ChangeNotPossible)
}

/// The result of an adoption.
#[derive(Debug)]
pub enum AdoptionResult {
    /// The plan of the trial is now the current proposal.
    Proposal {
        /// The run of the proposal.
        run: RunId,
        /// Number of lines that differ from the previous proposal.
        differ: usize,
    },
    /// The moves of a call-out were approved.
    Callout(Box<ChangeResult>),
}

/// Adopts a trial of the current club: its plan becomes the current proposal, or the moves of a call-out are approved.
/// Refused if the club has changed since the trial.
///
/// # Errors
/// The trial is gone, not done, or of an earlier run; the club has changed; its lines break rules in the real club;
/// somebody adopted it already; another run is open; a call-out has no moves, too many or refused ones; the club kept
/// changing while it was read; or a request to the table failed.
pub async fn adopt(
    desk: Desk<'_>,
    queue: &Queue<SubmitMessage>,
    id: &TrialId,
    ids: (RunId, ApprovalId),
    because: &Because,
) -> Result<AdoptionResult, DeskError> {
    let club = desk.club;
    let read = club.trial(id, because.at).await?.ok_or(DeskError::NoTrial)?;
    let trial = &read.body;
    if let Some(run) = &trial.adopted {
        return Err(DeskError::AlreadyAdopted { run: run.clone() });
    }
    let TrialState::Done { result, .. } = &trial.state else { return Err(DeskError::TrialNotDone) };
    if trial.base != TrialStart::Now {
        return Err(DeskError::TrialOfRun);
    }
    let header = club.plan_header().await?;
    let is_current = header.current.as_ref().map(|current| &current.proposal) == result.current.as_ref();
    if header.plan_version != result.plan_version || !is_current {
        return Err(DeskError::PlanMoved { found: header.plan_version.version });
    }
    if trial.change.callout.is_some() {
        let run = ids.0.clone();
        let changed = adopt_callout(desk, queue, trial, result, ids, because).await?;
        if changed.approved.approval.is_some() {
            club.change_trial(read.version, &Trial { adopted: Some(run), ..read.body.clone() }).await?;
        }
        return Ok(AdoptionResult::Callout(Box::new(changed)));
    }
    let lines = club.trial_lines(trial, because.at).await?;
    refuse_broken(desk, &lines, because).await?;
    let run = adopt_proposal(club, trial, result, lines, because).await?;
    club.change_trial(read.version, &Trial { adopted: Some(run.clone()), ..read.body.clone() }).await?;
    Ok(AdoptionResult::Proposal { run, differ: result.comparison.differing_lines() })
}

/// The moves and take-backs of a call-out, from the result of its trial.
pub(crate) fn callout_changes(result: &TrialResult) -> Vec<PostedChange> {
    let changes = result.comparison.lines.iter().map(|line| PostedChange {
        event: line.event_ref_num,
        to: line.after.as_ref().map(|spot| RequestedPlace {
            employee: Some(spot.employee_id.clone()),
            when: Some(When::Moment(spot.start)),
        }),
    });
    changes.collect()
}

/// Approves the moves and take-backs of a call-out, as changes by hand.
async fn adopt_callout(
    desk: Desk<'_>,
    queue: &Queue<SubmitMessage>,
    trial: &Trial,
    result: &TrialResult,
    ids: (RunId, ApprovalId),
    because: &Because,
) -> Result<ChangeResult, DeskError> {
    let lines = &result.comparison.lines;
    if lines.is_empty() {
        return Err(DeskError::NothingToAdopt);
    }
    if lines.len() > MAX_CHANGES {
        return Err(DeskError::TooManyChanges { found: lines.len(), most: MAX_CHANGES });
    }
    let request = posted_changes::Request {
        changes: callout_changes(result),
        plan_version: Some(result.plan_version.version),
        overriding: None,
        mode: ApprovalMode::Execute,
    };
    let absent = trial.change.callout.as_ref().map(|callout| &callout.employee_id);
    let why = absent.map_or_else(|| because.why.clone(), |id| format!("{id} cannot come"));
    posted_changes::change_for(desk, queue, &request, absent, ids, &Because { why, ..because.clone() }).await
}

/// Refuses lines that break rules in the real club: the changes of the trial must be saved first.
async fn refuse_broken(desk: Desk<'_>, lines: &[Line], because: &Because) -> Result<(), DeskError> {
    let plan = Plan::load(desk, because.at).await?;
    let to_check: Vec<&Line> =
        lines.iter().filter(|line| line.place.is_some() || line.kind == LineKind::Dropped).collect();
    let refused = refusals(&plan, &to_check);
    let mut words: BTreeSet<String> = BTreeSet::new();
    for (event, refusal) in &refused {
        if let store::approvals::Refusal::Rules { words: why, .. } = refusal {
            words.insert(format!("event {event}: {why}"));
        }
    }
    if words.is_empty() { Ok(()) } else { Err(DeskError::NotOnRealFacts { words: words.into_iter().collect() }) }
}

/// Makes a trial's lines the current proposal, as a run of its own, under the club's lease.
async fn adopt_proposal(
    club: Club<'_>,
    trial: &Trial,
    result: &TrialResult,
    lines: Vec<Line>,
    because: &Because,
) -> Result<RunId, DeskError> {
    let now = because.at;
    let origin = RunOrigin::Trial { by: because.who.display_name().to_owned(), trial: trial.id.clone() };
    let run = Run::queued(trial.run(), origin, false, now, now.plus(LEASE));
    if club.run(&run.id).await?.is_some() {
        return Err(DeskError::AlreadyAdopted { run: run.id });
    }
    club.queue_run(&run, because).await?;
    let lease = match club.take_lease(&Owner::unique(), &run.id, now, now.plus(LEASE)).await {
        Ok(lease) => lease,
        Err(LeaseError::Table(error)) => return Err(error.into()),
        Err(_) => {
            let why = "another run is working on the club".to_owned();
            club.end_queued_run(&run.id, &Because { why, ..because.clone() }).await?;
            return Err(DeskError::Busy);
        }
    };
    let committed = async {
        club.start_run(&lease, because).await?;
        let proposal = store::key::ProposalKey { run: run.id.clone(), token: lease.token };
        let mut reasons: Vec<Reasons> = club.all_reasons(&trial.proposal()).await?;
        for one in &mut reasons {
            one.key = store::key::LineKey::of(&proposal, one.key.event);
        }
        let lines: Vec<Line> = lines
            .into_iter()
            .map(|line| Line { key: store::key::LineKey::of(&proposal, line.key.event), ..line })
            .collect();
        club.write_lines(&lines, &reasons).await?;
        club.commit_trial(
            &lease,
            &RunSummary::of(&lines, result.plan_version, Costs::new(), Some(result.answer.clone())),
            because,
        )
        .await
    };
    match committed.await {
        Ok(()) => Ok(run.id),
        Err(error) => {
            let why = not_adopted_words(&error);
            // If this fails too, the lease expires, and the sweep ends the run.
            _ = club.fail_run(&lease, &Because { why, ..because.clone() }).await;
            match error {
                RunError::PlanChanged => Err(DeskError::PlanMoved { found: club.plan_version().await?.version }),
                error => Err(error.into()),
            }
        }
    }
}

/// Why an adoption failed, for the record of its run.
fn not_adopted_words(error: &RunError) -> String {
    match error {
        RunError::PlanChanged => "the club changed while the trial was adopted".to_owned(),
        error => format!("the plan of the trial could not be saved: {error}"),
    }
}

/// A trial. If its solver was lost, it is shown as `failed` instead of `running`.
///
/// # Errors
/// [`DeskError::NoTrial`], or a failed request to the table.
pub async fn show(club: Club<'_>, id: &TrialId, now: Timestamp) -> Result<Trial, DeskError> {
    let trial = club.trial(id, now).await?.ok_or(DeskError::NoTrial)?.body;
    if trial.is_lost(now) {
        let state = TrialState::Failed { at: now, words: "Its solver was lost. Try again.".to_owned() };
        return Ok(Trial { state, ..trial });
    }
    Ok(trial)
}

#[cfg(test)]
mod tests {
    use store::TableError;

    use super::*;

    #[test]
    fn the_run_of_a_failed_adoption_says_that_the_club_changed_only_if_it_did() {
        for (error, expected) in [
            (RunError::PlanChanged, "the club changed while the trial was adopted"),
            (
                TableError::Contended.into(),
                "the plan of the trial could not be saved: other writers changed the same items in every attempt",
            ),
        ] {
            assert_eq!(not_adopted_words(&error), expected);
        }
    }
}
