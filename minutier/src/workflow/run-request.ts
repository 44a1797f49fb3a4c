/** What to run, and how. */
import type { StandardSchemaV1 } from "@standard-schema/spec";

import type { RunLease } from "../db/run-leases.ts";
import type { RunTransaction } from "../db/run-transaction.ts";
import type { SurrealDb } from "../db/surreal-db.ts";
import type { ModelUsage } from "../records.ts";
import type { WorkflowEvent } from "../workflow-events.ts";
import type { Entry } from "./entries.ts";
import type { State } from "./run-state.ts";

/** What a run gives to `commit`. */
export interface RunToCommit<Output = unknown> {
  id: string;
  input: unknown;
  output: Output;
  sessionId: string;
  metadata: Record<string, unknown>;
  state: Record<string, unknown>;
}

/** Says what to write with the run's success. */
export type CommitFunction<Output = unknown> = (tx: RunTransaction, run: RunToCommit<Output>) => void | Promise<void>;

/** A workflow as its runs need it. */
export interface WorkflowDefinition {
  readonly name: string;
  readonly steps: readonly Entry[];
  /** Of the steps: a run goes on only with the steps that it was started with. */
  readonly fingerprint: string;
  readonly schema: StandardSchemaV1<unknown, unknown> | undefined;
  readonly initialState: State;
  readonly timeoutMs: number | undefined;
  readonly commit: CommitFunction | undefined;
  /** What recovery does with a run whose process died. */
  readonly onInterrupted: "resume" | "fail";
}

/** How to go about a run, from its caller. */
export interface RunCaller {
  db: SurrealDb | undefined;
  signal: AbortSignal;
  onEvent: (event: WorkflowEvent) => void;
  /** Whether somebody reads the models' text as it comes. */
  streaming: boolean;
  /** Told what the run's models read and wrote, once it has ended. */
  onUsage?: ((usage: readonly ModelUsage[]) => void) | undefined;
  /** The caller's own rows, beside the definition's. */
  commit?: CommitFunction | undefined;
}

/** A run to start. */
export interface RunRequest extends RunCaller {
  definition: WorkflowDefinition;
  input: unknown;
  metadata: Record<string, unknown>;
  sessionId: string | undefined;
  userId: string | undefined;
  /** The caller's id for the run. */
  runId?: string | undefined;
  /** The caller's name for the run: the same name is the same run. */
  key?: string | undefined;
  parent?: { runId: string; step: string; attempt: number; lease: RunLease | undefined; db: SurrealDb | undefined };
  onRunId?: (runId: string) => void;
}
