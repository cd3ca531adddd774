//! The days of an event, and what excludes the other days of its window: buffer, horizon, holiday, lock, fixed date, or
//! its partner.

use chrono::NaiveDate;

use domain::calendar::plus_days;
use domain::club::{Closed, Club, DayIx, Event, EventIx};
use domain::event_type::EventType;
use domain::rules::HardName;
use domain::schedule::Schedule;

use super::explanation::{LostDays, NotADay, OnlyDay, Partner};

/// What excludes each day of an event without a valid day.
pub(super) fn of_no_valid_day(club: &Club, e: EventIx) -> Vec<LostDays> {
    let event = club.event(e);
    if own_open_days(club, event).is_empty() && event.released().is_none() {
        return lost_days_of_window(club, event);
    }
    let Some(partner) = event.partner else { return Vec::new() };
    let rule = if event.kind == EventType::Supervisor { HardName::H10 } else { HardName::H11 };
    let of = Partner { event: partner, rule };
    let lost = match club.event(partner).posting().map(|p| p.start.date()) {
        Some(date) => match why_not(club, event, date) {
            Some(why) => LostDays::PartnerDay(of, date, why),
            None => LostDays::PartnerGone(of),
        },
        None => {
            let days = own_open_days(club, club.event(partner));
            let taken = if days.is_empty() { lost_days_of_window(club, club.event(partner)) } else { Vec::new() };
            LostDays::NoCommonDay(of, days, taken)
        }
    };
    vec![lost]
}

/// The days on which an event may be placed now, the reason if there is only one, and what excludes the others.
pub(super) fn remaining_days(schedule: &Schedule, e: EventIx) -> (Vec<DayIx>, OnlyDay, Vec<LostDays>) {
    let club = schedule.club();
    let event = club.event(e);
    let partner = event.partner.filter(|_| event.kind.is_follower());
    let its_day = partner.and_then(|p| schedule.place(p)).map(|p| p.day).filter(|day| event.is_valid_on(*day));
    let is_partner_posted = partner.is_some_and(|p| club.event(p).posting().is_some());
    if let (Some(partner), Some(day)) = (partner, its_day)
        && (is_partner_posted || event.kind == EventType::Supervisor)
    {
        return (vec![day], OnlyDay::Partner(partner), Vec::new());
    }
    let days: Vec<DayIx> = event.valid.iter().map(|v| v.day).collect();
    if is_partner_posted {
        return (days, OnlyDay::Window, Vec::new());
    }
    let mut lost = lost_days_of_window(club, event);
    lost.retain(|lost| !matches!(lost, LostDays::Past(..) | LostDays::Fixed));
    let not_shared: Vec<NaiveDate> =
        own_open_days(club, event).into_iter().filter(|date| days.iter().all(|d| club.day(*d).date != *date)).collect();
    if let Some(partner) = event.partner.filter(|_| !not_shared.is_empty()) {
        lost.push(LostDays::NotThePartners(partner, not_shared));
    }
    let only = if event.fixed && event.start < plus_days(event.due, -1) { OnlyDay::Fixed } else { OnlyDay::Window };
    (days, only, lost)
}

/// The open days of an event's own window. A fixed event has its start date only.
fn own_open_days(club: &Club, event: &Event) -> Vec<NaiveDate> {
    let within = |date| event.start <= date && date < event.due && (!event.fixed || date == event.start);
    club.days.iter().filter(|d| d.open && within(d.date)).map(|d| d.date).collect()
}

/// What excludes days of an event's own window.
fn lost_days_of_window(club: &Club, event: &Event) -> Vec<LostDays> {
    if event.due <= event.start {
        return vec![LostDays::EmptyWindow];
    }
    // A window can be years long. Only the part around the horizon matters.
    let last = plus_days(event.due, -1);
    let (from, to) = if event.fixed { (event.start, event.start) } else { (event.start, last) };
    let mut lost = Vec::new();
    let mut span = |lost_as: fn(NaiveDate, NaiveDate) -> LostDays, first: NaiveDate, end: NaiveDate| {
        if first <= end {
            lost.push(lost_as(first, end));
        }
    };
    span(LostDays::Past, from, to.min(plus_days(club.today, -1)));
    span(LostDays::TooSoon, from.max(club.today), to.min(plus_days(club.earliest, -1)));
    span(LostDays::NotYet, from.max(plus_days(club.horizon_end, 1)), to);
    let closed = |by: Closed| -> Vec<NaiveDate> {
        let days = club.days.iter().filter(|d| d.in_horizon && from <= d.date && d.date <= to);
        days.filter(|d| d.closed == Some(by)).map(|d| d.date).collect()
    };
    let (holidays, locked) = (closed(Closed::Holiday), closed(Closed::Locked));
    if !holidays.is_empty() {
        lost.push(LostDays::Holiday(holidays));
    }
    if !locked.is_empty() {
        lost.push(LostDays::Locked(locked));
    }
    if event.fixed && event.start < last {
        lost.push(LostDays::Fixed);
    }
    lost
}

/// Why a date is not one of an event's own days.
pub(super) fn why_not(club: &Club, event: &Event, date: NaiveDate) -> Option<NotADay> {
    let closed = club.day_of(date).and_then(|d| club.day(d).closed);
    match () {
        () if date < event.start || event.due <= date => Some(NotADay::OutsideWindow),
        () if event.fixed && date != event.start => Some(NotADay::Fixed),
        () if date < club.today => Some(NotADay::Past),
        () if date < club.earliest => Some(NotADay::TooSoon),
        () if date > club.horizon_end => Some(NotADay::NotYet),
        () => closed.map(|closed| match closed {
            Closed::Holiday => NotADay::Holiday,
            Closed::Locked => NotADay::Locked,
        }),
    }
}
