//! The set-up of a test: a server on a random port with a manual clock, and a client.
//!
//! With `QUEUES_ENDPOINT`, the tests that use [`World::any`] test the server at that address instead, in real time.
//! `QUEUES_ENDPOINT_LACKS` lists the features that it does not have, separated by commas; tests do not require those. ministack
//! 1.5 has none of them:
//!
//! - `no-delay`: a message with a delay of 0 is visible at once, also in a queue with a delay.
//! - `stale-handles-succeed`: deleting with a handle from before the last receive, or deleting again, succeeds.
//! - `purges-apart`: a second purge within 60 seconds is refused.
//! - `a-mebibyte`: messages may have 1 MiB, attributes included, and that is the default of `MaximumMessageSize`.
//! - `dead-letter-sources`: `ListDeadLetterSourceQueues`.
//! - `dead-letter-source-arn`: the system attribute `DeadLetterQueueSourceArn`.
//! - `redrive-allow-policy`: a dead-letter queue can refuse to be the dead-letter queue of another queue.
//! - `move-tasks`: `StartMessageMoveTask` and `ListMessageMoveTasks`.
//! - `batch-checks`: empty batches and invalid or repeated ids of entries are refused.
//! - `attribute-names`: unknown attributes are refused.
//! - `ranges`: numbers in requests that are out of range are refused.
//! - `in-flight-checks`: a visibility timeout is changed only in flight, and a handle of another queue is refused.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::{Credentials, Region};
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName, QueueAttributeName};
use chrono::DateTime;
use queues::{Clock, Queues, serve};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The time of the manual clock at the start: 2 November 2026, 08:00 UTC, in milliseconds since 1970.
pub const START_MS: i64 = 1_793_606_400_000;

pub struct World {
    pub sqs: Client,
    server: Option<Server>,
}

struct Server {
    address: SocketAddr,
    queues: Queues,
    now_ms: Arc<AtomicI64>,
    shutdown: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

impl World {
    /// The server that `QUEUES_ENDPOINT` names, or else a stand-in of its own.
    pub async fn any() -> Self {
        match std::env::var("QUEUES_ENDPOINT") {
            Ok(endpoint) => Self { sqs: client(&endpoint), server: None },
            Err(_) => Self::stand_in().await,
        }
    }

    /// An empty stand-in of its own, which keeps its state in memory.
    pub async fn stand_in() -> Self {
        let now_ms = Arc::new(AtomicI64::new(START_MS));
        Self::start(Queues::in_memory(clock(&now_ms)).unwrap(), now_ms).await
    }

    /// A stand-in with the state of this file, which is created if it does not exist.
    pub async fn on_file(path: &Path) -> Self {
        let now_ms = Arc::new(AtomicI64::new(START_MS));
        Self::start(Queues::open(path, clock(&now_ms)).unwrap(), now_ms).await
    }

    async fn start(queues: Queues, now_ms: Arc<AtomicI64>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (shutdown, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(listener, queues.clone(), async {
            let _ = stopped.await;
        }));
        Self {
            sqs: client(&format!("http://{address}")),
            server: Some(Server { address, queues, now_ms, shutdown, task }),
        }
    }

    /// Whether another server is under test and lacks this feature, as `QUEUES_ENDPOINT_LACKS` says.
    pub fn lacks(&self, feature: &str) -> bool {
        self.server.is_none()
            && std::env::var("QUEUES_ENDPOINT_LACKS").is_ok_and(|list| list.split(',').any(|lack| lack == feature))
    }

    /// Lets this number of seconds pass: moves the manual clock of the stand-in, or sleeps a little longer than that.
    pub async fn pass(&self, seconds: u64) {
        match &self.server {
            None => tokio::time::sleep(Duration::from_secs(seconds) + Duration::from_millis(200)).await,
            Some(server) => {
                server.now_ms.fetch_add(seconds as i64 * 1_000, Ordering::SeqCst);
                server.queues.wake();
            }
        }
    }

    /// The queues of the stand-in, without the wire protocol. Panics if another server is under test.
    pub fn queues(&self) -> Queues {
        self.server.as_ref().expect("the stand-in is under test").queues.clone()
    }

    /// Opens a connection to the stand-in and sends nothing. Panics if another server is under test.
    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.server.as_ref().expect("the stand-in is under test").address).await.unwrap()
    }

    /// Shuts the stand-in down as its callers do, and waits for its end. Panics if another server is under test.
    pub async fn stop(self) {
        let server = self.server.expect("the stand-in is under test");
        server.shutdown.send(()).unwrap();
        server.task.await.unwrap().unwrap();
    }

    /// Creates a queue with these attributes, whose name begins with this prefix. Returns its URL.
    pub async fn queue(&self, prefix: &str, attributes: &[(QueueAttributeName, &str)]) -> String {
        let mut create = self.sqs.create_queue().queue_name(unique(prefix));
        for (name, value) in attributes {
            create = create.attributes(name.clone(), *value);
        }
        create.send().await.unwrap().queue_url.unwrap()
    }

    /// Creates a queue and its dead-letter queue, to which messages go after this number of receives. Returns both URLs.
    pub async fn queue_with_dead_letters(&self, receives: u32, visibility_timeout_s: u32) -> (String, String) {
        let dead_letters = self.queue("dead", &[]).await;
        let policy = format!(
            r#"{{"deadLetterTargetArn":"{}","maxReceiveCount":{receives}}}"#,
            self.attribute(&dead_letters, QueueAttributeName::QueueArn).await
        );
        let timeout = visibility_timeout_s.to_string();
        let attributes =
            [(QueueAttributeName::RedrivePolicy, &*policy), (QueueAttributeName::VisibilityTimeout, &*timeout)];
        (self.queue("source", &attributes).await, dead_letters)
    }

    pub async fn attribute(&self, url: &str, name: QueueAttributeName) -> String {
        let answer = self.sqs.get_queue_attributes().queue_url(url).attribute_names(name.clone()).send().await.unwrap();
        answer.attributes.unwrap_or_default().remove(&name).unwrap_or_default()
    }

    /// The numbers of visible, in-flight and delayed messages.
    pub async fn depth(&self, url: &str) -> [u64; 3] {
        let mut depth = [0; 3];
        let names = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
            QueueAttributeName::ApproximateNumberOfMessagesDelayed,
        ];
        for (count, name) in depth.iter_mut().zip(names) {
            *count = self.attribute(url, name).await.parse().unwrap();
        }
        depth
    }

    /// Sends a message and returns its id.
    pub async fn send(&self, url: &str, body: &str) -> String {
        self.sqs.send_message().queue_url(url).message_body(body).send().await.unwrap().message_id.unwrap()
    }

    /// Receives up to ten messages with all their attributes, without waiting.
    pub async fn receive(&self, url: &str) -> Vec<Message> {
        let receive = self.sqs.receive_message().queue_url(url).max_number_of_messages(10).wait_time_seconds(0);
        let receive = receive.message_system_attribute_names(MessageSystemAttributeName::All);
        receive.message_attribute_names("All").send().await.unwrap().messages.unwrap_or_default()
    }

    pub async fn delete(&self, url: &str, message: &Message) {
        let handle = message.receipt_handle().unwrap();
        self.sqs.delete_message().queue_url(url).receipt_handle(handle).send().await.unwrap();
    }
}

/// A unique name: other tests may use the same server.
pub fn unique(prefix: &str) -> String {
    format!("{prefix}-{}", uuid::Uuid::new_v4().simple())
}

/// The bodies, sorted.
pub fn bodies(messages: &[Message]) -> Vec<&str> {
    let mut bodies: Vec<&str> = messages.iter().map(|message| message.body().unwrap()).collect();
    bodies.sort_unstable();
    bodies
}

pub fn system_attribute<'a>(message: &'a Message, name: &MessageSystemAttributeName) -> Option<&'a str> {
    message.attributes()?.get(name).map(String::as_str)
}

fn client(endpoint: &str) -> Client {
    let config = aws_sdk_sqs::Config::builder()
        .behavior_version_latest()
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("local", "local", None, None, "tests"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Client::from_conf(config)
}

fn clock(now_ms: &Arc<AtomicI64>) -> Clock {
    let now_ms = Arc::clone(now_ms);
    Arc::new(move || DateTime::from_timestamp_millis(now_ms.load(Ordering::SeqCst)).unwrap())
}
