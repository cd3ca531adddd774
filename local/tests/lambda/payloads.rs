//! The payloads of `events/`, for the club of a test.

use std::path::Path;

use serde_json::{Value, json};

use crate::world::World;

/// The settings with which functions use the table and the queues of a running `muster serve`.
pub async fn settings(world: &World) -> Vec<(String, String)> {
    let outputs = world.get("/_local/outputs").await.assert_status(200);
    let outputs = outputs.as_object().unwrap().iter();
    outputs.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect()
}

/// A payload of `events/`, with its club replaced by this one.
pub fn payload(name: &str, club: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events").join(format!("{name}.json"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    serde_json::from_str(&text.replace("8135", club)).unwrap()
}

/// The id of the club of a running `muster serve`.
pub fn club(world: &World) -> String {
    world.club()["club"]["id"].as_str().unwrap().to_owned()
}

/// A queue event with this body in its only record.
pub fn with_body(mut event: Value, body: &Value) -> Value {
    event["Records"][0]["body"] = json!(body.to_string());
    event
}
