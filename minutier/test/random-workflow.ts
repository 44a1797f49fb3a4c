/** Workflows of every shape, as plain data that fast-check can make smaller, and what tells their runs apart. */
import { setImmediate as nextTick } from "node:timers/promises";

import fc from "fast-check";

import type { SurrealDb } from "../src/db/surreal-db.ts";
import { branch, type Entry, forEach, loop, parallel, step } from "../src/workflow/entries.ts";
import type { StepContext } from "../src/workflow/step-context.ts";
import { Workflow } from "../src/workflow/workflow.ts";

/** An entry to build. */
export type Plan =
  | { kind: "step"; ticks: number; writes: boolean; fails: number; onError: boolean; stops: boolean }
  | { kind: "parallel"; branches: Plan[][] }
  | { kind: "branch"; cases: Plan[][] }
  | { kind: "loop"; body: Plan[]; times: number }
  | { kind: "forEach"; body: Plan[]; concurrency: number }
  | { kind: "nested"; body: Plan[] };

const { plans } = fc.letrec<{ plan: Plan; plans: Plan[] }>((tie) => ({
  plans: fc.array(tie("plan"), { minLength: 1, maxLength: 3, depthIdentifier: "plan" }),
  plan: fc.oneof(
    { depthIdentifier: "plan", depthSize: "small", maxDepth: 3 },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("step" as const),
        ticks: fc.nat({ max: 3 }),
        writes: fc.boolean(),
        fails: fc.oneof(
          { weight: 4, arbitrary: fc.constant(0) },
          { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 }) },
        ),
        onError: fc.boolean(),
        stops: fc.oneof({ weight: 12, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("parallel" as const), branches: bodies(tie("plans"), 3) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("branch" as const), cases: bodies(tie("plans"), 2) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("loop" as const),
        body: tie("plans"),
        times: fc.integer({ min: 1, max: 3 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("forEach" as const),
        body: tie("plans"),
        concurrency: fc.integer({ min: 1, max: 2 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("nested" as const), body: tie("plans") }) },
  ),
}));

function bodies(body: fc.Arbitrary<Plan[]>, maxLength: number): fc.Arbitrary<Plan[][]> {
  return fc.array(body, { minLength: 1, maxLength });
}

export const anyPlans: fc.Arbitrary<Plan[]> = plans;

/** True when what happens first is left to chance. */
export function isConcurrent(all: readonly Plan[]): boolean {
  return all.some((plan) => {
    if (plan.kind === "step") return false;
    if (plan.kind === "parallel" && plan.branches.length > 1) return true;
    if (plan.kind === "forEach" && plan.concurrency > 1) return true;
    const inside = plan.kind === "parallel" ? plan.branches : plan.kind === "branch" ? plan.cases : [plan.body];
    return inside.some(isConcurrent);
  });
}

/** The workflow of a plan, always the same; `executed` hears of each execution of a step's code. */
export function buildWorkflow(
  all: readonly Plan[],
  db: SurrealDb,
  executed: (place: string) => void,
): Workflow<number> {
  let names = 0;
  const entriesOf = (list: readonly Plan[], alone: boolean): Entry[] => list.map((plan) => entryOf(plan, alone));
  const entryOf = (plan: Plan, alone: boolean): Entry => {
    const name = `${plan.kind}${++names}`;
    switch (plan.kind) {
      case "step":
        return stepOf(name, plan, alone, executed);
      case "parallel": {
        const branches = plan.branches.map((body, n) => [`p${n}`, entriesOf(body, false)] as const);
        return parallel(name, Object.fromEntries(branches));
      }
      case "branch": {
        const cases = plan.cases.map((body, n) => [`c${n}`, entriesOf(body, alone)] as const);
        // Chosen by the state, which the case itself changes: to choose again is to choose otherwise.
        const choose = (input: unknown, context: StepContext): string | undefined => {
          const choice = (digest(input) + sizeOf(context.state)) % (cases.length + 1);
          return cases[choice]?.[0];
        };
        return branch(name, choose, Object.fromEntries(cases));
      }
      case "loop": {
        const body = entriesOf(plan.body, alone);
        const until = (_: unknown, context: StepContext, iteration: number): boolean =>
          iteration >= plan.times || sizeOf(context.state) % 5 === 4;
        return loop(name, body, { until });
      }
      case "forEach": {
        const body = entriesOf(plan.body, alone && plan.concurrency === 1);
        const items = (input: unknown, { state }: StepContext): number[] =>
          Array.from({ length: (digest(input) + sizeOf(state)) % 4 }, (_, n) => n + sizeOf(state));
        return forEach(name, body, { items, concurrency: plan.concurrency });
      }
      case "nested":
        return step(name, new Workflow({ name: `inner-${name}`, steps: entriesOf(plan.body, false) }));
    }
  };
  return new Workflow<number>({ name: "random", db, steps: entriesOf(all, true) });
}

/** `alone`: no other branch is at work, and no run around it, whose end would be told in other words. */
function stepOf(
  name: string,
  { ticks, writes, fails, onError, stops }: Plan & { kind: "step" },
  alone: boolean,
  executed: (place: string) => void,
): Entry {
  const work = async (input: unknown, context: StepContext): Promise<number> => {
    executed(`${context.runId}:${context.path}`);
    for (let n = 0; n < ticks; n++) await nextTick();
    if (context.attempt <= fails) throw new Error(`attempt ${context.attempt} of ${context.path}`);
    const seen = sizeOf(context.state);
    if (writes) context.state[context.path] = [context.state[context.path] ?? null, seen].flat();
    if (stops && alone) context.stop({ stopped: context.path, seen });
    return (digest(input) * 31 + seen) % 1009;
  };
  // Without retries it fails for good: also the run, where nothing else is at work.
  if (onError) return step(name, work, { onError: alone && stops ? "fail" : () => -1 });
  return step(name, work, { retries: 2 });
}

function sizeOf(state: Record<string, unknown>): number {
  return Object.keys(state).length;
}

function digest(value: unknown): number {
  let sum = 7;
  for (const letter of JSON.stringify(value) ?? "") sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1009;
  return sum;
}

/**
 * Everything that a run left, without what tells one execution from another: times, ids of holders, counts. Steps that
 * run at once may begin in another order, and have other numbers then.
 */
export async function recordOf(db: SurrealDb, numbers: boolean): Promise<unknown> {
  const [runs, steps, ...others] = await db.query<
    [object[], { id: { id: [string, number] }; run: unknown; path: string }[]]
  >(`
    SELECT * OMIT created_at, updated_at, completed_at, ended_by, revision, resumed FROM workflow_runs ORDER BY id;
    SELECT * OMIT started_at, completed_at FROM workflow_steps ORDER BY id;
    SELECT * OMIT created_at, updated_at FROM workflow_sessions ORDER BY id;
    SELECT * FROM run_leases`);
  const places = steps.map(({ id, ...step }) => ({ ...step, ...(numbers ? { id } : {}) }));
  const order = (one: { run: unknown; path: string }): string => `${String(one.run)} ${one.path}`;
  places.sort((one, other) => (order(one) < order(other) ? -1 : 1));
  return JSON.parse(JSON.stringify([runs, places, ...others]));
}
