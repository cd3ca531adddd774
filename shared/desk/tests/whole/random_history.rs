//! A club whose lines undergo random changes, and the numbers that its audit trail implies.

use chrono::NaiveDate;
use chrono_tz::Tz;
use desk::numbers::{Work, count, recount, recount_everything};
use domain::fairness::{Acceptance, LedgerRow, PossibleDays};
use domain::outcome::{Correction, Outcome};
use domain::snapshot::{EmployeeId, EventFacts, EventRef};
use fastrand::Rng;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use store::approvals::{Approval, ChosenLine};
use store::audit::{Entry, Subject};
use store::edits::RejectionEffect;
use store::events::Place;
use store::key::{ApprovalId, LineKey, ProposalKey, ScheduledEventId};
use store::lines::Edit;
use store::outcomes::{LineOutcome, outcome_of};
use store::rollups::DayCounts;
use store::stamp::Timestamp;
use store::states::{AttemptEnd, Cause};
use store::submission::Reporter;
use store::upstream::{EventUpdate, Source};
use testkit::{TestClub, edit_line, key, owner, small_club};

pub const ZONE: Tz = chrono_tz::America::Indiana::Indianapolis;
/// The events that have a line in the usual proposal.
const EVENTS: [u64; 5] = [101, 102, 103, 201, 202];

pub fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// A club with one proposal, whose lines undergo random changes.
pub struct RandomHistory {
    pub test: TestClub,
    pub proposal: ProposalKey,
    pub rng: Rng,
    pub approvals: u32,
}

impl RandomHistory {
    pub async fn new(seed: u64) -> RandomHistory {
        let test = TestClub::new(&small_club()).await;
        let proposal = test.propose_usual().await;
        RandomHistory { test, proposal, rng: Rng::with_seed(seed), approvals: 0 }
    }

    pub fn random_line(&mut self) -> LineKey {
        key(&self.proposal, EVENTS[self.rng.usize(0..EVENTS.len())])
    }

    /// Makes one random change to a random line; a change that the line does not allow now is refused and ignored.
    pub async fn random_step(&mut self) {
        self.test.advance(1);
        let line = self.random_line();
        let because = self.test.because();
        match self.rng.u8(0..15) {
            0 => self.edit(&line).await,
            1 => _ = edit_line(self.test.club(), &line, None, &Edit::Revert, &because).await,
            2 => _ = self.test.club().reject_line(&line, None, RejectionEffect::None, &because).await,
            3 | 4 => self.approve(&line).await,
            5 | 6 => self.submit(&line, true).await,
            7 => self.submit(&line, false).await,
            8 => _ = self.test.club().retry_line(&line, self.test.now(), &because).await,
            9 => _ = self.test.club().give_up_line(&line, &because).await,
            10 => self.report_random_end(line.event).await,
            11 => self.correct(&line).await,
            12 => _ = self.test.club().recall(&[line], &because).await,
            13 => _ = edit_line(self.test.club(), &line, None, &Edit::Unplaced, &because).await,
            _ => self.test.advance(self.rng.i64(1..20) * 3_600),
        }
    }

    pub async fn edit(&mut self, line: &LineKey) {
        let who = ["E01", "E03"][self.rng.usize(0..2)];
        let start = ["2026-11-28", "2026-11-30", "2026-12-02"][self.rng.usize(0..3)];
        let start = format!("{start}T10:15:00").parse().expect("a start");
        let place = Place { employee_id: EmployeeId(who.to_owned()), start, block: Some(1) };
        let edit = Edit::Place { place, overridden: None };
        _ = edit_line(self.test.club(), line, None, &edit, &self.test.because()).await;
    }

    pub async fn approve(&mut self, line: &LineKey) {
        self.approvals += 1;
        let club = self.test.club();
        let version = club.line(line).await.expect("read").expect("a line").version;
        let id = ApprovalId::parse(&format!("a-{}", self.approvals)).expect("an id");
        let chosen = vec![ChosenLine::new(line.event, version, 0)];
        let approval = Approval::new(id.clone(), self.proposal.clone(), chosen, self.test.because());
        if club.record_approval(&approval).await.is_ok() {
            _ = club.process_approval(&id, self.test.now()).await;
            _ = club.mark_approval_announced(&id).await;
        }
    }

    pub async fn submit(&mut self, line: &LineKey, is_accepted: bool) {
        self.test.advance(30);
        let (club, because) = (self.test.club(), self.test.because());
        let until = self.test.now().plus(chrono::TimeDelta::minutes(1));
        let Ok((taken, _)) = club.take_line(line, None, &owner("w"), until, &because).await else { return };
        let by = Reporter::Worker(&taken);
        if is_accepted {
            let id = Some(ScheduledEventId(55_000_000 + line.event.0));
            club.accept_line(by, id, &because).await.expect("accepted");
        } else {
            let ended = AttemptEnd::Refused { words: "no".into() };
            club.fail_line(by, Cause::Refused, ended, "Crossmark said no", &because).await.expect("failed");
        }
    }

    /// Crossmark reports the event as completed or as expired, at random.
    pub async fn report_random_end(&mut self, event: EventRef) {
        let condition = if self.rng.bool() { "Submitted" } else { "Expired" };
        self.report_condition(event, condition).await;
    }

    /// Crossmark reports the event with this condition.
    pub async fn report_condition(&self, event: EventRef, condition: &str) {
        let club = self.test.club();
        let read = club.known_event(event).await.expect("read").expect("an event");
        let facts = EventFacts { condition: Some(condition.to_owned()), ..read.event.body.facts.clone() };
        let posted = read.posted.as_ref().map(|posted| posted.body.clone());
        let update = EventUpdate { read: Some(read), facts, posted, source: Source::Row { at: self.test.now() } };
        club.apply_updates(&[update]).await.expect("applied");
    }

    pub async fn correct(&mut self, line: &LineKey) {
        let correction = match self.rng.u8(0..4) {
            0 => Correction::Completed,
            1 => Correction::DidNotCome,
            2 => Correction::SomebodyElse { employee_id: EmployeeId("E03".into()) },
            _ => Correction::Withdrawn,
        };
        _ = self.test.club().correct_outcome(line, None, &correction, &self.test.because()).await;
    }

    pub async fn count(&self, work: Work) {
        // The writes of an interrupted count may still arrive and make this count conflict.
        for _ in 0..10 {
            if count(self.test.club(), ZONE, self.test.now(), work).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the count failed 10 times");
    }

    /// Starts the nightly count and cancels it after this time.
    pub async fn count_interrupted(&self, after: Duration) {
        _ = tokio::time::timeout(after, count(self.test.club(), ZONE, self.test.now(), Work::Night)).await;
    }

    pub async fn outcome(&self, event: u64) -> LineOutcome {
        let found = self.test.club().line_outcome(&key(&self.proposal, event)).await.expect("read");
        found.expect("an outcome").body
    }

    pub async fn day(&self, day: &str) -> DayCounts {
        let days = self.test.club().day_counts(date(day), date(day)).await.expect("read");
        days.into_iter().next().expect("a day").body
    }

    pub async fn entries(&self) -> Vec<Entry> {
        self.test.club().entries_between(Timestamp(0), self.test.now()).await.expect("entries")
    }

    /// All stored outcomes, day counts and ledger weeks as text, for comparison.
    pub async fn stored_numbers(&self) -> String {
        let club = self.test.club();
        let (first, last) = (date("2026-10-01"), date("2027-02-28"));
        let outcomes: Vec<LineOutcome> =
            club.line_outcomes(first, last).await.expect("read").into_iter().map(|stored| stored.body).collect();
        let days: Vec<DayCounts> =
            club.day_counts(first, last).await.expect("read").into_iter().map(|stored| stored.body).collect();
        let weeks: Vec<_> =
            club.ledger_weeks(first, last).await.expect("read").into_iter().map(|stored| stored.body).collect();
        format!("{outcomes:#?}\n{days:#?}\n{weeks:#?}")
    }

    /// Asserts that the stored outcomes, day counts and ledger equal those computed from the trail, with the entries of
    /// each line in random order and some of them twice.
    pub async fn assert_equals_trail(&mut self) {
        let club = self.test.club();
        let entries = self.entries().await;
        let (first, last) = (date("2026-10-01"), date("2027-02-28"));
        let lines: BTreeSet<LineKey> = entries
            .iter()
            .filter(|entry| entry.line.is_some())
            .filter_map(|entry| match &entry.subject {
                Subject::Line(line) => Some(line.clone()),
                _ => None,
            })
            .collect();
        let mut expected = BTreeMap::new();
        for line in &lines {
            let of_line = |entry: &&Entry| matches!(&entry.subject, Subject::Line(key) if key == line);
            let mut line_entries: Vec<Entry> = entries.iter().filter(of_line).cloned().collect();
            let repeated: Vec<Entry> = line_entries.iter().filter(|_| self.rng.bool()).cloned().collect();
            line_entries.extend(repeated);
            self.rng.shuffle(&mut line_entries);
            expected.extend(outcome_of(line, &line_entries).map(|outcome| (line.to_string(), outcome)));
        }
        let stored = club.line_outcomes(first, last).await.expect("read");
        let stored: BTreeMap<String, LineOutcome> =
            stored.into_iter().map(|stored| (stored.body.line.to_string(), stored.body)).collect();
        assert_eq!(stored, expected);
        for day in first.iter_days().take_while(|day| *day <= last) {
            let differs = recount(club, ZONE, self.test.now(), day).await.expect("recounted");
            assert_eq!(differs, None, "{day}");
        }
        self.assert_ledger_of(&expected).await;
        let whole = recount_everything(club, ZONE, self.test.now()).await.expect("recounted");
        assert_eq!(whole.differences, [""; 0]);
    }

    /// Asserts that the stored ledger equals the one computed from these outcomes.
    pub async fn assert_ledger_of(&self, outcomes: &BTreeMap<String, LineOutcome>) {
        let club = self.test.club();
        let weeks = club.ledger_weeks(date("2026-10-01"), date("2027-02-28")).await.expect("read");
        let arrivals = club.settings().await.expect("settings").body.planning.arrivals;
        let accepted: Vec<Acceptance> = outcomes.values().filter_map(|line| line.acceptance(&arrivals)).collect();
        let outcomes: Vec<Outcome> = outcomes.values().filter_map(|line| line.outcome.clone()).collect();
        let mut possible = PossibleDays::new();
        for week in &weeks {
            for (employee, dates) in &week.body.possible {
                possible.entry(employee.clone()).or_default().extend(dates);
            }
        }
        let rows = domain::fairness::recount(&accepted, &outcomes, &possible, ZONE);
        let stored: Vec<LedgerRow> =
            weeks.into_iter().flat_map(|week| week.body.people).map(|person| person.row).collect();
        assert_eq!(stored, rows);
    }
}
