//! Refreshes one club.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use crossmark::{Days, PlannedEvent, ReadError};
use domain::calendar::plus_days;
use domain::snapshot::EventRef;
use runtime::Deadline;
use runtime::messages::RefreshMessage;
use runtime::records::Outcome;
use runtime::telemetry::{self, Metric};
use store::documents::{ClubDocuments, DocumentError};
use store::key::RefreshId;
use store::meter::Meter;
use store::refreshes::{Refresh as Record, RefreshFailure, RefreshPhase, RefreshState};
use store::reports::{LocationTrouble, RefreshReport};
use store::snapshot::DAYS_BACK;
use store::upstream::KnownEvent;
use store::{Club, Stored, TableError};

use crate::Refresh;
use crate::findings::{self, Findings};
use crate::list::{List, event_ref, of_the_club};
use crate::people::People;
use crate::translate::{self, ListedRows};

/// Days after the horizon that are read too, because a window may open before the horizon ends.
const DAYS_BEYOND: i64 = 14;
/// Default horizon in days (rulebook section 8).
const HORIZON_DAYS: u32 = 21;
/// Age that is reported for a club that was never refreshed.
const NEVER: TimeDelta = TimeDelta::days(1);
/// Time that is kept for the end of the invocation.
const SHUTDOWN_RESERVE: Duration = Duration::from_secs(5);

/// Why a club was not refreshed.
#[derive(Debug, thiserror::Error)]
enum RefreshError {
    #[error("there is no such club")]
    NoClub,
    #[error("{}", location_words(.0))]
    Location(LocationTrouble),
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

fn location_words(trouble: &LocationTrouble) -> String {
    match trouble {
        LocationTrouble::Taken(location) => format!("the location {location} is another club's"),
        LocationTrouble::Several(locations) => {
            format!("Crossmark lists {} locations, and it is not known which is the club's", locations.len())
        }
    }
}

impl RefreshError {
    /// The reason as the refresh's record has it.
    fn failure(&self) -> RefreshFailure {
        match self {
            RefreshError::Location(_) => RefreshFailure::Location,
            RefreshError::Crossmark(ReadError::Login(_)) => RefreshFailure::LoginRefused,
            RefreshError::Crossmark(_) => RefreshFailure::CrossmarkUnreadable,
            RefreshError::NoClub | RefreshError::Table(_) => RefreshFailure::Internal,
        }
    }
}

/// Handles one message. If its refresh is over, it changes nothing.
pub(crate) async fn work(service: &Refresh, message: RefreshMessage, deadline: Deadline) -> Outcome {
    let meter = Meter::new();
    let club = service.table.club(&message.club, &meter);
    let id = message.refresh.unwrap_or_else(|| service.new_id());
    let brought = Box::pin(refresh_club(service, club, &id));
    let ended = tokio::time::timeout(deadline.left().saturating_sub(SHUTDOWN_RESERVE), brought).await;
    let outcome = match ended {
        Ok(Ok(())) => Outcome::Done,
        Ok(Err(RefreshError::Table(error))) => Outcome::Failed { why: error.to_string() },
        Ok(Err(RefreshError::NoClub)) => Outcome::GiveUp { reason: RefreshError::NoClub.to_string() },
        // The next tick tries again. Until then the known data stays, and its age is reported.
        Ok(Err(error @ (RefreshError::Crossmark(_) | RefreshError::Location(_)))) => {
            left_as_it_is(service, club, &id, error.failure(), &error.to_string()).await
        }
        Err(_) => {
            let words = "there was no time for all of it";
            left_as_it_is(service, club, &id, RefreshFailure::OutOfTime, words).await
        }
    };
    telemetry::table(&meter);
    outcome
}

/// Records in the refresh's record why it failed. What is known of the club stays.
async fn left_as_it_is(
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
            // Another worker ended it meanwhile.
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

/// The record of a refresh under way. Its phase is recorded only if a person asked for the refresh.
struct Progress<'a> {
    club: Club<'a>,
    record: Stored<Record>,
}

impl Progress<'_> {
    async fn at(&mut self, phase: RefreshPhase) -> Result<(), TableError> {
        if self.record.body.asked.is_some() {
            self.club.change_refresh(&mut self.record, RefreshState::Running { phase }).await?;
        }
        Ok(())
    }
}

/// Reads the table, then Crossmark, then writes the differences. An event whose row cannot be used stays as it is.
async fn refresh_club(service: &Refresh, club: Club<'_>, id: &RefreshId) -> Result<(), RefreshError> {
    let now = service.clock.now();
    let club_documents = club.club_documents().await?;
    let Some(zone) = club_documents.club.as_ref().map(|info| info.time_zone) else { return Err(RefreshError::NoClub) };
    let mut progress = Progress { club, record: club.begin_refresh(id, now).await? };
    if progress.record.body.is_over() {
        return Ok(());
    }
    let age = club_documents.refreshed_at.map_or(NEVER, |at| now.utc() - at.utc());
    telemetry::measure(Metric::EventsAge, age.num_seconds() as f64);
    let today = now.date_in(zone);
    let days = days(&club_documents, today);
    let mut standing = standing(club, days).await?;

    let crossmark = service.crossmark.club(club.id().as_str(), zone);
    progress.at(RefreshPhase::Events).await?;
    let planning = crossmark.planning(days).await?;
    progress.at(RefreshPhase::People).await?;
    let lengths = crossmark.lengths(days).await?;
    let upstream = crossmark.people(days).await?;
    progress.at(RefreshPhase::Writing).await?;

    let known = club_documents.report.as_ref();
    let (version, before) = (known.map(|r| r.version), known.map(|r| r.body.clone()).unwrap_or_default());
    let mut planning = match of_the_club(club, &club_documents, planning).await? {
        Ok(planning) => planning,
        Err(trouble) => {
            let location = Some(trouble);
            club.put_report(version, &RefreshReport { location: location.clone(), ..before }).await?;
            return Err(location.map_or(RefreshError::NoClub, RefreshError::Location));
        }
    };
    let mut findings = Findings::beside(planning.foreign_rows);
    upstream.faults.iter().for_each(|fault| findings.person(fault));
    let people = People::known(&club_documents.employees, &upstream.people);
    let scheduled: BTreeSet<_> = planning.rows.events.iter().filter_map(|row| row.scheduled_employee).collect();
    let people = people.learn(club, &upstream.people, &scheduled, &mut findings).await?;

    planning.mend(&standing);
    let list = List::of(&planning, &lengths, &standing, &mut findings);
    let judged = list.withdrawn(&standing, days, &before, now, &mut findings);
    let unlisted = list.unlisted(&standing, days, today, &judged, &findings);
    let listed = ListedRows::new(&planning.rows.events, &lengths.minutes);
    let elsewhere = posted_elsewhere(club, &list.usable, &mut standing).await?;
    let mut words = Vec::new();
    for row in list.usable.iter().filter(|row| !elsewhere.contains(&event_ref(row))) {
        let read = standing.remove(&event_ref(row));
        words.push(translate::of(row, read, &listed, &people, now));
    }
    let withdrawn = judged.withdrawn.iter().filter_map(|event| standing.remove(event));
    words.extend(withdrawn.map(KnownEvent::withdrawn));
    let unlisted = unlisted.iter().filter_map(|event| standing.remove(event));
    words.extend(unlisted.map(|read| read.unlisted(now)));
    let followed = club.apply_refresh(&words, &mut progress.record).await?;
    for (event, trouble) in &followed.unusable {
        findings.event(*event, *trouble);
    }

    let report = findings.report(&before, now, judged.doubt);
    findings::tell(club.id(), &report);
    if report != before {
        // If another refresh or a person was faster, their report is as good; the next refresh writes a new one.
        club.put_report(version, &report).await?;
    }
    club.refreshed(now).await?;
    let listed = planning.rows.events.len();
    for (what, so_many) in
        [("events.listed", listed), ("events.written", followed.written), ("events.left", followed.overtaken)]
    {
        telemetry::count(what, so_many);
    }
    let news = &mut progress.record.body.news;
    (news.listed, news.overtaken) = (listed, followed.overtaken);
    news.people = people.unknown(&club_documents.employees, &upstream.people);
    club.change_refresh(&mut progress.record, RefreshState::Done { at: service.clock.now() }).await?;
    Ok(())
}

/// The listed events that are posted before or after these days, such as events with long windows. Their rows are
/// skipped. A listed event that nobody has and that was due before these days is added to `standing`.
async fn posted_elsewhere(
    club: Club<'_>,
    rows: &[&PlannedEvent],
    standing: &mut BTreeMap<EventRef, KnownEvent>,
) -> Result<BTreeSet<EventRef>, TableError> {
    let unread: Vec<EventRef> =
        rows.iter().map(|row| event_ref(row)).filter(|event| !standing.contains_key(event)).collect();
    let mut elsewhere = BTreeSet::new();
    for event in club.events_by_ref(&unread).await? {
        let event_ref = event.body.facts.event_ref;
        if event.body.posted_at.is_some() {
            elsewhere.insert(event_ref);
        } else {
            standing.insert(event_ref, KnownEvent { event, posted: None });
        }
    }
    Ok(elsewhere)
}

/// The days that a run may read: those before today whose schedules count, the horizon, and some days after it.
fn days(club_documents: &ClubDocuments, today: NaiveDate) -> Days {
    let horizon = i64::from(club_documents.settings.planning.horizon_days.unwrap_or(HORIZON_DAYS));
    let (from, to) = (plus_days(today, -DAYS_BACK), plus_days(today, horizon + DAYS_BEYOND));
    Days::new(from, to).unwrap_or(Days::one(today))
}

/// Every event that the table has open, claimed or posted on these days.
async fn standing(club: Club<'_>, days: Days) -> Result<BTreeMap<EventRef, KnownEvent>, TableError> {
    let (open, posted) =
        (club.all_open_events(days.from()).await?, club.all_posted_between(days.from(), days.to()).await?);
    let mut posted: BTreeMap<EventRef, _> = posted.into_iter().map(|p| (p.body.event.event_ref, p)).collect();
    let mut standing = BTreeMap::new();
    for event in open {
        let event_ref = event.body.facts.event_ref;
        standing.insert(event_ref, KnownEvent { posted: posted.remove(&event_ref), event });
    }
    let refs: Vec<EventRef> = posted.keys().copied().collect();
    for event in club.events_by_ref(&refs).await? {
        let event_ref = event.body.facts.event_ref;
        standing.insert(event_ref, KnownEvent { posted: posted.remove(&event_ref), event });
    }
    Ok(standing)
}
