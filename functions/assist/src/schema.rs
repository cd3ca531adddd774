//! JSON schemas of tools, without what a model does not need: a model reads all of them with each question.

use std::sync::Arc;

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use serde_json::{Value, json};

/// Members that say nothing about which values are valid, or only what the type says already.
const NOISE: [&str; 5] = ["$schema", "title", "format", "default", "minimum"];

/// The schema of a tool's arguments: those of the type, and the club.
pub fn of_arguments<T: JsonSchema>() -> Arc<JsonObject> {
    let mut schema = generated::<T>();
    shorten(&mut schema, &NOISE);
    let mut schema = object(schema);
    let properties = schema.entry("properties").or_insert_with(|| json!({}));
    if let Some(properties) = properties.as_object_mut() {
        properties.insert(CLUB.to_owned(), json!({"type": "string"}));
    }
    Arc::new(schema)
}

/// The argument of every tool that names the club.
pub const CLUB: &str = "club_id";

/// The schema of a tool's answer.
pub fn of_answer<T: JsonSchema>() -> Arc<JsonObject> {
    let mut schema = generated::<T>();
    // A model need not know which members are always there.
    shorten(&mut schema, &[NOISE.as_slice(), &["description", "required"]].concat());
    Arc::new(object(schema))
}

fn generated<T: JsonSchema>() -> Value {
    schemars::SchemaGenerator::default().into_root_schema_for::<T>().to_value()
}

fn object(schema: Value) -> JsonObject {
    match schema {
        Value::Object(mut members) => {
            members.entry("type").or_insert_with(|| json!("object"));
            members
        }
        _ => JsonObject::new(),
    }
}

/// Removes members from a schema and from the schemas inside it. A property of the same name stays.
fn shorten(schema: &mut Value, noise: &[&str]) {
    match schema {
        Value::Object(members) => {
            members.retain(|name, value| !noise.contains(&name.as_str()) || value.is_object());
            for (name, value) in members.iter_mut() {
                match (name.as_str(), value) {
                    ("properties" | "$defs", Value::Object(named)) => {
                        named.values_mut().for_each(|one| shorten(one, noise));
                    }
                    ("enum" | "const" | "required", _) => {}
                    (_, value) => shorten(value, noise),
                }
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|one| shorten(one, noise)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    /// A person's title.
    #[derive(Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its schema is read")]
    struct Arguments {
        /// What they are called.
        title: String,
        /// How many.
        #[serde(default)]
        count: Option<u32>,
    }

    #[test]
    fn a_schema_keeps_what_says_which_values_are_valid() {
        let found = Value::Object((*of_arguments::<Arguments>()).clone());
        let expected = json!({
            "type": "object",
            "description": "A person's title.",
            "properties": {
                "title": {"type": "string", "description": "What they are called."},
                "count": {"type": ["integer", "null"], "description": "How many."},
                "club_id": {"type": "string"},
            },
            "required": ["title"],
            "additionalProperties": false,
        });
        assert_eq!(found, expected);
        let answer = Value::Object((*of_answer::<Arguments>()).clone());
        assert_eq!(answer["properties"]["title"], json!({"type": "string"}));
    }
}
