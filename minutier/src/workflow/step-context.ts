/** What a step's code knows of its run. */
import { MinutierError } from "../errors.ts";

/** A step, or anything with a name and an output type. */
export interface OutputReference<Output = unknown> {
  readonly name: string;
  readonly outputType?: Output;
}

/** What a step's function gets beside the previous output. */
export interface StepContext {
  /** The run's id; `db.runs.get(runId)` is its row. */
  readonly runId: string;
  readonly sessionId: string;
  readonly userId: string | undefined;
  readonly workflowName: string;
  /** Where this step stands: `analyser/parties`. */
  readonly path: string;
  /** From 1. */
  readonly attempt: number;
  /** The workflow's input, after its schema. */
  readonly input: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Aborts when the run is cancelled, or the run or this step goes past its time. */
  readonly signal: AbortSignal;
  /** The session's state: change it in place; it is stored with this step's result. */
  readonly state: Record<string, unknown>;
  /** The output of an earlier step; throws when that step has not run. In a loop, its last output. */
  output<Output>(step: OutputReference<Output>): Output;
  /** True when the step has run. */
  hasOutput(step: OutputReference): boolean;
  /** Ends the run here with success and this output; the later steps don't run. */
  stop(output?: unknown): never;
}

/** Thrown by `ctx.stop`, caught by the run. */
export class StopRun {
  readonly output: unknown;

  constructor(output: unknown) {
    this.output = output;
  }
}

/** The outputs of a run's steps, by step; an implicit copy of a step shares its name. */
export class StepOutputs {
  readonly #outputs = new Map<string, unknown>();

  set(name: string, output: unknown): void {
    this.#outputs.set(name, output);
  }

  has(step: OutputReference): boolean {
    return this.#outputs.has(step.name);
  }

  get<Output>(step: OutputReference<Output>): Output {
    if (this.#outputs.has(step.name)) return this.#outputs.get(step.name) as Output;
    throw new MinutierError(
      "not_found",
      `The step ${JSON.stringify(step.name)} has no output in this run: it has not run yet, or its branch was not taken. Ask hasOutput() first.`,
    );
  }
}
