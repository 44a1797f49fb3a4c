/**
 * What the design rests on in the engines that are tested (3.0.2, embedded and behind our own server; 3.3.5, a real
 * server) and in the SDK 2.0.8. A failure here is news, not a fault: the engine or the SDK has changed, and what worked
 * around it can go. Each test names the place; where the engines differ, it says from which version on.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { createNodeEngines } from "@surrealdb/node";
import {
  BoundIncluded,
  CborCodec,
  ChannelIterator,
  DateTime,
  isRetryableConflict,
  RecordId,
  RecordIdRange,
  Surreal,
} from "surrealdb";
import { describe, expect, test } from "vitest";

import { isConflict } from "../src/db/engine/conflict.ts";
import { can } from "../src/db/engine/engine-features.ts";
import { isOlder } from "../src/db/engine/engine-version.ts";
import { repairLiveChannels } from "../src/db/engine/live-channel.ts";
import type { SurrealDb } from "../src/db/surreal-db.ts";
import { backends, type ServerKind, sharedServer } from "./backends.ts";
import { runFixture } from "./run-fixture.ts";

/** The servers that there are here. */
const serverKinds = backends
  .map(({ name }) => name)
  .filter((name): name is ServerKind => name === "ws" || name === "server");

async function planOf(db: SurrealDb, select: string): Promise<string> {
  const [plan] = await db.query(`EXPLAIN ${select}`);
  return JSON.stringify(plan);
}

/** Whether the engine is of this version or a newer one. */
async function isSince(db: SurrealDb, version: string): Promise<boolean> {
  return !isOlder((await db.version()).engine, version);
}

for (const backend of backends) {
  describe(`the engine behind ${backend.name}`, () => {
    test("is the tested one", async () => {
      const newest = backend.name === "server" ? "3.3.5" : "3.0.2";
      expect(await (await backend.open()).version()).toEqual({ engine: newest, tested: true });
    });

    test("before 3.3.5 a computed field is absent from rows read through a secondary index (tables.ts: no index beside one; engine-features.ts)", async () => {
      const db = await backend.open();
      await db.query(`
        DEFINE TABLE s SCHEMALESS; DEFINE FIELD messages ON s COMPUTED { RETURN [1, 2] }; DEFINE INDEX by_name ON s FIELDS name;
        CREATE s:1 SET name = 'a'; CREATE s:2 SET name = 'b'`);
      const select = "SELECT * FROM s WHERE name = 'a'";
      expect(await planOf(db, select)).toContain("by_name");
      const results = await db.query<[object[], object[], object[], object[]]>(
        `${select}; SELECT * FROM s WITH NOINDEX WHERE name = 'a'; SELECT * FROM s:1; SELECT * FROM s:0..5`,
      );
      const isThere = await isSince(db, "3.3.5");
      expect(results.map(([row]) => row !== undefined && "messages" in row)).toEqual([isThere, true, true, true]);
      expect(can(await db.version(), "computedThroughIndex")).toBe(isThere);
    });

    test("from 3.3.5 on each write of a row computes its computed fields (tables.ts: write such a row once)", async () => {
      const db = await backend.open();
      await db.query(`
        DEFINE TABLE s SCHEMALESS; CREATE s:1 SET a = 1; DEFINE FIELD costly ON s COMPUTED { THROW 'computed' }`);
      const write = db.query("UPDATE s:1 SET a = 2 RETURN NONE");
      if (await isSince(db, "3.3.5")) await expect(write).rejects.toThrow("computed");
      else expect(await write).toEqual([[]]);
    });

    test("a field name inside a computed range needs a LET (tables.ts: messagesField)", async () => {
      const db = await backend.open();
      await db.query(`
        DEFINE TABLE m; CREATE m:['a', 1] SET n = 1;
        DEFINE TABLE s SCHEMALESS;
        DEFINE FIELD bare ON s COMPUTED { RETURN (SELECT VALUE n FROM m:[name, NONE]..=[name, ..]) };
        DEFINE FIELD bound ON s COMPUTED { LET $name = name; RETURN (SELECT VALUE n FROM m:[$name, NONE]..=[$name, ..]) };
        CREATE s:1 SET name = 'a'`);
      expect(await db.query("SELECT bare, bound FROM s:1")).toEqual([[{ bare: [], bound: [1] }]]);
    });

    test("a range of type::record() downwards forgets its last row, a RecordIdRange does not (run-list.ts: listBetween)", async () => {
      const db = await backend.open();
      await db.query("FOR $key IN ['a', 'b', 'c', 'd'] { CREATE type::record('t', $key) }");
      const [wrong] = await db.query("SELECT id FROM type::record('t', ..=$end) ORDER BY id DESC LIMIT 2", {
        end: "c",
      });
      expect(wrong).toEqual([{ id: new RecordId("t", "b") }, { id: new RecordId("t", "a") }]);
      const range = new RecordIdRange("t", undefined, new BoundIncluded("c"));
      const [right] = await db.query("SELECT id FROM $range ORDER BY id DESC LIMIT 2", { range });
      expect(right).toEqual([{ id: new RecordId("t", "c") }, { id: new RecordId("t", "b") }]);
    });

    test("before 3.3.5 UPSERT … SET a = a ?? x does not see the stored a, while += does (conversations.ts: openTurn)", async () => {
      const db = await backend.open();
      await db.query("UPSERT c:1 SET n = (n ?? 0) + 2; UPSERT c:1 SET n = (n ?? 0) + 2");
      await db.query("UPSERT c:2 SET n += 2; UPSERT c:2 SET n += 2");
      expect(await db.query("RETURN [c:1.n, c:2.n]")).toEqual([[(await isSince(db, "3.3.5")) ? 4 : 2, 4]]);
    });

    test("a RETURN at the top ends a transaction: what follows it does not run (conversations.ts: no RETURN)", async () => {
      const db = await backend.open();
      await db.query("DEFINE TABLE r; BEGIN; CREATE r:1; RETURN 1; CREATE r:2; COMMIT").catch(() => undefined);
      const [rows] = await db.query<[object[]]>("SELECT * FROM r:2");
      expect(rows).toEqual([]);
    });

    test("SELECT from a table that is not defined is an error (database.ts: select)", async () => {
      const db = await backend.open();
      await expect(db.query("SELECT * FROM nowhere")).rejects.toThrow("The table 'nowhere' does not exist");
      await expect(db.query("SELECT * FROM nowhere:1")).rejects.toThrow("The table 'nowhere' does not exist");
    });

    test("before 3.3.5 ORDER BY … DESC reads a whole index forward and sorts (run-queries.ts: order by id, no index on created_at; engine-features.ts)", async () => {
      const db = await backend.open();
      await db.query("DEFINE TABLE t; DEFINE INDEX by_at ON t FIELDS at; CREATE t:1 SET at = 1");
      const plan = await planOf(db, "SELECT * FROM t ORDER BY at DESC LIMIT 10");
      const isBackward = await isSince(db, "3.3.5");
      expect(plan).toContain(`direction: ${isBackward ? "Backward" : "Forward"}`);
      expect(plan.includes("SortTopK")).toBe(!isBackward);
      expect(can(await db.version(), "indexBackward")).toBe(isBackward);
    });

    test("ORDER BY id DESC reads the end of the table and does not sort (run-queries.ts: latest)", async () => {
      const db = await backend.open();
      await db.query("DEFINE TABLE t; CREATE t:1; CREATE t:2; CREATE t:3");
      const plan = await planOf(db, "SELECT * FROM t ORDER BY id DESC LIMIT 2");
      expect(plan).toContain("Backward");
      expect(plan).not.toContain("Sort");
    });

    test("ORDER BY id DESC over an index reads it backward, but before 3.3.5 sorts all the same (run-queries.ts: history)", async () => {
      const db = await backend.open();
      await db.query("DEFINE TABLE t; DEFINE INDEX by_name ON t FIELDS name; CREATE t:1 SET name = 'a'");
      const plan = await planOf(db, "SELECT * FROM t WHERE name = 'a' ORDER BY id DESC LIMIT 2");
      expect(plan).toContain("direction: Backward");
      expect(plan.includes("SortTopK")).toBe(!(await isSince(db, "3.3.5")));
    });

    test("count(expression) counts what is truthy (run-queries.ts: stats)", async () => {
      const db = await backend.open();
      await db.query("INSERT INTO t [{ s: 'success' }, { s: 'error' }, { s: 'success' }, {}]");
      expect(
        await db.query("SELECT count() AS all, count(s = 'success') AS good, count(s) AS some FROM t GROUP ALL"),
      ).toEqual([[{ all: 4, good: 2, some: 3 }]]);
    });

    test("a string never equals a record id", async () => {
      const db = await backend.open();
      expect(await db.query("RETURN 'dossier:1' = dossier:1")).toEqual([false]);
    });
  });
}

describe.each(backends.filter(({ name }) => name === "rocksdb" || name === "server"))(
  "RocksDB behind $name",
  ({ open }) => {
    test("two transactions on one record conflict, with a text that says to retry and from 3.1 on a kind of its own (conflict.ts: isConflict)", async () => {
      const db = await open();
      await db.query("CREATE c:1 SET n = 0");
      // Each transaction has read the record before the first one commits.
      const increment = "BEGIN; UPDATE c:1 SET n += 1 RETURN NONE; SLEEP 100ms; COMMIT";
      const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => db.query(increment)));
      const errors = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as Error] : []));
      expect(errors.length).toBeGreaterThan(0);
      const kinds = errors.map(({ message, cause }) => [
        message.includes("This transaction can be retried"),
        isRetryableConflict(cause),
        isConflict(cause),
      ]);
      const hasKind = await isSince(db, "3.1.0");
      expect(kinds).toEqual(errors.map(() => [true, hasKind, true]));
      expect(await db.query("RETURN c:1.n")).toEqual([10 - errors.length]);
    });
  },
);

describe("the SDK", () => {
  test("ChannelIterator loses messages when we have not repaired it (live-channel.ts)", async () => {
    const result = await runFixture("unrepaired-channel");
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(Number(result.stdout)).toBeLessThan(100);
  });

  test("a repaired ChannelIterator loses none", async () => {
    repairLiveChannels();
    const channel = new ChannelIterator<number>(() => undefined);
    const seen: number[] = [];
    const reading = (async () => {
      for await (const item of channel as AsyncIterable<number>) {
        seen.push(item);
        await sleep(1);
      }
    })();
    for (let n = 0; n < 100; n++) channel.submit(n);
    await sleep(5);
    channel.cancel();
    await reading;
    expect(seen).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  test("decodes a __proto__ key into the prototype (driver-codec.ts)", async () => {
    const codec = new CborCodec({});
    const value = codec.decode<object>(codec.encode(JSON.parse('{"__proto__":{"a":1}}')));
    expect(Object.keys(value)).toEqual([]);
    expect((value as { a?: number }).a).toBe(1);
  });

  // A server leaves such a frame without an answer.
  test.skipIf(backends[0]?.name === "server")(
    "gives negative nanoseconds for a Date before 1970, which the engine refuses (codec.ts: toDateTime)",
    async () => {
      const [, nanoseconds] = new DateTime(new Date(-1)).toCompact();
      expect(nanoseconds).toBeLessThan(0n);
      const client = new Surreal({ engines: createNodeEngines() });
      await client.connect("mem://", { namespace: "facts", database: "facts" });
      const asked = client.query("RETURN $at", { at: new DateTime(new Date(-1)) }).collect();
      await expect(asked).rejects.toThrow("CBOR integer");
      await client.close();
    },
  );

  test.each(serverKinds)(
    "keeps the database when a namespace's user signs in to %s, as 3.3.5 does (sign-in.ts)",
    async (kind) => {
      const { url } = await sharedServer(kind);
      const root = new Surreal();
      await root.connect(url, {
        authentication: { username: "root", password: "root" },
        namespace: "facts",
        database: "facts",
      });
      await root.query("DEFINE USER n ON NAMESPACE PASSWORD 'p' ROLES OWNER");
      await root.close();
      const client = new Surreal();
      await client.connect(url, {
        authentication: { namespace: "facts", username: "n", password: "p" },
        namespace: "facts",
        database: "facts",
      });
      expect(await client.query("RETURN session::db()").collect()).toEqual(["facts"]);
      await client.close();
    },
  );
});
