//! The text of an [`Explanation`]: at most two sentences, with the obstacles and the cheapest exchange. The text calls
//! the event itself "it" and names only other events.

use domain::answer::{Reason, Status};
use domain::calendar::{date_in_words, days_between, time_in_words};
use domain::checker::Terms;
use domain::club::{Away, Club, Event, EventIx};
use domain::event_type::EventType;
use domain::rules::{HardName, SoftName, h04, h05, h09};

use super::coverage::{Coverage, TimeUnit};
use super::explanation::{
    BestPlace, Exchange, Explanation, LostDays, NotADay, NotTaken, Obstacle, ObstacleKind, OnlyDay, ReasonCode,
    UnitPart, WeekLimit,
};
use super::phrases::{dates_or_count, join_words, length, number, points_in_words, rounded, span_is};

impl Explanation {
    /// The reason for an answer.
    pub fn reason(&self, club: &Club) -> Reason {
        Reason { code: self.code.name(), text: self.text(club), rules: self.rules() }
    }

    /// The rules behind the reason.
    fn rules(&self) -> Vec<&'static str> {
        let mut rules: Vec<&'static str> = match self.code {
            ReasonCode::NoValidDay => {
                vec![self.lost.iter().map(rule_of_lost).find(|rule| *rule != HardName::H1).unwrap_or(HardName::H1).id()]
            }
            ReasonCode::NobodyMayWork => vec![HardName::H2.id()],
            ReasonCode::DroppedForBetter => vec![SoftName::Bump.rule().id],
            ReasonCode::DroppedWithCore => vec![HardName::H10.id(), HardName::H15.id()],
            _ => Vec::new(),
        };
        rules.extend(self.obstacles.iter().flat_map(|g| &g.rules).map(|rule| rule.id()));
        rules.extend(self.best_place.iter().flat_map(|best| costs(&best.terms)).map(|(rule, ..)| rule));
        let mut seen = std::collections::BTreeSet::new();
        rules.retain(|rule| seen.insert(*rule));
        rules
    }

    fn text(&self, club: &Club) -> String {
        let event = club.event(self.search.event);
        let mut clauses: Vec<String> = self.obstacles.iter().map(|g| obstacle_clause(club, self, g)).collect();
        clauses.extend(self.best_place.iter().map(|best| score_effect(club, self, best)));
        clauses.extend(self.lost.iter().map(|g| lost_days_clause(club, self.search.event, g)));
        if self.code == ReasonCode::NobodyMayWork {
            clauses.push(format!("nobody in the club may work {}", event.kind_in_words()));
        }
        self.name_days_once(club, &mut clauses);
        if self.must_add_fixed_date() {
            clauses.push(format!("it is fixed to {}", date_in_words(event.start)));
        }
        let start = match self.code {
            _ if self.search.for_survey => format!("its {} has no place: ", event.title()),
            ReasonCode::NoValidDay => "no valid day: ".into(),
            ReasonCode::DroppedForBetter if self.best_place.is_none() => "taken back to make room: ".into(),
            _ => String::new(),
        };
        let nearest = self.nearest.as_ref().map(|n| exchange_sentence(club, self, n)).unwrap_or_default();
        format!("{start}{}{nearest}", clauses.join("; "))
    }

    /// Names the days in the first clause that is about all days, and refers to them in the later ones.
    fn name_days_once(&self, club: &Club, clauses: &mut [String]) {
        let all = Coverage::new(club, &self.search).when(&self.search.days, TimeUnit::Day);
        let again = if self.search.days.len() == 1 { "that day" } else { "on each of them" };
        let with_days = clauses.iter_mut().filter(|clause| clause.contains(&all));
        for clause in with_days.skip(1) {
            *clause = clause.replacen(&all, again, 1);
        }
    }

    /// Whether no clause names the days, so that the fixed date needs a clause of its own.
    fn must_add_fixed_date(&self) -> bool {
        let is_without_days =
            |g: &Obstacle| matches!(g.kind, ObstacleKind::Partner | ObstacleKind::TooLong(_) | ObstacleKind::Week(_));
        let is_fixed = self.search.only_day == OnlyDay::Fixed;
        is_fixed && !self.obstacles.is_empty() && self.obstacles.iter().all(is_without_days)
    }
}

fn rule_of_lost(lost: &LostDays) -> HardName {
    match lost {
        LostDays::PartnerDay(of, ..) | LostDays::PartnerGone(of) | LostDays::NoCommonDay(of, ..) => of.rule,
        _ => HardName::H1,
    }
}

fn have(plural: bool) -> &'static str {
    if plural { "have" } else { "has" }
}

/// One obstacle as a clause.
fn obstacle_clause(club: &Club, explanation: &Explanation, obstacle: &Obstacle) -> String {
    let coverage = Coverage::new(club, &explanation.search);
    let event = club.event(explanation.search.event);
    // The people are the subject. Only the first clause has the verb.
    let subject = |unit: TimeUnit, verb: &dyn Fn(bool) -> String| {
        let parts = coverage.describe(obstacle.places(), unit);
        let clauses = parts.iter().enumerate().map(|(i, part)| match i {
            0 => format!("{} {} {}", part.who, verb(part.plural), part.when),
            _ => format!("{} {}", part.who, part.when),
        });
        clauses.collect::<Vec<_>>().join(", ")
    };
    let object = |words: &str| {
        let parts = coverage.describe(obstacle.places(), TimeUnit::Day);
        let clauses = parts.iter().map(|s| format!("{} {}", s.who.trim_end_matches(','), s.when));
        format!("{words} {}", clauses.collect::<Vec<_>>().join(", of "))
    };
    let on_days = || coverage.when(&Coverage::days(obstacle.places()), TimeUnit::Day);
    match obstacle.kind {
        ObstacleKind::Busy => {
            let events: Vec<EventIx> = obstacle.events().into_iter().collect();
            if obstacle.blocked.len() == 1 {
                return subject(TimeUnit::Day, &|plural| format!("{} {}", have(plural), titles(club, &events)));
            }
            let mut clause = subject(TimeUnit::Day, &|plural| format!("{} {}", have(plural), kinds(club, &events)));
            if events.len() <= 2 {
                clause.push_str(&format!(": {}", titles(club, &events)));
            }
            clause
        }
        ObstacleKind::Week(limit) => subject(TimeUnit::Week, &|_| match limit {
            WeekLimit::Core => format!("would work more than {} Core", h04::CORE_A_WEEK),
            WeekLimit::Juicer => format!("would work more than {} Juicer units", h05::UNITS_A_WEEK),
            WeekLimit::Hours => "would work more than 40 h".into(),
            WeekLimit::Days => format!("would work more than {} days", h09::DAYS_A_WEEK),
        }),
        ObstacleKind::NoBase => {
            let clause = subject(TimeUnit::Day, &|plural| format!("{} none", have(plural)));
            format!("it needs a Core or Juicer event beside it: {clause}")
        }
        ObstacleKind::OtherJuicer => {
            let events: Vec<EventIx> = obstacle.events().into_iter().collect();
            let what = if events.len() == 1 { titles(club, &events) } else { kinds(club, &events) };
            format!("{what} is there {}, and a Deep Clean never shares a day with a Production", on_days())
        }
        ObstacleKind::BlocksFull => format!("the eight shift blocks cannot serve one more Core {}", on_days()),
        ObstacleKind::BlockHours(person) => {
            let own = obstacle.places().all(|place| place.person == person);
            let name = &club.person(person).short_name;
            match own {
                true => format!("no free shift block fits the hours of {name} {}", on_days()),
                false => format!("no shift block would be left that fits the hours of {name} {}", on_days()),
            }
        }
        ObstacleKind::Partner => partner_clause(club, explanation, obstacle),
        ObstacleKind::Away(away) => subject(TimeUnit::Day, &|plural| match (away, plural) {
            (Away::TimeOff, _) => format!("{} time off", have(plural)),
            (Away::NotEmployed, true) => "do not work here".into(),
            (Away::NotEmployed, false) => "does not work here".into(),
            (Away::Override, true) => "are not available (temporary change of hours)".into(),
            (Away::Override, false) => "is not available (temporary change of hours)".into(),
            (Away::Weekday, true) => "do not usually work".into(),
            (Away::Weekday, false) => "does not usually work".into(),
        }),
        ObstacleKind::Hours(UnitPart::Itself) => object("it does not fit the hours of"),
        ObstacleKind::Hours(UnitPart::Survey) => object("the Survey does not fit the hours of"),
        ObstacleKind::TooLong(part) => too_long_clause(club, event, part),
        ObstacleKind::Rule(rule) => format!("{rule} would be broken {}", on_days()),
    }
}

fn too_long_clause(club: &Club, event: &Event, part: UnitPart) -> String {
    let (what, of) = match part {
        UnitPart::Itself => ("it", Some(event)),
        UnitPart::Survey => {
            ("the Survey", club.find(event.event_ref).and_then(|e| club.survey_of_unit(e)).map(|s| club.event(s)))
        }
    };
    let Some(of) = of else { return "it is longer than the rest of the day".into() };
    let first = of.valid.iter().map(|v| v.start).min().unwrap_or_default();
    format!("{what} takes {}, longer than the rest of the day from {}", length(of.minutes), time_in_words(first))
}

/// Why an event that goes with another one cannot be placed with it.
fn partner_clause(club: &Club, explanation: &Explanation, obstacle: &Obstacle) -> String {
    let event = club.event(explanation.search.event);
    let supervises = event.kind == EventType::Supervisor;
    let Some(partner) = event.partner else {
        return match supervises {
            true => "it has no Core to stand beside".into(),
            false => "it has no Juicer Production to go with".into(),
        };
    };
    let title = club.event(partner).title();
    match explanation.search.with {
        None if club.event(partner).is_candidate() => format!("its {title} is not placed"),
        None if club.event(partner).posting().is_some() => format!("its {title} is taken back"),
        None => format!("its {title} is not open for placing"),
        Some(place) => {
            let (who, date) = (&club.person(place.person).short_name, club.day(place.day).date);
            let here = obstacle.places().any(|p| p.day == place.day);
            if here {
                let away =
                    if explanation.search.places.contains(&place) { "" } else { ", who is not available for it" };
                return format!("its {title} is worked by {who} on {}{away}", date_in_words(date));
            }
            if club.event(partner).posting().is_some_and(|p| p.day != Some(place.day)) {
                return format!(
                    "its {title} moves to {}, where it can follow only in a later run, or by hand",
                    date_in_words(date)
                );
            }
            let why =
                super::days::why_not(club, event, date).map(|why| not_a_day(club, event, why)).unwrap_or_default();
            format!("its {title} is on {}{why}", date_in_words(date))
        }
    }
}

/// The clause for what excludes days.
fn lost_days_clause(club: &Club, of: EventIx, lost: &LostDays) -> String {
    let event = club.event(of);
    let title = |e: EventIx| club.event(e).title();
    match lost {
        LostDays::EmptyWindow => {
            format!(
                "its window holds no day: it starts on {} and is due on {}",
                date_in_words(event.start),
                date_in_words(event.due)
            )
        }
        LostDays::Past(from, to) => format!("{} past", span_is(*from, *to)),
        LostDays::TooSoon(from, to) => format!("{} {}", span_is(*from, *to), within_buffer(club)),
        LostDays::NotYet(from, to) => {
            format!("{} after the last day that is planned, {}", span_is(*from, *to), date_in_words(club.horizon_end))
        }
        LostDays::Holiday(days) => match days.len() {
            1 => format!("{} is a holiday", dates_or_count(days)),
            _ => format!("{} are holidays", dates_or_count(days)),
        },
        LostDays::Locked(days) => {
            format!("{} {} locked", dates_or_count(days), if days.len() == 1 { "is" } else { "are" })
        }
        LostDays::Fixed => format!("it is fixed to its start date, {}", date_in_words(event.start)),
        LostDays::PartnerDay(with, date, why) => {
            format!("its {} is posted on {}{}", title(with.event), date_in_words(*date), not_a_day(club, event, *why))
        }
        LostDays::PartnerGone(with) => format!("its {} is posted, but canceled or expired", title(with.event)),
        LostDays::NoCommonDay(with, days, taken) if days.is_empty() => {
            let taken: Vec<String> = taken.iter().map(|g| lost_days_clause(club, with.event, g)).collect();
            format!("its {} has none: {}", title(with.event), taken.join(", "))
        }
        LostDays::NoCommonDay(with, days, _) => {
            format!("it shares none with its {}, which has {}", title(with.event), dates_or_count(days))
        }
        LostDays::NotThePartners(partner, days) => {
            format!("its {} cannot be on {}", title(*partner), dates_or_count(days))
        }
        LostDays::Nobody(days) => format!("nobody who may work it is available on {}", dates_or_count(days)),
        LostDays::CoreMoves(core, day) => {
            format!("taken back: its {} moves to {}", title(*core), date_in_words(club.day(*day).date))
        }
        LostDays::CoreDropped(core) => format!("taken back with its {}", title(*core)),
    }
}

fn within_buffer(club: &Club) -> String {
    match club.settings.buffer_days() {
        1 => "within the buffer of one day".into(),
        days => format!("within the buffer of {} days", number(days as usize)),
    }
}

fn not_a_day(club: &Club, event: &Event, why: NotADay) -> String {
    let last = domain::calendar::plus_days(event.due, -1);
    match why {
        NotADay::OutsideWindow => {
            format!(", outside of its own window, {} to {}", date_in_words(event.start), date_in_words(last))
        }
        NotADay::Fixed => format!(", but it is fixed to {}", date_in_words(event.start)),
        NotADay::Past => ", which is past".into(),
        NotADay::TooSoon => format!(", which is {}", within_buffer(club)),
        NotADay::NotYet => ", which is after the last day that is planned".into(),
        NotADay::Holiday => ", which is a holiday".into(),
        NotADay::Locked => ", which is locked".into(),
    }
}

/// The clause for the effect of placing the event on the score.
fn score_effect(club: &Club, explanation: &Explanation, best: &BestPlace) -> String {
    let points = best.terms.score();
    let at =
        format!("{} on {}", club.person(best.place.person).short_name, date_in_words(club.day(best.place.day).date));
    let brings: f64 = best.terms.without_zeros().map(|(_, points)| points.max(0.0)).sum();
    let costs: Vec<_> = costs(&best.terms).collect();
    let cost = match costs.as_slice() {
        [] => "costs nothing".into(),
        [(rule, title, points)] => format!("costs {} ({rule}: {title})", rounded(*points)),
        many => {
            let sum: f64 = many.iter().map(|(.., points)| points).sum();
            let one = |(rule, title, points): &(&str, String, f64)| format!("{} by {rule}: {title}", rounded(*points));
            let each: Vec<String> = many.iter().map(one).collect();
            format!("costs {} ({})", rounded(sum), each.join(", "))
        }
    };
    let does = match () {
        () if points > 1e-6 => {
            format!("would raise the score by {}, {}", rounded(points), not_taken(points, explanation.ended))
        }
        () if points < -1e-6 => format!("would lower the score by {}", rounded(-points)),
        () => "would not raise the score".into(),
    };
    let start = match explanation.code {
        ReasonCode::DroppedForBetter => format!("taken back: keeping it with {at}"),
        _ => format!("its best place, with {at},"),
    };
    format!("{start} {does}: it brings {} and {cost}", rounded(brings))
}

/// Why a run did not make a change that raises the score by these points.
fn not_taken(points: f64, ended: Status) -> &'static str {
    match NotTaken::of(points, ended) {
        NotTaken::Same => "which counts as equal",
        NotTaken::Gap => "but the run was asked to stop that close to the best",
        NotTaken::TimeLimit => "but time was up",
    }
}

/// The soft rules that cost points: the id, the title as a part of a sentence, and the points.
fn costs(terms: &Terms) -> impl Iterator<Item = (&'static str, String, f64)> {
    terms.without_zeros().filter(|(_, points)| *points < 0.0).map(|(name, points)| {
        let rule = name.rule();
        let mut title = rule.title.to_owned();
        if let Some(first) = title.get_mut(0..1) {
            first.make_ascii_lowercase();
        }
        (rule.id, title, -points)
    })
}

/// The cheapest exchange, as a second sentence.
fn exchange_sentence(club: &Club, explanation: &Explanation, exchange: &Exchange) -> String {
    let (event, other) = (club.event(explanation.search.event), club.event(exchange.give_up));
    let along: Vec<String> = exchange.also_given_up.iter().map(|e| format!("its {}", club.event(*e).kind)).collect();
    let what = join_words(&std::iter::once(other.title()).chain(along).collect::<Vec<_>>(), "and");
    let due = match days_between(event.due, other.due) {
        0 => "due the same day".into(),
        1 => "due one day later".into(),
        -1 => "due one day sooner".into(),
        n if n > 0 => format!("due {n} days later"),
        n => format!("due {} days sooner", -n),
    };
    let price = match exchange.points {
        points if points > 1e-6 => {
            format!("{} more, {}", points_in_words(points), not_taken(points, explanation.ended))
        }
        points if points < -1e-6 => format!("{} less", points_in_words(-points)),
        _ => "the same score".into(),
    };
    let place = exchange.place;
    let to = format!("{} on {}", club.person(place.person).short_name, date_in_words(club.day(place.day).date));
    let act = if other.posting().is_some() { "take back" } else { "give up" };
    format!(". Nearest: {act} {what} ({due}) and place it with {to}: {price}")
}

/// The titles of some events: `Core 1 "…" and Core 2 "…"`.
fn titles(club: &Club, events: &[EventIx]) -> String {
    let titles: Vec<String> = events.iter().map(|e| club.event(*e).title()).collect();
    join_words(&titles, "and")
}

/// The kinds of some events: `a Core or a full-day event`.
fn kinds(club: &Club, events: &[EventIx]) -> String {
    let mut kinds: Vec<String> = Vec::new();
    for event in events.iter().map(|e| club.event(*e)) {
        let kind = if event.full_day { "a full-day event".into() } else { format!("a {}", event.kind) };
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds.sort();
    join_words(&kinds, "or")
}
