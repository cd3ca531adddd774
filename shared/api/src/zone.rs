//! The API's representation of a time zone.

use serde::Serialize;
use store::documents::NotLoaded;
use utoipa::ToSchema;

use crate::{ApiError, Code};

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

impl From<NotLoaded> for ApiError {
    fn from(error: NotLoaded) -> ApiError {
        ApiError::new(Code::ClubNotFound, error.to_string())
    }
}
