//! The obstacles of an event over all its places, grouped by kind, the largest group first.

use std::collections::BTreeMap;

use domain::calendar::Hours;
use domain::club::{Away, Club, DayIx, Event, EventIx, PersonIx, Place, ValidDay};
use domain::event_type::EventType;
use domain::rules::{HardName, Span, Violation};

use super::explanation::{BlockedPlace, Obstacle, ObstacleKind, PlaceSearch, UnitPart, WeekLimit};

/// Groups the violations so that each place is in one group: takes the largest group repeatedly.
pub(super) fn of_places(club: &Club, head: EventIx, tried: &[(Place, Vec<Violation>)]) -> Vec<Obstacle> {
    let mut remaining: Vec<&(Place, Vec<Violation>)> = tried.iter().collect();
    let mut obstacles = Vec::new();
    while !remaining.is_empty() {
        let mut sizes: BTreeMap<ObstacleKind, usize> = BTreeMap::new();
        for (place, violations) in &remaining {
            let mut kinds: Vec<ObstacleKind> = violations.iter().map(|v| kind_of(v, *place)).collect();
            kinds.sort_unstable();
            kinds.dedup();
            kinds.into_iter().for_each(|kind| *sizes.entry(kind).or_default() += 1);
        }
        // Among groups of the same size, the other half of a pair wins, because no other person helps; then the first
        // kind.
        let of_partner = |kind: &ObstacleKind| *kind == ObstacleKind::Partner;
        let largest = sizes.into_iter().rev().max_by_key(|(kind, size)| (*size, of_partner(kind)));
        let Some((kind, _)) = largest else { break };
        let mut obstacle = Obstacle { kind, rules: Vec::new(), blocked: Vec::new() };
        remaining.retain(|(place, violations)| {
            let here: Vec<&Violation> = violations.iter().filter(|v| kind_of(v, *place) == kind).collect();
            if !here.is_empty() {
                let mut events: Vec<EventIx> = here.iter().flat_map(|v| in_the_way(club, head, kind, v)).collect();
                events.sort_unstable();
                events.dedup();
                obstacle.blocked.push(BlockedPlace { place: *place, events });
                obstacle.rules.extend(here.iter().map(|v| v.rule));
            }
            here.is_empty()
        });
        obstacle.rules.sort_unstable();
        obstacle.rules.dedup();
        obstacles.push(obstacle);
    }
    obstacles
}

fn kind_of(violation: &Violation, place: Place) -> ObstacleKind {
    match violation.rule {
        HardName::H3 | HardName::H6 | HardName::H13 => ObstacleKind::Busy,
        HardName::H5 => match violation.span {
            Span::Day => ObstacleKind::Busy,
            Span::Week => ObstacleKind::Week(WeekLimit::Juicer),
        },
        HardName::H4 => ObstacleKind::Week(WeekLimit::Core),
        HardName::H8 => ObstacleKind::Week(WeekLimit::Hours),
        HardName::H9 => ObstacleKind::Week(WeekLimit::Days),
        HardName::H7 => ObstacleKind::OtherJuicer,
        HardName::H10 | HardName::H11 => ObstacleKind::Partner,
        HardName::H12 => ObstacleKind::NoBase,
        HardName::H14 if violation.amount > 0 => ObstacleKind::BlocksFull,
        HardName::H14 => ObstacleKind::BlockHours(violation.person.unwrap_or(place.person)),
        rule => ObstacleKind::Rule(rule),
    }
}

/// The events that an obstacle names. Weekly limits and blocks name none, because there are too many.
fn in_the_way(club: &Club, head: EventIx, kind: ObstacleKind, violation: &Violation) -> Vec<EventIx> {
    let of_unit = |e: &EventIx| *e == head || Some(*e) == club.survey_of_unit(head);
    let others = violation.events().filter(|e| !of_unit(e));
    match kind {
        ObstacleKind::Busy | ObstacleKind::Partner => others.collect(),
        ObstacleKind::OtherJuicer => others.filter(|e| club.event(*e).kind != club.event(head).kind).collect(),
        _ => Vec::new(),
    }
}

/// Why nobody who may work an event is available, for each person and each of its days.
pub(super) fn of_absence(club: &Club, search: &PlaceSearch) -> Vec<Obstacle> {
    let event = club.event(search.event);
    let survey = club.survey_of_unit(search.event).map(|s| club.event(s));
    let too_long = |day: &DayIx| part_of(event, survey, *day, &|event, valid| ends_too_late(club, event, valid));
    let of_days: Vec<Option<UnitPart>> = search.days.iter().map(too_long).collect();
    // An event that ends after midnight on every day does so for everybody.
    if let Some(part) = of_days.first().copied().flatten()
        && of_days.iter().all(|p| *p == Some(part))
    {
        return vec![Obstacle { kind: ObstacleKind::TooLong(part), rules: vec![HardName::H2], blocked: Vec::new() }];
    }
    let mut groups: BTreeMap<ObstacleKind, Vec<BlockedPlace>> = BTreeMap::new();
    for (day, too_long) in search.days.iter().zip(of_days) {
        for person in &search.people {
            let place = Place { person: *person, day: *day };
            let kind = match (club.why_away(*person, *day), too_long) {
                (Some(away), _) => ObstacleKind::Away(away),
                (None, Some(part)) => ObstacleKind::TooLong(part),
                (None, None) => {
                    let misfits = |event: &Event, valid| !club.can_work(*person, event, valid);
                    ObstacleKind::Hours(part_of(event, survey, *day, &misfits).unwrap_or(UnitPart::Itself))
                }
            };
            groups.entry(kind).or_default().push(BlockedPlace { place, events: Vec::new() });
        }
    }
    let mut obstacles: Vec<Obstacle> =
        groups.into_iter().map(|(kind, blocked)| Obstacle { kind, rules: vec![HardName::H2], blocked }).collect();
    obstacles.sort_by_key(|g| std::cmp::Reverse(g.blocked.len()));
    obstacles
}

/// The part of a unit for which `holds` is true on a day.
fn part_of(
    event: &Event,
    survey: Option<&Event>,
    day: DayIx,
    holds: &dyn Fn(&Event, ValidDay) -> bool,
) -> Option<UnitPart> {
    let of = |event: &Event| event.valid_day(day).is_some_and(|valid| holds(event, valid));
    match () {
        () if of(event) => Some(UnitPart::Itself),
        () if survey.is_some_and(of) => Some(UnitPart::Survey),
        () => None,
    }
}

fn ends_too_late(club: &Club, event: &Event, valid: ValidDay) -> bool {
    match event.kind {
        EventType::Core => club.possible_blocks(valid.day, Hours::WHOLE_DAY, event.minutes).is_none(),
        _ => !valid.holds(Hours::WHOLE_DAY, event.minutes),
    }
}

/// The people who may work an event and are employed here on one of the days; if there are none, all who may work it.
pub(super) fn who_may(club: &Club, event: &Event, days: &[DayIx]) -> Vec<PersonIx> {
    let may: Vec<PersonIx> = club.person_ixs().filter(|p| club.may_work(*p, event)).collect();
    let employed = |p: &PersonIx| days.iter().any(|d| club.why_away(*p, *d) != Some(Away::NotEmployed));
    let here: Vec<PersonIx> = may.iter().copied().filter(employed).collect();
    if here.is_empty() { may } else { here }
}
