/** A stream's place is held by those who read one: no request that reads none takes it. */
import { createHash } from "node:crypto";

import { expect, test } from "vitest";
import { WebSocket } from "ws";

import { Agent, approval, Team, Workflow } from "../src/index.ts";
import { operations } from "../src/server/operations.ts";
import { scriptedModel } from "../src/testing/index.ts";
import { openDb, raw, request, send, start, until } from "./server-fixture.ts";

const maxStreams = 2;
const methods = ["HEAD", "OPTIONS", "TRACE", "PUT", "GET", "POST", "PATCH", "DELETE"];

async function startServer(): Promise<{ url: string; port: number }> {
  const db = await openDb();
  const model = scriptedModel(() => "Hello.");
  const agent = new Agent({ name: "clerk", db, model });
  const team = new Team({ name: "office", db, model, members: [agent] });
  const workflow = new Workflow({ name: "pay", db, steps: [approval("ok?")] });
  await workflow.run("x", { runId: "RUN" });
  await agent.run("Hello", { sessionId: "s", runId: "TURN" });
  return start({ db, agents: [agent], teams: [team], workflows: [workflow], query: true, limits: { maxStreams } });
}

/** As many streams as there are places; one more gets none. */
async function expectAllPlacesFree(url: string): Promise<void> {
  const leave = new AbortController();
  await until(async () => {
    const probe = new AbortController();
    const answers = await Promise.all(
      Array.from({ length: maxStreams }, () => send(`${url}/runs/live`, { signal: probe.signal })),
    );
    probe.abort();
    return answers.every(({ status }) => status === 200);
  });
  await until(async () => {
    const answer = await send(`${url}/runs/live`, { signal: leave.signal });
    return answer.status === 503;
  });
  leave.abort();
  const socket = new WebSocket(`${url.replace("http", "ws")}/workflows/ws`);
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  socket.close();
}

test("every route by every method, and left at once, takes no place for good", async () => {
  const { url } = await startServer();
  const ids: Record<string, string> = { run_id: "RUN", session_id: "s", index: "1" };
  const idOf = (path: string): string =>
    path.startsWith("/agents")
      ? "clerk"
      : path.startsWith("/teams")
        ? "office"
        : path.startsWith("/workflows")
          ? "pay"
          : "s";
  const paths = new Set(
    operations.map(({ path }) =>
      path.replaceAll(/\{(\w+)\}|:(\w+)/g, (_, a?: string, b?: string) => ids[a ?? b ?? ""] ?? idOf(path)),
    ),
  );
  for (const path of [...paths, "/agents/clerk/runs/TURN/resume", "/nowhere"])
    for (const method of methods) {
      const left = new AbortController();
      const body =
        method === "POST" || method === "PATCH"
          ? {
              body: JSON.stringify({ stream: true, session_id: "s", message: "x" }),
              headers: { "content-type": "application/json" },
            }
          : {};
      // TRACE is one that no client of this language sends.
      if (method === "TRACE") continue;
      const answer = await fetch(`${url}${path}`, { method, ...body, signal: left.signal });
      expect([method, path, answer.status]).not.toEqual([method, path, 500]);
      left.abort();
    }
  await expectAllPlacesFree(url);
});

test("a HEAD of a stream has its headers, and no events", async () => {
  const { url } = await startServer();
  for (let n = 0; n < 3 * maxStreams; n++) {
    const { status, headers } = await request(`${url}/runs/live`, { method: "HEAD" });
    expect([status, headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  }
  await expectAllPlacesFree(url);
});

const socketKey = createHash("md5").update("key").digest("base64");
const fields = {
  connection: ["Connection: Upgrade", "Connection: close", ""],
  upgrade: ["Upgrade: websocket", "Upgrade: websocket, foo", "Upgrade: h2c", ""],
  version: ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8", "Sec-WebSocket-Version: x", ""],
  key: [`Sec-WebSocket-Key: ${socketKey}`, "Sec-WebSocket-Key: short", ""],
};

test("a handshake that is broken, each in its way, and one whose client leaves in it, take no place for good", async () => {
  const { url, port } = await startServer();
  const handshakes = fields.connection.flatMap((a) =>
    fields.upgrade.flatMap((b) => fields.version.flatMap((c) => fields.key.map((d) => [a, b, c, d]))),
  );
  expect(handshakes).toHaveLength(144);
  const ask = (method: string, path: string, lines: readonly string[], ms = 5000): Promise<string> => {
    const head = lines.filter((line) => line !== "").join("\r\n");
    return raw(port, `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${head}\r\n\r\n`, ms);
  };
  for (const method of ["GET", "HEAD"])
    for (let from = 0; from < handshakes.length; from += 24)
      await Promise.all(handshakes.slice(from, from + 24).map((lines) => ask(method, "/workflows/ws", lines, 60)));
  // One in order, where there is no WebSocket but a stream; and a protocol that clients offer with any request.
  const [right = []] = handshakes;
  for (const path of ["/runs/live", "/runs/live?x=/workflows/ws", "/health"])
    expect(await ask("GET", path, right)).toMatch(/^HTTP\/1\.1 426 /);
  const h2c = ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"];
  expect(await ask("GET", "/health", h2c)).toMatch(/^HTTP\/1\.1 426 /);
  await expectAllPlacesFree(url);
});

test("more handshakes at once than places get places for as many", async () => {
  const { url } = await startServer();
  const sockets = Array.from(
    { length: 5 * maxStreams },
    () => new WebSocket(`${url.replace("http", "ws")}/workflows/ws`),
  );
  const greeted = await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<boolean>((resolve) => {
          socket.once("message", () => resolve(true));
          socket.once("close", () => resolve(false));
          socket.once("error", () => resolve(false));
        }),
    ),
  );
  expect(greeted.filter(Boolean)).toHaveLength(maxStreams);
  for (const socket of sockets) socket.close();
  await expectAllPlacesFree(url);
});
