/** Ends a run, wherever it goes on. */
import { setTimeout as sleep } from "node:timers/promises";

import { MinutierError } from "../errors.ts";
import type { WorkflowRunRow } from "../records.ts";
import type { Database } from "./database.ts";
import { cancelled, leaseKeeperOf } from "./lease-keeper.ts";
import { askForEnd, closeRun } from "./run-claims.ts";
import { readRunState } from "./run-leases.ts";
import { surql } from "./statement.ts";
import { loadRun, runRecord } from "./workflow-runs.ts";

const pollMs = { first: 10, most: 250 };

/**
 * Ends a run and waits until its row says so: one that goes on in this process at once, one that goes on elsewhere at
 * its next sign of life, one that waits for a person or whose process died from here. Gives the row; that of a run
 * which had ended, or which ended by itself meanwhile, is left as it is. Throws `not_found`.
 */
export async function cancelRun(database: Database, runId: string, signal?: AbortSignal): Promise<WorkflowRunRow> {
  const row = await findRow(database, runId);
  if (row.status !== "running") return row;
  const rootId = row.root_run?.id ?? runId;
  for (let wait = pollMs.first; ; wait = Math.min(wait * 2, pollMs.most)) {
    // Again and again: a holder that stops working takes what it was asked with its lease, and another may take over.
    const here = leaseKeeperOf(database).abort(runId, cancelled());
    const state = await readRunState(database, rootId);
    if (state === "waiting" || state === "abandoned") {
      // A nested run can't end alone when nobody works on it: its outer run could not go on.
      await closeFree(database, rootId);
    } else if (state === "working" && !here) {
      await askForEnd(database, rootId, runId);
    }
    if (!(await isRunning(database, runId))) return findRow(database, runId);
    await sleep(wait, undefined, signal === undefined ? {} : { signal });
  }
}

/** Without the run's input and output, however often it is asked. */
async function isRunning(database: Database, runId: string): Promise<boolean> {
  const [status] = await database.select<string>(surql`SELECT VALUE status FROM ${runRecord(runId)}`);
  return status === "running";
}

async function closeFree(database: Database, rootId: string): Promise<void> {
  const end = { code: "cancelled", message: `The run was ended: ${cancelled().message}` };
  try {
    await closeRun(database, rootId, "cancel", end);
  } catch (error) {
    // Somebody took it meanwhile, or it ended: the caller looks again.
    const raced = MinutierError.isInstance(error) && (error.code === "run_busy" || error.code === "run_finished");
    if (!raced) throw error;
  }
}

async function findRow(database: Database, runId: string): Promise<WorkflowRunRow> {
  const row = await loadRun(database, runId);
  if (row !== undefined) return row;
  throw new MinutierError("not_found", `There is no run ${runId}.`, { details: { runId } });
}
