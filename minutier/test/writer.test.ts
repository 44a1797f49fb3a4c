import { setTimeout as sleep } from "node:timers/promises";

import { RecordId } from "surrealdb";
import { describe, expect, test } from "vitest";

import { LostCall, Outage } from "../src/db/engine/lost-call.ts";
import { fixed, type RenderedQuery, surql, type StatementResult } from "../src/db/statement.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import { Writer } from "../src/db/writer.ts";
import { backends, temporaryFolder } from "./backends.ts";
import { nextLine, startFixture } from "./run-fixture.ts";

/** A writer on a real database that keeps what it sends. */
function recordingWriter(db: SurrealDb): { writer: Writer; sent: RenderedQuery[] } {
  const sent: RenderedQuery[] = [];
  const database = SurrealDb.databaseOf(db);
  const writer = new Writer((query) => {
    sent.push(query);
    return database.run(query);
  });
  return { writer, sent };
}

function createRow(n: number): ReturnType<typeof surql>[] {
  return [surql`CREATE ${new RecordId("item", n)} SET n = ${n} RETURN VALUE n`];
}

for (const backend of backends) {
  describe(`writes to ${backend.name}`, () => {
    test("a lone write is sent at once, alone", async () => {
      const { writer, sent } = recordingWriter(await backend.open());
      const write = writer.write(createRow(1));
      expect(sent).toHaveLength(1);
      expect(sent[0]?.text).not.toContain("BEGIN");
      expect(await write).toEqual([[1]]);
    });

    test("writes that arrive while one is under way share the next transactions, in their order", async () => {
      const db = await backend.open();
      const { writer, sent } = recordingWriter(db);
      const results = await Promise.all(Array.from({ length: 200 }, (_, n) => writer.write(createRow(n))));
      expect(results).toEqual(Array.from({ length: 200 }, (_, n) => [[n]]));
      // The first alone, then 64 at a time.
      expect(sent).toHaveLength(5);
      expect(await db.query("RETURN array::sort(SELECT VALUE n FROM item)")).toEqual([
        Array.from({ length: 200 }, (_, n) => n),
      ]);
    });

    test("the statements of a write are one transaction", async () => {
      const db = await backend.open();
      const { writer } = recordingWriter(db);
      await expect(writer.write([...createRow(1), fixed("THROW 'no'")])).rejects.toThrow("no");
      await db.query("DEFINE TABLE IF NOT EXISTS item");
      expect(await db.query("SELECT * FROM item")).toEqual([[]]);
    });

    test("a write that fails does not fail its neighbours, and says why", async () => {
      const db = await backend.open();
      const { writer } = recordingWriter(db);
      const writes = [1, 2, 3, 2, 4].map((n) =>
        writer.write([...createRow(n), ...(n === 3 ? [fixed("THROW 'three'")] : [])]),
      );
      const outcomes = (await Promise.allSettled(writes)).map((outcome) =>
        outcome.status === "fulfilled" ? "ok" : String((outcome.reason as Error).message),
      );
      expect(outcomes).toEqual([
        "ok",
        "ok",
        expect.stringContaining("three"),
        expect.stringContaining("already exists"),
        "ok",
      ]);
      expect(await db.query("SELECT VALUE n FROM item ORDER BY n")).toEqual([[1, 2, 4]]);
    });

    test("two hundred writes at once to one record are all there, from two writers where the engine loses none", async () => {
      const first = await backend.open();
      // The server of the tests is on mem://, which loses concurrent updates.
      const { writer } = recordingWriter(first);
      const writers = [writer, backend.name === "ws" ? writer : recordingWriter(first).writer];
      await first.query("CREATE counter:1 SET n = 0");
      await Promise.all(
        Array.from({ length: 200 }, (_, n) => writers[n % 2]?.write([surql`UPDATE counter:1 SET n += 1 RETURN NONE`])),
      );
      expect(await first.query("RETURN counter:1.n")).toEqual([200]);
    });

    test("a write of a record file fails with query_failed", async () => {
      const database = SurrealDb.databaseOf(await backend.open());
      await database.write(createRow(1));
      await expect(database.write(createRow(1))).rejects.toMatchObject({
        code: "query_failed",
        message: expect.stringContaining("already exists"),
      });
    });
  });
}

test("on mem://, two hundred increments at once by query are all there", async () => {
  const db = new SurrealDb({ url: "mem://" });
  await db.query("CREATE counter:1 SET n = 0");
  await Promise.all(Array.from({ length: 200 }, () => db.query("UPDATE counter:1 SET n += 1 RETURN NONE")));
  expect(await db.query("RETURN counter:1.n")).toEqual([200]);
  await db.close();
});

test("a conflict is tried again, a bounded number of times", async () => {
  let calls = 0;
  const conflict: StatementResult[] = [
    { ok: false, error: new Error("Transaction conflict: Resource busy: . This transaction can be retried") },
  ];
  const passing = new Writer(async () => (++calls < 4 ? conflict : [{ ok: true, value: "done" }]));
  expect(await passing.write([fixed("X")])).toEqual(["done"]);
  expect(calls).toBe(4);

  calls = 0;
  const failing = new Writer(async () => {
    calls++;
    return conflict;
  });
  await expect(failing.write([fixed("X")])).rejects.toThrow("Resource busy");
  expect(calls).toBe(13);
});

test("a call without an answer is not made again: it may have taken effect", async () => {
  let calls = 0;
  const writer = new Writer(async () => {
    await sleep(5);
    if (++calls === 1) return [{ ok: true, value: 1 }];
    throw new Error("no answer");
  });
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => writer.write([fixed("X")])));
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
  expect(calls).toBe(2);
});

describe("a call that was lost with its connection", () => {
  const ok = (query: RenderedQuery): StatementResult[] =>
    query.text
      .split(";")
      .slice(0, -1)
      .map((text) => ({ ok: true, value: text }));
  /** A writer whose calls end as `ends` says, one after the other. */
  function losingWriter(ends: ("lost" | "unsent" | "refused" | "ok")[], timeoutMs = 1000) {
    const sent: string[] = [];
    const writer = new Writer(
      async (query) => {
        sent.push(query.text);
        const end = ends.shift() ?? "ok";
        if (end === "lost" || end === "unsent") throw new LostCall(end === "lost");
        return end === "refused" ? [{ ok: false, error: new Error("it exists") }] : ok(query);
      },
      () => new Outage(timeoutMs, async () => undefined),
    );
    return { writer, sent };
  }

  test("is made again, when it was never sent as it was", async () => {
    const { writer, sent } = losingWriter(["unsent", "unsent", "ok"]);
    const applied = async (): Promise<unknown[]> => ["applied"];
    expect(await writer.write([fixed("X")], { applied, again: [fixed("Y")] })).toEqual(["X"]);
    expect(sent).toEqual(["X;", "X;", "X;"]);
  });

  test("is not made again when it was committed, and as `again` says when it was not", async () => {
    const { writer, sent } = losingWriter(["lost", "lost", "ok"]);
    expect(await writer.write([fixed("X")], { applied: async () => ["applied"] })).toEqual(["applied"]);
    expect(await writer.write([fixed("X")], { applied: async () => undefined, again: [fixed("Y")] })).toEqual(["Y"]);
    expect(sent).toEqual(["X;", "X;", "Y;"]);
  });

  test("refused when it is made again, it may have been committed meanwhile", async () => {
    const answers = [undefined, ["applied"], undefined, undefined];
    const applied = async (): Promise<unknown[] | undefined> => answers.shift();
    const { writer } = losingWriter(["lost", "refused", "lost", "refused"]);
    expect(await writer.write([fixed("X")], { applied })).toEqual(["applied"]);
    await expect(writer.write([fixed("X")], { applied })).rejects.toThrow("it exists");
  });

  test("each write of a shared transaction is settled by itself", async () => {
    const { writer, sent } = losingWriter(["ok", "lost", "ok"]);
    const first = writer.write([fixed("A")]);
    const results = await Promise.all([
      writer.write([fixed("B")], { applied: async () => ["b"] }),
      writer.write([fixed("C")], { applied: async () => undefined }),
      writer.write([fixed("D")]),
      writer.write([fixed("E")], { applied: () => Promise.reject(new Error("no")) }).catch(String),
    ]);
    await first;
    expect(results).toEqual([["b"], ["C"], ["D"], "Error: no"]);
    expect(sent.at(-1)).toBe("BEGIN;C;D;COMMIT;");
  });

  test("fails when its time is over, and later writes are made", async () => {
    const away = Array.from({ length: 100 }, () => "unsent" as const);
    const { writer } = losingWriter(away, 25);
    const failed = writer.write([fixed("X")]);
    await expect(failed).rejects.toMatchObject({
      code: "connection_failed",
      message: expect.stringContaining("away for 25 ms"),
    });
    away.splice(0);
    expect(await writer.write([fixed("Y")])).toEqual(["Y"]);
  });
});

test("nothing is acknowledged before its commit", async () => {
  const events: string[] = [];
  const writer = new Writer(async (query) => {
    await sleep(20);
    events.push("committed");
    return query.text
      .split(";")
      .slice(0, -1)
      .map(() => ({ ok: true, value: null }));
  });
  await Promise.all(
    [1, 2, 3].map(async (n) => {
      await writer.write([fixed("X")]);
      events.push(`acknowledged ${n}`);
    }),
  );
  expect(events).toEqual(["committed", "acknowledged 1", "committed", "acknowledged 2", "acknowledged 3"]);
});

test("no acknowledged write is lost when the process is killed right after", async () => {
  for (let kill = 0; kill < 3; kill++) {
    const url = `rocksdb://${await temporaryFolder()}`;
    const child = startFixture("write-and-tell", [url]);
    const told: number[] = [];
    let line = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      const lines = (line + chunk.toString()).split("\n");
      line = lines.pop() ?? "";
      told.push(...lines.map(Number));
    });
    while (told.length < 150) await sleep(5);
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));

    const reader = startFixture("read-numbers", [url]);
    const stored = new Set(JSON.parse(await nextLine(reader, "[")) as number[]);
    expect(told.filter((n) => !stored.has(n))).toEqual([]);
  }
});
