//! Decides which call gets which fault. A fault is planned for one call, or drawn at random from a seed. The draw depends on
//! the seed, the name of the call and the number of earlier calls with that name, so that the same calls get the same faults
//! again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calls::CallName;

/// Default limit of the delays that are drawn.
const DEFAULT_MAX_MS: u64 = 10_000;
/// The milliseconds from which the delay of a late effect is drawn, regardless of the limit of other delays.
const LATE_MS: std::ops::RangeInclusive<u64> = 2_000..=10_000;

/// What can go wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FaultKind {
    /// The call takes longer.
    Latency,
    #[serde(rename = "500")]
    InternalError,
    #[serde(rename = "502")]
    BadGateway,
    #[serde(rename = "503")]
    Unavailable,
    #[serde(rename = "429")]
    TooMany,
    /// The connection is reset, and the call has no effect.
    ResetBefore,
    /// The connection is reset after the effect.
    ResetAfter,
    /// The connection is reset, and the effect follows later.
    LateEffect,
    /// The session ends: the call has no effect and is answered with the login form.
    LoginPage,
    /// The answer is `ok: 0`, and the call has no effect.
    NotOk,
    /// The answer lacks the id of the scheduled event.
    NoId,
    /// The answer arrives in pieces.
    SlowBody,
    /// The login is refused.
    BadCredentials,
    /// The call waits for `POST /_sim/release` before its effect.
    HoldBefore,
    /// The call waits for `POST /_sim/release` after its effect.
    HoldAfter,
}

impl FaultKind {
    /// The kinds that are drawn at random. A hold can only be planned, because a test must release it.
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

    /// Whether the fault can happen to the call. Only a call with an effect can have a late effect, and only the answer to a
    /// schedule call has an id.
    fn applies_to(self, call: CallName) -> bool {
        match self {
            Self::LateEffect => matches!(call, CallName::Schedule | CallName::Delete),
            Self::NoId => call == CallName::Schedule,
            Self::BadCredentials => call == CallName::Login,
            Self::LoginPage | Self::NotOk => call != CallName::Login,
            _ => true,
        }
    }
}

/// Whether a fault happens before or after the effect of its call. Kinds for which this makes no difference ignore it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum When {
    Before,
    After,
}

/// The fault of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Fault {
    pub kind: FaultKind,
    pub when: When,
    /// The milliseconds of latency, of a slow body, until a late effect, or to wait after a 429.
    pub ms: u64,
}

/// A single fault that is planned for the next call with this name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlannedFault {
    pub call: CallName,
    pub kind: FaultKind,
    /// Before or after the effect. If absent, it follows from the kind or is drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
    /// The milliseconds of the fault; drawn if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
}

/// The body of `POST /_sim/faults`. An absent member changes nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultsRequest {
    seed: Option<u64>,
    rate: Option<f64>,
    kinds: Option<Vec<FaultKind>>,
    max_ms: Option<u64>,
    next: Option<Vec<PlannedFault>>,
}

/// The current faults.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Faults {
    seed: u64,
    rate: f64,
    kinds: Vec<FaultKind>,
    max_ms: u64,
    next: Vec<PlannedFault>,
    #[serde(skip)]
    call_counts: BTreeMap<CallName, u64>,
}

impl Default for Faults {
    fn default() -> Self {
        let kinds = FaultKind::RANDOM.to_vec();
        Self { seed: 0, rate: 0.0, kinds, max_ms: DEFAULT_MAX_MS, next: Vec::new(), call_counts: BTreeMap::new() }
    }
}

impl Faults {
    /// Applies a request completely or not at all. Its planned faults are added to those that still wait for their calls.
    ///
    /// # Errors
    /// The request is invalid; the message says why.
    pub fn apply_request(&mut self, request: FaultsRequest) -> Result<(), String> {
        if request.rate.is_some_and(|rate| !(0.0..=1.0).contains(&rate)) {
            return Err("rate must be a probability, from 0 to 1".to_owned());
        }
        if request.kinds.iter().flatten().any(|kind| kind.is_hold()) {
            return Err("hold_before and hold_after can only be planned, in next".to_owned());
        }
        if let Some(planned) = request.next.iter().flatten().find(|planned| !planned.kind.applies_to(planned.call)) {
            return Err(format!("{} cannot happen to {}", word(planned.kind), word(planned.call)));
        }
        if let Some(seed) = request.seed {
            self.seed = seed;
            self.call_counts.clear();
        }
        self.rate = request.rate.unwrap_or(self.rate);
        self.kinds = request.kinds.unwrap_or_else(|| self.kinds.clone());
        self.max_ms = request.max_ms.unwrap_or(self.max_ms);
        self.next.extend(request.next.unwrap_or_default());
        Ok(())
    }

    /// The fault of the next call with this name: the first planned fault, otherwise the one that is drawn, if any.
    pub fn draw(&mut self, call: CallName) -> Option<Fault> {
        let count = self.call_counts.entry(call).or_insert(0);
        *count += 1;
        let mut random = fastrand::Rng::with_seed(mix(self.seed, call as u64, *count));
        let is_hit = random.f64() < self.rate;
        if let Some(index) = self.next.iter().position(|planned| planned.call == call) {
            let PlannedFault { kind, when, ms, .. } = self.next.remove(index);
            return Some(self.complete_fault(kind, when, ms, &mut random));
        }
        let kinds: Vec<_> = self.kinds.iter().copied().filter(|kind| kind.applies_to(call)).collect();
        let kind = random.choice(kinds)?;
        is_hit.then(|| self.complete_fault(kind, None, None, &mut random))
    }

    /// A fault of this kind. What is not given is drawn.
    fn complete_fault(
        &self,
        kind: FaultKind,
        when: Option<When>,
        ms: Option<u64>,
        random: &mut fastrand::Rng,
    ) -> Fault {
        let drawn_when = if random.bool() { When::Before } else { When::After };
        let drawn_ms = if kind == FaultKind::LateEffect { random.u64(LATE_MS) } else { random.u64(0..=self.max_ms) };
        let when = match kind {
            FaultKind::ResetBefore | FaultKind::HoldBefore => When::Before,
            FaultKind::ResetAfter | FaultKind::HoldAfter => When::After,
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

    fn faults(request: serde_json::Value) -> Faults {
        let mut faults = Faults::default();
        faults.apply_request(serde_json::from_value(request).unwrap()).unwrap();
        faults
    }

    #[test]
    fn faults_are_drawn_at_the_rate_and_the_same_seed_draws_them_again() {
        let draw = |seed: u64| {
            let mut faults = faults(json!({"seed": seed, "rate": 0.2}));
            (0..5000).map(|_| faults.draw(CallName::Schedule)).collect::<Vec<_>>()
        };
        let count = draw(7).iter().flatten().count();
        assert!((900..1100).contains(&count), "{count}");
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn each_kind_is_drawn_only_for_calls_that_it_applies_to() {
        let mut faults = faults(json!({"rate": 1.0}));
        for call in [CallName::Login, CallName::Schedule, CallName::Delete, CallName::Planning] {
            let drawn: Vec<_> = (0..1000).filter_map(|_| faults.draw(call)).collect();
            assert_eq!(drawn.len(), 1000);
            for kind in FaultKind::RANDOM {
                assert_eq!(drawn.iter().any(|fault| fault.kind == kind), kind.applies_to(call), "{call:?} {kind:?}");
            }
        }
    }

    #[test]
    fn half_of_the_server_errors_happen_before_the_effect() {
        let mut faults = faults(json!({"rate": 1.0, "kinds": ["500"]}));
        let before =
            (0..1000).filter_map(|_| faults.draw(CallName::Schedule)).filter(|f| f.when == When::Before).count();
        assert!((430..570).contains(&before), "{before}");
    }

    #[test]
    fn a_planned_fault_happens_once_and_only_to_its_call() {
        let mut faults = faults(json!({"next": [{"call": "schedule", "kind": "500", "when": "after"}]}));
        assert_eq!(faults.draw(CallName::Delete), None);
        let fault = faults.draw(CallName::Schedule).unwrap();
        assert_eq!((fault.kind, fault.when), (FaultKind::InternalError, When::After));
        assert_eq!(faults.draw(CallName::Schedule), None);
    }

    #[test]
    fn an_invalid_request_is_refused_and_changes_nothing() {
        let assert_refused = |request: serde_json::Value, expect: &str| {
            let mut faults = Faults::default();
            let error = faults.apply_request(serde_json::from_value(request).unwrap()).unwrap_err();
            assert!(error.contains(expect), "{error}");
            assert_eq!(serde_json::to_value(&faults).unwrap(), serde_json::to_value(Faults::default()).unwrap());
        };
        assert_refused(json!({"seed": 1, "rate": 1.5}), "rate");
        assert_refused(json!({"rate": 0.5, "kinds": ["hold_before"]}), "can only be planned");
        assert_refused(
            json!({"rate": 0.5, "next": [{"call": "planning", "kind": "no_id"}]}),
            "no_id cannot happen to planning",
        );
    }
}
