/**
 * The life of a turn, of an agent's or a team's: wait for the session, store the question, work, store the answer.
 * What fails on the way is recorded before it is thrown.
 */
import { messageId } from "../db/conversation-rows.ts";
import type { ConversationKey, TurnAnswer, TurnMemory } from "../db/conversations.ts";
import type { Database } from "../db/database.ts";
import { lossOf } from "../db/engine/lost-call.ts";
import { redactAnswer } from "../db/redacted-rows.ts";
import { SurrealDb } from "../db/surreal-db.ts";
import { type FoundTurn, findTurn, pendingOf } from "../db/paused-turns.ts";
import { errorMessage, MinutierError, type PendingCall, RunError } from "../errors.ts";
import type { AgentEvent, AgentResult, TeamEvent, TeamResult, TurnEvent } from "../events.ts";
import { createId } from "../ids.ts";
import { chainRedactors, type Redactor } from "../redact/redactor.ts";
import { type AnsweredCall, checkAnsweredCalls, isFor } from "./answered-calls.ts";
import { followSignal } from "./follow-signal.ts";
import type { ToolCallRow } from "../records.ts";
import { ApprovalNeeded, type ModelAnswer, type ModelListener } from "./model-loop.ts";
import { ToolCalls } from "./recorded-tools.ts";
import { createRecorder } from "./redacting-recorder.ts";
import { checkId, type RunContext } from "./run-context.ts";
import { insideSession, releaseSession, type SessionHolder, takeSession } from "./session-lock.ts";
import { judgeFailure } from "./turn-failure.ts";
import { toStoredResponse, withoutApprovals } from "./turn-history.ts";
import type { PreparedInput } from "./turn-input.ts";
import { addLeg, type AnsweredTurn, textOf } from "./turn-legs.ts";
import { describe, isLeaseLost, type TurnRecorder } from "./turn-recorder.ts";
import { toResult, toUsage } from "./turn-result.ts";
import { TurnStream } from "./turn-stream.ts";

/** Whose turn it is. */
export interface TurnOwner {
  kind: "agent" | "team";
  name: string;
  db: SurrealDb | undefined;
  redact: Redactor | undefined;
  historyLimit: number;
  /** A team's members and the state that a new session begins with. */
  team?: { agents: readonly string[]; state: Record<string, unknown> };
}

/** What the work of a turn has at hand. */
export interface Turn {
  runId: string;
  sessionId: string;
  input: PreparedInput;
  opened: TurnMemory;
  /** Throws when another process may have closed the turn and has: before each request to a model. */
  confirm(): Promise<void>;
  /** What the legs before said, and what was answered to their question. */
  before: AnsweredTurn | undefined;
  /** Aborts when the caller cancels, the reader stops, or a tool call can't be recorded. */
  signal: AbortSignal;
  emit(event: UnstampedEvent): void;
  /** For `recordTools`. */
  toolCalls: ToolCalls;
  /** For `askModel`: the owner's redactor, then that of the team around it, then the database's. */
  redact: Redactor | undefined;
  /** For `askModel`. */
  listener: ModelListener;
}

/** What the work of a turn gives. */
export interface TurnOutcome {
  answer: ModelAnswer;
  /** Whether the output is more than the text, and so stored beside it. */
  structured: boolean;
  /** A team's part of the result. */
  team?: Pick<TeamResult, "members" | "state">;
  /** A team's state, when it changed. */
  storedState?: Record<string, unknown>;
}

/** An event before its ids and time are put on. */
type UnstampedEvent =
  | TurnEvent<AgentResult<unknown>>
  | { type: "member-event"; member: string; event: AgentEvent | TeamEvent };

/** Starts the turn at once and gives its events. Throws for ids that can't be, before anything happens. */
export function runTurn<Event extends AgentEvent | TeamEvent>(
  owner: TurnOwner,
  input: PreparedInput,
  context: RunContext,
  work: (turn: Turn) => Promise<TurnOutcome>,
): TurnStream<Event> {
  checkId("sessionId", context.sessionId);
  checkId("runId", context.runId);
  const life = new TurnLife(owner, input, context);
  return new TurnStream<Event>((push, stopped) => life.live(work, push as (event: unknown) => void, stopped));
}

/** A run's result, from its events; `listen` is told each of them. */
export async function drainTurn<Result>(
  events: AsyncIterable<TurnEvent<Result> | { type: "member-event" }>,
  listen?: (event: { type: string }) => void,
): Promise<Result> {
  let result: { value: Result } | undefined;
  for await (const event of events) {
    listen?.(event);
    if (event.type === "run-completed") result = { value: event.result };
  }
  if (result === undefined) throw new Error("A turn ended without a result.");
  return result.value;
}

class TurnLife {
  readonly #owner: TurnOwner;
  #input: PreparedInput;
  readonly #context: RunContext;
  #runId: string;
  #before: AnsweredTurn | undefined;
  #callsBefore: readonly ToolCallRow[] = [];
  readonly #key: ConversationKey;
  readonly #database: Database | undefined;
  readonly #redact: Redactor | undefined;
  readonly #recorder: TurnRecorder;
  readonly #stop = new AbortController();
  readonly #startedAt = performance.now();
  #holder: SessionHolder | undefined;
  #opened = false;
  /** What this leg has said so far. */
  #said = "";
  #emit: (event: UnstampedEvent) => void = () => undefined;

  constructor(owner: TurnOwner, input: PreparedInput, context: RunContext) {
    this.#owner = owner;
    this.#input = input;
    this.#context = context;
    this.#runId = context.runId ?? createId();
    this.#key = { kind: owner.kind, name: owner.name, sessionId: context.sessionId ?? createId() };
    const db = owner.db ?? context.db;
    this.#database = db === undefined ? undefined : SurrealDb.databaseOf(db);
    this.#redact = chainRedactors(owner.redact, context.redact, this.#database?.redact);
    this.#recorder = createRecorder(this.#database, this.#key, (error) => this.#stop.abort(error), this.#redact);
  }

  async live(
    work: (turn: Turn) => Promise<TurnOutcome>,
    push: (event: unknown) => void,
    stopped: AbortSignal,
  ): Promise<void> {
    const { kind, name, sessionId } = this.#key;
    this.#emit = (event) => push({ ...event, [kind]: name, runId: this.#runId, sessionId, time: new Date() });
    const unfollow = [this.#context.signal, stopped].map((signal) => followSignal(this.#stop, signal));
    try {
      const memory = await this.#open();
      const result = "runId" in memory ? memory : await this.#answer(memory, work);
      this.#emit({ type: "run-completed", result });
    } catch (cause) {
      const error = await (cause instanceof ApprovalNeeded && this.#mayWait ? this.#wait(cause) : this.#fail(cause));
      const { pendingCalls } = error as Partial<RunError>;
      this.#emit(
        pendingCalls === undefined ? { type: "run-failed", error } : { type: "run-waiting", calls: [...pendingCalls] },
      );
      throw error;
    } finally {
      for (const off of unfollow) off();
      this.#recorder.rest();
      if (this.#database !== undefined && this.#holder !== undefined) releaseSession(this.#database, this.#holder);
    }
  }

  /**
   * Stores the question, then waits for the turns before it. An abort before this leaves no trace. Gives the result of
   * a turn that was to go on and was answered.
   */
  async #open(): Promise<TurnMemory | AgentResult<unknown>> {
    const { signal } = this.#stop;
    signal.throwIfAborted();
    if (this.#database !== undefined) this.#holder = await takeSession(this.#database, this.#key, signal, this.#runId);
    signal.throwIfAborted();
    const found = await this.#findStopped();
    if (found?.answer !== undefined) {
      this.#tellTurn(found.number);
      const result = toResult(found, found.answer, this.#key.sessionId);
      this.#tellUsage(result);
      return result;
    }
    if (found === undefined) await this.#ask();
    else await this.#goOn(found);
    this.#opened = true;
    this.#tellTurn(this.#recorder.number);
    const memory = await this.#recorder.begin(signal);
    this.#emit({ type: "run-started", input: found?.question.content ?? this.#input.text });
    return memory;
  }

  async #ask(): Promise<void> {
    const { historyLimit, team } = this.#owner;
    const { metadata = {}, userId, workflowRun, workflowStep, teamRun } = this.#context;
    const { text: content, parts } = this.#input;
    const question = { runId: this.#runId, content, parts, metadata, userId, workflowRun, workflowStep, teamRun };
    await this.#recorder.open({ ...question, historyLimit, team });
  }

  /** The turn that this one is to go on with, when there is one. */
  async #findStopped(): Promise<FoundTurn | undefined> {
    const { goesOn, workflowRun, workflowStep } = this.#context;
    if (goesOn === undefined || this.#database === undefined) return undefined;
    const reference =
      workflowRun === undefined || workflowStep === undefined ? { runId: this.#runId } : { workflowRun, workflowStep };
    const found = await findTurn(this.#database, this.#key, reference);
    if (goesOn.calls !== undefined) this.#checkAnswer(found, goesOn.calls);
    // One that failed is over: the step's next attempt asks again.
    const failed = found?.question.error_code !== undefined && found.question.error_code !== "interrupted";
    return failed ? undefined : found;
  }

  /** Throws unless somebody may answer the turn, and answers what it asks. */
  #checkAnswer(found: FoundTurn | undefined, calls: readonly AnsweredCall[]): void {
    const who = `run ${this.#runId} of the ${describe(this.#key)}`;
    if (found === undefined) throw new MinutierError("not_found", `The ${who} is not in that session.`);
    const around = found.question.workflow_run;
    if (around !== undefined) {
      throw new MinutierError(
        "invalid_options",
        `The ${who} is a step of the run ${around.id} of a workflow. Answer that one, with the workflow's approve() or reject().`,
      );
    }
    checkAnsweredCalls(who, found, calls);
  }

  async #goOn(found: FoundTurn): Promise<void> {
    const { question } = found;
    const { answer: said, answeredCalls, calls } = this.#context.goesOn ?? {};
    const answer = said === undefined ? undefined : redactAnswer(this.#redact, said);
    const pending = pendingOf(found);
    this.#runId = question.run_id;
    this.#input = { text: question.content, parts: question.parts as PreparedInput["parts"] };
    const isAnswered = answer !== undefined && (answeredCalls === undefined || isFor(answeredCalls, pending));
    // Nobody was shown these calls, or nobody has answered yet: the model is not asked for others meanwhile.
    if (question.waiting_for !== undefined && pending !== undefined && !isAnswered)
      throw this.#toWaiting(pending.calls);
    await this.#recorder.reopen(found, this.#owner.historyLimit, {
      waitingFor: calls === undefined ? undefined : pending,
      answer,
    });
    const given = answer ?? question.answer;
    if (pending === undefined || given === undefined) return;
    const ran = found.toolCalls.slice(pending.toolCalls);
    this.#before = { ...pending, answer: given, ran };
    this.#callsBefore = found.toolCalls;
  }

  /** A member's turn is inside its leader's tool call, which can't stop. */
  get #mayWait(): boolean {
    return this.#database !== undefined && this.#context.teamRun === undefined;
  }

  /** Leaves the turn to the person who has to allow its calls; gives the error that says so. */
  async #wait({ calls, leg }: ApprovalNeeded): Promise<MinutierError> {
    const legs = addLeg(this.#before, { ...leg, durationMs: this.#elapsedMs() });
    try {
      await this.#recorder.pause({ ...legs, calls });
    } catch (cause) {
      return this.#fail(cause);
    }
    return this.#toWaiting(calls);
  }

  #toWaiting(calls: readonly PendingCall[]): RunError {
    const names = calls.map((call) => call.toolName).join(", ");
    const message = `The run ${this.#runId} of the ${describe(this.#key)} waits for a person, who has to allow ${names}. Answer with approve() or reject().`;
    const ids = { runId: this.#runId, sessionId: this.#key.sessionId };
    return new RunError("run_waiting", message, { ...ids, pendingCalls: calls });
  }

  async #answer(opened: TurnMemory, work: (turn: Turn) => Promise<TurnOutcome>): Promise<AgentResult<unknown>> {
    const { signal } = this.#stop;
    signal.throwIfAborted();
    const toolCalls = new ToolCalls(this.#runId, this.#recorder, this.#holder, this.#emit, this.#stop);
    const turn: Turn = {
      runId: this.#runId,
      sessionId: this.#key.sessionId,
      input: this.#input,
      opened,
      before: this.#before,
      confirm: () => this.#recorder.confirm(),
      signal,
      emit: this.#emit,
      toolCalls,
      redact: this.#redact,
      listener: {
        streaming: this.#context.streaming ?? true,
        text: (text) => {
          this.#said += text;
          this.#emit({ type: "text-delta", text });
        },
        foreignCall: (call) => toolCalls.addForeign(call),
      },
    };
    if (this.#before !== undefined) await toolCalls.goOn(this.#callsBefore, this.#before);
    const outcome = await insideSession(this.#holder, () => work(turn));
    // A model that ignores its signal answers all the same.
    signal.throwIfAborted();
    const { messages: said, usage: used, steps, ...answer } = outcome.answer;
    const leg = { messages: said, usage: used, steps, durationMs: this.#elapsedMs() };
    const { messages, usage, durationMs } = addLeg(this.#before, leg);
    const { sessionId } = this.#key;
    const result = {
      runId: this.#runId,
      sessionId,
      ...answer,
      usage,
      toolCalls: toolCalls.all,
      durationMs,
      ...outcome.team,
    };
    await this.#close(result, outcome, toStoredResponse(withoutApprovals(messages), answer.text, toolCalls.recorded));
    return result;
  }

  async #close(result: AgentResult<unknown>, outcome: TurnOutcome, response: unknown[] | undefined): Promise<void> {
    const { runId, sessionId, usage } = result;
    const answer: TurnAnswer = {
      runId,
      content: result.text,
      workflowRun: this.#context.workflowRun,
      model: result.model,
      usage: toUsage(usage),
      durationMs: result.durationMs,
      finishReason: result.finishReason,
      output: outcome.structured ? result.output : undefined,
      response,
      state: outcome.storedState,
    };
    try {
      await this.#recorder.close(answer);
    } catch (cause) {
      const code = isLeaseLost(cause) ? "lease_lost" : "result_not_recorded";
      const message = `The ${describe(this.#key)} answered, but its answer could not be recorded: ${errorMessage(cause)} This error's output holds it.`;
      throw new RunError(code, message, { runId, sessionId, output: result, cause });
    }
    this.#tellUsage(result);
  }

  #tellTurn(number: number): void {
    if (this.#database === undefined) return;
    this.#context.onTurn?.({ database: this.#database, question: messageId(this.#key, number) });
  }

  #tellUsage({ model, usage }: AgentResult<unknown>): void {
    this.#context.onUsage?.([{ model, ...toUsage(usage) }]);
  }

  /** The error to throw, after the question's row says it. */
  async #fail(cause: unknown): Promise<MinutierError> {
    if (MinutierError.isInstance(cause)) {
      if (!this.#opened) return cause;
      if (isOwnLostResult(cause, this.#runId)) return this.#closeUnanswered(cause);
    }
    const { code, message, cause: reason } = judgeFailure(describe(this.#key), cause, this.#stop.signal);
    const ids = { runId: this.#runId, sessionId: this.#key.sessionId };
    if (!this.#opened) return new RunError(code, message, { ...ids, cause: reason });
    try {
      await this.#recorder.fail({ message, code, durationMs: this.#elapsedMs(), partialAnswer: this.#partialAnswer });
      return new RunError(code, message, { ...ids, cause: reason });
    } catch (unrecorded) {
      const lost = isLeaseLost(unrecorded);
      const said = lost && code === "lease_lost";
      const more = lost ? errorMessage(unrecorded) : `This could not be recorded either: ${errorMessage(unrecorded)}`;
      return new RunError(lost ? "lease_lost" : code, said ? message : `${message} ${more}`, { ...ids, cause: reason });
    }
  }

  /** An answer that the database refused must not keep the turns behind it waiting; without a database they wait. */
  async #closeUnanswered(lost: RunError): Promise<RunError> {
    if (lost.code === "result_not_recorded" && lossOf(lost.cause) === undefined) {
      const failure = { message: lost.message, code: lost.code, durationMs: this.#elapsedMs() };
      await this.#recorder.fail(failure).catch(() => undefined);
    }
    return lost;
  }

  /** All that was said, of an answer that breaks off. */
  get #partialAnswer(): string | undefined {
    const said = [textOf(this.#before), this.#said].filter((text) => text !== "");
    return said.length === 0 ? undefined : said.join("\n\n");
  }

  #elapsedMs(): number {
    return Math.round((performance.now() - this.#startedAt) * 1000) / 1000;
  }
}

/** As opposed to one of a run inside this one, which is a failure like another. */
function isOwnLostResult(error: MinutierError, runId: string): error is RunError {
  const lost = error.code === "result_not_recorded" || error.code === "lease_lost";
  return lost && error instanceof RunError && error.runId === runId;
}
