import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { SurrealDb } from "../src/db/surreal-db.ts";
import { temporaryFolder } from "./backends.ts";
import { tenStepWorkflow } from "./fixtures/ten-step-workflow.ts";
import { runFixture } from "./run-fixture.ts";

interface Told {
  type: string;
  step: string;
  workflow: string;
}

/** Everything that the run left, without what tells one execution from another: times, ids of holders, counts. */
async function recordOf(db: SurrealDb): Promise<unknown> {
  const results = await db.query(`
    SELECT * OMIT created_at, updated_at, completed_at, ended_by, revision, resumed FROM workflow_runs ORDER BY id;
    SELECT * OMIT started_at, completed_at FROM workflow_steps ORDER BY id;
    SELECT * OMIT created_at, updated_at FROM workflow_sessions ORDER BY id;
    SELECT * OMIT timestamp, duration_ms, holder, run_id FROM agent_messages ORDER BY id;
    SELECT * FROM checklist; SELECT * FROM run_leases`);
  return JSON.parse(JSON.stringify(results));
}

interface Crash {
  url: string;
  log: string;
  told: Told[];
}

async function crashAfter(events: number): Promise<Crash> {
  const folder = await temporaryFolder();
  const url = `rocksdb://${join(folder, "db")}`;
  const log = join(folder, "log");
  await writeFile(log, "");
  const { stdout } = await runFixture("crash-after-event", [url, log, String(events)]);
  const told = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Told);
  return { url, log, told };
}

async function linesOf(log: string): Promise<string[]> {
  return (await readFile(log, "utf8"))
    .trim()
    .split("\n")
    .filter((line) => line !== "");
}

describe("a process killed after each event of a ten-step workflow", async () => {
  const whole = await crashAfter(0);
  const undisturbed = new SurrealDb({ url: whole.url });
  const expected = await recordOf(undisturbed);
  const executed = await linesOf(whole.log);
  await undisturbed.close();

  test("the undisturbed run does each step once", () => {
    expect(whole.told.at(-1)?.type).toBe("run-completed");
    expect(whole.told.length).toBeGreaterThan(40);
    expect(new Set(executed).size).toBe(executed.length);
  });

  test.concurrent.each(whole.told.slice(0, -1).map((event, n) => [n + 1, event.type, event.step] as const))(
    "after event %i (%s %s), another process ends it with the same result and the same rows",
    async (events) => {
      const crash = await crashAfter(events);
      expect(crash.told).toHaveLength(events);
      const before = await linesOf(crash.log);
      const db = new SurrealDb({ url: crash.url, leaseMs: 60_000 });
      const run = await tenStepWorkflow(db, crash.log).resume("R");
      expect(run.status).toBe("success");
      expect(await recordOf(db)).toEqual(expected);
      const after = (await linesOf(crash.log)).slice(before.length);
      // The steps that were committed are the ones that were told as completed: none of them is done again.
      const committed = crash.told
        .filter((event) => event.type === "step-completed")
        .map((event) => `${event.workflow}:${event.step}#1`);
      expect(after.filter((line) => committed.includes(line))).toEqual([]);
      await db.close();
    },
  );
});
