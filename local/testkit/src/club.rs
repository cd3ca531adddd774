//! A club in an embedded cloud, with helpers that read from it.

use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, TimeDelta, Utc};
use cloud::{Cloud, FaultInjector, SteppedClock};
use desk::{ClubCache, Desk};
use runtime::Environment;
use runtime::messages::Message;
use runtime::queue::Queue;
use serde_json::Value;
use store::audit::Because;
use store::cursor::LARGEST_PAGE;
use store::key::{ClubId, LineKey, ProposalKey};
use store::lines::Line;
use store::meter::Meter;
use store::runs::Run;
use store::stamp::Timestamp;
use store::states::{LineStatus, RunStatus};
use store::{Club, Table};

use crate::run_id;

/// The moment at which most tests begin: 02:00 on 2026-11-23 in the club's time zone.
pub const BEGIN: &str = "2026-11-23T07:00:00Z";

/// A club in an embedded cloud with a clock that the test moves.
pub struct TestClub {
    pub cloud: Cloud,
    pub clock: SteppedClock,
    pub environment: Environment,
    pub table: Table,
    pub id: ClubId,
    pub meter: Meter,
    pub(crate) cache: ClubCache,
}

impl TestClub {
    /// A clock that shows a moment such as [`BEGIN`].
    pub fn clock_at(moment: &str) -> SteppedClock {
        SteppedClock::at(moment.parse::<DateTime<Utc>>().expect("a moment"))
    }

    /// The club of a document at [`BEGIN`], without Crossmark.
    pub async fn new(document: &Value) -> TestClub {
        TestClub::at(TestClub::clock_at(BEGIN), None, document).await
    }

    /// The club of a document with this clock, and with Crossmark at an address if one is given.
    pub async fn at(clock: SteppedClock, crossmark: Option<&str>, document: &Value) -> TestClub {
        let cloud = Cloud::in_memory(clock.clock(), 7).await.expect("a cloud");
        TestClub::with_cloud(cloud, clock, crossmark, document).await
    }

    /// The club of [`TestClub::at`], and a fault injector in front of its table.
    pub async fn with_fault_injector(
        clock: SteppedClock,
        crossmark: Option<&str>,
        document: &Value,
    ) -> (TestClub, FaultInjector) {
        let mut cloud = Cloud::in_memory(clock.clock(), 7).await.expect("a cloud");
        let fault_injector = cloud.put_fault_injector_in_front_of_table().await.expect("a fault injector");
        (TestClub::with_cloud(cloud, clock, crossmark, document).await, fault_injector)
    }

    async fn with_cloud(cloud: Cloud, clock: SteppedClock, crossmark: Option<&str>, document: &Value) -> TestClub {
        let environment = match crossmark {
            Some(address) => cloud.environment_with_crossmark(address),
            None => cloud.environment(),
        };
        let table = environment.table().expect("a table");
        let (id, meter) = (club_id(document), Meter::new());
        let club = TestClub { cloud, clock, environment, table, id, meter, cache: ClubCache::default() };
        club.add_club(document).await;
        club
    }

    /// Adds the club of another document to the table.
    pub async fn add_club(&self, document: &Value) {
        let club =
            self.table.club(&club_id(document), &self.meter).import_snapshot(document.to_string().as_bytes()).await;
        club.expect("a club");
    }

    pub fn club(&self) -> Club<'_> {
        self.table.club(&self.id, &self.meter)
    }

    /// The club. Its requests to the table are counted by this meter.
    pub fn metered<'a>(&'a self, meter: &'a Meter) -> Club<'a> {
        self.table.club(&self.id, meter)
    }

    pub fn desk(&self) -> Desk<'_> {
        Desk { club: self.club(), cache: &self.cache }
    }

    /// The answer of a use case, and its number of requests to the table.
    pub async fn requests<T>(&self, work: impl AsyncFnOnce(Desk<'_>) -> T) -> (T, u64) {
        let meter = Meter::new();
        let done = work(Desk { club: self.metered(&meter), cache: &self.cache }).await;
        (done, meter.requests())
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now().into()
    }

    pub fn advance(&self, seconds: i64) {
        self.clock.advance(TimeDelta::seconds(seconds));
    }

    pub fn because(&self) -> Because {
        self.because_of("robin", "as asked")
    }

    pub fn because_of(&self, who: &str, why: &str) -> Because {
        Because::new(who, self.now(), why)
    }

    pub async fn line(&self, line: &LineKey) -> Line {
        self.club().line(line).await.expect("read").expect("a line").body
    }

    pub async fn status(&self, line: &LineKey) -> LineStatus {
        self.line(line).await.state.status()
    }

    pub async fn lines(&self, proposal: &ProposalKey) -> Vec<Line> {
        let lines = self.club().lines(proposal, self.now()).await.expect("lines");
        lines.into_iter().map(|line| line.body).collect()
    }

    pub async fn run(&self, name: &str) -> Run {
        self.club().run(&run_id(name)).await.expect("read").expect("a run").body
    }

    pub async fn run_status(&self, name: &str) -> RunStatus {
        self.run(name).await.state.status()
    }

    /// Takes the visible messages of one kind from their queue.
    pub async fn messages<M: Message>(&self) -> Vec<M> {
        self.take_from(&self.environment.queue().expect("a queue")).await
    }

    /// Takes the visible messages from a queue.
    pub async fn take_from<M: Message>(&self, queue: &Queue<M>) -> Vec<M> {
        let mut taken = Vec::new();
        loop {
            let receive = queue.client().receive_message().queue_url(queue.address()).max_number_of_messages(10);
            let found = receive.send().await.expect("an answer").messages.unwrap_or_default();
            if found.is_empty() {
                return taken;
            }
            for message in found {
                let receipt = message.receipt_handle.expect("a receipt");
                let delete = queue.client().delete_message().queue_url(queue.address()).receipt_handle(receipt);
                delete.send().await.expect("deleted");
                taken.push(serde_json::from_str(&message.body.expect("a body")).expect("a message"));
            }
        }
    }

    /// Puts an item that cannot be read into the table.
    pub async fn put_unreadable_item(&self, partition: &str, sort: &str) {
        let put = self.dynamodb().put_item().table_name(self.setting("MUSTER_TABLE"));
        let key = |text: &str| AttributeValue::S(text.to_owned());
        put.item("pk", key(partition)).item("sk", key(sort)).send().await.expect("put");
    }

    /// Every string in the table (keys and attributes) and every archived document of the club's runs.
    pub async fn texts(&self) -> Vec<String> {
        let (mut all, mut from) = (Vec::new(), None);
        loop {
            let scan = self.dynamodb().scan().table_name(self.setting("MUSTER_TABLE")).set_exclusive_start_key(from);
            let page = scan.send().await.expect("a page");
            for mut item in page.items.unwrap_or_default() {
                // A compressed body may contain any three letters by chance. Its documents are added below.
                if item.get("pk").and_then(|key| key.as_s().ok()).is_some_and(|key| key.ends_with("#ARCHIVE")) {
                    item.remove("body");
                }
                all.extend(item.into_values().filter_map(|value| value.as_s().ok().cloned()));
            }
            from = page.last_evaluated_key;
            if from.is_none() {
                break;
            }
        }
        let club = self.club();
        let runs = club.runs(None, LARGEST_PAGE).await.expect("runs");
        assert!(runs.next.is_none(), "a page does not hold all runs of the test");
        for run in runs.items {
            for token in &run.body.tokens {
                let proposal = ProposalKey { run: run.body.id.clone(), token: *token };
                let snapshot = club.kept_snapshot(&proposal, self.now()).await.expect("read");
                let answer = club.kept_answer(&proposal, self.now()).await.expect("read");
                let documents = [snapshot, answer].into_iter().flatten();
                all.extend(documents.map(|document| String::from_utf8(document).expect("a text")));
            }
        }
        all
    }

    fn setting(&self, name: &str) -> String {
        self.environment.required(name).expect("a setting")
    }

    /// A client of the table's service.
    fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("local", "local", None, None, "tests"))
            .endpoint_url(self.setting("AWS_ENDPOINT_URL_DYNAMODB"))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build();
        aws_sdk_dynamodb::Client::from_conf(config)
    }
}

fn club_id(document: &Value) -> ClubId {
    ClubId::parse(document["club"]["id"].as_str().expect("an id")).expect("an id")
}
