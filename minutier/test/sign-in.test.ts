/** Sessions and tokens that end: in the middle of a run, of many runs, and of a watch. */
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";

import { Surreal } from "surrealdb";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import type { RunChange } from "../src/db/run-changes.ts";
import type { DatabaseAuth } from "../src/db/engine/sign-in.ts";
import { SurrealDb, type SurrealDbOptions } from "../src/db/surreal-db.ts";
import { step } from "../src/workflow/entries.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { backends, type ServerKind, startServer, type TestServer } from "./backends.ts";
import { type DatabaseWithUser, type Durations, type Level, levels, makeUser } from "./database-users.ts";
import { failureOf } from "./failure-of.ts";
import { byRun, expectOrder, follow, until } from "./watched-changes.ts";

const kinds = backends.map(({ name }) => name).filter((name): name is ServerKind => name === "ws" || name === "server");

/** Both a session that ends before its token and the other way round. */
const terms: Durations[] = [
  { session: "2s", token: "1h" },
  { session: "1h", token: "2s" },
  { session: "2s", token: "2s" },
];

const slow = (name: string, db: SurrealDb, ms: number): Workflow<number, number> =>
  new Workflow({
    name,
    db,
    steps: [step("wait", async (n: number) => (await sleep(ms), n)), step("last", (n: number) => n + 1)],
  });

describe.each(kinds)("on %s", (kind) => {
  let server: TestServer;
  beforeAll(async () => (server = await startServer(kind)));
  afterAll(() => server.stop());

  const tokenOf = async ({ details, namespace, database }: DatabaseWithUser): Promise<string> => {
    const client = new Surreal();
    await client.connect(server.url, { namespace, database });
    const { access } = await client.signin(details);
    await client.close();
    return access;
  };

  const make = async (level: Level, durations: Durations): Promise<DatabaseWithUser> => {
    const user = await makeUser(server, level, durations);
    onTestFinished(() => user.owner.close());
    return user;
  };

  const use = (
    { namespace, database }: DatabaseWithUser,
    auth: DatabaseAuth,
    options: Partial<SurrealDbOptions> = {},
  ): SurrealDb => {
    const db = new SurrealDb({ url: server.url, auth, namespace, database, ...options });
    onTestFinished(() => db.close());
    return db;
  };

  const forms = {
    details: ({ details }: DatabaseWithUser): DatabaseAuth => details,
    "a function that gives details":
      ({ details }: DatabaseWithUser): DatabaseAuth =>
      () =>
        details,
    "a function that gives a token":
      (user: DatabaseWithUser): DatabaseAuth =>
      () =>
        tokenOf(user),
  };
  const form = (index: number): keyof typeof forms => Object.keys(forms)[index % 3] as keyof typeof forms;

  const cases = terms.flatMap((durations, row) =>
    // The server does not take the token of a bearer access again.
    levels.map((level, column) => ({ level, ...durations, by: form(level === "bearer" ? row % 2 : row + column) })),
  );

  test.concurrent.each(cases)(
    "a $level user by $by, session $session, token $token: runs succeed, the watch hears them all",
    async ({ level, by, ...durations }) => {
      const user = await makeUser(server, level, durations);
      const db = new SurrealDb({ url: server.url, auth: forms[by](user), ...user });
      try {
        const watch = db.runs.watch();
        const told = follow(watch);
        await watch.ready;
        const options = { userId: user.userId };
        const long = slow("long", db, 5200).run(0, options);
        const started: string[] = [];
        const mine = slow("mine", db, 1);
        const others = slow("others", user.owner, 1);
        for (let n = 1; n <= 14; n++) {
          started.push((await mine.run(n, options)).id, (await others.run(n, options)).id);
          await sleep(300);
        }
        started.push((await long).id);
        // A burst when the session has just ended, or is about to.
        const burst = await Promise.all(Array.from({ length: 20 }, (_, n) => slow("burst", db, 30).run(n, options)));
        started.push(...burst.map(({ id }) => id));
        const hasEnded = (id: string): boolean =>
          byRun(told.changes)
            .get(id)
            ?.some(({ run }) => run.status === "success") ?? false;
        await until(() => started.every(hasEnded));
        expect(started.filter((id) => !hasEnded(id))).toEqual([]);
        expectOrder(told.changes);
        // Signed in again before the end, the next live query begins before the last one ends.
        expect(told.changes.filter(({ missed }) => missed !== undefined)).toEqual([]);
        const [rows] = await user.owner.query<[{ status: string; n: number }[]]>(
          "SELECT status, count() AS n FROM workflow_runs GROUP BY status",
        );
        expect(rows).toEqual([{ status: "success", n: started.length }]);
        await watch.return?.();
        await told.ended;
      } finally {
        await db.close();
        await user.owner.close();
      }
    },
    60_000,
  );

  test("64 runs at the moment of the end sign in once, and all succeed", async () => {
    const user = await make("database", { session: "2s", token: "2s" });
    let asked = 0;
    const db = use(user, () => (asked++, user.details), { callTimeoutMs: 20_000 });
    await db.createTables();
    expect(asked).toBe(1);
    await sleep(3200);
    const runs = await Promise.all(Array.from({ length: 64 }, (_, n) => slow("burst", db, 700).run(n)));
    expect(runs.map(({ status }) => status)).toEqual(runs.map(() => "success"));
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThan(6);
  });

  test.each(["30d", "10w", "NONE"])("a token that lasts %s is renewed by nobody", async (token) => {
    const user = await make("database", { session: "NONE", token });
    let asked = 0;
    const db = use(user, () => (asked++, user.details));
    const watch = db.runs.watch();
    await watch.ready;
    await sleep(300);
    await slow("w", db, 1).run(1);
    expect(asked).toBe(1);
    await watch.return?.();
  });

  test("over http, where each request brings the token, one that ends is renewed", async () => {
    const user = await make("database", { session: "1h", token: "2s" });
    const { namespace, database } = user;
    const db = new SurrealDb({ url: server.httpUrl, auth: user.details, namespace, database });
    onTestFinished(() => db.close());
    for (let n = 1; n <= 10; n++) {
      expect((await slow("w", db, 450).run(n)).status).toBe("success");
    }
  });

  test("a user who is gone: the run's failure says so, its row is honest, and the watch ends with the error", async () => {
    const user = await make("database", { session: "2s", token: "2s" });
    const db = use(user, user.details);
    const watch = db.runs.watch();
    await watch.ready;
    const told = follow(watch);
    const watchFailure = failureOf(told.ended);
    const failure = failureOf(slow("w", db, 4500).run(7));
    await sleep(400);
    await user.owner.query(`REMOVE USER ${user.name} ON DATABASE`);
    expect(await watchFailure).toMatchObject({
      code: "authentication_failed",
      message: expect.stringContaining("signing in again was refused"),
    });
    const error = await failure;
    expect(error).toMatchObject({ code: "result_not_recorded", cause: { code: "authentication_failed" } });
    const [row] = await user.owner.runs.latest(1);
    expect(row).toMatchObject({ status: "running" });
    expect(inspect([error, await watchFailure], { depth: 9 })).not.toContain("secret of");
    await expect(db.runs.latest()).rejects.toMatchObject({ code: "authentication_failed" });
  });

  test("a token alone can't be renewed: calls work until it ends, and then say what to give instead", async () => {
    const user = await make("database", { session: "2s", token: "2s" });
    const token = await tokenOf(user);
    const db = use(user, token);
    expect((await slow("w", db, 1).run(1)).status).toBe("success");
    await sleep(5000);
    const failure = await failureOf(db.runs.latest());
    expect(failure).toMatchObject({
      code: "authentication_failed",
      message: expect.stringMatching(/token has expired.*a function/s),
    });
    expect(inspect(failure, { depth: 9 })).not.toContain(token);
    expect(await failureOf(use(user, token).connect())).toMatchObject({ code: "authentication_failed" });
  });

  test("a function that fails for a while is asked again before the session ends", async () => {
    const user = await make("database", { session: "4s", token: "1s" });
    let asked = 0;
    const fails = (): boolean => asked > 1 && asked < 4;
    const db = use(user, () => {
      asked++;
      if (fails()) throw new Error("the vault at https://me:secret@vault is sealed");
      return user.details;
    });
    for (let n = 1; n <= 12; n++) {
      expect((await slow("w", db, 450).run(n)).status).toBe("success");
    }
    expect(asked).toBeGreaterThanOrEqual(4);
    await expect(use(user, () => Promise.reject(new Error("me:secret"))).connect()).rejects.toMatchObject({
      code: "authentication_failed",
      message: expect.not.stringContaining("me:secret"),
    });
  });

  test("a client that the application shares: its watch listens again after each sign-in, and what was missed is told", async () => {
    const user = await make("database", { session: "2s", token: "1h" });
    const { namespace, database, details } = user;
    const client = new Surreal();
    onTestFinished(async () => void (await client.close()));
    await client.connect(server.url, { namespace, database });
    await client.signin(details);
    const db = new SurrealDb({ client });
    const watch = db.runs.watch();
    await watch.ready;
    const told = follow(watch);
    await sleep(4000);
    const missed = await slow("w", user.owner, 1).run(1);
    await client.signin(details);
    await until(() => byRun(told.changes).get(missed.id)?.at(-1)?.run.status === "success");
    const later = await slow("w", user.owner, 1).run(2);
    await until(() => byRun(told.changes).get(later.id)?.at(-1)?.run.status === "success");
    const ends = (id: string): RunChange | undefined => byRun(told.changes).get(id)?.at(-1);
    expect([ends(missed.id), ends(later.id)]).toMatchObject([
      { run: { status: "success" } },
      { run: { status: "success" } },
    ]);
    await watch.return?.();
    await db.close();
  });
});
