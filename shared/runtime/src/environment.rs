//! A function's environment: its settings by name, and the clients, clock and random generators made from them.
//!
//! In the cloud the settings are environment variables. On one machine the same names point to the stand-ins.
//!
//! | name | value |
//! | --- | --- |
//! | `MUSTER_TABLE` | the table's name |
//! | `MUSTER_RUN_QUEUE`, `MUSTER_RUN_DLQ` | URLs of the run queue and of its dead-letter queue |
//! | `MUSTER_TRIAL_QUEUE`, `MUSTER_TRIAL_DLQ` | the same for the trial queue |
//! | `MUSTER_SUBMIT_QUEUE`, `MUSTER_SUBMIT_DLQ` | the same for the submit queue |
//! | `MUSTER_REFRESH_QUEUE`, `MUSTER_REFRESH_DLQ` | the same for the refresh queue |
//! | `MUSTER_CROSSMARK_URL` | base URL of Crossmark |
//! | `MUSTER_CROSSMARK_SECRET` | the secret with Crossmark's user name and password; a secret `<name>/<club>` takes precedence |
//! | `MUSTER_ROLES_CLAIM` | the claim that lists roles by club; default `cognito:groups` |
//! | `MUSTER_ISSUER` | the issuer of tokens, published for MCP clients; if it is not set, none is published |
//! | `MUSTER_ASSIST_ORIGINS` | origins of pages that may call `/mcp`, separated by commas; default: this machine's |
//! | `MUSTER_NOTICES` | the SNS topic for notices to people; if it is not set, no notices are sent |
//! | `AWS_ENDPOINT_URL_DYNAMODB`, `…_SQS`, `…_SECRETS_MANAGER`, `…_SNS` | endpoints that replace those of AWS |

use std::collections::HashMap;
use std::sync::Arc;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::Credentials;
use aws_sdk_dynamodb::config::SharedCredentialsProvider;
use store::{RetryLimits, Table};

use crate::clock::Clock;
use crate::messages::Message;
use crate::queue::Queue;

/// Why something cannot be made from the environment: a setting is missing or unusable, or a client cannot be set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentError {
    /// The setting is not set.
    #[error("{0} is not set")]
    NotSet(String),
    /// The setting's value cannot be used.
    #[error("{name} is {found:?}: expected {expected}")]
    Unusable {
        /// The setting's name.
        name: String,
        /// The setting's value.
        found: String,
        /// The expected kind of value.
        expected: &'static str,
    },
    /// A client cannot be set up although its settings can be used. The text says why.
    #[error("{0}")]
    NotSetUp(String),
}

/// Looks up a setting by name.
type SettingLookup = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// A function's environment.
#[derive(Clone)]
pub struct Environment {
    settings: SettingLookup,
    sdk: SdkConfig,
    clock: Clock,
    seed: u64,
}

impl Environment {
    /// The environment of this process, from its environment variables.
    pub async fn of_process() -> Environment {
        let sdk = aws_config::load_defaults(BehaviorVersion::latest()).await;
        Environment {
            settings: Arc::new(|name| std::env::var(name).ok().filter(|value| !value.is_empty())),
            sdk,
            clock: Clock::system(),
            seed: fastrand::u64(..),
        }
    }

    /// The environment of a deployed stack: settings from the stack's outputs, with the caller's own AWS identity.
    pub async fn of_stack(settings: HashMap<String, String>) -> Environment {
        let here = Environment::of_process().await;
        Environment { settings: Arc::new(move |name| settings.get(name).cloned()), ..here }
    }

    /// An environment of stand-ins on this machine, at the addresses in `settings`, with plain HTTP and dummy
    /// credentials.
    pub fn local(settings: HashMap<String, String>, clock: Clock, seed: u64) -> Environment {
        let sdk = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
                "local", "local", None, None, "local",
            )))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build();
        Environment { settings: Arc::new(move |name| settings.get(name).cloned()), sdk, clock, seed }
    }

    /// A required setting.
    ///
    /// # Errors
    /// [`EnvironmentError::NotSet`] if it is not set.
    pub fn required(&self, name: &str) -> Result<String, EnvironmentError> {
        self.optional(name).ok_or_else(|| EnvironmentError::NotSet(name.to_owned()))
    }

    /// An optional setting.
    pub fn optional(&self, name: &str) -> Option<String> {
        (self.settings)(name)
    }

    /// The clock.
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// A random generator. It is the same for the same seed and purpose.
    pub fn rng(&self, purpose: u64) -> fastrand::Rng {
        fastrand::Rng::with_seed(self.seed ^ purpose)
    }

    /// The table.
    ///
    /// # Errors
    /// The setting that is missing.
    pub fn table(&self) -> Result<Table, EnvironmentError> {
        let config = aws_sdk_dynamodb::Config::new(&self.sdk_for("AWS_ENDPOINT_URL_DYNAMODB"));
        Ok(Table::new(&config, self.required("MUSTER_TABLE")?, RetryLimits::default(), self.seed))
    }

    /// The queue of one kind of message.
    ///
    /// # Errors
    /// The setting that is missing.
    pub fn queue<M: Message>(&self) -> Result<Queue<M>, EnvironmentError> {
        Ok(Queue::new(self.sqs(), self.required(M::QUEUE)?))
    }

    /// The dead-letter queue of one kind of message.
    ///
    /// # Errors
    /// The setting that is missing.
    pub fn dead_letters<M: Message>(&self) -> Result<Queue<M>, EnvironmentError> {
        Ok(Queue::new(self.sqs(), self.required(M::DEAD_LETTERS)?))
    }

    fn sqs(&self) -> aws_sdk_sqs::Client {
        aws_sdk_sqs::Client::new(&self.sdk_for("AWS_ENDPOINT_URL_SQS"))
    }

    /// The client for the topic of notices.
    #[cfg(feature = "notices")]
    pub(crate) fn sns(&self) -> aws_sdk_sns::Client {
        aws_sdk_sns::Client::new(&self.sdk_for("AWS_ENDPOINT_URL_SNS"))
    }

    /// The client of Secrets Manager.
    #[cfg(feature = "crossmark")]
    pub(crate) fn secrets(&self) -> aws_sdk_secretsmanager::Client {
        aws_sdk_secretsmanager::Client::new(&self.sdk_for("AWS_ENDPOINT_URL_SECRETS_MANAGER"))
    }

    /// The configuration of the SDK for one service. `endpoint` is the setting with the endpoint that replaces AWS's.
    fn sdk_for(&self, endpoint: &str) -> SdkConfig {
        match self.optional(endpoint) {
            Some(address) => self.sdk.to_builder().endpoint_url(address).build(),
            None => self.sdk.clone(),
        }
    }
}
