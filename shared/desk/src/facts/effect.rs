//! The effect of a change of facts: the posted and proposed schedules that are not possible after it, for a reason that
//! there was not before it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};
use domain::calendar::{date_in_words, plus_days, write_moment};
use domain::club::Presence;
use domain::snapshot::{EmployeeId, EventFacts, EventRef, LARGEST_DAYS, Posted, Snapshot};
use futures_util::future::{try_join, try_join3};
use serde::Serialize;
use store::documents::{ClubDocuments, NotLoaded};
use store::events::{Claim, Correction};
use store::facts::EventCorrection;
use store::lines::{Line, LineKind};
use store::stamp::Timestamp;
use store::states::LineStatus;
use store::upstream::KnownEvent;
use store::{Club, TableError};
use utoipa::ToSchema;

use crate::elsewhere::{elsewhere, first_day, is_settled_elsewhere, older_posted, recent_posted};
use crate::plan::Desk;

/// The schedules that a change of facts conflicts with.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = FactEffect)]
pub struct Effect {
    /// The effect in a sentence; empty if nothing conflicts and nothing is sent all the same.
    pub words: String,
    /// Number of posted schedules that conflict with the change.
    pub posted: usize,
    /// Number of lines that conflict with the change: those of the proposal, and approved and failed ones of any run.
    pub proposed: usize,
    /// The conflicting schedules, in order of start; the first 200.
    pub lines: Vec<AffectedSchedule>,
    /// Approved schedules on a day that the change locks, in order of start; the first 200. They are sent all the same.
    pub still_sent: Vec<AffectedSchedule>,
    /// Whether there is a current proposal. It does not take the change into account.
    pub proposal_is_stale: bool,
}

/// A schedule that a change conflicts with.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = FactHit)]
pub struct AffectedSchedule {
    /// The stage of the schedule.
    pub standing: ScheduleStage,
    /// The number of the event.
    pub event_ref_num: EventRef,
    /// The name of the event.
    pub project_name: String,
    /// The type of the event.
    pub event_type: &'static str,
    /// The person of the schedule.
    pub employee_id: EmployeeId,
    /// The name of the person; `null` if it is not known.
    pub employee_name: Option<String>,
    /// The start time, club-local.
    pub schedule_datetime: String,
    /// The id of the line of the proposal; `null` if the schedule is posted, or if its line is of another run.
    pub line_id: Option<String>,
    /// Why the schedule is not possible after the change, in a sentence.
    pub reason: String,
}

/// The stage of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FactHitStanding)]
pub enum ScheduleStage {
    /// The schedule is posted at Crossmark.
    Posted,
    /// The schedule is proposed, and nobody has approved it.
    Proposed,
    /// The schedule is approved or being submitted to Crossmark.
    Approved,
    /// The schedule was approved, but Crossmark did not get it or did not accept it.
    NotAccepted,
}

/// The claims of events: the lines of any run that are approved, being submitted, in doubt or failed.
type Claims = Vec<(EventFacts, Claim)>;

/// Maximum number of schedules that are named; the others are only counted.
const MAX_NAMED: usize = 200;

/// A schedule of an event, at any [`ScheduleStage`].
struct Placement {
    stage: ScheduleStage,
    event: EventFacts,
    employee: EmployeeId,
    start: NaiveDateTime,
    line: Option<String>,
}

/// The days that a change concerns, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

impl Days {
    /// All days.
    pub const ALL: Days = Days { from: NaiveDate::MIN, to: NaiveDate::MAX };

    /// One day.
    pub fn of(day: NaiveDate) -> Days {
        Days { from: day, to: day }
    }

    /// The shortest span that contains both.
    #[must_use]
    pub fn and(self, other: Days) -> Days {
        Days { from: self.from.min(other.from), to: self.to.max(other.to) }
    }
}

/// A club's documents, with the schedules from today on, at every [`ScheduleStage`].
pub struct Placements {
    /// The documents.
    pub club_documents: ClubDocuments,
    /// The club's date.
    pub today: NaiveDate,
    all: Vec<Placement>,
}

impl Placements {
    /// Reads the schedules that are posted, approved or proposed on these days, in 3 requests and those of
    /// [`older_posted`].
    ///
    /// # Errors
    /// The club was never loaded, or the table cannot be read.
    pub async fn read<E: From<NotLoaded> + From<TableError>>(
        desk: Desk<'_>,
        club_documents: ClubDocuments,
        days: Days,
        now: Timestamp,
    ) -> Result<Placements, E> {
        let zone = club_documents.zone().map_err(E::from)?;
        let today = now.date_in(zone);
        let is_outside = days.to < today || plus_days(today, LARGEST_DAYS) < days.from;
        // Not only the schedules of these days: the event of a line on these days may be posted on another day by now.
        let from = first_day(club_documents.proposal.as_ref(), zone, today);
        let posted = async { if is_outside { Ok(Vec::new()) } else { recent_posted(desk.club, from, today).await } };
        let claims = async { if is_outside { Ok(Vec::new()) } else { desk.club.claims().await } };
        let proposal = club_documents.proposal.as_ref().map(|current| &current.proposal);
        let (mut posted, claims, lines) = try_join3(posted, claims, desk.lines(proposal, now)).await?;
        if !is_outside {
            let older = older_posted(desk.club, &lines, &posted, from, today).await?;
            posted.extend(older);
        }
        let lines: Vec<&Line> = lines.values().map(|line| &line.body).collect();
        let mut placements = Placements::of(club_documents, today, posted, claims, &lines);
        placements.all.retain(|placement| (days.from..=days.to).contains(&placement.start.date()));
        Ok(placements)
    }

    /// Reads an event with its posted and proposed schedules, in 3 requests. The event is `None` if the club has no such event.
    ///
    /// # Errors
    /// The club was never loaded, or the table cannot be read.
    pub async fn read_of_event<E: From<NotLoaded> + From<TableError>>(
        club: Club<'_>,
        event_ref: EventRef,
        now: Timestamp,
    ) -> Result<(Placements, Option<KnownEvent>), E> {
        let (club_documents, event) = try_join(club.club_documents(), club.event(event_ref)).await?;
        let today = now.date_in(club_documents.zone().map_err(E::from)?);
        let Some(event) = event else {
            return Ok((Placements::of(club_documents, today, Vec::new(), Vec::new(), &[]), None));
        };
        let proposal = club_documents.proposal.as_ref().map(|current| &current.proposal);
        let (posted, line) = club.posted_and_line(&event.body, proposal, now).await?;
        let line = line.as_ref().map(|line| &line.body);
        let claims = event.body.claim.iter().map(|claim| (event.body.facts.clone(), claim.clone())).collect();
        let posted_one = posted.iter().map(|posted| posted.body.clone()).collect();
        let placements = Placements::of(club_documents, today, posted_one, claims, line.as_slice());
        Ok((placements, Some(KnownEvent { event, posted })))
    }

    fn of(
        club_documents: ClubDocuments,
        today: NaiveDate,
        posted: Vec<Posted>,
        claims: Claims,
        lines: &[&Line],
    ) -> Placements {
        let elsewhere = elsewhere(lines.iter().copied(), &posted, &claims, today);
        let mut posted_places: BTreeMap<EventRef, Placement> = BTreeMap::new();
        for posted in posted {
            let (event_ref, employee, start) = (posted.event.event_ref, posted.employee_id, posted.start);
            let stage = ScheduleStage::Posted;
            posted_places.insert(event_ref, Placement { stage, event: posted.event, employee, start, line: None });
        }
        let mut others = Vec::new();
        let mut proposed: BTreeSet<EventRef> = BTreeSet::new();
        let is_proposed = |line: &Line| {
            line.state.status().is_open() && line.kind != LineKind::Dropped && !is_settled_elsewhere(line, &elsewhere)
        };
        for line in lines.iter().filter(|line| is_proposed(line)) {
            let Some(place) = line.place.clone() else { continue };
            proposed.insert(line.key.event);
            let (stage, line_id) = (ScheduleStage::Proposed, Some(line.key.to_string()));
            let (employee, start) = (place.employee_id, place.start);
            others.push(Placement { stage, event: line.event.clone(), employee, start, line: line_id });
        }
        let run = club_documents.proposal.as_ref().map(|current| &current.proposal.run);
        for (event, claim) in claims {
            let stage = match claim.status {
                status if status.is_in_flight() => ScheduleStage::Approved,
                // A newer line of the event takes the failed one's place.
                LineStatus::ApiFailed if !proposed.contains(&event.event_ref) => ScheduleStage::NotAccepted,
                _ => continue,
            };
            if stage == ScheduleStage::Approved {
                posted_places.remove(&event.event_ref);
            }
            let Some(place) = claim.place else { continue };
            let line = (run == Some(&claim.line.run)).then(|| claim.line.to_string());
            others.push(Placement { stage, event, employee: place.employee_id, start: place.start, line });
        }
        let mut all: Vec<Placement> = posted_places.into_values().chain(others).collect();
        all.retain(|placement| placement.start.date() >= today);
        all.sort_by_key(|placement| (placement.start, placement.event.event_ref));
        Placements { club_documents, today, all }
    }

    /// The effect of a change that turns the documents into these ones.
    ///
    /// # Errors
    /// The club was never loaded.
    pub fn effect(&self, after: &ClubDocuments) -> Result<Effect, NotLoaded> {
        if self.all.is_empty() {
            return Ok(Effect::none(&self.club_documents));
        }
        let (before, after) = (people_snapshot(&self.club_documents, self.today)?, people_snapshot(after, self.today)?);
        let (presence_before, presence_after) = (Presence::new(&before), Presence::new(&after));
        let names = self.club_documents.names();
        let affected: Vec<AffectedSchedule> = self
            .all
            .iter()
            .filter_map(|placement| {
                let date = placement.start.date();
                let name = names.get(&placement.employee).cloned();
                let newly_closed = why_newly_closed(placement.stage, date, &before, &after);
                let newly_impossible = || {
                    let (employee, event, start) = (&placement.employee, &placement.event, placement.start);
                    let before = presence_before.obstacles(employee, event, start);
                    let mut after = presence_after.obstacles(employee, event, start).into_iter();
                    let reason = after.find(|reason| reason.is_new(&before))?;
                    Some(reason.words(name.as_deref().unwrap_or(&employee.0), date))
                };
                Some(affected_schedule(placement, name.clone(), newly_closed.or_else(newly_impossible)?))
            })
            .collect();
        let is_sent = |placement: &&Placement| {
            placement.stage == ScheduleStage::Approved && is_newly_locked(placement.start.date(), &before, &after)
        };
        let still_sent = self.all.iter().filter(is_sent).map(|placement| {
            let reason = format!("{} is locked", date_in_words(placement.start.date()));
            affected_schedule(placement, names.get(&placement.employee).cloned(), reason)
        });
        let still_sent = still_sent.collect();
        Ok(self.effect_with(affected, still_sent))
    }

    /// The effect with these affected schedules, and these approved ones that are sent all the same.
    fn effect_with(&self, affected: Vec<AffectedSchedule>, still_sent: Vec<AffectedSchedule>) -> Effect {
        let count = |stage| affected.iter().filter(|one| one.standing == stage).count();
        let stages =
            [ScheduleStage::Posted, ScheduleStage::Proposed, ScheduleStage::Approved, ScheduleStage::NotAccepted];
        let posted = count(ScheduleStage::Posted);
        Effect {
            words: in_words(stages.map(count), still_sent.len()),
            posted,
            proposed: affected.len() - posted,
            lines: affected.into_iter().take(MAX_NAMED).collect(),
            still_sent: still_sent.into_iter().take(MAX_NAMED).collect(),
            proposal_is_stale: self.club_documents.proposal.is_some(),
        }
    }

    /// The effect of a correction of an event: `after` replaces the correction `before`.
    ///
    /// # Errors
    /// The club was never loaded.
    pub fn effect_of_event(&self, before: &Correction, after: &EventCorrection) -> Result<Effect, NotLoaded> {
        let people = people_snapshot(&self.club_documents, self.today)?;
        let presence = Presence::new(&people);
        let names = self.club_documents.names();
        let of_event = self.all.iter().filter(|placement| placement.event.event_ref == after.event_ref);
        let affected = of_event.filter_map(|placement| {
            let (employee, start) = (&placement.employee, placement.start);
            let corrected = after.corrected_facts(before, &placement.event);
            let before = presence.obstacles(employee, &placement.event, start);
            let obstacle = presence.obstacles(employee, &corrected, start).into_iter().find(|o| o.is_new(&before))?;
            let name = names.get(employee).cloned();
            let reason = obstacle.words(name.as_deref().unwrap_or(&employee.0), start.date());
            Some(affected_schedule(placement, name, reason))
        });
        Ok(self.effect_with(affected.collect(), Vec::new()))
    }
}

impl Effect {
    /// The effect of a change that affects no posted or proposed schedule.
    pub fn none(club_documents: &ClubDocuments) -> Effect {
        Effect { proposal_is_stale: club_documents.proposal.is_some(), ..Effect::default() }
    }
}

/// Why a day is newly closed for a schedule, if it is. A newly locked day closes for schedules that are not approved yet
/// and for failed ones; posted ones stay, and approved ones are sent.
fn why_newly_closed(stage: ScheduleStage, date: NaiveDate, before: &Snapshot, after: &Snapshot) -> Option<String> {
    if after.holidays.contains(&date) && !before.holidays.contains(&date) {
        return Some(format!("{} is a holiday", date_in_words(date)));
    }
    let is_decided = matches!(stage, ScheduleStage::Posted | ScheduleStage::Approved);
    (!is_decided && is_newly_locked(date, before, after)).then(|| format!("{} is locked", date_in_words(date)))
}

fn is_newly_locked(date: NaiveDate, before: &Snapshot, after: &Snapshot) -> bool {
    after.locked_days.contains(&date) && !before.locked_days.contains(&date)
}

fn affected_schedule(placement: &Placement, name: Option<String>, reason: String) -> AffectedSchedule {
    AffectedSchedule {
        standing: placement.stage,
        event_ref_num: placement.event.event_ref,
        project_name: placement.event.name.clone(),
        event_type: placement.event.event_type().name(),
        employee_id: placement.employee.clone(),
        employee_name: name,
        schedule_datetime: write_moment(placement.start),
        line_id: placement.line.clone(),
        reason,
    }
}

/// A snapshot of the club's people and days, without events.
fn people_snapshot(club_documents: &ClubDocuments, today: NaiveDate) -> Result<Snapshot, NotLoaded> {
    Ok(club_documents.people_on(today).ok_or(NotLoaded)?.snapshot)
}

/// The sentence of an effect: the numbers of schedules that can no longer stand, by stage, and of those that are sent all
/// the same.
fn in_words([posted, proposed, approved, not_accepted]: [usize; 4], still_sent: usize) -> String {
    // The first kind is named in full, the others refer to it.
    let kinds = [
        (posted, ["posted schedule", "posted schedules"], ["posted one", "posted ones"]),
        (proposed, ["proposed line", "proposed lines"], ["proposed one", "proposed ones"]),
        (approved, ["approved schedule", "approved schedules"], ["approved one", "approved ones"]),
        (
            not_accepted,
            ["schedule that was not accepted", "schedules that were not accepted"],
            ["that was not accepted", "that were not accepted"],
        ),
    ];
    let with_noun = |count: usize, [one, more]: [&str; 2]| format!("{count} {}", if count == 1 { one } else { more });
    let named = kinds.into_iter().filter(|(count, ..)| *count > 0).enumerate();
    let named: Vec<String> =
        named.map(|(n, (count, first, other))| with_noun(count, if n == 0 { first } else { other })).collect();
    let conflict = match named.split_last() {
        None => None,
        Some((last, [])) => Some(format!("{last} can no longer stand")),
        Some((last, others)) => Some(format!("{} and {last} can no longer stand", others.join(", "))),
    };
    let verb = if still_sent == 1 { "is sent all the same" } else { "are sent all the same" };
    let sent =
        (still_sent > 0).then(|| format!("{} {verb}", with_noun(still_sent, ["approved event", "approved events"])));
    conflict.into_iter().chain(sent).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_of_an_effect_counts_schedules_by_their_stage() {
        for (counts, still_sent, words) in [
            ([0, 0, 0, 0], 0, ""),
            ([1, 0, 0, 0], 0, "1 posted schedule can no longer stand"),
            ([3, 2, 0, 0], 0, "3 posted schedules and 2 proposed ones can no longer stand"),
            ([2, 1, 0, 0], 0, "2 posted schedules and 1 proposed one can no longer stand"),
            ([0, 5, 0, 0], 0, "5 proposed lines can no longer stand"),
            ([0, 0, 0, 1], 0, "1 schedule that was not accepted can no longer stand"),
            ([16, 0, 1, 4], 0, "16 posted schedules, 1 approved one and 4 that were not accepted can no longer stand"),
            ([0, 0, 0, 0], 2, "2 approved events are sent all the same"),
            ([0, 1, 0, 0], 1, "1 proposed line can no longer stand; 1 approved event is sent all the same"),
        ] {
            assert_eq!(in_words(counts, still_sent), words);
        }
    }
}
