//! Random sequences of deliveries, faults, crashes, waits and people's decisions. After each step no event is scheduled
//! twice, every accepted line is in the simulator's ledger, and claims match their lines. In the end every line is settled.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use domain::snapshot::EventRef;
use proptest::prelude::*;
use runtime::Deadline;
use runtime::trigger::{SqsBatchResponse, Tick};
use store::lines::{LineError, LineKind};
use store::states::{LineState, LineStatus};
use sweep::Sweep;

use crate::setup::{PLENTY, SubmitTest, chained_lines, new_line};

/// One step of a sequence.
#[derive(Debug, Clone)]
enum Step {
    /// Due messages are delivered to this many workers at once.
    Deliver(usize),
    /// Due messages are delivered to a worker whose future is dropped after this many polls.
    Crash(u32),
    /// Due messages are lost.
    Lose,
    /// The next call of this name suffers this fault.
    Fault(&'static str, &'static str),
    /// This many seconds pass.
    Pass(i64),
    /// The sweep runs.
    Sweep,
    /// A person recalls, retries or drops the line of this event.
    Recall(u64),
    Retry(u64),
    Drop(u64),
}

const EVENTS: [u64; 6] = [101, 102, 103, 201, 202, 203];
const FAULTS: [(&str, &str); 16] = [
    ("schedule", "500 before"),
    ("schedule", "500 after"),
    ("schedule", "429"),
    ("schedule", "reset_before"),
    ("schedule", "reset_after"),
    ("schedule", "late_effect"),
    ("schedule", "login_page"),
    ("schedule", "no_id"),
    ("schedule", "not_ok"),
    ("delete", "reset_after"),
    ("delete", "late_effect"),
    ("delete", "not_ok"),
    ("delete", "503 before"),
    ("planning", "not_ok"),
    ("condition", "reset_before"),
    ("login", "bad_credentials"),
];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let event = || prop::sample::select(&EVENTS[..]);
    let step = prop_oneof![
        6 => (1_usize..3).prop_map(Step::Deliver),
        4 => (1_u32..150).prop_map(Step::Crash),
        1 => Just(Step::Lose),
        5 => prop::sample::select(&FAULTS[..]).prop_map(|(call, kind)| Step::Fault(call, kind)),
        6 => prop::sample::select(&[1_i64, 11, 61, 190, 730][..]).prop_map(Step::Pass),
        2 => Just(Step::Sweep),
        1 => event().prop_map(Step::Recall),
        2 => event().prop_map(Step::Retry),
        1 => event().prop_map(Step::Drop),
    ];
    prop::collection::vec(step, 8..24)
}

impl SubmitTest {
    async fn apply(&mut self, step: &Step) {
        match step {
            Step::Deliver(copies) => {
                if let Some(event) = self.receive().await {
                    self.deliver(&event, *copies).await;
                }
            }
            Step::Crash(steps) => {
                if let Some(event) = self.receive().await {
                    poll_and_drop(*steps, self.submit.handle(event, Deadline::after(PLENTY))).await;
                    self.submit = self.another_process();
                }
            }
            Step::Lose => {
                if let Some(event) = self.receive().await {
                    self.delete_handled_records(&event, &SqsBatchResponse::default()).await;
                }
            }
            Step::Fault(call, kind) => self.plan_faults(call, &[kind]).await,
            Step::Pass(seconds) => self.advance(*seconds),
            Step::Sweep => self.sweep().await,
            Step::Recall(event) => {
                let recalled = self.club().recall(&[self.key(*event)], &self.because()).await;
                assert_no_table_error(recalled.map(drop));
            }
            Step::Retry(event) => {
                let retried = self.club().retry_line(&self.key(*event), self.now(), &self.because()).await;
                assert_no_table_error(retried.map(drop));
                self.send(&self.message(0).await, 0).await;
            }
            Step::Drop(event) => {
                assert_no_table_error(self.club().give_up_line(&self.key(*event), &self.because()).await.map(drop));
            }
        }
    }

    async fn sweep(&self) {
        let sweep = Sweep::new(&self.environment).expect("a function");
        sweep.handle(Tick, Deadline::after(PLENTY)).await.expect("an answer");
    }

    /// Asserts what must hold after every step.
    async fn assert_invariants(&self, versions: &mut BTreeMap<EventRef, (u64, LineStatus)>) {
        // The ledger is read after the lines, so that it has the effect of every line that was read as accepted.
        let lines = self.lines().await;
        let ledger = self.ledger().await;
        for (line, _) in lines {
            let (version, line) = (line.version, line.body);
            let (event, status) = (line.key.event, line.state.status());
            let active: Vec<u64> =
                ledger.iter().filter(|e| e.plan_id == event.0 && e.is_active()).map(|e| e.id).collect();
            assert!(active.len() <= 1, "event {event} is scheduled twice: {active:?} {line:#?}");
            if let LineState::ApiSubmitted { scheduled_event_id, .. } = &*line.state {
                let expected: Vec<u64> = scheduled_event_id.iter().map(|id| id.0).collect();
                assert_eq!(active, expected, "event {event}");
                assert_eq!(expected.is_empty(), line.kind == LineKind::Dropped, "event {event}");
            }
            let claim = self.club().event(event).await.expect("read").expect("an event").body.claim;
            let holds = status.is_in_flight() || status == LineStatus::ApiFailed;
            assert_eq!(claim.map(|claim| (claim.line, claim.status)), holds.then(|| (line.key.clone(), status)));
            let (seen, was) = versions.insert(event, (version, status)).unwrap_or((version, status));
            assert!(version > seen || (version == seen && status == was), "event {event}: {seen} {was:?}, {version}");
        }
    }

    /// Delivers, sweeps and advances the clock until no line is in flight.
    async fn run_until_settled(&self) {
        for _ in 0..2_000 {
            self.deliver_due_messages().await;
            let lines = self.lines().await;
            if !lines.iter().any(|(line, _)| line.body.state.status().is_in_flight()) {
                return self.run_to_completion().await;
            }
            self.advance(60);
            self.sweep().await;
        }
        panic!("some lines are never settled: {:#?}", self.lines().await);
    }
}

/// Accepts a refusal of the act. Panics if the table failed.
fn assert_no_table_error(done: Result<(), LineError>) {
    if let Err(LineError::Table(error)) = done {
        panic!("{error}");
    }
}

/// Polls a future this many times, then drops it.
async fn poll_and_drop(steps: u32, work: impl Future<Output = Result<SqsBatchResponse, String>>) {
    let (mut work, mut left) = (pin!(work), steps);
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        work.as_mut().poll(context).map(drop)
    })
    .await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, max_shrink_iters: 4, ..ProptestConfig::default() })]

    #[test]
    fn no_event_is_scheduled_twice_and_every_line_is_settled_in_any_order_of_steps(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let mut lines = chained_lines();
            lines.push(new_line(103, "E04", "2026-11-28T10:15:00"));
            let mut test = SubmitTest::with(&lines).await;
            let mut versions = BTreeMap::new();
            for step in &steps {
                test.apply(step).await;
                test.assert_invariants(&mut versions).await;
            }
            test.run_until_settled().await;
        });
    }
}
