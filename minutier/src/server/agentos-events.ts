/** Our events as AgentOS names them: the one place where the two vocabularies meet. */
import { errorMessage } from "../errors.ts";
import {
  type AgentEvent,
  type AgentResult,
  MinutierError,
  type PendingCall,
  type StepKind,
  type TeamEvent,
  type TeamResult,
  type TokenUsage,
  type WorkflowEvent,
} from "../index.ts";

/** An event as it is sent: `event` is its name, times are seconds since 1970. */
export interface AgentOsEvent {
  event: string;
  created_at: number;
  run_id: string;
  session_id: string;
  /** Counts from 0 in streams that can be gone on with; absent in those of a client that waits. */
  event_index?: number;
  [field: string]: unknown;
}

/** Seconds since 1970, whole, as AgentOS counts. */
export function toSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

/** The kind of a value, in AgentOS's words. */
export function contentTypeOf(content: unknown): string {
  return typeof content === "string" ? "str" : "dict";
}

/** Tokens and time of a run. */
function toMetrics(usage: TokenUsage, durationMs: number): object {
  return {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    total_tokens: usage.totalTokens,
    duration: durationMs / 1000,
  };
}

/** A tool call, as it stands in `tool` and `tools`. */
export function toToolExecution(call: {
  toolCallId: string;
  toolName: string;
  input: unknown;
  output?: unknown;
  error?: string | undefined;
}): Record<string, unknown> {
  const isText = typeof call.output === "string";
  return {
    tool_call_id: call.toolCallId,
    tool_name: call.toolName,
    tool_args: call.input,
    tool_call_error: call.error !== undefined,
    ...(call.error !== undefined
      ? { result: call.error }
      : call.output === undefined
        ? {}
        : { result: isText ? call.output : JSON.stringify(call.output) }),
  };
}

/** A tool call that waits for a person. */
export function toPendingTool(call: PendingCall): object {
  return {
    tool_call_id: call.toolCallId,
    approval_id: call.approvalId,
    tool_name: call.toolName,
    tool_args: call.input,
    requires_confirmation: true,
    confirmed: null,
  };
}

/** How a run ended otherwise than well. */
function toFailure(prefix: string, error: unknown): Record<string, unknown> & { event: string } {
  const message = errorMessage(error);
  const code = MinutierError.isInstance(error) ? error.code : undefined;
  if (code === "cancelled") return { event: `${prefix}Cancelled`, reason: message, content: message };
  return { event: `${prefix}Error`, content: message, error: message, error_type: code, error_code: code };
}

/** An event of an agent or a team; a member's own, with the team's run as its parent. */
export function fromTurnEvent(event: AgentEvent | TeamEvent, parentRunId?: string): AgentOsEvent {
  if (event.type === "member-event") return fromTurnEvent(event.event, event.runId);
  const isTeam = "team" in event;
  const name = isTeam ? event.team : event.agent;
  const stamp = {
    created_at: toSeconds(event.time),
    run_id: event.runId,
    session_id: event.sessionId,
    ...(isTeam ? { team_id: name, team_name: name } : { agent_id: name, agent_name: name }),
    ...(parentRunId === undefined ? {} : { parent_run_id: parentRunId }),
  };
  const { event: own, ...fields } = turnFields(event);
  return { event: `${isTeam ? "Team" : ""}${own}`, ...stamp, ...fields };
}

function turnFields(
  event: Exclude<AgentEvent | TeamEvent, { type: "member-event" }>,
): Record<string, unknown> & { event: string } {
  switch (event.type) {
    case "run-started":
      return { event: "RunStarted", run_input: event.input };
    case "text-delta":
      return { event: "RunContent", content: event.text, content_type: "str" };
    case "tool-call-started":
      return { event: "ToolCallStarted", tool: { ...toToolExecution(event), created_at: toSeconds(event.time) } };
    case "tool-call-completed": {
      const tool = { ...toToolExecution({ ...event, input: undefined }), created_at: toSeconds(event.time) };
      return { event: "ToolCallCompleted", tool, content: null };
    }
    case "tool-call-failed": {
      const tool = { ...toToolExecution({ ...event, input: undefined }), created_at: toSeconds(event.time) };
      return { event: "ToolCallError", tool, error: event.error };
    }
    case "run-waiting":
      return { event: "RunPaused", content: "The run waits for a person.", tools: event.calls.map(toPendingTool) };
    case "run-completed":
      return { event: "RunCompleted", ...completedTurn(event.result) };
    case "run-failed":
      return toFailure("Run", event.error);
  }
}

function completedTurn(result: AgentResult<unknown> | TeamResult<unknown>): Record<string, unknown> {
  return {
    content: result.output,
    content_type: contentTypeOf(result.output),
    model: result.model,
    metrics: toMetrics(result.usage, result.durationMs),
    tools: result.toolCalls.map(toToolExecution),
    ...("state" in result ? { session_state: result.state } : {}),
  };
}

/** What a step of each kind is called. */
const stepNames: Record<StepKind, string> = {
  function: "Step",
  agent: "Step",
  team: "Step",
  workflow: "Step",
  approval: "Step",
  parallel: "ParallelExecution",
  branch: "ConditionExecution",
  loop: "LoopExecution",
  forEach: "LoopExecution",
};

/** `StepStarted`, `ParallelExecutionCompleted`, `StepError`… */
export function stepEventName(kind: StepKind, what: "Started" | "Completed" | "Error"): string {
  return what === "Error" ? "StepError" : `${stepNames[kind]}${what}`;
}

/** A step, as its events name it. */
export function stepFields(path: string, kind: StepKind): Record<string, unknown> {
  return { step_id: path, step_name: path, step_type: kind };
}

/** The questions that a run waits for, as `/continue` wants them back. */
export function toStepRequirements(
  questions: readonly { step: string; reason: string; who?: string[]; schema?: unknown }[],
): object[] {
  return questions.map(({ step, reason, who, schema }) => ({
    step_id: step,
    step_name: step,
    requires_confirmation: true,
    confirmation_message: reason,
    confirmed: null,
    ...(who === undefined ? {} : { who }),
    ...(schema === undefined ? {} : { user_input_schema: schema }),
  }));
}

/** How a workflow's run ended, for the event of a stream and of a row alike. */
export function workflowFailure(error: { code?: string | undefined; message: string; step?: string | undefined }): {
  event: string;
  [field: string]: unknown;
} {
  const { code, message, step } = error;
  const at = step === undefined ? {} : { step_id: step, step_name: step };
  if (code === "cancelled") return { event: "WorkflowCancelled", reason: message, content: message, ...at };
  return { event: "WorkflowError", error: message, content: message, error_type: code, error_code: code, ...at };
}

/** An event of a workflow's run; `undefined` for what AgentOS has no word for. */
export function fromWorkflowEvent(event: WorkflowEvent): AgentOsEvent | undefined {
  const stamp = {
    created_at: toSeconds(event.time),
    run_id: event.runId,
    session_id: event.sessionId,
    workflow_id: event.workflowName,
    workflow_name: event.workflowName,
  };
  if (event.type === "step-event") return fromInnerEvent(event, stamp);
  const fields = workflowFields(event);
  if (fields === undefined) return undefined;
  const { event: name, ...rest } = fields;
  return { event: name, ...stamp, ...rest };
}

function fromInnerEvent(
  { event, runId, step }: Extract<WorkflowEvent, { type: "step-event" }>,
  { workflow_id }: { workflow_id: string },
): AgentOsEvent | undefined {
  const inner = event as AgentEvent | TeamEvent | WorkflowEvent;
  const mapped = "workflowName" in inner ? fromWorkflowEvent(inner) : fromTurnEvent(inner);
  if (mapped === undefined) return undefined;
  return { ...mapped, parent_run_id: runId, workflow_run_id: runId, step_id: step, step_name: step, workflow_id };
}

function workflowFields(
  event: Exclude<WorkflowEvent, { type: "step-event" }>,
): (Record<string, unknown> & { event: string }) | undefined {
  switch (event.type) {
    case "run-started":
      return { event: "WorkflowStarted" };
    case "step-started":
      return { event: stepEventName(event.kind, "Started"), ...stepFields(event.step, event.kind) };
    case "step-completed":
      return {
        event: stepEventName(event.kind, "Completed"),
        ...stepFields(event.step, event.kind),
        content: event.output ?? null,
        content_type: contentTypeOf(event.output),
      };
    case "step-failed":
      return {
        event: stepEventName(event.kind, "Error"),
        ...stepFields(event.step, event.kind),
        error: errorMessage(event.error),
      };
    case "run-waiting":
      return {
        event: "WorkflowPaused",
        content: "The run waits for a person.",
        step_requirements: toStepRequirements(event.run.waitingFor),
      };
    case "run-completed": {
      const { output, durationMs } = event.result;
      const metrics = { duration: durationMs / 1000 };
      return { event: "WorkflowCompleted", content: output ?? null, content_type: contentTypeOf(output), metrics };
    }
    case "run-failed":
      return workflowFailure(event.error);
    case "step-retrying":
    case "run-resumed":
      return undefined;
  }
}
