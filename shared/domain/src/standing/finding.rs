//! Findings: issues that are not past, with a stable id and a text for a person.

use std::cmp::Ordering;

use chrono::NaiveDate;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use super::{Issue, IssueDate, Severity, StandingSchedule, breaches};
use crate::rules::{HardName, WATCH, WatchName};
use crate::snapshot::{EmployeeId, EventRef};

/// A rule that a look uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A hard rule.
    Hard(HardName),
    /// A watch rule.
    Watch(WatchName),
}

impl Rule {
    /// The number as the rulebook writes it: `H3`, `W4`.
    pub fn id(self) -> &'static str {
        match self {
            Rule::Hard(name) => name.id(),
            Rule::Watch(name) => name.id(),
        }
    }

    /// The rule in a few words.
    pub fn title(self) -> &'static str {
        match self {
            Rule::Hard(name) => name.rule().title,
            Rule::Watch(name) => WATCH[name as usize].title,
        }
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

/// The id of a finding: the same for the same rule, person, events and days. It does not depend on the order of a
/// snapshot's lists or the day of the look. At most 64 letters, digits and hyphens: `W8-2026-01-12-6c62272e07bb0142`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FindingId(pub String);

impl std::fmt::Display for FindingId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl FindingId {
    pub(super) fn of(rule: Rule, issue: &Issue) -> FindingId {
        let mut id = rule.id().to_owned();
        match issue.on {
            IssueDate::Look => {}
            IssueDate::Day(date) | IssueDate::Days(date, None) => id.push_str(&format!("-{date}")),
            IssueDate::Days(one, Some(other)) => id.push_str(&format!("-{one}-{other}")),
            IssueDate::Week(sunday) => id.push_str(&format!("-w{sunday}")),
        }
        if let Some(rotation) = issue.rotation {
            id.push_str(&format!("-{}", rotation.name().replace('_', "-")));
        }
        if issue.person.is_some() || !issue.refs.is_empty() {
            id.push_str(&format!("-{:016x}", digest(issue)));
        }
        FindingId(id)
    }
}

/// A hash of person and events. Ids are stored, so it must never change.
fn digest(issue: &Issue) -> u64 {
    let person = issue.person.as_ref().map_or("", |id| &id.0);
    // A person's id has no line break, so it cannot run into the refs.
    let refs: String = issue.refs.iter().map(|event_ref| format!("\n{event_ref}")).collect();
    fnv1a(&format!("{person}{refs}"))
}

/// The FNV-1a hash of a text, 64 bits.
pub(super) fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The day or week that a finding belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingDate {
    /// No day or week: the finding belongs to the look as a whole.
    Look,
    /// The week that begins on this Sunday.
    Week(NaiveDate),
    /// This day.
    Date(NaiveDate),
}

impl FindingDate {
    /// The day, or the Sunday of the week; `None` for the look as a whole.
    pub fn date(self) -> Option<NaiveDate> {
        match self {
            FindingDate::Look => None,
            FindingDate::Week(date) | FindingDate::Date(date) => Some(date),
        }
    }
}

/// One thing that is wrong with what is posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The id.
    pub id: FindingId,
    /// The rule that found it.
    pub rule: Rule,
    /// The severity.
    pub severity: Severity,
    /// The day or week that the finding belongs to.
    pub when: FindingDate,
    /// The person; `None` for a finding about nobody. May be known only to Crossmark.
    pub employee_id: Option<EmployeeId>,
    /// The events that the finding names, in order of ref.
    pub refs: Vec<EventRef>,
    /// What is wrong, for a person.
    pub text: String,
}

impl Finding {
    /// The order of findings: date (a week comes before its Sunday), severity, rule, person, refs, and last the id.
    pub(super) fn compare(&self, other: &Finding) -> Ordering {
        let place = |f: &Finding| (f.when.date(), f.when, f.severity, f.rule);
        place(self)
            .cmp(&place(other))
            .then_with(|| self.employee_id.cmp(&other.employee_id))
            .then_with(|| self.refs.cmp(&other.refs))
            .then_with(|| self.id.cmp(&other.id))
    }
}

impl Serialize for Finding {
    /// `{"id", "rule", "severity", "date" or "week", "employee_id", "refs", "text"}`; a finding of the look as a whole
    /// has neither date nor week.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("rule", &self.rule)?;
        map.serialize_entry("severity", &self.severity)?;
        match self.when {
            FindingDate::Look => {}
            FindingDate::Week(sunday) => map.serialize_entry("week", &sunday)?,
            FindingDate::Date(date) => map.serialize_entry("date", &date)?,
        }
        map.serialize_entry("employee_id", &self.employee_id)?;
        map.serialize_entry("refs", &self.refs)?;
        map.serialize_entry("text", &self.text)?;
        map.end()
    }
}

/// The findings for which `looked_at` is true, in no particular order.
pub(super) fn all_findings(standing: &StandingSchedule, looked_at: impl Fn(FindingDate) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |rule: Rule, severity: Severity, issue: Issue, words: &dyn Fn(&Issue) -> String| {
        if let Some(when) = issue.when(standing).filter(|when| looked_at(*when)) {
            let (id, text) = (FindingId::of(rule, &issue), words(&issue));
            let Issue { person: employee_id, refs, .. } = issue;
            findings.push(Finding { id, rule, severity, when, employee_id, refs, text });
        }
    };
    for breach in breaches::find(standing, breaches::scopes_of_all_posted(standing), |_| true) {
        let issue = breach.issue.clone();
        add(Rule::Hard(breach.rule), Severity::Critical, issue, &|_| breach.words(standing));
    }
    let mut issues = Vec::new();
    for rule in WATCH {
        (rule.check)(standing, &mut issues);
        for issue in issues.drain(..) {
            add(Rule::Watch(rule.name), rule.severity, issue, &|issue| (rule.words)(standing, issue));
        }
    }
    findings
}
