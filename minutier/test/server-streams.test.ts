import { connect } from "node:net";

import { expect, test } from "vitest";

import { Agent } from "../src/index.ts";
import { scriptedModel } from "../src/testing/index.ts";
import { allFrames, names, openDb, send, start, until } from "./server-fixture.ts";

test("twenty streams at once each tell their own run", async () => {
  const db = await openDb();
  const model = scriptedModel(({ lastUserText }) => ({ chunks: ["You ", "are ", lastUserText], delayMs: 5 }));
  const { url } = await start({ db, agents: [new Agent({ name: "clerk", db, model })] });
  const all = await Promise.all(
    Array.from({ length: 20 }, async (_, n) =>
      allFrames(await send(`${url}/agents/clerk/runs`, { form: { message: `number ${n}.` } })),
    ),
  );
  expect(new Set(all.map(([first]) => first?.data["session_id"])).size).toBe(20);
  for (const [n, events] of all.entries()) {
    expect(names(events)[0]).toBe("RunStarted");
    expect(events.at(-1)).toMatchObject({ event: "RunCompleted", data: { content: `You are number ${n}.` } });
    const pieces = events.filter(({ event }) => event === "RunContent").map(({ data }) => data["content"]);
    expect(pieces.join("")).toBe(`You are number ${n}.`);
  }
});

test("a reader that does not read is left, and its run cancelled, before its text fills the memory", async () => {
  const db = await openDb();
  // 128 MB, of which those that were made when the run was cancelled are all that could wait anywhere.
  let made = 0;
  const chunks: string[] = [];
  for (let index = 0; index < 2000; index++)
    Object.defineProperty(chunks, index, {
      get() {
        made = Math.max(made, index + 1);
        return "x".repeat(64 * 1024);
      },
    });
  const model = scriptedModel(() => ({ chunks, delayMs: 1 }));
  const { port } = await start({
    db,
    agents: [new Agent({ name: "clerk", db, model })],
    limits: { maxUnsentBytes: 1024 * 1024 },
  });
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.pause();
  const body = JSON.stringify({ message: "Hello", session_id: "s1" });
  socket.write(
    `POST /agents/clerk/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await until(async () => {
    const [question] = await db.sessions.messages({ kind: "agent", name: "clerk", sessionId: "s1" });
    return question?.error_code === "cancelled";
  }, 30_000);
  // 1 MiB of ours, and what the two ends' kernels keep.
  expect(made).toBeGreaterThan(16);
  expect(made * 64).toBeLessThan(32 * 1024);
  socket.destroy();
});

test("a reader that reads late gets everything, its pieces joined", async () => {
  const db = await openDb();
  const chunks = Array.from({ length: 300 }, (_, n) => `${n} `);
  const { url } = await start({
    db,
    agents: [new Agent({ name: "clerk", db, model: scriptedModel(() => ({ chunks })) })],
  });
  const response = await send(`${url}/agents/clerk/runs`, { form: { message: "Count." } });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const events = await allFrames(response);
  const pieces = events.filter(({ event }) => event === "RunContent").map(({ data }) => data["content"]);
  expect(pieces.join("")).toBe(chunks.join(""));
  expect(events.at(-1)?.event).toBe("RunCompleted");
});

test("a server that closes ends its streams, and cancels the runs that their clients waited for", async () => {
  const db = await openDb();
  const model = scriptedModel(() => new Promise<string>(() => undefined));
  const server = await start({ db, agents: [new Agent({ name: "clerk", db, model })] });
  const ask = (background: string): Promise<Response> =>
    send(`${server.url}/agents/clerk/runs`, {
      form: { message: "Hello", session_id: `background ${background}`, background },
    });
  const streams = [await ask("false"), await ask("true")].map(allFrames);
  const live = allFrames(await send(`${server.url}/runs/live`));
  await until(async () => (await db.sessions.list("agent")).length === 2);
  await server.close({ graceMs: 100 });
  expect((await Promise.all(streams)).map((all) => names(all)[0])).toEqual(["RunStarted", "RunStarted"]);
  await live;
  for (const sessionId of ["background false", "background true"]) {
    const codeOf = async (): Promise<string | undefined> =>
      (await db.sessions.messages({ kind: "agent", name: "clerk", sessionId }))[0]?.error_code;
    await until(async () => (await codeOf()) === "cancelled");
  }
});
