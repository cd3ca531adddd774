//! Settings and corrections of events. A change of these facts writes more than one document.

use chrono::NaiveTime;
use domain::snapshot::{EventFacts, Posted};

use super::{EventCorrection, Fact, FactChange, FactId, FactKind, FactSaved};
use crate::audit::Because;
use crate::changes::Changes;
use crate::documents::{ClubListing, ClubSettings, DocumentError};
use crate::events::{Correction, EnteredValues, Event};
use crate::item::Stored;
use crate::table::Club;
use crate::upstream::KnownEvent;

impl Club<'_> {
    /// Changes the settings, with the club itself, its place in the list of clubs and the audit entry, in one
    /// transaction. `read.version` is the version of the settings, 0 if they were never written.
    ///
    /// # Errors
    /// [`DocumentError::Stale`] if the settings or the club have changed since they were read,
    /// [`DocumentError::NoClub`] for a club that was never loaded, [`DocumentError::Table`] if the table cannot be read
    /// or written.
    pub async fn change_settings(
        &self,
        read: &Stored<ClubSettings>,
        after: ClubSettings,
        because: &Because,
    ) -> Result<FactSaved, DocumentError> {
        let (id, version) = (FactId { kind: FactKind::Settings, id: String::new() }, read.version + 1);
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let (listed, info) = tokio::try_join!(self.listing(), self.info())?;
            let (listed, info) = (listed.ok_or(DocumentError::NoClub)?, info.ok_or(DocumentError::NoClub)?);
            if info.body != read.body.club {
                return Err(DocumentError::Stale { found: Some(self.settings().await?.version) });
            }
            let mut changes = Changes::new(self.id);
            changes.replace((read.version > 0).then_some(read.version), &after.settings)?;
            let (run_hour, time_zone) = (after.settings.run_hour, after.club.time_zone);
            changes.replace(Some(listed.version), &ClubListing { time_zone, run_hour, ..listed.body })?;
            if info.body == after.club {
                changes.require_unchanged(&info);
            } else {
                changes.replace(Some(info.version), &after.club)?;
            }
            let fact = |settings: &ClubSettings| Some(Fact::Settings(Box::new(settings.clone())));
            let change = FactChange { before: fact(&read.body), after: fact(&after) };
            changes.note(&change.entry(id.clone(), version, because))?;
            changes.count_plan_change();
            if self.try_commit(changes).await? {
                return Ok(FactSaved { id, version });
            }
            let found = self.settings().await?.version;
            if found != read.version {
                return Err(DocumentError::Stale { found: Some(found) });
            }
        }
    }

    /// Corrects an event: a person's values for its type, its length and whether runs may place it take precedence over
    /// Crossmark's. Values for its name and window replace the stored ones.
    ///
    /// If `known` is given, the first attempt does not read the event again, and the stored correction must still be
    /// the known one. A correction is refused while a line in flight claims the event.
    ///
    /// # Errors
    /// [`DocumentError::Stale`] if the event is gone, was corrected concurrently, or is claimed by a line in flight;
    /// [`DocumentError::Table`] if the table cannot be read or written.
    pub async fn correct_event(
        &self,
        after: &EventCorrection,
        mut known: Option<KnownEvent>,
        because: &Because,
    ) -> Result<FactSaved, DocumentError> {
        let expected = known.as_ref().map(|known| EventCorrection::of(&known.event.body));
        let event_ref = after.event_ref;
        let id = FactId { kind: FactKind::Event, id: event_ref.to_string() };
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = match known.take() {
                Some(known) => Some(known),
                None => self.known_event(event_ref).await?,
            };
            let Some(read) = read else { return Err(DocumentError::Stale { found: None }) };
            let (version, event) = (read.event.version, &read.event.body);
            let before = EventCorrection::of(event);
            let in_flight = event.claim.as_ref().is_some_and(|claim| claim.status.is_in_flight());
            if in_flight || expected.as_ref().is_some_and(|expected| *expected != before) {
                return Err(DocumentError::Stale { found: Some(version) });
            }
            let facts = after.correction.facts_after(&before.correction, event.facts.clone());
            let facts = EventFacts { auto: after.auto, ..facts };
            let event = Event { facts: facts.clone(), correction: after.correction.clone(), ..event.clone() };
            let mut changes = Changes::new(self.id);
            if let Some(posted) = &read.posted {
                changes.replace(Some(posted.version), &Posted { event: facts, ..posted.body.clone() })?;
            }
            changes.replace(Some(version), &event)?;
            let change = FactChange { before: Some(Fact::Event(before)), after: Some(Fact::Event(after.clone())) };
            changes.note(&change.entry(id.clone(), version + 1, because))?;
            changes.count_plan_change();
            if self.try_commit(changes).await? {
                return Ok(FactSaved { id, version: version + 1 });
            }
        }
    }

    /// Creates an event from a person's values alone, because its row at Crossmark cannot be used.
    ///
    /// # Errors
    /// [`DocumentError::Stale`] if the event exists by now, or its name or window is missing; [`DocumentError::Table`]
    /// if the table cannot be written.
    pub async fn mend_unknown_event(
        &self,
        after: &EventCorrection,
        because: &Because,
    ) -> Result<FactSaved, DocumentError> {
        let event_ref = after.event_ref;
        let id = FactId { kind: FactKind::Event, id: event_ref.to_string() };
        let Correction { kind, minutes, entered, .. } = &after.correction;
        let stale = DocumentError::Stale { found: None };
        let EnteredValues { name: Some(name), start: Some(start), due: Some(due) } = entered.clone() else {
            return Err(stale);
        };
        let facts = EventFacts {
            event_ref,
            name,
            kind: *kind,
            start: start.and_time(NaiveTime::MIN),
            due: due.and_time(NaiveTime::MIN),
            estimated_minutes: *minutes,
            condition: None,
            auto: after.auto,
            parent_ref: None,
        };
        let mut changes = Changes::new(self.id);
        changes.create(&Event { correction: after.correction.clone(), ..Event::open(facts) })?;
        let nothing = EventCorrection { event_ref, correction: Correction::default(), auto: true };
        let change = FactChange { before: Some(Fact::Event(nothing)), after: Some(Fact::Event(after.clone())) };
        changes.note(&change.entry(id.clone(), 1, because))?;
        changes.count_plan_change();
        if self.try_commit(changes).await? { Ok(FactSaved { id, version: 1 }) } else { Err(stale) }
    }
}

impl EventCorrection {
    /// The facts of an event after this correction replaced `before`.
    pub fn corrected_facts(&self, before: &Correction, facts: &EventFacts) -> EventFacts {
        EventFacts { auto: self.auto, ..self.correction.facts_after(before, facts.clone()) }
    }

    /// The correction of an event.
    pub fn of(event: &Event) -> EventCorrection {
        EventCorrection {
            event_ref: event.facts.event_ref,
            correction: event.correction.clone(),
            auto: event.facts.auto,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use domain::event_type::EventType;
    use domain::snapshot::EventRef;

    use super::*;

    #[test]
    fn a_withdrawn_correction_restores_crossmarks_values() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date").into();
        let given = EventFacts {
            event_ref: EventRef(1),
            name: "Tart".to_owned(),
            kind: Some(EventType::Core),
            start: day,
            due: day,
            estimated_minutes: Some(390),
            auto: true,
            condition: None,
            parent_ref: None,
        };
        let none = EventCorrection { event_ref: given.event_ref, correction: Correction::default(), auto: true };
        let other =
            Correction::default().replacement(&given, Some(EventType::Other), Some(60), EnteredValues::default());
        let corrected = EventCorrection { correction: other, auto: false, ..none.clone() };
        let facts = corrected.corrected_facts(&none.correction, &given);
        assert_eq!((facts.kind, facts.estimated_minutes, facts.auto), (Some(EventType::Other), Some(60), false));
        assert_eq!(none.corrected_facts(&corrected.correction, &facts), given);
    }
}
