//! The metrics, with the names and units that the alarms and the dashboard in `infra/template.yaml` use.

/// A metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// Age of the oldest line in doubt; 0 if there is none.
    DoubtAge,
    /// Number of clubs without a successful nightly run although their morning has come: 06:00 local time, or an hour
    /// after the run hour if that is later.
    NightsMissing,
    /// Number of past days whose counts differed from a recount of the audit trail.
    NumbersDiffer,
    /// Time since a club's events were last refreshed, reported before each refresh.
    EventsAge,
    /// Number of a club's events whose rows at Crossmark cannot be used.
    EventsSetAside,
    /// Duration of a run.
    RunDuration,
    /// Points between the score of a proposal and its upper bound.
    Gap,
    /// Number of events that a run did not place.
    Unplaced,
    /// Number of times that a worker changed a line, in total and by the line's state afterwards. A line that is
    /// postponed or in doubt counts several times.
    Submissions,
    /// Time from the approval of a line to its acceptance.
    SubmissionAge,
    /// Duration of a call that changes something at Crossmark, with the wait for its turn and the login if there is
    /// one.
    CrossmarkLatency,
    /// Number of requests that an invocation sent to the table.
    TableRequests,
}

impl Metric {
    /// The metric's name and unit in `CloudWatch`.
    pub fn name_and_unit(self) -> (&'static str, &'static str) {
        match self {
            Metric::DoubtAge => ("DoubtAge", "Seconds"),
            Metric::NightsMissing => ("NightsMissing", "Count"),
            Metric::NumbersDiffer => ("NumbersDiffer", "Count"),
            Metric::EventsAge => ("EventsAge", "Seconds"),
            Metric::EventsSetAside => ("EventsSetAside", "Count"),
            Metric::RunDuration => ("RunDuration", "Milliseconds"),
            Metric::Gap => ("Gap", "None"),
            Metric::Unplaced => ("Unplaced", "Count"),
            Metric::Submissions => ("Submissions", "Count"),
            Metric::SubmissionAge => ("SubmissionAge", "Seconds"),
            Metric::CrossmarkLatency => ("CrossmarkLatency", "Milliseconds"),
            Metric::TableRequests => ("TableRequests", "Count"),
        }
    }
}
