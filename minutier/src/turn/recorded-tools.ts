/** Wraps tools so that each call is on the record before its tool runs. */
import type { Tool, ToolExecutionOptions, ToolSet } from "ai";

import { errorMessage } from "../errors.ts";
import type { ToolCallResult, TurnEvent } from "../events.ts";
import type { StoredAnswer, ToolCallRow } from "../records.ts";
import { insideSession, type SessionHolder } from "./session-lock.ts";
import { type AnsweredTurn, toToolCall } from "./turn-legs.ts";
import { isInvalidValue, type TurnRecorder } from "./turn-recorder.ts";

type ToolCallEvent = Extract<TurnEvent<never>, { toolCallId: string }>;

/** The tool calls of one turn: counted, recorded, told as events. */
export class ToolCalls {
  /** In the order in which they started. */
  readonly all: ToolCallResult[] = [];
  /** Those with a row of their own, by their id. */
  readonly recorded: Map<string, ToolCallResult> = new Map();
  readonly holder: SessionHolder | undefined;
  readonly #runId: string;
  readonly #recorder: TurnRecorder;
  readonly #emit: (event: ToolCallEvent) => void;
  readonly #turn: AbortController;
  /** What a person answered for these calls, by their id. */
  readonly #approvals = new Map<string, StoredAnswer>();

  /** `turn` is aborted by a call that can't be recorded: nothing may go on after it. */
  constructor(
    runId: string,
    recorder: TurnRecorder,
    holder: SessionHolder | undefined,
    emit: (event: ToolCallEvent) => void,
    turn: AbortController,
  ) {
    this.#runId = runId;
    this.#recorder = recorder;
    this.holder = holder;
    this.#emit = emit;
    this.#turn = turn;
  }

  /** Takes over the calls of a turn that goes on, and what a person answered; one that was refused is recorded as failed. */
  async goOn(before: readonly ToolCallRow[], { calls, ran, answer }: AnsweredTurn): Promise<void> {
    for (const call of before.map(toToolCall)) {
      this.all.push(call);
      this.recorded.set(call.toolCallId, call);
    }
    for (const { toolCallId, toolName, input } of calls) {
      if (ran.some((row) => row.tool_call_id === toolCallId)) continue;
      this.#approvals.set(toolCallId, answer);
      if (answer.approved) continue;
      const call: ToolCallResult = { toolCallId, toolName, input };
      const why = answer.note === undefined ? "" : `: ${answer.note}`;
      this.fail(call, await this.start(call), `${answer.by} refused the call${why}`);
    }
  }

  /** Records a call before its tool runs; throws when the tool must not run. Gives the call's index. */
  async start(call: ToolCallResult): Promise<number> {
    const { toolCallId, toolName, input } = call;
    this.#turn.signal.throwIfAborted();
    this.recorded.set(toolCallId, call);
    this.all.push(call);
    try {
      const index = await this.#recorder.startToolCall({
        runId: this.#runId,
        toolCallId,
        toolName,
        input,
        approval: this.#approvals.get(toolCallId),
        startedAt: new Date(),
      });
      // Cancelled while the row was written: the turn's end closes the row.
      this.#turn.signal.throwIfAborted();
      this.#emit({ type: "tool-call-started", toolCallId, toolName, input });
      return index;
    } catch (error) {
      this.#tellFailure(call, errorMessage(error));
      if (!isInvalidValue(error)) this.#turn.abort(error);
      throw error;
    }
  }

  /** Notes what the tool returned, for the turn's next write. Throws `invalid_value` when that can't be stored. */
  complete(call: ToolCallResult, index: number, output: unknown): void {
    try {
      this.#recorder.endToolCall(index, { output });
    } catch (error) {
      if (!isInvalidValue(error)) this.#turn.abort(error);
      throw error;
    }
    call.output = output;
    const { toolCallId, toolName } = call;
    this.#emit({ type: "tool-call-completed", toolCallId, toolName, output });
  }

  /** Notes what the tool threw. */
  fail(call: ToolCallResult, index: number, error: string): void {
    this.#recorder.endToolCall(index, { error });
    this.#tellFailure(call, error);
  }

  /** Takes in a call that ran elsewhere, at the provider, or not at all, because no tool could take it. */
  addForeign(call: ToolCallResult): void {
    const { toolCallId, toolName, input, output, error } = call;
    if (this.recorded.has(toolCallId)) return;
    this.all.push(call);
    this.#emit({ type: "tool-call-started", toolCallId, toolName, input });
    if (error === undefined) this.#emit({ type: "tool-call-completed", toolCallId, toolName, output });
    else this.#tellFailure(call, error);
  }

  #tellFailure(call: ToolCallResult, error: string): void {
    call.error = error;
    const { toolCallId, toolName } = call;
    this.#emit({ type: "tool-call-failed", toolCallId, toolName, error });
  }
}

/** The same tools, recorded; those that the provider runs itself stay as they are. */
export function recordTools(tools: ToolSet, calls: ToolCalls): ToolSet {
  const recorded: ToolSet = {};
  for (const [name, tool] of Object.entries(tools)) {
    recorded[name] =
      tool.execute === undefined ? tool : ({ ...tool, execute: recordedExecute(name, tool, calls) } as Tool);
  }
  return recorded;
}

type Execute = (input: unknown, options: ToolExecutionOptions<never>) => unknown;

/** Always a generator, because a tool says only when it is called whether it gives one value or several. */
function recordedExecute(toolName: string, tool: Tool, calls: ToolCalls): Execute {
  return async function* (input, options) {
    const call: ToolCallResult = { toolCallId: options.toolCallId, toolName, input };
    const index = await calls.start(call);
    try {
      let output: unknown;
      for await (const value of outputsOf(tool, input, options, calls)) yield (output = value);
      calls.complete(call, index, output);
    } catch (error) {
      // An output that can't be stored is told to the model as well: the tool did run, and the message says so.
      const unstorable = isInvalidValue(error);
      const message = unstorable ? `${toolName} ran, but ${errorMessage(error)}` : errorMessage(error);
      calls.fail(call, index, message);
      throw unstorable ? new Error(message, { cause: error }) : error;
    }
  };
}

async function* outputsOf(
  tool: Tool,
  input: unknown,
  options: ToolExecutionOptions<never>,
  { holder }: ToolCalls,
): AsyncGenerator<unknown> {
  const result: unknown = insideSession(holder, () => (tool.execute as Execute)(input, options));
  if (isAsyncIterable(result)) yield* result;
  else yield await result;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
