/** Sessions and tokens that end: in the middle of a run, of many runs, and of a watch. */
import { setTimeout as sleep } from "node:timers/promises";

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
});
