//! Finds the person whom a name means: by an exact match first, then by a prefix, then by a misspelling. If two people could
//! be meant, both are candidates and neither is chosen. Pure.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::safe_text;

/// Maximum number of candidates in a question.
const MAX_CANDIDATES: usize = 8;
/// Minimum letters of a word that may be misspelled.
const MIN_MISSPELLED: usize = 4;
/// Minimum letters of a word that may have two mistakes.
const MIN_TWO_MISTAKES: usize = 7;
/// Maximum words of a name that are compared with prefixes and misspellings: the first ones of a longer name.
const MAX_PARTS: usize = 10;
/// Pronouns and other words that are not names. Such a word means a person only if the person's name contains exactly that
/// word, or if it is one letter and stands for an initial beside another word, as in `A. Quill`.
const NOT_NAMES: [&str; 42] = [
    "a",
    "all",
    "am",
    "an",
    "and",
    "any",
    "anybody",
    "anyone",
    "are",
    "did",
    "everybody",
    "everyone",
    "for",
    "he",
    "her",
    "him",
    "his",
    "i",
    "im",
    "is",
    "it",
    "me",
    "my",
    "no",
    "nobody",
    "not",
    "or",
    "our",
    "she",
    "some",
    "somebody",
    "someone",
    "that",
    "the",
    "them",
    "they",
    "this",
    "us",
    "was",
    "we",
    "who",
    "you",
];

/// A question to the caller: it is not clear which person or event is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AssistQuestion)]
pub struct Unclear {
    /// Whether a person or an event is meant.
    pub about: About,
    /// The words that were not clear.
    pub said: String,
    /// The people or events that could be meant, at most 8; empty if none is similar.
    pub candidates: Vec<Candidate>,
    /// Number of people or events that could be meant and are not in `candidates`.
    pub more: usize,
}

/// The subject of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AssistQuestionAbout)]
pub enum About {
    /// A person.
    Person,
    /// An event.
    Event,
}

/// A person or an event that could be meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AssistCandidate)]
pub struct Candidate {
    /// The id of the person, or the number of the event.
    pub id: String,
    /// The name.
    pub name: String,
    /// Distinguishes an event from others: its type, and its person and day or its due date; `null` for a person.
    pub detail: Option<String>,
}

impl Unclear {
    /// A question with its first candidates. Hidden characters in their texts are replaced, and long texts are cut.
    pub fn new(about: About, said: &str, candidates: impl IntoIterator<Item = Candidate>) -> Unclear {
        let said = said.chars().take(120).collect();
        let clean = |text: String| safe_text::clean(&text).into_owned();
        let cleaned = |one: Candidate| Candidate { id: one.id, name: clean(one.name), detail: one.detail.map(clean) };
        let mut all = candidates.into_iter();
        let candidates = all.by_ref().take(MAX_CANDIDATES).map(cleaned).collect();
        Unclear { about, said, candidates, more: all.count() }
    }
}

/// One of the people who are searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name<'a> {
    /// The person's id.
    pub id: &'a str,
    /// The person's name.
    pub name: &'a str,
}

/// The result of a search for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameMatch {
    /// One person is meant: the position in the list.
    One(usize),
    /// Several people could be meant: their positions in the list.
    Several(Vec<usize>),
    /// Nobody in the list has a similar name.
    Nobody,
}

/// Finds the person whom some words mean: an id or a name.
pub fn find(people: &[Name<'_>], said: &str) -> NameMatch {
    let words = tokens(said);
    if words.is_empty() {
        return NameMatch::Nobody;
    }
    if let Some(at) = people.iter().position(|person| person.id.trim().eq_ignore_ascii_case(said.trim())) {
        return NameMatch::One(at);
    }
    let names: Vec<Vec<String>> = people.iter().map(|person| tokens(person.name)).collect();
    let all = |fits: &dyn Fn(&[String]) -> bool| -> Vec<usize> {
        names.iter().enumerate().filter(|(_, name)| fits(name)).map(|(at, _)| at).collect()
    };
    // The whole name, in any order and however it is divided: `Ruiz, Ana`, `Annemarie Roe`.
    let is_whole = |name: &[String]| {
        words.len() > 1 && name.concat() == words.concat() || name.len() == words.len() && are_words_of(&words, name)
    };
    let whole = all(&is_whole);
    if !whole.is_empty() {
        return match_of(whole);
    }
    let words_exact = all(&|name| are_words_of(&words, name));
    if !words_exact.is_empty() {
        return match_of(words_exact);
    }
    if words.iter().any(|word| NOT_NAMES.contains(&word.as_str())) && !has_initial(&words) {
        return NameMatch::Nobody;
    }
    let mistakes = |slack: usize| -> Vec<Option<usize>> {
        names.iter().map(|name| least_cost(&words, name, &|said, part| distance(said, part, slack))).collect()
    };
    let near = mistakes(0);
    let is_prefix = |said: &str, part: &str| part.starts_with(said).then_some(0);
    let with_prefixes = all(&|name| least_cost(&words, name, &is_prefix).is_some());
    if !with_prefixes.is_empty() {
        // A person whose name differs by one letter may be meant as well.
        let near = (0..names.len()).filter(|at| near[*at].is_some_and(|count| count <= 1));
        let mut candidates: Vec<usize> = with_prefixes.into_iter().chain(near).collect();
        candidates.sort_unstable();
        candidates.dedup();
        // A single letter is too little to choose one person.
        let is_letter = words.iter().all(|word| word.chars().count() == 1);
        return if is_letter { NameMatch::Several(candidates) } else { match_of(candidates) };
    }
    let Some(least) = near.iter().flatten().min().copied() else { return NameMatch::Nobody };
    // A person whose name has one mistake more than the nearest name may be meant as well.
    let with_margin = mistakes(1);
    match_of((0..names.len()).filter(|at| with_margin[*at].is_some_and(|count| count <= least + 1)).collect())
}

/// Whether every word of `said` is exactly a word of the name.
pub fn is_exact(said: &str, name: &str) -> bool {
    are_words_of(&tokens(said), &tokens(name))
}

/// Whether each word equals a word of the name, and no word of the name is used twice.
fn are_words_of(words: &[String], name: &[String]) -> bool {
    let mut others: Vec<&String> = name.iter().collect();
    words.iter().all(|word| {
        let at = others.iter().position(|part| *part == word);
        at.map(|at| others.swap_remove(at)).is_some()
    })
}

/// Whether one of two or more words is an initial, as in `A. Quill`, and no longer word is one of [`NOT_NAMES`].
fn has_initial(words: &[String]) -> bool {
    let letters = words.iter().filter(|word| word.chars().count() == 1).count();
    letters > 0
        && words.len() > letters
        && !words.iter().any(|word| word.len() > 1 && NOT_NAMES.contains(&word.as_str()))
}

fn match_of(found: Vec<usize>) -> NameMatch {
    match found.as_slice() {
        [] => NameMatch::Nobody,
        [one] => NameMatch::One(*one),
        _ => NameMatch::Several(found),
    }
}

/// The words of a name, in lower case, without accents, punctuation and possessives.
pub fn tokens(name: &str) -> Vec<String> {
    let word = |word: &str| {
        let lower = word.to_lowercase();
        let stem = lower.strip_suffix("'s").or_else(|| lower.strip_suffix("’s")).unwrap_or(&lower);
        stem.chars().filter(|c| c.is_alphanumeric()).map(without_accent).collect::<String>()
    };
    // People type various characters as a hyphen.
    let split = |c: char| c.is_whitespace() || matches!(c, '-' | ',' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    name.split(split).map(word).filter(|word| !word.is_empty()).collect()
}

/// A letter without its accent. Combining accents were removed before.
fn without_accent(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'é' | 'è' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'í' | 'ì' | 'î' | 'ï' | 'ī' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' | 'ō' | 'ő' => 'o',
        'ř' => 'r',
        'ś' | 'š' | 'ş' | 'ș' => 's',
        'ť' | 'ț' => 't',
        'ú' | 'ù' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}

/// The least sum of costs at which each word is assigned to a different part of the name; `None` if no assignment exists.
/// `cost` is the cost of a word and a part; `None` if the word cannot be assigned to the part.
fn least_cost(words: &[String], name: &[String], cost: &dyn Fn(&str, &str) -> Option<usize>) -> Option<usize> {
    let parts = &name[..name.len().min(MAX_PARTS)];
    if words.len() > parts.len() {
        return None;
    }
    // The least sum of the words so far, by the set of the parts to which they are assigned (one bit for each part).
    let mut sums = BTreeMap::from([(0_usize, 0)]);
    for word in words {
        let costs: Vec<Option<usize>> = parts.iter().map(|part| cost(word, part)).collect();
        let mut next = BTreeMap::new();
        for (assigned, sum) in sums {
            for (at, cost) in costs.iter().enumerate().filter(|(at, _)| assigned & (1 << at) == 0) {
                let Some(cost) = cost else { continue };
                let least = next.entry(assigned | (1 << at)).or_insert(usize::MAX);
                *least = (*least).min(sum + cost);
            }
        }
        sums = next;
    }
    sums.into_values().min()
}

/// The number of letters of `said` that are wrong, missing, extra or swapped; `None` if there are more than its length and
/// `slack` allow. A short word may have none.
pub fn distance(said: &str, part: &str, slack: usize) -> Option<usize> {
    if said == part {
        return Some(0);
    }
    let length = said.chars().count();
    let most = match length {
        _ if length < MIN_MISSPELLED => 0,
        _ if length < MIN_TWO_MISTAKES => 1 + slack,
        _ => 2 + slack,
    };
    if length.abs_diff(part.chars().count()) > most {
        return None;
    }
    // A wrong first letter is accepted only as the only mistake.
    let found = strsim::osa_distance(said, part);
    let starts_alike = said.chars().next() == part.chars().next();
    (found <= most && (starts_alike || found <= 1)).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// People with similar names.
    const PEOPLE: [(&str, &str); 16] = [
        ("E01", "Avery Quill"),
        ("E02", "Averie Quist"),
        ("E03", "Jon Smith"),
        ("E04", "John Smythe"),
        ("E05", "Jonathan Smithers"),
        ("E06", "Maria Lopez"),
        ("E07", "Mary López-Ortiz"),
        ("E08", "Blake Roe"),
        ("E09", "Blair Rowe"),
        ("E10", "Dana Tarn"),
        ("E11", "Cleo Stone"),
        ("E12", "Cleo Stoner"),
        ("E13", "Ana Li"),
        ("E14", "Anna Lee"),
        ("E15", "Chen Wei"),
        ("E16", "Chen Wei"),
    ];

    fn ids(said: &str) -> Vec<&'static str> {
        let people: Vec<Name> = PEOPLE.iter().map(|(id, name)| Name { id, name }).collect();
        match find(&people, said) {
            NameMatch::One(at) => vec![PEOPLE[at].0],
            NameMatch::Several(all) => all.into_iter().map(|at| PEOPLE[at].0).collect(),
            NameMatch::Nobody => Vec::new(),
        }
    }

    #[test]
    fn a_search_finds_the_right_person_or_several_and_never_a_wrong_one() {
        let rows: [(&str, &[&str]); 62] = [
            ("Avery Quill", &["E01"]),
            ("avery quill", &["E01"]),
            ("  AVERY   QUILL ", &["E01"]),
            ("Quill, Avery", &["E01"]),
            ("Avery", &["E01"]),
            ("avery's", &["E01"]),
            ("Avery’s", &["E01"]),
            ("Quill", &["E01"]),
            ("Avery Q", &["E01"]),
            ("A. Quill", &["E01"]),
            ("E01", &["E01"]),
            ("e02", &["E02"]),
            ("Averie", &["E02"]),
            ("Aver", &["E01", "E02"]),
            ("Averi", &["E01", "E02"]),
            ("Avry", &["E01"]),
            ("Avrey Quill", &["E01"]),
            ("Quil", &["E01"]),
            ("Quis", &["E02"]),
            ("Qui", &["E01", "E02"]),
            ("Jon", &["E03"]),
            ("Jon Smith", &["E03"]),
            ("John", &["E04"]),
            ("John Smith", &["E03", "E04"]),
            ("Smith", &["E03"]),
            ("Smyth", &["E03", "E04"]),
            ("Smythe", &["E04"]),
            ("Smithe", &["E03", "E04", "E05"]),
            ("Smit", &["E03", "E05"]),
            ("Jonathan", &["E05"]),
            ("Jonathon", &["E05"]),
            ("Jonat", &["E05"]),
            ("Jo", &["E03", "E04", "E05"]),
            ("J Smythe", &["E04"]),
            ("Maria", &["E06"]),
            ("Mary", &["E07"]),
            ("Mari", &["E06", "E07"]),
            ("Mar", &["E06", "E07"]),
            ("Lopez", &["E06", "E07"]),
            ("López", &["E06", "E07"]),
            ("Maria Lopez", &["E06"]),
            ("Mary Lopez", &["E07"]),
            ("Ortiz", &["E07"]),
            ("Ortis", &["E07"]),
            ("Blake", &["E08"]),
            ("Blair", &["E09"]),
            ("Bla", &["E08", "E09"]),
            ("Blaek", &["E08", "E09"]),
            ("Roe", &["E08"]),
            ("Rowe", &["E09"]),
            ("Ro", &["E08", "E09"]),
            ("Dana", &["E10"]),
            ("Dan", &["E10"]),
            ("Danna", &["E10", "E14"]),
            ("Cleo", &["E11", "E12"]),
            ("Cleo Stone", &["E11"]),
            ("Stoner", &["E12"]),
            ("Ana", &["E13"]),
            ("Anna", &["E14"]),
            ("Chen Wei", &["E15", "E16"]),
            ("Zed", &[]),
            ("", &[]),
        ];
        for (said, expected) in rows {
            assert_eq!(ids(said), expected, "{said:?}");
        }
    }

    #[test]
    fn a_whole_name_finds_its_own_person() {
        let people: Vec<Name> = PEOPLE.iter().map(|(id, name)| Name { id, name }).collect();
        for (at, (_, name)) in PEOPLE.iter().enumerate() {
            match find(&people, name) {
                NameMatch::One(found) => assert_eq!(found, at, "{name}"),
                NameMatch::Several(all) => assert!(all.contains(&at), "{name}"),
                NameMatch::Nobody => panic!("{name} is nobody"),
            }
        }
    }

    #[test]
    fn names_of_many_similar_words_are_searched_in_reasonable_time() {
        let name = ["anna"; 40].join(" ");
        let people = [Name { id: "E01", name: &name }];
        for (said, expected) in [
            (["annb"; 9].join(" "), NameMatch::One(0)),
            (format!("{} zed", ["annb"; 9].join(" ")), NameMatch::Nobody),
            (format!("{} zed", ["ann"; 9].join(" ")), NameMatch::Nobody),
            (["anna"; 40].join(" "), NameMatch::One(0)),
            (["annb"; 40].join(" "), NameMatch::Nobody),
        ] {
            assert_eq!(find(&people, &said), expected, "{said}");
        }
    }
}
