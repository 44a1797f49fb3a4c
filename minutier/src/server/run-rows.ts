/** Rows of runs and steps as the routes give them. */
import type { WorkflowRunRow, WorkflowStepRow } from "../index.ts";

/** A row with plain ids. */
export function toRun(row: WorkflowRunRow): Record<string, unknown> {
  const { parent_run: parent, root_run: root } = row;
  return {
    ...row,
    id: row.id.id,
    ...(parent === undefined ? {} : { parent_run: parent.id }),
    ...(root === undefined ? {} : { root_run: root.id }),
    ...(row.waiting_for === undefined
      ? {}
      : { waiting_for: row.waiting_for.map((question) => ({ ...question, run: question.run.id })) }),
  };
}

/** A step with plain ids. */
export function toStep(step: WorkflowStepRow): Record<string, unknown> {
  const { child_run: child, turn } = step;
  return {
    ...step,
    id: step.id.id,
    run: step.run.id,
    ...(child === undefined ? {} : { child_run: child.id }),
    ...(turn === undefined ? {} : { turn: toTurn(turn) }),
  };
}

/** Whose conversation a step was a turn of. */
function toTurn({ table, id: [name, session_id] }: NonNullable<WorkflowStepRow["turn"]>): object {
  return { kind: table.name === "team_messages" ? "team" : "agent", name, session_id };
}

/** Who wants a run's input and output asks for the run. */
export function withoutContent({ input: _input, output: _output, ...run }: WorkflowRunRow): WorkflowRunRow {
  return run;
}
