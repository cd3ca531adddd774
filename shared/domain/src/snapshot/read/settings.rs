//! Reads a club's settings.

use crate::calendar::read_minute;
use crate::event_type::EventType;
use crate::json::{Cursor, Json};
use crate::names::PROGRAMME_CODES;
use crate::rules::SoftName;
use crate::snapshot::{Arrivals, FixedTypes, Settings, StartName, Starts, Weights};

/// A buffer or horizon longer than this is taken for a slip of the pen, in days.
pub const LARGEST_DAYS: i64 = 1_000;
/// More places in a block than any club has people.
const LARGEST_CAPACITY: i64 = 1_000;

const TIME: &str = "a time like \"08:00\"";

pub(super) fn read(at: &Cursor) -> Option<Settings> {
    if !at.is_null() {
        at.object("the settings, an object")?;
    }
    let or = |key: &str, default: i64, range, what: &str| {
        let at = at.at(key);
        if at.is_null() { Some(default) } else { at.whole(range, what) }
    };
    let buffer_days = or("buffer_days", 3, 0..=LARGEST_DAYS, "days");
    let horizon_days = or("horizon_days", 21, 1..=LARGEST_DAYS, "days");
    let capacity = or("block_capacity", 1, 1..=LARGEST_CAPACITY, "Core events a block serves");
    let mut weights = Weights::default();
    let at_weights = at.at("weights");
    if !at_weights.is_null() {
        for (name, at) in at_weights.members("weights by name, an object") {
            let weight = at.number(0.0..=5.0, "a weight");
            match SoftName::named(name) {
                Some(name) => weights = weights.with(name, weight.unwrap_or(1.0)),
                None => at.fault(format!("a weight of one of {}", SoftName::ALL.map(SoftName::name).join(", "))),
            }
        }
    }
    let at_fixed = at.at("fixed_day_types");
    let fixed_day_types = (!at_fixed.is_null()).then(|| {
        let mut fixed = FixedTypes::default();
        for at in at_fixed.items("a list of event types, or null") {
            let named = at.parsed("an event type or \"Full-day Other\"", |name| match name {
                "Full-day Other" => Some(None),
                name => EventType::named(name).map(Some),
            });
            match named {
                Some(Some(kind)) => _ = fixed.types.insert(kind),
                Some(None) => fixed.full_day_other = true,
                None => {}
            }
        }
        fixed
    });
    let at_codes = at.at("programme_codes");
    let programme_codes = if at_codes.is_null() {
        PROGRAMME_CODES.map(str::to_owned).to_vec()
    } else {
        at_codes
            .items("a list of programme codes, or null")
            .iter()
            .filter_map(|c| c.text("a programme code").map(str::to_uppercase))
            .collect()
    };
    let arrivals = read_arrivals(&at.at("arrivals"));
    let starts = read_starts(&at.at("starts"));
    let at_closing = at.at("closing");
    if !at_closing.is_null() {
        at_closing.parsed(TIME, read_minute);
    }
    Some(Settings {
        buffer_days: buffer_days?,
        horizon_days: horizon_days?,
        block_capacity: capacity? as u32,
        weights,
        fixed_day_types,
        programme_codes,
        arrivals: arrivals?,
        starts,
    })
}

fn read_arrivals(at: &Cursor) -> Option<Arrivals> {
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

fn read_starts(at: &Cursor) -> Starts {
    let mut starts = Starts::default();
    if at.is_null() {
        return starts;
    }
    for (name, at) in at.members("starts by name, an object like {\"Supervisor\": \"12:30\"}") {
        match (StartName::named(name), at.parsed(TIME, read_minute)) {
            (Some(name), Some(minute)) => starts = starts.with(name, minute),
            (None, _) => {
                let names = StartName::ALL.map(|n| format!("{:?}", n.name())).join(", ");
                at.fault_found(crate::json::quoted(name), format!("a start of one of {names}"));
            }
            (Some(_), None) => {}
        }
    }
    starts
}
