//! Paging parameters of a list.

use serde::Deserialize;
use store::TableError;
use store::cursor::{Cursor, LARGEST_PAGE};
use utoipa::IntoParams;

use crate::code::Code;
use crate::error::ApiError;

crate::errors! {
    /// Errors of a list.
    ListErrors: InvalidCursor;
    /// Errors of a list with a range of days.
    DatedListErrors: InvalidCursor, DateOutOfBounds;
}

/// Default number of items on a page.
const DEFAULT_LIMIT: u16 = 100;

/// `cursor`, `limit` and `include` of a query.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// The cursor: `next` of the previous page.
    cursor: Option<String>,
    /// Maximum number of items; 100 by default.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u16>,
    /// `total` adds the length of the whole list, if the answer has a `total`.
    #[param(pattern = "^(total)?$")]
    include: Option<String>,
}

/// Start and length of a page.
#[derive(Debug)]
pub struct PageRequest {
    /// The start; `None` for the first page.
    pub cursor: Option<Cursor>,
    /// Maximum number of items.
    pub limit: u16,
    /// Whether to count the whole list.
    pub total: Total,
}

/// Whether to count a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    /// The list is counted.
    Counted,
    /// The list is not counted.
    LeftOut,
}

impl Total {
    /// The length of the list, if it was requested.
    ///
    /// # Errors
    /// 503 or 500 if the table cannot be read.
    pub async fn of(self, count: impl Future<Output = Result<u64, TableError>>) -> Result<Option<u64>, ApiError> {
        match self {
            Total::Counted => Ok(Some(count.await?)),
            Total::LeftOut => Ok(None),
        }
    }
}

impl Paging {
    /// The requested page.
    ///
    /// # Errors
    /// 400 for a limit out of bounds, or an unknown value of `include`.
    pub fn page_request(self) -> Result<PageRequest, ApiError> {
        let total = match self.include.as_deref() {
            None | Some("") => Total::LeftOut,
            Some("total") => Total::Counted,
            Some(_) => return Err(invalid_query("include may be: total")),
        };
        let limit = match self.limit {
            None => DEFAULT_LIMIT,
            Some(limit) if (1..=LARGEST_PAGE).contains(&limit) => limit,
            Some(_) => return Err(invalid_query(format!("limit must be 1 to {LARGEST_PAGE}"))),
        };
        Ok(PageRequest { cursor: self.cursor.map(Cursor), limit, total })
    }
}

/// 400 for a query that cannot be understood.
pub fn invalid_query(message: impl Into<String>) -> ApiError {
    ApiError::new(Code::InvalidQuery, message)
}
