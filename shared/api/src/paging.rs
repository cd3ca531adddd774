//! Which page of a list a caller asks for.

use serde::Deserialize;
use store::TableError;
use store::cursor::{Cursor, LARGEST_PAGE};
use utoipa::IntoParams;

use crate::code::Code;
use crate::error::ApiError;

crate::errors! {
    /// Why a list is not answered.
    ListErrors: InvalidCursor;
    /// Why a list of some days is not answered.
    DatedListErrors: InvalidCursor, DateOutOfBounds;
}

/// Items on a page where the caller does not say.
const USUAL_PAGE: u16 = 100;

/// `cursor`, `limit` and `include` of a query.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Where the page starts: `next` of the page before.
    cursor: Option<String>,
    /// Items at most; 100 where it is left out.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u16>,
    /// `total` counts the whole list.
    #[param(pattern = "^(total)?$")]
    include: Option<String>,
}

/// Where a page starts and how long it is.
#[derive(Debug)]
pub struct Place {
    /// Where; at the beginning where it is none.
    pub cursor: Option<Cursor>,
    /// Items at most.
    pub limit: u16,
    /// Whether the whole list is to be counted.
    pub total: Total,
}

/// Whether a list is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    /// It is.
    Counted,
    /// It is not.
    LeftOut,
}

impl Total {
    /// The count, where it is asked for.
    ///
    /// # Errors
    /// The table's.
    pub async fn of(self, count: impl Future<Output = Result<u64, TableError>>) -> Result<Option<u64>, ApiError> {
        match self {
            Total::Counted => Ok(Some(count.await?)),
            Total::LeftOut => Ok(None),
        }
    }
}

impl Paging {
    /// The place that is meant.
    ///
    /// # Errors
    /// 400 for a limit out of bounds, or for something to include that there is not.
    pub fn place(self) -> Result<Place, ApiError> {
        let total = match self.include.as_deref() {
            None | Some("") => Total::LeftOut,
            Some("total") => Total::Counted,
            Some(_) => return Err(invalid_query("include may be: total")),
        };
        let limit = match self.limit {
            None => USUAL_PAGE,
            Some(limit) if (1..=LARGEST_PAGE).contains(&limit) => limit,
            Some(_) => return Err(invalid_query(format!("limit must be 1 to {LARGEST_PAGE}"))),
        };
        Ok(Place { cursor: self.cursor.map(Cursor), limit, total })
    }
}

/// 400: a query that means nothing.
pub fn invalid_query(message: impl Into<String>) -> ApiError {
    ApiError::new(Code::InvalidQuery, message)
}
