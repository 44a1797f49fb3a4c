import { execFileSync } from "node:child_process";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { type AuthProvider, Surreal } from "surrealdb";
import { describe, expect, onTestFinished, test } from "vitest";

import { parseEndpoint } from "../src/db/engine/endpoint.ts";
import { SurrealDb, type SurrealDbOptions } from "../src/db/surreal-db.ts";
import { MinutierError } from "../src/errors.ts";
import { backends, sharedServer, temporaryFolder } from "./backends.ts";
import { startCuttingProxy } from "./cutting-proxy.ts";
import { nextLine, runFixture, startFixture } from "./run-fixture.ts";
import { startServerProcess } from "./server-process.ts";

const root = { username: "root", password: "root" };

/** The error of an opening, which must come within `limitMs`. */
async function openingError(options: SurrealDbOptions, limitMs = 5000): Promise<MinutierError> {
  const started = Date.now();
  try {
    const db = new SurrealDb(options);
    onTestFinished(() => db.close());
    await db.connect();
  } catch (error) {
    expect(Date.now() - started).toBeLessThan(limitMs);
    if (MinutierError.isInstance(error)) return error;
    throw error;
  }
  throw new Error("the database opened");
}

function use(options: SurrealDbOptions): SurrealDb {
  const db = new SurrealDb(options);
  onTestFinished(() => db.close());
  return db;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("a url", () => {
  test.each([
    ["mem://", { kind: "memory" }],
    ["rocksdb:///var/lib/minutes", { kind: "rocksdb", path: "/var/lib/minutes", query: "" }],
    ["rocksdb://./données", { kind: "rocksdb", path: join(process.cwd(), "données"), query: "" }],
    ["rocksdb:minutes", { kind: "rocksdb", path: join(process.cwd(), "minutes"), query: "" }],
    ["rocksdb://~/minutes", { kind: "rocksdb", path: join(homedir(), "minutes"), query: "" }],
    ["rocksdb:///a%20b/%C3%A9t%C3%A9", { kind: "rocksdb", path: "/a b/été", query: "" }],
    ["rocksdb:///100%", { kind: "rocksdb", path: "/100%", query: "" }],
    ["rocksdb:///100%25", { kind: "rocksdb", path: "/100%", query: "" }],
    ["rocksdb:///a?sync=never", { kind: "rocksdb", path: "/a", query: "sync=never" }],
    ["ws://localhost:8000", { kind: "remote", rpcUrl: "ws://localhost:8000/rpc", host: "localhost", port: 8000 }],
    ["wss://db.example", { kind: "remote", rpcUrl: "wss://db.example/rpc", host: "db.example", port: 443 }],
    ["http://[::1]:9/rpc", { kind: "remote", rpcUrl: "http://[::1]:9/rpc", host: "::1", port: 9 }],
    ["https://a.example/db/", { kind: "remote", rpcUrl: "https://a.example/db/rpc", host: "a.example", port: 443 }],
  ])("%s is understood", (url, endpoint) => {
    expect(parseEndpoint(url)).toEqual(endpoint.kind === "remote" ? { url, ...endpoint } : endpoint);
  });

  test.each([
    ["surrealkv://data", "unsupported_engine", /loses acknowledged writes.*rocksdb:\/\//],
    ["surrealkv+versioned://data", "unsupported_engine", /loses acknowledged writes/],
    ["rocksdb:///a?sync=1s", "unsupported_engine", /sync=1s/],
    ["rocksdb:///a?versioned=true", "unsupported_engine", /versioned/],
    ["rocksdb://", "invalid_options", /names no folder/],
    ["rocksdb:///a%E9b", "invalid_options", /not valid percent-encoding/],
    ["rocksdb:///a%3Fb", "invalid_options", /can't take/],
    ["rocksdb:///a%00b", "invalid_options", /can't take/],
    ["postgres://localhost/db", "invalid_options", /names no engine/],
    ["indxdb://a", "invalid_options", /names no engine/],
    ["", "invalid_options", /names no engine/],
    ["./data", "invalid_options", /names no engine/],
    ["ws://", "invalid_options", /not a valid URL/],
    ["ws://:8000", "invalid_options", /not a valid URL/],
    ["ws://localhost:99999", "invalid_options", /not a valid URL/],
    ["localhost:8000", "invalid_options", /names no engine.*: ws:\/\/localhost:8000 for a server/],
    ["surreal://localhost", "invalid_options", /names no engine.*: ws:\/\/localhost for a server/],
    ...["ws", "wss", "http", "https", "surreal", "surrealkv", ""].flatMap((scheme) =>
      ["", "/rpc"].flatMap((path): [string, string, RegExp][] => [
        [`${scheme}://secret@localhost${path}`, "", /./],
        [`${scheme}://root:secret@localhost${path}`, "", /./],
        [`${scheme}://root:s%65cret-secret@localhost${path}`, "", /./],
        [`${scheme}://root:se/cret?secret#secret@localhost${path}`, "", /./],
        [`${scheme}://root:secret@secret@local host${path}`, "", /./],
        [`${scheme}://localhost${path}?token=secret`, "", /./],
        [`${scheme}://localhost${path}#secret`, "", /./],
      ]),
    ),
    ["ws://root:secret@localhost", "invalid_options", /auth option/],
    ["ws://localhost?user=secret", "invalid_options", /query or a fragment/],
    ["http://localhost/rpc#secret", "invalid_options", /query or a fragment/],
  ])("%j is refused before anything is opened", (url, code, message) => {
    const refused = (): SurrealDb => new SurrealDb({ url });
    expect(refused).toThrow(
      expect.objectContaining({
        code: code === "" ? expect.stringMatching("invalid_options|unsupported_engine") : code,
      }),
    );
    expect(refused).toThrow(message);
    expect(refused).not.toThrow(/s%65?e?cret/);
  });

  test.each([
    [{ callTimeoutMs: 0 }],
    [{ connectTimeoutMs: Number.NaN }],
    [{ namespace: "" }],
    [{ database: "" }],
    [{ url: "http://localhost", database: "dossiers de l'été" }],
    [{ url: "https://localhost", namespace: " x" }],
    [{ url: "http://localhost", namespace: "a\nb" }],
    [{ indexes: ["metadata.a; REMOVE TABLE x"] }],
    [{ indexes: ["dossier_id"] }],
    [{ url: "mem://", client: new Surreal() }],
  ])("the options %o are refused", (options) => {
    expect(() => new SurrealDb(options)).toThrow(expect.objectContaining({ code: "invalid_options" }));
  });
});

describe("a database that can't be opened says why", () => {
  test("the path is a file", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), "x");
    for (const path of ["file", "file/below"]) {
      const error = await openingError({ url: `rocksdb://${join(folder, path)}` });
      expect(error).toMatchObject({ code: "database_path_invalid", details: { path: join(folder, path) } });
    }
  });

  test("the path is where no folder can be made", async () => {
    expect(await openingError({ url: "rocksdb:///proc/none/below" })).toMatchObject({ code: "database_path_invalid" });
  });

  test("another process has it open; afterwards it opens", async () => {
    const url = `rocksdb://${await temporaryFolder()}`;
    const holder = startFixture("hold-database", [url]);
    await nextLine(holder, "OPEN");
    const error = await openingError({ url });
    expect(error).toMatchObject({
      code: "database_locked",
      message: expect.stringContaining("open in another process"),
    });
    holder.stdin?.end();
    await new Promise((resolve) => holder.once("exit", resolve));
    await use({ url }).connect();
  });

  test("the folder is read-only", async (context) => {
    const folder = await temporaryFolder();
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "ro", "tmpfs", folder], { stdio: "ignore" });
    } catch {
      context.skip("this user may not mount a read-only file system");
    }
    onTestFinished(() => void execFileSync("umount", [folder]));
    const error = await openingError({ url: `rocksdb://${folder}` });
    expect(error).toMatchObject({ code: "database_read_only" });
    expect(await openingError({ url: `rocksdb://${folder}/below` })).toMatchObject({ code: "database_read_only" });
  });

  test("nobody listens on the port", async () => {
    const port = await freePort();
    for (const scheme of ["ws", "http"]) {
      const error = await openingError({ url: `${scheme}://127.0.0.1:${port}` }, 1000);
      expect(error).toMatchObject({ code: "connection_failed", message: expect.stringContaining(`127.0.0.1:${port}`) });
    }
  });

  test("what listens on the port never answers", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as { port: number };
    for (const scheme of ["ws", "http"]) {
      const error = await openingError({ url: `${scheme}://127.0.0.1:${port}`, connectTimeoutMs: 300 }, 3500);
      expect(error).toMatchObject({ code: "connection_timeout", message: expect.stringContaining("300 ms") });
    }
  });

  test.each<[string, AuthProvider]>([
    ["password", { username: "root", password: "wrong" }],
    ["user", { username: "nobody", password: "root" }],
    ["level", { namespace: "test", username: "root", password: "root" }],
    ["token", "not.a.token"],
  ])("the %s is wrong", async (_, auth) => {
    const server = await sharedServer();
    for (const url of [server.url, server.httpUrl]) {
      const error = await openingError({ url, auth });
      expect(error.code).toBe("authentication_failed");
      expect(error.message).not.toContain("wrong");
    }
  });

  test("no sign-in details were given to a server", async () => {
    const db = use({ url: (await sharedServer()).url });
    await expect(db.query("RETURN 1")).rejects.toMatchObject({ code: "authentication_failed" });
  });

  test("a sign-in to an embedded database without that user, in a process that lives on", async () => {
    for (const url of ["mem://", `rocksdb://${await temporaryFolder()}`]) {
      expect(await openingError({ url, auth: root })).toMatchObject({ code: "authentication_failed" });
    }
  });

  test("a failed opening is tried again by the next call", async () => {
    const port = await freePort();
    const db = use({ url: `ws://127.0.0.1:${port}`, auth: root });
    await expect(db.query("RETURN 1")).rejects.toMatchObject({ code: "connection_failed" });
    await startServerProcess({ port });
    expect(await db.query("RETURN 1")).toEqual([1]);
  });
});

describe("a path on disk", () => {
  test("has the name that was given", async () => {
    const folder = await temporaryFolder();
    const names = ["a b", "été 日本", "100%", "a#b&c=d;e+f", `it's "here"`, "back\\slash"];
    for (const name of names) expect(await use({ url: `rocksdb://${folder}/${name}` }).query("RETURN 1")).toEqual([1]);
    await use({ url: `rocksdb://${folder}/caf%C3%A9%20noir` }).connect();
    expect((await readdir(folder)).toSorted()).toEqual([...names, "café noir"].toSorted());
    expect(await readdir(join(folder, "a b"))).toContain("CURRENT");
  });

  test("a link to a folder that is open shares its engine", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "real"));
    await symlink(join(folder, "real"), join(folder, "link"));
    const real = use({ url: `rocksdb://${folder}/real` });
    const link = use({ url: `rocksdb://${folder}/link` });
    // RocksDB's lock is the process's and by name: it would let a second engine write the same files.
    await real.query("CREATE x:1");
    await link.query("CREATE x:2");
    expect(await real.query("RETURN count(SELECT * FROM x)")).toEqual([2]);
  });

  test("can't be open with two durabilities at once", async () => {
    const url = `rocksdb://${await temporaryFolder()}`;
    await use({ url }).connect();
    expect(await openingError({ url: `${url}?sync=never` })).toMatchObject({ code: "invalid_options" });
  });

  test("is opened twenty times at once", async () => {
    const url = `rocksdb://${await temporaryFolder()}`;
    const databases = Array.from({ length: 20 }, () => use({ url }));
    await Promise.all(databases.map((db, index) => db.query("CREATE x SET n = $index", { index })));
    expect(await databases[0]?.query("RETURN count(SELECT * FROM x)")).toEqual([20]);
  });

  test("two databases of one path share the engine and don't mix", async () => {
    const url = `rocksdb://${await temporaryFolder()}`;
    const first = use({ url, database: "first" });
    const second = use({ url, database: "second" });
    const third = use({ url, namespace: "other", database: "first" });
    await Promise.all([
      first.query("CREATE x:1 SET of = 'first'"),
      second.query("CREATE x:1 SET of = 'second'"),
      third.query("CREATE x:1 SET of = 'third'"),
    ]);
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        expect(await Promise.all([first, second, third].map((db) => db.query("RETURN x:1.of")))).toEqual([
          ["first"],
          ["second"],
          ["third"],
        ]);
      }),
    );
  });

  test("opens again after close in the same process, with what was written", async () => {
    const url = `rocksdb://${await temporaryFolder()}`;
    for (let time = 1; time <= 3; time++) {
      const db = new SurrealDb({ url });
      await db.query("CREATE x SET time = $time", { time });
      expect(await db.query("RETURN count(SELECT * FROM x)")).toEqual([time]);
      await db.close();
    }
  });
});

for (const backend of backends) {
  describe(`a connection to ${backend.name}`, () => {
    test("a call that takes too long ends with call_timeout, and others go on", async () => {
      const db = await backend.open({ callTimeoutMs: 250 });
      await expect(db.query("SLEEP 600ms")).rejects.toMatchObject({
        code: "call_timeout",
        message: expect.stringContaining("250 ms"),
      });
      await sleep(500);
      expect(await db.query("RETURN 1")).toEqual([1]);
    });

    test("close waits for the calls in flight", async () => {
      const db = await backend.open();
      const calls = [db.query("SLEEP 150ms; RETURN 1"), db.query("CREATE x:1; RETURN 2")];
      await sleep(20);
      await db.close();
      expect(await Promise.all(calls)).toMatchObject([
        [undefined, 1],
        [expect.anything(), 2],
      ]);
    });

    test("close returns although a call never ends", async () => {
      const db = await backend.open({ callTimeoutMs: 200 });
      await expect(db.query("SLEEP 7s")).rejects.toMatchObject({ code: "call_timeout" });
      const started = Date.now();
      await db.close();
      expect(Date.now() - started).toBeLessThan(6000);
    });

    test("close twice is harmless, use after close is refused", async () => {
      const db = await backend.open();
      await Promise.all([db.close(), db.close()]);
      await db.close();
      for (const use of [db.query("RETURN 1"), db.connect(), db.runs.latest(), db.runs.watch().next()]) {
        await expect(use).rejects.toMatchObject({ code: "database_closed" });
      }
    });

    test("a failed statement is query_failed with the database's words", async () => {
      const db = await backend.open();
      await expect(db.query("RETURN 1; THROW 'non'; RETURN 2")).rejects.toMatchObject({
        code: "query_failed",
        message: expect.stringContaining("non"),
      });
      await expect(db.query("SELEKT * FROM x")).rejects.toMatchObject({
        code: "query_failed",
        message: expect.stringContaining("Parse error"),
      });
      expect(await db.query("RETURN 1")).toEqual([1]);
    });
  });
}

test("close while it connects: nothing hangs, the call made before is answered or refused", async () => {
  const server = await sharedServer();
  for (const options of [
    { url: "mem://" },
    { url: `rocksdb://${await temporaryFolder()}` },
    { url: server.url, auth: root },
  ]) {
    const db = new SurrealDb(options);
    const call = db.query("RETURN 1").catch((error: unknown) => error);
    await db.close();
    expect([[1], expect.objectContaining({ code: "database_closed" })]).toContainEqual(await call);
    await expect(db.query("RETURN 1")).rejects.toMatchObject({ code: "database_closed" });
  }
});

test("the http engine works", async () => {
  const db = use({ url: (await sharedServer()).httpUrl, auth: root });
  expect(await db.query("CREATE ONLY x:1 SET at = $at", { at: new Date(0) })).toMatchObject([{ at: new Date(0) }]);
});

test("users of a namespace and of a database sign in, also after the network failed", async () => {
  const server = await sharedServer();
  const network = await startCuttingProxy(server.url);
  const owner = use({ url: server.url, auth: root, namespace: "étude", database: "one" });
  await owner.query(
    "DEFINE USER n ON NAMESPACE PASSWORD 'p' ROLES OWNER; DEFINE USER d ON DATABASE PASSWORD 'p' ROLES EDITOR",
  );
  const ofNamespace = { namespace: "étude", username: "n", password: "p" };
  const ofDatabase = { namespace: "étude", database: "one", username: "d", password: "p" };
  for (const [auth, database] of [
    [ofNamespace, "one"],
    [ofNamespace, "new"],
    [ofDatabase, "one"],
  ] as const) {
    const db = use({ url: network.url, auth, namespace: "étude", database });
    expect(await db.query("UPSERT x:1 RETURN NONE; RETURN session::db()")).toEqual([[], database]);
    network.cut();
    // Until the client has noticed: a call that it still sends may have taken effect.
    await sleep(20);
    expect(await db.query("UPSERT x:1 RETURN NONE; RETURN session::db()")).toEqual([[], database]);
  }
});

describe("a shared client", () => {
  test("is used and not closed", async () => {
    const server = await sharedServer();
    const client = new Surreal();
    onTestFinished(async () => void (await client.close()));
    await client.connect(server.url, { authentication: root, namespace: "shared", database: "shared" });
    const db = new SurrealDb({ client });
    await db.query("CREATE x:1 SET at = $at", { at: new Date(-1) });
    expect(await db.query("RETURN x:1.at")).toEqual([new Date(-1)]);
    await db.close();
    await expect(db.query("RETURN 1")).rejects.toMatchObject({ code: "database_closed" });
    expect(await client.query("RETURN 1").collect()).toEqual([1]);
  });

  test("without namespace and database is refused", async () => {
    const server = await sharedServer();
    const client = new Surreal();
    onTestFinished(async () => void (await client.close()));
    await client.connect(server.url, { authentication: root });
    await expect(new SurrealDb({ client }).query("RETURN 1")).rejects.toMatchObject({ code: "invalid_options" });
  });
});

describe("a server that dies", () => {
  test("during a call: the call ends at once and says that its outcome is unknown; a later one waits, close does not", async () => {
    const server = await startServerProcess();
    const db = use({ url: server.url, auth: root, reconnectTimeoutMs: 400 });
    await db.connect();
    const call = db.query("SLEEP 5s").catch((error: unknown) => error);
    await sleep(100);
    server.process.kill("SIGKILL");
    expect(await call).toMatchObject({ code: "connection_failed", message: expect.stringContaining("unknown") });
    const started = Date.now();
    await expect(db.query("RETURN 1")).rejects.toMatchObject({
      code: "connection_failed",
      message: expect.stringMatching(/away for 400 ms.*the call was not made/),
    });
    expect(Date.now() - started).toBeGreaterThanOrEqual(390);
    await db.close();
    expect(Date.now() - started).toBeLessThan(4000);
  });

  test("and comes back: a waiting call is answered", async () => {
    const server = await startServerProcess();
    const db = use({ url: server.url, auth: root });
    await db.connect();
    server.process.kill("SIGKILL");
    await sleep(100);
    const call = db.runs.latest();
    await startServerProcess({ port: new URL(server.url).port });
    expect(await call).toEqual([]);
  });
});

describe("the process ends by itself", () => {
  const ways = [
    "close",
    "close-after-reader",
    "forget",
    "close-with-calls",
    "close-with-watch",
    "end-watch",
    "break-watch",
  ];
  // Over ws a forgotten connection keeps the process, as any open socket does; after a watch too.
  const closing = ["close", "close-after-reader", "close-with-calls", "close-with-watch"];
  test.concurrent.for([
    ...ways.map((way) => ["mem", way] as const),
    ...ways.map((way) => ["rocksdb", way] as const),
    ...closing.map((way) => ["ws", way] as const),
  ])("%s: %s", async ([engine, way], { expect }) => {
    const url =
      engine === "mem"
        ? "mem://"
        : engine === "rocksdb"
          ? `rocksdb://${await temporaryFolder()}`
          : (await sharedServer()).url;
    const result = await runFixture("leave", [url, way], 12_000);
    expect(result).toEqual({ code: 0, signal: null, stderr: "", stdout: expect.stringContaining("DONE") });
    if (way === "close-with-calls") expect(result.stdout).toContain("[[null,1],[null,2]]");
  });

  test.concurrent.for([
    ["rocksdb:///proc/none", "database_path_invalid"],
    ["ws://127.0.0.1:1", "connection_failed"],
  ])("after it could not open %s", async ([url, code], { expect }) => {
    const result = await runFixture("leave", [url ?? "", "fail"], 12_000);
    expect(result).toMatchObject({ code: 0, signal: null, stderr: "", stdout: `${code}\nDONE\n` });
  });
});
