/** The SDK's engine interface over a shared embedded store. */
import { setTimeout as sleep } from "node:timers/promises";

import {
  ConnectionUnavailableError,
  type ConnectionState,
  type DriverContext,
  type EngineEvents,
  Features,
  type LiveMessage,
  parseRpcError,
  Publisher,
  RpcEngine,
  type RpcRequest,
  type SurrealEngine,
  Uuid,
} from "surrealdb";

import { notificationsOf } from "./notifications.ts";
import type { Store } from "./store-registry.ts";
import { isUnreadable, UnreadableCall } from "./unreadable-call.ts";

/** A call that takes longer must not keep `close` from returning. */
const drainTimeoutMs = 5000;

/** One client's view of a store: its own session, so that two databases on one store never share `USE`. */
export class EmbeddedEngine extends RpcEngine implements SurrealEngine {
  readonly features: SurrealEngine["features"] = new Set([
    Features.LiveQueries,
    Features.Sessions,
    Features.Transactions,
    Features.Api,
    Features.ExportImportRaw,
  ]);
  readonly #publisher = new Publisher<EngineEvents>();
  readonly #store: Store;
  readonly #session = Uuid.v4();
  readonly #inFlight = new Set<Promise<unknown>>();
  #open = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(context: DriverContext, store: Store) {
    super(context);
    this.#store = store;
  }

  open(state: ConnectionState): void {
    this._state = state;
    this.#open = true;
    this.#call({ method: "attach", session: this.#session }).then(
      () => this.#publisher.publish("connected"),
      (error: Error) => this.#publisher.publish("error", error),
    );
  }

  /** Gives the store back after the calls in flight: freeing an engine under them would abort the process. */
  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    const drained = this.#drain();
    await Promise.race([drained, sleep(drainTimeoutMs, undefined, { ref: false })]);
    this._state = undefined;
    this.#publisher.publish("disconnected");
  }

  async #drain(): Promise<void> {
    await Promise.allSettled(this.#inFlight);
    await this.#call({ method: "detach", session: this.#session }).catch(() => undefined);
    this.#store.release();
  }

  ready(): void {}

  subscribe<K extends keyof EngineEvents>(event: K, listener: (...payload: EngineEvents[K]) => void): () => void {
    return this.#publisher.subscribe(event, listener);
  }

  liveQuery(id: Uuid): AsyncIterable<LiveMessage> {
    return notificationsOf(this.#store.engine).listen(id.toString());
  }

  async send<Method extends string, Params extends unknown[] | undefined, Result>(
    request: RpcRequest<Method, Params>,
  ): Promise<Result> {
    if (!this.#open) throw new ConnectionUnavailableError();
    return (await this.#call({ ...request, session: request.session ?? this.#session })) as Result;
  }

  #call(request: object): Promise<unknown> {
    const payload = this._context.codecs.cbor.encode({ id: this._context.uniqueId(), ...request });
    const run = (): Promise<Uint8Array> => this.#store.engine.execute(payload);
    const sent = this.#store.serial ? this.#last.then(run, run) : run();
    if (this.#store.serial) this.#last = sent.catch(() => undefined);
    this.#inFlight.add(sent);
    const settled = (): boolean => this.#inFlight.delete(sent);
    sent.then(settled, settled);
    return sent.then(
      (bytes) => this.#decode(bytes),
      (error: unknown) => {
        throw isUnreadable(error) ? new UnreadableCall(error) : error;
      },
    );
  }

  #decode(bytes: Uint8Array): unknown {
    const answer: unknown = this._context.codecs.cbor.decode(bytes);
    if (typeof answer === "object" && answer !== null && "error" in answer) {
      throw parseRpcError(answer.error as Parameters<typeof parseRpcError>[0]);
    }
    return answer;
  }
}
