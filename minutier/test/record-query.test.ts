import { describe, expect, test } from "vitest";

import { Agent } from "../src/agent/agent.ts";
import { checkRecordQuery } from "../src/db/check-record-query.ts";
import { RecordReader } from "../src/db/record-reader.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import { MinutierError } from "../src/errors.ts";
import { scriptedModel } from "../src/testing/scripted-model.ts";
import { step } from "../src/workflow/entries.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { backends, remoteBackend, sharedServer } from "./backends.ts";
import { failureOf } from "./failure-of.ts";

/** A database with a run, and a business table beside it that the run's metadata links to. */
async function seeded(db: SurrealDb): Promise<string> {
  await db.query(
    `CREATE dossier:d1 SET secret = 'sealed', next = dossier:d2; CREATE dossier:d2 SET secret = 'deeper';
     DEFINE TABLE open SCHEMALESS PERMISSIONS FULL; CREATE open:1 SET value = 1; RELATE dossier:d1->has->open:1;
     DEFINE FUNCTION fn::leak() { RETURN (SELECT * FROM dossier) }; DEFINE PARAM $pin VALUE 1234`,
  );
  const [[dossier]] = await db.query<[{ id: unknown }[]]>("SELECT id FROM dossier:d1");
  const [[open]] = await db.query<[{ id: unknown }[]]>("SELECT id FROM open:1");
  const workflow = new Workflow({
    name: "analyse",
    db,
    steps: [new Agent({ name: "reader", model: scriptedModel(() => "read") }), step("z", () => 1)],
  });
  const { id } = await workflow.run("go", { sessionId: "s1", metadata: { dossier: dossier?.id, open: open?.id } });
  return id;
}

describe.each(backends)("SurrealQL of people on $name", ({ open }) => {
  test("reads the record's tables, with parameters, conversations and steps", async () => {
    const db = await open();
    const id = await seeded(db);
    const results = await db
      .queryRecord(
        `SELECT workflow_name, status FROM workflow_runs WHERE metadata.dossier != NONE AND workflow_name = $name;
       -- A comment; and a text with one: "--"
       SELECT messages FROM agent_sessions LIMIT 5 /* five */;
       SELECT name, turn.content AS asked FROM fn::run_steps($run);
       SELECT count() AS n, math::sum(usage.total_tokens ?? 0) AS tokens FROM workflow_steps GROUP ALL;
       SELECT VALUE content FROM agent_messages:['reader', 's1', 0]..=['reader', 's1', 9] START 1 LIMIT 1`,
        { name: "analyse", run: (await db.runs.get(id))?.id },
      )
      .catch((error: unknown) => error);
    expect(results).toMatchObject([
      { result: [{ workflow_name: "analyse", status: "success" }] },
      { result: [{ messages: [{ role: "user", content: "go" }, { content: "read" }] }] },
      { result: [{ name: "reader", asked: "go" }, { name: "z" }] },
      { result: [{ n: 2, tokens: 15 }] },
      { result: ["read"] },
    ]);
  });

  test("the engine keeps its principal from other tables and from writing, whatever gets past the check", async () => {
    const db = await open();
    await seeded(db);
    await db.queryRecord("SELECT id FROM workflow_runs");
    const before = await db.query(
      "SELECT * FROM dossier; SELECT * FROM open; SELECT id, status FROM workflow_runs; INFO FOR DB",
    );
    const database = SurrealDb.databaseOf(db);
    const connection = await database.connection();
    const reader = new RecordReader(database);
    const unchecked = async (...statements: string[]): Promise<unknown[]> => {
      // The reader's own session and transaction, without what it checks first.
      let results: unknown[] = [];
      const readAs = connection.readAs.bind(connection);
      connection.readAs = async (auth, _, variables) => readAs(auth, statements, variables);
      try {
        results = await reader.query("SELECT id FROM workflow_runs", {}, {});
      } finally {
        connection.readAs = readAs;
      }
      return results.map((each) => (each as { result: unknown }).result);
    };
    const empty = [
      "SELECT * FROM dossier",
      "SELECT * FROM dossier:d1",
      "SELECT * FROM type::table('dossier')",
      "SELECT * FROM (SELECT * FROM dossier)",
      "SELECT VALUE secret FROM dossier:d1..",
      "SELECT * FROM query_keys",
      "SELECT * FROM run_leases",
      "SELECT * FROM session_sequences",
      "CREATE workflow_runs:forged SET status = 'success'",
      "UPDATE workflow_runs SET status = 'error'",
      "DELETE workflow_runs",
      "RETURN fn::leak()",
    ];
    for (const statement of empty) expect([statement, await unchecked(statement)]).toEqual([statement, [[]]]);
    for (const statement of [
      "SELECT VALUE metadata.dossier.secret FROM workflow_runs",
      "SELECT VALUE metadata.dossier.next.secret FROM workflow_runs",
      "SELECT VALUE metadata.dossier.*.secret FROM workflow_runs",
      "SELECT metadata FROM workflow_runs FETCH metadata.dossier",
      "SELECT VALUE metadata.open->has->dossier.secret FROM workflow_runs",
      "SELECT *, (SELECT * FROM dossier) AS dossiers FROM workflow_runs",
    ])
      expect([statement, JSON.stringify(await unchecked(statement))]).not.toEqual([
        statement,
        expect.stringMatching(/sealed|deeper/),
      ]);
    // A table that its maker opened to everybody is open to this principal too: there the check alone stands before it.
    expect(await unchecked("SELECT VALUE value FROM open")).toEqual([[1]]);
    expect(await failureOf(db.queryRecord("SELECT VALUE value FROM open"))).toMatchObject({ code: "invalid_input" });
    for (const statement of [
      "DEFINE TABLE mine",
      "REMOVE TABLE workflow_runs",
      "DEFINE FIELD x ON workflow_runs",
      "DEFINE USER me ON DATABASE PASSWORD 'x' ROLES OWNER",
      "INFO FOR DB",
      "RETURN http::get('http://127.0.0.1:1')",
      "RETURN function() { return 1 }",
      "SLEEP 1s",
    ])
      expect([statement, (await failureOf(unchecked(statement))).code]).toEqual([statement, "query_failed"]);
    const after = await db.query(
      "SELECT * FROM dossier; SELECT * FROM open; SELECT id, status FROM workflow_runs; INFO FOR DB",
    );
    expect(after).toEqual(before);
  });

  test("is ended by its time, and gives no more rows than its limit", async () => {
    const db = await open();
    await seeded(db);
    await db.query("FOR $n IN 0..300 { CREATE workflow_steps SET n = $n }");
    const square = "SELECT (SELECT count() FROM workflow_steps GROUP ALL) FROM workflow_steps";
    const slow = db.queryRecord(square, {}, { timeoutMs: 5 });
    expect(await failureOf(slow)).toMatchObject({
      code: "query_failed",
      message: expect.stringContaining("exceeded the timeout"),
    });
    const [one] = await db.queryRecord("SELECT id FROM workflow_steps", {}, { limit: 1 });
    expect(one?.result).toHaveLength(1);
  });

  test("is refused where the tables were made without the permission, with what gives it", async () => {
    const db = await open();
    await db.query("DEFINE TABLE workflow_runs SCHEMALESS");
    const error = await failureOf(db.queryRecord("SELECT id FROM workflow_runs"));
    expect(error.message).toContain("were created without that permission");
    await db.query(/Give it to them: (.*)$/.exec(error.message)?.[1] ?? "");
    expect(await db.queryRecord("SELECT id FROM workflow_runs")).toEqual([{ result: [] }]);
  });
});

test("two processes read with keys of their own, and a wrong key opens nothing", async () => {
  const one = await remoteBackend.open({ database: "keys" });
  const { url } = await sharedServer();
  const auth = { username: "root", password: "root" };
  await using two = new SurrealDb({ url, auth, namespace: "test", database: "keys" });
  await seeded(one);
  expect(await one.queryRecord("SELECT VALUE status FROM workflow_runs")).toEqual([{ result: ["success"] }]);
  expect(await two.queryRecord("SELECT VALUE status FROM workflow_runs")).toEqual([{ result: ["success"] }]);
  const [keys] = await one.query<[{ key: string }[]]>("SELECT key FROM query_keys");
  expect(keys).toHaveLength(2);
  const connection = await SurrealDb.databaseOf(one).connection();
  for (const key of ["", "wrong", keys[0]?.key])
    expect(
      await failureOf(
        connection.readAs({ access: "minutier_query", variables: { key } }, ["SELECT * FROM dossier"], {}),
      ),
    ).toBeInstanceOf(Error);
});

describe("the check before the engine", () => {
  const verdict = (text: string, variables: Record<string, unknown> = {}): string => {
    try {
      return checkRecordQuery(text, variables, { limit: 100, timeoutMs: 5000 }).join(" ; ");
    } catch (error) {
      return `refused: ${(error as Error).message}`;
    }
  };

  test("puts limits of rows and time where they belong", () => {
    expect(verdict("SELECT * FROM workflow_runs")).toBe("SELECT * FROM workflow_runs LIMIT 100 TIMEOUT 5000ms");
    expect(verdict("select id from workflow_runs order by id start 5 fetch turn;")).toBe(
      "select id from workflow_runs order by id LIMIT 100 start 5 fetch turn TIMEOUT 5000ms",
    );
    expect(verdict("SELECT id FROM workflow_runs LIMIT $n", { n: 3 })).toBe(
      "SELECT id FROM workflow_runs LIMIT $n TIMEOUT 5000ms",
    );
    expect(verdict("SELECT (SELECT id FROM workflow_steps LIMIT 5000) FROM workflow_runs LIMIT BY 7 START 2")).toBe(
      "SELECT (SELECT id FROM workflow_steps LIMIT 5000) FROM workflow_runs LIMIT BY 7 START 2 TIMEOUT 5000ms",
    );
    expect(verdict("SELECT a--x\n,b FROM/* LIMIT 1 */workflow_runs # ; DELETE x")).toBe(
      "SELECT a ,b FROM workflow_runs LIMIT 100 TIMEOUT 5000ms",
    );
    expect(verdict("SELECT `delete`, metadata.update, $create, 'it''s' FROM workflow_runs", {})).toMatch(/^SELECT/);
  });

  test.each([
    "",
    " ; ",
    "-- nothing",
    "CREATE x",
    "LET $x = 1; SELECT * FROM workflow_runs",
    "SELECT * FROM workflow_runs; DELETE workflow_runs",
    "SELECT * FROM workflow_runs\n;DELETE workflow_runs",
    "SELECT (DELETE workflow_runs) FROM workflow_runs",
    "SELECT { DELETE workflow_runs } FROM workflow_runs",
    "SELECT {RETURN 1; RETURN 2} FROM workflow_runs",
    "BEGIN; SELECT * FROM workflow_runs; COMMIT",
    "RETURN 1",
    "INFO FOR DB",
    "USE DB other",
    "LIVE SELECT * FROM workflow_runs",
    "SHOW CHANGES FOR TABLE workflow_runs SINCE 1",
    "SLEEP 1s",
    "SELECT sleep::now() FROM workflow_runs",
    "SELECT http::get('http://169.254.169.254/') FROM workflow_runs",
    "SELECT HTTP::get('x') FROM workflow_runs",
    "SELECT http :: get('x') FROM workflow_runs",
    "SELECT http/**/::get('x') FROM workflow_runs",
    "SELECT fn::leak() FROM workflow_runs",
    "SELECT `http::get`('x') FROM workflow_runs",
    "SELECT ⟨http::get⟩ ('x') FROM workflow_runs",
    "SELECT `http`::`get`('x') FROM workflow_runs",
    "SELECT type::`table`('x') FROM workflow_runs",
    "SELECT crypto::argon2::generate('x') FROM workflow_runs",
    "SELECT * FROM type::table('dossier')",
    "SELECT * FROM type::table($t)",
    "SELECT * FROM dossier",
    "SELECT * FROM `dossier`",
    "SELECT * FROM ⟨dossier⟩",
    "SELECT * FROM dossier:d1",
    "SELECT * FROM workflow_runs, dossier",
    "SELECT * FROM workflow_runs:a..b, dossier:d1",
    "SELECT * FROM (SELECT * FROM dossier)",
    "SELECT * FROM run_leases",
    "SELECT * FROM query_keys",
    "SELECT * FROM ONLY workflow_runs",
    "SELECT * FROM workflow_runs TIMEOUT 1h",
    "SELECT * FROM workflow_runs LIMIT 101",
    "SELECT * FROM workflow_runs LIMIT 1 + 5000",
    "SELECT * FROM workflow_runs LIMIT $n",
    "SELECT * FROM workflow_runs LIMIT (5)",
    "SELECT * FROM workflow_runs LIMIT -1",
    "SELECT * FROM workflow_runs VERSION d'2024-01-01T00:00:00Z'",
    "SELECT * FROM workflow_runs PARALLEL",
    "SELECT |$x| $x FROM workflow_runs",
    "SELECT [1].map(|$x| $x) FROM workflow_runs",
    "SELECT function() { return 1 } FROM workflow_runs",
    'SELECT * FROM workflow_runs WHERE a = /"/; DELETE workflow_runs; -- "',
    "SELECT 1",
    "SELECT 'unfinished FROM workflow_runs",
    "SELECT /* unfinished FROM workflow_runs",
    "SELECT (1 FROM workflow_runs",
    "SELECT 1) FROM workflow_runs",
    "SELECT \u0000 FROM workflow_runs",
    `SELECT ${"(".repeat(30)}1${")".repeat(30)} FROM workflow_runs`,
    `SELECT '${"x".repeat(10_000)}' FROM workflow_runs`,
    Array.from({ length: 11 }, () => "SELECT 1 FROM workflow_runs").join(";"),
  ])("refuses %s", (text) => {
    expect(verdict(text, { n: 5000, t: "dossier" })).toMatch(/^refused: /);
  });
});

/** Everything that can be put in a row, which the engine goes down into one by one. */
const chains: Record<string, (count: number) => string> = {
  ...Object.fromEntries(
    ["- ", "+ ", "!", "!!", "<int>", "<string> ", "-!", "!<bool>"].map((sign) => [
      sign,
      (count: number) => `SELECT ${sign.repeat(count)}1 AS x FROM workflow_runs`,
    ]),
  ),
  ...Object.fromEntries(
    ["+", "-", "*", "÷", "**", "??", "?:", "&&", "||", "AND", "OR", "=", "!=", "IN", "∋", "CONTAINS", "~"].map(
      (sign) => [`1 ${sign}`, (count: number) => `SELECT ${`1 ${sign} `.repeat(count)}1 AS x FROM workflow_runs`],
    ),
  ),
  ...Object.fromEntries(
    [".a", "[0]", "->b", "<-b", ".*", ".len()", "[WHERE a]", "?.a", "...", ".{a}"].map((sign) => [
      `a${sign}`,
      (count: number) => `SELECT a${sign.repeat(count)} AS x FROM workflow_runs`,
    ]),
  ),
  "( and -": (count) => {
    const depth = Math.min(count, 20);
    return `SELECT ${`-${"!".repeat(Math.ceil(count / 20))}(`.repeat(depth)}1${")".repeat(depth)} AS x FROM workflow_runs`;
  },
  "subqueries with operators": (count) => {
    const depth = Math.min(count, 20);
    const each = "1 + ".repeat(Math.ceil(count / 20));
    return `SELECT ${`${each}(SELECT VALUE `.repeat(depth)}1 FROM workflow_runs${" LIMIT 1)[0] FROM workflow_runs".repeat(depth)}`;
  },
};

describe("what is put in a row", () => {
  test.each(Object.keys(chains))("of %s, as often as the check lets it, the engine survives", async (name) => {
    const chain = chains[name]!;
    const passes = (count: number): boolean => {
      try {
        return checkRecordQuery(chain(count), {}, {}).length > 0;
      } catch {
        return false;
      }
    };
    let most = 0;
    for (let step = 4096; step >= 1; step /= 2) if (passes(most + step)) most += step;
    expect(most).toBeLessThanOrEqual(500);
    const db = await backends[0]!.open();
    await seeded(db);
    // As it is, and by the owner: refused by the engine perhaps, but with an answer.
    for (const count of new Set([1, Math.ceil(most / 2), most].filter((each) => each > 0)))
      await db.queryRecord(chain(count)).catch((error: unknown) => expect(error).toBeInstanceOf(MinutierError));
    expect(await db.query("RETURN 1")).toEqual([1]);
  });
});
