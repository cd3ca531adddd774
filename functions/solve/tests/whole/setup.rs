//! The set-up of every test: clubs in a table, and the solve function that works on them.

use std::ops::Deref;
use std::time::Duration;

use chrono::TimeDelta;
use runtime::Deadline;
use runtime::messages::RunMessage;
use runtime::trigger::{Payload, Reply, SqsBatchResponse, Tick, Trigger};
use serde_json::{Value, json};
use solve::Solve;
use store::key::ProposalKey;
use store::runs::Run;
use store::states::{RunState, RunStatus};
use testkit::{TestClub, manual, run_id};

pub struct SolveTest {
    test: TestClub,
    pub solve: Solve,
}

impl Deref for SolveTest {
    type Target = TestClub;

    fn deref(&self) -> &TestClub {
        &self.test
    }
}

/// The function's time limit on Lambda.
pub fn deadline() -> Deadline {
    Deadline::after(Duration::from_mins(2))
}

/// The event that Lambda makes of messages.
pub fn records(messages: &[RunMessage]) -> Trigger {
    let record = |(n, m): (usize, &RunMessage)| json!({"messageId": n.to_string(), "body": json!(m).to_string()});
    Trigger::read(json!({"Records": messages.iter().enumerate().map(record).collect::<Vec<_>>()})).expect("an event")
}

impl SolveTest {
    /// The function with a table that has these clubs, and with the clock at a moment. The first club is the one that
    /// the methods of [`TestClub`] use.
    pub async fn with(documents: &[&Value], at: &str) -> SolveTest {
        let test = TestClub::at(TestClub::clock_at(at), None, documents[0]).await;
        for document in &documents[1..] {
            test.add_club(document).await;
        }
        SolveTest { solve: Solve::new(&test.environment).expect("a function"), test }
    }

    /// Queues a manual run with a deadline of an hour, and returns its message.
    pub async fn queue_run(&self, name: &str, emergency: bool) -> RunMessage {
        let deadline = self.now().plus(TimeDelta::hours(1));
        let run = Run::queued(run_id(name), manual("robin"), emergency, self.now(), deadline);
        self.club().queue_run(&run, &self.because()).await.expect("queued");
        RunMessage::new(self.id.clone(), run.id)
    }

    /// Delivers messages to the function, and asserts that it fails none of them.
    pub async fn deliver(&self, messages: &[RunMessage]) {
        let answer = self.solve.handle(records(messages), deadline()).await.expect("an answer");
        assert_eq!(answer, Reply::Queue(SqsBatchResponse::default()));
    }

    pub async fn messages(&self) -> Vec<RunMessage> {
        self.test.messages().await
    }

    pub async fn tick(&self) -> Value {
        let reply = self.solve.handle(Trigger::Schedule(Tick), deadline()).await.expect("an answer");
        serde_json::to_value(reply).expect("JSON")
    }

    pub async fn status(&self, name: &str) -> RunStatus {
        self.run_status(name).await
    }

    /// The explanation of a failed run.
    pub async fn failure_words(&self, name: &str) -> String {
        match &*self.run(name).await.state {
            RunState::Failed { words, .. } => words.clone(),
            other => panic!("the run is {}", other.status().name()),
        }
    }

    pub async fn current_proposal(&self) -> Option<ProposalKey> {
        self.club().current_proposal().await.expect("read").map(|c| c.body.proposal)
    }

    /// The archived snapshot of a proposal.
    pub async fn snapshot(&self, proposal: &ProposalKey) -> Vec<u8> {
        self.club().kept_snapshot(proposal, self.now()).await.expect("read").expect("kept")
    }
}
