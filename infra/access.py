"""Checks access: roles and who may assume them, tokens and origins of the API, the user pool, the site, its headers and client."""

from __future__ import annotations

import json
import re
from pathlib import Path

from stack import Stack

LAMBDA, SCHEDULER = "lambda.amazonaws.com", "scheduler.amazonaws.com"
VERSION = "2012-10-17"
OF_THIS_ACCOUNT = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
WITHOUT_TLS = {"Bool": {"aws:SecureTransport": False}}
# Resource types with data that no deployment can restore.
RETAINED = ("AWS::DynamoDB::Table", "AWS::SecretsManager::Secret", "AWS::S3::Bucket", "AWS::Cognito::UserPool")
# Resource policies: their type, the property that names the resources, the resources' type, and what is denied without TLS.
POLICIES = (
    ("AWS::S3::BucketPolicy", "Bucket", "AWS::S3::Bucket", "s3:*"),
    ("AWS::SQS::QueuePolicy", "Queues", "AWS::SQS::Queue", "sqs:*"),
    ("AWS::SNS::TopicPolicy", "Topics", "AWS::SNS::Topic", "sns:Publish"),
)
BUCKET = {
    "PublicAccessBlockConfiguration": dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    ),
    "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
    "BucketEncryption": {"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]},
    "VersioningConfiguration": {"Status": "Enabled"},
}
ORIGIN_ACCESS = {"OriginAccessControlOriginType": "s3", "SigningBehavior": "always", "SigningProtocol": "sigv4"}
SECURITY_HEADERS = {
    "StrictTransportSecurity": {"Override": True, "AccessControlMaxAgeSec": 63072000, "IncludeSubdomains": True},
    "ContentTypeOptions": {"Override": True},
    "FrameOptions": {"Override": True, "FrameOption": "DENY"},
    "ReferrerPolicy": {"Override": True, "ReferrerPolicy": "no-referrer"},
}
CONTENT_DIRECTIVES = ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'")
USER_POOL = {
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
    "DeletionProtection": {"Fn::If": ["Protects", "ACTIVE", "INACTIVE"]},
    "AutoVerifiedAttributes": ["email"],
    "UsernameAttributes": ["email"],
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
}
SHORTEST_PASSWORD = 12
# A browser keeps no secret, and the client never handles passwords.
USER_POOL_CLIENT = {
    "GenerateSecret": False,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"],
    "SupportedIdentityProviders": ["COGNITO"],
    "PreventUserExistenceErrors": "ENABLED",
    "EnableTokenRevocation": True,
}
# Attributes that name a person to others: the person cannot change them.
NAME_ATTRIBUTES = {"email", "email_verified", "name", "preferred_username"}
# Parameters of a stack with an external issuer, as an example.
EXTERNAL_ISSUER = {"Issuer": "https://people.example.com/realms/club/", "Audience": "muster", "LoginOrigin": "https://login.example.com"}
# Names that the client's config.json must have.
REQUIRED_CONFIG = {"api", "issuer", "client_id"}
# Headers that the client sends, and headers that it reads, besides those that the contract names.
REQUEST_HEADERS, RESPONSE_HEADERS = {"authorization", "content-type"}, {"date", "idempotent-replayed", "retry-after"}


def differences(name: str, found: dict, expected: dict) -> list[str]:
    """A fault for each expected key whose value differs."""
    return [f"{name}: {key} is {found.get(key)}, expected {value}" for key, value in expected.items() if found.get(key) != value]


def faults_of_access(stack: Stack, root: Path) -> list[str]:
    return [
        *faults_of_trust(stack),
        *faults_of_policies(stack),
        *faults_of_retention(stack),
        *faults_of_tokens(stack),
        *faults_of_origins(stack, json.loads((root / "openapi.json").read_text())),
        *faults_of_user_pool(stack),
        *faults_of_site(stack),
        *faults_of_client(stack, (root / "infra/README.md").read_text(), (root / "web/src/lib/config.ts").read_text()),
    ]


def faults_of_trust(stack: Stack) -> list[str]:
    faults = []
    function_roles = {stack.name(f["Role"]) for f in stack.of_type("AWS::Lambda::Function").values()}
    for name, role in stack.of_type("AWS::IAM::Role").items():
        trust = {"Effect": "Allow", "Principal": {"Service": LAMBDA}, "Action": "sts:AssumeRole"}
        if name not in function_roles:
            trust |= {"Principal": {"Service": SCHEDULER}, "Condition": OF_THIS_ACCOUNT}
        faults += differences(name, role.get("AssumeRolePolicyDocument", {}), {"Version": VERSION, "Statement": [trust]})
        for policy in role.get("Policies", []):
            document = policy["PolicyDocument"]
            faults += differences(name, document, {"Version": VERSION})
            faults += [f"{name}: {s.get('Sid')} is not an Allow" for s in document["Statement"] if s.get("Effect") != "Allow"]
    return faults


def faults_of_policies(stack: Stack) -> list[str]:
    """Buckets, queues and topics are reached only over TLS, and by an AWS service only for this account's resources."""
    faults = []
    for kind, names, resources, denied in POLICIES:
        deny = {"Effect": "Deny", "Principal": "*", "Action": denied, "Condition": WITHOUT_TLS}
        tls_only: set[str] = set()
        for name, policy in stack.of_type(kind).items():
            document, listed = policy["PolicyDocument"], policy[names]
            faults += differences(name, document, {"Version": VERSION})
            for statement in document["Statement"]:
                where = f"{name}: {statement.get('Sid')}"
                if statement.get("Effect") == "Allow":
                    principal, action = statement.get("Principal"), statement.get("Action")
                    if not isinstance(principal, dict) or set(principal) != {"Service"}:
                        faults.append(f"{where} allows {principal}, expected a service of AWS")
                    if not isinstance(action, str) or "*" in action:
                        faults.append(f"{where} allows {action}, expected one action")
                    if not {"aws:SourceArn", "aws:SourceAccount"} & set(statement.get("Condition", {}).get("StringEquals", {})):
                        faults.append(f"{where} does not limit the service to resources of this account")
                elif deny.items() <= statement.items():
                    tls_only |= {stack.name(one) for one in (listed if isinstance(listed, list) else [listed])}
                else:
                    faults.append(f"{where} is neither an Allow nor a Deny of requests without TLS")
        faults += [f"{resource}: may be reached without TLS" for resource in sorted(set(stack.of_type(resources)) - tls_only)]
    return faults


def faults_of_retention(stack: Stack) -> list[str]:
    retained = {name: resource for name, resource in stack.resources.items() if resource["Type"] in RETAINED}
    # CloudFormation deletes what a failed first deployment created. If it did not, the next deployment could not use the name.
    expected = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
    return [fault for name, resource in retained.items() for fault in differences(name, resource, expected)]


def output(stack: Stack, name: str):
    return stack.source["Outputs"][name]["Value"]


def faults_of_tokens(stack: Stack) -> list[str]:
    faults = []
    # Assistants may have an audience of their own.
    audiences = {"Assistant": "MusterAssistantClient"}
    for name, api in stack.of_type("AWS::ApiGatewayV2::Api").items():
        for scheme, declared in api["Body"].get("components", {}).get("securitySchemes", {}).items():
            audience = output(stack, audiences.get(scheme, "MusterClient"))
            expected = {
                "type": "jwt",
                "identitySource": "$request.header.Authorization",
                "jwtConfiguration": {"issuer": output(stack, "MusterIssuer"), "audience": [audience]},
            }
            faults += differences(f"{name}: {scheme}", declared.get("x-amazon-apigateway-authorizer", {}), expected)
    return faults


def faults_of_origins(stack: Stack, contract: dict) -> list[str]:
    faults = []
    operations = [operation for methods in contract["paths"].values() for operation in methods.values()]
    parameters = [*contract["components"]["parameters"].values(), *(p for o in operations for p in o.get("parameters", []))]
    answer_headers = {name.lower() for o in operations for r in o["responses"].values() for name in r.get("headers", {})}
    expected = {
        "AllowOrigins": [{"Fn::If": ["OwnDomain", {"Fn::Sub": "https://${SiteDomain}"}, {"Ref": "ClientOrigin"}]}],
        "AllowMethods": {method.upper() for methods in contract["paths"].values() for method in methods},
        "AllowHeaders": REQUEST_HEADERS | {p["name"].lower() for p in parameters if p.get("in") == "header"},
        "ExposeHeaders": RESPONSE_HEADERS | answer_headers,
    }
    for name, api in stack.source["Resources"].items():
        if api["Type"] != "AWS::Serverless::HttpApi":
            continue
        cors = api["Properties"].get("CorsConfiguration", {})
        found = {key: set(cors.get(key, [])) if isinstance(value, set) else cors.get(key) for key, value in expected.items()}
        faults += differences(f"{name}: CORS", found, expected)
    return faults


def faults_of_user_pool(stack: Stack) -> list[str]:
    faults = []
    for name, pool in stack.of_type("AWS::Cognito::UserPool").items():
        faults += differences(name, pool, USER_POOL)
        shortest = pool.get("Policies", {}).get("PasswordPolicy", {}).get("MinimumLength", 0)
        if shortest < SHORTEST_PASSWORD:
            faults.append(f"{name}: a password may have {shortest} characters, expected at least {SHORTEST_PASSWORD}")
    back = {"Fn::If": ["OwnDomain", {"Fn::Sub": "https://${SiteDomain}/"}, {"Fn::Sub": "${ClientOrigin}/"}]}
    for name, client in stack.of_type("AWS::Cognito::UserPoolClient").items():
        expected = USER_POOL_CLIENT | {"CallbackURLs": [back], "LogoutURLs": [back]}
        faults += differences(name, stack.source["Resources"][name]["Properties"], expected)
        # A missing or empty list means every attribute.
        writes = set(client.get("WriteAttributes", [])) or NAME_ATTRIBUTES
        faults += [f"{name}: people may write their own {one}" for one in sorted(writes & NAME_ATTRIBUTES)]
    return faults


def faults_of_site(stack: Stack) -> list[str]:
    faults, controls = [], stack.of_type("AWS::CloudFront::OriginAccessControl")
    for name, bucket in stack.of_type("AWS::S3::Bucket").items():
        faults += differences(name, bucket, BUCKET)
    for name, control in controls.items():
        faults += differences(name, control["OriginAccessControlConfig"], ORIGIN_ACCESS)
    policies = stack.of_type("AWS::CloudFront::ResponseHeadersPolicy")
    for name, policy in policies.items():
        config = policy["ResponseHeadersPolicyConfig"].get("SecurityHeadersConfig", {})
        faults += differences(name, config, SECURITY_HEADERS)
        content = config.get("ContentSecurityPolicy", {})
        faults += differences(f"{name}: ContentSecurityPolicy", content, {"Override": True})
        policy_text = str(content.get("ContentSecurityPolicy", {}).get("Fn::Sub", [""])[0])
        directives = [directive.strip() for directive in policy_text.split(";")]
        faults += [f"{name}: the content policy lacks {one}" for one in CONTENT_DIRECTIVES if one not in directives]
        faults += faults_of_connections(stack, name, content.get("ContentSecurityPolicy"))
        loose_directives = [
            d
            for d in directives
            if re.search(r"'unsafe-eval'| \*(?:\s|$)| https?:(?:\s|$)", d) or ("'unsafe-inline'" in d and not d.startswith("style-src "))
        ]
        faults += [f"{name}: the content policy allows too much: {one}" for one in loose_directives]
    for name, distribution in stack.of_type("AWS::CloudFront::Distribution").items():
        config = distribution["DistributionConfig"]
        for behaviour in [config["DefaultCacheBehavior"], *config.get("CacheBehaviors", [])]:
            faults += differences(name, behaviour, {"ViewerProtocolPolicy": "redirect-to-https", "AllowedMethods": ["GET", "HEAD"]})
            if stack.name(behaviour.get("ResponseHeadersPolicyId", "")) not in policies:
                faults.append(f"{name}: its answers have no security headers")
        for origin in config["Origins"]:
            if stack.name(origin.get("OriginAccessControlId", "")) not in controls:
                faults.append(f"{name}: requests to {origin.get('Id')} are not signed by an origin access control of the stack")
        certificate = stack.source["Resources"][name]["Properties"]["DistributionConfig"].get("ViewerCertificate", {})
        own_certificate = certificate.get("Fn::If", [None, {}])[1]
        faults += differences(f"{name}: ViewerCertificate", own_certificate, {"MinimumProtocolVersion": "TLSv1.2_2021"})
    return faults


def faults_of_connections(stack: Stack, name: str, policy) -> list[str]:
    """The content security policy allows connections to the API, its issuer and the token endpoint, and no others."""
    faults = []
    for whose, given in (("its own pool", {}), ("an external issuer", EXTERNAL_ISSUER)):
        directives = [d.split() for d in stack.resolved(policy, given).split(";")]
        allowed = next((set(d[1:]) for d in directives if d and d[0] == "connect-src"), set())
        addresses = {one: stack.resolved(output(stack, one), given) for one in ("MusterApi", "MusterIssuer", "MusterLogin")}
        needed = {one: "/".join(address.split("/")[:3]) for one, address in addresses.items()}
        faults += [f"{name}: with {whose} the client may not reach {one}, {at}" for one, at in needed.items() if at not in allowed]
        faults += [f"{name}: with {whose} the client may reach {at}" for at in sorted(allowed - {"'self'", *needed.values()})]
    return faults


def faults_of_client(stack: Stack, readme: str, client: str) -> list[str]:
    """The config.json of infra/README.md has the names that the client reads, from existing outputs."""
    outputs = stack.source["Outputs"]
    faults = [f"README.md: there is no output {one}" for one in sorted(set(re.findall(r"output (Muster\w+)", readme)) - set(outputs))]
    command = re.search(r"jq -n (?P<given>[^']*)'\{(?P<names>[^']*)\}' >config\.json", readme)
    if not command:
        return [*faults, "README.md: nothing writes config.json"]
    written = {name.strip(" $").split(":")[0] for name in command["names"].split(",")}
    given = set(re.findall(r"--arg (\w+) ", command["given"]))
    read = set(re.findall(r"text\('(\w+)'\)", client))
    faults += [f"README.md: config.json has {one}, which the client does not read" for one in sorted(written - read)]
    faults += [f"README.md: config.json lacks {one}" for one in sorted((REQUIRED_CONFIG | given) - written)]
    return faults
