//! The way to Crossmark: its client, with user name and password from Secrets Manager. They are never logged, and the
//! client keeps them a few minutes.

use std::sync::Arc;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use crossmark::{CredentialError, CredentialFuture, CredentialSource, Credentials, Crossmark, Settings, Url};
use secrecy::SecretString;
use serde::Deserialize;

use crate::environment::{Environment, Missing};

/// The setting that says where Crossmark is.
const CROSSMARK_URL: &str = "MUSTER_CROSSMARK_URL";
/// The setting that names the secret.
const CROSSMARK_SECRET: &str = "MUSTER_CROSSMARK_SECRET";

impl Environment {
    /// The client of Crossmark, with chance of its own.
    ///
    /// # Errors
    /// The setting that is missing, or says nothing that can be used.
    pub fn crossmark(&self, purpose: u64) -> Result<Crossmark, Missing> {
        self.crossmark_with(purpose, |settings| settings)
    }

    /// That there is everything to make that client of.
    ///
    /// # Errors
    /// The setting that is missing.
    pub fn has_crossmark(&self) -> Result<(), Missing> {
        self.required(CROSSMARK_URL)?;
        self.required(CROSSMARK_SECRET).map(drop)
    }

    /// The same, with settings that are not the usual ones.
    ///
    /// # Errors
    /// As there.
    pub fn crossmark_with(
        &self,
        purpose: u64,
        change: impl FnOnce(Settings) -> Settings,
    ) -> Result<Crossmark, Missing> {
        let address = self.required(CROSSMARK_URL)?;
        let unusable = || Missing::Unusable {
            name: CROSSMARK_URL.to_owned(),
            found: address.clone(),
            expected: "an http(s) address",
        };
        let url: Url = address.parse().map_err(|_| unusable())?;
        let settings = change(Settings::new(url, self.dice(purpose).u64(..)));
        let clock = self.clock();
        Crossmark::new(settings, Arc::new(Secrets::new(self)?), Arc::new(move || clock.utc())).map_err(|_| unusable())
    }
}

/// Secrets by club: `<name>/<club>` where there is one, else `<name>` for all.
struct Secrets {
    client: Client,
    name: String,
}

/// What a secret says, as JSON.
#[derive(Deserialize)]
struct Login {
    user: SecretString,
    password: SecretString,
}

impl Secrets {
    /// The source that the environment names.
    ///
    /// # Errors
    /// What is not set.
    fn new(environment: &Environment) -> Result<Secrets, Missing> {
        Ok(Secrets { client: environment.secrets(), name: environment.required(CROSSMARK_SECRET)? })
    }

    /// The login under a name; none where there is no such secret.
    async fn login(&self, name: &str) -> Result<Option<Credentials>, CredentialError> {
        let answer = match Box::pin(self.client.get_secret_value().secret_id(name).send()).await {
            Ok(answer) => answer,
            Err(error) => return read_refusal(error.code()),
        };
        let login: Option<Login> = answer.secret_string().and_then(|text| serde_json::from_str(text).ok());
        let Login { user, password } = login.ok_or(CredentialError::Missing)?;
        Ok(Some(Credentials { user, password }))
    }
}

/// What a refusal of Secrets Manager says. Only a secret that does not exist leaves a club with the login for all: with
/// one that may not be read the club has a login of its own, and another would be somebody else's.
fn read_refusal(code: Option<&str>) -> Result<Option<Credentials>, CredentialError> {
    match code {
        Some("ResourceNotFoundException") => Ok(None),
        // `DecryptionFailure` is a key's refusal.
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
    fn only_a_secret_that_does_not_exist_leaves_a_club_with_the_login_for_all() {
        for (code, expected) in [
            (Some("ResourceNotFoundException"), Ok(())),
            (Some("AccessDeniedException"), Err(CredentialError::Forbidden)),
            (Some("DecryptionFailure"), Err(CredentialError::Forbidden)),
            (Some("ThrottlingException"), Err(CredentialError::Unavailable)),
            (Some("InvalidRequestException"), Err(CredentialError::Unavailable)),
            (None, Err(CredentialError::Unavailable)),
        ] {
            let found = read_refusal(code).map(|login| assert!(login.is_none(), "{code:?}"));
            assert_eq!(found, expected, "{code:?}");
        }
    }
}
