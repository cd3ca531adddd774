//! The erasure of a person: a pseudonym replaces their id and name, and their Crossmark number is removed, in every
//! item of the club, including keys and archived documents.
//!
//! The first transaction renames the person's own document while nobody holds the run lease, so that no later run reads
//! the name. Then passes over all partitions repeat until one pass finds nothing. Every change of an item is
//! conditioned on what was read. The erasure can be interrupted anywhere, because its record has the progress. That
//! record still has the person's name, so it is deleted last.
//!
//! Trials and drafts need no lease. A trial or draft that read the name before the erasure and is stored after the last
//! pass keeps the name until it expires, within two days.

use domain::snapshot::{Employee, EmployeeId};
use serde::{Deserialize, Serialize};

use crate::archive::{ArchivedKind, LEGACY_PREFIX};
use crate::audit::{Because, Entry, Subject};
use crate::changes::Changes;
use crate::facts::{FactId, FactKind};
use crate::item::{self, Attributes, Single, Stored, key_of, single_key};
use crate::key::{Index, Part, ProposalKey, RunId};
use crate::lease::Lease;
use crate::provenance::ArchiveErasure;
use crate::request::{Slice, TableError};
use crate::runs::Run;
use crate::stamp::Timestamp;
use crate::table::Club;
use crate::trials::Trial;

mod redact;

use redact::Redactor;

/// The id and name of a person after their erasure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pseudonym {
    /// The id that replaces the person's id.
    pub id: EmployeeId,
    /// The name that replaces the person's name.
    pub name: String,
}

impl Pseudonym {
    /// A new pseudonym from the system's random source, so that it says nothing about the person.
    ///
    /// The tail is eight consonants. Without digits and vowels it cannot contain an ID such as `E78`, or a word, by
    /// chance.
    pub fn random() -> Pseudonym {
        const CONSONANTS: &[u8; 16] = b"BCDFGHJKMNPQRSTV";
        let bytes = uuid::Uuid::new_v4().into_bytes();
        let tail: String = bytes.iter().take(8).map(|byte| char::from(CONSONANTS[usize::from(byte % 16)])).collect();
        Pseudonym { id: EmployeeId(format!("former-{tail}")), name: format!("Former employee {tail}") }
    }
}

/// An erasure that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// The id of the person to erase.
    pub employee_id: EmployeeId,
    /// The name of that person.
    name: String,
    /// The person's first name, if it has more than one letter, nobody else in the club has it, and it cannot be
    /// confused with a date.
    first_name: Option<String>,
    /// The person's number at Crossmark.
    rep_id: Option<u64>,
    /// The id and name that replace the person's.
    pub pseudonym: Pseudonym,
    /// Who began the erasure, and when.
    because: Because,
    /// The progress of the current pass: the partition, and in `after` the last sort key, run or trial that is done.
    step: usize,
    after: Option<String>,
    /// Items that this pass has changed.
    changed_in_pass: u64,
    /// Items that were changed so far, the person's own document included.
    changed: u64,
}

impl Single for Erasure {
    const SORT: &'static str = "ERASURE";
}

/// The progress of an erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureProgress {
    /// The id and name of the person afterwards.
    pub pseudonym: Pseudonym,
    /// Items that were changed.
    pub changed: u64,
    /// Whether nothing of the person is left.
    pub finished: bool,
}

/// Why an erasure was not begun.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ErasureError {
    /// The club has nobody with that id.
    #[error("the club has nobody with that id")]
    NoEmployee,
    /// The erasure of somebody else is under way.
    #[error("the erasure of somebody else is under way")]
    OtherUnderWay,
    /// A run holds the club's lease, and may have read the person's name.
    #[error("run {run} is working on the club")]
    RunAtWork {
        /// The run.
        run: RunId,
    },
    /// A request to the table failed.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// The partitions of a pass. Archived documents and lines follow, one run or trial at a time.
const PARTS: [Part<'static>; 20] = [
    Part::Club,
    Part::Events,
    Part::Posted,
    Part::Runs,
    Part::Nights,
    Part::Approvals,
    Part::Groups,
    Part::Audit,
    Part::Tallies,
    Part::Feeds,
    Part::Uploads,
    Part::Refreshes,
    Part::Drafts,
    Part::Health,
    Part::Outcomes,
    Part::Ledger,
    Part::RollUps,
    Part::Questions,
    Part::Trials,
    Part::Replies,
];
/// The step for the archive and the lines of runs.
const STEP_OF_RUNS: usize = PARTS.len();
/// The step for the lines of trials.
const STEP_OF_TRIALS: usize = STEP_OF_RUNS + 1;
/// Number of steps of a pass.
const STEPS: usize = STEP_OF_TRIALS + 1;
/// First names that are replaced only together with the last name, because dates in messages contain the same words.
const FIRST_NAMES_IN_DATES: [&str; 5] = ["Jan", "April", "May", "June", "August"];
/// Number of items that are read at a time.
const PAGE: i32 = 200;

impl Club<'_> {
    /// The erasure that is under way, if one is.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn erasure(&self) -> Result<Option<Stored<Erasure>>, TableError> {
        self.single().await
    }

    /// Begins the erasure of a person, or returns the one that is under way. Afterwards the club's list of people has
    /// the pseudonym. The caller must have checked that the person does not work here any more and has no open
    /// lines or schedules.
    ///
    /// # Errors
    /// [`ErasureError::NoEmployee`], [`OtherUnderWay`](ErasureError::OtherUnderWay),
    /// [`RunAtWork`](ErasureError::RunAtWork), or [`Table`](ErasureError::Table).
    pub async fn begin_erasure(
        &self,
        employee: &EmployeeId,
        because: &Because,
    ) -> Result<Stored<Erasure>, ErasureError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            if let Some(under_way) = self.erasure().await? {
                let same = under_way.body.employee_id == *employee || under_way.body.pseudonym.id == *employee;
                return if same { Ok(under_way) } else { Err(ErasureError::OtherUnderWay) };
            }
            let people = self.all_documents::<Employee>().await?;
            let read = people.iter().find(|person| person.body.id == *employee).ok_or(ErasureError::NoEmployee)?;
            let lease = self.lease().await?;
            let holder = lease.as_ref().and_then(|lease| lease.body.holder.as_ref());
            if let Some(holder) = holder.filter(|holder| because.at < holder.until) {
                return Err(ErasureError::RunAtWork { run: holder.run.clone() });
            }
            let erasure = Erasure::of(&read.body, &people, because);
            let Pseudonym { id, name } = erasure.pseudonym.clone();
            let mut changes = Changes::new(self.id);
            match &lease {
                Some(lease) => changes.require_unchanged(lease),
                None => changes.require_absent(single_key::<Lease>(self.id)),
            }
            changes.remove(read);
            let subject = Subject::Fact(FactId { kind: FactKind::Employee, id: id.0.clone() });
            changes.create(&Employee { id, name, rep_id: None, active: false, ..read.body.clone() })?;
            changes.create(&erasure)?;
            changes.note(&Entry::new(subject, read.version + 1, (Some("saved"), "erased"), because))?;
            changes.count_plan_change();
            if self.try_commit(changes).await? {
                return Ok(Stored { version: 1, body: erasure });
            }
        }
    }

    /// Continues an erasure until it is finished or `stop` returns `true`. `stop` is called after each page.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written. The progress so far is kept.
    pub async fn continue_erasure(
        &self,
        mut under_way: Stored<Erasure>,
        now: Timestamp,
        mut stop: impl FnMut() -> bool,
    ) -> Result<ErasureProgress, TableError> {
        let redactor = under_way.body.redactor();
        loop {
            let erasure = &mut under_way.body;
            if erasure.step == STEPS {
                if erasure.changed_in_pass == 0 {
                    let mut changes = Changes::new(self.id);
                    changes.remove(&under_way);
                    self.try_commit(changes).await?;
                    let Erasure { pseudonym, changed, .. } = under_way.body;
                    return Ok(ErasureProgress { pseudonym, changed, finished: true });
                }
                (erasure.step, erasure.after, erasure.changed_in_pass) = (0, None, 0);
            }
            let (changed, after) = match erasure.step {
                STEP_OF_RUNS => self.redact_run(&redactor, erasure.after.as_deref(), now).await?,
                STEP_OF_TRIALS => self.redact_trial(&redactor, erasure.after.as_deref()).await?,
                step => self.redact_page(&redactor, &PARTS[step], erasure.after.as_deref()).await?,
            };
            erasure.changed_in_pass += changed;
            erasure.changed += changed;
            match after {
                Some(_) => erasure.after = after,
                None => (erasure.step, erasure.after) = (erasure.step + 1, None),
            }
            let mut changes = Changes::new(self.id);
            changes.replace(Some(under_way.version), &under_way.body)?;
            if !self.try_commit(changes).await? {
                // Another worker continues the erasure.
                return Ok(under_way.body.progress());
            }
            under_way.version += 1;
            if stop() {
                return Ok(under_way.body.progress());
            }
        }
    }

    /// Redacts one page of a partition. Returns how many items changed, and the last sort key if there are more pages.
    async fn redact_page(
        &self,
        redactor: &Redactor,
        part: &Part<'_>,
        after: Option<&str>,
    ) -> Result<(u64, Option<String>), TableError> {
        let slice = Slice { limit: Some(PAGE), ..Slice::whole(part.of(self.id)) };
        let rows = self.page(&slice_after(slice, after)).await?;
        let last = rows.items.last().map(|item| key_of(item).sort);
        let changed = self.redact_items(redactor, rows.items).await?;
        Ok((changed, last.filter(|_| rows.next.is_some())))
    }

    /// Redacts the archive and the lines of the run that follows `after`.
    async fn redact_run(
        &self,
        redactor: &Redactor,
        after: Option<&str>,
        now: Timestamp,
    ) -> Result<(u64, Option<String>), TableError> {
        let slice = Slice { limit: Some(1), ..Slice::whole(Part::Runs.of(self.id)) };
        let rows = self.page(&slice_after(slice, after)).await?;
        let Some(row) = rows.items.into_iter().next() else { return Ok((0, None)) };
        let run: Run = item::read::<Run>(row)?.body;
        let mut changed = 0;
        for token in &run.tokens {
            let proposal = ProposalKey { run: run.id.clone(), token: *token };
            changed += self.redact_archive(redactor, &proposal, now).await?;
            changed += self.redact_lines(redactor, &proposal).await?;
        }
        Ok((changed, Some(run.id.as_str().to_owned())))
    }

    /// Redacts the lines of the trial that follows `after`.
    async fn redact_trial(
        &self,
        redactor: &Redactor,
        after: Option<&str>,
    ) -> Result<(u64, Option<String>), TableError> {
        let slice = Slice { limit: Some(1), ..Slice::whole(Part::Trials.of(self.id)) };
        let rows = self.page(&slice_after(slice, after)).await?;
        let Some(row) = rows.items.into_iter().next() else { return Ok((0, None)) };
        let trial: Trial = item::read::<Trial>(row)?.body;
        let changed = self.redact_lines(redactor, &trial.proposal()).await?;
        Ok((changed, Some(trial.id.as_str().to_owned())))
    }

    async fn redact_lines(&self, redactor: &Redactor, proposal: &ProposalKey) -> Result<u64, TableError> {
        let rows = self.query(Slice::whole(Part::Proposal(proposal).of(self.id))).await?;
        // A legacy snapshot beside the lines is deleted, because no record has a digest of it that could be updated.
        let (legacy, lines): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|row| key_of(row).sort.starts_with(LEGACY_PREFIX));
        let gone = legacy.len() as u64;
        self.delete_all(legacy.iter().map(key_of).collect()).await?;
        Ok(gone + self.redact_items(redactor, lines).await?)
    }

    /// Redacts the archived documents of a run and updates the digests in its record, in one transaction.
    async fn redact_archive(
        &self,
        redactor: &Redactor,
        proposal: &ProposalKey,
        now: Timestamp,
    ) -> Result<u64, TableError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let mut changes = Changes::new(self.id);
            let mut renewed = Vec::new();
            for kind in ArchivedKind::ALL {
                let Some(read) = self.stored_document(proposal, kind, now).await? else { continue };
                let Some(document) =
                    std::str::from_utf8(&read.document).ok().and_then(|text| redactor.redact_json(text))
                else {
                    continue;
                };
                if let Some(archived) = self.replace_document(&mut changes, &read, document.as_bytes())? {
                    renewed.push((kind, archived));
                }
            }
            if renewed.is_empty() {
                return Ok(0);
            }
            let count = renewed.len() as u64;
            let run = self.run(&proposal.run).await?.filter(|run| run.body.proposal().as_ref() == Some(proposal));
            if let Some(run) = run {
                let mut body = run.body.clone();
                if let Some(provenance) = body.summary.as_mut().and_then(|summary| summary.provenance.as_mut()) {
                    let before = (provenance.snapshot.digest.clone(), provenance.answer.digest.clone());
                    for (kind, archived) in renewed {
                        match kind {
                            ArchivedKind::Snapshot => provenance.snapshot = archived,
                            ArchivedKind::Answer => provenance.answer = archived,
                        }
                    }
                    provenance.erasures.push(ArchiveErasure {
                        at: now,
                        snapshot_before: before.0,
                        snapshot_after: provenance.snapshot.digest.clone(),
                        answer_before: before.1,
                        answer_after: provenance.answer.digest.clone(),
                    });
                    changes.replace(Some(run.version), &body)?;
                }
            }
            if self.try_commit(changes).await? {
                return Ok(count);
            }
        }
    }

    async fn redact_items(&self, redactor: &Redactor, items: Vec<Attributes>) -> Result<u64, TableError> {
        let mut changed = 0;
        for item in items {
            let key = key_of(&item);
            if key == single_key::<Erasure>(self.id) {
                continue;
            }
            let mut item = Some(item);
            let mut attempts = self.attempts();
            while let Some(read) = item.take() {
                let Some(redacted) = redact_item(redactor, &read) else { break };
                attempts.begin().await?;
                let mut changes = Changes::new(self.id);
                changes.rewrite(&read, redacted);
                if self.try_commit(changes).await? {
                    changed += 1;
                    break;
                }
                item = self.get(&key).await?;
            }
        }
        Ok(changed)
    }
}

/// The part of a slice whose sort keys are greater than `after`; the whole slice without one.
fn slice_after(slice: Slice, after: Option<&str>) -> Slice {
    match after {
        // U+0001 is smaller than any character in a key, so no key lies between.
        Some(after) => Slice { from: format!("{after}\u{1}"), ..slice },
        None => slice,
    }
}

/// The redacted item with the next version; `None` if the item does not name the person.
fn redact_item(redactor: &Redactor, read: &Attributes) -> Option<Attributes> {
    let body = item::body(read).and_then(|body| redactor.redact_json(body));
    let key = key_of(read);
    let sort = redactor.redact_text(&key.sort);
    if body.is_none() && sort.is_none() {
        return None;
    }
    let mut item = item::rewritten(read, sort.unwrap_or(key.sort), body);
    for index in [Index::Open, Index::Claimed, Index::Subject] {
        item::change_text(&mut item, index.name(), |known| redactor.redact_text(known));
    }
    Some(item)
}

impl Erasure {
    fn of(employee: &Employee, people: &[Stored<Employee>], because: &Because) -> Erasure {
        let first = |name: &str| name.split_whitespace().next().unwrap_or_default().to_owned();
        let own = first(&employee.name);
        let is_unique = people.iter().filter(|person| first(&person.body.name) == own).count() == 1;
        Erasure {
            employee_id: employee.id.clone(),
            name: employee.name.clone(),
            first_name: Some(own)
                .filter(|own| is_unique && own.chars().count() > 1 && !FIRST_NAMES_IN_DATES.contains(&own.as_str())),
            rep_id: employee.rep_id,
            pseudonym: Pseudonym::random(),
            because: because.clone(),
            step: 0,
            after: None,
            changed_in_pass: 0,
            changed: 1,
        }
    }

    fn redactor(&self) -> Redactor {
        let Pseudonym { id, name } = &self.pseudonym;
        let known = (self.employee_id.0.as_str(), self.name.as_str());
        Redactor::new(known, (&id.0, name), self.first_name.as_deref(), self.rep_id)
    }

    fn progress(&self) -> ErasureProgress {
        ErasureProgress { pseudonym: self.pseudonym.clone(), changed: self.changed, finished: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_partition_of_a_club_is_part_of_a_pass() {
        // A new partition must be added to the pass, or named here with the reason why it names nobody.
        for part in &PARTS {
            match part {
                Part::Club | Part::Events | Part::Posted | Part::Runs | Part::Nights | Part::Approvals => {}
                Part::Groups | Part::Replies | Part::Audit | Part::Tallies | Part::Feeds | Part::Uploads => {}
                Part::Trials | Part::Refreshes | Part::Drafts | Part::Health | Part::Outcomes | Part::Ledger => {}
                Part::RollUps | Part::Questions => {}
                Part::Archive | Part::Proposal(_) => panic!("these are redacted a run at a time"),
            }
        }
    }

    #[test]
    fn pseudonyms_are_random_and_do_not_repeat() {
        let (one, other) = (Pseudonym::random(), Pseudonym::random());
        assert_ne!(one, other);
        assert!(one.id.0.starts_with("former-") && one.id.0.len() == 15, "{}", one.id);
        assert_eq!(one.name, one.id.0.replace("former-", "Former employee "));
        for _ in 0..1_000 {
            let Pseudonym { id, .. } = Pseudonym::random();
            let tail = id.0.trim_start_matches("former-");
            assert!(tail.chars().all(|letter| letter.is_ascii_uppercase() && !"AEIOU".contains(letter)), "{id}");
        }
    }

    #[test]
    fn a_page_begins_right_after_the_last_key_of_the_page_before() {
        let slice = slice_after(Slice::whole("CLUB#1".to_owned()), Some("OFF#E01#2026"));
        assert!(slice.from.as_str() > "OFF#E01#2026" && slice.from.as_str() < "OFF#E01#2026#");
    }
}
