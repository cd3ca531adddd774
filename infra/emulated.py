"""The template as the emulator can deploy it: transformed as AWS would do it, with the emulator's addresses.

Only what the emulator (ministack 1.5) lacks may be left out or changed here. All other resources, and the connections
between resources, are those of the template.
"""

from __future__ import annotations

import json

from stack import read, transformed

# The addresses of AWS that a browser uses, each with the emulator's. The tokens of the emulator still name AWS's issuer.
ADDRESSES = {
    "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}": "http://${Api}.execute-api.localhost:PORT",
    "https://cognito-idp.${AWS::Region}.${AWS::URLSuffix}": "http://localhost:PORT",
    "https://${AWS::StackName}-${AWS::AccountId}.auth.${AWS::Region}.amazoncognito.com": "http://localhost:PORT",
}


def deployable_template(source: str, port: int, parameters: dict[str, str]) -> dict:
    """The template, transformed for these parameters. Each function's zip is expected in the bucket `packages` under its name."""
    template = read(source)
    # Crossmark's simulator speaks plain HTTP.
    template["Parameters"]["CrossmarkUrl"].pop("AllowedPattern")
    template = with_numbers(transformed(template, parameters))
    resources = template["Resources"]
    template["Outputs"] = with_emulator_addresses(template["Outputs"], port)
    for policy in (r for r in resources.values() if r["Type"] == "AWS::CloudFront::ResponseHeadersPolicy"):
        policy["Properties"] = with_emulator_addresses(policy["Properties"], port)
    for name in [n for n, r in resources.items() if r["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in r["Properties"]]:
        # The emulator refuses metric math.
        del resources[name]
    for name in [n for n, r in resources.items() if "PolicyDocument" in r["Properties"]]:
        # The emulator does not use TLS.
        document = resources[name]["Properties"]["PolicyDocument"]
        document["Statement"] = [s for s in document["Statement"] if "aws:SecureTransport" not in json.dumps(s.get("Condition", {}))]
        if not document["Statement"]:
            del resources[name]
    for role in (r["Properties"] for r in resources.values() if r["Type"] == "AWS::IAM::Role"):
        for statement in (s for policy in role["Policies"] for s in policy["PolicyDocument"]["Statement"]):
            # On AWS, a batch needs the same action as one message.
            if "sqs:SendMessage" in statement["Action"]:
                statement["Action"] = ["sqs:SendMessage", "sqs:SendMessageBatch"]
    for pool in (r["Properties"] for r in resources.values() if r["Type"] == "AWS::Cognito::UserPool"):
        # The emulator generates first passwords that are shorter than the template's policy allows.
        pool["Policies"]["PasswordPolicy"]["MinimumLength"] = 6
    for name in [n for n, r in resources.items() if r["Type"] == "AWS::ApiGatewayV2::Api"]:
        resources |= routes_of(name, resources[name]["Properties"])
    return template


def with_emulator_addresses(value, port: int):
    """Replaces AWS's addresses by the emulator's."""
    text = json.dumps(value)
    for aws, here in ADDRESSES.items():
        if aws not in text:
            raise ValueError(f"the address {aws} is not in the template")
        text = text.replace(aws, here.replace("PORT", str(port)))
    return json.loads(text)


def with_numbers(template: dict) -> dict:
    """Replaces references to numbers by the parameters' values, because the emulator passes them as text."""
    numbers = {name: parameter["Default"] for name, parameter in template["Parameters"].items() if parameter["Type"] == "Number"}

    def replace(value):
        if isinstance(value, list):
            return [replace(one) for one in value]
        if not isinstance(value, dict):
            return value
        if set(value) == {"Ref"} and value["Ref"] in numbers:
            return numbers[value["Ref"]]
        return {key: replace(one) for key, one in value.items()}

    return template | {"Resources": replace(template["Resources"])}


def routes_of(api: str, properties: dict) -> dict:
    """Converts the OpenAPI body of an API, which the emulator does not read, into resources of their own."""
    body, made, integrations = properties.pop("Body"), {}, {}
    # The emulator reads the keys of CORS as OpenAPI writes them, not as CloudFormation does.
    properties |= {"Name": body["info"]["title"], "ProtocolType": "HTTP", "CorsConfiguration": body["x-amazon-apigateway-cors"]}
    for name, scheme in body["components"]["securitySchemes"].items():
        authorizer = scheme["x-amazon-apigateway-authorizer"]
        jwt = {"Issuer": authorizer["jwtConfiguration"]["issuer"], "Audience": authorizer["jwtConfiguration"]["audience"]}
        made[f"{api}{name}"] = {
            "Type": "AWS::ApiGatewayV2::Authorizer",
            "Properties": {
                "ApiId": {"Ref": api},
                "Name": name,
                "AuthorizerType": "JWT",
                "IdentitySource": [authorizer["identitySource"]],
                "JwtConfiguration": jwt,
            },
        }
    for path, methods in body["paths"].items():
        for method, route in methods.items():
            integration = route["x-amazon-apigateway-integration"]
            uri = json.dumps(integration["uri"])
            if uri not in integrations:
                integrations[uri] = f"{api}Integration{len(integrations)}"
                made[integrations[uri]] = {
                    "Type": "AWS::ApiGatewayV2::Integration",
                    "Properties": {
                        "ApiId": {"Ref": api}, "IntegrationType": "AWS_PROXY", "IntegrationUri": integration["uri"],
                        "IntegrationMethod": integration["httpMethod"], "PayloadFormatVersion": integration["payloadFormatVersion"],
                    },
                }  # fmt: skip
            properties_of_route = {
                "ApiId": {"Ref": api}, "RouteKey": f"{method.upper()} {path}",
                "Target": {"Fn::Sub": f"integrations/${{{integrations[uri]}}}"},
            }  # fmt: skip
            required = [f"{api}{scheme}" for choice in route.get("security", []) for scheme in choice if f"{api}{scheme}" in made]
            if required:
                properties_of_route |= {"AuthorizationType": "JWT", "AuthorizerId": {"Ref": required[0]}}
            made[f"{api}Route{len(made)}"] = {"Type": "AWS::ApiGatewayV2::Route", "Properties": properties_of_route}
    return made
