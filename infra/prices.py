"""Checks that `muster bench --cost` counts the memory, event sources and alarms of the template, and the metrics of the code."""

from __future__ import annotations

import re
from pathlib import Path

from metrics import number_written
from stack import Stack

PRICES = "local/src/commands/bench/cost/prices.rs"
# A function and its memory in GB: ("solve", 1.727_5).
MEMORY = re.compile(r'\("(\w+)", ([\d._]+)\)')
MB_OF_GB = 1024


def faults_of_prices(stack: Stack, root: Path) -> list[str]:
    source = (root / PRICES).read_text()
    functions = stack.of_type("AWS::Lambda::Function")
    found = {name: round(float(gb.replace("_", "")) * MB_OF_GB) for name, gb in MEMORY.findall(source)}
    expected = {name.lower(): function["MemorySize"] for name, function in functions.items()}
    faults = [
        f"{PRICES}: {name} has {found.get(name)} MB, in the template {expected.get(name)}"
        for name in sorted(found.keys() | expected.keys())
        if found.get(name) != expected.get(name)
    ]
    alarms = stack.of_type("AWS::CloudWatch::Alarm").values()
    counts = {
        "METRICS": number_written(root, set(expected)),
        "ALARM_METRICS": sum(sum("MetricStat" in one for one in alarm.get("Metrics", [])) or 1 for alarm in alarms),
        "EVENT_SOURCES": len(stack.of_type("AWS::Lambda::EventSourceMapping")),
    }
    for name, count in counts.items():
        counted = float(re.search(rf"const {name}: f64 = ([\d.]+);", source)[1])
        if counted != count:
            source_of_count = "the code" if name == "METRICS" else "the template"
            faults.append(f"{PRICES}: {name} is {counted:g}, in {source_of_count} {count}")
    return faults
