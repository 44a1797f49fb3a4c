/** One run with all that is in it. */
import { type RunWithSteps, type WorkflowRunRow, type WorkflowStepRow } from "../index.ts";
import { costOf } from "./prices.ts";
import { toRun, toStep, withoutContent } from "./run-rows.ts";
import type { ServerContext } from "./server-context.ts";

/** The run with its steps and cost, and the runs nested in it, at any depth, with theirs. */
export async function readWholeRun({ settings }: ServerContext, row: WorkflowRunRow): Promise<object> {
  const { db, prices } = settings;
  const [found, nested] = await Promise.all([db.runs.get(row.id), db.runs.nested(row.id)]);
  const run = found ?? { ...row, steps: [] };
  const turns = await readTurns(settings.db, [run, ...nested]);
  const steps = (of: RunWithSteps): object[] => of.steps.map((step) => toStepWithTurn(step, turns));
  return {
    ...toRun(run),
    cost: costOf(run.model_usage ?? [], prices),
    steps: steps(run),
    nested: nested.map((each) => ({ ...toRun(withoutContent(each)), steps: steps(each) })),
  };
}

/** The ids of the turns that steps link to, by the text of the link; one that was purged has none. */
async function readTurns(
  db: ServerContext["settings"]["db"],
  runs: readonly RunWithSteps[],
): Promise<ReadonlyMap<string, string>> {
  const links = runs.flatMap(({ steps }) => steps.flatMap(({ turn }) => (turn === undefined ? [] : [turn])));
  if (links.length === 0) return new Map();
  // Not a SELECT from the links, which engine 3.0.2 looks for in no database.
  const [ids] = await db.query<[(string | undefined)[]]>("RETURN $links.run_id", { links });
  return new Map(ids.flatMap((id, index) => (id === undefined ? [] : [[String(links[index]), id]])));
}

/** A step with its turn as it is found again. */
function toStepWithTurn(row: WorkflowStepRow, turns: ReadonlyMap<string, string>): object {
  const step = toStep(row);
  if (row.turn === undefined) return step;
  return { ...step, turn: { ...(step["turn"] as object), run_id: turns.get(String(row.turn)) ?? null } };
}
