"""Checks that each expected condition has an alarm that notifies somebody in time, and that the dashboard's body is valid JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from stack import Stack

# The dimension that identifies a resource in a namespace.
DIMENSIONS = {"AWS/SQS": "QueueName", "AWS/Lambda": "FunctionName", "AWS/ApiGateway": "ApiId", "Muster": "function"}
ABOVE, BELOW = "GreaterThanThreshold", "LessThanThreshold"


@dataclass(frozen=True)
class Watch:
    """What an alarm must cover: a metric of one resource, or its sum over every function if no resource is named."""

    metric: str
    of: str | None
    threshold: float
    # Maximum seconds until somebody is notified.
    within_s: int
    comparison: str = ABOVE
    missing_data: str = "notBreaching"


def expected_watches(stack: Stack) -> list[Watch]:
    """The conditions that somebody must be notified of."""
    letters = [name for name, queue in stack.of_type("AWS::SQS::Queue").items() if "RedrivePolicy" not in queue]
    return [
        *(Watch("AWS/SQS ApproximateNumberOfMessagesVisible", name, 0, 300) for name in letters),
        Watch("AWS/SQS ApproximateAgeOfOldestMessage", "RunQueue", 900, 300),
        Watch("AWS/SQS ApproximateAgeOfOldestMessage", "SubmitQueue", 1800, 300),
        Watch("Muster DoubtAge", "Sweep", 900, 300),
        Watch("Muster NightsMissing", "Sweep", 0, 300),
        Watch("Muster NumbersDiffer", "Sweep", 0, 300),
        Watch("Muster EventsAge", "Refresh", 21600, 7200, missing_data="breaching"),
        Watch("AWS/Lambda Errors", None, 0, 300),
        Watch("AWS/Lambda Throttles", None, 0, 300),
        Watch("AWS/Lambda Invocations", "Sweep", 1, 1200, BELOW, "breaching"),
        Watch("AWS/Lambda Invocations", "Solve", 1, 7200, BELOW, "breaching"),
        Watch("AWS/ApiGateway 5xx", "Api", 5, 300),
    ]


def resources_of(stack: Stack, metric: dict) -> list[str]:
    """The resources that a metric's dimensions name, or words for a dimension that its namespace does not have."""
    by = DIMENSIONS.get(metric.get("Namespace", ""))
    return [stack.name(d["Value"]) if d.get("Name") == by else f"{d.get('Name')} and not {by}" for d in metric.get("Dimensions", [])]


def watched_by(stack: Stack, alarm: dict) -> tuple[str, str | None, int]:
    """The metric of an alarm, its resource (None for the sum over every function), and after how many seconds it notifies."""
    periods = alarm.get("EvaluationPeriods", 0)
    if "Metrics" not in alarm:
        of = resources_of(stack, alarm)
        worst = "Sum" if str(alarm.get("Namespace", "")).startswith(("AWS/Lambda", "AWS/ApiGateway")) else "Maximum"
        metric = f"{alarm.get('Namespace')} {alarm.get('MetricName')}"
        if alarm.get("Statistic") != worst:
            metric += f", {alarm.get('Statistic')} and not {worst}"
        return metric, ", ".join(of), alarm.get("Period", 0) * periods
    # The alarm returns one sum. Its parts, one metric of each function, are not returned themselves.
    sums = [m for m in alarm["Metrics"] if m.get("ReturnData") and "Expression" in m]
    parts = {m.get("Id"): m["MetricStat"] for m in alarm["Metrics"] if m.get("ReturnData") is False and "MetricStat" in m}
    metrics = {f"{p['Metric'].get('Namespace')} {p['Metric'].get('MetricName')}, {p.get('Stat')}" for p in parts.values()}
    of = sorted(", ".join(resources_of(stack, part["Metric"])) for part in parts.values())
    summed = re.findall(r"FILL\((\w+), 0\)", sums[0]["Expression"]) if len(sums) == 1 else []
    covers_every_function = of == sorted(stack.of_type("AWS::Lambda::Function")) and sorted(summed) == sorted(parts)
    metric = next(iter(metrics)).removesuffix(", Sum") if len(metrics) == 1 else str(sorted(metrics))
    return metric, None if covers_every_function else ", ".join(of), max((p.get("Period", 0) for p in parts.values()), default=0) * periods


def faults_of_watching(stack: Stack) -> list[str]:
    faults, topics = [], set(stack.of_type("AWS::SNS::Topic"))
    for name, board in stack.of_type("AWS::CloudWatch::Dashboard").items():
        try:
            json.loads(re.sub(r"\$\{[^}]+\}", "x", board["DashboardBody"]["Fn::Sub"]))
        except ValueError as wrong:
            faults.append(f"{name}: not JSON: {wrong}")
    missing = {(watch.metric, watch.of): watch for watch in expected_watches(stack)}
    for name, alarm in stack.of_type("AWS::CloudWatch::Alarm").items():
        if not {stack.name(action) for action in alarm.get("AlarmActions", [])} & topics:
            faults.append(f"{name}: notifies nobody")
        if not alarm.get("AlarmDescription"):
            faults.append(f"{name}: an alarm without a description")
        metric, of, after_s = watched_by(stack, alarm)
        watch = missing.pop((metric, of), None)
        if watch is None:
            faults.append(f"{name}: watches {metric} of {of}, which no expected alarm does")
            continue
        expectations = (("Threshold", watch.threshold), ("ComparisonOperator", watch.comparison), ("TreatMissingData", watch.missing_data))
        for key, value in expectations:
            if alarm.get(key) != value:
                faults.append(f"{name}: {key} is {alarm.get(key)}, expected {value}")
        if not 0 < after_s <= watch.within_s:
            faults.append(f"{name}: notifies after {after_s} s, expected at most {watch.within_s}")
    faults += [f"no alarm watches {metric} of {of or 'every function'}" for metric, of in missing]
    return faults
