/** The one place that talks to the driver: opening, calls with a time limit, errors in our words, closing. */
import { connect as connectTcp } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import {
  type Codecs,
  type DriverContext,
  type LiveMessage,
  type LiveSubscription,
  NotAllowedError,
  type RpcEngine,
  ServerError,
  Surreal,
  type SurrealSession,
  Table,
  type Uuid,
} from "surrealdb";

import { errorMessage, MinutierError } from "../../errors.ts";
import { explainNotAllowed } from "./capabilities.ts";
import { isConflict } from "./conflict.ts";
import { EmbeddedEngine } from "./embedded-engine.ts";
import { DriverCodec } from "./driver-codec.ts";
import type { Endpoint } from "./endpoint.ts";
import { repairLiveChannels } from "./live-channel.ts";
import { LiveQuery } from "./live-query.ts";
import { LostCall } from "./lost-call.ts";
import { type AccessPrincipal, readAs } from "./read-as.ts";
import { RemoteEngine } from "./remote-engine.ts";
import { type DatabaseAuth, HttpTokenEngine, type RenewalListener, SignIn } from "./sign-in.ts";
import type { RenderedQuery } from "../statement.ts";
import { explainStall } from "./storage-full.ts";
import { openStore, type Store } from "./store-registry.ts";

/** A server that is gone does not answer to a goodbye. */
const goodbyeTimeoutMs = 2000;

const codecs: Codecs = { cbor: (options) => new DriverCodec(options) };

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

/** What a connection may have. */
interface ConnectionParts {
  /** The one of a WebSocket, which tells when the connection is lost. */
  engine?: RemoteEngine | undefined;
  /** Of a connection of ours that is signed in. */
  signIn?: SignIn | undefined;
  /** Of an embedded database. */
  folder?: string | undefined;
}

/** An open connection to one namespace and database. */
export class Connection {
  readonly #client: SurrealSession;
  readonly #callTimeoutMs: number;
  readonly #dispose: () => Promise<void>;
  readonly #engine: RemoteEngine | undefined;
  readonly #signIn: SignIn | undefined;
  readonly #folder: string | undefined;
  readonly #calls = new Set<Promise<unknown>>();
  readonly #subscriptions = new Set<() => Promise<void>>();
  #closing: Promise<void> | undefined;

  constructor(
    client: SurrealSession,
    callTimeoutMs: number,
    dispose: () => Promise<void>,
    { engine, signIn, folder }: ConnectionParts = {},
  ) {
    this.#client = client;
    this.#callTimeoutMs = callTimeoutMs;
    this.#dispose = dispose;
    this.#engine = engine;
    this.#signIn = signIn;
    this.#folder = folder;
  }

  /** The engine's version, such as `surrealdb-3.0.2`; a session of another client does not tell it. */
  async version(): Promise<string> {
    return this.#client instanceof Surreal ? (await this.#client.version()).version : "SurrealDB";
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
    const call = this.#signedIn(() => this.#client.query(query.text, query.variables).responses());
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
    auth: AccessPrincipal,
    statements: readonly string[],
    variables: Record<string, unknown>,
  ): Promise<StatementResult[]> {
    if (this.#closing !== undefined) throw closedError();
    const work = readAs(this.#client, auth, statements, variables);
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
    const live = new LiveQuery({
      start: () => this.#startLive(table),
      onReconnected: (listener) => this.onReconnected(listener),
      onRenewal: (listener) => this.#onRenewal(listener),
    });
    const kill = (): Promise<void> => live.stop();
    const stop = (): void => void kill();
    this.#subscriptions.add(kill);
    signal?.addEventListener("abort", stop, { once: true });
    try {
      if (signal?.aborted) return;
      const isListening = await within(this.#callTimeoutMs, live.start(), () => {
        return new MinutierError("call_timeout", `The database did not listen within ${this.#callTimeoutMs} ms.`);
      });
      if (!isListening) return;
      onListening();
      yield* live.messages;
    } catch (error) {
      throw explainCall(error);
    } finally {
      this.#subscriptions.delete(kill);
      signal?.removeEventListener("abort", stop);
      stop();
    }
  }

  /** Not the driver's managed live query: it starts again by itself, unseen, and a failure to is lost. */
  async #startLive(table: string): Promise<LiveSubscription> {
    const variables = { table: new Table(table) };
    const [id] = await this.#signedIn(() =>
      this.#client.query<[Uuid]>("LIVE SELECT * FROM $table", variables).collect(),
    );
    return this.#client.liveOf(id);
  }

  /** Of another client's session it is only known that it was signed in, not whether it had ended before. */
  #onRenewal(listener: RenewalListener): () => void {
    if (this.#signIn !== undefined) return this.#signIn.onRenewal(listener);
    return this.#client.subscribe("auth", () => listener(false));
  }

  async #signedIn<T>(send: () => Promise<T>): Promise<T> {
    const sendIfReady = async (): Promise<T> => {
      // The client would keep the call until it is connected again, and nobody knew that it was not sent.
      if (this.#engine?.isReady === false) throw new LostCall(false);
      return send();
    };
    return this.#signIn === undefined ? sendIfReady() : this.#signIn.call(sendIfReady);
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
  return new Connection(client, callTimeoutMs, async () => undefined);
}

async function openEmbedded(store: Store, name: string, options: ConnectionOptions): Promise<Connection> {
  // The driver looks an engine up by its url's scheme; the store is already open, so the url says only "embedded".
  const signIn = signInOf(options);
  const embedded = (context: DriverContext): EmbeddedEngine => attach(signIn, new EmbeddedEngine(context, store));
  const client = new Surreal({ codecs, engines: { embedded } });
  await openClient(client, "embedded://store", name, options, signIn);
  const folder = options.endpoint.kind === "rocksdb" ? options.endpoint.path : undefined;
  return new Connection(client, options.callTimeoutMs, async () => void (await client.close()), { signIn, folder });
}

async function openRemote(endpoint: Endpoint & { kind: "remote" }, options: ConnectionOptions): Promise<Connection> {
  await checkReachable(endpoint, options.connectTimeoutMs);
  let engine: RemoteEngine | undefined;
  const signIn = signInOf(options);
  const overSocket = (context: DriverContext): RemoteEngine => (engine = attach(signIn, new RemoteEngine(context)));
  const overHttp = (context: DriverContext): HttpTokenEngine => attach(signIn, new HttpTokenEngine(context, signIn));
  const engines = { ws: overSocket, wss: overSocket, http: overHttp, https: overHttp };
  const client = new Surreal({ codecs, engines });
  await openClient(client, endpoint.url, endpoint.url, options, signIn);
  return new Connection(client, options.callTimeoutMs, async () => void (await client.close()), { engine, signIn });
}

function signInOf({ auth, namespace, database }: ConnectionOptions): SignIn | undefined {
  return auth === undefined || auth === null ? undefined : new SignIn(auth, { namespace, database });
}

function attach<Engine extends RpcEngine>(signIn: SignIn | undefined, engine: Engine): Engine {
  return signIn?.attach(engine) ?? engine;
}

async function openClient(
  client: Surreal,
  url: string,
  name: string,
  options: ConnectionOptions,
  signIn: SignIn | undefined,
): Promise<void> {
  const { namespace, database, connectTimeoutMs } = options;
  const opening = client
    .connect(url, {
      namespace,
      database,
      ...(signIn === undefined ? {} : { authentication: signIn.provider }),
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
    throw explainOpening(error, name, signIn !== undefined);
  }
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
  const refusal = explainNotAllowed(error);
  if (refusal !== undefined) return refusal;
  if (error instanceof NotAllowedError) {
    return new MinutierError(
      "authentication_failed",
      `The database refused the call: ${errorMessage(error)}. Give sign-in details as the auth option (--username on a command line), or sign the client in again that you share.`,
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
