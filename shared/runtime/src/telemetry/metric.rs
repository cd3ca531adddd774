//! The metrics, by the names and units that the alarms and the dashboard of `infra/template.yaml` know.

/// A metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// Age of the oldest line in doubt; 0 without one.
    DoubtAge,
    /// Clubs without a successful nightly run though it is past 06:00 there.
    NightsMissing,
    /// For how long a club's events were not refreshed, said before each try.
    EventsAge,
    /// Events of a club whose rows at Crossmark cannot be used.
    EventsSetAside,
    /// How long a run took.
    RunDuration,
    /// Points between a proposal and the bound of what is possible.
    Gap,
    /// Events that a run found no place for.
    Unplaced,
    /// Lines whose way to Crossmark came to an outcome, counted by it too.
    Submissions,
    /// From the approval of a line to its acceptance.
    SubmissionAge,
    /// How long a call took that changes something at Crossmark.
    CrossmarkLatency,
    /// Requests to the table of an invocation.
    TableRequests,
}

impl Metric {
    /// Its name and its unit, as `CloudWatch` spells it.
    pub fn said(self) -> (&'static str, &'static str) {
        match self {
            Metric::DoubtAge => ("DoubtAge", "Seconds"),
            Metric::NightsMissing => ("NightsMissing", "Count"),
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
