/** A server that allows nothing but what docs/database.md says, and users who are not root. */
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { tool } from "ai";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";

import { neededFunctions } from "../src/db/engine/capabilities.ts";
import { Agent, approval, forEach, parallel, Recovery, step, SurrealDb, Team, Workflow } from "../src/index.ts";
import { scriptedModel } from "../src/testing/index.ts";
import { rootAuth } from "./backends.ts";
import { jsonLines, minutier, printed } from "./cli-fixture.ts";
import { failureOf } from "./failure-of.ts";
import { findSurreal, startSurreal, type SurrealServer } from "./surreal-server.ts";

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

/** Wanted where one process has the database to itself, which is not at a server. */
const embeddedOnly = new Set(["string::starts_with"]);

/** The functions in the queries of the sources, `a::b` and `.map(|$x| …)` alike. */
function functionsInSources(): Set<string> {
  const source = fileURLToPath(new URL("../src", import.meta.url));
  const files = globSync("**/*.ts", { cwd: source }).filter((file) => !file.startsWith("testing"));
  const all = files.map((file) => text(`../src/${file}`)).join("\n");
  const named = [...all.matchAll(/(?<![\w:])([a-z]+(?:::[a-z_0-9]+)+)\(/g)].map((match) => match[1] ?? "");
  const methods = [...all.matchAll(/\.(\w+)\(\|\$/g)].map((match) => `array::${match[1]}`);
  return new Set([...named, ...methods].filter((name) => !name.startsWith("fn::") && !embeddedOnly.has(name)));
}

const isAllowed = (name: string): boolean =>
  neededFunctions.some((allowed) => name === allowed || name.startsWith(`${allowed}::`));

describe("the functions that a server has to allow", () => {
  test("are all that stand in queries, and no more", () => {
    const found = functionsInSources();
    expect([...found].filter((name) => !isAllowed(name))).toEqual([]);
    const unused = neededFunctions.filter(
      (allowed) => ![...found].some((name) => name === allowed || name.startsWith(`${allowed}::`)),
    );
    expect(unused).toEqual([]);
  });

  test("are those of docs/database.md, in its command and in its table", () => {
    const section = /### A hardened server([\s\S]*?)\n##/.exec(text("../../docs/database.md"))?.[1] ?? "";
    expect(/--allow-funcs=(\S+)/.exec(section)?.[1]?.split(",")).toEqual(neededFunctions);
    const cells = [...section.matchAll(/^\| (`[^|]*) \|/gm)].map((match) => match[1] ?? "").join(", ");
    expect([...cells.matchAll(/`([\w:]+)`/g)].map((match) => match[1] ?? "").toSorted()).toEqual(neededFunctions);
  });
});

const where = { namespace: "office", database: "office" };

describe.skipIf(findSurreal() === undefined)("on a server with --deny-all and these functions", () => {
  let server: SurrealServer;
  let owner: SurrealDb;

  beforeAll(async () => {
    server = await startSurreal({ flags: ["--deny-all", `--allow-funcs=${neededFunctions.join(",")}`] });
    owner = new SurrealDb({ url: server.url, auth: rootAuth, ...where });
    await owner.query(
      `DEFINE USER owner ON DATABASE PASSWORD "owner's" ROLES OWNER; DEFINE USER editor ON DATABASE PASSWORD "editor's" ROLES EDITOR;
       DEFINE USER viewer ON DATABASE PASSWORD "viewer's" ROLES VIEWER;
       DEFINE USER nsowner ON NAMESPACE PASSWORD "nsowner's" ROLES OWNER; DEFINE USER nseditor ON NAMESPACE PASSWORD "nseditor's" ROLES EDITOR`,
    );
  });
  afterAll(async () => {
    await owner.close();
    await server.kill();
  });

  const as = (username: string, database = where.database): SurrealDb => {
    const level = username.startsWith("ns") ? { namespace: where.namespace } : where;
    const auth = { ...level, username, password: `${username}'s` };
    const db = new SurrealDb({ url: server.url, auth, namespace: where.namespace, database, leaseMs: 200 });
    onTestFinished(() => db.close());
    return db;
  };

  test("an editor makes the tables, runs, waits, goes on, watches, lists, counts and purges", async () => {
    const db = as("editor");
    const watch = db.runs.watch({ matter: "m1" });
    await watch.ready;
    const look = tool({ inputSchema: z.object({}), execute: () => "seen" });
    const model = scriptedModel(({ prompt }) =>
      prompt.at(-1)?.role === "user" ? { toolCalls: [{ toolName: "look", input: {} }] } : "Noted.",
    );
    const clerk = new Agent({ name: "clerk", model, tools: { look }, db });
    const team = new Team({
      name: "office",
      db,
      mode: "broadcast",
      model: scriptedModel(() => "All."),
      members: [new Agent({ name: "member", model: scriptedModel(() => "Yes.") })],
    });
    const inner = new Workflow({ name: "inner", steps: [step("x", (n: unknown) => n)] });
    const workflow = new Workflow({
      name: "analyse",
      db,
      steps: [
        parallel("both", { clerk, inner }),
        step("list", () => [1, 2]),
        forEach(
          "each",
          step("one", (n: number) => n),
        ),
        approval("sign?", { deadlineMs: 3_600_000 }),
        step("end", () => "done"),
      ],
    });
    const options = { sessionId: "s1", key: "k1", metadata: { matter: "m1" }, userId: "u1" };
    const run = await workflow.run("go", options);
    expect(run.status).toBe("running");
    expect(await db.runs.waiting()).toHaveLength(1);
    expect((await workflow.approve(run.id, undefined, { by: "x" })).status).toBe("success");
    expect((await clerk.run("again", { sessionId: "c1", metadata: { matter: "m1" } })).text).toBe("Noted.");
    expect((await clerk.run("and again", { sessionId: "c1" })).text).toBe("Noted.");
    await team.run("all", { sessionId: "t1" });
    const fails = new Workflow({ name: "fails", db, steps: [step("no", () => Promise.reject(new Error("no")))] });
    await failureOf(fails.run(1));
    const cancelled = await workflow.run("stop", {});
    await db.runs.cancel(cancelled.id);

    const abandoned = await workflow.run("left", {});
    await db.query("UPDATE $run SET waiting_for = NONE", { run: (await db.runs.get(abandoned.id))?.id });
    expect(await db.runs.recover()).toHaveLength(1);
    const recovery = new Recovery({ db, workflows: [workflow], intervalMs: 50 }).start();
    await expect.poll(async () => (await db.runs.get(abandoned.id))?.waiting_for, { timeout: 10_000 }).toBeDefined();
    await recovery.close();

    const told: string[] = [];
    for await (const change of watch) {
      told.push(change.run.status);
      if (change.run.status !== "running") break;
    }
    expect(told.at(-1)).toBe("success");

    expect(await db.runs.history({ matter: "m1" })).toHaveLength(2);
    expect((await db.runs.stats()).length).toBeGreaterThan(1);
    await db.runs.latest();
    await db.runs.running({ within: "1h" });
    expect(await db.runs.nested(run.id)).toHaveLength(1);
    expect(await db.sessions.list("agent")).not.toEqual([]);
    expect(await db.sessions.messages({ kind: "agent", name: "clerk", sessionId: "c1" })).toHaveLength(4);
    await db.sessions.toolCalls({ kind: "agent", name: "clerk", sessionId: "c1" });
    await db.sessions.workflow("analyse", "s1");
    const filter = { before: new Date(Date.now() + 60_000) };
    expect((await db.runs.purge(filter, { dryRun: false })).deleted.workflow_runs).toBeGreaterThan(2);
    expect((await db.sessions.purge(filter, { dryRun: false })).deleted.agent_sessions).toBeGreaterThan(0);
  });

  test("people's queries need an owner once, and then an editor", async () => {
    const query = "SELECT count() FROM workflow_runs GROUP ALL";
    await as("editor").createTables();
    expect(await failureOf(as("editor").queryRecord(query))).toMatchObject({
      code: "query_failed",
      message: expect.stringContaining("OWNER"),
    });
    await as("owner").queryRecord(query);
    expect(await as("editor").queryRecord(query)).toHaveLength(1);
  });

  test.each([
    ["owner", where.database],
    ["editor", where.database],
    ["nsowner", "made by owner"],
    ["nseditor", "made by editor"],
  ])("%s creates the tables of %s, and runs", async (username, database) => {
    const db = as(username, database);
    const run = await new Workflow({ name: "w", db, steps: [step("a", () => 1)] }).run(1);
    expect(run.status).toBe("success");
    expect(await db.runs.latest()).not.toEqual([]);
  });

  test("a viewer reads, and is refused in clear words before anything is made or runs", async () => {
    const refusals = [];
    for (const database of [where.database, "not there"]) {
      const db = database === where.database ? as("viewer") : as("viewer", database);
      const workflow = new Workflow({ name: "w", db, steps: [step("a", () => expect.unreachable())] });
      refusals.push(await failureOf(workflow.run(1)));
    }
    for (const { code, message } of refusals)
      expect([code, message]).toEqual(["not_recorded", expect.stringMatching(/may not|refused the sign-in/)]);
    await owner.createTables();
    expect(await as("viewer").runs.latest()).toEqual(expect.any(Array));
    expect(await failureOf(as("viewer").runs.purge({ status: "success" }, { dryRun: false }))).toMatchObject({
      message: expect.stringContaining("may not"),
    });
  });

  test("the command line does all that it does, for a user of the database", async () => {
    const db = as("editor");
    const { id } = await new Workflow({ name: "w", db, steps: [step("a", () => 1)] }).run(1, { sessionId: "s9" });
    const to = ["--db", server.url, "--namespace", where.namespace, "--database", where.database];
    const user = ["--username", "editor", "--auth-level", "database"];
    const env = { MINUTIER_PASSWORD: "editor's" };
    const ask = (...args: string[]): Promise<string> => printed([...args, ...to, ...user], { env });
    expect(jsonLines(await ask("runs", "list", "--json")).length).toBeGreaterThan(0);
    expect(await ask("runs", "show", id)).toContain(id);
    expect(await ask("runs", "stats")).toContain("w");
    expect(await ask("runs", "export")).toContain(id);
    expect(await ask("sessions", "list")).toContain("s9");
    expect(await ask("doctor")).toContain("engine");
    expect(await ask("runs", "purge", "--workflow", "w", "--yes")).toBeDefined();
    const { code, stderr } = await minutier(["runs", "list", ...to, ...user], {
      env: { MINUTIER_PASSWORD: "wrong" },
    });
    expect([code, stderr]).toEqual([1, expect.stringContaining("refused the sign-in")]);
    expect(stderr).not.toContain("wrong");
  }, 120_000);
});

test.skipIf(findSurreal() === undefined)("a function that is missing is named, with the option", async () => {
  for (const missing of ["time::now", "object::extend"]) {
    const allowed = neededFunctions.filter((name) => name !== missing);
    const server = await startSurreal({ path: "memory", flags: ["--deny-all", `--allow-funcs=${allowed.join(",")}`] });
    const db = new SurrealDb({ url: server.url, auth: rootAuth });
    const error = await failureOf(new Workflow({ name: "w", db, steps: [step("a", () => 1)] }).run(1));
    const { cause } = error;
    expect(cause).toMatchObject({
      code: "query_failed",
      message: expect.stringContaining(`does not allow the function ${missing}. Start it with --allow-funcs=`),
      details: { function: missing },
    });
    await db.close();
    await server.kill();
  }
});
