/** Calls that a database can't read: they fail at once, alone, and nothing of them took effect. */
import fc from "fast-check";
import { Future } from "surrealdb";
import { describe, expect, test } from "vitest";

import { UnnamedRefusals } from "../src/db/engine/unreadable-call.ts";
import { surql } from "../src/db/statement.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import { backends } from "./backends.ts";
import { failureOf } from "./failure-of.ts";

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { inner: value };
  return value;
}

/** What our own check of values lets nobody give, so that it goes below it. */
const unreadable: [name: string, value: unknown][] = [
  ["a value that is far too deep", nested(300)],
  ["a type that is no more", new Future("1 + 1")],
  ["a key that is no text", new Map([[1, 2]])],
  ["a value of which a part is unreadable", { list: [1, { map: new Map([[{}, 1]]) }] }],
];

const isRefused = expect.objectContaining({
  code: "query_failed",
  message: expect.stringMatching(/could not read the query, so that nothing of it took effect|refused the query: /),
});

for (const backend of backends) {
  const open = async (): Promise<SurrealDb> => {
    const db = await backend.open();
    await db.query("DEFINE TABLE item; DEFINE TABLE refused");
    return db;
  };
  describe(`a call that can't be read, on ${backend.name}`, () => {
    test.each(unreadable)("%s", async (_, v) => {
      const db = await open();
      const database = SurrealDb.databaseOf(db);
      const began = performance.now();
      const text = "CREATE refused:1; RETURN $v";
      expect(await failureOf(database.run({ text, variables: { v } }))).toEqual(isRefused);
      expect(performance.now() - began).toBeLessThan(1000);
      expect(await db.query("RETURN 1; RETURN record::exists(refused:1)")).toEqual([1, false]);
    });

    test("among others under way: they are answered, and it alone fails, as soon as they are", async () => {
      const db = await open();
      const database = SurrealDb.databaseOf(db);
      const bad = unreadable.map(([, v]) => v);
      const calls = Array.from({ length: 40 }, (_, index) => {
        if (index % 10 === 5)
          return failureOf(database.run({ text: "RETURN $v", variables: { v: bad[(index - 5) / 10] } }));
        const text = `SLEEP ${index}ms; CREATE ONLY item SET n = $index RETURN VALUE n`;
        return database.runAll({ text, variables: { index } }).then(([, n]) => n);
      });
      const began = performance.now();
      const outcomes = await Promise.all(calls);
      expect(performance.now() - began).toBeLessThan(5000);
      expect(outcomes).toEqual(outcomes.map((_, index) => (index % 10 === 5 ? isRefused : index)));
      expect(await db.query("RETURN count(SELECT * FROM item)")).toEqual([36]);
    });

    test("in the middle of a transaction of the writer: its neighbours are written once", async () => {
      const db = await open();
      const database = SurrealDb.databaseOf(db);
      const writes = Array.from({ length: 30 }, (_, n) => {
        const value = n % 7 === 3 ? new Map([[1, 2]]) : n;
        return database
          .write([surql`CREATE ONLY item SET n = ${value} RETURN VALUE n`])
          .catch((error: unknown) => error);
      });
      expect(await Promise.all(writes)).toEqual(writes.map((_, n) => (n % 7 === 3 ? isRefused : [n])));
      expect(await db.query("RETURN count(SELECT * FROM item)")).toEqual([26]);
    });
  });
}

test("an answer without a name convicts no innocent call, and every guilty one once the others are answered", () => {
  const moment = fc.nat(20);
  const calls = fc.array(fc.record({ guilty: fc.boolean(), sent: moment, tookSteps: moment }), { maxLength: 12 });
  fc.assert(
    fc.property(calls, (all) => {
      const refusals = new UnnamedRefusals<object>();
      const underWay = new Set<object>();
      const convicted: object[] = [];
      const convict = (found: object[]): void => {
        for (const call of found) {
          convicted.push(call);
          underWay.delete(call);
          convict(refusals.clear(call));
        }
      };
      const events = all.flatMap((call) => [
        { at: call.sent, happen: () => void underWay.add(call) },
        {
          at: call.sent + call.tookSteps + 0.5,
          happen: () => {
            if (call.guilty) return convict(refusals.add(underWay));
            underWay.delete(call);
            convict(refusals.clear(call));
          },
        },
      ]);
      for (const { happen } of events.toSorted((a, b) => a.at - b.at)) happen();
      expect(new Set(convicted)).toEqual(new Set(all.filter(({ guilty }) => guilty)));
      expect(convicted).toHaveLength(new Set(convicted).size);
      expect(underWay.size).toBe(0);
    }),
    { numRuns: 2000 },
  );
});
