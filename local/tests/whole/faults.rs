//! Failures and recovery: each test here runs `muster serve` with a manual clock, and kills the process where the case
//! requires it. After each case the ledger has every accepted line exactly once, each failed line has a message, and no run
//! stays running.
//!
//! | case | tests |
//! | --- | --- |
//! | a message twice, at once and later, out of order, not at all | [`messages`]; `submit`: `lost::doubled_and_simultaneous_messages_change_nothing` |
//! | a malformed message among good ones | [`messages`] |
//! | `submit` killed before a call, during it, after it, after the outcome is stored | [`killed`], [`points`], `restarts`; `submit`: `lost`, `interleavings` |
//! | Crossmark down for an hour, and for 28 hours | [`outage`]; `submit`: `late` |
//! | changes by people at Crossmark before an attempt, a retry or the second half of a move, and after a pause | `submit`: `meanwhile`, `upstream` |
//! | each fault of the simulator, at each step of a move | `submit`: `faults` |
//! | `solve` killed in the middle of a run; two runs at once; a run's message lost | [`runs`], [`points`] |
//! | `solve` paused past its lease | `solve`: `runs::a_solver_that_lost_its_lease_writes_nothing_that_anybody_sees` |
//! | approve twice, by two people, with two selections | [`approvals`]; with two versions, `desk`: `approvals`, `store`: `approvals` |
//! | approve killed between record, chunk and queue | at each request, [`points`]; `desk`: `a_recorded_approval_is_continued_wherever_it_was_interrupted` |
//! | approve killed at each request, and recalled | [`points`]; `desk`: `recalls` |
//! | two approvals at once that break a rule together | `desk`: `together` |
//! | recall racing submit | [`approvals`]; `submit`: `lost::a_recall_that_races_the_first_send_wins_or_is_too_late` |
//! | a newer proposal racing approval | [`approvals`]; between record and chunk, `store`: `a_newer_proposal_ends_an_approval_that_is_under_way` |
//! | two lines that swap their days | `submit`: `ways`, `order`, `interleavings` |
//! | an import or a save of a fact killed at each request to the table | `roster`: `crashes` |
//! | a refresh killed at each request to the table | [`points`]; `refresh`: `crashes` |
//! | the table throttling | [`table`]; `store`: `faults` |
//! | retry of one line, of chosen lines, by cause and of all, each twice; redrive by the queue's own move task | [`redrive`], `commands`; `submit`: `redrive` |
//! | both nights in which the clocks change | `nights`, `morning` |
//! | many faults at once | [`drill`] |

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
