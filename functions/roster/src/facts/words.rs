//! `POST /api/settings/words`: weights said in words. A closed table of phrases and factors, and no guessing: words that
//! are not in it are answered with the nearest that are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use api::identity::{ClubCaller, Viewer};
use api::{ApiError, Body, Code, RouteError, words};
use axum::Json;
use axum::extract::State;
use domain::rules::SoftName;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Table;
use utoipa::ToSchema;

/// Maximum length of what is said, in characters.
const LONGEST: usize = 300;
/// Maximum suggestions for a part of the text that is not understood.
const NEAREST: usize = 3;
/// The largest weight (rulebook section 8).
const LARGEST_WEIGHT: f64 = 5.0;
/// What a weight of 0 becomes where it is to count more.
const FROM_NOTHING: f64 = 1.0;

/// What people call the rows of the score.
const SUBJECTS: [(SoftName, &[&str]); SoftName::COUNT] = [
    (SoftName::Scheduled, &["placing events", "events placed", "placed events", "filling", "coverage", "scheduled"]),
    (SoftName::Urgency, &["urgency", "urgent events", "due dates", "deadlines", "what is due soon"]),
    (SoftName::TypeRank, &["type rank", "types", "important types", "event types", "the order of types"]),
    (SoftName::Rotation, &["rotation", "rotations", "juicer rotation", "lead rotation"]),
    (SoftName::SupervisorMisuse, &["sparing supervisors", "supervisors off core", "keeping supervisors on the floor"]),
    (SoftName::SupervisorStaffing, &["supervisor staffing", "supervisor events", "supervisors supervising"]),
    (SoftName::LeadBlock1, &["lead block 1", "lead first", "lead opens", "block 1", "first block"]),
    (SoftName::LeadDaily, &["lead daily", "daily work", "freeosk", "digitals"]),
    (SoftName::Fairness, &["fairness", "fair", "evenly", "sharing", "equal shares", "share of core"]),
    (SoftName::DuplicateProduct, &["variety", "different products"]),
    (SoftName::DayBalance, &["day balance", "even days", "balance", "busy days", "even weeks"]),
    (SoftName::Bump, &["stability", "keeping posted schedules", "what is posted"]),
    (SoftName::Affinity, &["affinity", "preferences", "strengths", "what suits people", "skills"]),
    (SoftName::Earliness, &["earliness", "early", "earlier", "finishing early", "sooner"]),
    (SoftName::Ledger, &["ledger", "debts", "earlier weeks", "fairness over weeks", "catching up"]),
    (SoftName::Wish, &["wish", "wishes", "refusals", "decisions", "what people asked for"]),
];

/// What rows of the score keep down: less of it is more of the row's weight.
const AVOIDED: [(SoftName, &[&str]); 3] = [
    (SoftName::SupervisorMisuse, &["supervisor misuse", "supervisors on core", "core by supervisors"]),
    (SoftName::DuplicateProduct, &["duplicate product", "duplicates", "same product", "repeats"]),
    (SoftName::Bump, &["bump", "bumps", "moves", "swaps", "moving people", "moving posted schedules"]),
];

/// What changes a weight, the longest first; `None` puts it back to 1.
const FACTORS: [(&str, Option<f64>); 22] = [
    ("a little more", Some(1.25)),
    ("a little less", Some(0.8)),
    ("a bit more", Some(1.25)),
    ("a bit less", Some(0.8)),
    ("half as much", Some(0.5)),
    ("twice as much", Some(2.0)),
    ("much more", Some(2.0)),
    ("much less", Some(0.5)),
    ("not at all", Some(0.0)),
    ("do not care about", Some(0.0)),
    ("don't care about", Some(0.0)),
    ("as usual", None),
    ("normally", None),
    ("reset", None),
    ("double", Some(2.0)),
    ("halve", Some(0.5)),
    ("ignore", Some(0.0)),
    ("never mind", Some(0.0)),
    ("many fewer", Some(0.5)),
    ("more", Some(1.5)),
    ("fewer", Some(0.67)),
    ("less", Some(0.67)),
];

/// Words that say nothing.
const FILLERS: [&str; 24] = [
    "the", "a", "an", "please", "to", "of", "for", "on", "our", "should", "follow", "matter", "matters", "count",
    "counts", "make", "weigh", "be", "is", "with", "care", "about", "value", "keep",
];

/// What is said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WeightWords)]
pub struct Said {
    /// One or several wishes: `follow the rotation more, fairness a little less`.
    #[schema(min_length = 1, max_length = 300)]
    text: String,
}

/// One weight, as it was said.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = WeightWish)]
struct Wished {
    /// The part of the text that says so.
    said: String,
    /// The weight.
    weight: &'static str,
    /// What it is multiplied by; none puts it back to 1.
    factor: Option<f64>,
    before: f64,
    after: f64,
}

/// The weights that would be saved. Nothing is saved yet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WeightsFromWords)]
pub struct Understood {
    wishes: Vec<Wished>,
    /// The weights that change, by name: what `PUT /api/settings` and a trial take.
    weights: BTreeMap<&'static str, f64>,
}

api::errors! {
    /// Why words are not understood.
    WordsErrors: InvalidText, UnknownWords;
}

/// Weights said in words, by a closed table: which change, and to what.
///
/// Nothing is saved. Words that the table does not have are answered with the nearest that it has.
#[utoipa::path(
    post,
    path = "/api/settings/words",
    operation_id = "readWeightWords",
    tag = "facts",
    request_body = Said,
    responses((status = 200, body = Understood), RouteError<WordsErrors>),
)]
pub async fn read_words(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
    Body(Said { text }): Body<Said>,
) -> Result<Json<Understood>, RouteError<WordsErrors>> {
    let text = words("$.text", &text, LONGEST)?;
    let weights = club_caller.of(&table).settings().await?.body.planning.weights;
    let understood = understand(&text, |name| weights.of(name)).map_err(|faults| unknown(&faults))?;
    Ok(Json(understood))
}

fn unknown(faults: &[Unknown]) -> ApiError {
    let first = faults.first().map(|fault| format!("{:?}", fault.said)).unwrap_or_default();
    let message = format!("{first} is not understood: say which row of the score counts more or less");
    ApiError::new(Code::UnknownWords, message).with(json!({"unknown": faults, "factors": FACTORS.map(|(say, _)| say)}))
}

/// A part of the text that the table does not have.
#[derive(Debug, PartialEq, Serialize)]
struct Unknown {
    said: String,
    /// The nearest phrases, with the weights that they name.
    nearest: Vec<Near>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Near {
    say: &'static str,
    weight: &'static str,
}

fn understand(text: &str, known: impl Fn(SoftName) -> f64) -> Result<Understood, Vec<Unknown>> {
    let (mut wishes, mut faults) = (Vec::new(), Vec::new());
    let mut now: BTreeMap<SoftName, f64> = BTreeMap::new();
    for part in parts(text) {
        let Some((name, factor)) = wish(&part) else {
            faults.push(Unknown { nearest: nearest(&part), said: part });
            continue;
        };
        let before = *now.entry(name).or_insert_with(|| known(name));
        let after = match factor {
            None => 1.0,
            Some(factor) if factor > 1.0 && before == 0.0 => FROM_NOTHING,
            Some(factor) => ((before * factor * 100.0).round() / 100.0).min(LARGEST_WEIGHT),
        };
        now.insert(name, after);
        wishes.push(Wished { said: part, weight: name.name(), factor, before, after });
    }
    if wishes.is_empty() && faults.is_empty() {
        faults.push(Unknown { nearest: nearest(text), said: text.trim().to_owned() });
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let changed = now.into_iter().filter(|(name, after)| known(*name) != *after);
    Ok(Understood { wishes, weights: changed.map(|(name, after)| (name.name(), after)).collect() })
}

/// The wishes of a text, one by one.
fn parts(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace('\u{2019}', "'").replace(" and ", ",").replace(" but ", ",");
    let parts = text.split([',', ';', '.', '\n']);
    parts.map(|part| part.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|part| !part.is_empty()).collect()
}

/// What a part wishes: exactly one factor, and exactly one weight.
fn wish(part: &str) -> Option<(SoftName, Option<f64>)> {
    let padded = format!(" {part} ");
    let (phrase, factor) = FACTORS.into_iter().find(|(phrase, _)| padded.contains(&format!(" {phrase} ")))?;
    let rest = padded.replacen(&format!(" {phrase} "), " ", 1);
    let plain = without_fillers(&rest);
    let named = |(name, phrases): &(SoftName, &[&str])| {
        let is_said = |phrase: &&str| without_fillers(phrase) == plain || *phrase == rest.trim();
        phrases.iter().any(is_said).then_some(*name)
    };
    if let Some(name) = AVOIDED.iter().find_map(named) {
        // "No moves at all" and "moves do not matter at all" are opposites: neither is guessed.
        return (phrase != "not at all").then(|| (name, factor.map(opposite)));
    }
    let by_name = || SoftName::ALL.into_iter().find(|name| name.name().replace('_', " ") == plain);
    SUBJECTS.iter().find_map(named).or_else(by_name).map(|name| (name, factor))
}

/// What a factor of something avoided is for the weight that keeps it down: the factor of the table that undoes it.
fn opposite(factor: f64) -> f64 {
    let undoes = |other: &f64| (other * factor - 1.0).abs();
    let others = FACTORS.iter().filter_map(|(_, other)| *other);
    if factor == 0.0 { 0.0 } else { others.min_by(|a, b| undoes(a).total_cmp(&undoes(b))).unwrap_or(factor) }
}

fn without_fillers(text: &str) -> String {
    text.split_whitespace().filter(|word| !FILLERS.contains(word)).collect::<Vec<_>>().join(" ")
}

/// The phrases that are most like a part of the text.
fn nearest(part: &str) -> Vec<Near> {
    let plain = without_fillers(part);
    let likeness = |phrase: &str| {
        let whole = strsim::jaro_winkler(&plain, phrase);
        let words = plain.split_whitespace().map(|word| strsim::jaro_winkler(word, phrase));
        words.fold(whole, f64::max)
    };
    let mut all: Vec<(f64, Near)> = SUBJECTS
        .iter()
        .chain(&AVOIDED)
        .filter_map(|(name, phrases)| {
            let best = phrases.iter().map(|phrase| (likeness(phrase), *phrase)).max_by(|a, b| a.0.total_cmp(&b.0))?;
            Some((best.0, Near { say: best.1, weight: name.name() }))
        })
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut named = BTreeSet::new();
    all.retain(|(_, near)| named.insert(near.weight));
    all.into_iter().take(NEAREST).map(|(_, near)| near).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<(&'static str, f64)> {
        let understood = understand(text, |_| 1.0).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
        understood.wishes.iter().map(|wish| (wish.weight, wish.after)).collect()
    }

    #[test]
    fn every_row_of_the_score_has_its_phrases_and_no_phrase_names_two() {
        let named: Vec<SoftName> = SUBJECTS.iter().map(|(name, _)| *name).collect();
        assert_eq!(named, SoftName::ALL);
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
                assert_eq!(said(&format!("{phrase} more")), [(name.name(), 1.5)], "{phrase}");
            }
        }
    }

    #[test]
    fn words_become_weights() {
        for (text, expected) in [
            ("follow the rotation more", &[("rotation", 1.5)][..]),
            ("Rotation more", &[("rotation", 1.5)]),
            ("more fairness", &[("fairness", 1.5)]),
            ("much more fairness", &[("fairness", 2.0)]),
            ("fairness a little less", &[("fairness", 0.8)]),
            ("don\u{2019}t care about duplicates", &[("duplicate_product", 0.0)]),
            ("fewer moves", &[("bump", 1.5)]),
            ("moves a bit less", &[("bump", 1.25)]),
            ("many fewer repeats", &[("duplicate_product", 2.0)]),
            ("more moves", &[("bump", 0.67)]),
            ("moves as usual", &[("bump", 1.0)]),
            ("stability a bit less", &[("bump", 0.8)]),
            ("ignore earliness", &[("earliness", 0.0)]),
            ("fairness as usual", &[("fairness", 1.0)]),
            ("less moves, and more variety", &[("bump", 1.5), ("duplicate_product", 1.5)]),
            ("rotation more; rotation more", &[("rotation", 1.5), ("rotation", 2.25)]),
            ("lead_daily more", &[("lead_daily", 1.5)]),
        ] {
            let text = text.replace("lead_daily", "lead daily");
            assert_eq!(said(&text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_in_the_table_is_answered_with_the_nearest() {
        for (text, said, nearest) in [
            ("follow the rotatoin more", "follow the rotatoin more", "rotation"),
            ("fairnes more", "fairnes more", "fairness"),
            ("rotation", "rotation", "rotation"),
            ("moves not at all", "moves not at all", "bump"),
            ("more", "more", "scheduled"),
        ] {
            let faults = understand(text, |_| 1.0).expect_err(text);
            assert_eq!(faults.first().map(|fault| fault.said.as_str()), Some(said));
            let named: Vec<&str> =
                faults.iter().flat_map(|fault| fault.nearest.iter().map(|near| near.weight)).collect();
            assert_eq!(named.len(), NEAREST, "{text}");
            if text != "more" {
                assert_eq!(named.first(), Some(&nearest), "{text}: {named:?}");
            }
        }
        assert!(understand(" , ", |_| 1.0).is_err());
    }

    #[test]
    fn a_weight_stays_within_its_bounds_and_one_that_stays_is_not_named() {
        let after = |text: &str, known: f64| understand(text, |_| known).expect(text).weights;
        assert_eq!(after("fairness twice as much", 4.0), BTreeMap::from([("fairness", 5.0)]));
        assert_eq!(after("fairness more", 0.0), BTreeMap::from([("fairness", 1.0)]));
        assert_eq!(after("fairness as usual", 1.0), BTreeMap::new());
    }
}
