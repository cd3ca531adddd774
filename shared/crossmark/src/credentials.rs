//! User name and password: where they come from, and how they stay out of every log.

use std::future::Future;
use std::pin::Pin;

use secrecy::SecretString;

/// A club's user name and password. Neither shows in debug output.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// `UserID`.
    pub user: SecretString,
    /// `Password`.
    pub password: SecretString,
}

/// Why there are no credentials. It carries no text of the source, which could quote what it must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// Nobody has stored any.
    #[error("no Crossmark user name and password are stored for this club")]
    Missing,
    /// They are stored, and may not be read: a policy is wrong, which no waiting mends.
    #[error(
        "the Crossmark user name and password may not be read: the role, the secret's policy or its key forbids it"
    )]
    Forbidden,
    /// They cannot be read now.
    #[error("the Crossmark user name and password cannot be read at the moment")]
    Unavailable,
}

/// What a [`CredentialSource`] answers with.
pub type CredentialFuture<'a> = Pin<Box<dyn Future<Output = Result<Credentials, CredentialError>> + Send + 'a>>;

/// Where credentials come from; the client keeps them for a few minutes.
pub trait CredentialSource: Send + Sync {
    /// The credentials of one club.
    fn credentials<'a>(&'a self, club: &'a str) -> CredentialFuture<'a>;
}

/// The same credentials for every club.
impl CredentialSource for Credentials {
    fn credentials<'a>(&'a self, _club: &'a str) -> CredentialFuture<'a> {
        Box::pin(std::future::ready(Ok(self.clone())))
    }
}
