//! SNS on a loopback port, as far as Muster uses it: one topic that keeps its messages so that tests and drills can read them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use runtime::Clock;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

/// The ARN of the topic.
pub const TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:muster-notices";
/// Maximum messages that are kept. Older ones are discarded.
const MAX_KEPT: usize = 100;

/// The messages of the topic. Clones share one topic.
#[derive(Clone)]
pub struct Notices {
    published: Arc<Mutex<VecDeque<Notice>>>,
    clock: Clock,
}

/// A message of the topic.
#[derive(Debug, Clone, Serialize)]
pub struct Notice {
    /// The time at which it was published.
    pub at: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub message: String,
}

/// A call of the service's query API.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Call {
    action: String,
    topic_arn: Option<String>,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    message: String,
}

impl Notices {
    pub(crate) fn new(clock: Clock) -> Notices {
        Notices { published: Arc::default(), clock }
    }

    /// The published messages, oldest first.
    pub fn published(&self) -> Vec<Notice> {
        self.published.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn keep(&self, notice: Notice) {
        let mut published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        published.push_back(notice);
        if published.len() > MAX_KEPT {
            published.pop_front();
        }
    }
}

/// Serves until `shutdown`.
pub(crate) async fn serve(
    listener: TcpListener,
    notices: Notices,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let router = Router::new().fallback(call).with_state(notices);
    _ = axum::serve(listener, loopback::only(router)).with_graceful_shutdown(shutdown).await;
}

async fn call(State(notices): State<Notices>, Form(call): Form<Call>) -> Response {
    let refused = |code: &str, message: &str| {
        let error = format!("<Type>Sender</Type><Code>{code}</Code><Message>{message}</Message>");
        answer(StatusCode::BAD_REQUEST, "ErrorResponse", &format!("<Error>{error}</Error>"))
    };
    if call.action != "Publish" {
        return refused("InvalidAction", "this topic is for publishing");
    }
    if call.topic_arn.as_deref() != Some(TOPIC) {
        return refused("NotFound", "Topic does not exist");
    }
    if call.message.is_empty() {
        return refused("InvalidParameter", "Invalid parameter: Empty message");
    }
    let now = notices.clock.utc();
    let id = format!("00000000-0000-4000-8000-{:012}", now.timestamp_millis().rem_euclid(1_000_000_000_000));
    notices.keep(Notice { at: now.to_rfc3339(), subject: call.subject, message: call.message });
    answer(StatusCode::OK, "PublishResponse", &format!("<PublishResult><MessageId>{id}</MessageId></PublishResult>"))
}

fn answer(status: StatusCode, element: &str, inner: &str) -> Response {
    let namespace = "http://sns.amazonaws.com/doc/2010-03-31/";
    let body = format!(
        "<{element} xmlns=\"{namespace}\">{inner}<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></{element}>"
    );
    (status, [(CONTENT_TYPE, "text/xml")], body).into_response()
}
