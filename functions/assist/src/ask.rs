//! `POST /api/ask`: a sentence of a closed grammar, answered by the tools of `POST /mcp` without any model. A question
//! is answered at once; a sentence that asks for a change becomes a draft, which a person confirms.

mod grammar;

use std::sync::Arc;

use api::identity::{ClubCaller, Viewer};
use api::{Body, RouteError};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::drafts::DraftChannel;
use tokio::sync::OnceCell;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::limit;
use crate::names::Unclear;
use crate::safe_text;
use crate::tool::{Context, Requester, ToolError, ToolReply};
use crate::tools::tool_named;
use grammar::{Sentence, ToolCall, nearest, read};

/// A question, or a sentence that asks for a change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskRequest {
    /// The sentence that a person typed.
    #[schema(min_length = 1, max_length = 200)]
    text: String,
}

/// How the sentence was understood, and the answer. Exactly one of `answer`, `question` and `not_understood` is not
/// `null`.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = AskAnswer)]
pub struct Answer {
    /// How the sentence was understood; `null` if it matches no tool, or if the tool cannot use its arguments.
    understood: Option<Understood>,
    /// The answer of the tool, as assistants get it. If the sentence asks for a change, a summary of the draft.
    #[schema(value_type = Option<Object>)]
    answer: Option<Value>,
    /// The draft to confirm, if the sentence asks for a change.
    draft_id: Option<String>,
    /// The address at which the client shows the answer: its fragment, such as `#/events?cond=open`.
    address: Option<String>,
    /// A question to the caller: which person or event is meant.
    question: Option<Unclear>,
    not_understood: Option<NotUnderstood>,
}

/// How a sentence was understood.
#[derive(Serialize, ToSchema)]
#[schema(as = AskUnderstood)]
struct Understood {
    /// The name of the tool that answers.
    tool: &'static str,
    /// The arguments of the tool, in the words of the sentence.
    #[schema(value_type = Object)]
    arguments: Value,
    /// The answer in one line, with days resolved; `null` if there is no answer.
    echo: Option<String>,
}

/// The sentence does not match the grammar, or names nothing that can be answered.
#[derive(Serialize, ToSchema)]
#[schema(as = AskNotUnderstood)]
struct NotUnderstood {
    said: String,
    /// Why the sentence cannot be answered; `null` if it does not match the grammar, or is a name that no person and no
    /// event has.
    why: Option<String>,
    /// The three most similar examples of sentences. Their names and numbers are examples too.
    nearest: Vec<String>,
}

api::errors! {
    /// Why a sentence is not answered.
    AskErrors: InvalidText, TooManyQuestions;
}

/// Maximum length of a sentence, in characters.
const MAX_LENGTH: usize = 200;

/// Answers a question, or a sentence that asks for a change, without a model: `who is free friday`,
/// `Avery out tomorrow`, `why 619044`.
///
/// A question is answered as `POST /mcp` answers it. If a manager asks for a change, that makes a draft and changes
/// nothing else.
///
/// 6 requests, and those of the tool, which does not read the club's facts again.
#[utoipa::path(
    post,
    path = "/api/ask",
    operation_id = "ask",
    tag = "ask",
    request_body = AskRequest,
    responses(
        (status = 200, body = Answer),
        RouteError<AskErrors>,
    ),
)]
pub async fn ask(
    club_caller: ClubCaller<Viewer>,
    State(app): State<AppState>,
    Body(AskRequest { text }): Body<AskRequest>,
) -> Result<Json<Answer>, RouteError<AskErrors>> {
    let said = sentence(&text)?;
    limit::admit(club_caller.of(&app.table), &club_caller.who, club_caller.now).await?;
    let facts = OnceCell::new();
    let requester = Requester {
        club: club_caller.club,
        who: club_caller.who,
        role: club_caller.role,
        now: club_caller.now,
        meter: Arc::clone(&club_caller.meter),
    };
    let context = Context { app: &app, requester: &requester, channel: DraftChannel::Find, facts: &facts };
    let Some(tool_call) = understand(context, &said).await? else {
        return Ok(Json(not_understood(&said, None)));
    };
    let understood =
        |echo| Understood { tool: tool_call.tool, arguments: Value::Object(tool_call.arguments.clone()), echo };
    let Some(tool) = tool_named(tool_call.tool) else { return Ok(Json(not_understood(&said, None))) };
    match tool.answer(context, tool_call.arguments.clone()).await {
        Ok(ToolReply { answer, text, address }) => Ok(Json(Answer {
            understood: Some(understood(Some(text))),
            draft_id: answer["draft"].as_str().map(str::to_owned),
            answer: Some(answer),
            address: Some(address),
            ..Answer::default()
        })),
        Err(ToolError::Unclear(unclear)) => {
            Ok(Json(Answer { understood: Some(understood(None)), question: Some(unclear), ..Answer::default() }))
        }
        Err(ToolError::Arguments(message)) => Ok(Json(not_understood(&said, Some(message)))),
        Err(ToolError::Refused(error)) if is_about_the_sentence(&error) => {
            Ok(Json(Answer { understood: Some(understood(None)), ..not_understood(&said, Some(error.message)) }))
        }
        Err(ToolError::Refused(error)) => Err(error.into()),
    }
}

/// Whether an error is about the sentence, so that the answer contains it. Other errors fail the request.
fn is_about_the_sentence(error: &api::ApiError) -> bool {
    use api::Code;
    let about_the_request = [Code::TooManyQuestions, Code::ClubNotFound];
    error.code.status().is_client_error() && !about_the_request.contains(&error.code)
}

fn sentence(text: &str) -> Result<String, api::ApiError> {
    let said = text.trim();
    if said.is_empty() || said.chars().count() > MAX_LENGTH || said.chars().any(char::is_control) {
        let message = format!("a sentence has 1 to {MAX_LENGTH} characters, and no control characters");
        return Err(api::ApiError::new(api::Code::InvalidText, message));
    }
    Ok(said.to_owned())
}

/// The tool that a sentence asks for; `None` if the sentence does not match the grammar, or is a name that no person
/// and no event has. A name alone is looked up among people first, then among events.
async fn understand(context: Context<'_>, said: &str) -> Result<Option<ToolCall>, RouteError<AskErrors>> {
    let facts = match context.facts().await {
        Ok(facts) => facts,
        Err(ToolError::Refused(error)) => return Err(error.into()),
        Err(_) => return Ok(None),
    };
    let call =
        |tool, arguments: Value| ToolCall { tool, arguments: arguments.as_object().cloned().unwrap_or_default() };
    let is_name = |one: &str, other: &str| facts.directory.are_one_name(one, other);
    Ok(match read(said, facts.today, &is_name) {
        Sentence::Call(tool_call) => Some(tool_call),
        Sentence::NotUnderstood => None,
        Sentence::Name { name, when } => {
            let is_person = match facts.directory.person(&name) {
                Ok(_) => true,
                Err(unclear) => !unclear.candidates.is_empty(),
            };
            let event = [Some(name.as_str()), when.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
            if is_person {
                let arguments = match when {
                    Some(when) => serde_json::json!({"person": name, "when": when}),
                    None => serde_json::json!({"person": name}),
                };
                Some(call("person_schedule", arguments))
            } else if facts.directory.events_like(&event, facts.today).is_empty() {
                None
            } else {
                Some(call("explain_event", serde_json::json!({"event": event})))
            }
        }
    })
}

fn not_understood(said: &str, why: Option<String>) -> Answer {
    let why = why.map(|why| safe_text::clean(&why).into_owned());
    let not_understood = NotUnderstood { said: said.to_owned(), why, nearest: nearest(said) };
    Answer { not_understood: Some(not_understood), ..Answer::default() }
}
