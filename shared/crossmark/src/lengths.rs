//! Lengths of events, which are not part of the planning list ("Lengths" in the API description).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::CrossmarkClub;
use crate::days::Days;
use crate::fields::{FaultReason, Field, FieldFault};
use crate::ids::PlanId;
use crate::outcome::ReadError;
use crate::planning::RowFault;
use crate::transport::{ApiCall, Fields, Payload};
use crate::wire::{Row, date_text, malformed, required};

/// The lengths of events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lengths {
    /// The minutes of each event that has a length.
    pub minutes: BTreeMap<PlanId, u32>,
    /// The rows that cannot be used, except the rows of events whose length is in another row.
    pub faults: Vec<RowFault>,
}

impl CrossmarkClub {
    /// The lengths in minutes of the events that are scheduled on `days`, and of the events that could be scheduled
    /// then. Events without a length are left out. If both lists have an event, its length in the list of scheduled
    /// events counts.
    ///
    /// # Errors
    /// [`ReadError`] if one of the two lists cannot be read.
    pub async fn lengths(&self, days: Days) -> Result<Lengths, ReadError> {
        let scheduled = scheduled_call(days);
        let open = open_call(days);
        let (scheduled, open) = tokio::try_join!(self.read(&scheduled), self.read(&open))?;
        let mut lengths = lengths_in(&open, "visits")?;
        let scheduled = lengths_in(&scheduled, "events")?;
        lengths.minutes.extend(scheduled.minutes);
        lengths.faults.extend(scheduled.faults);
        let Lengths { minutes, faults } = &mut lengths;
        faults.retain(|fault| fault.event.is_none_or(|event| !minutes.contains_key(&event)));
        Ok(lengths)
    }
}

fn scheduled_call(days: Days) -> ApiCall {
    let fields = vec![
        ("project", format!("{} 00:00:00,{} 23:59:59", date_text(days.from()), date_text(days.to()))),
        ("priorities", String::new()),
        ("projectsDropdownCustomSearchValues", String::new()),
        ("repsDropdownCustomSearchValues", String::new()),
    ];
    call("scheduled events", "/schedulingcontroller/getScheduledEvents", fields)
}

fn open_call(days: Days) -> ApiCall {
    let fields = vec![("project", format!("{},{}", date_text(days.from()), date_text(days.to())))];
    call("visits", "/schedulingcontroller/getNonScheduledVisits", fields)
}

fn call(name: &'static str, path: &'static str, fields: Fields) -> ApiCall {
    ApiCall { name, path, payload: Payload::Multipart(fields) }
}

/// Reads a bare list, or an object that has the list under the expected name or under the other list's name.
fn lengths_in(body: &Value, expected: &str) -> Result<Lengths, ReadError> {
    let other = if expected == "events" { "visits" } else { "events" };
    let rows = body.as_array().or_else(|| body[expected].as_array()).or_else(|| body[other].as_array());
    let rows = rows.ok_or_else(|| malformed("the list of lengths is missing"))?;
    let mut lengths = Lengths::default();
    for row in rows {
        match length(Row::of(row)) {
            Ok((event, Some(minutes))) => _ = lengths.minutes.insert(event, minutes),
            Ok((_, None)) => {}
            Err(fault) => lengths.faults.push(RowFault::of(row, fault)),
        }
    }
    Ok(lengths)
}

/// An event and its rounded minutes; `None` if the row has no length, or if the length rounds to 0.
fn length(row: Row<'_>) -> Result<(PlanId, Option<u32>), FieldFault> {
    let event = required(Field::EventNumber, row.number(Field::EventNumber)?)?;
    let minutes = row.decimal(Field::Length)?.map(f64::round);
    if minutes.is_some_and(|minutes| !(0.0..=f64::from(u32::MAX)).contains(&minutes)) {
        return Err(FieldFault { field: Field::Length, reason: FaultReason::Unreadable });
    }
    Ok((event, minutes.map(|minutes| minutes as u32).filter(|minutes| *minutes > 0)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lengths_are_read_from_either_shape_and_rounded_to_minutes() {
        let check = |body: Value, expect: &[(u64, u32)]| {
            let lengths = lengths_in(&body, "events").unwrap();
            let lengths: Vec<_> = lengths.minutes.into_iter().map(|(event, minutes)| (event.get(), minutes)).collect();
            assert_eq!(lengths, expect, "{body}");
        };
        let row = |minutes: Value| json!({"mPlanID": "40000123", "EstimatedTime": minutes});
        check(json!([row(json!("390.00"))]), &[(40_000_123, 390)]);
        check(json!({"events": [row(json!(14.6))]}), &[(40_000_123, 15)]);
        check(json!({"visits": [row(json!("60"))]}), &[(40_000_123, 60)]);
        for nothing in [json!(""), json!(null), json!("0"), json!("0.2")] {
            check(json!([row(nothing)]), &[]);
        }
        check(json!([]), &[]);
    }

    #[test]
    fn a_missing_list_is_an_error_and_not_an_empty_list() {
        let error = lengths_in(&json!({"ok": 0}), "visits").unwrap_err().to_string();
        assert!(error.ends_with("the list of lengths is missing"), "{error}");
    }

    #[test]
    fn a_row_that_cannot_be_read_is_named_and_the_others_are_read() {
        let check = |faulty: Value, event: Option<u64>, expect: &str| {
            let good = json!({"mPlanID": "40000200", "EstimatedTime": "60"});
            let lengths = lengths_in(&json!([faulty, good]), "visits").unwrap();
            assert_eq!(lengths.minutes.into_keys().map(PlanId::get).collect::<Vec<_>>(), [40_000_200]);
            let [fault] = &lengths.faults[..] else { panic!("{faulty}: {:?}", lengths.faults) };
            assert_eq!((fault.event.map(PlanId::get), fault.fault.to_string().as_str()), (event, expect), "{faulty}");
        };
        check(json!({"EstimatedTime": "60"}), None, "mPlanID is missing");
        check(json!("a row"), None, "mPlanID is missing");
        check(json!({"mPlanID": "forty", "EstimatedTime": "60"}), None, "mPlanID cannot be read");
        for length in [json!("an hour"), json!("-5"), json!("1e300"), json!({}), json!(true)] {
            let row = json!({"mPlanID": "40000123", "EstimatedTime": length});
            check(row, Some(40_000_123), "EstimatedTime cannot be read");
        }
    }
}
