/** Record users with the permissions of docs/database.md: each runs and sees what is theirs, and nothing is passed over. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { Agent, approval, parallel, step, SurrealDb, Workflow } from "../src/index.ts";
import { scriptedModel } from "../src/testing/scripted-model.ts";
import { backends, rootAuth, type ServerKind, startServer, type TestServer } from "./backends.ts";
import { recordUserPermissions } from "./database-users.ts";
import { failureOf } from "./failure-of.ts";
import { byRun, follow, until } from "./watched-changes.ts";

const kinds = backends.map(({ name }) => name).filter((name): name is ServerKind => name === "ws" || name === "server");
const access = `DEFINE TABLE person SCHEMALESS; CREATE person:ana SET password = "a"; CREATE person:bob SET password = "b";
  DEFINE ACCESS office ON DATABASE TYPE RECORD
    SIGNIN (SELECT * FROM type::record("person", $name) WHERE password = $password)`;

describe.each(kinds)("record users on %s", (kind) => {
  let server: TestServer;
  let databases = 0;
  beforeAll(async () => (server = await startServer(kind)));
  afterAll(() => server.stop());

  /** The owner's connection, and those of two record users. */
  async function open(permissions: string): Promise<Record<"owner" | "ana" | "bob", SurrealDb>> {
    const where = { namespace: "office", database: `d${++databases}` };
    const use = (auth: object): SurrealDb => {
      const db = new SurrealDb({ url: server.url, auth: auth as typeof rootAuth, ...where });
      onTestFinished(() => db.close());
      return db;
    };
    const owner = use(rootAuth);
    await owner.createTables();
    await owner.query(`${access}; ${permissions}`);
    const as = (name: string, password: string): SurrealDb =>
      use({ ...where, access: "office", variables: { name, password } });
    return { owner, ana: as("ana", "a"), bob: as("bob", "b") };
  }

  const define = (db: SurrealDb): Workflow =>
    new Workflow({ name: "w", db, steps: [parallel("p", { a: step("x", () => 1) }), step("z", () => "done")] });

  test("run, wait, go on and read what is theirs, and see nothing of others", async () => {
    const { owner, ana, bob } = await open(recordUserPermissions);
    const watch = bob.runs.watch();
    await watch.ready;
    const told = follow(watch);
    const mine = { userId: "person:ana", metadata: { dossier_id: "dossier:1" } };
    const first = await define(ana).run(1, { ...mine, key: "once" });
    expect((await define(ana).run(1, { ...mine, key: "once" })).id).toBe(first.id);
    const signed = new Workflow({ name: "s", db: ana, steps: [approval("ok?"), step("z", () => 1)] });
    const waiting = await signed.run(1, mine);
    expect((await signed.approve(waiting.id, undefined, { by: "ana" })).status).toBe("success");
    const theirs = await define(owner).run(2, { userId: "person:bob" });

    expect((await ana.runs.latest()).map(({ user_id: user }) => user)).toEqual(["person:ana", "person:ana"]);
    expect(await ana.runs.history({ dossier_id: "dossier:1" })).toHaveLength(2);
    expect((await ana.runs.get(first.id))?.steps).toHaveLength(3);
    expect(await ana.runs.get(theirs.id)).toBeUndefined();
    expect(await bob.query("SELECT * FROM workflow_steps WHERE run.user_id != 'person:bob'")).toEqual([[]]);
    await until(() => byRun(told.changes).get(theirs.id)?.at(-1)?.run.status === "success");
    expect([...byRun(told.changes).keys()]).toEqual([theirs.id]);
    await watch.return?.();

    await ana.query(
      "UPDATE workflow_runs SET output = 'forged'; UPDATE run_leases SET holder = 'x'; DELETE workflow_runs",
    );
    expect((await owner.runs.get(theirs.id))?.output).toBe("done");
  });

  test("are refused before anything runs what is not theirs", async () => {
    const { owner, ana, bob } = await open(recordUserPermissions);
    const never = (db: SurrealDb): Workflow =>
      new Workflow({ name: "w", db, steps: [step("never", () => expect.unreachable())] });
    await define(bob).run(1, { userId: "person:bob", sessionId: "bob's" });
    const agent = new Agent({ name: "clerk", db: ana, model: scriptedModel(() => expect.unreachable()) });
    const before = await owner.query("SELECT VALUE id FROM workflow_runs; SELECT VALUE id FROM run_leases");
    for (const work of [
      () => never(ana).run(1, { userId: "person:bob" }),
      () => never(ana).run(1),
      () => never(ana).run(1, { userId: "person:ana", sessionId: "bob's" }),
      () => agent.run("?", { userId: "person:ana" }),
    ])
      expect(await failureOf(work())).toMatchObject({
        code: "not_recorded",
        message: expect.stringContaining("may not"),
      });
    expect(await owner.query("SELECT VALUE id FROM workflow_runs; SELECT VALUE id FROM run_leases")).toEqual(before);
  });

  /** Each statement of the documentation, left out in turn. */
  const statements = recordUserPermissions.trim().split(/;\s*/).filter(Boolean);

  test.each(statements.map((statement) => [/TABLE (\w+)/.exec(statement)?.[1] ?? "", statement]))(
    "without the permissions of %s no run succeeds off the record",
    async (table, statement) => {
      const { owner, ana } = await open(statements.filter((each) => each !== statement).join("; "));
      const error = await failureOf(define(ana).run(1, { userId: "person:ana", key: "k" }));
      expect(error.code).toMatch(/^(not_recorded|result_not_recorded|lease_lost)$/);
      const rows = await owner.query<[{ status: string }[]]>(
        "SELECT status FROM workflow_runs WHERE status = 'success'",
      );
      expect([table, rows]).toEqual([table, [[]]]);
    },
  );

  test("find no tables made by themselves: the owner makes them", async () => {
    const { owner, ana } = await open("REMOVE TABLE workflow_runs");
    expect(await failureOf(define(ana).run(1, { userId: "person:ana" }))).toMatchObject({ code: "not_recorded" });
    const [{ tables }] = await owner.query<[{ tables: object }]>("INFO FOR DB");
    expect(Object.keys(tables)).not.toContain("workflow_runs");
  });
});
