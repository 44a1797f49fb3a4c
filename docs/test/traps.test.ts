// The engine's facts that docs/database.md warns of, beside those of minutier/test/engine-facts.test.ts: when a newer
// engine mends one, its test says so.
import type { SurrealDb } from "minutier";
import { openTestDatabase } from "minutier/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let db: SurrealDb;
beforeEach(async () => {
  db = await openTestDatabase();
});
afterEach(() => db.close());

async function failureOf(text: string): Promise<string> {
  return db.query(text).then(
    () => expect.unreachable("it should have failed"),
    (error: Error) => error.message,
  );
}

describe("reading", () => {
  test("a table that does not exist is an error, and nothing for the library's own methods", async () => {
    expect(await failureOf("SELECT * FROM workflow_runs")).toMatch(/does not exist/);
    expect(await db.runs.latest()).toEqual([]);
    expect(await db.sessions.list("agent")).toEqual([]);
    expect(await db.runs.get("workflow_runs:none")).toBeUndefined();
  });

  test("ORDER BY needs its field among the selected ones", async () => {
    await db.query("CREATE a:1 SET x = 1, y = 2");
    expect(await failureOf("SELECT x FROM a ORDER BY y")).toMatch(/Missing order idiom/);
  });
});

describe("writing", () => {
  test("UPDATE of a row that does not exist says nothing", async () => {
    await db.query("DEFINE TABLE a");
    expect(await db.query("UPDATE a:9 SET x = 1; SELECT * FROM a")).toEqual([[], []]);
  });

  test("without BEGIN each statement commits by itself", async () => {
    expect(await failureOf("CREATE a:1; THROW 'no'; CREATE a:2")).toMatch(/no/);
    const [rows] = await db.query<[object[]]>("SELECT * FROM a");
    expect(rows).toHaveLength(2);
    expect(await failureOf("BEGIN; CREATE a:3; THROW 'no'; COMMIT")).toMatch(/no/);
    expect((await db.query<[object[]]>("SELECT * FROM a"))[0]).toHaveLength(2);
  });

  test("BEGIN and COMMIT take places in the results", async () => {
    expect(await db.query("BEGIN; RETURN 5; COMMIT")).not.toEqual([5]);
    const results = await db.query("BEGIN; CREATE a:1; COMMIT; SELECT VALUE id.id() FROM a");
    expect(results).toHaveLength(4);
    expect(results[3]).toEqual([1]);
  });
});
