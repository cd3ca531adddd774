//! Tools that make drafts. A draft is a requested act with its exact effect. No tool changes the club; a person confirms or
//! discards a draft on the draft's page.

mod days;
mod lines;
mod schedules;

pub use days::{CallOut, IgnoreFinding, RotationException, TimeOff};
pub use lines::{ApproveLines, HoldLine, RetryLines, RunNow, TryWeights};
pub use schedules::{MoveEvent, SwapEvents, TakeBack};

use api::{ApiError, Code};
use desk::drafts::{DraftError, Readiness, ShownDraft, make};
use rmcp::model::JsonObject;
use schemars::JsonSchema;
use serde::Serialize;
use store::audit::Because;
use store::drafts::{Act, EffectKind, EffectLine};
use store::key::DraftId;

use super::shapes::{BrokenRule, Event, Spot, tenths, with_noun};
use crate::directory::{Who, moment};
use crate::tool::{Context, ToolError, ToolReply};

/// The answer of every tool that makes a draft.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Draft {
    /// The draft's id.
    draft: String,
    /// What the draft does, in a few words.
    does: &'static str,
    /// `ready`, `preparing` while a solver computes the effect, or `failed`.
    state: &'static str,
    /// Why the draft's effect is not known.
    why: Option<String>,
    /// When the draft expires.
    expires_at: String,
    /// The address of the page on which a person sees, confirms or discards the draft: its fragment.
    address: String,
    /// The draft's effect, line by line. The schema of a line is short, because every tool that makes drafts repeats it.
    #[schemars(with = "Vec<JsonObject>")]
    effect: Vec<DraftLine>,
    /// Number of lines of the effect that are not in `effect`.
    more_lines: usize,
    /// The rules that the act breaks. If there are any, the confirmation needs a reason.
    #[schemars(with = "Vec<JsonObject>")]
    broken: Vec<BrokenRule>,
    /// The difference of the score, in points.
    points: Option<f64>,
    /// Remarks for people, such as what the act leaves out, and why.
    notes: Vec<String>,
}

/// One line of a draft's effect.
#[derive(Debug, Serialize)]
struct DraftLine {
    what: EffectKind,
    event: Option<Event>,
    before: Option<Spot>,
    after: Option<Spot>,
    words: String,
}

/// Maximum lines of an effect in an answer. The draft's page shows all.
const MAX_LINES: usize = 20;

/// Makes a draft of an act.
async fn draft(context: Context<'_>, act: Act) -> Result<ToolReply<Draft>, ToolError> {
    let id = DraftId::new(context.requester.now, &mut context.app.rng());
    let because = Because::new(context.requester.who.clone(), context.requester.now, "");
    let made = make(context.desk(), &context.app.trials, id, act, context.channel, &because).await;
    Ok(reply(made.map_err(refused)?))
}

/// A draft as the answer of a tool.
fn reply(ShownDraft { draft, readiness, .. }: ShownDraft) -> ToolReply<Draft> {
    let (state, why) = match readiness {
        Readiness::Ready => ("ready", None),
        Readiness::Preparing => ("preparing", None),
        Readiness::Failed(words) => ("failed", Some(words)),
    };
    let address = format!("#/drafts/{}", draft.id);
    let effect = draft.effect;
    let answer = Draft {
        draft: draft.id.to_string(),
        does: draft.act.title(),
        state,
        why,
        expires_at: draft.asked.at.plus(store::drafts::LIFETIME).to_string(),
        address: address.clone(),
        more_lines: effect.lines.len().saturating_sub(MAX_LINES),
        effect: effect.lines.into_iter().take(MAX_LINES).map(draft_line).collect(),
        broken: effect.breaks.into_iter().map(|broken| BrokenRule { rule: broken.rule, words: broken.text }).collect(),
        points: effect.points.map(tenths),
        notes: effect.notes,
    };
    let text = format!(
        "A draft, nothing has changed: {}, {}, until {}. A person must confirm it.",
        with_noun(answer.effect.len() + answer.more_lines, "line", "lines"),
        with_noun(answer.broken.len(), "broken rule", "broken rules"),
        answer.expires_at
    );
    ToolReply { answer, text, address }
}

fn draft_line(line: EffectLine) -> DraftLine {
    let spot = |spot: store::drafts::NamedPlace| Spot {
        person: Who { id: spot.employee_id.0, name: spot.employee_name.unwrap_or_default() },
        start: moment(spot.start),
    };
    DraftLine {
        what: line.what,
        event: line.event.map(|event| Event::named(event.event_ref, event.name, event.event_type)),
        before: line.before.map(spot),
        after: line.after.map(spot),
        words: line.text,
    }
}

/// The error of a tool whose draft is refused.
fn refused(error: DraftError) -> ToolError {
    let message = error.to_string();
    let code = match error {
        DraftError::Desk(error) => return error.into(),
        DraftError::TooMany { next_at, .. } => {
            return ApiError::new(Code::NotAllowedNow, message).until(next_at).into();
        }
        DraftError::Invalid { .. } | DraftError::Failed { .. } => Code::InvalidDraft,
        DraftError::NoDraft => Code::DraftNotFound,
        DraftError::Preparing => Code::DraftNotReady,
        DraftError::Stale { .. } => Code::DraftStale,
        DraftError::Expired { .. } => Code::DraftExpired,
        DraftError::Discarded { .. } => Code::DraftDiscarded,
        DraftError::AlreadyConfirmed { .. } => Code::DraftSpent,
        DraftError::InProgress { .. } => Code::DraftInHand,
    };
    ApiError::new(code, message).into()
}
