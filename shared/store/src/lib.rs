//! The product's one `DynamoDB` table.
//!
//! # Access patterns
//!
//! All reads are consistent. "rw" is a reading and one transaction that is conditioned on what was read.
//!
//! | who asks | what | how often | keys | requests |
//! | --- | --- | --- | --- | --- |
//! | tick | all clubs: zone, run hour, last night | hourly | `CLUBS` | 1 |
//! | tick | begin a night under its run key | nightly | `…#NIGHT` date; `…#RUN` id | 1 to 2, and 1 transaction |
//! | review | queue a manual run under the open-run pointer | a few a day | `OPENRUN`; `…#RUN` id | rw: 2 |
//! | solve | take, renew, give back the lease | each run | `LEASE` | rw: 2 |
//! | solve | say its phase and keep the lease | 4 times a run | `LEASE`, run | rw: 3 |
//! | solve | the snapshot, `plan_version` before and after | each run | `CLUB#id`; index `open`; `…#POSTED` dates | 5, 1 more per MB more |
//! | solve | lines, long reasons, snapshot written | each run | `…#RUN#id#token` | 1 per 25 items |
//! | solve | commit a proposal | each run | `LEASE`, `PROPOSAL`, run, `OPENRUN` or night and club | 4 or 5, and 1 transaction |
//! | review | current proposal and its lines | first look | `PROPOSAL`; `LINE#` of `…#RUN#id#token` | 2, 1 more with reasons |
//! | review | which lines of a proposal changed since they were read | each look | index `line` of `…#RUN#id#token` | 1, 1 more where some did |
//! | review | edit, hold, reject a line, with what is decided about its event | dozens a day | line, event, `DECISION#` ref, `PROPOSAL`, `PLAN` | rw: 2 |
//! | solve | decisions made while it solved | seldom | `PLAN`; `DECISION#` | 2, 1 more per 25 lines |
//! | review | record an approval | a few a day | `…#APPROVAL` id, `PROPOSAL` | rw: 2 |
//! | review, sweep | one chunk of an approval, up to 30 lines | each approval | record; pointer, run, lines, events; posted and old lines | 2 or 3, and 1 transaction |
//! | review | recall, up to 33 lines | seldom | lines and events; run | rw: 2; 1 to 3 more for each run |
//! | submit | take a group | each group | `…#GROUP` approval#number | rw: 2 |
//! | submit | take a line, next step, every outcome | each line | line and event, posted where it changes | rw: 2 or 3 |
//! | submit | pause, resume, is there a pause | each group | `PAUSE` | 1, or rw: 2 |
//! | sweep | lines that somebody must look at by now | every 5 minutes | index `claimed`, `DUE#` to now | 1 |
//! | sweep | approvals unfinished, runs to supersede | every 5 minutes | `…#APPROVAL`, `…#RUN` | 1, 2 |
//! | review | submissions across runs | each look | index `claimed` | 1 a page |
//! | every POST with an `Idempotency-Key` | begin, answer | each | `…#REPLY` key | rw: 2, twice |
//! | review | what happened to the lines of runs, counted | each look at history | `…#TALLY` | 1 |
//! | review | history of runs; feed of changes; one line's trail | each look | `…#RUN` backwards; `…#AUDIT`; index `subject` | 1 a page |
//! | roster | events, open events, posted schedules, documents | each look | `…#EVENT`, index `open`, `…#POSTED`, `CLUB#id` prefix | 1 a page |
//! | roster, review | the book of a club: all that is set up, and its pointers | each look | `CLUB#id` behind affinity | 1 |
//! | roster | how many there are of a list | where asked | as the list, counted | 1, 1 more per MB more |
//! | roster | write a document, replace the rotations | seldom | the document, `PLAN` | 1 to 3 |
//! | roster | change a fact: the book, what is posted, the proposal's lines, then the document with its audit entry | seldom | `CLUB#id`; `…#POSTED`; `LINE#`; `…#AUDIT` | 3, and 1 transaction |
//! | roster | rows of a file, with how far it has come | seldom | documents, `…#AUDIT`, `…#UPLOAD` | 1 transaction per 32 rows |
//! | roster | what happened to a fact | seldom | index `subject` of `…#AUDIT` | 1 a page |
//! | roster | a calendar feed | a few a day each | `…#FEED` digest; `CLUB#id`; `…#POSTED` | 3, and 1 transaction where it changed |
//! | refresh | events that are open, claimed or posted | hourly | index `open`; `…#POSTED` dates; `…#EVENT` refs | 2, 1 more per 100 posted |
//! | refresh | what Crossmark says of events, up to 24 | hourly, where it differs | events, posted, `PLAN` | 1 transaction |
//! | refresh | that a club was refreshed | hourly | `REFRESHED` | rw: 2 |
//! | refresh | whose the club's location is | hourly | `CLUBS` `#LOCATION#` | 1, or rw: 2 |
//! | refresh | what it found odd, where that changed | hourly | `REPORT` | 1 transaction |
//! | review | confirm a doubted list | seldom | `REPORT` | rw: 2, and what it withdraws |
//! | roster | load a whole snapshot | once | `CLUBS` `#LOCATION#`, everything | 1 per 25 items, and 5 |
//!
//! # Keys
//!
//! | item | partition | sort key |
//! | --- | --- | --- |
//! | list of clubs; which club has a location | `CLUBS` | club; `#LOCATION#location`, before all clubs |
//! | club, settings | `CLUB#id` | `CLUB`, `SETTINGS` |
//! | employees, weekly availability, overrides, time off, affinity, debts | `CLUB#id` | `EMP#id`, `AVAIL#id`, `OVERRIDE#id#from#to#said`, `OFF#id#from#to`, `AFFINITY#id`, `DEBT#id` |
//! | holidays, locked days, rotations, exceptions | `CLUB#id` | `HOLIDAY#date`, `YEARLY#rule`, `LOCK#date`, `ROT#rotation#day`, `ROTATIONS` (how often they were saved), `EXC#date#rotation` |
//! | what people decided about an event and did not send | `CLUB#id` | `DECISION#ref` |
//! | `plan_version`; lease; pointers; pause; when it was refreshed, and what was odd; a load under way | `CLUB#id` | `PLAN`; `LEASE`; `PROPOSAL`, `OPENRUN`; `PAUSE`; `REFRESHED`, `REPORT`; `LOADING` |
//! | approvals that are not through | `CLUB#id` | `UNFINISHED#approval` |
//! | events with their claims | `CLUB#id#EVENT` | ref |
//! | posted schedules | `CLUB#id#POSTED` | `date#ref` |
//! | runs; run keys; approvals; groups in hand; replies; audit; tallies | `CLUB#id#RUN`, `#NIGHT`, `#APPROVAL`, `#GROUP`, `#REPLY`, `#AUDIT`, `#TALLY` | id; date; id; `approval#number`; digest of the key; `time#subject#version`; run |
//! | calendar feeds; loads of files | `CLUB#id#FEED`, `#UPLOAD` | digest of the secret; kind of file |
//! | lines, long reasons, kept snapshot | `CLUB#id#RUN#run#token` | `LINE#ref`, `LONG#ref`, `SNAPSHOT#piece` |
//!
//! Refs and tokens are padded to one width, so that they sort as numbers. The four indexes are local ones, because
//! decisions read consistently: `open` (events not posted, or claimed, by due date), `claimed` (claimed events, by whether
//! and when somebody must look at the line), `subject` (the audit trail of one thing), `line` (a proposal's lines by
//! version, keys alone: whoever knows the lines asks for versions above the lowest that it knows). All are sparse.
//!
//! Every item has a `version` and a `body`, a record as JSON in one text; one with states has its `state`.
//! `PLAN` and tallies are made of numbers alone. What may disappear has `expires`, compared in code as well.
//!
//! # What must stay true
//!
//! Every write is a transaction conditioned on the versions that were read, but for what nobody can see yet. A change of
//! state goes through [`states`] and writes its audit entry with it. A claim mirrors the state of its line. A transaction
//! that changes what a run reads adds to `plan_version`. No clock is read here, and nothing is deleted on the way: what is
//! taken away is only a document that a person removes, a posted schedule that moved or is gone, and a pointer.

pub mod answer;
pub mod approvals;
pub mod archive;
pub mod audit;
mod changes;
pub mod cursor;
pub mod decisions;
pub mod documents;
pub mod edits;
pub mod events;
pub mod facts;
pub mod feeds;
pub mod import;
mod item;
pub mod key;
pub mod lead;
pub mod lease;
pub mod lines;
pub mod locations;
pub mod meter;
pub mod nights;
pub mod proposals;
pub mod replies;
pub mod reports;
mod request;
mod retry;
pub mod runs;
pub mod snapshot;
pub mod stamp;
pub mod states;
pub mod submission;
mod table;
pub mod tally;
pub mod uploads;
pub mod upstream;

pub use item::Stored;
pub use request::TableError;
pub use retry::{Patience, Rounds};
pub use table::{Club, EXPIRES, PARTITION_KEY, SORT_KEY, Table};
