"""Checks that `muster serve` runs the functions as the template does: timeouts, queues and paths.

The maximum concurrency is not compared: on one machine most queues have fewer handlers, because they share its processors.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from stack import Stack

FUNCTIONS = "local/src/serve/functions.rs"
GATEWAY = "local/src/serve/gateway.rs"
QUEUES = "local/cloud/src/lib.rs"
# const SOLVE_TIMEOUT: Duration = Duration::from_mins(2);
TIMEOUT = re.compile(r"const (\w+)_TIMEOUT: Duration = Duration::from_(mins|secs)\((\d+)\);")
# mapping(SubmitMessage::QUEUE, 10, 4)
BATCH_SIZE = re.compile(r"mapping\((\w+)Message::QUEUE, (\d+), \d+\)")
# setting: RunMessage::QUEUE, … visibility_s: 6 * 120,
VISIBILITY = re.compile(r"setting: (\w+)Message::QUEUE,[^}]*visibility_s: (\d+) \* (\d+),")
MAX_RECEIVES = re.compile(r"const MAX_RECEIVES: u32 = (\d+);")
# (Http::Rotations, &["/api/rotations", "/api/rotation-exception"]),
PATHS = re.compile(r"\(\s*Http::(\w+),\s*&\[([^]]*)\],?\s*\)")


def faults_of_muster_serve(stack: Stack, root: Path) -> list[str]:
    functions, queues = (root / FUNCTIONS).read_text(), (root / QUEUES).read_text()
    paths = [(function, re.findall(r'"([^"]+)"', listed)) for function, listed in PATHS.findall(functions)]
    timeouts = timeouts_of(functions) | dict.fromkeys(dict(paths), timeouts_of((root / GATEWAY).read_text())["Http"])
    faults = differences(FUNCTIONS, "a timeout in s", timeouts, of_functions(stack, "Timeout"))
    batches = {f"{name}Queue": int(size) for name, size in BATCH_SIZE.findall(functions)}
    faults += differences(FUNCTIONS, "a batch size", batches, batch_sizes_of(stack))
    redriven = {name: queue for name, queue in stack.of_type("AWS::SQS::Queue").items() if "RedrivePolicy" in queue}
    visible = {f"{name}Queue": int(factor) * int(seconds) for name, factor, seconds in VISIBILITY.findall(queues)}
    expected = {name: queue["VisibilityTimeout"] for name, queue in redriven.items()}
    faults += differences(QUEUES, "a visibility timeout in s", visible, expected)
    receives = dict.fromkeys(visible, int(MAX_RECEIVES.search(queues)[1]))
    expected = {name: queue["RedrivePolicy"]["maxReceiveCount"] for name, queue in redriven.items()}
    faults += differences(QUEUES, "a number of receives", receives, expected)
    return faults + faults_of_paths(stack, paths)


def timeouts_of(source: str) -> dict[str, int]:
    """The timeouts in seconds, by the names of functions in the template."""
    return {name.title(): int(number) * (60 if unit == "mins" else 1) for name, unit, number in TIMEOUT.findall(source)}


def of_functions(stack: Stack, member: str) -> dict[str, int]:
    return {name: function[member] for name, function in stack.of_type("AWS::Lambda::Function").items()}


def batch_sizes_of(stack: Stack) -> dict[str, int]:
    sources = stack.of_type("AWS::Lambda::EventSourceMapping").values()
    return {stack.name(source["EventSourceArn"]): source["BatchSize"] for source in sources}


def differences(file: str, what: str, local: dict[str, int], expected: dict[str, int]) -> list[str]:
    return [
        f"{file}: {name} has {what} of {local.get(name)}, in the template {expected.get(name)}"
        for name in sorted(local.keys() | expected.keys())
        if local.get(name) != expected.get(name)
    ]


def faults_of_paths(stack: Stack, paths: list[tuple[str, list[str]]]) -> list[str]:
    """Each route of the API leads to the function whose path comes first, and each path has a route."""
    faults, used = [], set()
    for api in stack.of_type("AWS::ApiGatewayV2::Api").values():
        for path, methods in api["Body"]["paths"].items():
            first = next(((function, one) for function, listed in paths for one in listed if is_below(path, one)), None)
            used.add(first)
            for method, route in methods.items():
                uri = json.dumps(route["x-amazon-apigateway-integration"]["uri"])
                function = re.search(r"\$\{(\w+)\.Arn\}", uri)[1]
                if first is None or first[0] != function:
                    local = first[0] if first else "no function"
                    faults.append(f"{FUNCTIONS}: {method.upper()} {path} is answered by {local}, in the template by {function}")
    unused = {(function, one) for function, listed in paths for one in listed} - used
    return faults + [f"{FUNCTIONS}: no route of the template is below {one} of {function}" for function, one in sorted(unused)]


def is_below(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")
