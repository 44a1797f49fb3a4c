/** What the server answers: rows as JSON, with ids and times as texts. */

/** The state of a run's row. */
export type RunStatus = "running" | "success" | "error";

/** A question that a run waits for. */
export interface Question {
  run: string;
  number: number;
  /** The step's path. */
  step: string;
  reason: string;
  who?: string[];
  since: string;
  schema?: unknown;
  calls?: { approvalId?: string; toolName: string; input: unknown }[];
  deadline?: string;
  on_deadline?: "fail" | "reject" | "approve";
}

/** A run in a list: without its input and output. */
export interface Run {
  id: string;
  workflow_name: string;
  status: RunStatus;
  revision?: number;
  metadata: Record<string, unknown>;
  session_id: string;
  user_id?: string;
  created_at: string;
  updated_at: string;
  completed_at?: string;
  error_message?: string;
  error_code?: string;
  error_step?: string;
  parent_run?: string;
  parent_step?: string;
  root_run?: string;
  waiting_for?: Question[];
  resumed?: number;
}

/** A page of `GET /runs`. */
export interface RunPage {
  runs: Run[];
  next: string | null;
}

/** `GET /runs/pages`: where the pages of a list begin. */
export interface RunPages {
  total: number;
  /** The last run of each page but the last. */
  cursors: string[];
}

/** `GET /info`. */
export interface ServerInfo {
  name: string;
  agent_count: number;
  team_count: number;
  workflow_count: number;
  version?: string;
  engine_version?: string | null;
  engine_tested?: boolean | null;
  scopes?: string[];
  user_id?: string | null;
  query?: boolean;
}

/** An event `RunChanged` of `GET /runs/live`. */
export interface RunChange {
  action: "create" | "update" | "delete";
  run: Run;
  missed?: number;
}
