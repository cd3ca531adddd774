//! Calendar feeds (iCalendar, RFC 5545) to which people subscribe with a calendar program.
//!
//! A feed has the latest version of every entry that the caller passes. The caller passes an entry that no longer takes
//! place with the status `CANCELLED`, so that calendars remove it. The same entries give the same bytes; no clock is read.

mod text;
mod zone;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use domain::event_type::EventType;

use text::Lines;

/// The id of an entry in every calendar. It never changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FeedUid(String);

impl FeedUid {
    /// The id of an entry of a club. `entry_id` must stay the same when the schedule moves.
    pub fn new(club_id: &str, entry_id: &str) -> FeedUid {
        FeedUid(format!("{entry_id}.{club_id}@muster"))
    }

    /// The id as it is written in a feed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The title of an entry. It is made of an event's type and project name only, so it never names a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventTitle(String);

impl EventTitle {
    /// The title for a type and a project name: `Core: 619044-LKD-AF-Cherry Salad`.
    pub fn new(kind: EventType, project: &str) -> EventTitle {
        EventTitle(format!("{kind}: {}", project.trim()))
    }
}

/// The status of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryStatus {
    /// The entry takes place.
    Confirmed,
    /// The entry no longer takes place. Calendars remove it.
    Cancelled,
}

/// An accepted schedule. It has no field for a person's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedEntry {
    /// The id of the entry.
    pub uid: FeedUid,
    /// How often the entry was changed. A calendar may ignore a change without a higher number.
    pub sequence: u32,
    /// The title.
    pub title: EventTitle,
    /// When the schedule starts, club-local.
    pub start: NaiveDateTime,
    /// When the schedule ends, club-local.
    pub end: NaiveDateTime,
    /// The status.
    pub status: EntryStatus,
    /// When this version of the entry was first published.
    pub modified: DateTime<Utc>,
}

/// The data of a club in a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedClub {
    /// The name of the club, which is also the name of the calendar and the location of the entries.
    pub name: String,
    /// The time zone of all times.
    pub time_zone: Tz,
}

/// The feed of one person: their own entries. It cannot contain a person's name, because no field of an entry has one.
pub fn personal_feed(club: &FeedClub, entries: &[FeedEntry]) -> String {
    let entries: Vec<(&FeedEntry, Option<&str>)> = entries.iter().map(|entry| (entry, None)).collect();
    write(club, &entries)
}

/// An entry of a club's feed: a schedule and its person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamEntry {
    /// The schedule.
    pub entry: FeedEntry,
    /// The name of the person who works it.
    pub person: String,
}

/// The feed of a whole club, for its managers.
pub fn club_feed(club: &FeedClub, entries: &[TeamEntry]) -> String {
    let entries: Vec<(&FeedEntry, Option<&str>)> =
        entries.iter().map(|team| (&team.entry, Some(team.person.as_str()))).collect();
    write(club, &entries)
}

/// The text of a calendar. An entry with a person has the person's name in its title.
fn write(club: &FeedClub, entries: &[(&FeedEntry, Option<&str>)]) -> String {
    let entries = latest(entries);
    let mut lines = Lines::default();
    lines.put("BEGIN", "VCALENDAR");
    lines.put("VERSION", "2.0");
    lines.put("PRODID", "-//Muster//Schedules//EN");
    lines.put("CALSCALE", "GREGORIAN");
    lines.put("METHOD", "PUBLISH");
    lines.put_text("X-WR-CALNAME", &club.name);
    lines.put("X-WR-TIMEZONE", club.time_zone.name());
    lines.put("REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
    lines.put("X-PUBLISHED-TTL", "PT1H");
    let moments = entries.iter().flat_map(|(entry, _)| [entry.start, entry.end]);
    if let Some(span) = zone::Span::of(moments) {
        zone::write(&mut lines, club.time_zone, span);
    }
    for (entry, person) in entries {
        write_entry(&mut lines, club, entry, person);
    }
    lines.put("END", "VCALENDAR");
    lines.finish()
}

/// The latest version of each entry (by sequence, then by `modified`), in order of start and id.
fn latest<'e>(entries: &[(&'e FeedEntry, Option<&'e str>)]) -> Vec<(&'e FeedEntry, Option<&'e str>)> {
    let mut by_uid: BTreeMap<&FeedUid, (&FeedEntry, Option<&str>)> = BTreeMap::new();
    for (entry, person) in entries {
        let latest = by_uid.entry(&entry.uid).or_insert((entry, *person));
        if (entry.sequence, entry.modified) > (latest.0.sequence, latest.0.modified) {
            *latest = (entry, *person);
        }
    }
    let mut latest: Vec<_> = by_uid.into_values().collect();
    latest.sort_by(|(a, _), (b, _)| (a.start, &a.uid).cmp(&(b.start, &b.uid)));
    latest
}

fn write_entry(lines: &mut Lines, club: &FeedClub, entry: &FeedEntry, person: Option<&str>) {
    let stamp = entry.modified.format("%Y%m%dT%H%M%SZ").to_string();
    let (start, end) = zone::feed_moments(club.time_zone, entry.start, entry.end);
    let title = match person {
        Some(person) => format!("{person}: {}", entry.title.0),
        None => entry.title.0.clone(),
    };
    lines.put("BEGIN", "VEVENT");
    lines.put_text("UID", entry.uid.as_str());
    lines.put("SEQUENCE", &entry.sequence.to_string());
    lines.put("DTSTAMP", &stamp);
    lines.put("LAST-MODIFIED", &stamp);
    lines.put_moment("DTSTART", start, club.time_zone);
    lines.put_moment("DTEND", end, club.time_zone);
    lines.put_text("SUMMARY", &title);
    lines.put_text("LOCATION", &club.name);
    lines.put(
        "STATUS",
        match entry.status {
            EntryStatus::Confirmed => "CONFIRMED",
            EntryStatus::Cancelled => "CANCELLED",
        },
    );
    lines.put(
        "TRANSP",
        match entry.status {
            EntryStatus::Confirmed => "OPAQUE",
            EntryStatus::Cancelled => "TRANSPARENT",
        },
    );
    lines.put("END", "VEVENT");
}
