//! A proxy before Crossmark: it passes calls on, changes the lists in their answers, and acts once a call has been
//! answered. With it a test simulates what people do at Crossmark, and when.

use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use axum::http::{HeaderMap, Method, Response, Uri};
use serde_json::Value;

use crate::crossmark::listen;

/// A change of a list, given its name: `planning`, `lengths` or `people`.
type Change = Box<dyn Fn(&str, &mut Value) + Send>;
type Action = Box<dyn FnOnce() + Send>;

/// A change of an event's row in the planning list.
#[derive(Debug, Clone)]
pub enum PlannedRow {
    /// These members replace those of the row.
    Changed(Value),
    /// The row is removed.
    Removed,
}

/// The proxy. Clones are one proxy.
#[derive(Clone)]
pub struct Proxy(Arc<Inner>);

struct Inner {
    upstream: String,
    http: reqwest::Client,
    changes: Mutex<Vec<Change>>,
    after: Mutex<Option<(&'static str, Action)>>,
}

impl Proxy {
    /// A proxy before this address, and its own address.
    pub async fn before(upstream: &str) -> (Proxy, String) {
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
        let proxy = Proxy(Arc::new(Inner {
            upstream: upstream.to_owned(),
            http: http.expect("a client"),
            changes: Mutex::default(),
            after: Mutex::default(),
        }));
        let (listener, address) = listen().await;
        let router = Router::new().fallback(forward).layer(DefaultBodyLimit::disable()).with_state(proxy.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (proxy, address)
    }

    /// Changes every list by this function from now on, and by no other.
    pub fn rewrite(&self, change: impl Fn(&str, &mut Value) + Send + 'static) {
        *self.changes() = vec![Box::new(change)];
    }

    /// Changes each row of the planning list by this function from now on, and by no other. A row that becomes null is
    /// left out.
    pub fn rewrite_rows(&self, change: impl Fn(&mut Value) + Send + 'static) {
        *self.changes() = vec![of_rows(change)];
    }

    /// Replaces one member of one event's row from now on; `None` removes it.
    pub fn rewrite_member(&self, event: u64, member: &'static str, odd: Option<Value>) {
        let event = event.to_string();
        self.rewrite_rows(move |row| {
            if row["mPlanID"] == *event {
                match &odd {
                    Some(odd) => row[member] = odd.clone(),
                    None => _ = row.as_object_mut().expect("a row").remove(member),
                }
            }
        });
    }

    /// Adds a change of an event's row from now on.
    pub fn change_event(&self, event: u64, planned: PlannedRow) {
        let event = event.to_string();
        self.changes().push(of_rows(move |row| {
            if row["mPlanID"] == *event {
                match &planned {
                    PlannedRow::Removed => *row = Value::Null,
                    PlannedRow::Changed(members) => {
                        let members = members.as_object().expect("members").clone();
                        row.as_object_mut().expect("a row").extend(members);
                    }
                }
            }
        }));
    }

    /// Ends all changes of lists.
    pub fn stop_rewriting(&self) {
        self.changes().clear();
    }

    /// Runs an action once the next call of that name has been answered.
    pub fn after(&self, call: &'static str, action: impl FnOnce() + Send + 'static) {
        *self.0.after.lock().expect("no panic") = Some((call, Box::new(action)));
    }

    fn changes(&self) -> MutexGuard<'_, Vec<Change>> {
        self.0.changes.lock().expect("no panic")
    }

    /// The changed list; `None` if nothing changes it.
    fn rewritten(&self, path: &str, body: &[u8]) -> Option<Bytes> {
        let list = match path.rsplit('/').next()? {
            "getPlanningMplans" => "planning",
            "getScheduledEvents" | "getNonScheduledVisits" => "lengths",
            "getAvailableReps" => "people",
            _ => return None,
        };
        let changes = self.changes();
        if changes.is_empty() {
            return None;
        }
        let mut answer: Value = serde_json::from_slice(body).ok()?;
        changes.iter().for_each(|change| change(list, &mut answer));
        Some(answer.to_string().into())
    }
}

fn of_rows(change: impl Fn(&mut Value) + Send + 'static) -> Change {
    Box::new(move |list, answer| {
        if list == "planning"
            && let Some(rows) = answer["mplans"].as_array_mut()
        {
            rows.iter_mut().for_each(&change);
            rows.retain(|row| !row.is_null());
            answer["total"] = rows.len().into();
        }
    })
}

async fn forward(
    State(proxy): State<Proxy>,
    method: Method,
    uri: Uri,
    mut headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let inner = &proxy.0;
    for name in [HOST, CONNECTION, CONTENT_LENGTH] {
        headers.remove(name);
    }
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let request = inner.http.request(method, format!("{}{path}", inner.upstream)).headers(headers).body(body);
    let found = request.send().await.expect("the simulator answers");
    let (status, mut headers) = (found.status(), found.headers().clone());
    let body = found.bytes().await.expect("a body");
    let body = proxy.rewritten(uri.path(), &body).unwrap_or(body);
    let action = inner.after.lock().expect("no panic").take_if(|(call, _)| path.contains(*call));
    if let Some((_, action)) = action {
        action();
    }
    for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
        headers.remove(name);
    }
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
