//! The simulator's log of calls with their faults. It shows schedule calls that were repeated without a read-back.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A call in the log.
#[derive(Debug, Clone, Deserialize)]
pub struct Call {
    /// The name of the call.
    #[serde(rename = "call")]
    pub name: String,
    #[serde(rename = "mPlanID")]
    event: Option<u64>,
    id: Option<u64>,
    /// The fault of the call; `None` if it had none.
    pub fault: Option<Fault>,
    /// The effect of the call, independent of the answer.
    effect: Option<String>,
}

/// The fault of a call.
#[derive(Debug, Clone, Deserialize)]
pub struct Fault {
    /// The kind of fault.
    pub kind: String,
}

impl Call {
    /// Whether the caller got the normal answer, possibly late.
    fn is_answered(&self) -> bool {
        let fault = self.fault.as_ref().map(|fault| fault.kind.as_str());
        matches!(fault, None | Some("latency" | "slow_body")) && self.effect.as_deref() != Some("session_ended")
    }

    /// Whether the answer of a schedule call alone proves that nothing was scheduled.
    fn is_known_without_effect(&self) -> bool {
        match self.fault.as_ref().map(|fault| fault.kind.as_str()) {
            Some("429" | "not_ok") => true,
            _ => self.is_answered() && self.effect.as_deref() == Some("refused"),
        }
    }
}

/// A schedule call whose answer does not prove that it had no effect.
struct UnsettledCall {
    id: Option<u64>,
    /// Whether the event's condition was read since then.
    condition_was_read: bool,
    /// Whether a slice of the planning list was read since then.
    planning_was_read: bool,
}

/// The events for which a schedule call was repeated although the effect of the previous call had not been read back.
pub fn called_again_blindly(calls: &[Call]) -> Vec<u64> {
    let mut unsettled: BTreeMap<u64, UnsettledCall> = BTreeMap::new();
    let mut blind = Vec::new();
    for call in calls {
        match (call.name.as_str(), call.event) {
            ("schedule", Some(event)) => {
                if unsettled.contains_key(&event) {
                    blind.push(event);
                }
                if call.is_known_without_effect() {
                    unsettled.remove(&event);
                } else {
                    unsettled.insert(
                        event,
                        UnsettledCall { id: call.id, condition_was_read: false, planning_was_read: false },
                    );
                }
            }
            // A schedule with a known number may be deleted and made again.
            ("delete", _) if call.id.is_some() => unsettled.retain(|_, last| last.id != call.id),
            // Both reads together show whether the call had an effect.
            ("condition", Some(event)) if call.is_answered() => {
                unsettled.entry(event).and_modify(|last| last.condition_was_read = true);
            }
            ("planning", _) if call.is_answered() => {
                unsettled.values_mut().for_each(|last| last.planning_was_read = true);
            }
            _ => {}
        }
        unsettled.retain(|_, last| !(last.condition_was_read && last.planning_was_read));
    }
    blind.dedup();
    blind
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::{Value, json};

    use super::*;

    fn blind(calls: Value) -> Vec<u64> {
        called_again_blindly(&serde_json::from_value::<Vec<Call>>(calls).unwrap())
    }

    #[test]
    fn a_repeated_call_is_blind_unless_the_first_was_read_back_or_refused() {
        let schedule = |kind: &str| json!({"call": "schedule", "mPlanID": 7, "fault": {"kind": kind}});
        let done = json!({"call": "schedule", "mPlanID": 7, "id": 55, "effect": "done"});
        let read = json!({"call": "condition", "mPlanID": 7});
        let failed_read = json!({"call": "condition", "mPlanID": 7, "fault": {"kind": "500"}});
        let other = json!({"call": "condition", "mPlanID": 8});
        let plan = json!({"call": "planning"});
        let delete = json!({"call": "delete", "id": 55, "effect": "done"});
        let refused = json!({"call": "schedule", "mPlanID": 7, "effect": "refused"});
        for (calls, expected) in [
            (json!([done]), vec![]),
            (json!([schedule("429"), schedule("not_ok"), done]), vec![]),
            (json!([refused, done]), vec![]),
            (json!([schedule("reset_after"), read, plan, done]), vec![]),
            (json!([schedule("reset_after"), plan, read, done]), vec![]),
            (json!([schedule("reset_after"), read, done]), vec![7]),
            (json!([schedule("reset_after"), plan, done]), vec![7]),
            (json!([schedule("reset_after"), failed_read, plan, done]), vec![7]),
            (json!([schedule("reset_after"), other, plan, done]), vec![7]),
            (json!([schedule("no_id"), done]), vec![7]),
            (json!([done, done]), vec![7]),
            (json!([done, delete, done]), vec![]),
        ] {
            assert_eq!(blind(calls.clone()), expected, "{calls}");
        }
    }
}
