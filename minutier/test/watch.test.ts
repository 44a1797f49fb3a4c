import { setTimeout as sleep } from "node:timers/promises";

import { Decimal, RecordId } from "surrealdb";
import { describe, expect, test } from "vitest";

import { backends } from "./backends.ts";
import { follow, until } from "./watched-changes.ts";

for (const backend of backends) {
  describe(`watching runs in ${backend.name}`, () => {
    test("shows what is created, updated and deleted, in JavaScript's own types", async () => {
      const db = await backend.open();
      const watch = db.runs.watch();
      await watch.ready;
      const { changes } = follow(watch);
      await db.query("CREATE workflow_runs:1 SET metadata = {}, created_at = $at", { at: new Date(-1) });
      await until(() => changes.length === 1);
      await db.query("UPDATE workflow_runs:1 SET status = 'success'");
      await until(() => changes.length === 2);
      await db.query("DELETE workflow_runs:1");
      await until(() => changes.length === 3);
      await watch.return?.();
      expect(changes.map(({ action }) => action)).toEqual(["create", "update", "delete"]);
      expect(changes[0]?.run).toEqual({ id: new RecordId("workflow_runs", 1), metadata: {}, created_at: new Date(-1) });
      expect(changes[1]?.run.status).toBe("success");
    });

    test("loses nothing of three hundred changes while the reader is slow", async () => {
      const db = await backend.open();
      const watch = db.runs.watch();
      await watch.ready;
      const { changes } = follow(watch, 2);
      await Promise.all(
        Array.from({ length: 100 }, (_, n) =>
          db.query("CREATE $id SET metadata = {}", { id: new RecordId("workflow_runs", n) }),
        ),
      );
      for (let n = 0; n < 100; n++)
        await db.query("UPDATE $id SET status = 'success'", { id: new RecordId("workflow_runs", n) });
      await db.query("UPDATE workflow_runs SET again = true");
      await until(() => changes.length >= 300);
      await sleep(50);
      await watch.return?.();
      expect(changes).toHaveLength(300);
      expect(new Set(changes.map(({ run }) => String(run.id))).size).toBe(100);
    });

    test("shows only runs with the metadata asked for, by strings, record ids, dates and objects", async () => {
      const db = await backend.open();
      const wanted = {
        dossier_id: new RecordId("dossier", 1),
        at: new Date(-1),
        amount: new Decimal("1.5"),
        text: "a",
        nested: { list: [1] },
      };
      const watch = db.runs.watch(wanted);
      await watch.ready;
      const { changes } = follow(watch);
      const others: Record<string, unknown>[] = [
        {},
        { ...wanted, dossier_id: new RecordId("dossier", 2) },
        { ...wanted, dossier_id: new RecordId("document", 1) },
        { ...wanted, dossier_id: "dossier:1" },
        { ...wanted, at: new Date(0) },
        { ...wanted, amount: new Decimal("1.6") },
        { ...wanted, text: "b" },
        { ...wanted, nested: { list: [2] } },
      ];
      for (const metadata of [...others, { ...wanted, more: 1 }])
        await db.query("CREATE workflow_runs SET metadata = $metadata", { metadata });
      await until(() => changes.length > 0);
      await sleep(100);
      await watch.return?.();
      expect(changes.map(({ run }) => run.metadata)).toEqual([{ ...wanted, more: 1 }]);
    });

    test("ends by its signal, also by one that was aborted before", async () => {
      const db = await backend.open();
      const stop = new AbortController();
      const watch = db.runs.watch({}, { signal: stop.signal });
      await watch.ready;
      const { ended } = follow(watch);
      stop.abort();
      await ended;
      const aborted = db.runs.watch({}, { signal: AbortSignal.abort() });
      for await (const _ of aborted) expect.unreachable();
      await expect(aborted.ready).rejects.toMatchObject({ code: "cancelled" });
    });

    test("ends by break, and leaves no live query behind", async () => {
      const db = await backend.open();
      const watch = db.runs.watch();
      await watch.ready;
      const countLive = async (): Promise<number> => {
        const [info] = await db.query<[{ lives: object }]>("INFO FOR TABLE workflow_runs");
        return Object.keys(info.lives).length;
      };
      expect(await countLive()).toBe(1);
      await db.query("CREATE workflow_runs:1 SET metadata = {}");
      for await (const _ of watch) break;
      expect(await watch.next()).toEqual({ value: undefined, done: true });
      await sleep(50);
      expect(await countLive()).toBe(0);
    });

    test("ends when the database is closed", async () => {
      const db = await backend.open();
      const watch = db.runs.watch();
      await watch.ready;
      const { ended } = follow(watch);
      await db.close();
      await ended;
    });

    test("a watch that can't begin fails with the reason", async () => {
      const db = await backend.open();
      await db.close();
      for (const maxUnread of [0, 1.5, Number.NaN])
        expect(() => db.runs.watch({}, { maxUnread })).toThrow(expect.objectContaining({ code: "invalid_options" }));
      await expect(db.runs.watch().ready).rejects.toMatchObject({ code: "database_closed" });
      await expect(db.runs.watch().next()).rejects.toMatchObject({ code: "database_closed" });
      expect(() => db.runs.watch({ a: () => 1 })).toThrow(expect.objectContaining({ code: "invalid_value" }));
    });

    test("two watches see the same changes, and one can end without the other", async () => {
      const db = await backend.open();
      const first = db.runs.watch();
      const second = db.runs.watch();
      await first.ready;
      await second.ready;
      const one = follow(first);
      const two = follow(second);
      await db.query("CREATE workflow_runs:1 SET metadata = {}");
      await until(() => one.changes.length === 1 && two.changes.length === 1);
      await first.return?.();
      await db.query("CREATE workflow_runs:2 SET metadata = {}");
      await until(() => two.changes.length === 2);
      await second.return?.();
      expect([one.changes.length, two.changes.length]).toEqual([1, 2]);
    });
  });
}
