//! Replays a run: verifies its archived snapshot and answer by their digests, solves the snapshot with the same
//! options, and compares the result with the archived answer. A run that reached its time limit is not solved again:
//! its answer is judged by the checker.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::NaiveDateTime;
use domain::answer::{ClaimedAnswer, PlacementKind, Status, UnplacedKind};
use domain::club::{Club, Place as PersonDay};
use domain::json::RefusedDocument;
use domain::judge::judge;
use domain::rules::SoftName;
use domain::schedule::{Decision, Schedule};
use domain::snapshot::{EventRef, Snapshot, Weights};
use domain::trial::{Comparison, Plan};
use serde::Deserialize;
use solver::{Detail, ENGINE_VERSION, Options, PROVEN_GAP, Permit, SEED, SolveError, THREADS};
use store::answer::{AnswerSummary, ModelSize};
use store::provenance::{
    ArchivedDocument, ContentDigest, Provenance, ReplayResult, ReplayVerdict, SolveLimits, Versions,
};

use crate::engine::answer_summary;

/// The version of the rulebook that the code implements.
pub const RULEBOOK: &str = "3";
/// Two proven scores are equal if they differ by at most this.
const SCORE_TOLERANCE: f64 = 2.0 * PROVEN_GAP;

/// The versions of everything that computes answers.
pub fn versions() -> Versions {
    Versions {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        rulebook: RULEBOOK.to_owned(),
        highs: ENGINE_VERSION.to_owned(),
    }
}

/// The provenance of an answer that is computed by this program: the archived snapshot with its weights, the limits,
/// and the versions.
pub fn provenance(
    weights: &Weights,
    options: &Options,
    snapshot: ArchivedDocument,
    answer: ArchivedDocument,
) -> Provenance {
    let weights = SoftName::ALL.into_iter().map(|name| (name.name().to_owned(), weights.of(name)));
    Provenance {
        snapshot,
        answer,
        weights: weights.filter(|(_, weight)| *weight != 1.0).collect(),
        limits: SolveLimits { time_ms: options.time_limit.as_millis() as u64, gap_points: options.gap },
        seed: SEED,
        threads: THREADS,
        versions: versions(),
        erasures: Vec::new(),
    }
}

/// Why a run cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// A document does not have the digest that the run recorded.
    #[error("the {document} is not the one of the run: its digest is {found}, the run recorded {recorded}")]
    OtherDigest {
        /// The document.
        document: &'static str,
        /// The digest in the run's record.
        recorded: ContentDigest,
        /// The digest of the document.
        found: ContentDigest,
    },
    /// A document cannot be read by this version.
    #[error("the {document} cannot be read: {refused}")]
    Unreadable {
        /// The document.
        document: &'static str,
        /// Why it was refused.
        refused: RefusedDocument,
    },
    /// The canonical answer has no valid status.
    #[error("the answer cannot be read: {0}")]
    NoStatus(#[from] serde_json::Error),
}

/// A run's record with its documents, each verified by its digest.
#[derive(Debug)]
pub struct RecordedRun {
    /// The snapshot that the run read.
    pub snapshot: Snapshot,
    provenance: Provenance,
    claim: ClaimedAnswer,
    status: Status,
}

/// The result of a replay.
#[derive(Debug)]
pub struct CompletedReplay {
    /// The verdict, the two scores, the number of lines that differ, and what changed since the run.
    pub replayed: ReplayResult,
    /// The comparison of the two plans.
    pub comparison: Comparison,
    /// Score and statistics of the replay. If nothing was solved: the score of the run, and no statistics.
    pub answer: AnswerSummary,
}

/// A line of an answer, without its event.
#[derive(PartialEq)]
enum AnswerLine<'a> {
    Placed(&'a str, NaiveDateTime, Option<u8>, PlacementKind),
    LeftOut(UnplacedKind),
}

impl RecordedRun {
    /// Verifies and reads the documents of a run.
    ///
    /// # Errors
    /// A document is not the recorded one, or cannot be read.
    pub fn verify(provenance: Provenance, snapshot: &[u8], answer: &[u8]) -> Result<RecordedRun, ReplayError> {
        #[derive(Deserialize)]
        struct Ended {
            status: Status,
        }
        let verify_digest = |document, archived: &ArchivedDocument, bytes: &[u8]| {
            let (recorded, found) = (archived.digest.clone(), ContentDigest::of(bytes));
            if recorded == found { Ok(()) } else { Err(ReplayError::OtherDigest { document, recorded, found }) }
        };
        verify_digest("snapshot", &provenance.snapshot, snapshot)?;
        verify_digest("answer", &provenance.answer, answer)?;
        let unreadable = |document| move |refused| ReplayError::Unreadable { document, refused };
        let snapshot = Snapshot::parse(snapshot).map_err(unreadable("snapshot"))?;
        let claim = ClaimedAnswer::parse(answer).map_err(unreadable("answer"))?;
        let Ended { status } = serde_json::from_slice(answer)?;
        Ok(RecordedRun { snapshot, provenance, claim, status })
    }

    /// The limits of the run, with a time limit of at most `max_time`.
    pub fn options(&self, max_time: Option<Duration>) -> Options {
        let time = Duration::from_millis(self.provenance.limits.time_ms);
        Options {
            time_limit: max_time.map_or(time, |max_time| time.min(max_time)),
            gap: self.provenance.limits.gap_points,
        }
    }

    /// The plan that the run proposed, on the club of its snapshot.
    pub fn plan(&self, club: &Club) -> Plan {
        let placements = self.claim.placements.iter();
        let starts = placements.map(|p| (p.event_ref, (p.start, p.block))).collect();
        Plan::of(&self.schedule(club), &starts)
    }

    /// Replays the run. If the run reached its time limit, nothing is solved: the checker judges the run's answer
    /// again. This blocks.
    ///
    /// # Errors
    /// The solver failed, or its schedule did not pass the checker.
    pub fn replay(&self, max_time: Option<Duration>, permit: &Permit) -> Result<CompletedReplay, SolveError> {
        let club = Club::new(self.snapshot.clone());
        let before = self.plan(&club);
        if self.status == Status::TimeLimit {
            let judged = judge(&club, &self.claim);
            let breaches = judged.breaches.into_iter().map(|breach| format!("{}: {}", breach.rule, breach.text));
            let verdict = ReplayVerdict::Rejudged { breaches: breaches.collect() };
            return Ok(CompletedReplay {
                replayed: self.replay_result(verdict, None, 0),
                comparison: Comparison::new(&before, &before),
                answer: self.recorded_answer(),
            });
        }
        let proposal = solver::solve_under(permit, &club, &self.options(max_time), &|_| {})?;
        let answer = solver::answer(&proposal, Detail::Plain);
        let now = answer
            .placements
            .iter()
            .map(|p| (p.event_ref, AnswerLine::Placed(&p.employee_id.0, p.start, p.block, p.kind)));
        let now = now.chain(answer.unplaced.iter().map(|u| (u.event_ref, AnswerLine::LeftOut(u.kind)))).collect();
        let lines_differ = self.differences(&now);
        let verdict = match () {
            () if proposal.status == Status::TimeLimit => ReplayVerdict::Unfinished,
            () if (answer.score - self.claim.score).abs() > SCORE_TOLERANCE => ReplayVerdict::Different,
            () if lines_differ > 0 => ReplayVerdict::OtherLines,
            () => ReplayVerdict::Identical,
        };
        let score = answer.score;
        Ok(CompletedReplay {
            replayed: self.replay_result(verdict, Some(score), lines_differ),
            comparison: Comparison::new(&before, &Plan::proposed(&proposal.schedule)),
            answer: answer_summary(&proposal, answer, 0, &[]),
        })
    }

    fn replay_result(&self, verdict: ReplayVerdict, score_now: Option<f64>, lines_differ: usize) -> ReplayResult {
        ReplayResult {
            verdict,
            score_then: self.claim.score,
            score_now,
            lines_differ,
            versions: self.provenance.versions.changes_to(&versions()),
            erasures: self.provenance.erasures.len(),
        }
    }

    /// The lines of the run's answer.
    fn lines(&self) -> BTreeMap<EventRef, AnswerLine<'_>> {
        let placed = self.claim.placements.iter();
        let placed = placed.map(|p| (p.event_ref, AnswerLine::Placed(&p.employee, p.start, p.block, p.kind)));
        placed.chain(self.claim.unplaced.iter().map(|(event, kind)| (*event, AnswerLine::LeftOut(*kind)))).collect()
    }

    fn differences(&self, now: &BTreeMap<EventRef, AnswerLine>) -> usize {
        let then = self.lines();
        let events: BTreeSet<&EventRef> = then.keys().chain(now.keys()).collect();
        events.into_iter().filter(|event| then.get(event) != now.get(event)).count()
    }

    fn schedule<'c>(&self, club: &'c Club) -> Schedule<'c> {
        let mut schedule = Schedule::as_posted(club);
        for placement in &self.claim.placements {
            let person_day = club.find_person(&placement.employee).zip(club.day_of(placement.start.date()));
            if let (Some(event), Some((person, day))) = (club.find(placement.event_ref), person_day) {
                let person_day = PersonDay { person, day };
                let is_posted = club.event(event).posting().is_some();
                schedule.decide(event, if is_posted { Decision::Moved(person_day) } else { Decision::New(person_day) });
            }
        }
        for (event_ref, kind) in &self.claim.unplaced {
            if let Some(event) = club.find(*event_ref)
                && *kind == UnplacedKind::Dropped
                && club.event(event).posting().is_some()
            {
                schedule.decide(event, Decision::Dropped);
            }
        }
        schedule
    }

    fn recorded_answer(&self) -> AnswerSummary {
        let ClaimedAnswer { score, bound, terms, .. } = &self.claim;
        AnswerSummary {
            status: self.status,
            score: *score,
            bound: *bound,
            gap: bound.map(|bound| (bound - score).max(0.0)),
            terms: terms.clone(),
            timing_ms: domain::answer::Timing::default(),
            failures: BTreeMap::new(),
            kept: None,
            model: ModelSize { columns: 0, rows: 0 },
            load_requests: 0,
            left_out: Vec::new(),
            left_out_total: 0,
        }
    }
}
