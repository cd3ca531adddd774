//! The stable codes of errors: every one that the API can answer with, and what it says.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// What the macro below makes of its lines.
macro_rules! codes {
    ($($name:ident $text:literal $words:literal,)+) => {
        /// A code that stays the same for programs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $words] $name,)+
        }

        impl Code {
            /// All of them.
            pub const ALL: &[Code] = &[$(Code::$name,)+];

            /// The code as it is answered.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Code::$name => $text,)+
                }
            }

            /// What it says, for a person who reads the contract.
            pub const fn words(self) -> &'static str {
                match self {
                    $(Code::$name => $words,)+
                }
            }
        }
    };
}

codes! {
    ApprovalNotFound "APPROVAL_NOT_FOUND" "There is no such approval.",
    BackupWithoutHolder "BACKUP_WITHOUT_HOLDER" "A backup is named for a day that nobody holds.",
    BodyMissing "BODY_MISSING" "The request has no body.",
    BodyTooLarge "BODY_TOO_LARGE" "The body is larger than 1 MiB.",
    ClubNotEmpty "CLUB_NOT_EMPTY" "The club was loaded already, from another document.",
    ClubNotFound "CLUB_NOT_FOUND" "There is no such club, it is not the caller's, or it was never loaded.",
    ClubRequired "CLUB_REQUIRED" "The caller has several clubs and names none.",
    CrossmarkAway "CROSSMARK_AWAY" "Crossmark cannot be asked now.",
    DateOutOfBounds "DATE_OUT_OF_BOUNDS" "A date is more than two years from today; the details name the first and the last.",
    DayOutsidePlan "DAY_OUTSIDE_PLAN" "The day cannot be planned.",
    EventNotFound "EVENT_NOT_FOUND" "No such event is open or posted.",
    ExceptionNotFound "EXCEPTION_NOT_FOUND" "There is no exception on that date.",
    Forbidden "FORBIDDEN" "The caller's role does not suffice, or they have none.",
    IdempotencyKeyReused "IDEMPOTENCY_KEY_REUSED" "The Idempotency-Key was used for another request.",
    IncompletePlace "INCOMPLETE_PLACE" "A person or a day must be named too.",
    Internal "INTERNAL" "Something went wrong on the service's side.",
    InvalidBody "INVALID_BODY" "The body is JSON of another shape; the message says where.",
    InvalidCheck "INVALID_CHECK" "Neither a line nor an event is named, or both are.",
    InvalidChoice "INVALID_CHOICE" "Not exactly one of lines, a cause and all is named.",
    InvalidCursor "INVALID_CURSOR" "The cursor is not of this list.",
    InvalidEdit "INVALID_EDIT" "Not exactly one change is named.",
    InvalidEmployeeRole "INVALID_EMPLOYEE_ROLE" "A person may not hold the rotation that they are named for.",
    InvalidId "INVALID_ID" "A part of the address is no id of its kind.",
    InvalidIdempotencyKey "INVALID_IDEMPOTENCY_KEY" "The Idempotency-Key is empty, too long or not plain.",
    InvalidQuery "INVALID_QUERY" "A query parameter cannot be read.",
    InvalidRecall "INVALID_RECALL" "Not exactly one of an approval and lines is named.",
    InvalidSnapshot "INVALID_SNAPSHOT" "The document is refused for the faults in the details.",
    InvalidText "INVALID_TEXT" "A text is blank, too long, or has control characters.",
    InvalidTime "INVALID_TIME" "`schedule_datetime` is no club-local time and no date.",
    InvalidVersion "INVALID_VERSION" "No version is named, one that is too large, or two that differ.",
    LineHasNoPlace "LINE_HAS_NO_PLACE" "The line places nothing that could be submitted.",
    LineNotFound "LINE_NOT_FOUND" "There is no such line.",
    LinesOfAnotherRun "LINES_OF_ANOTHER_RUN" "Lines of another run are named.",
    ListNotDoubted "LIST_NOT_DOUBTED" "Crossmark's list of that refresh is not doubted, or no longer.",
    LocationTaken "LOCATION_TAKEN" "The Crossmark location is another club's.",
    MalformedJson "MALFORMED_JSON" "The body is no JSON; the message says where.",
    MethodNotAllowed "METHOD_NOT_ALLOWED" "The address does not take that method; Allow says which it takes.",
    NoLines "NO_LINES" "No line is named.",
    NoProposal "NO_PROPOSAL" "The club, or the run, has no proposal.",
    NoSuchRoute "NO_SUCH_ROUTE" "There is nothing at this address.",
    NotAllowedNow "NOT_ALLOWED_NOW" "It does not go with the state that the thing is in.",
    NotJson "NOT_JSON" "The body is not said to be JSON.",
    OtherClub "OTHER_CLUB" "The document is of another club.",
    PairCannotFollow "PAIR_CANNOT_FOLLOW" "The event's pair must move along, and cannot.",
    ProposalSuperseded "PROPOSAL_SUPERSEDED" "A newer proposal took the place of this one; the details name its run.",
    RequestInHand "REQUEST_IN_HAND" "The same request is being worked on.",
    RulesBroken "RULES_BROKEN" "The change breaks the rules in the details.",
    RunHasNoLines "RUN_HAS_NO_LINES" "The run made no lines, or they are past retention.",
    RunNotFound "RUN_NOT_FOUND" "There is no such run.",
    RunOpen "RUN_OPEN" "Another run waits or works.",
    SameAsPosted "SAME_AS_POSTED" "The event is posted exactly there.",
    ScheduleNotListed "SCHEDULE_NOT_LISTED" "Crossmark does not list that schedule for the event.",
    StaleVersion "STALE_VERSION" "It was changed since the version that the caller names.",
    StartNotLegal "START_NOT_LEGAL" "The event cannot start at that time; the details name the times.",
    TooManyLines "TOO_MANY_LINES" "More lines are named than one request takes.",
    TooManyReasons "TOO_MANY_REASONS" "More reasons are given than one request takes.",
    TooManyRuns "TOO_MANY_RUNS" "So many manual runs were started within the hour; the details say when the next may be.",
    TryAgain "TRY_AGAIN" "The service is busy.",
    Unauthenticated "UNAUTHENTICATED" "The request carries no identity.",
    UnknownEmployee "UNKNOWN_EMPLOYEE" "The club has nobody of that id.",
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
