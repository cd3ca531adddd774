//! The fields of a call, from the query, a form, a multipart form or a JSON body.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Form, FromRequest, Multipart, Query, Request};
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::{HeaderMap, Method};
use serde_json::Value;

const SESSION_COOKIE: &str = "PHPSESSID=";

/// The fields by name. If a name is repeated, its last value counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// Reads the fields of a request. A body that cannot be read has no fields, as at Crossmark.
    pub async fn read(request: Request) -> Self {
        let content_type =
            request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let fields = if request.method() == Method::GET {
            Query::try_from_uri(request.uri()).ok().map(|Query(fields)| fields)
        } else if content_type.starts_with("multipart/form-data") {
            multipart(request).await
        } else if content_type.starts_with("application/json") {
            Json::<BTreeMap<String, Value>>::from_request(request, &()).await.ok().map(|Json(fields)| texts(fields))
        } else {
            Form::from_request(request, &()).await.ok().map(|Form(fields)| fields)
        };
        Self(fields.unwrap_or_default())
    }

    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    pub fn number(&self, name: &str) -> Option<u64> {
        self.text(name).trim().parse().ok()
    }
}

async fn multipart(request: Request) -> Option<BTreeMap<String, String>> {
    let mut parts = Multipart::from_request(request, &()).await.ok()?;
    let mut fields = BTreeMap::new();
    while let Some(part) = parts.next_field().await.ok()? {
        let name = part.name().unwrap_or_default().to_owned();
        fields.insert(name, part.text().await.ok()?);
    }
    Some(fields)
}

fn texts(fields: BTreeMap<String, Value>) -> BTreeMap<String, String> {
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    fields.into_iter().map(|(name, value)| (name, text(value))).collect()
}

/// The value of the session's cookie.
pub(crate) fn session_of(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
    let mut values = cookies.flat_map(|cookie| cookie.split(';')).map(str::trim);
    values.find_map(|cookie| cookie.strip_prefix(SESSION_COOKIE)).map(str::to_owned)
}
