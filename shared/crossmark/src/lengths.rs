//! How long events last, which the planning list does not say ("Lengths" in the API description).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::Club;
use crate::days::Days;
use crate::door::{Call, Fields, Payload};
use crate::ids::PlanId;
use crate::outcome::ReadError;
use crate::wire::{Row, date_text, malformed, required};

impl Club {
    /// The minutes that events last: those scheduled on `days`, and those that are not and could be. An event without a
    /// length is not in it. Where both lists have an event, the scheduled one counts.
    pub async fn lengths(&self, days: Days) -> Result<BTreeMap<PlanId, u32>, ReadError> {
        let scheduled = scheduled_call(days);
        let open = open_call(days);
        let (scheduled, open) = tokio::try_join!(self.read(&scheduled), self.read(&open))?;
        let mut lengths = lengths_in(&open, "visits")?;
        lengths.append(&mut lengths_in(&scheduled, "events")?);
        Ok(lengths)
    }
}

fn scheduled_call(days: Days) -> Call {
    let fields = vec![
        ("project", format!("{} 00:00:00,{} 23:59:59", date_text(days.from()), date_text(days.to()))),
        ("priorities", String::new()),
        ("projectsDropdownCustomSearchValues", String::new()),
        ("repsDropdownCustomSearchValues", String::new()),
    ];
    call("scheduled events", "/schedulingcontroller/getScheduledEvents", fields)
}

fn open_call(days: Days) -> Call {
    let fields = vec![("project", format!("{},{}", date_text(days.from()), date_text(days.to())))];
    call("visits", "/schedulingcontroller/getNonScheduledVisits", fields)
}

fn call(name: &'static str, path: &'static str, fields: Fields) -> Call {
    Call { name, path, payload: Payload::Multipart(fields) }
}

/// A bare list, or an object that has it under either name.
fn lengths_in(body: &Value, usual: &str) -> Result<BTreeMap<PlanId, u32>, ReadError> {
    let other = if usual == "events" { "visits" } else { "events" };
    let rows = body.as_array().or_else(|| body[usual].as_array()).or_else(|| body[other].as_array());
    let rows = rows.ok_or_else(|| malformed("the list of lengths is missing"))?;
    let mut lengths = BTreeMap::new();
    for row in rows.iter().map(Row::of) {
        let event = required("mPlanID", row.number("mPlanID")?)?;
        let minutes = row.decimal("EstimatedTime")?.map(f64::round);
        if let Some(minutes) = minutes.filter(|minutes| (1.0..=f64::from(u32::MAX)).contains(minutes)) {
            lengths.insert(event, minutes as u32);
        }
    }
    Ok(lengths)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lengths_are_read_from_either_shape_and_rounded_to_minutes() {
        let check = |body: Value, expect: &[(u64, u32)]| {
            let lengths = lengths_in(&body, "events").unwrap();
            let lengths: Vec<_> = lengths.into_iter().map(|(event, minutes)| (event.get(), minutes)).collect();
            assert_eq!(lengths, expect, "{body}");
        };
        let row = |minutes: Value| json!({"mPlanID": "40000123", "EstimatedTime": minutes});
        check(json!([row(json!("390.00"))]), &[(40_000_123, 390)]);
        check(json!({"events": [row(json!(14.6))]}), &[(40_000_123, 15)]);
        check(json!({"visits": [row(json!("60"))]}), &[(40_000_123, 60)]);
        for nothing in [json!(""), json!(null), json!("0"), json!("-5")] {
            check(json!([row(nothing)]), &[]);
        }
        check(json!([]), &[]);
    }

    #[test]
    fn a_list_that_cannot_be_read_is_no_empty_list() {
        let check = |body: Value, expect: &str| {
            let error = lengths_in(&body, "visits").unwrap_err().to_string();
            assert!(error.ends_with(expect), "{error}");
        };
        check(json!({"ok": 0}), "the list of lengths is missing");
        check(json!([{"EstimatedTime": "60"}]), "mPlanID is missing");
        check(json!([{"mPlanID": "40000123", "EstimatedTime": "an hour"}]), "EstimatedTime cannot be read");
    }
}
