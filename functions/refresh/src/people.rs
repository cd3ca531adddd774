//! Who is who: Crossmark's numbers of people against the club's own people.

use std::collections::{BTreeMap, BTreeSet};

use crossmark::{Person, RepId};
use domain::bounds::is_id;
use domain::event_type::JobTitle;
use domain::snapshot::EmployeeId;
use runtime::telemetry;
use store::documents::{DocumentError, Employee, Expect, JobTitleName};
use store::{Club, Stored};

/// The club's people by Crossmark's numbers.
pub(crate) struct People<'a> {
    by_rep: BTreeMap<RepId, EmployeeId>,
    /// People whose number is not known yet, or is another one by now.
    renumbered: Vec<(&'a Stored<Employee>, RepId)>,
}

impl<'a> People<'a> {
    /// The club's people, numbered as Crossmark has them by now; those whom it does not list keep their numbers.
    pub fn known(employees: &'a [Stored<Employee>], upstream: &[Person]) -> People<'a> {
        let number = |id: &EmployeeId| upstream.iter().find(|p| p.employee_id.as_deref() == Some(&id.0)).map(|p| p.rep);
        let mut people = People { by_rep: BTreeMap::new(), renumbered: Vec::new() };
        for employee in employees {
            let known = employee.body.rep_id.and_then(|rep| RepId::try_from(rep).ok());
            let told = number(&employee.body.id);
            people.by_rep.extend(told.or(known).map(|rep| (rep, employee.body.id.clone())));
            people.renumbered.extend(told.filter(|told| known != Some(*told)).map(|rep| (employee, rep)));
        }
        people
    }

    /// Writes numbers that are new. Who is scheduled at Crossmark and is nobody here yet comes in as inactive: what they
    /// work is shown and nobody else is sent there, and a person decides what becomes of them. Everybody else stays out.
    pub async fn learn(
        mut self,
        club: Club<'_>,
        upstream: &[Person],
        scheduled: &BTreeSet<RepId>,
    ) -> Result<People<'a>, DocumentError> {
        for (employee, rep) in std::mem::take(&mut self.renumbered) {
            let numbered = Employee { rep_id: Some(rep.get()), ..employee.body.clone() };
            write(club, &numbered, Expect::Version(employee.version)).await?;
        }
        let strangers: Vec<&Person> =
            upstream.iter().filter(|p| scheduled.contains(&p.rep) && !self.by_rep.contains_key(&p.rep)).collect();
        for person in &strangers {
            let id = person.employee_id.clone().filter(|id| is_id(id)).unwrap_or_else(|| format!("REP{}", person.rep));
            let stranger = Employee {
                id: EmployeeId(id),
                name: person.name.clone(),
                job_title: JobTitleName(JobTitle::EventSpecialist),
                juicer_trained: false,
                active: false,
                termination_date: None,
                rep_id: Some(person.rep.get()),
            };
            write(club, &stranger, Expect::Nothing).await?;
            self.by_rep.insert(person.rep, stranger.id);
        }
        telemetry::count("people.new", strangers.len());
        Ok(self)
    }

    /// Who has this number; nobody where Crossmark names somebody whom it does not list.
    pub fn of(&self, rep: RepId) -> Option<&EmployeeId> {
        self.by_rep.get(&rep)
    }
}

/// Writes a person, unless somebody was faster: their word stands, and the next refresh looks again.
async fn write(club: Club<'_>, employee: &Employee, expect: Expect) -> Result<(), DocumentError> {
    match club.put_document(employee, expect).await {
        Ok(_) | Err(DocumentError::Stale { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}
