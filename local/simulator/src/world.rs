//! The state of the API: events, ledger and late changes. Every change is a record. If there is a journal, the record
//! is in it before the change takes effect, so that a restart restores every change that was answered. The time is an
//! argument of each function.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::journal::{Journal, JournalError, Record};
use crate::ledger::{Effect, LedgerChange, ScheduleRequest};
use crate::seed::{Condition, Event, Person, PostedSchedule, Seed};

/// The smallest id that a new scheduled event gets.
const SMALLEST_ID: u64 = 55_000_001;

/// Why a requested change is refused, in the API's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal(pub String);

/// A change that takes effect at `due`.
#[derive(Debug)]
struct LateChange {
    due: DateTime<Utc>,
    change: LedgerChange,
}

/// The current state, with the journal that keeps it, if any.
#[derive(Debug)]
pub(crate) struct World {
    journal: Option<Journal>,
    seed: Seed,
    events: BTreeMap<u64, Event>,
    ledger: BTreeMap<u64, Effect>,
    /// The ids of the active scheduled events by event.
    active_ids: BTreeMap<u64, BTreeSet<u64>>,
    /// The late changes by their serial number.
    late_changes: BTreeMap<u64, LateChange>,
    next_serial: u64,
}

impl World {
    /// The state from the ledger file if it contains one, otherwise from the seed.
    pub fn open(seed: Seed, ledger_file: Option<&Path>, now: DateTime<Utc>) -> Result<Self, JournalError> {
        let (journal, records) = match ledger_file {
            Some(path) => {
                let (journal, records) = Journal::open(path)?;
                (Some(journal), records)
            }
            None => (None, Vec::new()),
        };
        let mut world = Self {
            journal,
            seed: seed.clone(),
            events: BTreeMap::new(),
            ledger: BTreeMap::new(),
            active_ids: BTreeMap::new(),
            late_changes: BTreeMap::new(),
            next_serial: 0,
        };
        if records.is_empty() {
            world.commit(vec![Record::Seeded { seed: Box::new(seed), at: now }])?;
        }
        for record in records {
            world.apply(record);
        }
        Ok(world)
    }

    pub fn seed(&self) -> &Seed {
        &self.seed
    }

    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.events.values()
    }

    pub fn event(&self, plan_id: u64) -> Option<&Event> {
        self.events.get(&plan_id)
    }

    pub fn ledger(&self) -> impl Iterator<Item = &Effect> {
        self.ledger.values()
    }

    pub fn person(&self, rep_id: u64) -> Option<&Person> {
        self.seed.people.iter().find(|person| person.rep_id == rep_id)
    }

    /// The scheduled event that the lists show for an event: the newest active one. They show at most one.
    pub fn shown_effect(&self, plan_id: u64) -> Option<&Effect> {
        self.ledger.get(self.active_ids.get(&plan_id)?.last()?)
    }

    /// The condition that follows from the event and the ledger.
    pub fn condition(&self, event: &Event) -> Condition {
        match (event.condition, self.shown_effect(event.plan_id)) {
            (Condition::Unstaffed | Condition::Scheduled, Some(_)) => Condition::Scheduled,
            (Condition::Unstaffed | Condition::Scheduled, None) => Condition::Unstaffed,
            (other, _) => other,
        }
    }

    /// Makes a change of the ledger now, or returns why it is refused.
    pub fn change(
        &mut self,
        change: &LedgerChange,
        now: DateTime<Utc>,
    ) -> Result<Result<Effect, Refusal>, JournalError> {
        let record = match self.record_of(change, now) {
            Ok(record) => record,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let id = match &record {
            Record::Scheduled(effect) => effect.id,
            Record::Deleted { id, .. } => *id,
            _ => 0,
        };
        self.commit(vec![record])?;
        let missing = || Refusal(format!("{id} is not in the ledger"));
        Ok(self.ledger.get(&id).cloned().ok_or_else(missing))
    }

    /// Plans a change that takes effect at `due`, unless it is impossible by then.
    pub fn change_later(&mut self, change: LedgerChange, due: DateTime<Utc>) -> Result<(), JournalError> {
        self.commit(vec![Record::LateChange { serial: self.next_serial, due, change }])
    }

    /// Applies the late changes that are due, in the order of their times.
    pub fn apply_due(&mut self, now: DateTime<Utc>) -> Result<(), JournalError> {
        loop {
            let due = self.late_changes.iter().filter(|(_, late)| late.due <= now);
            let Some((&serial, late)) = due.min_by_key(|(serial, late)| (late.due, **serial)) else { return Ok(()) };
            let mut records: Vec<_> = self.record_of(&late.change, late.due).into_iter().collect();
            records.push(Record::LateChangeEnded { serial });
            self.commit(records)?;
        }
    }

    /// Adds events. An event replaces an earlier one with the same number.
    pub fn put_events(&mut self, events: Vec<Event>) -> Result<(), JournalError> {
        self.commit(events.into_iter().map(Record::EventChanged).collect())
    }

    /// Resets the events, the ledger and the late changes to the seed.
    pub fn reset(&mut self, now: DateTime<Utc>) -> Result<(), JournalError> {
        self.commit(vec![Record::Reset { at: now }])
    }

    fn record_of(&self, change: &LedgerChange, now: DateTime<Utc>) -> Result<Record, Refusal> {
        match change {
            LedgerChange::Schedule(request) => {
                self.check_request(request)?;
                let id = self.ledger.keys().next_back().map_or(SMALLEST_ID, |id| (id + 1).max(SMALLEST_ID));
                let &ScheduleRequest { plan_id, rep_id, location_id, start, end } = request;
                Ok(Record::Scheduled(Effect {
                    id,
                    plan_id,
                    rep_id,
                    location_id,
                    start,
                    end,
                    created_at: now,
                    deleted_at: None,
                }))
            }
            LedgerChange::Delete(id) => match self.ledger.get(id) {
                Some(effect) if effect.is_active() => Ok(Record::Deleted { id: *id, at: now }),
                Some(_) => Err(Refusal("This scheduled event was already deleted".to_owned())),
                None => Err(Refusal("There is no such scheduled event".to_owned())),
            },
        }
    }

    fn check_request(&self, request: &ScheduleRequest) -> Result<(), Refusal> {
        let refuse = |words: &str| Err(Refusal(words.to_owned()));
        if request.location_id != self.seed.location_id {
            return refuse("There is no such location");
        }
        if self.person(request.rep_id).is_none() {
            return refuse("There is no such rep");
        }
        if request.end <= request.start {
            return refuse("The end is not after the start");
        }
        if !has_zone_offset(request.start, self.seed.time_zone) || !has_zone_offset(request.end, self.seed.time_zone) {
            return refuse("The offset is not the store's on that date");
        }
        match self.event(request.plan_id).map(|event| event.condition) {
            None => refuse("There is no such mPlan"),
            Some(Condition::Canceled) => refuse("This mPlan has been canceled"),
            Some(_) => Ok(()),
        }
    }

    fn commit(&mut self, records: Vec<Record>) -> Result<(), JournalError> {
        if let Some(journal) = &mut self.journal {
            journal.append(&records)?;
        }
        for record in records {
            self.apply(record);
        }
        Ok(())
    }

    fn apply(&mut self, record: Record) {
        match record {
            Record::Seeded { seed, at } => self.begin_with_seed(*seed, at),
            Record::Reset { at } => self.begin_with_seed(self.seed.clone(), at),
            Record::Scheduled(effect) => self.add(effect),
            Record::Deleted { id, at } => {
                if let Some(effect) = self.ledger.get_mut(&id) {
                    effect.deleted_at = Some(at);
                    self.active_ids.entry(effect.plan_id).or_default().remove(&id);
                }
            }
            Record::LateChange { serial, due, change } => {
                self.next_serial = serial + 1;
                self.late_changes.insert(serial, LateChange { due, change });
            }
            Record::LateChangeEnded { serial } => {
                self.late_changes.remove(&serial);
            }
            Record::EventChanged(event) => {
                self.events.insert(event.plan_id, event);
            }
        }
    }

    fn begin_with_seed(&mut self, seed: Seed, at: DateTime<Utc>) {
        self.events = seed.events.iter().map(|event| (event.plan_id, event.clone())).collect();
        (self.ledger, self.active_ids, self.late_changes) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for posted in &seed.posted {
            self.add(effect_of_posted(posted, &seed, at));
        }
        self.seed = seed;
    }

    fn add(&mut self, effect: Effect) {
        self.active_ids.entry(effect.plan_id).or_default().insert(effect.id);
        self.ledger.insert(effect.id, effect);
    }
}

fn effect_of_posted(posted: &PostedSchedule, seed: &Seed, at: DateTime<Utc>) -> Effect {
    Effect {
        id: posted.id,
        plan_id: posted.plan_id,
        rep_id: posted.rep_id,
        location_id: seed.location_id,
        start: in_zone(posted.start, seed.time_zone),
        end: in_zone(posted.end, seed.time_zone),
        created_at: at,
        deleted_at: None,
    }
}

/// A seed's local time with its offset. A time that is skipped or repeated when the clocks change gets the offset from
/// before the change.
fn in_zone(local: NaiveDateTime, zone: Tz) -> DateTime<FixedOffset> {
    let offset = zone.offset_from_local_datetime(&local).earliest().map_or_else(
        || {
            let day_before = local - TimeDelta::days(1);
            zone.offset_from_utc_datetime(&day_before).fix()
        },
        |offset| offset.fix(),
    );
    offset.from_local_datetime(&local).single().unwrap_or_else(|| local.and_utc().fixed_offset())
}

fn has_zone_offset(time: DateTime<FixedOffset>, zone: Tz) -> bool {
    // The rules of time zones are unreliable in other years.
    (1970..2100).contains(&time.year()) && time.with_timezone(&zone).offset().fix() == *time.offset()
}
