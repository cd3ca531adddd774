//! Events of the current proposal that something other than their lines posted, moved or took back, for pages.

use std::collections::BTreeMap;

use api::line::{Names, PlaceView};
use chrono::NaiveDate;
use chrono_tz::Tz;
use desk::elsewhere::{Elsewhere, elsewhere};
use domain::snapshot::EventRef;
use serde::Serialize;
use store::documents::ClubDocuments;
use store::lines::Lines;
use store::{Club, TableError};
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
    /// Whether another line is still on its way to Crossmark with that.
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

/// The first day whose schedules are read to find them: the day of the current proposal.
pub fn first_day(club_documents: &ClubDocuments, zone: Tz, today: NaiveDate) -> NaiveDate {
    club_documents.proposal.as_ref().map_or(today, |current| current.at.date_in(zone).min(today))
}

/// Where the events of the lines of the current proposal stand elsewhere. 2 requests, none without lines.
///
/// # Errors
/// [`TableError`] if the table cannot be read.
pub async fn read_elsewhere(
    club: &Club<'_>,
    lines: &Lines,
    from: NaiveDate,
    today: NaiveDate,
) -> Result<BTreeMap<EventRef, Elsewhere>, TableError> {
    if lines.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (posted, claims) = tokio::try_join!(club.all_posted_from(from), club.claims())?;
    let posted: Vec<_> = posted.into_iter().map(|posted| posted.body).collect();
    Ok(elsewhere(lines, &posted, &claims, today))
}
