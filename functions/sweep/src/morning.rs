//! The morning message: once a day, if a club's night has no proposal, Crossmark's list is doubted, an event without a
//! person is due soon, a line was too late to be sent, or there is a new critical finding about posted schedules. If
//! all is well, there is none. The health of the posted schedules is recorded with it.
//!
//! It is sent first and recorded then: a sweep that is lost in between causes a second message, which is better than
//! none.

use std::fmt::Write as _;

use chrono::NaiveDate;
use desk::DeskError;
use desk::validation::{Posted, Week};
use domain::calendar::plus_days;
use domain::snapshot::EventFacts;
use domain::standing::{Finding, Severity};
use store::TableError;
use store::documents::ClubListing;
use store::events::Place;
use store::health::{MorningHealth, WeekHealth};
use store::reports::ListDoubt;
use store::states::{Cause, RunState};

use crate::{ClubSweep, nights};

/// Days within which a due event is reported.
const SOON_DAYS: i64 = 2;
/// Maximum days to look back for the last record.
const LAST_DAYS: i64 = 14;
/// Maximum events that are named.
const NAMED: usize = 20;

/// The content of the message.
#[derive(Debug, PartialEq, Eq)]
struct Message {
    subject: String,
    text: String,
}

/// The night's result if there is no proposal.
enum Night {
    Fine,
    /// The explanation.
    Missing(String),
}

impl ClubSweep<'_> {
    /// Sends the morning message if the morning has come and it was not sent yet. If there is no topic for notices,
    /// only the health of the posted schedules is recorded.
    pub(crate) async fn send_morning_message(&mut self, listing: &ClubListing) {
        let Some(date) = nights::morning(listing, self.now) else { return };
        if listing.last_told >= Some(date) {
            return;
        }
        let message = match self.morning_message(listing, date).await {
            Ok(message) => message,
            Err(error) => return self.failed("the morning", &error),
        };
        if let (Some(Message { subject, text }), Some(notices)) = (message, self.notices) {
            if let Err(error) = notices.publish(&subject, &text).await {
                return self.failed("the morning message", &error);
            }
            self.swept.mornings_told += 1;
        }
        if let Err(error) = self.club.record_morning_message(date).await {
            self.failed("the morning", &error);
        }
    }

    async fn morning_message(&mut self, listing: &ClubListing, date: NaiveDate) -> Result<Option<Message>, TableError> {
        let night = if listing.last_automatic >= Some(date) { Night::Fine } else { self.missing_night(date).await? };
        let nobody = self.club.events_due_within(date, SOON_DAYS).await?;
        let report = self.club.refresh_report().await?;
        let doubt = report.as_ref().and_then(|report| report.body.open_doubt());
        let late = self.too_late().await?;
        let critical = self.new_critical(date, &nobody).await;
        Ok(message(listing, date, &night, doubt, &nobody, &late, &critical))
    }

    /// Records the health of the posted schedules this morning, and returns the texts of the critical findings that are
    /// not in the last record. If that fails, the message is sent without them.
    async fn new_critical(&mut self, date: NaiveDate, told: &[EventFacts]) -> Vec<String> {
        // Events that are due without a person have a section of their own.
        let is_told = |finding: &Finding| {
            let events = &finding.refs;
            !events.is_empty() && events.iter().all(|event| told.iter().any(|facts| facts.event_ref == *event))
        };
        match self.record_health(date).await {
            Ok(new) => new.into_iter().filter(|finding| !is_told(finding)).map(|finding| finding.text).collect(),
            Err(error) => {
                self.failed("how well what is posted stands", &error);
                Vec::new()
            }
        }
    }

    async fn record_health(&self, date: NaiveDate) -> Result<Vec<Finding>, DeskError> {
        let posted = Posted::load(self.club, self.now).await?;
        let weeks = [posted.week(date), posted.week(plus_days(date, 7))];
        let of_week = |week: &Week| WeekHealth {
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
        let (from, to) = (plus_days(date, -LAST_DAYS), plus_days(date, -1));
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
    async fn too_late(&self) -> Result<Vec<(EventFacts, Option<Place>)>, TableError> {
        let claims = self.club.claims().await?.into_iter();
        let late = claims.filter(|(_, claim)| claim.cause == Some(Cause::TooLate));
        Ok(late.map(|(facts, claim)| (facts, claim.place)).collect())
    }

    async fn missing_night(&self, date: NaiveDate) -> Result<Night, TableError> {
        let Some(night) = self.club.night(date).await? else {
            return Ok(Night::Missing("It was never begun.".to_owned()));
        };
        let tries = night.body.tries;
        let last = self.club.run(&night.body.run).await?.map(|run| run.body.state);
        Ok(Night::Missing(match last.as_deref() {
            Some(RunState::Failed { words, .. }) => format!("Tries: {tries}. The last one failed: {words}"),
            Some(RunState::Queued { .. } | RunState::Running { .. }) => {
                format!("Tries: {tries}. The last one still works.")
            }
            _ => format!("Tries: {tries}. The last one was lost."),
        }))
    }
}

/// The text of the message; `None` if there is nothing to report.
fn message(
    listing: &ClubListing,
    date: NaiveDate,
    night: &Night,
    doubt: Option<&ListDoubt>,
    nobody: &[EventFacts],
    late: &[(EventFacts, Option<Place>)],
    critical: &[String],
) -> Option<Message> {
    let mut matters = Vec::new();
    let mut text = format!("Club {}, {}.\n", listing.id, date.format("%A %-d %B %Y"));
    if let Night::Missing(words) = night {
        matters.push("no proposal this night".to_owned());
        _ = write!(
            text,
            "\nThis night brought no proposal. {words}\nThe last proposal stays usable; Today offers to run again.\n"
        );
    }
    if let Some(ListDoubt { gone, open, .. }) = doubt {
        matters.push("Crossmark's list is doubted".to_owned());
        _ = write!(
            text,
            "\nCrossmark's list lacks {} of {open} open events at once, so none was withdrawn.\nThe next hour's list \
             decides; on Today you can say that this one is right.\n",
            gone.len()
        );
    }
    if !nobody.is_empty() {
        let events = if nobody.len() == 1 { "event" } else { "events" };
        matters.push(format!("{} {events} due within {SOON_DAYS} days with nobody", nobody.len()));
        _ = write!(text, "\nDue within {SOON_DAYS} days, and nobody is to work them:\n");
        for facts in nobody.iter().take(NAMED) {
            let EventFacts { event_ref, name, due, .. } = facts;
            _ = writeln!(text, "- {event_ref}, {name}, due {}", due.format("%a %-d %b, %-I:%M %P"));
        }
        if nobody.len() > NAMED {
            _ = writeln!(text, "and {} more", nobody.len() - NAMED);
        }
    }
    if !late.is_empty() {
        let lines = if late.len() == 1 { "line" } else { "lines" };
        matters.push(format!("{} {lines} too late to send", late.len()));
        _ = write!(text, "\nToo late to send, so that Crossmark does not have them; Submissions says more:\n");
        for (facts, place) in late.iter().take(NAMED) {
            let EventFacts { event_ref, name, .. } = facts;
            _ = match place {
                Some(place) => writeln!(text, "- {event_ref}, {name}, {}", place.start.format("%a %-d %b, %-I:%M %P")),
                None => writeln!(text, "- {event_ref}, {name}, to be taken back"),
            };
        }
        if late.len() > NAMED {
            _ = writeln!(text, "and {} more", late.len() - NAMED);
        }
    }
    if !critical.is_empty() {
        let findings = if critical.len() == 1 { "finding" } else { "findings" };
        matters.push(format!("{} critical {findings}", critical.len()));
        _ = write!(
            text,
            "\nCritical about what is posted, and new since the last morning; the page Fix has ways out:\n"
        );
        for finding in critical.iter().take(NAMED) {
            _ = writeln!(text, "- {finding}");
        }
        if critical.len() > NAMED {
            _ = writeln!(text, "and {} more", critical.len() - NAMED);
        }
    }
    (!matters.is_empty()).then(|| Message {
        subject: format!("Muster, club {}, {}: {}", listing.id, date.format("%a %-d %b"), matters.join("; ")),
        text,
    })
}
