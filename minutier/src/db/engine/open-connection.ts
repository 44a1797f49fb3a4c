/** Opening a connection, or saying within a bounded time why there is none. */
import { setTimeout as sleep } from "node:timers/promises";

import {
  type Codecs,
  type DriverContext,
  NotAllowedError,
  type RpcEngine,
  ServerError,
  Surreal,
  type SurrealSession,
} from "surrealdb";

import { errorMessage, MinutierError } from "../../errors.ts";
import { isConflict } from "./conflict.ts";
import { Connection, goodbyeTimeoutMs } from "./connection.ts";
import { DriverCodec } from "./driver-codec.ts";
import { DriverSocket } from "./driver-socket.ts";
import { EmbeddedEngine } from "./embedded-engine.ts";
import { askVersion, explainVersion, refuseOldEngine, toEngineVersion } from "./engine-version.ts";
import type { Endpoint } from "./endpoint.ts";
import { type MessageLimit, messageLimitOf, messageLimitOfClient } from "./message-limit.ts";
import { probeServer } from "./probe-server.ts";
import { RemoteEngine } from "./remote-engine.ts";
import { explainSelection, selectDatabase } from "./select-database.ts";
import { type DatabaseAuth, HttpTokenEngine, SignIn } from "./sign-in.ts";
import { openStore, type Store } from "./store-registry.ts";
import { within } from "./time-limit.ts";

/** How to open a connection; every field is already defaulted. */
export interface ConnectionOptions {
  endpoint: Endpoint;
  auth: DatabaseAuth | undefined;
  namespace: string;
  database: string;
  connectTimeoutMs: number;
  callTimeoutMs: number;
  /** Undefined takes the server's default. */
  maxMessageBytes: number | undefined;
}

function codecsWith(limit?: MessageLimit): Codecs {
  return { cbor: (options) => new DriverCodec(options, limit) };
}

/** Opens a connection, or says why not, within `connectTimeoutMs`. */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  return withoutConflict(() => openEndpoint(options));
}

/** Shares a client that the application opened and closes. */
export async function shareClient(
  client: SurrealSession,
  callTimeoutMs: number,
  maxMessageBytes: number | undefined,
): Promise<Connection> {
  const { namespace, database } = client;
  if (namespace === undefined || database === undefined) {
    throw new MinutierError(
      "invalid_options",
      "The client has no namespace and database yet. Await client.use({ namespace, database }) before you give it.",
    );
  }
  let version: string | undefined;
  try {
    const selecting = withoutConflict(async () => {
      version = await askVersion(client);
      await selectDatabase(client, { namespace, database });
    });
    await within(callTimeoutMs, selecting, () => {
      return new MinutierError(
        "connection_timeout",
        `The client's database did not answer within ${callTimeoutMs} ms.`,
      );
    });
  } catch (error) {
    throw explainOpening(error, "The client's database", true);
  }
  const limit = messageLimitOfClient(maxMessageBytes);
  return new Connection(client, version, callTimeoutMs, async () => undefined, { limit });
}

/** Selecting a new namespace or database creates it: others that open it now do the same. */
async function withoutConflict<T>(open: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await open();
    } catch (error) {
      if (!isConflict(error) || attempt >= 20) throw error;
      await sleep(Math.random() * 20 * attempt);
    }
  }
}

async function openEndpoint(options: ConnectionOptions): Promise<Connection> {
  const { endpoint } = options;
  if (endpoint.kind === "remote") return openRemote(endpoint, options);
  const store = await openStore(endpoint);
  return openEmbedded(store, endpoint.kind === "memory" ? "mem://" : `rocksdb://${endpoint.path}`, options);
}

async function openEmbedded(store: Store, name: string, options: ConnectionOptions): Promise<Connection> {
  // The driver looks an engine up by its url's scheme; the store is already open, so the url says only "embedded".
  const signIn = signInOf(options);
  const embedded = (context: DriverContext): EmbeddedEngine => attach(signIn, new EmbeddedEngine(context, store));
  const client = new Surreal({ codecs: codecsWith(), engines: { embedded } });
  const { namespace, database } = options;
  const select = async (): Promise<void> => void (await client.use({ namespace, database }));
  const version = await openClient(
    client,
    { url: "embedded://store", name, select, signIn, deadline: deadlineOf(options) },
    options,
  );
  const folder = options.endpoint.kind === "rocksdb" ? options.endpoint.path : undefined;
  return new Connection(client, version, options.callTimeoutMs, async () => void (await client.close()), {
    signIn,
    folder,
  });
}

async function openRemote(endpoint: Endpoint & { kind: "remote" }, options: ConnectionOptions): Promise<Connection> {
  const deadline = deadlineOf(options);
  refuseOldEngine(toEngineVersion(await probeServer(endpoint, options.connectTimeoutMs)));
  let engine: RemoteEngine | undefined;
  const signIn = signInOf(options);
  const overSocket = (context: DriverContext): RemoteEngine => (engine = attach(signIn, new RemoteEngine(context)));
  const overHttp = (context: DriverContext): HttpTokenEngine => attach(signIn, new HttpTokenEngine(context, signIn));
  const engines = { ws: overSocket, wss: overSocket, http: overHttp, https: overHttp };
  const codecs = codecsWith(messageLimitOf(endpoint, options.maxMessageBytes));
  const websocketImpl = DriverSocket as unknown as typeof WebSocket;
  const client = new Surreal({ codecs, engines, websocketImpl });
  const { url } = endpoint;
  const select = (): Promise<void> => selectDatabase(client, options);
  const version = await openClient(client, { url, name: url, select, signIn, deadline }, options);
  return new Connection(client, version, options.callTimeoutMs, () => sayGoodbye(client), { engine, signIn });
}

function signInOf({ auth, namespace, database }: ConnectionOptions): SignIn | undefined {
  return auth === undefined || auth === null ? undefined : new SignIn(auth, { namespace, database });
}

function attach<Engine extends RpcEngine>(signIn: SignIn | undefined, engine: Engine): Engine {
  return signIn?.attach(engine) ?? engine;
}

function deadlineOf({ connectTimeoutMs }: ConnectionOptions): number {
  return performance.now() + connectTimeoutMs;
}

/** What `openClient` opens. */
interface Opening {
  url: string;
  /** How messages name it. */
  name: string;
  /** Chooses the namespace and database. */
  select: () => Promise<void>;
  signIn: SignIn | undefined;
  /** By `performance.now()`. */
  deadline: number;
}

/** Connects the client, and gives what the engine says of itself: the driver asks before it signs in. */
async function openClient(client: Surreal, opening: Opening, options: ConnectionOptions): Promise<string | undefined> {
  const { namespace, database, connectTimeoutMs } = options;
  const { url, name, select, signIn, deadline } = opening;
  let version: string | undefined;
  client.subscribe("connected", (told) => (version = told));
  const opened = client
    .connect(url, {
      namespace,
      database,
      ...(signIn === undefined ? {} : { authentication: signIn.provider }),
      reconnect: { attempts: -1, retryDelay: 25, retryDelayMax: 1000 },
    })
    .then(select);
  try {
    await within(Math.max(deadline - performance.now(), 1), opened, () => {
      return new MinutierError(
        "connection_timeout",
        `${name} was not open within ${connectTimeoutMs} ms: it did not finish the sign-in and the choice of the database. Look at its log, or raise connectTimeoutMs.`,
      );
    });
  } catch (error) {
    // A session whose sign-in failed must not live on: an embedded engine would treat it as the owner's.
    await sayGoodbye(client);
    throw explainOpening(explainSelection(error, { namespace, database }), name, signIn !== undefined);
  }
  return version;
}

/** A server that is gone or frozen does not answer to it. */
async function sayGoodbye(client: Surreal): Promise<void> {
  await Promise.race([client.close().catch(() => undefined), sleep(goodbyeTimeoutMs, undefined, { ref: false })]);
}

function explainOpening(error: unknown, name: string, signingIn: boolean): MinutierError {
  if (MinutierError.isInstance(error)) return error;
  const outdated = explainVersion(error);
  if (outdated !== undefined) return outdated;
  const text = errorMessage(error);
  if (!signingIn && error instanceof NotAllowedError) {
    return new MinutierError(
      "authentication_failed",
      `${name} takes no call without a sign-in: ${text}. Give sign-in details as the auth option (--username on a command line).`,
      { cause: error },
    );
  }
  if (error instanceof NotAllowedError || (signingIn && error instanceof ServerError)) {
    return new MinutierError(
      "authentication_failed",
      `${name} refused the sign-in: ${text}. Check username, password and the level (root, namespace or database) of the user.`,
      { cause: error },
    );
  }
  return new MinutierError("connection_failed", `${name} can't be opened: ${text}`, { cause: error });
}
