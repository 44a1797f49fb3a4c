/** An open connection: calls with a time limit, errors in our words, closing. */
import { setTimeout as sleep } from "node:timers/promises";

import {
  HttpConnectionError,
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
import { explainNotAllowed } from "./capabilities.ts";
import { DriverCodec } from "./driver-codec.ts";
import { type EngineVersion, toEngineVersion } from "./engine-version.ts";
import { repairLiveChannels } from "./live-channel.ts";
import { LiveQuery } from "./live-query.ts";
import { LostCall } from "./lost-call.ts";
import type { MessageLimit } from "./message-limit.ts";
import { type AccessPrincipal, readAs } from "./read-as.ts";
import type { RemoteEngine } from "./remote-engine.ts";
import type { RenewalListener, SignIn } from "./sign-in.ts";
import type { RenderedQuery, StatementResult } from "../statement.ts";
import { explainStall } from "./storage-full.ts";
import { within } from "./time-limit.ts";
import { UnreadableCall } from "./unreadable-call.ts";

/** A server that is gone does not answer to a goodbye. */
export const goodbyeTimeoutMs = 2000;
/** For how long a server that left a call unanswered is asked whether it answers at all. */
const lifeSignTimeoutMs = 300;

/** A call got no answer in time. */
class CallTimeout extends Error {}

/** What a connection may have. */
interface ConnectionParts {
  /** The one of a WebSocket, which tells when the connection is lost. */
  engine?: RemoteEngine | undefined;
  /** Of a connection of ours that is signed in. */
  signIn?: SignIn | undefined;
  /** Of an embedded database. */
  folder?: string | undefined;
  /** Of a client whose codec is not ours. */
  limit?: MessageLimit | undefined;
}

/** An open connection to one namespace and database. */
export class Connection {
  readonly #client: SurrealSession;
  readonly #callTimeoutMs: number;
  readonly #dispose: () => Promise<void>;
  readonly #engine: RemoteEngine | undefined;
  readonly #signIn: SignIn | undefined;
  readonly #folder: string | undefined;
  /** Of a client whose codec is not ours: what it would send is measured by ours. */
  readonly #codec: DriverCodec | undefined;
  readonly #calls = new Set<Promise<unknown>>();
  readonly #subscriptions = new Set<() => Promise<void>>();
  #version: EngineVersion;
  #closing: Promise<void> | undefined;

  /** `version` is what the engine said of itself. */
  constructor(
    client: SurrealSession,
    version: string | undefined,
    callTimeoutMs: number,
    dispose: () => Promise<void>,
    { engine, signIn, folder, limit }: ConnectionParts = {},
  ) {
    this.#client = client;
    this.#version = toEngineVersion(version);
    this.#callTimeoutMs = callTimeoutMs;
    this.#dispose = dispose;
    this.#engine = engine;
    this.#signIn = signIn;
    this.#folder = folder;
    this.#codec = limit === undefined ? undefined : new DriverCodec({}, limit);
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
    this.#codec?.encode(query);
    const call = this.#signedIn(() => this.#client.query(query.text, query.variables).responses());
    const responses = await this.#ended(call, () => new CallTimeout()).catch(async (error: unknown) => {
      throw error instanceof CallTimeout ? await this.#explainTimeout() : explainCall(error);
    });
    return responses.map((response) =>
      response.success ? { ok: true, value: response.result } : { ok: false, error: response.error },
    );
  }

  /** A call's end within the time, for which `close` waits. */
  async #ended<T>(call: Promise<T>, timeout: () => Error): Promise<T> {
    const end = within(this.#callTimeoutMs, call, timeout);
    this.#calls.add(end);
    try {
      return await end;
    } finally {
      this.#calls.delete(end);
    }
  }

  /** Whether a server answers anything at all is known by asking it. */
  async #explainTimeout(): Promise<MinutierError> {
    const stall = explainStall(this.#folder, this.#callTimeoutMs);
    if (stall !== undefined) return stall;
    const cure = "Raise callTimeoutMs if your queries are long.";
    const advice =
      this.#engine === undefined
        ? cure
        : (await this.#engine.isAnswering(lifeSignTimeoutMs))
          ? `The server answers other calls, so this one is long. ${cure}`
          : "The server answers nothing at all: its process is stopped or overloaded, or the network is cut.";
    const message = `The database did not answer within ${this.#callTimeoutMs} ms. Whether the call took effect is unknown. ${advice}`;
    return new MinutierError("call_timeout", message);
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
    return this.#ended(work, () => {
      return new MinutierError("call_timeout", `The database did not answer within ${this.#callTimeoutMs} ms.`);
    }).catch((error: unknown) => {
      throw explainCall(error);
    });
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

/** Over HTTP a status tells of a call that was refused whole. */
function refusedByStatus(error: unknown): unknown {
  if (!(error instanceof HttpConnectionError)) return error;
  if (error.status === 400) return new UnreadableCall(error);
  if (error.status !== 413) return error;
  return new MinutierError(
    "query_failed",
    "The query is larger than the server, or a proxy before it, takes (HTTP 413), so that nothing of it took effect. Set maxMessageBytes to what they take, or raise their limit.",
    { cause: error },
  );
}

function explainCall(failure: unknown): MinutierError {
  const error = refusedByStatus(failure);
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
  if (error instanceof UnreadableCall) {
    return new MinutierError(
      "query_failed",
      `The database could not read the query, so that nothing of it took effect: ${error.message}. A value in it is nested too deep, or of a type that the database does not know.`,
      { cause: error },
    );
  }
  if (error instanceof LostCall) {
    return new MinutierError("connection_failed", `The database call failed: ${error.message}.`, { cause: error });
  }
  return new MinutierError("connection_failed", `The database call failed: ${errorMessage(error)}`, { cause: error });
}

function closedError(): MinutierError {
  return new MinutierError("database_closed", "This SurrealDb is closed. Create a new one, or close it later.");
}
