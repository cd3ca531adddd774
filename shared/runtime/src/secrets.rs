//! The Crossmark client, with user name and password from Secrets Manager. The user name and the password are never
//! logged, and the client caches them for a few minutes.

use std::error::Error;
use std::sync::Arc;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use crossmark::{
    ClientSettings, CredentialError, CredentialFuture, CredentialSource, Credentials, Crossmark, SetUpError, Url,
};
use secrecy::SecretString;
use serde::Deserialize;

use crate::environment::{Environment, EnvironmentError};

/// The setting with Crossmark's base URL.
const CROSSMARK_URL: &str = "MUSTER_CROSSMARK_URL";
/// The setting that names the secret.
const CROSSMARK_SECRET: &str = "MUSTER_CROSSMARK_SECRET";

impl Environment {
    /// The Crossmark client; `purpose` seeds its random generator.
    ///
    /// # Errors
    /// The setting that is missing or cannot be used, or why the client cannot be set up.
    pub fn crossmark(&self, purpose: u64) -> Result<Crossmark, EnvironmentError> {
        self.crossmark_with(purpose, |settings| settings)
    }

    /// Checks that the settings of the Crossmark client are set.
    ///
    /// # Errors
    /// The setting that is missing.
    pub fn require_crossmark_settings(&self) -> Result<(), EnvironmentError> {
        self.required(CROSSMARK_URL)?;
        self.required(CROSSMARK_SECRET).map(drop)
    }

    /// Like [`crossmark`](Self::crossmark), with other client settings.
    ///
    /// # Errors
    /// The setting that is missing or cannot be used, or why the client cannot be set up.
    pub fn crossmark_with(
        &self,
        purpose: u64,
        change: impl FnOnce(ClientSettings) -> ClientSettings,
    ) -> Result<Crossmark, EnvironmentError> {
        let address = self.required(CROSSMARK_URL)?;
        let unusable = || EnvironmentError::Unusable {
            name: CROSSMARK_URL.to_owned(),
            found: address.clone(),
            expected: "an http(s) address",
        };
        let url: Url = address.parse().map_err(|_| unusable())?;
        let settings = change(ClientSettings::new(url, self.rng(purpose).u64(..)));
        let clock = self.clock();
        let client = Crossmark::new(settings, Arc::new(Secrets::new(self)?), Arc::new(move || clock.utc()));
        client.map_err(|error| match error {
            SetUpError::BaseUrl(_) => unusable(),
            SetUpError::Http(_) => EnvironmentError::NotSetUp(with_causes(&error)),
        })
    }
}

/// An error with its causes, as one text.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// Secrets by club: `<name>/<club>` if it exists, otherwise `<name>`.
struct Secrets {
    client: Client,
    name: String,
}

/// The JSON of a secret.
#[derive(Deserialize)]
struct Login {
    user: SecretString,
    password: SecretString,
}

impl Secrets {
    /// The secrets that the environment names.
    ///
    /// # Errors
    /// The setting that is missing.
    fn new(environment: &Environment) -> Result<Secrets, EnvironmentError> {
        Ok(Secrets { client: environment.secrets(), name: environment.required(CROSSMARK_SECRET)? })
    }

    /// The login with this name; `None` if there is no such secret.
    async fn login(&self, name: &str) -> Result<Option<Credentials>, CredentialError> {
        let answer = match Box::pin(self.client.get_secret_value().secret_id(name).send()).await {
            Ok(answer) => answer,
            Err(error) => return read_error(error.code()),
        };
        // A secret without a user name and a password counts as missing.
        let login: Option<Login> = answer.secret_string().and_then(|text| serde_json::from_str(text).ok());
        let Login { user, password } = login.ok_or(CredentialError::Missing)?;
        Ok(Some(Credentials { user, password }))
    }
}

/// Reads an error of Secrets Manager. The shared login is used only if the club's own secret does not exist. If it
/// exists but may not be read, the club has its own login, and the shared one would be wrong.
fn read_error(code: Option<&str>) -> Result<Option<Credentials>, CredentialError> {
    match code {
        Some("ResourceNotFoundException") => Ok(None),
        // `DecryptionFailure` means that the key's policy forbids it.
        Some(code @ ("AccessDeniedException" | "DecryptionFailure")) => {
            tracing::error!(code, "the Crossmark secret may not be read");
            Err(CredentialError::Forbidden)
        }
        code => {
            tracing::warn!(code = code.unwrap_or("unreachable"), "the Crossmark secret cannot be read");
            Err(CredentialError::Unavailable)
        }
    }
}

impl CredentialSource for Secrets {
    fn credentials<'a>(&'a self, club: &'a str) -> CredentialFuture<'a> {
        Box::pin(async move {
            match self.login(&format!("{}/{club}", self.name)).await? {
                Some(own) => Ok(own),
                None => self.login(&self.name).await?.ok_or(CredentialError::Missing),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_shown_with_its_causes() {
        let forbidden =
            std::io::Error::new(std::io::ErrorKind::PermissionDenied, EnvironmentError::NotSet("A".to_owned()));
        assert_eq!(with_causes(&Outer(forbidden)), "no client: A is not set");
    }

    #[derive(Debug, thiserror::Error)]
    #[error("no client")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn the_shared_login_is_used_only_if_the_clubs_own_secret_does_not_exist() {
        for (code, expected) in [
            (Some("ResourceNotFoundException"), Ok(())),
            (Some("AccessDeniedException"), Err(CredentialError::Forbidden)),
            (Some("DecryptionFailure"), Err(CredentialError::Forbidden)),
            (Some("ThrottlingException"), Err(CredentialError::Unavailable)),
            (Some("InvalidRequestException"), Err(CredentialError::Unavailable)),
            (None, Err(CredentialError::Unavailable)),
        ] {
            let found = read_error(code).map(|login| assert!(login.is_none(), "{code:?}"));
            assert_eq!(found, expected, "{code:?}");
        }
    }
}
