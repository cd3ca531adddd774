//! A neighbour before the simulator that rewrites its lists, as a Crossmark in trouble would.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::response::Response;
use serde_json::Value;
use tokio::net::TcpListener;

/// What is done to a list: `planning`, `lengths` or `people`.
type Change = Box<dyn Fn(&str, &mut Value) + Send>;

#[derive(Clone)]
pub struct Neighbour {
    upstream: String,
    http: reqwest::Client,
    change: Arc<Mutex<Option<Change>>>,
}

impl Neighbour {
    /// A neighbour before this address; at its own.
    pub async fn before(upstream: &str) -> (Neighbour, String) {
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let neighbour =
            Neighbour { upstream: upstream.to_owned(), http: http.build().expect("a client"), change: Arc::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(forward).with_state(neighbour.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (neighbour, address)
    }

    /// From now on every list that is answered is changed by this function first.
    pub fn rewrite(&self, change: impl Fn(&str, &mut Value) + Send + 'static) {
        *self.change.lock().expect("no panic") = Some(Box::new(change));
    }

    /// From now on each row of the planning list is changed by this function first; a row that becomes null is left out.
    pub fn rewrite_rows(&self, change: impl Fn(&mut Value) + Send + 'static) {
        self.rewrite(move |list, body| {
            if list == "planning"
                && let Some(rows) = body["mplans"].as_array_mut()
            {
                rows.iter_mut().for_each(&change);
                rows.retain(|row| !row.is_null());
                body["total"] = rows.len().into();
            }
        });
    }

    /// From now on one member of one event's row says something else; nothing, where it is to be left out.
    pub fn rewrite_member(&self, event: u64, member: &'static str, odd: Option<Value>) {
        self.rewrite_rows(move |row| {
            if row["mPlanID"].as_str() == Some(&event.to_string()) {
                match &odd {
                    Some(odd) => row[member] = odd.clone(),
                    None => _ = row.as_object_mut().expect("a row").remove(member),
                }
            }
        });
    }

    /// From now on lists come as they are.
    pub fn leave(&self) {
        *self.change.lock().expect("no panic") = None;
    }
}

async fn forward(State(neighbour): State<Neighbour>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    let path = parts.uri.path_and_query().expect("a path").as_str();
    let mut sent = neighbour.http.request(parts.method, format!("{}{path}", neighbour.upstream)).body(body);
    for name in [COOKIE, CONTENT_TYPE] {
        if let Some(value) = parts.headers.get(&name) {
            sent = sent.header(name, value);
        }
    }
    let answer = sent.send().await.expect("an answer");
    let mut response = Response::builder().status(answer.status());
    for name in [SET_COOKIE, CONTENT_TYPE] {
        if let Some(value) = answer.headers().get(&name) {
            response = response.header(name, value);
        }
    }
    let mut bytes = answer.bytes().await.expect("a body").to_vec();
    let list = match parts.uri.path().rsplit('/').next() {
        Some("getPlanningMplans") => "planning",
        Some("getScheduledEvents" | "getNonScheduledVisits") => "lengths",
        Some("getAvailableReps") => "people",
        _ => "",
    };
    if let Some(change) = neighbour.change.lock().expect("no panic").as_ref()
        && !list.is_empty()
        && let Ok(mut json) = serde_json::from_slice::<Value>(&bytes)
    {
        change(list, &mut json);
        bytes = json.to_string().into_bytes();
    }
    response.body(Body::from(bytes)).expect("a response")
}
