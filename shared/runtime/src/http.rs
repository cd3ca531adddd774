//! The HTTP conventions, the same on every route: identity, one shape of errors, bounded bodies, repeated requests,
//! conditional answers, compression, a summary in the log.

mod body;
mod bounds;
mod conditional;
mod conventions;
mod paging;
mod repeats;

pub use body::{Body, Object, Params, Segment, object};
pub use bounds::{Number, RequestDate, RequestMoment, near, words};
pub use conditional::{IfMatch, expected_version, marked, tagged, unless_known};
pub use conventions::{Conventions, LARGEST_BODY, with_conventions};
pub use paging::{Paging, Place, Total, invalid_query};
