/** A turn as the events of its stream tell it. */
import type { StreamEvent } from "../../api/event-stream.ts";
import type { MemberTurn, PendingCall, ToolCall, Turn, Usage } from "../../conversation/turns.ts";

/** A turn that goes on in this page, and its session as soon as it is known. */
export interface LiveTurn extends Turn {
  sessionId?: string;
  members: (MemberTurn & { tool_calls: ToolCall[] })[];
}

/** The events' fields that are read here. */
interface TurnEvent extends StreamEvent {
  run_id?: string;
  session_id?: string;
  parent_run_id?: string;
  agent_name?: string;
  team_name?: string;
  content?: unknown;
  error?: unknown;
  error_code?: string;
  model?: string;
  metrics?: Usage & { duration?: number };
  tool?: Tool;
  tools?: Tool[];
}

interface Tool {
  tool_call_id: string;
  /** Of a call that waits for a person. */
  approval_id?: string;
  tool_name: string;
  tool_args?: unknown;
  result?: unknown;
}

/** A turn before the server has told anything of it. */
export function newTurn(content: string, files: readonly File[], sessionId: string | undefined): LiveTurn {
  return {
    run_id: "",
    status: "running",
    created_at: new Date().toISOString(),
    content,
    files: files.map(({ name, type }) => ({ name, media_type: type })),
    text: "",
    tool_calls: [],
    members: [],
    ...(sessionId === undefined ? {} : { sessionId }),
  };
}

/** The turn after this event; what it does not know it leaves out. */
export function withEvent(turn: LiveTurn, given: StreamEvent): LiveTurn {
  const event = given as TurnEvent;
  // A team's own events are named as an agent's, with its word before.
  const name = event.event.replace(/^Team/, "");
  if (event.parent_run_id !== undefined && event.parent_run_id !== null) return withMember(turn, name, event);
  switch (name) {
    case "RunStarted":
      return {
        ...turn,
        run_id: event.run_id ?? "",
        ...(event.session_id === undefined ? {} : { sessionId: event.session_id }),
      };
    case "RunContent":
      return { ...turn, text: (turn.text ?? "") + textOf(event.content) };
    case "ToolCallStarted":
    case "ToolCallCompleted":
    case "ToolCallError":
      return { ...turn, tool_calls: withTool(turn.tool_calls, name, event) };
    case "RunPaused":
      return {
        ...turn,
        waiting_for: {
          reason: textOf(event.content),
          calls: (event.tools ?? []).map(toPending),
          since: new Date().toISOString(),
        },
      };
    case "RunCompleted":
      return { ...turn, status: "success", answer: toAnswer(turn, event) };
    case "RunCancelled":
    case "RunError":
    case "error":
      return withError(
        turn,
        textOf(event.error ?? event.content),
        name === "RunCancelled" ? "cancelled" : event.error_code,
      );
    default:
      return turn;
  }
}

/** The turn, which ended otherwise than by an event of its own. */
export function withError(turn: LiveTurn, message: string, code = "failed"): LiveTurn {
  return { ...turn, status: "error", error_message: message, error_code: code };
}

function toAnswer({ text = "" }: LiveTurn, { content, model, metrics }: TurnEvent): NonNullable<Turn["answer"]> {
  const isText = typeof content === "string";
  return {
    content: isText ? content : text,
    ...(isText || content === null || content === undefined ? {} : { output: content }),
    ...(model === undefined ? {} : { model }),
    ...(metrics === undefined ? {} : { usage: metrics }),
    ...(metrics?.duration === undefined ? {} : { duration_ms: metrics.duration * 1000 }),
    created_at: new Date().toISOString(),
  };
}

function withMember(turn: LiveTurn, name: string, event: TurnEvent): LiveTurn {
  const { run_id = "", agent_name, team_name } = event;
  const known = turn.members.find((member) => member.run_id === run_id);
  const before = known ?? {
    kind: agent_name === undefined ? ("team" as const) : ("agent" as const),
    name: agent_name ?? team_name ?? "",
    run_id,
    text: "",
    tool_calls: [],
  };
  const after = {
    ...before,
    ...(name === "RunContent" ? { text: (before.text ?? "") + textOf(event.content) } : {}),
    ...(name.startsWith("ToolCall") ? { tool_calls: withTool(before.tool_calls, name, event) } : {}),
  };
  const members =
    known === undefined ? [...turn.members, after] : turn.members.map((each) => (each === known ? after : each));
  return { ...turn, members };
}

function withTool(calls: readonly ToolCall[], name: string, { tool, error }: TurnEvent): ToolCall[] {
  if (tool === undefined) return [...calls];
  const now = new Date().toISOString();
  if (name === "ToolCallStarted") {
    const started: ToolCall = {
      tool_call_id: tool.tool_call_id,
      tool_name: tool.tool_name,
      status: "running",
      input: tool.tool_args,
      started_at: now,
    };
    return [...calls, started];
  }
  return calls.map((call) => {
    if (call.tool_call_id !== tool.tool_call_id) return call;
    if (name === "ToolCallError")
      return { ...call, status: "error", error_message: textOf(error ?? tool.result), ended_at: now };
    return { ...call, status: "success", output: parsed(tool.result), ended_at: now };
  });
}

/** Results are sent as texts, of which some are JSON. */
function parsed(result: unknown): unknown {
  if (typeof result !== "string") return result ?? null;
  try {
    return JSON.parse(result) as unknown;
  } catch {
    return result;
  }
}

function toPending({ approval_id = "", tool_call_id, tool_name, tool_args }: Tool): PendingCall {
  return { approvalId: approval_id, toolCallId: tool_call_id, toolName: tool_name, input: tool_args };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
}
