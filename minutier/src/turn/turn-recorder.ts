/** Puts one turn on the record: the question, each tool call before its tool runs, the answer or the failure. */
import { toStored } from "../db/codec.ts";
import {
  closeTurn,
  type ConversationKey,
  failTurn,
  loadMemory,
  openTurn,
  type OpenTurn,
  recordToolCalls,
  reopenTurn,
  type ToolCallEnd,
  type ToolCallStart,
  type TurnAnswer,
  type TurnFailure,
  type TurnMemory,
  type TurnStart,
} from "../db/conversations.ts";
import type { Database } from "../db/database.ts";
import { messageId } from "../db/conversation-rows.ts";
import { type FoundTurn, pauseTurn, type PendingTurn, takeTurn } from "../db/paused-turns.ts";
import { type HeldTurn, leaseDurationMs, renewTurn, turnLost } from "../db/turn-order.ts";
import { errorMessage, MinutierError } from "../errors.ts";
import { createId } from "../ids.ts";
import type { StoredAnswer } from "../records.ts";
import { awaitTurn } from "./await-turn.ts";
import { enterTurn, keepTurnAlive, leaveTurn } from "./turn-lease.ts";

/** A tool call that waits for the write that all calls of its tick share. */
interface PendingStart {
  readonly call: ToolCallStart;
  resolve(): void;
  reject(error: unknown): void;
}

/** The record of one turn; without a database it keeps nothing and says yes to everything. */
export class TurnRecorder {
  readonly #database: Database | undefined;
  readonly #key: ConversationKey;
  readonly #onLost: (error: MinutierError) => void;
  readonly #running = new Set<number>();
  readonly #holder = createId();
  #historyLimit = 0;
  #turn: OpenTurn | undefined;
  #runId: string | undefined;
  #rest: () => void = () => undefined;
  #lost: MinutierError | undefined;
  /** By this process's own clock: when the last sign of life that arrived was given. */
  #aliveAt = 0;
  #calls = 0;
  #ended: ToolCallEnd[] = [];
  #sending: Promise<void> = Promise.resolve();
  #starts: PendingStart[] = [];

  /** `onLost` hears that another process closed the turn; nothing of it may go on. */
  constructor(database: Database | undefined, key: ConversationKey, onLost: (error: MinutierError) => void) {
    this.#database = database;
    this.#key = key;
    this.#onLost = onLost;
  }

  /** Stores the question. Throws `not_recorded`, and then nothing may run. */
  async open(start: Omit<TurnStart, "holder">): Promise<void> {
    if (this.#database === undefined) return;
    this.#historyLimit = start.historyLimit;
    this.#runId = start.runId;
    enterTurn(start.runId);
    try {
      const began = performance.now();
      this.#keep(this.#database, await openTurn(this.#database, this.#key, { ...start, holder: this.#holder }), began);
    } catch (cause) {
      // The caller's own values, such as a function in metadata: the error says which.
      if (MinutierError.isInstance(cause) && cause.code === "invalid_value") throw cause;
      throw notRecorded(
        `The question to ${describe(this.#key)} could not be recorded, so nothing ran`,
        cause,
        this.#key,
      );
    }
  }

  /** Goes on with a turn that stopped. Throws `already_answered` when somebody else does. */
  async reopen(
    found: FoundTurn,
    historyLimit: number,
    taking: { waitingFor: PendingTurn | undefined; answer: StoredAnswer | undefined },
  ): Promise<void> {
    if (this.#database === undefined) return;
    const { number, question, toolCalls } = found;
    this.#historyLimit = historyLimit;
    this.#runId = question.run_id;
    enterTurn(question.run_id);
    const began = performance.now();
    await takeTurn(this.#database, this.#key, number, { ...taking, holder: this.#holder });
    this.#calls = toolCalls.length;
    this.#keep(this.#database, await reopenTurn(this.#database, this.#key, number, this.#holder), began);
  }

  #keep(database: Database, turn: OpenTurn, began: number): void {
    this.#turn = turn;
    this.#aliveAt = began;
    const renew = (): Promise<boolean> => this.#renew(database);
    this.#rest = keepTurnAlive(database.leaseMs, renew, () => this.#onLost((this.#lost = turnLost())));
  }

  /** Waits for the turns of other processes before this one; gives what the turn begins with. */
  async begin(signal: AbortSignal): Promise<TurnMemory> {
    if (this.#database === undefined || this.#turn === undefined) return { history: [], state: undefined };
    const { number, waitFor } = this.#turn;
    let memory: TurnMemory = this.#turn;
    if (waitFor !== undefined) {
      if (waitFor !== "nobody") await awaitTurn(this.#database, this.#key, waitFor, signal);
      memory = await loadMemory(this.#database, this.#key, number, this.#historyLimit);
    }
    await this.confirm();
    return memory;
  }

  /** Leaves the turn to the person who is asked. Without a database there is nowhere to wait. */
  async pause(pending: Omit<PendingTurn, "toolCalls">): Promise<void> {
    if (this.#database === undefined) return;
    this.#rest();
    await this.#sending;
    const ended = this.#takeEnded();
    if (ended.length > 0) await recordToolCalls(this.#database, this.#key, this.#open, [], ended);
    await pauseTurn(this.#database, this.#held, { ...pending, toolCalls: this.#calls });
  }

  /** A process that was stopped meanwhile must not ask a model what another one has asked it since. */
  async confirm(): Promise<void> {
    const database = this.#database;
    if (database === undefined || performance.now() - this.#aliveAt < leaseDurationMs(database.leaseMs)) return;
    if (await this.#renew(database)) return;
    this.#lost = turnLost();
    this.#onLost(this.#lost);
    throw this.#lost;
  }

  async #renew(database: Database): Promise<boolean> {
    const began = performance.now();
    const alive = await renewTurn(database, this.#held);
    if (alive) this.#aliveAt = began;
    return alive;
  }

  /** Ends the signs of life, whatever became of the turn. */
  rest(): void {
    this.#rest();
    if (this.#runId !== undefined) leaveTurn(this.#runId);
  }

  /** Stores the call of a tool that is about to run; all calls of one tick go in one round trip. Returns its index. */
  async startToolCall(call: Omit<ToolCallStart, "index">): Promise<number> {
    const index = this.#calls++;
    await new Promise<void>((resolve, reject) => {
      this.#starts.push({ call: { ...call, index }, resolve, reject });
      // After all promises that are due, so that the parallel calls of a step have arrived.
      if (this.#starts.length === 1) process.nextTick(() => (this.#sending = this.#sendStarts()));
    });
    return index;
  }

  /** Notes how a tool call ended, for the next write. Throws `invalid_value` when the output can't be stored. */
  endToolCall(index: number, end: { output?: unknown } | { error: string }): void {
    const output =
      this.#database === undefined || "error" in end ? undefined : toStored(end.output, "the tool's output");
    this.#running.delete(index);
    this.#ended.push({ index, output, error: "error" in end ? end.error : undefined, endedAt: new Date() });
  }

  /** Stores the answer. Throws `lease_lost` when another process closed the turn. */
  async close(answer: TurnAnswer): Promise<void> {
    if (this.#database === undefined) return;
    this.#rest();
    const ended = this.#takeEnded();
    try {
      await closeTurn(this.#database, this.#key, this.#open, answer, ended);
    } catch (cause) {
      this.#ended.unshift(...ended);
      throw cause;
    }
  }

  /** Stores why the turn failed; tools that still run are closed with it. */
  async fail(failure: TurnFailure): Promise<void> {
    if (this.#database === undefined) return;
    this.#rest();
    if (this.#lost !== undefined) throw this.#lost;
    // Calls whose rows are on their way will have one to close.
    await this.#sending;
    for (const index of this.#running)
      this.endToolCall(index, { error: `The run ended before the tool did: ${failure.message}` });
    const ended = this.#takeEnded();
    try {
      await failTurn(this.#database, this.#key, this.#open, failure, ended);
    } catch (cause) {
      if (!isInvalidValue(cause)) throw cause;
      // What is too large must not leave the turn open.
      const brief = ended.map((end) => ({ ...end, output: undefined, error: end.error ?? errorMessage(cause) }));
      const message = failure.message.slice(0, briefLength);
      await failTurn(this.#database, this.#key, this.#open, { ...failure, message }, brief);
    }
  }

  async #sendStarts(): Promise<void> {
    const starts = this.#starts;
    this.#starts = [];
    try {
      await this.#write(starts);
      for (const start of starts) start.resolve();
    } catch (error) {
      if (!isInvalidValue(error)) {
        for (const start of starts) start.reject(error);
        return;
      }
      // One call's unstorable input is not its neighbours' fault.
      for (const start of starts) await this.#sendAlone(start);
    }
  }

  async #sendAlone(start: PendingStart): Promise<void> {
    try {
      await this.#write([start]);
      start.resolve();
    } catch (error) {
      start.reject(isInvalidValue(error) ? await this.#recordUnstorable(start, error) : error);
    }
  }

  /** A call whose input can't be stored is recorded without it, as failed; gives the error to throw. */
  async #recordUnstorable(start: PendingStart, error: unknown): Promise<unknown> {
    try {
      await this.#write([{ ...start, call: { ...start.call, input: undefined } }]);
    } catch (unrecorded) {
      return unrecorded;
    }
    this.endToolCall(start.call.index, { error: errorMessage(error) });
    return error;
  }

  async #write(starts: readonly PendingStart[]): Promise<void> {
    if (this.#database === undefined) return;
    const ended = this.#takeEnded();
    const calls = starts.map((start) => start.call);
    // Before the write: one that gets no answer in time can have stored them, and the end of the turn closes them.
    for (const call of calls) this.#running.add(call.index);
    try {
      await recordToolCalls(this.#database, this.#key, this.#open, calls, ended);
    } catch (cause) {
      this.#ended.unshift(...ended);
      if (isInvalidValue(cause) || isLeaseLost(cause)) throw cause;
      const names = calls.map((call) => call.toolName).join(", ");
      throw notRecorded(
        `The call of ${names} by ${describe(this.#key)} could not be recorded, so it did not run`,
        cause,
        this.#key,
      );
    }
  }

  /** The question's number; 0 before the turn is opened. */
  get number(): number {
    return this.#open.number;
  }

  get #open(): { number: number; holder: string } {
    return { number: this.#turn?.number ?? 0, holder: this.#holder };
  }

  get #held(): HeldTurn {
    return { question: messageId(this.#key, this.#open.number), holder: this.#holder };
  }

  #takeEnded(): ToolCallEnd[] {
    const ended = this.#ended;
    this.#ended = [];
    return ended;
  }
}

/** `agent "extracteur"`, for messages. */
export function describe({ kind, name }: { kind: string; name: string }): string {
  return `${kind} ${JSON.stringify(name)}`;
}

function notRecorded(what: string, cause: unknown, key: ConversationKey): MinutierError {
  return new MinutierError("not_recorded", `${what}: ${errorMessage(cause)}`, { cause, details: { ...key } });
}

/** Characters of a message that is too large to be stored. */
const briefLength = 2000;

/** A value that no database could store, as opposed to a write that failed. */
export function isInvalidValue(error: unknown): boolean {
  return MinutierError.isInstance(error) && error.code === "invalid_value";
}

/** Another process closed the turn. */
export function isLeaseLost(error: unknown): boolean {
  return MinutierError.isInstance(error) && error.code === "lease_lost";
}
