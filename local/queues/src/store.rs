//! The state: one `SQLite` database behind one lock, a clock, and a notifier for waiting receivers.
//!
//! Every operation is one transaction, which is committed and synced before the answer.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde_json::Value;
use tokio::sync::watch;

use crate::error::Error;
use crate::faults::{FaultRng, Faults};
use crate::{moves, operations};

/// The region in every ARN and event.
pub const REGION: &str = "us-east-1";
/// The account in every ARN and URL.
pub const ACCOUNT: &str = "000000000000";

/// The source of time. It may show the same time for a long time, or jump forward; it must not go back.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The clock of the machine.
pub fn system_clock() -> Clock {
    Arc::new(Utc::now)
}

/// All queues of a database, and their messages. Clones share one state.
#[derive(Clone)]
pub struct Queues {
    inner: Arc<Inner>,
}

struct Inner {
    connection: Mutex<Connection>,
    clock: Clock,
    wakes: watch::Sender<()>,
    rng: Mutex<Option<FaultRng>>,
    /// Number of messages, by queue, that the mappings have received and whose handler has not ended yet.
    unsettled: Mutex<BTreeMap<i64, u64>>,
}

impl Queues {
    /// Opens the file, or creates it. Only one process may use it at a time.
    ///
    /// # Errors
    /// [`Error::Storage`] if the file cannot be read or written.
    pub fn open(path: impl AsRef<Path>, clock: Clock) -> Result<Self, Error> {
        let connection = Connection::open(path)?;
        // A write-ahead log with a sync at each commit, so that a change that was answered survives a power cut.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        Self::with_connection(connection, clock)
    }

    /// Queues in memory. They are lost when the last clone is dropped.
    ///
    /// # Errors
    /// [`Error::Storage`] if the database cannot be created.
    pub fn in_memory(clock: Clock) -> Result<Self, Error> {
        Self::with_connection(Connection::open_in_memory()?, clock)
    }

    fn with_connection(connection: Connection, clock: Clock) -> Result<Self, Error> {
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.execute_batch(SCHEMA)?;
        let inner = Inner {
            connection: Mutex::new(connection),
            clock,
            wakes: watch::Sender::new(()),
            rng: Mutex::new(None),
            unsettled: Mutex::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Wakes every waiting receiver. It must be called after a manual clock was moved; a new message wakes them by itself.
    pub fn wake(&self) {
        self.inner.wakes.send_replace(());
    }

    /// Sets the faults of deliveries from now on and restarts their random generator; `None` for no faults.
    pub fn set_faults(&self, faults: Option<Faults>) {
        *lock(&self.inner.rng) = faults.map(FaultRng::new);
        self.wake();
    }

    /// The current faults.
    pub fn faults(&self) -> Option<Faults> {
        lock(&self.inner.rng).as_ref().map(|rng| rng.faults().clone())
    }

    /// Performs one operation of the service's API in this process, by its name, with request and answer in the JSON of
    /// the wire. Queue URLs in the answer begin with `http://localhost`.
    ///
    /// # Errors
    /// [`Error`] as the operation would return it over the wire.
    pub async fn call(&self, operation: &str, request: Value) -> Result<Value, Error> {
        operations::call(self, "http://localhost", operation, request, std::future::pending()).await
    }

    /// The current time by the clock of these queues.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.inner.clock)()
    }

    /// Subscribes to wake-ups from now on.
    pub(crate) fn subscribe(&self) -> watch::Receiver<()> {
        self.inner.wakes.subscribe()
    }

    /// Runs the work as one transaction, which is rolled back if it fails.
    pub(crate) async fn transact<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let queues = self.clone();
        tokio::task::spawn_blocking(move || {
            let mut connection = lock(&queues.inner.connection);
            let sql = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let now_ms = queues.now().timestamp_millis();
            let Inner { rng, unsettled, .. } = &*queues.inner;
            let tx = Tx { sql: &sql, now_ms, rng, unsettled, wakes_receivers: Cell::new(false) };
            moves::advance(&tx)?;
            let answer = work(&tx)?;
            let wakes_receivers = tx.wakes_receivers.get();
            sql.commit()?;
            if wakes_receivers {
                queues.wake();
            }
            Ok(answer)
        })
        .await?
    }
}

/// One transaction at one instant.
pub(crate) struct Tx<'a> {
    /// The database.
    pub sql: &'a Transaction<'a>,
    /// The instant, in milliseconds since 1970.
    pub now_ms: i64,
    rng: &'a Mutex<Option<FaultRng>>,
    unsettled: &'a Mutex<BTreeMap<i64, u64>>,
    wakes_receivers: Cell<bool>,
}

impl Tx<'_> {
    /// Wakes waiting receivers after the commit.
    pub fn wake_receivers(&self) {
        self.wakes_receivers.set(true);
    }

    /// The current faults and their random generator.
    pub fn rng(&self) -> MutexGuard<'_, Option<FaultRng>> {
        lock(self.rng)
    }

    /// Number of messages, by queue, that the mappings have received and whose handler has not ended yet.
    pub fn unsettled(&self) -> MutexGuard<'_, BTreeMap<i64, u64>> {
        lock(self.unsettled)
    }
}

/// Ignores poisoning: a panic inside a transaction rolled it back, so the state is consistent.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Instants are milliseconds since 1970. `receipt` is the nonce of the last issued handle: a message with one is in
/// flight until `visible_ms`, one without is delayed until then. `held_back` (by the fault
/// `delay`) and `duplicated` mark faults that were applied.
const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    settings TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    modified_ms INTEGER NOT NULL,
    purged_ms INTEGER
);
CREATE TABLE IF NOT EXISTS message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    queue INTEGER NOT NULL REFERENCES queue (id) ON DELETE CASCADE,
    message_id TEXT NOT NULL,
    body TEXT NOT NULL,
    attributes TEXT NOT NULL,
    trace_header TEXT,
    group_id TEXT,
    sent_ms INTEGER NOT NULL,
    visible_ms INTEGER NOT NULL,
    receive_count INTEGER NOT NULL DEFAULT 0,
    first_received_ms INTEGER,
    receipt TEXT,
    dead_letter_source TEXT,
    held_back INTEGER NOT NULL DEFAULT 0,
    duplicated INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS message_by_visibility ON message (queue, visible_ms);
CREATE INDEX IF NOT EXISTS message_by_age ON message (queue, sent_ms);
CREATE TABLE IF NOT EXISTS move_task (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    handle TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    source_arn TEXT NOT NULL,
    destination_arn TEXT,
    per_second INTEGER,
    moved INTEGER NOT NULL DEFAULT 0,
    to_move INTEGER NOT NULL,
    failure TEXT,
    started_ms INTEGER NOT NULL
);
";
