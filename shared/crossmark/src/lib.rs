//! The client of the Crossmark API: it logs in, reads events and people, schedules, takes schedules back, and reads
//! back the effect of a call whose answer was lost.
//!
//! The API has no idempotency key and does not detect duplicates. So the client sends a schedule call at most once, and
//! its outcome ([`ScheduleOutcome`]) says only what is certain. The client may repeat every other call.
//!
//! This crate must never store anything, read the system's clock, or log credentials, cookies, bodies or names.
//!
//! "The API description" in comments of this crate is the description of Crossmark's API, which is not in this
//! repository.
//!
//! ```no_run
//! # use std::{error::Error, sync::Arc};
//! # use crossmark::{Clock, Credentials};
//! # async fn example(credentials: Credentials, clock: Arc<dyn Clock>) -> Result<(), Box<dyn Error>> {
//! let settings = crossmark::ClientSettings::new("https://crossmark.example/".parse()?, 7);
//! let crossmark = crossmark::Crossmark::new(settings, Arc::new(credentials), clock)?;
//! let club = crossmark.club("8135", chrono_tz::America::Indiana::Indianapolis);
//! let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).ok_or("no such day")?;
//! let events = club.planning(crossmark::Days::one(today)).await?;
//! # Ok(())
//! # }
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

mod change;
mod credentials;
mod days;
mod fields;
mod ids;
mod lengths;
mod meaning;
mod outcome;
mod people;
mod planning;
mod read;
mod read_back;
mod reply;
mod session;
mod settings;
mod transport;
mod wall_time;
mod wire;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono_tz::Tz;

pub use change::Placement;
pub use credentials::{CredentialError, CredentialFuture, CredentialSource, Credentials};
pub use days::{Days, ReversedDays};
pub use fields::{FaultReason, Field, FieldFault};
pub use ids::{LocationId, NotANumber, PlanId, RepId, ScheduledEventId};
pub use lengths::Lengths;
pub use meaning::{RowMeaning, RowStatus, TakenBy};
pub use outcome::{DeleteOutcome, Doubt, LoginError, NotTaken, ReadError, ScheduleOutcome};
pub use people::{People, Person, PersonFault};
pub use planning::{Condition, EnteredValues, PlannedEvent, Planning, RowFault};
pub use read_back::{Conflict, DeleteReadBack, ReadBack, Readings};
pub use reqwest::Url;
pub use settings::{ClientSettings, Clock};
pub use transport::is_loopback;
pub use wall_time::{NoSuchTime, with_offset};

use session::Session;
use transport::Transport;

/// Why the client could not be created.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The base URL is not an http or https address.
    #[error("the Crossmark address {0} is not an http or https address")]
    BaseUrl(String),
    /// The HTTP client cannot be set up, for example its TLS.
    #[error("the Crossmark client cannot be set up")]
    Http(#[from] reqwest::Error),
}

/// The client. Make one in each process and clone it: only clones share the sessions and the limits on logins and
/// concurrent calls.
#[derive(Clone)]
pub struct Crossmark {
    shared: Arc<Shared>,
}

struct Shared {
    transport: Transport,
    credentials: Arc<dyn CredentialSource>,
    sessions: Mutex<HashMap<String, Arc<Session>>>,
}

impl Crossmark {
    /// A new client; it makes no call yet.
    ///
    /// # Errors
    /// [`SetUpError::BaseUrl`] or [`SetUpError::Http`].
    pub fn new(
        settings: ClientSettings,
        credentials: Arc<dyn CredentialSource>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SetUpError> {
        let transport = Transport::new(settings, clock)?;
        Ok(Self { shared: Arc::new(Shared { transport, credentials, sessions: Mutex::default() }) })
    }

    /// The calls for one club. All handles of a club share its session.
    pub fn club(&self, id: &str, zone: Tz) -> CrossmarkClub {
        let mut sessions = self.shared.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let session = sessions.entry(id.to_owned()).or_insert_with(|| Arc::new(Session::new(id)));
        CrossmarkClub { shared: Arc::clone(&self.shared), session: Arc::clone(session), zone }
    }
}

/// The calls for one club, in its session and time zone.
#[derive(Clone)]
pub struct CrossmarkClub {
    shared: Arc<Shared>,
    session: Arc<Session>,
    zone: Tz,
}

impl CrossmarkClub {
    fn transport(&self) -> &Transport {
        &self.shared.transport
    }

    async fn cookie(&self) -> Result<session::Cookie, LoginError> {
        self.session.cookie(&self.shared.transport, self.shared.credentials.as_ref(), self.zone).await
    }
}
