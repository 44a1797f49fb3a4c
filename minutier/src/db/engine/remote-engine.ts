/** The SDK's WebSocket engine, in which each call has an end, and none is sent twice. */
import { setTimeout as sleep } from "node:timers/promises";

import {
  type DriverContext,
  parseRpcError,
  type RpcRequest,
  ServerError,
  UnexpectedServerResponseError,
  WebSocketEngine,
} from "surrealdb";

import { LostCall } from "./lost-call.ts";
import { UnnamedRefusals, UnreadableCall } from "./unreadable-call.ts";

/** `restoring`: the socket is open, and the SDK signs in and selects the database. */
type Phase = "down" | "restoring" | "ready" | "closed";

/** A call without an answer yet. */
interface OpenCall {
  lose(): void;
  refuse(error: UnreadableCall): void;
}

/** JSON-RPC's own: the message could not be read. */
const parseErrorCode = -32_700;

/**
 * Tells each call that is lost with its connection, at once and whether it was sent. The SDK reconnects by itself, for
 * ever; when it could not sign in again, the engine is `closed`.
 */
export class RemoteEngine extends WebSocketEngine {
  readonly #calls = new Set<OpenCall>();
  #refusals = new UnnamedRefusals<OpenCall>();
  #unreadable: UnreadableCall | undefined;
  #phase: Phase = "down";
  #restored = false;
  #change: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(context: DriverContext) {
    super(context);
    // Before the SDK's own listener, which signs in.
    this.subscribe("connected", () => this.#enter("restoring"));
    this.subscribe("reconnecting", () => this.#lose("down"));
    this.subscribe("disconnected", () => this.#lose("closed"));
    this.subscribe("error", (error) => this.#hearUnnamed(error));
  }

  /** Whether a call made now is sent. */
  get isReady(): boolean {
    return this.#phase === "ready";
  }

  /** Whether it will never connect again. */
  get isClosed(): boolean {
    return this.#phase === "closed";
  }

  /** Whether the server answers a call that takes no time. */
  async isAnswering(withinMs: number): Promise<boolean> {
    if (!this.isReady) return false;
    const answer = super.send({ method: "health" }).then(
      () => true,
      (error: unknown) => error instanceof ServerError,
    );
    return Promise.race([answer, sleep(withinMs, false, { ref: false })]);
  }

  /** Resolves once it is ready or closed. */
  async whenSettled(): Promise<void> {
    while (this.#phase !== "ready" && this.#phase !== "closed") await this.#change.promise;
  }

  /** The session is restored; the SDK would send the pending calls again here. */
  override ready(): void {
    this.#restored = true;
    this.#checkReady();
  }

  override send<Method extends string, Params extends unknown[] | undefined, Result>(
    request: RpcRequest<Method, Params>,
  ): Promise<Result> {
    // The SDK's own, every 30 seconds: nobody waits for its outcome, so that a failure would be an unhandled one.
    if (request.method === "ping") return super.send(request);
    if (this.#phase === "down" || this.#phase === "closed") return Promise.reject(new LostCall(false));
    // The SDK keeps a call that was never answered for ever: a copy can be emptied.
    const params = request.params === undefined ? undefined : [...request.params];
    const answer = super.send<Method, Params, Result>({ ...request, params: params as Params });
    // A lost call of the SDK's restoring stays pending: a failure would make it close for good, and it begins again
    // at the next connection.
    const restoring = this.#phase === "restoring";
    return new Promise((resolve, reject) => {
      const call: OpenCall = {
        lose: () => {
          params?.splice(0);
          if (!restoring) reject(new LostCall(true));
        },
        refuse: (error) => {
          params?.splice(0);
          reject(error);
          this.#settle(call);
        },
      };
      this.#calls.add(call);
      answer
        .then(resolve, (error: unknown) => {
          // Perhaps it could not be encoded, and so was not sent.
          params?.splice(0);
          reject(error);
        })
        .finally(() => this.#settle(call));
    });
  }

  #settle(call: OpenCall): void {
    this.#calls.delete(call);
    this.#refuse(this.#refusals.clear(call));
    this.#checkReady();
  }

  /** An answer without a call's id, which the SDK reports as an error and nothing more. */
  #hearUnnamed(event: Error): void {
    if (!(event instanceof UnexpectedServerResponseError)) return;
    const { error } = event.response as { error?: Parameters<typeof parseRpcError>[0] };
    if (error?.code !== parseErrorCode) return;
    this.#unreadable = new UnreadableCall(parseRpcError(error));
    this.#refuse(this.#refusals.add(this.#calls));
  }

  #refuse(calls: readonly OpenCall[]): void {
    for (const call of calls) if (this.#unreadable !== undefined) call.refuse(this.#unreadable);
  }

  /** Ready once every call of the restoring is answered: one selects the database again after the sign-in. */
  #checkReady(): void {
    if (this.#phase === "restoring" && this.#restored && this.#calls.size === 0) this.#enter("ready");
  }

  #lose(phase: "down" | "closed"): void {
    this.#restored = false;
    const lost = [...this.#calls];
    this.#calls.clear();
    this.#refusals = new UnnamedRefusals();
    this.#enter(phase);
    for (const call of lost) call.lose();
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }
}
