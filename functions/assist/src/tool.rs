//! A tool: its name, its schemas, the role that it needs, and the function that answers.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use api::identity::{CallerRequest, Role};
use api::{ApiError, Code};
use chrono::NaiveDate;
use desk::elsewhere::{Elsewhere, first_day, read_elsewhere};
use desk::plan::Plan;
use desk::validation::PostedSchedules;
use desk::{Desk, DeskError};
use domain::calendar::plus_days;
use domain::snapshot::{EventRef, Posted as Schedule};
use rmcp::model::{JsonObject, Tool as McpTool, ToolAnnotations};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use store::audit::Actor;
use store::cursor::ListError;
use store::drafts::DraftChannel;
use store::key::ClubId;
use store::meter::Meter;
use store::snapshot::DAYS_BACK;
use store::stamp::Timestamp;
use store::{Club, TableError};
use tokio::sync::OnceCell;

use crate::app::App;
use crate::dates::{Days, NotADate, Today};
use crate::directory::Directory;
use crate::names::Unclear;
use crate::{safe_text, schema};

/// Whether a tool reads or makes drafts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolEffect {
    /// The tool reads; a viewer may call it.
    Reads,
    /// The tool makes a draft, which changes nothing until a person confirms it; a manager may call it.
    Drafts,
}

impl ToolEffect {
    /// The role that a caller of such a tool needs.
    pub fn role(self) -> Role {
        match self {
            ToolEffect::Reads => Role::Viewer,
            ToolEffect::Drafts => Role::Manager,
        }
    }
}

/// The name and description of a tool.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// Its name.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it answers or drafts, for a model.
    pub description: &'static str,
    /// Whether it reads or makes drafts.
    pub effect: ToolEffect,
}

impl Spec {
    /// A tool that reads.
    pub const fn reads(name: &'static str, title: &'static str, description: &'static str) -> Spec {
        Spec { name, title, description, effect: ToolEffect::Reads }
    }

    /// A tool that makes a draft.
    pub const fn drafts(name: &'static str, title: &'static str, description: &'static str) -> Spec {
        Spec { name, title, description, effect: ToolEffect::Drafts }
    }
}

/// A tool.
pub trait Tool: 'static {
    /// Its name and description.
    const SPEC: Spec;
    /// Its arguments, without the club.
    type Arguments: DeserializeOwned + JsonSchema + Send;
    /// The data of its answer.
    type Answer: Serialize + JsonSchema + Send;

    /// Answers a call.
    fn answer(
        context: Context<'_>,
        arguments: Self::Arguments,
    ) -> impl Future<Output = Result<ToolReply<Self::Answer>, ToolError>> + Send;
}

/// The answer of a tool.
#[derive(Debug)]
pub struct ToolReply<A> {
    /// The data, for programs.
    pub answer: A,
    /// A summary in one line, in Muster's own words: numbers, dates and ids, without texts of people or of Crossmark.
    pub text: String,
    /// The address at which the client shows the answer: its fragment, such as `#/events?cond=open`.
    pub address: String,
}

/// The answer of any tool, with its data as JSON.
pub type JsonReply = ToolReply<Value>;

/// The person who calls a tool, and the club that the call is about.
pub struct Requester {
    /// The club.
    pub club: ClubId,
    /// The person.
    pub who: Actor,
    /// Their role in the club.
    pub role: Role,
    /// The time of the request.
    pub now: Timestamp,
    /// Counts the call's requests to the table.
    pub meter: Arc<Meter>,
}

impl Requester {
    /// The caller of a request about a club; about the caller's only club if none is named.
    ///
    /// # Errors
    /// The caller has no role in that club, has several clubs and names none, or has no club at all.
    pub fn of(caller_request: CallerRequest, club: Option<&str>) -> Result<Requester, ApiError> {
        let (club, role) = caller_request.caller.club(club).map_err(|error| match error.code {
            Code::ClubRequired => ApiError { message: "say which club is meant: club_id".to_owned(), ..error },
            _ => error,
        })?;
        let CallerRequest { caller, now, meter, .. } = caller_request;
        Ok(Requester { club, who: caller.who, role, now, meter })
    }
}

/// The context of a tool call.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The function's state.
    pub app: &'a App,
    /// The person who calls, and the club.
    pub requester: &'a Requester,
    /// The channel through which a draft is requested.
    pub channel: DraftChannel,
    /// The club's facts, once they were read.
    pub facts: &'a OnceCell<Facts>,
}

/// The facts of a club at the time of a call, including posted schedules and lines in submission.
pub struct Facts {
    /// The club's snapshot with its posted schedules. Findings about these are computed from it.
    pub posted: PostedSchedules,
    /// Looks up people and events by name or number.
    pub directory: Directory,
    /// The club's date.
    pub today: Today,
}

impl Facts {
    /// The posted schedules that somebody works: all but those of canceled and expired events.
    pub fn worked(&self) -> impl Iterator<Item = &Schedule> {
        self.posted.snapshot.posted.iter().filter(|posted| !posted.event.condition().is_off())
    }

    /// The first date whose posted schedules were read, if some of `days` are earlier; `None` if all of them were read.
    pub fn schedules_from(&self, days: Days) -> Option<NaiveDate> {
        let first = plus_days(self.today.0, -DAYS_BACK);
        (days.from < first).then_some(first)
    }
}

impl<'a> Context<'a> {
    /// The club's part of the table.
    pub fn club(self) -> Club<'a> {
        self.app.table.club(&self.requester.club, &self.requester.meter)
    }

    /// The club in the form that use cases take.
    pub fn desk(self) -> Desk<'a> {
        Desk { club: self.club(), cache: &self.app.cache }
    }

    /// The club's facts, read once for a call: 5 requests for a club of ordinary size.
    ///
    /// # Errors
    /// The club was never loaded, it kept changing while it was read, or the table cannot be read.
    pub async fn facts(self) -> Result<&'a Facts, ToolError> {
        let read = async || {
            let posted = PostedSchedules::load(self.club(), self.requester.now).await?;
            let directory = Directory::of_snapshot(&posted.snapshot);
            let today = Today(posted.snapshot.today);
            Ok(Facts { posted, directory, today })
        };
        self.facts.get_or_try_init(read).await
    }

    /// The current plan, its people and events by name, and the club's date.
    ///
    /// # Errors
    /// The club was never loaded, it kept changing while it was read, or the table cannot be read.
    pub async fn plan(self) -> Result<(Plan, Directory, Today), ToolError> {
        let plan = Plan::load(self.desk(), self.requester.now).await?;
        let (directory, today) = (Directory::of_club(&plan.club), Today(plan.club.today));
        Ok((plan, directory, today))
    }

    /// The events of the proposal that something other than their lines posted, moved or took back. The requests of
    /// [`read_elsewhere`].
    ///
    /// # Errors
    /// The table cannot be read.
    pub async fn elsewhere(self, plan: &Plan) -> Result<BTreeMap<EventRef, Elsewhere>, ToolError> {
        let today = plan.club.today;
        let from = first_day(plan.current.as_ref(), plan.time_zone, today);
        Ok(read_elsewhere(self.club(), &plan.lines, from, today).await?)
    }
}

/// Why a tool does not answer.
#[derive(Debug)]
pub enum ToolError {
    /// It is not clear which person or event is meant; the caller is asked.
    Unclear(Unclear),
    /// The arguments cannot be used; the message says why.
    Arguments(String),
    /// The request is refused, or it failed.
    Refused(ApiError),
}

impl ToolError {
    /// The body of the answer.
    pub fn to_json(&self) -> Value {
        let mut body = match self {
            ToolError::Unclear(unclear) => json!({"question": unclear}),
            ToolError::Arguments(message) => json!({"error": {"code": "INVALID_ARGUMENTS", "message": message}}),
            ToolError::Refused(error) => {
                json!({"error": {"code": error.code.name(), "message": error.message, "details": error.details}})
            }
        };
        safe_text::clean_all(&mut body);
        body
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
            DeskError::Superseded { by } => ApiError::superseded(&by),
            DeskError::NoProposal => refused(Code::NoProposal),
            DeskError::NoApproval => refused(Code::ApprovalNotFound),
            DeskError::UnknownEvent { .. } => refused(Code::EventNotFound),
            DeskError::UnknownEmployee { .. } => refused(Code::UnknownEmployee),
            DeskError::UnknownLines { .. } => refused(Code::LineNotFound),
            DeskError::ForeignLines { .. } => refused(Code::LinesOfAnotherRun),
            DeskError::Incomplete { .. } => refused(Code::IncompletePlace),
            DeskError::DayOutside { .. } | DeskError::IgnoreOutside { .. } => refused(Code::DayOutsidePlan),
            DeskError::DayLocked { .. } => refused(Code::DayLocked),
            DeskError::BadStart { .. } | DeskError::NoStartLeft { .. } => refused(Code::StartNotLegal),
            DeskError::Breaks { .. } => refused(Code::RulesBroken),
            DeskError::SameAsPosted => refused(Code::SameAsPosted),
            DeskError::ApprovalChanged => refused(Code::ApprovalChanged),
            DeskError::NoFinding => refused(Code::FindingNotFound),
            DeskError::NoOption { .. } => refused(Code::OptionNotFound),
            DeskError::FixesClash { .. } => refused(Code::FixesClash),
            DeskError::NotPosted { .. } => refused(Code::NotPosted),
            DeskError::TooLate { .. } => refused(Code::TooLate),
            DeskError::PairCannotFollow { .. } => refused(Code::PairCannotFollow),
            DeskError::PlanMoved { .. } => refused(Code::PlanMoved),
            DeskError::Busy => refused(Code::RunOpen),
            DeskError::ChangeNotPossible(_) => refused(Code::InvalidChange),
            DeskError::TooManyChanges { .. } => refused(Code::TooManyLines),
            DeskError::NoTrial => refused(Code::TrialNotFound),
            DeskError::TrialNotDone | DeskError::StaysPosted { .. } => refused(Code::NotAllowedNow),
            DeskError::TrialOfRun => refused(Code::TrialOfRun),
            DeskError::AlreadyAdopted { .. } => refused(Code::TrialAdopted),
            DeskError::NothingToAdopt => refused(Code::NothingToAdopt),
            DeskError::NotOnRealFacts { .. } => refused(Code::NotOnRealFacts),
            DeskError::NoRefresh => refused(Code::RefreshNotFound),
            DeskError::TooManyTrials { next_at, .. } => refused(Code::TooManyTrials).until(next_at),
            DeskError::TooManyRefreshes { next_at, .. } => refused(Code::TooManyRefreshes).until(next_at),
            DeskError::TooManyRuns { next_at, .. } => refused(Code::TooManyRuns).until(next_at),
        })
    }
}

type AnswerFuture<'a> = Pin<Box<dyn Future<Output = Result<JsonReply, ToolError>> + Send + 'a>>;

/// A tool in the list of all tools.
#[derive(Clone)]
pub struct ToolEntry {
    /// Its name and description.
    pub spec: Spec,
    input: Arc<JsonObject>,
    output: Arc<JsonObject>,
    call: for<'a> fn(Context<'a>, JsonObject) -> AnswerFuture<'a>,
}

impl ToolEntry {
    /// The entry of a tool.
    pub fn of<T: Tool>() -> ToolEntry {
        ToolEntry {
            spec: T::SPEC,
            input: schema::of_arguments::<T::Arguments>(),
            output: schema::of_answer::<T::Answer>(),
            call: call::<T>,
        }
    }

    /// The tool as the Model Context Protocol describes it.
    pub fn to_mcp(&self) -> McpTool {
        let Spec { name, title, description, effect } = self.spec;
        let hints = match effect {
            ToolEffect::Reads => ToolAnnotations::new().read_only(true),
            // The tool adds a draft. For a call-out it also queues a trial. The club's facts and plan stay as they are.
            ToolEffect::Drafts => ToolAnnotations::new().read_only(false).destructive(false).idempotent(false),
        };
        McpTool::new(name, description, Arc::clone(&self.input))
            .with_title(title)
            .with_raw_output_schema(Arc::clone(&self.output))
            .with_annotations(hints.open_world(false))
    }

    /// Answers a call, if the role of the caller suffices. `arguments` do not contain the club.
    ///
    /// # Errors
    /// The caller's role does not suffice, and the errors of the tool.
    pub async fn answer(&self, context: Context<'_>, arguments: JsonObject) -> Result<JsonReply, ToolError> {
        let (needs, has) = (self.spec.effect.role(), context.requester.role);
        if has < needs {
            let message = format!("this needs the role {}; yours in this club is {}", needs.name(), has.name());
            return Err(ApiError::new(Code::Forbidden, message).into());
        }
        (self.call)(context, arguments).await
    }
}

fn call<T: Tool>(context: Context<'_>, arguments: JsonObject) -> AnswerFuture<'_> {
    Box::pin(async move {
        let arguments = serde_json::from_value::<T::Arguments>(Value::Object(arguments));
        let arguments = arguments.map_err(|error| ToolError::Arguments(error.to_string()))?;
        let ToolReply { answer, text, address } = T::answer(context, arguments).await?;
        let mut answer = serde_json::to_value(answer).map_err(|error| ApiError::internal(error.to_string()))?;
        safe_text::clean_all(&mut answer);
        Ok(ToolReply { answer, text, address })
    })
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use store::key::RunId;

    use super::*;

    #[test]
    fn errors_of_use_cases_have_the_codes_of_the_api() {
        let next_at = Timestamp::from("2026-11-25T12:00:00Z".parse::<DateTime<Utc>>().expect("a time"));
        let run = RunId::parse("run-2").expect("a run id");
        for (error, code) in [
            (DeskError::Superseded { by: run.clone() }, Code::ProposalSuperseded),
            (DeskError::ForeignLines { lines: Vec::new() }, Code::LinesOfAnotherRun),
            (DeskError::PlanMoved { found: 7 }, Code::PlanMoved),
            (DeskError::Busy, Code::RunOpen),
            (DeskError::NoTrial, Code::TrialNotFound),
            (DeskError::AlreadyAdopted { run }, Code::TrialAdopted),
            (DeskError::TooManyChanges { found: 101, most: 100 }, Code::TooManyLines),
        ] {
            match ToolError::from(error) {
                ToolError::Refused(refused) => assert_eq!(refused.code, code),
                other => panic!("{other:?}"),
            }
        }
        for (error, code) in [
            (DeskError::TooManyRuns { most: 6, next_at }, Code::TooManyRuns),
            (DeskError::TooManyRefreshes { most: 6, next_at }, Code::TooManyRefreshes),
            (DeskError::TooManyTrials { most: 6, next_at }, Code::TooManyTrials),
        ] {
            match ToolError::from(error) {
                ToolError::Refused(refused) => assert_eq!((refused.code, refused.retry_at), (code, Some(next_at))),
                other => panic!("{other:?}"),
            }
        }
    }
}
