/** Our RPC server in a test, and clients of it. */
import { once } from "node:events";

import { CborCodec, Surreal, Uuid } from "surrealdb";
import type { AuthProvider, SurrealSession } from "surrealdb";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";

import { Connection } from "../src/testing/rpc-server/connection.ts";
import { Datastore } from "../src/testing/rpc-server/datastore.ts";
import { LiveRouter } from "../src/testing/rpc-server/live-router.ts";
import { startRpcServer } from "../src/testing/rpc-server/index.ts";
import type { RpcServer, RpcServerOptions } from "../src/testing/rpc-server/index.ts";

export const ROOT = { username: "root", password: "root" };
export const NOTARY_OFFICE = { namespace: "office", database: "files" };
const RECONNECT_FAST = { enabled: true, attempts: -1, retryDelay: 20, retryDelayMultiplier: 1 };
export const codec = new CborCodec({});

export async function startServer(options?: RpcServerOptions): Promise<RpcServer> {
  const server = await startRpcServer(options);
  onTestFinished(() => server.close());
  return server;
}

export async function connect(url: string, authentication?: AuthProvider): Promise<Surreal> {
  const client = new Surreal();
  onTestFinished(async () => void (await client.close()));
  await client.connect(url, { reconnect: RECONNECT_FAST, ...(authentication && { authentication }) });
  return client;
}

export async function connectTo(server: RpcServer, selection = NOTARY_OFFICE): Promise<Surreal> {
  const client = await connect(server.url, ROOT);
  await client.use(selection);
  return client;
}

export async function query(
  client: SurrealSession,
  text: string,
  variables?: Record<string, unknown>,
): Promise<unknown> {
  return (await client.query(text, variables).collect()).at(-1);
}

/** A socket without the SDK, for what the SDK would never send. */
export async function connectRaw(server: RpcServer) {
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
export async function openConnection() {
  const datastore = await Datastore.open("mem://", "root", "root");
  onTestFinished(() => datastore.close(1000));
  const liveRouter = await LiveRouter.start(datastore);
  const backend = { datastore, liveRouter, version: await datastore.version(), httpSessions: new Map() };
  const connection = new Connection(backend, () => {});
  return { datastore, connection };
}

export const RECORD_ACCESS = `
  DEFINE TABLE person PERMISSIONS FOR select WHERE id = $auth.id;
  DEFINE TABLE file SCHEMALESS PERMISSIONS FULL;
  DEFINE ACCESS portal ON DATABASE TYPE RECORD
    SIGNUP (CREATE person SET email = $email, pass = crypto::argon2::generate($pass))
    SIGNIN (SELECT * FROM person WHERE email = $email AND crypto::argon2::compare(pass, $pass))
    WITH REFRESH`;

export function asPerson(email: string, pass: string) {
  return { ...NOTARY_OFFICE, access: "portal", variables: { email, pass } };
}
