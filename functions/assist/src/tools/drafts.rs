//! Tools that make drafts: what a person asked for, with its exact effect. None of them changes anything; a person confirms
//! or discards a draft on its page.

mod days;
mod lines;
mod schedules;

pub use days::{CallOut, IgnoreFinding, RotationException, TimeOff};
pub use lines::{ApproveLines, HoldLine, RetryLines, RunNow, TryWeights};
pub use schedules::{MoveEvent, SwapEvents, TakeBack};

use api::{ApiError, Code};
use desk::drafts::{DraftError, Readiness, Shown, make};
use rmcp::model::JsonObject;
use schemars::JsonSchema;
use serde::Serialize;
use store::audit::Because;
use store::drafts::{Act, EffectLine, What};
use store::key::DraftId;

use super::shapes::{BrokenRule, Event, Spot, tenths};
use crate::directory::{Who, moment};
use crate::tool::{Context, ToolError, ToolReply};

/// A draft, for whoever asked for it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Draft {
    /// Its id.
    draft: String,
    /// What it does, in a few words.
    does: &'static str,
    /// `ready`, `preparing` while a solver computes the effect, or `failed`.
    state: &'static str,
    /// Why its effect is not known.
    why: Option<String>,
    /// When the draft expires.
    expires_at: String,
    /// Where a person sees, confirms or discards the draft.
    address: String,
    /// Its effect, line by line. Its schema is short, because every tool that makes drafts repeats it.
    #[schemars(with = "Vec<JsonObject>")]
    effect: Vec<Line>,
    /// Number of further lines.
    more_lines: usize,
    /// Broken rules: the confirmation needs a reason.
    #[schemars(with = "Vec<JsonObject>")]
    broken: Vec<BrokenRule>,
    /// The score difference.
    points: Option<f64>,
    /// What stays out, and why.
    notes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Line {
    what: Becomes,
    event: Option<Event>,
    before: Option<Spot>,
    after: Option<Spot>,
    words: String,
}

/// What becomes of a line.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Becomes {
    Placed,
    Moved,
    TakenBack,
    Unplaced,
    Held,
    Released,
    Approved,
    Retried,
    Saved,
    Affected,
    Started,
}

/// Maximum lines of an effect in an answer. The draft's page shows all.
const MOST_LINES: usize = 20;

/// Makes a draft of an act.
async fn draft(context: Context<'_>, act: Act) -> Result<ToolReply<Draft>, ToolError> {
    let id = DraftId::new(context.asker.now, &mut context.app.rng());
    let because = Because::new(context.asker.who.clone(), context.asker.now, "");
    let made = make(context.desk(), &context.app.trials, id, act, context.through, &because).await;
    Ok(told(made.map_err(refused)?))
}

fn told(Shown { draft, readiness, .. }: Shown) -> ToolReply<Draft> {
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
        expires_at: draft.asked.at.plus(store::drafts::LIVES).to_string(),
        address: address.clone(),
        more_lines: effect.lines.len().saturating_sub(MOST_LINES),
        effect: effect.lines.into_iter().take(MOST_LINES).map(line).collect(),
        broken: effect.breaks.into_iter().map(|broken| BrokenRule { rule: broken.rule, words: broken.text }).collect(),
        points: effect.points.map(tenths),
        notes: effect.notes,
    };
    let lines = answer.effect.len() + answer.more_lines;
    let text = format!(
        "A draft, nothing has changed: {} lines, {} broken rules, until {}. A person must confirm it.",
        lines,
        answer.broken.len(),
        answer.expires_at
    );
    ToolReply { answer, text, address }
}

fn line(line: EffectLine) -> Line {
    let spot = |spot: store::drafts::Spot| Spot {
        person: Who { id: spot.employee_id.0, name: spot.employee_name.unwrap_or_default() },
        start: moment(spot.start),
    };
    Line {
        what: match line.what {
            What::Placed => Becomes::Placed,
            What::Moved => Becomes::Moved,
            What::TakenBack => Becomes::TakenBack,
            What::Unplaced => Becomes::Unplaced,
            What::Held => Becomes::Held,
            What::Released => Becomes::Released,
            What::Approved => Becomes::Approved,
            What::Retried => Becomes::Retried,
            What::Saved => Becomes::Saved,
            What::Affected => Becomes::Affected,
            What::Started => Becomes::Started,
        },
        event: line.event.map(|event| Event::named(event.event_ref, event.name, event.event_type)),
        before: line.before.map(spot),
        after: line.after.map(spot),
        words: line.text,
    }
}

/// Why no draft is made.
fn refused(error: DraftError) -> ToolError {
    let message = error.to_string();
    match error {
        DraftError::Desk(error) => error.into(),
        DraftError::TooMany { next_at, .. } => ApiError::new(Code::NotAllowedNow, message).until(next_at).into(),
        _ => ApiError::new(Code::InvalidDraft, message).into(),
    }
}
