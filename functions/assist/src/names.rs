//! Finds who is meant by a name: an exact match first, then a prefix, then a misspelling. Where two people could be
//! meant, both are candidates and nobody is chosen. Pure.

use serde::Serialize;
use utoipa::ToSchema;

use crate::quoted;

/// Maximum candidates of a question.
const MOST: usize = 8;
/// Minimum letters of a word that may be misspelled.
const SHORTEST: usize = 4;
/// From this length on, a word may have two mistakes.
const LONG: usize = 7;
/// Words that stand for somebody without naming them, or that join names. They are a name only where somebody is called
/// exactly so.
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
    /// The people or events that could be meant; empty if none is similar.
    pub candidates: Vec<Candidate>,
}

/// What is not clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AssistQuestionAbout)]
pub enum About {
    /// Which person.
    Person,
    /// Which event.
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
    /// Distinguishes an event from others: type, person and day.
    pub detail: Option<String>,
}

impl Unclear {
    /// A question with its candidates, as many as a person can read.
    pub fn new(about: About, said: &str, candidates: impl IntoIterator<Item = Candidate>) -> Unclear {
        let said = said.chars().take(120).collect();
        let quote = |text: String| quoted::text(&text).into_owned();
        let quoted = |one: Candidate| Candidate { id: one.id, name: quote(one.name), detail: one.detail.map(quote) };
        Unclear { about, said, candidates: candidates.into_iter().take(MOST).map(quoted).collect() }
    }
}

/// A name to find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name<'a> {
    /// The id.
    pub id: &'a str,
    /// The name.
    pub name: &'a str,
}

/// The result of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameMatch {
    /// One, by its position.
    One(usize),
    /// Several could be meant.
    Several(Vec<usize>),
    /// Nobody is near.
    Nobody,
}

/// Finds the person that is meant.
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
        words.len() > 1 && name.concat() == words.concat()
            || name.len() == words.len() && assigned(&words, name, &|said, part| said == part)
    };
    let whole = all(&is_whole);
    if !whole.is_empty() {
        return meant(whole);
    }
    let words_exact = all(&|name| are_words_of(&words, name));
    if !words_exact.is_empty() {
        return meant(words_exact);
    }
    if words.iter().any(|word| NOT_NAMES.contains(&word.as_str())) && !has_initial(&words) {
        return NameMatch::Nobody;
    }
    let mistakes =
        |slack: usize| -> Vec<Option<usize>> { names.iter().map(|name| mistakes_in(&words, name, slack)).collect() };
    let near = mistakes(0);
    let beginnings = all(&|name| assigned(&words, name, &|said, part| part.starts_with(said)));
    if !beginnings.is_empty() {
        // Somebody whose name is one letter away may be meant as well.
        let near = (0..names.len()).filter(|at| near[*at].is_some_and(|count| count <= 1));
        let mut candidates: Vec<usize> = beginnings.into_iter().chain(near).collect();
        candidates.sort_unstable();
        candidates.dedup();
        // One letter alone says too little to choose somebody.
        let is_letter = words.iter().all(|word| word.chars().count() == 1);
        return if is_letter { NameMatch::Several(candidates) } else { meant(candidates) };
    }
    let Some(least) = near.iter().flatten().min().copied() else { return NameMatch::Nobody };
    // The margin: whoever is only one mistake further away may be meant as well.
    let further = mistakes(1);
    meant((0..names.len()).filter(|at| further[*at].is_some_and(|count| count <= least + 1)).collect())
}

/// Whether every word that was said is exactly a word of the name.
pub fn is_exact(said: &str, name: &str) -> bool {
    are_words_of(&tokens(said), &tokens(name))
}

fn are_words_of(words: &[String], name: &[String]) -> bool {
    assigned(words, name, &|said, part| said == part)
}

/// Whether one of two or more words is an initial: `A. Quill`.
fn has_initial(words: &[String]) -> bool {
    let letters = words.iter().filter(|word| word.chars().count() == 1).count();
    letters > 0
        && words.len() > letters
        && !words.iter().any(|word| word.len() > 1 && NOT_NAMES.contains(&word.as_str()))
}

fn meant(found: Vec<usize>) -> NameMatch {
    match found.as_slice() {
        [] => NameMatch::Nobody,
        [one] => NameMatch::One(*one),
        _ => NameMatch::Several(found),
    }
}

/// Words of a name: in lower case, without marks and possessives.
pub fn tokens(name: &str) -> Vec<String> {
    let word = |word: &str| {
        let lower = word.to_lowercase();
        let owner = lower.strip_suffix("'s").or_else(|| lower.strip_suffix("’s")).unwrap_or(&lower);
        owner.chars().filter(|c| c.is_alphanumeric()).map(plain).collect::<String>()
    };
    // A hyphen is typed in many ways.
    let split = |c: char| c.is_whitespace() || matches!(c, '-' | ',' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    name.split(split).map(word).filter(|word| !word.is_empty()).collect()
}

/// A letter without its accent, as people type it. Combining accents were removed before.
fn plain(letter: char) -> char {
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

/// Whether each word can be assigned to a different part of the name.
fn assigned(words: &[String], name: &[String], fits: &dyn Fn(&str, &str) -> bool) -> bool {
    let Some((first, rest)) = words.split_first() else { return true };
    (0..name.len()).filter(|at| fits(first, &name[*at])).any(|at| {
        let others: Vec<String> =
            name.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, part)| part.clone()).collect();
        assigned(rest, &others, fits)
    })
}

/// The number of mistakes by which words differ from a name; `None` if a word has more than its length and `slack`
/// allow. A short word may have none.
fn mistakes_in(words: &[String], name: &[String], slack: usize) -> Option<usize> {
    let Some((first, rest)) = words.split_first() else { return Some(0) };
    let of_part = |at: usize| {
        let count = distance(first, &name[at], slack)?;
        let others: Vec<String> =
            name.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, part)| part.clone()).collect();
        Some(count + mistakes_in(rest, &others, slack)?)
    };
    (0..name.len()).filter_map(of_part).min()
}

/// The number of letters that are wrong, missing, extra or swapped; `None` if it is another word.
pub fn distance(said: &str, part: &str, slack: usize) -> Option<usize> {
    if said == part {
        return Some(0);
    }
    let length = said.chars().count();
    let most = match length {
        _ if length < SHORTEST => 0,
        _ if length < LONG => 1 + slack,
        _ => 2 + slack,
    };
    // A wrong first letter is accepted only as the only mistake.
    let found = strsim::osa_distance(said, part);
    let starts_alike = said.chars().next() == part.chars().next();
    (found <= most && (starts_alike || found <= 1)).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// People with names that are alike.
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
    fn somebody_is_the_right_one_or_a_question_and_never_the_wrong_one() {
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
    fn somebody_elses_whole_name_is_never_taken_for_another() {
        let people: Vec<Name> = PEOPLE.iter().map(|(id, name)| Name { id, name }).collect();
        for (at, (_, name)) in PEOPLE.iter().enumerate() {
            match find(&people, name) {
                NameMatch::One(found) => assert_eq!(found, at, "{name}"),
                NameMatch::Several(all) => assert!(all.contains(&at), "{name}"),
                NameMatch::Nobody => panic!("{name} is nobody"),
            }
        }
    }
}
