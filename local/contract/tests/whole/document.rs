//! Tests of the committed document.

use std::collections::BTreeSet;
use std::path::Path;

use api::Code;
use boon::{Compiler, Schemas};
use serde_json::Value;

use crate::tour::examples;
use crate::unusual::members::routes;

/// Path of the committed document.
const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.json");
/// The command that writes the document again.
const REGENERATE: &str = "UPDATE_OPENAPI=1 cargo test --package contract";

/// Makes the document from the code and the examples.
async fn make_document() -> Value {
    contract::document(&examples().await).expect("a document")
}

/// The text of the document in its file.
fn as_text(document: &Value) -> String {
    format!("{document:#}\n")
}

#[tokio::test]
async fn the_committed_document_is_what_the_code_makes() {
    let made = as_text(&make_document().await);
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(COMMITTED, &made).expect("a place to write to");
        return;
    }
    let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
    let first = made.lines().zip(committed.lines()).find(|(made, committed)| made != committed);
    assert!(
        made == committed,
        "openapi.json is not what the code makes: run `{REGENERATE}`. The first difference: {first:?}"
    );
}

/// Every example of the document, with the JSON pointer of its schema.
fn examples_with_schemas(document: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let place = format!("/paths/{}/{method}", path.replace('/', "~1"));
            let mut add = |side: String, content: &Value| {
                if let Some(example) = content.pointer("/content/application~1json/example") {
                    found.push((format!("{place}/{side}/content/application~1json/schema"), example.clone()));
                }
            };
            add("requestBody".to_owned(), &operation["requestBody"]);
            for (status, response) in operation["responses"].as_object().expect("responses") {
                add(format!("responses/{status}"), response);
            }
        }
    }
    found
}

#[tokio::test]
async fn every_example_is_valid_by_its_schema() {
    let document = make_document().await;
    let mut compiler = Compiler::new();
    compiler.set_default_draft(boon::Draft::V2020_12);
    compiler.enable_format_assertions();
    compiler.add_resource("file:///openapi.json", document.clone()).expect("a document");
    let mut schemas = Schemas::new();
    for (place, example) in examples_with_schemas(&document) {
        let schema = compiler.compile(&format!("file:///openapi.json#{place}"), &mut schemas);
        let schema = schema.unwrap_or_else(|fault| panic!("{place}: {fault:#}"));
        if let Err(fault) = schemas.validate(&example, schema) {
            panic!("{place}: {fault:#}\n{example:#}");
        }
    }
}

#[tokio::test]
async fn every_route_has_an_id_a_summary_a_tag_and_examples() {
    let document = make_document().await;
    let tags: BTreeSet<&str> =
        document["tags"].as_array().expect("tags").iter().filter_map(|tag| tag["name"].as_str()).collect();
    let mut ids = BTreeSet::new();
    for operation in contract::operations(&document) {
        let id = operation["operationId"].as_str().expect("an id");
        assert!(ids.insert(id), "two routes have the id {id}");
        assert!(operation["summary"].as_str().is_some_and(|words| !words.is_empty()), "{id} has no summary");
        let own = operation["tags"].as_array().expect("tags");
        assert!(
            own.len() == 1 && own.iter().all(|tag| tags.contains(tag.as_str().unwrap_or_default())),
            "{id}: {own:?}"
        );
        // A file or a calendar is not JSON, and has no example.
        let has_example = |side: &Value| {
            let json = side.pointer("/content/application~1json");
            json.is_none_or(|json| json.get("example").is_some())
        };
        let answers = operation["responses"].as_object().expect("responses");
        assert!(
            answers.iter().any(|(status, answer)| status.starts_with('2') && has_example(answer)),
            "{id} has no example"
        );
        assert!(operation.get("requestBody").is_none_or(has_example), "{id} has no example of a request");
    }
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let unused: Vec<&String> =
        schemas.keys().filter(|name| !as_text(&document).contains(&format!("#/components/schemas/{name}\""))).collect();
    assert_eq!(unused, Vec::<&String>::new(), "schemas that nothing refers to");
}

/// Codes for addresses and methods that belong to no route.
const OF_NO_ROUTE: [Code; 2] = [Code::NoSuchRoute, Code::MethodNotAllowed];

#[tokio::test]
async fn every_error_code_is_documented_by_some_route() {
    let document = make_document().await;
    let routes = routes(&document);
    let named: BTreeSet<String> =
        routes.iter().flat_map(|route| (400..600).flat_map(|status| route.codes(&document, status))).collect();
    let undocumented = Code::ALL.iter().filter(|code| !named.contains(code.name()) && !OF_NO_ROUTE.contains(code));
    assert_eq!(undocumented.collect::<Vec<_>>(), Vec::<&Code>::new());
}

#[tokio::test]
async fn every_route_documents_the_failures_of_the_service() {
    let document = make_document().await;
    for route in routes(&document) {
        let documents = |status: u16, code: &str| route.codes(&document, status).iter().any(|found| found == code);
        assert!(documents(500, "INTERNAL") && documents(503, "TRY_AGAIN"), "{}", route.operation);
    }
}

/// The schemas are made from the API's own types (`api::shapes`), so that the table's types can change without a change of
/// the document.
#[test]
fn no_schema_is_made_from_a_type_of_the_table() {
    let manifest = include_str!("../../../../shared/store/Cargo.toml");
    assert!(!manifest.contains("utoipa"), "a type of the table can be a schema");
}

/// The names of the error lists in a text.
fn error_lists(text: &str) -> Vec<&str> {
    text.split("RouteError<").skip(1).filter_map(|rest| rest.split('>').next()).collect()
}

/// Adds the texts of all Rust files below a folder.
fn add_sources(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            add_sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(std::fs::read_to_string(&path).expect("a source"));
        }
    }
}

#[test]
fn every_handler_returns_the_error_list_that_it_documents() {
    let mut files = Vec::new();
    for function in ["assist", "review", "roster", "rotations"] {
        add_sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../functions").join(function).join("src"),
            &mut files,
        );
    }
    let mut routes = 0;
    for route in files.iter().flat_map(|file| file.split("#[utoipa::path(").skip(1)) {
        let (described, handler) = route.split_once("async fn ").expect("a handler");
        let signature = handler.split(" {\n").next().unwrap_or_default();
        assert_eq!(error_lists(signature), error_lists(described), "{signature}");
        assert_eq!(signature.contains("Result<"), !error_lists(signature).is_empty(), "{signature}");
        routes += 1;
    }
    let described: usize = contract::functions()
        .iter()
        .map(|(_, part)| contract::operations(&serde_json::to_value(part).expect("a document")).count())
        .sum();
    assert_eq!(routes, described);
}
