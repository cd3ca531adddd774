//! The HTTP contract: one `OpenAPI` document of all functions, generated from their code. The committed `openapi.json`
//! is this document, and a test compares the two.
//!
//! Every route under `/api` is documented, because the functions' routers are built from the same descriptions.

mod conventions;
mod examples;
mod responses;
mod shapes;

use serde_json::Value;
use utoipa::OpenApi;
use utoipa::openapi::Server;

pub use examples::Example;
pub use shapes::operations;

/// Muster schedules a retail-demo team: a nightly run proposes, a manager edits and approves, and each approved line
/// reaches Crossmark once and only once.
///
/// Times of lines, events and schedules are club-local without an offset (`2026-11-24T10:15:00`), beside the club's
/// `time_zone`. Timestamps such as `created_at` are UTC (`2026-11-24T15:15:00.000Z`).
///
/// Every error of a function has one shape and a stable code. If no function was called, or none answered in time, the
/// gateway answers by itself, with a `message` alone.
#[derive(OpenApi)]
#[openapi(
    info(title = "Muster", license(name = "MIT", identifier = "MIT")),
    components(schemas(api::error::ErrorBody)),
    tags(
        (name = "runs", description = "Runs of the solver, and their results"),
        (name = "proposals", description = "Proposals of runs: read, edit, approve, recall, reject"),
        (name = "submissions", description = "Approved lines that are being submitted to Crossmark"),
        (name = "schedules", description = "Posted schedules, and changes of them by hand, outside of any proposal"),
        (name = "trials", description = "Trials of changes, and their adoption"),
        (name = "drafts", description = "Drafts by an assistant or Find, which a person confirms or discards"),
        (name = "validation", description = "Findings about posted schedules, and ways out of them"),
        (name = "crossmark", description = "Refreshes from Crossmark, and differences between Crossmark and Muster"),
        (name = "rotations", description = "Rotations and their exceptions"),
        (name = "club", description = "People, events, posted schedules, settings"),
        (name = "facts", description = "Facts that people keep by hand: people, weeks, days off, holidays, locked days, settings, corrections"),
        (name = "files", description = "Imports and exports of files"),
        (name = "numbers", description = "Outcomes of lines, fairness, learned affinity, and counts by day, week, person or event type"),
        (name = "ask", description = "Questions and requests for changes in sentences, answered by the assistants' tools without a model"),
        (name = "feeds", description = "Calendar feeds of people and of the club"),
        (name = "service", description = "The dashboard, the feed of changes, the caller, and the service itself")
    )
)]
struct Contract;

/// The HTTP functions, by their names in the stack, each with its part of the contract.
pub fn functions() -> [(&'static str, utoipa::openapi::OpenApi); 4] {
    [("Assist", assist::api()), ("Rotations", rotations::api()), ("Review", review::api()), ("Roster", roster::api())]
}

/// The whole contract, with these examples.
///
/// # Errors
/// The document cannot be written as JSON.
pub fn document(examples: &[Example]) -> Result<Value, serde_json::Error> {
    let mut whole = Contract::openapi();
    whole.info.version = String::from(env!("CARGO_PKG_VERSION"));
    whole.servers = Some(vec![Server::new("/")]);
    for (_, part) in functions() {
        whole.merge(part);
    }
    let mut document = serde_json::to_value(whole)?;
    shapes::refer_to_named_schemas(&mut document);
    shapes::require_members_of_answers(&mut document);
    conventions::apply(&mut document);
    examples::add(&mut document, examples);
    Ok(document)
}
