//! The responses of a route: its own error codes, completed with those of the conventions.

use std::collections::BTreeMap;

use api::Code;
use serde_json::{Value, json};

/// The responses of one operation while they are collected.
pub struct Responses {
    /// The successful responses, by status.
    own: BTreeMap<u16, Value>,
    /// The error codes, by status.
    codes: BTreeMap<u16, Vec<&'static str>>,
    /// The names of the responses that all routes share, by status.
    common: BTreeMap<u16, &'static str>,
}

/// The responses that are the same on every route, with their codes and descriptions.
const COMMON: [(&str, Code, &str); 6] = [
    ("BodyTooLarge", Code::BodyTooLarge, "The body is too large."),
    ("Forbidden", Code::Forbidden, "The caller's role is not sufficient."),
    (
        "Internal",
        Code::Internal,
        "The service failed. A change that needs several transactions, such as a large import, may be partly done.",
    ),
    ("NotJson", Code::NotJson, "The body must be JSON."),
    ("TryAgain", Code::TryAgain, "The service is busy. Retry the same request."),
    ("Unauthenticated", Code::Unauthenticated, "The caller is not authenticated."),
];
/// The common responses that the gateway may return by itself.
const OF_THE_GATEWAY: [&str; 3] = ["Internal", "TryAgain", "Unauthenticated"];
/// The headers of every answer.
const HEADERS: [(&str, &str); 2] = [("Server-Timing", "ServerTiming"), ("X-Request-Id", "RequestId")];

impl Responses {
    /// The responses that the operation lists; the description of an error lists its codes.
    pub fn of(operation: &Value) -> Responses {
        let (mut own, mut codes) = (BTreeMap::new(), BTreeMap::new());
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            let Ok(status) = status.parse::<u16>() else { continue };
            if status < 400 {
                own.insert(status, response.clone());
                continue;
            }
            let listed = response["description"].as_str().unwrap_or_default().split(", ");
            let code_named = |name| Code::ALL.iter().map(|code| code.name()).find(|code| *code == name);
            codes.insert(status, listed.filter_map(code_named).collect());
        }
        Responses { own, codes, common: BTreeMap::new() }
    }

    /// Adds codes that the conventions may return.
    pub fn add_codes(&mut self, codes: &[Code]) {
        for code in codes {
            self.codes.entry(code.status().as_u16()).or_default().push(code.name());
        }
    }

    /// Adds a response that is the same on every route.
    pub fn add_common(&mut self, status: u16, name: &'static str) {
        self.common.insert(status, name);
    }

    /// Adds the throttling by the gateway.
    pub fn add_throttling(&mut self) {
        self.codes.entry(429).or_default();
    }

    /// Adds the `ETag` header to a conditional operation, and 304.
    pub fn add_etag(&mut self) {
        self.own.entry(304).or_insert_with(|| json!({"description": ""}));
        for (_, response) in self.own.range_mut(..400) {
            response["headers"]["ETag"] = json!({"$ref": "#/components/headers/ETag"});
        }
    }

    /// Writes the responses into the operation. If a route has codes of its own with the status of a common response, one
    /// response lists all of them.
    pub fn write(mut self, operation: &mut Value) {
        let mut all = serde_json::Map::new();
        let mut add = |status: u16, response: Value| all.insert(status.to_string(), response);
        for (status, mut response) in self.own {
            if response["description"] == "" {
                response["description"] = default_description(status).into();
            }
            add_headers(&mut response);
            add(status, response);
        }
        for (status, name) in &self.common {
            match self.codes.get_mut(status) {
                Some(codes) => codes.extend(COMMON.iter().filter(|(n, ..)| n == name).map(|(_, code, _)| code.name())),
                None => _ = add(*status, json!({"$ref": format!("#/components/responses/{name}")})),
            }
        }
        for (status, mut codes) in self.codes {
            codes.sort_unstable();
            codes.dedup();
            let is_by_gateway = self.common.get(&status).is_some_and(|name| OF_THE_GATEWAY.contains(name));
            add(status, error_response(status, &codes, status == 429 || is_by_gateway));
        }
        operation["responses"] = all.into();
    }
}

/// The description of a successful answer that its route does not describe.
fn default_description(status: u16) -> &'static str {
    match status {
        201 => "Made",
        202 => "Accepted; the service continues with it",
        304 => "Not modified",
        _ => "Done",
    }
}

fn add_headers(response: &mut Value) {
    for (header, component) in HEADERS {
        response["headers"][header] = json!({"$ref": format!("#/components/headers/{component}")});
    }
}

fn error_of(codes: &[&str]) -> Value {
    json!({"allOf": [
        {"$ref": "#/components/schemas/Error"},
        {"type": "object", "properties": {"error": {"type": "object", "properties": {"code": {"enum": codes}}}}},
    ]})
}

const MESSAGE: &str = "#/components/schemas/GatewayMessage";

/// An error response with these codes. If it may also come from the gateway, it may have the gateway's own shape, without
/// headers.
fn error_response(status: u16, codes: &[&str], is_by_gateway: bool) -> Value {
    let words = |code: &&str| Code::ALL.iter().find(|c| c.name() == *code).map_or("", |c| c.words());
    let mut lines: Vec<String> = codes.iter().map(|code| format!("- `{code}`: {}", words(code))).collect();
    let schema = match codes {
        [] => json!({"$ref": MESSAGE}),
        codes if is_by_gateway => json!({"oneOf": [error_of(codes), {"$ref": MESSAGE}]}),
        codes => error_of(codes),
    };
    if status == 429 {
        lines.push("- from the gateway: too many requests".to_owned());
    }
    let content = json!({"application/json": {"schema": schema}});
    let mut response = json!({"description": lines.join("\n"), "content": content});
    if !is_by_gateway {
        add_headers(&mut response);
    }
    response
}

/// The responses that are the same on every route.
pub fn components() -> Value {
    let made = COMMON.map(|(name, code, words)| {
        let error = error_of(&[code.name()]);
        let is_by_gateway = OF_THE_GATEWAY.contains(&name);
        let schema = if is_by_gateway { json!({"oneOf": [error, {"$ref": MESSAGE}]}) } else { error };
        let description = format!("{words}\n\n- `{code}`: {}", code.words());
        let content = json!({"application/json": {"schema": schema}});
        (name.to_owned(), json!({"description": description, "content": content}))
    });
    Value::Object(made.into_iter().collect())
}

/// The shape of the gateway's own answers.
pub fn gateway_message() -> Value {
    json!({
        "type": "object", "description": "An error of the gateway itself: no function was called, or none answered in time.",
        "required": ["message"], "additionalProperties": false, "properties": {"message": {"type": "string"}},
    })
}

/// The headers of answers.
pub fn headers() -> Value {
    let header = |description: &str| json!({"description": description, "schema": {"type": "string"}});
    json!({
        "ETag": header("The entity tag of the answer, for `If-None-Match`."),
        "RequestId": header("The id of the request, for reports to the operators."),
        "ServerTiming": header("The duration of the request, and its number of requests to the table."),
    })
}
