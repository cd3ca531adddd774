//! Decides which call gets which fault: a fault is planned for one call, or drawn at random from a seed. The draw
//! depends on the seed, the call and the number of earlier calls with its name, so that a run with the same calls gets
//! the same faults.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calls::CallName;

/// Default limit of delays.
const DEFAULT_MAX_MS: u64 = 10_000;
/// Late effects happen within these milliseconds, regardless of the limit of delays.
const LATE_MS: std::ops::RangeInclusive<u64> = 2_000..=10_000;

/// What can go wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Latency,
    #[serde(rename = "500")]
    InternalError,
    #[serde(rename = "502")]
    BadGateway,
    #[serde(rename = "503")]
    Unavailable,
    #[serde(rename = "429")]
    TooMany,
    ResetBefore,
    ResetAfter,
    LateEffect,
    LoginPage,
    NotOk,
    NoId,
    SlowBody,
    BadCredentials,
    HoldBefore,
    HoldAfter,
}

impl Kind {
    /// The kinds that are drawn at random. A hold can only be planned, because somebody must release it.
    const RANDOM: [Self; 13] = [
        Self::Latency,
        Self::InternalError,
        Self::BadGateway,
        Self::Unavailable,
        Self::TooMany,
        Self::ResetBefore,
        Self::ResetAfter,
        Self::LateEffect,
        Self::LoginPage,
        Self::NotOk,
        Self::NoId,
        Self::SlowBody,
        Self::BadCredentials,
    ];

    fn is_hold(self) -> bool {
        matches!(self, Self::HoldBefore | Self::HoldAfter)
    }

    /// Whether the fault applies to the call: only a call with an effect can have it late, only a schedule call has an
    /// id.
    fn strikes(self, call: CallName) -> bool {
        match self {
            Self::LateEffect => matches!(call, CallName::Schedule | CallName::Delete),
            Self::NoId => call == CallName::Schedule,
            Self::BadCredentials => call == CallName::Login,
            Self::LoginPage | Self::NotOk => call != CallName::Login,
            _ => true,
        }
    }
}

/// Whether a fault happens before or after the effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum When {
    Before,
    After,
}

/// The fault of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Fault {
    pub kind: Kind,
    pub when: When,
    /// The delay of latency, slow body and late effect, and the wait in a 429.
    pub ms: u64,
}

/// A single fault, planned for the next call of its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Planned {
    pub call: CallName,
    pub kind: Kind,
    /// Before or after the effect. If absent, it is drawn, unless the kind decides it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
    /// The delay; drawn if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
}

/// The body of `POST /_sim/faults`. An absent field leaves its part unchanged.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    seed: Option<u64>,
    rate: Option<f64>,
    kinds: Option<Vec<Kind>>,
    max_ms: Option<u64>,
    next: Option<Vec<Planned>>,
}

/// The faults in force.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Faults {
    seed: u64,
    rate: f64,
    kinds: Vec<Kind>,
    max_ms: u64,
    next: Vec<Planned>,
    #[serde(skip)]
    drawn: BTreeMap<CallName, u64>,
}

impl Default for Faults {
    fn default() -> Self {
        let kinds = Kind::RANDOM.to_vec();
        Self { seed: 0, rate: 0.0, kinds, max_ms: DEFAULT_MAX_MS, next: Vec::new(), drawn: BTreeMap::new() }
    }
}

impl Faults {
    /// Applies an order as a whole or not at all. Planned faults are added to those that still wait for their call.
    pub fn follow(&mut self, order: Order) -> Result<(), String> {
        if order.rate.is_some_and(|rate| !(0.0..=1.0).contains(&rate)) {
            return Err("rate is a probability, from 0 to 1".to_owned());
        }
        if order.kinds.iter().flatten().any(|kind| kind.is_hold()) {
            return Err("hold_before and hold_after are planned singly, in next".to_owned());
        }
        if let Some(planned) = order.next.iter().flatten().find(|planned| !planned.kind.strikes(planned.call)) {
            return Err(format!("{} cannot strike {}", word(planned.kind), word(planned.call)));
        }
        if let Some(seed) = order.seed {
            self.seed = seed;
            self.drawn.clear();
        }
        self.rate = order.rate.unwrap_or(self.rate);
        self.kinds = order.kinds.unwrap_or_else(|| self.kinds.clone());
        self.max_ms = order.max_ms.unwrap_or(self.max_ms);
        self.next.extend(order.next.unwrap_or_default());
        Ok(())
    }

    /// The fault of the next call with this name: the first planned one, otherwise what the seed draws.
    pub fn draw(&mut self, call: CallName) -> Option<Fault> {
        let count = self.drawn.entry(call).or_insert(0);
        *count += 1;
        let mut random = fastrand::Rng::with_seed(mix(self.seed, call as u64, *count));
        let strikes = random.f64() < self.rate;
        if let Some(index) = self.next.iter().position(|planned| planned.call == call) {
            let Planned { kind, when, ms, .. } = self.next.remove(index);
            return Some(self.fault(kind, when, ms, &mut random));
        }
        let kinds: Vec<_> = self.kinds.iter().copied().filter(|kind| kind.strikes(call)).collect();
        let kind = random.choice(kinds)?;
        strikes.then(|| self.fault(kind, None, None, &mut random))
    }

    fn fault(&self, kind: Kind, when: Option<When>, ms: Option<u64>, random: &mut fastrand::Rng) -> Fault {
        let drawn_when = if random.bool() { When::Before } else { When::After };
        let drawn_ms = if kind == Kind::LateEffect { random.u64(LATE_MS) } else { random.u64(0..=self.max_ms) };
        let when = match kind {
            Kind::ResetBefore | Kind::HoldBefore => When::Before,
            Kind::ResetAfter | Kind::HoldAfter => When::After,
            _ => when.unwrap_or(drawn_when),
        };
        Fault { kind, when, ms: ms.unwrap_or(drawn_ms) }
    }
}

/// Mixes three numbers into one (the finalizer of `SplitMix64` after each).
fn mix(seed: u64, call: u64, count: u64) -> u64 {
    [seed, call, count].into_iter().fold(0, |mixed: u64, part| {
        let sum = mixed.wrapping_add(part).wrapping_add(0x9e37_79b9_7f4a_7c15);
        let sum = (sum ^ (sum >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let sum = (sum ^ (sum >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        sum ^ (sum >> 31)
    })
}

fn word(value: impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(order: serde_json::Value) -> Faults {
        let mut faults = Faults::default();
        faults.follow(serde_json::from_value(order).unwrap()).unwrap();
        faults
    }

    #[test]
    fn the_rate_is_kept_and_the_seed_repeats_the_draws() {
        let draw = |seed: u64| {
            let mut faults = faults(json!({"seed": seed, "rate": 0.2}));
            (0..5000).map(|_| faults.draw(CallName::Schedule)).collect::<Vec<_>>()
        };
        let struck = draw(7).iter().flatten().count();
        assert!((900..1100).contains(&struck), "{struck}");
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn every_kind_is_drawn_and_none_where_it_makes_no_sense() {
        let mut faults = faults(json!({"rate": 1.0}));
        for call in [CallName::Login, CallName::Schedule, CallName::Delete, CallName::Planning] {
            let drawn: Vec<_> = (0..1000).filter_map(|_| faults.draw(call)).collect();
            assert_eq!(drawn.len(), 1000);
            for kind in Kind::RANDOM {
                assert_eq!(drawn.iter().any(|fault| fault.kind == kind), kind.strikes(call), "{call:?} {kind:?}");
            }
        }
    }

    #[test]
    fn server_errors_strike_on_both_sides_of_the_effect() {
        let mut faults = faults(json!({"rate": 1.0, "kinds": ["500"]}));
        let before =
            (0..1000).filter_map(|_| faults.draw(CallName::Schedule)).filter(|f| f.when == When::Before).count();
        assert!((430..570).contains(&before), "{before}");
    }

    #[test]
    fn a_planned_fault_strikes_once_and_its_own_call_alone() {
        let mut faults = faults(json!({"next": [{"call": "schedule", "kind": "500", "when": "after"}]}));
        assert_eq!(faults.draw(CallName::Delete), None);
        let struck = faults.draw(CallName::Schedule).unwrap();
        assert_eq!((struck.kind, struck.when), (Kind::InternalError, When::After));
        assert_eq!(faults.draw(CallName::Schedule), None);
    }

    #[test]
    fn an_order_that_makes_no_sense_changes_nothing() {
        let check = |order: serde_json::Value, expect: &str| {
            let mut faults = Faults::default();
            let error = faults.follow(serde_json::from_value(order).unwrap()).unwrap_err();
            assert!(error.contains(expect), "{error}");
            assert_eq!(serde_json::to_value(&faults).unwrap(), serde_json::to_value(Faults::default()).unwrap());
        };
        check(json!({"seed": 1, "rate": 1.5}), "rate");
        check(json!({"rate": 0.5, "kinds": ["hold_before"]}), "planned singly");
        check(json!({"rate": 0.5, "next": [{"call": "planning", "kind": "no_id"}]}), "no_id cannot strike planning");
    }
}
