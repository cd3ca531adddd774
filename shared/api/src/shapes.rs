//! The API's own enums and structures, each converted from a type of the table. A change of the table's types therefore
//! does not change the contract: a new variant or member does not compile until it is named here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Defines ids of the API, each of which wraps an id of the table.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
            #[serde(transparent)]
            #[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{1,64}$")]
            pub struct $name(pub store::key::$name);

            impl From<store::key::$name> for $name {
                fn from(id: store::key::$name) -> $name {
                    $name(id)
                }
            }
        )+
    };
}

ids! {
    /// The id of a club.
    ClubId
    /// The id of a run. Ids sort by the time when the run, or the trial or draft that it is named after, was made.
    RunId
    /// The id of an approval. Ids sort by the time when the approval, or the draft that it is named after, was made.
    ApprovalId
}

/// Defines enums of the API with conversions from and to an enum of the table.
macro_rules! names {
    ($($(#[$meta:meta])* $name:ident of $table:path { $($variant:ident $text:tt)+ })+) => {
        $(
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
            $(#[$meta])*
            #[expect(missing_docs, reason = "the table's type documents the variants")]
            pub enum $name {
                $(#[serde(rename = $text)] $variant,)+
            }

            impl From<$table> for $name {
                fn from(of: $table) -> $name {
                    type Table = $table;
                    match of {
                        $(Table::$variant => $name::$variant,)+
                    }
                }
            }

            impl From<$name> for $table {
                fn from(name: $name) -> $table {
                    type Table = $table;
                    match name {
                        $($name::$variant => Table::$variant,)+
                    }
                }
            }
        )+
    };
}

names! {
    /// The state of a line.
    LineStatus of store::states::LineStatus {
        Proposed "proposed"
        UserEdited "user_edited"
        Rejected "rejected"
        Superseded "superseded"
        Approved "approved"
        Submitting "submitting"
        ApiSubmitted "api_submitted"
        ApiFailed "api_failed"
        InDoubt "in_doubt"
    }

    /// The state of a run.
    RunStatus of store::states::RunStatus {
        Queued "queued"
        Running "running"
        Completed "completed"
        Failed "failed"
        Crashed "crashed"
        Approved "approved"
        Rejected "rejected"
        Superseded "superseded"
    }

    /// The kind of failure of a line.
    Cause of store::states::Cause {
        Refused "refused"
        Exhausted "exhausted"
        DependencyFailed "dependency_failed"
        ChangedUpstream "changed_upstream"
        Conflict "conflict"
        Restored "restored"
        NotRestored "not_restored"
        NotLegal "not_legal"
        TooLate "too_late"
    }

    /// A step of a line's submission, written before its call is made.
    #[schema(as = SubmissionStep)]
    Step of store::states::Step {
        Delete "delete"
        Schedule "schedule"
        Restore "restore"
    }

    /// What a line does.
    LineKind of store::lines::LineKind {
        New "new"
        Moved "moved"
        Dropped "dropped"
        NotPlaced "not_placed"
    }

    /// The phases of a run, in order.
    PhaseName of store::runs::PhaseName {
        Loading "loading"
        Building "building"
        Solving "solving"
        Checking "checking"
        Writing "writing"
    }

    /// The field of Crossmark's row that cannot be used.
    FaultyField of store::reports::FaultyField {
        EventNumber "event_number"
        Name "name"
        StartDate "start_date"
        DueDate "due_date"
        Condition "condition"
        Location "location"
        ScheduledTime "scheduled_time"
        ScheduledPerson "scheduled_person"
        ScheduleNumber "schedule_number"
        Length "length"
        PersonNumber "person_number"
        EmployeeId "employee_id"
        PersonName "person_name"
    }

    /// Why the field cannot be used.
    FaultReason of store::reports::FaultReason {
        Missing "missing"
        Unreadable "unreadable"
        OutOfBounds "out_of_bounds"
        BeforeStart "before_start"
        OtherStore "other_store"
    }

    /// Why submissions are paused.
    PauseCode of store::submission::PauseReason {
        LoginRefused "login_refused"
        Unreachable "unreachable"
    }

    /// The phase of a refresh.
    RefreshPhase of store::refreshes::RefreshPhase {
        Events "events"
        People "people"
        Writing "writing"
    }

    /// Why a refresh failed.
    RefreshFailure of store::refreshes::RefreshFailure {
        LoginRefused "login_refused"
        CrossmarkUnreadable "crossmark_unreadable"
        Location "location"
        OutOfTime "out_of_time"
        Internal "internal"
    }

    /// What a refresh found about an event.
    RefreshNewsKind of store::refreshes::NewsKind {
        New "new"
        Changed "changed"
        Booked "booked"
        Moved "moved"
        TakenBack "taken_back"
        Canceled "canceled"
        Withdrawn "withdrawn"
        Drifted "differ"
        Agreed "agree_again"
    }

    /// A field of an event.
    RefreshedField of store::refreshes::ChangedField {
        Name "name"
        Type "type"
        Window "window"
        Length "length"
        Condition "condition"
    }

    /// The channel through which a draft was requested.
    DraftThrough of store::drafts::DraftChannel {
        Mcp "mcp"
        Find "find"
    }

    /// What happens to a line, an event or a fact.
    DraftWhat of store::drafts::EffectKind {
        Placed "placed"
        Moved "moved"
        TakenBack "taken_back"
        Unplaced "unplaced"
        Held "held"
        Released "released"
        Approved "approved"
        Retried "retried"
        Saved "saved"
        Affected "affected"
        Started "started"
    }

    /// A component with a version.
    Versioned of store::provenance::Component {
        Program "program"
        Rulebook "rulebook"
        Highs "highs"
    }

    /// A kind of request to the table.
    Operation of store::meter::Operation {
        GetItem "get_item"
        BatchGetItem "batch_get_item"
        Query "query"
        BatchWriteItem "batch_write_item"
        TransactWriteItems "transact_write_items"
    }
}

/// Defines structures of the API with the same members as one of the table's. Each member is converted into its type.
macro_rules! records {
    ($($(#[$meta:meta])* $name:ident of $table:path { $($(#[$doc:meta])* $member:ident: $type:ty,)+ })+) => {
        $(
            #[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
            $(#[$meta])*
            pub struct $name {
                $($(#[$doc])* pub $member: $type,)+
            }

            impl From<$table> for $name {
                fn from(of: $table) -> $name {
                    type Table = $table;
                    let Table { $($member),+ } = of;
                    $name { $($member: $member.into()),+ }
                }
            }
        )+
    };
}

records! {
    /// Counts of what happened to lines. A line that was edited twice counts twice.
    Tally of store::tally::Tally {
        /// Number of times that an edit changed the place of a line: to another person, day, time or block, to no
        /// place, or back to the original one.
        edited: u64,
        /// Number of times that a line was held.
        held: u64,
        /// Number of times that a line was approved, other than by a retry.
        approved: u64,
        /// Number of times that an approval was recalled before anything was sent.
        recalled: u64,
        /// Number of times that a line was rejected.
        rejected: u64,
        /// Number of times that a line was retried after Crossmark did not accept it.
        retried: u64,
        /// Number of times that Crossmark accepted a line, or a person recorded it as done by hand.
        accepted: u64,
        /// Number of these acceptances whose line had failed before.
        accepted_again: u64,
        /// Number of times that Crossmark did not accept a line that was sent; a retry may follow.
        failed: u64,
        /// Number of these failures whose line had failed before.
        failed_again: u64,
    }

    /// The cost of the requests of one kind.
    Cost of store::meter::Cost {
        /// Number of requests sent, repeated ones included.
        requests: u64,
        /// Number of requests that repeated an earlier one.
        repeats: u64,
        /// Number of items read or written.
        items: u64,
        /// Capacity units consumed.
        capacity: f64,
    }

    /// Why an event is not placed, or why its posted schedule is dropped.
    #[schema(as = Reason)]
    Failure of store::lines::Failure {
        /// The code of the rulebook's reason.
        code: String,
        /// The reason in plain words.
        text: String,
        /// The rules that cause it.
        rules: Vec<String>,
    }

    /// A changed field of an event, with its values.
    RefreshedChange of store::refreshes::FieldChange {
        /// The changed field.
        field: RefreshedField,
        /// The value before the refresh: a name (its first 160 characters), a type, a window as an ISO 8601 interval of
        /// club-local times, a length in minutes, or a condition; `null` if there was none.
        before: Option<String>,
        /// The value after the refresh, in the same form; `null` if there is none.
        after: Option<String>,
    }

    /// A person at Crossmark whom Muster does not know.
    UnknownPerson of store::refreshes::UnknownPerson {
        /// Crossmark's number of the person.
        rep_id: u64,
        /// The employee id that Crossmark has for the person; `null` if it has none.
        employee_id: Option<String>,
        /// The name of the person.
        name: String,
    }

    /// A rule that a draft breaks.
    DraftBreak of store::drafts::BrokenRule {
        /// The rule's number: `H3`.
        rule: String,
        /// The rule in a few words.
        title: String,
        /// The violation in words, with people, events and days.
        text: String,
    }

    /// A version that differs from the one of the run.
    VersionChange of store::provenance::VersionChange {
        /// The component.
        what: Versioned,
        /// Its version in the run.
        then: String,
        /// Its version in the replay.
        now: String,
    }
}

/// The cost of a piece of work, by kind of request.
pub fn costs(of: &store::meter::Costs) -> BTreeMap<Operation, Cost> {
    of.iter().map(|(operation, cost)| ((*operation).into(), (*cost).into())).collect()
}
