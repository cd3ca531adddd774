"""Checks that each metric that an alarm or the dashboard names is written by the code of the function that is named with it."""

from __future__ import annotations

import re
from pathlib import Path

from stack import Stack

TELEMETRY = "shared/runtime/src/telemetry"
# In the dashboard's body: ["Muster", name, "function", "${Function}"].
SHOWN = re.compile(r'\["(\w+)", "(\w+)", "function", "\$\{(\w+)\}"')
# In a search: {Muster,function,outcome} MetricName=\"…\" function=\"${Function}\".
SEARCHED = re.compile(r'\{(\w+),([\w,]+)\} MetricName=\\"(\w+)\\" function=\\"\$\{(\w+)\}')
# The summary of every invocation has this metric.
WRITTEN_BY_ALL = "TableRequests"
SUBMIT_GROUP = "functions/submit/src/group.rs"
# The function in that file that names the outcomes of a submission, and one of its arms: LineStatus::ApiFailed => FAILED,
OUTCOME_OF = re.compile(r"^fn turn_outcome\(.*?^}", re.DOTALL | re.MULTILINE)
ARM = re.compile(r"=> (\w+),")


def constant(source: str, name: str) -> str:
    return re.search(rf'const {name}: &str = "(\w+)"', source)[1]


def writes_metric(root: Path, crate: str, metric: str) -> bool:
    """Whether the code of a function writes a metric."""
    calls = r"telemetry::count_submission\(" if metric == "Submissions" else rf"measure\(Metric::{metric}\b"
    return metric == WRITTEN_BY_ALL or any(re.search(calls, p.read_text()) for p in (root / "functions" / crate / "src").rglob("*.rs"))


def known_metrics(root: Path) -> dict[str, str]:
    """The metrics of the code, with their units."""
    return dict(re.findall(r'Metric::\w+ => \("(\w+)", "(\w+)"\)', (root / TELEMETRY / "metric.rs").read_text()))


def number_written(root: Path, crates: set[str]) -> int:
    """How many metrics these functions write, as AWS bills them: one for each function, metric and outcome."""
    plain = sum(writes_metric(root, crate, metric) for crate in crates for metric in known_metrics(root))
    outcomes = set(ARM.findall(OUTCOME_OF.search((root / SUBMIT_GROUP).read_text())[0]))
    return plain + len(outcomes) * sum(writes_metric(root, crate, "Submissions") for crate in crates)


def faults_of_metrics(stack: Stack, root: Path) -> list[str]:
    faults = []
    summary = (root / TELEMETRY / "summary.rs").read_text()
    namespace, by, outcome = (constant(summary, name) for name in ("NAMESPACE", "FUNCTION", "OUTCOME"))
    known = known_metrics(root)
    # Each metric that an alarm or the dashboard names, as (resource that names it, namespace, metric, function).
    named_metrics: list[tuple[str, str, str, str]] = []
    for name, alarm in stack.of_type("AWS::CloudWatch::Alarm").items():
        if str(alarm.get("Namespace", "")).startswith("AWS/") or "MetricName" not in alarm:
            continue
        dimensions = alarm.get("Dimensions", [])
        if [d.get("Name") for d in dimensions] != [by]:
            faults.append(f"{name}: its dimensions are {[d.get('Name') for d in dimensions]}, expected {by} alone")
            continue
        named_metrics.append((name, alarm["Namespace"], alarm["MetricName"], stack.name(dimensions[0]["Value"])))
    for name, dashboard in stack.of_type("AWS::CloudWatch::Dashboard").items():
        body = str(dashboard["DashboardBody"]["Fn::Sub"])
        named_metrics += [(name, space, metric, function) for space, metric, function in SHOWN.findall(body)]
        for space, dimensions, metric, function in SEARCHED.findall(body):
            named_metrics.append((name, space, metric, function))
            if dimensions.split(",") != [by, outcome] or metric != "Submissions":
                faults.append(f"{name}: searches {metric} by {dimensions}, but only Submissions has {by},{outcome}")
    for where, space, metric, function in named_metrics:
        if space != namespace:
            faults.append(f"{where}: {metric} is in the namespace {space}, but the code writes it to {namespace}")
        if metric not in known:
            faults.append(f"{where}: no code writes {metric}")
        elif not writes_metric(root, function.lower(), metric):
            faults.append(f"{where}: {function} never writes {metric}")
    return faults
