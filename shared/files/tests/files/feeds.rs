//! Calendar feeds, read back by another parser.

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::calendar::read_moment;
use domain::event_type::EventType;
use files::calendar::{EntryStatus, EventTitle, FeedClub, FeedEntry, FeedUid, TeamEntry, club_feed, personal_feed};
use icalendar::parser::{read_calendar, unfold};

use crate::measure::measured;

fn moment(text: &str) -> NaiveDateTime {
    read_moment(text).expect("a moment")
}

fn stamp(text: &str) -> DateTime<Utc> {
    moment(text).and_utc()
}

fn club(zone: &str) -> FeedClub {
    FeedClub { name: "Club 8135".into(), time_zone: zone.parse().expect("a zone") }
}

fn entry(id: &str, start: &str, end: &str) -> FeedEntry {
    FeedEntry {
        uid: FeedUid::new("8135", id),
        sequence: 0,
        title: EventTitle::new(EventType::Core, "619044-LKD-AF-Cherry; Pistachio, Salad"),
        start: moment(start),
        end: moment(end),
        status: EntryStatus::Confirmed,
        modified: stamp("2026-11-20T08:30:00"),
    }
}

/// `DTSTART` and `DTEND` of the only entry, as written.
fn times(zone: &str, start: &str, end: &str) -> (String, String) {
    let feed = personal_feed(&club(zone), &[entry("L1", start, end)]);
    let line = |name: &str| {
        let event = feed.split("BEGIN:VEVENT").nth(1).expect("an event");
        let line = event.lines().find(|line| line.starts_with(name)).expect("a line");
        line.replace(&format!("{name};TZID={zone}:"), "").replace(&format!("{name}:"), "")
    };
    (line("DTSTART"), line("DTEND"))
}

#[test]
fn another_parser_reads_the_latest_version_of_each_entry() {
    let moved = FeedEntry {
        sequence: 2,
        modified: stamp("2026-11-22T09:00:00"),
        ..entry("L1", "2026-11-28T10:45:00", "2026-11-28T17:15:00")
    };
    let gone = FeedEntry {
        status: EntryStatus::Cancelled,
        sequence: 1,
        ..entry("L2", "2026-11-29T10:15:00", "2026-11-29T16:45:00")
    };
    let first = entry("L1", "2026-11-27T10:15:00", "2026-11-27T16:45:00");
    let feed = personal_feed(&club("America/Indiana/Indianapolis"), &[gone.clone(), moved.clone(), first.clone()]);
    assert_eq!(
        feed,
        personal_feed(&club("America/Indiana/Indianapolis"), &[first, gone, moved]),
        "the order of entries does not matter"
    );

    let unfolded = unfold(&feed);
    let calendar = read_calendar(&unfolded).expect("a calendar");
    let property = |name: &str| calendar.properties.iter().find(|p| p.name == name).map(|p| p.val.to_string());
    assert_eq!(property("METHOD").as_deref(), Some("PUBLISH"));
    assert_eq!(property("VERSION").as_deref(), Some("2.0"));
    let zones = calendar.components.iter().filter(|c| c.name == "VTIMEZONE").count();
    assert_eq!(zones, 1);
    let events: Vec<Vec<String>> = calendar
        .components
        .iter()
        .filter(|component| component.name == "VEVENT")
        .map(|event| {
            let names = ["UID", "SEQUENCE", "STATUS", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"];
            names.map(|name| event.find_prop(name).expect(name).val.to_string()).to_vec()
        })
        .collect();
    let expected = [
        [
            "L1.8135@muster",
            "2",
            "CONFIRMED",
            "20261122T090000Z",
            "20261128T104500",
            "20261128T171500",
            "Core: 619044-LKD-AF-Cherry; Pistachio, Salad",
        ],
        [
            "L2.8135@muster",
            "1",
            "CANCELLED",
            "20261120T083000Z",
            "20261129T101500",
            "20261129T164500",
            "Core: 619044-LKD-AF-Cherry; Pistachio, Salad",
        ],
    ];
    assert_eq!(events, expected.map(|event| event.map(str::to_owned).to_vec()));
    assert!(feed.contains("Core: 619044-LKD-AF-Cherry\\; Pistachio\\, Salad"), "texts are escaped");
    assert!(feed.lines().all(|line| line.len() <= 75));
    assert!(feed.split("\r\n").all(|line| !line.contains('\n')), "lines end with CRLF");
}

#[test]
fn only_the_feed_of_a_club_names_people() {
    let line = entry("L1", "2026-11-27T10:15:00", "2026-11-27T16:45:00");
    let own = personal_feed(&club("America/Chicago"), std::slice::from_ref(&line));
    let all = club_feed(&club("America/Chicago"), &[TeamEntry { entry: line, person: "Avery Quill".into() }]);
    assert!(!own.contains("Avery"));
    assert!(all.contains("SUMMARY:Avery Quill: Core: 619044"));
}

#[test]
fn times_around_clock_changes_are_unambiguous_and_entries_keep_their_length() {
    let indianapolis = "America/Indiana/Indianapolis";
    for (zone, start, end, expected) in [
        (indianapolis, "2026-03-07T22:00:00", "2026-03-08T06:00:00", ("20260307T220000", "20260308T060000")),
        // 02:00 to 03:00 is skipped.
        (indianapolis, "2026-03-08T02:30:00", "2026-03-08T09:00:00", ("20260308T033000", "20260308T090000")),
        (indianapolis, "2026-03-08T02:15:00", "2026-03-08T02:45:00", ("20260308T031500", "20260308T034500")),
        (indianapolis, "2026-03-08T02:30:00", "2026-03-08T03:15:00", ("20260308T033000", "20260308T041500")),
        // 01:00 to 02:00 occurs twice; the first one is meant: 05:30 UTC.
        (indianapolis, "2026-11-01T01:30:00", "2026-11-01T08:00:00", ("20261101T053000Z", "20261101T080000")),
        (indianapolis, "2026-10-31T20:00:00", "2026-11-01T01:45:00", ("20261031T200000", "20261101T054500Z")),
        ("America/Phoenix", "2026-03-08T02:30:00", "2026-03-08T09:00:00", ("20260308T023000", "20260308T090000")),
        ("Australia/Lord_Howe", "2026-10-04T02:10:00", "2026-10-04T08:00:00", ("20261004T024000", "20261004T080000")),
        ("UTC", "2026-11-27T10:15:00", "2026-11-27T10:15:00", ("20261127T101500", "20261127T101500")),
    ] {
        assert_eq!(times(zone, start, end), (expected.0.to_owned(), expected.1.to_owned()), "{zone} {start}");
    }
}

#[test]
fn a_feed_has_the_clock_changes_of_its_years() {
    let of_years = |zone: &str, from: &str, to: &str| {
        let feed = personal_feed(&club(zone), &[entry("L1", from, to)]);
        let (_, rest) = feed.split_once("BEGIN:VTIMEZONE\r\n").expect("a zone");
        rest.split_once("END:VTIMEZONE").expect("its end").0.replace("\r\n", "|")
    };
    let zone = |zone: &str| of_years(zone, "2026-03-07T10:00:00", "2026-11-07T16:00:00");
    let standard =
        "BEGIN:STANDARD|DTSTART:20250101T000000|TZOFFSETFROM:+0000|TZOFFSETTO:+0000|TZNAME:UTC|END:STANDARD|";
    let start_of = |text: &str| text.replace("DTSTART:20250101T000000", "DTSTART:20241231T190000");
    assert_eq!(zone("UTC"), format!("TZID:UTC|{standard}"));
    assert_eq!(
        zone("America/New_York"),
        start_of(
            "TZID:America/New_York|\
             BEGIN:STANDARD|DTSTART:20250101T000000|TZOFFSETFROM:-0500|TZOFFSETTO:-0500|TZNAME:EST|END:STANDARD|\
             BEGIN:STANDARD|DTSTART:20251102T020000|TZOFFSETFROM:-0400|TZOFFSETTO:-0500|\
             RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU|TZNAME:EST|END:STANDARD|\
             BEGIN:DAYLIGHT|DTSTART:20250309T020000|TZOFFSETFROM:-0500|TZOFFSETTO:-0400|\
             RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU|TZNAME:EDT|END:DAYLIGHT|"
        )
    );
    let berlin = zone("Europe/Berlin");
    assert!(berlin.contains("DTSTART:20250330T020000|TZOFFSETFROM:+0100|TZOFFSETTO:+0200"), "{berlin}");
    assert!(berlin.contains("BYMONTH=3;BYDAY=-1SU") && berlin.contains("BYMONTH=10;BYDAY=-1SU"), "{berlin}");
    // Ramadan moves through the year, so no yearly rule gives these changes.
    let casablanca = zone("Africa/Casablanca");
    assert!(casablanca.contains("RDATE:") && !casablanca.contains("RRULE"), "{casablanca}");
    // Mexico City no longer changes its clocks. A rule without an end would go on with the changes.
    let mexico = of_years("America/Mexico_City", "2021-03-07T10:00:00", "2024-11-07T16:00:00");
    assert!(mexico.contains("RDATE:") && !mexico.contains("RRULE"), "{mexico}");
}

#[test]
fn a_feed_without_entries_or_with_extreme_times_is_a_valid_calendar() {
    let empty = personal_feed(&club("America/Chicago"), &[]);
    assert!(read_calendar(&unfold(&empty)).is_ok_and(|calendar| calendar.components.is_empty()));
    for at in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
        let odd = FeedEntry { start: at, end: at, ..entry("L1", "2026-03-07T10:00:00", "2026-03-07T16:00:00") };
        assert!(personal_feed(&club("America/Chicago"), &[odd]).ends_with("END:VCALENDAR\r\n"));
    }
}

#[test]
fn a_feed_of_a_year_is_written() {
    let first = moment("2026-01-01T10:15:00");
    let entries: Vec<FeedEntry> = (0..400)
        .map(|n| {
            let start = first + chrono::TimeDelta::hours(n * 22);
            let line = entry(&format!("L{n}"), "2026-01-01T00:00:00", "2026-01-01T00:00:00");
            FeedEntry { start, end: start + chrono::TimeDelta::minutes(390), ..line }
        })
        .collect();
    let club = club("America/Indiana/Indianapolis");
    let (feed, cost) = measured(|| personal_feed(&club, &entries));
    println!("{cost} {} bytes  a feed of 400 entries", feed.len());
    let unfolded = unfold(&feed);
    assert_eq!(read_calendar(&unfolded).expect("a calendar").components.len(), 401);
}
