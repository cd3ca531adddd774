"""Mistakes in the template that otherwise only AWS or production would find: the checks must find each of them."""

from __future__ import annotations

import json
import logging
import re
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import access
import check
import emulated
import permissions
import prices
import schedules
from code_graph import Code
from stack import TEMPLATE, Stack, read, transformed

logging.disable(logging.WARNING)
SOURCE = TEMPLATE.read_text()
ROTATIONS = SOURCE.index("  RotationsRole:")

# The resources of each part of a template after the transform, by the part's text.
EXPANDED: dict[str, dict] = {}


def stack_of(source: str) -> Stack:
    """The same as `Stack.of`, but faster: transforms only the resources of SAM, in two parts, and each part once."""
    template = read(source)
    made = dict(template["Resources"])
    of_sam = {name: made.pop(name) for name, resource in template["Resources"].items() if resource["Type"].startswith("AWS::Serverless::")}
    routes = [name for name, resource in of_sam.items() if "HttpApi" in json.dumps(resource, default=str)]
    for names in (routes, of_sam.keys() - routes):
        part = template | {"Resources": {name: of_sam[name] for name in sorted(names)}}
        part.pop("Outputs", None)
        key = json.dumps(part, sort_keys=True, default=str)
        if key not in EXPANDED:
            EXPANDED[key] = transformed(part)["Resources"]
        made |= EXPANDED[key]
    return Stack(template, made, template["Parameters"])


class SeededMistakes(unittest.TestCase):
    """The template with one mistake."""

    @classmethod
    def setUpClass(cls):
        cls.code = Code(check.ROOT)
        cls.faults_without_mistake = set(check.own_faults(stack_of(SOURCE), cls.code))

    def new_faults(self, old: str, new: str, start: int = 0) -> list[str]:
        at = SOURCE.index(old, start)
        stack = stack_of(SOURCE[:at] + new + SOURCE[at + len(old) :])
        return sorted(set(check.own_faults(stack, self.code)) - self.faults_without_mistake)

    def expect(self, fault: str, old: str, new: str, start: int = 0):
        found = self.new_faults(old, new, start)
        self.assertTrue(any(re.search(fault, one) for one in found), f"expected {fault!r} among {found}")

    def test_a_template_that_is_transformed_in_parts_gives_the_same_stack(self):
        self.assertEqual(stack_of(SOURCE), Stack.of(SOURCE))

    def test_a_maximum_concurrency_outside_2_to_1000_is_found(self):
        for wrong in ("1", "1001"):
            self.expect("MaximumConcurrency is", "MaximumConcurrency: !Ref RunsAtOnce", f"MaximumConcurrency: {wrong}")
        self.expect("MaximumConcurrency is", "MinValue: 2\n", "MinValue: 1\n")
        self.expect("no MaximumConcurrency", "ScalingConfig: {MaximumConcurrency: !Ref RunsAtOnce}", "ScalingConfig: {}")

    def test_a_reserved_concurrency_below_the_maximum_of_the_queue_is_found(self):
        self.expect("less than its queue may use", "MemorySize: 1769", "MemorySize: 1769\n      ReservedConcurrentExecutions: 5")

    def test_an_event_source_without_partial_batch_failures_is_found(self):
        self.expect("FunctionResponseTypes", "            FunctionResponseTypes: [ReportBatchItemFailures]\n", "")
        self.expect("FunctionResponseTypes", "[ReportBatchItemFailures]", "[ReportBatchItemFailure]")

    def test_differences_between_the_contract_and_the_handlers_are_found(self):
        routes = {route for crate in ("assist", "rotations", "review", "roster") for route in self.code.routes(crate)}
        self.assertEqual(check.faults_of_contract(routes), [])
        faults = check.faults_of_contract(routes - {("GET", "/api/me")} | {("GET", "/api/new")})
        self.assertEqual(len(faults), 2, faults)

    def test_a_visibility_timeout_shorter_than_6_function_timeouts_is_found(self):
        self.expect("less than 6 times", "VisibilityTimeout: 720", "VisibilityTimeout: 719")
        self.expect("less than 6 times", "Timeout: 120", "Timeout: 121")

    def test_a_timeout_that_lambda_or_the_api_does_not_allow_is_found(self):
        self.expect("Timeout is 901 s", "Timeout: 120", "Timeout: 901")
        self.expect("Timeout is 30 s", "Timeout: 29", "Timeout: 30")

    def test_a_schedule_expression_that_the_scheduler_cannot_read_is_found(self):
        self.expect("one of day of the month", "cron(0 * * * ? *)", "cron(0 * * * * *)")
        self.expect("plural for 5", "rate(5 minutes)", "rate(5 minute)")

    def test_a_time_zone_that_does_not_exist_is_found(self):
        self.expect("not a time zone", "ScheduleExpressionTimezone: UTC", "ScheduleExpressionTimezone: America/Indianopolis")

    def test_a_tick_without_dead_letters_or_with_too_many_permissions_is_found(self):
        self.expect("no dead letters", "        DeadLetterConfig: {Arn: !GetAtt TickDeadLetters.Arn}\n", "")
        self.expect(
            "its role may", "Action: lambda:InvokeFunction, Resource: !GetAtt Solve.Arn", "Action: lambda:InvokeFunction, Resource: '*'"
        )

    def test_a_permission_that_no_code_needs_is_found(self):
        self.expect(r"allows dynamodb:Scan on the table", "dynamodb:GetItem", "dynamodb:GetItem, dynamodb:Scan", ROTATIONS)
        self.expect(r"allows dynamodb:\* on the table", "dynamodb:GetItem", "dynamodb:*", ROTATIONS)
        self.expect(r"on \*", "Resource: !GetAtt RotationsLog.Arn", "Resource: '*'")
        self.expect("reads the secrets", "/crossmark/*", "/*")

    def test_a_statement_that_does_not_report_a_missing_secret_as_missing_is_found(self):
        missing = SOURCE.index("- Sid: MissingLoginForCrossmark")
        self.expect("reads missing secrets under", '!Sub "${AWS::StackName}/crossmark/*"', '"*"', missing)
        self.expect("reads missing secrets under", "[secretsmanager:GetSecretValue]", "[secretsmanager:DescribeSecret]", missing)

    def test_a_metric_that_no_code_writes_is_found(self):
        self.expect("NightMissing: no code writes Nights", "MetricName: NightsMissing", "MetricName: Nights")
        self.expect("InDoubt: Solve never writes DoubtAge", "Value: !Ref Sweep", "Value: !Ref Solve", SOURCE.index("  InDoubt:"))
        self.expect("InDoubt: its dimensions", "Name: function,", "Name: FunctionName,", SOURCE.index("  InDoubt:"))
        self.expect("Dashboard: no code writes Latency", '"CrossmarkLatency"', '"Latency"')
        self.expect("Dashboard: searches Submissions by function", "{Muster,function,outcome}", "{Muster,function}")

    def test_a_permission_that_is_missing_is_found(self):
        self.expect("lacks dynamodb:GetItem on the table", "dynamodb:GetItem, ", "", ROTATIONS)
        self.expect("lacks sqs:ReceiveMessage", ", sqs:ReceiveMessage", "")
        self.expect("lacks logs:PutLogEvents", ", logs:PutLogEvents", "")

    def test_a_policy_for_every_leading_key_is_found(self):
        self.expect("is for the keys", "[CLUB#*]", '["*"]', ROTATIONS)

    def test_a_role_of_two_functions_and_a_managed_policy_are_found(self):
        self.expect("more than one function", "Role: !GetAtt ReviewRole.Arn", "Role: !GetAtt SweepRole.Arn")
        policies = "ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess]"
        self.expect("managed policies", "    Properties:\n", f"    Properties:\n      {policies}\n", ROTATIONS)

    def test_a_queue_without_dead_letters_or_with_those_of_another_queue_is_found(self):
        redrive = "      RedrivePolicy: {deadLetterTargetArn: !GetAtt RunDeadLetters.Arn, maxReceiveCount: 5}\n"
        self.expect("has no dead letters", redrive, "")
        self.expect(
            "redrive-allow policy", "deadLetterTargetArn: !GetAtt RunDeadLetters.Arn", "deadLetterTargetArn: !GetAtt SubmitDeadLetters.Arn"
        )
        self.expect("redrive-allow policy", "redrivePermission: byQueue", "redrivePermission: allowAll")

    def test_a_route_that_requires_no_token_and_an_open_route_that_requires_one_are_found(self):
        route = 'Method: GET, Path: "/api/rotations"'
        self.expect("GET /api/rotations: requires no token", route, route + ", Auth: {Authorizer: NONE}")
        health = 'Path: "/api/health"'
        self.expect("GET /api/health: requires a token", health + ", Auth: {Authorizer: NONE}", health)

    def test_a_route_that_would_require_a_token_for_options_requests_is_found(self):
        self.expect("a route for every method", 'Method: GET, Path: "/api/rotations"', 'Method: ANY, Path: "/api/rotations"')

    def test_a_log_group_that_keeps_logs_forever_is_found(self):
        self.expect("kept forever", "      RetentionInDays: !Ref LogRetentionDays\n", "")

    def test_a_table_without_backup_or_protection_is_found(self):
        for old, new in (
            ("PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false"),
            ("DeletionProtectionEnabled: !If [Protects, true, false]", "DeletionProtectionEnabled: false"),
            ("AttributeName: expires", "AttributeName: expired"),
            ("DeletionPolicy: RetainExceptOnCreate", "DeletionPolicy: Delete"),
            # A failed first deployment would leave the table behind, and the next one could not use its name.
            ("DeletionPolicy: RetainExceptOnCreate", "DeletionPolicy: Retain"),
        ):
            self.expect("Table: ", old, new)

    def test_dead_letters_without_an_alarm_and_an_alarm_without_a_topic_are_found(self):
        letters = "Value: !GetAtt RunDeadLetters.QueueName"
        self.expect("no alarm watches .*Visible of RunDead", letters, "Value: !GetAtt SubmitDeadLetters.QueueName")
        self.expect("notifies nobody", "      AlarmActions: [!Ref Notices]\n", "")
        self.expect("not JSON", '{"widgets": [', '{"widgets": ')

    def test_prices_that_differ_from_the_template_are_found(self):
        self.expect("solve has 1769 MB, in the template 2048", "MemorySize: 1769", "MemorySize: 2048")
        self.expect("ALARM_METRICS is 32, in the template 31", "Type: AWS::CloudWatch::Alarm", "Type: AWS::CloudWatch::CompositeAlarm")

    def test_metrics_of_the_code_without_a_price_are_found(self):
        stack = stack_of(SOURCE)
        for function, left in (("Sweep", 20), ("Submit", 16), ("Review", 23)):
            fewer = {name: made for name, made in stack.resources.items() if name != function}
            faults = prices.faults_of_prices(replace(stack, resources=fewer), check.ROOT)
            self.assertIn(f"{prices.PRICES}: METRICS is 24, in the code {left}", faults)

    def test_differences_between_the_template_and_muster_serve_are_found(self):
        self.expect("Trial has a timeout in s of 30, in the template 31", "      Timeout: 30\n", "      Timeout: 31\n")
        self.expect("Assist has a timeout in s of 29, in the template 28", "      Timeout: 29\n", "      Timeout: 28\n")
        self.expect("SubmitQueue has a batch size of 10, in the template 9", "BatchSize: 10", "BatchSize: 9")
        self.expect("TrialQueue has a visibility timeout in s of 180", "VisibilityTimeout: 180", "VisibilityTimeout: 181")
        self.expect("RunQueue has a number of receives of 5, in the template 6", "maxReceiveCount: 5", "maxReceiveCount: 6")
        moved = 'Path: "/api/dashboard"'
        self.expect("GET /api/board is answered by Roster, in the template by Review", moved, 'Path: "/api/board"')
        self.expect("no route of the template is below /api/dashboard of Review", moved, 'Path: "/api/board"')

    def test_an_alarm_that_notifies_late_or_never_is_found(self):
        doubt = SOURCE.index("  InDoubt:")
        for fault, old, new in (
            ("Threshold is 9000", "Threshold: 900", "Threshold: 9000"),
            ("notifies after 3600 s", "Period: 300", "Period: 3600"),
            ("Minimum and not Maximum", "Statistic: Maximum", "Statistic: Minimum"),
            ("ComparisonOperator is Less", "GreaterThanThreshold", "LessThanThreshold"),
            ("no alarm watches Muster DoubtAge", "MetricName: DoubtAge", "MetricName: Submissions"),
        ):
            self.expect(fault, old, new, doubt)
        self.expect("watches .* of Queue and not QueueName", "Name: QueueName", "Name: Queue", SOURCE.index("  RunDead:"))
        self.expect(
            "TreatMissingData is notBreaching",
            "TreatMissingData: breaching",
            "TreatMissingData: notBreaching",
            SOURCE.index("  SweepStill:"),
        )
        self.expect("no alarm watches AWS/Lambda Errors of every function", " + FILL(sweep, 0)", "")

    def test_a_tick_that_is_too_rare_or_retried_for_hours_is_found(self):
        self.expect("the scheduler invokes", "cron(0 * * * ? *)", "cron(0 3 * * ? *)")
        self.expect("the scheduler invokes", "rate(5 minutes)", "rate(5 hours)")
        self.expect(
            "may retry it for hours",
            "EventInvokeConfig: {MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 1800}",
            "EventInvokeConfig: {}",
        )

    def test_too_little_memory_too_large_batches_and_too_long_retention_are_found(self):
        for solver in ("Solve", "Trial"):
            resource = SOURCE.index(f"  {solver}:\n")
            self.expect(f"{solver}: has 1024 MB", "MemorySize: 1769", "MemorySize: 1024", resource)
            self.expect("one at a time", "BatchSize: 1\n", "BatchSize: 10\n", resource)
        self.expect("keeps the age of its message", "MessageRetentionPeriod: 345600", "MessageRetentionPeriod: 1209600")

    def test_a_role_that_others_may_assume_is_found(self):
        self.expect("Statement is", "Principal: {Service: lambda.amazonaws.com}", 'Principal: {AWS: "*"}')
        self.expect(
            "Statement is",
            "            Condition: {StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}\n",
            "",
            SOURCE.index("  HourlyTickRole:"),
        )

    def test_a_site_that_is_public_or_without_security_headers_is_found(self):
        for fault, old, new in (
            ("PublicAccessBlockConfiguration", "BlockPublicPolicy: true", "BlockPublicPolicy: false"),
            ("expected a service of AWS", "Principal: {Service: cloudfront.amazonaws.com}", 'Principal: "*"'),
            (
                "Site: may be reached without TLS",
                "Condition: {Bool: {aws:SecureTransport: false}}",
                "Condition: {Bool: {aws:SecureTransport: true}}",
            ),
            ("ViewerProtocolPolicy", "redirect-to-https", "allow-all"),
            ("no security headers", "          ResponseHeadersPolicyId: !Ref SiteHeaders\n", ""),
            ("allows too much", "default-src 'self';", "default-src 'self' *;"),
            ("may not reach MusterIssuer", "${Issuer} ${Login};", "${Login};"),
            ("with an external issuer the client may not reach MusterLogin", "- !Ref LoginOrigin\n", '- ""\n'),
            ("the client may reach https://elsewhere.example", "${Issuer} ${Login};", "${Issuer} ${Login} https://elsewhere.example;"),
            ("lacks frame-ancestors", "frame-ancestors 'none'", "frame-ancestors 'self'"),
            ("FrameOptions is", "FrameOption: DENY", "FrameOption: SAMEORIGIN"),
        ):
            self.expect(fault, old, new, SOURCE.index("  Site:\n"))

    def test_a_queue_that_accepts_requests_without_tls_is_found(self):
        self.expect("RunQueue: may be reached without TLS", "Queues: [!Ref RunQueue, ", "Queues: [")
        self.expect("TlsOnly is neither", "Effect: Deny", "Effect: deny", SOURCE.index("  QueuesOverTls:"))

    def test_tokens_without_an_audience_and_wrong_cors_settings_are_found(self):
        self.expect("jwtConfiguration", "              audience: [!If [OwnPool, !Ref PeopleClient, !Ref Audience]]\n", "")
        self.expect(
            "AllowOrigins", 'AllowOrigins: [!If [OwnDomain, !Sub "https://${SiteDomain}", !Ref ClientOrigin]]', 'AllowOrigins: ["*"]'
        )
        self.expect("AllowHeaders", ", if-match", "")
        self.expect("AllowMethods", "[GET, POST, PUT, DELETE]", "[GET, POST]")

    def test_a_user_pool_with_self_registration_or_weak_passwords_is_found(self):
        self.expect("AdminCreateUserConfig", "AllowAdminCreateUserOnly: true", "AllowAdminCreateUserOnly: false")
        self.expect("a password may have 6", "MinimumLength: 14", "MinimumLength: 6")
        self.expect("ExplicitAuthFlows", "[ALLOW_REFRESH_TOKEN_AUTH]", "[ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH]")
        self.expect("may write their own email", "[locale]", "[locale, email]")
        self.expect("may write their own email", "      WriteAttributes: [locale]\n", "")
        self.expect("DeletionProtection is", "[Protects, ACTIVE, INACTIVE]", "[Protects, INACTIVE, ACTIVE]")

    def test_a_readme_whose_config_differs_from_what_the_client_reads_is_found(self):
        root = check.ROOT
        readme, client = ((root / file).read_text() for file in ("infra/README.md", "web/src/lib/config.ts"))
        stack = stack_of(SOURCE)
        self.assertEqual(access.faults_of_client(stack, readme, client), [])
        for old, new, fault in (
            ("client_id", "client", "lacks client_id"),
            ("client_id", "client", "has client, which the client does not read"),
            ("output MusterClient)", "output MusterClientId)", "no output MusterClientId"),
            (">config.json", ">settings.json", "nothing writes config.json"),
        ):
            found = access.faults_of_client(stack, readme.replace(old, new), client)
            self.assertTrue(any(fault in one for one in found), f"expected {fault!r} among {found}")

    def test_a_template_without_a_property_that_a_check_reads_is_found(self):
        self.expect("lacks something that this check reads", "        RoleArn: !GetAtt HourlyTickRole.Arn\n", "")

    def test_a_setting_that_the_code_does_not_know_is_found(self):
        self.expect("MUSTER_TABEL is not a setting", "MUSTER_TABLE:", "MUSTER_TABEL:")
        self.expect("is not given MUSTER_TABLE", "MUSTER_TABLE:", "MUSTER_TABEL:")

    def test_a_parameter_without_a_description_and_an_unknown_parameter_are_found(self):
        self.expect("without a description", "    Description: Where the Crossmark API is, without a slash at the end.\n", "")
        self.expect("there is no parameter FirstClub", "  FirstClub:", "  OneClub:")

    def test_cfn_lint_finds_mistakes_in_the_transformed_template(self):
        source = SOURCE
        for old, new in (
            ("MaximumConcurrency: !Ref RunsAtOnce", "MaximumConcurrency: 1001"),
            ("Timeout: 120", "Timeout: 901"),
            ("FunctionResponseTypes: [ReportBatchItemFailures]", "FunctionResponseTypes: [ReportBatchItemFailure]"),
        ):
            source = source.replace(old, new, 1)
        found = "\n".join(check.faults_of_lint(stack_of(source)))
        for fault in ("1001 is greater than the maximum", "901 is greater than the maximum", "'ReportBatchItemFailure' is not one of"):
            self.assertIn(fault, found)


class Schedules(unittest.TestCase):
    def test_an_expression_is_valid_if_the_scheduler_accepts_it(self):
        for expression in (
            "rate(1 hour)", "rate(5 minutes)", "rate(30 days)", "at(2026-11-22T05:00:00)", "cron(0 * * * ? *)",
            "cron(15 10 ? * MON-FRI *)", "cron(0/15 8-18 L * ? 2026-2030)", "cron(0 10 ? * 2#1 *)", "cron(0 9 3W JAN,JUL ? *)",
        ):  # fmt: skip
            self.assertIsNone(schedules.fault_of_expression(expression), expression)
        for expression in (
            "", "hourly", "rate(1 hours)", "rate(0 minutes)", "rate(5 minute)", "rate(1.5 hours)", "rate(10 seconds)", "rate(5  minutes)",
            "at(2026-13-01T00:00:00)", "cron(0 * * * ?)", "cron(0 * * * * *)", "cron(0 * ? * ? *)", "cron(60 * * * ? *)",
            "cron(0 24 * * ? *)", "cron(0 0 32 * ? *)", "cron(0 0 ? 13 MON *)", "cron(0 0 ? * 0 *)", "cron(0 0 ? * MONDAY *)",
            "cron(0/0 * * * ? *)", "cron(0 18-8 * * ? *)", "cron(0 0 ? * 2#6 *)", "cron(0 0 1,? * ? *)", "cron(0 0 * * ? 1969)",
        ):  # fmt: skip
            self.assertIsNotNone(schedules.fault_of_expression(expression), expression)


class Graph(unittest.TestCase):
    """The graph of calls of a small workspace."""

    FILES = {
        "Cargo.toml": '[workspace]\n[workspace.dependencies]\nstore = { path = "shared/store" }\nruntime = { path = "shared/runtime" }\n',
        "shared/store/Cargo.toml": '[package]\nname = "store"\n',
        "shared/store/src/lib.rs": """
            pub struct Club { table: Table }
            enum Write { Put(Item), Gone(Key) }
            struct Changes { writes: Vec<Write> }
            impl Changes {
                fn replace(&mut self, item: Item) { self.writes.push(Write::Put(item)); }
                fn remove(&mut self, key: Key) { self.writes.push(Write::Gone(key)); }
            }
            impl Write {
                fn action(self) -> Action {
                    match self { Write::Put(i) => Put::builder().build(i), Write::Gone(k) => Delete::builder().build(k) }
                }
            }
            impl Club {
                pub async fn show(&self, key: &Key) { self.get(key).await }
                pub async fn save(&self, item: Item) { let mut changes = Changes::new(); changes.replace(item); self.commit(changes).await }
                pub async fn forget(&self, key: Key) { let mut changes = Changes::new(); changes.remove(key); self.commit(changes).await }
                pub async fn list(&self) { self.query(Slice::whole().through(Index::Open)).await }
                async fn commit(&self, changes: Changes) {
                    self.table.client.transact_write_items().items(changes.writes.into_iter().map(Write::action)).send().await
                }
                async fn get(&self, key: &Key) { self.table.client.get_item().send().await }
                async fn query(&self, slice: Slice) { self.table.client.query().index(slice).send().await }
            }
            #[cfg(test)]
            mod tests { fn t(club: Club) { club.list(); } }
        """,
        "shared/runtime/Cargo.toml": '[package]\nname = "runtime"\n',
        "shared/runtime/src/lib.rs": """
            pub struct Run;
            impl Message for Run { const QUEUE: &'static str = "MUSTER_RUN_QUEUE"; const DEAD_LETTERS: &'static str = "MUSTER_RUN_DLQ"; }
            impl Environment { pub fn queue<M: Message>(&self) -> Queue<M> { Queue::new(self.required(M::QUEUE)) } }
            impl<M> Queue<M> { pub async fn send(&self, messages: &[M]) { self.client.send_message_batch().send().await } }
            pub struct Caller;
            impl FromRequestParts for Caller {
                async fn from_request_parts(parts: &mut Parts) -> Caller { parts.secrets.get_secret_value().send().await }
            }
        """,
        "functions/show/Cargo.toml": '[package]\nname = "show"\n[dependencies]\nstore.workspace = true\nruntime.workspace = true\n',
    }

    def needs(self, main: str) -> set[tuple[str, str]]:
        with tempfile.TemporaryDirectory() as folder:
            for name, content in (self.FILES | {"functions/show/src/lib.rs": main}).items():
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content)
            found = permissions.needs(Code(Path(folder)), "show")
        return {(action.split(":")[1], where.replace(permissions.TABLE, "table")) for action, where in found.permissions}

    def test_a_function_needs_the_permissions_of_the_calls_that_it_reaches_and_no_others(self):
        for main, expected in (
            ("fn nothing() {}", set()),
            ("fn show(club: Club) { club.show(key) }", {("GetItem", "table")}),
            ("fn save(club: Club) { club.save(item) }", {("PutItem", "table")}),
            ("fn forget(club: Club) { club.forget(key) }", {("DeleteItem", "table")}),
            ("fn list(club: Club) { tokio::join!(club.list(), other()) }", {("Query", "table"), ("Query", "table's index open")}),
            ("fn map(found: HashMap<K, V>) { found.get(key); found.remove(key); found.replace(x); }", set()),
            ("fn wake(e: Environment) { let q = e.queue::<Run>(); q.send(&[run]) }", {("SendMessage", "MUSTER_RUN_QUEUE")}),
            ("fn hold(e: Environment) { let q = e.queue::<Run>(); }", set()),
            ("async fn handler(caller: Caller) {}", {("GetSecretValue", "the secret")}),
            ("#[cfg(test)] mod tests { fn t(club: Club) { club.show(key) } }", set()),
        ):
            self.assertEqual(self.needs(main), expected, main)


class EmulatedStack(unittest.TestCase):
    def test_the_emulated_stack_has_every_route_of_the_template_and_the_same_routes_without_a_token(self):
        made = emulated.deployable_template(SOURCE, 4566, {"ClientOrigin": "http://localhost:8080"})["Resources"]
        routes = {r["Properties"]["RouteKey"]: r["Properties"] for r in made.values() if r["Type"] == "AWS::ApiGatewayV2::Route"}
        body = next(iter(stack_of(SOURCE).of_type("AWS::ApiGatewayV2::Api").values()))["Body"]
        self.assertEqual(set(routes), {f"{method.upper()} {path}" for path, methods in body["paths"].items() for method in methods})
        without = {key.split()[1] for key, route in routes.items() if route.get("AuthorizationType") != "JWT"}
        self.assertEqual(without, check.OPEN_ROUTES | check.PROTOCOL_OPEN)
        kinds = {r["Type"] for r in made.values()} - {f"AWS::ApiGatewayV2::{one}" for one in ("Authorizer", "Integration", "Route")}
        # The policy that is left out only requires TLS for queues.
        self.assertEqual(kinds | {"AWS::SQS::QueuePolicy"}, {r["Type"] for r in stack_of(SOURCE).resources.values()})


class Packages(unittest.TestCase):
    def test_differences_between_a_package_and_the_graph_of_calls_are_found(self):
        needed = permissions.Needs(verbs={"get_item", "send_message_batch"})
        for program, expected in (
            (b"..DynamoDB_20120810.GetItemvalid..AmazonSQS.SendMessageBatchevent", []),
            (
                b"DynamoDB_20120810.GetItem AmazonSQS.SendMessageBatch Publish2010-03-31",
                ["Show: its package can publish, which the graph of its calls misses"],
            ),
            (b"..DynamoDB_20120810.GetItem..", ["Show: its package cannot send_message_batch, which the graph of its calls counts"]),
            (
                b"DynamoDB_20120810.GetItem AmazonSQS.SendMessageBatch DynamoDB_20120810.Scan",
                ["Show: its package can scan, which the graph of its calls misses"],
            ),
            (
                b"DynamoDB_20120810.GetItem AmazonSQS.SendMessageBatch AmazonSQS.TagQueue",
                ["Show: its package has an operation that permissions.py does not know: AmazonSQS.TagQueue"],
            ),
        ):
            self.assertEqual(permissions.faults_of_package("Show", program, needed), expected, program)


if __name__ == "__main__":
    unittest.main()
