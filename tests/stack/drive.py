"""A morning on the deployed stack: runs the commands of infra/README.md unchanged in an emulated AWS.

`drive.py PROGRAMS WORK` takes the programs (muster and the functions') from the first folder and writes to the second. It
exits with 1 if a check fails.
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

from place import FUNCTIONS, STACK, Cloud, Failed, call, cloud, must, until

PERSON = "somebody@example.com"  # as infra/README.md names them
FIRST_PASSWORD, PASSWORD = "the-first-one-by-mail", "one-that-they-chose-themselves"
# In the format that the simulator accepts.
LOGIN = {"user": "muster", "password": "local-only"}
PLACED = ("newly_scheduled", "swaps")
PAGES = ["today", "review", "calendar", "events", "team", "rotations", "submissions", "history", "settings"]
EVERY_MINUTE = "rate(1 minute)"


def main(programs: Path, work: Path) -> int:
    logging.disable(logging.WARNING)
    # On exit, end the processes that were started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    club = made_club(programs)
    try:
        for name, twice in (("once", False), ("twice", True)):
            with cloud(work / name, programs, club) as place:
                Morning(place, twice).pass_by()
    except Failed as failed:
        say(f"{failed}\nthe logs are in {work}")
        return 1
    say(f"the stack holds, after {time.monotonic() - began:.0f} s")
    return 0


def say(words: str):
    print(words, flush=True)


def made_club(programs: Path) -> dict:
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

    def pass_by(self):
        say(f"== a morning on the stack{', every message delivered twice' if self.twice else ''}")
        self.place.upload_packages()
        if not self.twice:
            self.a_failed_first_deployment_leaves_nothing()
        self.deployed()
        with self.place.site() as site:
            self.signed_in(site)
            self.first_club_loaded()
            before = {effect["id"]: effect for effect in self.place.ledger()}
            run = self.proposed()
            self.looked_at_and_left(site)
            if not self.twice:
                self.recalled(run)
                self.redriven(run)
            self.all_accepted(run)
            self.ledger_is_exact(before, run)
        self.nothing_failed()

    # ---- the deployment

    def a_failed_first_deployment_leaves_nothing(self):
        say("a first deployment that fails, and is taken back")
        template = self.place.template(self.parameters())
        # The broken resource is created last, when everything else exists.
        everything = [name for name, said in template["Resources"].items() if "Condition" not in said]
        broken = {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {"Namespace": "Muster", "MetricName": "DoubtAge"},
            "DependsOn": everything,
        }
        template["Resources"]["Broken"] = broken
        ended = self.place.deploy(template, self.parameters())
        must(ended == "ROLLBACK_COMPLETE", f"a broken deployment ended as {ended}")
        self.place.client("cloudformation").delete_stack(StackName=STACK)
        must(self.place.client("dynamodb").list_tables()["TableNames"] == [], "a failed first deployment leaves its table")
        must(self.place.client("secretsmanager").list_secrets()["SecretList"] == [], "a failed first deployment leaves its secret")

    def parameters(self) -> dict[str, str]:
        return {"CrossmarkUrl": self.place.simulator, "FirstClub": "8135", "ClientOrigin": f"http://localhost:{self.place.site_port}"}

    def deployed(self):
        say("the deployment, and what is done once after it")
        place = self.place
        ended = place.deploy(place.template(self.parameters()), self.parameters())
        must(ended == "CREATE_COMPLETE", f"the deployment ended as {ended}: {place.why_not()}")
        for name in ("login.json", "login-8136.json"):
            (place.work / name).write_text(json.dumps(LOGIN))
        place.readme("put-secret-value --secret-id $STACK/crossmark --secret-string file://login.json && rm login.json\naws")
        place.readme("admin-create-user")
        # The e-mail with the first password is not delivered.
        cognito = place.client("cognito-idp")
        cognito.admin_set_user_password(UserPoolId=place.output("MusterPeople"), Username=PERSON, Password=FIRST_PASSWORD, Permanent=False)
        place.readme(">config.json")
        self.tick("sweep", EVERY_MINUTE)

    def tick(self, name: str, expression: str) -> str:
        """Changes a schedule's expression, because the template's intervals are too long. Returns the previous one."""
        scheduler = self.place.client("scheduler")
        found = scheduler.get_schedule(Name=f"{STACK}-{name}")
        scheduler.update_schedule(**{key: found[key] for key in ("Name", "FlexibleTimeWindow", "Target")}, ScheduleExpression=expression)
        return found["ScheduleExpression"]

    # ---- sign-in

    def signed_in(self, site: str):
        say("a person signs in")
        self.visits = {"site": site, "person": PERSON, "profile": str(self.place.work / "profile")}
        self.token = self.place.browser("sign in", **self.visits, password=FIRST_PASSWORD, next=PASSWORD)["token"]
        must(call("GET", f"{self.place.output('MusterApi')}/api/me").status == 401, "somebody came in without a token")
        me = self.api("GET", "/api/me").expect(200)
        must(me["clubs"] == [{"club_id": "8135", "role": "admin"}], f"their clubs are {me['clubs']}")
        must(me["who"] == PERSON and me["id"] not in ("", PERSON), f"they are known as {me}")

    def api(self, method: str, path: str, body=None):
        return call(method, self.place.output("MusterApi") + path, body, {"Authorization": f"Bearer {self.token}"})

    def first_club_loaded(self):
        say("the first club: its people by hand, events and numbers by refresh")
        people = [{k: v for k, v in person.items() if k != "rep_id"} for person in self.place.snapshot["employees"]]
        club = {k: v for k, v in self.place.snapshot["club"].items() if k != "location_id"}
        (self.place.work / "club.json").write_text(
            json.dumps(self.place.snapshot | {"club": club, "employees": people, "events": [], "posted": []})
        )
        self.place.readme("@club.json", TOKEN=self.token)
        must(self.api("GET", "/api/events").expect(200)["items"] == [], "there are events before a refresh")
        hourly = self.tick("refresh", EVERY_MINUTE)
        until("the refresh brings events", lambda: self.api("GET", "/api/events?limit=1").expect(200)["items"])
        self.tick("refresh", hourly)
        found = self.api("GET", "/api/employees?limit=500").expect(200)["items"]
        without = [person["id"] for person in found if person["active"] and person["rep_id"] is None]
        must(found != [] and without == [], f"without a number of Crossmark: {without}")

    # ---- the work

    def proposed(self) -> str:
        say("a run, to its proposal")
        with self.delivered("run", "solve"):
            run = self.api("POST", "/api/auto-schedule/run", {"run_type": "manual", "emergency": False}).expect(202)["run_id"]

        def status() -> str:
            return self.api("GET", f"/api/auto-schedule/status/{run}").expect(200)["status"]

        ended = until("the run ends", lambda: None if status() in ("queued", "running") else status())
        must(ended == "completed", f"the run ended as {ended}")
        must(len(self.lines()) > 20, f"the run proposed {len(self.lines())} lines")
        return run

    def lines(self) -> list[dict]:
        pending = self.api("GET", "/api/auto-schedule/pending").expect(200)
        return [line for part in PLACED for line in pending[part]]

    def line(self, line: str) -> dict:
        return self.api("GET", f"/api/pending-schedule/{line}").expect(200)

    def single(self) -> str:
        """A line without dependencies."""
        return next(line["id"] for line in self.lines() if line["status"] == "proposed" and not line["pair"] and line["depends_on"] == [])

    def recalled(self, run: str):
        say("a recall")
        line = self.single()
        approved = self.api("POST", "/api/auto-schedule/approve", {"run_id": run, "lines": [line]}).expect(202)
        done = self.api("POST", "/api/auto-schedule/recall", {"approval_id": approved["approval_id"]}).expect(200)
        must(done["recalled"] == [line] and done["too_late"] == [], f"the recall says {done}")
        must(self.line(line)["status"] == "proposed", "what was recalled is not as it was proposed")

    def redriven(self, run: str):
        say("a malformed record; a group whose message died five times, redriven by the command line")
        line = self.single()
        sqs, queue, letters = (self.place.client("sqs"), *(self.place.output(f"MusterSubmit{kind}") for kind in ("Queue", "Dlq")))
        sqs.send_message(QueueUrl=queue, MessageBody="{no JSON")
        with self.stopped("submit"):
            self.api("POST", "/api/auto-schedule/approve", {"run_id": run, "lines": [line]}).expect(202)
            message = until("the message of the group is there", lambda: self.received(queue, "{no JSON"))
            self.send(letters, message)
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        listed = until("both lie among the dead letters", lambda: (text := self.place.muster("dlq list")).count(" submit") > 1 and text)
        must("it cannot be read" in listed, f"the malformed record is not listed:\n{listed}")
        self.place.muster("dlq redrive --all")
        until("the redriven line is accepted", lambda: self.line(line)["status"] == "api_submitted")
        until("the malformed record is back", lambda: "it cannot be read" in self.place.muster("dlq list"))
        sqs.purge_queue(QueueUrl=letters)

    def all_accepted(self, run: str):
        say("all approved, all accepted")
        with self.delivered("submit", "submit"):
            approved = self.api("POST", "/api/auto-schedule/approve", {"run_id": run}).expect(202)
        must(approved["queued"] > 0 and approved["refused"] == [], f"the approval says {approved}")
        until("nothing is under way", lambda: self.api("GET", "/api/submissions").expect(200)["items"] == [])
        left = [line["id"] for line in self.lines() if line["status"] != "api_submitted"]
        must(left == [], f"not accepted: {left}")

    def ledger_is_exact(self, before: dict[int, dict], run: str):
        """Crossmark has the initial schedules and those of the lines, and nothing was ever made twice."""
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
        standing = {e["mPlanID"]: (e["id"], e["RepID"], e["Start"]) for e in ledger if e["deleted_at"] is None}
        wrong = {event: (standing.get(event), said) for event, said in expected.items() if standing.get(event) != said}
        must(standing == expected, f"Crossmark has {len(standing)} of {len(expected)}: {wrong}")
        must(len(ledger) == len(before) + made, f"Crossmark made {len(ledger) - len(before)} for {made} lines")
        say(f"the ledger is exact: {made} lines")

    # ---- the queues

    def mapping(self, function: str) -> str:
        mappings = self.place.client("lambda").list_event_source_mappings(FunctionName=f"{STACK}-{function}")["EventSourceMappings"]
        return mappings[0]["UUID"]

    def stopped(self, function: str):
        return Stopped(self.place.client("lambda"), self.mapping(function))

    def received(self, queue: str, but: str = "") -> dict | None:
        """A message with another body than `but`; None if none is visible yet."""
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
        """A block whose messages to a queue are delivered once, or twice if `twice` is set."""
        return Doubled(self, queue, function) if self.twice else Stopped(None, "")

    # ---- the end

    def looked_at_and_left(self, site: str):
        say("the person comes back, looks, and leaves")
        seen = self.place.browser("look and leave", **self.visits, password=PASSWORD, pages=PAGES)
        must(seen["pages"] == PAGES, f"of {PAGES} they saw {seen['pages']}")
        must(
            any(key.startswith("muster.") for key in seen["before"]["tab"]) and seen["before"]["answers"] != [], f"nothing was kept: {seen}"
        )
        must(seen["after"] == {"tab": [], "answers": []}, f"after signing out there is {seen['after']}")

    def nothing_failed(self):
        """No function failed as a whole, logged an error, timed out, or was denied access."""
        log = (self.place.work / "emulator.log").read_text(errors="replace")
        said = [line for line in log.splitlines() if "failed processing" in line or "Scheduler dispatch error" in line]
        logs = self.place.client("logs")
        for name in FUNCTIONS:
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{STACK}-{name}")
            messages = [event["message"] for page in pages for event in page["events"]]
            must(messages != [], f"{name} was never called")
            # This test sent the malformed record itself.
            messages = [text for text in messages if "goes to the dead-letter queue: it cannot be read" not in text]
            said += [
                f"{name}: {text}" for text in messages if '"level":"ERROR"' in text or "AccessDenied" in text or "Task timed out" in text
            ]
        must(said == [], "\n".join(said[:5]))


class Stopped:
    """A queue whose function does not read it for the duration of a block; does nothing without a client."""

    def __init__(self, functions, mapping: str):
        self.functions, self.mapping = functions, mapping

    def __enter__(self):
        if self.functions:
            self.functions.update_event_source_mapping(UUID=self.mapping, Enabled=False)

    def __exit__(self, *_):
        if self.functions:
            self.functions.update_event_source_mapping(UUID=self.mapping, Enabled=True)


class Doubled(Stopped):
    """A queue in which each message of a block is duplicated before the function reads it."""

    def __init__(self, morning: Morning, queue: str, function: str):
        super().__init__(morning.place.client("lambda"), morning.mapping(function))
        self.morning, self.queue = morning, morning.place.output(f"Muster{queue.title()}Queue")

    def __exit__(self, *raised):
        sqs = self.morning.place.client("sqs")

        def counts() -> list[int]:
            names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
            said = sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=names)["Attributes"]
            return [int(said[name]) for name in names]

        if raised[0] is None:
            until("the messages can be seen", lambda: (found := counts())[0] > 0 and found[1] == 0)
            seen = [self.morning.received(self.queue) for _ in range(counts()[0])]
            for message in filter(None, seen):
                self.morning.send(self.queue, message)
                sqs.change_message_visibility(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
        super().__exit__(*raised)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
