//! Matches Crossmark's numbers with the club's people. A known number stays with its person unless Crossmark lists it for
//! other people only, whether they belong to the club or not. If it is unclear whose a number is, the conflict is reported
//! and the number is not assigned.

use std::collections::{BTreeMap, BTreeSet};

use crossmark::{Person, RepId};
use domain::event_type::JobTitle;
use domain::snapshot::rows::is_person;
use domain::snapshot::{Employee, EmployeeId};
use runtime::telemetry;
use store::documents::{DocumentError, Expect};
use store::refreshes::UnknownPerson;
use store::reports::{FaultReason, FaultyField, MAX_NAMED, NumberConflict, PersonSetAside, ReportedFault};
use store::{Club, Stored};

use crate::findings::Findings;

/// The club's people by Crossmark number.
pub(crate) struct People<'a> {
    by_rep: BTreeMap<RepId, EmployeeId>,
    /// The people whose number is new or has changed, with that number.
    renumbered: Vec<(&'a Stored<Employee>, RepId)>,
    /// Crossmark numbers and employees that do not match one to one.
    conflicts: Vec<NumberConflict>,
}

/// The Crossmark numbers of each employee id, and the employee ids of each number, in Crossmark's list of people.
struct ListedNumbers<'a> {
    by_id: BTreeMap<&'a str, BTreeSet<RepId>>,
    by_number: BTreeMap<RepId, BTreeSet<&'a str>>,
}

impl<'a> ListedNumbers<'a> {
    fn of(upstream: &'a [Person]) -> ListedNumbers<'a> {
        let mut numbers = ListedNumbers { by_id: BTreeMap::new(), by_number: BTreeMap::new() };
        for person in upstream {
            let Some(id) = person.employee_id.as_deref() else { continue };
            numbers.by_id.entry(id).or_default().insert(person.rep);
            numbers.by_number.entry(person.rep).or_default().insert(id);
        }
        numbers
    }

    /// Whether a number is listed for this person only.
    fn is_only_of(&self, rep: RepId, id: &str) -> bool {
        self.by_number.get(&rep).is_some_and(|ids| ids.len() == 1 && ids.contains(id))
    }
}

impl<'a> People<'a> {
    /// Matches the club's people with their current Crossmark numbers. People whom Crossmark does not list keep their
    /// known number.
    pub fn match_numbers(employees: &'a [Stored<Employee>], upstream: &[Person]) -> People<'a> {
        let listed = ListedNumbers::of(upstream);
        let mut people = People { by_rep: BTreeMap::new(), renumbered: Vec::new(), conflicts: Vec::new() };
        for employee in employees {
            let id = &employee.body.id;
            let known_number = employee.body.rep_id.and_then(|rep| RepId::try_from(rep).ok());
            let numbers = listed.by_id.get(id.0.as_str()).cloned().unwrap_or_default();
            if numbers.len() > 1 {
                let numbers = numbers.iter().map(|rep| rep.get()).collect();
                people.conflicts.push(NumberConflict { employees: vec![id.clone()], numbers });
            }
            let only = if numbers.len() == 1 { numbers.first().copied() } else { None };
            let only = only.filter(|rep| listed.is_only_of(*rep, &id.0) && known_number != Some(*rep));
            people.renumbered.extend(only.map(|rep| (employee, rep)));
            let own_numbers = numbers.into_iter().filter(|rep| listed.is_only_of(*rep, &id.0));
            people.by_rep.extend(own_numbers.map(|rep| (rep, id.clone())));
        }
        people.keep_known(employees, &listed);
        for (rep, ids) in listed.by_number.iter().filter(|(_, ids)| ids.len() > 1) {
            let employees = ids.iter().map(|id| EmployeeId((*id).to_owned())).collect();
            people.conflicts.push(NumberConflict { employees, numbers: vec![rep.get()] });
        }
        people
    }

    /// Keeps a known number with its person unless Crossmark lists it for other people only.
    fn keep_known(&mut self, employees: &[Stored<Employee>], listed: &ListedNumbers<'_>) {
        for employee in employees {
            let id = &employee.body.id;
            let Some(known) = employee.body.rep_id.and_then(|rep| RepId::try_from(rep).ok()) else { continue };
            let is_new = self.renumbered.iter().any(|(other, _)| other.body.id == *id);
            let is_others = |ids: &&BTreeSet<&str>| !ids.contains(id.0.as_str()) && *id != id_by_number(known);
            let owner = match listed.by_number.get(&known).filter(is_others) {
                // `People::match_numbers` reports the conflict between several other people, once for the number.
                Some(others) if others.len() > 1 => continue,
                Some(others) => EmployeeId(others.iter().copied().collect()),
                None => self.by_rep.entry(known).or_insert_with(|| id.clone()).clone(),
            };
            if owner != *id && !is_new {
                self.conflicts.push(NumberConflict { employees: vec![owner, id.clone()], numbers: vec![known.get()] });
            }
        }
    }

    /// Writes new numbers. An unknown person with a schedule at Crossmark is added as an inactive employee: the schedule is
    /// shown, its event is not open, and a manager decides about the person. Other unknown people are not added.
    ///
    /// # Errors
    /// A person cannot be written.
    pub async fn learn(
        mut self,
        club: Club<'_>,
        upstream: &[Person],
        scheduled: &BTreeSet<RepId>,
        findings: &mut Findings,
    ) -> Result<People<'a>, DocumentError> {
        findings.numbers.append(&mut self.conflicts);
        for (employee, rep) in std::mem::take(&mut self.renumbered) {
            let numbered = Employee { rep_id: Some(rep.get()), ..employee.body.clone() };
            write(club, &numbered, Expect::Version(employee.version)).await?;
        }
        let listed = ListedNumbers::of(upstream);
        let has_one_owner = |person: &Person| listed.by_number.get(&person.rep).is_none_or(|ids| ids.len() == 1);
        let unknown: Vec<&Person> = upstream
            .iter()
            .filter(|p| scheduled.contains(&p.rep) && !self.by_rep.contains_key(&p.rep) && has_one_owner(p))
            .collect();
        let mut added = 0;
        for person in unknown {
            match inactive_employee(person) {
                Ok(inactive_employee) => {
                    write(club, &inactive_employee, Expect::Nothing).await?;
                    self.by_rep.insert(person.rep, inactive_employee.id);
                    added += 1;
                }
                Err(fault) => findings.people.push(PersonSetAside { number: Some(person.rep.get()), fault }),
            }
        }
        telemetry::count("people.new", added);
        Ok(self)
    }

    /// The people in Crossmark's list who do not belong to the club, the first [`MAX_NAMED`] in order of name, and the
    /// number of all such people.
    pub fn unknown_people(&self, employees: &[Stored<Employee>], upstream: &[Person]) -> (Vec<UnknownPerson>, usize) {
        let is_known = |id: &str| employees.iter().any(|employee| employee.body.id.0 == id);
        let unknown = upstream.iter().filter(|person| {
            !self.by_rep.contains_key(&person.rep) && !person.employee_id.as_deref().is_some_and(is_known)
        });
        let mut unknown: Vec<UnknownPerson> = unknown
            .map(|person| UnknownPerson {
                rep_id: person.rep.get(),
                employee_id: person.employee_id.clone(),
                name: person.name.trim().to_owned(),
            })
            .collect();
        unknown.sort_by(|a, b| (&a.name, a.rep_id).cmp(&(&b.name, b.rep_id)));
        unknown.dedup_by_key(|person| person.rep_id);
        let total = unknown.len();
        unknown.truncate(MAX_NAMED);
        (unknown, total)
    }

    /// The employee with this number, if there is one.
    pub fn with_number(&self, rep: RepId) -> Option<&EmployeeId> {
        self.by_rep.get(&rep)
    }
}

/// The id of a person for whom Crossmark lists none.
fn id_by_number(rep: RepId) -> EmployeeId {
    EmployeeId(format!("REP{rep}"))
}

/// A new inactive employee for an unknown person.
///
/// # Errors
/// No run could use the employee, because the id or the name is out of bounds.
fn inactive_employee(person: &Person) -> Result<Employee, ReportedFault> {
    let id = person.employee_id.clone().map_or_else(|| id_by_number(person.rep), EmployeeId);
    let has_name = !person.name.trim().is_empty();
    let name = if has_name { person.name.clone() } else { format!("Crossmark number {}", person.rep) };
    if !is_person(&id.0, &name) {
        let field = if is_person(&id.0, "") { FaultyField::PersonName } else { FaultyField::EmployeeId };
        return Err(ReportedFault::new(field, FaultReason::OutOfBounds));
    }
    Ok(Employee {
        id,
        name,
        job_title: JobTitle::EventSpecialist,
        juicer_trained: false,
        active: false,
        termination_date: None,
        rep_id: Some(person.rep.get()),
    })
}

/// Writes an employee. If somebody changed the employee since it was read, that change stays, and the next refresh tries
/// again.
async fn write(club: Club<'_>, employee: &Employee, expect: Expect) -> Result<(), DocumentError> {
    match club.put_document(employee, expect).await {
        Ok(_) | Err(DocumentError::Stale { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn employee(id: &str, rep: Option<u64>) -> Stored<Employee> {
        let body = Employee {
            id: EmployeeId(id.to_owned()),
            name: id.to_owned(),
            job_title: JobTitle::EventSpecialist,
            juicer_trained: false,
            active: true,
            termination_date: None,
            rep_id: rep,
        };
        Stored { version: 1, body }
    }

    fn person(rep: u64, id: &str) -> Person {
        Person {
            rep: rep.try_into().expect("a number"),
            employee_id: Some(id.to_owned()),
            name: id.to_owned(),
            last_name: id.to_owned(),
            available_hours_per_day: None,
            scheduled_hours: None,
        }
    }

    /// Checks the numbers that are written, the owner of each number, and the conflicts, if A and B have these known
    /// numbers.
    fn check(
        known: [Option<u64>; 2],
        listed: &[(u64, &str)],
        renumbered: &[(&str, u64)],
        owners: &[(u64, &str)],
        conflicts: &[(&[&str], &[u64])],
    ) {
        let employees = [employee("A", known[0]), employee("B", known[1])];
        let upstream: Vec<Person> = listed.iter().map(|(rep, id)| person(*rep, id)).collect();
        let people = People::match_numbers(&employees, &upstream);
        let found: Vec<_> = people.renumbered.iter().map(|(e, rep)| (e.body.id.0.as_str(), rep.get())).collect();
        assert_eq!(found, renumbered, "{known:?} {listed:?}");
        let found: Vec<_> = people.by_rep.iter().map(|(rep, id)| (rep.get(), id.0.as_str())).collect();
        assert_eq!(found, owners, "{known:?} {listed:?}");
        let found: Vec<(Vec<&str>, &[u64])> = people
            .conflicts
            .iter()
            .map(|c| (c.employees.iter().map(|id| id.0.as_str()).collect(), c.numbers.as_slice()))
            .collect();
        let expected: Vec<(Vec<&str>, &[u64])> = conflicts.iter().map(|(e, n)| (e.to_vec(), *n)).collect();
        assert_eq!(found, expected, "{known:?} {listed:?}");
    }

    #[test]
    fn unknown_people_are_all_counted_although_only_the_first_are_named() {
        let listed: Vec<Person> = (1..=MAX_NAMED as u64 + 1).map(|rep| person(rep, &format!("X{rep:03}"))).collect();
        let (named, total) = People::match_numbers(&[], &listed).unknown_people(&[], &listed);
        assert_eq!((named.len(), total), (MAX_NAMED, MAX_NAMED + 1));
        assert_eq!(named.last().map(|person| person.name.as_str()), Some("X200"));
    }

    #[test]
    fn a_known_number_stays_while_it_is_listed_and_an_unclear_one_is_not_assigned() {
        let none = [None, None];
        check(none, &[(1, "A"), (2, "B")], &[("A", 1), ("B", 2)], &[(1, "A"), (2, "B")], &[]);
        check([Some(1), Some(2)], &[(1, "A"), (2, "B")], &[], &[(1, "A"), (2, "B")], &[]);
        // The number has changed.
        check([Some(1), None], &[(3, "A")], &[("A", 3)], &[(1, "A"), (3, "A")], &[]);
        // Not listed: the known number stays.
        check([Some(1), None], &[], &[], &[(1, "A")], &[]);
        // Two numbers: the known one stays, whichever comes first, and the conflict is reported.
        for listed in [[(1, "A"), (9, "A")], [(9, "A"), (1, "A")]] {
            check([Some(9), None], &listed, &[], &[(1, "A"), (9, "A")], &[(&["A"], &[1, 9])]);
        }
        // Two numbers, neither of them known before: none is written.
        check([Some(5), None], &[(1, "A"), (9, "A")], &[], &[(1, "A"), (5, "A"), (9, "A")], &[(&["A"], &[1, 9])]);
        check(none, &[(1, "A"), (9, "A")], &[], &[(1, "A"), (9, "A")], &[(&["A"], &[1, 9])]);
        // One number for two people.
        check(none, &[(1, "A"), (1, "B")], &[], &[], &[(&["A", "B"], &[1])]);
        check([None, Some(1)], &[(1, "A"), (1, "B")], &[], &[(1, "B")], &[(&["A", "B"], &[1])]);
        // B's number is A's now, and B is not listed.
        check([None, Some(1)], &[(1, "A")], &[("A", 1)], &[(1, "A")], &[(&["A", "B"], &[1])]);
        // The known number is listed for unknown people only.
        check([None, Some(1)], &[(1, "X")], &[], &[], &[(&["X", "B"], &[1])]);
        check([Some(1), None], &[(1, "X"), (1, "Y")], &[], &[], &[(&["X", "Y"], &[1])]);
        check([Some(1), None], &[(1, "X"), (2, "A")], &[("A", 2)], &[(2, "A")], &[]);
        // A and B have swapped numbers.
        check([Some(2), Some(1)], &[(1, "A"), (2, "B")], &[("A", 1), ("B", 2)], &[(1, "A"), (2, "B")], &[]);
    }
}
