//! A neighbour before Crossmark: it passes calls on, rewrites rows of the planning list, and does something once a call
//! has been answered. So a test says what people do upstream, and when.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use axum::http::{HeaderMap, Method, Response, Uri};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// What the list says of an event from now on.
#[derive(Debug, Clone)]
pub enum Row {
    /// These members instead of its own.
    Says(Value),
    /// It is not listed.
    IsGone,
}

type Deed = Box<dyn FnOnce() + Send>;

/// The neighbour. Clones are one neighbour.
#[derive(Clone, Default)]
pub struct Neighbour(Arc<Behind>);

#[derive(Default)]
struct Behind {
    upstream: String,
    http: reqwest::Client,
    rows: Mutex<Vec<(u64, Row)>>,
    then: Mutex<Option<(&'static str, Deed)>>,
}

impl Neighbour {
    /// A neighbour before this address, and where it is.
    pub async fn before(upstream: &str) -> (Neighbour, String) {
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
        let behind = Behind { upstream: upstream.to_owned(), http: http.expect("a client"), ..Behind::default() };
        let neighbour = Neighbour(Arc::new(behind));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(meet).layer(DefaultBodyLimit::disable()).with_state(neighbour.clone());
        tokio::spawn(async move { _ = axum::serve(listener, router).await });
        (neighbour, address)
    }

    /// What the list says of an event from now on.
    pub fn rewrite(&self, event: u64, row: Row) {
        self.0.rows.lock().expect("unharmed").push((event, row));
    }

    /// Does this once the next call of that name has been answered.
    pub fn after(&self, call: &'static str, deed: impl FnOnce() + Send + 'static) {
        *self.0.then.lock().expect("unharmed") = Some((call, Box::new(deed)));
    }

    fn rewritten(&self, body: &[u8]) -> Option<Bytes> {
        let mut list: Value = serde_json::from_slice(body).ok()?;
        let rows = list["mplans"].as_array_mut()?;
        for (event, row) in self.0.rows.lock().expect("unharmed").iter() {
            let number = event.to_string();
            match row {
                Row::IsGone => rows.retain(|row| row["mPlanID"] != *number),
                Row::Says(members) => {
                    for row in rows.iter_mut().filter(|row| row["mPlanID"] == *number) {
                        let said = members.as_object().expect("members").clone();
                        row.as_object_mut().expect("a row").extend(said);
                    }
                }
            }
        }
        let total = rows.len();
        list["total"] = json!(total);
        Some(list.to_string().into())
    }
}

async fn meet(
    State(neighbour): State<Neighbour>,
    method: Method,
    uri: Uri,
    mut headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let behind = &neighbour.0;
    for name in [HOST, CONNECTION, CONTENT_LENGTH] {
        headers.remove(name);
    }
    let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let request = behind.http.request(method, format!("{}{path}", behind.upstream)).headers(headers).body(body);
    let found = request.send().await.expect("the simulator answers");
    let (status, mut headers) = (found.status(), found.headers().clone());
    let mut body = found.bytes().await.expect("a body");
    if path.contains("/getPlanningMplans")
        && let Some(rewritten) = neighbour.rewritten(&body)
    {
        body = rewritten;
    }
    let deed = behind.then.lock().expect("unharmed").take_if(|(call, _)| path.contains(*call));
    if let Some((_, deed)) = deed {
        deed();
    }
    for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
        headers.remove(name);
    }
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
