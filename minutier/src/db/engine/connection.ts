/** The one place that talks to the driver: opening, calls with a time limit, errors in our words, closing. */
import { connect as connectTcp } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import {
  type AuthProvider,
  type Codecs,
  type DriverContext,
  HttpEngine,
  type LiveMessage,
  type LiveSubscription,
  NotAllowedError,
  ServerError,
  Surreal,
  type SurrealSession,
  Table,
  type Uuid,
} from "surrealdb";

import { errorMessage, MinutierError } from "../../errors.ts";
import { isConflict } from "./conflict.ts";
import { EmbeddedEngine } from "./embedded-engine.ts";
import { DriverCodec } from "./driver-codec.ts";
import type { Endpoint } from "./endpoint.ts";
import { askVersion, type EngineVersion, explainVersion, toEngineVersion } from "./engine-version.ts";
import { repairLiveChannels } from "./live-channel.ts";
import { LostCall } from "./lost-call.ts";
import { RemoteEngine } from "./remote-engine.ts";
import type { RenderedQuery } from "../statement.ts";
import { explainStall } from "./storage-full.ts";
import { openStore, type Store } from "./store-registry.ts";

/** A server that is gone does not answer to a goodbye. */
const goodbyeTimeoutMs = 2000;

const codecs: Codecs = { cbor: (options) => new DriverCodec(options) };

/** Sign-in details as the driver takes them, a token, or a function that gives either. */
export type DatabaseAuth = AuthProvider;

/** How to open a connection; every field is already defaulted. */
export interface ConnectionOptions {
  endpoint: Endpoint;
  auth: DatabaseAuth | undefined;
  namespace: string;
  database: string;
  connectTimeoutMs: number;
  callTimeoutMs: number;
}

/** What one statement answered. */
export type StatementResult = { ok: true; value: unknown } | { ok: false; error: unknown };

/** An open connection to one namespace and database. */
export class Connection {
  readonly #client: SurrealSession;
  readonly #callTimeoutMs: number;
  readonly #dispose: () => Promise<void>;
  readonly #engine: RemoteEngine | undefined;
  readonly #folder: string | undefined;
  readonly #calls = new Set<Promise<unknown>>();
  readonly #subscriptions = new Set<() => Promise<void>>();
  #version: EngineVersion;
  #closing: Promise<void> | undefined;

  /**
   * `version` is what the engine said of itself; `engine` is the one of a WebSocket, which tells when the connection is
   * lost; `folder` that of an embedded database.
   */
  constructor(
    client: SurrealSession,
    version: string | undefined,
    callTimeoutMs: number,
    dispose: () => Promise<void>,
    { engine, folder }: { engine?: RemoteEngine | undefined; folder?: string | undefined } = {},
  ) {
    this.#client = client;
    this.#version = toEngineVersion(version);
    this.#callTimeoutMs = callTimeoutMs;
    this.#dispose = dispose;
    this.#engine = engine;
    this.#folder = folder;
    // Another server may answer after a reconnect, a newer one or an empty one.
    if (client instanceof Surreal) client.subscribe("connected", (next) => (this.#version = toEngineVersion(next)));
    else client.subscribe("using", () => (this.#version = { ...this.#version }));
  }

  /** The engine that it reaches: another object after each time that the connection was lost and is back. */
  get version(): EngineVersion {
    return this.#version;
  }

  /** Whether it is lost for good, because the driver could not sign in again. */
  get isDead(): boolean {
    return this.#engine?.isClosed === true;
  }

  /** Resolves once the connection is back, or lost for good. */
  async whenConnected(): Promise<void> {
    await this.#engine?.whenSettled();
  }

  /** Runs a query; a failed statement is a result, a failed call throws (`lossOf` tells a lost one). */
  async run(query: RenderedQuery): Promise<StatementResult[]> {
    if (this.#closing !== undefined) throw closedError();
    // The client would keep the call until it is connected again, and nobody knew that it was not sent.
    if (this.#engine?.isReady === false) throw explainCall(new LostCall(false));
    const call = this.#client.query(query.text, query.variables).responses();
    this.#calls.add(call);
    try {
      const responses = await within(this.#callTimeoutMs, call, () => {
        const message = `The database did not answer within ${this.#callTimeoutMs} ms. Whether the call took effect is unknown. Raise callTimeoutMs if your queries are long.`;
        return explainStall(this.#folder, this.#callTimeoutMs) ?? new MinutierError("call_timeout", message);
      });
      return responses.map((response) =>
        response.success ? { ok: true, value: response.result } : { ok: false, error: response.error },
      );
    } catch (error) {
      throw explainCall(error);
    } finally {
      this.#calls.delete(call);
    }
  }

  /**
   * Runs the statements as a principal of that access, in a session of their own. A failed statement is a result. In a
   * transaction of the driver's, engine 3.0.2 does not know whose session it is, so that permissions see nobody.
   */
  async readAs(
    auth: { access: string; variables: Record<string, unknown> },
    statements: readonly string[],
    variables: Record<string, unknown>,
  ): Promise<StatementResult[]> {
    if (this.#closing !== undefined) throw closedError();
    const work = this.#readAs(auth, statements, variables);
    this.#calls.add(work);
    try {
      return await within(this.#callTimeoutMs, work, () => {
        return new MinutierError("call_timeout", `The database did not answer within ${this.#callTimeoutMs} ms.`);
      });
    } catch (error) {
      throw explainCall(error);
    } finally {
      this.#calls.delete(work);
    }
  }

  async #readAs(
    { access, variables: secret }: { access: string; variables: Record<string, unknown> },
    statements: readonly string[],
    variables: Record<string, unknown>,
  ): Promise<StatementResult[]> {
    const { namespace = "", database = "" } = this.#client;
    const session = await this.#client.forkSession();
    try {
      await session.signin({ namespace, database, access, variables: secret });
      // An embedded session that is signed in as nobody is the owner's: nothing is run before it is known whose it is.
      const [who] = await session.query<[string]>("RETURN $access").collect();
      if (who !== access) throw new MinutierError("authentication_failed", "The session is not the one of a reader.");
      const responses = await session.query(statements.join(";\n"), variables).responses();
      return responses.map((response) =>
        response.success ? { ok: true, value: response.result } : { ok: false, error: response.error },
      );
    } finally {
      // The driver signs a closed session in again too, by a timer that keeps the process: signed out, it has none.
      await session.invalidate().catch(() => undefined);
      await session.closeSession();
    }
  }

  /** Calls the listener each time that the connection was lost and is back, until the function that it gives is called. */
  onReconnected(listener: () => void): () => void {
    // A session of another client hears only of its own restoration, which is part of every reconnect.
    return this.#client instanceof Surreal
      ? this.#client.subscribe("connected", listener)
      : this.#client.subscribe("using", listener);
  }

  /**
   * The changes of a table from `onListening` on. The iteration ends when the connection was lost and is back, because
   * the server then has forgotten the query; while the connection is away it gives nothing.
   */
  async *live(table: string, onListening: () => void, signal?: AbortSignal): AsyncGenerator<LiveMessage> {
    if (this.#closing !== undefined) throw closedError();
    repairLiveChannels();
    const { promise: over, resolve } = Promise.withResolvers<undefined>();
    const end = (): void => resolve(undefined);
    let kill: (() => Promise<void>) | undefined;
    const stop = async (): Promise<void> => {
      end();
      await kill?.();
    };
    const forget = this.onReconnected(end);
    this.#subscriptions.add(stop);
    signal?.addEventListener("abort", end, { once: true });
    try {
      if (signal?.aborted) return;
      const started = this.#startLive(table);
      let killed: Promise<void> | undefined;
      // One that starts too late is ended when it has.
      kill = () => (killed ??= started.then((subscription) => subscription.kill()).catch(() => undefined));
      const subscription = await within(this.#callTimeoutMs, Promise.race([over, started]), () => {
        return new MinutierError("call_timeout", `The database did not listen within ${this.#callTimeoutMs} ms.`);
      });
      if (subscription === undefined) return;
      const messages = subscription[Symbol.asyncIterator]();
      void over.then(kill);
      onListening();
      yield* { [Symbol.asyncIterator]: () => messages };
    } catch (error) {
      throw explainCall(error);
    } finally {
      this.#subscriptions.delete(stop);
      signal?.removeEventListener("abort", end);
      forget();
      void kill?.();
    }
  }

  /** Not the driver's managed live query: it starts again by itself, unseen, and a failure to is lost. */
  async #startLive(table: string): Promise<LiveSubscription> {
    const [id] = await this.#client.query<[Uuid]>("LIVE SELECT * FROM $table", { table: new Table(table) }).collect();
    return this.#client.liveOf(id);
  }

  /** Ends the live queries, waits for the calls in flight, then closes. Harmless twice. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    // A live query that stays open would keep the process alive.
    const kills = Promise.all([...this.#subscriptions].map((kill) => kill()));
    await Promise.race([kills, sleep(goodbyeTimeoutMs, undefined, { ref: false })]);
    await Promise.allSettled(this.#calls);
    await this.#dispose();
  }
}

/** Opens a connection, or says why not, within `connectTimeoutMs`. */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await openEndpoint(options);
    } catch (error) {
      // Selecting a new namespace or database creates it: others that open it now do the same.
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

/** Shares a client that the application opened and closes. */
export async function shareClient(client: SurrealSession, callTimeoutMs: number): Promise<Connection> {
  if (client.namespace === undefined || client.database === undefined) {
    throw new MinutierError(
      "invalid_options",
      "The client has no namespace and database yet. Await client.use({ namespace, database }) before you give it.",
    );
  }
  const version = await within(callTimeoutMs, askVersion(client), () => {
    return new MinutierError("call_timeout", `The client's database did not answer within ${callTimeoutMs} ms.`);
  });
  return new Connection(client, version, callTimeoutMs, async () => undefined);
}

async function openEmbedded(store: Store, name: string, options: ConnectionOptions): Promise<Connection> {
  // The driver looks an engine up by its url's scheme; the store is already open, so the url says only "embedded".
  const client = new Surreal({ codecs, engines: { embedded: (context) => new EmbeddedEngine(context, store) } });
  const version = await openClient(client, "embedded://store", name, options);
  const folder = options.endpoint.kind === "rocksdb" ? options.endpoint.path : undefined;
  return new Connection(client, version, options.callTimeoutMs, async () => void (await client.close()), { folder });
}

async function openRemote(endpoint: Endpoint & { kind: "remote" }, options: ConnectionOptions): Promise<Connection> {
  await checkReachable(endpoint, options.connectTimeoutMs);
  let engine: RemoteEngine | undefined;
  const overSocket = (context: DriverContext): RemoteEngine => (engine = new RemoteEngine(context));
  const overHttp = (context: DriverContext): HttpEngine => new HttpEngine(context);
  const engines = { ws: overSocket, wss: overSocket, http: overHttp, https: overHttp };
  const client = new Surreal({ codecs, engines });
  const version = await openClient(client, endpoint.url, endpoint.url, options);
  return new Connection(client, version, options.callTimeoutMs, async () => void (await client.close()), { engine });
}

/** Connects the client, and gives what the engine says of itself: the driver asks before it signs in. */
async function openClient(
  client: Surreal,
  url: string,
  name: string,
  options: ConnectionOptions,
): Promise<string | undefined> {
  const { auth, namespace, database, connectTimeoutMs } = options;
  let version: string | undefined;
  client.subscribe("connected", (told) => (version = told));
  // Signing in as a namespace's user unsets the database, and the driver signs in again by itself: after a reconnect,
  // before a token expires.
  client.subscribe("auth", () => void client.use({ namespace, database }).catch(() => undefined));
  const opening = client
    .connect(url, {
      namespace,
      database,
      ...(auth === undefined ? {} : { authentication: auth }),
      reconnect: { attempts: -1, retryDelay: 25, retryDelayMax: 1000 },
    })
    .then(() => client.use({ namespace, database }));
  try {
    await within(connectTimeoutMs, opening, () => {
      return new MinutierError(
        "connection_timeout",
        `${name} did not accept a connection within ${connectTimeoutMs} ms. Check that a SurrealDB server listens there, or raise connectTimeoutMs.`,
      );
    });
  } catch (error) {
    // A session whose sign-in failed must not live on: an embedded engine would treat it as the owner's.
    await Promise.race([client.close().catch(() => undefined), sleep(goodbyeTimeoutMs, undefined, { ref: false })]);
    throw explainOpening(error, name, auth !== undefined);
  }
  return version;
}

/** The driver retries a refused connection for ever, so ask the port first. */
async function checkReachable(endpoint: Endpoint & { kind: "remote" }, timeoutMs: number): Promise<void> {
  const { host, port, url } = endpoint;
  await new Promise<void>((resolve, reject) => {
    const socket = connectTcp({ host, port });
    socket.setTimeout(timeoutMs);
    const done = (error?: MinutierError): void => {
      socket.destroy();
      if (error === undefined) resolve();
      else reject(error);
    };
    socket.once("connect", () => done());
    socket.once("timeout", () =>
      done(
        new MinutierError(
          "connection_timeout",
          `${host}:${port} did not answer within ${timeoutMs} ms (${url}). Check the address and the firewall.`,
        ),
      ),
    );
    socket.once("error", (cause) =>
      done(
        new MinutierError(
          "connection_failed",
          `${url} can't be reached: ${cause.message || String(cause)}. Check that a SurrealDB server listens on ${host}:${port}.`,
          { cause },
        ),
      ),
    );
  });
}

function explainOpening(error: unknown, name: string, signingIn: boolean): MinutierError {
  if (MinutierError.isInstance(error)) return error;
  const outdated = explainVersion(error);
  if (outdated !== undefined) return outdated;
  const text = errorMessage(error);
  if (error instanceof NotAllowedError || (signingIn && error instanceof ServerError)) {
    return new MinutierError(
      "authentication_failed",
      `${name} refused the sign-in: ${text}. Check username, password and the level (root, namespace or database) of the user.`,
      { cause: error },
    );
  }
  return new MinutierError("connection_failed", `${name} can't be opened: ${text}`, { cause: error });
}

function explainCall(error: unknown): MinutierError {
  if (MinutierError.isInstance(error)) return error;
  if (error instanceof NotAllowedError) {
    return new MinutierError(
      "authentication_failed",
      `The database refused the call: ${errorMessage(error)}. Give sign-in details as the auth option.`,
      { cause: error },
    );
  }
  if (error instanceof ServerError) {
    return new MinutierError("query_failed", `The database refused the query: ${errorMessage(error)}`, {
      cause: error,
    });
  }
  if (error instanceof LostCall) {
    return new MinutierError("connection_failed", `The database call failed: ${error.message}.`, { cause: error });
  }
  return new MinutierError("connection_failed", `The database call failed: ${errorMessage(error)}`, { cause: error });
}

function closedError(): MinutierError {
  return new MinutierError("database_closed", "This SurrealDb is closed. Create a new one, or close it later.");
}

async function within<T>(ms: number, work: Promise<T>, timeout: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timeout()), ms);
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
