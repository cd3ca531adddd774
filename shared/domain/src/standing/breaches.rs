//! The hard rules that posted schedules break: violations, grouped into findings (rulebook section 10).

use std::collections::BTreeMap;

use super::{Issue, IssueDate, StandingSchedule};
use crate::club::{DayIx, EventIx, PersonIx, Place};
use crate::rules::{HARD, HardName, Scope, Span, Violation};

/// A hard rule that posted schedules break in one place.
pub(super) struct PostedBreach {
    pub rule: HardName,
    pub issue: Issue,
    violations: Vec<Violation>,
}

impl PostedBreach {
    /// What is wrong, for a person. Repeated texts are left out.
    pub fn words(&self, standing: &StandingSchedule) -> String {
        let club = standing.club();
        let mut words: Vec<String> = Vec::new();
        for violation in &self.violations {
            let one = (self.rule.rule().posted_words)(club, violation);
            if !words.contains(&one) {
                words.push(one);
            }
        }
        words.join("; ")
    }
}

/// What the rules check for breaches of a day, and what they check for breaches of a week.
pub(super) type Scopes = [Scope; 2];

/// The scopes of everything that is posted.
pub(super) fn scopes_of_all_posted(standing: &StandingSchedule) -> Scopes {
    let schedule = standing.schedule();
    [Scope::days_of_posted(schedule), Scope::weeks_of_posted(schedule)]
}

/// The scopes of the days and weeks of these places, and of the places where these events are posted.
pub(super) fn scopes_near(standing: &StandingSchedule, events: &[EventIx], places: &[Place]) -> Scopes {
    let schedule = standing.schedule();
    let (mut days, mut weeks) = (Scope::default(), Scope::default());
    days.events.extend(events);
    for place in events.iter().filter_map(|e| schedule.place(*e)).chain(places.iter().copied()) {
        // A finding about a person's day names all events of that day.
        days.events.extend(schedule.cell(place.person, place.day));
        days.cells.insert((place.person, place.day));
        days.days.insert(place.day);
        weeks.person_weeks.insert((place.person, standing.club().week_of(place.day)));
    }
    [days, weeks]
}

/// The breaches in these scopes of the rules for which `wanted` is true. Breaches on past days are among them.
pub(super) fn find(
    standing: &StandingSchedule,
    scopes: Scopes,
    wanted: impl Fn(HardName) -> bool,
) -> Vec<PostedBreach> {
    let schedule = standing.schedule();
    let mut breaches = Vec::new();
    for scope in scopes {
        // H2 judges each schedule, but its findings are about a person's day.
        let mut unfit: BTreeMap<(Option<PersonIx>, Option<DayIx>), Vec<Violation>> = BTreeMap::new();
        let mut found = Vec::new();
        for rule in HARD.iter().filter(|rule| wanted(rule.name)) {
            (rule.check)(schedule, &scope, &mut found);
        }
        for violation in found {
            match violation.rule {
                HardName::H2 => unfit.entry((violation.person, violation.day)).or_default().push(violation),
                _ => breaches.extend(breach(standing, vec![violation])),
            }
        }
        breaches.extend(unfit.into_values().filter_map(|violations| breach(standing, violations)));
    }
    breaches
}

fn breach(standing: &StandingSchedule, violations: Vec<Violation>) -> Option<PostedBreach> {
    let club = standing.club();
    let first = violations.first()?;
    let day = first.day?;
    let is_pair = matches!(first.rule, HardName::H10 | HardName::H11);
    if is_pair && club.day(day).date < club.today {
        // H10 and H11 are judged only from today on, whatever the day of the partner.
        return None;
    }
    let on = match first.span {
        Span::Week => IssueDate::Week(standing.sunday(club.week_of(day))),
        Span::Day if is_pair => {
            let partner = first.others.first().and_then(|partner| standing.posting_of(*partner));
            IssueDate::Days(club.day(day).date, partner.map(|p| p.start.date()))
        }
        Span::Day => IssueDate::Day(club.day(day).date),
    };
    let events = violations.iter().flat_map(Violation::events).map(|event| club.event(event));
    let issue = Issue::new(standing, on, first.person, events);
    Some(PostedBreach { rule: first.rule, issue, violations })
}
