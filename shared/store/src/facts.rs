//! Facts that people maintain by hand: people, when they work, calendar, rotations, settings, corrected events,
//! switches of learned affinity.
//!
//! Each change is one transaction: the document, conditioned on what was read, and an audit entry with the values
//! before and after. A change can therefore be undone as long as the fact is as that change left it.

use domain::affinity::AffinityOptions;
use domain::snapshot::{
    AvailabilityOverride, Employee, EventRef, RotationException, RotationRow, TimeOff, WeeklyAvailability,
};
use serde::{Deserialize, Serialize};

use crate::audit::{Because, Entry, Subject};
use crate::changes::Changes;
use crate::cursor::{Cursor, ListError, Page};
use crate::documents::{ClubSettings, Document, DocumentError, Holiday, LockedDay, YearlyHoliday};
use crate::events::Correction;
use crate::item::Stored;
use crate::key::ClubId;
use crate::table::Club;
use crate::upstream::KnownEvent;

mod settings;

/// The value of one fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Fact {
    /// A person.
    Employee(Employee),
    /// A person's usual week.
    Availability(WeeklyAvailability),
    /// A temporary change of the usual week.
    Override(AvailabilityOverride),
    /// Days off.
    TimeOff(TimeOff),
    /// A holiday on one date.
    Holiday(Holiday),
    /// A holiday of every year.
    YearlyHoliday(YearlyHoliday),
    /// A locked day.
    LockedDay(LockedDay),
    /// Who holds a rotation on one date instead.
    Exception(RotationException),
    /// All rows of both rotations.
    Rotations(Vec<RotationRow>),
    /// The club with its settings.
    Settings(Box<ClubSettings>),
    /// The correction of one event.
    Event(EventCorrection),
    /// The switches of learned affinity.
    Affinity(AffinityOptions),
}

/// The correction of one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventCorrection {
    /// The event.
    #[serde(rename = "ref")]
    pub event_ref: EventRef,
    /// The values that replace Crossmark's.
    pub correction: Correction,
    /// Whether a run may place it.
    pub auto: bool,
}

/// The kinds of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the kinds of Fact")]
pub enum FactKind {
    Employee,
    Availability,
    Override,
    TimeOff,
    Holiday,
    YearlyHoliday,
    LockedDay,
    Exception,
    Rotations,
    Settings,
    Event,
    Affinity,
}

impl FactKind {
    /// All kinds.
    pub const ALL: [FactKind; 12] = [
        FactKind::Employee,
        FactKind::Availability,
        FactKind::Override,
        FactKind::TimeOff,
        FactKind::Holiday,
        FactKind::YearlyHoliday,
        FactKind::LockedDay,
        FactKind::Exception,
        FactKind::Rotations,
        FactKind::Settings,
        FactKind::Event,
        FactKind::Affinity,
    ];

    /// The name that the audit trail uses.
    pub fn name(self) -> &'static str {
        match self {
            FactKind::Employee => "employee",
            FactKind::Availability => "availability",
            FactKind::Override => "override",
            FactKind::TimeOff => "time_off",
            FactKind::Holiday => "holiday",
            FactKind::YearlyHoliday => "yearly_holiday",
            FactKind::LockedDay => "locked_day",
            FactKind::Exception => "exception",
            FactKind::Rotations => "rotations",
            FactKind::Settings => "settings",
            FactKind::Event => "event",
            FactKind::Affinity => "affinity",
        }
    }
}

/// The id of a fact: its kind, and what distinguishes it from others of the kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FactId {
    /// The kind.
    pub kind: FactKind,
    /// For example an employee's id, a date or an event's number; empty if there is only one fact of the kind.
    pub id: String,
}

impl std::fmt::Display for FactId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FACT#{}#{}", self.kind.name(), self.id)
    }
}

/// A document that is a fact of its own.
pub trait KeptFact: Document + Clone {
    /// The kind of these facts.
    const KIND: FactKind;

    /// The document as a fact.
    fn to_fact(&self) -> Fact;

    /// What distinguishes it from others of its kind.
    fn id(&self) -> String {
        let sort = self.key(&ClubId::of_no_club()).sort;
        sort.strip_prefix(Self::PREFIX).unwrap_or(&sort).replace('#', "~")
    }
}

macro_rules! kept_facts {
    ($($document:ident $variant:ident,)+) => {
        $(impl KeptFact for $document {
            const KIND: FactKind = FactKind::$variant;

            fn to_fact(&self) -> Fact {
                Fact::$variant(self.clone())
            }
        })+

        impl Club<'_> {
            /// Undoes a change of a document, if the document is still as the change left it; `None` for a fact that is
            /// not a document.
            async fn undo_document_change(
                &self,
                change: &FactChange,
                version: u64,
                because: &Because,
            ) -> Option<Result<FactSaved, DocumentError>> {
                match (&change.before, &change.after) {
                    $(
                        (Some(Fact::$variant(before)), Some(Fact::$variant(after))) => {
                            let read = Stored { version, body: after.clone() };
                            Some(self.change_document(Some(&read), Some(before), because).await)
                        }
                        (Some(Fact::$variant(before)), None) => {
                            Some(self.change_document(None, Some(before), because).await)
                        }
                        (None, Some(Fact::$variant(after))) => {
                            let read = Stored { version, body: after.clone() };
                            Some(self.change_document(Some(&read), None, because).await)
                        }
                    )+
                    _ => None,
                }
            }
        }
    };
}

kept_facts! {
    Employee Employee,
    WeeklyAvailability Availability,
    AvailabilityOverride Override,
    TimeOff TimeOff,
    Holiday Holiday,
    YearlyHoliday YearlyHoliday,
    LockedDay LockedDay,
    RotationException Exception,
}

/// The values of a fact before and after a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FactChange {
    /// The value before; `None` if the fact did not exist.
    pub before: Option<Fact>,
    /// The value after; `None` if the fact was removed.
    pub after: Option<Fact>,
}

/// The audit trail's state of a fact that exists.
const SAVED: &str = "saved";
/// The audit trail's state of a fact that was removed.
const REMOVED: &str = "removed";

/// A change of a fact that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactSaved {
    /// The fact.
    pub id: FactId,
    /// The fact's version after the change; for a removed fact, the version before plus 1.
    pub version: u64,
}

impl FactChange {
    /// The entry of the audit trail.
    pub(crate) fn entry(self, id: FactId, version: u64, because: &Because) -> Entry {
        let state = |fact: &Option<Fact>| fact.as_ref().map(|_| SAVED);
        let states = (state(&self.before), state(&self.after).unwrap_or(REMOVED));
        let entry = Entry::new(Subject::Fact(id), version, states, because);
        Entry { fact: Some(Box::new(self)), ..entry }
    }
}

/// Adds the change of one document, with its audit entry, to a transaction.
pub(crate) fn add_document_change<D: KeptFact>(
    changes: &mut Changes<'_>,
    before: Option<&Stored<D>>,
    after: Option<&D>,
    because: &Because,
) -> Result<FactSaved, DocumentError> {
    let read = before.map(|before| before.version);
    let Some(id) = after.or(before.map(|before| &before.body)).map(KeptFact::id) else {
        return Err(DocumentError::Stale { found: None });
    };
    let (id, version) = (FactId { kind: D::KIND, id }, read.unwrap_or(0) + 1);
    match (before, after) {
        (_, Some(after)) => changes.replace(read, after)?,
        (Some(before), None) => changes.remove(before),
        (None, None) => {}
    }
    let change = FactChange { before: before.map(|before| before.body.to_fact()), after: after.map(KeptFact::to_fact) };
    changes.note(&change.entry(id.clone(), version, because))?;
    Ok(FactSaved { id, version })
}

impl Club<'_> {
    /// Changes one document, with its audit entry, in one transaction.
    ///
    /// `before` is the document as it was read. `after` replaces it; `None` removes it.
    ///
    /// # Errors
    /// [`DocumentError::Stale`] if it has changed since it was read, [`DocumentError::Table`] if the table cannot be
    /// read or written.
    pub async fn change_document<D: KeptFact>(
        &self,
        before: Option<&Stored<D>>,
        after: Option<&D>,
        because: &Because,
    ) -> Result<FactSaved, DocumentError> {
        let mut changes = Changes::new(self.id);
        let saved = add_document_change(&mut changes, before, after, because)?;
        changes.count_plan_change();
        if self.try_commit(changes).await? {
            return Ok(saved);
        }
        let like = after.or(before.map(|before| &before.body));
        let found = match like {
            Some(like) => self.document(like).await?.map(|found| found.version),
            None => None,
        };
        Err(DocumentError::Stale { found })
    }

    /// Undoes one change: restores the value before it, if the fact is still as that change left it.
    ///
    /// # Errors
    /// [`DocumentError::Stale`] if the fact was changed since or the change cannot be undone, [`DocumentError::Table`]
    /// if the table cannot be read or written.
    pub async fn undo_change(&self, entry: &Entry, because: &Because) -> Result<FactSaved, DocumentError> {
        const CANNOT_BE_UNDONE: DocumentError = DocumentError::Stale { found: None };
        let (Subject::Fact(_), Some(change)) = (&entry.subject, &entry.fact) else { return Err(CANNOT_BE_UNDONE) };
        if let Some(undone) = self.undo_document_change(change, entry.version, because).await {
            return undone;
        }
        match (&change.before, &change.after) {
            (Some(Fact::Settings(before)), Some(Fact::Settings(after))) => {
                let read = Stored { version: entry.version, body: (**after).clone() };
                self.change_settings(&read, (**before).clone(), because).await
            }
            (Some(Fact::Affinity(before)), Some(Fact::Affinity(after))) => {
                let read = Stored { version: entry.version, body: after.clone() };
                self.change_affinity_switches(&read, before, because).await
            }
            (Some(Fact::Rotations(before)), Some(Fact::Rotations(_))) => {
                let expect = crate::documents::Expect::Version(entry.version);
                let version = self.replace_rotations(before, expect, because).await?;
                Ok(FactSaved { id: rotations_id(), version })
            }
            (Some(Fact::Event(before)), Some(Fact::Event(after))) => {
                let read = self.known_event(before.event_ref).await?;
                let is_unchanged = |read: &KnownEvent| EventCorrection::of(&read.event.body) == *after;
                self.correct_event(before, Some(read.filter(is_unchanged).ok_or(CANNOT_BE_UNDONE)?), because).await
            }
            _ => Err(CANNOT_BE_UNDONE),
        }
    }

    /// The changes of one fact, in order of version, then time, a page at a time.
    ///
    /// # Errors
    /// [`ListError::ForeignCursor`] for a cursor of another list, [`ListError::Table`] if the table cannot be read.
    pub async fn fact_history(
        &self,
        id: &FactId,
        cursor: Option<&Cursor>,
        limit: u16,
    ) -> Result<Page<Stored<Entry>>, ListError> {
        self.trail(&Subject::Fact(id.clone()), cursor, limit).await
    }

    /// The last change of a fact, which a person may undo; `None` if nobody changed it by hand.
    ///
    /// # Errors
    /// [`ListError::Table`] if the table or an entry cannot be read.
    pub async fn last_change(&self, id: &FactId) -> Result<Option<Entry>, ListError> {
        let (mut cursor, mut last) = (None, None::<Entry>);
        loop {
            let page = self.fact_history(id, cursor.as_ref(), 200).await?;
            // Versions begin at 1 again if a removed fact is created again, so the newest entry is the one with the
            // latest time.
            let newer = page.items.into_iter().map(|entry| entry.body);
            last = newer.chain(last).max_by_key(|entry| (entry.because.at, entry.version));
            cursor = page.next;
            if cursor.is_none() {
                return Ok(last);
            }
        }
    }
}

/// The id of both rotations as a fact.
pub(crate) fn rotations_id() -> FactId {
    FactId { kind: FactKind::Rotations, id: String::new() }
}
