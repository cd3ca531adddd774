//! The set-up of a test: a server on a random port with a manual clock, and a client.
//!
//! `QUEUES_ENDPOINT` names another server to test instead, which uses real time. `QUEUES_ENDPOINT_LACKS` lists features that
//! this server does not support, separated by commas, with the names that the tests pass to [`World::lacks`]. For
//! ministack 1.5 that is all of `no-delay`, `stale-handles-succeed`, `purges-apart`, `a-mebibyte`,
//! `dead-letter-sources`, `dead-letter-source-arn`, `redrive-allow-policy`, `move-tasks`, `batch-checks`,
//! `attribute-names`, `ranges` and `in-flight-checks`.

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

/// 2 November 2026, 08:00 UTC.
const START_MS: i64 = 1_793_606_400_000;

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
    /// The stand-in, or the server that the environment names.
    pub async fn any() -> Self {
        match std::env::var("QUEUES_ENDPOINT") {
            Ok(endpoint) => Self { sqs: client(&endpoint), server: None },
            Err(_) => Self::own().await,
        }
    }

    /// An empty stand-in.
    pub async fn own() -> Self {
        let now_ms = Arc::new(AtomicI64::new(START_MS));
        Self::over(Queues::in_memory(clock(&now_ms)).unwrap(), now_ms).await
    }

    /// A stand-in that keeps its state in a file.
    pub async fn on_file(path: &Path) -> Self {
        let now_ms = Arc::new(AtomicI64::new(START_MS));
        Self::over(Queues::open(path, clock(&now_ms)).unwrap(), now_ms).await
    }

    async fn over(queues: Queues, now_ms: Arc<AtomicI64>) -> Self {
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

    /// Whether the server under test does not support this feature.
    pub fn lacks(&self, feature: &str) -> bool {
        self.server.is_none()
            && std::env::var("QUEUES_ENDPOINT_LACKS").is_ok_and(|list| list.split(',').any(|lack| lack == feature))
    }

    /// Lets this time pass: moves the manual clock, or sleeps.
    pub async fn pass(&self, seconds: u64) {
        match &self.server {
            None => tokio::time::sleep(Duration::from_secs(seconds) + Duration::from_millis(200)).await,
            Some(server) => {
                server.now_ms.fetch_add(seconds as i64 * 1_000, Ordering::SeqCst);
                server.queues.wake();
            }
        }
    }

    /// The state of the stand-in.
    pub fn queues(&self) -> Queues {
        self.server.as_ref().expect("the stand-in is under test").queues.clone()
    }

    /// An open connection to the stand-in, over which nothing was sent.
    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.server.as_ref().expect("the stand-in is under test").address).await.unwrap()
    }

    /// Ends the server as a signal would, and waits for its end.
    pub async fn stop(self) {
        let server = self.server.expect("the stand-in is under test");
        server.shutdown.send(()).unwrap();
        server.task.await.unwrap().unwrap();
    }

    /// The URL of a new queue with this prefix of its name and these attributes.
    pub async fn queue(&self, prefix: &str, attributes: &[(QueueAttributeName, &str)]) -> String {
        let mut create = self.sqs.create_queue().queue_name(unique(prefix));
        for (name, value) in attributes {
            create = create.attributes(name.clone(), *value);
        }
        create.send().await.unwrap().queue_url.unwrap()
    }

    /// A queue whose messages go to a dead-letter queue after this number of receives. Returns both URLs.
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
