/** One database of 100,000 runs and one server for all tests of the studio. */
import { serve } from "minutier/server";
import { openTestDatabase } from "minutier/testing";
import type { TestProject } from "vitest/node";

import { createOffice, workMorning } from "./office.ts";
import { seedRuns } from "./seed-runs.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the studio's server is. */
    server: string;
  }
}

/** Runs in the list, beside those of the morning. */
export const seededRuns = 100_000;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, close } = await startOffice(Number(process.env["STUDIO_RUNS"] ?? seededRuns));
  project.provide("server", url);
  return close;
}

/** Starts the office with its history. */
export async function startOffice(count: number): Promise<{ url: string; close: () => Promise<void> }> {
  const db = await openTestDatabase({ engine: "rocksdb" });
  const office = createOffice(db);
  const started = performance.now();
  // The first runs make the tables.
  await workMorning(office);
  await seedRuns(db, { count, now: Date.now() });
  console.log(`${count} runs seeded in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  const server = await serve({ db, ...office, port: 0, name: "Office" });
  return {
    url: server.url,
    async close() {
      await server.close({ graceMs: 0 });
      await db.close();
    },
  };
}
