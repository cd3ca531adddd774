#!/usr/bin/env node
/**
 * Talks to a running Muster as an assistant, with the old and the new official TypeScript SDK: calls tools of every
 * kind, over HTTP and over standard input and output. The SDK checks each answer against the tool's schema.
 *
 *   node tests/assistant.mjs FOLDER URL MUSTER
 *     FOLDER has the SDKs in node_modules, URL is the address of a `muster serve` with the small club of events/, and
 *     MUSTER is the program for standard input and output
 */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const CALLS = {
  day_roster: {},
  person_schedule: { person: "Avery", when: "next week" },
  who_is_free: { when: "friday" },
  events: { which: "open" },
  findings: {},
  rotations: {},
  workload: {},
  rules: { rule: "H3" },
  find: { text: "salad" },
  time_off: { person: "Cleo", when: "2 dec to 4 dec" },
};

const [folder, url, muster] = process.argv.slice(2);
const requireFromFolder = createRequire(`${resolve(folder)}/`);
const load = async (name) => import(pathToFileURL(requireFromFolder.resolve(name)));
const versionOf = (name) =>
  requireFromFolder(`./node_modules/${name}/package.json`).version;

async function callTools(client) {
  const { tools } = await client.listTools();
  const names = new Set(tools.map(({ name }) => name));
  for (const [name, args] of Object.entries(CALLS)) {
    assert(names.has(name), `${name} is not offered`);
    const answer = await client.callTool({ name, arguments: args });
    assert(
      !answer.isError && answer.structuredContent,
      `${name}: ${JSON.stringify(answer)}`,
    );
  }
  const failed = await client.callTool({
    name: "person_schedule",
    arguments: { person: "Nobody at all" },
  });
  assert(failed.isError, JSON.stringify(failed));
}

/** Calls the tools with the client of an SDK, which is created with these options, over each transport. */
async function withSdk(name, modules, options) {
  const { Client, StdioClientTransport, StreamableHTTPClientTransport } =
    Object.assign({}, ...(await Promise.all(modules.map(load))));
  const transports = {
    HTTP: new StreamableHTTPClientTransport(new URL(`${url}/mcp`)),
    "standard input and output": new StdioClientTransport({
      command: muster,
      args: ["mcp", "--at", url],
    }),
  };
  for (const [over, transport] of Object.entries(transports)) {
    const client = new Client({ name: "a test", version: "1" }, options);
    await client.connect(transport);
    await callTools(client);
    await client.close();
    // Questions per minute are limited. So the clock moves to the next minute.
    const request = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ advance_s: 61 }),
    };
    assert((await fetch(`${url}/_local/clock`, request)).ok);
    console.log(
      `${name} ${versionOf(name)} over ${over}: ${Object.keys(CALLS).length} tools answer`,
    );
  }
}

const OLD = [
  "@modelcontextprotocol/sdk/client/index.js",
  "@modelcontextprotocol/sdk/client/streamableHttp.js",
  "@modelcontextprotocol/sdk/client/stdio.js",
];
const NEW = [
  "@modelcontextprotocol/client",
  "@modelcontextprotocol/client/stdio",
];
await withSdk("@modelcontextprotocol/sdk", OLD, {});
for (const mode of ["legacy", { pin: "2026-07-28" }]) {
  await withSdk("@modelcontextprotocol/client", NEW, {
    versionNegotiation: { mode },
  });
}
