"""Checks that each alarm covers its condition and notifies somebody, and that the dashboard's body is valid JSON."""

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
    silence: str = "notBreaching"


def expected(stack: Stack) -> list[Watch]:
    """The conditions that somebody must be notified of."""
    letters = [name for name, queue in stack.of_type("AWS::SQS::Queue").items() if "RedrivePolicy" not in queue]
    return [
        *(Watch("AWS/SQS ApproximateNumberOfMessagesVisible", name, 0, 300) for name in letters),
        Watch("AWS/SQS ApproximateAgeOfOldestMessage", "RunQueue", 900, 300),
        Watch("AWS/SQS ApproximateAgeOfOldestMessage", "SubmitQueue", 1800, 300),
        Watch("Muster DoubtAge", "Sweep", 900, 300),
        Watch("Muster NightsMissing", "Sweep", 0, 300),
        Watch("Muster NumbersDiffer", "Sweep", 0, 300),
        Watch("Muster EventsAge", "Refresh", 21600, 7200, silence="breaching"),
        Watch("AWS/Lambda Errors", None, 0, 300),
        Watch("AWS/Lambda Throttles", None, 0, 300),
        Watch("AWS/Lambda Invocations", "Sweep", 1, 1200, BELOW, "breaching"),
        Watch("AWS/Lambda Invocations", "Solve", 1, 7200, BELOW, "breaching"),
        Watch("AWS/ApiGateway 5xx", "Api", 5, 300),
    ]


def things(stack: Stack, metric: dict) -> list[str]:
    """The resources of a metric's dimensions. A dimension that is not the one of its namespace is reported in words."""
    by = DIMENSIONS.get(metric.get("Namespace", ""))
    return [stack.name(d["Value"]) if d.get("Name") == by else f"{d.get('Name')} and not {by}" for d in metric.get("Dimensions", [])]


def sees(stack: Stack, alarm: dict) -> tuple[str, str | None, int]:
    """The metric of an alarm, its resource, and after how many seconds it notifies."""
    periods = alarm.get("EvaluationPeriods", 0)
    if "Metrics" not in alarm:
        of = things(stack, alarm)
        worst = "Sum" if str(alarm.get("Namespace", "")).startswith(("AWS/Lambda", "AWS/ApiGateway")) else "Maximum"
        metric = f"{alarm.get('Namespace')} {alarm.get('MetricName')}"
        if alarm.get("Statistic") != worst:
            metric += f", {alarm.get('Statistic')} and not {worst}"
        return metric, ", ".join(of), alarm.get("Period", 0) * periods
    # One returned sum over a metric of each function that is not returned itself.
    sums = [m for m in alarm["Metrics"] if m.get("ReturnData") and "Expression" in m]
    parts = {m.get("Id"): m["MetricStat"] for m in alarm["Metrics"] if m.get("ReturnData") is False and "MetricStat" in m}
    metrics = {f"{p['Metric'].get('Namespace')} {p['Metric'].get('MetricName')}, {p.get('Stat')}" for p in parts.values()}
    of = sorted(", ".join(things(stack, part["Metric"])) for part in parts.values())
    summed = re.findall(r"FILL\((\w+), 0\)", sums[0]["Expression"]) if len(sums) == 1 else []
    whole = of == sorted(stack.of_type("AWS::Lambda::Function")) and sorted(summed) == sorted(parts)
    metric = next(iter(metrics)).removesuffix(", Sum") if len(metrics) == 1 else str(sorted(metrics))
    return metric, None if whole else ", ".join(of), max((p.get("Period", 0) for p in parts.values()), default=0) * periods


def faults_of_watching(stack: Stack) -> list[str]:
    faults, topics = [], set(stack.of_type("AWS::SNS::Topic"))
    for name, board in stack.of_type("AWS::CloudWatch::Dashboard").items():
        try:
            json.loads(re.sub(r"\$\{[^}]+\}", "x", board["DashboardBody"]["Fn::Sub"]))
        except ValueError as wrong:
            faults.append(f"{name}: no JSON: {wrong}")
    left = {(watch.metric, watch.of): watch for watch in expected(stack)}
    for name, alarm in stack.of_type("AWS::CloudWatch::Alarm").items():
        if not {stack.name(action) for action in alarm.get("AlarmActions", [])} & topics:
            faults.append(f"{name}: tells nobody")
        if not alarm.get("AlarmDescription"):
            faults.append(f"{name}: does not say what it means")
        metric, of, after_s = sees(stack, alarm)
        watch = left.pop((metric, of), None)
        if watch is None:
            faults.append(f"{name}: watches {metric} of {of}, which nobody wants to hear of")
            continue
        for key, value in (("Threshold", watch.threshold), ("ComparisonOperator", watch.comparison), ("TreatMissingData", watch.silence)):
            if alarm.get(key) != value:
                faults.append(f"{name}: {key} is {alarm.get(key)}, expected {value}")
        if not 0 < after_s <= watch.within_s:
            faults.append(f"{name}: tells after {after_s} s, expected {watch.within_s} at most")
    faults += [f"no alarm watches {metric} of {of or 'every function'}" for metric, of in left]
    return faults
