//! A proxy in front of Crossmark: it forwards calls, changes the lists in their answers, and runs an action after a call. With
//! it a test simulates what people change at Crossmark, and when.

use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, Response, Uri};
use serde_json::Value;

use crate::crossmark::listen;

/// A change of a list. Its arguments are the name of the list (`planning`, `lengths` or `people`) and the list.
type ListChange = Box<dyn Fn(&str, &mut Value) + Send>;
type Action = Box<dyn FnOnce() + Send>;

/// A change of an event's row in the planning list.
#[derive(Debug, Clone)]
pub enum RowChange {
    /// These members replace the members of the same names.
    Changed(Value),
    /// The row is removed.
    Removed,
}

/// The proxy. Clones share one state.
#[derive(Clone)]
pub struct Proxy(Arc<Inner>);

struct Inner {
    upstream: String,
    http: reqwest::Client,
    changes: Mutex<Vec<ListChange>>,
    after: Mutex<Option<(&'static str, Action)>>,
}

impl Proxy {
    /// A proxy in front of the server at this address, and the proxy's own address.
    pub async fn in_front_of(upstream: &str) -> (Proxy, String) {
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
        let proxy = Proxy(Arc::new(Inner {
            upstream: upstream.to_owned(),
            http: http.expect("a client"),
            changes: Mutex::default(),
            after: Mutex::default(),
        }));
        let (listener, address) = listen().await;
        let router = Router::new().fallback(handle).layer(DefaultBodyLimit::disable()).with_state(proxy.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (proxy, address)
    }

    /// Applies this function to every list from now on. It replaces all earlier functions and changes.
    pub fn rewrite(&self, change: impl Fn(&str, &mut Value) + Send + 'static) {
        *self.changes() = vec![Box::new(change)];
    }

    /// Applies this function to each row of the planning list from now on. It replaces all earlier functions and changes. A row
    /// that becomes null is removed.
    pub fn rewrite_rows(&self, change: impl Fn(&mut Value) + Send + 'static) {
        *self.changes() = vec![of_rows(change)];
    }

    /// Replaces one member of one event's row of the planning list from now on; `None` removes the member. This replaces all
    /// earlier functions and changes.
    pub fn rewrite_member(&self, event: u64, member: &'static str, value: Option<Value>) {
        let event = event.to_string();
        self.rewrite_rows(move |row| {
            if row["mPlanID"] == *event {
                match &value {
                    Some(value) => row[member] = value.clone(),
                    None => _ = row.as_object_mut().expect("a row").remove(member),
                }
            }
        });
    }

    /// Changes an event's row of the planning list from now on, in addition to earlier functions and changes.
    pub fn change_event(&self, event: u64, change: RowChange) {
        let event = event.to_string();
        self.changes().push(of_rows(move |row| {
            if row["mPlanID"] == *event {
                match &change {
                    RowChange::Removed => *row = Value::Null,
                    RowChange::Changed(members) => {
                        let members = members.as_object().expect("members").clone();
                        row.as_object_mut().expect("a row").extend(members);
                    }
                }
            }
        }));
    }

    /// Removes all functions and changes.
    pub fn stop_rewriting(&self) {
        self.changes().clear();
    }

    /// Runs an action once, when Crossmark has answered the next call whose path contains `call`.
    pub fn after(&self, call: &'static str, action: impl FnOnce() + Send + 'static) {
        *self.0.after.lock().expect("no panic") = Some((call, Box::new(action)));
    }

    fn changes(&self) -> MutexGuard<'_, Vec<ListChange>> {
        self.0.changes.lock().expect("no panic")
    }

    /// The answer with its list changed; `None` if the answer has no list or nothing changes it.
    fn rewritten_answer(&self, path: &str, body: &[u8]) -> Option<Bytes> {
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

/// A change of each row of the planning list. A row that becomes null is removed.
fn of_rows(change: impl Fn(&mut Value) + Send + 'static) -> ListChange {
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

async fn handle(
    State(proxy): State<Proxy>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let inner = &proxy.0;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let address = format!("{}{path}", inner.upstream);
    let answer = cloud::forward(&inner.http, &address, method, headers, body).await.expect("the simulator answers");
    let rewritten = proxy.rewritten_answer(uri.path(), answer.body());
    let action = inner.after.lock().expect("no panic").take_if(|(call, _)| path.contains(*call));
    if let Some((_, action)) = action {
        action();
    }
    answer.map(|body| Body::from(rewritten.unwrap_or(body)))
}
