//! Tests of the review function's routes, with in-process stand-ins for the AWS services.

#![allow(clippy::expect_used, reason = "tests say what they expect")]

mod drafts;
mod looking;
mod proposals;
mod reader;
mod sequences;
mod standing;
mod trials;
mod way_to_crossmark;
mod writing;

/// Method and address of every route of this function, with values for the variable segments.
fn routes() -> Vec<(String, String)> {
    let contract = serde_json::to_value(review::api()).expect("a contract");
    let mut routes = Vec::new();
    for (path, operations) in contract["paths"].as_object().expect("paths") {
        let segments: Vec<&str> = path.split('/').map(value_of).collect();
        for method in operations.as_object().expect("operations").keys() {
            routes.push((method.to_uppercase(), segments.join("/")));
        }
    }
    routes
}

/// A valid value for a variable segment of a path; any other segment as it is.
fn value_of(segment: &str) -> &str {
    match segment {
        "{id}" => "run-1.101",
        _ if segment.starts_with('{') => "run-1",
        _ => segment,
    }
}
