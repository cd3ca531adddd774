//! Refreshes one club.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use crossmark::{Days, LocationId, PlannedEvent, ReadError};
use domain::calendar::plus_days;
use domain::snapshot::EventRef;
use runtime::Deadline;
use runtime::messages::RefreshMessage;
use runtime::records::Outcome;
use runtime::telemetry::{self, Metric};
use store::documents::{ClubDocuments, DocumentError};
use store::key::RefreshId;
use store::meter::Meter;
use store::refreshes::{Refresh as RefreshRecord, RefreshFailure, RefreshPhase, RefreshState};
use store::reports::{LocationFault, RefreshReport};
use store::snapshot::DAYS_BACK;
use store::upstream::KnownEvent;
use store::{Club, Stored, TableError};

use crate::Refresh;
use crate::findings::{self, Findings};
use crate::list::{ListedEvents, event_ref, own_planning};
use crate::people::People;
use crate::translate::{self, ListedRows};

/// Number of days after the horizon that are read too, because a window that opens before the end of the horizon may
/// reach beyond it.
const DAYS_BEYOND: i64 = 14;
/// Default horizon in days (rulebook section 1).
const HORIZON_DAYS: u32 = 21;
/// The age that is reported for the events of a club that was never refreshed.
const AGE_IF_NEVER: TimeDelta = TimeDelta::days(1);
/// Time that is reserved for the end of the invocation.
const SHUTDOWN_RESERVE: Duration = Duration::from_secs(5);

/// Why a club was not refreshed.
#[derive(Debug, thiserror::Error)]
enum RefreshError {
    #[error("there is no such club")]
    NoClub,
    #[error("{}", location_words(.0))]
    Location(LocationFault),
    #[error("the club's location {0} is not a Crossmark number")]
    UnusableLocation(u64),
    #[error("Crossmark cannot be read: {0}")]
    Crossmark(#[from] ReadError),
    #[error(transparent)]
    Table(#[from] TableError),
}

impl From<DocumentError> for RefreshError {
    fn from(error: DocumentError) -> RefreshError {
        match error {
            DocumentError::NoClub => RefreshError::NoClub,
            DocumentError::Stale { .. } => TableError::Contended.into(),
            DocumentError::Table(error) => error.into(),
        }
    }
}

fn location_words(fault: &LocationFault) -> String {
    match fault {
        LocationFault::Taken(location) => format!("the location {location} is another club's"),
        LocationFault::Several(locations) => {
            format!("Crossmark lists {} locations, and it is not known which is the club's", locations.len())
        }
    }
}

impl RefreshError {
    /// The reason as the record of the refresh has it.
    fn failure(&self) -> RefreshFailure {
        match self {
            RefreshError::Location(_) | RefreshError::UnusableLocation(_) => RefreshFailure::Location,
            RefreshError::Crossmark(ReadError::Login(login)) if login.is_lasting() => RefreshFailure::LoginRefused,
            RefreshError::Crossmark(_) => RefreshFailure::CrossmarkUnreadable,
            RefreshError::NoClub | RefreshError::Table(_) => RefreshFailure::Internal,
        }
    }
}

/// Handles one message: refreshes the club that it names, unless this refresh has ended already.
pub(crate) async fn work(service: &Refresh, message: RefreshMessage, deadline: Deadline) -> Outcome {
    let meter = Meter::new();
    let club = service.table.club(&message.club, &meter);
    let id = message.refresh.unwrap_or_else(|| service.new_id());
    let refreshing = Box::pin(refresh_club(service, club, &id));
    let ended = tokio::time::timeout(deadline.left().saturating_sub(SHUTDOWN_RESERVE), refreshing).await;
    let outcome = match ended {
        Ok(Ok(())) => Outcome::Done,
        Ok(Err(RefreshError::Table(error))) => Outcome::Failed { why: error.to_string() },
        Ok(Err(RefreshError::NoClub)) => Outcome::GiveUp { reason: RefreshError::NoClub.to_string() },
        // The next tick tries again. Until then the known data stays, and its age is reported.
        Ok(Err(
            error @ (RefreshError::Crossmark(_) | RefreshError::Location(_) | RefreshError::UnusableLocation(_)),
        )) => record_failure(service, club, &id, error.failure(), &error.to_string()).await,
        Err(_) => {
            let words = "the refresh ran out of time";
            record_failure(service, club, &id, RefreshFailure::OutOfTime, words).await
        }
    };
    telemetry::note_table_cost(&meter);
    outcome
}

/// Records why the refresh failed.
async fn record_failure(
    service: &Refresh,
    club: Club<'_>,
    id: &RefreshId,
    reason: RefreshFailure,
    words: &str,
) -> Outcome {
    telemetry::count("refreshes.failed", 1);
    tracing::warn!(club.id = %club.id(), error = %words, "club {} was not refreshed: {words}", club.id());
    let failed = async {
        let mut record = club.begin_refresh(id, service.clock.now()).await?;
        if record.body.is_over() {
            // Another worker has ended the refresh.
            return Ok(false);
        }
        let state = RefreshState::Failed { at: service.clock.now(), reason, words: words.to_owned() };
        club.change_refresh(&mut record, state).await
    };
    match failed.await {
        Ok(_) => Outcome::Done,
        Err(error) => Outcome::Failed { why: error.to_string() },
    }
}

/// The record of a refresh in progress. Its phase is written only if a person asked for the refresh.
struct Progress<'a> {
    club: Club<'a>,
    record: Stored<RefreshRecord>,
}

impl Progress<'_> {
    async fn enter(&mut self, phase: RefreshPhase) -> Result<(), TableError> {
        if self.record.body.asked.is_some() {
            self.club.change_refresh(&mut self.record, RefreshState::Running { phase }).await?;
        }
        Ok(())
    }
}

/// Reads the table, then Crossmark, and writes the differences. An event whose row cannot be used stays as it is.
async fn refresh_club(service: &Refresh, club: Club<'_>, id: &RefreshId) -> Result<(), RefreshError> {
    let now = service.clock.now();
    let club_documents = club.club_documents().await?;
    let info = club_documents.club.as_ref().ok_or(RefreshError::NoClub)?;
    let zone = info.time_zone;
    let mut progress = Progress { club, record: club.begin_refresh(id, now).await? };
    if progress.record.body.is_over() {
        return Ok(());
    }
    let age = club_documents.refreshed_at.map_or(AGE_IF_NEVER, |at| now.utc() - at.utc());
    telemetry::measure(Metric::EventsAge, age.num_seconds() as f64);
    let today = now.date_in(zone);
    let location = info.location_id.map(|id| LocationId::try_from(id).map_err(|_| RefreshError::UnusableLocation(id)));
    let location = location.transpose()?;
    let days = days(&club_documents, today);
    let mut known = known_events(club, days).await?;

    let crossmark = service.crossmark.club(club.id().as_str(), zone);
    progress.enter(RefreshPhase::Events).await?;
    let planning = crossmark.planning(days).await?;
    progress.enter(RefreshPhase::People).await?;
    let lengths = crossmark.lengths(days).await?;
    let upstream = crossmark.people(days).await?;
    progress.enter(RefreshPhase::Writing).await?;

    let report = club_documents.report.as_ref();
    let (version, before) = (report.map(|r| r.version), report.map(|r| r.body.clone()).unwrap_or_default());
    let mut planning = match own_planning(club, location, planning).await? {
        Ok(planning) => planning,
        Err(fault) => {
            club.put_report(version, &RefreshReport { location: Some(fault.clone()), ..before }).await?;
            return Err(RefreshError::Location(fault));
        }
    };
    let mut findings = Findings::with_foreign_rows(planning.foreign_rows);
    upstream.faults.iter().for_each(|fault| findings.add_person(fault));
    let people = People::match_numbers(&club_documents.employees, &upstream.people);
    let scheduled: BTreeSet<_> = planning.rows.events.iter().filter_map(|row| row.scheduled_employee).collect();
    let people = people.learn(club, &upstream.people, &scheduled, &mut findings).await?;

    planning.mend(&known);
    let list = ListedEvents::of(&planning, &lengths, &known, &mut findings);
    let decision = list.decide(&known, days, &before, now, &mut findings);
    let unlisted = list.unlisted_events(&known, days, today, &decision, &findings);
    let rows = ListedRows::new(&planning.rows.events, &lengths.minutes);
    let elsewhere = posted_elsewhere(club, &list.usable, &mut known).await?;
    let mut updates = Vec::new();
    for row in list.usable.iter().filter(|row| !elsewhere.contains(&event_ref(row))) {
        let read = known.remove(&event_ref(row));
        updates.push(translate::update(row, read, &rows, &people, now));
    }
    let withdrawn = decision.withdrawn.iter().filter_map(|event| known.remove(event));
    updates.extend(withdrawn.map(KnownEvent::into_withdrawal));
    let unlisted = unlisted.iter().filter_map(|event| known.remove(event));
    updates.extend(unlisted.map(|read| read.into_unlisted_update(now)));
    let applied = club.apply_refresh(&updates, &mut progress.record).await?;
    for (event, fault) in &applied.unusable {
        findings.add_event(*event, *fault);
    }

    let report = findings.report(&before, now, decision.doubt);
    findings::log(club.id(), &report);
    if report != before {
        // If another refresh or a person has changed the report since it was read, that change stays. The next refresh
        // writes a new report.
        club.put_report(version, &report).await?;
    }
    club.record_refreshed(now).await?;
    let listed = planning.rows.events.len();
    for (counter, count) in
        [("events.listed", listed), ("events.written", applied.written), ("events.left", applied.overtaken)]
    {
        telemetry::count(counter, count);
    }
    let news = &mut progress.record.body.news;
    (news.listed, news.overtaken) = (listed, applied.overtaken);
    (news.people, news.people_total) = people.unknown_people(&club_documents.employees, &upstream.people);
    club.change_refresh(&mut progress.record, RefreshState::Done { at: service.clock.now() }).await?;
    Ok(())
}

/// The listed events that are posted before or after the days of the list, such as events with long windows. Their rows
/// are skipped. A listed event of the table that is not posted and was due before those days is added to `known`.
async fn posted_elsewhere(
    club: Club<'_>,
    rows: &[&PlannedEvent],
    known: &mut BTreeMap<EventRef, KnownEvent>,
) -> Result<BTreeSet<EventRef>, TableError> {
    let unread: Vec<EventRef> =
        rows.iter().map(|row| event_ref(row)).filter(|event| !known.contains_key(event)).collect();
    let mut elsewhere = BTreeSet::new();
    for event in club.events_by_ref(&unread).await? {
        let event_ref = event.body.facts.event_ref;
        if event.body.posted_at.is_some() {
            elsewhere.insert(event_ref);
        } else {
            known.insert(event_ref, KnownEvent { event, posted: None });
        }
    }
    Ok(elsewhere)
}

/// The days that a run may read: the days before today whose schedules count, the horizon, and some days after it.
fn days(club_documents: &ClubDocuments, today: NaiveDate) -> Days {
    let horizon = i64::from(club_documents.settings.planning.horizon_days.unwrap_or(HORIZON_DAYS));
    let (from, to) = (plus_days(today, -DAYS_BACK), plus_days(today, horizon + DAYS_BEYOND));
    Days::new(from, to).unwrap_or(Days::one(today))
}

/// The events of the table that are open, claimed, or posted on these days.
async fn known_events(club: Club<'_>, days: Days) -> Result<BTreeMap<EventRef, KnownEvent>, TableError> {
    let (open, posted) =
        (club.all_open_events(days.from()).await?, club.all_posted_between(days.from(), days.to()).await?);
    let mut posted: BTreeMap<EventRef, _> = posted.into_iter().map(|p| (p.body.event.event_ref, p)).collect();
    let mut known = BTreeMap::new();
    for event in open {
        let event_ref = event.body.facts.event_ref;
        known.insert(event_ref, KnownEvent { posted: posted.remove(&event_ref), event });
    }
    let refs: Vec<EventRef> = posted.keys().copied().collect();
    for event in club.events_by_ref(&refs).await? {
        let event_ref = event.body.facts.event_ref;
        known.insert(event_ref, KnownEvent { posted: posted.remove(&event_ref), event });
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use crossmark::{CredentialError, LoginError};

    use super::*;

    #[test]
    fn only_a_login_that_fails_until_somebody_acts_counts_as_refused() {
        let until = DateTime::UNIX_EPOCH;
        for (login, failure) in [
            (LoginError::Refused { until }, RefreshFailure::LoginRefused),
            (CredentialError::Missing.into(), RefreshFailure::LoginRefused),
            (CredentialError::Forbidden.into(), RefreshFailure::LoginRefused),
            (CredentialError::Unavailable.into(), RefreshFailure::CrossmarkUnreadable),
            (LoginError::Unreachable, RefreshFailure::CrossmarkUnreadable),
            (LoginError::Busy { retry_after: None }, RefreshFailure::CrossmarkUnreadable),
            (LoginError::Failed, RefreshFailure::CrossmarkUnreadable),
        ] {
            let error = RefreshError::Crossmark(ReadError::Login(login));
            assert_eq!(error.failure(), failure, "{error}");
        }
    }
}
