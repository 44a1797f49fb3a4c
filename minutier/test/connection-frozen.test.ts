/** A server that is stopped and not gone: its connections stay open, and nothing is answered. */
import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, onTestFinished, test } from "vitest";

import { SurrealDb, type SurrealDbOptions } from "../src/db/surreal-db.ts";
import { step } from "../src/workflow/entries.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { rootAuth, type ServerKind } from "./backends.ts";
import { failureOf } from "./failure-of.ts";
import { nextLine, startFixture } from "./run-fixture.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";
import { findSurreal } from "./surreal-server.ts";

const callTimeoutMs = 700;
/** For a question to the server whether it lives, and for a machine that does other things too. */
const patienceMs = 1500;

const kinds: ServerKind[] = findSurreal() === undefined ? ["ws"] : ["ws", "server"];

describe.each(kinds)("a server that is frozen, %s", (kind) => {
  const start = async (): Promise<ServerProcess & { freeze(): Promise<void>; wake(): void }> => {
    const server = await startServerProcess({}, kind);
    const wake = (): void => void server.process.kill("SIGCONT");
    onTestFinished(wake);
    const freeze = async (): Promise<void> => {
      server.process.kill("SIGSTOP");
      // It goes on for a moment.
      await sleep(100);
    };
    return { process: server.process, url: server.url, freeze, wake };
  };
  const use = (options: SurrealDbOptions): SurrealDb => {
    const db = new SurrealDb({ auth: rootAuth, callTimeoutMs, ...options });
    onTestFinished(() => db.close());
    return db;
  };

  test("a call says that nothing at all is answered, and one to a server that lives that it is long", async () => {
    const server = await start();
    const db = use({ url: server.url });
    expect(await failureOf(db.query("SLEEP 3s"))).toMatchObject({
      code: "call_timeout",
      message: expect.stringMatching(
        /within 700 ms\. Whether .* unknown\. The server answers other calls, so this one is long/,
      ),
    });
    await server.freeze();
    const began = performance.now();
    expect(await failureOf(db.query("RETURN 1"))).toMatchObject({
      code: "call_timeout",
      message: expect.stringMatching(
        /within 700 ms\. Whether .* unknown\. The server answers nothing at all: its process is stopped/,
      ),
    });
    expect(performance.now() - began).toBeLessThan(callTimeoutMs + patienceMs);
  });

  test("calls work again once it goes on, and what was given up is there once", async () => {
    const server = await start();
    const db = use({ url: server.url });
    await db.query("CREATE item:1 SET n = 0");
    await server.freeze();
    const given = await Promise.all(Array.from({ length: 5 }, () => failureOf(db.query("UPDATE item:1 SET n += 1"))));
    expect(given.map(({ code }) => code)).toEqual(Array.from({ length: 5 }, () => "call_timeout"));
    server.wake();
    expect(await db.query("RETURN 1")).toEqual([1]);
    await sleep(300);
    const [n] = await db.query<[number]>("RETURN item:1.n");
    expect(n).toBeLessThanOrEqual(5);
    expect(await db.query("UPDATE ONLY item:1 SET n = 10 RETURN VALUE n")).toEqual([10]);
    await sleep(200);
    expect(await db.query("RETURN item:1.n")).toEqual([10]);
  });

  test("close ends in a bounded time, with calls under way and after them", async () => {
    const server = await start();
    const [busy, idle, watching] = [use({ url: server.url }), use({ url: server.url }), use({ url: server.url })];
    await Promise.all([busy, idle, watching].map((db) => db.createTables()));
    const watch = watching.runs.watch()[Symbol.asyncIterator]();
    const change = watch.next().catch((error: unknown) => error);
    await sleep(200);
    await server.freeze();
    const call = failureOf(busy.query("RETURN 1"));
    const began = performance.now();
    await Promise.all([busy.close(), idle.close(), watching.close()]);
    expect(performance.now() - began).toBeLessThan(2 * 2000 + callTimeoutMs + patienceMs);
    expect(await call).toMatchObject({ code: "call_timeout" });
    await change;
  });

  test("an opening says so in time", async () => {
    const server = await start();
    await server.freeze();
    const began = performance.now();
    expect(await failureOf(use({ url: server.url, connectTimeoutMs: 500 }).connect())).toMatchObject({
      code: "connection_timeout",
      message: expect.stringMatching(/accepted the connection and sent nothing within 500 ms/),
    });
    expect(performance.now() - began).toBeLessThan(500 + patienceMs);
  });

  test("a run that is under way ends for its caller, and may be found running", async () => {
    const server = await start();
    const db = use({ url: server.url });
    const steps = [step("a", () => server.freeze())];
    const began = performance.now();
    expect(await failureOf(new Workflow({ name: "w", db, steps }).run(1))).toMatchObject({
      code: "result_not_recorded",
      message: expect.stringContaining("The server answers nothing at all"),
    });
    expect(performance.now() - began).toBeLessThan(3 * (callTimeoutMs + patienceMs));
    server.wake();
    const [run] = await db.runs.latest();
    expect(["running", "success", "error"]).toContain(run?.status);
  });

  test("a process whose call was given up ends by itself", async () => {
    const server = await start();
    const child = startFixture("leave-frozen", [server.url]);
    await nextLine(child, "OPEN");
    await server.freeze();
    const ended = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
    child.stdin?.end("go\n");
    expect(await nextLine(child, "call_timeout")).toMatch(/^call_timeout/);
    expect(await Promise.race([ended, sleep(8000, "it still runs")])).toBe(0);
  });
});
