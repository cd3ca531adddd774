//! What every test starts from: the services, a club in the table, the function, a clock that is moved by hand.

use std::time::Duration;

use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, TimeDelta, Utc};
use cloud::{Cloud, Hands};
use runtime::messages::RunMessage;
use runtime::queue::Queue;
use runtime::trigger::{Payload, Reply, SqsBatchResponse, Tick, Trigger};
use runtime::{Deadline, Environment};
use serde_json::{Value, json};
use solve::Solve;
use store::audit::Because;
use store::edits::{LineEdit, Meaning};
use store::key::{ClubId, LineKey, Owner, ProposalKey, RunId};
use store::lines::{Edit, Line, LineError};
use store::meter::Meter;
use store::runs::{Origin, Run};
use store::stamp::Timestamp;
use store::states::{RunState, RunStatus};
use store::{Club, Stored, Table};

pub struct House {
    pub hands: Hands,
    pub environment: Environment,
    pub table: Table,
    pub solve: Solve,
    pub meter: Meter,
    pub id: ClubId,
    _cloud: Cloud,
}

/// As long as Lambda gives the function.
pub fn deadline() -> Deadline {
    Deadline::after(Duration::from_mins(2))
}

pub fn moment(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

pub fn run_id(name: &str) -> RunId {
    RunId::parse(name).expect("an id")
}

pub fn owner(name: &str) -> Owner {
    Owner::parse(name).expect("an id")
}

/// Edits one line as a person does: at the version that was seen, else at the one that it is at.
pub async fn edit_line(
    club: Club<'_>,
    line: &LineKey,
    seen: Option<u64>,
    edit: &Edit,
    because: &Because,
) -> Result<Stored<Line>, LineError> {
    let meaning = if matches!(edit, Edit::Place { .. }) { Meaning::Asked } else { Meaning::TakenBack };
    loop {
        let version = match seen {
            Some(version) => version,
            None => club.line(line).await?.ok_or(LineError::NoLine)?.version,
        };
        let edit = LineEdit { key: line.clone(), version, edit: edit.clone(), meaning };
        match club.edit_lines(&[edit], because).await {
            Err(LineError::Stale { .. }) if seen.is_none() => {}
            edited => return Ok(edited?.remove(0)),
        }
    }
}

/// The event that Lambda makes of messages.
pub fn records(messages: &[RunMessage]) -> Trigger {
    let record = |(n, m): (usize, &RunMessage)| json!({"messageId": n.to_string(), "body": json!(m).to_string()});
    Trigger::read(json!({"Records": messages.iter().enumerate().map(record).collect::<Vec<_>>()})).expect("an event")
}

impl House {
    /// The services with these clubs in them, at a moment; the first is the test's own.
    pub async fn with(documents: &[&Value], at: &str) -> House {
        let hands = Hands::at(moment(at));
        let cloud = Cloud::in_memory(hands.clock(), 7).await.expect("a cloud");
        let environment = cloud.environment();
        let table = environment.table().expect("a table");
        let meter = Meter::new();
        let ids: Vec<ClubId> =
            documents.iter().map(|d| ClubId::parse(d["club"]["id"].as_str().expect("an id")).expect("an id")).collect();
        for (id, document) in ids.iter().zip(documents) {
            table.club(id, &meter).import_snapshot(document.to_string().as_bytes()).await.expect("a club");
        }
        let solve = Solve::new(&environment).expect("a function");
        let id = ids.into_iter().next().expect("a club");
        House { hands, environment, table, solve, meter, id, _cloud: cloud }
    }

    pub fn club(&self) -> Club<'_> {
        self.table.club(&self.id, &self.meter)
    }

    pub fn now(&self) -> Timestamp {
        self.hands.now().into()
    }

    pub fn because(&self) -> Because {
        Because::new("robin", self.now(), "as asked")
    }

    pub fn queue(&self) -> Queue<RunMessage> {
        self.environment.queue().expect("a queue")
    }

    /// Queues a manual run that waits for an hour, and answers its message.
    pub async fn queue_run(&self, name: &str, emergency: bool) -> RunMessage {
        let deadline = self.now().plus(TimeDelta::hours(1));
        let run = Run::queued(run_id(name), Origin::Manual { by: "robin".into() }, emergency, self.now(), deadline);
        self.club().queue_run(&run, &self.because()).await.expect("queued");
        RunMessage::new(self.id.clone(), run.id)
    }

    /// Hands messages to the function, which fails none of them.
    pub async fn deliver(&self, messages: &[RunMessage]) {
        let answer = self.solve.handle(records(messages), deadline()).await.expect("an answer");
        assert_eq!(answer, Reply::Queue(SqsBatchResponse::default()));
    }

    /// What can be received from a queue by now, taken out of it.
    pub async fn take_from(&self, queue: &Queue<RunMessage>) -> Vec<RunMessage> {
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

    pub async fn messages(&self) -> Vec<RunMessage> {
        self.take_from(&self.queue()).await
    }

    pub async fn tick(&self) -> Value {
        let reply = self.solve.handle(Trigger::Schedule(Tick), deadline()).await.expect("an answer");
        serde_json::to_value(reply).expect("JSON")
    }

    pub async fn run(&self, name: &str) -> Run {
        self.club().run(&run_id(name)).await.expect("read").expect("a run").body
    }

    pub async fn status(&self, name: &str) -> RunStatus {
        self.run(name).await.state.status()
    }

    /// The words with which a run failed.
    pub async fn words(&self, name: &str) -> String {
        match &*self.run(name).await.state {
            RunState::Failed { words, .. } => words.clone(),
            other => panic!("the run is {}", other.status().name()),
        }
    }

    pub async fn current(&self) -> Option<ProposalKey> {
        self.club().current_proposal().await.expect("read").map(|c| c.body.proposal)
    }

    pub async fn lines(&self, proposal: &ProposalKey) -> Vec<Line> {
        let lines = self.club().lines(proposal, self.now()).await.expect("lines");
        lines.into_iter().map(|l| l.body).collect()
    }

    /// The proposal's kept snapshot.
    pub async fn snapshot(&self, proposal: &ProposalKey) -> Vec<u8> {
        self.club().kept_snapshot(proposal, self.now()).await.expect("read").expect("kept")
    }

    /// Puts an item into the table that nobody can read.
    pub async fn damage(&self, partition: &str, sort: &str) {
        let name = |name: &str| self.environment.required(name).expect("a setting");
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("local", "local", None, None, "tests"))
            .endpoint_url(name("AWS_ENDPOINT_URL_DYNAMODB"))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build();
        let put = aws_sdk_dynamodb::Client::from_conf(config).put_item().table_name(name("MUSTER_TABLE"));
        let key = |text: &str| AttributeValue::S(text.to_owned());
        put.item("pk", key(partition)).item("sk", key(sort)).send().await.expect("put");
    }
}
