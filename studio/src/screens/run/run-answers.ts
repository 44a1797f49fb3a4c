/** `GET /runs/{id}`: a run with its steps and the runs nested in it. */
import type { Question, Run, RunStatus } from "../../api/answers.ts";

export interface Usage {
  input_tokens: number;
  output_tokens: number;
  total_tokens: number;
}

interface Cost {
  amount: number;
  currency: string;
}

/** What somebody answered. */
export interface Answer {
  approved: boolean;
  payload?: unknown;
  by: string;
  note?: string;
  at: string;
  overdue?: true;
}

/** A step's row. */
export interface Step {
  id: [run: string, number: number];
  name: string;
  path: string;
  kind: "function" | "agent" | "team" | "workflow" | "parallel" | "branch" | "loop" | "forEach" | "approval";
  status: RunStatus | "skipped";
  attempt: number;
  output?: unknown;
  error_message?: string;
  child_run?: string;
  turn?: { kind: "agent" | "team"; name: string; session_id: string; run_id: string | null };
  usage?: Usage;
  choice?: string;
  items?: unknown[];
  state?: Record<string, unknown>;
  question?: Pick<Question, "reason" | "who" | "schema" | "calls">;
  answer?: Answer;
  started_at: string;
  completed_at?: string;
}

/** A run as the list has it, with its steps. */
export interface RunWithSteps extends Run {
  steps: Step[];
}

export interface WholeRun extends RunWithSteps {
  input?: unknown;
  output?: unknown;
  key?: string;
  definition?: string;
  usage?: Usage;
  cost?: Cost | null;
  /** The runs that are a part of it, at any depth. */
  nested?: RunWithSteps[];
}
