//! Pairs and the valid days that they share (rulebook section 2).

use std::collections::BTreeMap;

use super::{Club, EventIx, Role, ValidDay};
use crate::event_type::EventType;
use crate::names::event_number;

/// The mark of an event that must not be paired. It is removed after pairing.
pub(super) const NOT_PAIRED: EventIx = EventIx(usize::MAX);

impl Club {
    pub(super) fn pair_events(&mut self) {
        let number = |club: &Club, e: EventIx| event_number(&club.event(e).name).map(str::to_owned);
        self.pair(EventType::Core, EventType::Supervisor, number);
        self.pair(EventType::JuicerProduction, EventType::JuicerSurvey, number);
        self.pair(EventType::JuicerProduction, EventType::JuicerSurvey, |club, e| Some(club.event(e).start));
        for event in &mut self.events {
            event.partner = event.partner.filter(|p| *p != NOT_PAIRED);
        }
    }

    /// Pairs the remaining events of two types one to one in order of ref, if their keys are equal.
    fn pair<K: Ord>(&mut self, one: EventType, other: EventType, key: impl Fn(&Club, EventIx) -> Option<K>) {
        let mut groups: BTreeMap<K, (Vec<EventIx>, Vec<EventIx>)> = BTreeMap::new();
        for e in self.event_ixs() {
            let event = self.event(e);
            if event.partner.is_some() || (event.kind != one && event.kind != other) {
                continue;
            }
            if let Some(key) = key(self, e) {
                let group = groups.entry(key).or_default();
                if event.kind == one { group.0.push(e) } else { group.1.push(e) }
            }
        }
        for (ones, others) in groups.into_values() {
            for (a, b) in ones.into_iter().zip(others) {
                self.events[a.0].partner = Some(b);
                self.events[b.0].partner = Some(a);
            }
        }
    }

    /// Restricts valid days to those that the halves of a pair share. A candidate Survey keeps the days that its
    /// candidate Production has too. If there are any, the Production keeps only these days. A candidate Survey or
    /// Supervisor whose other half is posted keeps only the day of that half, and no day if that half is canceled or
    /// expired. A candidate Supervisor of a candidate Core keeps all of its days: H10 binds it to the day of the Core.
    pub(super) fn share_valid_days(&mut self) {
        for e in self.event_ixs() {
            let event = self.event(e);
            let is_follower = event.kind.is_follower();
            let Some(partner) = event.partner.filter(|_| is_follower && event.is_candidate()) else { continue };
            match (&self.event(partner).role, event.kind) {
                (Role::Candidate | Role::Released(_), EventType::JuicerSurvey) => {
                    let common: Vec<ValidDay> =
                        event.valid.iter().copied().filter(|v| self.event(partner).is_valid_on(v.day)).collect();
                    if !common.is_empty() {
                        self.events[partner.0].valid.clone_from(&common);
                    }
                    self.events[e.0].valid = common;
                }
                (Role::Posted(posting), _) => {
                    let day = posting.day.filter(|_| !posting.is_off);
                    self.events[e.0].valid.retain(|v| Some(v.day) == day);
                }
                _ => {}
            }
        }
    }

    /// The Survey of a candidate Production's unit: both are candidates and have a common valid day. `None` for every
    /// other event.
    pub fn survey_of_unit(&self, production: EventIx) -> Option<EventIx> {
        let event = self.event(production);
        let survey = event.partner.filter(|_| event.is_candidate() && event.kind == EventType::JuicerProduction)?;
        (self.event(survey).is_candidate() && !self.event(survey).valid.is_empty()).then_some(survey)
    }

    /// The posted Supervisor that follows a Core if the Core leaves its day. The Core is posted or was released. `None`
    /// if the Core was released and the Supervisor has begun.
    pub fn follower(&self, core: EventIx) -> Option<EventIx> {
        let event = self.event(core);
        let partner = event.partner.filter(|_| event.kind == EventType::Core && event.origin().is_some())?;
        let posting = self.event(partner).posting()?;
        let has_begun = self.callout().is_some_and(|callout| callout.has_begun(posting.start));
        (event.posting().is_some() || !has_begun).then_some(partner)
    }
}
