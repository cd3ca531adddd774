//! A club's session: the cookie of the last login. The first call that needs it logs in. Concurrent calls of a club
//! wait for one login and share its result, success or failure.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::credentials::{CredentialSource, Credentials};
use crate::outcome::LoginError;
use crate::transport::{ApiCall, HttpResponse, NoAnswer, Payload, Transport};

/// A session is renewed this long before its end, so that it does not end during a call; at most a tenth of its
/// lifetime.
const RENEWAL_MARGIN: Duration = Duration::from_mins(2);

/// The cookie and number of a session.
#[derive(Clone)]
pub(crate) struct Cookie {
    pub value: SecretString,
    serial: u64,
}

/// One club's session and the state of its logins.
pub(crate) struct Session {
    club: String,
    /// Number of finished logins. A caller reads this number before it waits for the lock, and so detects that a login
    /// finished while it waited.
    finished_logins: AtomicU64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The open session, and when to renew it.
    open: Option<(Cookie, DateTime<Utc>)>,
    /// The cached credentials, and when to read them again.
    credentials: Option<(Credentials, DateTime<Utc>)>,
    /// The end of the pause after a refused login.
    refused_until: Option<DateTime<Utc>>,
    last_failure: Option<LoginError>,
}

impl Session {
    pub fn new(club: &str) -> Self {
        Self { club: club.to_owned(), finished_logins: AtomicU64::new(0), state: Mutex::default() }
    }

    /// The cookie of the open session; logs in if there is none.
    pub async fn cookie(
        &self,
        transport: &Transport,
        source: &dyn CredentialSource,
        zone: Tz,
    ) -> Result<Cookie, LoginError> {
        let logins_before = self.finished_logins.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        let now = transport.now();
        if let Some((cookie, until)) = &state.open
            && now < *until
        {
            return Ok(cookie.clone());
        }
        if let Some(until) = state.refused_until.filter(|until| now < *until) {
            return Err(LoginError::Refused { until });
        }
        let serial = self.finished_logins.load(Ordering::Acquire);
        if let Some(failure) = state.last_failure.filter(|_| serial != logins_before) {
            return Err(failure);
        }
        let opened = self.log_in(&mut state, transport, source, zone).await;
        self.finished_logins.fetch_add(1, Ordering::Release);
        state.last_failure = opened.as_ref().err().copied();
        let cookie = Cookie { value: opened?, serial };
        state.open =
            Some((cookie.clone(), transport.now() + time_until_renewal(transport.settings().session_lifetime)));
        Ok(cookie)
    }

    /// Marks the session of this cookie as ended, unless a newer one is open.
    pub async fn mark_ended(&self, cookie: &Cookie) {
        let mut state = self.state.lock().await;
        if state.open.as_ref().is_some_and(|(open, _)| open.serial == cookie.serial) {
            state.open = None;
        }
    }

    async fn log_in(
        &self,
        state: &mut State,
        transport: &Transport,
        source: &dyn CredentialSource,
        zone: Tz,
    ) -> Result<SecretString, LoginError> {
        let credentials = self.credentials(state, transport, source).await?;
        let reply = {
            let _one_at_a_time = transport.logins.acquire().await;
            transport.read(&login(&credentials, zone), None).await
        };
        let opened = match reply {
            Ok(reply) => judge(reply),
            Err(NoAnswer::Unreachable) => Err(LoginFailure::Unreachable),
            Err(_) => Err(LoginFailure::Failed),
        };
        opened.map_err(|failure| match failure {
            LoginFailure::Refused => {
                let until = transport.now() + delta(transport.settings().login_pause);
                state.refused_until = Some(until);
                // The next try reads the credentials again, because they may have been replaced.
                state.credentials = None;
                tracing::warn!(club.id = self.club, %until, "Crossmark refused the login of club {}", self.club);
                LoginError::Refused { until }
            }
            LoginFailure::Busy { retry_after } => LoginError::Busy { retry_after },
            LoginFailure::Unreachable => LoginError::Unreachable,
            LoginFailure::Failed => LoginError::Failed,
        })
    }

    async fn credentials(
        &self,
        state: &mut State,
        transport: &Transport,
        source: &dyn CredentialSource,
    ) -> Result<Credentials, LoginError> {
        if let Some((credentials, until)) = &state.credentials
            && transport.now() < *until
        {
            return Ok(credentials.clone());
        }
        let credentials = source.credentials(&self.club).await?;
        state.credentials = Some((credentials.clone(), transport.now() + delta(transport.settings().credentials_kept)));
        Ok(credentials)
    }
}

enum LoginFailure {
    Refused,
    Busy { retry_after: Option<Duration> },
    Unreachable,
    Failed,
}

fn login(credentials: &Credentials, zone: Tz) -> ApiCall {
    let body = json!({
        "UserType": "MVEntityUser",
        "UserID": credentials.user.expose_secret(),
        "Password": credentials.password.expose_secret(),
        "Timezone": zone.name(),
    });
    ApiCall { name: "login", path: "/login/authenticate", payload: Payload::Json(body) }
}

/// Classifies the answer to a login. Success: status 200 and a page about scheduling, or JSON with `redirectUrl` or
/// `success: true`; it must also set the session cookie. Refused: 401, 403, a redirect to the login, or any other page
/// or JSON with status 200. Busy: 429. Any other answer is a failure that says nothing about the credentials.
fn judge(reply: HttpResponse) -> Result<SecretString, LoginFailure> {
    let accepted = match reply.status {
        StatusCode::TOO_MANY_REQUESTS => return Err(LoginFailure::Busy { retry_after: reply.retry_after }),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => false,
        status if status.is_redirection() && reply.leads_to_login() => false,
        StatusCode::OK => match reply.json() {
            Some(body) => body["redirectUrl"].is_string() || body["success"] == Value::Bool(true),
            None if reply.is_page() => String::from_utf8_lossy(&reply.body).contains("Scheduling"),
            None => return Err(LoginFailure::Failed),
        },
        _ => return Err(LoginFailure::Failed),
    };
    if accepted { reply.session.ok_or(LoginFailure::Failed) } else { Err(LoginFailure::Refused) }
}

/// How long a session is used before it is renewed.
fn time_until_renewal(lifetime: Duration) -> TimeDelta {
    delta(lifetime.saturating_sub(RENEWAL_MARGIN.min(lifetime / 10)))
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}
