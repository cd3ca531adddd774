//! Why an event is left out, as facts: rules, people, days and events that the checker confirms. The words are made from
//! these facts alone.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use domain::checker::Terms;
use domain::club::{Away, DayIx, EventIx, PersonIx, Place};
use domain::rules::HardName;

/// Why an event is left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Which of section 7's reasons it is.
    pub code: ReasonCode,
    /// The search for a place.
    pub search: PlaceSearch,
    /// What is in the way, over all its places; the largest group first.
    pub obstacles: Vec<Obstacle>,
    /// What took days of its window away.
    pub lost: Vec<LostDays>,
    /// The best place that breaks no rule, where placing it does not pay.
    pub trade: Option<Trade>,
    /// The exchange that costs least.
    pub nearest: Option<Exchange>,
}

/// Which of section 7's reasons holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReasonCode {
    /// It has no valid day.
    NoValidDay,
    /// Nobody may work its type.
    NobodyMayWork,
    /// Nobody who may work it is available on a valid day.
    NobodyAvailable,
    /// Every place left breaks a rule.
    RuleBroken,
    /// Placing it would lower the score.
    LowersScore,
    /// Placing it would raise the score, but the run stopped at its time limit.
    TimeLimit,
    /// Posted, and taken back because the schedule is better so.
    DroppedForBetter,
    /// Posted, and taken back with its Core.
    DroppedWithCore,
}

impl ReasonCode {
    /// The name that answers use.
    pub fn name(self) -> &'static str {
        match self {
            ReasonCode::NoValidDay => "no_valid_day",
            ReasonCode::NobodyMayWork => "nobody_may_work",
            ReasonCode::NobodyAvailable => "nobody_available",
            ReasonCode::RuleBroken => "rule_broken",
            ReasonCode::LowersScore => "lowers_score",
            ReasonCode::TimeLimit => "time_limit",
            ReasonCode::DroppedForBetter => "dropped_for_better",
            ReasonCode::DroppedWithCore => "dropped_with_core",
        }
    }
}

/// An event that asks for a place, with what section 2 leaves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceSearch {
    /// The event; of a Survey that is one unit with its Production, that one.
    pub event: EventIx,
    /// Whether the reason is told of that Survey.
    pub for_survey: bool,
    /// Who may work it and works here on one of its days.
    pub people: Vec<PersonIx>,
    /// Where the event is that it goes with, if that has a place.
    pub with: Option<Place>,
    /// The days that it may be placed on.
    pub days: Vec<DayIx>,
    /// The places that H2 leaves.
    pub places: Vec<Place>,
    /// What makes the only day the only one.
    pub only_day: OnlyDay,
}

/// What makes the only day of an event the only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnlyDay {
    /// Its window, or what closes the others.
    Window,
    /// It is fixed to its start date.
    Fixed,
    /// The day of the event that it goes with.
    Partner(EventIx),
    /// It is posted there.
    Posted,
}

/// One thing that is in the way, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// What it is.
    pub kind: ObstacleKind,
    /// The rules that are broken by it.
    pub rules: Vec<HardName>,
    /// Where, with the events that are in the way there.
    pub blocked: Vec<BlockedPlace>,
}

/// A place and the events that are in the way there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedPlace {
    /// The place.
    pub place: Place,
    /// The events, in order of ref.
    pub events: Vec<EventIx>,
}

impl Obstacle {
    /// The places where it is in the way.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        self.blocked.iter().map(|s| s.place)
    }

    /// The events that are in the way, in order of ref.
    pub fn events(&self) -> BTreeSet<EventIx> {
        self.blocked.iter().flat_map(|s| s.events.iter().copied()).collect()
    }
}

/// What is in the way of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObstacleKind {
    /// The person has a base or full-day event that day (H3, H5, H6, H13).
    Busy,
    /// The person's week would be beyond a limit (H4, H5, H8, H9).
    Week(WeekLimit),
    /// The day has a Juicer event of the other type (H7).
    OtherJuicer,
    /// All shift blocks of the day are full (H14).
    BlocksFull,
    /// No free shift block fits the hours of somebody who works a Core that day (H14).
    BlockHours(PersonIx),
    /// The person has no base event that day (H12).
    NoBase,
    /// The event that it goes with is not there (H10, H11).
    Partner,
    /// The person does not work that day.
    Away(Away),
    /// The person's hours do not hold it, or the Survey of its unit.
    Hours(UnitPart),
    /// It ends after midnight, whoever works it.
    TooLong(UnitPart),
    /// Another rule, by its id.
    Rule(HardName),
}

/// A limit of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WeekLimit {
    /// H4.
    Core,
    /// H5.
    Juicer,
    /// H8.
    Hours,
    /// H9.
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

/// What took days of an event's window away. Spans name their first and last day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LostDays {
    /// The window itself holds no day.
    EmptyWindow,
    /// Before today.
    Past(NaiveDate, NaiveDate),
    /// From today on, but before the first day that is planned: the buffer.
    TooSoon(NaiveDate, NaiveDate),
    /// After the last day that is planned.
    NotYet(NaiveDate, NaiveDate),
    /// Company holidays.
    Holiday(Vec<NaiveDate>),
    /// Locked days.
    Locked(Vec<NaiveDate>),
    /// All but its start date, to which it is fixed.
    Fixed,
    /// The event that it goes with is posted on a day that it does not have, and why it does not.
    PartnerDay(Partner, NaiveDate, NotADay),
    /// The event that it goes with is posted, but canceled or expired.
    PartnerGone(Partner),
    /// It shares no day with the event that it goes with, which has these (none: what took them).
    NoCommonDay(Partner, Vec<NaiveDate>, Vec<LostDays>),
    /// Days that the event that it goes with does not have.
    NotThePartners(EventIx, Vec<NaiveDate>),
    /// Nobody who may work it is available there.
    Nobody(Vec<NaiveDate>),
    /// Its Core moves to that day.
    CoreMoves(EventIx, DayIx),
    /// Its Core is taken back.
    CoreDropped(EventIx),
}

/// The event that another goes with, and the rule that binds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partner {
    /// The Core or Production.
    pub event: EventIx,
    /// H10 or H11.
    pub rule: HardName,
}

/// Why a date is no day of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotADay {
    /// Outside of its window.
    OutsideWindow,
    /// It is fixed to its start date.
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

/// The best legal place of an event, and what placing it there would change.
#[derive(Debug, Clone, PartialEq)]
pub struct Trade {
    /// Where.
    pub place: Place,
    /// The points.
    pub terms: Terms,
}

/// A way to place an event: something else is given up for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    /// What is given up.
    pub give_up: EventIx,
    /// What goes with that.
    pub along: Vec<EventIx>,
    /// Where the event would be.
    pub place: Place,
    /// What the exchange changes of the score.
    pub points: f64,
}
