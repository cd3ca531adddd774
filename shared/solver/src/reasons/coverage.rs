//! The people and days of an obstacle, in words: `all four who may work it … on each of its three days`.

use std::collections::{BTreeMap, BTreeSet};

use domain::calendar::date_in_words;
use domain::club::{Club, DayIx, PersonIx, Place};

use super::explanation::{OnlyDay, PlaceSearch};
use super::phrases::{self, NAMED, join_words, number};

/// One part of a description: some people, and the days or weeks on which the obstacle holds for each of them.
pub(super) struct PeopleAndTime {
    /// The people.
    pub(super) who: String,
    /// Whether a verb after `who` is plural.
    pub(super) plural: bool,
    /// The time: `on …`, `in the week of …`.
    pub(super) when: String,
}

/// The unit of time of an obstacle.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeUnit {
    /// Days.
    Day,
    /// Weeks, each represented by its first day of the grid.
    Week,
}

type Pairs = BTreeSet<(PersonIx, DayIx)>;

/// The people, days and places that a reason is about.
pub(super) struct Coverage<'a> {
    pub(super) club: &'a Club,
    pub(super) search: &'a PlaceSearch,
    /// All places that the reason covers.
    covered: Vec<Place>,
}

impl<'a> Coverage<'a> {
    pub(super) fn new(club: &'a Club, search: &'a PlaceSearch) -> Self {
        let mut covered = search.places.clone();
        if covered.is_empty() {
            for day in &search.days {
                covered.extend(search.people.iter().map(|person| Place { person: *person, day: *day }));
            }
        }
        Coverage { club, search, covered }
    }

    /// The days of these places, in order.
    pub(super) fn days(places: impl Iterator<Item = Place>) -> Vec<DayIx> {
        places.map(|p| p.day).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Describes some of the places. Each part of the description is true for every place that it covers.
    pub(super) fn describe(&self, places: impl Iterator<Item = Place>, unit: TimeUnit) -> Vec<PeopleAndTime> {
        let (here, covered) = (self.pairs(places, unit), self.pairs(self.covered.iter().copied(), unit));
        let people: BTreeSet<PersonIx> = here.iter().map(|(p, _)| *p).collect();
        let times: BTreeSet<DayIx> = here.iter().map(|(_, t)| *t).collect();
        let of_person = |pairs: &Pairs, person| pairs.iter().filter(|(p, _)| *p == person).count();
        let of_time = |pairs: &Pairs, time| pairs.iter().filter(|(_, t)| *t == time).count();
        let times_in_order: Vec<DayIx> = times.iter().copied().collect();
        let share = |who: &[PersonIx], when: String| {
            let (who, plural) = (self.who(who), who.len() > 1);
            PeopleAndTime { who, plural, when }
        };
        let everybody: Vec<PersonIx> = people.iter().copied().collect();
        match () {
            () if here.len() == people.len() * times.len() => {
                vec![share(&everybody, self.when(&times_in_order, unit))]
            }
            () if people.iter().all(|p| of_person(&here, *p) == of_person(&covered, *p)) => {
                let each = if unit == TimeUnit::Day { "on each day" } else { "in each week" };
                vec![share(&everybody, format!("{each} that they could work it"))]
            }
            () if times.iter().all(|t| of_time(&here, *t) == of_time(&covered, *t)) => {
                let when = self.when(&times_in_order, unit);
                vec![PeopleAndTime { who: "everyone who may work it and is available".into(), plural: false, when }]
            }
            () => self.clusters(&here, unit).unwrap_or_else(|| {
                let of = covered.iter().filter(|(person, _)| people.contains(person)).count();
                let case = if unit == TimeUnit::Day { "person and day" } else { "person and week" };
                // Without places, nobody could work the event in any of the cases.
                let possible = if self.search.places.is_empty() { "" } else { " in which they could work it" };
                vec![share(&everybody, format!("in {} of the {of} cases ({case}){possible}", here.len()))]
            }),
        }
    }

    fn pairs(&self, places: impl Iterator<Item = Place>, unit: TimeUnit) -> Pairs {
        let time = |place: Place| match unit {
            TimeUnit::Day => place.day,
            TimeUnit::Week => DayIx(self.club.week_of(place.day).0 * 7),
        };
        places.map(|place| (place.person, time(place))).collect()
    }

    /// Puts people with the same days or weeks into one group. `None` if that makes more than 3 groups, or if there are
    /// more than 6 pairs of a person and a day or week.
    fn clusters(&self, here: &Pairs, unit: TimeUnit) -> Option<Vec<PeopleAndTime>> {
        const CLUSTERS: usize = 3;
        const PAIRS: usize = 6;
        let mut times_of: BTreeMap<PersonIx, Vec<DayIx>> = BTreeMap::new();
        for (person, time) in here {
            times_of.entry(*person).or_default().push(*time);
        }
        let mut clusters: BTreeMap<Vec<DayIx>, Vec<PersonIx>> = BTreeMap::new();
        for (person, times) in times_of {
            clusters.entry(times).or_default().push(person);
        }
        let mut clusters: Vec<_> = clusters.into_iter().collect();
        clusters.sort_by_key(|(times, people)| std::cmp::Reverse(times.len() * people.len()));
        let share = |(times, people): &(Vec<DayIx>, Vec<PersonIx>)| PeopleAndTime {
            who: self.who(people),
            plural: people.len() > 1,
            when: self.when(times, unit),
        };
        (clusters.len() <= CLUSTERS && here.len() <= PAIRS).then(|| clusters.iter().map(share).collect())
    }

    fn who(&self, people: &[PersonIx]) -> String {
        let names: Vec<String> = people.iter().map(|p| self.club.person(*p).short_name.clone()).collect();
        let with_places: BTreeSet<PersonIx> = self.covered.iter().map(|p| p.person).collect();
        let may = self.search.people.len();
        let all = people.len() == with_places.len();
        let posted = self.search.only_day == OnlyDay::Posted;
        let who = if may == with_places.len() { "who may work it" } else { "who may work it and are available" };
        let named = if names.len() <= NAMED { format!(" ({})", join_words(&names, "and")) } else { String::new() };
        match people.len() {
            1 if may == 1 && !posted => format!("{}, the only one who may work it,", names[0]),
            1 if all && !posted => format!("{}, the only one {},", names[0], who.replace(" are ", " is ")),
            1 => names[0].clone(),
            2 if all => format!("both {who}{named}"),
            n if all => format!("all {} {who}{named}", number(n)),
            n if n <= NAMED => join_words(&names, "and"),
            n => format!("{} of the {} {who}", number(n), number(with_places.len())),
        }
    }

    /// The time in words: all days or weeks, or some of them.
    pub(super) fn when(&self, times: &[DayIx], unit: TimeUnit) -> String {
        match unit {
            TimeUnit::Day => self.on_days(times),
            TimeUnit::Week => {
                let firsts: Vec<String> = times.iter().map(|d| date_in_words(self.club.day(*d).date)).collect();
                match firsts.as_slice() {
                    [only] => format!("in the week of {only}"),
                    some if some.len() <= NAMED => format!("in the weeks of {}", join_words(some, "and")),
                    some => format!("in {} weeks", number(some.len())),
                }
            }
        }
    }

    fn on_days(&self, days: &[DayIx]) -> String {
        let dates: Vec<_> = days.iter().map(|d| self.club.day(*d).date).collect();
        let (of, all) = (self.search.days.len(), days.len() == self.search.days.len());
        match (phrases::dates(&dates), all) {
            (Some(dates), true) if of == 1 => match self.search.only_day {
                OnlyDay::Window => format!("on {dates}, its only day"),
                OnlyDay::Fixed => format!("on {dates}, the date that it is fixed to"),
                OnlyDay::Partner(partner) => format!("on {dates}, the day of its {}", self.club.event(partner).kind),
                OnlyDay::Posted => format!("on {dates}"),
            },
            (Some(dates), true) => format!("on each of its {} days, {dates}", number(of)),
            (None, true) => format!("on each of its {} days", number(of)),
            (Some(dates), false) => format!("on {dates}"),
            (None, false) => format!("on {} of its {} days", number(days.len()), number(of)),
        }
    }
}
