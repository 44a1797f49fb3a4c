/** The steps of a run as a tree: by their paths, with the steps of nested runs below the steps that they are. */
import type { Question } from "../../api/answers.ts";
import type { RunWithSteps, Step, WholeRun } from "./run-answers.ts";

/** Milliseconds since 1970; an end that is absent has not come. */
export interface Span {
  from: number;
  to: number | undefined;
}

/** A row of the timeline. */
export interface TimelineNode extends Span {
  /** Its place in the whole run; the address of a selected step. */
  id: string;
  label: string;
  /** An iteration's or a branch's steps have no row of their own around them in the database. */
  kind: Step["kind"] | "iteration" | "group";
  status: Step["status"] | "waiting";
  step?: Step;
  /** When somebody was asked, or is. */
  waits: Span[];
  children: TimelineNode[];
}

/** The tree of a whole run. */
export function stepTree(run: WholeRun): TimelineNode[] {
  const nested = new Map((run.nested ?? []).map((each) => [each.id, each]));
  const questions = new Map(
    (run.waiting_for ?? []).map((question) => [`${question.run}.${question.number}`, question]),
  );
  return treeOf(run, "", { nested, questions, seen: new Set([run.id]) });
}

interface Sources {
  nested: ReadonlyMap<string, RunWithSteps>;
  questions: ReadonlyMap<string, Question>;
  /** Rows of other programs may go in circles. */
  seen: Set<string>;
}

function treeOf(run: RunWithSteps, place: string, sources: Sources): TimelineNode[] {
  const roots: TimelineNode[] = [];
  const byPath = new Map<string, TimelineNode>();
  for (const step of run.steps) {
    const node = nodeOf(step, place, sources);
    const siblings = siblingsOf(step, { roots, byPath, place, ...node });
    const there = byPath.get(step.path);
    // An unnamed step of an iteration stands where the iteration does.
    if (there?.step === undefined && there !== undefined) Object.assign(there, node, { children: there.children });
    else {
      siblings.push(node);
      byPath.set(step.path, node);
    }
  }
  for (const root of roots) settle(root);
  return roots;
}

function nodeOf(step: Step, place: string, sources: Sources): TimelineNode {
  const [from, to] = [
    Date.parse(step.started_at),
    step.completed_at === undefined ? undefined : Date.parse(step.completed_at),
  ];
  const id = `${place}${step.path}`;
  const waits = waitsOf(step, { from, to }, sources.questions);
  const child = step.child_run === undefined ? undefined : sources.nested.get(step.child_run);
  const goesDown = child !== undefined && !sources.seen.has(child.id);
  if (goesDown) sources.seen.add(child.id);
  return {
    id,
    label: step.name,
    kind: step.kind,
    status: step.status === "running" && waits.some((wait) => wait.to === undefined) ? "waiting" : step.status,
    step,
    from,
    to,
    waits,
    children: goesDown ? treeOf(child, `${id}/`, sources) : [],
  };
}

/** An approval waits from its beginning to its answer; so does an agent whose tool calls somebody had to allow. */
function waitsOf(step: Step, { from, to }: Span, questions: Sources["questions"]): Span[] {
  const open = questions.get(step.id.join("."));
  if (open !== undefined) return [{ from: Math.max(from, Date.parse(open.since)), to: undefined }];
  if (step.question === undefined) return [];
  if (step.kind === "approval") return [{ from, to }];
  if (step.answer === undefined) return [];
  return [{ from, to: Date.parse(step.answer.at) }];
}

interface Place {
  roots: TimelineNode[];
  byPath: Map<string, TimelineNode>;
  place: string;
  from: number;
  to: number | undefined;
}

/** Where the step's row belongs; makes the row of its iteration or branch when it is the first one there. */
function siblingsOf(step: Step, { roots, byPath, place, from, to }: Place): TimelineNode[] {
  const parent = parentOf(step.path, byPath);
  if (parent === undefined) return roots;
  let [siblings, above] = [parent.node.children, parent.path];
  const add = (path: string, label: string, kind: "iteration" | "group"): void => {
    const there = byPath.get(path) ?? {
      id: place + path,
      label,
      kind,
      status: "success",
      from,
      to,
      waits: [],
      children: [],
    };
    if (!byPath.has(path)) siblings.push(there);
    byPath.set(path, there);
    siblings = there.children;
    above = path;
  };
  const iteration = /^\[(\d+)\]/.exec(step.path.slice(above.length));
  if (iteration !== null) add(above + iteration[0], iteration[1] ?? "", "iteration");
  if (above === step.path) return parent.node.children;
  const between = step.path.slice(above.length, step.path.length - step.name.length).replaceAll(/^\/|\/$/g, "");
  // The case that a branch took is said on the branch's own row.
  if (between !== "" && parent.node.kind !== "branch" && step.path.endsWith(`/${step.name}`))
    add(`${above}/${between}`, between, "group");
  return siblings;
}

/** The nearest step around a path: names may have slashes and brackets too, so that the rows decide. */
function parentOf(
  path: string,
  byPath: ReadonlyMap<string, TimelineNode>,
): { node: TimelineNode; path: string } | undefined {
  for (let end = path.length - 1; end > 0; end -= 1) {
    if (path[end] !== "/" && path[end] !== "[") continue;
    const node = byPath.get(path.slice(0, end));
    if (node !== undefined) return { node, path: path.slice(0, end) };
  }
  return undefined;
}

/** The row in which something failed first of all: the deepest one below. */
export function failedIn(node: TimelineNode): TimelineNode {
  const failed = node.children.find(({ status }) => status === "error");
  return failed === undefined ? node : failedIn(failed);
}

/** Gives the rows without a step their times and state, and those around a wait that of what is in them. */
function settle(node: TimelineNode): void {
  for (const child of node.children) settle(child);
  const { children } = node;
  if (children.some(({ status }) => status === "waiting") && node.status === "running") node.status = "waiting";
  if (node.step !== undefined || children.length === 0) return;
  node.from = Math.min(...children.map(({ from }) => from));
  const ends = children.map(({ to }) => to);
  node.to = ends.includes(undefined) ? undefined : Math.max(...(ends as number[]));
  node.status =
    (["error", "waiting", "running"] as const).find((status) => children.some((child) => child.status === status)) ??
    (children.every(({ status }) => status === "skipped") ? "skipped" : "success");
}

/** The row of an id, and those around it. */
export function findNode(nodes: readonly TimelineNode[], id: string): TimelineNode[] | undefined {
  for (const node of nodes) {
    if (node.id === id) return [node];
    const below = findNode(node.children, id);
    if (below !== undefined) return [node, ...below];
  }
  return undefined;
}
