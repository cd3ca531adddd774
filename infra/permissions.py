#!/usr/bin/env python3
"""Finds the AWS operations that each function's code can call, and checks that its policy allows exactly those.

`permissions.py --why` prints every permission with the place in the code that needs it and the chain of calls to it.

The graph of calls is read from the source. `check.py --packages` also compares the operations that the linker left in each
built package with the graph (`faults_of_package`).
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from code_graph import Code, Function, nodes_of, text

# The SDK's operations, with the IAM actions that they need. A transaction needs those of its parts.
VERBS = {
    "batch_get_item": "dynamodb:BatchGetItem",
    "batch_write_item": "dynamodb:BatchWriteItem",
    "create_table": "dynamodb:CreateTable",
    "delete_item": "dynamodb:DeleteItem",
    "describe_table": "dynamodb:DescribeTable",
    "get_item": "dynamodb:GetItem",
    "put_item": "dynamodb:PutItem",
    "query": "dynamodb:Query",
    "scan": "dynamodb:Scan",
    "transact_get_items": "dynamodb:GetItem",
    "transact_write_items": None,
    "update_item": "dynamodb:UpdateItem",
    "update_time_to_live": "dynamodb:UpdateTimeToLive",
    "change_message_visibility": "sqs:ChangeMessageVisibility",
    "change_message_visibility_batch": "sqs:ChangeMessageVisibility",
    "delete_message": "sqs:DeleteMessage",
    "delete_message_batch": "sqs:DeleteMessage",
    "get_queue_attributes": "sqs:GetQueueAttributes",
    "get_queue_url": "sqs:GetQueueUrl",
    "purge_queue": "sqs:PurgeQueue",
    "receive_message": "sqs:ReceiveMessage",
    "send_message": "sqs:SendMessage",
    "send_message_batch": "sqs:SendMessage",
    "get_secret_value": "secretsmanager:GetSecretValue",
    "publish": "sns:Publish",
}
# The parts of a transaction, by the SDK's builder of each.
PARTS = {
    "ConditionCheck": "dynamodb:ConditionCheckItem",
    "Delete": "dynamodb:DeleteItem",
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
}
# Methods of a client that are not operations.
NO_VERBS = {"clone", "config"}
IS_CLIENT = re.compile(r"(^|\.|\s)client(\(\))?$")

TABLE, SECRET, TOPIC = "the table", "the secret", "MUSTER_NOTICES"
# The name of the partition with the list of clubs, in the store's code.
LIST = "CLUBS"


def index(name: str) -> str:
    return f"{TABLE}'s index {name}"


@dataclass
class Needs:
    """What a function needs: permissions as (action, resource) and settings, each with the place in the code that needs it."""

    permissions: dict[tuple[str, str], str] = field(default_factory=dict)
    verbs: set[str] = field(default_factory=set)
    settings: dict[str, str] = field(default_factory=dict)
    why_it_lists_clubs: str | None = None
    unknown_calls: list[str] = field(default_factory=list)


@cache
def parts_of_transactions(code: Code) -> tuple[dict[tuple[str, str], str], set[Function]]:
    """The part of a transaction that each enum variant becomes, and the functions that convert them."""
    variants, makers = {}, set()
    for function in code.functions:
        for arm in nodes_of(function.node, "match_arm"):
            made = {text(p.child_by_field_name("path")) for p in nodes_of(arm.child_by_field_name("value"), "scoped_identifier")}
            actions = {PARTS[name] for name in made if name in PARTS}
            variant = next(nodes_of(arm.child_by_field_name("pattern"), "scoped_identifier"), None)
            if len(actions) == 1 and variant is not None:
                key = (text(variant.child_by_field_name("path")), text(variant.child_by_field_name("name")))
                variants[key] = actions.pop()
                makers.add(function)
    return variants, makers


@cache
def needs(code: Code, crate: str) -> Needs:
    """The operations that a function's code can reach."""
    reached, found = code.reach(crate), Needs()
    variants, makers = parts_of_transactions(code)
    listed = {LIST} | {f.owner for f in code.functions if f.trait and f.name == "key" and LIST in f.mentions}
    reached_verbs: dict[str, str] = {}
    queues: dict[str, str] = {}
    indexes: dict[str, str] = {}
    for function in reached:

        def why(line: int, function: Function = function) -> str:
            where = function.file.relative_to(code.root)
            return f"{where}:{line}  {code.call_chain(reached, function)}"

        for receiver, method, given, string, arity, line in function.methods:
            is_client = bool(IS_CLIENT.search(receiver))
            # `query`, `scan` and `publish` are also names of other methods.
            if arity == 0 and method in VERBS and (is_client or "_" in method):
                reached_verbs.setdefault(method, why(line))
            elif arity == 0 and is_client and method not in NO_VERBS:
                found.unknown_calls.append(f"{method}: {why(line)}")
            if method in ("required", "optional") and string and string.startswith("MUSTER_"):
                found.settings.setdefault(string, why(line))
            if method in ("queue", "dead_letters") and arity == 0 and function.crate != "runtime":
                constant = "QUEUE" if method == "queue" else "DEAD_LETTERS"
                for message in given or messages_of(code, reached):
                    name = code.constants.get((message, constant))
                    if name:
                        queues.setdefault(name, why(line))
        for owner, name, given_to, line in function.paths:
            if function not in makers and (owner, name) in variants:
                found.permissions.setdefault((variants[owner, name], TABLE), why(line))
            elif function not in makers and owner in PARTS and name == "builder":
                found.permissions.setdefault((PARTS[owner], TABLE), why(line))
            elif owner == "Index" and given_to == "through":
                indexes.setdefault(name.lower(), why(line))
        # The `key` method of a record mentions its partition, but does not read or write it.
        if function.mentions & listed and not function.trait and found.why_it_lists_clubs is None:
            found.why_it_lists_clubs = why(function.line)
    found.settings |= queues
    found.verbs = set(reached_verbs)
    for verb, reason in reached_verbs.items():
        action = VERBS[verb]
        if action is None:
            continue
        service = action.split(":")[0]
        if service == "sqs":
            for name, asks in queues.items():
                found.permissions.setdefault((action, name), f"{asks}; {reason}")
        else:
            found.permissions.setdefault((action, {"dynamodb": TABLE, "secretsmanager": SECRET, "sns": TOPIC}[service]), reason)
    if "query" in reached_verbs:
        for name, reason in indexes.items():
            found.permissions[("dynamodb:Query", index(name))] = reason
    return found


def operation(verb: str) -> str:
    """The service's name of an operation: `GetItem` for `get_item`."""
    return "".join(word.capitalize() for word in verb.split("_"))


def faults_of_package(crate: str, program: bytes, needed: Needs) -> list[str]:
    """Where a built program contains other operations than the graph of calls."""
    by_operation, linked, faults = {operation(verb): verb for verb in VERBS}, set(), []
    for found in re.finditer(rb"(?:DynamoDB_20120810|AmazonSQS|secretsmanager)\.([A-Z][A-Za-z]+)", program):
        # A program stores its string literals without separators: take the longest name that matches.
        name = max((o for o in by_operation if found[1].decode().startswith(o)), key=len, default=None)
        if name is None:
            faults.append(f"{crate}: its package has an operation that permissions.py does not know: {found[0].decode()}")
        else:
            linked.add(by_operation[name])
    # The client of SNS uses the query API: the program holds that API's version and the names of the linked operations.
    if b"2010-03-31" in program and b"Publish" in program:
        linked.add("publish")
    faults += [f"{crate}: its package can {verb}, which the graph of its calls misses" for verb in sorted(linked - needed.verbs)]
    faults += [f"{crate}: its package cannot {verb}, which the graph of its calls counts" for verb in sorted(needed.verbs - linked)]
    return faults


def messages_of(code: Code, reached: dict) -> list[str]:
    """The messages for a call that names none: those of every `Queue<X>` and `RecordQueues<X>` that the code mentions."""
    named = set()
    for function in reached:
        if function.crate != "runtime":
            named |= function.mentions
    return sorted({owner for owner, _ in code.constants} & named)


def compare(crate: str, needed: Needs, given: set[tuple[str, str]], platform: set[tuple[str, str]]) -> list[str]:
    """The faults of a policy: missing and unused permissions."""
    faults = [f"{crate}: calls a verb that permissions.py does not know, {u}" for u in needed.unknown_calls]
    for action, resource in sorted(set(needed.permissions) - given):
        faults.append(f"{crate}: its policy lacks {action} on {resource}, needed by {needed.permissions[action, resource]}")
    for action, resource in sorted(platform - given):
        faults.append(f"{crate}: its policy lacks {action} on {resource}, needed by Lambda itself")
    for action, resource in sorted(given - set(needed.permissions) - platform):
        faults.append(f"{crate}: its policy allows {action} on {resource}, which its code never needs")
    return faults


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--why", action="store_true", help="also print the place in the code that needs each permission")
    arguments.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent, help="the workspace")
    options = arguments.parse_args()
    code = Code(options.root)
    for folder in sorted((options.root / "functions").iterdir()):
        needed = needs(code, folder.name)
        print(folder.name)
        rows = [(f"{a} on {r}", w) for (a, r), w in needed.permissions.items()] + list(needed.settings.items())
        if needed.why_it_lists_clubs:
            rows.append(("the list of clubs (leading key CLUBS)", needed.why_it_lists_clubs))
        for what, reason in sorted(rows):
            print(f"  {what}" + (f"\n      {reason}" if options.why else ""))
        for one in needed.unknown_calls:
            print(f"  unknown verb {one}")


if __name__ == "__main__":
    main()
