//! Documents what `api` does around every handler: identity, club, idempotent replies, conditional answers, the shape
//! of errors, headers.

use api::Code;
use serde_json::{Value, json};

use crate::responses::{self, Responses};

/// The members of a path that are operations.
const METHODS: [&str; 4] = ["get", "put", "post", "delete"];

/// Adds the conventions to every operation, and the components that they refer to.
pub fn apply(document: &mut Value) {
    if let Some(paths) = document["paths"].as_object_mut() {
        for operations in paths.values_mut() {
            for method in METHODS {
                if let Some(operation) = operations.get_mut(method) {
                    Operation::of(method, operation).describe(operation);
                }
            }
        }
    }
    document["security"] = json!([{"token": []}]);
    let components = &mut document["components"];
    components["securitySchemes"] = json!({"token": {
        "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
        "description": "A token of the stack's issuer. Its roles claim lists `club:role`, such as `8135:manager`.",
    }});
    components["parameters"] = parameters();
    components["headers"] = responses::headers();
    components["responses"] = responses::components();
    components["schemas"]["GatewayMessage"] = responses::gateway_message();
}

fn parameters() -> Value {
    json!({
        "Club": {
            "name": "club", "in": "query", "required": false,
            "description": "The id of the club. A caller with only one club may leave it out.",
            "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}, "example": "8135",
        },
        "IdempotencyKey": {
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "The idempotency key. A request that is repeated with the same key within a day is carried out once and gets the same answer.",
            "schema": {"type": "string", "pattern": "^[!-~]([ -~]{0,253}[!-~])?$"},
        },
        "IfNoneMatch": {
            "name": "If-None-Match", "in": "header", "required": false,
            "description": "The `ETag` of the answer that the caller has. The answer is 304 if it has not changed.",
            "schema": {"type": "string"},
        },
    })
}

/// What the caller of an operation sends besides its path.
#[derive(PartialEq, Eq)]
enum Sent {
    /// Nothing.
    Nothing,
    /// A body with a schema.
    Shape,
    /// A document that the handler parses itself.
    Document,
}

/// The properties of an operation that decide which conventions apply.
#[expect(clippy::struct_excessive_bools, reason = "each is one convention that is met or not")]
struct Operation {
    /// Whether it needs an identity.
    asks_who: bool,
    /// Whether it is about a club.
    of_club: bool,
    /// Whether it takes an idempotency key.
    repeatable: bool,
    /// What is sent.
    body: Sent,
    /// Whether it may answer 304.
    conditional: bool,
    /// Whether its path has variable segments.
    with_segments: bool,
    /// Whether it has query parameters of its own.
    with_query: bool,
}

impl Operation {
    fn of(method: &str, operation: &Value) -> Operation {
        let has = |place: &str| {
            operation["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["in"] == place))
        };
        let asks_who = operation.get("security").is_none();
        Operation {
            asks_who,
            of_club: asks_who && operation.get("x-club") != Some(&Value::Bool(false)),
            repeatable: method == "post",
            body: match operation.pointer("/requestBody/content/application~1json/schema/$ref") {
                Some(_) => Sent::Shape,
                None if operation.get("requestBody").is_some() => Sent::Document,
                None => Sent::Nothing,
            },
            conditional: method == "get",
            with_segments: has("path"),
            with_query: has("query"),
        }
    }

    fn describe(&self, operation: &mut Value) {
        if let Some(operation) = operation.as_object_mut() {
            operation.remove("x-club");
        }
        self.parameters(operation);
        let mut responses = Responses::of(operation);
        if self.with_segments {
            responses.may(&[Code::InvalidId]);
        }
        if self.with_query {
            responses.may(&[Code::InvalidQuery]);
        }
        if self.body != Sent::Nothing {
            responses.may(&[Code::BodyMissing]);
            responses.refer(413, "BodyTooLarge");
        }
        if self.body == Sent::Shape {
            responses.may(&[Code::InvalidBody, Code::MalformedJson]);
            responses.refer(415, "NotJson");
        }
        if self.of_club {
            responses.may(&[Code::ClubRequired, Code::ClubNotFound]);
            responses.refer(403, "Forbidden");
        }
        if self.repeatable {
            responses.may(&[Code::InvalidIdempotencyKey, Code::RequestInHand, Code::IdempotencyKeyReused]);
        }
        if self.asks_who {
            responses.refer(401, "Unauthenticated");
            responses.refer(503, "TryAgain");
        }
        if self.conditional {
            responses.tag();
        }
        responses.throttled();
        responses.refer(500, "Internal");
        responses.write(operation);
    }

    fn parameters(&self, operation: &mut Value) {
        let common = [(self.of_club, "Club"), (self.repeatable, "IdempotencyKey"), (self.conditional, "IfNoneMatch")];
        let names = common.into_iter().filter(|(is_there, _)| *is_there).map(|(_, name)| name);
        let added = names.map(|name| json!({"$ref": format!("#/components/parameters/{name}")}));
        let own = operation["parameters"].as_array().cloned().unwrap_or_default();
        let all: Vec<Value> = own.into_iter().chain(added).collect();
        if !all.is_empty() {
            operation["parameters"] = all.into();
        }
    }
}
