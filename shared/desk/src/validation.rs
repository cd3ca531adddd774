//! What is wrong with what is posted: the look of rulebook section 10 at a club of the table, without the findings that
//! people ignore.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};
use domain::calendar::{plus_days, week_start};
use domain::snapshot::{EmployeeId, EventRef, Outside, RotationException, Snapshot};
use domain::standing::options::{Change, Options, PostedAt};
use domain::standing::{self, Faults, Finding, FindingId, Severity, Weeks};
use runtime::messages::SubmitMessage;
use runtime::queue::Queue;
use store::Club;
use store::audit::Because;
use store::blocks::{BlockChange, MOST_BLOCKS, OwnChanges};
use store::documents::{DocumentError, PlanVersion};
use store::events::Place;
use store::ignores::Ignored;
use store::key::{ApprovalId, RunId};
use store::proposals::PlanHeader;
use store::stamp::Timestamp;

use crate::approve::ApprovalMode;
use crate::check::{RequestedPlace, When};
use crate::differences;
use crate::error::DeskError;
use crate::plan::Desk;
use crate::posted_changes::{self, Changed, MOST_CHANGES, PostedChange};

/// Days for which a finding may be ignored at most.
pub const LONGEST_IGNORE_DAYS: i64 = 90;

/// A club's posted schedule, ready to be looked at.
#[derive(Debug)]
pub struct Posted {
    /// The club's facts.
    pub snapshot: Snapshot,
    /// What Crossmark shows beside them.
    pub outside: Outside,
    /// Their version.
    pub plan_version: PlanVersion,
    /// When the events were read from Crossmark.
    pub refreshed_at: Option<Timestamp>,
    /// People's names.
    pub names: BTreeMap<EmployeeId, String>,
    ignored: Vec<Ignored>,
}

/// A finding, and who ignores it.
#[derive(Debug, Clone)]
pub struct Found {
    /// The finding.
    pub finding: Finding,
    /// The ignore that covers it.
    pub ignored: Option<Ignored>,
}

/// One week's findings.
#[derive(Debug)]
pub struct Week {
    /// Its Sunday.
    pub sunday: NaiveDate,
    /// In order of date, severity, rule, person and refs.
    pub findings: Vec<Found>,
    /// What health is made of; ignored findings do not count.
    pub faults: Faults,
    /// Posted schedules of the week.
    pub schedules: usize,
}

impl Posted {
    /// Reads a club, in 5 requests if it is of ordinary size.
    ///
    /// # Errors
    /// There is no such club, or a request to the table failed.
    pub async fn load(club: Club<'_>, now: Timestamp) -> Result<Posted, DeskError> {
        let PlanHeader { info, plan_version, .. } = club.plan_header().await?;
        let zone = info.ok_or(store::snapshot::SnapshotError::NoClub)?.time_zone;
        let local = |at: Timestamp| -> NaiveDateTime { at.utc().with_timezone(&zone).naive_local() };
        let loaded = club.load_snapshot_after(plan_version, local(now).date()).await?;
        // Nothing is said of what Crossmark shows where it was never asked.
        let shown = loaded.refreshed_at.map(|_| differences::outside(&loaded.snapshot, &loaded.drifts));
        let outside = Outside {
            events_as_of: loaded.refreshed_at.map(local),
            now: Some(local(now)),
            ..shown.unwrap_or_default()
        };
        Ok(Posted {
            names: loaded.snapshot.employees.iter().map(|e| (e.id.clone(), e.name.clone())).collect(),
            snapshot: loaded.snapshot.without_decisions(),
            outside,
            plan_version: loaded.plan_version,
            refreshed_at: loaded.refreshed_at,
            ignored: loaded.ignored,
        })
    }

    /// Looks at the week of a date.
    pub fn week(&self, date: NaiveDate) -> Week {
        let sunday = week_start(date);
        let found = standing::check(&self.snapshot, &self.outside, Weeks::Of(date)).findings;
        let findings: Vec<Found> =
            found.into_iter().map(|finding| Found { ignored: self.ignore_of(&finding).cloned(), finding }).collect();
        let counted = findings.iter().filter(|found| found.ignored.is_none()).map(|found| &found.finding);
        let in_week = |at: NaiveDateTime| sunday <= at.date() && at.date() <= plus_days(sunday, 6);
        Week {
            sunday,
            faults: Faults::of(counted),
            schedules: self.snapshot.posted.iter().filter(|posted| in_week(posted.start)).count(),
            findings,
        }
    }

    /// A finding by its id, in whichever week it is.
    ///
    /// # Errors
    /// [`DeskError::NoFinding`] if nothing of that id is found any more.
    pub fn finding(&self, id: &FindingId) -> Result<Found, DeskError> {
        let all = standing::check(&self.snapshot, &self.outside, Weeks::All).findings;
        let finding = all.into_iter().find(|finding| finding.id == *id).ok_or(DeskError::NoFinding)?;
        Ok(Found { ignored: self.ignore_of(&finding).cloned(), finding })
    }

    fn ignore_of(&self, finding: &Finding) -> Option<&Ignored> {
        self.ignored.iter().find(|ignored| ignored.covers(finding, self.snapshot.today))
    }

    /// What an answer about these facts depends on, for a conditional request: the version, the day, the ignores, when the
    /// events were read and whether that is long ago, and how many of today's schedules have begun.
    pub fn mark(&self) -> impl std::hash::Hash {
        let ignored: Vec<_> = self.ignored.iter().map(|one| (one.id.0.clone(), one.until, one.because.at)).collect();
        let has_begun = |start: NaiveDateTime| self.outside.now.is_some_and(|now| start <= now);
        let begun = self.snapshot.posted.iter().filter(|posted| has_begun(posted.start)).count();
        let is_old = self.outside.has_old_events();
        (self.plan_version.version, self.snapshot.today, ignored, self.refreshed_at, is_old, begun)
    }
}

impl Week {
    /// Findings of a severity that nobody ignores.
    pub fn count(&self, severity: Severity) -> usize {
        let heeded = self.findings.iter().filter(|found| found.ignored.is_none());
        heeded.filter(|found| found.finding.severity == severity).count()
    }

    /// The rules that were judged: every hard and watch rule of section 10.
    pub fn rules(&self) -> usize {
        domain::rules::WATCH.len() + STANDING_HARD
    }
}

/// Hard rules that the look judges: all but H1 and H15, which are about placing and moving.
const STANDING_HARD: usize = 13;

/// Ignores a finding until a date, the end of its week by default.
///
/// # Errors
/// It is not found any more, the date is past or too far off, somebody else ignores it right now, or a request to the
/// table failed.
pub async fn ignore(
    club: Club<'_>,
    id: &FindingId,
    until: Option<NaiveDate>,
    because: &Because,
) -> Result<Ignored, DeskError> {
    let posted = Posted::load(club, because.at).await?;
    let finding = posted.finding(id)?.finding;
    let until = ignored_until(&posted, &finding, until)?;
    let ignored = Ignored { id: id.clone(), text: finding.text, until, because: because.clone() };
    club.ignore_finding(&ignored).await.map_err(stale)?;
    Ok(ignored)
}

/// The last day of an ignore: as asked for, or the end of the finding's week.
pub(crate) fn ignored_until(
    posted: &Posted,
    finding: &Finding,
    until: Option<NaiveDate>,
) -> Result<NaiveDate, DeskError> {
    let today = posted.snapshot.today;
    let sunday = week_start(finding.when.date().unwrap_or(today).max(today));
    let until = until.unwrap_or_else(|| plus_days(sunday, 6));
    if until < today || plus_days(today, LONGEST_IGNORE_DAYS) < until {
        return Err(DeskError::DayOutside {
            date: until.to_string(),
            from: today.to_string(),
            to: plus_days(today, LONGEST_IGNORE_DAYS).to_string(),
        });
    }
    Ok(until)
}

/// Takes an ignore back; taking back one that is not there changes nothing.
///
/// # Errors
/// Somebody else changes it right now, or a request to the table failed.
pub async fn stop_ignoring(club: Club<'_>, id: &FindingId, because: &Because) -> Result<(), DeskError> {
    club.stop_ignoring_finding(id, because).await.map_err(stale).map(|_| ())
}

fn stale(error: DocumentError) -> DeskError {
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
    /// The way out, by its id.
    pub option: String,
}

/// What fixes do.
#[derive(Debug)]
pub struct Fixed {
    /// The posted schedules that change; `None` if only rotations do.
    pub changed: Option<Changed>,
    /// The rotation exceptions that were saved.
    pub rotations: Vec<RotationException>,
    /// The posted events whose block changed alone, which Crossmark is not told of.
    pub blocks: Vec<BlockChange>,
    /// Findings that go, those of the fixes included.
    pub gone: Vec<FindingId>,
    /// Findings of the fixes that an earlier one had removed already.
    pub not_needed: Vec<FindingId>,
}

impl Posted {
    /// The ways out of a finding.
    ///
    /// # Errors
    /// [`DeskError::NoFinding`] if nothing of that id is found any more.
    pub fn options(&self, id: &FindingId) -> Result<Options, DeskError> {
        standing::options::options(&self.snapshot, &self.outside, id).ok_or(DeskError::NoFinding)
    }

    /// The club as it would be after changes.
    fn after(&self, changes: &[Change]) -> Posted {
        let (snapshot, outside) = standing::options::apply(&self.snapshot, &self.outside, changes);
        Posted { snapshot, outside, names: self.names.clone(), ignored: self.ignored.clone(), ..*self }
    }

    fn ids(&self) -> BTreeSet<FindingId> {
        let all = standing::check(&self.snapshot, &self.outside, Weeks::All).findings;
        all.into_iter().map(|finding| finding.id).collect()
    }
}

/// Carries out chosen ways out, each checked again on the club as it is. The approval of their posted changes, their blocks
/// and their rotation exceptions are recorded in one transaction: all of it or nothing.
///
/// # Errors
/// The club has moved on, a finding or its way out is not there any more, the changes are refused, or a request to the
/// table failed.
pub async fn fix(
    desk: Desk<'_>,
    queue: &Queue<SubmitMessage>,
    fixes: &[Fix],
    plan_version: Option<u64>,
    mode: ApprovalMode,
    ids: (RunId, ApprovalId),
    because: &Because,
) -> Result<Fixed, DeskError> {
    let club = desk.club;
    let posted = Posted::load(club, because.at).await?;
    if let Some(seen) = plan_version
        && seen != posted.plan_version.version
    {
        return Err(DeskError::PlanMoved { found: posted.plan_version.version });
    }
    let before = posted.ids();
    let Chosen { changes, not_needed, after } = choose(&posted, fixes)?;
    let found = after.ids();
    let new: Vec<String> = found.difference(&before).map(ToString::to_string).collect();
    if !new.is_empty() {
        return Err(DeskError::FixesClash { findings: new });
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
    let told = |(before, after): &(Option<PostedAt>, Option<PostedAt>)| {
        let shown = |at: &PostedAt| (at.employee_id.clone(), at.start);
        before.as_ref().map(shown) != after.as_ref().map(shown)
    };
    let alone = schedules.iter().filter(|(_, change)| !told(change));
    let blocks: Vec<BlockChange> =
        alone.filter_map(|(event, (before, after))| block_change(*event, before.as_ref()?, after.as_ref()?)).collect();
    let changes: Vec<PostedChange> = schedules
        .into_iter()
        .filter(|(_, change)| told(change))
        .map(|(event, (_, after))| PostedChange {
            event,
            to: after.map(|at| RequestedPlace { employee: Some(at.employee_id), when: Some(When::Moment(at.start)) }),
        })
        .collect();
    for (found, most) in [(changes.len(), MOST_CHANGES), (blocks.len() + rotations.len(), MOST_BLOCKS)] {
        if found > most {
            return Err(DeskError::TooManyChanges { found, most });
        }
    }
    let own = OwnChanges { blocks, exceptions: rotations.into_values().collect() };
    let changed = if changes.is_empty() {
        if mode == ApprovalMode::Execute && !own.is_empty() {
            change_own(club, &own, posted.plan_version, because).await?;
        }
        None
    } else {
        // A way out breaks no rule that is not broken already; what is broken stays so on purpose.
        let request = posted_changes::Request {
            changes,
            plan_version: Some(posted.plan_version.version),
            overriding: Some(because.why.clone()),
            mode,
        };
        Some(posted_changes::change_with(desk, queue, &request, &own, ids, because).await?)
    };
    // Where none of its lines can be approved, nothing is recorded.
    let is_refused = |changed: &Changed| mode == ApprovalMode::Execute && changed.approved.approval.is_none();
    let OwnChanges { blocks, exceptions: rotations } =
        if changed.as_ref().is_some_and(is_refused) { OwnChanges::default() } else { own };
    let gone = before.difference(&found).cloned().collect();
    Ok(Fixed { changed, rotations, blocks, gone, not_needed })
}

/// Changes what Crossmark is not told of, if the club is still as it was seen.
async fn change_own(club: Club<'_>, own: &OwnChanges, seen: PlanVersion, because: &Because) -> Result<(), DeskError> {
    match club.change_own(own, seen.basis, because).await {
        Ok(()) => Ok(()),
        Err(DocumentError::Table(error)) => Err(error.into()),
        Err(_) => Err(DeskError::PlanMoved { found: club.plan_version().await?.version }),
    }
}

/// The change of a block alone, as it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockMove {
    /// The posted event.
    pub event: EventRef,
    /// Its block before.
    pub before: Option<u8>,
    /// Its block since then.
    pub after: Option<u8>,
}

/// Puts blocks back as they stood before ways out changed them, all of them or none. What stood there is not judged again.
///
/// # Errors
/// [`DeskError::NotPosted`] if an event is not posted any more, [`DeskError::PlanMoved`] if somebody moved it or changed
/// its block since, or a request to the table failed.
pub async fn undo_blocks(club: Club<'_>, moves: &[BlockMove], because: &Because) -> Result<(), DeskError> {
    if moves.len() > MOST_BLOCKS {
        return Err(DeskError::TooManyChanges { found: moves.len(), most: MOST_BLOCKS });
    }
    let moved = async || match club.plan_version().await {
        Ok(found) => DeskError::PlanMoved { found: found.version },
        Err(error) => error.into(),
    };
    let mut back = BTreeMap::new();
    for one in moves {
        let at = club.posted_place(one.event).await?.ok_or(DeskError::NotPosted { event: one.event })?;
        if at.block != one.after {
            return Err(moved().await);
        }
        back.insert(one.event, BlockChange { event: one.event, at, block: one.before });
    }
    let back: Vec<BlockChange> = back.into_values().collect();
    match club.change_blocks(&back, because).await {
        Ok(()) => Ok(()),
        Err(DocumentError::Table(error)) => Err(error.into()),
        Err(_) => Err(moved().await),
    }
}

/// A change of a block alone.
fn block_change(event: EventRef, before: &PostedAt, after: &PostedAt) -> Option<BlockChange> {
    let at = Place { employee_id: before.employee_id.clone(), start: before.start, block: before.block };
    (before.block != after.block).then_some(BlockChange { event, at, block: after.block })
}

struct Chosen {
    changes: Vec<Change>,
    not_needed: Vec<FindingId>,
    after: Posted,
}

/// Chooses the ways out one after the other, each on the club as the ones before leave it.
fn choose(posted: &Posted, fixes: &[Fix]) -> Result<Chosen, DeskError> {
    let (mut changes, mut not_needed) = (Vec::new(), Vec::new());
    let mut after = posted.after(&[]);
    for Fix { finding, option } in fixes {
        let options = match after.options(finding) {
            Ok(options) => options,
            // An earlier way out removed it, if it was there at all.
            Err(DeskError::NoFinding) if posted.finding(finding).is_ok() => {
                not_needed.push(finding.clone());
                continue;
            }
            Err(error) => return Err(error),
        };
        let chosen = options.options.into_iter().find(|found| found.id.0 == *option);
        let chosen = chosen.ok_or_else(|| DeskError::NoOption { finding: finding.clone(), option: option.clone() })?;
        after = after.after(&chosen.changes);
        changes.extend(chosen.changes);
    }
    Ok(Chosen { changes, not_needed, after })
}

/// Saves a rotation exception over the one of its date and rotation.
pub(crate) async fn save_exception(
    club: Club<'_>,
    exception: &RotationException,
    because: &Because,
) -> Result<(), DeskError> {
    let mut rounds = club.contended_attempts();
    loop {
        rounds.begin().await?;
        let documents = club.club_documents().await?;
        let same = |e: &&store::Stored<RotationException>| {
            (e.body.date, e.body.rotation) == (exception.date, exception.rotation)
        };
        let found = documents.exceptions.iter().find(same);
        match club.change_document(found, Some(exception), because).await {
            Ok(_) => return Ok(()),
            Err(DocumentError::Stale { .. }) => {}
            Err(error) => return Err(stale(error)),
        }
    }
}
