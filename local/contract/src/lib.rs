//! The HTTP contract: one `OpenAPI` document of all functions, generated from their code. The committed `openapi.json`
//! is this document, and a test compares the two.
//!
//! Every route is documented, because the functions' routers are built from the same descriptions.

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
/// `time_zone`. Moments such as `created_at` are UTC (`2026-11-24T15:15:00.000Z`).
///
/// Every error has one shape and a stable code. Before a function is asked, the gateway may answer by itself, with a
/// `message` alone.
#[derive(OpenApi)]
#[openapi(
    info(title = "Muster", license(name = "MIT", identifier = "MIT")),
    components(schemas(api::error::ErrorBody)),
    tags(
        (name = "runs", description = "Runs of the solver, and what came of them"),
        (name = "proposals", description = "A run's proposal: looked at, edited, approved, recalled, rejected"),
        (name = "submissions", description = "Approved lines on their way to Crossmark"),
        (name = "schedules", description = "Events placed, moved and taken back by hand, apart from any proposal"),
        (name = "trials", description = "What would change if something were different, and its adoption"),
        (name = "drafts", description = "What an assistant or Find prepared, and a person confirms or discards"),
        (name = "validation", description = "What is wrong with what is posted, and ways out"),
        (name = "crossmark", description = "What Crossmark shows: refreshes on demand, and where it contradicts what people here decided"),
        (name = "rotations", description = "Who holds which rotation, and when somebody else does"),
        (name = "club", description = "People, events, posted schedules, settings"),
        (name = "facts", description = "People, weeks, days off, holidays, locked days, settings and corrections, kept by hand"),
        (name = "files", description = "Files loaded into a club, and files made of it"),
        (name = "numbers", description = "What became of lines, what the club owes its people, and counts over days"),
        (name = "ask", description = "Sentences answered without a model, by the tools that assistants call"),
        (name = "feeds", description = "Calendar feeds of people and of the club"),
        (name = "service", description = "The morning at a glance, the feed of changes, who calls, the service itself")
    )
)]
struct Whole;

/// The HTTP functions by the names of the stack, each with its part of the contract.
pub fn functions() -> [(&'static str, utoipa::openapi::OpenApi); 4] {
    [("Assist", assist::api()), ("Rotations", rotations::api()), ("Review", review::api()), ("Roster", roster::api())]
}

/// The whole contract, with these examples.
///
/// # Errors
/// The document cannot be written as JSON.
pub fn document(examples: &[Example]) -> Result<Value, serde_json::Error> {
    let mut whole = Whole::openapi();
    whole.info.version = String::from(env!("CARGO_PKG_VERSION"));
    whole.servers = Some(vec![Server::new("/")]);
    for (_, part) in functions() {
        whole.merge(part);
    }
    let mut document = serde_json::to_value(whole)?;
    shapes::by_name(&mut document);
    shapes::answers_are_whole(&mut document);
    conventions::apply(&mut document);
    examples::place(&mut document, examples);
    Ok(document)
}
