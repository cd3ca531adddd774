//! People's decisions about an event that were not sent to Crossmark yet: a hold, a placement by hand (a wish), and
//! refused placements.
//!
//! A decision belongs to the event. It is written in the transaction that changes the line, and passed to the next run
//! with the snapshot. It is deleted when a person takes it back, or when Crossmark has a schedule of the event or calls
//! it off; a wish or refusal also expires. Each line has a copy as of its last write, so that listing lines needs no
//! further read.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;
use domain::snapshot::{EmployeeId, EventRef};
use serde::{Deserialize, Serialize};

use crate::audit::Because;
use crate::changes::Changes;
use crate::events::Place;
use crate::item::{self, Attributes, Record, Stored};
use crate::key::{ClubId, Key, Part, ref_sort};
use crate::request::{Slice, TableError};
use crate::stamp::Timestamp;
use crate::table::Club;

/// What people decided about one event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decisions {
    /// Who holds the event back from approval, if anybody does.
    #[serde(default, rename = "held", skip_serializing_if = "Option::is_none")]
    pub held_by: Option<Because>,
    /// Where somebody placed the event by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wish: Option<WishedPlace>,
    /// The placements that somebody refused, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unwanted: Vec<RefusedPlace>,
}

/// A placement that somebody asked for by hand: a wish of the next run (rulebook S16).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WishedPlace {
    /// The person who is to work the event.
    pub employee_id: EmployeeId,
    /// The day on which they are to work it.
    pub date: NaiveDate,
    /// Who asked for the placement, and when.
    pub because: Because,
}

/// A placement that somebody refused: unwanted for [`UNWANTED_DAYS`] (rulebook S16).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedPlace {
    /// The person who was to work the event.
    pub employee_id: EmployeeId,
    /// The day on which they were to work it.
    pub date: NaiveDate,
    /// Who refused the placement, when and why.
    pub because: Because,
}

/// Why a wish is not met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmetReason {
    /// The reason in plain words.
    pub text: String,
    /// The rules that the reason refers to.
    pub rules: Vec<String>,
}

/// Number of days for which a refused placement is unwanted, the day of the refusal included.
pub const UNWANTED_DAYS: i64 = 7;
/// Maximum refused placements that are kept for one event; the newest are kept.
const MAX_UNWANTED: usize = 20;
/// Days after which a hold expires. No event has a window that long.
const HELD_DAYS: i64 = 400;
/// Days after which any other decision expires: for a wish, counted from the beginning of its day; for a refusal, from
/// the end of its [`UNWANTED_DAYS`]. The item of an event expires with the last of its decisions.
const GRACE_DAYS: i64 = 2;

impl WishedPlace {
    /// Whether a place meets the wish.
    pub fn is_for(&self, place: &Place) -> bool {
        self.employee_id == place.employee_id && self.date == place.start.date()
    }
}

impl RefusedPlace {
    /// Whether a place is the refused one: the same person on the same day.
    pub fn is_of(&self, place: &Place) -> bool {
        self.employee_id == place.employee_id && self.date == place.start.date()
    }

    /// The last day on which the placement is unwanted.
    pub fn until(&self, zone: Tz) -> NaiveDate {
        let refused = self.because.at.date_in(zone);
        domain::calendar::plus_days(refused, UNWANTED_DAYS - 1)
    }
}

impl Decisions {
    /// Whether nothing is decided.
    pub fn is_empty(&self) -> bool {
        *self == Decisions::default()
    }

    /// The decisions that still count on a day. A wish or refusal for a past day does not count, nor does a refusal
    /// after its seven days.
    #[must_use]
    pub fn on(mut self, today: NaiveDate, zone: Tz) -> Decisions {
        self.wish = self.wish.filter(|wish| today <= wish.date);
        self.unwanted.retain(|refused| today <= refused.until(zone) && today <= refused.date);
        self
    }

    /// Records a wish for this place, and deletes the refusal of this place.
    pub(crate) fn add_wish(&mut self, place: &Place, because: &Because) {
        let (employee_id, date) = (place.employee_id.clone(), place.start.date());
        self.unwanted.retain(|refused| !refused.is_of(place));
        self.wish = Some(WishedPlace { employee_id, date, because: because.clone() });
    }

    /// Adapts the wish when the event moves along with another one: a wish for the same person follows to the new day,
    /// any other is deleted.
    pub(crate) fn move_wish(&mut self, place: Option<&Place>) {
        self.wish = self.wish.take().and_then(|wish| {
            let place = place.filter(|place| place.employee_id == wish.employee_id)?;
            Some(WishedPlace { date: place.start.date(), ..wish })
        });
    }

    /// Records a refusal of this place, deletes a wish for it, and deletes old refusals.
    pub(crate) fn add_refusal(&mut self, place: &Place, because: &Because) {
        let (employee_id, date) = (place.employee_id.clone(), place.start.date());
        self.wish = self.wish.take().filter(|wish| !wish.is_for(place));
        let old = because.at.plus(TimeDelta::days(-UNWANTED_DAYS - GRACE_DAYS));
        self.unwanted.retain(|refused| !refused.is_of(place) && old < refused.because.at);
        let spare = (self.unwanted.len() + 1).saturating_sub(MAX_UNWANTED);
        self.unwanted.drain(..spare);
        self.unwanted.push(RefusedPlace { employee_id, date, because: because.clone() });
    }
}

/// The item with an event's decisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EventDecisions {
    #[serde(rename = "ref")]
    pub event: EventRef,
    #[serde(flatten)]
    pub decisions: Decisions,
}

/// Prefix of the sort keys of decisions.
pub(crate) const PREFIX: &str = "DECISION#";

/// Key of the decisions about an event.
pub(crate) fn decisions_key(club: &ClubId, event: EventRef) -> Key {
    Part::Club.key(club, format!("{PREFIX}{}", ref_sort(event)))
}

impl Record for EventDecisions {
    fn key(&self, club: &ClubId) -> Key {
        decisions_key(club, self.event)
    }

    fn expires(&self) -> Option<Timestamp> {
        let Decisions { held_by, wish, unwanted } = &self.decisions;
        let held = held_by.iter().map(|because| because.at.plus(TimeDelta::days(HELD_DAYS)));
        let midnight = |date: NaiveDate| Timestamp::from(date.and_time(chrono::NaiveTime::MIN).and_utc());
        let wish = wish.iter().map(|wish| midnight(wish.date).plus(TimeDelta::days(GRACE_DAYS)));
        let refused = unwanted.iter().map(|r| r.because.at.plus(TimeDelta::days(UNWANTED_DAYS + GRACE_DAYS)));
        held.chain(wish).chain(refused).max()
    }
}

impl Changes<'_> {
    /// Replaces the decisions that were read about an event, and deletes the item if none is left. Returns whether
    /// anything changed; the caller then counts it with [`count_decision`](Changes::count_decision).
    pub(crate) fn put_decisions(
        &mut self,
        event: EventRef,
        read: Option<&Stored<EventDecisions>>,
        decisions: &Decisions,
    ) -> Result<bool, TableError> {
        match read {
            Some(read) if read.body.decisions == *decisions => return Ok(false),
            None if decisions.is_empty() => return Ok(false),
            Some(read) if decisions.is_empty() => self.remove(read),
            read => {
                let record = EventDecisions { event, decisions: decisions.clone() };
                self.replace(read.map(|read| read.version), &record)?;
            }
        }
        Ok(true)
    }
}

/// Decisions by event.
pub type DecisionsByEvent = BTreeMap<EventRef, Decisions>;

/// Reads the decisions among the items of a club, and names those that cannot be read.
pub(crate) fn read_decisions(items: Vec<Attributes>) -> (DecisionsByEvent, Vec<String>) {
    let (read, unreadable) = item::read_usable::<EventDecisions>(items);
    (read.into_iter().map(|read| (read.body.event, read.body.decisions)).collect(), unreadable)
}

impl Club<'_> {
    /// All decisions of the club that can be read.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn all_decisions(&self) -> Result<DecisionsByEvent, TableError> {
        Ok(read_decisions(self.query(Slice::under(Part::Club.of(self.id), PREFIX)).await?).0)
    }

    /// The decisions about these events, 100 a request; events without decisions are left out.
    ///
    /// # Errors
    /// [`TableError`] if the table or one of the decisions cannot be read, because that decision may be a hold.
    pub async fn decisions_of(&self, events: &[EventRef]) -> Result<DecisionsByEvent, TableError> {
        let keys: Vec<Key> = events.iter().map(|event| decisions_key(self.id, *event)).collect();
        if keys.is_empty() {
            return Ok(DecisionsByEvent::new());
        }
        let read = |item| item::read::<EventDecisions>(item).map(|read| (read.body.event, read.body.decisions));
        self.get_all(&keys).await?.into_values().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(who: &str, date: &str) -> Place {
        let start = format!("{date}T10:15:00").parse().expect("a time");
        Place { employee_id: EmployeeId(who.to_owned()), start, block: None }
    }

    fn because(at: &str) -> Because {
        Because::new("pat", at.parse::<chrono::DateTime<chrono::Utc>>().expect("a time").into(), "wrong person")
    }

    #[test]
    fn a_refusal_counts_for_seven_local_days_and_a_wish_until_its_day_is_past() {
        let zone: Tz = "America/Indiana/Indianapolis".parse().expect("a zone");
        let mut decisions = Decisions::default();
        // 02:00 UTC is the evening before in the club's zone.
        decisions.add_refusal(&place("E01", "2026-12-10"), &because("2026-11-24T02:00:00Z"));
        decisions.add_wish(&place("E02", "2026-11-28"), &because("2026-11-24T02:00:00Z"));
        for (today, wished, unwanted) in
            [("2026-11-23", true, 1), ("2026-11-28", true, 1), ("2026-11-29", false, 1), ("2026-11-30", false, 0)]
        {
            let found = decisions.clone().on(today.parse().expect("a date"), zone);
            assert_eq!((found.wish.is_some(), found.unwanted.len()), (wished, unwanted), "{today}");
        }
    }

    #[test]
    fn a_wish_deletes_the_refusal_of_its_placement_and_a_refusal_deletes_the_wish() {
        let (at, mut decisions) = (because("2026-11-24T14:00:00Z"), Decisions::default());
        decisions.add_refusal(&place("E01", "2026-11-28"), &at);
        decisions.add_refusal(&place("E01", "2026-11-28"), &at);
        decisions.add_refusal(&place("E02", "2026-11-28"), &at);
        assert_eq!(decisions.unwanted.len(), 2, "each placement once");
        decisions.add_wish(&place("E01", "2026-11-28"), &at);
        assert_eq!(decisions.unwanted.iter().map(|r| r.employee_id.0.as_str()).collect::<Vec<_>>(), ["E02"]);
        decisions.add_refusal(&place("E01", "2026-11-28"), &at);
        assert_eq!((decisions.wish.as_ref(), decisions.unwanted.len()), (None, 2));
    }

    #[test]
    fn a_wish_follows_its_person_to_another_day_but_does_not_pass_to_another_person() {
        let (at, mut decisions) = (because("2026-11-24T14:00:00Z"), Decisions::default());
        decisions.add_wish(&place("E01", "2026-11-28"), &at);
        decisions.move_wish(Some(&place("E01", "2026-11-29")));
        assert_eq!(decisions.wish.as_ref().map(|w| w.date.to_string()).as_deref(), Some("2026-11-29"));
        decisions.move_wish(Some(&place("E02", "2026-11-29")));
        assert!(decisions.is_empty());
    }

    #[test]
    fn an_event_keeps_a_limited_number_of_refusals() {
        let mut decisions = Decisions::default();
        for n in 0..50 {
            decisions.add_refusal(&place(&format!("E{n}"), "2026-11-28"), &because("2026-11-24T14:00:00Z"));
        }
        assert_eq!(decisions.unwanted.len(), MAX_UNWANTED);
        assert_eq!(decisions.unwanted.last().map(|r| r.employee_id.0.as_str()), Some("E49"));
    }
}
