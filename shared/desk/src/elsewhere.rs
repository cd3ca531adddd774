//! Where the events of the current proposal stand if something other than their lines posted, moved or took them back: a
//! change by hand, a line of an earlier run, or a change at Crossmark.
//!
//! If nothing of such a line was sent, it can no longer be sent and nothing about it is left to decide, so no count of what
//! is open or not placed includes it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::calendar::plus_days;
use domain::snapshot::{EventFacts, EventRef, Posted};
use futures_util::future::try_join;
use store::events::{Claim, Event, Place};
use store::lines::{Line, LineKind, Lines};
use store::proposals::CurrentProposal;
use store::states::LineStatus;
use store::{Club, TableError};

/// Number of days before today whose posted schedules are all read. Earlier ones are read for the events of the proposal
/// alone: a proposal stays the current one without limit while no run replaces it.
const DAYS_BACK: i64 = 28;

/// Where an event stands now, if something other than its line put it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// Who works the event, and when; `None` if nobody does.
    pub place: Option<Place>,
    /// Whether the line that puts it there is still on its way to Crossmark, so that it is not certain yet.
    pub on_its_way: bool,
}

/// The events of these lines that stand elsewhere. `posted` has their schedules from the day of the proposal on, `claims`
/// all claimed events.
pub fn elsewhere<'l>(
    lines: impl IntoIterator<Item = &'l Line>,
    posted: &[Posted],
    claims: &[(EventFacts, Claim)],
    today: NaiveDate,
) -> BTreeMap<EventRef, Elsewhere> {
    let posted: BTreeMap<EventRef, &Posted> = posted.iter().map(|posted| (posted.event.event_ref, posted)).collect();
    let claims: BTreeMap<EventRef, &Claim> = claims.iter().map(|(facts, claim)| (facts.event_ref, claim)).collect();
    let of = |line: &Line| {
        let event = line.key.event;
        Some((event, elsewhere_of(line, posted.get(&event).copied(), claims.get(&event).copied(), today)?))
    };
    lines.into_iter().filter_map(of).collect()
}

/// The first day whose posted schedules [`elsewhere`] needs: the day of the current proposal.
pub fn first_day(current: Option<&CurrentProposal>, zone: Tz, today: NaiveDate) -> NaiveDate {
    current.map_or(today, |current| current.at.date_in(zone).min(today))
}

/// Reads the posted schedules from `from` on, the [`first_day`] of the current proposal, but none from more than 28
/// days ago: [`older_posted`] reads those. 1 request.
///
/// # Errors
/// [`TableError`] if the table cannot be read.
pub async fn recent_posted(club: Club<'_>, from: NaiveDate, today: NaiveDate) -> Result<Vec<Posted>, TableError> {
    let posted = club.all_posted_from(from.max(first_recent_day(today))).await?;
    Ok(posted.into_iter().map(|posted| posted.body).collect())
}

/// Reads the posted schedules of the events of these lines that are not among the `recent` ones, see [`recent_posted`].
/// No request for a proposal of recent days; otherwise 2 for each 100 lines.
///
/// # Errors
/// [`TableError`] if the table cannot be read.
pub async fn older_posted(
    club: Club<'_>,
    lines: &Lines,
    recent: &[Posted],
    from: NaiveDate,
    today: NaiveDate,
) -> Result<Vec<Posted>, TableError> {
    let end = first_recent_day(today);
    if from >= end {
        return Ok(Vec::new());
    }
    let recent: BTreeSet<EventRef> = recent.iter().map(|posted| posted.event.event_ref).collect();
    let others: Vec<EventRef> = lines.keys().copied().filter(|event| !recent.contains(event)).collect();
    let is_older = |event: &Event| event.posted_at.is_some_and(|date| from <= date && date < end);
    let mut events: Vec<Event> = club.events_by_ref(&others).await?.into_iter().map(|event| event.body).collect();
    events.retain(is_older);
    Ok(club.posted_of_all(&events).await?.into_values().collect())
}

fn first_recent_day(today: NaiveDate) -> NaiveDate {
    plus_days(today, -DAYS_BACK)
}

/// Reads which events of the lines of the current proposal stand elsewhere; `from` is its [`first_day`]. 2 requests, none
/// without lines, and those of [`older_posted`].
///
/// # Errors
/// [`TableError`] if the table cannot be read.
pub async fn read_elsewhere(
    club: Club<'_>,
    lines: &Lines,
    from: NaiveDate,
    today: NaiveDate,
) -> Result<BTreeMap<EventRef, Elsewhere>, TableError> {
    if lines.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (mut posted, claims) = try_join(recent_posted(club, from, today), club.claims()).await?;
    let older = older_posted(club, lines, &posted, from, today).await?;
    posted.extend(older);
    Ok(elsewhere(lines.values().map(|line| &line.body), &posted, &claims, today))
}

/// Whether nothing about a line is left to decide, because its event stands elsewhere. An accepted line was sent, and stays
/// what it is.
pub fn is_settled_elsewhere(line: &Line, elsewhere: &BTreeMap<EventRef, Elsewhere>) -> bool {
    line.state.status() != LineStatus::ApiSubmitted && elsewhere.contains_key(&line.key.event)
}

/// How an event of a proposal is counted now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It has a place, wherever that is by now.
    Placed,
    /// Its posted schedule is taken back: by its line, or since the line was accepted.
    TakenBack,
    /// It has no place, and nothing was taken back.
    NotPlaced,
}

/// How Review, Today and the assistant count the event of a line. `None` if they do not count it: the line is rejected
/// or superseded, or its event is settled elsewhere.
pub fn standing(line: &Line, elsewhere: &BTreeMap<EventRef, Elsewhere>) -> Option<Standing> {
    let is_over = matches!(line.state.status(), LineStatus::Rejected | LineStatus::Superseded);
    if is_over || is_settled_elsewhere(line, elsewhere) {
        return None;
    }
    if !line.is_placed() {
        return Some(Standing::NotPlaced);
    }
    let changed = elsewhere.get(&line.key.event).filter(|elsewhere| !elsewhere.on_its_way);
    let has_place = changed.map_or(line.kind != LineKind::Dropped, |changed| changed.place.is_some());
    Some(if has_place { Standing::Placed } else { Standing::TakenBack })
}

fn elsewhere_of(line: &Line, posted: Option<&Posted>, claim: Option<&Claim>, today: NaiveDate) -> Option<Elsewhere> {
    let status = line.state.status();
    let is_own = status.is_in_flight() || claim.is_some_and(|claim| claim.line == line.key);
    if is_own || status == LineStatus::Superseded {
        return None;
    }
    if let Some(claim) = claim.filter(|claim| claim.is_in_flight()) {
        return Some(Elsewhere { place: claim.place.clone(), on_its_way: true });
    }
    let accepted_place = (status == LineStatus::ApiSubmitted).then(|| {
        let place = line.place.as_ref();
        place.filter(|_| line.kind != LineKind::Dropped)
    });
    let expected = accepted_place.unwrap_or_else(|| line.from.as_ref().map(|old| &old.place));
    // Past schedules are not kept for ever.
    if posted.is_none() && expected.is_some_and(|place| place.start.date() < today) {
        return None;
    }
    let found = posted.map(|posted| (&posted.employee_id, posted.start));
    let is_as_expected = match accepted_place {
        Some(place) => place.map(|place| (&place.employee_id, place.start)) == found,
        None => line.has_expected_schedule(found),
    };
    let place =
        |posted: &Posted| Place { employee_id: posted.employee_id.clone(), start: posted.start, block: posted.block };
    (!is_as_expected).then(|| Elsewhere { place: posted.map(place), on_its_way: false })
}
