//! A proposal as text for a person: by day, by person, what is left out and why, and the terms of the score.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::NaiveDateTime;
use domain::answer::{Answer, Flag, Placement, PlacementKind, Status, UnplacedKind, Why};
use domain::calendar::{clock, date_in_words, minute_of};
use domain::club::{Club, Event, cut_for_message};
use domain::rules::SoftName;
use domain::schedule::Schedule;
use domain::snapshot::EventRef;

use crate::console::{self, Paint, Tone};

/// The report of a proposal.
pub fn schedule(club: &Club, schedule: &Schedule, answer: &Answer, paint: Paint) -> String {
    let mut text = String::new();
    head(&mut text, club, answer, paint);
    by_day(&mut text, club, schedule, answer, paint);
    by_person(&mut text, club, answer, paint);
    left_out(&mut text, club, answer, paint);
    line(&mut text, &paint.tone(Tone::Heading, "How the score adds up"));
    text.push_str(&terms(&answer.terms));
    text
}

/// A local time for a person: `Tue 24 Nov 10:15`.
pub fn moment(at: NaiveDateTime) -> String {
    format!("{} {}", date_in_words(at.date()), clock(minute_of(at)))
}

/// A number with its noun: `1 line`, `2 lines`.
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn line(text: &mut String, words: &str) {
    text.push_str(words);
    text.push('\n');
}

/// Points for a person: with separated thousands, and with two decimals unless they are whole.
pub fn points(points: f64) -> String {
    let hundredths = (points * 100.0).round() as i64;
    let (whole, rest) = (hundredths.abs() / 100, hundredths.abs() % 100);
    let digits = whole.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|g| std::str::from_utf8(g).unwrap_or_default()).collect();
    let sign = if hundredths < 0 { "-" } else { "" };
    let tail = if rest == 0 { String::new() } else { format!(".{rest:02}") };
    format!("{sign}{}{tail}", groups.join(","))
}

/// One line for each term.
pub fn terms(terms: &BTreeMap<String, f64>) -> String {
    let mut text = String::new();
    for name in SoftName::ALL {
        if let Some(earned) = terms.get(name.name()) {
            let rule = name.rule();
            _ = writeln!(text, "  {:>12}  {:<20} {} {}", points(*earned), name.name(), rule.id, rule.title);
        }
    }
    text
}

fn head(text: &mut String, club: &Club, answer: &Answer, paint: Paint) {
    let moved = answer.placements.iter().filter(|p| p.kind == PlacementKind::Moved).count();
    let dropped = answer.unplaced.iter().filter(|u| u.kind == UnplacedKind::Dropped).count();
    let candidates = club.candidates().count();
    let placed = answer.placements.len() - moved;
    let heading = format!(
        "Club {} on {}, planned from {} to {}; times are local to the club",
        club.id,
        date_in_words(club.today),
        date_in_words(club.earliest),
        date_in_words(club.horizon_end)
    );
    line(text, &paint.tone(Tone::Heading, &heading));
    let events = count(candidates, "event");
    match club.callout() {
        None => {
            let moved = count(moved, "posted schedule");
            line(text, &format!("{placed} of {events} placed, {moved} moved, {dropped} taken back"));
        }
        Some(callout) => {
            let absent = club.person(callout.absent).shown_name();
            let others = (moved + dropped).saturating_sub(candidates);
            let refilled = answer.placements.iter().filter(|p| is_released(club, p.event_ref)).count();
            let changed = count(others, "schedule");
            line(text, &format!("{refilled} of {events} of {absent} placed, {changed} of others changed"));
        }
    }
    if let Some(kept) = &answer.kept {
        let (days, lines, of) = (kept.days, kept.lines, kept.of);
        line(
            text,
            &format!("Of {of} placements before, {days} are on the same day, {lines} of them with the same person"),
        );
    }
    let gap = answer.bound - answer.score;
    let (tone, proof) = match answer.status {
        Status::NothingToDo => (Tone::Good, "nothing to do".to_owned()),
        Status::Optimal => (Tone::Good, "the best schedule there can be".to_owned()),
        Status::Gap => (Tone::Good, format!("within {} of the best there can be, as asked", share(gap, answer.bound))),
        Status::TimeLimit => (
            Tone::Look,
            format!("within {} of the best there can be, stopped at the time limit", share(gap, answer.bound)),
        ),
    };
    let (bound, gap, time) = (points(answer.bound), points(gap), &answer.timing_ms);
    let ms = time.load + time.build + time.solve + time.extract;
    let score = format!("Score {}: {}", points(answer.score), paint.tone(tone, &proof));
    let seconds = ms as f64 / 1e3;
    line(text, &format!("{score} (bound {bound}, gap {gap}, {seconds:.2} s)\n"));
}

/// Whether a call-out released an event.
fn is_released(club: &Club, event_ref: EventRef) -> bool {
    club.find(event_ref).is_some_and(|e| club.event(e).released().is_some())
}

fn share(gap: f64, bound: f64) -> String {
    if gap.is_finite() && bound.abs() > 0.0 {
        format!("{:.2}%", 100.0 * gap / bound.abs())
    } else {
        "an unknown share".into()
    }
}

fn by_day(text: &mut String, club: &Club, schedule: &Schedule, answer: &Answer, paint: Paint) {
    let mut days: BTreeMap<chrono::NaiveDate, Vec<&Placement>> = BTreeMap::new();
    for placement in &answer.placements {
        days.entry(placement.start.date()).or_default().push(placement);
    }
    line(text, &paint.tone(Tone::Heading, "By day"));
    for (date, mut placements) in days {
        placements.sort_by_key(|p| (p.start, p.block, p.event_ref));
        let core = club.day_of(date).map_or(0, |d| schedule.core_on(d));
        line(
            text,
            &format!(
                "{} {}",
                paint.tone(Tone::Heading, &date_in_words(date)),
                paint.tone(Tone::Aside, &format!("{core} Core, posted ones included"))
            ),
        );
        for placement in placements {
            one_placement(text, club, placement, paint);
        }
    }
    text.push('\n');
}

fn one_placement(text: &mut String, club: &Club, placement: &Placement, paint: Paint) {
    let Some(event) = club.find(placement.event_ref).map(|e| club.event(e)) else { return };
    let block = placement.block.map_or_else(String::new, |b| format!("block {b}"));
    let who = person_name(club, &placement.employee_id.0);
    let mut words =
        format!("  {} {block:<7} {who:<18} {:<17} {}", start_time(placement), event.kind.name(), ref_and_name(event));
    if let Some(from) = &placement.from {
        let was = format!("  was {}, {}", moment(from.start), person_name(club, &from.employee_id.0));
        words.push_str(&paint.tone(Tone::Look, &was));
    }
    line(text, words.trim_end());
    if let Some(why) = &placement.why {
        explain(text, club, why, paint);
    }
}

fn explain(text: &mut String, club: &Club, why: &Why, paint: Paint) {
    let signed = |name: SoftName| {
        let earned = *why.terms.get(name.name())?;
        let sign = if earned > 0.0 { "+" } else { "" };
        Some(format!("{sign}{} {}", points(earned), name.name().replace('_', " ")))
    };
    let earned: Vec<String> = SoftName::ALL.into_iter().filter_map(signed).collect();
    let next = match &why.runner_up {
        None => "every other choice breaks a rule".to_owned(),
        Some(next) => {
            let (who, date) = (person_name(club, &next.employee_id.0), date_in_words(next.date));
            match next.points_lost {
                lost if lost.abs() < 1e-6 => format!("a tie with {who} on {date}"),
                // A run that ended without a proof may have missed a better choice.
                lost => {
                    let unit = if (lost.abs() - 1.0).abs() < 1e-6 { "point" } else { "points" };
                    let than = if lost < 0.0 { "more" } else { "less" };
                    format!("next best {who} on {date}, {} {unit} {than}", points(lost.abs()))
                }
            }
        }
    };
    line(text, &paint.tone(Tone::Aside, &format!("      {}; {next}", earned.join(", "))));
    for flag in &why.flags {
        let words = match flag {
            Flag::RotationAway => "the rotation's person is away",
            Flag::MovesPosted => "moves what people already know",
            Flag::UnusualRole => "is outside the person's usual role",
            Flag::NotPlaced => "is not placed",
        };
        line(text, &format!("      {}", paint.tone(Tone::Look, &format!("look: {words}"))));
    }
}

fn by_person(text: &mut String, club: &Club, answer: &Answer, paint: Paint) {
    line(text, &paint.tone(Tone::Heading, "By person"));
    for person in &club.people {
        let mut own: Vec<&Placement> = answer.placements.iter().filter(|p| p.employee_id == person.id).collect();
        if own.is_empty() {
            continue;
        }
        own.sort_by_key(|p| (p.start, p.event_ref));
        let mut days: BTreeMap<chrono::NaiveDate, Vec<String>> = BTreeMap::new();
        for placement in own {
            let kind = club.find(placement.event_ref).map_or("", |e| club.event(e).kind.name());
            days.entry(placement.start.date()).or_default().push(format!("{kind} {}", start_time(placement)));
        }
        let days: Vec<String> =
            days.into_iter().map(|(date, work)| format!("    {}: {}", date_in_words(date), work.join(", "))).collect();
        let about = format!("{}, {}", person.id, person.title.name());
        line(text, &format!("  {} {}", cut_for_message(&person.name), paint.tone(Tone::Aside, &format!("({about})"))));
        line(text, &days.join("\n"));
    }
    text.push('\n');
}

fn left_out(text: &mut String, club: &Club, answer: &Answer, paint: Paint) {
    if answer.unplaced.is_empty() {
        return;
    }
    line(text, &paint.tone(Tone::Heading, &format!("Left out: {}", count(answer.unplaced.len(), "event"))));
    for unplaced in &answer.unplaced {
        let Some(event) = club.find(unplaced.event_ref).map(|e| club.event(e)) else { continue };
        let kind = match unplaced.kind {
            UnplacedKind::NotPlaced => "",
            UnplacedKind::Dropped => "posted, ",
        };
        let due = date_in_words(event.due);
        line(
            text,
            &format!(
                "  {} {} {}",
                event.kind,
                ref_and_name(event),
                paint.tone(Tone::Aside, &format!("({kind}due {due})"))
            ),
        );
        line(
            text,
            &format!(
                "      {} {}",
                paint.tone(Tone::Look, &unplaced.reason.text),
                paint.tone(Tone::Aside, &unplaced.reason.rules.join(" "))
            ),
        );
    }
    text.push('\n');
}

fn start_time(placement: &Placement) -> String {
    clock(minute_of(placement.start))
}

fn person_name(club: &Club, id: &str) -> String {
    club.find_person(id).map_or_else(|| id.to_owned(), |p| club.person(p).shown_name())
}

/// An event by ref and name.
fn ref_and_name(event: &Event) -> String {
    format!("{} {}", event.event_ref, console::plain(&event.name))
}
