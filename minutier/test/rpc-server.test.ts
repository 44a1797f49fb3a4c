import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { CborCodec, NotAllowedError, RecordId, Surreal, Table, Uuid } from "surrealdb";
import type { AuthProvider, SurrealSession } from "surrealdb";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";

import { Connection } from "../src/testing/rpc-server/connection.ts";
import { Datastore } from "../src/testing/rpc-server/datastore.ts";
import type { StatementResult } from "../src/testing/rpc-server/datastore.ts";
import { LiveRouter } from "../src/testing/rpc-server/live-router.ts";
import { startRpcServer } from "../src/testing/rpc-server/index.ts";
import type { RpcServer, RpcServerOptions } from "../src/testing/rpc-server/index.ts";

const ROOT = { username: "root", password: "root" };
const NOTARY_OFFICE = { namespace: "office", database: "files" };
const RECONNECT_FAST = { enabled: true, attempts: -1, retryDelay: 20, retryDelayMultiplier: 1 };
const codec = new CborCodec({});

async function startServer(options?: RpcServerOptions): Promise<RpcServer> {
  const server = await startRpcServer(options);
  onTestFinished(() => server.close());
  return server;
}

async function connect(url: string, authentication?: AuthProvider): Promise<Surreal> {
  const client = new Surreal();
  onTestFinished(async () => void (await client.close()));
  await client.connect(url, { reconnect: RECONNECT_FAST, ...(authentication && { authentication }) });
  return client;
}

async function connectTo(server: RpcServer, selection = NOTARY_OFFICE): Promise<Surreal> {
  const client = await connect(server.url, ROOT);
  await client.use(selection);
  return client;
}

async function query(client: SurrealSession, text: string, variables?: Record<string, unknown>): Promise<unknown> {
  return (await client.query(text, variables).collect()).at(-1);
}

/** A socket without the SDK, for what the SDK would never send. */
async function connectRaw(server: RpcServer) {
  const socket = new WebSocket(server.url, "cbor");
  onTestFinished(() => socket.terminate());
  await once(socket, "open");
  return {
    socket,
    send: (bytes: Uint8Array | string) => socket.send(bytes),
    async call(message: { method: string; params?: unknown[]; session?: Uuid; txn?: Uuid }) {
      const answer = once(socket, "message");
      socket.send(codec.encode({ id: "1", ...message }));
      const [bytes] = (await answer) as [Buffer];
      return codec.decode<{ id: unknown; result?: unknown; error?: { kind: string; message: string } }>(bytes);
    },
  };
}

/** A connection without a network, for what happens faster than frames arrive or shows in the engine alone. */
async function openConnection() {
  const datastore = await Datastore.open("mem://", "root", "root");
  onTestFinished(() => datastore.close(1000));
  const connection = new Connection({ datastore, liveRouter: await LiveRouter.start(datastore) }, () => {});
  return { datastore, connection };
}

const RECORD_ACCESS = `
  DEFINE TABLE person PERMISSIONS FOR select WHERE id = $auth.id;
  DEFINE TABLE file SCHEMALESS PERMISSIONS FULL;
  DEFINE ACCESS portal ON DATABASE TYPE RECORD
    SIGNUP (CREATE person SET email = $email, pass = crypto::argon2::generate($pass))
    SIGNIN (SELECT * FROM person WHERE email = $email AND crypto::argon2::compare(pass, $pass))
    WITH REFRESH`;

function asPerson(email: string, pass: string) {
  return { ...NOTARY_OFFICE, access: "portal", variables: { email, pass } };
}

test("the root user signs in and works", async () => {
  const server = await startServer({ username: "maître", password: `l'étude "n° 1"` });
  const client = await connect(server.url, { username: "maître", password: `l'étude "n° 1"` });
  await client.use(NOTARY_OFFICE);
  await client.create(new RecordId("file", 1)).content({ pages: 3 });
  expect(await client.select(new RecordId("file", 1))).toMatchObject({ pages: 3 });
  expect((await client.version()).version).toMatch(/^surrealdb-3\./);
  await client.health();
});

test("a wrong password is refused as a server refuses it", async () => {
  const server = await startServer();
  const client = await connect(server.url);
  const refusal = await client.signin({ username: "root", password: "wrong" }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(NotAllowedError);
  expect((refusal as NotAllowedError).isInvalidAuth).toBe(true);
  await expect(query(client, "RETURN 1")).rejects.toThrow(NotAllowedError);
});

test("a session that has not signed in is refused everything", async () => {
  const server = await startServer();
  const stranger = await connect(server.url);
  await stranger.use({ namespace: "planted", database: "planted" });
  await expect(query(stranger, "INFO FOR ROOT")).rejects.toThrow(NotAllowedError);
  await expect(stranger.create(new Table("file")).content({})).rejects.toThrow(NotAllowedError);
  await expect(stranger.beginTransaction()).rejects.toThrow(NotAllowedError);
  await expect(stranger.live(new Table("file"))).rejects.toMatchObject({ cause: expect.any(NotAllowedError) });

  const root = await connectTo(server);
  const info = (await query(root, "INFO FOR ROOT")) as { namespaces: object };
  expect(Object.keys(info.namespaces)).not.toContain("planted");
});

test("what was selected and set before the sign-in holds after it", async () => {
  const server = await startServer();
  const client = await connect(server.url);
  await client.use(NOTARY_OFFICE);
  await client.set("clerk", "Léa");
  await client.signin(ROOT);
  expect(await query(client, "RETURN [session::ns(), session::db(), $clerk]")).toEqual(["office", "files", "Léa"]);
});

test("users of a namespace, of a database and of a record sign in, each on their level", async () => {
  const server = await startServer();
  const root = await connectTo(server);
  await query(root, "DEFINE USER n ON NAMESPACE PASSWORD 'n'; DEFINE USER d ON DATABASE PASSWORD 'd'");
  await query(root, RECORD_ACCESS);

  const ofNamespace = await connect(server.url, { namespace: "office", username: "n", password: "n" });
  await ofNamespace.use({ database: "files" });
  expect(await query(ofNamespace, "INFO FOR NS")).toHaveProperty("users.n");
  await expect(query(ofNamespace, "INFO FOR ROOT")).rejects.toThrow(/permissions/);

  const ofDatabase = await connect(server.url, { ...NOTARY_OFFICE, username: "d", password: "d" });
  expect(await query(ofDatabase, "INFO FOR DB")).toHaveProperty("users.d");
  await expect(query(ofDatabase, "INFO FOR NS")).rejects.toThrow(/permissions/);

  const lea = await connect(server.url);
  const tokens = await lea.signup(asPerson("lea@office", "secret"));
  const marc = await connect(server.url);
  await marc.signup(asPerson("marc@office", "secret"));
  expect(await query(lea, "SELECT VALUE email FROM person")).toEqual(["lea@office"]);
  await expect(query(lea, "INFO FOR DB")).rejects.toThrow(/permissions/);

  const byToken = await connect(server.url, tokens.access);
  expect(await query(byToken, "SELECT VALUE email FROM person")).toEqual(["lea@office"]);
  const byPassword = await connect(server.url);
  await byPassword.signin(asPerson("lea@office", "secret"));
  expect(await query(byPassword, "SELECT VALUE email FROM person")).toEqual(["lea@office"]);
  await expect(byPassword.signin(asPerson("lea@office", "wrong"))).rejects.toThrow();
});

test("a refresh token signs a new connection in, once", async () => {
  const server = await startServer();
  await query(await connectTo(server), RECORD_ACCESS);
  const tokens = await (await connect(server.url)).signup(asPerson("lea@office", "secret"));
  const read = { method: "query", params: ["SELECT VALUE email FROM person", {}] };

  const first = await connectRaw(server);
  expect((await first.call({ method: "refresh", params: [tokens] })).result).toHaveProperty("refresh");
  expect((await first.call(read)).result).toMatchObject([{ result: ["lea@office"] }]);

  const second = await connectRaw(server);
  expect((await second.call({ method: "refresh", params: [tokens] })).error).toBeDefined();
  expect((await second.call(read)).error?.kind).toBe("NotAllowed");
});

test("a signed-out session is refused", async () => {
  const server = await startServer();
  for (const signOut of ["invalidate", "reset"] as const) {
    const client = await connectTo(server);
    await client[signOut]();
    await expect(query(client, "RETURN 1")).rejects.toThrow(NotAllowedError);
  }
});

test("the selection outlives a sign-out, but not a reset", async () => {
  const server = await startServer();
  const client = await connectTo(server);
  await client.invalidate();
  await client.use({ database: "archive" });
  await client.signin(ROOT);
  expect(await query(client, "RETURN [session::ns(), session::db()]")).toEqual(["office", "archive"]);

  await client.reset();
  await client.signin(ROOT);
  expect(await query(client, "RETURN [session::ns(), session::db()]")).toEqual([undefined, undefined]);
});

test("a query under way at the sign-out never runs as the owner", async () => {
  const { datastore, connection } = await openConnection();
  await datastore.query("DEFINE USER viewer ON ROOT PASSWORD 'viewer' ROLES VIEWER", {});
  for (const signOut of ["invalidate", "reset"]) {
    await connection.request("signin", [{ user: "viewer", pass: "viewer" }]);
    const attempts = Array.from({ length: 200 }, async () => {
      const [outcome] = (await connection.request("query", ["DEFINE NAMESPACE mine", {}])) as StatementResult[];
      return outcome?.status;
    });
    await connection.request(signOut, []);
    expect(new Set(await Promise.all(attempts))).toEqual(new Set(["ERR"]));
  }
});

test("a database cannot be selected without a namespace", async () => {
  const server = await startServer();
  const client = await connect(server.url, ROOT);
  await expect(client.use({ database: "files" })).rejects.toThrow("Specify a namespace");
  await client.use({ namespace: "office" });
  await client.use({ database: "files" });
  expect(await query(client, "RETURN session::db()")).toBe("files");
});

test("connections do not share namespace, database or variables", async () => {
  const server = await startServer();
  const one = await connectTo(server);
  const two = await connectTo(server, { namespace: "office", database: "archive" });
  await one.set("clerk", "Léa");
  await query(one, "CREATE file:1");
  await query(two, "DEFINE TABLE file");
  expect(await query(one, "RETURN [session::db(), $clerk]")).toEqual(["files", "Léa"]);
  expect(await query(two, "RETURN [session::db(), $clerk]")).toEqual(["archive", undefined]);
  expect(await query(two, "SELECT * FROM file")).toEqual([]);
});

test("the sessions of one connection are separate, and a fork starts as its origin", async () => {
  const server = await startServer();
  const client = await connectTo(server);
  await client.set("clerk", "Léa");

  const fresh = await client.newSession();
  await fresh.signin(ROOT);
  await fresh.use({ namespace: "office", database: "archive" });
  expect(await query(fresh, "RETURN [session::db(), $clerk]")).toEqual(["archive", undefined]);

  const fork = await client.forkSession();
  expect(await query(fork, "RETURN [session::db(), $clerk]")).toEqual(["files", "Léa"]);

  expect(await client.sessions()).toHaveLength(2);
  await fork.closeSession();
  expect(await client.sessions()).toHaveLength(1);
});

test("a client cannot use a session that another one attached", async () => {
  const server = await startServer();
  const session = Uuid.v4();
  const owner = await connectRaw(server);
  await owner.call({ method: "attach", session });
  await owner.call({ method: "signin", params: [{ user: "root", pass: "root" }], session });
  expect((await owner.call({ method: "attach", session })).error?.kind).toBe("AlreadyExists");

  const other = await connectRaw(server);
  const read = { method: "query", params: ["RETURN 1", {}], session };
  expect((await other.call(read)).error?.kind).toBe("NotFound");
  await other.call({ method: "attach", session });
  expect((await other.call(read)).error?.kind).toBe("NotAllowed");
  expect((await owner.call(read)).error).toBeUndefined();
});

test("a transaction shows nothing before its commit and leaves nothing when cancelled", async () => {
  const server = await startServer();
  const client = await connectTo(server);
  await query(client, "DEFINE TABLE file");

  const kept = await client.beginTransaction();
  await kept.query("CREATE file:kept");
  expect(await query(client, "SELECT VALUE id FROM file")).toEqual([]);
  await kept.commit();

  const dropped = await client.beginTransaction();
  await dropped.query("CREATE file:dropped");
  await dropped.cancel();
  expect(await query(client, "SELECT VALUE id FROM file")).toEqual([new RecordId("file", "kept")]);
});

test("a transaction belongs to its connection", async () => {
  const server = await startServer();
  const root = await connectTo(server);
  await query(root, "DEFINE TABLE file");
  const signIn = { method: "signin", params: [{ user: "root", pass: "root" }] };
  const select = { method: "use", params: ["office", "files"] };

  const owner = await connectRaw(server);
  const thief = await connectRaw(server);
  for (const client of [owner, thief]) {
    await client.call(signIn);
    await client.call(select);
  }
  const { result } = await owner.call({ method: "begin" });
  const txn = result as Uuid;
  const write = { method: "query", params: ["CREATE file:1", {}], txn };
  expect((await owner.call(write)).error).toBeUndefined();

  expect((await thief.call(write)).error?.message).toBe("Transaction not found");
  expect((await thief.call({ method: "commit", params: [txn] })).error?.message).toBe("Transaction not found");
  expect((await owner.call({ method: "commit", params: [txn] })).error).toBeUndefined();
  expect(await query(root, "SELECT VALUE id FROM file")).toEqual([new RecordId("file", 1)]);
});

test("a connection that closes cancels its transactions", async () => {
  const { datastore, connection } = await openConnection();
  await connection.request("signin", [{ user: "root", pass: "root" }]);
  const abandoned = await connection.request("begin", []);
  const open = await connection.request("begin", []);
  await datastore.request("commit", [open]);
  await connection.close();
  await expect(datastore.request("commit", [abandoned])).rejects.toThrow("Transaction not found");
});

test("a live notification reaches its owner only", async () => {
  const server = await startServer();
  const owner = await connectTo(server);
  const neighbour = await connectTo(server);
  await query(owner, "DEFINE TABLE file; DEFINE TABLE letter");
  const seenByOwner: unknown[] = [];
  const seenByNeighbour: unknown[] = [];
  (await owner.live(new Table("file"))).subscribe((message) => seenByOwner.push(message.recordId?.id));
  (await neighbour.live(new Table("letter"))).subscribe((message) => seenByNeighbour.push(message.recordId?.id));
  // The SDK drops notifications that it didn't ask for, a bare socket doesn't.
  const onlooker = await connectRaw(server);
  await onlooker.call({ method: "signin", params: [{ user: "root", pass: "root" }] });
  let seenByOnlooker = 0;
  onlooker.socket.on("message", () => (seenByOnlooker += 1));

  await query(neighbour, "CREATE file:a");
  await expect.poll(() => seenByOwner).toEqual(["a"]);
  await query(owner, "CREATE letter:b");
  await expect.poll(() => seenByNeighbour).toEqual(["b"]);
  await onlooker.call({ method: "ping" });
  expect(seenByOwner).toEqual(["a"]);
  expect(seenByOnlooker).toBe(1);
});

test("live notifications respect the permissions of a record user", async () => {
  const server = await startServer();
  const root = await connectTo(server);
  await query(root, `${RECORD_ACCESS}; DEFINE TABLE OVERWRITE file PERMISSIONS FOR select WHERE open`);
  const lea = await connect(server.url);
  await lea.signup(asPerson("lea@office", "secret"));
  const seen: unknown[] = [];
  (await lea.live(new Table("file"))).subscribe((message) => seen.push(message.recordId?.id));
  await query(root, "CREATE file:closed SET open = false");
  await query(root, "CREATE file:open SET open = true");
  await expect.poll(() => seen).toEqual(["open"]);
});

test("the HTTP engine works", async () => {
  const server = await startServer();
  const client = await connect(server.httpUrl, ROOT);
  await client.use(NOTARY_OFFICE);
  await client.set("pages", 3);
  await query(client, "CREATE file:1 SET pages = $pages");
  expect(await client.select(new RecordId("file", 1))).toMatchObject({ pages: 3 });
  expect(await client.export()).toContain("file");

  const stranger = await connect(server.httpUrl);
  await expect(query(stranger, "RETURN 1")).rejects.toThrow(NotAllowedError);
  await expect(stranger.signin({ username: "root", password: "wrong" })).rejects.toThrow(NotAllowedError);
  await expect(connect(server.httpUrl, "not.a.token")).rejects.toThrow();
});

test("the HTTP routes answer without an SDK", async () => {
  const server = await startServer();
  const at = (path: string): URL => new URL(path, server.httpUrl);
  const basic = (password: string) => `Basic ${btoa(`root:${password}`)}`;
  const headers = { authorization: basic("root"), "surreal-ns": "office", "surreal-db": "files" };
  const asJson = { ...headers, "content-type": "application/json" };
  const post = (path: string, body: string, sent: Record<string, string>) =>
    fetch(at(path), { method: "POST", body, headers: sent });

  expect((await fetch(at("/health"))).status).toBe(200);
  expect((await fetch(at("/status"))).status).toBe(200);
  expect(await (await fetch(at("/version"))).text()).toMatch(/^surrealdb-3\./);

  const rpc = JSON.stringify({ id: 7, method: "query", params: ["RETURN $n + 1", { n: 1 }] });
  expect(await (await post("/rpc", rpc, asJson)).json()).toMatchObject({ id: 7, result: [{ result: 2 }] });
  expect((await post("/rpc", "{", asJson)).status).toBe(400);
  expect((await post("/rpc", rpc, { ...asJson, "content-type": "text/html" })).status).toBe(415);

  const sql = await post("/sql?pages=3", "CREATE file:1 SET pages = $pages; RETURN 1", headers);
  expect(await sql.json()).toMatchObject([{ status: "OK" }, { status: "OK", result: 1 }]);
  expect((await post("/sql", "NOT SQL", headers)).status).toBe(400);
  expect((await post("/sql", "RETURN 1", { ...headers, authorization: basic("wrong") })).status).toBe(401);
  expect((await post("/sql", "RETURN 1", {})).status).toBe(403);
  expect((await fetch(at("/sql"))).status).toBe(405);
  expect((await post("/nowhere", "", headers)).status).toBe(404);

  const dump = await (await post("/export", "", headers)).text();
  expect(dump).toContain("file:1");
  expect((await post("/export", "", { "surreal-ns": "office", "surreal-db": "files" })).status).toBe(403);
  const elsewhere = { ...headers, "surreal-db": "copy" };
  expect((await post("/import", dump, elsewhere)).status).toBe(200);
  const copied = await post("/sql", "SELECT VALUE id FROM file", elsewhere);
  expect(await copied.json()).toMatchObject([{ result: ["file:1"] }]);
});

test("a client exports and imports a database through the SDK", async () => {
  const server = await startServer();
  const client = await connectTo(server);
  await query(client, "CREATE file:1 SET pages = 3");
  const dump = await client.export();
  const copy = await connectTo(server, { namespace: "office", database: "copy" });
  await copy.import(dump);
  expect(await copy.select(new RecordId("file", 1))).toMatchObject({ pages: 3 });
});

test("garbage frames are answered and the server goes on", async () => {
  const server = await startServer();
  const valid = codec.encode({ id: "1", method: "query", params: ["RETURN 1", {}], session: Uuid.v4(), txn: null });
  const fuzzer = await connectRaw(server);
  let answers = 0;
  fuzzer.socket.on("message", () => (answers += 1));
  const frames = [
    new Uint8Array(),
    Uint8Array.of(0xff),
    Uint8Array.of(0xbf, 0xff),
    Uint8Array.of(0xbb, 255, 255, 255, 255, 255, 255, 255, 255),
    new Uint8Array(100_000).fill(0x81),
    codec.encode([1, 2]),
    codec.encode({}),
    codec.encode({ id: "1", method: 5, params: "x", session: 5 }),
    codec.encode({ id: "1", method: "use", params: [5, null] }),
    codec.encode({ id: "1", method: "commit" }),
    ...Array.from({ length: 300 }, () => mutate(valid)),
  ];
  for (const frame of frames) fuzzer.send(frame);
  await expect.poll(() => answers).toBe(frames.length);

  const oversized = await connectRaw(await startServer({ maxPayloadBytes: 1000 }));
  oversized.send(new Uint8Array(1001));
  await once(oversized.socket, "close");
  const textual = await connectRaw(server);
  textual.send("text");
  await once(textual.socket, "close");

  expect(await query(await connectTo(server), "RETURN 1")).toBe(1);
});

function mutate(bytes: Uint8Array): Uint8Array {
  const mutant = Uint8Array.from(bytes);
  for (let i = 0; i < 3; i++) mutant[Math.floor(Math.random() * mutant.length)] = Math.floor(Math.random() * 256);
  return mutant;
}

test("twenty clients work at once", async () => {
  const server = await startServer();
  await query(await connectTo(server), "DEFINE TABLE file");
  const work = async (_: unknown, clerk: number): Promise<unknown> => {
    const client = await connectTo(server);
    await client.set("clerk", clerk);
    await Promise.all(Array.from({ length: 10 }, (_page, page) => query(client, `CREATE file:[$clerk, ${page}]`)));
    return await query(client, "RETURN array::len(SELECT VALUE id FROM file:[$clerk, NONE]..[$clerk, ..])");
  };
  expect(await Promise.all(Array.from({ length: 20 }, work))).toEqual(Array(20).fill(10));
});

test("a client whose connection drops comes back signed in and with its selection", async () => {
  const server = await startServer();
  const client = await connectTo(server);
  await client.set("clerk", "Léa");
  const reconnected = new Promise((resolve) => client.subscribe("connected", resolve));
  server.dropConnections();
  await reconnected;
  expect(await query(client, "RETURN [session::ns(), session::db(), $clerk]")).toEqual(["office", "files", "Léa"]);
});

test("closing waits for the calls in flight, and closing twice is harmless", async () => {
  const server = await startServer();
  const client = await connectRaw(server);
  await client.call({ method: "signin", params: [{ user: "root", pass: "root" }] });
  void client.call({ method: "query", params: ["SLEEP 300ms", {}] });
  // Answered, so the query before it has arrived.
  await client.call({ method: "ping" });

  const begun = performance.now();
  await Promise.all([server.close(), server.close()]);
  expect(performance.now() - begun).toBeGreaterThan(150);
  await server.close();
  await server[Symbol.asyncDispose]();
  await expect(fetch(new URL("/health", server.httpUrl))).rejects.toThrow();
});

test("closing gives up on a call that does not end", { timeout: 10_000 }, async () => {
  const { child, url } = await startProcess();
  const client = await connect(url, ROOT);
  void query(client, "SLEEP 1h").catch(() => {});
  await query(client, "RETURN 1");
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("a taken port is reported, and the server on it goes on", async () => {
  const server = await startServer();
  await expect(startRpcServer({ port: server.port })).rejects.toThrow("EADDRINUSE");
  expect((await fetch(new URL("/health", server.httpUrl))).status).toBe(200);
});

async function startProcess(...args: string[]) {
  const main = fileURLToPath(new URL("../src/testing/rpc-server/main.ts", import.meta.url));
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  expect(line).toMatch(/^READY ws:/);
  return { child, url: line.slice("READY ".length) };
}

test("the server runs as a process of its own, and its datastore survives a kill", async () => {
  const directory = await mkdtemp(join(tmpdir(), "minutier-rpc-server-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const args = ["--endpoint", `rocksdb://${directory}/db`, "--username", "u", "--password", "p"];

  const killed = await startProcess(...args);
  const client = await connect(killed.url, { username: "u", password: "p" });
  await client.use(NOTARY_OFFICE);
  await query(client, "CREATE file:1");
  killed.child.kill("SIGKILL");
  await once(killed.child, "exit");

  const restarted = await startProcess(...args, "--port", new URL(killed.url).port);
  expect(await query(client, "SELECT VALUE id FROM file")).toEqual([new RecordId("file", 1)]);
  restarted.child.kill("SIGTERM");
  expect(await once(restarted.child, "exit")).toEqual([0, null]);
});
