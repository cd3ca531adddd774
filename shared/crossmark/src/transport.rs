//! One HTTP exchange with the API: it returns the whole answer, within the time and size limits, or why there is none.
//! Nothing is retried here, no redirect is followed, and no header or body is logged.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{
    ACCEPT, COOKIE, HeaderMap, HeaderName, HeaderValue, LOCATION, ORIGIN, REFERER, RETRY_AFTER, SET_COOKIE,
};
use reqwest::multipart;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::SetUpError;
use crate::settings::{ClientSettings, Clock};

const SESSION_COOKIE: &str = "PHPSESSID";
const REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");

/// A request as data, so that it can be sent more than once.
#[derive(Clone)]
pub(crate) struct ApiCall {
    /// The name of the call in logs.
    pub name: &'static str,
    pub path: &'static str,
    pub payload: Payload,
}

pub(crate) type Fields = Vec<(&'static str, String)>;

#[derive(Clone)]
pub(crate) enum Payload {
    Query(Fields),
    Form(Fields),
    Multipart(Fields),
    Json(Value),
}

/// A complete answer.
pub(crate) struct HttpResponse {
    pub status: StatusCode,
    /// The target of a redirect.
    pub location: Option<Url>,
    pub retry_after: Option<Duration>,
    /// The session cookie that the answer sets.
    pub session: Option<SecretString>,
    pub body: Vec<u8>,
}

/// Why there is no complete answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    /// No connection could be made: nothing was sent.
    Unreachable,
    /// `send_by` had passed: nothing was sent.
    TooLate,
    /// No complete answer came within the time limit.
    TimedOut,
    /// The connection broke.
    Broken,
    /// The answer was longer than the limit.
    TooLong,
}

/// The HTTP clients and limits of all exchanges.
pub(crate) struct Transport {
    settings: ClientSettings,
    clock: Arc<dyn Clock>,
    /// The client for reads. It keeps connections open for the next read.
    read_client: Client,
    /// The client for calls that may change something. It opens a new connection for each call: if a kept connection
    /// had died, the outcome of the call would be unknown.
    change_client: Client,
    /// The limit on concurrent calls, for all clubs together.
    permits: Semaphore,
    /// Allows one login at a time, for all clubs together.
    pub logins: Semaphore,
    jitter: std::sync::Mutex<fastrand::Rng>,
}

impl Transport {
    pub fn new(settings: ClientSettings, clock: Arc<dyn Clock>) -> Result<Self, SetUpError> {
        let base = &settings.base_url;
        let headers = headers(base).ok_or_else(|| SetUpError::BaseUrl(base.to_string()))?;
        let builder = || {
            let builder = Client::builder()
                .default_headers(headers.clone())
                .redirect(Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .http1_only()
                .connect_timeout(settings.timeout.min(Duration::from_secs(10)))
                .timeout(settings.timeout);
            if is_loopback(base) { builder.no_proxy() } else { builder }
        };
        Ok(Self {
            clock,
            read_client: builder().build()?,
            change_client: builder().pool_max_idle_per_host(0).build()?,
            permits: Semaphore::new(settings.concurrency.max(1)),
            logins: Semaphore::new(1),
            jitter: std::sync::Mutex::new(fastrand::Rng::with_seed(settings.jitter_seed)),
            settings,
        })
    }

    pub fn settings(&self) -> &ClientSettings {
        &self.settings
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Sends a call that changes nothing.
    pub async fn read(&self, call: &ApiCall, session: Option<&SecretString>) -> Result<HttpResponse, NoAnswer> {
        let _permit = self.permits.acquire().await;
        self.exchange(&self.read_client, call, session).await
    }

    /// Sends a call that may change something, unless `send_by` has passed when its turn comes. The connection is made
    /// after that check, so the call may be sent up to 10 seconds later.
    pub async fn change(
        &self,
        call: &ApiCall,
        session: &SecretString,
        send_by: DateTime<Utc>,
    ) -> Result<HttpResponse, NoAnswer> {
        let _permit = self.permits.acquire().await;
        if self.now() > send_by {
            return Err(NoAnswer::TooLate);
        }
        self.exchange(&self.change_client, call, Some(session)).await
    }

    /// The wait before try number `tries + 1` of a read: exponential backoff with jitter. Half of it is fixed, up to
    /// half is random; it is at most `longest_wait`.
    pub fn backoff(&self, tries: u32) -> Duration {
        let full = self.settings.retry_base.saturating_mul(1 << tries.saturating_sub(1).min(16));
        let share = self.jitter.lock().unwrap_or_else(std::sync::PoisonError::into_inner).f64();
        (full / 2 + (full / 2).mul_f64(share)).min(self.settings.longest_wait)
    }

    async fn exchange(
        &self,
        client: &Client,
        call: &ApiCall,
        session: Option<&SecretString>,
    ) -> Result<HttpResponse, NoAnswer> {
        let began = self.now();
        let result = self.send(self.request(client, call, session)).await;
        let duration_ms = (self.now() - began).num_milliseconds();
        match &result {
            Ok(reply) => {
                let status = reply.status.as_u16();
                tracing::debug!(call.name, status, duration_ms, "Crossmark answered {}", call.name);
            }
            Err(no_answer) => {
                tracing::debug!(call.name, ?no_answer, duration_ms, "no complete answer to {}", call.name);
            }
        }
        result
    }

    fn request(&self, client: &Client, call: &ApiCall, session: Option<&SecretString>) -> RequestBuilder {
        let method = if matches!(call.payload, Payload::Query(_)) { Method::GET } else { Method::POST };
        let request = client.request(method, below(&self.settings.base_url, call.path));
        let request = match session.and_then(session_header) {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        };
        match &call.payload {
            Payload::Query(fields) => request.query(fields),
            Payload::Form(fields) => request.form(fields),
            Payload::Json(body) => request.json(body),
            Payload::Multipart(fields) => {
                let form = multipart::Form::new();
                request.multipart(fields.iter().fold(form, |form, (name, value)| form.text(*name, value.clone())))
            }
        }
    }

    async fn send(&self, request: RequestBuilder) -> Result<HttpResponse, NoAnswer> {
        let mut response = request.send().await.map_err(|error| no_answer(&error))?;
        let limit = self.settings.body_limit;
        if response.content_length().is_some_and(|length| length > limit as u64) {
            return Err(NoAnswer::TooLong);
        }
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| no_answer(&error))? {
            if body.len() + piece.len() > limit {
                return Err(NoAnswer::TooLong);
            }
            body.extend_from_slice(&piece);
        }
        let text = |name| response.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        Ok(HttpResponse {
            status: response.status(),
            location: text(LOCATION).and_then(|location| response.url().join(location).ok()),
            retry_after: text(RETRY_AFTER).and_then(|wait| retry_after(wait, self.now())),
            session: response.headers().get_all(SET_COOKIE).iter().find_map(session_of),
            body,
        })
    }
}

fn no_answer(error: &reqwest::Error) -> NoAnswer {
    if error.is_connect() {
        NoAnswer::Unreachable
    } else if error.is_timeout() {
        NoAnswer::TimedOut
    } else {
        NoAnswer::Broken
    }
}

fn headers(base: &Url) -> Option<HeaderMap> {
    if !matches!(base.scheme(), "http" | "https") || base.cannot_be_a_base() {
        return None;
    }
    let value = |text: String| HeaderValue::from_str(&text).ok();
    Some(HeaderMap::from_iter([
        (ACCEPT, HeaderValue::from_static("application/json")),
        (ORIGIN, value(base.origin().ascii_serialization())?),
        (REFERER, value(below(base, "/planning/").to_string())?),
        (REQUESTED_WITH, HeaderValue::from_static("XMLHttpRequest")),
    ]))
}

/// The URL of a path below the base, whether or not the base ends with a slash.
fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url.set_query(None);
    url.set_fragment(None);
    url
}

/// Whether an address is on this machine: `localhost`, or a loopback IP address. Calls to this machine must not go
/// through a proxy.
pub fn is_loopback(base: &Url) -> bool {
    let host = base.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn session_header(session: &SecretString) -> Option<HeaderValue> {
    let mut header = HeaderValue::from_str(&format!("{SESSION_COOKIE}={}", session.expose_secret())).ok()?;
    header.set_sensitive(true);
    Some(header)
}

fn session_of(set_cookie: &HeaderValue) -> Option<SecretString> {
    let (name, value) = set_cookie.to_str().ok()?.split(';').next()?.split_once('=')?;
    let value = value.trim();
    (name.trim() == SESSION_COOKIE && !value.is_empty()).then(|| value.into())
}

/// Reads a `Retry-After` header: seconds, or a date.
fn retry_after(text: &str, now: DateTime<Utc>) -> Option<Duration> {
    let seconds = text.trim().parse().ok().map(Duration::from_secs);
    seconds.or_else(|| {
        let until = DateTime::parse_from_rfc2822(text.trim()).ok()?;
        Some((until.with_timezone(&Utc) - now).to_std().unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        let check = |text: &str, expect: Option<u64>| {
            assert_eq!(retry_after(text, now), expect.map(Duration::from_secs), "{text:?}");
        };
        check("7", Some(7));
        check("Sun, 22 Nov 2026 10:02:00 GMT", Some(120));
        check("Sun, 22 Nov 2026 09:00:00 GMT", Some(0));
        check("soon", None);
        check("-1", None);
    }

    #[test]
    fn paths_go_below_the_base() {
        let check = |base: &str, expect: &str| {
            assert_eq!(below(&base.parse().unwrap(), "/planning/").as_str(), expect);
        };
        check("https://crossmark.example", "https://crossmark.example/planning/");
        check("https://crossmark.example/", "https://crossmark.example/planning/");
        check("http://127.0.0.1:9/api/?q#f", "http://127.0.0.1:9/api/planning/");
        assert!(headers(&"mailto:somebody".parse().unwrap()).is_none());
        assert!(headers(&"ftp://crossmark.example".parse().unwrap()).is_none());
    }

    #[test]
    fn localhost_and_loopback_addresses_are_this_machine() {
        for base in ["http://127.0.0.1:9", "http://localhost", "http://[::1]:9"] {
            assert!(is_loopback(&base.parse().unwrap()), "{base}");
        }
        assert!(!is_loopback(&"https://crossmark.example".parse().unwrap()));
    }
}
