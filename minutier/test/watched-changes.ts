/** Reads a watch in the background, and checks what it told. */
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "vitest";

import type { RunChange } from "../src/db/run-changes.ts";

/** Follows a watch until it ends, with some milliseconds of work for each change. */
export function follow(
  watch: AsyncIterableIterator<RunChange>,
  workMs = 0,
): { changes: RunChange[]; ended: Promise<void> } {
  const changes: RunChange[] = [];
  const ended = (async () => {
    for await (const change of watch) {
      changes.push(change);
      if (workMs > 0) await sleep(workMs);
    }
  })();
  return { changes, ended };
}

/** Waits up to twenty seconds. */
export async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition() && waited < 20_000; waited += 10) await sleep(10);
}

/** Changes by run, each run's in the order in which they were told. */
export function byRun(changes: readonly RunChange[]): Map<string, RunChange[]> {
  return Map.groupBy(changes, ({ run }) => String(run.id.id));
}

/** Each run's revisions rise, and those that were left out are counted. */
export function expectOrder(changes: readonly RunChange[]): void {
  for (const [key, told] of byRun(changes)) {
    let revision = 0;
    for (const { run, missed = 0 } of told) {
      expect({ key, revision: run.revision }).toEqual({ key, revision: revision + missed + 1 });
      revision = run.revision ?? 0;
    }
  }
}
