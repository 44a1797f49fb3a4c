/** One client, be it a socket or a single HTTP request: its sessions, and the messages that it sends to them. */
import { randomUUID } from "node:crypto";

import { Uuid } from "surrealdb";

import { decodeValue, encodeValue, writeFrame } from "./cbor-frame.ts";
import { MalformedFrame } from "./cbor-reader.ts";
import { ClientSession } from "./client-session.ts";
import { toResult } from "./datastore.ts";
import type { Answer, Datastore } from "./datastore.ts";
import type { LiveRouter } from "./live-router.ts";
import {
  invalidParams,
  liveNotSupported,
  methodNotFound,
  methodNotAllowed,
  ParseFailure,
  type RpcError,
  sessionExists,
  sessionNotFound,
  toRpcError,
} from "./rpc-error.ts";
import { refuseLive } from "./statements.ts";
import { readRequest, type RpcRequest } from "./rpc-request.ts";

/** Sessions by the ids that clients gave them. */
export type AttachedSessions = Map<string, Promise<ClientSession>>;

/** What all the connections of a server share. */
export interface Backend {
  datastore: Datastore;
  liveRouter: LiveRouter;
  /** As `surrealdb-3.0.2`. */
  version: string;
  /** HTTP has no connections: what one request attaches, another may use, when the same user asks. */
  httpSessions: AttachedSessions;
}

/** Sends one encoded message that answers no call. */
export type Push = (message: Uint8Array) => void;

const SESSION_METHODS = new Set([
  ...[
    "info",
    "use",
    "signup",
    "signin",
    "authenticate",
    "refresh",
    "invalidate",
    "reset",
    "kill",
    "live",
    "set",
    "let",
  ],
  ...["unset", "query", "run", "begin", "commit", "cancel", "select", "insert", "create", "upsert", "update", "merge"],
  ...["patch", "delete", "relate", "insert_relation"],
]);
const SESSIONLESS_METHODS = new Set(["ping", "version", "revoke"]);
/** Known to a server, and answered as by one that was built without them. */
const ABSENT_METHODS = new Set(["gql", "graphql", "query_stream"]);
const NEEDS_SOCKET = new Set(["begin", "commit", "cancel"]);
const LIVE_METHODS = new Set(["live", "kill"]);
const nothing = encodeValue(undefined);
/** The end of a live query is of no record. */
const EMPTY_NOTIFICATION = { record: nothing, result: nothing, session: nothing };

export class Connection {
  readonly #backend: Backend;
  readonly #push: Push | undefined;
  readonly #main: Promise<ClientSession>;
  readonly #attached: AttachedSessions;
  readonly #id: string = randomUUID();

  /** Without `push`, as over HTTP, there are neither live notifications nor transactions. */
  constructor(backend: Backend, push?: Push) {
    this.#backend = backend;
    this.#push = push;
    this.#attached = push ? new Map() : backend.httpSessions;
    this.#main = this.#open();
    // Whoever calls the session learns why it didn't open; nobody may ever call it.
    this.#main.catch(() => {});
  }

  /** Answers one request with one encoded response, whatever the bytes are that `read` finds it in. */
  async handle(read: () => Uint8Array): Promise<Uint8Array> {
    try {
      return await this.ask(read);
    } catch (error) {
      // What can't be read has no id that could be answered to.
      return writeFrame([["error", encodeValue(toRpcError(error))]]);
    }
  }

  /** Answers one request with one encoded response; throws {@link RpcFailure} for a message that can't be read. */
  async ask(read: () => Uint8Array): Promise<Uint8Array> {
    const request = readWith(read);
    let answer: Answer;
    try {
      answer = await this.#answer(request);
    } catch (error) {
      if (error instanceof ParseFailure) throw error;
      answer = ["error", encodeValue(toRpcError(error))];
    }
    const { id, session } = request;
    const fields: [string, Uint8Array][] = [[...answer]];
    if (id) fields.unshift(["id", id]);
    if (session !== undefined) fields.push(["session", encodeValue(new Uuid(session))]);
    return writeFrame(fields);
  }

  /** Calls a method in the connection's main session. */
  call(method: string, params: Uint8Array): Promise<Answer> {
    return this.#answer({ id: undefined, session: undefined, transaction: undefined, method, params });
  }

  /** Calls a method in the connection's main session; throws {@link RpcFailure}. */
  async request(method: string, params: unknown[]): Promise<unknown> {
    return toResult(await this.call(method, encodeValue(params)));
  }

  get main(): Promise<ClientSession> {
    return this.#main;
  }

  /** Ends every session, once its calls under way are done. */
  async close(): Promise<void> {
    const sessions = [this.#main];
    if (this.#push) {
      sessions.push(...this.#attached.values());
      this.#attached.clear();
    }
    // A session that never opened, or that the engine can't end any more, holds nothing back.
    await Promise.allSettled(sessions.map((session) => this.#end(session)));
  }

  async #answer(request: RpcRequest): Promise<Answer> {
    const { method, params, session: id, transaction } = request;
    if (ABSENT_METHODS.has(method)) throw methodNotFound(method);
    // Over HTTP a session is looked up even for a call that needs none.
    if (!this.#push && method !== "attach") await this.#session(id);
    if (SESSIONLESS_METHODS.has(method)) return await this.#backend.datastore.call({ method, params });
    if (!SESSION_METHODS.has(method)) {
      // The values in it are to be read all the same.
      await this.#backend.datastore.call({ method: "ping", params });
      return await this.#answerItself(request);
    }
    const session = await this.#session(id);
    if (!this.#push && NEEDS_SOCKET.has(method)) throw methodNotFound(method);
    if (!this.#push && transaction) throw methodNotAllowed("unknown");
    const answer = await session.call(method, params, transaction);
    if (this.#push) return answer;
    if (LIVE_METHODS.has(method) && !isParamsFault(answer)) throw liveNotSupported();
    return method === "query" ? refuseLive(answer) : answer;
  }

  async #session(id: string | undefined): Promise<ClientSession> {
    if (id === undefined) return await this.#main;
    const session = await this.#attached.get(id);
    if (!session) throw sessionNotFound(id);
    // Whoever has signed in there is the only one who may come back.
    const owner = this.#push ? undefined : session.principal;
    if (owner && owner.identity !== (await this.#main).principal?.identity) throw sessionNotFound(id);
    return session;
  }

  async #answerItself({ method, params, session: id }: RpcRequest): Promise<Answer> {
    switch (method) {
      case "attach":
        return await this.#attach(id);
      case "detach":
        return await this.#detach(id);
      case "sessions":
        if (!this.#push) throw methodNotAllowed(method);
        return ["result", encodeValue([...this.#attached.keys()].map((key) => new Uuid(key)))];
      case "query_cancel":
        throw this.#push ? noSuchStream(params) : methodNotFound(method);
      default:
        throw methodNotFound("unknown");
    }
  }

  async #attach(id: string | undefined): Promise<Answer> {
    if (id === undefined) throw invalidParams("Expected a session ID");
    if (this.#attached.has(id)) throw sessionExists(id);
    const session = this.#open(id);
    this.#attached.set(id, session);
    await session;
    return ["result", nothing];
  }

  async #detach(id: string | undefined): Promise<Answer> {
    if (id === undefined) throw invalidParams("Expected a session ID");
    const session = await this.#session(id);
    this.#attached.delete(id);
    await this.#end(Promise.resolve(session));
    return ["result", nothing];
  }

  async #open(id?: string): Promise<ClientSession> {
    const { datastore, liveRouter } = this.#backend;
    const session = await ClientSession.attach(datastore, liveRouter);
    const push = this.#push;
    // The engine's session is the server's own business; a client sees its own, or one that means its connection.
    const shownId = encodeValue(new Uuid(id ?? this.#id));
    if (push) {
      liveRouter.add(session.engineId, (notification, isEnd) => {
        if (session.hasExpired()) return;
        const fields = {
          ...EMPTY_NOTIFICATION,
          ...Object.fromEntries(notification),
          ...(!isEnd && { session: shownId }),
        };
        const message: [string, Uint8Array][] = [["result", writeFrame(Object.entries(fields))]];
        if (id !== undefined) message.push(["session", shownId]);
        push(writeFrame(message));
      });
    }
    return session;
  }

  async #end(opening: Promise<ClientSession>): Promise<void> {
    const session = await opening;
    this.#backend.liveRouter.remove(session.engineId);
    await session.detach();
  }
}

function readWith(read: () => Uint8Array): RpcRequest {
  try {
    return readRequest(read());
  } catch (error) {
    throw error instanceof MalformedFrame ? new ParseFailure(error) : error;
  }
}

function isParamsFault([field, value]: Answer): boolean {
  return field === "error" && (decodeValue(value) as RpcError).details?.kind === "InvalidParams";
}

function noSuchStream(params: Uint8Array): Error {
  const list = decodeValue(params) as unknown[];
  return invalidParams(
    list.length === 1
      ? "No streaming query with this request id is in progress"
      : "Expected the request id of the streaming query to cancel",
  );
}
