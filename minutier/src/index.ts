// Agents and teams.
export { Agent, type TurnAnswerOptions } from "./agent/agent.ts";
export type { AgentOptions } from "./agent/agent-definition.ts";
export type { ToolApproval } from "./turn/model-loop.ts";
export type { OutputSchema } from "./turn/output-schema.ts";
export type { ToolOption, ToolSource } from "./turn/tool-source.ts";
export type { TurnInput } from "./turn/turn-input.ts";
export { Team, type TeamRunOptions } from "./team/team.ts";
export type { TeamMode, TeamOptions } from "./team/team-definition.ts";
export type {
  AgentEvent,
  AgentResult,
  MemberRun,
  TeamEvent,
  TeamResult,
  TokenUsage,
  ToolCallResult,
} from "./events.ts";
export type { RunOptions } from "./turn/run-context.ts";

// Workflows.
export {
  type AnswerOptions,
  type ResumeOptions,
  Workflow,
  type WorkflowOptions,
  type WorkflowRunOptions,
} from "./workflow/workflow.ts";
export { Recovery, type RecoveryEvent, type RecoveryOptions } from "./workflow/recovery.ts";
export {
  approval,
  type Approval,
  type ApprovalEntry,
  type ApprovalOptions,
  type Backoff,
  type Body,
  branch,
  type BranchEntry,
  type Entry,
  type Executor,
  forEach,
  type ForEachEntry,
  type ForEachOptions,
  loop,
  type LoopEntry,
  type LoopOptions,
  type MergeState,
  type OutputOf,
  parallel,
  type ParallelEntry,
  type ParallelOptions,
  step,
  type StepEntry,
  type StepFunction,
  type StepOptions,
  type WorkflowEntry,
} from "./workflow/entries.ts";
export type { CommitFunction, RunToCommit } from "./workflow/run-request.ts";
export type { StepContext } from "./workflow/step-context.ts";
export type { OpenQuestion, WaitingRun, WorkflowEvent, WorkflowResult, WorkflowRun } from "./workflow-events.ts";

// The database.
export { SurrealDb, type SurrealDbOptions } from "./db/surreal-db.ts";
export type { DatabaseAuth } from "./db/engine/sign-in.ts";
export { type DatabaseArguments, readDatabaseArguments } from "./db/command-line.ts";
export type { EngineVersion } from "./db/engine/engine-version.ts";
export type { ConversationKey } from "./db/conversations.ts";
export type {
  MetadataFilter,
  RunQueries,
  RunReference,
  RunWithSteps,
  WaitingQuestion,
  WorkflowStats,
} from "./db/run-queries.ts";
export type { SessionQueries, SessionSummary } from "./db/session-queries.ts";
export type {
  PurgeCounts,
  PurgeOptions,
  PurgeProgress,
  PurgeResult,
  RunPurgeFilter,
  SessionPurgeFilter,
} from "./db/purge-options.ts";
export type { RecordQueryLimits } from "./db/check-record-query.ts";
export type { RecordQueryResult } from "./db/record-reader.ts";
export type { RunTransaction } from "./db/run-transaction.ts";
export type { RunChange } from "./db/run-changes.ts";
export type { RunWatch, WatchOptions } from "./db/watch.ts";
export type {
  AgentSessionRow,
  MessageRow,
  ModelUsage,
  RunQuestion,
  RunStatus,
  StoredAnswer,
  StepKind,
  StoredMessageRow,
  TeamSessionRow,
  ToolCallRow,
  Usage,
  WorkflowRunRow,
  WorkflowSessionRow,
  WorkflowStepRow,
} from "./records.ts";
export { BoundExcluded, BoundIncluded, Decimal, Duration, RecordId, RecordIdRange, Uuid } from "surrealdb";

// Personal data and secrets.
export { redactPatterns, type RedactPattern, type RedactPatternsOptions } from "./redact/redact-patterns.ts";
export type { Redactor } from "./redact/redactor.ts";

// Errors.
export {
  type ErrorCode,
  type InputIssue,
  InvalidInputError,
  MinutierError,
  type PendingCall,
  RunError,
} from "./errors.ts";
