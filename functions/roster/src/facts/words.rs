//! `POST /api/settings/words`: reads changes of weights from words, by a closed table of phrases and factors. Nothing is
//! guessed: for words that the table does not have, the answer names its nearest phrases.

use std::collections::BTreeMap;
use std::sync::Arc;

use api::identity::{ClubCaller, Viewer};
use api::{ApiError, Body, Code, RouteError, words};
use axum::Json;
use axum::extract::State;
use domain::rules::SoftName;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Table;
use store::documents::NotLoaded;
use utoipa::ToSchema;

mod reading;
mod table;

use reading::{Amount, UnreadPart, WeightChange};

/// Maximum length of the text, in characters.
const LONGEST_TEXT: usize = 300;

/// Changes of weights in words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WeightWords {
    /// One or several changes: `follow the rotation more, fairness a little less`.
    #[schema(min_length = 1, max_length = 300)]
    text: String,
    /// Unsaved weights by name that the changes apply to. For other names, the club's own weights apply.
    #[serde(default)]
    weights: BTreeMap<String, f64>,
}

/// A change of one weight, as the text asks for it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct WeightWish {
    /// The part of the text that asks for the change.
    said: String,
    /// The name of the weight.
    weight: &'static str,
    /// The factor that multiplies the weight; a factor above 1 raises a weight of 0 to 1. `null` if the weight is set.
    factor: Option<f64>,
    /// The value that the weight is set to; `null` if it is multiplied.
    to: Option<f64>,
    before: f64,
    after: f64,
}

/// The weights that would be saved. Nothing is saved yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct WeightsFromWords {
    wishes: Vec<WeightWish>,
    /// The weights that change, by name, as `PUT /api/settings` and a trial take them.
    weights: BTreeMap<&'static str, f64>,
}

api::errors! {
    /// Why a text is not read.
    WordsErrors: InvalidFact, InvalidText, UnknownWords;
}

/// Reads changes of weights from words, by a fixed table of phrases: which weights change, and to what.
///
/// Nothing is saved. For words that the table does not have, the error names the nearest phrases of the table.
#[utoipa::path(
    post,
    path = "/api/settings/words",
    operation_id = "readWeightWords",
    tag = "facts",
    request_body = WeightWords,
    responses((status = 200, body = WeightsFromWords), RouteError<WordsErrors>),
)]
pub async fn read_words(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
    Body(request): Body<WeightWords>,
) -> Result<Json<WeightsFromWords>, RouteError<WordsErrors>> {
    let text = words("$.text", &request.text, LONGEST_TEXT)?;
    let unsaved = unsaved_weights(&request.weights)?;
    let changes = reading::read(&text).map_err(|unread| not_understood(&unread))?;
    let club = club_caller.of(&table);
    let (info, settings) = tokio::try_join!(club.info(), club.settings())?;
    info.ok_or(NotLoaded)?;
    let saved = settings.body.planning.weights;
    Ok(Json(apply(changes, |name| unsaved.get(&name).copied().unwrap_or_else(|| saved.of(name)))))
}

/// The unsaved weights of a request.
///
/// # Errors
/// 422 for a name that no weight has, and for a weight out of bounds.
fn unsaved_weights(weights: &BTreeMap<String, f64>) -> Result<BTreeMap<SoftName, f64>, ApiError> {
    let read = |(name, weight): (&String, &f64)| {
        let found = SoftName::ALL.into_iter().find(|candidate| candidate.name() == name);
        let refused = |what: &str| ApiError::new(Code::InvalidFact, format!("$.weights: {name:?} {what}"));
        let name_of_row = found.ok_or_else(|| refused("is not a row of the score"))?;
        let is_within = (0.0..=table::LARGEST_WEIGHT).contains(weight);
        is_within.then_some((name_of_row, *weight)).ok_or_else(|| refused("is not a number from 0 to 5"))
    };
    weights.iter().map(read).collect()
}

/// Applies changes to the weights that `weight_of` returns. A later change of a weight applies to the result of the
/// earlier ones.
fn apply(changes: Vec<WeightChange>, weight_of: impl Fn(SoftName) -> f64) -> WeightsFromWords {
    let mut current: BTreeMap<SoftName, f64> = BTreeMap::new();
    let mut wishes = Vec::new();
    for WeightChange { text, name, amount } in changes {
        let before = current.get(&name).copied().unwrap_or_else(|| weight_of(name));
        let after = amount.apply_to_weight(before);
        current.insert(name, after);
        let (factor, to) = match amount {
            Amount::Times(factor) => (Some(factor), None),
            Amount::To(weight) => (None, Some(weight)),
        };
        wishes.push(WeightWish { said: text, weight: name.name(), factor, to, before, after });
    }
    let changed = current.into_iter().filter(|(name, after)| weight_of(*name) != *after);
    WeightsFromWords { weights: changed.map(|(name, after)| (name.name(), after)).collect(), wishes }
}

fn not_understood(unread: &[UnreadPart]) -> ApiError {
    let first = unread.first().map(|part| format!("{:?}", part.text)).unwrap_or_default();
    let message = format!("{first} is not understood: say which row of the score counts more or less");
    let parts: Vec<_> = unread
        .iter()
        .map(|UnreadPart { text, nearest }| {
            let nearest: Vec<_> =
                nearest.iter().map(|(name, phrase)| json!({"say": phrase, "weight": name.name()})).collect();
            json!({"said": text, "nearest": nearest})
        })
        .collect();
    let factors: Vec<&str> = table::DIRECTIONS.iter().map(|direction| direction.phrase).collect();
    ApiError::new(Code::UnknownWords, message).with(json!({"unknown": parts, "factors": factors}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_changes_apply_to_earlier_ones_and_unchanged_weights_are_left_out() {
        let after = |text: &str, weight: f64| apply(reading::read(text).expect(text), |_| weight).weights;
        assert_eq!(after("rotation more; rotation more", 1.0), BTreeMap::from([("rotation", 2.25)]));
        assert_eq!(after("fairness twice as much", 4.0), BTreeMap::from([("fairness", 5.0)]));
        assert_eq!(after("fairness as usual", 1.0), BTreeMap::new());
    }
}
