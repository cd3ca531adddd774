//! A running simulator: it applies a call's fault, checks its session, applies its effect, and keeps the log of calls. An
//! accepted call is processed to its end even if the caller hangs up, as at Crossmark.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::answer::Answer;
use crate::api::{self, Call, CallOutcome};
use crate::calls::{CallLog, CallName, LoggedCall, Progress};
use crate::faults::{Fault, FaultKind, Faults, When};
use crate::ledger::LedgerChange;
use crate::seed::Seed;
use crate::sessions::Sessions;
use crate::world::World;
use crate::{Options, SimulatorError};

/// The state of a simulator.
pub(crate) struct Sim {
    options: Options,
    world: Mutex<World>,
    sessions: Mutex<Sessions>,
    pub faults: Mutex<Faults>,
    pub calls: Mutex<CallLog>,
    /// Number of releases of held calls.
    releases: watch::Sender<u64>,
    tasks: Mutex<JoinSet<()>>,
}

/// Locks a mutex and ignores poisoning: every change under these locks is complete or absent.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sim {
    pub fn start(seed: Seed, options: Options) -> Result<Arc<Self>, SimulatorError> {
        seed.check()?;
        let world = World::open(seed, options.ledger_file.as_deref(), (options.clock)())?;
        Ok(Arc::new(Self {
            options,
            world: Mutex::new(world),
            sessions: Mutex::default(),
            faults: Mutex::default(),
            calls: Mutex::default(),
            releases: watch::Sender::new(0),
            tasks: Mutex::default(),
        }))
    }

    pub fn now(&self) -> DateTime<Utc> {
        (self.options.clock)()
    }

    /// Moves a manual clock forward; `false` if the clock runs by itself.
    pub fn move_clock(&self, to: DateTime<Utc>) -> bool {
        let Some(move_clock) = &self.options.move_clock else { return false };
        move_clock(to);
        true
    }

    /// The current state, after the late changes that are due by now.
    pub fn world(&self) -> MutexGuard<'_, World> {
        let mut world = lock(&self.world);
        if let Err(error) = world.apply_due(self.now()) {
            tracing::error!(%error, "the ledger cannot be written, so late effects are delayed");
        }
        world
    }

    /// Processes a call to its end, even if nobody waits for the answer any more.
    pub async fn perform(self: Arc<Self>, call: Call) -> Answer {
        let fault = lock(&self.faults).draw(call.name);
        let seq = lock(&self.calls).open(log_entry(&call, fault, self.now()));
        let (answer_to, answer) = oneshot::channel();
        let sim = Arc::clone(&self);
        let work = async move {
            let answer = sim.apply_fault(&call, fault, seq).await;
            sim.update_log(seq, |logged| {
                logged.progress = Progress::Done;
                logged.answer_label = Some(answer.label());
            });
            // The receiver does not exist any more if the caller has hung up.
            let _ = answer_to.send(answer);
        };
        {
            let mut tasks = lock(&self.tasks);
            while tasks.try_join_next().is_some() {}
            tasks.spawn(work);
        }
        answer.await.unwrap_or_else(|_| Answer::closed())
    }

    /// Lets held calls continue, and returns their number.
    pub fn release(&self) -> usize {
        let held = self.releases.receiver_count();
        self.releases.send_modify(|releases| *releases += 1);
        held
    }

    /// Ends the calls that are still open.
    pub fn stop(&self) {
        lock(&self.tasks).abort_all();
    }

    /// Processes a call with its fault, and returns the answer.
    async fn apply_fault(&self, call: &Call, fault: Option<Fault>, seq: u64) -> Answer {
        let Some(Fault { kind, when, ms }) = fault else { return self.process(call, seq) };
        let delay = Duration::from_millis(ms);
        match kind {
            FaultKind::Latency if when == When::Before => {
                sleep(delay).await;
                self.process(call, seq)
            }
            FaultKind::Latency => {
                let answer = self.process(call, seq);
                sleep(delay).await;
                answer
            }
            FaultKind::SlowBody => self.process(call, seq).slowly(delay),
            FaultKind::InternalError => {
                self.replace_answer(call, when, seq, Answer::error_page(StatusCode::INTERNAL_SERVER_ERROR))
            }
            FaultKind::BadGateway => self.replace_answer(call, when, seq, Answer::error_page(StatusCode::BAD_GATEWAY)),
            FaultKind::Unavailable => {
                self.replace_answer(call, when, seq, Answer::error_page(StatusCode::SERVICE_UNAVAILABLE))
            }
            FaultKind::ResetBefore | FaultKind::ResetAfter => self.replace_answer(call, when, seq, Answer::closed()),
            FaultKind::TooMany => Answer::too_many_requests(ms.div_ceil(1000).max(1)),
            FaultKind::LateEffect => {
                self.process_later(call, TimeDelta::milliseconds(ms as i64), seq);
                Answer::closed()
            }
            FaultKind::LoginPage => {
                if let Some(session) = &call.session {
                    lock(&self.sessions).end(session);
                }
                Answer::login_form()
            }
            FaultKind::BadCredentials => Answer::login_form(),
            FaultKind::NotOk => Answer::not_ok("The request was not accepted"),
            FaultKind::NoId => self.process(call, seq).without_id(),
            FaultKind::HoldBefore => {
                self.hold(seq).await;
                self.process(call, seq)
            }
            FaultKind::HoldAfter => {
                let answer = self.process(call, seq);
                self.hold(seq).await;
                answer
            }
        }
    }

    /// Returns `instead` as the answer to a call. The call has its effect only if the fault happens after the effect.
    fn replace_answer(&self, call: &Call, when: When, seq: u64, instead: Answer) -> Answer {
        if when == When::After {
            self.process(call, seq);
        }
        instead
    }

    async fn hold(&self, seq: u64) {
        let mut releases = self.releases.subscribe();
        self.update_log(seq, |logged| logged.progress = Progress::Held);
        // The sender lives as long as the simulator.
        let _ = releases.changed().await;
        self.update_log(seq, |logged| logged.progress = Progress::Open);
    }

    fn process(&self, call: &Call, seq: u64) -> Answer {
        let outcome = match call.name {
            CallName::Login => self.log_in(call),
            _ if self.has_session(call) => api::process(&mut self.world(), call, self.now()),
            _ => api::outcome_without_session(self.options.ended_session),
        };
        self.update_log(seq, |logged| {
            logged.effect = outcome.effect_label;
            logged.id = logged.id.or(outcome.id);
        });
        outcome.answer
    }

    /// Lets the change that a call requests take effect after `delay`. A call without an open session or a valid change
    /// has no effect.
    fn process_later(&self, call: &Call, delay: TimeDelta, seq: u64) {
        if !self.has_session(call) {
            return;
        }
        let Ok(change) = api::change_of(call) else { return };
        match self.world().change_later(change, self.now() + delay) {
            Ok(()) => self.update_log(seq, |logged| logged.effect = Some("late")),
            Err(error) => tracing::error!(%error, "the ledger cannot be written, so the call has no effect"),
        }
    }

    fn log_in(&self, call: &Call) -> CallOutcome {
        if !api::may_log_in(&call.fields, &self.options) {
            return CallOutcome { effect_label: Some("refused"), ..CallOutcome::with_answer(Answer::login_form()) };
        }
        let session = lock(&self.sessions).open(self.now(), self.options.session_lifetime);
        let answer = api::login_answer(self.options.login_reply, &session);
        CallOutcome { effect_label: Some("done"), ..CallOutcome::with_answer(answer) }
    }

    fn has_session(&self, call: &Call) -> bool {
        call.session.as_deref().is_some_and(|session| lock(&self.sessions).is_open(session, self.now()))
    }

    fn update_log(&self, seq: u64, update: impl FnOnce(&mut LoggedCall)) {
        lock(&self.calls).update(seq, update);
    }
}

/// The entry of an incoming call in the log. The log gives it its number.
fn log_entry(call: &Call, fault: Option<Fault>, at: DateTime<Utc>) -> LoggedCall {
    let change = api::change_of(call).ok();
    LoggedCall {
        seq: 0,
        at,
        call: call.name,
        plan_id: call.fields.number("mPlanID"),
        rep_id: call.fields.number("RepID"),
        id: match change {
            Some(LedgerChange::Delete(id)) => Some(id),
            _ => None,
        },
        fault,
        progress: Progress::Open,
        answer_label: None,
        effect: None,
    }
}
