//! The summary of an invocation: one JSON line that `CloudWatch` reads as a log event and, by its member `_aws`, as
//! metrics (embedded metric format).

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::LazyLock;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value, json};
use store::meter::{Costs, Operation};
use store::stamp::Timestamp;

use super::log_writer;
use super::metric::Metric;

/// Namespace of the metrics.
const NAMESPACE: &str = "Muster";
/// The dimension of every metric.
const FUNCTION: &str = "function";
/// The second dimension of submissions.
const OUTCOME: &str = "outcome";
/// Maximum number of values of one metric in a metrics document.
const MAX_VALUES: usize = 100;

/// The function's name on Lambda, which differs between stacks.
static NAME: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("AWS_LAMBDA_FUNCTION_NAME").ok());

/// The values that were noted during an invocation.
#[derive(Debug, Default)]
pub(super) struct Summary {
    function: &'static str,
    trigger: String,
    request: String,
    /// How the invocation ended.
    pub outcome: &'static str,
    pub traces: BTreeSet<String>,
    pub clubs: BTreeSet<String>,
    pub runs: BTreeSet<String>,
    pub approvals: BTreeSet<String>,
    pub table: TableCost,
    pub counts: BTreeMap<&'static str, u64>,
    pub metrics: BTreeMap<Metric, Vec<f64>>,
    pub submissions: BTreeMap<&'static str, u64>,
    pub more: Vec<(&'static str, Value)>,
}

/// The cost of an invocation's requests to the table.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct TableCost {
    requests: u64,
    items: u64,
    read_capacity: f64,
    write_capacity: f64,
}

impl TableCost {
    /// Adds the costs of a piece of work.
    pub fn add(&mut self, costs: &Costs) {
        for (operation, cost) in costs {
            self.requests += cost.requests;
            self.items += cost.items;
            match operation {
                Operation::GetItem | Operation::BatchGetItem | Operation::Query => self.read_capacity += cost.capacity,
                _ => self.write_capacity += cost.capacity,
            }
        }
    }
}

/// A metrics directive for `CloudWatch`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive {
    namespace: &'static str,
    dimensions: [Vec<&'static str>; 1],
    metrics: Vec<Definition>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Definition {
    name: &'static str,
    unit: &'static str,
}

impl Summary {
    /// An empty summary of an invocation that has not ended.
    pub fn new(function: &'static str, trigger: &str, request: &str) -> Summary {
        let (trigger, request) = (trigger.to_owned(), request.to_owned());
        Summary { function, trigger, request, outcome: "cut_off", ..Summary::default() }
    }

    /// Writes the summary line. Further lines follow if one cannot hold all values, and for submissions by outcome.
    pub fn write(self, took: Duration) {
        let mut text = Vec::new();
        for line in self.lines(took, Timestamp::from(chrono::Utc::now())) {
            // Writing to memory and serializing strings and numbers cannot fail.
            _ = serde_json::to_writer(&mut text, &line);
            text.push(b'\n');
        }
        // If logs cannot be written, there is nowhere to report it.
        _ = log_writer().write_all(&text);
    }

    fn lines(mut self, took: Duration, now: Timestamp) -> Vec<Map<String, Value>> {
        self.metrics.insert(Metric::TableRequests, vec![self.table.requests as f64]);
        let all: u64 = self.submissions.values().sum();
        if all > 0 {
            self.metrics.insert(Metric::Submissions, vec![all as f64]);
        }
        let documents = self.metrics.values().map(|values| values.len().div_ceil(MAX_VALUES)).max().unwrap_or(1);
        let mut lines: Vec<Map<String, Value>> = (0..documents)
            .map(|n| {
                let of_this = self.metrics.iter().filter_map(|(metric, values)| {
                    let values = values.chunks(MAX_VALUES).nth(n)?;
                    Some((*metric, if let [one] = values { json!(one) } else { json!(values) }))
                });
                document(self.function, now, None, of_this.collect())
            })
            .collect();
        lines.extend(self.submissions.iter().map(|(outcome, number)| {
            document(self.function, now, Some(outcome), vec![(Metric::Submissions, json!(number))])
        }));
        self.describe(&mut lines[0], took, now);
        lines
    }

    /// Adds the summary's values to a metrics document.
    fn describe(self, line: &mut Map<String, Value>, took: Duration, now: Timestamp) {
        let duration_ms = (took.as_secs_f64() * 10_000.0).round() / 10.0;
        let mut put = |name: &str, value: Value| _ = line.insert(name.to_owned(), value);
        put("level", json!("INFO"));
        put("timestamp", json!(now.to_string()));
        put("message", json!(format!("{} {}: {}", self.function, self.trigger, self.outcome)));
        put("summary", json!(true));
        put("trigger", json!(self.trigger));
        put("status", json!(self.outcome));
        put("duration_ms", json!(duration_ms));
        put("request.id", json!(self.request));
        put("table.requests", json!(self.table.requests));
        put("table.items", json!(self.table.items));
        put("table.read_capacity", json!(self.table.read_capacity));
        put("table.write_capacity", json!(self.table.write_capacity));
        put("trace.ids", json!(self.traces));
        for (name, ids) in [("club.ids", self.clubs), ("run.ids", self.runs), ("approval.ids", self.approvals)] {
            if !ids.is_empty() {
                put(name, json!(ids));
            }
        }
        for (name, count) in self.counts {
            put(name, json!(count));
        }
        for (name, value) in self.more {
            put(name, value);
        }
    }
}

/// A metrics document for a function, with the dimension `outcome` if one is given.
fn document(
    function: &'static str,
    now: Timestamp,
    outcome: Option<&str>,
    metrics: Vec<(Metric, Value)>,
) -> Map<String, Value> {
    let mut dimensions = vec![FUNCTION];
    dimensions.extend(outcome.map(|_| OUTCOME));
    let definition = |(metric, _): &(Metric, Value)| {
        let (name, unit) = metric.name_and_unit();
        Definition { name, unit }
    };
    let definitions = metrics.iter().map(definition).collect();
    let directive = Directive { namespace: NAMESPACE, dimensions: [dimensions], metrics: definitions };
    let mut line = Map::new();
    line.insert("_aws".to_owned(), json!({"Timestamp": now.0, "CloudWatchMetrics": [directive]}));
    line.insert(FUNCTION.to_owned(), json!(NAME.as_deref().unwrap_or(function)));
    line.extend(outcome.map(|outcome| (OUTCOME.to_owned(), json!(outcome))));
    line.extend(metrics.into_iter().map(|(metric, value)| (metric.name_and_unit().0.to_owned(), value)));
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary() -> Summary {
        let mut summary = Summary::new("submit", "queue", "r-1");
        summary.outcome = "done";
        summary.traces.insert("t-1".to_owned());
        summary
    }

    #[test]
    fn the_summary_line_is_also_the_metrics_document() {
        let mut summary = summary();
        summary.approvals.insert("a-1".to_owned());
        summary.counts.insert("lines", 3);
        summary.metrics.insert(Metric::CrossmarkLatency, vec![950.0, 1_200.5]);
        let lines = summary.lines(Duration::from_micros(12_345), Timestamp(1_795_000_000_000));
        let expected = json!({
            "_aws": {"Timestamp": 1_795_000_000_000_i64, "CloudWatchMetrics": [{
                "Namespace": "Muster", "Dimensions": [["function"]],
                "Metrics": [{"Name": "CrossmarkLatency", "Unit": "Milliseconds"}, {"Name": "TableRequests", "Unit": "Count"}],
            }]},
            "function": "submit", "CrossmarkLatency": [950.0, 1_200.5], "TableRequests": 0.0,
            "level": "INFO", "timestamp": "2026-11-18T11:06:40.000Z", "message": "submit queue: done", "summary": true,
            "trigger": "queue", "status": "done", "duration_ms": 12.3, "request.id": "r-1", "trace.ids": ["t-1"],
            "approval.ids": ["a-1"], "lines": 3,
            "table.requests": 0, "table.items": 0, "table.read_capacity": 0.0, "table.write_capacity": 0.0,
        });
        assert_eq!(json!(lines), json!([expected]));
    }

    #[test]
    fn submissions_are_counted_in_total_and_by_outcome() {
        let mut summary = summary();
        summary.submissions.extend([("accepted", 3), ("failed", 1)]);
        let lines = summary.lines(Duration::ZERO, Timestamp(0));
        let found: Vec<Value> = lines
            .iter()
            .map(|l| json!([l.get("outcome"), l["Submissions"], l["_aws"]["CloudWatchMetrics"][0]["Dimensions"]]))
            .collect();
        let by_outcome = json!([["function", "outcome"]]);
        assert_eq!(
            found,
            [json!([null, 4.0, [["function"]]]), json!(["accepted", 3, by_outcome]), json!(["failed", 1, by_outcome])]
        );
    }

    #[test]
    fn a_metrics_document_has_at_most_100_values_of_a_metric() {
        let mut summary = summary();
        summary.metrics.insert(Metric::CrossmarkLatency, (0..250).map(f64::from).collect());
        let lines = summary.lines(Duration::ZERO, Timestamp(0));
        let counts: Vec<usize> = lines.iter().map(|l| l["CrossmarkLatency"].as_array().map_or(0, Vec::len)).collect();
        assert_eq!(counts, [100, 100, 50]);
        assert_eq!(lines.iter().filter(|l| l.contains_key("summary")).count(), 1);
        assert_eq!(lines.iter().filter(|l| l.contains_key("TableRequests")).count(), 1);
    }
}
