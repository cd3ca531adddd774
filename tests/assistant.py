#!/usr/bin/env python3
"""Talks to a running Muster as an assistant, with the official SDK: calls tools of every kind, over HTTP and over
standard input and output. The SDK checks each answer against the tool's schema.

  tests/assistant.py URL MUSTER     URL is the address of a `muster serve` with the small club of events/, and MUSTER
                                    is the program for standard input and output
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from importlib.metadata import version

from mcp import StdioServerParameters, stdio_client

CALLS = {
    "day_roster": {},
    "person_schedule": {"person": "Avery", "when": "next week"},
    "who_is_free": {"when": "friday"},
    "events": {"which": "open"},
    "findings": {},
    "rotations": {},
    "workload": {},
    "rules": {"rule": "H3"},
    "find": {"text": "salad"},
    "time_off": {"person": "Cleo", "when": "2 dec to 4 dec"},
}
IS_NEW = int(version("mcp").split(".")[0]) >= 2


@asynccontextmanager
async def over_http(url: str):
    if IS_NEW:
        from mcp import Client

        async with Client(f"{url}/mcp") as client:
            yield client
    else:
        from mcp import ClientSession
        from mcp.client.streamable_http import streamable_http_client

        async with streamable_http_client(f"{url}/mcp") as (read, write, _), ClientSession(read, write) as client:
            await client.initialize()
            yield client


@asynccontextmanager
async def over_stdio(url: str, muster: str):
    program = StdioServerParameters(command=muster, args=["mcp", "--at", url])
    if IS_NEW:
        from mcp import Client

        async with Client(program) as client:
            yield client
    else:
        from mcp import ClientSession

        async with stdio_client(program) as (read, write), ClientSession(read, write) as client:
            await client.initialize()
            yield client


async def call_tools(client) -> None:
    tools = {tool.name for tool in (await client.list_tools()).tools}
    missing = CALLS.keys() - tools
    assert not missing, f"not offered: {missing}"
    for name, arguments in CALLS.items():
        answer = await client.call_tool(name, arguments)
        is_error = answer.is_error if IS_NEW else answer.isError
        data = answer.structured_content if IS_NEW else answer.structuredContent
        assert not is_error and data, f"{name}: {answer}"
    failed = await client.call_tool("person_schedule", {"person": "Nobody at all"})
    assert failed.is_error if IS_NEW else failed.isError, failed


async def main(url: str, muster: str) -> None:
    for name, connection in (("HTTP", over_http(url)), ("standard input and output", over_stdio(url, muster))):
        async with connection as client:
            await call_tools(client)
        print(f"mcp {version('mcp')} over {name}: {len(CALLS)} tools answer")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
