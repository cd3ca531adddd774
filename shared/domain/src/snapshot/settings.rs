//! A club's settings, with the rulebook's defaults for members that are not set.

use std::cell::RefCell;

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Arrivals, StartName, Starts};
use crate::calendar::{ClockTime, read_minute};
use crate::event_type::EventType;
use crate::json::{Fault, Json, JsonCursor};
use crate::names::PROGRAMME_CODES;
use crate::rules::SoftName;

/// Maximum buffer and horizon, in days. A larger number is a typo.
pub const LARGEST_DAYS: i64 = 1_000;
/// Maximum capacity of a block, larger than any team.
const LARGEST_CAPACITY: i64 = 1_000;

/// The defaults (rulebook section 1 and rule H14).
const BUFFER_DAYS: u32 = 3;
const HORIZON_DAYS: u32 = 21;
const BLOCK_CAPACITY: u32 = 1;

/// A club's settings. A member that is not set has the rulebook's default.
///
/// An invalid value does not make deserializing fail: it is replaced by its default, or left out of its list, and the
/// fault is listed in `faults`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Settings {
    /// Days from today to the first day that is planned; see [`Settings::buffer_days`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buffer_days: Option<u32>,
    /// Days from today to the last day that is planned; see [`Settings::horizon_days`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub horizon_days: Option<u32>,
    /// Core events that a shift block of a day serves (H14); see [`Settings::block_capacity`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block_capacity: Option<u32>,
    /// The weight of each soft rule, by name.
    #[serde(skip_serializing_if = "Weights::are_default")]
    pub weights: Weights,
    /// Replaces the table's list of types that are fixed to their start date.
    pub fixed_day_types: Option<Vec<FixedType>>,
    /// Replaces the rulebook's list of programme codes; see [`Settings::programme_codes`].
    pub programme_codes: Option<Vec<String>>,
    /// The arrival times of the Core blocks.
    #[serde(skip_serializing_if = "Arrivals::are_default")]
    pub arrivals: Arrivals,
    /// The start times of all other events.
    #[serde(skip_serializing_if = "Starts::are_default")]
    pub starts: Starts,
    /// When the club closes. Events whose start a call-out pushes back must end by then (rulebook section 9).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closing: Option<ClockTime>,
    /// The faults of invalid values, by path below the settings. Empty after [`Snapshot::parse`].
    ///
    /// [`Snapshot::parse`]: super::Snapshot::parse
    #[serde(skip)]
    pub faults: Vec<Fault>,
}

impl Settings {
    /// Days from today to the first day that is planned.
    pub fn buffer_days(&self) -> u32 {
        self.buffer_days.unwrap_or(BUFFER_DAYS)
    }

    /// Days from today to the last day that is planned.
    pub fn horizon_days(&self) -> u32 {
        self.horizon_days.unwrap_or(HORIZON_DAYS)
    }

    /// Core events that a shift block of a day serves (H14).
    pub fn block_capacity(&self) -> u32 {
        self.block_capacity.unwrap_or(BLOCK_CAPACITY)
    }

    /// Parts of project names that are not products, upper-case.
    pub fn programme_codes(&self) -> Vec<String> {
        match &self.programme_codes {
            Some(codes) => codes.iter().map(|code| code.to_uppercase()).collect(),
            None => PROGRAMME_CODES.map(str::to_owned).to_vec(),
        }
    }

    /// Whether events of this type are fixed to their start date.
    pub fn is_fixed(&self, kind: EventType, full_day: bool) -> bool {
        match &self.fixed_day_types {
            None => kind.is_fixed_by_default(full_day),
            Some(fixed) => {
                fixed.contains(&FixedType::Type(kind)) || (full_day && fixed.contains(&FixedType::FullDayOther))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        let faults = RefCell::default();
        let settings = read(&JsonCursor::root(&json, &faults));
        Ok(Settings { faults: faults.into_inner(), ..settings })
    }
}

/// A weight for each soft rule, 0 to 5.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights([f64; SoftName::COUNT]);

impl Default for Weights {
    fn default() -> Self {
        Weights([1.0; SoftName::COUNT])
    }
}

impl Weights {
    /// The weight of a soft rule.
    pub fn of(&self, name: SoftName) -> f64 {
        self.0[name as usize]
    }

    /// Whether all weights have their default.
    fn are_default(&self) -> bool {
        *self == Weights::default()
    }

    /// The same weights with one of them replaced.
    #[must_use]
    pub fn with(mut self, name: SoftName, weight: f64) -> Self {
        self.0[name as usize] = weight;
        self
    }
}

impl Serialize for Weights {
    /// Writes the weights that differ from the default, by name.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for name in SoftName::ALL.into_iter().filter(|name| self.of(*name) != 1.0) {
            map.serialize_entry(name.name(), &self.of(name))?;
        }
        map.end()
    }
}

/// An entry of the list of types that are fixed to their start date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixedType {
    /// A type by its name. `Other` includes full-day events.
    Type(EventType),
    /// `Full-day Other`: only those Other that are full-day events.
    FullDayOther,
}

impl FixedType {
    const FULL_DAY_OTHER: &str = "Full-day Other";

    /// The name that snapshots use.
    pub fn name(self) -> &'static str {
        match self {
            FixedType::Type(kind) => kind.name(),
            FixedType::FullDayOther => Self::FULL_DAY_OTHER,
        }
    }

    /// The entry with this name.
    pub fn named(name: &str) -> Option<FixedType> {
        if name == Self::FULL_DAY_OTHER {
            return Some(FixedType::FullDayOther);
        }
        EventType::named(name).map(FixedType::Type)
    }
}

impl Serialize for FixedType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

const TIME: &str = "a time like \"08:00\"";

/// Reads settings. An invalid value is replaced by its default, or left out of its list, and the fault is recorded.
pub(super) fn read(at: &JsonCursor) -> Settings {
    if !at.is_null() && at.object("the settings, an object").is_none() {
        return Settings::default();
    }
    let number = |key: &str, range, what: &str| {
        let at = at.at(key);
        if at.is_null() { None } else { at.integer_in(range, what).map(|number| number as u32) }
    };
    Settings {
        buffer_days: number("buffer_days", 0..=LARGEST_DAYS, "days"),
        horizon_days: number("horizon_days", 1..=LARGEST_DAYS, "days"),
        block_capacity: number("block_capacity", 1..=LARGEST_CAPACITY, "Core events a block serves"),
        weights: read_weights(&at.at("weights")),
        fixed_day_types: read_fixed_types(&at.at("fixed_day_types")),
        programme_codes: read_programme_codes(&at.at("programme_codes")),
        arrivals: read_arrivals(&at.at("arrivals")).unwrap_or_default(),
        starts: read_starts(&at.at("starts")),
        closing: read_closing(&at.at("closing")),
        faults: Vec::new(),
    }
}

fn read_weights(at: &JsonCursor) -> Weights {
    let mut weights = Weights::default();
    if at.is_null() {
        return weights;
    }
    for (name, at) in at.members("weights by name, an object") {
        let weight = at.number(0.0..=5.0, "a weight");
        match SoftName::named(name) {
            Some(name) => weights = weights.with(name, weight.unwrap_or(1.0)),
            None => at.fault(format!("a weight of one of {}", SoftName::ALL.map(SoftName::name).join(", "))),
        }
    }
    weights
}

fn read_fixed_types(at: &JsonCursor) -> Option<Vec<FixedType>> {
    if at.is_null() {
        return None;
    }
    let items = at.items("a list of event types, or null");
    Some(items.iter().filter_map(|at| at.parsed("an event type or \"Full-day Other\"", FixedType::named)).collect())
}

fn read_programme_codes(at: &JsonCursor) -> Option<Vec<String>> {
    if at.is_null() {
        return None;
    }
    let items = at.items("a list of programme codes, or null");
    Some(items.iter().filter_map(|at| at.text("a programme code").map(str::to_owned)).collect())
}

fn read_closing(at: &JsonCursor) -> Option<ClockTime> {
    if at.is_null() { None } else { at.parsed(TIME, read_minute).map(ClockTime) }
}

fn read_arrivals(at: &JsonCursor) -> Option<Arrivals> {
    const EXPECTED: &str = "the arrivals of the eight blocks, none earlier than the one before, or null";
    if at.is_null() {
        return Some(Arrivals::default());
    }
    let times = at.items(EXPECTED);
    let minutes: Vec<u32> = times.iter().filter_map(|at| at.parsed(TIME, read_minute)).collect();
    if minutes.len() != times.len() {
        return None;
    }
    let arrivals = <[u32; Arrivals::BLOCKS]>::try_from(minutes).ok().and_then(Arrivals::new);
    if arrivals.is_none() && matches!(at.value(), Json::List(_)) {
        at.fault(EXPECTED);
    }
    arrivals
}

fn read_starts(at: &JsonCursor) -> Starts {
    let mut starts = Starts::default();
    if at.is_null() {
        return starts;
    }
    for (name, at) in at.members("starts by name, an object like {\"Supervisor\": \"12:30\"}") {
        match (StartName::named(name), at.parsed(TIME, read_minute)) {
            (Some(name), Some(minute)) => starts = starts.with(name, minute),
            (None, _) => {
                let names = StartName::ALL.map(|n| format!("{:?}", n.name())).join(", ");
                at.fault_with_found(crate::json::quoted(name), format!("a start of one of {names}"));
            }
            (Some(_), None) => {}
        }
    }
    starts
}
