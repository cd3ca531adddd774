//! An answer in canonical form: its placements and the events that it leaves out, in order of ref, with its score.
//! Equal answers have equal bytes, whatever the detail of their reasons and however long they took.

use std::collections::BTreeMap;

use domain::answer::{Answer, Placement, Status, UnplacedKind};
use domain::snapshot::EventRef;
use serde::Serialize;

#[derive(Serialize)]
struct Canonical<'a> {
    status: Status,
    score: f64,
    bound: Option<f64>,
    terms: &'a BTreeMap<String, f64>,
    placements: Vec<Placement>,
    unplaced: Vec<UnplacedEvent>,
}

#[derive(Serialize)]
struct UnplacedEvent {
    #[serde(rename = "ref")]
    event_ref: EventRef,
    kind: UnplacedKind,
}

/// The canonical bytes of an answer: an answer document (rulebook section 7) without reasons, timings and `kept`.
///
/// # Errors
/// The answer cannot be written as JSON, which would be a bug.
pub fn canonical_bytes(answer: &Answer) -> Result<Vec<u8>, serde_json::Error> {
    let mut placements: Vec<Placement> =
        answer.placements.iter().map(|placement| Placement { why: None, ..placement.clone() }).collect();
    placements.sort_by_key(|placement| placement.event_ref);
    let left_out =
        |unplaced: &domain::answer::Unplaced| UnplacedEvent { event_ref: unplaced.event_ref, kind: unplaced.kind };
    let mut unplaced: Vec<UnplacedEvent> = answer.unplaced.iter().map(left_out).collect();
    unplaced.sort_by_key(|left_out| left_out.event_ref);
    let bound = Some(answer.bound).filter(|bound| bound.is_finite());
    let (status, score, terms) = (answer.status, answer.score, &answer.terms);
    serde_json::to_vec(&Canonical { status, score, bound, terms, placements, unplaced })
}
