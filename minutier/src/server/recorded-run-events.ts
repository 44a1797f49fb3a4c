/**
 * The events of a workflow's run, told from its rows: the same at any time and in any process, so that a stream can be
 * gone on with by the number of the last event.
 *
 * The order is that of the steps' numbers, each composite step's own steps inside it. Of steps that go on at once, the
 * later one's events therefore wait until the earlier one has ended: an event that was told is never preceded by one
 * that was not.
 */
import type { WorkflowRunRow, WorkflowStepRow } from "../index.ts";
import {
  type AgentOsEvent,
  contentTypeOf,
  stepEventName,
  stepFields,
  toSeconds,
  toStepRequirements,
  workflowFailure,
} from "./agentos-events.ts";

/** What the rows say so far. */
export interface RecordedEvents {
  /** Numbered by their place in the list. */
  events: AgentOsEvent[];
  /** Beside them, unnumbered: that the run waits for a person. */
  paused: AgentOsEvent | undefined;
  isEnded: boolean;
}

interface StepNode {
  row: WorkflowStepRow;
  number: number;
  children: StepNode[];
}

/** What every event of a run says. */
interface RunStamp {
  created_at: number;
  run_id: string;
  session_id: string;
  workflow_id: string;
  workflow_name: string;
}

/** The events that are certain to be the run's first ones. */
export function recordedRunEvents(run: WorkflowRunRow, steps: readonly WorkflowStepRow[]): RecordedEvents {
  const isEnded = run.status !== "running";
  const stamp = stampOf(run);
  const events: AgentOsEvent[] = [{ event: "WorkflowStarted", ...stamp, created_at: toSeconds(run.created_at) }];
  const nodes = toTree(steps);
  const firstGap = firstMissing(new Set(steps.map(({ id }) => id.id[1])));
  const tell = (node: StepNode): boolean => {
    // A step of a lower number that is not written yet would stand before this one.
    if (!isEnded && node.number > firstGap) return false;
    const { row } = node;
    const fields = { ...stamp, ...stepFields(row.path, row.kind) };
    events.push({ event: stepEventName(row.kind, "Started"), ...fields, created_at: toSeconds(row.started_at) });
    for (const child of node.children) if (!tell(child)) return false;
    if (row.status === "running") return isEnded;
    events.push({ ...fields, ...stepEnd(row), created_at: toSeconds(row.completed_at ?? row.started_at) });
    return true;
  };
  const isWhole = nodes.every(tell);
  if (isEnded && isWhole)
    events.push({ ...stamp, ...runEnd(run), created_at: toSeconds(run.completed_at ?? run.updated_at) });
  return {
    events: events.map((event, index) => ({ ...event, event_index: index })),
    paused: pausedOf(run, stamp),
    isEnded,
  };
}

function stampOf(run: WorkflowRunRow): RunStamp {
  return {
    created_at: 0,
    run_id: run.id.id,
    session_id: run.session_id,
    workflow_id: run.workflow_name,
    workflow_name: run.workflow_name,
  };
}

function firstMissing(numbers: ReadonlySet<number>): number {
  let number = 0;
  while (numbers.has(number)) number++;
  return number;
}

function toTree(steps: readonly WorkflowStepRow[]): StepNode[] {
  const nodes = steps
    .map((row): StepNode => ({ row, number: row.id.id[1], children: [] }))
    .toSorted((a, b) => a.number - b.number);
  const byPath = new Map<string, StepNode>();
  const roots: StepNode[] = [];
  for (const node of nodes) {
    const parent = parentOf(node.row.path, byPath);
    (parent?.children ?? roots).push(node);
    byPath.set(node.row.path, node);
  }
  return roots;
}

/** The step whose path is the longest beginning of this one's, at a border of names: `check` of `check/loud/upper`. */
function parentOf(path: string, byPath: ReadonlyMap<string, StepNode>): StepNode | undefined {
  for (let end = path.length - 1; end > 0; end--) {
    if (path[end] !== "/" && path[end] !== "[") continue;
    const parent = byPath.get(path.slice(0, end));
    if (parent !== undefined) return parent;
  }
  return undefined;
}

function stepEnd(row: WorkflowStepRow): { event: string; [field: string]: unknown } {
  if (row.status === "error")
    return { event: stepEventName(row.kind, "Error"), error: row.error_message ?? "The step failed." };
  const content = row.output ?? null;
  const skipped = row.status === "skipped" ? { skipped: true } : {};
  return {
    event: stepEventName(row.kind, "Completed"),
    content,
    content_type: contentTypeOf(content),
    ...skipped,
  };
}

function runEnd(run: WorkflowRunRow): { event: string; [field: string]: unknown } {
  if (run.status === "success")
    return { event: "WorkflowCompleted", content: run.output ?? null, content_type: contentTypeOf(run.output) };
  return workflowFailure({
    code: run.error_code,
    message: run.error_message ?? "The run failed.",
    step: run.error_step,
  });
}

function pausedOf(run: WorkflowRunRow, stamp: RunStamp): AgentOsEvent | undefined {
  const { waiting_for: questions } = run;
  if (run.status !== "running" || questions === undefined || questions.length === 0) return undefined;
  return {
    event: "WorkflowPaused",
    ...stamp,
    created_at: toSeconds(questions[0]?.since ?? run.updated_at),
    content: "The run waits for a person.",
    step_requirements: toStepRequirements(questions),
  };
}
