//! The API's representation of a time zone.

use serde::Serialize;
use utoipa::ToSchema;

/// The IANA name of an existing time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, example = "America/Indiana/Indianapolis")]
pub struct TimeZone(pub chrono_tz::Tz);

impl From<chrono_tz::Tz> for TimeZone {
    fn from(zone: chrono_tz::Tz) -> TimeZone {
        TimeZone(zone)
    }
}
