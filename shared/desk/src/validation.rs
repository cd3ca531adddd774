//! Validation of the posted schedules of a club (rulebook section 10): the findings, which of them people ignore, and fixes
//! by ways out.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use domain::calendar::{plus_days, week_start};
use domain::person_names::names_by_id;
use domain::snapshot::{EmployeeId, EventRef, Outside, RotationException, Snapshot};
use domain::standing::options::{Change, FindingChanges, Options, PostedAt};
use domain::standing::{self, Faults, Finding, FindingId, Severity, Weeks};
use runtime::messages::SubmitMessage;
use runtime::queue::Queue;
use store::Club;
use store::audit::Because;
use store::blocks::{BlockChange, InternalChanges, MAX_BLOCKS};
use store::documents::{DocumentError, PlanVersion};
use store::events::Place;
use store::ignores::IgnoredFinding;
use store::key::{ApprovalId, RunId};
use store::proposals::PlanHeader;
use store::stamp::Timestamp;

use crate::approve::ApprovalMode;
use crate::differences;
use crate::error::DeskError;
use crate::evaluate::{RequestedPlace, When};
use crate::plan::Desk;
use crate::posted_changes::{self, ChangeResult, MAX_CHANGES, PostedChange};

/// Maximum number of days for which a finding may be ignored.
pub const LONGEST_IGNORE_DAYS: i64 = 90;

/// A club's posted schedules, with the data of their validation.
#[derive(Debug)]
pub struct PostedSchedules {
    /// The club, without people's decisions about lines.
    pub snapshot: Snapshot,
    /// What Crossmark shows, and the time.
    pub outside: Outside,
    /// The `plan_version` of the snapshot.
    pub plan_version: PlanVersion,
    /// When the events were read from Crossmark.
    pub refreshed_at: Option<Timestamp>,
    /// People's names.
    pub names: BTreeMap<EmployeeId, String>,
    ignored: Vec<IgnoredFinding>,
}

/// A finding, with the ignore that covers it, if there is one.
#[derive(Debug, Clone)]
pub struct FindingWithIgnore {
    /// The finding.
    pub finding: Finding,
    /// The ignore that covers the finding.
    pub ignored: Option<IgnoredFinding>,
}

/// The findings of one week.
#[derive(Debug)]
pub struct WeekFindings {
    /// The Sunday on which the week begins.
    pub sunday: NaiveDate,
    /// The findings, in order of date, severity, rule, person and refs.
    pub findings: Vec<FindingWithIgnore>,
    /// The counts from which the health is computed, without ignored findings.
    pub faults: Faults,
    /// Number of posted schedules of the week.
    pub schedules: usize,
}

impl PostedSchedules {
    /// Reads a club; 5 requests for a club of ordinary size.
    ///
    /// # Errors
    /// There is no such club, it kept changing while it was read, or a request to the table failed.
    pub async fn load(club: Club<'_>, now: Timestamp) -> Result<PostedSchedules, DeskError> {
        let PlanHeader { info, plan_version, .. } = club.plan_header().await?;
        let zone = info.ok_or(store::snapshot::SnapshotError::NoClub)?.time_zone;
        let local = |at: Timestamp| -> NaiveDateTime { at.utc().with_timezone(&zone).naive_local() };
        let loaded = club.load_snapshot_after(plan_version, local(now).date()).await?;
        // If the club was never refreshed, it is not known what Crossmark shows.
        let shown = loaded.refreshed_at.map(|_| differences::outside(&loaded.snapshot, &loaded.drifts));
        let outside = Outside {
            events_as_of: loaded.refreshed_at.map(local),
            now: Some(local(now)),
            ..shown.unwrap_or_default()
        };
        Ok(PostedSchedules {
            names: names_by_id(loaded.snapshot.employees.iter()),
            snapshot: loaded.snapshot.without_decisions(),
            outside,
            plan_version: loaded.plan_version,
            refreshed_at: loaded.refreshed_at,
            ignored: loaded.ignored,
        })
    }

    /// Validates the week of a date.
    pub fn week(&self, date: NaiveDate) -> WeekFindings {
        let sunday = week_start(date);
        let found = standing::check(&self.snapshot, &self.outside, Weeks::Of(date)).findings;
        let findings: Vec<FindingWithIgnore> = found
            .into_iter()
            .map(|finding| FindingWithIgnore { ignored: self.ignore_of(&finding).cloned(), finding })
            .collect();
        let counted = findings.iter().filter(|found| found.ignored.is_none()).map(|found| &found.finding);
        let in_week = |at: NaiveDateTime| sunday <= at.date() && at.date() <= plus_days(sunday, 6);
        WeekFindings {
            sunday,
            faults: Faults::of(counted),
            schedules: self.snapshot.posted.iter().filter(|posted| in_week(posted.start)).count(),
            findings,
        }
    }

    /// A finding of any week by its id.
    ///
    /// # Errors
    /// [`DeskError::NoFinding`] if there is no such finding any more.
    pub fn finding(&self, id: &FindingId) -> Result<FindingWithIgnore, DeskError> {
        let all = standing::check(&self.snapshot, &self.outside, Weeks::All).findings;
        let finding = all.into_iter().find(|finding| finding.id == *id).ok_or(DeskError::NoFinding)?;
        Ok(FindingWithIgnore { ignored: self.ignore_of(&finding).cloned(), finding })
    }

    /// The ignore that covers a finding today.
    fn ignore_of(&self, finding: &Finding) -> Option<&IgnoredFinding> {
        self.ignored.iter().find(|ignored| ignored.covers(finding, self.snapshot.today))
    }

    /// Everything that an answer about this club depends on, for conditional requests: the version, the day, the ignores, when
    /// the events were read and whether that is long ago, and the number of posted schedules that have begun.
    pub fn version_key(&self) -> impl std::hash::Hash {
        let ignored: Vec<_> = self.ignored.iter().map(|one| (one.id.0.clone(), one.until, one.because.at)).collect();
        let has_begun = |start: NaiveDateTime| self.outside.now.is_some_and(|now| start <= now);
        let begun = self.snapshot.posted.iter().filter(|posted| has_begun(posted.start)).count();
        let is_old = self.outside.has_old_events();
        (self.plan_version.version, self.snapshot.today, ignored, self.refreshed_at, is_old, begun)
    }
}

impl WeekFindings {
    /// Number of findings of a severity that nobody ignores.
    pub fn count(&self, severity: Severity) -> usize {
        let counted = self.findings.iter().filter(|found| found.ignored.is_none());
        counted.filter(|found| found.finding.severity == severity).count()
    }

    /// Number of rules that were checked: the hard rules and watch rules of section 10.
    pub fn rules_checked(&self) -> usize {
        domain::rules::WATCH.len() + HARD_RULES_CHECKED
    }
}

/// Number of hard rules that are checked: all but H1 and H15, which are about placing and moving.
const HARD_RULES_CHECKED: usize = 13;

/// Ignores a finding until a date; by default until the end of its week, or of the current week if the date of the
/// finding is past or it has none.
///
/// # Errors
/// There is no such finding any more, the date is past or too far ahead ([`DeskError::IgnoreOutside`]), somebody else changes
/// the ignore at the same time, the club kept changing while it was read, or a request to the table failed.
pub async fn ignore(
    club: Club<'_>,
    id: &FindingId,
    until: Option<NaiveDate>,
    because: &Because,
) -> Result<IgnoredFinding, DeskError> {
    let posted = PostedSchedules::load(club, because.at).await?;
    let finding = posted.finding(id)?.finding;
    let until = ignored_until(&posted, &finding, until)?;
    let ignored = IgnoredFinding { id: id.clone(), text: finding.text, until, because: because.clone() };
    club.ignore_finding(&ignored).await.map_err(as_contention)?;
    Ok(ignored)
}

/// The last day of an ignore: the requested one, or the end of the finding's week (of the current week, if the finding's
/// date is past or it has none).
///
/// # Errors
/// [`DeskError::IgnoreOutside`] if the requested day is past or too far ahead.
pub(crate) fn ignored_until(
    posted: &PostedSchedules,
    finding: &Finding,
    until: Option<NaiveDate>,
) -> Result<NaiveDate, DeskError> {
    let today = posted.snapshot.today;
    let sunday = week_start(finding.when.date().unwrap_or(today).max(today));
    let until = until.unwrap_or_else(|| plus_days(sunday, 6));
    if until < today || plus_days(today, LONGEST_IGNORE_DAYS) < until {
        return Err(DeskError::IgnoreOutside {
            until: until.to_string(),
            from: today.to_string(),
            to: plus_days(today, LONGEST_IGNORE_DAYS).to_string(),
        });
    }
    Ok(until)
}

/// Ends an ignore. It is idempotent.
///
/// # Errors
/// Somebody else changes the ignore at the same time, or a request to the table failed.
pub async fn stop_ignoring(club: Club<'_>, id: &FindingId, because: &Because) -> Result<(), DeskError> {
    club.stop_ignoring_finding(id, because).await.map_err(as_contention).map(|_| ())
}

/// A concurrent change is reported as contention.
fn as_contention(error: DocumentError) -> DeskError {
    match error {
        DocumentError::Table(error) => error.into(),
        _ => DeskError::Table(store::TableError::Contended),
    }
}

/// A finding and the way out of it that a person chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The finding.
    pub finding: FindingId,
    /// The id of the way out.
    pub option: String,
}

/// The result of fixes.
#[derive(Debug)]
pub struct FixResult {
    /// The changes of posted schedules that are sent to Crossmark, or would be by a dry run; `None` if there are none.
    pub changed: Option<ChangeResult>,
    /// The rotation exceptions that were saved, or would be.
    pub rotations: Vec<RotationException>,
    /// The posted events for which only the block changed. Blocks are not sent to Crossmark.
    pub blocks: Vec<BlockChange>,
    /// The findings that the fixes remove, or would remove if they were carried out; none if every line was
    /// refused.
    pub gone: Vec<FindingId>,
    /// The findings whose fix was not needed, because an earlier fix had removed them.
    pub not_needed: Vec<FindingId>,
    /// People's names.
    pub names: BTreeMap<EmployeeId, String>,
}

impl PostedSchedules {
    /// The ways out of a finding.
    ///
    /// # Errors
    /// [`DeskError::NoFinding`] if there is no such finding any more.
    pub fn options(&self, id: &FindingId) -> Result<Options, DeskError> {
        standing::options::options(&self.snapshot, &self.outside, id).ok_or(DeskError::NoFinding)
    }

    /// The club as it would be after changes.
    fn after(&self, changes: &[Change]) -> PostedSchedules {
        let (snapshot, outside) = standing::options::apply(&self.snapshot, &self.outside, changes);
        PostedSchedules { snapshot, outside, names: self.names.clone(), ignored: self.ignored.clone(), ..*self }
    }

    /// All findings.
    fn findings(&self) -> Vec<Finding> {
        standing::check(&self.snapshot, &self.outside, Weeks::All).findings
    }
}

/// Carries out chosen ways out. Each is computed again on the current club. The approval of the changes that are sent to
/// Crossmark, the changes of blocks and the rotation exceptions are recorded in one transaction: all or none.
///
/// # Errors
/// The club has changed or kept changing while it was read, a finding or its way out does not exist any more, the changes are
/// refused, or a request to the table failed.
pub async fn fix(
    desk: Desk<'_>,
    queue: &Queue<SubmitMessage>,
    fixes: &[Fix],
    plan_version: Option<u64>,
    mode: ApprovalMode,
    ids: (RunId, ApprovalId),
    because: &Because,
) -> Result<FixResult, DeskError> {
    let club = desk.club;
    let posted = PostedSchedules::load(club, because.at).await?;
    if let Some(seen) = plan_version
        && seen != posted.plan_version.version
    {
        return Err(DeskError::PlanMoved { found: posted.plan_version.version });
    }
    let ChosenFixes { changes, not_needed, gone, new } = choose(&posted, fixes)?;
    if !new.is_empty() {
        return Err(DeskError::FixesClash { findings: new.iter().map(ToString::to_string).collect() });
    }
    let (mut rotations, mut schedules) = (BTreeMap::new(), BTreeMap::new());
    for change in changes {
        match change {
            Change::Rotation(exception) => {
                rotations.insert((exception.date, exception.rotation.name()), exception);
            }
            Change::Schedule { event_ref, before, after } => {
                let entry = schedules.entry(event_ref).or_insert((before, None));
                entry.1 = after;
            }
        }
    }
    let is_sent = |(before, after): &(Option<PostedAt>, Option<PostedAt>)| {
        let at_crossmark = |at: &PostedAt| (at.employee_id.clone(), at.start);
        before.as_ref().map(at_crossmark) != after.as_ref().map(at_crossmark)
    };
    let not_sent = schedules.iter().filter(|(_, change)| !is_sent(change));
    let blocks: Vec<BlockChange> = not_sent
        .filter_map(|(event, (before, after))| block_change(*event, before.as_ref()?, after.as_ref()?))
        .collect();
    let changes: Vec<PostedChange> = schedules
        .into_iter()
        .filter(|(_, change)| is_sent(change))
        .map(|(event, (_, after))| PostedChange {
            event,
            to: after.map(|at| RequestedPlace { employee: Some(at.employee_id), when: Some(When::Moment(at.start)) }),
        })
        .collect();
    for (found, most) in [(changes.len(), MAX_CHANGES), (blocks.len() + rotations.len(), MAX_BLOCKS)] {
        if found > most {
            return Err(DeskError::TooManyChanges { found, most });
        }
    }
    let internal = InternalChanges { blocks, exceptions: rotations.into_values().collect() };
    let changed = if changes.is_empty() {
        if mode == ApprovalMode::Execute && !internal.is_empty() {
            make_internal(club, &internal, posted.plan_version, because).await?;
        }
        None
    } else {
        // Ways out break only rules that are broken already. The person accepts that by choosing them.
        let request = posted_changes::Request {
            changes,
            plan_version: Some(posted.plan_version.version),
            overriding: Some(because.why.clone()),
            mode,
        };
        Some(posted_changes::change_with_internal(desk, queue, &request, &internal, ids, because).await?)
    };
    // If no line can be approved, nothing is recorded.
    let is_refused = |changed: &ChangeResult| match mode {
        ApprovalMode::Execute => changed.approved.approval.is_none(),
        ApprovalMode::DryRun => changed.approved.queued.is_empty(),
    };
    let (internal, gone, not_needed) = if changed.as_ref().is_some_and(is_refused) {
        (InternalChanges::default(), Vec::new(), Vec::new())
    } else {
        (internal, gone, not_needed)
    };
    let InternalChanges { blocks, exceptions: rotations } = internal;
    Ok(FixResult { changed, rotations, blocks, gone, not_needed, names: posted.names })
}

/// Makes changes that are not sent to Crossmark, if the club has not changed.
async fn make_internal(
    club: Club<'_>,
    internal: &InternalChanges,
    seen: PlanVersion,
    because: &Because,
) -> Result<(), DeskError> {
    match club.make_internal_changes(internal, seen.basis, because).await {
        Ok(()) => Ok(()),
        Err(DocumentError::Table(error)) => Err(error.into()),
        Err(_) => Err(DeskError::PlanMoved { found: club.plan_version().await?.version }),
    }
}

/// A change of a posted event's block, as it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockMove {
    /// The posted event.
    pub event: EventRef,
    /// The block before the change.
    pub before: Option<u8>,
    /// The block after the change.
    pub after: Option<u8>,
}

/// Undoes changes of blocks that fixes made, all of them or none. The former blocks are not checked again. A posted event
/// that was moved since and has the same block gets its former block at its new place.
///
/// # Errors
/// [`DeskError::TooManyChanges`], [`DeskError::NotPosted`] if an event is not posted any more, [`DeskError::PlanMoved`] if
/// its block was changed since or it is changed concurrently, or a request to the table failed.
pub async fn undo_blocks(club: Club<'_>, moves: &[BlockMove], because: &Because) -> Result<(), DeskError> {
    if moves.len() > MAX_BLOCKS {
        return Err(DeskError::TooManyChanges { found: moves.len(), most: MAX_BLOCKS });
    }
    let plan_moved = async || match club.plan_version().await {
        Ok(found) => DeskError::PlanMoved { found: found.version },
        Err(error) => error.into(),
    };
    let mut former_blocks = BTreeMap::new();
    for one in moves {
        let at = club.posted_place(one.event).await?.ok_or(DeskError::NotPosted { event: one.event })?;
        if at.block != one.after {
            return Err(plan_moved().await);
        }
        former_blocks.insert(one.event, BlockChange { event: one.event, at, block: one.before });
    }
    let former_blocks: Vec<BlockChange> = former_blocks.into_values().collect();
    match club.change_blocks(&former_blocks, because).await {
        Ok(()) => Ok(()),
        Err(DocumentError::Table(error)) => Err(error.into()),
        Err(_) => Err(plan_moved().await),
    }
}

/// The change of an event's block; `None` if the block stays the same.
fn block_change(event: EventRef, before: &PostedAt, after: &PostedAt) -> Option<BlockChange> {
    let at = Place { employee_id: before.employee_id.clone(), start: before.start, block: before.block };
    (before.block != after.block).then_some(BlockChange { event, at, block: after.block })
}

/// Chosen ways out.
struct ChosenFixes {
    changes: Vec<Change>,
    /// Findings that an earlier way out has removed.
    not_needed: Vec<FindingId>,
    /// The findings that the changes remove.
    gone: Vec<FindingId>,
    /// The findings that the changes add.
    new: Vec<FindingId>,
}

/// Computes the ways out one after the other, each on the club after the changes of the previous ones.
fn choose(posted: &PostedSchedules, fixes: &[Fix]) -> Result<ChosenFixes, DeskError> {
    let before = posted.findings();
    let (mut changes, mut not_needed) = (Vec::new(), Vec::new());
    let mut after = posted.after(&[]);
    for Fix { finding, option } in fixes {
        let no_option = || DeskError::NoOption { finding: finding.clone(), option: option.clone() };
        let options = match after.options(finding) {
            Ok(options) => options,
            Err(DeskError::NoFinding) => match FindingChanges::between(&before, &after.findings()) {
                // An earlier way out has removed it.
                earlier if earlier.gone.contains(finding) => {
                    not_needed.push(finding.clone());
                    continue;
                }
                // An earlier way out left a part of it, which has other ways out.
                earlier if earlier.shrunk.contains(finding) => return Err(no_option()),
                _ => return Err(DeskError::NoFinding),
            },
            Err(error) => return Err(error),
        };
        let chosen = options.options.into_iter().find(|found| found.id.0 == *option).ok_or_else(no_option)?;
        after = after.after(&chosen.changes);
        changes.extend(chosen.changes);
    }
    let FindingChanges { gone, new, .. } = FindingChanges::between(&before, &after.findings());
    Ok(ChosenFixes { changes, not_needed, gone, new })
}

/// Saves a rotation exception. It replaces the exception of its date and rotation, if there is one.
pub(crate) async fn save_exception(
    club: Club<'_>,
    exception: &RotationException,
    because: &Because,
) -> Result<(), DeskError> {
    let mut attempts = club.contended_attempts();
    loop {
        attempts.begin().await?;
        let documents = club.club_documents().await?;
        let is_same = |e: &&store::Stored<RotationException>| {
            (e.body.date, e.body.rotation) == (exception.date, exception.rotation)
        };
        let found = documents.exceptions.iter().find(is_same);
        match club.change_document(found, Some(exception), because).await {
            Ok(_) => return Ok(()),
            Err(DocumentError::Stale { .. }) => {}
            Err(error) => return Err(as_contention(error)),
        }
    }
}
