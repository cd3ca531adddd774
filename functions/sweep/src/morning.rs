//! The morning message of a club. It is sent once a day, if the night has no proposal, Crossmark's list is doubted, an event
//! without a person is due soon, a line was too late to be sent, or there is a new critical finding about posted schedules.
//! The health of the posted schedules is recorded every morning.
//!
//! The message is sent before it is recorded: a sweep that is lost in between causes a second message, which is better
//! than none.

use std::fmt::Write as _;

use chrono::NaiveDate;
use desk::DeskError;
use desk::validation::{PostedSchedules, WeekFindings};
use domain::calendar::plus_days;
use domain::snapshot::{EventFacts, EventRef};
use domain::standing::{Finding, Severity};
use store::TableError;
use store::documents::ClubListing;
use store::events::Place;
use store::health::{MorningHealth, WeekHealth};
use store::reports::ListDoubt;
use store::states::{Cause, RunState};

use crate::ClubSweep;
use crate::nights::{self, Morning};

/// An event without a person is reported if it is due within this many days.
const SOON_DAYS: i64 = 2;
/// Maximum age in days of the last record of health that is compared.
const MAX_RECORD_AGE: i64 = 14;
/// Maximum number of events, or of findings, that a section names.
const MAX_NAMED: usize = 20;

#[derive(Debug, PartialEq, Eq)]
struct MorningMessage {
    subject: String,
    text: String,
}

/// Whether the nightly run has succeeded.
enum Night {
    Succeeded,
    /// There is no proposal, for this reason.
    Missing(String),
}

impl ClubSweep<'_> {
    /// Records the health of the posted schedules once a morning, and sends the message if there is something to report
    /// and a topic for notices.
    pub(crate) async fn send_morning_message(&mut self, listing: &ClubListing) {
        let Some(morning) = nights::morning(listing, self.now) else { return };
        if listing.last_morning_message >= Some(morning.date) {
            return;
        }
        let message = match self.morning_message(listing, morning).await {
            Ok(message) => message,
            Err(error) => return self.log_failure("writing the morning message", &error),
        };
        if let (Some(MorningMessage { subject, text }), Some(notices)) = (message, self.notices) {
            if let Err(error) = notices.publish(&subject, &text).await {
                return self.log_failure("sending the morning message", &error);
            }
            self.swept.morning_messages_sent += 1;
        }
        if let Err(error) = self.club.record_morning_message(morning.date).await {
            self.log_failure("recording the morning message", &error);
        }
    }

    /// The message of a morning; `None` if there is nothing to report. Records the health of the posted schedules.
    async fn morning_message(
        &mut self,
        listing: &ClubListing,
        Morning { date, night }: Morning,
    ) -> Result<Option<MorningMessage>, TableError> {
        let has_succeeded = listing.last_automatic >= Some(night);
        let night = if has_succeeded { Night::Succeeded } else { self.missing_night(night).await? };
        let without_person = self.club.events_due_within(date, SOON_DAYS).await?;
        let report = self.club.refresh_report().await?;
        let doubt = report.as_ref().and_then(|report| report.body.open_doubt());
        let late = self.too_late_events().await?;
        let critical = self.new_critical_findings(date, &without_person).await;
        Ok(message(listing, date, &night, doubt, &without_person, &late, &critical))
    }

    /// Records the health of the posted schedules this morning. Returns the texts of the critical findings that are not in
    /// the last record, without those about events in `without_person`, which have a section of their own. If this fails,
    /// the message is sent without findings.
    async fn new_critical_findings(&mut self, date: NaiveDate, without_person: &[EventFacts]) -> Vec<String> {
        let is_reported = |event: &EventRef| without_person.iter().any(|facts| facts.event_ref == *event);
        let is_repeated = |finding: &Finding| !finding.refs.is_empty() && finding.refs.iter().all(is_reported);
        match self.record_health(date).await {
            Ok(new) => new.into_iter().filter(|finding| !is_repeated(finding)).map(|finding| finding.text).collect(),
            Err(error) => {
                self.log_failure("the health of the posted schedules", &error);
                Vec::new()
            }
        }
    }

    /// Records the health of this week and the next. Returns the critical findings that are not in the last record.
    async fn record_health(&self, date: NaiveDate) -> Result<Vec<Finding>, DeskError> {
        let posted = PostedSchedules::load(self.club, self.now).await?;
        let weeks = [posted.week(date), posted.week(plus_days(date, 7))];
        let of_week = |week: &WeekFindings| WeekHealth {
            sunday: week.sunday,
            points: week.faults.health().points(),
            critical: week.faults.critical,
            warnings: week.faults.warnings,
            schedules: week.schedules as u32,
        };
        let critical: Vec<&Finding> = weeks
            .iter()
            .flat_map(|week| &week.findings)
            .filter(|found| found.ignored.is_none() && found.finding.severity == Severity::Critical)
            .map(|found| &found.finding)
            .collect();
        let (from, to) = (plus_days(date, -MAX_RECORD_AGE), plus_days(date, -1));
        let known = self.club.health_between(from, to).await?.pop().map(|last| last.critical).unwrap_or_default();
        let health = MorningHealth {
            date,
            at: self.now,
            weeks: weeks.iter().map(of_week).collect(),
            critical: critical.iter().map(|finding| finding.id.clone()).collect(),
        };
        self.club.put_health(&health).await?;
        Ok(critical.into_iter().filter(|finding| !known.contains(&finding.id)).cloned().collect())
    }

    /// The events whose lines were too late to be sent, and about which nobody has decided since.
    async fn too_late_events(&self) -> Result<Vec<(EventFacts, Option<Place>)>, TableError> {
        let claims = self.club.claims().await?.into_iter();
        let late = claims.filter(|(_, claim)| claim.cause == Some(Cause::TooLate));
        Ok(late.map(|(facts, claim)| (facts, claim.place)).collect())
    }

    /// Why there is no proposal of the night of this date.
    async fn missing_night(&self, date: NaiveDate) -> Result<Night, TableError> {
        let Some(night) = self.club.night(date).await? else {
            return Ok(Night::Missing("It was never begun.".to_owned()));
        };
        let tries = night.body.tries;
        let last = self.club.run(&night.body.run).await?.map(|run| run.body.state);
        Ok(Night::Missing(match last.as_deref() {
            Some(RunState::Failed { words, .. }) => format!("Tries: {tries}. The last one failed: {words}"),
            Some(RunState::Queued { .. } | RunState::Running { .. }) => {
                format!("Tries: {tries}. The last one is queued or running.")
            }
            _ => format!("Tries: {tries}. The last one was lost."),
        }))
    }
}

/// The subject and the text of the message; `None` if there is nothing to report.
fn message(
    listing: &ClubListing,
    date: NaiveDate,
    night: &Night,
    doubt: Option<&ListDoubt>,
    without_person: &[EventFacts],
    late: &[(EventFacts, Option<Place>)],
    critical: &[String],
) -> Option<MorningMessage> {
    let mut topics = Vec::new();
    let mut text = format!("Club {}, {}.\n", listing.id, date.format("%A %-d %B %Y"));
    if let Night::Missing(words) = night {
        topics.push("no proposal this night".to_owned());
        _ = write!(
            text,
            "\nThis night brought no proposal. {words}\nThe last proposal stays usable; Today offers to run again.\n"
        );
    }
    if let Some(ListDoubt { gone, open, .. }) = doubt {
        topics.push("Crossmark's list is doubted".to_owned());
        _ = write!(
            text,
            "\nCrossmark's list lacks {} of {open} open events at once, so none was withdrawn.\nThe next hour's list \
             decides; on Today you can say that this one is right.\n",
            gone.len()
        );
    }
    if !without_person.is_empty() {
        let events = if without_person.len() == 1 { "event" } else { "events" };
        topics.push(format!("{} {events} due within {SOON_DAYS} days without a person", without_person.len()));
        _ = write!(text, "\nDue within {SOON_DAYS} days without a person:\n");
        for facts in without_person.iter().take(MAX_NAMED) {
            let EventFacts { event_ref, name, due, .. } = facts;
            _ = writeln!(text, "- {event_ref}, {name}, due {}", due.format("%a %-d %b, %-I:%M %P"));
        }
        if without_person.len() > MAX_NAMED {
            _ = writeln!(text, "and {} more", without_person.len() - MAX_NAMED);
        }
    }
    if !late.is_empty() {
        let lines = if late.len() == 1 { "line" } else { "lines" };
        topics.push(format!("{} {lines} too late to send", late.len()));
        _ = write!(text, "\nToo late to send. Crossmark does not have them; see Submissions:\n");
        for (facts, place) in late.iter().take(MAX_NAMED) {
            let EventFacts { event_ref, name, .. } = facts;
            _ = match place {
                Some(place) => writeln!(text, "- {event_ref}, {name}, {}", place.start.format("%a %-d %b, %-I:%M %P")),
                None => writeln!(text, "- {event_ref}, {name}, to be taken back"),
            };
        }
        if late.len() > MAX_NAMED {
            _ = writeln!(text, "and {} more", late.len() - MAX_NAMED);
        }
    }
    if !critical.is_empty() {
        let findings = if critical.len() == 1 { "finding" } else { "findings" };
        topics.push(format!("{} critical {findings}", critical.len()));
        _ = write!(
            text,
            "\nNew critical findings about posted schedules since the last morning; the page Fix has ways out:\n"
        );
        for finding in critical.iter().take(MAX_NAMED) {
            _ = writeln!(text, "- {finding}");
        }
        if critical.len() > MAX_NAMED {
            _ = writeln!(text, "and {} more", critical.len() - MAX_NAMED);
        }
    }
    (!topics.is_empty()).then(|| MorningMessage {
        subject: format!("Muster, club {}, {}: {}", listing.id, date.format("%a %-d %b"), topics.join("; ")),
        text,
    })
}
