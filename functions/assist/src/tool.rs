//! A tool: its name, its schemas, the role that it needs, and the function that answers.

use std::pin::Pin;
use std::sync::Arc;

use api::identity::{CallerRequest, Role};
use api::{ApiError, Code};
use desk::plan::Plan;
use desk::validation::Posted;
use desk::{Desk, DeskError};
use rmcp::model::{JsonObject, Tool as Described, ToolAnnotations};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use store::audit::Actor;
use store::cursor::ListError;
use store::drafts::DraftChannel;
use store::key::ClubId;
use store::meter::Meter;
use store::stamp::Timestamp;
use store::{Club, TableError};

use crate::app::App;
use crate::dates::{NotADate, Today};
use crate::directory::Directory;
use crate::names::Unclear;
use crate::{quoted, schema};

/// What a tool does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It reads; a viewer may call it.
    Reads,
    /// It makes a draft, which changes nothing until a person confirms it; a manager may call it.
    Drafts,
}

impl Effect {
    /// The role that it needs.
    pub fn role(self) -> Role {
        match self {
            Effect::Reads => Role::Viewer,
            Effect::Drafts => Role::Manager,
        }
    }
}

/// What is said of a tool.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// Its name.
    pub name: &'static str,
    /// The name for people.
    pub title: &'static str,
    /// What it answers, for a model.
    pub description: &'static str,
    /// What it does.
    pub effect: Effect,
}

impl Spec {
    /// A tool that reads.
    pub const fn reads(name: &'static str, title: &'static str, description: &'static str) -> Spec {
        Spec { name, title, description, effect: Effect::Reads }
    }

    /// A tool that makes a draft.
    pub const fn drafts(name: &'static str, title: &'static str, description: &'static str) -> Spec {
        Spec { name, title, description, effect: Effect::Drafts }
    }
}

/// A tool.
pub trait Tool: 'static {
    /// What is said of it.
    const SPEC: Spec;
    /// What it takes, the club apart.
    type Arguments: DeserializeOwned + JsonSchema + Send;
    /// What it answers.
    type Answer: Serialize + JsonSchema + Send;

    /// Answers.
    fn answer(
        context: Context<'_>,
        arguments: Self::Arguments,
    ) -> impl Future<Output = Result<ToolReply<Self::Answer>, ToolError>> + Send;
}

/// An answer.
#[derive(Debug)]
pub struct ToolReply<A> {
    /// For programs.
    pub answer: A,
    /// The same in a line, in our own words: numbers, dates and ids, no text of people's or of Crossmark's.
    pub text: String,
    /// Where a person sees it: an address of the client.
    pub address: String,
}

/// The answer of any tool.
pub type JsonReply = ToolReply<Value>;

/// Who asks about which club.
#[derive(Clone)]
pub struct Requester {
    /// The club.
    pub club: ClubId,
    /// Who.
    pub who: Actor,
    /// Their role in the club.
    pub role: Role,
    /// When.
    pub now: Timestamp,
    /// Counts what it costs.
    pub meter: Arc<Meter>,
}

impl Requester {
    /// The caller of a request about a club, or about their only one.
    ///
    /// # Errors
    /// The club is not the caller's, or it is not clear which is meant.
    pub fn of(asked: CallerRequest, club: Option<&str>) -> Result<Requester, ApiError> {
        let (club, role) = asked.caller.club(club).map_err(|error| match error.code {
            Code::ClubRequired => ApiError { message: "say which club is meant: club_id".to_owned(), ..error },
            _ => error,
        })?;
        Ok(Requester { club, who: asked.caller.who, role, now: asked.now, meter: asked.meter })
    }
}

/// What a tool works on.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The function's state.
    pub app: &'a App,
    /// Who asks.
    pub asker: &'a Requester,
    /// Through what.
    pub through: DraftChannel,
}

/// What is known of a club at a moment, posted schedules and lines on their way included.
pub struct Facts {
    /// The club.
    pub posted: Posted,
    /// Looks up people and events by name or number.
    pub directory: Directory,
    /// The day.
    pub today: Today,
}

impl<'a> Context<'a> {
    /// The club's part of the table.
    pub fn club(self) -> Club<'a> {
        self.app.table.club(&self.asker.club, &self.asker.meter)
    }

    /// What use cases work on.
    pub fn desk(self) -> Desk<'a> {
        Desk { club: self.club(), cache: &self.app.cache }
    }

    /// The club's facts: 5 requests for a club of ordinary size.
    ///
    /// # Errors
    /// The club was never loaded, or the table cannot be read.
    pub async fn facts(self) -> Result<Facts, ToolError> {
        let posted = Posted::load(self.club(), self.asker.now).await?;
        let directory = Directory::of_snapshot(&posted.snapshot);
        let today = Today(posted.snapshot.today);
        Ok(Facts { posted, directory, today })
    }

    /// The current plan with the day and what people and events are called.
    ///
    /// # Errors
    /// The club was never loaded, or the table cannot be read.
    pub async fn plan(self) -> Result<(Plan, Directory, Today), ToolError> {
        let plan = Plan::load(self.desk(), self.asker.now).await?;
        let (directory, today) = (Directory::of_club(&plan.rules), Today(plan.rules.today));
        Ok((plan, directory, today))
    }
}

/// Why a tool does not answer.
#[derive(Debug)]
pub enum ToolError {
    /// It is not clear who or what is meant: something to ask.
    Unclear(Unclear),
    /// The arguments cannot be used; the message says why.
    Arguments(String),
    /// It is refused, or it failed.
    Refused(ApiError),
}

impl ToolError {
    /// What a caller is told of it.
    pub fn told(&self) -> Value {
        let mut told = match self {
            ToolError::Unclear(unclear) => json!({"question": unclear}),
            ToolError::Arguments(message) => json!({"error": {"code": "INVALID_ARGUMENTS", "message": message}}),
            ToolError::Refused(error) => {
                json!({"error": {"code": error.code.name(), "message": error.message, "details": error.details}})
            }
        };
        quoted::answer(&mut told);
        told
    }
}

impl From<Unclear> for ToolError {
    fn from(unclear: Unclear) -> ToolError {
        ToolError::Unclear(unclear)
    }
}

impl From<NotADate> for ToolError {
    fn from(error: NotADate) -> ToolError {
        ToolError::Arguments(error.to_string())
    }
}

impl From<ApiError> for ToolError {
    fn from(error: ApiError) -> ToolError {
        ToolError::Refused(error)
    }
}

impl From<TableError> for ToolError {
    fn from(error: TableError) -> ToolError {
        ToolError::Refused(error.into())
    }
}

impl From<ListError> for ToolError {
    fn from(error: ListError) -> ToolError {
        ToolError::Refused(error.into())
    }
}

impl From<DeskError> for ToolError {
    fn from(error: DeskError) -> ToolError {
        let message = error.to_string();
        let refused = |code| ApiError::new(code, message.clone());
        ToolError::Refused(match error {
            DeskError::Table(error) => error.into(),
            DeskError::List(error) => error.into(),
            DeskError::Snapshot(error) => error.into(),
            DeskError::Run(error) => error.into(),
            DeskError::Line(error) => error.into(),
            DeskError::Approval(error) => error.into(),
            DeskError::NotQueued { why } => ApiError::busy(why),
            DeskError::Damaged { reason } => ApiError::internal(reason),
            DeskError::NoProposal => refused(Code::NoProposal),
            DeskError::UnknownEvent { .. } => refused(Code::EventNotFound),
            DeskError::UnknownEmployee { .. } => refused(Code::UnknownEmployee),
            DeskError::UnknownLines { .. } => refused(Code::LineNotFound),
            DeskError::Incomplete { .. } => refused(Code::IncompletePlace),
            DeskError::DayOutside { .. } => refused(Code::DayOutsidePlan),
            DeskError::DayLocked { .. } => refused(Code::DayLocked),
            DeskError::BadStart { .. } => refused(Code::StartNotLegal),
            DeskError::Breaks { .. } => refused(Code::RulesBroken),
            DeskError::SameAsPosted => refused(Code::SameAsPosted),
            DeskError::NoFinding => refused(Code::FindingNotFound),
            DeskError::NotPosted { .. } => refused(Code::NotPosted),
            DeskError::TooLate { .. } => refused(Code::TooLate),
            DeskError::PairCannotFollow { .. } => refused(Code::PairCannotFollow),
            DeskError::TooManyTrials { next_at, .. } => refused(Code::TooManyTrials).until(next_at),
            _ => refused(Code::NotAllowedNow),
        })
    }
}

type Answering<'a> = Pin<Box<dyn Future<Output = Result<JsonReply, ToolError>> + Send + 'a>>;

/// A tool in the table of tools.
#[derive(Clone)]
pub struct Entry {
    /// What is said of it.
    pub spec: Spec,
    input: Arc<JsonObject>,
    output: Arc<JsonObject>,
    call: for<'a> fn(Context<'a>, JsonObject) -> Answering<'a>,
}

impl Entry {
    /// The entry of a tool.
    pub fn of<T: Tool>() -> Entry {
        Entry {
            spec: T::SPEC,
            input: schema::of_arguments::<T::Arguments>(),
            output: schema::of_answer::<T::Answer>(),
            call: call::<T>,
        }
    }

    /// The tool as the protocol describes it.
    pub fn described(&self) -> Described {
        let Spec { name, title, description, effect } = self.spec;
        let hints = match effect {
            Effect::Reads => ToolAnnotations::new().read_only(true),
            // A draft is added, and nothing else changes.
            Effect::Drafts => ToolAnnotations::new().read_only(false).destructive(false).idempotent(false),
        };
        Described::new(name, description, Arc::clone(&self.input))
            .with_title(title)
            .with_raw_output_schema(Arc::clone(&self.output))
            .with_annotations(hints.open_world(false))
    }

    /// Answers a call by somebody who may make it. The argument that names the club was read before.
    ///
    /// # Errors
    /// The caller's role does not suffice, and the errors of the tool.
    pub async fn answer(&self, context: Context<'_>, arguments: JsonObject) -> Result<JsonReply, ToolError> {
        let (needs, has) = (self.spec.effect.role(), context.asker.role);
        if has < needs {
            let message = format!("this needs the role {}; yours in this club is {}", needs.name(), has.name());
            return Err(ApiError::new(Code::Forbidden, message).into());
        }
        (self.call)(context, arguments).await
    }
}

fn call<T: Tool>(context: Context<'_>, arguments: JsonObject) -> Answering<'_> {
    Box::pin(async move {
        let arguments = serde_json::from_value::<T::Arguments>(Value::Object(arguments));
        let arguments = arguments.map_err(|error| ToolError::Arguments(error.to_string()))?;
        let ToolReply { answer, text, address } = T::answer(context, arguments).await?;
        let mut answer = serde_json::to_value(answer).map_err(|error| ApiError::internal(error.to_string()))?;
        quoted::answer(&mut answer);
        Ok(ToolReply { answer, text, address })
    })
}
