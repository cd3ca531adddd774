"""The template as data: read, transformed by SAM as CloudFormation does it, with its references resolved as far as possible."""

from __future__ import annotations

import copy
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import yaml

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from samtranslator.sdk.resource import SamResourceType  # noqa: E402
from samtranslator.translator.transform import transform  # noqa: E402
from samtranslator.yaml_helper import intrinsics_multi_constructor  # noqa: E402

HERE = Path(__file__).resolve().parent
TEMPLATE = HERE / "template.yaml"


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Reads YAML with the short form of intrinsics, such as `!Ref`."""


Loader.add_multi_constructor("!", intrinsics_multi_constructor)


class NoPolicies:
    """Knows no managed policies, because the template names none."""

    def load(self) -> dict[str, str]:
        return {}


def read(source: str) -> dict:
    """The template's text as data, with short intrinsics expanded."""
    return yaml.load(source, Loader)


def transformed(template: dict, parameters: dict[str, str] | None = None) -> dict:
    """The output of the SAM transform with these parameters. The bucket `packages` replaces the local zips."""
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        if resource["Type"] == SamResourceType.Function.value:
            resource["Properties"]["CodeUri"] = "s3://packages/" + Path(resource["Properties"]["CodeUri"]).parent.name
    return transform(template, parameters or {}, NoPolicies())


@dataclass
class Stack:
    """A template before and after the transform."""

    source: dict
    resources: dict[str, dict]
    parameters: dict[str, dict]

    @staticmethod
    def of(source: str) -> Stack:
        template = read(source)
        made = transformed(template)
        return Stack(template, made["Resources"], made.get("Parameters", {}))

    def of_type(self, kind: str) -> dict[str, dict]:
        """Resources of a type: their properties by name."""
        return {n: r.get("Properties", {}) for n, r in self.resources.items() if r["Type"] == kind}

    def number(self, value) -> float:
        """A number, or the default of the parameter that it refers to."""
        if isinstance(value, dict) and "Ref" in value:
            value = self.parameters[value["Ref"]]["Default"]
        return float(value)

    def resolved(self, value, given: dict[str, str]):
        """A value as CloudFormation would resolve it with these parameters; a resource is represented by its name."""
        if isinstance(value, list):
            return [self.resolved(one, given) for one in value]
        if not isinstance(value, dict):
            return value
        function, argument = next(iter(value.items()))
        known = {name: parameter.get("Default", "") for name, parameter in self.parameters.items()} | given
        match function:
            case "Ref":
                return known.get(argument, argument)
            case "Fn::If":
                holds = self.resolved(self.source["Conditions"][argument[0]], given)
                return self.resolved(argument[1] if holds else argument[2], given)
            case "Fn::Equals":
                return self.resolved(argument[0], given) == self.resolved(argument[1], given)
            case "Fn::Not":
                return not self.resolved(argument[0], given)
            case "Fn::Split":
                return self.resolved(argument[1], given).split(argument[0])
            case "Fn::Select":
                return self.resolved(argument[1], given)[int(argument[0])]
            case "Fn::Sub":
                text, names = argument if isinstance(argument, list) else (argument, {})
                replacement = lambda found: self.resolved(names.get(found[1], {"Ref": found[1]}), given)  # noqa: E731
                return re.sub(r"\$\{([^}]+)\}", replacement, text)
        return value

    def name(self, value) -> str:
        """The resource of a reference: `RunQueue` for its Ref, its GetAtt and the ARN that is built from its name."""
        if isinstance(value, dict):
            if "Ref" in value:
                return value["Ref"]
            if "Fn::GetAtt" in value:
                argument = value["Fn::GetAtt"]
                return argument.split(".")[0] if isinstance(argument, str) else argument[0]
            if "Fn::Sub" in value:
                argument = value["Fn::Sub"]
                return self._queue_or_text(argument if isinstance(argument, str) else argument[0])
        return self._queue_or_text(value) if isinstance(value, str) else str(value)

    def _queue_or_text(self, text: str) -> str:
        """The queue whose ARN a text is, otherwise the text."""
        for queue, properties in self.of_type("AWS::SQS::Queue").items():
            given = properties.get("QueueName", {}).get("Fn::Sub")
            if given and re.fullmatch(r"arn:[^:]*(?:\$\{[^}]+\})?:sqs:.*:" + re.escape(given), text):
                return queue
        return text


def deployment_parameters(path: Path) -> dict[str, dict[str, str]]:
    """The parameters in samconfig.toml, by environment."""
    found = {}
    for name, tables in tomllib.loads(path.read_text()).items():
        if isinstance(tables, dict) and "deploy" in tables:
            pairs = tables["deploy"]["parameters"].get("parameter_overrides", [])
            found[name] = dict(pair.split("=", 1) for pair in pairs)
    return found
