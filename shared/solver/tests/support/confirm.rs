//! Confirms with the checker that every rule, person, day and event that a reason names is right. Also confirms that
//! the text of a reason names nothing else.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::answer::Status;
use domain::calendar::{date_in_words, days_between, plus_days};
use domain::checker;
use domain::club::{Closed, Club, DayIx, EventIx, PersonIx, Place};
use domain::event_type::EventType;
use domain::rules::Violation;
use domain::schedule::{Decision, Schedule};
use solver::PROVEN_GAP;
use solver::reasons::{Exchange, Explanation, LostDays, Obstacle, ObstacleKind, OnlyDay, ReasonCode, explain};

/// Explains and confirms everything that a schedule of a run that ended like this leaves out. Counts the reasons by code.
pub fn all(schedule: &mut Schedule, ended: Status, context: &str) -> BTreeMap<&'static str, u32> {
    let club = schedule.club();
    let mut counts = BTreeMap::new();
    for e in club.event_ixs() {
        let left_out = match schedule.decision(e) {
            Decision::Open => club.event(e).is_candidate(),
            Decision::Dropped => true,
            _ => false,
        };
        if left_out {
            let found = explain(schedule, e, ended);
            *counts.entry(found.code.name()).or_default() += 1;
            confirm_reason(schedule, e, &found, context);
        }
    }
    counts
}

fn confirm_reason(schedule: &mut Schedule, e: EventIx, found: &Explanation, context: &str) {
    let club = schedule.club();
    let reason = found.reason(club);
    let context = format!("{context}\nevent {}: {reason:?}\n{found:#?}", club.event(e).event_ref);
    confirm_facts(schedule, e, found, &context);
    confirm_text(club, e, found, &reason.text, &context);
}

/// The decisions that put an event at a place. A Production takes its Survey along.
pub fn placing(club: &Club, e: EventIx, place: Place) -> Vec<(EventIx, Decision)> {
    std::iter::once(e).chain(club.survey_of_unit(e)).map(|e| (e, Decision::New(place))).collect()
}

/// Every place that an event's valid days and H2 allow, also for its Survey. A Supervisor whose Core is placed has only
/// the Core's day.
pub fn places(schedule: &Schedule, e: EventIx) -> Vec<Place> {
    let club = schedule.club();
    let can = |e: EventIx, place: Place| {
        let event = club.event(e);
        event.valid_day(place.day).is_some_and(|v| club.can_work(place.person, event, v))
    };
    let event = club.event(e);
    let core = event.partner.filter(|_| event.kind == EventType::Supervisor).and_then(|c| schedule.place(c));
    let core_day = core.map(|c| c.day).filter(|day| event.is_valid_on(*day));
    let days = event.valid.iter().map(|v| v.day).filter(|d| core_day.is_none_or(|core| core == *d));
    days.flat_map(|day| club.person_ixs().map(move |person| Place { person, day }))
        .filter(|place| can(e, *place) && club.survey_of_unit(e).is_none_or(|s| can(s, *place)))
        .collect()
}

fn confirm_facts(schedule: &mut Schedule, e: EventIx, found: &Explanation, context: &str) {
    let club = schedule.club();
    let head = found.search.event;
    let unit: Vec<EventIx> = std::iter::once(head).chain(club.survey_of_unit(head)).collect();
    assert!(unit.contains(&e), "the explanation is about another event: {context}");
    for obstacle in &found.obstacles {
        assert!(
            obstacle.events().iter().all(|other| !unit.contains(other)),
            "an obstacle names the event itself: {context}"
        );
        assert!(!obstacle.rules.is_empty(), "an obstacle names no rule: {context}");
    }
    let kinds: BTreeSet<ObstacleKind> = found.obstacles.iter().map(|g| g.kind).collect();
    assert_eq!(kinds.len(), found.obstacles.len(), "two obstacles are of the same kind: {context}");
    confirm_lost_days(club, found, context);
    if club.event(e).posting().is_some() {
        return confirm_drop(schedule, e, found, context);
    }
    let event = club.event(head);
    let places = places(schedule, head);
    assert_eq!(
        found.search.places.iter().collect::<BTreeSet<_>>(),
        places.iter().collect::<BTreeSet<_>>(),
        "the places searched are not those that valid days and H2 allow: {context}"
    );
    let effects: BTreeMap<Place, checker::Effect> =
        places.iter().map(|p| (*p, checker::evaluate_change(schedule, &placing(club, head, *p)))).collect();
    let legal: Vec<f64> = effects.values().filter(|e| e.violations.is_empty()).map(checker::Effect::points).collect();
    let nobody_may = !club.person_ixs().any(|p| club.may_work(p, event));
    match found.code {
        ReasonCode::NoValidDay => {
            assert!(event.valid.is_empty(), "there is a valid day: {context}");
            assert!(!found.lost.is_empty(), "the reason gives no cause for lost days: {context}");
        }
        ReasonCode::NobodyMayWork => {
            assert!(!event.valid.is_empty(), "there is no valid day: {context}");
            assert!(nobody_may, "somebody may work the event: {context}");
        }
        ReasonCode::NobodyAvailable => {
            assert!(!event.valid.is_empty(), "there is no valid day: {context}");
            assert!(!nobody_may, "nobody may work the event: {context}");
            assert!(places.is_empty(), "somebody is available: {context}");
            confirm_absences(club, found, context);
        }
        ReasonCode::RuleBroken => {
            assert!(!places.is_empty(), "nobody is available: {context}");
            assert!(legal.is_empty(), "a place breaks no rule: {context}");
            let named: Vec<Place> = found.obstacles.iter().flat_map(Obstacle::places).collect();
            assert_eq!(named.len(), places.len(), "a place is in no obstacle, or in several: {context}");
            assert_eq!(
                named.iter().collect::<BTreeSet<_>>().len(),
                places.len(),
                "two obstacles have the same place: {context}"
            );
            for obstacle in &found.obstacles {
                confirm_broken_rules(schedule, obstacle, &effects, context);
            }
            if let Some(nearest) = &found.nearest {
                let change = decisions_of_exchange(club, head, nearest);
                let effect = checker::evaluate_change(schedule, &change);
                assert!(effect.violations.is_empty(), "the nearest exchange breaks a rule: {context}");
                assert!(
                    (effect.points() - nearest.points).abs() < 1e-6,
                    "the exchange gives {} points: {context}",
                    effect.points()
                );
            }
        }
        ReasonCode::LowersScore | ReasonCode::Gap | ReasonCode::TimeLimit => {
            let named = found.best_place.as_ref().expect("a best place");
            let best = legal.iter().copied().max_by(f64::total_cmp).expect("a legal place");
            assert!(
                (named.terms.score() - best).abs() < 1e-6,
                "the place named does not earn {best}, as the best legal place does: {context}"
            );
            assert!(
                (effects[&named.place].points() - best).abs() < 1e-6,
                "the place named does not earn {best}: {context}"
            );
            let code = match found.ended {
                _ if best <= 2.0 * PROVEN_GAP => ReasonCode::LowersScore,
                Status::Gap => ReasonCode::Gap,
                Status::TimeLimit => ReasonCode::TimeLimit,
                ended => panic!("the best legal place earns {best} after {ended:?}: {context}"),
            };
            assert_eq!(found.code, code, "the best legal place earns {best}: {context}");
        }
        ReasonCode::DroppedForBetter | ReasonCode::DroppedWithCore => {
            panic!("a reason for a dropped event, but the event is not posted: {context}")
        }
    }
}

/// The decisions of an exchange.
pub fn decisions_of_exchange(club: &Club, head: EventIx, exchange: &Exchange) -> Vec<(EventIx, Decision)> {
    let out = |e: EventIx| if club.event(e).posting().is_some() { Decision::Dropped } else { Decision::Open };
    let away = std::iter::once(exchange.give_up).chain(exchange.also_given_up.iter().copied()).map(|e| (e, out(e)));
    placing(club, head, exchange.place).into_iter().chain(away).collect()
}

/// Checks that each place of an obstacle breaks one of the obstacle's rules, for the person and on the day or in the
/// week that the obstacle's kind means; that each event that the obstacle names there is part of such a violation; and
/// that each of the obstacle's rules is broken at some place.
fn confirm_broken_rules(
    schedule: &Schedule,
    obstacle: &Obstacle,
    effects: &BTreeMap<Place, checker::Effect>,
    context: &str,
) {
    let club = schedule.club();
    let mut rules = BTreeSet::new();
    for blocked in &obstacle.blocked {
        let place = blocked.place;
        let here = |v: &&Violation| {
            let day = v.day.is_some_and(|d| match obstacle.kind {
                ObstacleKind::Week(_) => club.week_of(d) == club.week_of(place.day),
                _ => d == place.day,
            });
            let person = match obstacle.kind {
                ObstacleKind::OtherJuicer => v.person.is_none(),
                ObstacleKind::BlocksFull => v.person.is_some(),
                ObstacleKind::BlockHours(person) => v.person == Some(person),
                _ => v.person == Some(place.person),
            };
            obstacle.rules.contains(&v.rule) && day && person
        };
        let violations: Vec<&Violation> = effects[&place].violations.iter().filter(here).collect();
        assert!(!violations.is_empty(), "{place:?} breaks none of {:?}: {context}", obstacle.rules);
        rules.extend(violations.iter().map(|v| v.rule));
        for event in &blocked.events {
            assert!(
                violations.iter().any(|v| v.events().any(|e| e == *event)),
                "the obstacle names {event:?}, which is in no violation: {context}"
            );
        }
        match obstacle.kind {
            ObstacleKind::Busy => {
                assert!(!blocked.events.is_empty(), "the obstacle names no event: {context}");
                let cell = schedule.cell(place.person, place.day);
                assert!(
                    blocked.events.iter().all(|e| cell.contains(e)),
                    "the obstacle names an event of another day or person: {context}"
                );
            }
            ObstacleKind::OtherJuicer => {
                assert!(
                    schedule.on(place.day).any(|e| blocked.events.contains(&e)),
                    "no event named is on that day: {context}"
                );
            }
            ObstacleKind::NoBase => {
                let base = |e: &EventIx| schedule.event(*e).kind.is_base();
                assert!(
                    !schedule.cell(place.person, place.day).iter().any(base),
                    "there is a Core or Juicer event: {context}"
                );
            }
            ObstacleKind::BlocksFull => {
                let places = club.settings.block_capacity().saturating_mul(8);
                assert!(schedule.core_on(place.day) >= places, "there are free blocks: {context}");
            }
            _ => {}
        }
    }
    assert!(
        obstacle.rules.iter().all(|r| rules.contains(r)),
        "the obstacle names a rule that no place breaks: {context}"
    );
}

/// Checks that nobody whom an obstacle names can work the event.
fn confirm_absences(club: &Club, found: &Explanation, context: &str) {
    let event = club.event(found.search.event);
    for obstacle in &found.obstacles {
        for place in obstacle.places() {
            let away = club.why_away(place.person, place.day);
            match obstacle.kind {
                ObstacleKind::Away(why) => {
                    assert_eq!(away, Some(why), "the person is not away for that reason: {context}");
                }
                _ => assert_eq!(away, None, "the person is away: {context}"),
            }
            let whole = std::iter::once(event).chain(club.survey_of_unit(found.search.event).map(|s| club.event(s)));
            let can =
                |e: &domain::club::Event| e.valid_day(place.day).is_some_and(|v| club.can_work(place.person, e, v));
            assert!(!whole.into_iter().all(can), "the person can work the event: {context}");
        }
    }
    let cells: usize = found.obstacles.iter().map(|g| g.blocked.len()).sum();
    let is_too_long = matches!(found.obstacles.as_slice(), [only] if matches!(only.kind, ObstacleKind::TooLong(_)));
    assert!(
        is_too_long || cells == found.search.people.len() * found.search.days.len(),
        "the obstacles have {cells} places, not one for each person and day: {context}"
    );
}

fn confirm_drop(schedule: &mut Schedule, e: EventIx, found: &Explanation, context: &str) {
    let club = schedule.club();
    if found.code == ReasonCode::DroppedWithCore {
        let core = club.event(e).partner.expect("a Core");
        assert!(!schedule.stands(core), "the Core is not dropped: {context}");
        return;
    }
    let follower = club.follower(e).filter(|f| schedule.decision(*f) == Decision::Dropped);
    let back: Vec<_> = std::iter::once(e).chain(follower).map(|e| (e, Decision::Stands)).collect();
    let kept = checker::evaluate_change(schedule, &back);
    match &found.best_place {
        Some(best) => {
            assert!(kept.violations.is_empty(), "the event could not be kept without breaking a rule: {context}");
            assert_eq!(kept.terms, best.terms, "the event would change other terms if it were kept: {context}");
        }
        None => {
            assert!(!kept.violations.is_empty(), "the event could be kept without breaking a rule: {context}");
            assert!(!found.obstacles.is_empty(), "the reason names no obstacle: {context}");
            let rules = found.obstacles.iter().flat_map(|g| g.rules.iter());
            rules.for_each(|r| {
                assert!(
                    kept.violations.iter().any(|v| v.rule == *r),
                    "the kept event would not break {r:?}: {context}"
                );
            });
        }
    }
}

/// Checks the causes that a reason gives for lost days: each one does exclude its days.
fn confirm_lost_days(club: &Club, found: &Explanation, context: &str) {
    let event = club.event(found.search.event);
    let in_window = |date: &NaiveDate| event.start <= *date && *date < event.due;
    let closed = |date: &NaiveDate, by: Closed| club.day_of(*date).is_some_and(|d| club.day(d).closed == Some(by));
    for lost in &found.lost {
        let holds = match lost {
            LostDays::EmptyWindow => event.due <= event.start,
            LostDays::Past(from, to) => from <= to && *to < club.today && in_window(from) && in_window(to),
            LostDays::TooSoon(from, to) => {
                from <= to && *from >= club.today && *to < club.earliest && in_window(from) && in_window(to)
            }
            LostDays::NotYet(from, to) => from <= to && *from > club.horizon_end && in_window(from) && in_window(to),
            LostDays::Holiday(days) => days.iter().all(|d| in_window(d) && closed(d, Closed::Holiday)),
            LostDays::Locked(days) => days.iter().all(|d| in_window(d) && closed(d, Closed::Locked)),
            LostDays::Fixed => event.fixed && days_between(event.start, event.due) > 1,
            LostDays::PartnerDay(with, date, _) => {
                let posted = club.event(with.event).posting().expect("a posted partner").start.date();
                posted == *date && event.partner == Some(with.event)
            }
            LostDays::PartnerGone(with) => {
                event.partner == Some(with.event) && club.event(with.event).posting().is_some()
            }
            LostDays::NoCommonDay(with, ..) => event.partner == Some(with.event),
            LostDays::NotThePartners(with, days) => {
                let other = club.event(*with);
                event.partner == Some(*with)
                    && days.iter().all(|d| club.day_of(*d).is_none_or(|d| !other.is_valid_on(d)))
            }
            LostDays::Nobody(days) => days.iter().filter_map(|d| club.day_of(*d)).all(|day| {
                let valid = event.valid_day(day).expect("a valid day");
                let survey = club.survey_of_unit(found.search.event).map(|s| club.event(s));
                club.person_ixs().all(|p| {
                    !(club.can_work(p, event, valid)
                        && survey.is_none_or(|s| s.valid_day(day).is_some_and(|v| club.can_work(p, s, v))))
                })
            }),
            LostDays::CoreMoves(core, _) | LostDays::CoreDropped(core) => event.partner == Some(*core),
        };
        assert!(holds, "{lost:?} is not true: {context}");
    }
    // The reason must name the holiday or lock of each closed day of the window, unless the partner determines the day.
    let own = |date: &NaiveDate| in_window(date) && (!event.fixed || *date == event.start);
    let bound = matches!(found.search.only_day, OnlyDay::Partner(_) | OnlyDay::Posted);
    let by_partner = found
        .lost
        .iter()
        .any(|g| matches!(g, LostDays::PartnerDay(..) | LostDays::PartnerGone(_) | LostDays::NoCommonDay(..)));
    if !bound && !by_partner && found.code != ReasonCode::NobodyMayWork {
        for day in club.days.iter().filter(|d| d.in_horizon && own(&d.date)) {
            let is_named = match day.closed {
                Some(Closed::Holiday) => {
                    found.lost.iter().any(|g| matches!(g, LostDays::Holiday(days) if days.contains(&day.date)))
                }
                Some(Closed::Locked) => {
                    found.lost.iter().any(|g| matches!(g, LostDays::Locked(days) if days.contains(&day.date)))
                }
                None => true,
            };
            assert!(is_named, "{} is closed, and the reason does not name it: {context}", day.date);
        }
    }
}

/// Checks that the text names no event, person or date that the explanation does not name, does not name the event
/// itself, and repeats no clause.
fn confirm_text(club: &Club, e: EventIx, found: &Explanation, text: &str, context: &str) {
    assert!(!text.is_empty() && text.len() < 1_500, "the text has {} bytes: {context}", text.len());
    let titles: BTreeMap<EventIx, String> = club.event_ixs().map(|e| (e, club.event(e).title())).collect();
    let mut bare = text.to_owned();
    let mut by_length: Vec<(&EventIx, &String)> = titles.iter().collect();
    by_length.sort_by_key(|(_, title)| std::cmp::Reverse(title.len()));
    let mut events = BTreeSet::new();
    for (event, title) in by_length {
        if bare.contains(title.as_str()) {
            events.insert(*event);
            bare = bare.replace(title.as_str(), "");
        }
    }
    assert!(!events.contains(&e), "the text names the event itself: {context}");
    assert!(
        events.is_subset(&named_events(club, found)),
        "the text names an event that the explanation does not name: {context}"
    );
    assert!(bare.split(". ").count() <= 2, "the text has more than two sentences: {context}");
    let clauses: Vec<&str> = bare.split("; ").flat_map(|c| c.split(". ")).collect();
    assert_eq!(clauses.iter().collect::<BTreeSet<_>>().len(), clauses.len(), "the text repeats a clause: {context}");
    let words: BTreeSet<&str> = bare.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let people = named_people(found);
    for person in club.person_ixs().filter(|p| !people.contains(p)) {
        let name = club.person(person).short_name.as_str();
        let is_named = if name.contains(' ') { bare.contains(name) } else { words.contains(name) };
        assert!(!is_named, "the text names {name}, whom the explanation does not name: {context}");
    }
    let dates = named_dates(club, found);
    for date in (-60..120).map(|n| plus_days(club.today, n)).filter(|d| !dates.contains(d)) {
        let shown = date_in_words(date);
        let is_whole = |at: usize| !bare[at + shown.len()..].starts_with(|c: char| c.is_alphanumeric());
        assert!(
            !bare.match_indices(&shown).any(|(at, _)| is_whole(at)),
            "the text names {shown}, which the explanation does not name: {context}"
        );
    }
}

fn named_events(club: &Club, found: &Explanation) -> BTreeSet<EventIx> {
    let mut named: BTreeSet<EventIx> = found.obstacles.iter().flat_map(Obstacle::events).collect();
    named.extend(found.search.for_survey.then_some(found.search.event));
    named.extend(found.nearest.iter().map(|n| n.give_up));
    named.extend(club.event(found.search.event).partner);
    named
}

fn named_people(found: &Explanation) -> BTreeSet<PersonIx> {
    let mut named: BTreeSet<PersonIx> = found.obstacles.iter().flat_map(Obstacle::places).map(|p| p.person).collect();
    named.extend(found.obstacles.iter().filter_map(|g| match g.kind {
        ObstacleKind::BlockHours(person) => Some(person),
        _ => None,
    }));
    named.extend(found.nearest.iter().map(|n| n.place.person));
    named.extend(found.best_place.iter().map(|t| t.place.person));
    named.extend(found.search.with.map(|w| w.person));
    named
}

fn named_dates(club: &Club, found: &Explanation) -> BTreeSet<NaiveDate> {
    let event = club.event(found.search.event);
    let date = |day: DayIx| club.day(day).date;
    let mut named = BTreeSet::from([event.start, event.due, plus_days(event.due, -1), club.horizon_end]);
    named.extend(found.search.days.iter().map(|d| date(*d)));
    named.extend(found.search.with.map(|w| date(w.day)));
    named.extend(found.nearest.iter().map(|n| date(n.place.day)));
    named.extend(found.best_place.iter().map(|t| date(t.place.day)));
    let weeks = found.obstacles.iter().filter(|g| matches!(g.kind, ObstacleKind::Week(_))).flat_map(Obstacle::places);
    named.extend(weeks.map(|p| date(DayIx(club.week_of(p.day).0 * 7))));
    add_dates_of(club, &found.lost, &mut named);
    named
}

fn add_dates_of(club: &Club, lost: &[LostDays], named: &mut BTreeSet<NaiveDate>) {
    for lost in lost {
        match lost {
            LostDays::Past(from, to) | LostDays::TooSoon(from, to) | LostDays::NotYet(from, to) => {
                named.extend([*from, *to]);
            }
            LostDays::Holiday(days)
            | LostDays::Locked(days)
            | LostDays::Nobody(days)
            | LostDays::NotThePartners(_, days) => {
                named.extend(days);
            }
            LostDays::PartnerDay(_, date, _) => _ = named.insert(*date),
            LostDays::NoCommonDay(with, days, taken) => {
                named.extend(days);
                named.insert(club.event(with.event).start);
                add_dates_of(club, taken, named);
            }
            LostDays::CoreMoves(_, day) => _ = named.insert(club.day(*day).date),
            LostDays::EmptyWindow | LostDays::Fixed | LostDays::PartnerGone(_) | LostDays::CoreDropped(_) => {}
        }
    }
}
