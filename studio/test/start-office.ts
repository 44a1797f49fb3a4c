/** A server of the notary's office and its history. */
import { serve } from "minutier/server";
import { openTestDatabase } from "minutier/testing";

import { createOffice, workMorning } from "./office.ts";
import { seedRuns } from "./seed-runs.ts";

const prices = {
  "claude-sonnet-4-5": { input: 3, output: 15, currency: "CAD" },
  scripted: { input: 0, output: 0, currency: "CAD" },
};

/** Starts the office with its history. */
export async function startOffice(count: number): Promise<{ url: string; close: () => Promise<void> }> {
  const db = await openTestDatabase({ engine: "rocksdb" });
  const office = createOffice(db);
  const started = performance.now();
  // The first runs make the tables.
  await workMorning(office);
  await seedRuns(db, { count, now: Date.now() });
  console.log(`${count} runs seeded in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  const server = await serve({ db, ...office, port: 0, name: "Office", prices });
  return {
    url: server.url,
    async close() {
      await server.close({ graceMs: 0 });
      await db.close();
    },
  };
}
