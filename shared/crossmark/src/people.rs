//! People who can be scheduled ("Read people" in the API description).

use serde_json::Value;

use crate::CrossmarkClub;
use crate::days::Days;
use crate::fields::{Field, FieldFault};
use crate::ids::RepId;
use crate::outcome::ReadError;
use crate::transport::{ApiCall, Payload};
use crate::wire::{Row, date_text, malformed, required};

/// A person who can be scheduled.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// `RepID`, the number that schedule calls take.
    pub rep: RepId,
    /// `employeeId`, the person's id in Muster (`US…`).
    pub employee_id: Option<String>,
    /// `title`: the full name, in capitals.
    pub name: String,
    /// `lastName`.
    pub last_name: String,
    /// `availableHoursPerDay`.
    pub available_hours_per_day: Option<f64>,
    /// `scheduledHours`, over the requested days.
    pub scheduled_hours: Option<f64>,
}

/// A row of the list of people that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonFault {
    /// The person's number, if the key of the row is one.
    pub rep: Option<RepId>,
    /// The person's id, if it can be read.
    pub employee_id: Option<String>,
    /// What is wrong with the row.
    pub fault: FieldFault,
}

/// The list of people who can be scheduled.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct People {
    /// The people, by number.
    pub people: Vec<Person>,
    /// The rows that cannot be used.
    pub faults: Vec<PersonFault>,
}

impl CrossmarkClub {
    /// The people who can be scheduled on `days`, by number.
    ///
    /// # Errors
    /// [`ReadError`] if the list cannot be read.
    pub async fn people(&self, days: Days) -> Result<People, ReadError> {
        let project = format!("{} 00:00:00,{} 23:59:59", date_text(days.from()), date_text(days.to()));
        let payload = Payload::Multipart(vec![("project", project)]);
        let call = ApiCall { name: "people", path: "/schedulingcontroller/getAvailableReps", payload };
        people_in(&self.read(&call).await?)
    }
}

fn people_in(body: &Value) -> Result<People, ReadError> {
    let mut listed = People::default();
    match &body["reps"] {
        Value::Object(reps) => {
            for (key, row) in reps {
                match person(key, row) {
                    Ok(person) => listed.people.push(person),
                    Err(fault) => {
                        let row = Row::of(row);
                        let rep = key.parse().ok();
                        listed.faults.push(PersonFault { rep, employee_id: row.text(Field::EmployeeId), fault });
                    }
                }
            }
        }
        // Crossmark's PHP writes an empty object as an empty list.
        Value::Array(reps) if reps.is_empty() => {}
        _ => return Err(malformed("the list of people is missing")),
    }
    listed.people.sort_by_key(|person| person.rep);
    Ok(listed)
}

/// Reads a person. Hours that cannot be read are left out, because nobody is identified by them.
fn person(key: &str, row: &Value) -> Result<Person, FieldFault> {
    let row = Row::of(row);
    let rep = match row.number(Field::RepId)? {
        Some(rep) => rep,
        None => required(Field::RepId, key.parse().ok())?,
    };
    Ok(Person {
        rep,
        employee_id: row.text(Field::EmployeeId),
        name: row.text(Field::FullName).unwrap_or_default(),
        last_name: row.text(Field::LastName).unwrap_or_default(),
        available_hours_per_day: row.decimal(Field::HoursPerDay).ok().flatten(),
        scheduled_hours: row.decimal(Field::ScheduledHours).ok().flatten(),
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
        let people = people.unwrap().people;
        assert_eq!(people.iter().map(|person| person.rep.get()).collect::<Vec<_>>(), [150_001, 150_002]);
        assert_eq!(people[0].employee_id.as_deref(), Some("US000123"));
        assert_eq!((people[0].available_hours_per_day, people[0].scheduled_hours), (Some(8.0), Some(32.5)));
        assert_eq!(people[1].scheduled_hours, None);
    }

    #[test]
    fn an_empty_list_is_an_answer_and_a_missing_list_is_an_error() {
        assert_eq!(people_in(&json!({"reps": []})).unwrap(), People::default());
        assert_eq!(people_in(&json!({"reps": {}})).unwrap(), People::default());
        for body in [json!({}), json!([]), json!({"reps": null})] {
            assert!(people_in(&body).is_err(), "{body}");
        }
    }

    #[test]
    fn a_row_that_cannot_be_read_is_named_and_the_others_are_read() {
        let check = |key: &str, faulty: Value, rep: Option<u64>, expect: &str| {
            let good = json!({"employeeId": "US000123", "title": "PAT EXAMPLE"});
            let people = people_in(&json!({"reps": {key: faulty.clone(), "150001": good}})).unwrap();
            assert_eq!(people.people.iter().map(|person| person.rep.get()).collect::<Vec<_>>(), [150_001], "{faulty}");
            let [fault] = &people.faults[..] else { panic!("{faulty}: {:?}", people.faults) };
            assert_eq!((fault.rep.map(RepId::get), fault.fault.to_string().as_str()), (rep, expect), "{faulty}");
        };
        check("Pat", json!({}), None, "repId is missing");
        check("Pat", json!(7), None, "repId is missing");
        check("150002", json!({"repId": "many"}), Some(150_002), "repId cannot be read");
        check("150002", json!({"repId": {}}), Some(150_002), "repId cannot be read");
    }

    #[test]
    fn a_person_whose_hours_cannot_be_read_is_still_listed() {
        let row = json!({"employeeId": "US000123", "availableHoursPerDay": "eight", "scheduledHours": {}});
        let people = people_in(&json!({"reps": {"150001": row}})).unwrap();
        assert_eq!((people.people.len(), people.people[0].available_hours_per_day), (1, None));
    }
}
