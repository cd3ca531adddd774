//! Outcomes of lines, what the club owes its people, and counts by day, week, person or event type. People can correct
//! outcomes and debts by hand.
//!
//! Nothing is counted here: `desk::numbers` counts from the audit trail.

pub mod analytics;
pub mod fairness;
pub mod names;
pub mod outcomes;

use api::{ApiError, RequestDate, invalid_query};
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::calendar::plus_days;
use serde::Deserialize;
use store::stamp::Timestamp;
use utoipa::IntoParams;

/// Default number of days from the first to the last day.
const DEFAULT_DAYS: i64 = 27;

/// The range of days, both ends included.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DaysQuery {
    /// The first day; 27 days before the last day by default.
    #[param(value_type = Option<NaiveDate>)]
    from: Option<RequestDate>,
    /// The last day; today by default.
    #[param(value_type = Option<NaiveDate>)]
    to: Option<RequestDate>,
}

impl DaysQuery {
    /// The first and the last day.
    ///
    /// # Errors
    /// 400 for a day out of bounds, and for a range that ends before it begins.
    pub fn range(&self, zone: Tz, now: Timestamp) -> Result<(NaiveDate, NaiveDate), ApiError> {
        let to = self.to.map(|to| to.near(now, "to")).transpose()?;
        let to = to.unwrap_or_else(|| now.date_in(zone));
        let from = self.from.map(|from| from.near(now, "from")).transpose()?;
        let from = from.unwrap_or_else(|| plus_days(to, -DEFAULT_DAYS));
        if to < from {
            return Err(invalid_query(format!("the days end before they begin: from={from}, to={to}")));
        }
        Ok((from, to))
    }
}
