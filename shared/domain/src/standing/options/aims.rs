//! What may be changed to remove a finding.

use chrono::NaiveDate;

use super::evaluator::Evaluator;
use crate::club::{EventIx, PersonIx};
use crate::event_type::EventType;
use crate::rules::{HardName, WatchName};
use crate::snapshot::Rotation;
use crate::standing::Rule;

/// The schedules, events and rotation that may be changed to remove a finding.
#[derive(Debug, Default)]
pub(super) struct Aims {
    /// Posted schedules that may be given away, moved, traded and taken back.
    pub posted: Vec<EventIx>,
    /// Schedules that are gone and may be taken back (W2).
    pub gone: Vec<EventIx>,
    /// Events that the finding names and that are not posted. Those whose condition is open may be placed.
    pub not_posted: Vec<EventIx>,
    /// A rotation that somebody else may hold on a date.
    pub rotation: Option<(Rotation, NaiveDate)>,
    /// The person whose support events lack a base event, and the date (H12).
    pub needs_base: Option<(PersonIx, NaiveDate)>,
}

impl Aims {
    /// What may be changed for the finding of the evaluator.
    pub fn of(evaluator: &Evaluator) -> Aims {
        let club = evaluator.club();
        let (rule, issue) = (evaluator.rule(), evaluator.issue());
        let date = issue.on.date();
        let named: Vec<EventIx> = issue.refs.iter().filter_map(|r| club.find(*r)).collect();
        let on_day = |kind| -> Vec<EventIx> {
            let is_there = |e: &EventIx| evaluator.posting(*e).map(|p| p.start.date()) == date;
            club.event_ixs().filter(|e| evaluator.event(*e).kind == kind && is_there(e)).collect()
        };
        let mut aims = Aims::default();
        let of_rotation = |rotation| date.map(|date| (rotation, date));
        let posted = match rule {
            Rule::Watch(WatchName::W2) => {
                aims.gone = named
                    .iter()
                    .copied()
                    .filter(|e| evaluator.posted_place(*e).is_some_and(|h| evaluator.may_change_at(h.start)))
                    .collect();
                Vec::new()
            }
            Rule::Watch(WatchName::W5) => {
                aims.rotation = of_rotation(Rotation::PrimaryLead);
                on_day(EventType::Core)
            }
            Rule::Watch(WatchName::W10) => {
                aims.rotation = of_rotation(Rotation::PrimaryLead);
                named.clone()
            }
            Rule::Watch(WatchName::W6) => {
                aims.rotation = of_rotation(Rotation::Juicer);
                named.clone()
            }
            Rule::Watch(WatchName::W11) => {
                aims.rotation = issue.rotation.and_then(of_rotation);
                match issue.rotation {
                    Some(Rotation::Juicer) => on_day(EventType::JuicerProduction),
                    _ => on_day(EventType::Core),
                }
            }
            Rule::Hard(HardName::H12) => {
                let person = issue.person.as_ref().and_then(|id| club.find_person(&id.0));
                aims.needs_base = person.zip(date);
                named.clone()
            }
            _ => named.clone(),
        };
        aims.not_posted = named.into_iter().filter(|e| !evaluator.is_posted(*e)).collect();
        // A Survey goes with its Production.
        let heads = posted.iter().filter(|e| evaluator.event(**e).kind == EventType::JuicerSurvey);
        let heads: Vec<EventIx> = heads.filter_map(|e| evaluator.event(*e).partner).collect();
        aims.posted = posted.into_iter().chain(heads).filter(|e| evaluator.may_change(*e)).collect();
        aims.posted.sort_unstable();
        aims.posted.dedup();
        aims
    }
}
