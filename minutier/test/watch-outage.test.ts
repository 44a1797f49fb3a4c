import { createServer, connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { RecordId, Surreal } from "surrealdb";
import { expect, onTestFinished, test } from "vitest";

import { SurrealDb, type SurrealDbOptions } from "../src/db/surreal-db.ts";
import { createId } from "../src/ids.ts";
import { sharedServer, startServer, temporaryFolder } from "./backends.ts";
import { startCuttingProxy } from "./cutting-proxy.ts";
import { startServerProcess } from "./server-process.ts";
import { byRun, expectOrder, follow, until } from "./watched-changes.ts";

const auth = { username: "root", password: "root" };

function use(options: SurrealDbOptions): SurrealDb {
  const db = new SurrealDb({ auth, ...options });
  onTestFinished(() => db.close());
  return db;
}

/** A network that can be cut, between a client and the server at `url`. */
async function cuttableNetwork(url: string): Promise<{ url: string; cut(): void; mend(): void }> {
  const { port } = new URL(url);
  const sockets = new Set<Socket>();
  let isCut = false;
  const proxy = createServer((near) => {
    if (isCut) return near.destroy();
    const far = connect(Number(port), "127.0.0.1");
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on("error", () => other.destroy()).on("close", () => (sockets.delete(one), other.destroy()));
      one.pipe(other);
    }
    return undefined;
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => proxy.once("listening", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  return {
    url: `ws://127.0.0.1:${(proxy.address() as { port: number }).port}/rpc`,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend: () => (isCut = false),
  };
}

const newRun = (): RecordId => new RecordId("workflow_runs", createId());

/** A run's rows, written in full each time: harmless when a lost connection makes a write happen twice. */
async function write(db: SurrealDb, id: RecordId, revision: number, status = "running"): Promise<void> {
  const row = { revision, status, workflow_name: "w", metadata: { dossier_id: "d" } };
  for (;;) {
    try {
      await db.query("UPSERT $id CONTENT $row RETURN NONE", { id, row });
      return;
    } catch {
      await sleep(20);
    }
  }
}

test("what happens while the connection is away is told when it is back, in order, with what was missed", async () => {
  const server = await startServer();
  onTestFinished(() => server.stop());
  const network = await cuttableNetwork(server.url);
  const writer = use({ url: server.url });
  const watcher = use({ url: network.url });
  const [before, gone, quiet, ended, during, whole] = [newRun(), newRun(), newRun(), newRun(), newRun(), newRun()];
  // A run that began long ago, and is under way.
  const old = new RecordId("workflow_runs", "01BX5ZZKBKACTAV9WEVGEMMVRZ");
  // One whose id was made by a clock that is years behind.
  const late = new RecordId("workflow_runs", "01BX5ZZKBKACTAV9WEVGEMMVS0");
  await writer.query(
    "DEFINE TABLE workflow_runs SCHEMALESS; DEFINE INDEX workflow_runs_status ON workflow_runs FIELDS status",
  );
  await write(writer, before, 1);
  await write(writer, old, 1);
  await write(writer, gone, 1);
  const watch = watcher.runs.watch({ dossier_id: "d" });
  await watch.ready;
  const { changes, ended: finished } = follow(watch);
  await write(writer, quiet, 1);
  await write(writer, ended, 1);
  await write(writer, ended, 2, "success");
  await until(() => changes.length >= 3);
  changes.length = 0;

  network.cut();
  await sleep(50);
  await write(writer, before, 2);
  await write(writer, before, 3, "success");
  await write(writer, old, 2, "error");
  await write(writer, during, 1);
  await write(writer, late, 1);
  await write(writer, whole, 1);
  await write(writer, whole, 2, "success");
  await writer.query("DELETE $gone", { gone });
  await sleep(300);
  expect(changes).toEqual([]);
  network.mend();
  await until(() => changes.length >= 6);
  await sleep(700);
  expect(changes.map(({ action, run, missed }) => [action, run.id.id, run.revision, missed])).toEqual([
    ["delete", gone.id, 1, undefined],
    ["update", old.id, 2, undefined],
    ["create", late.id, 1, undefined],
    ["update", before.id, 3, 1],
    ["create", during.id, 1, undefined],
    ["update", whole.id, 2, 1],
  ]);
  changes.length = 0;

  // And it listens again.
  await write(writer, during, 2, "success");
  await write(writer, quiet, 2, "success");
  await until(() => changes.length >= 2);
  expect(changes.map(({ run, missed }) => [run.id.id, missed])).toEqual([
    [during.id, undefined],
    [quiet.id, undefined],
  ]);
  await watch.return?.();
  await finished;
  const [info] = await writer.query<[{ lives: object }]>("INFO FOR TABLE workflow_runs");
  await sleep(50);
  expect(Object.keys(info.lives).length).toBeLessThanOrEqual(1);
});

test("many runs during a long outage are all told", async () => {
  const server = await startServer();
  onTestFinished(() => server.stop());
  const network = await cuttableNetwork(server.url);
  const writer = use({ url: server.url });
  const watch = use({ url: network.url }).runs.watch();
  await watch.ready;
  const { changes } = follow(watch);
  network.cut();
  const ids = Array.from({ length: 2500 }, newRun);
  for (let first = 0; first < ids.length; first += 250) {
    const rows = ids.slice(first, first + 250).map((id) => ({ id, revision: 2, status: "success", metadata: {} }));
    await writer.query("INSERT INTO workflow_runs $rows RETURN NONE", { rows });
  }
  network.mend();
  await until(() => changes.length >= 2500);
  await sleep(100);
  expect(changes.map(({ run }) => run.id.id)).toEqual(ids.map(({ id }) => id));
  expectOrder(changes);
});

test("the connection is dropped again and again while 200 runs go on: each run's end is told once, gaps are marked", async () => {
  const server = await startServer();
  onTestFinished(() => server.stop());
  const network = await startCuttingProxy(server.url);
  const writer = use({ url: network.url });
  const watch = use({ url: network.url }).runs.watch();
  await watch.ready;
  const { changes } = follow(watch);
  const runs = Array.from({ length: 200 }, newRun);
  let at = 0;
  let drops = 0;
  const dropping = setInterval(() => {
    drops++;
    network.cut();
  }, 300);
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      for (let id = runs[at++]; id !== undefined; id = runs[at++]) {
        for (let revision = 1; revision <= 2; revision++) await write(writer, id, revision);
        await sleep(Math.random() * 100);
        await write(writer, id, 3, "success");
      }
    }),
  );
  clearInterval(dropping);
  expect(drops).toBeGreaterThan(3);
  await until(() => changes.filter(({ run }) => run.status === "success").length >= 200);
  await sleep(700);
  const told = byRun(changes);
  expect(told.size).toBe(200);
  expectOrder(changes);
  for (const of of told.values()) expect(of.filter(({ run }) => run.status === "success")).toHaveLength(1);
  for (const of of told.values()) expect(of.at(-1)?.run).toMatchObject({ status: "success", revision: 3 });
});

test("a server that is killed and started again on its folder: runs before, between and after", async () => {
  const folder = `${await temporaryFolder()}/db`;
  const first = await startServerProcess({ folder });
  const { port } = new URL(first.url);
  const watch = use({ url: first.url }).runs.watch();
  await watch.ready;
  const { changes, ended } = follow(watch);
  const writer = use({ url: first.url });
  const [before, between] = [newRun(), newRun()];
  await write(writer, before, 1);
  await until(() => changes.length >= 1);
  first.process.kill("SIGKILL");
  await new Promise((resolve) => first.process.once("exit", resolve));
  const second = await startServerProcess({ folder, port });
  // A client of its own, which need not wait to connect again: the watch may still be away.
  const other = use({ url: second.url });
  await write(other, before, 2, "success");
  await write(other, between, 1);
  await write(other, between, 2, "success");
  const end = (id: RecordId): boolean => changes.some(({ run }) => run.id.id === id.id && run.status === "success");
  await until(() => end(before) && end(between));
  const after = newRun();
  await write(other, after, 1, "success");
  await until(() => end(after));
  await sleep(700);
  expect(byRun(changes).size).toBe(3);
  expectOrder(changes);
  expect(changes.filter(({ run }) => run.status === "success")).toHaveLength(3);
  await watch.return?.();
  await ended;
});

test("ends by signal and by close while the connection is away", async () => {
  const server = await startServer();
  onTestFinished(() => server.stop());
  const network = await cuttableNetwork(server.url);
  const db = use({ url: network.url });
  const stop = new AbortController();
  const bySignal = db.runs.watch({}, { signal: stop.signal });
  const byClose = db.runs.watch();
  await byClose.ready;
  const [one, two] = [follow(bySignal), follow(byClose)];
  network.cut();
  await sleep(300);
  const started = Date.now();
  stop.abort();
  await one.ended;
  await db.close();
  await two.ended;
  expect(Date.now() - started).toBeLessThan(5000);
});

test("a client that the application shares, and a session of it, listen again too", async () => {
  const { url } = await sharedServer();
  const network = await cuttableNetwork(url);
  const client = new Surreal();
  onTestFinished(async () => void (await client.close()));
  await client.connect(network.url, {
    authentication: auth,
    namespace: "shared",
    database: "watch",
    reconnect: { attempts: -1, retryDelay: 50 },
  });
  const session = await client.forkSession();
  const writer = use({ url, namespace: "shared", database: "watch" });
  const watches = [new SurrealDb({ client }), new SurrealDb({ client: session })].map((db) => db.runs.watch());
  await Promise.all(watches.map(({ ready }) => ready));
  const followed = watches.map((watch) => follow(watch));
  const [during, after] = [newRun(), newRun()];
  network.cut();
  await sleep(50);
  await write(writer, during, 1, "success");
  network.mend();
  const mended = Date.now();
  await until(() => followed.every(({ changes }) => changes.length >= 1));
  // By the connection's return, not by the check of every half minute.
  expect(Date.now() - mended).toBeLessThan(10_000);
  await write(writer, after, 1, "success");
  await until(() => followed.every(({ changes }) => changes.length >= 2));
  for (const { changes } of followed) expect(changes.map(({ run }) => run.id.id)).toEqual([during.id, after.id]);
  await Promise.all(watches.map((watch) => watch.return?.()));
});

test("over http a watch can't begin, and says so", async () => {
  const { httpUrl } = await sharedServer();
  const watch = use({ url: httpUrl, namespace: "test", database: "http" }).runs.watch();
  await expect(watch.ready).rejects.toMatchObject({ code: expect.stringMatching(/failed/) });
  await expect(watch.next()).rejects.toMatchObject({ code: expect.stringMatching(/failed/) });
});
