//! Drafts as an assistant makes them, and the queues to which confirmed drafts send.

use std::collections::BTreeMap;

use desk::drafts::{DraftError, Queues, ShownDraft, confirm, make};
use domain::answer::{Status, Timing};
use domain::snapshot::{EmployeeId, EventRef};
use domain::trial::{Comparison, Difference, DifferenceKind, Spot, Totals};
use runtime::Environment;
use runtime::messages::{Message, RunMessage, SubmitMessage, TrialMessage};
use runtime::queue::Queue;
use store::answer::{AnswerSummary, ModelSize};
use store::drafts::{Act, DraftChannel};
use store::key::{DraftId, TrialId};
use store::trials::{Trial, TrialResult, TrialState};

use crate::TestClub;

/// The queues of a club's cloud.
pub struct DraftQueues {
    runs: Queue<RunMessage>,
    trials: Queue<TrialMessage>,
    submissions: Queue<SubmitMessage>,
}

impl DraftQueues {
    pub fn as_queues(&self) -> Queues<'_> {
        Queues { runs: &self.runs, trials: &self.trials, submissions: &self.submissions }
    }
}

impl TestClub {
    pub fn draft_queues(&self) -> DraftQueues {
        let environment = &self.environment;
        DraftQueues {
            runs: environment.queue().expect("a queue"),
            trials: environment.queue().expect("a queue"),
            submissions: environment.queue().expect("a queue"),
        }
    }

    /// Like [`Self::draft_queues`], but the queues of runs and trials do not exist.
    pub fn draft_queues_without_solvers(&self) -> DraftQueues {
        let mut settings = self.cloud.settings_with_crossmark("http://127.0.0.1:1");
        for name in [RunMessage::QUEUE, TrialMessage::QUEUE] {
            settings.entry(name.to_owned()).and_modify(|address| address.push_str("-gone"));
        }
        let environment = Environment::local(settings, self.clock.clock(), 7);
        DraftQueues {
            runs: environment.queue().expect("a queue"),
            trials: environment.queue().expect("a queue"),
            ..self.draft_queues()
        }
    }

    /// Makes a draft of an act through an assistant now. The draft's id ends in `name`.
    ///
    /// # Errors
    /// Why the act is refused.
    pub async fn make_draft(&self, who: &str, name: &str, act: Act) -> Result<ShownDraft, DraftError> {
        let id = DraftId::parse(&format!("{}-{name}", self.now().utc().format("%Y%m%dT%H%M%S%3f"))).expect("an id");
        let trials = self.draft_queues().trials;
        make(self.desk(), &trials, id, act, DraftChannel::Mcp, &self.because_of(who, "asked")).await
    }

    /// Confirms a draft now.
    ///
    /// # Errors
    /// Why the confirmation is refused.
    pub async fn confirm_draft(&self, who: &str, id: &DraftId, reason: Option<&str>) -> Result<ShownDraft, DraftError> {
        let queues = self.draft_queues();
        confirm(self.desk(), queues.as_queues(), id, reason, &self.because_of(who, "confirmed")).await
    }

    /// Writes the result of a queued trial, as a solver does: one event moves from one person to another.
    pub async fn finish_trial(&self, id: &TrialId, event: u64, [from, to]: [&str; 2], start: &str) {
        let read = self.club().trial(id, self.now()).await.expect("read").expect("a trial");
        let facts = self.club().event(EventRef(event)).await.expect("read").expect("an event").body.facts;
        let spot = |who: &str| Spot {
            employee_id: EmployeeId(who.to_owned()),
            start: start.parse().expect("a moment"),
            block: Some(1),
        };
        let line = Difference {
            event_ref_num: EventRef(event),
            event_type: facts.event_type().name().to_owned(),
            project_name: facts.name,
            what: DifferenceKind::Person,
            before: Some(spot(from)),
            after: Some(spot(to)),
        };
        let comparison = Comparison {
            summary: "1 event moves".to_owned(),
            before: Totals::default(),
            after: Totals { moved: 1, ..Totals::default() },
            lines: vec![line],
            people: Vec::new(),
        };
        let answer = AnswerSummary {
            bound: None,
            failures: BTreeMap::new(),
            gap: None,
            kept: None,
            left_out: Vec::new(),
            left_out_total: 0,
            load_requests: 0,
            model: ModelSize { columns: 1, rows: 1 },
            score: 0.0,
            status: Status::Optimal,
            terms: BTreeMap::new(),
            timing_ms: Timing::default(),
        };
        let plan_version = self.club().plan_version().await.expect("read");
        let result = Box::new(TrialResult {
            plan_version,
            current: None,
            answer,
            comparison,
            without_change: None,
            is_unchanged_proven: false,
            open: Vec::new(),
            under_way: Vec::new(),
            replayed: None,
        });
        let done = Trial { state: TrialState::Done { at: self.now(), result }, ..read.body };
        assert!(self.club().change_trial(read.version, &done).await.expect("written"));
    }
}
