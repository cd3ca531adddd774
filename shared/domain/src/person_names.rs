//! People's names as answers and messages show them: each means one person of the club. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::club::cut_for_message;
use crate::snapshot::{Employee, EmployeeId};

/// Number of characters from the end of an id that distinguish people with the same name.
const ID_SHOWN: usize = 6;

/// The names of people by id, as [`distinct_names`] gives them.
pub fn names_by_id<'a>(employees: impl Iterator<Item = &'a Employee>) -> BTreeMap<EmployeeId, String> {
    let employees: Vec<&Employee> = employees.collect();
    let people: Vec<(&str, &str)> = employees.iter().map(|e| (e.id.0.as_str(), e.name.as_str())).collect();
    employees.iter().map(|e| e.id.clone()).zip(distinct_names(&people)).collect()
}

/// A distinct name for each of the people with these ids and names: the name, with the end of the id if somebody else has the
/// same name (`Avery Quill (E01)`). Names that differ only in case or spacing are the same.
pub fn distinct_names(people: &[(&str, &str)]) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for (_, name) in people {
        *counts.entry(in_single_blanks(name).to_lowercase()).or_default() += 1;
    }
    let distinct = |(id, name): &(&str, &str)| {
        let whole = in_single_blanks(name);
        if whole.is_empty() || counts.get(&whole.to_lowercase()) == Some(&1) {
            return (*name).to_owned();
        }
        format!("{whole} ({})", shown_id(id, people))
    };
    people.iter().map(distinct).collect()
}

/// The names in messages for people with these ids and names: the first name if nobody else has it, otherwise the whole
/// name, otherwise that with the end of the id.
pub(crate) fn short_names(people: &[(&str, &str)]) -> Vec<String> {
    let first = |name: &str| cut_for_message(name.split_whitespace().next().unwrap_or_default());
    let whole = |name: &str| cut_for_message(&in_single_blanks(name));
    let mut counts: HashMap<String, usize> = HashMap::new();
    for (_, name) in people {
        for short in BTreeSet::from([first(name).to_lowercase(), whole(name).to_lowercase()]) {
            *counts.entry(short).or_default() += 1;
        }
    }
    let is_unique = |short: &str| !short.is_empty() && counts.get(&short.to_lowercase()) == Some(&1);
    people
        .iter()
        .map(|(id, name)| {
            let (first, whole) = (first(name), whole(name));
            if is_unique(&first) {
                return first;
            }
            if is_unique(&whole) {
                return whole;
            }
            let id = shown_id(id, people);
            if whole.is_empty() { id } else { format!("{whole} ({id})") }
        })
        .collect()
}

fn in_single_blanks(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The end of an id; the whole id if another one has the same end. It is not cut, because two ids may differ only after
/// the point of the cut.
fn shown_id(id: &str, people: &[(&str, &str)]) -> String {
    let end = |id: &str| id.chars().skip(id.chars().count().saturating_sub(ID_SHOWN)).collect::<String>();
    let has_same_end = people.iter().any(|(other, _)| *other != id && end(other) == end(id));
    if has_same_end { id.to_owned() } else { end(id) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A club of `person_names.json`, whose cases the web client's test reads too.
    #[derive(serde::Deserialize)]
    struct ShortNameCase {
        about: String,
        people: Vec<PersonOfCase>,
    }

    #[derive(serde::Deserialize)]
    struct PersonOfCase {
        id: String,
        name: String,
        short: String,
        /// The distinct name, if it is not the name.
        distinct: Option<String>,
    }

    #[test]
    fn the_names_of_each_club_are_those_of_the_shared_cases() {
        let clubs: Vec<ShortNameCase> = serde_json::from_str(include_str!("person_names.json")).unwrap();
        for ShortNameCase { about, people } in clubs {
            let names: Vec<(&str, &str)> = people.iter().map(|one| (one.id.as_str(), one.name.as_str())).collect();
            let expected: Vec<&str> = people.iter().map(|one| one.short.as_str()).collect();
            assert_eq!(short_names(&names), expected, "{about}");
            let distinct = |one: &PersonOfCase| one.distinct.clone().unwrap_or_else(|| one.name.clone());
            assert_eq!(distinct_names(&names), people.iter().map(distinct).collect::<Vec<_>>(), "{about}");
        }
    }

    #[test]
    fn a_short_name_shows_no_control_character_and_cuts_no_id() {
        type People<'a> = &'a [(&'a str, &'a str)];
        let rows: [(People, &[&str]); 2] = [
            (
                &[
                    ("an-id-that-is-longer-than-forty-characters-1-0123456", "Bo"),
                    ("an-id-that-is-longer-than-forty-characters-2-0123456", "Bo"),
                ],
                &[
                    "Bo (an-id-that-is-longer-than-forty-characters-1-0123456)",
                    "Bo (an-id-that-is-longer-than-forty-characters-2-0123456)",
                ],
            ),
            (&[("E01", "Bo\u{1b}[2J Li")], &["Bo?[2J"]),
        ];
        for (people, expected) in rows {
            assert_eq!(short_names(people), expected, "{people:?}");
        }
    }
}
