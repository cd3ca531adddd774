//! Why an event is left out, as facts that the checker confirms: rules, people, days and events. The text is made from
//! these facts only.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use domain::answer::Status;
use domain::checker::Terms;
use domain::club::{Away, DayIx, EventIx, PersonIx, Place};
use domain::named_enum;
use domain::rules::HardName;

use crate::PROVEN_GAP;

/// Why an event is left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The code of the reason in section 7.
    pub code: ReasonCode,
    /// The search for a place.
    pub search: PlaceSearch,
    /// The obstacles over all places of the event, the largest group first.
    pub obstacles: Vec<Obstacle>,
    /// What excludes days of the event's window.
    pub lost: Vec<LostDays>,
    /// The best place that breaks no rule, if there is one.
    pub best_place: Option<BestPlace>,
    /// The cheapest exchange.
    pub nearest: Option<Exchange>,
    /// Why the run ended.
    pub ended: Status,
}

named_enum! {
    /// The code of a reason of section 7.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum ReasonCode {
        /// The event has no valid day.
        NoValidDay = "no_valid_day",
        /// Nobody may work the event's type.
        NobodyMayWork = "nobody_may_work",
        /// Nobody who may work the event is available on a valid day.
        NobodyAvailable = "nobody_available",
        /// Every remaining place breaks a rule.
        RuleBroken = "rule_broken",
        /// Placing the event would lower the score, or leave it the same ([`NotTaken::Same`]).
        LowersScore = "lowers_score",
        /// Placing the event would raise the score, but the run ended at the gap that was asked for.
        Gap = "gap",
        /// Placing the event would raise the score, but the run ended at its time limit.
        TimeLimit = "time_limit",
        /// The event was posted, and is taken back because the schedule is better without it.
        DroppedForBetter = "dropped_for_better",
        /// The event was posted, and is taken back because its Core is taken back or moves to another day.
        DroppedWithCore = "dropped_with_core",
    }
}

/// An event that needs a place, with the choices that section 2 allows. For a posted schedule that is dropped, the
/// person, the day and the place are those of the posting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceSearch {
    /// The event; for a Survey of a unit, its Production.
    pub event: EventIx,
    /// Whether the reason is about that Survey.
    pub for_survey: bool,
    /// People who may work the event and who are employed here on one of its days. If there are none, all who may work
    /// it.
    pub people: Vec<PersonIx>,
    /// For a Supervisor or Survey, the place of its Core or Production, if that has a place.
    pub with: Option<Place>,
    /// The days on which the event may be placed.
    pub days: Vec<DayIx>,
    /// The places that H2 allows.
    pub places: Vec<Place>,
    /// Why the event has only one day, if it has only one.
    pub only_day: OnlyDay,
}

/// Why an event has only one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnlyDay {
    /// The event's window has only this day, or the other days are closed.
    Window,
    /// The event is fixed to its start date.
    Fixed,
    /// The day is that of this partner.
    Partner(EventIx),
    /// The event is posted on this day.
    Posted,
}

/// One obstacle, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// The kind of the obstacle.
    pub kind: ObstacleKind,
    /// The rules that the places break.
    pub rules: Vec<HardName>,
    /// The places, with the events that conflict there.
    pub blocked: Vec<BlockedPlace>,
}

/// A place and the events that conflict there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedPlace {
    /// The place.
    pub place: Place,
    /// The events, in order of ref.
    pub events: Vec<EventIx>,
}

impl Obstacle {
    /// The places of the obstacle.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        self.blocked.iter().map(|s| s.place)
    }

    /// The events that conflict, in order of ref.
    pub fn events(&self) -> BTreeSet<EventIx> {
        self.blocked.iter().flat_map(|s| s.events.iter().copied()).collect()
    }
}

/// The kind of an obstacle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObstacleKind {
    /// The person has a base or full-day event that day (H3, H5, H6, H13).
    Busy,
    /// The person's week would exceed a limit (H4, H5, H8, H9).
    Week(WeekLimit),
    /// The day has a Juicer event of the other type (H7).
    OtherJuicer,
    /// With this event, the day would have more Core than places in its shift blocks (H14).
    BlocksFull,
    /// No free shift block fits the hours of a person who works a Core that day (H14).
    BlockHours(PersonIx),
    /// The person has no base event that day (H12).
    NoBase,
    /// The partner does not have this day, or for a Survey this person (H10, H11).
    Partner,
    /// The person does not work that day.
    Away(Away),
    /// This part of the unit does not fit into the person's hours.
    Hours(UnitPart),
    /// This part of the unit would end after midnight, whoever works it.
    TooLong(UnitPart),
    /// Another rule.
    Rule(HardName),
}

/// A limit of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WeekLimit {
    /// The Core of a week (H4).
    Core,
    /// The Juicer units of a week (H5).
    Juicer,
    /// The minutes of a week (H8).
    Hours,
    /// The days worked in a week (H9).
    Days,
}

/// A part of a Juicer unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnitPart {
    /// The event itself.
    Itself,
    /// The Survey of a Production.
    Survey,
}

/// What excludes days of an event's window. Spans are given by their first and last day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LostDays {
    /// The window is empty.
    EmptyWindow,
    /// Before today.
    Past(NaiveDate, NaiveDate),
    /// From today to the day before the first planned day: the buffer.
    TooSoon(NaiveDate, NaiveDate),
    /// After the last day that is planned.
    NotYet(NaiveDate, NaiveDate),
    /// Company holidays.
    Holiday(Vec<NaiveDate>),
    /// Locked days.
    Locked(Vec<NaiveDate>),
    /// All days except the start date, to which the event is fixed.
    Fixed,
    /// The partner is posted on this day, which is not one of the event's own days, for this reason.
    PartnerDay(Partner, NaiveDate, NotADay),
    /// The partner is posted, but canceled or expired.
    PartnerGone(Partner),
    /// The event and its partner have no day in common: the days of the partner, or what excludes them if there are
    /// none.
    NoCommonDay(Partner, Vec<NaiveDate>, Vec<LostDays>),
    /// Days on which this partner cannot be.
    NotThePartners(EventIx, Vec<NaiveDate>),
    /// Nobody who may work the event is available on these days.
    Nobody(Vec<NaiveDate>),
    /// This Core, which the event follows, moves to this day.
    CoreMoves(EventIx, DayIx),
    /// This Core, which the event follows, is taken back.
    CoreDropped(EventIx),
}

/// The partner of a Supervisor or Survey, and the rule that binds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partner {
    /// The Core or Production.
    pub event: EventIx,
    /// H10 or H11.
    pub rule: HardName,
}

/// Why a date is not a day of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotADay {
    /// The date is outside of the event's window.
    OutsideWindow,
    /// The event is fixed to its start date.
    Fixed,
    /// Before today.
    Past,
    /// Before the first day that is planned.
    TooSoon,
    /// After the last day that is planned.
    NotYet,
    /// A company holiday.
    Holiday,
    /// A locked day.
    Locked,
}

/// The best legal place of an event, and the effect of placing it there.
#[derive(Debug, Clone, PartialEq)]
pub struct BestPlace {
    /// The place.
    pub place: Place,
    /// The points of placing it there.
    pub terms: Terms,
}

/// Why a run did not make a change that raises the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaken {
    /// Both scores count as equal, because the difference is within the run's tolerance: the run may stop [`PROVEN_GAP`] below
    /// the bound, and may give up as much again to keep what people last saw.
    Same,
    /// The run ended at the gap that was asked for.
    Gap,
    /// The run ended at its time limit.
    TimeLimit,
}

impl NotTaken {
    /// Why a run that ended like this did not make a change that raises the score by these points.
    pub fn of(points: f64, ended: Status) -> NotTaken {
        match ended {
            _ if points <= 2.0 * PROVEN_GAP => NotTaken::Same,
            Status::Gap => NotTaken::Gap,
            Status::TimeLimit => NotTaken::TimeLimit,
            // Only the engine's rounding can make the difference so large.
            Status::Optimal | Status::NothingToDo => NotTaken::Same,
        }
    }
}

/// A way to place an event by giving up another one.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    /// The event that is given up.
    pub give_up: EventIx,
    /// The events that are given up along with `give_up`.
    pub also_given_up: Vec<EventIx>,
    /// The place of the event.
    pub place: Place,
    /// The change of the score, in points.
    pub points: f64,
}
