/** What a run tells while it goes on, and what it gives at its end. Every event is plain data. */
import type { MinutierError, PendingCall } from "./errors.ts";

/** Tokens that a model read and wrote in one run; 0 where the provider does not say. */
export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
  totalTokens: number;
}

/** A tool call of a run. */
export interface ToolCallResult {
  toolCallId: string;
  toolName: string;
  input: unknown;
  /** What the tool returned; absent when it failed. */
  output?: unknown;
  /** The message of what the tool threw. */
  error?: string;
}

/** What an agent's run gives. */
export interface AgentResult<Output = string> {
  runId: string;
  sessionId: string;
  /** The answer's text. */
  text: string;
  /** With an `output` schema the validated value, otherwise the text. */
  output: Output;
  /** All model calls of the run together. */
  usage: TokenUsage;
  /** In the order in which they started. */
  toolCalls: ToolCallResult[];
  /** Why the model stopped: `"stop"`, `"length"`, `"content-filter"`, … */
  finishReason: string;
  /** The model that answered, by the name that its provider gave. */
  model: string;
  /** Milliseconds from the acceptance of the run to its end. */
  durationMs: number;
}

/** One member's part in a team's run. */
export interface MemberRun {
  member: string;
  runId: string;
  /** What the member was asked. */
  task: string;
  /** The member's answer; absent when it failed. */
  text?: string;
  output?: unknown;
  usage?: TokenUsage;
  error?: string;
}

/** What a team's run gives; `usage` counts the leader's own tokens, each member run has its own. */
export interface TeamResult<Output = string> extends AgentResult<Output> {
  /** In the order in which the members were asked. */
  members: MemberRun[];
  /** The team's state after the run, as it is stored. */
  state: Record<string, unknown>;
}

/** On every event. */
interface EventStamp {
  runId: string;
  sessionId: string;
  time: Date;
}

/** What happens in the run of an agent or a team. */
export type TurnEvent<Result> =
  /** The question is on record; the model is about to be called. */
  | { type: "run-started"; input: string }
  | { type: "text-delta"; text: string }
  /** The call is on record; its tool is about to run. */
  | { type: "tool-call-started"; toolCallId: string; toolName: string; input: unknown }
  | { type: "tool-call-completed"; toolCallId: string; toolName: string; output: unknown }
  /** The model is told the error and may go on. */
  | { type: "tool-call-failed"; toolCallId: string; toolName: string; error: string }
  /** These calls wait for a person, on record. The last event: the iteration throws `run_waiting` after it. */
  | { type: "run-waiting"; calls: PendingCall[] }
  /** The answer is on record. The last event. */
  | { type: "run-completed"; result: Result }
  /** The failure is on record. The last event: the iteration throws `error` after it. */
  | { type: "run-failed"; error: MinutierError };

/** What happens in an agent's run. */
export type AgentEvent<Output = unknown> = TurnEvent<AgentResult<Output>> & EventStamp & { agent: string };

/** What happens in a team's run; what its members do arrives inside `member-event`. */
export type TeamEvent<Output = unknown> = (
  | TurnEvent<TeamResult<Output>>
  | { type: "member-event"; member: string; event: AgentEvent | TeamEvent }
) &
  EventStamp & { team: string };
