//! Completes the schemas: every member of an answer is required, even if it may be null, except those in [`LEFT_OUT`].
//! Requests may leave members out.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// Members that an answer has only if they were requested.
const LEFT_OUT: [&str; 1] = ["total"];

/// Makes every member required, in all schemas except those of requests.
pub fn require_members_of_answers(document: &mut Value) {
    let mut of_requests = BTreeSet::new();
    let bodies: Vec<Value> = operations(document).map(|operation| operation["requestBody"].clone()).collect();
    bodies.iter().for_each(|body| collect_references(document, body, &mut of_requests));
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    for (name, schema) in schemas {
        if !of_requests.contains(name) {
            require_all(schema);
        }
    }
}

/// Replaces inline copies of named schemas, which generic types produce, by references.
pub fn refer_to_named_schemas(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object() else { return };
    let named_schemas: Vec<(String, Value)> = schemas.clone().into_iter().collect();
    let named_schemas: Vec<(String, Value)> =
        named_schemas.into_iter().filter(|(_, one)| one.get("properties").or(one.get("allOf")).is_some()).collect();
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    for schema in schemas.values_mut() {
        parts(schema).for_each(|part| replace_by_references(part, &named_schemas));
    }
}

/// The values directly inside a value.
fn parts(schema: &mut Value) -> Box<dyn Iterator<Item = &mut Value> + '_> {
    match schema {
        Value::Object(members) => Box::new(members.values_mut()),
        Value::Array(items) => Box::new(items.iter_mut()),
        _ => Box::new(std::iter::empty()),
    }
}

fn replace_by_references(part: &mut Value, named_schemas: &[(String, Value)]) {
    match named_schemas.iter().find(|(_, shape)| *shape == *part) {
        Some((name, _)) => *part = json!({"$ref": format!("#/components/schemas/{name}")}),
        None => parts(part).for_each(|part| replace_by_references(part, named_schemas)),
    }
}

/// The operations of a document.
pub fn operations(document: &Value) -> impl Iterator<Item = &Value> {
    let paths = document["paths"].as_object();
    paths.into_iter().flatten().flat_map(|(_, path)| path.as_object().into_iter().flatten().map(|(_, one)| one))
}

/// Collects the names of the schemas that are referred to, directly or not.
fn collect_references(document: &Value, from: &Value, found: &mut BTreeSet<String>) {
    match from {
        Value::Object(members) => {
            for (key, value) in members {
                let name = value.as_str().and_then(|text| text.strip_prefix("#/components/schemas/"));
                match name.filter(|_| key == "$ref") {
                    Some(name) if found.insert(name.to_owned()) => {
                        collect_references(document, &document["components"]["schemas"][name], found);
                    }
                    Some(_) => {}
                    None => collect_references(document, value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(document, item, found)),
        _ => {}
    }
}

fn require_all(schema: &mut Value) {
    if let Some(properties) = schema["properties"].as_object() {
        let names = properties.keys().filter(|name| !LEFT_OUT.contains(&name.as_str()));
        schema["required"] = names.cloned().collect();
    }
    for composed in ["allOf", "oneOf", "anyOf"] {
        if let Some(parts) = schema.get_mut(composed).and_then(Value::as_array_mut) {
            parts.iter_mut().for_each(require_all);
        }
    }
}
