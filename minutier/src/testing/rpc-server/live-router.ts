/** Hands each live notification of the engine to the one client whose session asked for it, while it may hear it. */
import { Uuid } from "surrealdb";

import { decodeValue, encodeValue, type Frame, readFrame } from "./cbor-frame.ts";
import type { Answer, Datastore, StatementResult } from "./datastore.ts";
import type { Selection } from "./selection.ts";

/** Sends the encoded fields of one notification to the client, or none of them to one that may not hear it any more. */
export type Hear = (notification: Frame, isEnd: boolean) => void;

const nothing = encodeValue(undefined);

export class LiveRouter {
  readonly #datastore: Datastore;
  readonly #owners = new Map<string, Hear>();
  /** The live queries of each session, and where each listens. */
  readonly #queries = new Map<string, Map<string, Selection>>();
  /** Live queries that are being killed, whose last notifications are nobody's. */
  readonly #ended = new Set<string>();

  private constructor(datastore: Datastore) {
    this.#datastore = datastore;
  }

  /** Starts to route; the loop ends when the datastore closes. */
  static async start(datastore: Datastore): Promise<LiveRouter> {
    const router = new LiveRouter(datastore);
    const notifications = await datastore.notifications();
    void (async () => {
      for (;;) {
        const notification = await notifications.recv();
        if (notification === null) return;
        router.#route(notification);
      }
    })();
    return router;
  }

  add(engineSession: string, hear: Hear): void {
    this.#owners.set(engineSession, hear);
  }

  remove(engineSession: string): void {
    this.#owners.delete(engineSession);
    this.#queries.delete(engineSession);
  }

  /** Takes note of the live queries that an answer has begun. */
  learn(engineSession: string, selection: Selection, method: string, params: Uint8Array, answer: Answer): void {
    if (!this.#owners.has(engineSession)) return;
    for (const id of liveIdsIn(method, params, answer)) {
      const queries = this.#queries.get(engineSession) ?? new Map<string, Selection>();
      this.#queries.set(engineSession, queries.set(id, selection));
    }
  }

  /** Ends the live queries of a session that is somebody else's from now on. */
  async end(engineSession: string): Promise<void> {
    const queries = [...(this.#queries.get(engineSession) ?? [])];
    this.#queries.delete(engineSession);
    for (const [id] of queries) this.#ended.add(id);
    for (const [id, selection] of queries) {
      await this.#datastore.asOwner(selection, "KILL $id", { id: new Uuid(id) });
    }
  }

  #route(notification: Uint8Array): void {
    const frame = readFrame(notification);
    const id = String(decodeValue(frame.get("id") ?? nothing));
    if (this.#ended.has(id)) return;
    const named = decodeValue(frame.get("session") ?? nothing);
    // The end of a live query names no session.
    const session = named === undefined ? this.#sessionOf(id) : String(named);
    const hear = session && this.#owners.get(session);
    if (!hear) return;
    if (named === undefined) this.#queries.get(session)?.delete(id);
    hear(frame, named === undefined);
  }

  #sessionOf(liveQuery: string): string | undefined {
    for (const [session, queries] of this.#queries) if (queries.has(liveQuery)) return session;
    return undefined;
  }
}

function liveIdsIn(method: string, params: Uint8Array, [field, value]: Answer): string[] {
  if (field === "error") return [];
  if (method === "live") return [String(decodeValue(value))];
  const isQuery = method === "query" && /live/i.test(Buffer.from(params).toString());
  if (!isQuery) return [];
  const statements = decodeValue(value) as (StatementResult & { type?: string })[];
  const live = statements.filter(({ status, type }) => status === "OK" && type === "live");
  return live.map(({ result }) => String(result));
}
