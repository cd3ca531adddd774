//! The set-up of every test: a club in the table, the same club at the simulator, lines approved through the store, and a
//! driver that delivers due messages and advances the clock until no message is left.

mod club;
mod driver;
mod upstream;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use cloud::SteppedClock;
use domain::snapshot::EventRef;
use runtime::messages::SubmitMessage;
use store::documents::PlanVersion;
use store::events::{Correction, EnteredValues};
use store::facts::EventCorrection;
use store::key::{ApprovalId, LineKey, ProposalKey};
use store::lines::Line;
use store::states::{Cause, LineStatus};
use submit::Submit;
use testkit::{Proxy, TestClub, run_id};
use tokio::sync::oneshot;

use club::club;
pub use club::{LinePlan, chained_lines, dropped_line, moved_line, new_line};

/// The moment at which tests begin: 2026-11-23, 02:00 in the club.
pub const BEGIN: i64 = 1_795_417_200;
/// Enough time for any invocation.
pub const PLENTY: Duration = Duration::from_mins(2);

pub struct SubmitTest {
    test: TestClub,
    /// The address of the simulator.
    pub address: String,
    /// The address that the function uses for Crossmark: that of the simulator, or of a proxy in front of it.
    pub crossmark: String,
    pub submit: Arc<Submit>,
    pub http: reqwest::Client,
    pub proposal: ProposalKey,
    pub approval: ApprovalId,
    simulator: Option<oneshot::Sender<()>>,
}

impl Deref for SubmitTest {
    type Target = TestClub;

    fn deref(&self) -> &TestClub {
        &self.test
    }
}

impl SubmitTest {
    /// A club with approved lines, which are due in 10 seconds and whose messages are sent.
    pub async fn with(lines: &[LinePlan]) -> SubmitTest {
        let test = SubmitTest::empty().await;
        test.propose(lines).await;
        test.approve(lines).await;
        test
    }

    /// Like [`with`](SubmitTest::with), with a proxy in front of the simulator.
    pub async fn with_proxy(lines: &[LinePlan]) -> (SubmitTest, Proxy) {
        SubmitTest::with_entered_values(lines, None).await
    }

    /// Like [`with_proxy`](SubmitTest::with_proxy). Before the approval, a person enters values for fields of an event.
    pub async fn with_entered_values(lines: &[LinePlan], entered: Option<(u64, EnteredValues)>) -> (SubmitTest, Proxy) {
        let mut test = SubmitTest::empty().await;
        let (proxy, address) = Proxy::in_front_of(&test.address).await;
        test.crossmark = address;
        test.submit = test.another_process();
        if let Some((event, entered)) = entered {
            let correction = Correction { entered, ..Correction::default() };
            let after = EventCorrection { event_ref: EventRef(event), correction, auto: true };
            test.club().correct_event(&after, None, &test.because()).await.expect("corrected");
        }
        test.propose(lines).await;
        test.approve(lines).await;
        (test, proxy)
    }

    /// A club without a proposal.
    pub async fn empty() -> SubmitTest {
        SubmitTest::empty_at(BEGIN).await
    }

    /// A club without a proposal at a moment, in seconds of the Unix epoch.
    pub async fn empty_at(begin: i64) -> SubmitTest {
        let clock = SteppedClock::at(DateTime::from_timestamp(begin, 0).expect("a moment"));
        let (listener, address) = testkit::crossmark::listen().await;
        let test = TestClub::at(clock, Some(&address), &club()).await;
        let mut test = SubmitTest {
            submit: Arc::new(Submit::new(&test.environment).expect("a function")),
            test,
            crossmark: address.clone(),
            address,
            http: reqwest::Client::builder().no_proxy().build().expect("a client"),
            proposal: ProposalKey { run: run_id("run-1"), token: store::key::Token(1) },
            approval: ApprovalId::parse("a-1").expect("an id"),
            simulator: None,
        };
        test.submit = test.another_process();
        test.simulate(listener);
        test
    }

    /// Commits a proposal with these lines.
    pub async fn propose(&self, plans: &[LinePlan]) {
        let held = self.queue_and_start_run(self.proposal.run.as_str()).await;
        let mut lines = Vec::new();
        for plan in plans {
            let line = self.placed_line(&self.proposal, (plan.kind, plan.event, plan.place)).await;
            lines.push(Line { depends_on: plan.depends_on.iter().copied().map(EventRef).collect(), ..line });
        }
        self.commit(&held, &lines, PlanVersion::default()).await;
    }

    /// Approves the lines in this order, and sends the messages of their groups.
    pub async fn approve(&self, plans: &[LinePlan]) {
        let lines = plans.iter().map(|plan| (plan.event, plan.group));
        let approval = self.record(self.approval.clone(), &self.proposal, lines, 10, self.because()).await;
        self.process_approval(&approval.id).await;
        for group in approval.groups() {
            self.send(&self.message(group).await, 10).await;
        }
        self.announce(&approval.id).await;
    }

    /// A message for a group, as the desk sends it.
    pub async fn message(&self, group: u32) -> SubmitMessage {
        let lines = self.lines().await;
        let generation = |line: &Line| Some((line.key.event.0, line.submission.as_ref()?.generation));
        let generations: BTreeMap<u64, u32> = lines.iter().filter_map(|l| generation(&l.0.body)).collect();
        let (club, approval) = (self.id.clone(), self.approval.clone());
        SubmitMessage { version: runtime::messages::VERSION, club, approval, group, generations }
    }

    pub async fn send(&self, message: &SubmitMessage, delay_s: u64) {
        let queue = self.environment.queue::<SubmitMessage>().expect("a queue");
        queue.send(std::slice::from_ref(message), Duration::from_secs(delay_s)).await.expect("sent");
    }

    pub fn key(&self, event: u64) -> LineKey {
        testkit::key(&self.proposal, event)
    }

    /// The lines, each with the posted schedule of its event.
    pub async fn lines(&self) -> Vec<(store::Stored<Line>, Option<domain::snapshot::Posted>)> {
        let lines = self.club().lines(&self.proposal, self.now()).await.expect("lines");
        let mut with_posted = Vec::new();
        for line in lines {
            let event = self.club().event(line.body.key.event).await.expect("read").expect("an event").body;
            let posted = self.club().posted_of(&event).await.expect("read").map(|p| p.body);
            with_posted.push((line, posted));
        }
        with_posted
    }

    pub async fn line(&self, event: u64) -> Line {
        self.test.line(&self.key(event)).await
    }

    pub async fn status(&self, event: u64) -> LineStatus {
        self.line(event).await.state.status()
    }

    /// The cause of a failed line, and its explanation.
    pub async fn failure(&self, event: u64) -> (Cause, String) {
        let line = self.line(event).await;
        let (cause, words) = line.failed_because().unwrap_or_else(|| panic!("it is {:?}", line.state));
        (cause, words.to_owned())
    }
}
