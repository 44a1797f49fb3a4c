/** `Agent`: a model with instructions and tools, every run of it on the record. */
import { MinutierError } from "../errors.ts";
import type { AgentEvent, AgentResult } from "../events.ts";
import type { RunContext, RunOptions } from "../turn/run-context.ts";
import { drainTurn } from "../turn/run-turn.ts";
import type { TurnInput } from "../turn/turn-input.ts";
import { type AgentDefinition, type AgentOptions, defineAgent } from "./agent-definition.ts";
import { runAgentTurn } from "./agent-turn.ts";

/** Options of an agent's `approve` and `reject`. */
export interface TurnAnswerOptions {
  /** The session of the run that waits. */
  sessionId: string;
  /**
   * The calls that are answered, all for which the run waits, as the error's `pendingCalls` or the event gave them: an
   * answer counts for what was asked when it was given, and for no later call.
   */
  calls: readonly { toolCallId: string; approvalId?: string }[];
  /** Who answers, by your own names: stored with the calls. */
  by: string;
  /** A word with the answer; the model is told it with a refusal. */
  note?: string;
  /** Cancels the run. */
  signal?: AbortSignal;
  /** Told once the answer is on record, before the run goes on. */
  onRecorded?: () => void;
}

/**
 * A model with instructions and tools. Immutable: any number of runs can go on at once. With a `db`, the question is
 * stored before the model is called, each tool call before its tool runs, and the answer before `run()` returns; a
 * later run in the same session reads what was said before.
 *
 * @example
 * ```ts
 * import { Agent, SurrealDb } from "minutier";
 * import { scriptedModel } from "minutier/testing";
 *
 * await using db = new SurrealDb({ url: "mem://" });
 * const greeter = new Agent({ name: "greeter", model: scriptedModel(["Bonjour."]), db });
 * const answer = await greeter.run("Hello", { sessionId: "s1" });
 * console.log(answer.text); // Bonjour.
 * ```
 */
export class Agent<Output = string> {
  readonly name: string;
  readonly description: string | undefined;
  readonly #definition: AgentDefinition;

  /** Throws `invalid_definition`. */
  constructor(options: AgentOptions<Output>) {
    this.#definition = defineAgent(options);
    this.name = options.name;
    this.description = options.description;
    Object.freeze(this);
  }

  /**
   * Runs to the end. Throws `invalid_input`, `session_busy` or `not_recorded` when nothing ran, otherwise a `RunError`
   * with the run's id, after the failure is on record: `model_failed`, `invalid_output`, `cancelled`, `timeout`, or
   * `result_not_recorded` with the result as its `output`.
   */
  async run(input: TurnInput, options: RunOptions = {}): Promise<AgentResult<Output>> {
    return drainTurn<AgentResult<Output>>(this.#start(input, { ...options, streaming: false }));
  }

  /**
   * Starts a run and gives its events; it goes on whether they are read or not. Stop reading (`break`) to cancel it.
   * After `run-failed` the iteration throws the error that `run()` would throw.
   */
  stream(input: TurnInput, options: RunOptions = {}): AsyncIterableIterator<AgentEvent<Output>> {
    return this.#start(input, options);
  }

  /**
   * Allows the tool calls for which a run waits (`run_waiting`), and goes on with the run: in any process, days later.
   * Of several who answer one wins, the others get `already_answered` with who and when, also when the run asks
   * something else by then. A run inside a workflow is answered there.
   */
  async approve(runId: string, options: TurnAnswerOptions): Promise<AgentResult<Output>> {
    return this.#goOn(runId, true, options);
  }

  /** Refuses the tool calls for which a run waits; the model is told so, with the `note`, and answers. */
  async reject(runId: string, options: TurnAnswerOptions): Promise<AgentResult<Output>> {
    return this.#goOn(runId, false, options);
  }

  async #goOn(
    runId: string,
    approved: boolean,
    { sessionId, calls, by, note, signal, onRecorded }: TurnAnswerOptions,
  ): Promise<AgentResult<Output>> {
    if (typeof by !== "string" || by === "")
      throw new MinutierError("invalid_options", "by is missing. Say who answers, as it shall stand in the record.");
    checkCalls(calls);
    const answer = { approved, by, at: new Date(), ...(note === undefined ? {} : { note }) };
    const context = { runId, sessionId, signal, streaming: false, goesOn: { calls, answer }, onTurn: onRecorded };
    // The question is the one on record; this text only stands in for it.
    return drainTurn<AgentResult<Output>>(this.#start(runId, context));
  }

  #start(input: TurnInput, context: RunContext): AsyncIterableIterator<AgentEvent<Output>> {
    // The answer was checked against the schema that gives Output its type; without one it is the text.
    return runAgentTurn(this.#definition, input, context) as AsyncIterableIterator<AgentEvent<Output>>;
  }

  /** The definition, for the layers above; not part of the public API. */
  static definitionOf(agent: Agent<unknown>): AgentDefinition {
    return agent.#definition;
  }
}

/** Without the calls an answer could fall on another question than the one that was seen. */
function checkCalls(calls: unknown): void {
  const isCall = (call: unknown): boolean =>
    typeof (call as { toolCallId?: unknown } | null | undefined)?.toolCallId === "string";
  if (Array.isArray(calls) && calls.length > 0 && calls.every(isCall)) return;
  throw new MinutierError(
    "invalid_options",
    "calls is missing. Say which tool calls are answered: the pendingCalls of the run_waiting error.",
  );
}
