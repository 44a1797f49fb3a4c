/** A conversation's turns as the server tells them: `GET /sessions/{id}/turns`. */
import type { RunStatus } from "../api/answers.ts";

/** Tokens that models read and wrote. */
export interface Usage {
  input_tokens: number;
  output_tokens: number;
  total_tokens: number;
}

/** A tool call on record. */
export interface ToolCall {
  tool_call_id: string;
  tool_name: string;
  status: RunStatus;
  input?: unknown;
  output?: unknown;
  error_message?: string;
  /** Who allowed or refused it, when somebody was asked. */
  approval?: { approved: boolean; by: string; note?: string; at: string; overdue?: true };
  started_at: string;
  ended_at?: string;
}

/** A tool call that somebody has to allow. */
export interface PendingCall {
  approvalId: string;
  toolCallId: string;
  toolName: string;
  input: unknown;
}

/** A member's turn that a team's turn asked for; of one that goes on, what it has said. */
export interface MemberTurn {
  kind: "agent" | "team";
  name: string;
  run_id: string;
  text?: string;
  tool_calls?: ToolCall[];
}

/** A question, its answer when there is one, and the tool calls between. */
export interface Turn {
  /** From 0; a turn that goes on and is not on record yet has none. */
  place?: number;
  run_id: string;
  status: RunStatus;
  created_at: string;
  user_id?: string;
  metadata?: Record<string, unknown>;
  workflow_run?: string;
  workflow_step?: string;
  team_run?: string;
  content: string;
  files?: { name?: string; media_type?: string }[];
  error_code?: string;
  error_message?: string;
  waiting_for?: { reason: string; calls: PendingCall[]; since: string };
  answer?: {
    content: string;
    output?: unknown;
    model?: string;
    usage?: Usage;
    duration_ms?: number;
    finish_reason?: string;
    created_at: string;
  };
  /** Of a turn that goes on: what was said so far. */
  text?: string;
  tool_calls: ToolCall[];
  members: MemberTurn[];
}

/** A page of a conversation. */
export interface TurnPage {
  /** Turns of the whole conversation. */
  total: number;
  /** From 1. */
  page: number;
  /** The place of the run that was asked for. */
  place?: number;
  turns: Turn[];
}

/** Which conversation it is. */
export interface ConversationKey {
  kind: "agent" | "team";
  name: string;
  sessionId: string;
}
