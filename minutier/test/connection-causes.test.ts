/** Why there is no connection: each cause in one sentence with what to do, at once where a socket knows it. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { type AuthProvider, Surreal } from "surrealdb";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { type SurrealDbOptions, SurrealDb } from "../src/db/surreal-db.ts";
import type { MinutierError } from "../src/errors.ts";
import { type ServerKind, sharedServer, type TestServer } from "./backends.ts";
import { failureOf } from "./failure-of.ts";
import { authorityFile, bytePeer, frontOf, httpPeer, type Peer, socketPeer, versionPeer } from "./peers.ts";
import { runFixture } from "./run-fixture.ts";
import { findSurreal } from "./surreal-server.ts";

const connectTimeoutMs = 1500;
/** Enough for a cause that is known at once, on a machine that does other things too. */
const atOnceMs = 1000;

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const drip = async (write: (byte: string) => boolean, bytes: string): Promise<void> => {
  for (const byte of bytes) {
    if (!write(byte)) return;
    await sleep(20);
  }
};

/** Of what a peer does once it is heard: by WebSocket, and by HTTP where that differs. */
type Expected = readonly [code: string, message: RegExp];
interface Case {
  peer: Peer;
  socket: Expected;
  http?: Expected;
  /** To a connection by TLS, of a peer that has none. @default does not speak TLS */
  tlsToPlain?: Expected;
}

const failed = "connection_failed";
const late = "connection_timeout";
const notTls: Expected = [failed, /it does not speak TLS.*Use ws:\/\/ or http:\/\//];
const silent: Expected = [late, /accepted the connection and sent nothing within 1500 ms/];
const slow: Expected = [late, /the answer was not complete within 1500 ms/];
const notHttp: Expected = [failed, /it does not speak HTTP/];
const closed: Expected = [failed, /the connection was closed without an answer/];
const noSurreal: Expected = [failed, /what answers there is no SurrealDB server/];
const noSocket: Expected = [failed, /it does not speak the WebSocket protocol/];
const answered = (status: number, more: RegExp = /./): Expected => [
  failed,
  new RegExp(`it answered with HTTP ${status}.*${more.source}`),
];
const status = (code: number, headers: Record<string, string> = {}): Peer =>
  httpPeer((_, response) => void response.writeHead(code, headers).end("<h1>Bonjour</h1>"));

const cases: Record<string, Case> = {
  "a web site": { peer: status(200), socket: answered(200), http: noSurreal },
  "a page that is not there": { peer: status(404), socket: answered(404, /no \/rpc below that path/) },
  "a redirect": {
    peer: status(302, { location: "https://elsewhere.example/?token=sëcret".replace("ë", "e") }),
    socket: answered(302, /leads elsewhere, to https:\/\/elsewhere\.example\. Give the address/),
  },
  "a proxy that wants a sign-in": { peer: status(401), socket: answered(401, /proxy/) },
  "a proxy that forbids": { peer: status(403), socket: answered(403, /allow the path/) },
  "a wish for another protocol": { peer: status(426), socket: answered(426, /another protocol/) },
  "a server that is starting": { peer: status(503), socket: answered(503, /may be starting/) },
  "an SSH server": { peer: bytePeer((socket) => void socket.write("SSH-2.0-OpenSSH_9.2\r\n")), socket: notHttp },
  garbage: {
    peer: bytePeer((socket) => void socket.write(Buffer.concat([Buffer.from([0, 255, 7]), randomBytes(100)]))),
    socket: notHttp,
  },
  "one that closes at once": { peer: bytePeer((socket) => void socket.end()), socket: closed, tlsToPlain: closed },
  "one that breaks off at once": {
    peer: bytePeer((socket) => void socket.destroy()),
    socket: closed,
    tlsToPlain: closed,
  },
  "one that closes when it is asked": {
    peer: bytePeer((socket) => void socket.once("data", () => socket.destroy())),
    socket: closed,
    tlsToPlain: closed,
  },
  "one that never answers": { peer: bytePeer(() => undefined), socket: silent, tlsToPlain: silent },
  "one that answers byte by byte": {
    peer: bytePeer((socket) => {
      void drip((byte) => socket.writable && socket.write(byte), `HTTP/1.1 200 OK\r\nx: ${"y".repeat(1000)}`);
    }),
    socket: slow,
  },
  "endless headers": {
    peer: bytePeer((socket) => void socket.write(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}`)),
    socket: notHttp,
  },
  "an endless body": {
    peer: bytePeer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/cbor\r\n\r\n");
      const more = (): void => void (socket.writable && socket.write(Buffer.alloc(16_384)));
      socket.on("drain", more).once("data", () => Array.from({ length: 20 }, more));
    }),
    socket: answered(200),
    http: noSurreal,
  },
  "a body that comes byte by byte": {
    peer: bytePeer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n");
      void drip((byte) => socket.writable && socket.write(byte), "y".repeat(1000));
    }),
    socket: answered(200),
    http: slow,
  },
  "another WebSocket protocol": {
    peer: socketPeer("flatbuffers", () => undefined, text("x")),
    socket: [failed, /another WebSocket protocol than SurrealDB's cbor/],
    http: noSurreal,
  },
  "no WebSocket protocol": {
    peer: socketPeer(false, () => undefined, text("x")),
    socket: [failed, /another WebSocket protocol than SurrealDB's cbor/],
    http: noSurreal,
  },
  "a WebSocket of chat": {
    peer: socketPeer("cbor", (socket) => socket.send("Welcome!"), text("Welcome!")),
    socket: noSurreal,
    http: noSurreal,
  },
  "a WebSocket that sends far too much": {
    peer: socketPeer("cbor", (socket) => socket.send(Buffer.alloc(1_000_000)), Buffer.alloc(1_000_000)),
    socket: noSocket,
    http: noSurreal,
  },
  "a WebSocket that closes": {
    peer: socketPeer("cbor", (socket) => socket.close(), text("")),
    socket: closed,
    http: noSurreal,
  },
  "a WebSocket that is silent": {
    peer: socketPeer("cbor", () => undefined, text("")),
    socket: slow,
    http: noSurreal,
  },
  "a handshake of somebody else's": {
    peer: bytePeer((socket) => {
      const handshake = "upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: AAAA";
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${handshake}\r\n\r\n`);
    }),
    socket: noSocket,
    http: slow,
  },
  "SurrealDB 2": {
    peer: versionPeer("surrealdb-2.3.1"),
    socket: [
      "unsupported_engine",
      /is SurrealDB 2\.3\.1, which does not work: Minutier needs SurrealDB 3\. Use a server of/,
    ],
  },
  "another database": { peer: versionPeer("otherdb-9.0.0"), socket: noSurreal },
};

interface Outcome {
  url: string;
  code: string;
  message: string;
  hasCause: boolean;
  tookMs: number;
}

/** Opens all of them in a process that trusts our authority. */
async function openEach(urls: readonly string[]): Promise<Map<string, Outcome>> {
  const env = { NODE_EXTRA_CA_CERTS: authorityFile };
  const { stdout, stderr, code } = await runFixture("open-each", [String(connectTimeoutMs), ...urls], 100_000, env);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  return new Map((JSON.parse(stdout) as Outcome[]).map((outcome) => [outcome.url, outcome]));
}

function check(outcome: Outcome | undefined, [code, message]: Expected, what: string): void {
  expect.soft(outcome, what).toMatchObject({ code, message: expect.stringMatching(message) });
  expect.soft(outcome?.message, what).not.toMatch(/secret|sëcret|\n/);
  // One sentence, and what to do.
  expect.soft(outcome?.message, what).toMatch(/^(ws|http)s?:\S+ .*\. [A-Z].*\.$/);
  if (code === failed) expect.soft(outcome?.hasCause, what).toBe(true);
  expect.soft(outcome?.tookMs, what).toBeLessThan(code === late ? connectTimeoutMs + atOnceMs : atOnceMs);
}

test("whoever listens there, by every scheme, with TLS and without", async () => {
  const expected = new Map<string, readonly [what: string, expected: Expected]>();
  for (const [name, { peer, socket, http = socket, tlsToPlain = notTls }] of Object.entries(cases)) {
    const plain = await peer();
    const secure = await peer("server");
    const add = (url: string, outcome: Expected): void => void expected.set(url, [`${name}: ${url}`, outcome]);
    add(`ws://127.0.0.1:${plain}`, socket);
    add(`http://127.0.0.1:${plain}`, http);
    add(`wss://127.0.0.1:${secure}`, socket);
    add(`https://127.0.0.1:${secure}`, http);
    for (const scheme of ["ws", "http"]) {
      add(`${scheme}s://127.0.0.1:${plain}`, tlsToPlain);
      const useTls = new RegExp(`it speaks TLS, and the url does not\\. Use ${scheme}s://127\\.0\\.0\\.1:${secure}\\.`);
      add(`${scheme}://127.0.0.1:${secure}`, [failed, useTls]);
    }
  }
  const outcomes = await openEach([...expected.keys()]);
  for (const [url, [what, outcome]] of expected) check(outcomes.get(url), outcome, what);
}, 120_000);

test("certificates: one of a trusted authority opens, an expired one and another host's do not", async () => {
  const { port } = await sharedServer();
  const front = frontOf(port);
  const [good, expired, elsewhere] = [await front("server"), await front("expired"), await front("elsewhere")];
  for (const scheme of ["wss", "https"]) {
    const urls = [
      `${scheme}://localhost:${good}`,
      `${scheme}://127.0.0.1:${expired}`,
      `${scheme}://127.0.0.1:${elsewhere}`,
    ];
    const outcomes = [...(await openEach(urls)).values()];
    const of = (port: number): Outcome | undefined => outcomes.find(({ url }) => url.includes(String(port)));
    expect(of(good)).toMatchObject({ code: "authentication_failed" });
    check(of(expired), [failed, /its certificate has expired.*Renew/], "expired");
    check(of(elsewhere), [failed, /its certificate is another host's.*Use a name/], "elsewhere");
  }
});

async function refusal(options: SurrealDbOptions): Promise<Outcome> {
  const began = performance.now();
  const db = new SurrealDb({ connectTimeoutMs, ...options });
  onTestFinished(() => db.close());
  const { code, message, cause } = (await failureOf(db.connect())) as MinutierError;
  const url = options.url ?? "";
  return { url, code, message, hasCause: cause !== undefined, tookMs: performance.now() - began };
}

test("a certificate that nobody here trusts", async () => {
  const port = await frontOf((await sharedServer()).port)("server");
  for (const scheme of ["wss", "https"]) {
    const untrusted: Expected = [
      failed,
      /nobody whom this process trusts vouches for its certificate.*NODE_EXTRA_CA_CERTS/,
    ];
    check(await refusal({ url: `${scheme}://localhost:${port}` }), untrusted, scheme);
  }
});

test("a path that no server has, and a name that nobody knows", async () => {
  const { port } = await sharedServer();
  for (const scheme of ["ws", "http"]) {
    for (const path of ["/rpc/extra", "/other", "/rpc/rpc/", "//"]) {
      const url = `${scheme}://127.0.0.1:${port}${path}`;
      check(await refusal({ url }), [failed, /HTTP 40\d.*\. [A-Z]/], url);
    }
    check(await refusal({ url: `${scheme}://nobody.invalid` }), [failed, /no such host|looked up/], scheme);
    check(await refusal({ url: `${scheme}://127.0.0.1:1` }), [failed, /nothing listens there.*Start/], scheme);
  }
});

const root = { username: "root", password: "root" };

function use(options: SurrealDbOptions): SurrealDb {
  const db = new SurrealDb(options);
  onTestFinished(() => db.close());
  return db;
}

/** A connection as an application has one. */
async function openClient(url: string, auth: AuthProvider, namespace: string, database: string): Promise<Surreal> {
  const client = new Surreal();
  onTestFinished(async () => void (await client.close()));
  await client.connect(url, { namespace, database, authentication: auth });
  return client;
}

/** Where our own server still differs, the real one alone is asked. */
describe.skipIf(findSurreal() === undefined).for<ServerKind>(["server"])("a database of a server, %s", (kind) => {
  let server: TestServer;
  const urls = (): string[] => [server.url, server.httpUrl];
  const editor = { username: "editor", password: "sëcret", namespace: "office", database: "own" };
  const makers = { root, namespace: { username: "maker", password: "sëcret", namespace: "office" } };
  const viewer = { username: "viewer", password: "sëcret" };
  let count = 0;

  beforeAll(async () => {
    server = await sharedServer(kind);
    const db = new SurrealDb({ url: server.url, auth: root, namespace: "office", database: "own" });
    await db.query(`DEFINE USER editor ON DATABASE PASSWORD "sëcret" ROLES EDITOR;
      DEFINE USER maker ON NAMESPACE PASSWORD "sëcret" ROLES EDITOR;
      DEFINE USER viewer ON ROOT PASSWORD "sëcret" ROLES VIEWER`);
    await db.close();
  });

  test.for(Object.entries(makers))("that is not there is made for a user who may: %s", async ([level, auth]) => {
    for (const url of urls()) {
      const namespace = level === "root" ? `new ${++count}` : "office";
      const own = use({ url, auth, namespace, database: `d${++count}` });
      expect(await own.query("CREATE ONLY x:1 RETURN VALUE true")).toEqual([true]);
      const shared = use({ client: await openClient(url, auth, namespace, `d${++count}`) });
      expect(await shared.runs.latest()).toEqual([]);
      expect(await shared.query("CREATE ONLY x:1 RETURN VALUE true")).toEqual([true]);
    }
  });

  test("that is not there is made once by twenty at a time", async () => {
    for (const url of urls()) {
      const [namespace, database] = [`crowd ${++count}`, "d"];
      const clients = await Promise.all(Array.from({ length: 10 }, () => openClient(url, root, namespace, database)));
      const all = [
        ...clients.map((client) => use({ client })),
        ...clients.map(() => use({ url, auth: root, namespace, database })),
      ];
      await Promise.all(all.map((db) => db.query("CREATE x RETURN NONE")));
      expect(await all[0]?.query("RETURN count(SELECT * FROM x)")).toEqual([20]);
    }
  });

  test("that is not there, for a user who may not make it: the error says what to run, and that does it", async () => {
    for (const url of urls()) {
      for (const way of ["own", "shared"]) {
        const [namespace, database] = [`it's "${++count}"`, `a\\b\`${url.startsWith("ws") ? "⟩é" : ""}`];
        const options = { url, auth: viewer, namespace, database };
        const open = async (): Promise<SurrealDb> =>
          use(way === "own" ? options : { client: await openClient(url, viewer, namespace, database) });
        const error = (await failureOf((await open()).connect())) as MinutierError;
        expect(error).toMatchObject({
          code: failed,
          message: expect.stringMatching(/The namespace .* does not exist/),
        });
        expect(error.message).not.toMatch(/sëcret/);
        const [, statements = ""] = /may run: (.*)$/s.exec(error.message) ?? [];
        await use({ url, auth: root }).query(statements);
        expect(await (await open()).runs.latest()).toEqual([]);
      }
    }
  });

  test("that its user may not see is refused, and nothing is written elsewhere", async () => {
    for (const url of urls()) {
      for (const [namespace, database] of [
        ["office", "other"],
        ["elsewhere", "own"],
      ] as const) {
        for (const options of [
          { url, auth: editor, namespace, database },
          { client: await openClient(url, editor, namespace, database) },
        ]) {
          const error = (await failureOf(use(options).connect())) as MinutierError;
          expect(error).toMatchObject({
            code: "authentication_failed",
            message: expect.stringContaining(`may not use the database "${database}" of the namespace "${namespace}"`),
          });
          expect(error.message).not.toMatch(/sëcret/);
        }
      }
      expect(await use({ url, auth: editor, namespace: "office", database: "own" }).query("RETURN 1")).toEqual([1]);
    }
  });

  test("without a sign-in is refused when it is opened", async () => {
    for (const url of urls()) {
      expect(await failureOf(use({ url }).connect())).toMatchObject({
        code: "authentication_failed",
        message: expect.stringContaining("Give sign-in details as the auth option"),
      });
    }
  });
});
