//! The health of a posted schedule, as one number.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Finding, Severity};

/// The health of a posted schedule, 0 to 100; higher is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Health(u8);

/// The faults that health is computed from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Faults {
    /// Number of critical faults.
    pub critical: u32,
    /// Number of warnings.
    pub warnings: u32,
}

impl Faults {
    /// Counts faults. All findings of one person on one day, or in one week, are one fault with the worst of their
    /// severities. Every finding without a person is one fault. Info does not count.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Faults {
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
        let number = |severity| faults.iter().filter(|fault| **fault == severity).count() as u32;
        Faults { critical: number(Severity::Critical), warnings: number(Severity::Warning) }
    }

    /// The health with these faults: each critical fault takes 10 % of what is left of 100, each warning 3 %. Rounded
    /// half up at the end.
    pub fn health(self) -> Health {
        let left = 0.9_f64.powi(self.critical as i32) * 0.97_f64.powi(self.warnings as i32);
        Health((100.0 * left + 0.5).floor() as u8)
    }
}

impl Health {
    /// The health of a schedule with these findings.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Health {
        Faults::of(findings).health()
    }

    /// The number, 0 to 100.
    pub fn points(self) -> u8 {
        self.0
    }
}
