/** Whether the stored runs agree with themselves: run and steps, run and business row, state and steps. */
import type { WorkflowRunRow } from "../../src/records.ts";
import type { Problems } from "./findings.ts";
import { paths } from "./minute-workflow.ts";
import { keyText, type Stored } from "./stored.ts";
import { isWhole, workOf, worksIn } from "./work.ts";

export function checkRuns(stored: Stored, problems: Problems): void {
  for (const lease of stored.leases) problems.add("open", `${lease}: a lease that nobody holds`);
  for (const run of stored.checklist.keys())
    problems.unless(stored.runs.has(run), "torn", `checklist:${run} has no run`);
  for (const run of stored.steps.keys()) problems.unless(stored.runs.has(run), "torn", `${run}: steps without a run`);
  for (const row of stored.runs.values()) checkRun(row, stored, problems);
}

function checkRun(row: WorkflowRunRow, stored: Stored, problems: Problems): void {
  const run = row.id.id;
  const name = `${row.workflow_name} ${run}`;
  const steps = stored.steps.get(run) ?? new Map();
  problems.unless(row.status !== "running", "open", `${name}: says running`);
  for (const step of steps.values())
    problems.unless(step.status !== "running", "open", `${name}: ${step.path} says running`);
  for (const work of worksIn([row.output, ...[...steps.values()].map((step) => step.output)]))
    problems.unless(isWhole(work), "torn", `${name}: a part of the result of ${work.path} is missing`);
  const nested = row.root_run !== undefined;
  if (!nested) checkBusinessRow(row, stored, problems);
  if (row.status === "success") {
    for (const path of nested ? paths.nested : paths.outer)
      problems.unless(steps.get(path)?.status === "success", "torn", `${name}: success without its step ${path}`);
  }
  if (!nested) checkNested(row, stored, problems);
  checkState(row, stored, problems);
}

/** Success if and only if its checklist is there, with the same output. */
function checkBusinessRow(row: WorkflowRunRow, { checklist }: Stored, problems: Problems): void {
  const run = row.id.id;
  const there = checklist.has(run);
  problems.unless(there === (row.status === "success"), "torn", `${run}: ${row.status}, checklist: ${there}`);
  if (!there) return;
  const same = workOf(checklist.get(run))?.nonce === workOf(row.output)?.nonce;
  problems.unless(same, "torn", `${run}: its checklist has another output`);
}

function checkNested(row: WorkflowRunRow, { runs, steps }: Stored, problems: Problems): void {
  const step = steps.get(row.id.id)?.get("annexe");
  if (step?.status !== "success") return;
  const child = step.child_run === undefined ? undefined : runs.get(String(step.child_run.id));
  problems.unless(child?.status === "success", "torn", `${row.id.id}: its annexe succeeded, the run of it did not`);
}

/** The state and the step that changed it are committed together: each run has a session of its own here. */
function checkState(row: WorkflowRunRow, { states, steps }: Stored, problems: Problems): void {
  const run = row.id.id;
  const state = states.get(keyText([row.workflow_name, row.session_id]));
  if (state === undefined) return problems.add("torn", `${run}: it has no session`);
  for (const [path, nonce] of Object.entries(state)) {
    const step = steps.get(run)?.get(path);
    const right = step?.status === "success" && workOf(step.output)?.nonce === nonce;
    problems.unless(right, "torn", `${run}: the state has a result of ${path} that its step has not`);
  }
  if (row.status !== "success") return;
  const known = row.root_run === undefined ? paths.outer : paths.nested;
  for (const path of known) {
    if (workOf(steps.get(run)?.get(path)?.output) === undefined || path === "annexe" || path === "rédiger") continue;
    problems.unless(path in state, "torn", `${run}: the state lacks the result of ${path}`);
  }
}
