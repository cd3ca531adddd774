"""A morning on the deployed stack: runs the commands of infra/README.md unchanged in an emulated AWS.

`drive.py PROGRAMS WORK` takes the programs (`muster` and those of the functions) from the first folder, and writes to the
second. It exits with 1 if a check fails.
"""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from place import FUNCTIONS, STACK, CheckFailed, Cloud, call, check, cloud, until

PERSON = "somebody@example.com"  # as infra/README.md names them
FIRST_PASSWORD, PASSWORD = "the-first-one-by-mail", "one-that-they-chose-themselves"
# In the format that the simulator accepts.
LOGIN = {"user": "muster", "password": "local-only"}
PLACED = ("newly_scheduled", "swaps")
PAGES = ["today", "review", "calendar", "events", "team", "rotations", "submissions", "history", "settings"]
EVERY_MINUTE = "rate(1 minute)"


def main(programs: Path, work: Path) -> int:
    logging.disable(logging.WARNING)
    # A handler makes SIGTERM end the blocks that stop the started processes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    club = generated_club(programs)
    try:
        for name, twice in (("once", False), ("twice", True)):
            with cloud(work / name, programs, club) as place:
                Morning(place, twice).run()
    except CheckFailed as failure:
        say(f"{failure}\nthe logs are in {work}")
        return 1
    say(f"all checks of the stack pass, after {time.monotonic() - began:.0f} s")
    return 0


def say(text: str):
    print(text, flush=True)


def generated_club(programs: Path) -> dict:
    """A generated club at today's date, with the id that the README's commands name."""
    today = datetime.now(ZoneInfo("America/Indiana/Indianapolis")).date()
    command = [str(programs / "muster"), "generate", "--seed", "13", "--employees", "12", "--events", "60", "--today", str(today)]
    club = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    club["club"]["id"] = "8135"
    return club


class Morning:
    """One morning of one club on a stack of its own. With `twice`, every message is delivered twice."""

    def __init__(self, place: Cloud, twice: bool):
        self.place, self.twice = place, twice
        self.token = ""
        self.zone = ZoneInfo(place.snapshot["club"]["time_zone"])

    def run(self):
        say(f"== a morning on the stack{', with each message delivered twice' if self.twice else ''}")
        self.place.upload_packages()
        if not self.twice:
            self.fail_first_deployment()
        self.deploy()
        with self.place.site() as site:
            self.sign_in(site)
            self.load_first_club()
            before = {effect["id"]: effect for effect in self.place.ledger()}
            run = self.propose()
            self.ask_and_try()
            self.open_pages_and_sign_out()
            if not self.twice:
                self.recall(run)
                self.redrive(run)
            self.approve_all(run)
            self.check_ledger(before)
        self.check_logs()

    # ---- the deployment

    def fail_first_deployment(self):
        """Checks that a failed first deployment leaves no resources."""
        say("a first deployment that fails, and is rolled back")
        template = self.place.template(self.parameters())
        # The broken resource is created after all others.
        others = [name for name, resource in template["Resources"].items() if "Condition" not in resource]
        broken = {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {"Namespace": "Muster", "MetricName": "DoubtAge"},
            "DependsOn": others,
        }
        template["Resources"]["Broken"] = broken
        ended = self.place.deploy(template, self.parameters())
        check(ended == "ROLLBACK_COMPLETE", f"a broken deployment ended as {ended}")
        self.place.client("cloudformation").delete_stack(StackName=STACK)
        check(self.place.client("dynamodb").list_tables()["TableNames"] == [], "a failed first deployment leaves its table")
        check(self.place.client("secretsmanager").list_secrets()["SecretList"] == [], "a failed first deployment leaves its secret")

    def parameters(self) -> dict[str, str]:
        return {"CrossmarkUrl": self.place.simulator, "FirstClub": "8135", "ClientOrigin": f"http://localhost:{self.place.site_port}"}

    def deploy(self):
        say("the deployment, and the first steps after it")
        place = self.place
        ended = place.deploy(place.template(self.parameters()), self.parameters())
        check(ended == "CREATE_COMPLETE", f"the deployment ended as {ended}: {place.failed_resources()}")
        for name in ("login.json", "login-8136.json"):
            (place.work / name).write_text(json.dumps(LOGIN))
        place.run_readme("put-secret-value --secret-id $STACK/crossmark --secret-string file://login.json && rm login.json\naws")
        place.run_readme("admin-create-user")
        # The e-mail with the first password is not delivered.
        cognito = place.client("cognito-idp")
        cognito.admin_set_user_password(UserPoolId=place.output("MusterPeople"), Username=PERSON, Password=FIRST_PASSWORD, Permanent=False)
        place.run_readme(">config.json")
        self.set_schedule("sweep", EVERY_MINUTE)

    def set_schedule(self, name: str, expression: str) -> str:
        """Changes a schedule's expression, because the template's intervals are too long. Returns the previous one."""
        scheduler = self.place.client("scheduler")
        found = scheduler.get_schedule(Name=f"{STACK}-{name}")
        scheduler.update_schedule(**{key: found[key] for key in ("Name", "FlexibleTimeWindow", "Target")}, ScheduleExpression=expression)
        return found["ScheduleExpression"]

    # ---- sign-in

    def sign_in(self, site: str):
        say("a person signs in")
        self.visits = {"site": site, "person": PERSON, "profile": str(self.place.work / "profile")}
        self.token = self.place.browser("sign in", **self.visits, password=FIRST_PASSWORD, next=PASSWORD)["token"]
        check(call("GET", f"{self.place.output('MusterApi')}/api/me").status == 401, "a request without a token was accepted")
        me = self.api("GET", "/api/me").expect(200)
        roles = [(club["club_id"], club["role"]) for club in me["clubs"]]
        check(roles == [("8135", "admin")], f"the person's clubs are {me['clubs']}")
        check(me["who"] == PERSON and me["id"] not in ("", PERSON), f"the person is {me}")

    def api(self, method: str, path: str, body=None):
        return call(method, self.place.output("MusterApi") + path, body, {"Authorization": f"Bearer {self.token}"})

    def load_first_club(self):
        say("the first club: people by import, events and people's numbers by refresh")
        people = [{k: v for k, v in person.items() if k != "rep_id"} for person in self.place.snapshot["employees"]]
        club = {k: v for k, v in self.place.snapshot["club"].items() if k != "location_id"}
        (self.place.work / "club.json").write_text(
            json.dumps(self.place.snapshot | {"club": club, "employees": people, "events": [], "posted": []})
        )
        self.place.run_readme("@club.json", TOKEN=self.token)
        check(self.api("GET", "/api/events").expect(200)["items"] == [], "there are events before a refresh")
        hourly = self.set_schedule("refresh", EVERY_MINUTE)
        until("the refresh brings events", lambda: self.api("GET", "/api/events?limit=1").expect(200)["items"])
        self.set_schedule("refresh", hourly)
        found = self.api("GET", "/api/employees?limit=500").expect(200)["items"]
        without = [person["id"] for person in found if person["active"] and person["rep_id"] is None]
        check(found != [] and without == [], f"people without a number at Crossmark: {without}")

    # ---- the work

    def propose(self) -> str:
        say("a run and its proposal")
        with self.delivered("run", "solve"):
            run = self.api("POST", "/api/auto-schedule/run", {"run_type": "manual", "emergency": False}).expect(202)["run_id"]

        def status() -> str:
            return self.api("GET", f"/api/auto-schedule/status/{run}").expect(200)["status"]

        ended = until("the run ends", lambda: None if status() in ("queued", "running") else status())
        check(ended == "completed", f"the run ended as {ended}")
        check(len(self.lines()) > 20, f"the run proposed {len(self.lines())} lines")
        return run

    def ask_and_try(self):
        say("a question, and a trial")
        answer = self.api("POST", "/api/ask", {"text": "who is free tomorrow"}).expect(200)
        check(answer["answer"] is not None, f"the question is not answered: {answer}")
        trial = self.api("POST", "/api/trials", {"change": {"buffer_days": 0}}).expect(202)["trial_id"]

        def status() -> str:
            return self.api("GET", f"/api/trials/{trial}").expect(200)["status"]

        ended = until("the trial ends", lambda: None if status() in ("queued", "running") else status())
        check(ended == "done", f"the trial ended as {ended}")

    def lines(self) -> list[dict]:
        pending = self.api("GET", "/api/auto-schedule/pending").expect(200)
        return [line for part in PLACED for line in pending[part]]

    def line(self, line: str) -> dict:
        return self.api("GET", f"/api/pending-schedule/{line}").expect(200)

    def independent_line(self) -> str:
        """The id of a proposed line without dependencies."""
        return next(line["id"] for line in self.lines() if line["status"] == "proposed" and not line["pair"] and line["depends_on"] == [])

    def recall(self, run: str):
        say("a recall")
        line = self.independent_line()
        approved = self.api("POST", "/api/auto-schedule/approve", {"run_id": run, "lines": [line]}).expect(202)
        done = self.api("POST", "/api/auto-schedule/recall", {"approval_id": approved["approval_id"]}).expect(200)
        check(done["recalled"] == [line] and done["too_late"] == [], f"the answer to the recall is {done}")
        check(self.line(line)["status"] == "proposed", "a recalled line is not proposed")

    def redrive(self, run: str):
        say("a malformed message, and a dead letter of a group that the command line redrives")
        line = self.independent_line()
        sqs, queue, letters = (self.place.client("sqs"), *(self.place.output(f"MusterSubmit{kind}") for kind in ("Queue", "Dlq")))
        sqs.send_message(QueueUrl=queue, MessageBody="{no JSON")
        with self.paused("submit"):
            self.api("POST", "/api/auto-schedule/approve", {"run_id": run, "lines": [line]}).expect(202)
            message = until("the message of the group is there", lambda: self.receive(queue, "{no JSON"))
            self.send(letters, message)
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        listed = until("both are dead letters", lambda: (text := self.place.muster("dlq list")).count(" submit") > 1 and text)
        check("it cannot be read" in listed, f"the malformed message is not listed:\n{listed}")
        self.place.muster("dlq redrive --all")
        until("the redriven line is accepted", lambda: self.line(line)["status"] == "api_submitted")
        until("the malformed message is a dead letter again", lambda: "it cannot be read" in self.place.muster("dlq list"))
        sqs.purge_queue(QueueUrl=letters)

    def approve_all(self, run: str):
        say("an approval of all lines")
        with self.delivered("submit", "submit"):
            approved = self.api("POST", "/api/auto-schedule/approve", {"run_id": run}).expect(202)
        check(approved["queued"] > 0 and approved["refused"] == [], f"the answer to the approval is {approved}")
        until("no line is in submission", lambda: self.api("GET", "/api/submissions").expect(200)["items"] == [])
        left = [line["id"] for line in self.lines() if line["status"] != "api_submitted"]
        check(left == [], f"not accepted: {left}")

    def check_ledger(self, before: dict[int, dict]):
        """Checks that Crossmark has the initial schedules and those of the lines, and that none was created twice."""
        expected = {e["mPlanID"]: (e["id"], e["RepID"], e["Start"]) for e in before.values()}
        numbers = {one["id"]: one["rep_id"] for one in self.api("GET", "/api/employees?limit=500").expect(200)["items"]}
        made = 0
        for line in self.lines():
            expected.pop(line["event_ref_num"], None)
            if line["kind"] != "dropped":
                start = datetime.fromisoformat(line["schedule_datetime"]).replace(tzinfo=self.zone)
                expected[line["event_ref_num"]] = (line["scheduled_event_id"], numbers[line["employee_id"]], start.isoformat())
                made += 1
        ledger = self.place.ledger()
        current = {e["mPlanID"]: (e["id"], e["RepID"], e["Start"]) for e in ledger if e["deleted_at"] is None}
        wrong = {event: (current.get(event), one) for event, one in expected.items() if current.get(event) != one}
        check(current == expected, f"Crossmark has {len(current)} schedules, expected {len(expected)}; the different ones: {wrong}")
        check(len(ledger) == len(before) + made, f"Crossmark created {len(ledger) - len(before)} schedules for {made} lines")
        say(f"the ledger is exact: {made} lines")

    # ---- the queues

    def mapping(self, function: str) -> str:
        mappings = self.place.client("lambda").list_event_source_mappings(FunctionName=f"{STACK}-{function}")["EventSourceMappings"]
        return mappings[0]["UUID"]

    def paused(self, function: str):
        return PausedQueue(self.place.client("lambda"), self.mapping(function))

    def receive(self, queue: str, but: str = "") -> dict | None:
        """Receives a message. None if no message is visible, or if its body is `but`."""
        found = (
            self.place.client("sqs")
            .receive_message(
                QueueUrl=queue, MaxNumberOfMessages=1, VisibilityTimeout=60, MessageAttributeNames=["All"], AttributeNames=["All"]
            )
            .get("Messages", [])
        )
        return next((message for message in found if message["Body"] != but), None)

    def send(self, queue: str, message: dict):
        self.place.client("sqs").send_message(
            QueueUrl=queue, MessageBody=message["Body"], MessageAttributes=message.get("MessageAttributes", {})
        )

    def delivered(self, queue: str, function: str):
        """A block whose messages to a queue are delivered twice if `twice` is set, else once."""
        return DoubledQueue(self, queue, function) if self.twice else PausedQueue(None, "")

    # ---- the end

    def open_pages_and_sign_out(self):
        say("the person signs in again, opens the pages, and signs out")
        seen = self.place.browser("open pages and sign out", **self.visits, password=PASSWORD, pages=PAGES)
        check(seen["pages"] == PAGES, f"of {PAGES} only {seen['pages']} have no alert")
        check(
            any(key.startswith("muster.") for key in seen["before"]["tab"]) and seen["before"]["answers"] != [],
            f"the browser stores nothing: {seen}",
        )
        check(seen["after"] == {"tab": [], "answers": []}, f"after signing out the browser stores {seen['after']}")

    def check_logs(self):
        """Checks that no invocation failed, logged an error, timed out, or was denied access."""
        log = (self.place.work / "emulator.log").read_text(errors="replace")
        errors = [line for line in log.splitlines() if "failed processing" in line or "Scheduler dispatch error" in line]
        logs = self.place.client("logs")
        for name in FUNCTIONS:
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{STACK}-{name}")
            messages = [event["message"] for page in pages for event in page["events"]]
            check(messages != [], f"{name} was never invoked")
            # The test sent the malformed message itself.
            messages = [text for text in messages if "goes to the dead-letter queue: it cannot be read" not in text]
            errors += [
                f"{name}: {text}" for text in messages if '"level":"ERROR"' in text or "AccessDenied" in text or "Task timed out" in text
            ]
        check(errors == [], "\n".join(errors[:5]))


class PausedQueue:
    """For the duration of a block, a function does not read its queue. Does nothing without a client."""

    def __init__(self, functions, mapping: str):
        self.functions, self.mapping = functions, mapping

    def __enter__(self):
        if self.functions:
            self.functions.update_event_source_mapping(UUID=self.mapping, Enabled=False)

    def __exit__(self, *_):
        if self.functions:
            self.functions.update_event_source_mapping(UUID=self.mapping, Enabled=True)


class DoubledQueue(PausedQueue):
    """At the end of a block, each message of the queue is duplicated before the function reads it."""

    def __init__(self, morning: Morning, queue: str, function: str):
        super().__init__(morning.place.client("lambda"), morning.mapping(function))
        self.morning, self.queue = morning, morning.place.output(f"Muster{queue.title()}Queue")

    def __exit__(self, *raised):
        sqs = self.morning.place.client("sqs")

        def counts() -> list[int]:
            names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
            attributes = sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=names)["Attributes"]
            return [int(attributes[name]) for name in names]

        if raised[0] is None:
            until("the messages are visible", lambda: (found := counts())[0] > 0 and found[1] == 0)
            received = [self.morning.receive(self.queue) for _ in range(counts()[0])]
            for message in filter(None, received):
                self.morning.send(self.queue, message)
                sqs.change_message_visibility(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
        super().__exit__(*raised)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
