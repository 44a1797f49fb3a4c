/** The rows, exactly as they stand in the database. */
import type { RecordId } from "surrealdb";

/** The three states of a run; it leaves `running` once. */
export type RunStatus = "running" | "success" | "error";

/** A row of `workflow_runs`. */
export interface WorkflowRunRow {
  id: RecordId<"workflow_runs", string>;
  workflow_name: string;
  status: RunStatus;
  /** 1 when the row was created, one more with each change of it; absent in rows of other programs. */
  revision?: number;
  input?: unknown;
  output?: unknown;
  metadata: Record<string, unknown>;
  created_at: Date;
  updated_at: Date;
  completed_at?: Date;
  error_message?: string;
  /** An `ErrorCode`. */
  error_code?: string;
  /** The path of the step that failed. */
  error_step?: string;
  session_id: string;
  user_id?: string;
  /** The run of which this one is a step, that step's path there, and the run that the whole is a part of. */
  parent_run?: RecordId<"workflow_runs", string>;
  parent_step?: string;
  root_run?: RecordId<"workflow_runs", string>;
  /** Whom it waits for; several when several questions are open. Its status is `running`. */
  waiting_for?: RunQuestion[];
  /** The caller's idempotency key. */
  key?: string;
  /** The fingerprint of the steps that it was started with. */
  definition?: string;
  /** How many times another process went on with it. */
  resumed?: number;
  /** True when its caller, not its workflow, gives rows to commit with its success. */
  caller_commits?: boolean;
  /** The holder that wrote its end. */
  ended_by?: string;
  /** Tokens of its steps that are agents or teams, those of nested runs too; all models together, and each. */
  usage?: Usage;
  model_usage?: ModelUsage[];
}

/** Somebody who is asked. */
export interface RunQuestion {
  /** The run whose step asks: this one, or one nested in it. */
  run: RecordId<"workflow_runs", string>;
  /** The step's number in that run. */
  number: number;
  /** The step's path from the run on whose row this stands: `verification/valider`. */
  step: string;
  reason: string;
  /** Who may answer, by the application's own names. */
  who?: string[];
  /** Since when, by the database's clock. */
  since: Date;
  /** The JSON schema of the answer's payload. */
  schema?: unknown;
  /** The tool calls of an agent that somebody has to allow. */
  calls?: { approvalId?: string; toolName: string; input: unknown }[];
  deadline?: Date;
  /** What happens then. */
  on_deadline?: "fail" | "reject" | "approve";
}

/** The answer to a question. */
export interface StoredAnswer {
  approved: boolean;
  payload?: unknown;
  by: string;
  note?: string;
  at: Date;
  /** True when the deadline passed and nobody had answered. */
  overdue?: true;
  token?: string;
}

/** A row of `workflow_sessions`. */
export interface WorkflowSessionRow {
  id: RecordId<"workflow_sessions", [string, string]>;
  workflow_name: string;
  session_id: string;
  state: Record<string, unknown>;
  /** The lease of the run that is at work in it, or was the last one. */
  working?: RecordId<"run_leases", string>;
  created_at: Date;
  updated_at: Date;
}

/** A message as the contract shows it. */
export interface MessageRow {
  role: "user" | "assistant";
  content: string;
  timestamp: Date;
}

/** A row of `agent_sessions`; `messages` is computed from `agent_messages`. */
export interface AgentSessionRow {
  id: RecordId<"agent_sessions", [string, string]>;
  agent_name: string;
  session_id: string;
  messages: MessageRow[];
  message_count: number;
  metadata: Record<string, unknown>;
  user_id?: string;
  created_at: Date;
  updated_at: Date;
}

/** A row of `team_sessions`; `messages` is computed from `team_messages`. */
export interface TeamSessionRow {
  id: RecordId<"team_sessions", [string, string]>;
  team_name: string;
  session_id: string;
  /** The members' names. */
  agents: string[];
  state: Record<string, unknown>;
  messages: MessageRow[];
  message_count: number;
  metadata: Record<string, unknown>;
  user_id?: string;
  created_at: Date;
  updated_at: Date;
}

/** Tokens that a model read and wrote. */
export interface Usage {
  input_tokens: number;
  output_tokens: number;
  total_tokens: number;
}

/** Tokens of one model, by the name that its provider gave. */
export interface ModelUsage extends Usage {
  model: string;
}

/** A row of `agent_messages` or `team_messages`, id `[name, session, n]`: even n from the user, odd n the answer. */
export interface StoredMessageRow extends MessageRow {
  id: RecordId<string, [string, string, number]>;
  /** The turn: the same on the question, its answer and the tool calls between. */
  run_id: string;
  /** The workflow run that the turn was a step of. */
  workflow_run?: RecordId<"workflow_runs", string>;
  /** On a member's question: the `run_id` of the team's turn that asked it. */
  team_run?: string;
  /** On a question: who asked, and the caller's metadata of this turn. */
  user_id?: string;
  metadata?: Record<string, unknown>;
  /** On a question that is more than text: its text, image and file parts. */
  parts?: unknown[];
  /** On an answer: the model that gave it. */
  model?: string;
  usage?: Usage;
  duration_ms?: number;
  finish_reason?: string;
  /** On an answer with a schema: the structured output. */
  output?: unknown;
  /** On an answer that is more than text: the model's messages, without the tools' inputs and outputs. */
  response?: unknown[];
  /** On a question whose turn failed; with what had been said of the answer by then. */
  error_message?: string;
  error_code?: string;
  partial_answer?: string;
  /** On a question whose turn is under way: by when its next sign of life comes, by the database's clock. */
  lease_until?: Date;
  /** On a question: who works on its turn, or did. */
  holder?: string;
  /** On a question: the path of the workflow's step that the turn is. */
  workflow_step?: string;
  /** On a question whose turn waits for a person: the tool calls that somebody has to allow. */
  waiting_for?: { reason: string; calls: unknown[]; since: Date };
  /** On such a question: what was said so far. */
  pending?: { messages: unknown[]; calls: unknown[] };
  /** On such a question, once it is answered. */
  answer?: StoredAnswer;
}

/** A row of `agent_tool_calls` or `team_tool_calls`, id `[name, session, n, k]`: n is the answer's number. */
export interface ToolCallRow {
  id: RecordId<string, [string, string, number, number]>;
  run_id: string;
  tool_call_id: string;
  tool_name: string;
  status: RunStatus;
  input?: unknown;
  output?: unknown;
  error_message?: string;
  /** Who allowed or refused it, when somebody was asked. */
  approval?: StoredAnswer;
  started_at: Date;
  ended_at?: Date;
}

/** The kind of a step. */
export type StepKind =
  | "function"
  | "agent"
  | "team"
  | "workflow"
  | "parallel"
  | "branch"
  | "loop"
  | "forEach"
  | "approval";

/** A row of `workflow_steps`, id `[run, n]`, n in the order in which the steps started. */
export interface WorkflowStepRow {
  id: RecordId<"workflow_steps", [string, number]>;
  run: RecordId<"workflow_runs", string>;
  name: string;
  /** Where the step stands: `analyser/parties`, `relire[2]/corriger`. */
  path: string;
  kind: StepKind;
  status: RunStatus | "skipped";
  /** From 1; more when the step was tried again. */
  attempt: number;
  output?: unknown;
  error_message?: string;
  /** The run of a workflow that was this step. */
  child_run?: RecordId<"workflow_runs", string>;
  /** Of an agent or a team: the question of its turn, that of the last attempt. */
  turn?: RecordId<"agent_messages" | "team_messages", [string, string, number]>;
  /** Tokens of all attempts, a team's members' and a nested run's too; all models together, and each. */
  usage?: Usage;
  model_usage?: ModelUsage[];
  /** The case that a branch took. */
  choice?: string;
  /** What the `items` function of a forEach gave. */
  items?: unknown[];
  /** In a parallel branch: its copy of the state after this step, when the step changed it. */
  state?: Record<string, unknown>;
  /** What an approval asked, of whom. */
  question?: {
    reason: string;
    who?: string[];
    schema?: unknown;
    calls?: { approvalId?: string; toolName: string; input: unknown }[];
  };
  /** What was answered. */
  answer?: StoredAnswer;
  started_at: Date;
  completed_at?: Date;
}
