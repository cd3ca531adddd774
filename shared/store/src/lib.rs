//! The DynamoDB table.

pub mod approvals;
pub mod archive;
pub mod audit;
mod changes;
pub mod cursor;
pub mod documents;
pub mod edits;
pub mod events;
pub mod import;
mod item;
pub mod key;
pub mod lease;
pub mod lines;
pub mod meter;
pub mod nights;
pub mod proposals;
mod request;
mod retry;
pub mod runs;
pub mod snapshot;
pub mod stamp;
pub mod states;
pub mod submission;
mod table;

pub use item::Stored;
pub use request::TableError;
pub use retry::Patience;
pub use table::{Club, EXPIRES, PARTITION_KEY, SORT_KEY, Table};
