//! A call-out (rulebook section 9): who cannot come, from when to when, and whether others may be moved.

use chrono::{NaiveDate, NaiveDateTime, Timelike};
use serde::{Deserialize, Serialize};

use super::EmployeeId;
use super::read::{DATE, MOMENT, People, person};
use crate::calendar::{moment, read_date, read_moment};
use crate::json::JsonCursor;
use crate::named_enum;

/// Default number of minutes from now to the first new start.
const LEAD_MINUTES: u32 = 60;
/// Maximum of `lead_minutes`: a day.
const LONGEST_LEAD: i64 = 1_440;
/// The members of a call-out.
pub(super) const MEMBERS: &[&str] = &["employee_id", "from", "to", "now", "lead_minutes", "moves", "no_show"];

named_enum! {
    /// Whether schedules of others may be moved for those of the absent person.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Moves {
        /// No schedule of anybody else changes.
        None = "none",
        /// Schedules of others may move, at a high price each (S12), so that few of them do.
        Few = "few",
        /// Schedules of others may move, at a lower price each (S12).
        Any = "any",
    }
}

/// A call-out: somebody cannot come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalloutRow {
    /// Who cannot come.
    pub employee_id: EmployeeId,
    /// First date of the absence.
    pub from: NaiveDate,
    /// Last date of the absence.
    pub to: NaiveDate,
    /// When they called: club-local, on the run's date, in whole minutes.
    #[serde(with = "moment")]
    pub now: NaiveDateTime,
    /// Minutes from `now` to the first new or moved start, 0 to 1,440.
    pub lead_minutes: u32,
    /// Whether schedules of others may be moved.
    pub moves: Moves,
    /// Whether the person did not come and did not call. Then no schedule of today counts as begun.
    pub no_show: bool,
}

pub(super) fn read(at: &JsonCursor, today: Option<NaiveDate>, people: &People) -> Option<CalloutRow> {
    at.object("a call-out")?;
    let employee = person(&at.at("employee_id"), people);
    let (from, to) = (at.at("from").parsed(DATE, read_date), at.at("to").parsed(DATE, read_date));
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        at.at("to").fault(format!("a date not before the first one, {from}"));
    }
    let whole_minutes = |text: &str| read_moment(text).filter(|now| now.second() == 0 && now.nanosecond() == 0);
    let now = at.at("now").parsed(&format!("{MOMENT}, in whole minutes"), whole_minutes);
    if let (Some(now), Some(today)) = (now, today)
        && now.date() != today
    {
        at.at("now").fault(format!("a time on the run's date, {today}"));
    }
    let at_lead = at.at("lead_minutes");
    let lead = match at_lead.is_null() {
        true => Some(LEAD_MINUTES),
        false => at_lead.integer_in(0..=LONGEST_LEAD, "minutes").and_then(|lead| u32::try_from(lead).ok()),
    };
    let moves = at.at("moves").parsed("\"none\", \"few\" or \"any\"", Moves::named);
    let no_show = at.at("no_show").flag(false);
    Some(CalloutRow {
        employee_id: employee?,
        from: from?,
        to: to?,
        now: now?,
        lead_minutes: lead?,
        moves: moves?,
        no_show: no_show?,
    })
}
