//! User name and password: their source, and types that keep them out of logs.

use std::future::Future;
use std::pin::Pin;

use secrecy::SecretString;

/// A club's user name and password. Debug output shows neither.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// `UserID`.
    pub user: SecretString,
    /// `Password`.
    pub password: SecretString,
}

/// Why the credentials cannot be read. It contains no text of the source, because that could quote a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// No credentials are stored.
    #[error("no Crossmark user name and password are stored for this club")]
    Missing,
    /// Credentials are stored but may not be read: a policy is wrong, so a retry does not help.
    #[error(
        "the Crossmark user name and password may not be read: the role, the secret's policy or its key forbids it"
    )]
    Forbidden,
    /// The credentials cannot be read at the moment.
    #[error("the Crossmark user name and password cannot be read at the moment")]
    Unavailable,
}

/// The result of a [`CredentialSource`].
pub type CredentialFuture<'a> = Pin<Box<dyn Future<Output = Result<Credentials, CredentialError>> + Send + 'a>>;

/// A source of credentials; the client caches them for a few minutes.
pub trait CredentialSource: Send + Sync {
    /// The credentials of a club.
    fn credentials<'a>(&'a self, club: &'a str) -> CredentialFuture<'a>;
}

/// The same credentials for every club.
impl CredentialSource for Credentials {
    fn credentials<'a>(&'a self, _club: &'a str) -> CredentialFuture<'a> {
        Box::pin(std::future::ready(Ok(self.clone())))
    }
}
