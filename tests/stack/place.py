"""The environment of drive.py: the emulated cloud, the stack, its API and site, and the commands of infra/README.md."""

from __future__ import annotations

import http.client
import http.server
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import zipfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import boto3

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "infra"))

import emulated  # noqa: E402

README = (ROOT / "infra/README.md").read_text()
TEMPLATE = (ROOT / "infra/template.yaml").read_text()
FUNCTIONS = sorted(crate.parent.name for crate in (ROOT / "functions").glob("*/Cargo.toml"))
REGION, ACCOUNT, STACK = "us-east-1", "123456789012", "muster-prod"
# The emulator uses the account's number as the access key of its root user.
KEYS = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION}
TIMEOUT_S = 180


class CheckFailed(Exception):
    """A condition does not hold."""


def check(condition: bool, message: str):
    if not condition:
        raise CheckFailed(message)


def until(what: str, look, timeout_s: float = TIMEOUT_S):
    """Polls until a condition holds, and returns its value."""
    end = time.monotonic() + timeout_s
    while not (found := look()):
        check(time.monotonic() < end, f"not so after {timeout_s:.0f} s: {what}")
        time.sleep(0.25)
    return found


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def process(command: list[str], log: Path, environment: dict[str, str] | None = None):
    """Runs a process for the duration of a block, and then stops it and its children."""
    with log.open("wb") as out:
        started = subprocess.Popen(
            command,
            cwd=log.parent,
            env=os.environ | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield started
    finally:
        for sent, timeout_s in ((signal.SIGTERM, 10), (signal.SIGKILL, 10)):
            try:
                os.killpg(started.pid, sent)
                started.wait(timeout_s)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue


@dataclass
class Answer:
    status: int
    body: object

    def expect(self, status: int):
        check(self.status == status, f"expected {status}: {self.status} {json.dumps(self.body)[:600]}")
        return self.body


def call(method: str, url: str, body=None, headers: dict[str, str] | None = None) -> Answer:
    """Sends one request. Connects to 127.0.0.1, because not every resolver knows names below localhost."""
    at = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", at.port, timeout=60)
    try:
        content = None if body is None else json.dumps(body)
        sent_headers = (
            {"Host": at.netloc, "Accept": "application/json"} | ({"Content-Type": "application/json"} if content else {}) | (headers or {})
        )
        connection.request(method, at.path + (f"?{at.query}" if at.query else ""), content, sent_headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        return Answer(answer.status, json.loads(text) if text.startswith(("{", "[")) else text)
    finally:
        connection.close()


def blocks(text: str) -> list[str]:
    """The shell commands of a Markdown document, by code block."""
    return re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@dataclass
class Cloud:
    """The emulator, a Crossmark simulator, and a folder to work in."""

    work: Path
    programs: Path
    port: int
    simulator: str
    snapshot: dict
    environment: dict[str, str]
    site_port: int = field(default_factory=free_port)

    def client(self, service: str):
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{self.port}",
            region_name=REGION,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="test",
        )

    # ---- the stack

    def upload_packages(self):
        """Packages each function's program as for Lambda: alone in a zip, as `bootstrap`."""
        s3 = self.client("s3")
        s3.create_bucket(Bucket="packages")
        for name in FUNCTIONS:
            zipped = io.BytesIO()
            with zipfile.ZipFile(zipped, "w") as package:
                program = zipfile.ZipInfo("bootstrap")
                program.external_attr = 0o755 << 16
                package.writestr(program, (self.programs / name).read_bytes())
            s3.put_object(Bucket="packages", Key=name, Body=zipped.getvalue())

    def deploy(self, template: dict, parameters: dict[str, str]) -> str:
        """Deploys the stack, and returns its status at the end."""
        self.client("s3").put_object(Bucket="packages", Key="template.json", Body=json.dumps(template))
        cloudformation = self.client("cloudformation")
        cloudformation.create_stack(
            StackName=STACK,
            TemplateURL=f"http://127.0.0.1:{self.port}/packages/template.json",
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        )

        def ended() -> str | None:
            status = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]
            return None if status.endswith("IN_PROGRESS") else status

        return until("the deployment ends", ended)

    def failed_resources(self) -> str:
        """The resources that failed in the last deployment, with the reasons."""
        events = self.client("cloudformation").describe_stack_events(StackName=STACK)["StackEvents"]
        return "; ".join(f"{e['LogicalResourceId']}: {e.get('ResourceStatusReason')}" for e in events if "FAILED" in e["ResourceStatus"])

    def template(self, parameters: dict[str, str]) -> dict:
        return emulated.deployable_template(TEMPLATE, self.port, parameters)

    # ---- the README's commands

    def run_readme(self, containing: str, **variables: str) -> str:
        """Runs the only code block of infra/README.md that contains this text, unchanged."""
        first, *others = blocks(README)
        found = [block for block in others if containing in block]
        check(len(found) == 1, f"infra/README.md has {len(found)} blocks with {containing!r}")
        # The first block defines the README's shell functions. Its last command, which lists the outputs, is left out.
        functions = first[: first.index("\noutputs\n")]
        return self.shell(f"{functions}\noutputs\n{found[0]}", **variables)

    def shell(self, commands: str, **variables: str) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=self.work, env=self.environment | variables, capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
        check(done.returncode == 0, f"exit code {done.returncode} of these commands:\n{commands}\n{done.stdout}{done.stderr}")
        return done.stdout

    def muster(self, *arguments: str) -> str:
        """Runs a command of `muster` on the deployed stack, with the credentials of the account."""
        return self.shell(" ".join(["muster", *arguments, f"--stack {STACK}.json --club {self.snapshot['club']['id']}"]))

    def output(self, name: str) -> str:
        outputs = json.loads((self.work / f"{STACK}.json").read_text())
        return next(one["OutputValue"] for one in outputs if one["OutputKey"] == name)

    # ---- the site

    @contextmanager
    def site(self):
        """Serves the client at http://localhost, as CloudFront's distribution does over TLS on AWS."""
        domain = urllib.parse.urlsplit(self.output("MusterSite")).netloc.removesuffix(".net")
        upstream = {"Host": f"{domain}.localhost:{self.port}", "X-Forwarded-Proto": "https"}
        port = self.port

        class Distribution(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                connection.request("GET", self.path.partition("?")[0], headers=upstream)
                answer = connection.getresponse()
                body = answer.read()
                connection.close()
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                try:
                    self.end_headers()
                    self.wfile.write(body)
                except ConnectionError:
                    # The browser has left the page.
                    self.close_connection = True

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", self.site_port), Distribution)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://localhost:{self.site_port}"
        finally:
            server.shutdown()
            server.server_close()

    def browser(self, visit: str, **options) -> dict:
        """Runs a visit of browser.mjs, and returns its result."""
        done = subprocess.run(
            ["node", str(ROOT / "tests/stack/browser.mjs"), visit, json.dumps(options)],
            cwd=self.work, capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
        check(done.returncode == 0, f"the visit {visit!r} of the browser failed:\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    # ---- Crossmark

    def ledger(self) -> list[dict]:
        return call("GET", f"{self.simulator}/_sim/ledger").expect(200)


@contextmanager
def cloud(work: Path, programs: Path, snapshot: dict):
    """Starts an emulator and a simulator for the duration of a block."""
    work.mkdir(parents=True)
    (work / "crossmark.json").write_text(json.dumps(snapshot))
    (work / "web").symlink_to(ROOT / "web")
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    tools = Path(sys.executable).parent
    emulator = KEYS | {
        "GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "MINISTACK_HOST": "localhost",
        "MINISTACK_ACCOUNT_ID": ACCOUNT, "MINISTACK_REGION": REGION,
        # Requests are signed, and the policies of each role are enforced.
        "AUTH": "true",
        # The address at which the functions call the emulator's services.
        "AWS_ENDPOINT_URL": here,
        "IOT_MTLS_ENABLED": "false",
        # The folder to which the emulator unpacks programs, and its only one.
        "TMPDIR": str(work / "unpacked"), "STATE_DIR": str(work / "unpacked"),
    }  # fmt: skip
    with ExitStack() as resources:
        resources.enter_context(deleted_afterwards(work / "unpacked"))
        start = lambda command, log, more=None: resources.enter_context(process(command, work / log, more))  # noqa: E731
        start([str(tools / "ministack")], "emulator.log", emulator)
        crossmark = free_port()
        start([str(programs / "muster"), "simulator", "--port", str(crossmark), "--snapshot", "crossmark.json"], "crossmark.log")
        for address in (f"{here}/_ministack/health", f"http://127.0.0.1:{crossmark}/_sim/ledger"):
            until(f"{address} answers", lambda address=address: answers(address))
        environment = os.environ | KEYS | {"AWS_ENDPOINT_URL": here, "PATH": f"{programs}:{tools}:{os.environ['PATH']}", "AWS_PAGER": ""}
        yield Cloud(work, programs, port, f"http://127.0.0.1:{crossmark}", snapshot, environment)


@contextmanager
def deleted_afterwards(folder: Path):
    """A folder that is deleted after the block, because the unpacked programs in it are large."""
    folder.mkdir()
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def answers(address: str) -> bool:
    try:
        return call("GET", address).status == 200
    except OSError:
        return False
