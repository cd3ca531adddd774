//! Who can be scheduled ("Read people" in the API description).

use serde_json::Value;

use crate::Club;
use crate::days::Days;
use crate::door::{Call, Payload};
use crate::ids::RepId;
use crate::outcome::ReadError;
use crate::wire::{Row, date_text, malformed, required};

/// Somebody who can be scheduled.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// `RepID`, the number that schedule calls take.
    pub rep: RepId,
    /// `employeeId`, the id by which we know the person (`US…`).
    pub employee_id: Option<String>,
    /// `title`: the full name, in capitals.
    pub name: String,
    /// `lastName`.
    pub last_name: String,
    /// `availableHoursPerDay`.
    pub available_hours_per_day: Option<f64>,
    /// `scheduledHours`, over the days that were asked for.
    pub scheduled_hours: Option<f64>,
}

impl Club {
    /// Who can be scheduled on `days`, by number.
    pub async fn people(&self, days: Days) -> Result<Vec<Person>, ReadError> {
        let project = format!("{} 00:00:00,{} 23:59:59", date_text(days.from()), date_text(days.to()));
        let payload = Payload::Multipart(vec![("project", project)]);
        let call = Call { name: "people", path: "/schedulingcontroller/getAvailableReps", payload };
        people_in(&self.read(&call).await?)
    }
}

fn people_in(body: &Value) -> Result<Vec<Person>, ReadError> {
    let mut people = match &body["reps"] {
        Value::Object(reps) => reps.iter().map(|(key, row)| person(key, row)).collect::<Result<Vec<_>, _>>()?,
        // The servers' language writes an empty object as an empty list.
        Value::Array(reps) if reps.is_empty() => Vec::new(),
        _ => return Err(malformed("the list of people is missing")),
    };
    people.sort_by_key(|person| person.rep);
    Ok(people)
}

fn person(key: &str, row: &Value) -> Result<Person, ReadError> {
    let row = Row::of(row);
    let rep = match row.number("repId")? {
        Some(rep) => rep,
        None => required("repId", key.parse().ok())?,
    };
    Ok(Person {
        rep,
        employee_id: row.text("employeeId"),
        name: row.text("title").unwrap_or_default(),
        last_name: row.text("lastName").unwrap_or_default(),
        available_hours_per_day: row.decimal("availableHoursPerDay")?,
        scheduled_hours: row.decimal("scheduledHours")?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn people_are_read_by_their_number() {
        let people = people_in(&json!({"reps": {
            "150002": {"repId": "150002", "employeeId": "US000124", "title": "SAM SAMPLE", "lastName": "SAMPLE"},
            "150001": {"employeeId": "US000123", "title": "PAT EXAMPLE", "lastName": "EXAMPLE",
                       "availableHoursPerDay": "8", "scheduledHours": "32.5"},
        }}));
        let people = people.unwrap();
        assert_eq!(people.iter().map(|person| person.rep.get()).collect::<Vec<_>>(), [150_001, 150_002]);
        assert_eq!(people[0].employee_id.as_deref(), Some("US000123"));
        assert_eq!((people[0].available_hours_per_day, people[0].scheduled_hours), (Some(8.0), Some(32.5)));
        assert_eq!(people[1].scheduled_hours, None);
    }

    #[test]
    fn nobody_is_an_answer_and_no_list_is_none() {
        assert_eq!(people_in(&json!({"reps": []})).unwrap(), []);
        assert_eq!(people_in(&json!({"reps": {}})).unwrap(), []);
        for body in [json!({}), json!([]), json!({"reps": null}), json!({"reps": {"Pat": {}}})] {
            assert!(people_in(&body).is_err(), "{body}");
        }
    }
}
