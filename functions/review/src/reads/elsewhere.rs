//! Events of the current proposal that something other than their lines posted, moved or took back, for pages.

use std::collections::BTreeMap;

use api::line::{Names, PlaceView};
use desk::elsewhere::Elsewhere;
use domain::snapshot::EventRef;
use serde::Serialize;
use store::lines::Lines;
use utoipa::ToSchema;

/// An event of the proposal that something other than its line posted, moved or took back: a change by hand, a line of an
/// earlier run, or a change at Crossmark. Unless its line was accepted, nothing about it is left to decide.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Elsewhere)]
pub struct ElsewhereView {
    /// The id of the event's line.
    line: String,
    /// Who works the event now, and when; `null` if nobody does.
    place: Option<PlaceView>,
    /// Whether the line that puts it there is still on its way to Crossmark.
    on_its_way: bool,
}

impl ElsewhereView {
    /// The representations for these lines.
    pub fn of(elsewhere: &BTreeMap<EventRef, Elsewhere>, lines: &Lines, names: &Names) -> Vec<ElsewhereView> {
        let view = |(event, elsewhere): (&EventRef, &Elsewhere)| {
            Some(ElsewhereView {
                line: lines.get(event)?.body.key.to_string(),
                place: elsewhere.place.as_ref().map(|place| PlaceView::of(place, names)),
                on_its_way: elsewhere.on_its_way,
            })
        };
        elsewhere.iter().filter_map(view).collect()
    }
}
