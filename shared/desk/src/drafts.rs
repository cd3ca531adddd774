//! Drafts: an assistant or *Find* requests an act on behalf of a person, and Muster only makes a draft. A manager sees the
//! exact effect of the draft, and confirms or discards it.
//!
//! [`make`] computes the effect by the dry runs of the ordinary routes, and stores it. For a call-out it begins a
//! trial, whose result is the effect. [`confirm`] refuses a draft that is expired, discarded, confirmed already, or
//! made at another `plan_version`. It computes the effect again and refuses if it differs from what the person saw.
//! Then it claims the draft with a conditional write that also requires the `plan_version`, performs the act through
//! the use case of the ordinary route, and records the outcome.
//!
//! *Exactly once.* Everything that the act writes is named after the draft, or names the draft in the audit
//! trail. A claim that is older than the time limit of a confirmation was interrupted: the next confirmation checks
//! whether the act was done (`evidence`). If it was, the confirmation finishes it; otherwise it opens the draft again.
//! A draft whose act is refused is opened again as well.
//!
//! *Who may confirm.* A manager of the club may confirm a draft that a colleague requested. The act and its approval then
//! belong to the manager who confirms. Drafts of other clubs are not found.

mod confirm;
mod days;
mod evidence;
mod perform;
mod preview;
mod words;

pub use confirm::confirm;

use domain::snapshot::EventRef;
use domain::trial::Change;
use runtime::messages::{RunMessage, SubmitMessage, TrialMessage};
use runtime::queue::Queue;
use store::audit::Because;
use store::drafts::{
    Act, At, Draft, DraftChannel, DraftNotMade, Effect, LIFETIME, MAX_OPEN, Outcome, PlanCondition, State, Status,
    Target,
};
use store::key::{DraftId, LineKey};
use store::lines::Line;
use store::stamp::Timestamp;
use store::states::LineStatus;
use store::trials::{TrialStart, TrialState};
use store::{Club, TableError};

use crate::error::{Broken, DeskError};
use crate::plan::{Desk, LineMisfit, Plan};

/// The queues that confirmed acts send messages to.
#[derive(Clone, Copy)]
pub struct Queues<'a> {
    /// For runs.
    pub runs: &'a Queue<RunMessage>,
    /// For trials.
    pub trials: &'a Queue<TrialMessage>,
    /// For groups of approved lines.
    pub submissions: &'a Queue<SubmitMessage>,
}

/// Why a draft cannot be made, confirmed or discarded.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// There is no such draft in this club, or it ended more than a day ago.
    #[error("there is no such draft, or it ended more than a day ago")]
    NoDraft,
    /// The request is not possible, or would change nothing.
    #[error("{words}")]
    Invalid {
        /// Why, for a person.
        words: String,
    },
    /// The person has as many open drafts as they may have.
    #[error("{most} drafts are open: confirm or discard some first")]
    TooMany {
        /// The limit.
        most: usize,
        /// When the oldest of them expires.
        next_at: Timestamp,
    },
    /// The effect is still being computed.
    #[error("the effect of the draft is still being computed: look again in a moment")]
    Preparing,
    /// The effect could not be computed.
    #[error("{words}")]
    Failed {
        /// Why, for a person.
        words: String,
    },
    /// The club, or the effect of the draft, has changed since the draft was made.
    #[error("the club has changed since the draft was made: ask again")]
    Stale {
        /// The current `plan_version`.
        found: u64,
    },
    /// Nobody confirmed the draft in time.
    #[error("the draft expired after ten minutes: ask again")]
    Expired {
        /// When the draft expired.
        at: Timestamp,
    },
    /// The draft was discarded.
    #[error("{} discarded the draft", .by.who.display_name())]
    Discarded {
        /// Who discarded it, and when.
        by: Because,
    },
    /// The draft was confirmed already.
    #[error("{} confirmed the draft already", .by.who.display_name())]
    AlreadyConfirmed {
        /// Who confirmed it, and when.
        by: Because,
        /// The outcome of the act.
        outcome: Box<Outcome>,
    },
    /// Somebody is confirming the draft.
    #[error("{} is confirming the draft: look again in a moment", .by.who.display_name())]
    InProgress {
        /// Who is confirming it, and since when.
        by: Because,
    },
    /// The act itself is refused.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl DraftError {
    /// Whether a request to the table failed, so that it is not known what the act has written.
    pub fn is_table_error(&self) -> bool {
        match self {
            DraftError::Desk(error) => error.is_table_error(),
            _ => false,
        }
    }
}

impl From<TableError> for DraftError {
    fn from(error: TableError) -> DraftError {
        DeskError::from(error).into()
    }
}

impl From<DraftNotMade> for DraftError {
    fn from(error: DraftNotMade) -> DraftError {
        match error {
            DraftNotMade::TooMany { next_at } => DraftError::TooMany { most: MAX_OPEN, next_at },
            DraftNotMade::Table(error) => error.into(),
        }
    }
}

/// Whether a draft's effect is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// The effect is known.
    Ready,
    /// A solver is computing the effect.
    Preparing,
    /// The effect could not be computed; the reason, for a person.
    Failed(String),
}

/// A draft with its status at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownDraft {
    /// The draft, with its effect if that is known.
    pub draft: Draft,
    /// The status of the draft.
    pub status: Status,
    /// Whether the effect is known.
    pub readiness: Readiness,
}

/// Makes a draft: computes its effect, and writes only the draft. For a call-out, begins a trial whose result becomes the
/// effect.
///
/// `asked` says who requests the draft, and when. Its reason is not stored, because no text of a conversation is stored.
///
/// # Errors
/// [`DraftError::TooMany`], [`DraftError::Invalid`], a refusal of the act (broken rules are not refused, the draft
/// names them), or a failed request to the table or the queue.
pub async fn make(
    desk: Desk<'_>,
    trials: &Queue<TrialMessage>,
    id: DraftId,
    act: Act,
    through: DraftChannel,
    asked: &Because,
) -> Result<ShownDraft, DraftError> {
    let (club, now) = (desk.club, asked.at);
    if let Some(next_at) = club.next_draft_at(asked).await? {
        return Err(DraftNotMade::TooMany { next_at }.into());
    }
    let act = preview::resolve_act(desk, act, now).await?;
    let asked = Because { why: format!("asked to {}, through {}", act.title(), through.words()), ..asked.clone() };
    let effect = Effect::default();
    let mut draft = Draft { id, act, effect, plan_version: 0, asked, through, state: State::Open };
    if let Act::CallOut { .. } = &draft.act {
        draft.plan_version = club.plan_version().await?.version;
        let change = Change { callout: preview::callout(&draft.act), ..Change::default() };
        crate::trials::start_trial(club, trials, draft.id.trial(), TrialStart::Now, change, &draft.asked).await?;
    } else {
        let preview = preview::preview(desk, &draft, &draft.asked).await?;
        (draft.effect, draft.plan_version) = (preview.effect, preview.plan_version);
    }
    let stored = club.make_draft(&draft).await?;
    shown_draft(club, stored.body, now).await
}

/// The act that moves an event. If the current proposal has an undecided line of the event, and the event was not posted,
/// moved or taken back in another way since, the act edits that line. Otherwise it changes the schedule by hand; if the line
/// of the event failed and the event is not posted, a person or day that is not named is taken from that line.
///
/// # Errors
/// A failed request to the table.
pub async fn act_for_event(desk: Desk<'_>, event: EventRef, to: Target, now: Timestamp) -> Result<Act, DraftError> {
    let plan = Plan::load(desk, now).await?;
    let can_be_sent = |line: &Line| plan.decision(line) != Err(LineMisfit::EventChanged);
    let line = plan.line(event).filter(|line| line.body.state.status().is_open() && can_be_sent(&line.body));
    if let Some(line) = line {
        return Ok(Act::EditLine { line: line.body.key.to_string(), to });
    }
    let is_posted = plan.club.find(event).is_some_and(|event| plan.club.event(event).posting().is_some());
    let claim = if is_posted { None } else { desk.club.event(event).await?.and_then(|event| event.body.claim) };
    let failed = claim.filter(|claim| claim.status == LineStatus::ApiFailed).and_then(|claim| claim.place);
    let to = match failed {
        Some(place) => Target {
            employee_id: to.employee_id.or(Some(place.employee_id)),
            at: to.at.or(Some(At::Date(place.start.date()))),
        },
        None => to,
    };
    Ok(Act::Schedules { changes: vec![store::drafts::ScheduleChange { event, to: Some(to) }] })
}

/// The act that swaps the people of two posted events. Each event keeps its day, and its start if the other person's
/// hours allow it.
///
/// # Errors
/// One of the events does not exist or is not posted, or a request to the table failed.
pub async fn act_for_swap(desk: Desk<'_>, events: [EventRef; 2], now: Timestamp) -> Result<Act, DraftError> {
    let plan = Plan::load(desk, now).await?;
    preview::swap_act(&plan, events)
}

/// A draft, whatever its status.
///
/// # Errors
/// [`DraftError::NoDraft`], or a failed request to the table.
pub async fn get(club: Club<'_>, id: &DraftId, now: Timestamp) -> Result<ShownDraft, DraftError> {
    let read = club.draft(id, now).await?.ok_or(DraftError::NoDraft)?;
    shown_draft(club, read.body, now).await
}

/// The drafts of the last ten minutes that are open or being confirmed, oldest first.
///
/// # Errors
/// A failed request to the table.
pub async fn list(club: Club<'_>, now: Timestamp) -> Result<Vec<ShownDraft>, DraftError> {
    let mut open = Vec::new();
    for read in club.drafts_since(now.plus(-LIFETIME)).await? {
        if matches!(read.body.status(now), Status::Open | Status::Confirming) {
            open.push(shown_draft(club, read.body, now).await?);
        }
    }
    Ok(open)
}

/// A draft, with the effect of its trial if it has one.
async fn shown_draft(club: Club<'_>, mut draft: Draft, now: Timestamp) -> Result<ShownDraft, DraftError> {
    let status = draft.status(now);
    if !matches!(draft.act, Act::CallOut { .. }) {
        return Ok(ShownDraft { draft, status, readiness: Readiness::Ready });
    }
    let trial = crate::trials::show(club, &draft.id.trial(), now).await;
    let readiness = match trial {
        Err(DeskError::NoTrial) => Readiness::Failed("the result of its trial has expired: ask again".to_owned()),
        Err(error) => return Err(error.into()),
        Ok(trial) => match trial.state {
            TrialState::Queued | TrialState::Running { .. } => Readiness::Preparing,
            TrialState::Failed { words, .. } => Readiness::Failed(words),
            TrialState::Done { result, .. } => {
                draft.plan_version = result.plan_version.version;
                draft.effect = preview::effect_of_trial(&result, &club.club_documents().await?.names());
                match draft.effect.lines.is_empty() {
                    true => Readiness::Failed(why_nothing_moves(&draft.effect)),
                    false => Readiness::Ready,
                }
            }
        },
    };
    Ok(ShownDraft { draft, status, readiness })
}

/// Why a call-out changes nothing.
fn why_nothing_moves(effect: &Effect) -> String {
    match effect.notes.is_empty() {
        true => "they have no schedule on these days that somebody else must take".to_owned(),
        false => format!("nothing can be covered now: {}", effect.notes.join("; ")),
    }
}

/// Discards a draft. It is idempotent.
///
/// # Errors
/// [`DraftError::NoDraft`], [`AlreadyConfirmed`](DraftError::AlreadyConfirmed),
/// [`InProgress`](DraftError::InProgress), or a failed request to the table.
pub async fn discard(club: Club<'_>, id: &DraftId, by: &Because) -> Result<ShownDraft, DraftError> {
    let mut attempts = club.contended_attempts();
    loop {
        attempts.begin().await?;
        let read = club.draft(id, by.at).await?.ok_or(DraftError::NoDraft)?;
        match &read.body.state {
            State::Discarded { .. } => return shown_draft(club, read.body, by.at).await,
            State::Confirmed { by, outcome } => {
                return Err(DraftError::AlreadyConfirmed { by: by.clone(), outcome: Box::new(outcome.clone()) });
            }
            // The act of an interrupted confirmation may have been done; only a confirmation checks that.
            State::Confirming { by } => return Err(DraftError::InProgress { by: by.clone() }),
            State::Open => {}
        }
        let because = trail_because(&read.body, by, "discarded");
        let state = State::Discarded { by: by.clone() };
        if let Some(done) = club.change_draft(&read, state, PlanCondition::Any, &because).await? {
            return shown_draft(club, done.body, by.at).await;
        }
    }
}

/// The audit trail's reason for a change of the draft itself.
fn trail_because(draft: &Draft, by: &Because, what: &str) -> Because {
    Because { why: format!("{what}: {}, through {}", draft.act.title(), draft.through.words()), ..by.clone() }
}

/// The current effect of an act.
struct ActPreview {
    effect: Effect,
    /// The `plan_version` of the plan that the act was checked against.
    plan_version: u64,
    /// The rules that the act breaks, as the ordinary routes name them.
    broken: Vec<Broken>,
    /// The version of the line that the act changes, if it changes one.
    line_version: Option<u64>,
}

/// The key of a line by its id, in the proposal of its run.
async fn line_key(club: Club<'_>, id: &str) -> Result<LineKey, DeskError> {
    let found = crate::plan::find_lines(club, &[id.to_owned()]).await?;
    found.into_iter().next().map(|line| line.body.key).ok_or(DeskError::UnknownLines { lines: vec![id.to_owned()] })
}
