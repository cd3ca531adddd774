//! Reads changes of weights from a text, part by part. Each part names one row of the score and one change of its weight.

use std::cmp::Ordering;

use domain::rules::SoftName;

use super::table::{
    AVOIDED, DIRECTIONS, Direction, FILLERS, IMPORTANCE, LARGEST_WEIGHT, LESS, MORE, PHRASES, SUBJECTS,
};

/// Maximum number of suggestions for a part of the text that is not understood.
const NEAREST: usize = 3;
/// The weight after a weight of 0 is multiplied by a factor above 1.
const FROM_NOTHING: f64 = 1.0;

/// By how much a weight changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    /// The weight is multiplied by this factor.
    Times(f64),
    /// The weight is set to this value.
    To(f64),
}

impl Amount {
    /// The changed weight: 0 to 5, with two decimals.
    pub fn apply_to_weight(self, weight: f64) -> f64 {
        let raw = match self {
            Amount::To(weight) => weight,
            Amount::Times(factor) if factor > 1.0 && weight == 0.0 => FROM_NOTHING,
            Amount::Times(factor) => weight * factor,
        };
        ((raw * 100.0).round() / 100.0).min(LARGEST_WEIGHT)
    }

    /// Converts a requested change of how often something happens into the change of the weight against it: fewer moves
    /// are a larger weight against moves. `None` for a set value, which is ambiguous.
    fn opposite(self) -> Option<Amount> {
        match self {
            Amount::Times(factor) if factor == MORE => Some(Amount::Times(LESS)),
            Amount::Times(factor) if factor == LESS => Some(Amount::Times(MORE)),
            Amount::Times(factor) => Some(Amount::Times(1.0 / factor)),
            Amount::To(_) => None,
        }
    }
}

/// A change of a weight, with the part of the text that asks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightChange {
    /// The part of the text.
    pub text: String,
    /// The row of the score whose weight changes.
    pub name: SoftName,
    /// By how much the weight changes.
    pub amount: Amount,
}

/// A part of a text that the table does not have.
#[derive(Debug, Clone, PartialEq)]
pub struct UnreadPart {
    /// The part of the text.
    pub text: String,
    /// The nearest phrases with the rows that they name, the nearest first.
    pub nearest: Vec<(SoftName, &'static str)>,
}

/// Reads the changes of weights that a text asks for.
///
/// # Errors
/// Every part that the table does not have; the whole text if it has no parts.
pub fn read(text: &str) -> Result<Vec<WeightChange>, Vec<UnreadPart>> {
    let (mut changes, mut unread) = (Vec::new(), Vec::new());
    for text in parts(text) {
        match read_part(&text) {
            Some((name, amount)) => changes.push(WeightChange { text, name, amount }),
            None => unread.push(UnreadPart { nearest: nearest(&text), text }),
        }
    }
    if changes.is_empty() && unread.is_empty() {
        unread.push(UnreadPart { nearest: nearest(text), text: text.trim().to_owned() });
    }
    if unread.is_empty() { Ok(changes) } else { Err(unread) }
}

/// The parts of a text, cut at punctuation and *but*. A part is cut at *and* only if the whole part is not understood,
/// because *and* also occurs within names.
fn parts(text: &str) -> Vec<String> {
    let text = text.replace('\u{2019}', "'").replace(" but ", ",");
    let mut parts = Vec::new();
    for part in cut(&text, &[",", ";", ".", "\n"]) {
        let without_and = part.trim_start_matches("and ").to_owned();
        if read_part(&without_and).is_some() {
            parts.push(without_and);
        } else {
            parts.extend(cut(&without_and, &[" and "]));
        }
    }
    parts
}

fn cut(text: &str, at: &[&str]) -> Vec<String> {
    let text = at.iter().fold(text.to_owned(), |text, mark| text.replace(mark, "\u{1}"));
    let parts = text.split('\u{1}').map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    parts.filter(|part| !part.is_empty()).collect()
}

/// The row and the change that a part names; `None` unless it names exactly one of each.
fn read_part(part: &str) -> Option<(SoftName, Amount)> {
    let text = plain_words(part);
    let whole = without_fillers(&text);
    if let Some((_, name, amount)) = PHRASES.iter().find(|(phrase, ..)| without_fillers(phrase) == whole) {
        return Some((*name, *amount));
    }
    let is_about_importance = text.split(' ').any(|word| IMPORTANCE.contains(&word));
    DIRECTIONS.iter().find_map(|direction| {
        let rest = without_fillers(&without(&text, direction.phrase)?);
        let named = |(name, phrases): &(SoftName, &[&str])| {
            phrases.iter().any(|phrase| without_fillers(phrase) == rest).then_some(*name)
        };
        if let Some(name) = AVOIDED.iter().find_map(named) {
            return amount_of_avoided(direction, is_about_importance).map(|amount| (name, amount));
        }
        let by_name = || SoftName::ALL.into_iter().find(|name| name.name().replace('_', " ") == rest);
        SUBJECTS.iter().find_map(named).or_else(by_name).map(|name| (name, direction.amount))
    })
}

/// The change of the weight that keeps something rare. `None` if the text is ambiguous: "moves not at all" may mean no
/// moves, or that moves do not matter.
fn amount_of_avoided(direction: &Direction, is_about_importance: bool) -> Option<Amount> {
    if direction.is_about_importance || is_about_importance {
        Some(direction.amount)
    } else {
        direction.amount.opposite()
    }
}

/// A text without the first occurrence of a phrase; `None` if the text does not contain the phrase as whole words.
fn without(text: &str, phrase: &str) -> Option<String> {
    let (padded, phrase) = (format!(" {text} "), format!(" {phrase} "));
    padded.contains(&phrase).then(|| padded.replacen(&phrase, " ", 1))
}

/// The letters, digits and apostrophes of a text in lower case, with one space between words.
fn plain_words(text: &str) -> String {
    let text = text.to_lowercase().replace('\u{2019}', "'");
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '\'');
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A text as [`plain_words`] gives it, without the filler words.
fn without_fillers(text: &str) -> String {
    let text = plain_words(text);
    text.split(' ').filter(|word| !FILLERS.contains(word)).collect::<Vec<_>>().join(" ")
}

/// The phrases that are most similar to a part of the text, at most one per row of the score.
fn nearest(part: &str) -> Vec<(SoftName, &'static str)> {
    let text = DIRECTIONS.iter().fold(plain_words(part), |text, each| without(&text, each.phrase).unwrap_or(text));
    let words = without_fillers(&text);
    let similarity = |phrase: &str| similarity(&words, &without_fillers(phrase));
    let mut rows: Vec<(f64, SoftName, &'static str)> = SoftName::ALL
        .into_iter()
        .filter_map(|name| {
            let phrases = SUBJECTS.iter().chain(&AVOIDED).filter(|(row, _)| *row == name).flat_map(|(_, all)| *all);
            let nearest = phrases.map(|phrase| (similarity(phrase), *phrase)).max_by(|a, b| a.0.total_cmp(&b.0));
            nearest.map(|(similarity, phrase)| (similarity, name, phrase))
        })
        .collect();
    rows.sort_by(|a, b| b.0.partial_cmp(&a.0).unwrap_or(Ordering::Equal));
    rows.into_iter().take(NEAREST).map(|(_, name, phrase)| (name, phrase)).collect()
}

/// The similarity of some words to a phrase: the mean, over the words, of the similarity to the nearest word of the
/// phrase. Each further word of the phrase lowers it a little.
fn similarity(words: &str, phrase: &str) -> f64 {
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

    fn changes_of(text: &str) -> Vec<(&'static str, Amount)> {
        let changes = read(text).unwrap_or_else(|unread| panic!("{text}: {unread:?}"));
        changes.iter().map(|change| (change.name.name(), change.amount)).collect()
    }

    #[test]
    fn every_row_of_the_score_has_phrases_and_no_phrase_names_two_rows() {
        assert_eq!(SUBJECTS.map(|(name, _)| name), SoftName::ALL);
        let mut phrases: Vec<String> = SUBJECTS
            .iter()
            .chain(&AVOIDED)
            .flat_map(|(_, phrases)| phrases.iter().map(|phrase| without_fillers(phrase)))
            .collect();
        let count = phrases.len();
        phrases.sort();
        phrases.dedup();
        assert_eq!(phrases.len(), count);
        for (name, phrases) in SUBJECTS {
            for phrase in phrases {
                assert_eq!(changes_of(&format!("{phrase} more")), [(name.name(), Times(MORE))], "{phrase}");
                assert_eq!(changes_of(&format!("{phrase} less")), [(name.name(), Times(LESS))], "{phrase}");
                assert_eq!(changes_of(&format!("don't care about {phrase}")), [(name.name(), To(0.0))], "{phrase}");
            }
        }
        for (name, phrases) in AVOIDED {
            for phrase in phrases {
                assert_eq!(changes_of(&format!("fewer {phrase}")), [(name.name(), Times(MORE))], "{phrase}");
                assert_eq!(changes_of(&format!("{phrase} matters less")), [(name.name(), Times(LESS))], "{phrase}");
                assert_eq!(changes_of(&format!("don't care about {phrase}")), [(name.name(), To(0.0))], "{phrase}");
            }
        }
    }

    #[test]
    fn a_direction_is_before_every_direction_that_it_contains() {
        for (at, long) in DIRECTIONS.iter().enumerate() {
            for short in &DIRECTIONS[..at] {
                assert!(without(long.phrase, short.phrase).is_none(), "{:?} after {:?}", long.phrase, short.phrase);
            }
        }
    }

    #[test]
    fn changes_of_weights_are_read_from_words() {
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
            assert_eq!(changes_of(text), expected, "{text}");
        }
    }

    #[test]
    fn a_part_that_is_not_in_the_table_gets_the_nearest_phrases() {
        for (text, part, nearest) in [
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
            let unread = read(text).expect_err(text);
            assert_eq!(unread.len(), 1, "{text}");
            assert_eq!(unread[0].text, part);
            assert_eq!(unread[0].nearest.len(), NEAREST, "{text}");
            if let Some(nearest) = nearest {
                assert_eq!(unread[0].nearest[0].0.name(), nearest, "{text}: {unread:?}");
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
            assert_eq!(amount.apply_to_weight(before), after, "{amount:?} of {before}");
        }
    }
}
