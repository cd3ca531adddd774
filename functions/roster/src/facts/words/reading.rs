//! How a text is read: part by part, each of which names one row of the score and one change of its weight.

use std::cmp::Ordering;

use domain::rules::SoftName;

use super::table::{
    AVOIDED, DIRECTIONS, Direction, FILLERS, IMPORTANCE, LARGEST_WEIGHT, LESS, MORE, PHRASES, SUBJECTS,
};

/// Maximum suggestions for a part of the text that is not understood.
const NEAREST: usize = 3;
/// What a weight of 0 becomes where it is to count more.
const FROM_NOTHING: f64 = 1.0;

/// By how much a weight changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    /// It is multiplied.
    Times(f64),
    /// It becomes this.
    To(f64),
}

impl Amount {
    /// The weight afterwards: 0 to 5, with two decimals.
    pub fn of(self, weight: f64) -> f64 {
        let raw = match self {
            Amount::To(weight) => weight,
            Amount::Times(factor) if factor > 1.0 && weight == 0.0 => FROM_NOTHING,
            Amount::Times(factor) => weight * factor,
        };
        ((raw * 100.0).round() / 100.0).min(LARGEST_WEIGHT)
    }

    /// What the same amount of something avoided is for the weight that keeps it down; `None` where it could mean two
    /// things.
    fn opposite(self) -> Option<Amount> {
        match self {
            Amount::Times(factor) if factor == MORE => Some(Amount::Times(LESS)),
            Amount::Times(factor) if factor == LESS => Some(Amount::Times(MORE)),
            Amount::Times(factor) => Some(Amount::Times(1.0 / factor)),
            Amount::To(_) => None,
        }
    }
}

/// A part of a text that is understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// What was said.
    pub said: String,
    /// The row whose weight changes.
    pub name: SoftName,
    /// By how much.
    pub amount: Amount,
}

/// A part of a text that the table does not have.
#[derive(Debug, Clone, PartialEq)]
pub struct Unknown {
    /// What was said.
    pub said: String,
    /// The nearest phrases with the rows that they name, the nearest first.
    pub nearest: Vec<(SoftName, &'static str)>,
}

/// Reads what somebody says matters.
///
/// # Errors
/// Every part that the table does not have; the whole text if nothing is said.
pub fn read(text: &str) -> Result<Vec<Wish>, Vec<Unknown>> {
    let (mut wishes, mut unknown) = (Vec::new(), Vec::new());
    for said in parts(text) {
        match read_part(&said) {
            Some((name, amount)) => wishes.push(Wish { said, name, amount }),
            None => unknown.push(Unknown { nearest: nearest(&said), said }),
        }
    }
    if wishes.is_empty() && unknown.is_empty() {
        unknown.push(Unknown { nearest: nearest(text), said: text.trim().to_owned() });
    }
    if unknown.is_empty() { Ok(wishes) } else { Err(unknown) }
}

/// The wishes of a text, one by one. *And* stands in names too: a text is cut there only if the whole says nothing.
fn parts(text: &str) -> Vec<String> {
    let text = text.replace('\u{2019}', "'").replace(" but ", ",");
    let mut parts = Vec::new();
    for part in cut(&text, &[",", ";", ".", "\n"]) {
        let and_ahead = part.trim_start_matches("and ").to_owned();
        if read_part(&and_ahead).is_some() {
            parts.push(and_ahead);
        } else {
            parts.extend(cut(&and_ahead, &[" and "]));
        }
    }
    parts
}

fn cut(text: &str, at: &[&str]) -> Vec<String> {
    let text = at.iter().fold(text.to_owned(), |text, mark| text.replace(mark, "\u{1}"));
    let parts = text.split('\u{1}').map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    parts.filter(|part| !part.is_empty()).collect()
}

/// Exactly one row and exactly one change, or nothing.
fn read_part(said: &str) -> Option<(SoftName, Amount)> {
    let text = plain(said);
    let whole = bare(&text);
    if let Some((_, name, amount)) = PHRASES.iter().find(|(phrase, ..)| bare(phrase) == whole) {
        return Some((*name, *amount));
    }
    let says_it_matters = text.split(' ').any(|word| IMPORTANCE.contains(&word));
    DIRECTIONS.iter().find_map(|direction| {
        let rest = bare(&without(&text, direction.say)?);
        let named =
            |(name, phrases): &(SoftName, &[&str])| phrases.iter().any(|phrase| bare(phrase) == rest).then_some(*name);
        if let Some(name) = AVOIDED.iter().find_map(named) {
            return amount_of_avoided(direction, says_it_matters).map(|amount| (name, amount));
        }
        let by_name = || SoftName::ALL.into_iter().find(|name| name.name().replace('_', " ") == rest);
        SUBJECTS.iter().find_map(named).or_else(by_name).map(|name| (name, direction.amount))
    })
}

/// "No moves at all" and "moves do not matter at all" are opposites: neither is guessed.
fn amount_of_avoided(direction: &Direction, says_it_matters: bool) -> Option<Amount> {
    if direction.is_about_importance || says_it_matters { Some(direction.amount) } else { direction.amount.opposite() }
}

/// A text without a phrase that it has as whole words.
fn without(text: &str, phrase: &str) -> Option<String> {
    let (padded, phrase) = (format!(" {text} "), format!(" {phrase} "));
    padded.contains(&phrase).then(|| padded.replacen(&phrase, " ", 1))
}

/// Letters, digits and apostrophes, in small letters, one space between words.
fn plain(text: &str) -> String {
    let text = text.to_lowercase().replace('\u{2019}', "'");
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '\'');
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn bare(text: &str) -> String {
    let text = plain(text);
    text.split(' ').filter(|word| !FILLERS.contains(word)).collect::<Vec<_>>().join(" ")
}

/// The phrases that are most like a part of the text, one of a row.
fn nearest(said: &str) -> Vec<(SoftName, &'static str)> {
    let text = DIRECTIONS.iter().fold(plain(said), |text, each| without(&text, each.say).unwrap_or(text));
    let words = bare(&text);
    let likeness = |phrase: &str| likeness(&words, &bare(phrase));
    let mut rows: Vec<(f64, SoftName, &'static str)> = SoftName::ALL
        .into_iter()
        .filter_map(|name| {
            let phrases = SUBJECTS.iter().chain(&AVOIDED).filter(|(row, _)| *row == name).flat_map(|(_, all)| *all);
            let likest = phrases.map(|phrase| (likeness(phrase), *phrase)).max_by(|a, b| a.0.total_cmp(&b.0));
            likest.map(|(likeness, phrase)| (likeness, name, phrase))
        })
        .collect();
    rows.sort_by(|a, b| b.0.partial_cmp(&a.0).unwrap_or(Ordering::Equal));
    rows.into_iter().take(NEAREST).map(|(_, name, phrase)| (name, phrase)).collect()
}

/// How much words are like a phrase: the mean of each word's nearest; longer phrases a little less.
fn likeness(words: &str, phrase: &str) -> f64 {
    let (words, phrase): (Vec<&str>, Vec<&str>) = (words.split(' ').collect(), phrase.split(' ').collect());
    let of_word =
        |word: &str| phrase.iter().map(|other| strsim::normalized_damerau_levenshtein(word, other)).fold(0.0, f64::max);
    let unused = phrase.len().saturating_sub(words.len());
    words.iter().map(|word| of_word(word)).sum::<f64>() / words.len() as f64 - 0.05 * unused as f64
}

#[cfg(test)]
mod tests {
    use super::super::table::DIRECTIONS;
    use super::Amount::{Times, To};
    use super::*;

    fn said(text: &str) -> Vec<(&'static str, Amount)> {
        let wishes = read(text).unwrap_or_else(|unknown| panic!("{text}: {unknown:?}"));
        wishes.iter().map(|wish| (wish.name.name(), wish.amount)).collect()
    }

    #[test]
    fn every_row_of_the_score_has_its_phrases_and_no_phrase_names_two() {
        assert_eq!(SUBJECTS.map(|(name, _)| name), SoftName::ALL);
        let mut phrases: Vec<String> = SUBJECTS
            .iter()
            .chain(&AVOIDED)
            .flat_map(|(_, phrases)| phrases.iter().map(|phrase| bare(phrase)))
            .collect();
        let count = phrases.len();
        phrases.sort();
        phrases.dedup();
        assert_eq!(phrases.len(), count);
        for (name, phrases) in SUBJECTS {
            for phrase in phrases {
                assert_eq!(said(&format!("{phrase} more")), [(name.name(), Times(MORE))], "{phrase}");
                assert_eq!(said(&format!("{phrase} less")), [(name.name(), Times(LESS))], "{phrase}");
                assert_eq!(said(&format!("don't care about {phrase}")), [(name.name(), To(0.0))], "{phrase}");
            }
        }
        for (name, phrases) in AVOIDED {
            for phrase in phrases {
                assert_eq!(said(&format!("fewer {phrase}")), [(name.name(), Times(MORE))], "{phrase}");
                assert_eq!(said(&format!("{phrase} matters less")), [(name.name(), Times(LESS))], "{phrase}");
                assert_eq!(said(&format!("don't care about {phrase}")), [(name.name(), To(0.0))], "{phrase}");
            }
        }
    }

    #[test]
    fn a_longer_direction_stands_before_one_that_it_contains() {
        for (at, long) in DIRECTIONS.iter().enumerate() {
            for short in &DIRECTIONS[..at] {
                assert!(without(long.say, short.say).is_none(), "{:?} after {:?}", long.say, short.say);
            }
        }
    }

    #[test]
    fn words_become_changes_of_weights() {
        for (text, expected) in [
            ("follow the rotation more", &[("rotation", Times(1.5))][..]),
            ("Follow the rotation less.", &[("rotation", Times(0.67))]),
            ("Rotation more", &[("rotation", Times(1.5))]),
            ("I don't care about the rotation", &[("rotation", To(0.0))]),
            ("don\u{2019}t care about duplicates", &[("duplicate_product", To(0.0))]),
            ("do not care about moves", &[("bump", To(0.0))]),
            ("ignore the rotation", &[("rotation", To(0.0))]),
            ("follow the rotation much more", &[("rotation", Times(2.0))]),
            ("the rotation is a bit less important", &[("rotation", Times(0.8))]),
            ("rotation as usual", &[("rotation", To(1.0))]),
            ("double fairness", &[("fairness", Times(2.0))]),
            ("fairness above all", &[("fairness", To(5.0))]),
            ("fewer moves", &[("bump", Times(1.5))]),
            ("move less", &[("bump", Times(1.5))]),
            ("moves a bit less", &[("bump", Times(1.25))]),
            ("moves matter a bit less", &[("bump", Times(0.8))]),
            ("moves matter more", &[("bump", Times(1.5))]),
            ("more moves", &[("bump", Times(0.67))]),
            ("moves as usual", &[("bump", To(1.0))]),
            ("move nothing", &[("bump", To(5.0))]),
            ("many fewer repeats", &[("duplicate_product", Times(2.0))]),
            ("stability a bit less", &[("bump", Times(0.8))]),
            ("spread core more evenly", &[("fairness", Times(1.5))]),
            ("be fairer, and follow the rotation less", &[("fairness", Times(1.5)), ("rotation", Times(0.67))]),
            ("fairer but fewer duplicates", &[("fairness", Times(1.5)), ("duplicate_product", Times(1.5))]),
            ("juicer and lead matter more", &[("rotation", Times(1.5))]),
            ("rotation more and fairness less", &[("rotation", Times(1.5)), ("fairness", Times(0.67))]),
            ("due dates matter more", &[("urgency", Times(1.5))]),
            ("what i asked for counts much more", &[("wish", Times(2.0))]),
            ("lead daily more", &[("lead_daily", Times(1.5))]),
        ] {
            assert_eq!(said(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_in_the_table_is_answered_with_the_nearest() {
        for (text, part, likest) in [
            ("folow the rotaton more", "folow the rotaton more", Some("rotation")),
            ("fairnes more", "fairnes more", Some("fairness")),
            ("deadlins", "deadlins", Some("urgency")),
            ("rotation", "rotation", Some("rotation")),
            ("moves not at all", "moves not at all", Some("bump")),
            ("weather more", "weather more", None),
            ("follow the rotation more, and cheaper fruit", "cheaper fruit", None),
            ("more", "more", None),
            (" , ", ",", None),
        ] {
            let unknown = read(text).expect_err(text);
            assert_eq!(unknown.len(), 1, "{text}");
            assert_eq!(unknown[0].said, part);
            assert_eq!(unknown[0].nearest.len(), NEAREST, "{text}");
            if let Some(likest) = likest {
                assert_eq!(unknown[0].nearest[0].0.name(), likest, "{text}: {unknown:?}");
            }
        }
    }

    #[test]
    fn a_weight_stays_within_its_bounds() {
        for (amount, before, after) in [
            (Times(1.5), 1.0, 1.5),
            (Times(2.0), 4.0, 5.0),
            (Times(1.5), 0.0, 1.0),
            (Times(0.67), 0.0, 0.0),
            (Times(0.67), 1.0, 0.67),
            (To(0.0), 2.0, 0.0),
            (To(5.0), 2.0, 5.0),
        ] {
            assert_eq!(amount.of(before), after, "{amount:?} of {before}");
        }
    }
}
