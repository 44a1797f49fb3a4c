/** Follows a turn of an agent or a team by its rows, from any process: what is there, then what comes. */
import { setTimeout as sleep } from "node:timers/promises";

import type { SurrealDb } from "../index.ts";
import { type AgentOsEvent, contentTypeOf, toSeconds } from "./agentos-events.ts";
import {
  type ConversationOf,
  loadTurn,
  toolOf,
  type TurnRecord,
  turnContent,
  turnStatus,
  turnTools,
} from "./turn-records.ts";

const lookEveryMs = 250;
/** A turn whose process has given no sign of life for so long after it was due will give none. */
const silentMs = 60_000;

/** The turn's events after number `after`, until it ends or waits for a person. */
export async function* followTurn(
  db: SurrealDb,
  key: ConversationOf,
  number: number,
  { after, left }: { after: number; left: AbortSignal },
): AsyncGenerator<AgentOsEvent> {
  let told = after;
  while (!left.aborted) {
    const turn = await loadTurn(db, key, number);
    if (turn === undefined) return;
    const events = recordedTurnEvents(key, turn);
    for (const event of events.slice(told + 1)) {
      told = event.event_index ?? told;
      yield event;
    }
    const status = turnStatus(turn);
    if (status === "PAUSED") yield { ...pausedEvent(key, turn), event_index: Math.max(told, events.length - 1) };
    if (status !== "RUNNING") return;
    const { lease_until: leaseUntil } = turn.question;
    if (leaseUntil !== undefined && Date.now() - leaseUntil.getTime() > silentMs) {
      const content = "The process that worked on this run went silent.";
      yield {
        ...stampOf(key, turn, new Date()),
        ...named(key, "RunError"),
        content,
        error: content,
        error_type: "interrupted",
      };
      return;
    }
    await sleep(lookEveryMs, undefined, { signal: left }).catch(() => undefined);
  }
}

/** The events that are certain to be the turn's first ones, numbered by their place. */
function recordedTurnEvents(key: ConversationOf, turn: TurnRecord): AgentOsEvent[] {
  const { question, answer } = turn;
  const events: AgentOsEvent[] = [
    { ...stampOf(key, turn, question.timestamp), ...named(key, "RunStarted"), run_input: question.content },
  ];
  const status = turnStatus(turn);
  for (const call of turn.toolCalls) {
    const tool = toolOf(call);
    const { result: _, ...started } = tool;
    events.push({ ...stampOf(key, turn, call.started_at), ...named(key, "ToolCallStarted"), tool: started });
    // Of calls that go on at once, the later one's events wait for the earlier one's end.
    if (call.status === "running" && status === "RUNNING") return numbered(events);
    const ended = call.status === "error" ? "ToolCallError" : "ToolCallCompleted";
    events.push({ ...stampOf(key, turn, call.ended_at ?? call.started_at), ...named(key, ended), tool, content: null });
  }
  if (answer !== undefined) {
    const stamp = stampOf(key, turn, answer.timestamp);
    const content = turnContent(turn);
    const text = { content: answer.content, content_type: "str" };
    events.push({ ...stamp, ...named(key, "RunContent"), ...text });
    events.push({
      ...stamp,
      ...named(key, "RunCompleted"),
      content,
      content_type: contentTypeOf(content),
      model: answer.model ?? null,
      metrics: { ...answer.usage, duration: (answer.duration_ms ?? 0) / 1000 },
      tools: turnTools(turn),
    });
  } else if (status === "CANCELLED" || status === "ERROR") {
    const content = turnContent(turn);
    const cancelled = status === "CANCELLED";
    events.push({
      ...stampOf(key, turn, question.timestamp),
      ...named(key, cancelled ? "RunCancelled" : "RunError"),
      content,
      ...(cancelled ? { reason: content } : { error: content, error_type: question.error_code }),
    });
  }
  return numbered(events);
}

function pausedEvent(key: ConversationOf, turn: TurnRecord): AgentOsEvent {
  const since = turn.question.waiting_for?.since ?? turn.question.timestamp;
  const tools = turnTools(turn);
  return { ...stampOf(key, turn, since), ...named(key, "RunPaused"), content: "The run waits for a person.", tools };
}

function numbered(events: readonly AgentOsEvent[]): AgentOsEvent[] {
  return events.map((event, index) => ({ ...event, event_index: index }));
}

function named({ kind }: ConversationOf, event: string): { event: string } {
  return { event: kind === "team" ? `Team${event}` : event };
}

function stampOf({ kind, name, sessionId }: ConversationOf, turn: TurnRecord, time: Date): AgentOsEvent {
  return {
    event: "",
    created_at: toSeconds(time),
    run_id: turn.question.run_id,
    session_id: sessionId,
    ...(kind === "team" ? { team_id: name, team_name: name } : { agent_id: name, agent_name: name }),
  };
}
