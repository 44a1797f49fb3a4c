/** What a workflow is made of: steps and the ways to arrange them. Entries are immutable plain data. */
import type { StandardSchemaV1 } from "@standard-schema/spec";

import { Agent } from "../agent/agent.ts";
import type { RunLease } from "../db/run-leases.ts";
import type { SurrealDb } from "../db/surreal-db.ts";
import { MinutierError } from "../errors.ts";
import type { ModelUsage } from "../records.ts";
import type { WorkflowEvent } from "../workflow-events.ts";
import { Team } from "../team/team.ts";
import type { StepContext } from "./step-context.ts";

/** A step's own code: gets the previous step's output and the run's context. */
export type StepFunction<Input = never, Output = unknown> = (
  input: Input,
  context: StepContext,
) => Output | Promise<Output>;

/** A workflow, as the entries know it. */
export interface NestedWorkflow<Output = unknown> {
  readonly name: string;
  readonly steps?: readonly Entry[];
  runNested(input: unknown, parent: ParentRun): Promise<NestedResult<Output>>;
}

/** What a nested run takes over from the run that it is a step of. */
export interface ParentRun {
  db: SurrealDb | undefined;
  runId: string;
  /** The step's path and attempt: they name the nested run, so that the same one is found again. */
  step: string;
  attempt: number;
  lease: RunLease | undefined;
  sessionId: string;
  userId: string | undefined;
  metadata: Record<string, unknown>;
  signal: AbortSignal;
  onEvent: (event: WorkflowEvent) => void;
  streaming: boolean;
  /** Told the nested run's id before it starts. */
  onRunId: (runId: string) => void;
  /** Told what its models read and wrote, once it has ended. */
  onUsage: (usage: readonly ModelUsage[]) => void;
}

/** What a nested run gives back. */
export interface NestedResult<Output> {
  output: Output;
}

/** What can do a step's work. */
export type Executor = StepFunction | Agent<unknown> | Team<unknown> | NestedWorkflow;

/** What may stand in a workflow's `steps`. An agent, team or workflow is a step of its own name. */
export type WorkflowEntry = Entry | Agent<unknown> | Team<unknown> | NestedWorkflow;

/** What may stand in a branch: an entry, a plain function, or a sequence of entries. */
export type Body = Executor | Entry | readonly WorkflowEntry[];

/** How long to wait before attempt n + 1. */
export type Backoff =
  /** `delayMs`, times `factor` (default 2) for each further attempt, at most `maxDelayMs`. */
  | { delayMs: number; factor?: number; maxDelayMs?: number }
  /** Milliseconds, from the number of the attempt that failed (from 1). */
  | ((attempt: number) => number);

/** Options of a step. */
export interface StepOptions {
  /** How many times to try again after a failure. @default 0 */
  retries?: number;
  /** Waiting between attempts. @default no waiting */
  backoff?: Backoff;
  /** Milliseconds for one attempt; its signal aborts and it fails with `timeout`. @default none */
  timeoutMs?: number;
  /**
   * After the last attempt: `"fail"` the run, `"continue"` with the step's input as its output, or continue with what
   * a function returns. The step's row says `error` in every case.
   * @default "fail"
   */
  onError?: "fail" | "continue" | ((error: unknown, context: StepContext) => unknown);
  /** For an agent, team or workflow: what to give it instead of the previous output. */
  input?: (previous: never, context: StepContext) => unknown;
}

interface EntryBase<Output> {
  readonly name: string;
  /** Only a type: what the entry gives to the next one. */
  readonly outputType?: Output;
}

/** A step. */
export interface StepEntry<Output = unknown> extends EntryBase<Output> {
  readonly kind: "step";
  readonly executor: Executor;
  readonly options: StepOptions;
  /** The only step of a branch or body, given without a name of its own: it stands at its owner's path. */
  readonly implicit?: true;
}

/** Branches that run at once; the output has each branch's output under its name. */
export interface ParallelEntry<Output = unknown> extends EntryBase<Output> {
  readonly kind: "parallel";
  readonly branches: ReadonlyMap<string, readonly Entry[]>;
  readonly mergeState: MergeState | undefined;
}

/** One of several branches, chosen by a function. */
export interface BranchEntry<Output = unknown> extends EntryBase<Output> {
  readonly kind: "branch";
  readonly choose: (input: never, context: StepContext) => unknown;
  readonly cases: ReadonlyMap<string, readonly Entry[]>;
}

/** A body that runs again and again, each time with its own last output. */
export interface LoopEntry<Output = unknown> extends EntryBase<Output> {
  readonly kind: "loop";
  readonly body: readonly Entry[];
  readonly options: LoopOptions<never>;
}

/** A body that runs once for each item; the output is the list of outputs, in the items' order. */
export interface ForEachEntry<Output = unknown> extends EntryBase<Output> {
  readonly kind: "forEach";
  readonly body: readonly Entry[];
  readonly options: ForEachOptions<never, unknown>;
}

/** A question to a person, for which the run waits. */
export interface ApprovalEntry<Output = unknown> extends EntryBase<Output> {
  readonly kind: "approval";
  readonly options: ApprovalOptions<never, unknown>;
}

export type Entry = StepEntry | ParallelEntry | BranchEntry | LoopEntry | ForEachEntry | ApprovalEntry;

/** An entry that gives this output; the last one's is the workflow's. */
export type EntryOf<Output> = (EntryBase<Output> & Entry) | Agent<Output> | Team<Output> | NestedWorkflow<Output>;

/** The output of an entry or executor, as a type. */
export type OutputOf<T> = T extends readonly [...unknown[], infer Last]
  ? OutputOf<Last>
  : T extends EntryBase<infer Output> & { kind: Entry["kind"] }
    ? Output
    : T extends Agent<infer Output>
      ? Output
      : T extends Team<infer Output>
        ? Output
        : T extends NestedWorkflow<infer Output>
          ? Output
          : T extends (...args: never[]) => infer Output
            ? Awaited<Output>
            : unknown;

/** Joins what parallel branches made of their own copies of the state. */
export type MergeState = (
  state: Record<string, unknown>,
  branches: Record<string, Record<string, unknown>>,
) => Record<string, unknown>;

/** Options of `parallel`. */
export interface ParallelOptions {
  /**
   * Each branch works on its own copy of `ctx.state`. By default the keys that a branch changed are taken over, and
   * two branches that changed one key differently fail the run; this function decides instead.
   */
  mergeState?: MergeState;
}

/** Options of `loop`. */
export interface LoopOptions<Output> {
  /** Ends the loop when true; `iteration` is the number of iterations done. Without it the loop runs to its maximum. */
  until?: (output: Output, context: StepContext, iteration: number) => boolean | Promise<boolean>;
  /** @default 10 */
  maxIterations?: number;
  /** When `until` is still false after `maxIterations`. @default "fail" */
  onLimit?: "fail" | "continue";
}

/** Options of `forEach`. */
export interface ForEachOptions<Input, Item> {
  /** The items. @default the previous output, which must then be an array */
  items?: (input: Input, context: StepContext) => Iterable<Item> | Promise<Iterable<Item>>;
  /** How many items at once. @default 1 */
  concurrency?: number;
}

/** What a person answered: the output of an `approval`. */
export interface Approval<Payload = unknown> {
  approved: boolean;
  /** What the answer brought; `undefined` when it was refused, or given by its deadline. */
  payload: Payload;
  /** Who answered; `"deadline"` when nobody did. */
  by: string;
  at: Date;
  note?: string;
}

/** Options of `approval`. */
export interface ApprovalOptions<Input, Payload> {
  /** Why somebody is asked, for people. @default the step's name */
  reason?: string | ((input: Input, context: StepContext) => string);
  /** Who is asked, by your own names; stored for those who look for their questions, not checked. */
  who?: string | readonly string[] | ((input: Input, context: StepContext) => string | readonly string[]);
  /** A Standard Schema for what an approval brings; checked before anything is written. */
  payload?: StandardSchemaV1<unknown, Payload>;
  /** Milliseconds until the question has an answer of its own, by the database's clock. @default none */
  deadlineMs?: number;
  /** What the deadline answers; a `Recovery` sees to it. @default "fail" */
  onDeadline?: "fail" | "reject" | "approve";
  /** After a refusal: `"fail"` the run with `rejected`, or `"continue"` with `approved: false`. @default "fail" */
  onReject?: "fail" | "continue";
}

/**
 * A step: a function, agent, team or workflow under a name that is unique in its workflow.
 *
 * @example
 * ```ts
 * import { step, Workflow } from "minutier";
 *
 * const double = step("double", (input: number) => input * 2, { retries: 2, timeoutMs: 1000 });
 * const workflow = new Workflow({ name: "doubling", steps: [double] });
 * const run = await workflow.run(21);
 * console.log(run.output); // 42
 * ```
 */
export function step<const Work extends Executor>(
  name: string,
  executor: Work,
  options: StepOptions = {},
): StepEntry<OutputOf<Work>> {
  if (!isExecutor(executor)) throw invalid(name, "its work is not a function, Agent, Team or Workflow");
  checkCount(name, "retries", options.retries ?? 0, 0);
  if (options.timeoutMs !== undefined) checkTimeoutMs(`step ${JSON.stringify(name)}`, options.timeoutMs);
  return { kind: "step", name, executor, options };
}

/** Runs named branches at once: `parallel("analyser", { parties: extracteur, calculs })`. */
export function parallel<const Branches extends Readonly<Record<string, Body>>>(
  name: string,
  branches: Branches,
  options: ParallelOptions = {},
): ParallelEntry<{ [Name in keyof Branches]: OutputOf<Branches[Name]> }> {
  return { kind: "parallel", name, branches: toCases(name, branches), mergeState: options.mergeState };
}

/**
 * Runs the branch that `choose` names (`true` and `false` name the cases `"true"` and `"false"`). `undefined` takes no
 * branch: the input passes on. A name that is no case fails the run.
 */
export function branch<const Cases extends Readonly<Record<string, Body>>, Input = never>(
  name: string,
  choose: (input: Input, context: StepContext) => unknown,
  cases: Cases,
): BranchEntry<OutputOf<Cases[keyof Cases]>> {
  return { kind: "branch", name, choose: choose as BranchEntry["choose"], cases: toCases(name, cases) };
}

/** Runs a body again and again, each time with its own last output, until `until` says so. */
export function loop<const Work extends Body>(
  name: string,
  body: Work,
  options: LoopOptions<OutputOf<Work>> = {},
): LoopEntry<OutputOf<Work>> {
  checkCount(name, "maxIterations", options.maxIterations ?? 10, 1);
  return { kind: "loop", name, body: toEntries(name, name, body), options: options as LoopOptions<never> };
}

/** Runs a body once for each item of a list, `concurrency` at a time. */
export function forEach<const Work extends Body, Input = never, Item = unknown>(
  name: string,
  body: Work,
  options: ForEachOptions<Input, Item> = {},
): ForEachEntry<OutputOf<Work>[]> {
  checkCount(name, "concurrency", options.concurrency ?? 1, 1);
  return { kind: "forEach", name, body: toEntries(name, name, body), options: options as ForEachEntry["options"] };
}

/**
 * Waits for a person: the run is left to the database, its row says `waiting_for`, and `Workflow.approve` or `reject`
 * goes on with it, in any process, days later. The output is the answer.
 */
export function approval<Payload = undefined, Input = never>(
  name: string,
  options: ApprovalOptions<Input, Payload> = {},
): ApprovalEntry<Approval<Payload>> {
  const { deadlineMs } = options;
  if (deadlineMs !== undefined && !(Number.isFinite(deadlineMs) && deadlineMs > 0))
    throw invalid(name, `deadlineMs is ${deadlineMs}, and must be a positive number of milliseconds`);
  return { kind: "approval", name, options: options as ApprovalEntry["options"] };
}

/** A workflow's entries, each as data. */
export function toEntry(entry: WorkflowEntry): Entry {
  if (typeof entry !== "function" && isExecutor(entry)) return step(entry.name, entry);
  if (typeof entry === "object" && entry !== null && "kind" in entry) return entry;
  throw new MinutierError(
    "invalid_definition",
    "An entry of steps is not a step. Wrap a function as step(name, function), or give an Agent, Team or Workflow.",
  );
}

function toCases(owner: string, bodies: Readonly<Record<string, Body>>): Map<string, Entry[]> {
  const cases = new Map(Object.entries(bodies).map(([name, body]) => [name, toEntries(owner, name, body)]));
  if (cases.size === 0) throw invalid(owner, "it has no branches");
  return cases;
}

function toEntries(owner: string, name: string, body: Body): Entry[] {
  if (Array.isArray(body)) {
    if (body.length === 0) throw invalid(owner, `${JSON.stringify(name)} has no steps`);
    return (body as readonly WorkflowEntry[]).map(toEntry);
  }
  if (isExecutor(body)) return [{ ...step(name, body), implicit: true }];
  return [toEntry(body as Entry)];
}

/** True for a workflow. */
export function isWorkflow(value: unknown): value is NestedWorkflow {
  return typeof value === "object" && value !== null && "runNested" in value;
}

function isExecutor(value: unknown): value is Executor {
  return typeof value === "function" || value instanceof Agent || value instanceof Team || isWorkflow(value);
}

function checkCount(name: string, option: string, value: number, minimum: number): void {
  if (Number.isSafeInteger(value) && value >= minimum) return;
  throw invalid(name, `${option} is ${value}, and must be a whole number from ${minimum}`);
}

/** A timer of JavaScript holds 24 days; a longer one would go off at once. */
export const maxTimerMs: number = 2 ** 31 - 1;

/** Throws `invalid_definition` for a time limit that no timer can keep. */
export function checkTimeoutMs(what: string, timeoutMs: number): void {
  if (timeoutMs > 0 && timeoutMs <= maxTimerMs) return;
  throw new MinutierError(
    "invalid_definition",
    `The ${what} is invalid: timeoutMs is ${timeoutMs}, and must be a number of milliseconds from 1 to ${maxTimerMs} (24 days).`,
  );
}

function invalid(name: string, problem: string): MinutierError {
  return new MinutierError("invalid_definition", `The step ${JSON.stringify(name)} is invalid: ${problem}.`);
}
