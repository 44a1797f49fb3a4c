/** The embedded engine behind the server: every call to it is counted, so that it is freed only once it is idle. */
import { randomUUID } from "node:crypto";

import { openNativeEngine } from "../../db/engine/native-engine.ts";
import type { NativeEngine, NativeNotifications } from "../../db/engine/native-engine.ts";
import { decodeValue, encodeValue, readFrame, writeFrame } from "./cbor-frame.ts";
import { ParseFailure, RpcFailure } from "./rpc-error.ts";
import type { RpcError } from "./rpc-error.ts";
import type { Selection } from "./selection.ts";
import type { Missing } from "./statements.ts";

/** One statement's outcome in the answer to `query`. */
export interface StatementResult {
  status: "OK" | "ERR";
  result?: unknown;
}

/** The engine's answer to one call: the field of the RPC response that it belongs in, and its encoded value. */
export type Answer = readonly [field: "result" | "error", value: Uint8Array];

/** A call of the engine; without `session` it runs in the default session, which owns everything. */
export interface EngineCall {
  method: string;
  /** Encoded array. */
  params?: Uint8Array | undefined;
  session?: string | undefined;
  /** Encoded UUID of an open transaction. */
  transaction?: Uint8Array | undefined;
}

// The engine answers a bare value, or a map of one field when the call failed.
const ERROR_ANSWER = Buffer.concat([Uint8Array.of(0xa1), encodeValue("error")]);

export class Datastore {
  readonly #engine: NativeEngine;
  readonly #inFlight = new Set<Promise<unknown>>();
  #exports: Promise<unknown> = Promise.resolve();
  #selections: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(engine: NativeEngine) {
    this.#engine = engine;
  }

  /** Opens the engine and defines the root user, unless the datastore on disk has that user already. */
  static async open(endpoint: string, username: string, password: string): Promise<Datastore> {
    const datastore = new Datastore(await openNativeEngine(endpoint));
    // DEFINE USER takes a parameter as the name, but only a literal as the password.
    const query = `DEFINE USER IF NOT EXISTS $username ON ROOT PASSWORD ${JSON.stringify(password)} ROLES OWNER
      DURATION FOR TOKEN 1h, FOR SESSION NONE`;
    const [definition] = await datastore.query(query, { username });
    if (definition?.status !== "OK") {
      throw new Error(`cannot define the root user "${username}": ${String(definition?.result)}`);
    }
    return datastore;
  }

  /** Throws {@link ParseFailure} when the engine can't read the values in it. */
  async call({ method, params, session, transaction }: EngineCall): Promise<Answer> {
    const fields: [string, Uint8Array][] = [
      ["id", encodeValue("0")],
      ["method", encodeValue(method)],
    ];
    if (params) fields.push(["params", params]);
    if (session) fields.push(["session", encodeValue(session)]);
    if (transaction) fields.push(["txn", transaction]);
    const answer = await this.#track(() =>
      this.#engine.execute(writeFrame(fields)).catch((cause: unknown) => {
        // What fails, it answers; it throws for what it can't decode.
        throw new ParseFailure(cause);
      }),
    );
    const failed = ERROR_ANSWER.equals(answer.subarray(0, ERROR_ANSWER.length));
    const error = failed ? readFrame(answer).get("error") : undefined;
    return error ? ["error", error] : ["result", answer];
  }

  /** Calls a method and decodes its result; throws {@link RpcFailure}. */
  async request(method: string, params: unknown[], session?: string): Promise<unknown> {
    return toResult(await this.call({ method, params: encodeValue(params), session }));
  }

  async query(text: string, variables: Record<string, unknown>, session?: string): Promise<StatementResult[]> {
    return (await this.request("query", [text, variables], session)) as StatementResult[];
  }

  /** Runs a query as the owner, with parameters that are encoded already. */
  async queryEncoded(params: Uint8Array): Promise<StatementResult[]> {
    return toResult(await this.call({ method: "query", params })) as StatementResult[];
  }

  async version(): Promise<string> {
    return String(await this.request("version", []));
  }

  /**
   * Moves a session. `use` creates what isn't there, for anybody and only by the way; a server creates it for who may
   * define it and has signed in before, and lets everyone else stand where nothing is. Tells what is missing then.
   */
  async select(session: string, selection: Selection, mayCreate: boolean): Promise<Missing | undefined> {
    return this.#inTurn(async () => {
      if ((await this.#missing(selection)) !== undefined) return this.#selectMissing(session, selection, mayCreate);
      await this.#use(selection, session);
      return undefined;
    });
  }

  /** What of a selection is not there. */
  missing(selection: Selection): Promise<Missing | undefined> {
    return this.#inTurn(() => this.#missing(selection));
  }

  /** Nobody may see what is made only to be selected, nor move to it before it is gone: one at a time. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#selections.then(work);
    this.#selections = turn.catch(() => {});
    return turn;
  }

  /** Runs a query as the owner. */
  async asOwner(selection: Selection, text: string, variables: Record<string, unknown>): Promise<StatementResult[]> {
    const session = randomUUID();
    await this.request("attach", [], session);
    try {
      await this.#use(selection, session);
      return await this.query(text, variables, session);
    } finally {
      await this.request("detach", [], session);
    }
  }

  async #selectMissing(session: string, selection: Selection, mayCreate: boolean): Promise<Missing | undefined> {
    const { namespace, database } = selection;
    const inside = { namespace, database: undefined };
    let missing = await this.#missing(selection);
    if (missing?.kind === "Namespace" && mayCreate) {
      await this.query("DEFINE NAMESPACE IF NOT EXISTS $namespace", { namespace }, session);
      missing = await this.#missing(selection);
    }
    if (missing?.kind === "Database" && mayCreate) {
      await this.#use(inside, session);
      await this.query("DEFINE DATABASE IF NOT EXISTS $database", { database }, session);
      missing = await this.#missing(selection);
    }
    await this.#use(selection, session);
    if (missing?.kind === "Namespace") await this.query("REMOVE NAMESPACE IF EXISTS $namespace", { namespace });
    if (missing?.kind === "Database") await this.asOwner(inside, "REMOVE DATABASE IF EXISTS $database", { database });
    return missing;
  }

  async #use({ namespace, database }: Selection, session: string): Promise<void> {
    // The engine aborts the process when a database is selected without a namespace.
    await this.request("use", namespace === undefined ? [null, null] : [namespace, database ?? null], session);
  }

  async #missing({ namespace, database }: Selection): Promise<Missing | undefined> {
    if (namespace === undefined) return undefined;
    const root = await this.query("INFO FOR ROOT", {});
    if (!isListed(root, "namespaces", namespace)) return { kind: "Namespace", name: namespace };
    if (database === undefined) return undefined;
    const info = await this.asOwner({ namespace, database: undefined }, "INFO FOR NS", {});
    return isListed(info, "databases", database) ? undefined : { kind: "Database", name: database };
  }

  notifications(): Promise<NativeNotifications> {
    return this.#engine.notifications();
  }

  /** Exports one database as SurrealQL; `config` is the encoded map of the SDK's export options. */
  export(namespace: string, database: string, config: Uint8Array | undefined): Promise<string> {
    // The engine exports what its one default session uses, so exports take turns.
    const turn = this.#exports.then(async () => {
      if (await this.missing({ namespace, database })) return "";
      await this.request("use", [namespace, database]);
      return await this.#track(() => this.#engine.export(config));
    });
    this.#exports = turn.catch(() => {});
    return turn;
  }

  /**
   * Waits for the calls in flight and frees the engine. After `timeoutMs` it leaves the engine to the end of the
   * process instead: freed with a call in flight, the engine aborts the process.
   */
  async close(timeoutMs: number): Promise<void> {
    this.#closed = true;
    const idle = Promise.allSettled(this.#inFlight).then(() => true);
    if (!(await settledWithin(idle, timeoutMs))) return;
    // Typed `void`, in fact a promise: the engine frees itself on a thread of its own.
    await Promise.resolve(this.#engine.free());
  }

  async #track<T>(start: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new Error("the server is closed");
    const call = start();
    this.#inFlight.add(call);
    try {
      return await call;
    } finally {
      this.#inFlight.delete(call);
    }
  }
}

function isListed([info]: StatementResult[], kind: string, name: string): boolean {
  const listed = (info?.result as Record<string, object> | undefined)?.[kind];
  return listed !== undefined && Object.hasOwn(listed, name);
}

/** Decodes an answer; throws {@link RpcFailure} when it is an error. */
export function toResult([field, value]: Answer): unknown {
  const decoded = decodeValue(value);
  // The RPC protocol gives every error this shape.
  if (field === "error") throw new RpcFailure(decoded as RpcError);
  return decoded;
}

/** Whether `work` settles in time; the timer doesn't keep the process alive. */
export async function settledWithin(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs).unref();
  });
  const settled = work.then(
    () => true,
    () => true,
  );
  const inTime = await Promise.race([settled, timeout]);
  clearTimeout(timer);
  return inTime;
}
