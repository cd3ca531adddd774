//! Checks members of a snapshot that `Snapshot::parse` does not check: Crossmark's numbers and people's texts, which
//! the rules do not read, and the length of lists that must fit into one item.

use std::cell::RefCell;
use std::collections::HashMap;

use domain::bounds::{LARGEST_NUMBER, is_printable};
use domain::json::{Json, JsonCursor, RefusedDocument};

/// Maximum length of a rotation exception's reason, in characters.
const LONGEST_REASON: usize = 500;
/// Maximum number of affinities of one person. They share one item, which holds at most 400 KB.
const MAX_AFFINITIES: usize = 5_000;
/// Maximum number of programme codes, and of types with a fixed day. No club has that many.
const MAX_NAMES: usize = 1_000;

/// Checks what `Snapshot::parse` accepts unchecked.
///
/// # Errors
/// Every fault, by JSON path.
pub(super) fn check(bytes: &[u8]) -> Result<(), RefusedDocument> {
    let json = Json::parse(bytes)?;
    let faults = RefCell::default();
    check_members(&JsonCursor::root(&json, &faults));
    let faults = faults.into_inner();
    if faults.is_empty() { Ok(()) } else { Err(RefusedDocument(faults)) }
}

fn check_members(root: &JsonCursor) {
    let each = |list: &str, check: &dyn Fn(&JsonCursor)| root.at(list).items_or_none(list).iter().for_each(check);
    number(&root.at("club").at("location_id"));
    for list in ["fixed_day_types", "programme_codes"] {
        let settings = root.at("settings");
        let at = settings.at(list);
        if let Json::List(names) = at.value()
            && names.len() > MAX_NAMES
        {
            at.fault(format!("at most {MAX_NAMES} names"));
        }
    }
    each("employees", &|at| number(&at.at("rep_id")));
    each("events", &|at| number(&at.at("parent_ref")));
    each("posted", &|at| {
        number(&at.at("event").at("parent_ref"));
        number(&at.at("scheduled_event_id"));
    });
    each("exceptions", &|at| reason(&at.at("reason")));
    let affinity = root.at("affinity");
    let mut of_people: HashMap<&str, usize> = HashMap::new();
    let rows = affinity.items_or_none("affinity");
    for at in &rows {
        let at_employee = at.at("employee_id");
        let Json::Text(id) = at_employee.value() else { continue };
        let of_person = of_people.entry(id).or_default();
        *of_person += 1;
        if *of_person == MAX_AFFINITIES + 1 {
            at.fault(format!("at most {MAX_AFFINITIES} affinities of one person"));
        }
    }
}

fn number(at: &JsonCursor) {
    if !at.is_null() {
        _ = at.integer_in(0..=LARGEST_NUMBER as i64, "a number of Crossmark's, or null");
    }
}

fn reason(at: &JsonCursor) {
    match at.value() {
        Json::Null => {}
        Json::Text(text) if text.chars().count() <= LONGEST_REASON && is_printable(text) => {}
        _ => at.fault(format!("a reason of at most {LONGEST_REASON} characters, or null")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn with(path: &str, value: Value) -> Value {
        let mut document = json!({
            "club": {"id": "8135"}, "employees": [{"id": "E01"}], "events": [{"ref": 1}],
            "posted": [{"event": {"ref": 2}, "scheduled_event_id": 7}], "exceptions": [{"reason": "swapped"}],
        });
        let (above, member) = path.rsplit_once('/').expect("a path");
        document.pointer_mut(above).expect("a place")[member] = value;
        document
    }

    #[test]
    fn members_that_the_rules_do_not_read_have_bounds() {
        let paths = [
            "/club/location_id",
            "/employees/0/rep_id",
            "/events/0/parent_ref",
            "/posted/0/event/parent_ref",
            "/posted/0/scheduled_event_id",
        ];
        for path in paths {
            for (value, fits) in [
                (json!(null), true),
                (json!(0), true),
                (json!(9_007_199_254_740_991_u64), true),
                (json!(9_007_199_254_740_992_u64), false),
                (json!(-1), false),
                (json!(1.5), false),
                (json!("7"), false),
            ] {
                let case = format!("{path} {value}");
                assert_eq!(check(with(path, value).to_string().as_bytes()).is_ok(), fits, "{case}");
            }
        }
        for (reason, fits) in [("x".repeat(500), true), ("x".repeat(501), false), ("a\u{0}b".to_owned(), false)] {
            let document = with("/exceptions/0/reason", json!(reason)).to_string();
            assert_eq!(check(document.as_bytes()).is_ok(), fits, "{reason:?}");
        }
    }

    #[test]
    fn a_person_has_at_most_as_many_affinities_as_fit_into_an_item() {
        for (count, faults) in [(5_000, 0), (5_001, 1), (5_010, 1)] {
            let rows: Vec<Value> = (0..count).map(|n| json!({"employee_id": "E01", "ref": n, "score": 0.5})).collect();
            let document = json!({"affinity": rows}).to_string();
            let found = check(document.as_bytes()).err().map_or(0, |refused| refused.0.len());
            assert_eq!(found, faults, "{count}");
        }
    }
}
