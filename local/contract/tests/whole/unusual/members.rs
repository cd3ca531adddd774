//! The members of every route, as the contract lists them: parameters in path, query and headers, and the members of a
//! body at any depth.

use serde_json::Value;

/// The part of the request that contains a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Path,
    Query,
    Header,
    Body,
}

/// One member of a route.
#[derive(Debug, Clone)]
pub struct Member {
    pub place: Place,
    /// The name of the member; in a body its JSON pointer.
    pub name: String,
    /// The schema of the member, without references.
    pub schema: Value,
}

/// A route with a valid request.
#[derive(Debug, Clone)]
pub struct Route {
    pub operation: String,
    pub method: String,
    /// The path, with variable segments by name: `{run_id}`.
    pub path: String,
    pub members: Vec<Member>,
    /// The example of a body; null if the route takes none.
    pub body: Value,
    /// The operation in the contract.
    pub operation_object: Value,
}

/// Every route of the contract.
pub fn routes(document: &Value) -> Vec<Route> {
    let mut routes = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation_object) in methods.as_object().expect("methods") {
            let body = operation_object.pointer("/requestBody/content/application~1json");
            let example = body.map_or(Value::Null, |body| body["example"].clone());
            let mut members = parameters(document, operation_object);
            if let Some(schema) = body.map(|body| resolve(document, &body["schema"])) {
                match schema.get("properties") {
                    Some(_) => add_members_of_schema(document, &schema, "", &mut members),
                    None => add_members_of_example(&example, "", &mut members),
                }
            }
            routes.push(Route {
                operation: operation_object["operationId"].as_str().expect("an id").to_owned(),
                method: method.to_uppercase(),
                path: path.clone(),
                members,
                body: example,
                operation_object: operation_object.clone(),
            });
        }
    }
    routes
}

impl Route {
    /// The error codes that the contract lists for a status.
    pub fn codes(&self, document: &Value, status: u16) -> Vec<String> {
        let mut codes = Vec::new();
        collect_codes(&resolve(document, &self.operation_object["responses"][status.to_string()]), &mut codes);
        codes
    }
}

fn collect_codes(from: &Value, codes: &mut Vec<String>) {
    match from {
        Value::Object(members) => {
            let named = from.pointer("/code/enum").and_then(Value::as_array).into_iter().flatten();
            codes.extend(named.filter_map(Value::as_str).map(str::to_owned));
            members.values().for_each(|value| collect_codes(value, codes));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_codes(item, codes)),
        _ => {}
    }
}

fn parameters(document: &Value, operation_object: &Value) -> Vec<Member> {
    let all = operation_object["parameters"].as_array().into_iter().flatten().map(|one| resolve(document, one));
    let members = all.map(|one| Member {
        place: match one["in"].as_str() {
            Some("path") => Place::Path,
            Some("query") => Place::Query,
            _ => Place::Header,
        },
        name: one["name"].as_str().expect("a name").to_owned(),
        schema: resolve(document, &one["schema"]),
    });
    members.collect()
}

/// A schema with its reference resolved; for a nullable schema, the part that is not null.
fn resolve(document: &Value, schema: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str() {
        let found = document.pointer(name.trim_start_matches('#')).expect("a component");
        return resolve(document, found);
    }
    match schema["oneOf"].as_array() {
        Some(either) if either.len() == 2 && either[1]["type"] == "null" => resolve(document, &either[0]),
        _ => schema.clone(),
    }
}

fn add_members_of_schema(document: &Value, schema: &Value, above: &str, members: &mut Vec<Member>) {
    let add = |name: String, schema: &Value, members: &mut Vec<Member>| {
        let schema = resolve(document, schema);
        members.push(Member { place: Place::Body, name: name.clone(), schema: schema.clone() });
        add_members_of_schema(document, &schema, &name, members);
    };
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        add(format!("{above}/{name}"), schema, members);
    }
    if schema["items"].is_object() {
        add(format!("{above}/0"), &schema["items"], members);
    }
}

/// Adds the members of a document without a schema: those of its example, and of the first item of each list.
fn add_members_of_example(example: &Value, above: &str, members: &mut Vec<Member>) {
    let mut add = |name: String, value: &Value| {
        members.push(Member { place: Place::Body, name: name.clone(), schema: Value::Null });
        add_members_of_example(value, &name, members);
    };
    match example {
        Value::Object(all) => all.iter().for_each(|(name, value)| add(format!("{above}/{name}"), value)),
        Value::Array(items) => items.iter().take(1).for_each(|item| add(format!("{above}/0"), item)),
        _ => {}
    }
}
