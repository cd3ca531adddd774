//! Set-up for the tests of several crates: a club in an embedded cloud with a clock that the test moves, proposals and
//! approvals as the functions write them, and Crossmark's simulator. The crate depends on no function. Helpers of a single
//! crate are in that crate's tests.

#![allow(missing_docs, reason = "the names of test helpers say what they do")]
#![allow(clippy::expect_used, clippy::panic, clippy::missing_panics_doc, reason = "a test ends where its set-up fails")]

pub mod acts;
mod approvals;
mod club;
pub mod crossmark;
mod drafts;
mod edits;
mod plans;
mod proposals;
mod proxy;
mod upstream;

use domain::snapshot::EventRef;
use serde_json::Value;
use simulator::Seed;
use store::key::{LineKey, Owner, ProposalKey, RunId};
use store::runs::RunOrigin;

pub use club::{BEGIN, TestClub};
pub use drafts::DraftQueues;
pub use edits::edit_line;
pub use proposals::{Placement, USUAL_LINES, new_line, summary};
pub use proxy::{Proxy, RowChange};
pub use upstream::unchanged;

/// The club of `events/club-small.json`, as text.
pub const SMALL_CLUB: &str = include_str!("../../../events/club-small.json");

/// The small club.
pub fn small_club() -> Value {
    serde_json::from_str(SMALL_CLUB).expect("a snapshot")
}

/// The small club with Crossmark's numbers for all people and posted schedules.
pub fn small_club_with_numbers() -> Value {
    let mut club = small_club();
    Seed::from_snapshot(&club).expect("a seed").write_numbers(&mut club);
    club
}

/// Whether the long tests are requested: `MUSTER_FULL` is set, as `./dev test --full` sets it.
pub fn is_full() -> bool {
    std::env::var("MUSTER_FULL").is_ok_and(|full| !full.is_empty())
}

pub fn run_id(name: &str) -> RunId {
    RunId::parse(name).expect("an id")
}

pub fn owner(name: &str) -> Owner {
    Owner::parse(name).expect("an id")
}

pub fn key(proposal: &ProposalKey, event: u64) -> LineKey {
    LineKey::of(proposal, EventRef(event))
}

/// The origin of a run that this person started.
pub fn manual(by: &str) -> RunOrigin {
    RunOrigin::Manual { by: by.to_owned() }
}
