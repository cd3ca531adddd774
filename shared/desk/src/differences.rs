//! Differences between what Crossmark shows and what people decided in Muster. A person adopts what Crossmark shows, or keeps
//! Muster's schedule and sends it again. No difference is resolved without a person.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};
use domain::snapshot::{EventFacts, EventRef, Outside, Snapshot, UpstreamSchedule};
use runtime::messages::SubmitMessage;
use runtime::queue::Queue;
use store::Club;
use store::audit::Because;
use store::documents::ClubDocuments;
use store::drift::{Drift, DriftError, DriftOutcome, UpstreamState};
use store::key::{ApprovalId, RunId};
use store::snapshot::SnapshotError;
use store::stamp::Timestamp;

use crate::approve::ApprovalMode;
use crate::error::DeskError;
use crate::evaluate::{RequestedPlace, When};
use crate::plan::Desk;
use crate::posted_changes::{self, ChangeResult, PostedChange};

/// Maximum number of differences in one request.
pub const MAX_AT_ONCE: usize = 60;

/// A difference with its event.
#[derive(Debug, Clone)]
pub struct Difference {
    /// What differs.
    pub drift: Drift,
    /// The event.
    pub facts: EventFacts,
    /// Whether Muster's schedule can be sent again.
    pub can_be_sent: bool,
}

impl Difference {
    /// The first and the last of the days of both schedules; if there is no schedule, the event's due date.
    fn days(&self) -> (NaiveDate, NaiveDate) {
        let theirs = match &self.drift.shows {
            UpstreamState::Schedule { start, .. } => Some(start.date()),
            UpstreamState::Nobody | UpstreamState::Unlisted => None,
        };
        let ours = self.drift.ours.as_ref().map(|ours| ours.start.date());
        let day = ours.or(theirs).unwrap_or(self.facts.due.date());
        let other = theirs.unwrap_or(day);
        (day.min(other), day.max(other))
    }
}

/// The differences whose later schedule, or whose due date if there is no schedule, is not past, in order of date and
/// event, without events that a line is submitting.
///
/// # Errors
/// The club was never loaded, or the table cannot be read.
pub async fn list(
    club: Club<'_>,
    club_documents: &ClubDocuments,
    now: Timestamp,
) -> Result<Vec<Difference>, DeskError> {
    let zone = club_documents.zone().map_err(|_| SnapshotError::NoClub)?;
    let local_now = now.utc().with_timezone(&zone).naive_local();
    let refs: Vec<EventRef> = club_documents.drifts.iter().map(|drift| drift.event).collect();
    let events = club.events_by_ref(&refs).await?.into_iter().map(|event| event.body);
    let mut differences: Vec<Difference> = events
        .filter(|event| event.claim.as_ref().is_none_or(|claim| !claim.is_in_flight()))
        .filter_map(|event| {
            let can_be_sent = event.drift.as_ref()?.can_be_sent(&event.facts, local_now);
            Some(Difference { drift: event.drift?, facts: event.facts, can_be_sent })
        })
        .filter(|difference| difference.days().1 >= local_now.date())
        .collect();
    differences.sort_by_key(|difference| (difference.days().0, difference.drift.event));
    Ok(differences)
}

/// A side of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Adopts what Crossmark shows.
    Crossmark,
    /// Keeps Muster's schedule, and sends it again.
    Ours,
}

/// A person's decision about a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DifferenceDecision {
    /// The event.
    pub event: EventRef,
    /// When the difference began, as the person saw it.
    pub since: Timestamp,
    /// The side that is right.
    pub side: Side,
}

/// A decision about a difference that was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotDecided {
    /// The event.
    pub event: EventRef,
    /// Why, in words.
    pub reason: String,
}

/// The results of decisions about differences.
#[derive(Debug, Default)]
pub struct DecidedDifferences {
    /// The events for which Muster has adopted what Crossmark shows.
    pub adopted: Vec<EventRef>,
    /// Decisions that were not carried out.
    pub refused: Vec<NotDecided>,
    /// The approval of the schedules that are sent again, if there are any.
    pub sent: Option<ChangeResult>,
}

/// Decides differences. Each decision is a transaction of its own, in which Muster adopts what Crossmark shows. The
/// schedules to send again are then changed by hand in one request: if its check refuses one of them, none is sent. If
/// that happens or the request is interrupted, their differences stay on the list and can be decided again.
///
/// # Errors
/// The schedules to send again break rules and no reason is given, start too soon, or are on a locked day: then Muster
/// has adopted what Crossmark shows, and the difference stays on the list. Or a request to the table failed.
pub async fn decide(
    desk: Desk<'_>,
    queue: &Queue<SubmitMessage>,
    decisions: &[DifferenceDecision],
    overriding: Option<String>,
    ids: (RunId, ApprovalId),
    because: &Because,
) -> Result<DecidedDifferences, DeskError> {
    let club = desk.club;
    let zone = club.plan_header().await?.info.ok_or(SnapshotError::NoClub)?.time_zone;
    let local_now = because.at.utc().with_timezone(&zone).naive_local();
    let (mut decided, mut changes) = (DecidedDifferences::default(), Vec::new());
    for DifferenceDecision { event, since, side } in decisions {
        let done = match side {
            Side::Crossmark => club.adopt_crossmark_schedule(*event, *since, DriftOutcome::Settled, because).await,
            Side::Ours if !can_be_sent(club, *event, local_now).await? => {
                let reason =
                    "it cannot be sent again: it has begun, is called off, or is not listed any more".to_owned();
                decided.refused.push(NotDecided { event: *event, reason });
                continue;
            }
            Side::Ours => club.adopt_crossmark_schedule(*event, *since, DriftOutcome::SendOurs, because).await,
        };
        match (done, side) {
            (Ok(_), Side::Crossmark) => decided.adopted.push(*event),
            (Ok(drift), Side::Ours) => changes.push(change_to_ours(drift)),
            (Err(DriftError::Table(error)), _) => return Err(error.into()),
            (Err(error), _) => decided.refused.push(NotDecided { event: *event, reason: error.to_string() }),
        }
    }
    if !changes.is_empty() {
        let mode = ApprovalMode::Execute;
        let request = posted_changes::Request { changes, plan_version: None, overriding, mode };
        decided.sent = Some(posted_changes::change(desk, queue, &request, ids, because).await?);
    }
    Ok(decided)
}

/// Whether Muster's schedule of an event can be sent again.
async fn can_be_sent(club: Club<'_>, event: EventRef, local_now: NaiveDateTime) -> Result<bool, DeskError> {
    let Some(read) = club.event(event).await? else { return Ok(false) };
    // If there is no difference any more, the transaction of the decision reports that.
    Ok(read.body.drift.as_ref().is_none_or(|drift| drift.can_be_sent(&read.body.facts, local_now)))
}

/// The change from the schedule that Crossmark shows to Muster's.
fn change_to_ours(drift: Drift) -> PostedChange {
    let to = drift
        .ours
        .map(|ours| RequestedPlace { employee: Some(ours.employee_id), when: Some(When::Moment(ours.start)) });
    PostedChange { event: drift.event, to }
}

/// What Crossmark shows, for the validation of posted schedules: the same as the snapshot, except for the differences.
pub(crate) fn outside(snapshot: &Snapshot, drifts: &[Drift]) -> Outside {
    let posted = snapshot.posted.iter().map(|posted| {
        let shown = UpstreamSchedule { employee_id: posted.employee_id.clone(), start: posted.start };
        (posted.event.event_ref, shown)
    });
    let mut crossmark: BTreeMap<EventRef, UpstreamSchedule> = posted.collect();
    let events = snapshot.events.iter().map(|event| event.event_ref);
    let mut listed: BTreeSet<EventRef> = events.chain(crossmark.keys().copied()).collect();
    for drift in drifts {
        match &drift.shows {
            UpstreamState::Unlisted => _ = listed.remove(&drift.event),
            UpstreamState::Nobody => _ = crossmark.remove(&drift.event),
            UpstreamState::Schedule { employee_id, start, .. } => {
                let shown = UpstreamSchedule { employee_id: employee_id.clone(), start: *start };
                crossmark.insert(drift.event, shown);
            }
        }
    }
    Outside { listed: Some(listed), crossmark: Some(crossmark), ..Outside::default() }
}
