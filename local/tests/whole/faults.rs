//! Failures and recovery: each case runs on the whole program, with real kills of a real process and a clock that
//! stands still until it is moved. After each case the ledger has every accepted line exactly once, a line that is not
//! accepted says why, and no run stays running.
//!
//! | case | shown by |
//! | --- | --- |
//! | a message twice, at once and later, out of order, not at all | [`messages`]; `submit`: `lost::doubled_and_simultaneous_messages_change_nothing` |
//! | a malformed message among good ones | [`messages`] |
//! | `submit` killed before the call, during it, after it, after the store | [`killed`], [`points`], `restarts`; `submit`: `lost`, `interleavings` |
//! | Crossmark down for an hour, and for 28 hours | [`outage`]; `submit`: `late` |
//! | what people do at Crossmark before an attempt, a retry, the second half of a move, after a pause | `submit`: `meanwhile`, `upstream` |
//! | each fault of the simulator, at each step of a move | `submit`: `faults` |
//! | `solve` killed in the middle of a run; two runs at once; a run's message lost | [`runs`], [`points`] |
//! | `solve` paused past its lease | `solve`: `runs::a_solver_that_lost_its_lease_writes_nothing_that_anybody_sees` |
//! | approve twice, by two people, with two selections | [`approvals`]; with two versions, `desk`: `approvals`, `store`: `approvals` |
//! | approve killed between record, chunk and queue | at each request, [`points`]; `desk`: `a_recorded_approval_is_continued_wherever_it_was_interrupted` |
//! | approve killed at each request, and recalled | [`points`]; `desk`: `recalls` |
//! | two approvals at once that break a rule together | `desk`: `together` |
//! | recall racing submit | [`approvals`]; `submit`: `lost::a_recall_that_races_the_first_send_wins_or_is_too_late` |
//! | a newer proposal racing approval | [`approvals`]; between record and chunk, `store`: `a_newer_proposal_ends_an_approval_that_is_under_way` |
//! | two lines that trade days | `submit`: `ways`, `order`, `interleavings` |
//! | an import or a save of a fact killed at each request to the table | `roster`: `crashes` |
//! | a refresh killed at each request to the table | [`points`]; `refresh`: `crashes` |
//! | the table throttling | [`table`]; `store`: `faults` |
//! | redrive: one, chosen, by cause, all, pressed twice, moved by the queue itself | [`redrive`]; `submit`: `redrive`, `commands` |
//! | both nights in which the clocks change | `nights`, `morning` |
//! | all of it at once | [`drill`] |

mod approvals;
mod drill;
pub mod exact;
mod killed;
mod messages;
mod outage;
mod points;
mod redrive;
mod runs;
mod table;
