//! Control of the Crossmark simulator (ledger, calls, faults), and further processes of the function.

use std::sync::Arc;
use std::time::Duration;

use crossmark::{ClientSettings, Credentials, Crossmark};
use serde_json::{Value, json};
use simulator::Effect;
use submit::Submit;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::SubmitTest;
use super::club::seed;

impl SubmitTest {
    /// The function as another process: with a session of its own, an empty memory and short waits.
    pub fn another_process(&self) -> Arc<Submit> {
        let mut settings = ClientSettings::new(self.crossmark.parse().expect("an address"), 7);
        settings.timeout = Duration::from_secs(3);
        settings.retry_base = Duration::from_millis(1);
        settings.longest_wait = Duration::from_millis(20);
        let clock = self.environment.clock();
        let secret = cloud::secret();
        let text = |name: &str| secret[name].as_str().expect("a text").into();
        let credentials = Credentials { user: text("user"), password: text("password") };
        let crossmark = Crossmark::new(settings, Arc::new(credentials), Arc::new(move || clock.utc()));
        let submit = Submit::with_crossmark(&self.environment, crossmark.expect("a client"));
        Arc::new(submit.expect("a function"))
    }

    pub(super) fn simulate(&mut self, listener: TcpListener) {
        let (stop, stopped) = oneshot::channel::<()>();
        testkit::crossmark::serve(listener, seed(), &self.clock, async { _ = stopped.await });
        self.simulator = Some(stop);
    }

    /// Makes Crossmark unreachable until [`SubmitTest::start_crossmark`].
    pub async fn stop_crossmark(&mut self) {
        self.simulator.take().expect("a simulator").send(()).expect("it runs");
        let address = self.address.trim_start_matches("http://").to_owned();
        // The simulator has stopped when it refuses connections.
        for _ in 0..1_000 {
            if tokio::net::TcpStream::connect(&address).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("the simulator still answers");
    }

    /// Starts Crossmark again at the same address, with its initial data.
    pub async fn start_crossmark(&mut self) {
        let address = self.address.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind(&address).await.expect("the same port");
        self.simulate(listener);
    }

    /// Schedules an event at Crossmark directly, as a person does.
    pub async fn schedule_by_hand(&self, event: u64) {
        let login = json!({"UserType": "MVEntityUser", "UserID": "a", "Password": "b", "Timezone": "UTC"});
        let answer = self.http.post(format!("{}/login/authenticate", self.address)).json(&login).send().await;
        let answer = answer.expect("sent");
        let cookie = answer.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("one").to_owned();
        let fields = [
            ("ClassName", "MVScheduledmPlan".to_owned()),
            ("RepID", "150004".to_owned()),
            ("LocationID", "160001".to_owned()),
            ("Start", "2026-12-05T10:15:00-05:00".to_owned()),
            ("End", "2026-12-05T16:45:00-05:00".to_owned()),
            ("mPlanID", event.to_string()),
        ];
        let address = format!("{}/planningextcontroller/scheduleMplanEvent", self.address);
        let answer = self.http.post(address).header("cookie", &cookie).form(&fields).send().await.expect("sent");
        let body: Value = answer.json().await.expect("JSON");
        assert_eq!(body["ok"], 1, "{body}");
    }

    pub async fn ledger(&self) -> Vec<Effect> {
        self.http
            .get(format!("{}/_sim/ledger", self.address))
            .send()
            .await
            .expect("sent")
            .json()
            .await
            .expect("a ledger")
    }

    /// The names of the calls so far, without logins.
    pub async fn calls(&self) -> Vec<String> {
        let calls: Value = self.get("/_sim/calls").await;
        let calls = calls.as_array().expect("calls").iter();
        let named = calls.map(|c| match c["mPlanID"].as_u64().or(c["id"].as_u64()) {
            Some(of) => format!("{} {of}", c["call"].as_str().expect("a name")),
            None => c["call"].as_str().expect("a name").to_owned(),
        });
        named.filter(|name| name != "login").collect()
    }

    /// The calls that change something, in order.
    pub async fn changes(&self) -> Vec<String> {
        let calls = self.calls().await;
        calls.into_iter().filter(|c| c.starts_with("schedule ") || c.starts_with("delete ")).collect()
    }

    async fn get(&self, path: &str) -> Value {
        self.http.get(format!("{}{path}", self.address)).send().await.expect("sent").json().await.expect("JSON")
    }

    pub async fn post(&self, path: &str, body: &Value) {
        let answer = self.http.post(format!("{}{path}", self.address)).json(body).send().await.expect("sent");
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap_or_default());
    }

    /// Plans faults for the next calls of a name, in this order.
    pub async fn plan_faults(&self, call: &str, kinds: &[&str]) {
        for kind in kinds {
            // `500 after` is the answer 500 after the call has taken effect.
            let (kind, when) = kind.split_once(' ').map_or((*kind, None), |(kind, when)| (kind, Some(when)));
            // Delays use real time; waits and late effects use the test's clock.
            let ms = if matches!(kind, "latency" | "slow_body") { 5 } else { 3_000 };
            let fault = json!({"call": call, "kind": kind, "when": when, "ms": ms});
            self.post("/_sim/faults", &json!({"next": [fault]})).await;
        }
    }

    /// Waits until a call of that name is held open.
    pub async fn wait_until_held(&self, call: &str) {
        for _ in 0..1_000 {
            let calls = self.get("/_sim/calls").await;
            if calls.as_array().expect("calls").iter().any(|c| c["call"] == call && c["progress"] == "held") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("no {call} call is held");
    }
}
