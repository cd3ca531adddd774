//! Answers of calls: a body, and the way in which it is sent. Every answer has the content type `text/html`, even if its body
//! is JSON, as at Crossmark.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, HeaderName, LOCATION, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};

const LOGIN_FORM: &str =
    "<html><head><title>Sign in</title></head><body><form action=\"/login/authenticate\"></form></body></html>";
const SCHEDULING_PAGE: &str = "<html><head><title>Scheduling</title></head><body></body></html>";
/// Number of pieces of a slow body.
const PIECES: usize = 8;

/// Marks a response that must not be sent: the connection is closed instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HangUp;

/// How the answer is sent: at once, in pieces over this duration, or not at all.
#[derive(Debug, Clone, Copy)]
enum Delivery {
    Whole,
    Slowly(Duration),
    Never,
}

/// An answer before it becomes a response.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    status: StatusCode,
    header: Option<(HeaderName, String)>,
    body: String,
    delivery: Delivery,
}

impl Answer {
    fn new(status: StatusCode, body: String) -> Self {
        Self { status, header: None, body, delivery: Delivery::Whole }
    }

    fn with_header(mut self, name: HeaderName, value: String) -> Self {
        self.header = Some((name, value));
        self
    }

    pub fn json(body: &Value) -> Self {
        Self::new(StatusCode::OK, body.to_string())
    }

    /// `ok: 0` with a message.
    pub fn not_ok(message: &str) -> Self {
        Self::json(&json!({"ok": 0, "message": message}))
    }

    /// A page that shows an error status.
    pub fn error_page(status: StatusCode) -> Self {
        Self::new(status, format!("<html><body><h1>{status}</h1></body></html>"))
    }

    pub fn too_many_requests(retry_after_s: u64) -> Self {
        Self::error_page(StatusCode::TOO_MANY_REQUESTS).with_header(RETRY_AFTER, retry_after_s.to_string())
    }

    pub fn login_form() -> Self {
        Self::new(StatusCode::OK, LOGIN_FORM.to_owned())
    }

    pub fn redirect_to_login() -> Self {
        Self::new(StatusCode::FOUND, String::new()).with_header(LOCATION, "/login".to_owned())
    }

    pub fn scheduling_page() -> Self {
        Self::new(StatusCode::OK, SCHEDULING_PAGE.to_owned())
    }

    /// No answer: the connection is closed.
    pub fn closed() -> Self {
        Self { delivery: Delivery::Never, ..Self::new(StatusCode::OK, String::new()) }
    }

    pub fn with_session(self, id: &str) -> Self {
        self.with_header(SET_COOKIE, format!("PHPSESSID={id}; path=/; HttpOnly"))
    }

    pub fn slowly(self, over: Duration) -> Self {
        Self { delivery: Delivery::Slowly(over), ..self }
    }

    /// The same answer without the id of the scheduled event.
    pub fn without_id(self) -> Self {
        let mut body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        if let Some(event) = body.get_mut("MVScheduledEvent").and_then(Value::as_object_mut) {
            event.remove("ID");
            return Self { body: body.to_string(), ..self };
        }
        self
    }

    /// The answer as the log of calls shows it: its status, or `closed`.
    pub fn label(&self) -> String {
        match self.delivery {
            Delivery::Never => "closed".to_owned(),
            _ => self.status.as_u16().to_string(),
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let body = match self.delivery {
            Delivery::Slowly(over) => slow_body(self.body, over),
            Delivery::Whole | Delivery::Never => Body::from(self.body),
        };
        let mut response = (self.status, body).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=UTF-8"));
        if let Some((name, value)) = self.header
            && let Ok(value) = HeaderValue::from_str(&value)
        {
            response.headers_mut().insert(name, value);
        }
        if matches!(self.delivery, Delivery::Never) {
            response.extensions_mut().insert(HangUp);
        }
        response
    }
}

fn slow_body(body: String, over: Duration) -> Body {
    let bytes = Bytes::from(body);
    let size = bytes.len().div_ceil(PIECES).max(1);
    let pause = over / u32::try_from(PIECES).unwrap_or(1);
    Body::from_stream(stream::unfold(bytes, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let piece = rest.split_to(size.min(rest.len()));
        Some((Ok::<_, Infallible>(piece), rest))
    }))
}
