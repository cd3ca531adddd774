//! `POST /api/settings/words`: weights said in words. A closed table of phrases and factors, and no guessing: words that
//! are not in it are answered with the nearest that are.

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
use utoipa::ToSchema;

mod reading;
mod table;

use reading::{Amount, Unknown, Wish};

/// Maximum length of what is said, in characters.
const LONGEST: usize = 300;

/// Changes of weights in words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WeightWords)]
pub struct Said {
    /// One or several changes: `follow the rotation more, fairness a little less`.
    #[schema(min_length = 1, max_length = 300)]
    text: String,
    /// Unsaved weights by name that the changes apply to. For other names, the club's own weights apply.
    #[serde(default)]
    weights: BTreeMap<String, f64>,
}

/// A change of one weight, as the person said it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = WeightWish)]
struct Wished {
    /// The part of the text that asks for the change.
    said: String,
    /// The name of the weight.
    weight: &'static str,
    /// The factor that multiplies the weight; `null` if the weight is set.
    factor: Option<f64>,
    /// The value that the weight is set to; `null` if it is multiplied.
    to: Option<f64>,
    before: f64,
    after: f64,
}

/// The weights that would be saved. Nothing is saved yet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WeightsFromWords)]
pub struct Understood {
    wishes: Vec<Wished>,
    /// The weights that change, by name, as `PUT /api/settings` and a trial take them.
    weights: BTreeMap<&'static str, f64>,
}

api::errors! {
    /// Why words are not understood.
    WordsErrors: InvalidFact, InvalidText, UnknownWords;
}

/// Reads changes of weights from words, by a fixed table of phrases: which weights change, and to what.
///
/// Nothing is saved. For words that the table does not have, the error names the nearest that it has.
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
    Body(said): Body<Said>,
) -> Result<Json<Understood>, RouteError<WordsErrors>> {
    let text = words("$.text", &said.text, LONGEST)?;
    let given = given(&said.weights)?;
    let wishes = reading::read(&text).map_err(|unknown| not_understood(&unknown))?;
    let saved = club_caller.of(&table).settings().await?.body.planning.weights;
    Ok(Json(apply(wishes, |name| given.get(&name).copied().unwrap_or_else(|| saved.of(name)))))
}

/// Weights of a form, each by its name and within its bounds.
fn given(weights: &BTreeMap<String, f64>) -> Result<BTreeMap<SoftName, f64>, ApiError> {
    let read = |(name, weight): (&String, &f64)| {
        let known = SoftName::ALL.into_iter().find(|known| known.name() == name);
        let refused = |what: &str| ApiError::new(Code::InvalidFact, format!("$.weights: {name:?} {what}"));
        let known = known.ok_or_else(|| refused("is no row of the score"))?;
        let is_within = (0.0..=table::LARGEST_WEIGHT).contains(weight);
        is_within.then_some((known, *weight)).ok_or_else(|| refused("is not a number from 0 to 5"))
    };
    weights.iter().map(read).collect()
}

/// The wishes on top of the weights as they are; later ones count on.
fn apply(wishes: Vec<Wish>, known: impl Fn(SoftName) -> f64) -> Understood {
    let mut now: BTreeMap<SoftName, f64> = BTreeMap::new();
    let mut said = Vec::new();
    for Wish { said: part, name, amount } in wishes {
        let before = now.get(&name).copied().unwrap_or_else(|| known(name));
        let after = amount.of(before);
        now.insert(name, after);
        let (factor, to) = match amount {
            Amount::Times(factor) => (Some(factor), None),
            Amount::To(weight) => (None, Some(weight)),
        };
        said.push(Wished { said: part, weight: name.name(), factor, to, before, after });
    }
    let changed = now.into_iter().filter(|(name, after)| known(*name) != *after);
    Understood { weights: changed.map(|(name, after)| (name.name(), after)).collect(), wishes: said }
}

fn not_understood(unknown: &[Unknown]) -> ApiError {
    let first = unknown.first().map(|part| format!("{:?}", part.said)).unwrap_or_default();
    let message = format!("{first} is not understood: say which row of the score counts more or less");
    let parts: Vec<_> = unknown
        .iter()
        .map(|Unknown { said, nearest }| {
            let nearest: Vec<_> =
                nearest.iter().map(|(name, phrase)| json!({"say": phrase, "weight": name.name()})).collect();
            json!({"said": said, "nearest": nearest})
        })
        .collect();
    let factors: Vec<&str> = table::DIRECTIONS.iter().map(|direction| direction.say).collect();
    ApiError::new(Code::UnknownWords, message).with(json!({"unknown": parts, "factors": factors}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_count_on_and_a_weight_that_stays_is_not_named() {
        let after = |text: &str, known: f64| apply(reading::read(text).expect(text), |_| known).weights;
        assert_eq!(after("rotation more; rotation more", 1.0), BTreeMap::from([("rotation", 2.25)]));
        assert_eq!(after("fairness twice as much", 4.0), BTreeMap::from([("fairness", 5.0)]));
        assert_eq!(after("fairness as usual", 1.0), BTreeMap::new());
    }
}
