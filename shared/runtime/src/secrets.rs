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
            Err(error) if error.code() == Some("ResourceNotFoundException") => return Ok(None),
            Err(error) => {
                tracing::warn!(code = error.code().unwrap_or("unreachable"), "the Crossmark secret cannot be read");
                return Err(CredentialError::Unavailable);
            }
        };
        let login: Option<Login> = answer.secret_string().and_then(|text| serde_json::from_str(text).ok());
        let Login { user, password } = login.ok_or(CredentialError::Missing)?;
        Ok(Some(Credentials { user, password }))
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
