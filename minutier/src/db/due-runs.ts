/** What a `Recovery` asks again and again: ids and names only, however large the inputs of the runs are. */
import type { RunQuestion, WorkflowRunRow } from "../records.ts";
import type { Database } from "./database.ts";
import { endForeignLeases } from "./run-leases.ts";
import { type Statement, surql } from "./statement.ts";

/** A run that somebody has to see to. */
export type DueRun = Pick<WorkflowRunRow, "id" | "workflow_name" | "resumed">;

/** A question whose deadline has passed, by the database's clock. */
export type DueQuestion = Pick<RunQuestion, "step" | "on_deadline"> & { run: DueRun };

/** The condition of runs that nobody holds and that wait for nobody. */
export function abandoned(): Statement {
  return surql`status = 'running' AND root_run = NONE
    AND (waiting_for = NONE OR type::record('run_leases', record::id(id)).expires_at != NONE)
    AND !(type::record('run_leases', record::id(id)).expires_at > time::now())`;
}

/** The runs whose process died, oldest first. */
export async function listAbandoned(database: Database): Promise<DueRun[]> {
  await endForeignLeases(database);
  return database.select(surql`SELECT id, workflow_name, resumed FROM workflow_runs WHERE ${abandoned()} ORDER BY id`);
}

/** The questions that nobody has answered in time, oldest run first. */
export async function listOverdue(database: Database): Promise<DueQuestion[]> {
  const late = surql`(waiting_for ?? [])[WHERE deadline != NONE AND deadline <= time::now()]`;
  const runs = await database.select<DueRun & { late: RunQuestion[] }>(
    surql`SELECT id, workflow_name, ${late} AS late FROM workflow_runs
      WHERE status = 'running' AND waiting_for != NONE AND root_run = NONE AND array::len(${late}) > 0 ORDER BY id`,
  );
  return runs.flatMap(({ late: questions, ...run }) =>
    questions.map(({ step, on_deadline }) => ({ step, run, ...(on_deadline === undefined ? {} : { on_deadline }) })),
  );
}
