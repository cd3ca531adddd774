//! The store: Muster's single `DynamoDB` table, with its access patterns, keys and typed items.
//!
//! # Access patterns
//!
//! All reads are consistent. "rw" means a read and one transaction that is conditioned on the versions that were read.
//! "rw: 3" means 3 requests in total. Where the column "keys" begins with `…`, this stands for `CLUB#id`.
//!
//! | caller | access | how often | keys | requests |
//! | --- | --- | --- | --- | --- |
//! | tick | all clubs: zone, run hour, last night | hourly | `CLUBS` | 1 |
//! | tick | queue the nightly run of a date | nightly | `…#NIGHT` date; `…#RUN` id | 1 to 2, and 1 transaction |
//! | review | queue a manual run under the open-run pointer | a few a day | `OPENRUN`; `…#RUN` id | rw: 2 |
//! | solve | learn affinity from the outcomes of a year, and store it | nightly | `…#OUTCOME` days; `LEARNED`, `LEARNING` | 5, 1 more per MB more, and 1 transaction |
//! | solve | take, renew, release the lease | each run | `LEASE` | rw: 2 |
//! | solve | record its phase and renew the lease | 4 times a run | `LEASE`, run | rw: 3 |
//! | solve | read the snapshot, with `plan_version` before and after | each run | `CLUB#id`; index `open`; `…#POSTED` dates | 5, 1 more per MB more |
//! | solve | archive snapshot and answer; write lines and long reasons | each run | `…#ARCHIVE` run#token; `…#RUN#id#token` | 2; 1 per 25 items |
//! | solve | commit a proposal | each run | `LEASE`, `PROPOSAL`, run, `OPENRUN` or night and club | 4 or 5, and 1 transaction |
//! | sweep | let the lines of a run past retention expire | once a run | run; `…#RUN#id#token` | 2, 1 transaction per 25 items, and 1 |
//! | review | current proposal and its lines | first page view | `PROPOSAL`; `LINE#` of `…#RUN#id#token` | 2, 1 more with reasons |
//! | review | where the events of the current proposal stand | each page view, if it changed | `…#POSTED` dates; index `claimed` | 2, 1 more per MB more |
//! | review | lines of a proposal that changed since they were read | each page view | index `line` of `…#RUN#id#token` | 1, 1 more if some did |
//! | review | edit, hold, reject a line, with the decisions about its event | dozens a day | line, event, `DECISION#` ref, `PROPOSAL`, `PLAN` | rw: 2 |
//! | solve | decisions made during the run | seldom | `PLAN`; `DECISION#` | 2, 1 more per 25 lines |
//! | review | record an approval | a few a day | `…#APPROVAL` id, `PROPOSAL` | rw: 2 |
//! | review, sweep | process one chunk of an approval: up to 31 lines, at most 30 of them approved | each approval | record; pointer, run, lines, events; posted and old lines | 2 or 3, and 1 transaction |
//! | review | recall, up to 24 lines | seldom | lines and events; run | rw: 2; 1 to 3 more for each run |
//! | assist | count a question of a person | each question | `…#ASKED` digest of the person, minute | 1 transaction |
//! | assist | make a draft, with its audit entry | each draft | `…#DRAFT` since ten minutes; `DRAFTING` | 3, and 1 transaction, besides its preview |
//! | review | confirm or discard a draft: claim, act, record | each decision | `…#DRAFT` id, `PLAN` | 1, and 2 transactions, besides the act |
//! | review | open drafts; one draft | each page view | `…#DRAFT` since ten minutes; id | 1 |
//! | review | begin a trial: count those of the hour, read the snapshot, create it | dozens a day | `CLUB`; `…#TRIAL` since an hour; `TRYING` | 3, the snapshot, and 1 transaction |
//! | trial | take a trial, write the lines of its plan, store its result | each trial | `…#TRIAL` id; snapshot; `…#RUN#id#token` | 1, the snapshot, 1 per 25 items, and 2 transactions |
//! | submit | take a group | each group | `…#GROUP` approval#number | rw: 2 |
//! | submit | take a line, next step, every outcome | each line | line and event, posted if it changes | rw: 2 or 3 |
//! | submit | pause, resume, read the pause | each group | `PAUSE` | 1, or rw: 2 |
//! | sweep | lines that are due for a worker | every 5 minutes | index `claimed`, `DUE#` to now | 1 |
//! | sweep | unfinished approvals, runs to supersede | every 5 minutes | `…#APPROVAL`, `…#RUN` | 1, 2 |
//! | review | claimed lines of all runs | each page view | index `claimed` | 1 a page |
//! | every POST with an `Idempotency-Key` | begin, answer | each | `…#REPLY` key | rw: 2, twice |
//! | review | tallies: counts of what happened to the lines of runs | each view of history | `…#TALLY` | 1 |
//! | review | history of runs; feed of changes; one line's trail | each page view | `…#RUN` backwards; `…#AUDIT`; index `subject` | 1 a page |
//! | roster | events, open events, posted schedules, documents | each page view | `…#EVENT`, index `open`, `…#POSTED`, `CLUB#id` prefix | 1 a page |
//! | roster, review | all documents and pointers of a club, without affinity | each page view | `CLUB#id` after affinity | 1 |
//! | review | the names of the caller's clubs | each start of the client | `CLUB#id` of each | 1 per 100 |
//! | roster | number of items of a list | on request | as the list, counted | 1, 1 more per MB more |
//! | refresh | write an employee that Crossmark lists | seldom | the document, `PLAN` | 1 or 2 |
//! | roster | replace the rotations | seldom | `ROT`, `…#AUDIT`, `PLAN` | rw: 2 |
//! | roster | change a fact: the club's documents, posted schedules, the proposal's lines, then the document with its audit entry | seldom | `CLUB#id`; `…#POSTED`; `LINE#`; `…#AUDIT` | 3, and 1 transaction |
//! | roster | load rows of a file, and record its progress | seldom | documents, `…#AUDIT`, `…#UPLOAD` | 1 transaction per 24 to 48 rows |
//! | roster | history of a fact | seldom | index `subject` of `…#AUDIT` | 1 a page |
//! | roster | a calendar feed | a few a day each | `…#FEED` digest; `CLUB#id`; `…#POSTED` | 3, and 1 transaction where it changed |
//! | roster | erase a person, a page or a run at a time | seldom | every partition of the club; `ERASURE` | 2 a page, and 1 transaction per item that names them |
//! | refresh | events that are open, claimed or posted | hourly | index `open`; `…#POSTED` dates; `…#EVENT` refs | 2, 1 more per 100 posted |
//! | review | ask for a refresh; show its progress | seldom | `REFRESHING`, `…#REFRESH` id | rw: 3; 1 |
//! | refresh | record its progress and its changes | hourly | `…#REFRESH` id | rw: 2, and with the changes |
//! | refresh | apply Crossmark's changes, 16 to 49 events | hourly, if it differs | events, posted, `DRIFT#`, `PLAN` | 1 transaction |
//! | sweep | health of the posted schedules | daily | `…#HEALTH` dates; `CLUB#id`, index `open`, `…#POSTED` | 7, and 1 transaction |
//! | review | health of past mornings | seldom | `…#HEALTH` dates | 1 |
//! | review | decide a drift | seldom | event, posted, `DRIFT#`, `PLAN` | 2, and 1 transaction |
//! | refresh | record that a club was refreshed | hourly | `REFRESHED` | rw: 2 |
//! | refresh | read or claim the club's location | hourly | `CLUBS` `#LOCATION#` | 1, or rw: 2 |
//! | refresh | the refresh report, if it changed | hourly | `REPORT` | 1 transaction |
//! | sweep | outcomes of lines that the audit trail names | every 5 minutes, if it names any | `…#ROLLUP` `COUNTING`; `…#AUDIT` since then; index `subject` of each line; `…#OUTCOME` | 2, 1 per line, 1 per 100, and 1 transaction per 50 |
//! | sweep | counts and ledger of the days and weeks that changed | with those | `…#OUTCOME` days; `…#ROLLUP` `DAY#`, `RUN#`, `LOST#`; `…#LEDGER` weeks | 6, and 1 transaction a day or week |
//! | sweep | events that a day lost, who could work, debts; recount of a past day | nightly | index `open` dates; the snapshot; `DEBT#`; trails of a day's lines | 10, 1 per line, and 1 transaction |
//! | roster | outcomes of lines | each page view | `…#OUTCOME` dates | 1 a page |
//! | roster | correct the outcome of a line | seldom | index `subject`; `…#OUTCOME` | 2, and 1 transaction |
//! | roster | debts; counts of a year | each page view | `CLUB#id`; `…#LEDGER` or `…#ROLLUP` | 3 at most |
//! | roster | correct a debt | seldom | `…#LEDGER` `CORRECTION#id`, `DEBT#id`, `PLAN` | rw: 5 |
//! | review | confirm a doubted list | seldom | `REPORT` | rw: 2, and the withdrawals |
//! | roster | load a whole snapshot | once | `CLUBS` `#LOCATION#`, everything | 1 per 25 items, and 5 |
//!
//! # Keys
//!
//! | item | partition | sort key |
//! | --- | --- | --- |
//! | list of clubs; the club that has a location | `CLUBS` | club; `#LOCATION#location`, before all clubs |
//! | club, settings | `CLUB#id` | `CLUB`, `SETTINGS` |
//! | employees, weekly availability, overrides, time off, affinity, debts | `CLUB#id` | `EMP#id`, `AVAIL#id`, `OVERRIDE#id#from#to#digest`, `OFF#id#from#to`, `AFFINITY#id`, `DEBT#id` |
//! | holidays, locked days, rotations, exceptions | `CLUB#id` | `HOLIDAY#date`, `YEARLY#rule`, `LOCK#date`, `ROT#rotation#day`, `ROTATIONS` (the number of saves), `EXC#date#rotation` |
//! | people's decisions about an event that were not sent | `CLUB#id` | `DECISION#ref` |
//! | `plan_version`; lease; pointers; pause; time and report of the last refresh; an import in progress | `CLUB#id` | `PLAN`; `LEASE`; `PROPOSAL`, `OPENRUN`; `PAUSE`; `REFRESHED`, `REPORT`; `LOADING` |
//! | events about which Crossmark and Muster differ | `CLUB#id` | `DRIFT#ref` |
//! | the refresh that was asked for last; refreshes | `CLUB#id`; `CLUB#id#REFRESH` | `REFRESHING`; id |
//! | health of the posted schedules each morning | `CLUB#id#HEALTH` | date |
//! | outcomes of lines | `CLUB#id#OUTCOME` | `day#run.ref` |
//! | weeks of the ledger; corrections of debts | `CLUB#id#LEDGER` | `WEEK#sunday`; `CORRECTION#employee` |
//! | counts of a day; counts of a run; events that a day lost; progress of the counting | `CLUB#id#ROLLUP` | `DAY#date`; `RUN#date#run`; `LOST#date`; `COUNTING` |
//! | affinity that was learned; its switches | `CLUB#id` | `LEARNED`; `LEARNING` |
//! | the erasure of a person that is in progress | `CLUB#id` | `ERASURE` |
//! | findings that people ignore | `CLUB#id` | `IGNORED#finding` |
//! | the trial that was begun last; the draft that was made last | `CLUB#id` | `TRYING`; `DRAFTING` |
//! | unfinished approvals | `CLUB#id` | `UNFINISHED#approval` |
//! | events with their claims | `CLUB#id#EVENT` | ref |
//! | posted schedules | `CLUB#id#POSTED` | `date#ref` |
//! | runs; nightly runs; approvals; leases of groups; replies; audit; tallies | `CLUB#id#RUN`, `#NIGHT`, `#APPROVAL`, `#GROUP`, `#REPLY`, `#AUDIT`, `#TALLY` | id; date; id; `approval#number`; digest of the key; `time#subject#version#state`; run |
//! | number of questions of each person in the current minute | `CLUB#id#ASKED` | digest of the person, minute |
//! | calendar feeds; uploads of files | `CLUB#id#FEED`, `#UPLOAD` | digest of the secret; kind of file |
//! | drafts; trials | `CLUB#id#DRAFT`, `#TRIAL` | id |
//! | lines, long reasons | `CLUB#id#RUN#run#token` | `LINE#ref`, `LONG#ref` |
//! | snapshots and answers of runs | `CLUB#id#ARCHIVE` | `run#token#document#piece` |
//!
//! Refs and tokens are padded with zeros, so that they sort as numbers. The four indexes are local secondary indexes,
//! because code that decides something needs consistent reads: `open` (events that are unposted or claimed, by due
//! date), `claimed` (claimed events, by the time when a worker must look at the line), `subject` (the audit trail of
//! one subject), `line` (a proposal's lines by version, keys only: a reader that has the lines queries for versions
//! above the lowest one that it has). All are sparse.
//!
//! Every item has a `version` and a `body`: the record as one JSON text. An item with states also has its `state`. The
//! exceptions are `PLAN`, tallies and the counters of questions, which consist of numbers only. An item that expires
//! has `expires`. `DynamoDB` deletes expired items late, so code for which an expired item must not exist compares the
//! time too.
//!
//! # Invariants
//!
//! - Every write is a transaction conditioned on the versions that were read, except for mirrors, audit entries,
//!   counters, decisions that end with their event, and items that nobody else reads or changes while they are written.
//! - A change of state goes through [`states`] and writes its audit entry in the same transaction.
//! - A claim mirrors the state of its line.
//! - A transaction that changes what a run reads increments `plan_version`.
//! - Records of the past do not change, except that the names of an erased person are replaced ([`erasure`]).
//! - This crate reads no clock.
//! - Records of the past are deleted only by expiry. Other items are deleted when they no longer apply: documents that
//!   a person removes, posted schedules that moved or are gone, decisions that ended, revoked feeds, mirrors and
//!   pointers.

pub mod affinity;
pub mod answer;
pub mod approvals;
pub mod archive;
pub mod audit;
pub mod blocks;
mod changes;
pub mod cursor;
pub mod decisions;
pub mod documents;
pub mod drafts;
pub mod drift;
pub mod edits;
pub mod erasure;
pub mod events;
pub mod facts;
pub mod feeds;
pub mod health;
pub mod idempotency;
pub mod ignores;
pub mod import;
mod item;
pub mod key;
pub mod lead;
pub mod lease;
pub mod ledger;
pub mod lines;
pub mod locations;
pub mod meter;
pub mod nights;
pub mod outcomes;
pub mod proposals;
pub mod provenance;
pub mod questions;
pub mod refreshes;
pub mod reports;
mod request;
mod retry;
pub mod rollups;
pub mod runs;
pub mod snapshot;
pub mod stamp;
pub mod states;
pub mod submission;
mod table;
pub mod tally;
pub mod trials;
pub mod uploads;
pub mod upstream;

pub use item::Stored;
pub use request::TableError;
pub use retry::{Attempts, RetryLimits};
pub use table::{Club, EXPIRES, PARTITION_KEY, SORT_KEY, Table};
