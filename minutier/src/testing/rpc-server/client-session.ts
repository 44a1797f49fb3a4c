/**
 * One session of a client, on an engine session of its own.
 *
 * The embedded engine has no authentication: a session that hasn't signed in is the owner of everything. So the gate is
 * here: until a sign-in succeeds, only the calls that lead to one reach the engine.
 */
import { randomUUID } from "node:crypto";

import { Uuid } from "surrealdb";

import { refuseAnonymous } from "./anonymous-call.ts";
import { CallOrder } from "./call-order.ts";
import { decodeValue, encodeValue } from "./cbor-frame.ts";
import type { Answer, Datastore } from "./datastore.ts";
import type { LiveRouter } from "./live-router.ts";
import { accessTokenOf, type Principal, principalOf } from "./principal.ts";
import { invalidParams } from "./rpc-error.ts";
import { type Missing, sayMissing } from "./statements.ts";
import { toServersError } from "./sign-in-error.ts";
import { assertAccess, choose, readChoices, type Selection } from "./selection.ts";

const SIGN_IN = new Set(["signin", "signup", "authenticate", "refresh"]);
const SIGN_OUT = new Set(["invalidate", "reset"]);
const CHANGES_SESSION = new Set([...SIGN_IN, ...SIGN_OUT, "use", "set", "let", "unset"]);
const OPEN_TO_ALL = new Set([...CHANGES_SESSION, "begin", "commit", "cancel"]);

const nothing = encodeValue(undefined);

export class ClientSession {
  /** The engine's session, which live notifications name as their owner. */
  readonly engineId: string;
  readonly #datastore: Datastore;
  readonly #liveRouter: LiveRouter;
  readonly #order = new CallOrder();
  /** The ids of the open transactions, by their text. */
  readonly #transactions = new Map<string, Uuid>();
  #principal: Principal | undefined;
  #wasSignedIn = false;
  #expiresAtS = Infinity;
  #selected: Selection = { namespace: undefined, database: undefined };
  #missing: Missing | undefined;

  private constructor(datastore: Datastore, liveRouter: LiveRouter, engineId: string) {
    this.#datastore = datastore;
    this.#liveRouter = liveRouter;
    this.engineId = engineId;
  }

  static async attach(datastore: Datastore, liveRouter: LiveRouter): Promise<ClientSession> {
    // The client's own id would let it reach a session of another connection.
    const engineId = randomUUID();
    await datastore.request("attach", [], engineId);
    return new ClientSession(datastore, liveRouter, engineId);
  }

  /** Undefined while nobody has signed in. */
  get principal(): Principal | undefined {
    return this.#principal;
  }

  get selected(): Selection {
    return this.#selected;
  }

  /** An expired session hears no more changes; that it may not call, the engine says. */
  hasExpired(): boolean {
    return this.#expiresAtS < Math.floor(Date.now() / 1000);
  }

  call(method: string, params: Uint8Array, transaction?: Uuid): Promise<Answer> {
    const task = (): Promise<Answer> => this.#perform(method, params, transaction);
    return CHANGES_SESSION.has(method) ? this.#order.alone(task) : this.#order.beside(task);
  }

  /** Before a sign-in: what its user selects, be it there or not. */
  select(selection: Selection): void {
    this.#selected = selection;
  }

  /** Selects what may not be there, and doesn't create it. */
  moveTo(selection: Selection): Promise<void> {
    return this.#order.alone(() => this.#moveTo(selection, this.#selected, false));
  }

  /** Ends the open transactions, the live queries and the engine's session, after the calls under way. */
  detach(): Promise<void> {
    return this.#order.alone(async () => {
      this.#principal = undefined;
      await this.#cancelTransactions();
      await this.#send("detach");
    });
  }

  async #perform(method: string, params: Uint8Array, transaction: Uuid | undefined): Promise<Answer> {
    if (this.#principal === undefined && !OPEN_TO_ALL.has(method)) {
      // The values in it are to be read all the same.
      await this.#datastore.call({ method: "ping", params });
      const refusal = refuseAnonymous(method, params, transaction !== undefined);
      // A session that has expired stays so, whoever signs out of it.
      if (refusal.error.kind === "NotAllowed" && this.#wasSignedIn) await this.#assertNotExpired();
      throw refusal;
    }
    if (SIGN_IN.has(method)) return await this.#signIn(method, params);
    if (SIGN_OUT.has(method)) return await this.#signOut(method);
    if (method === "use") return await this.#use(params);
    if (method === "begin") return await this.#begin();
    if (method === "commit" || method === "cancel") return await this.#end(method, params);
    const missing = this.#missing;
    const sent = await this.#send(method, params, this.#encoded(transaction));
    const answer = missing ? sayMissing(sent, missing) : sent;
    this.#liveRouter.learn(this.engineId, this.#selected, method, params, answer);
    return answer;
  }

  async #signIn(method: string, params: Uint8Array): Promise<Answer> {
    // A failed sign-in leaves the engine's session as it was, so it leaves the gate as it was too.
    const answer = await this.#send(method, params);
    if (answer[0] === "error") return ["error", toServersError(method, answer[1])];
    const token =
      method === "authenticate" ? (decodeValue(params) as unknown[])[0] : accessTokenOf(decodeValue(answer[1]));
    const principal = principalOf(String(token));
    const before = this.#principal;
    this.#principal = principal;
    this.#wasSignedIn = true;
    if (before?.identity !== principal.identity) await this.#liveRouter.end(this.engineId);
    // A user of a namespace, of a database or of a record is already where it belongs; who isn't stays where it was.
    const engines = await this.#readEngineSession();
    const namespace = engines.namespace ?? this.#selected.namespace;
    const database = engines.database ?? this.#selected.database;
    await this.#moveTo({ namespace, database }, engines, false);
    return answer;
  }

  async #signOut(method: string): Promise<Answer> {
    const wasSignedIn = this.#principal !== undefined;
    this.#principal = undefined;
    await this.#liveRouter.end(this.engineId);
    const answer = await this.#send(method);
    if (method === "reset") {
      this.#selected = { namespace: undefined, database: undefined };
      await this.#cancelTransactions();
    } else if (wasSignedIn) {
      // The selection outlives the user, and waits here for the next one.
      this.#missing = undefined;
      await this.#datastore.request("use", [null, null], this.engineId);
    }
    return answer;
  }

  async #use(params: Uint8Array): Promise<Answer> {
    const choices = readChoices(params);
    const before = this.#selected;
    if (this.#principal) assertAccess(this.#principal, before, choices);
    const { after, failure } = choose(before, choices);
    await this.#moveTo(after, before, true);
    if (failure) throw failure;
    return ["result", encodeValue({ namespace: after.namespace, database: after.database })];
  }

  /** Moves the engine's session; nobody's stays where nothing is, until somebody has signed in. */
  async #moveTo(selection: Selection, engines: Selection, mayCreate: boolean): Promise<void> {
    this.#selected = selection;
    if (this.#principal === undefined) return;
    const { namespace, database } = selection;
    if (namespace === engines.namespace && database === engines.database) return;
    this.#missing = await this.#datastore.select(this.engineId, selection, mayCreate);
  }

  /** Where the engine's session is, and until when. */
  async #readEngineSession(): Promise<Selection> {
    const query = "RETURN { namespace: session::ns(), database: session::db(), expiresAtS: $session.exp }";
    const [statement] = await this.#datastore.query(query, {}, this.engineId);
    const session = statement?.status === "OK" ? (statement.result as Partial<Selection & { expiresAtS: number }>) : {};
    this.#expiresAtS = session.expiresAtS ?? Infinity;
    return { namespace: session.namespace, database: session.database };
  }

  async #begin(): Promise<Answer> {
    const answer = await this.#send("begin");
    if (answer[0] === "result") {
      const id = decodeValue(answer[1]);
      if (id instanceof Uuid) this.#transactions.set(id.toString(), id);
    }
    return answer;
  }

  async #end(method: "commit" | "cancel", params: Uint8Array): Promise<Answer> {
    const id = (decodeValue(params) as unknown[]).at(-1);
    if (!(id instanceof Uuid)) throw invalidParams("Expected transaction UUID");
    this.#assertOpen(id);
    this.#transactions.delete(id.toString());
    const answer = await this.#send(method, encodeValue([id]));
    return answer[0] === "error" ? answer : ["result", nothing];
  }

  async #cancelTransactions(): Promise<void> {
    for (const id of this.#transactions.values()) await this.#send("cancel", encodeValue([id]));
    this.#transactions.clear();
  }

  async #assertNotExpired(): Promise<void> {
    await this.#datastore.query("RETURN 1", {}, this.engineId);
  }

  #encoded(transaction: Uuid | undefined): Uint8Array | undefined {
    if (transaction === undefined) return undefined;
    this.#assertOpen(transaction);
    return encodeValue(transaction);
  }

  /** The engine knows transactions by their id alone, so a foreign id is refused here. */
  #assertOpen(id: Uuid): void {
    if (!this.#transactions.has(id.toString())) throw invalidParams("Transaction not found");
  }

  #send(method: string, params?: Uint8Array, transaction?: Uint8Array): Promise<Answer> {
    return this.#datastore.call({ method, params, session: this.engineId, transaction });
  }
}
