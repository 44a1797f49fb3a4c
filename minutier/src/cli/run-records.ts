/** Runs as the API gives them. */

/** What a run asks a person. */
interface QuestionRecord {
  step: string;
  reason: string;
  who?: string[];
  since: string;
  deadline?: string;
}

/** A run in a list. */
export interface RunRecord {
  id: string;
  workflow_name: string;
  status: string;
  metadata: Record<string, unknown>;
  created_at: string;
  updated_at: string;
  completed_at?: string;
  session_id?: string;
  user_id?: string;
  error_code?: string;
  error_message?: string;
  error_step?: string;
  parent_run?: string;
  resumed?: number;
  waiting_for?: QuestionRecord[];
}

/** A step of a run. */
export interface StepRecord {
  path: string;
  kind: string;
  status: string;
  attempt: number;
  error_message?: string;
  child_run?: string;
  started_at: string;
  completed_at?: string;
}

/** A run by itself. */
export interface RunDetail extends RunRecord {
  input?: unknown;
  output?: unknown;
  steps: StepRecord[];
  usage?: { input_tokens: number; output_tokens: number; total_tokens: number };
  cost?: { amount: number; currency: string } | null;
  /** The runs below it. */
  nested?: (RunRecord & { steps: StepRecord[] })[];
}

/** Where the run stands, in a word: `waiting` is a `running` one that waits for a person. */
export function statusOf({ status, waiting_for: questions = [] }: Pick<RunRecord, "status" | "waiting_for">): string {
  return status === "running" && questions.length > 0 ? "waiting" : status;
}

/** Milliseconds until its end, or until now. */
export function durationOf(
  { created_at: from, completed_at: to }: Pick<RunRecord, "created_at" | "completed_at">,
  now: number = Date.now(),
): number {
  return (to === undefined ? now : Date.parse(to)) - Date.parse(from);
}
