/**
 * One session of a client, on an engine session of its own.
 *
 * The embedded engine has no authentication: a session that hasn't signed in is the owner of everything. So the gate is
 * here: until a sign-in succeeds, only the calls that lead to one reach the engine.
 */
import { randomUUID } from "node:crypto";

import { Uuid } from "surrealdb";

import { CallOrder } from "./call-order.ts";
import { decodeValue, encodeValue } from "./cbor-frame.ts";
import type { Frame } from "./cbor-frame.ts";
import type { Answer, Datastore } from "./datastore.ts";
import { invalidParams, notSignedIn } from "./rpc-error.ts";

const SIGN_IN = new Set(["signin", "signup", "authenticate", "refresh"]);
const SIGN_OUT = new Set(["invalidate", "reset"]);
const CHANGES_SESSION = new Set([...SIGN_IN, ...SIGN_OUT, "use", "let", "unset"]);
const OPEN_TO_ALL = new Set([...SIGN_IN, ...SIGN_OUT, "use", "let", "unset", "ping", "version"]);

/** As in the RPC protocol: a text selects, `null` deselects, and `undefined` leaves as it is. */
interface Selection {
  namespace?: string | null | undefined;
  database?: string | null | undefined;
}

export class ClientSession {
  /** The engine's session, which live notifications name as their owner. */
  readonly engineId: string;
  readonly #datastore: Datastore;
  readonly #order = new CallOrder();
  /** The ids of the open transactions, by their text. */
  readonly #transactions = new Map<string, Uuid>();
  #signedIn = false;
  #selectedBeforeSignIn: Selection = {};

  private constructor(datastore: Datastore, engineId: string) {
    this.#datastore = datastore;
    this.engineId = engineId;
  }

  static async attach(datastore: Datastore): Promise<ClientSession> {
    // The client's own id would let it reach a session of another connection.
    const engineId = randomUUID();
    await datastore.request("attach", [], engineId);
    return new ClientSession(datastore, engineId);
  }

  call(method: string, frame: Frame): Promise<Answer> {
    const task = (): Promise<Answer> => this.#perform(method, frame);
    return CHANGES_SESSION.has(method) ? this.#order.alone(task) : this.#order.beside(task);
  }

  /** Ends the open transactions, the live queries and the engine's session, after the calls under way. */
  detach(): Promise<void> {
    return this.#order.alone(async () => {
      this.#signedIn = false;
      for (const id of this.#transactions.values()) await this.#send("cancel", encodeValue([id]));
      this.#transactions.clear();
      await this.#send("detach");
    });
  }

  async #perform(method: string, frame: Frame): Promise<Answer> {
    if (!this.#signedIn && !OPEN_TO_ALL.has(method)) throw notSignedIn();
    const params = frame.get("params");
    if (SIGN_IN.has(method)) return await this.#signIn(method, params);
    if (SIGN_OUT.has(method)) return await this.#signOut(method);
    if (method === "use") return await this.#use(params);
    if (method === "begin") return await this.#begin();
    if (method === "commit" || method === "cancel") return await this.#end(method, params);
    return await this.#send(method, params, this.#transactionOf(frame));
  }

  async #signIn(method: string, params: Uint8Array | undefined): Promise<Answer> {
    // A failed sign-in leaves the engine's session as it was, so it leaves the gate as it was too.
    const answer = await this.#send(method, params);
    if (answer[0] === "error") return answer;
    const { namespace, database } = this.#selectedBeforeSignIn;
    this.#selectedBeforeSignIn = {};
    // A user of a namespace, of a database or of a record is already where it belongs.
    if (namespace && !(await this.#selected()).namespace) {
      await this.#datastore.request("use", [namespace, database ?? undefined], this.engineId);
    }
    this.#signedIn = true;
    return answer;
  }

  async #signOut(method: string): Promise<Answer> {
    const wasSignedIn = this.#signedIn;
    this.#signedIn = false;
    const answer = await this.#send(method);
    if (method === "reset") this.#selectedBeforeSignIn = {};
    else if (wasSignedIn) {
      // The selection outlives the user, and waits here for the next one.
      this.#selectedBeforeSignIn = await this.#selected();
      await this.#datastore.request("use", [null, null], this.engineId);
    }
    return answer;
  }

  async #use(params: Uint8Array | undefined): Promise<Answer> {
    const selection = readSelection(params);
    if (!this.#signedIn) return this.#rememberUse(selection);
    // The engine aborts the process when a database is selected without a namespace.
    const namespace = selection.namespace === undefined ? (await this.#selected()).namespace : selection.namespace;
    if (selection.database && !namespace) throw invalidParams("Specify a namespace to use");
    return await this.#send("use", params);
  }

  /** Selecting creates what isn't there, which is not for a client that hasn't signed in: it happens at the sign-in. */
  #rememberUse(selection: Selection): Answer {
    const before = this.#selectedBeforeSignIn;
    const namespace = selection.namespace === undefined ? before.namespace : selection.namespace;
    const database = selection.database === undefined && namespace ? before.database : selection.database;
    if (database && !namespace) throw invalidParams("Specify a namespace to use");
    this.#selectedBeforeSignIn = { namespace, database };
    return ["result", encodeValue({ namespace: namespace ?? undefined, database: database ?? undefined })];
  }

  async #selected(): Promise<Selection> {
    const query = "RETURN { namespace: session::ns(), database: session::db() }";
    const [statement] = await this.#datastore.query(query, {}, this.engineId);
    return statement?.status === "OK" ? (statement.result as Selection) : {};
  }

  async #begin(): Promise<Answer> {
    const answer = await this.#send("begin");
    if (answer[0] === "result") {
      const id = decodeValue(answer[1]);
      if (id instanceof Uuid) this.#transactions.set(id.toString(), id);
    }
    return answer;
  }

  async #end(method: "commit" | "cancel", params: Uint8Array | undefined): Promise<Answer> {
    const [id] = readParams(params);
    this.#assertOpen(id);
    this.#transactions.delete(id.toString());
    return await this.#send(method, params);
  }

  #transactionOf(frame: Frame): Uint8Array | undefined {
    const encoded = frame.get("txn");
    const id = encoded && decodeValue(encoded);
    if (id === undefined || id === null) return undefined;
    this.#assertOpen(id);
    return encoded;
  }

  /** The engine knows transactions by their id alone, so a foreign id is refused here. */
  #assertOpen(id: unknown): asserts id is Uuid {
    if (!(id instanceof Uuid) || !this.#transactions.has(id.toString())) throw invalidParams("Transaction not found");
  }

  #send(method: string, params?: Uint8Array, transaction?: Uint8Array): Promise<Answer> {
    return this.#datastore.call({ method, params, session: this.engineId, transaction });
  }
}

function readParams(params: Uint8Array | undefined): unknown[] {
  const decoded = params && decodeValue(params);
  return Array.isArray(decoded) ? decoded : [];
}

function readSelection(params: Uint8Array | undefined): Selection {
  const [namespace, database] = readParams(params);
  if (!isSelectable(namespace) || !isSelectable(database)) throw invalidParams("Expected (ns, db)");
  return { namespace, database };
}

function isSelectable(name: unknown): name is string | null | undefined {
  return typeof name === "string" || name === null || name === undefined;
}
