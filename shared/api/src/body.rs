//! Extractors for bodies, query parameters and path segments, with clear messages for what cannot be read.

use std::marker::PhantomData;

use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header;
use axum::http::request::Parts;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;
use serde_json::json;

use crate::code::Code;
use crate::error::ApiError;

/// A JSON body.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let is_json = kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
        let bytes = axum::body::Bytes::from_request(request, state)
            .await
            // The middleware has read the body already, within its limit.
            .map_err(|e| ApiError::internal(e.body_text()))?;
        if bytes.is_empty() {
            return Err(ApiError::new(Code::BodyMissing, "the request has no body: expected a JSON object"));
        }
        if !is_json {
            let message = "the body must be JSON, with content-type: application/json";
            return Err(ApiError::new(Code::NotJson, message));
        }
        read(&bytes).map(Body)
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let Object(value) = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (path, inner) = (error.path().to_string(), error.inner());
        let code = if inner.classify() == Category::Data { Code::InvalidBody } else { Code::MalformedJson };
        let at = if matches!(path.as_str(), "." | "?") { "$".to_owned() } else { format!("$.{path}") };
        let message = format!("the body cannot be read at {at}: {inner}");
        ApiError::new(code, message).with(json!({"at": at, "line": inner.line(), "column": inner.column()}))
    })?;
    json.end().map_err(|e| {
        let message = format!("the body has text after the end of its JSON: {e}");
        ApiError::new(Code::MalformedJson, message).with(json!({"line": e.line(), "column": e.column()}))
    })?;
    Ok(value)
}

/// A value that is read from a JSON object only; see [`object`].
#[derive(Debug, Deserialize)]
#[serde(bound = "T: DeserializeOwned", transparent)]
pub struct Object<T>(#[serde(deserialize_with = "object")] pub T);

/// Reads a structure from a JSON object and from nothing else. On its own, serde also accepts a list of the
/// structure's members.
///
/// # Errors
/// The error of the format if the value is not an object, or if the structure cannot be read from it.
pub fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Members<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
        type Value = T;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(members))
        }
    }

    deserializer.deserialize_map(Members(PhantomData))
}

/// Query parameters.
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let query = Query::<T>::try_from_uri(&parts.uri);
        let query = query.map_err(|e: QueryRejection| ApiError::new(Code::InvalidQuery, e.body_text()))?;
        Ok(Params(query.0))
    }
}

/// Variable segments of a path.
pub struct Segment<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Segment<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(path) => Ok(Segment(path.0)),
            Err(e) => Err(ApiError::new(Code::InvalidId, e.body_text())),
        }
    }
}
