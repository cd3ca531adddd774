//! The club's run lease. One owner holds it at a time: a solver, or the adoption of a trial. Each has a higher fencing
//! token than the previous one.
//!
//! A late writer is stopped by the token, not by the expiry: a commit requires in its transaction that the lease item
//! still has the holder's token.

use serde::{Deserialize, Serialize};

use crate::changes::Changes;
use crate::item::{Single, Stored};
use crate::key::{Owner, RunId, Token};
use crate::request::TableError;
use crate::stamp::Timestamp;
use crate::table::Club;

/// The lease item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The token of the last holder.
    pub token: Token,
    /// The holder; `None` after the lease was released.
    pub holder: Option<Holder>,
}

/// The holder of the lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The invocation that holds the lease.
    pub owner: Owner,
    /// The run that the lease is held for.
    pub run: RunId,
    /// When the lease expires.
    pub until: Timestamp,
}

impl Lease {
    /// The same lease with another expiry.
    pub(crate) fn renewed(&self, until: Timestamp) -> Lease {
        Lease { token: self.token, holder: self.holder.clone().map(|holder| Holder { until, ..holder }) }
    }
}

impl Single for Lease {
    const SORT: &'static str = "LEASE";
}

/// The proof that an owner took the lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldLease {
    /// The invocation that holds the lease.
    pub owner: Owner,
    /// The run that the lease is for.
    pub run: RunId,
    /// The fencing token.
    pub token: Token,
}

/// Why the lease is not held.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LeaseError {
    /// Another owner holds the lease.
    #[error("the club's lease is held for run {run} until {until}")]
    Taken {
        /// The run of that owner.
        run: RunId,
        /// When that lease expires.
        until: Timestamp,
    },
    /// The lease expired, or another owner has taken it.
    #[error("the club's lease is no longer held")]
    Lost,
    /// A request to the table failed.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl Club<'_> {
    /// The lease item.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn lease(&self) -> Result<Option<Stored<Lease>>, TableError> {
        self.single().await
    }

    /// Takes the lease for a run if nobody else holds it. The current owner may take it again, under a new token.
    ///
    /// # Errors
    /// [`LeaseError::Taken`] while another owner holds it, [`LeaseError::Table`] if the table cannot be read or
    /// written.
    pub async fn take_lease(
        &self,
        owner: &Owner,
        run: &RunId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<HeldLease, LeaseError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = self.lease().await?;
            if let Some(holder) = read.as_ref().and_then(|l| l.body.holder.as_ref())
                && holder.until > now
                && holder.owner != *owner
            {
                return Err(LeaseError::Taken { run: holder.run.clone(), until: holder.until });
            }
            let token = Token(read.as_ref().map_or(0, |l| l.body.token.0) + 1);
            let holder = Holder { owner: owner.clone(), run: run.clone(), until };
            let mut changes = Changes::new(self.id);
            changes.replace(read.map(|l| l.version), &Lease { token, holder: Some(holder) })?;
            if self.try_commit(changes).await? {
                return Ok(HeldLease { owner: owner.clone(), run: run.clone(), token });
            }
        }
    }

    /// Releases the lease; does nothing if it was lost.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn release_lease(&self, held: &HeldLease) -> Result<(), TableError> {
        if let Some(read) = self.lease().await?
            && holds(&read.body, held)
        {
            let mut changes = Changes::new(self.id);
            changes.replace(Some(read.version), &Lease { token: held.token, holder: None })?;
            self.try_commit(changes).await?;
        }
        Ok(())
    }

    /// The lease item, if this holder still has it and it has not expired.
    pub(crate) async fn still_held(&self, held: &HeldLease, now: Timestamp) -> Result<Stored<Lease>, LeaseError> {
        let read = self.lease().await?.ok_or(LeaseError::Lost)?;
        let in_time = read.body.holder.as_ref().is_some_and(|h| h.until > now);
        if holds(&read.body, held) && in_time { Ok(read) } else { Err(LeaseError::Lost) }
    }
}

/// Whether this holder has the lease, expired or not.
fn holds(lease: &Lease, held: &HeldLease) -> bool {
    lease.token == held.token && lease.holder.as_ref().is_some_and(|h| h.owner == held.owner)
}
