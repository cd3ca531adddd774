//! Arguments that several tools share.

use desk::evaluate::When;
use domain::calendar::read_moment;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::dates::Today;
use crate::directory::KnownEvent;
use crate::tool::ToolError;

/// Arguments of `explain_event`, `event_history` and `take_back`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventArguments {
    /// The event's number, or product, type, person and day.
    pub event: String,
}

/// Arguments of `check_place` and `move_event`: an event, and another place for it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceArguments {
    /// The event's number, or product, type, person and day.
    pub event: String,
    /// A name or id; by default the person who has the event.
    pub person: Option<String>,
    /// A day, such as `friday`; by default the event's day.
    pub date: Option<String>,
    /// `HH:MM`; the rulebook's start by default.
    pub time: Option<String>,
}

impl PlaceArguments {
    /// The requested date, or the requested date and time of day, for this event; `None` if neither is requested.
    ///
    /// # Errors
    /// The date is not one day, a time has no date, or the time is not a time of day.
    pub fn when(&self, today: Today, event: &KnownEvent) -> Result<Option<When>, ToolError> {
        let invalid = |message: &str| ToolError::Arguments(message.to_owned());
        let can_be_today = event.can_be_on(today.0);
        let date = self.date.as_deref().map(|said| today.one_day_ahead(said, can_be_today)).transpose()?;
        match (date, self.time.as_deref()) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(invalid("say the day too, not only the time")),
            (Some(date), None) => Ok(Some(When::Date(date))),
            (Some(date), Some(time)) => {
                let moment = read_moment(&format!("{date}T{:0>5}", time.trim()));
                moment.map(|moment| Some(When::Moment(moment))).ok_or_else(|| invalid("say a time as 10:15"))
            }
        }
    }
}
