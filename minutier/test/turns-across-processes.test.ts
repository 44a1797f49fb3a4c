/** Turns of one session on several processes and one server. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, onTestFinished, test } from "vitest";

import { Agent } from "../src/agent/agent.ts";
import { SurrealDb, type SurrealDbOptions } from "../src/db/surreal-db.ts";
import type { StoredMessageRow } from "../src/records.ts";
import { Team } from "../src/team/team.ts";
import { scriptedModel } from "../src/testing/scripted-model.ts";
import { temporaryFolder } from "./backends.ts";
import { failureOf } from "./failure-of.ts";
import type { TurnsOfSession } from "./fixtures/turns-of-session.ts";
import { startFixture } from "./run-fixture.ts";
import { startServerProcess } from "./server-process.ts";

interface TurnProcess {
  child: ChildProcess;
  lines: string[];
  /** Lets the turns begin. */
  go(): void;
  /** Waits for a line that begins so; gives the rest of it. */
  line(prefix: string): Promise<string>;
}

/** A process with turns to run. */
async function startTurns(options: Omit<TurnsOfSession, "db"> & { db: SurrealDbOptions }): Promise<TurnProcess> {
  const child = startFixture("turns-of-session", [JSON.stringify(options)]);
  child.stderr?.pipe(process.stderr);
  const lines: string[] = [];
  if (child.stdout === null) throw new Error("no stdout");
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  const line = async (prefix: string): Promise<string> => {
    for (;;) {
      const found = lines.find((each) => each.startsWith(prefix));
      if (found !== undefined) return found.slice(prefix.length);
      if (child.exitCode !== null) throw new Error(`the process ended before it printed ${prefix}`);
      await sleep(5);
    }
  };
  await line("READY");
  return { child, lines, go: () => void child.stdin?.write("go\n"), line };
}

/** A server on disk, whose engine loses no concurrent update, and a way to see its rows. */
async function openServer(leaseMs = 2000): Promise<{ options: SurrealDbOptions; db: SurrealDb }> {
  const { url } = await startServerProcess({ folder: await temporaryFolder() });
  const options = { url, auth: { username: "root", password: "root" }, leaseMs };
  const db = new SurrealDb(options);
  onTestFinished(() => db.close());
  await db.connect();
  return { options, db };
}

const rowsOf = (db: SurrealDb, kind: "agent" | "team" = "agent"): Promise<StoredMessageRow[]> =>
  db.sessions.messages({ kind, name: "a", sessionId: "s1" }, { last: 1000 });

/** An agent in this process, on the same session. */
function agentHere(db: SurrealDb, historyLimit = 100): Agent {
  return new Agent({ name: "a", model: scriptedModel((request) => String(request.prompt.length)), db, historyLimit });
}

describe.each(["agent", "team"] as const)("turns of one session of an %s", (kind) => {
  test("twenty at once from four processes: each sees the answers before it, no number is missing", async () => {
    const { options, db } = await openServer();
    const processes = await Promise.all(
      [0, 1, 2, 3].map((p) =>
        startTurns({
          db: options,
          kind,
          questions: Array.from({ length: 5 }, (_, n) => `${p}.${n}`),
          thinkMs: 10 * p,
          // Each clock is wrong, by up to an hour.
          clockOffMs: (p - 2) * 1_800_000,
        }),
      ),
    );
    for (const each of processes) each.go();
    await Promise.all(processes.map((each) => each.line("DONE")));

    const rows = await rowsOf(db, kind);
    expect(rows.map((row) => (row.id.id as unknown[])[2])).toEqual(Array.from({ length: 40 }, (_, n) => n));
    const turns = Array.from({ length: 20 }, (_, n) => rows.slice(2 * n, 2 * n + 2));
    for (const [n, [question, answer]] of turns.entries()) {
      expect(question).toMatchObject({ role: "user" });
      expect(question?.error_code).toBeUndefined();
      expect(question?.lease_until).toBeUndefined();
      expect(answer).toMatchObject({ role: "assistant", run_id: question?.run_id, content: String(2 * n + 1) });
    }
    // The turns of one process keep their order.
    for (const p of [0, 1, 2, 3]) {
      const own = rows.filter((row) => row.content.startsWith(`${p}.`)).map((row) => row.content);
      expect(own).toEqual(own.toSorted());
    }
  });
});

test("a process killed in its turn: the next turn waits until its lease is over, closes it and goes on", async () => {
  const { options, db } = await openServer(300);
  const dying = await startTurns({ db: options, kind: "agent", questions: ["mourant"], thinkMs: 60_000 });
  dying.go();
  await dying.line("THINKING");
  dying.child.kill("SIGKILL");
  const started = Date.now();
  const answer = await agentHere(db).run("ensuite", { sessionId: "s1" });
  expect(answer.text, "the dead turn is no memory").toBe("1");
  const waited = Date.now() - started;
  expect(waited).toBeGreaterThan(400);
  expect(waited).toBeLessThan(8000);
  expect(await rowsOf(db)).toMatchObject([
    { content: "mourant", error_code: "interrupted" },
    { content: "ensuite" },
    { content: "1" },
  ]);
});

test("a stopped process whose turn was taken over writes nothing more when it goes on, and is told lease_lost", async () => {
  const { options, db } = await openServer(300);
  const stopped = await startTurns({ db: options, kind: "agent", questions: ["arrêté"], thinkMs: 100 });
  stopped.go();
  await stopped.line("THINKING");
  stopped.child.kill("SIGSTOP");
  expect((await agentHere(db).run("ensuite", { sessionId: "s1" })).text).toBe("1");
  const before = await rowsOf(db);
  stopped.child.kill("SIGCONT");
  expect(JSON.parse(await stopped.line("ENDED"))).toMatchObject({ code: "lease_lost" });
  await stopped.line("DONE");
  expect(await rowsOf(db)).toEqual(before);
  expect(before).toMatchObject([{ error_code: "interrupted" }, { content: "ensuite" }, { content: "1" }]);
});

test("a turn longer than its lease stays alive, a waiting one too, whatever its process's clock says", async () => {
  const { options, db } = await openServer(1500);
  const first = await startTurns({
    db: options,
    kind: "agent",
    questions: ["long"],
    thinkMs: 6000,
    clockOffMs: -3_600_000,
  });
  first.go();
  await first.line("THINKING");
  const second = await startTurns({ db: options, kind: "agent", questions: ["attend"], thinkMs: 0 });
  second.go();
  while ((await rowsOf(db)).length < 2) await sleep(10);
  expect((await agentHere(db).run("dernier", { sessionId: "s1" })).text).toBe("5");
  expect(JSON.parse(await second.line("ENDED"))).toMatchObject({ text: "3" });
  expect((await rowsOf(db)).filter((row) => row.error_code !== undefined)).toEqual([]);
});

test("a waiting turn is cancelled or runs out of time: on record, and those behind it still wait for the one before", async () => {
  const { options, db } = await openServer();
  const first = await startTurns({ db: options, kind: "agent", questions: ["premier"], thinkMs: 1500 });
  first.go();
  await first.line("THINKING");
  const stop = new AbortController();
  const cancelled = failureOf(agentHere(db).run("annulé", { sessionId: "s1", signal: stop.signal }));
  while ((await rowsOf(db)).length < 2) await sleep(5);
  stop.abort();
  expect(await cancelled).toMatchObject({ code: "cancelled" });
  const timeout = failureOf(agentHere(db).run("trop long", { sessionId: "s1", signal: AbortSignal.timeout(150) }));
  expect(await timeout).toMatchObject({ code: "timeout" });
  expect(first.lines.some((line) => line.startsWith("ENDED"))).toBe(false);

  // It reads fewer messages than there are failed turns between.
  expect((await agentHere(db, 2).run("dernier", { sessionId: "s1" })).text).toBe("3");
  expect(await rowsOf(db)).toMatchObject([
    { content: "premier" },
    { content: "1" },
    { content: "annulé", error_code: "cancelled" },
    { content: "trop long", error_code: "timeout" },
    { content: "dernier" },
    { content: "3" },
  ]);
});

test("a team's turn that waited reads the state as the turn before it left it", async () => {
  const { options, db } = await openServer();
  const other = new SurrealDb(options);
  onTestFinished(() => other.close());
  const model = scriptedModel(async (request) => {
    if (request.lastUserText !== "compte") return "fait";
    await sleep(200);
    const known = /"n":(\d+)/.exec(JSON.stringify(request.prompt[0]).replaceAll("\\", ""))?.[1] ?? "?";
    if (request.prompt.at(-1)?.role === "tool") return "fait";
    return { toolCalls: [{ toolName: "update_state", input: { changes: { n: Number(known) + 1 } } }] };
  });
  const teams = [db, other].map(
    (each) =>
      new Team({
        name: "a",
        members: [new Agent({ name: "m", model })],
        model,
        state: { n: 0 },
        db: each,
        historyLimit: 0,
      }),
  );
  await Promise.all([0, 1, 0, 1].map((n) => teams[n]?.run("compte", { sessionId: "s1" })));
  expect((await db.sessions.team("a", "s1"))?.state).toEqual({ n: 4 });
});

test("a run inside a run of its session, through another database object, is told so instead of waiting for ever", async () => {
  const { options, db } = await openServer();
  const other = new SurrealDb(options);
  onTestFinished(() => other.close());
  const inner = agentHere(other);
  const model = scriptedModel(async () => (await failureOf(inner.run("dedans", { sessionId: "s1" }))).code);
  const outer = new Agent({ name: "a", model, db });
  expect((await outer.run("dehors", { sessionId: "s1" })).text).toBe("session_busy");
});

test("the processes end by themselves", async () => {
  const { options } = await openServer();
  const turns = await startTurns({ db: options, kind: "agent", questions: ["une"], thinkMs: 0 });
  turns.go();
  const [code] = (await once(turns.child, "exit")) as [number | null];
  expect(code).toBe(0);
});
