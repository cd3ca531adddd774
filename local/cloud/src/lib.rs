//! The AWS services that the functions use, embedded in one process and reached over their wire protocols on loopback:
//! `DynamoDB`, SQS with its dead-letter queues, Secrets Manager, a topic of SNS. The queues and the topic read
//! the clock that they are given.
//!
//! The crate depends on no function and no simulator; `muster serve` and the functions' tests add those.

mod clock;
mod fault_injector;
mod forward;
mod gateway;
mod notices;
mod secrets;
mod table;
mod test_caller;

use std::collections::HashMap;
use std::path::Path;

use queues::Queues;
use runtime::messages::{Message, RefreshMessage, RunMessage, SubmitMessage, TrialMessage};
use runtime::{Clock, Environment};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

pub use clock::SteppedClock;
pub use fault_injector::{FaultInjector, TableFaults};
pub use forward::forward;
pub use gateway::{Identity, request_context};
pub use notices::{Notice, Notices};
pub use test_caller::{Answer, TestCaller};

/// Why the services could not start.
#[derive(Debug, thiserror::Error)]
pub enum CloudError {
    /// A file or a port cannot be used.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The table failed.
    #[error("the table cannot be opened: {0}")]
    Table(String),
    /// The queues failed.
    #[error("the queues cannot be opened: {0}")]
    Queues(#[from] queues::Error),
    /// A setting is missing or cannot be used, or a client cannot be set up.
    #[error(transparent)]
    Setting(#[from] runtime::EnvironmentError),
    /// The HTTP client of the fault injector cannot be set up.
    #[error("the HTTP client cannot be set up: {0}")]
    Client(#[from] reqwest::Error),
}

/// The attributes of a queue. `infra/check.py` compares them with the stack's template.
struct QueuePlan {
    name: &'static str,
    /// The name of the setting that contains the queue's address.
    setting: &'static str,
    /// The name of the setting that contains the address of its dead-letter queue.
    dead_letters: &'static str,
    /// Six times the timeout of the function that receives from the queue.
    visibility_s: u32,
}

const QUEUES: [QueuePlan; 4] = [
    QueuePlan {
        name: "muster-run",
        setting: RunMessage::QUEUE,
        dead_letters: RunMessage::DEAD_LETTERS,
        visibility_s: 6 * 120,
    },
    QueuePlan {
        name: "muster-trial",
        setting: TrialMessage::QUEUE,
        dead_letters: TrialMessage::DEAD_LETTERS,
        visibility_s: 6 * 30,
    },
    QueuePlan {
        name: "muster-submit",
        setting: SubmitMessage::QUEUE,
        dead_letters: SubmitMessage::DEAD_LETTERS,
        visibility_s: 6 * 120,
    },
    QueuePlan {
        name: "muster-refresh",
        setting: RefreshMessage::QUEUE,
        dead_letters: RefreshMessage::DEAD_LETTERS,
        visibility_s: 6 * 300,
    },
];

/// The setting that contains the table's address.
const TABLE_ENDPOINT: &str = "AWS_ENDPOINT_URL_DYNAMODB";
/// Number of receives after which a message goes to the dead-letter queue.
const MAX_RECEIVES: u32 = 5;

/// The services. They run until this is dropped.
pub struct Cloud {
    settings: HashMap<String, String>,
    queues: Queues,
    notices: Notices,
    clock: Clock,
    seed: u64,
    stop: watch::Sender<bool>,
}

impl Cloud {
    /// Services that keep their state in memory.
    ///
    /// # Errors
    /// The service that could not start.
    pub async fn in_memory(clock: Clock, seed: u64) -> Result<Cloud, CloudError> {
        let table = dynoxide::Database::memory().map_err(|e| CloudError::Table(e.to_string()))?;
        let queues = Queues::in_memory(queue_clock(&clock))?;
        Cloud::start(table, queues, clock, seed).await
    }

    /// Services that keep their state in an existing folder.
    ///
    /// # Errors
    /// The service that could not start.
    pub async fn on_disk(folder: &Path, clock: Clock, seed: u64) -> Result<Cloud, CloudError> {
        let file = folder.join("table.sqlite");
        let table = dynoxide::Database::new(&file.to_string_lossy()).map_err(|e| CloudError::Table(e.to_string()))?;
        let queues = Queues::open(folder.join("queues.sqlite"), queue_clock(&clock))?;
        Cloud::start(table, queues, clock, seed).await
    }

    async fn start(table: dynoxide::Database, queues: Queues, clock: Clock, seed: u64) -> Result<Cloud, CloudError> {
        let (stop, stopped) = watch::channel(false);
        let until = || {
            let mut stopped = stopped.clone();
            async move { _ = stopped.wait_for(|stop| *stop).await }
        };
        let (dynamodb, at_dynamodb) = listen().await?;
        tokio::spawn(table::serve(dynamodb, table, until()));
        let (sqs, at_sqs) = listen().await?;
        tokio::spawn(queues::serve(sqs, queues.clone(), until()));
        let (secrets, at_secrets) = listen().await?;
        tokio::spawn(secrets::serve(secrets, until()));
        let (sns, at_sns) = listen().await?;
        let notices = Notices::new(clock.clone());
        tokio::spawn(notices::serve(sns, notices.clone(), until()));
        let mut settings: HashMap<String, String> = [
            ("MUSTER_TABLE", "muster".to_owned()),
            ("MUSTER_CROSSMARK_SECRET", secrets::NAME.to_owned()),
            (TABLE_ENDPOINT, at_dynamodb),
            ("AWS_ENDPOINT_URL_SQS", at_sqs.clone()),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", at_secrets),
            ("MUSTER_NOTICES", notices::TOPIC.to_owned()),
            ("AWS_ENDPOINT_URL_SNS", at_sns),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        for plan in &QUEUES {
            let dead = format!("{}-dlq", plan.name);
            queues.call("CreateQueue", json!({"QueueName": dead})).await?;
            let arn = format!("arn:aws:sqs:{}:{}:{dead}", queues::REGION, queues::ACCOUNT);
            let redrive = json!({"deadLetterTargetArn": arn, "maxReceiveCount": MAX_RECEIVES}).to_string();
            let visibility = plan.visibility_s.to_string();
            let attributes = json!({"RedrivePolicy": redrive, "VisibilityTimeout": visibility});
            queues.call("CreateQueue", json!({"QueueName": plan.name, "Attributes": attributes})).await?;
            let address = |name: &str| format!("{at_sqs}/{}/{name}", queues::ACCOUNT);
            settings.insert(plan.setting.to_owned(), address(plan.name));
            settings.insert(plan.dead_letters.to_owned(), address(&dead));
        }
        let cloud = Cloud { settings, queues, notices, clock, seed, stop };
        let made = cloud.environment().table()?.create().await;
        made.map_err(|e| CloudError::Table(e.to_string()))?;
        Ok(cloud)
    }

    /// Puts a fault injector in front of the table. Environments that are made from now on reach the table through it.
    ///
    /// # Errors
    /// The fault injector could not be started.
    pub async fn put_fault_injector_in_front_of_table(&mut self) -> Result<FaultInjector, CloudError> {
        let table_address = self.settings.get(TABLE_ENDPOINT).cloned().unwrap_or_default();
        let (listener, address) = listen().await?;
        let mut stopped = self.stop.subscribe();
        let until = async move { _ = stopped.wait_for(|stop| *stop).await };
        let fault_injector = FaultInjector::in_front_of(table_address, fastrand::Rng::with_seed(self.seed))?;
        tokio::spawn(fault_injector::serve(listener, fault_injector.clone(), until));
        self.settings.insert(TABLE_ENDPOINT.to_owned(), address);
        Ok(fault_injector)
    }

    /// The environment of functions that use these services, without Crossmark.
    pub fn environment(&self) -> Environment {
        Environment::local(self.settings.clone(), self.clock.clone(), self.seed)
    }

    /// The environment of functions that use these services, with Crossmark at this address.
    pub fn environment_with_crossmark(&self, address: &str) -> Environment {
        Environment::local(self.settings_with_crossmark(address), self.clock.clone(), self.seed)
    }

    /// The settings by name, with Crossmark at this address.
    pub fn settings_with_crossmark(&self, address: &str) -> HashMap<String, String> {
        let mut settings = self.settings.clone();
        settings.insert("MUSTER_CROSSMARK_URL".to_owned(), address.to_owned());
        settings
    }

    /// The queues, for event source mappings and drills.
    pub fn queues(&self) -> &Queues {
        &self.queues
    }

    /// The notices that were published.
    pub fn notices(&self) -> &Notices {
        &self.notices
    }

    /// The name of a queue by its setting.
    pub fn queue_name(setting: &str) -> Option<&'static str> {
        QUEUES.iter().find(|plan| plan.setting == setting).map(|plan| plan.name)
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        _ = self.stop.send(true);
    }
}

fn queue_clock(clock: &Clock) -> queues::Clock {
    let clock = clock.clone();
    std::sync::Arc::new(move || clock.utc())
}

async fn listen() -> Result<(TcpListener, String), std::io::Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    Ok((listener, address))
}

/// The content of the secret: the login for `muster serve` and tests.
pub fn secret() -> Value {
    json!({"user": "muster", "password": "local-only"})
}
