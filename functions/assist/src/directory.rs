//! Looks up the people of a club by name or id, and its events by number or by product, type, person and day. Pure.

#[cfg(test)]
mod tests;

use chrono::{NaiveDate, NaiveDateTime};
use domain::club::{Club, Person};
use domain::event_type::EventType;
use domain::names::event_number;
use domain::person_names::names_by_id;
use domain::snapshot::{Condition, Employee, EmployeeId, EventRef, Snapshot};
use schemars::JsonSchema;
use serde::Serialize;
use store::documents::ClubDocuments;

use crate::dates::{Days, Today, words};
use crate::names::{About, Candidate, Name, NameMatch, Unclear, distance, find, is_exact, tokens};

/// A person of the club.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPerson {
    /// The person's id.
    pub id: EmployeeId,
    /// The person's name, by which the person is found.
    pub name: String,
    /// The name in answers, which only this person has.
    pub distinct_name: String,
}

/// An event of the club, posted or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownEvent {
    /// The event's number.
    pub event: EventRef,
    /// The event's name.
    pub name: String,
    /// The event's type.
    pub kind: EventType,
    /// The person who works the event, and the day; `None` if it is not posted.
    pub posted: Option<(EmployeeId, NaiveDate)>,
    /// The event's window: its first date, and the date on which it ends, which is not included.
    pub window: (NaiveDate, NaiveDate),
    /// Crossmark's condition of the event.
    pub condition: Condition,
}

impl KnownEvent {
    /// Whether a date is in the event's window, or the event is posted on it.
    pub fn can_be_on(&self, date: NaiveDate) -> bool {
        let (first, end) = self.window;
        let is_posted_there = self.posted.as_ref().is_some_and(|(_, day)| *day == date);
        is_posted_there || (first <= date && date < end)
    }

    /// The state of the event if it is not posted and no line has it.
    pub fn unposted_state(&self) -> &'static str {
        match self.condition {
            Condition::Open => "open",
            Condition::Cancelled => "canceled",
            Condition::Expired => "expired",
            Condition::Closed => "not_open",
        }
    }
}

/// The people and events of a club.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    /// People who work for the club today; everybody if the directory is of the club's documents.
    people: Vec<KnownPerson>,
    /// People who left. They are not found, but answers show their names with the events that they worked.
    former: Vec<KnownPerson>,
    /// Events, without canceled ones.
    events: Vec<KnownEvent>,
}

/// A person in an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Who {
    /// The person's id.
    pub id: String,
    /// The person's name.
    pub name: String,
}

impl Directory {
    /// The people and events of a snapshot.
    pub fn of_snapshot(snapshot: &Snapshot) -> Directory {
        let today = snapshot.today;
        let works = |employee: &&Employee| {
            employee.active && employee.termination_date.is_none_or(|terminated| today < terminated)
        };
        let known_person = known_people(snapshot.employees.iter());
        let open = snapshot.events.iter().map(|event| (event, None));
        let posted = snapshot.posted.iter().map(|p| (&p.event, Some((p.employee_id.clone(), p.start.date()))));
        let events = open.chain(posted).filter(|(facts, _)| facts.condition() != Condition::Cancelled);
        Directory {
            people: snapshot.employees.iter().filter(works).map(&known_person).collect(),
            former: snapshot.employees.iter().filter(|e| !works(e)).map(known_person).collect(),
            events: events
                .map(|(facts, posted)| KnownEvent {
                    event: facts.event_ref,
                    name: facts.name.clone(),
                    kind: facts.event_type(),
                    posted,
                    window: (facts.start.date(), facts.due.date()),
                    condition: facts.condition(),
                })
                .collect(),
        }
    }

    /// The people and events of a [`Club`], the form in which the rules read a snapshot.
    pub fn of_club(club: &Club) -> Directory {
        let (mut people, mut former) = (Vec::new(), Vec::new());
        for person in club.person_ixs() {
            let Person { id, name, distinct_name, .. } = club.person(person).clone();
            let known = KnownPerson { id, name, distinct_name };
            if club.is_employed(person, club.today) { people.push(known) } else { former.push(known) }
        }
        let posted =
            |event: &domain::club::Event| event.posting().map(|p| (club.person(p.person).id.clone(), p.start.date()));
        let events = club.events.iter().filter(|event| event.condition != Condition::Cancelled);
        let known_event = |event: &domain::club::Event| KnownEvent {
            event: event.event_ref,
            name: event.name.clone(),
            kind: event.kind,
            posted: posted(event),
            window: (event.start, event.due),
            condition: event.condition,
        };
        Directory { people, former, events: events.map(known_event).collect() }
    }

    /// The people of a club's documents, those who left too, without events.
    pub fn of_documents(documents: &ClubDocuments) -> Directory {
        let all = documents.employees.iter().map(|employee| &employee.body);
        Directory { people: all.clone().map(known_people(all)).collect(), ..Directory::default() }
    }

    /// The people who are found; people who left only if the directory is of the club's documents.
    pub fn people(&self) -> &[KnownPerson] {
        &self.people
    }

    /// The person whom some words mean. A person who left is not found, and is not mistaken for a person with a similar name.
    ///
    /// # Errors
    /// No person has such a name, or several could be meant.
    pub fn person(&self, said: &str) -> Result<&KnownPerson, Unclear> {
        let first_former = self.people.len();
        let all: Vec<&KnownPerson> = self.people.iter().chain(&self.former).collect();
        let names: Vec<Name<'_>> = all.iter().map(|p| Name { id: &p.id.0, name: &p.name }).collect();
        let unclear = |found: &[usize]| {
            let candidate =
                |one: &KnownPerson| Candidate { id: one.id.0.clone(), name: one.distinct_name.clone(), detail: None };
            let candidates = found.iter().filter_map(|at| self.people.get(*at)).map(candidate);
            Err(Unclear::new(About::Person, said, candidates))
        };
        if said.chars().count() > MAX_TEXT {
            return unclear(&[]);
        }
        let words = tokens(said);
        let has_mark = |one: &&KnownPerson| one.distinct_name != one.name && tokens(&one.distinct_name) == words;
        if let Some(marked) = self.people.iter().find(has_mark) {
            return Ok(marked);
        }
        match find(&names, said) {
            NameMatch::One(at) if at < first_former => Ok(&self.people[at]),
            // A person who works for the club and has exactly this name is preferred to people of that name who left.
            NameMatch::Several(found) => {
                match found.iter().filter(|at| **at < first_former).collect::<Vec<_>>().as_slice() {
                    [one] if found.len() > 1 && is_exact(said, &self.people[**one].name) => Ok(&self.people[**one]),
                    _ => unclear(&found),
                }
            }
            NameMatch::One(_) | NameMatch::Nobody => unclear(&[]),
        }
    }

    /// Whether two words are different parts of one person's name.
    pub fn are_one_name(&self, one: &str, other: &str) -> bool {
        self.people.iter().chain(&self.former).any(|person| {
            let name = tokens(&person.name);
            let at = |word: &str| name.iter().position(|part| part == word);
            one != other && at(one).is_some() && at(other).is_some()
        })
    }

    /// A person for an answer; the name is empty if the person is not known.
    pub fn who(&self, id: &EmployeeId) -> Who {
        let known = self.people.iter().chain(&self.former).find(|person| person.id == *id);
        Who { id: id.0.clone(), name: known.map_or_else(String::new, |person| person.distinct_name.clone()) }
    }

    /// The event with this reference number of Crossmark.
    pub fn event_by_ref(&self, event: EventRef) -> Option<&KnownEvent> {
        self.events.iter().find(|known| known.event == event)
    }

    /// The event that a number, the id of a line, or some words mean.
    ///
    /// # Errors
    /// No event fits, or several could be meant.
    pub fn event(&self, said: &str, today: Today) -> Result<&KnownEvent, Unclear> {
        let number = said.trim().trim_start_matches('#').trim_start_matches("event ").trim();
        // The id of a line is its run, a dot and the event.
        let number = match number.rsplit_once('.') {
            Some((run, number)) if !run.contains(char::is_whitespace) => number,
            _ => number,
        };
        let found = if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) {
            self.by_number(number)
        } else {
            self.by_words(said, today)
        };
        match one_of(&found) {
            Some(event) => Ok(event),
            None => Err(Unclear::new(About::Event, said, found.iter().map(|event| self.candidate(event)))),
        }
    }

    /// The events that some words could mean.
    pub fn events_like(&self, said: &str, today: Today) -> Vec<&KnownEvent> {
        match self.event(said, today) {
            Ok(event) => vec![event],
            Err(_) if said.bytes().all(|b| b.is_ascii_digit()) => self.by_number(said),
            Err(_) => self.by_words(said, today),
        }
    }

    /// An event in a list to choose from, with its type, and its person and day or its state and due date.
    pub fn candidate(&self, event: &KnownEvent) -> Candidate {
        let at = event.posted.as_ref().map(|(id, date)| format!("{}, {date}", self.who(id).name));
        let unposted = || format!("{}, due {}", event.unposted_state().replace('_', " "), event.window.1);
        let detail = at.unwrap_or_else(unposted);
        Candidate {
            id: event.event.to_string(),
            name: event.name.clone(),
            detail: Some(format!("{}, {detail}", event.kind)),
        }
    }

    /// Events with this reference number of Crossmark, or with this number in the name.
    fn by_number(&self, number: &str) -> Vec<&KnownEvent> {
        let may_be_in_name = number.len() >= MIN_DIGITS;
        let is_named = |event: &KnownEvent| event.name.split(|c: char| !c.is_ascii_digit()).any(|run| run == number);
        let has_number = |event: &&KnownEvent| event.event.to_string() == number || may_be_in_name && is_named(event);
        self.events.iter().filter(has_number).collect()
    }

    /// Events that have every word in their name, type or number or in the name of their person, and that fit the days at the
    /// end of the text.
    fn by_words(&self, said: &str, today: Today) -> Vec<&KnownEvent> {
        if said.chars().count() > MAX_TEXT {
            return Vec::new();
        }
        let all = words(said);
        let spelled: Vec<&str> = all.iter().map(String::as_str).collect();
        let (rest, days) = match today.at_end(&spelled, &|one, other| self.are_one_name(one, other)) {
            Some((at, days)) => (&spelled[..at], Some(days)),
            None => (spelled.as_slice(), None),
        };
        let rest = rest.iter().filter(|word| !FILLERS.contains(word)).flat_map(|word| tokens(word));
        let rest: Vec<String> = rest.collect();
        if rest.iter().all(|word| NOT_EVENTS.contains(&word.as_str())) {
            return Vec::new();
        }
        let query: Vec<QueryWord<'_>> = rest.iter().map(|word| self.query_word(word)).collect();
        let matching = |may_differ: bool| -> Vec<&KnownEvent> {
            let fits = |event: &&KnownEvent| {
                let (of_event, of_person) = self.words_of(event);
                let is_there = |word: &QueryWord<'_>| word.fits(&of_event, &of_person, may_differ);
                query.iter().all(is_there) && days.is_none_or(|days| is_on(event, days))
            };
            self.events.iter().filter(fits).collect()
        };
        let exact = matching(false);
        let found = if exact.is_empty() { matching(true) } else { exact };
        // Past events are found only if no current or future event is, or if the text names a day.
        let ahead: Vec<&KnownEvent> = found.iter().copied().filter(|event| is_ahead(event, today.0)).collect();
        if ahead.is_empty() || days.is_some() { found } else { ahead }
    }

    /// A word, and whether it is a part of a person's name.
    fn query_word<'w>(&self, word: &'w str) -> QueryWord<'w> {
        let has_part = |person: &KnownPerson| tokens(&person.name).iter().any(|part| part == word);
        let is_name_part = self.people.iter().chain(&self.former).any(has_part);
        QueryWord { word, is_name_part }
    }

    /// The words by which an event can be found, and the words of its person's name.
    fn words_of(&self, event: &KnownEvent) -> (Vec<String>, Vec<String>) {
        let of_event = format!("{} {} {}", event.event, event.name, event.kind);
        let of_event = of_event.split(|c: char| !c.is_alphanumeric()).flat_map(tokens).collect();
        let person = event.posted.as_ref().map(|(id, _)| self.who(id).name).unwrap_or_default();
        (of_event, tokens(&person))
    }
}

/// Makes a known person of an employee, one of `all`.
fn known_people<'a>(all: impl Iterator<Item = &'a Employee>) -> impl Fn(&Employee) -> KnownPerson {
    let distinct = names_by_id(all);
    move |one| KnownPerson {
        id: one.id.clone(),
        name: one.name.clone(),
        distinct_name: distinct.get(&one.id).unwrap_or(&one.name).clone(),
    }
}

/// A word of a search for events.
struct QueryWord<'w> {
    word: &'w str,
    /// Whether the word is a part of a person's name. Such a word must match exactly, so that it does not mean another person.
    is_name_part: bool,
}

impl QueryWord<'_> {
    /// Whether the event or its person has this word, one that begins with it, or, with `may_differ`, one that differs
    /// by one letter.
    fn fits(&self, of_event: &[String], of_person: &[String], may_differ: bool) -> bool {
        let exact = |part: &String| part == self.word;
        if self.is_name_part {
            return of_event.iter().chain(of_person).any(exact);
        }
        let is_number = self.word.bytes().all(|b| b.is_ascii_digit());
        let begins = |part: &String| {
            exact(part) || !is_number && self.word.chars().count() >= MIN_PREFIX && part.starts_with(self.word)
        };
        let is_near = |part: &String| !is_number && distance(self.word, part, 0).is_some_and(|count| count <= 1);
        let mut parts = of_event.iter().chain(of_person);
        if may_differ { parts.any(|part| begins(part) || is_near(part)) } else { parts.any(begins) }
    }
}

/// Maximum characters of a text that is searched for. A longer text finds no person, and no event by words; numbers and ids
/// of lines are read at any length.
const MAX_TEXT: usize = 200;
/// Minimum digits of a number by which an event's name is found: shorter ones are versions and counts.
const MIN_DIGITS: usize = 5;
/// Minimum letters of a prefix that stands for a word.
const MIN_PREFIX: usize = 3;
/// Words that a search for events ignores.
const FILLERS: [&str; 14] =
    ["the", "a", "an", "of", "event", "line", "schedule", "with", "for", "on", "at", "by", "in", "from"];
/// Words that do not mean a particular event. A search that has no other words finds nothing.
const NOT_EVENTS: [&str; 12] =
    ["all", "any", "anything", "each", "every", "everything", "it", "that", "them", "these", "this", "those"];

/// Whether an event is posted on one of some days, or may be worked on one of them.
fn is_on(event: &KnownEvent, days: Days) -> bool {
    match &event.posted {
        Some((_, date)) => days.contains(*date),
        None => event.window.0 <= days.to && days.from < event.window.1,
    }
}

fn is_ahead(event: &KnownEvent, today: NaiveDate) -> bool {
    match &event.posted {
        Some((_, date)) => today <= *date,
        None => today < event.window.1,
    }
}

/// The event, if only one was found. The base event (Core, Production or Deep Clean), if two with the same event number
/// were found and only one of them is a base event.
fn one_of<'e>(found: &[&'e KnownEvent]) -> Option<&'e KnownEvent> {
    if let [one] = found {
        return Some(one);
    }
    let number = event_number(&found.first()?.name)?;
    let bases: Vec<&&KnownEvent> = found.iter().filter(|event| event.kind.is_base()).collect();
    let is_pair = found.iter().all(|event| event_number(&event.name) == Some(number)) && found.len() == 2;
    match bases.as_slice() {
        [base] if is_pair => Some(base),
        _ => None,
    }
}

/// A time in the format of answers, without seconds.
pub fn moment(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M").to_string()
}
