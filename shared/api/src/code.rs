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
    ApprovalNotFound NOT_FOUND "APPROVAL_NOT_FOUND" "There is no such approval.",
    BackupWithoutHolder BAD_REQUEST "BACKUP_WITHOUT_HOLDER" "A backup is named for a day that nobody holds.",
    BodyMissing BAD_REQUEST "BODY_MISSING" "The request has no body.",
    BodyTooLarge PAYLOAD_TOO_LARGE "BODY_TOO_LARGE" "The body is larger than 1 MiB, or a file larger than 4 MiB.",
    ClubNotEmpty CONFLICT "CLUB_NOT_EMPTY" "The club was loaded already, from another document.",
    ClubNotFound NOT_FOUND "CLUB_NOT_FOUND" "There is no such club, it is not the caller's, or it was never loaded.",
    ClubRequired BAD_REQUEST "CLUB_REQUIRED" "The caller has several clubs and names none.",
    CrossmarkAway SERVICE_UNAVAILABLE "CROSSMARK_AWAY" "Crossmark cannot be asked now.",
    DateOutOfBounds BAD_REQUEST "DATE_OUT_OF_BOUNDS" "A date is more than two years from today; the details name the first and the last.",
    DayLocked UNPROCESSABLE_ENTITY "DAY_LOCKED" "A locked day: nothing is planned on it, moved to it or moved away from it.",
    DayOutsidePlan UNPROCESSABLE_ENTITY "DAY_OUTSIDE_PLAN" "The day cannot be planned.",
    DraftDiscarded CONFLICT "DRAFT_DISCARDED" "Somebody discarded the draft; the details say who and when.",
    DraftExpired CONFLICT "DRAFT_EXPIRED" "Nobody confirmed the draft within ten minutes: ask again.",
    DraftInHand CONFLICT "DRAFT_IN_HAND" "Somebody is confirming the draft; the details say who and since when.",
    DraftNotFound NOT_FOUND "DRAFT_NOT_FOUND" "There is no such draft, or it ended more than a day ago.",
    DraftNotReady CONFLICT "DRAFT_NOT_READY" "The draft's effect is still being worked out.",
    DraftSpent CONFLICT "DRAFT_SPENT" "The draft was confirmed already; the details say who did, when, and what came of it.",
    DraftStale CONFLICT "DRAFT_STALE" "The club has changed since the draft was made: ask again; the details have the present plan version.",
    EmployeeWorks CONFLICT "EMPLOYEE_WORKS" "The person works here, or still has the lines and schedules in the details.",
    ErasureUnderWay CONFLICT "ERASURE_UNDER_WAY" "The erasure of somebody else is under way.",
    EventNotFound NOT_FOUND "EVENT_NOT_FOUND" "No such event is open or posted.",
    ExceptionNotFound NOT_FOUND "EXCEPTION_NOT_FOUND" "There is no exception on that date.",
    ExportTooLarge PAYLOAD_TOO_LARGE "EXPORT_TOO_LARGE" "The export has more rows than one file may have; the message names a narrower range.",
    FactNotFound NOT_FOUND "FACT_NOT_FOUND" "There is no such fact, or nobody changed it by hand.",
    FeedNotFound NOT_FOUND "FEED_NOT_FOUND" "There is no calendar feed at this address.",
    FileRefused UNPROCESSABLE_ENTITY "FILE_REFUSED" "The file cannot be used as a whole; the details name why.",
    FindingNotFound NOT_FOUND "FINDING_NOT_FOUND" "Nothing of that id is wrong with what is posted, or not any more.",
    FixesClash CONFLICT "FIXES_CLASH" "The ways out go one by one and not together; the details name the findings that would come.",
    Forbidden FORBIDDEN "FORBIDDEN" "The caller's role does not suffice, or they have none.",
    IdempotencyKeyReused UNPROCESSABLE_ENTITY "IDEMPOTENCY_KEY_REUSED" "The Idempotency-Key was used for another request.",
    IncompletePlace BAD_REQUEST "INCOMPLETE_PLACE" "A person or a day must be named too.",
    Internal INTERNAL_SERVER_ERROR "INTERNAL" "Something went wrong on the service's side.",
    InvalidBody BAD_REQUEST "INVALID_BODY" "The body is JSON of another shape; the message says where.",
    InvalidChange UNPROCESSABLE_ENTITY "INVALID_CHANGE" "The change of a trial does not fit the club; the details say where.",
    InvalidCheck BAD_REQUEST "INVALID_CHECK" "Neither a line nor an event is named, or both are.",
    InvalidChoice BAD_REQUEST "INVALID_CHOICE" "Not exactly one of lines, a cause and all is named.",
    InvalidCursor BAD_REQUEST "INVALID_CURSOR" "The cursor is not of this list.",
    InvalidDraft UNPROCESSABLE_ENTITY "INVALID_DRAFT" "What the draft asks for cannot be, or changes nothing; the message says why.",
    InvalidEdit BAD_REQUEST "INVALID_EDIT" "Not exactly one change is named.",
    InvalidEmployeeRole BAD_REQUEST "INVALID_EMPLOYEE_ROLE" "A person may not hold the rotation that they are named for.",
    InvalidFact UNPROCESSABLE_ENTITY "INVALID_FACT" "The rulebook cannot use what the fact says; the message or the details say where.",
    InvalidId BAD_REQUEST "INVALID_ID" "A part of the address is no id of its kind.",
    InvalidIdempotencyKey BAD_REQUEST "INVALID_IDEMPOTENCY_KEY" "The Idempotency-Key is empty, too long or not plain.",
    InvalidQuery BAD_REQUEST "INVALID_QUERY" "A query parameter cannot be read.",
    InvalidRecall BAD_REQUEST "INVALID_RECALL" "Not exactly one of an approval and lines is named.",
    InvalidSnapshot UNPROCESSABLE_ENTITY "INVALID_SNAPSHOT" "The document is refused for the faults in the details.",
    InvalidText BAD_REQUEST "INVALID_TEXT" "A text is blank, too long, or has control characters.",
    InvalidTime BAD_REQUEST "INVALID_TIME" "`schedule_datetime` is no club-local time and no date.",
    InvalidVersion BAD_REQUEST "INVALID_VERSION" "No version is named, one that is too large, or two that differ.",
    LineHasNoPlace UNPROCESSABLE_ENTITY "LINE_HAS_NO_PLACE" "The line places nothing that could be submitted.",
    LineNotFound NOT_FOUND "LINE_NOT_FOUND" "There is no such line.",
    LinesOfAnotherRun BAD_REQUEST "LINES_OF_ANOTHER_RUN" "Lines of another run are named.",
    ListNotDoubted CONFLICT "LIST_NOT_DOUBTED" "Crossmark's list of that refresh is not doubted, or no longer.",
    LocationTaken CONFLICT "LOCATION_TAKEN" "The Crossmark location is another club's.",
    MalformedJson BAD_REQUEST "MALFORMED_JSON" "The body is no JSON; the message says where.",
    MethodNotAllowed METHOD_NOT_ALLOWED "METHOD_NOT_ALLOWED" "The address does not take that method; Allow says which it takes.",
    NoLines BAD_REQUEST "NO_LINES" "No line is named.",
    NoProposal NOT_FOUND "NO_PROPOSAL" "The club, or the run, has no proposal.",
    NoSuchRoute NOT_FOUND "NO_SUCH_ROUTE" "There is nothing at this address.",
    NotAllowedNow CONFLICT "NOT_ALLOWED_NOW" "It does not go with the state that the thing is in.",
    NotJson UNSUPPORTED_MEDIA_TYPE "NOT_JSON" "The body is not said to be JSON.",
    NotOnRealFacts UNPROCESSABLE_ENTITY "NOT_ON_REAL_FACTS" "The trial's plan breaks rules on the club as it is: save first what the trial changed.",
    NotPosted UNPROCESSABLE_ENTITY "NOT_POSTED" "The event has no posted schedule to take back.",
    NothingToAdopt UNPROCESSABLE_ENTITY "NOTHING_TO_ADOPT" "No schedule differs in the trial.",
    OptionNotFound CONFLICT "OPTION_NOT_FOUND" "The finding has no such way out, or not any more.",
    OtherClub UNPROCESSABLE_ENTITY "OTHER_CLUB" "The document is of another club.",
    PairCannotFollow UNPROCESSABLE_ENTITY "PAIR_CANNOT_FOLLOW" "The event's pair must move along, and cannot.",
    PlanMoved CONFLICT "PLAN_MOVED" "The club has changed since the plan version that the caller names; the details have the present one.",
    ProposalSuperseded CONFLICT "PROPOSAL_SUPERSEDED" "A newer proposal took the place of this one; the details name its run.",
    RefreshNotFound NOT_FOUND "REFRESH_NOT_FOUND" "There is no such refresh, or it is more than a week old.",
    RequestInHand CONFLICT "REQUEST_IN_HAND" "The same request is being worked on.",
    RulesBroken UNPROCESSABLE_ENTITY "RULES_BROKEN" "The change breaks the rules in the details.",
    RunHasNoLines CONFLICT "RUN_HAS_NO_LINES" "The run made no lines, or they are past retention.",
    RunNotFound NOT_FOUND "RUN_NOT_FOUND" "There is no such run.",
    RunOpen CONFLICT "RUN_OPEN" "Another run waits or works.",
    SameAsPosted UNPROCESSABLE_ENTITY "SAME_AS_POSTED" "The event is posted exactly there.",
    ScheduleNotListed UNPROCESSABLE_ENTITY "SCHEDULE_NOT_LISTED" "Crossmark does not list that schedule for the event.",
    StaleVersion CONFLICT "STALE_VERSION" "It was changed since the version that the caller names.",
    StartNotLegal UNPROCESSABLE_ENTITY "START_NOT_LEGAL" "The event cannot start at that time; the details name the times.",
    TooLate UNPROCESSABLE_ENTITY "TOO_LATE" "A start is too close, or past.",
    TooManyFeeds CONFLICT "TOO_MANY_FEEDS" "The club has as many calendar feeds as it may have.",
    TooManyImports TOO_MANY_REQUESTS "TOO_MANY_IMPORTS" "So many files were saved within the hour; the details say when the next may be.",
    TooManyLines BAD_REQUEST "TOO_MANY_LINES" "More lines are named than one request takes.",
    TooManyQuestions TOO_MANY_REQUESTS "TOO_MANY_QUESTIONS" "So many questions were asked within the minute; the details say when the next may be.",
    TooManyReasons BAD_REQUEST "TOO_MANY_REASONS" "More reasons are given than one request takes.",
    TooManyRefreshes TOO_MANY_REQUESTS "TOO_MANY_REFRESHES" "So many refreshes were asked for within the hour; the details say when the next may be.",
    TooManyRuns TOO_MANY_REQUESTS "TOO_MANY_RUNS" "So many manual runs were started within the hour; the details say when the next may be.",
    TooManyTrials TOO_MANY_REQUESTS "TOO_MANY_TRIALS" "So many trials were begun within the hour; the details say when to try again.",
    TrialAdopted CONFLICT "TRIAL_ADOPTED" "Somebody adopted the trial already; the details name its run.",
    TrialNotFound NOT_FOUND "TRIAL_NOT_FOUND" "There is no such trial, or it has expired.",
    TrialOfRun UNPROCESSABLE_ENTITY "TRIAL_OF_RUN" "Only a trial of the club as it is can be adopted.",
    TryAgain SERVICE_UNAVAILABLE "TRY_AGAIN" "The service is busy.",
    Unauthenticated UNAUTHORIZED "UNAUTHENTICATED" "The request carries no identity.",
    UnknownEmployee BAD_REQUEST "UNKNOWN_EMPLOYEE" "The club has nobody of that id.",
    UnknownWords UNPROCESSABLE_ENTITY "UNKNOWN_WORDS" "Words that name no row of the score; the details have the nearest that do.",
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
        let description = "A code that stays the same for programs.";
        ObjectBuilder::new().schema_type(Type::String).description(Some(description)).enum_values(Some(names)).into()
    }
}

impl ToSchema for Code {
    fn name() -> Cow<'static, str> {
        "ErrorCode".into()
    }
}
