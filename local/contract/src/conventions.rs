//! Documents what the crate `api` does around every handler: identity, club, idempotent replies, conditional answers, the
//! shape of errors, headers.

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
                    Operation::of(method, operation).add_conventions(operation);
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
            "description": "The idempotency key. Within a day, a repeat of the request with the same key is not carried out again and gets the stored answer. Answers that a repeat may improve, such as 429 and 5xx, are not stored.",
            "schema": {"type": "string", "pattern": "^[!-~]([ -~]{0,253}[!-~])?$"},
        },
        "IfNoneMatch": {
            "name": "If-None-Match", "in": "header", "required": false,
            "description": "The `ETag` of the answer that the caller has. If that answer is still current, the new one is 304 without a body.",
            "schema": {"type": "string"},
        },
    })
}

/// The request body of an operation.
#[derive(PartialEq, Eq)]
enum RequestBody {
    /// The operation takes no body.
    None,
    /// The body has a schema.
    WithSchema,
    /// The handler parses the body itself.
    Document,
}

/// The properties of an operation that decide which conventions apply.
#[expect(clippy::struct_excessive_bools, reason = "each decides about one convention")]
struct Operation {
    /// Whether the caller needs an identity.
    needs_identity: bool,
    /// Whether the operation is about a club.
    is_of_club: bool,
    /// Whether the operation takes an idempotency key.
    takes_key: bool,
    /// The request body.
    body: RequestBody,
    /// Whether the answer may be 304.
    is_conditional: bool,
    /// Whether the path has variable segments.
    has_segments: bool,
    /// Whether the operation has query parameters of its own.
    has_query: bool,
}

impl Operation {
    fn of(method: &str, operation: &Value) -> Operation {
        let has = |place: &str| {
            operation["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["in"] == place))
        };
        let needs_identity = operation.get("security").is_none();
        Operation {
            needs_identity,
            is_of_club: needs_identity && operation.get("x-club") != Some(&Value::Bool(false)),
            takes_key: method == "post",
            body: match operation.pointer("/requestBody/content/application~1json/schema/$ref") {
                Some(_) => RequestBody::WithSchema,
                None if operation.get("requestBody").is_some() => RequestBody::Document,
                None => RequestBody::None,
            },
            is_conditional: method == "get",
            has_segments: has("path"),
            has_query: has("query"),
        }
    }

    /// Adds the parameters and responses of the conventions to the operation.
    fn add_conventions(&self, operation: &mut Value) {
        if let Some(operation) = operation.as_object_mut() {
            operation.remove("x-club");
        }
        self.add_parameters(operation);
        let mut responses = Responses::of(operation);
        if self.has_segments {
            responses.add_codes(&[Code::InvalidId]);
        }
        if self.has_query {
            responses.add_codes(&[Code::InvalidQuery]);
        }
        if self.body != RequestBody::None {
            responses.add_codes(&[Code::BodyMissing]);
            responses.add_common(413, "BodyTooLarge");
        }
        if self.body == RequestBody::WithSchema {
            responses.add_codes(&[Code::InvalidBody, Code::MalformedJson]);
            responses.add_common(415, "NotJson");
        }
        if self.is_of_club {
            responses.add_codes(&[Code::ClubRequired, Code::ClubNotFound]);
            responses.add_common(403, "Forbidden");
        }
        if self.takes_key {
            responses.add_codes(&[Code::InvalidIdempotencyKey, Code::RequestInHand, Code::IdempotencyKeyReused]);
        }
        if self.needs_identity {
            responses.add_common(401, "Unauthenticated");
        }
        if self.is_conditional {
            responses.add_etag();
        }
        responses.add_throttling();
        responses.add_common(500, "Internal");
        responses.add_common(503, "TryAgain");
        responses.write(operation);
    }

    fn add_parameters(&self, operation: &mut Value) {
        let common =
            [(self.is_of_club, "Club"), (self.takes_key, "IdempotencyKey"), (self.is_conditional, "IfNoneMatch")];
        let names = common.into_iter().filter(|(applies, _)| *applies).map(|(_, name)| name);
        let added = names.map(|name| json!({"$ref": format!("#/components/parameters/{name}")}));
        let own = operation["parameters"].as_array().cloned().unwrap_or_default();
        let all: Vec<Value> = own.into_iter().chain(added).collect();
        if !all.is_empty() {
            operation["parameters"] = all.into();
        }
    }
}
