//! The HTTP API's conventions, which are the same on every route: the caller's identity, one shape of errors with
//! stable codes, bounded bodies, idempotent replies, conditional answers, compression, and a summary in the log.
//!
//! Of the functions, only those that answer HTTP depend on this crate. It trusts no header for the identity of the
//! caller: that comes from the request context, which the authorizer fills in.

mod body;
mod bounds;
mod code;
mod conditional;
mod conventions;
pub mod error;
mod idempotency;
pub mod identity;
pub mod line;
mod paging;
mod route;
pub mod shapes;
mod zone;

pub use body::{Body, Object, Params, Segment, object};
pub use bounds::{Number, RequestDate, RequestMoment, near, words};
pub use code::Code;
pub use conditional::{IfMatch, expected_version, not_modified_answer, tagged, with_tag};
pub use conventions::{Conventions, LARGEST_BODY, with_conventions};
pub use error::ApiError;
pub use paging::{DatedListErrors, ListErrors, PageRequest, Paging, Total, invalid_query};
pub use route::{RouteError, RouteErrors};
pub use zone::TimeZone;
