//! Time zones: the `VTIMEZONE` of a feed, and the moments of club-local times around clock changes.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::offset::LocalResult;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::{OffsetComponents, OffsetName, Tz};

use super::text::{Lines, local_text};

/// A feed describes the clock changes of at most this many years before its last year.
const MAX_YEARS: i32 = 50;

/// The years in which clock changes are looked up. A time outside of these years is written as if it were UTC.
const YEARS: RangeInclusive<i32> = 1900..=2200;

/// The years of a feed, extended by one at each end, and limited to the last [`MAX_YEARS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    first: i32,
    last: i32,
}

impl Span {
    /// The span of these moments; `None` without moments.
    pub fn of(moments: impl Iterator<Item = NaiveDateTime>) -> Option<Span> {
        let years: Vec<i32> = moments.map(|at| at.year().clamp(*YEARS.start(), *YEARS.end())).collect();
        let (first, last) = (years.iter().min()?.checked_sub(1)?, years.iter().max()?.checked_add(1)?);
        Some(Span { first: first.max(last.saturating_sub(MAX_YEARS)), last })
    }
}

/// A moment as a feed writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FeedMoment {
    /// Local time of the club.
    Local(NaiveDateTime),
    /// An instant in UTC, because the club's clock shows this time twice, or the year is outside of [`YEARS`].
    Instant(DateTime<Utc>),
}

/// The start and end of an entry. A time that clocks skip is moved later by the length of the gap. A time that occurs
/// twice means its first occurrence. If the end would not be after the start, the entry keeps its length.
pub(super) fn feed_moments(zone: Tz, start: NaiveDateTime, end: NaiveDateTime) -> (FeedMoment, FeedMoment) {
    if [start, end].iter().any(|at| !YEARS.contains(&at.year())) {
        return (FeedMoment::Instant(start.and_utc()), FeedMoment::Instant(end.max(start).and_utc()));
    }
    let begins = instant(zone, start);
    let mut ends = instant(zone, end);
    if ends <= begins {
        let length = (end - start).max(TimeDelta::zero());
        ends = begins.checked_add_signed(length).unwrap_or(begins);
    }
    (feed_moment(zone, begins), feed_moment(zone, ends))
}

/// The instant of a club-local time.
fn instant(zone: Tz, at: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&at) {
        LocalResult::Single(found) | LocalResult::Ambiguous(found, _) => found.to_utc(),
        LocalResult::None => {
            // The offset before the gap, as RFC 5545 section 3.3.5 says.
            let before = at.checked_sub_signed(TimeDelta::days(1)).unwrap_or(at).and_utc();
            at.checked_sub_signed(offset(zone, before)).unwrap_or(at).and_utc()
        }
    }
}

/// An instant as local time, if the club's clock shows that time only once.
fn feed_moment(zone: Tz, instant: DateTime<Utc>) -> FeedMoment {
    let at = instant.with_timezone(&zone).naive_local();
    match zone.from_local_datetime(&at) {
        LocalResult::Single(_) => FeedMoment::Local(at),
        _ => FeedMoment::Instant(instant),
    }
}

/// The offset of the club's clock from UTC.
fn offset(zone: Tz, at: DateTime<Utc>) -> TimeDelta {
    let offset = zone.offset_from_utc_datetime(&at.naive_utc());
    offset.base_utc_offset() + offset.dst_offset()
}

/// The offset of a zone after a clock change: a `STANDARD` or `DAYLIGHT` component.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Observance {
    is_daylight: bool,
    from: TimeDelta,
    to: TimeDelta,
    name: String,
}

/// Writes the zone's `VTIMEZONE` for the years of a feed.
pub(super) fn write(lines: &mut Lines, zone: Tz, span: Span) {
    lines.put("BEGIN", "VTIMEZONE");
    lines.put("TZID", zone.name());
    let begin = midnight(span.first);
    let at_first = observance(zone, begin, offset(zone, begin));
    write_observance(lines, &at_first, &[begin.naive_utc() + offset(zone, begin)], span.last);
    let mut by_observance: BTreeMap<Observance, Vec<NaiveDateTime>> = BTreeMap::new();
    for change in clock_changes(zone, begin, midnight(span.last.saturating_add(1))) {
        let from = offset(zone, change - TimeDelta::seconds(1));
        // RFC 5545 gives the onset in the local time before the change.
        by_observance.entry(observance(zone, change, from)).or_default().push(change.naive_utc() + from);
    }
    for (observance, onsets) in by_observance {
        write_observance(lines, &observance, &onsets, span.last);
    }
    lines.put("END", "VTIMEZONE");
}

fn midnight(year: i32) -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MIN).and_time(NaiveTime::MIN).and_utc()
}

/// The observance that is in effect at an instant. `from` is the offset before it.
fn observance(zone: Tz, at: DateTime<Utc>, from: TimeDelta) -> Observance {
    let offset_at = zone.offset_from_utc_datetime(&at.naive_utc());
    Observance {
        is_daylight: !offset_at.dst_offset().is_zero(),
        from,
        to: offset(zone, at),
        name: offset_at.abbreviation().unwrap_or_default().to_owned(),
    }
}

/// The instants at which the offset or its name changes, with a precision of one second.
fn clock_changes(zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    /// At most one change is expected within this many days.
    const STEP: i64 = 14;
    let state = |at: DateTime<Utc>| {
        let offset = zone.offset_from_utc_datetime(&at.naive_utc());
        (offset.base_utc_offset(), offset.dst_offset(), offset.abbreviation().map(str::to_owned))
    };
    let mut changes = Vec::new();
    let mut at = from;
    while at < to {
        let next = at + TimeDelta::days(STEP);
        if state(at) != state(next) {
            let (mut before, mut after) = (at.timestamp(), next.timestamp());
            while after - before > 1 {
                let middle = before + (after - before) / 2;
                let is_before = DateTime::from_timestamp(middle, 0).is_some_and(|middle| state(middle) == state(at));
                *(if is_before { &mut before } else { &mut after }) = middle;
            }
            changes.extend(DateTime::from_timestamp(after, 0));
        }
        at = next;
    }
    changes
}

fn write_observance(lines: &mut Lines, observance: &Observance, onsets: &[NaiveDateTime], last_year: i32) {
    let Some(first) = onsets.first() else { return };
    let kind = if observance.is_daylight { "DAYLIGHT" } else { "STANDARD" };
    lines.put("BEGIN", kind);
    lines.put("DTSTART", &local_text(*first));
    lines.put("TZOFFSETFROM", &offset_text(observance.from));
    lines.put("TZOFFSETTO", &offset_text(observance.to));
    // A rule has no end, so a zone that no longer changes its clocks in the last year gets a list of dates instead.
    let is_current = onsets.last().is_some_and(|onset| onset.year() == last_year);
    if let Some(rule) = yearly_rule(onsets).filter(|_| is_current) {
        lines.put("RRULE", &rule);
    } else {
        onsets.iter().skip(1).for_each(|onset| lines.put("RDATE", &local_text(*onset)));
    }
    if !observance.name.is_empty() {
        lines.put_text("TZNAME", &observance.name);
    }
    lines.put("END", kind);
}

/// The yearly rule (`RRULE`), without an end, that gives these onsets; `None` if no simple rule does.
fn yearly_rule(onsets: &[NaiveDateTime]) -> Option<String> {
    let (first, rest) = onsets.split_first()?;
    if rest.is_empty() {
        return None;
    }
    let is_regular = onsets.windows(2).all(|pair| {
        (pair[1].year(), pair[1].month(), pair[1].weekday(), pair[1].time())
            == (pair[0].year() + 1, pair[0].month(), pair[0].weekday(), pair[0].time())
    });
    let same = |place: fn(NaiveDate) -> i8| {
        onsets.iter().all(|onset| place(onset.date()) == place(first.date())).then(|| place(first.date()))
    };
    let nth = same(nth_from_start).or_else(|| same(nth_from_end)).filter(|_| is_regular)?;
    Some(format!("FREQ=YEARLY;BYMONTH={};BYDAY={nth}{}", first.month(), two_letters(first.weekday())))
}

/// The position of a date among the same weekdays of its month: 1 is the first.
fn nth_from_start(date: NaiveDate) -> i8 {
    date.day0() as i8 / 7 + 1
}

/// The position of a date among the same weekdays of its month, counted from the end: -1 is the last.
fn nth_from_end(date: NaiveDate) -> i8 {
    let last =
        (1..).take_while(|week| date.checked_add_days(Days::new(week * 7)).map(|d| d.month()) == Some(date.month()));
    -(last.count() as i8) - 1
}

fn two_letters(day: Weekday) -> &'static str {
    ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][day.num_days_from_monday() as usize]
}

/// An offset as a calendar writes it: `-0500`, with seconds only if they are not 0.
fn offset_text(offset: TimeDelta) -> String {
    let seconds = offset.num_seconds();
    let (sign, seconds) = (if seconds < 0 { '-' } else { '+' }, seconds.abs());
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if seconds == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{seconds:02}")
    }
}
