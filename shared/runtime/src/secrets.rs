//! The user name and password for Crossmark, from Secrets Manager. Never logged; the client keeps them a few minutes.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use crossmark::{CredentialError, CredentialFuture, CredentialSource, Credentials};
use secrecy::SecretString;
use serde::Deserialize;

use crate::environment::{Environment, Missing};

/// Secrets by club: `<name>/<club>` where there is one, else `<name>` for all.
pub struct Secrets {
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
    pub fn new(environment: &Environment) -> Result<Secrets, Missing> {
        Ok(Secrets { client: environment.secrets(), name: environment.required("MUSTER_CROSSMARK_SECRET")? })
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
