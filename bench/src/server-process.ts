/**
 * The serving process of `bench server`: a child of its own, so that its memory is its own.
 *
 * `memory` serves an embedded database, as `minutier serve` does. `requests` serves one that records what it is asked, and
 * beside it a bare Hono app that sends the same statements by the plain SDK to a database of its own.
 */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { step, SurrealDb, Workflow } from "minutier";
import { serve } from "minutier/server";

import { openPlainClient, recordQueries, replay, type SentQuery } from "./recorded-client.ts";

const [mode, folder = "."] = process.argv.slice(2);
const addOne = (input: number): number => input + 1;

if (mode === "memory") await serveAlone();
else await serveBeside();

// Whoever measures may have been ended.
process.on("disconnect", () => process.exit());
process.on("message", (message) => {
  if (message !== "memory") return;
  globalThis.gc?.();
  process.send?.({ rss: process.memoryUsage().rss, heap: process.memoryUsage().heapUsed });
});

async function serveAlone(): Promise<void> {
  const db = new SurrealDb({ url: `rocksdb://${join(folder, "served")}` });
  const slow = new Workflow({
    name: "slow",
    db,
    steps: [step("a", addOne), step("wait", (n: number) => sleep(3000, n)), step("c", addOne)],
  });
  await slow.run(0);
  const server = await serve({ db, workflows: [slow], port: 0, limits: { maxStreams: 5000 } });
  process.send?.({ url: server.url });
}

async function serveBeside(): Promise<void> {
  const sent: SentQuery[] = [];
  const ours = await openPlainClient(join(folder, "ours"));
  const floor = await openPlainClient(join(folder, "floor"));
  const db = new SurrealDb({ client: recordQueries(ours, sent) });
  const workflow = new Workflow({
    name: "three",
    db,
    steps: [step("a", addOne), step("b", addOne), step("c", addOne)],
  });
  const server = await serve({ db, workflows: [workflow], port: 0 });
  // The tables, in both databases.
  await db.createTables();
  await new SurrealDb({ client: floor }).createTables();
  sent.length = 0;

  /** What single requests sent, each run's own ids in it: every replay needs one that was not replayed yet. */
  const runs: SentQuery[][] = [];
  for (let index = 0; index < Number(process.argv[4] ?? 1000); index++) {
    await post(`${server.url}/workflows/three/runs`);
    runs.push(sent.splice(0));
  }
  await fetch(`${server.url}/runs`);
  const list = sent.splice(0);
  // From now on what is sent is of no use, and would only fill the memory.
  sent.push = () => 0;

  const bare = new Hono();
  let next = 0;
  bare.post("/runs", async (c) => {
    const { message } = (await c.req.json()) as { message: number };
    await replay(floor, runs[next++ % runs.length] ?? []);
    return c.json({ status: "COMPLETED", content: message });
  });
  bare.get("/runs", async (c) => {
    let rows: unknown;
    for (const { text, variables } of list) [rows] = await floor.query<[unknown]>(text, variables);
    return c.json({ runs: rows });
  });
  const http = createAdaptorServer({ fetch: bare.fetch, overrideGlobalObjects: false }) as Server;
  http.listen(0, "127.0.0.1", () => {
    process.send?.({ url: server.url, bareUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}` });
  });
}

async function post(url: string): Promise<void> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: '{"message":1,"stream":false}' });
  if (!answer.ok) throw new Error(await answer.text());
  await answer.text();
}
