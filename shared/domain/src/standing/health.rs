//! How well a schedule stands, as one number.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Finding, Severity};

/// 0 to 100, the higher the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Health(u8);

impl Health {
    /// Each critical fault takes a tenth of what is left, each warning 3 %. What is found of one person on one day, or
    /// of one person in one week, is one fault, as bad as its worst; every other finding is one. Info does not count.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Health {
        let mut of_people: BTreeMap<_, Severity> = BTreeMap::new();
        let mut faults = Vec::new();
        for finding in findings {
            match &finding.employee_id {
                Some(person) => {
                    let worst = of_people.entry((person, finding.when)).or_insert(finding.severity);
                    *worst = finding.severity.min(*worst);
                }
                None => faults.push(finding.severity),
            }
        }
        faults.extend(of_people.into_values());
        let number = |severity| faults.iter().filter(|fault| **fault == severity).count() as i32;
        let left = 0.9_f64.powi(number(Severity::Critical)) * 0.97_f64.powi(number(Severity::Warning));
        Health((100.0 * left + 0.5).floor() as u8)
    }

    /// The number, 0 to 100.
    pub fn points(self) -> u8 {
        self.0
    }
}
