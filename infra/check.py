#!/usr/bin/env python3
"""Checks the template against AWS's rules, against the design, and against the code. Prints every fault, and exits with 1 if there is one.

With --packages it also compares the built zips below target/lambda with what was read from the code.
"""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import access
import metrics
import muster_serve
import permissions
import prices
import schedules
import watching
from code_graph import Code
from stack import HERE, TEMPLATE, Stack, deployment_parameters, transformed

ROOT = HERE.parent
CONTRACT = ROOT / "openapi.json"
# Routes without a token. A calendar program cannot sign in: the address of a feed contains a secret instead.
OPEN_ROUTES = {"/api/health", "/api/openapi.json", "/api/calendar/{name}"}
# Routes of the assistants' protocol, which are not in the contract.
PROTOCOL_OPEN = {"/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"}
PROTOCOL = {"Assist": {(method, "/mcp") for method in ("POST", "GET", "DELETE")} | {("GET", path) for path in PROTOCOL_OPEN}}
# Settings that a library reads, not Muster's own code.
LIBRARY_SETTINGS = {"RUST_LOG"}
LONGEST_FUNCTION_S, LONGEST_HTTP_S = 900, 30
RECEIVES, DEAD_LETTERS_KEPT_S = 5, 14 * 24 * 3600
# Functions that handle one message at a time, because a message can take most of the function's timeout.
ONE_MESSAGE = {"Solve", "Trial", "Refresh"}
# The functions that the scheduler invokes, and when.
TICKS = {"Solve": "cron(0 * * * ? *)", "Refresh": "cron(30 * * * ? *)", "Sweep": "rate(5 minutes)"}
# The functions that run HiGHS. From SOLVER_MEMORY_MB on, Lambda gives a function a whole processor.
SOLVERS = {"Solve", "Trial"}
MIN_MEMORY_MB, SOLVER_MEMORY_MB = 256, 1769
INDEXES = {
    **dict.fromkeys(("open", "claimed", "subject"), {"ProjectionType": "ALL"}),
    "line": {"ProjectionType": "KEYS_ONLY"},
}
# Actions that Lambda itself needs: to poll a queue, and to write a function's logs.
POLLS = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")
# The leading keys of the table: those of clubs, and that of the list of clubs.
CLUBS_KEYS = "CLUB#*"
LIST_KEY = "CLUBS"


def functions_of(stack: Stack) -> dict[str, dict]:
    return stack.of_type("AWS::Lambda::Function")


def crate_of(name: str) -> str:
    return name.lower()


# ---- queues and their consumers


def faults_of_queues(stack: Stack) -> list[str]:
    faults, functions, queues = [], functions_of(stack), stack.of_type("AWS::SQS::Queue")
    sources_of: dict[str, set[str]] = {}
    for name, queue in queues.items():
        if queue.get("SqsManagedSseEnabled") is not True:
            faults.append(f"{name}: not encrypted")
        redrive = queue.get("RedrivePolicy")
        if redrive:
            sources_of.setdefault(stack.name(redrive["deadLetterTargetArn"]), set()).add(name)
            if redrive.get("maxReceiveCount") != RECEIVES:
                faults.append(f"{name}: a message is received {redrive.get('maxReceiveCount')} times, expected {RECEIVES}")
    for letters, sources in sources_of.items():
        policy = queues[letters].get("RedriveAllowPolicy", {})
        allowed_sources = {stack.name(arn) for arn in policy.get("sourceQueueArns", [])}
        if policy.get("redrivePermission") != "byQueue" or allowed_sources != sources:
            faults.append(
                f"{letters}: its redrive-allow policy names {sorted(allowed_sources)}, but {sorted(sources)} send dead letters there"
            )
    for name, queue in queues.items():
        closed = queue.get("RedriveAllowPolicy", {}).get("redrivePermission") == "denyAll"
        if name not in sources_of and "RedrivePolicy" not in queue and not closed:
            faults.append(f"{name}: no queue sends dead letters there, yet its redrive-allow policy is not denyAll")
        if "RedrivePolicy" not in queue and queue.get("MessageRetentionPeriod") != DEAD_LETTERS_KEPT_S:
            faults.append(f"{name}: dead letters are kept for {queue.get('MessageRetentionPeriod')} s, expected {DEAD_LETTERS_KEPT_S}")
    for name, queue in queues.items():
        letters = stack.name(queue.get("RedrivePolicy", {}).get("deadLetterTargetArn", ""))
        if letters and queue.get("MessageRetentionPeriod", 345600) >= queues[letters].get("MessageRetentionPeriod", 345600):
            faults.append(f"{name}: keeps messages as long as {letters} does, but a dead letter keeps the age of its message")
    for name, source in stack.of_type("AWS::Lambda::EventSourceMapping").items():
        queue_name, function_name = stack.name(source["EventSourceArn"]), stack.name(source["FunctionName"])
        queue, function = queues[queue_name], functions[function_name]
        if source.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            faults.append(f"{name}: FunctionResponseTypes is {source.get('FunctionResponseTypes')}, expected ReportBatchItemFailures")
        if queue.get("VisibilityTimeout", 30) < 6 * function["Timeout"]:
            faults.append(
                f"{queue_name}: its messages are visible again after {queue.get('VisibilityTimeout', 30)} s, less than 6 times the"
                f" {function['Timeout']} s of {function_name}"
            )
        if "RedrivePolicy" not in queue:
            faults.append(f"{queue_name}: {function_name} reads it, but it has no dead letters")
        if function_name in ONE_MESSAGE and source.get("BatchSize") != 1:
            faults.append(f"{name}: BatchSize is {source.get('BatchSize')}, expected one at a time")
        concurrency = source.get("ScalingConfig", {}).get("MaximumConcurrency")
        if concurrency is None:
            faults.append(f"{name}: no MaximumConcurrency")
            continue
        parameter = stack.parameters.get(concurrency["Ref"], {}) if isinstance(concurrency, dict) else {}
        value = stack.number(concurrency)
        least, most = parameter.get("MinValue", value), parameter.get("MaxValue", value)
        if not (2 <= least <= value <= most <= 1000):
            faults.append(f"{name}: MaximumConcurrency is {value:g} ({least:g} to {most:g}), expected 2 to 1000")
        reserved = function.get("ReservedConcurrentExecutions")
        if reserved is not None and stack.number(reserved) < most:
            faults.append(f"{function_name}: reserves a concurrency of {reserved}, less than its queue may use ({most:g})")
    return faults


# ---- functions, their logs, their settings


def faults_of_functions(stack: Stack) -> list[str]:
    faults, logs = [], stack.of_type("AWS::Logs::LogGroup")
    over_http = {stack.name(p["FunctionName"]) for p in stack.of_type("AWS::Lambda::Permission").values()}
    for name, function in functions_of(stack).items():
        longest = LONGEST_HTTP_S - 1 if name in over_http else LONGEST_FUNCTION_S
        if not 1 <= function.get("Timeout", 3) <= longest:
            faults.append(f"{name}: Timeout is {function.get('Timeout')} s, expected at most {longest}")
        least = SOLVER_MEMORY_MB if name in SOLVERS else MIN_MEMORY_MB
        if function.get("MemorySize", 128) < least:
            faults.append(f"{name}: has {function.get('MemorySize')} MB, expected at least {least}")
        for key, expected in (("Runtime", "provided.al2023"), ("Handler", "bootstrap"), ("Architectures", ["x86_64"])):
            if function.get(key) != expected:
                faults.append(f"{name}: {key} is {function.get(key)}, expected {expected}")
        zipped = stack.source["Resources"][name]["Properties"]["CodeUri"]
        if zipped != f"../target/lambda/{crate_of(name)}/bootstrap.zip":
            faults.append(f"{name}: CodeUri is {zipped}, which is not the zip of its crate")
        if not (ROOT / "functions" / crate_of(name) / "Cargo.toml").exists():
            faults.append(f"{name}: there is no crate functions/{crate_of(name)}")
        logging_config = function.get("LoggingConfig", {})
        log = stack.name(logging_config.get("LogGroup", ""))
        if logging_config.get("LogFormat") != "JSON" or log not in logs:
            faults.append(f"{name}: its logs are not JSON in a log group of the stack")
        elif logs[log].get("LogGroupName") != {"Fn::Sub": f"/aws/lambda/${{AWS::StackName}}-{crate_of(name)}"}:
            faults.append(f"{name}: its log group does not have the function's name")
    for name, log in logs.items():
        if not log.get("RetentionInDays"):
            faults.append(f"{name}: its logs are kept forever")
    crates = {p.parent.name for p in (ROOT / "functions").glob("*/Cargo.toml")}
    faults += [f"functions/{crate}: not in the template" for crate in sorted(crates - {crate_of(n) for n in functions_of(stack)})]
    return faults


def variables(function: dict) -> dict:
    return function.get("Environment", {}).get("Variables", {})


def faults_of_settings(stack: Stack, needed: dict[str, permissions.Needs]) -> list[str]:
    faults = []
    known_settings = set(re.findall(r"`(MUSTER_[A-Z_]+)`", (ROOT / "shared/runtime/src/environment.rs").read_text()))
    outputs = stack.source.get("Outputs", {})
    for name, secret in stack.of_type("AWS::SecretsManager::Secret").items():
        if secret.get("Name") != outputs["MusterCrossmarkSecret"]["Value"]:
            faults.append(f"{name}: its name differs from the output MusterCrossmarkSecret")
    for name, function in functions_of(stack).items():
        given, read = variables(function), needed[name].settings
        for one, value in given.items():
            if one in LIBRARY_SETTINGS:
                continue
            output_name = one.title().replace("_", "")
            if one not in known_settings:
                faults.append(f"{name}: {one} is not a setting in shared/runtime/src/environment.rs")
            elif one not in read:
                faults.append(f"{name}: is given {one}, which its code never reads")
            output = outputs.get(output_name)
            if one in known_settings and (output is None or output["Value"] != value):
                faults.append(f"{name}: {one} differs from the output {output_name}")
        for one in sorted(set(read) - set(given)):
            faults.append(f"{name}: is not given {one}, read by {read[one]}")
    return faults


# ---- the table


def faults_of_table(stack: Stack) -> list[str]:
    faults, tables = [], stack.of_type("AWS::DynamoDB::Table")
    if len(tables) != 1:
        return [f"there are {len(tables)} tables, expected one"]
    name, table = next(iter(tables.items()))
    hash_key = {"AttributeName": "pk", "KeyType": "HASH"}
    expected = {
        "DeletionProtectionEnabled": {"Fn::If": ["Protects", True, False]},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [hash_key, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "LocalSecondaryIndexes": [
            {
                "IndexName": index,
                "KeySchema": [hash_key, {"AttributeName": index, "KeyType": "RANGE"}],
                "Projection": projection,
            }
            for index, projection in INDEXES.items()
        ],
    }
    faults += [f"{name}: {key} is {table.get(key)}, expected {value}" for key, value in expected.items() if table.get(key) != value]
    return faults


# ---- the API


def faults_of_routes(stack: Stack, code: Code) -> list[str]:
    faults = []
    for name, api in stack.of_type("AWS::ApiGatewayV2::Api").items():
        body = api["Body"]
        schemes = body.get("components", {}).get("securitySchemes", {})
        jwt_schemes = {n for n, s in schemes.items() if s.get("x-amazon-apigateway-authorizer", {}).get("type") == "jwt"}
        routes_to: dict[str, set[tuple[str, str]]] = {}
        for path, methods in body["paths"].items():
            for method, route in methods.items():
                where = f"{name}: {method.upper()} {path}"
                if method.startswith("x-"):
                    # Such a route would also match the browser's OPTIONS requests, and require a token for them.
                    faults.append(f"{where}: a route for every method")
                    continue
                required = {scheme for choice in route.get("security", []) for scheme in choice} & jwt_schemes
                if path in OPEN_ROUTES | PROTOCOL_OPEN and required:
                    faults.append(f"{where}: requires a token, and should not")
                if path not in OPEN_ROUTES | PROTOCOL_OPEN and not required:
                    faults.append(f"{where}: requires no token")
                if route["x-amazon-apigateway-integration"].get("payloadFormatVersion") != "2.0":
                    faults.append(f"{where}: its payload format is not 2.0")
                target = re.search(r"\$\{(\w+)\.Arn\}", json.dumps(route["x-amazon-apigateway-integration"]["uri"]))
                routes_to.setdefault(target[1], set()).add((method.upper(), path))
        for function in functions_of(stack):
            routes, mapped = code.routes(crate_of(function)) | PROTOCOL.get(function, set()), routes_to.get(function, set())
            for method, path in sorted(routes - {r for r in routes for m in mapped if matches(m, r)}):
                faults.append(f"{function}: no route of the API leads to {method} {path}")
            for method, path in sorted(mapped - {m for r in routes for m in mapped if matches(m, r)}):
                faults.append(f"{function}: no handler answers {method} {path}")
        faults += faults_of_contract({route for function in functions_of(stack) for route in code.routes(crate_of(function))})
        if not api["Body"].get("x-amazon-apigateway-cors", {}).get("allowOrigins"):
            faults.append(f"{name}: no CORS")
    for name, stage in stack.of_type("AWS::ApiGatewayV2::Stage").items():
        if stage.get("StageName") != "$default":
            faults.append(f"{name}: StageName is {stage.get('StageName')}, which would be part of every path")
        if not {"ThrottlingRateLimit", "ThrottlingBurstLimit"} <= set(stage.get("DefaultRouteSettings", {})):
            faults.append(f"{name}: not throttled")
    return faults


def faults_of_contract(routes: set[tuple[str, str]], contract: Path = CONTRACT) -> list[str]:
    """The committed document has exactly the routes of the code."""
    document = json.loads(contract.read_text())
    documented = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    faults = [f"{contract.name}: does not have {method} {path}" for method, path in sorted(routes - documented)]
    faults += [f"{contract.name}: no handler answers {method} {path}" for method, path in sorted(documented - routes)]
    # The document as a whole requires a token; only a route without one has its own `security`.
    without_token = {path for path, methods in document["paths"].items() for one in methods.values() if one.get("security")}
    if without_token != OPEN_ROUTES:
        faults.append(f"{contract.name}: {sorted(without_token)} need no token, expected {sorted(OPEN_ROUTES)}")
    return faults


def matches(mapped: tuple[str, str], route: tuple[str, str]) -> bool:
    """Whether a route of the API matches a route of the code."""
    pattern = re.escape(mapped[1]).replace(re.escape("{proxy+}"), ".+")
    return mapped[0] == route[0] and re.fullmatch(pattern, route[1]) is not None


# ---- schedules


def faults_of_schedules(stack: Stack) -> list[str]:
    faults, roles = [], stack.of_type("AWS::IAM::Role")
    invoke_configs = {stack.name(c["FunctionName"]): c for c in stack.of_type("AWS::Lambda::EventInvokeConfig").values()}
    ticks = {}
    for name, schedule in stack.of_type("AWS::Scheduler::Schedule").items():
        wrong = [
            schedules.fault_of_expression(schedule["ScheduleExpression"]),
            schedules.fault_of_zone(schedule.get("ScheduleExpressionTimezone", "UTC")),
        ]
        faults += [f"{name}: {fault}" for fault in wrong if fault]
        if schedule.get("FlexibleTimeWindow") != {"Mode": "OFF"}:
            faults.append(f"{name}: its time window is flexible")
        target = schedule["Target"]
        function = stack.name(target["Arn"])
        ticks[function] = schedule["ScheduleExpression"]
        if schedule.get("ScheduleExpressionTimezone", "UTC") != "UTC":
            faults.append(f"{name}: its time zone is not UTC; the function itself considers the zones of the clubs")
        invocation = invoke_configs.get(function, {})
        if not (invocation.get("MaximumRetryAttempts", 3) <= 2 and invocation.get("MaximumEventAgeInSeconds", 21600) <= 1800):
            faults.append(f"{function}: Lambda may retry it for hours, although the next tick does its work")
        retry = target.get("RetryPolicy", {})
        if not 0 <= retry.get("MaximumRetryAttempts", 185) <= 10 or not 60 <= retry.get("MaximumEventAgeInSeconds", 86400) <= 3600:
            faults.append(f"{name}: its retries are not limited to 10 within an hour")
        letters = stack.name(target.get("DeadLetterConfig", {}).get("Arn", ""))
        if letters not in stack.of_type("AWS::SQS::Queue"):
            faults.append(f"{name}: no dead letters")
        expected = {("lambda:InvokeFunction", stack.name(target["Arn"])), ("sqs:SendMessage", letters)}
        given = {(a, stack.name(r)) for s in statements(roles[stack.name(target["RoleArn"])]) for a in s["Action"] for r in s["Resource"]}
        if given != expected:
            faults.append(f"{name}: its role may {sorted(given)}, expected {sorted(expected)}")
    if ticks != TICKS:
        faults.append(f"the scheduler invokes {ticks}, expected {TICKS}")
    return faults


# ---- permissions


def statements(role: dict) -> list[dict]:
    """Every statement of a role, actions and resources as lists."""
    found = []
    for policy in role.get("Policies", []):
        for statement in policy["PolicyDocument"]["Statement"]:
            listed = {k: v if isinstance(v, list) else [v] for k, v in statement.items() if k in ("Action", "Resource")}
            found.append(statement | listed)
    return found


def faults_of_permissions(stack: Stack, needed: dict[str, permissions.Needs]) -> list[str]:
    faults, roles = [], stack.of_type("AWS::IAM::Role")
    setting_names, queues_and_topics = {}, stack.of_type("AWS::SQS::Queue") | stack.of_type("AWS::SNS::Topic")
    for function in functions_of(stack).values():
        for one, value in variables(function).items():
            if one.startswith("MUSTER_") and isinstance(value, dict) and value.get("Ref") in queues_and_topics:
                setting_names[value["Ref"]] = one
    for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"):
        faults += [f"{name}: a policy outside of a role" for name in stack.of_type(kind)]
    used = [stack.name(f["Role"]) for f in functions_of(stack).values()]
    faults += [f"{role}: more than one function has it" for role in sorted({r for r in used if used.count(r) > 1})]
    for name, function in functions_of(stack).items():
        role = roles[stack.name(function["Role"])]
        if role.get("ManagedPolicyArns"):
            faults.append(f"{name}: its role has managed policies")
        given, secrets, missing_conditions = set(), set(), []
        for statement in statements(role):
            for resource in statement["Resource"]:
                place = stack.name(resource)
                if place == "*" and statement["Action"] == ["secretsmanager:GetSecretValue"]:
                    # The condition names the secret, because a secret that does not exist has no ARN.
                    missing_conditions.append(statement.get("Condition"))
                    continue
                if place.endswith("table/${AWS::StackName}${TableSuffix}"):
                    place = permissions.TABLE
                elif "table/${AWS::StackName}${TableSuffix}/index/" in place:
                    place = permissions.index(place.rsplit("/", 1)[1])
                elif ":secret:" in place:
                    secrets.add(place.split(":secret:")[1])
                    place = permissions.SECRET
                given |= {(action, setting_names.get(place, place)) for action in statement["Action"]}
            if any(a.startswith("dynamodb:") for a in statement["Action"]):
                keys = statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys")
                keys = set(keys if isinstance(keys, list) else [keys])
                expected = {CLUBS_KEYS, LIST_KEY} if needed[name].why_it_lists_clubs else {CLUBS_KEYS}
                if keys != expected:
                    why = f" ({needed[name].why_it_lists_clubs})" if needed[name].why_it_lists_clubs else ""
                    faults.append(
                        f"{name}: {statement.get('Sid')} is for the keys {sorted(map(str, keys))}, expected {sorted(expected)}{why}"
                    )
        own = "${AWS::StackName}/crossmark"
        if secrets and secrets != {f"{own}-??????", f"{own}/*"}:
            faults.append(f"{name}: reads the secrets {sorted(secrets)}, expected the stack's own and its clubs'")
        by_name = {"StringLike": {"secretsmanager:SecretId": [{"Fn::Sub": own}, {"Fn::Sub": f"{own}/*"}]}}
        if missing_conditions != ([by_name] if secrets else []):
            faults.append(f"{name}: reads missing secrets under {missing_conditions}, expected the names of the stack's own and its clubs'")
        platform = {(action, stack.name(function["LoggingConfig"]["LogGroup"])) for action in LOGS}
        for source in stack.of_type("AWS::Lambda::EventSourceMapping").values():
            if stack.name(source["FunctionName"]) == name:
                queue = stack.name(source["EventSourceArn"])
                platform |= {(action, setting_names.get(queue, queue)) for action in POLLS}
        faults += permissions.compare(name, needed[name], given, platform)
    return faults


# ---- parameters


def faults_of_parameters(stack: Stack, given: dict[str, dict[str, str]]) -> list[str]:
    faults, parameters = [], stack.source["Parameters"]
    faults += [f"{name}: a parameter without a description" for name, parameter in parameters.items() if not parameter.get("Description")]
    for place, values in given.items():
        for name, value in values.items():
            if name not in parameters:
                faults.append(f"samconfig.toml, {place}: there is no parameter {name}")
                continue
            pattern, allowed = parameters[name].get("AllowedPattern"), [str(v) for v in parameters[name].get("AllowedValues", [value])]
            if (pattern and not re.search(pattern, value)) or value not in allowed:
                faults.append(f"samconfig.toml, {place}: {name} cannot be {value!r}")
        for name, parameter in parameters.items():
            if "Default" not in parameter and name not in values:
                faults.append(f"samconfig.toml, {place}: {name} is not given")
    if given.get("prod", {}).get("Protected") != "true":
        faults.append("samconfig.toml, prod: Protected is not true")
    return faults


# ---- cfn-lint


def lint(*arguments: str) -> list[str]:
    """cfn-lint's findings, including warnings."""
    command = [str(Path(sys.executable).parent / "cfn-lint"), "--format", "parseable", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    found = [line for line in ended.stdout.splitlines() if line.strip()]
    return found if found or ended.returncode == 0 else [ended.stderr.strip()]


def faults_of_lint(stack: Stack) -> list[str]:
    """cfn-lint's findings in the transformed template; in the source, cfn-lint finds little."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "transformed.json"
        file.write_text(json.dumps(transformed(stack.source), indent=1))
        # W3037 knows fewer actions than IAM does; W1020 reports `Fn::Sub` without variables, which the transform makes.
        return lint("--ignore-checks", "W3037", "W1020", "--template", str(file))


# ---- all of it


def own_faults(stack: Stack, code: Code) -> list[str]:
    """Every fault that these scripts find without cfn-lint."""
    needed = {name: permissions.needs(code, crate_of(name)) for name in functions_of(stack)}
    checks = (
        (faults_of_queues,),
        (faults_of_functions,),
        (faults_of_settings, needed),
        (faults_of_table,),
        (faults_of_routes, code),
        (faults_of_schedules,),
        (faults_of_permissions, needed),
        (access.faults_of_access, ROOT),
        (watching.faults_of_watching,),
        (metrics.faults_of_metrics, ROOT),
        (prices.faults_of_prices, ROOT),
        (muster_serve.faults_of_muster_serve, ROOT),
        (faults_of_parameters, deployment_parameters(ROOT / "samconfig.toml")),
    )
    return [fault for check, *more in checks for fault in run_check(check, stack, *more)]


def run_check(check, stack: Stack, *more) -> list[str]:
    """The findings of a check. If the template lacks something that the check reads, that is a fault too."""
    try:
        return check(stack, *more)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as lacking:
        return [f"{check.__name__}: the template lacks something that this check reads: {lacking!r}"]


def faults_of_packages(stack: Stack, code: Code) -> list[str]:
    """Differences between the built zips and the operations read from the code."""
    faults = []
    for name in functions_of(stack):
        zipped = ROOT / "target/lambda" / crate_of(name) / "bootstrap.zip"
        if not zipped.exists():
            faults.append(f"{name}: there is no {zipped.relative_to(ROOT)}")
            continue
        with zipfile.ZipFile(zipped) as package:
            program = package.read("bootstrap")
        faults += permissions.faults_of_package(name, program, permissions.needs(code, crate_of(name)))
    return faults


def main() -> int:
    logging.disable(logging.WARNING)
    began = time.monotonic()
    stack, code = Stack.of(TEMPLATE.read_text()), Code(ROOT)
    faults = own_faults(stack, code)
    if "--packages" in sys.argv[1:]:
        faults += faults_of_packages(stack, code)
    faults += lint("--template", str(TEMPLATE)) + faults_of_lint(stack)
    for fault in faults:
        print(fault, file=sys.stderr)
    number = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    print(f"infra/template.yaml: {number} ({time.monotonic() - began:.1f} s)", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
