//! JSON schemas of tools. They are short, because a model reads all of them with each question.

use std::sync::Arc;

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use serde_json::{Value, json};

/// Members of a schema that a model does not need for a valid call. `minimum` is the 0 of unsigned numbers: a negative
/// number is refused when the arguments are read.
const NOISE: [&str; 5] = ["$schema", "title", "format", "default", "minimum"];

/// The schema of a tool's arguments: the fields of the Rust type, and the club. The type's own doc comment is left out,
/// because the tool has a description.
pub fn of_arguments<T: JsonSchema>() -> Arc<JsonObject> {
    let mut schema = generated::<T>();
    shorten(&mut schema, &NOISE);
    let mut schema = object(schema);
    schema.remove("description");
    let properties = schema.entry("properties").or_insert_with(|| json!({}));
    if let Some(properties) = properties.as_object_mut() {
        properties.insert(CLUB.to_owned(), json!({"type": "string"}));
    }
    Arc::new(schema)
}

/// The argument that names the club. Every tool has it.
pub const CLUB: &str = "club_id";

/// The schema of a tool's answer.
pub fn of_answer<T: JsonSchema>() -> Arc<JsonObject> {
    let mut schema = generated::<T>();
    // A model need not know which members are required.
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

/// Removes members from a schema and from the schemas inside it. A property of the same name stays, because it is not a
/// member of a schema.
fn shorten(schema: &mut Value, noise: &[&str]) {
    match schema {
        Value::Object(members) => {
            members.retain(|name, _| !noise.contains(&name.as_str()));
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
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    /// Arguments of a tool.
    #[derive(Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its schema is read")]
    struct Arguments {
        /// The title of a person.
        title: String,
        /// The number of people.
        #[serde(default)]
        count: Option<u32>,
        /// The weights by name.
        #[serde(default)]
        weights: BTreeMap<String, f64>,
    }

    #[test]
    fn a_schema_leaves_out_what_a_model_does_not_need() {
        let found = Value::Object((*of_arguments::<Arguments>()).clone());
        let expected = json!({
            "type": "object",
            "properties": {
                "title": {"type": "string", "description": "The title of a person."},
                "count": {"type": ["integer", "null"], "description": "The number of people."},
                "weights": {
                    "type": "object",
                    "additionalProperties": {"type": "number"},
                    "description": "The weights by name.",
                },
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
