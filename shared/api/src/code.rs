//! All stable error codes of the API, each with its status and its description.

use std::borrow::Cow;

use axum::http::StatusCode;
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Defines the codes from a list of name, status and description.
macro_rules! codes {
    ($($name:ident $status:ident $text:literal $words:literal,)+) => {
        /// A stable error code, for programs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $words] $name,)+
        }

        impl Code {
            /// All codes.
            pub const ALL: &[Code] = &[$(Code::$name,)+];

            /// The code as the API sends it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Code::$name => $text,)+
                }
            }

            /// The HTTP status of every answer with this code.
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Code::$name => StatusCode::$status,)+
                }
            }

            /// The description of the code in the contract.
            pub const fn words(self) -> &'static str {
                match self {
                    $(Code::$name => $words,)+
                }
            }
        }
    };
}

codes! {
    ApprovalChanged CONFLICT "APPROVAL_CHANGED" "What would be sent has changed since the dry run of the approval. Make another one.",
    ApprovalNotFound NOT_FOUND "APPROVAL_NOT_FOUND" "There is no such approval.",
    BackupWithoutHolder BAD_REQUEST "BACKUP_WITHOUT_HOLDER" "The request names a backup for a day that nobody holds.",
    BodyMissing BAD_REQUEST "BODY_MISSING" "The request has no body.",
    BodyTooLarge PAYLOAD_TOO_LARGE "BODY_TOO_LARGE" "The body is larger than 1 MiB, or the file is larger than 4 MiB.",
    ClubNotEmpty CONFLICT "CLUB_NOT_EMPTY" "The club is already loaded, or another document is being loaded into it.",
    ClubNotFound NOT_FOUND "CLUB_NOT_FOUND" "There is no such club, the caller has no role in it, or it was never loaded.",
    ClubRequired BAD_REQUEST "CLUB_REQUIRED" "The caller has several clubs, and the request names none.",
    CrossmarkAway SERVICE_UNAVAILABLE "CROSSMARK_AWAY" "Crossmark cannot be reached now, or its answer cannot be used.",
    DateOutOfBounds BAD_REQUEST "DATE_OUT_OF_BOUNDS" "A date is more than two years from today; the details have the first and last allowed dates.",
    DayLocked UNPROCESSABLE_ENTITY "DAY_LOCKED" "The day is locked: nothing is planned on it, moved to it or moved away from it.",
    DayOutsidePlan UNPROCESSABLE_ENTITY "DAY_OUTSIDE_PLAN" "The day cannot be planned, or a finding cannot be ignored until that day; the details have the first and last possible days.",
    DraftDiscarded CONFLICT "DRAFT_DISCARDED" "Somebody discarded the draft; the details say who and when.",
    DraftExpired CONFLICT "DRAFT_EXPIRED" "Nobody confirmed the draft within ten minutes. Request a new one.",
    DraftInHand CONFLICT "DRAFT_IN_HAND" "Somebody is confirming the draft; the details say who and since when.",
    DraftNotFound NOT_FOUND "DRAFT_NOT_FOUND" "There is no such draft, or it ended more than a day ago.",
    DraftNotReady CONFLICT "DRAFT_NOT_READY" "The draft's effect is still being computed.",
    DraftSpent CONFLICT "DRAFT_SPENT" "The draft was already confirmed; the details say by whom, when and with which result.",
    DraftStale CONFLICT "DRAFT_STALE" "The club, or the effect of the draft, has changed since the draft was made. Request a new one; the details have the current plan version.",
    EmployeeWorks CONFLICT "EMPLOYEE_WORKS" "The person works here, or still has the lines and schedules in the details.",
    ErasureUnderWay CONFLICT "ERASURE_UNDER_WAY" "The erasure of another person is in progress.",
    EventNotFound NOT_FOUND "EVENT_NOT_FOUND" "No such event is open or posted.",
    ExceptionNotFound NOT_FOUND "EXCEPTION_NOT_FOUND" "There is no exception on that date.",
    ExportTooLarge PAYLOAD_TOO_LARGE "EXPORT_TOO_LARGE" "The export has more rows than one file may have; the message names a narrower range.",
    FactNotFound NOT_FOUND "FACT_NOT_FOUND" "There is no such fact, or nobody changed it by hand.",
    FeedNotFound NOT_FOUND "FEED_NOT_FOUND" "There is no calendar feed at this address.",
    FileRefused UNPROCESSABLE_ENTITY "FILE_REFUSED" "The whole file cannot be used; the details say why.",
    FindingNotFound NOT_FOUND "FINDING_NOT_FOUND" "There is no finding with that id, or not any more.",
    FixesClash CONFLICT "FIXES_CLASH" "The ways out are possible one by one, but not together; the details name the new findings.",
    Forbidden FORBIDDEN "FORBIDDEN" "The caller's role is not sufficient, or they have none.",
    IdempotencyKeyReused UNPROCESSABLE_ENTITY "IDEMPOTENCY_KEY_REUSED" "The Idempotency-Key was already used for another request.",
    IncompletePlace BAD_REQUEST "INCOMPLETE_PLACE" "A person or a day is missing.",
    Internal INTERNAL_SERVER_ERROR "INTERNAL" "The service failed.",
    InvalidBody BAD_REQUEST "INVALID_BODY" "The body is JSON of another shape than expected; the message says where.",
    InvalidChange UNPROCESSABLE_ENTITY "INVALID_CHANGE" "The change of a trial is not possible in the club; the message says where.",
    InvalidCheck BAD_REQUEST "INVALID_CHECK" "The request must name either a line or an event.",
    InvalidChoice BAD_REQUEST "INVALID_CHOICE" "The request must name exactly one of lines, a cause and all.",
    InvalidCursor BAD_REQUEST "INVALID_CURSOR" "The cursor does not belong to this list.",
    InvalidDraft UNPROCESSABLE_ENTITY "INVALID_DRAFT" "The action of the draft is not possible, or changes nothing; the message says why.",
    InvalidEdit BAD_REQUEST "INVALID_EDIT" "The request must name exactly one change.",
    InvalidEmployeeRole BAD_REQUEST "INVALID_EMPLOYEE_ROLE" "A person may not hold the rotation that they are named for.",
    InvalidFact UNPROCESSABLE_ENTITY "INVALID_FACT" "The rulebook cannot use a value of the fact; the message or the details say where.",
    InvalidId BAD_REQUEST "INVALID_ID" "A part of the address is not a valid id.",
    InvalidIdempotencyKey BAD_REQUEST "INVALID_IDEMPOTENCY_KEY" "The Idempotency-Key is empty, too long or not printable ASCII.",
    InvalidQuery BAD_REQUEST "INVALID_QUERY" "A query parameter cannot be read.",
    InvalidRecall BAD_REQUEST "INVALID_RECALL" "The request must name either an approval or lines.",
    InvalidSnapshot UNPROCESSABLE_ENTITY "INVALID_SNAPSHOT" "The document has the faults in the details.",
    InvalidText BAD_REQUEST "INVALID_TEXT" "A text is blank, too long, or has control characters.",
    InvalidTime BAD_REQUEST "INVALID_TIME" "`schedule_datetime` is neither a club-local time nor a date.",
    InvalidVersion BAD_REQUEST "INVALID_VERSION" "`If-Match` has no version, the version is too large, or the header and the body have different versions.",
    LineHasNoPlace UNPROCESSABLE_ENTITY "LINE_HAS_NO_PLACE" "The line has no place that could be submitted, or takes a schedule back and gets no new one.",
    LineNotFound NOT_FOUND "LINE_NOT_FOUND" "There is no such line.",
    LinesOfAnotherRun BAD_REQUEST "LINES_OF_ANOTHER_RUN" "The request names lines of another run.",
    ListNotDoubted CONFLICT "LIST_NOT_DOUBTED" "Crossmark's list of that refresh is not doubted, or not any more.",
    LocationTaken CONFLICT "LOCATION_TAKEN" "The Crossmark location belongs to another club.",
    MalformedJson BAD_REQUEST "MALFORMED_JSON" "The body is not valid JSON; the message says where.",
    MethodNotAllowed METHOD_NOT_ALLOWED "METHOD_NOT_ALLOWED" "The address does not support that method; the header `Allow` lists those that it supports.",
    NoLines BAD_REQUEST "NO_LINES" "The request names no line or event.",
    NoProposal NOT_FOUND "NO_PROPOSAL" "The club, or the run, has no proposal.",
    NoSuchRoute NOT_FOUND "NO_SUCH_ROUTE" "There is nothing at this address.",
    NotAllowedNow CONFLICT "NOT_ALLOWED_NOW" "The current state does not allow the action.",
    NotJson UNSUPPORTED_MEDIA_TYPE "NOT_JSON" "The content type of the body is not JSON.",
    NotOnRealFacts UNPROCESSABLE_ENTITY "NOT_ON_REAL_FACTS" "The trial's plan breaks rules in the current club. Save the facts that the trial changed first.",
    NotPosted UNPROCESSABLE_ENTITY "NOT_POSTED" "The event has no posted schedule that could be changed.",
    NothingToAdopt UNPROCESSABLE_ENTITY "NOTHING_TO_ADOPT" "The trial changes no schedule.",
    OptionNotFound CONFLICT "OPTION_NOT_FOUND" "The finding has no such way out, or not any more.",
    OtherClub UNPROCESSABLE_ENTITY "OTHER_CLUB" "The document belongs to another club.",
    PairCannotFollow UNPROCESSABLE_ENTITY "PAIR_CANNOT_FOLLOW" "The other event of the pair would have to move too, and cannot.",
    PlanMoved CONFLICT "PLAN_MOVED" "The club has changed since the plan version of the request or of the trial, since the change to undo, or during the request; the details have the current plan version.",
    ProposalSuperseded CONFLICT "PROPOSAL_SUPERSEDED" "A newer proposal has replaced this one; the details name its run.",
    RefreshNotFound NOT_FOUND "REFRESH_NOT_FOUND" "There is no such refresh, or it is more than a week old.",
    RequestInHand CONFLICT "REQUEST_IN_HAND" "The same request is still being processed.",
    RulesBroken UNPROCESSABLE_ENTITY "RULES_BROKEN" "The change breaks the rules in the details.",
    RunHasNoLines CONFLICT "RUN_HAS_NO_LINES" "The run made no lines, or they are past retention.",
    RunNotFound NOT_FOUND "RUN_NOT_FOUND" "There is no such run.",
    RunOpen CONFLICT "RUN_OPEN" "Another run is queued or running.",
    SameAsPosted UNPROCESSABLE_ENTITY "SAME_AS_POSTED" "The event is already posted at that place, or the schedule in the request is the one that the line moves.",
    ScheduleNotListed UNPROCESSABLE_ENTITY "SCHEDULE_NOT_LISTED" "Crossmark does not list that schedule for the event, or cannot be asked about it; the message says why.",
    StaleVersion CONFLICT "STALE_VERSION" "The item has changed since the version in the request, or during the request.",
    StartNotLegal UNPROCESSABLE_ENTITY "START_NOT_LEGAL" "The event cannot start at that time, or no start is left for it; the details have the legal times.",
    TooLate UNPROCESSABLE_ENTITY "TOO_LATE" "A start is too soon, or past.",
    TooManyFeeds CONFLICT "TOO_MANY_FEEDS" "The club has the maximum number of calendar feeds.",
    TooManyImports TOO_MANY_REQUESTS "TOO_MANY_IMPORTS" "The hourly limit of saved files of this kind is reached; the details say when to try again.",
    TooManyLines BAD_REQUEST "TOO_MANY_LINES" "The request names or changes more lines than one request may.",
    TooManyQuestions TOO_MANY_REQUESTS "TOO_MANY_QUESTIONS" "The limit of questions in a minute is reached; the details say when to try again.",
    TooManyReasons BAD_REQUEST "TOO_MANY_REASONS" "The request has more reasons than one request may.",
    TooManyRefreshes TOO_MANY_REQUESTS "TOO_MANY_REFRESHES" "The hourly limit of refreshes is reached; the details say when to try again.",
    TooManyRuns TOO_MANY_REQUESTS "TOO_MANY_RUNS" "The hourly limit of manual runs is reached; the details say when to try again.",
    TooManyTrials TOO_MANY_REQUESTS "TOO_MANY_TRIALS" "The hourly limit of trials is reached; the details say when to try again.",
    TrialAdopted CONFLICT "TRIAL_ADOPTED" "Somebody has already adopted the trial; the details name its run.",
    TrialNotFound NOT_FOUND "TRIAL_NOT_FOUND" "There is no such trial, or it has expired.",
    TrialOfRun UNPROCESSABLE_ENTITY "TRIAL_OF_RUN" "Only a trial of the current club can be adopted.",
    TryAgain SERVICE_UNAVAILABLE "TRY_AGAIN" "The service is busy.",
    Unauthenticated UNAUTHORIZED "UNAUTHENTICATED" "The request carries no identity.",
    UnknownEmployee BAD_REQUEST "UNKNOWN_EMPLOYEE" "The club has no person with that id.",
    UnknownWords UNPROCESSABLE_ENTITY "UNKNOWN_WORDS" "Some of the words name no row of the score, or no change of its weight; the details have the nearest phrases that name a row.",
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        let names = Code::ALL.iter().map(|code| code.name());
        let description = "A stable error code, for programs.";
        ObjectBuilder::new().schema_type(Type::String).description(Some(description)).enum_values(Some(names)).into()
    }
}

impl ToSchema for Code {
    fn name() -> Cow<'static, str> {
        "ErrorCode".into()
    }
}
