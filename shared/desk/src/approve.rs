//! Approve: checks the lines that a person chose against the current table, and queues them for submission.
//!
//! The first write is the approval record with all results of the check; any worker can continue from the record alone.
//! Nothing is sent to Crossmark here: a message only names a group whose lines are due.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::successors;
use std::time::Duration;

use chrono::TimeDelta;
use domain::club::EventIx;
use domain::dependencies::groups;
use domain::snapshot::EventRef;
use runtime::messages::SubmitMessage;
use runtime::queue::Queue;
use serde::Serialize;
use store::Stored;
use store::approvals::{Approval, ApprovalError, ChosenLine, Refusal};
use store::audit::Because;
use store::blocks::InternalChanges;
use store::key::{ApprovalId, LineKey, ProposalKey, RunId};
use store::lines::Line;
use store::provenance::ContentDigest;
use store::runs::Run;
use store::stamp::Timestamp;
use store::states::LineStatus;
use utoipa::ToSchema;

use crate::error::DeskError;
use crate::legal::{name_refused_dependencies, refusals};
use crate::line_dependencies::{HeldWith, LineDependencies, line_dependencies};
use crate::plan::{Desk, Plan, read_line_id};
use crate::process_approval::{check_again, process_approval, unprocessed_lines};
use crate::wake::{messages, send};

/// Seconds between an approval and its first submission, in which it can be recalled. If the sweep resumes an approval,
/// they start again.
pub const RECALL_S: i64 = 10;

/// A request to approve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The run whose proposal the caller saw.
    pub run: RunId,
    /// The ids of the lines; `None` for all open lines that place or drop their event and are not held.
    pub lines: Option<Vec<String>>,
    /// The digest of a dry run, so that nothing else is approved than what it reported; `None` to approve whatever the
    /// lines are now.
    pub digest: Option<String>,
    /// Whether to approve, or only to report what an approval would do.
    pub mode: ApprovalMode,
}

/// Whether a request writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalMode {
    /// Writes the approval.
    Execute,
    /// Makes the checks of an approval and writes nothing.
    DryRun,
}

/// The result of an approval.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApprovalResult {
    /// The approval record; `None` if there was nothing to approve.
    pub approval: Option<ApprovalId>,
    /// The lines that go to Crossmark.
    pub queued: Vec<LineKey>,
    /// The lines that depend on one that was not chosen.
    pub held_with: Vec<HeldWith>,
    /// The lines that were refused.
    pub refused: Vec<RefusedLine>,
    /// Number of lines not approved yet: the plan kept changing, and the sweep continues with them.
    pub unprocessed: usize,
    /// The digest of `queued` with the versions of the lines, if nothing was approved.
    pub digest: Option<ContentDigest>,
}

/// A line that was refused, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RefusedLine {
    /// The id of the line.
    pub line: String,
    /// The reason, for programs.
    pub code: &'static str,
    /// The reason, for a person.
    pub reason: String,
    /// The rules that cause the refusal.
    pub rules: Vec<String>,
}

impl RefusedLine {
    /// The refusal of a line, for the API.
    pub fn of(line: String, refusal: &Refusal) -> RefusedLine {
        let (code, reason) = match refusal {
            Refusal::Rules { words, .. } => ("RULES_BROKEN", words.clone()),
            Refusal::Depends { on } => ("DEPENDS", format!("it needs event {on}, which cannot be sent")),
            Refusal::NoCrossmarkNumber => {
                ("NO_CROSSMARK_NUMBER", "its person or the club has no number at Crossmark".to_owned())
            }
            Refusal::Gone => ("LINE_NOT_FOUND", "there is no such line any more".to_owned()),
            Refusal::Changed { status } => ("LINE_CHANGED", changed_words(*status).to_owned()),
            Refusal::Held => ("HELD", "it is held".to_owned()),
            Refusal::NoPlace => ("LINE_HAS_NO_PLACE", "it places nothing".to_owned()),
            Refusal::Claimed { .. } => ("EVENT_CLAIMED", "another line has the event".to_owned()),
            Refusal::EventChanged => (
                "EVENT_CHANGED",
                "the event is gone or posted so already, or was posted, moved or taken back meanwhile".to_owned(),
            ),
            Refusal::UnderWay => (
                "EVENT_UNDER_WAY",
                "it is on its way to Crossmark, and can be changed once Crossmark has answered".to_owned(),
            ),
            Refusal::Recalled => ("RECALLED", "the approval was recalled before its turn came".to_owned()),
            Refusal::TooLate { words } => ("TOO_LATE", format!("{words}: move its start first")),
            Refusal::Superseded { .. } => ("PROPOSAL_SUPERSEDED", "a newer proposal has replaced this one".to_owned()),
        };
        let rules = if let Refusal::Rules { rules, .. } = refusal { rules.clone() } else { Vec::new() };
        RefusedLine { line, code, reason, rules }
    }
}

/// Why a line that is in this state now is not approved or retried.
fn changed_words(status: LineStatus) -> &'static str {
    match status {
        LineStatus::Proposed | LineStatus::UserEdited => "it was changed meanwhile",
        LineStatus::Rejected => "it was rejected",
        LineStatus::Superseded => "a newer proposal or a newer change has replaced it",
        LineStatus::Approved | LineStatus::Submitting => "it is on its way to Crossmark already",
        LineStatus::InDoubt => "it is being checked in Crossmark",
        LineStatus::ApiSubmitted => "Crossmark has accepted it already",
        LineStatus::ApiFailed => "it was approved before and was not accepted: change it, or try it again",
    }
}

/// Approves lines of the current proposal.
///
/// # Errors
/// [`DeskError::NoProposal`], [`DeskError::Superseded`] by a newer proposal, lines that do not exist or are of another run,
/// [`DeskError::ApprovalChanged`] if it would not approve what the digest of the request stands for, a club that kept
/// changing while it was read, or a failed request to the table.
pub async fn approve(
    desk: Desk<'_>,
    queue: &Queue<SubmitMessage>,
    request: &Request,
    id: ApprovalId,
    because: &Because,
) -> Result<ApprovalResult, DeskError> {
    let plan = Plan::load(desk, because.at).await?;
    let proposal = plan.proposal_of(&request.run)?.clone();
    let sorted = sort_lines(&plan, &proposal, request.lines.as_deref())?;
    if request.digest.as_ref().is_some_and(|seen| seen != sorted.digest(&proposal).as_str()) {
        return Err(DeskError::ApprovalChanged);
    }
    if request.mode == ApprovalMode::DryRun || sorted.chosen.is_empty() {
        return Ok(sorted.preview(&proposal));
    }
    let record = record(&plan, &proposal, &sorted, id, because);
    let recorded = match desk.club.record_approval(&record).await {
        Err(ApprovalError::Superseded { by }) => return Err(DeskError::Superseded { by }),
        done => done?,
    };
    approve_recorded(desk, queue, &plan, &sorted, recorded, because).await
}

/// What an approval would do, with the plan that the lines were checked against. Writes nothing.
///
/// # Errors
/// As [`approve`].
pub async fn preview(
    desk: Desk<'_>,
    run: &RunId,
    lines: Option<&[String]>,
    now: Timestamp,
) -> Result<(Plan, ApprovalResult), DeskError> {
    let plan = Plan::load(desk, now).await?;
    let proposal = plan.proposal_of(run)?.clone();
    let approved = sort_lines(&plan, &proposal, lines)?.preview(&proposal);
    Ok((plan, approved))
}

/// Approves the lines of a run of changes by hand that is not recorded yet. One transaction records the run, the
/// approval of all its lines, and `internal`, the changes that are not sent to Crossmark. `plan` contains the lines.
/// Lines of the events `under_way` are refused.
///
/// # Errors
/// [`DeskError::PlanMoved`] if the changes that are not sent to Crossmark can no longer be made, or a request to the
/// table failed.
pub(crate) async fn approve_by_hand(
    desk: Desk<'_>,
    queue: &Queue<SubmitMessage>,
    (plan, under_way): (&Plan, &BTreeSet<EventRef>),
    (run, internal): (&Run, &InternalChanges),
    id: ApprovalId,
    because: &Because,
) -> Result<ApprovalResult, DeskError> {
    let proposal = plan.proposal_of(&run.id)?.clone();
    let sorted = sort_events(plan, plan.lines.keys().copied(), false, under_way);
    if sorted.chosen.is_empty() {
        return Ok(sorted.preview(&proposal));
    }
    let record = Approval { by_hand: true, ..record(plan, &proposal, &sorted, id, because) };
    let Some(recorded) = desk.club.record_with_internal_changes(run, &record, internal).await? else {
        return Err(DeskError::PlanMoved { found: desk.club.plan_version().await?.version });
    };
    let approved = approve_recorded(desk, queue, plan, &sorted, recorded, because).await?;
    // Every line can become impossible between the check and the approval; then there is nothing to recall.
    let has_no_effect = approved.queued.is_empty() && approved.unprocessed == 0 && internal.is_empty();
    Ok(if has_no_effect { ApprovalResult { approval: None, ..approved } } else { approved })
}

/// What [`approve_by_hand`] would do. Writes nothing.
pub(crate) fn preview_by_hand(
    plan: &Plan,
    under_way: &BTreeSet<EventRef>,
    run: &RunId,
) -> Result<ApprovalResult, DeskError> {
    let proposal = plan.proposal_of(run)?.clone();
    Ok(sort_events(plan, plan.lines.keys().copied(), false, under_way).preview(&proposal))
}

/// A new approval record.
fn record(plan: &Plan, proposal: &ProposalKey, sorted: &SortedLines, id: ApprovalId, because: &Because) -> Approval {
    let mut record = Approval::new(id, proposal.clone(), sorted.all(), because.clone());
    record.first_attempt_at = because.at.plus(TimeDelta::seconds(RECALL_S));
    record.basis = Some(plan.plan_version.basis);
    record
}

/// Approves the lines of a recorded approval, chunk by chunk, and sends the messages for its groups.
async fn approve_recorded(
    desk: Desk<'_>,
    queue: &Queue<SubmitMessage>,
    plan: &Plan,
    sorted: &SortedLines,
    recorded: Stored<Approval>,
    because: &Because,
) -> Result<ApprovalResult, DeskError> {
    let (club, id) = (desk.club, recorded.body.id.clone());
    let held_with = sorted.held_with(&recorded.body.proposal);
    let mut approved = ApprovalResult { held_with, ..ApprovalResult::default() };
    let (queued, processed) = process_approval(desk, recorded, because.at).await?;
    let record = &processed.body;
    let generation = |event: &EventRef| {
        let earlier = plan.line(*event).and_then(|l| l.body.submission.as_ref());
        earlier.map_or(1, |s| s.generation + 1)
    };
    let generations = record.lines.iter().map(|l| (l.event, generation(&l.event))).collect();
    let delay = Duration::from_secs(RECALL_S.unsigned_abs());
    if send(queue, &messages(club.id(), record, &generations), delay).await && record.is_finished() {
        club.mark_known_announced(&processed).await?;
    }
    approved.refused = refused_lines(record);
    approved.queued = queued;
    approved.unprocessed = unprocessed_lines(record).count();
    approved.approval = Some(id);
    Ok(approved)
}

/// Continues an approval from its record: checks the remaining lines again, approves them, and sends the messages of its
/// groups if they were not all sent. Called by the sweep. It is idempotent.
///
/// # Errors
/// There is no such approval, the club kept changing while it was read, or a request to the table failed.
pub async fn resume_approval(
    desk: Desk<'_>,
    queue: &Queue<SubmitMessage>,
    id: &ApprovalId,
    now: Timestamp,
) -> Result<ApprovalResult, DeskError> {
    let club = desk.club;
    let mut record = club.approval(id).await?.ok_or(DeskError::NoApproval)?.body;
    let mut approved = ApprovalResult { approval: Some(id.clone()), ..ApprovalResult::default() };
    if record.is_finished() && record.announced {
        approved.refused = refused_lines(&record);
        return Ok(approved);
    }
    // The approver has not seen the result yet, so the time for a recall starts again.
    let first_attempt_at = now.plus(TimeDelta::seconds(RECALL_S));
    if !record.is_finished() {
        let checked = check_again(desk, &record, first_attempt_at, now).await?;
        let (queued, processed) = process_approval(desk, checked, now).await?;
        approved.queued = queued;
        record = processed.body;
    }
    let keys: Vec<LineKey> = record.groups().into_iter().flat_map(|g| record.group(g)).collect();
    let lines = if keys.is_empty() { Vec::new() } else { club.lines_by_key(&keys).await? };
    let waiting = lines.iter().map(|l| &l.body).filter(|l| l.state.status() == LineStatus::Approved);
    let generations = waiting.filter_map(|l| Some((l.key.event, l.submission.as_ref()?.generation))).collect();
    let delay = Duration::from_secs(RECALL_S.unsigned_abs());
    if send(queue, &messages(club.id(), &record, &generations), delay).await && record.is_finished() {
        club.mark_approval_announced(id).await?;
    }
    approved.refused = refused_lines(&record);
    approved.unprocessed = unprocessed_lines(&record).count();
    Ok(approved)
}

/// The refused lines of a record, except those that another approval approved first.
fn refused_lines(record: &Approval) -> Vec<RefusedLine> {
    let is_approved =
        |refusal: &Refusal| matches!(refusal, Refusal::Changed { status } if status.is_in_flight_or_accepted());
    let refused = record.refused().filter(|(_, refusal)| !is_approved(refusal));
    refused.map(|(event, refusal)| RefusedLine::of(LineKey::of(&record.proposal, event).to_string(), refusal)).collect()
}

/// The requested lines, sorted by the result of their check.
struct SortedLines {
    /// The lines to approve, in groups, dependencies first.
    chosen: Vec<ChosenLine>,
    /// The lines that wait for a line that was not chosen, with that line.
    held_with: BTreeMap<EventRef, EventRef>,
    /// The refused lines, with their versions.
    refused: BTreeMap<EventRef, (u64, Refusal)>,
}

impl SortedLines {
    /// What an approval of these lines would do.
    fn preview(&self, proposal: &ProposalKey) -> ApprovalResult {
        ApprovalResult {
            queued: self.chosen.iter().map(|c| LineKey::of(proposal, c.event)).collect(),
            held_with: self.held_with(proposal),
            refused: self.refused(proposal),
            digest: Some(self.digest(proposal)),
            ..ApprovalResult::default()
        }
    }

    /// The digest of the chosen lines and their versions: another choice, or a change of one of them, gives another
    /// digest.
    fn digest(&self, proposal: &ProposalKey) -> ContentDigest {
        let chosen: BTreeMap<EventRef, u64> = self.chosen.iter().map(|line| (line.event, line.version)).collect();
        let lines = chosen.iter().map(|(event, version)| format!("{} {version}\n", LineKey::of(proposal, *event)));
        ContentDigest::of(lines.collect::<String>().as_bytes())
    }

    /// The lines for the record: the chosen ones, then the refused ones, each of these in a group of its own.
    fn all(&self) -> Vec<ChosenLine> {
        let mut lines = self.chosen.clone();
        let next = lines.last().map_or(0, |l| l.group + 1);
        let refused = self.refused.iter().zip(next..);
        lines.extend(refused.map(|((event, (version, refusal)), group)| ChosenLine {
            refused: Some(refusal.clone()),
            ..ChosenLine::new(*event, *version, group)
        }));
        lines
    }

    fn refused(&self, proposal: &ProposalKey) -> Vec<RefusedLine> {
        let refused = self.refused.iter();
        refused
            .map(|(event, (_, refusal))| RefusedLine::of(LineKey::of(proposal, *event).to_string(), refusal))
            .collect()
    }

    fn held_with(&self, proposal: &ProposalKey) -> Vec<HeldWith> {
        let name = |event: &EventRef| LineKey::of(proposal, *event).to_string();
        self.held_with.iter().map(|(line, on)| HeldWith { line: name(line), waits_for: name(on) }).collect()
    }
}

/// Checks the named lines of a proposal, or all of them, and sorts them by the result. Lines that are approved, being
/// submitted or accepted already are left out. Lines that are otherwise decided, held or without a place, or that keep
/// their event where it is posted, are refused if they are named, and left out if not.
fn sort_lines(plan: &Plan, proposal: &ProposalKey, named: Option<&[String]>) -> Result<SortedLines, DeskError> {
    Ok(sort_events(plan, named_events(plan, proposal, named)?, named.is_some(), &BTreeSet::new()))
}

/// The lines that an approval of all lines would hold back because the line of `event` is held, directly or not, each with
/// the line that it waits for.
pub(crate) fn held_with(plan: &Plan, event: EventRef) -> BTreeMap<EventRef, EventRef> {
    let others = plan.lines.keys().copied().filter(|e| *e != event);
    let waiting = sort_events(plan, others, false, &BTreeSet::new()).held_with;
    // The last line of a chain of waiting lines is the one that is not approved.
    let waits_for_it = |on: &EventRef| successors(Some(*on), |e| waiting.get(e).copied()).last() == Some(event);
    waiting.iter().filter(|(_, on)| waits_for_it(on)).map(|(line, on)| (*line, *on)).collect()
}

/// As [`sort_lines`], for the lines of these events. Those of the events `under_way` are refused.
fn sort_events(
    plan: &Plan,
    events: impl IntoIterator<Item = EventRef>,
    are_named: bool,
    under_way: &BTreeSet<EventRef>,
) -> SortedLines {
    let mut refused: BTreeMap<EventRef, (u64, Refusal)> = BTreeMap::new();
    let mut wanted: BTreeSet<EventRef> = BTreeSet::new();
    for event in events {
        let Some(line) = plan.line(event) else { continue };
        let status = line.body.state.status();
        let refusal = if status.is_in_flight_or_accepted() || (!are_named && line.body.keeps_its_place()) {
            continue;
        } else if let Some(refusal) = line.body.refusal() {
            refusal
        } else {
            wanted.insert(event);
            continue;
        };
        if are_named {
            refused.insert(event, (line.version, refusal));
        }
    }
    let lines: Vec<&Line> = wanted.difference(under_way).filter_map(|e| Some(&plan.line(*e)?.body)).collect();
    let mut broken = refusals(plan, &lines);
    broken.extend(wanted.intersection(under_way).map(|event| (*event, Refusal::UnderWay)));
    let (held_with, broken) = separate_waiting(&line_dependencies(plan, |_| true), plan, &wanted, broken);
    for (event, refusal) in broken {
        let version = plan.line(event).map_or(0, |l| l.version);
        refused.insert(event, (version, refusal));
    }
    let accepted: BTreeSet<EventRef> =
        wanted.into_iter().filter(|e| !refused.contains_key(e) && !held_with.contains_key(e)).collect();
    SortedLines { chosen: in_groups(plan, &accepted), held_with, refused }
}

/// The events of the named lines, or of all lines of the plan.
///
/// # Errors
/// Some of the lines do not exist, or belong to another run.
fn named_events(
    plan: &Plan,
    proposal: &ProposalKey,
    named: Option<&[String]>,
) -> Result<BTreeSet<EventRef>, DeskError> {
    let Some(ids) = named else { return Ok(plan.lines.keys().copied().collect()) };
    let mut events = BTreeSet::new();
    let (mut unknown, mut foreign) = (Vec::new(), Vec::new());
    for id in ids {
        match read_line_id(id) {
            Some((run, _)) if run != proposal.run => foreign.push(id.clone()),
            Some((_, event)) if plan.lines.contains_key(&event) => _ = events.insert(event),
            _ => unknown.push(id.clone()),
        }
    }
    if !unknown.is_empty() {
        return Err(DeskError::UnknownLines { lines: unknown });
    }
    if foreign.is_empty() { Ok(events) } else { Err(DeskError::ForeignLines { lines: foreign }) }
}

/// The lines that wait for another line, with that line; and the refused lines.
type WaitingAndRefused = (BTreeMap<EventRef, EventRef>, BTreeMap<EventRef, Refusal>);

/// Splits the lines that break a rule into waiting and refused ones. A line waits if a line that it depends on waits,
/// or is open and was not chosen. A refused line names a refused line that it depends on, if there is one.
fn separate_waiting(
    line_dependencies: &LineDependencies,
    plan: &Plan,
    wanted: &BTreeSet<EventRef>,
    broken: BTreeMap<EventRef, Refusal>,
) -> WaitingAndRefused {
    let is_open = |e: &EventRef| plan.line(*e).is_some_and(|l| l.body.state.status().is_open());
    let dependencies = |e: &EventRef| line_dependencies.get(e).map_or(&[][..], Vec::as_slice);
    let mut waiting: BTreeMap<EventRef, EventRef> = BTreeMap::new();
    let mut refused = broken;
    let is_by_rules = |refusal: &Refusal| matches!(refusal, Refusal::Rules { .. });
    loop {
        let waits_for = |e: &EventRef| {
            let mut on =
                dependencies(e).iter().filter(|on| waiting.contains_key(on) || (!wanted.contains(on) && is_open(on)));
            on.next().copied()
        };
        let next =
            refused.iter().filter(|(_, refusal)| is_by_rules(refusal)).find_map(|(e, _)| Some((*e, waits_for(e)?)));
        let Some((event, on)) = next else { break };
        refused.remove(&event);
        waiting.insert(event, on);
    }
    name_refused_dependencies(&mut refused, dependencies);
    (waiting, refused)
}

/// The leader of each event that follows one: the Core of a Supervisor, the Production of a Survey.
fn leaders(plan: &Plan) -> BTreeMap<EventRef, EventRef> {
    let club = &plan.club;
    let followers = club.event_ixs().filter(|e| club.event(*e).kind.is_follower());
    let pair = |e: EventIx| Some((club.event(e).event_ref, club.event(club.event(e).partner?).event_ref));
    followers.filter_map(pair).collect()
}

/// The accepted lines, group by group, each with its current dependencies.
fn in_groups(plan: &Plan, accepted: &BTreeSet<EventRef>) -> Vec<ChosenLine> {
    let line_dependencies = line_dependencies(plan, |line| accepted.contains(&line.key.event));
    let mut chosen = Vec::with_capacity(accepted.len());
    for (number, group) in groups(accepted, &line_dependencies, &leaders(plan)).into_iter().enumerate() {
        for event in group {
            let Some(line) = plan.line(event) else { continue };
            let mut depends_on: BTreeSet<EventRef> =
                line_dependencies.get(&event).into_iter().flatten().copied().collect();
            // The plan counts a line that is being submitted as posted, but it must still be accepted first.
            let in_flight = |on: &&EventRef| plan.line(**on).is_some_and(|l| l.body.state.status().is_in_flight());
            depends_on.extend(line.body.depends_on.iter().filter(in_flight));
            let depends_on = Some(depends_on.into_iter().collect());
            chosen.push(ChosenLine { depends_on, ..ChosenLine::new(event, line.version, number as u32) });
        }
    }
    chosen
}
