/** A server of the notary's office and its history. */
import { serve } from "minutier/server";
import { openTestDatabase } from "minutier/testing";

import { createQuestions } from "./office-questions.ts";
import { createOffice, workMorning } from "./office.ts";
import { seedRuns } from "./seed-runs.ts";

const prices = {
  "claude-sonnet-4-5": { input: 3, output: 15, currency: "CAD" },
  scripted: { input: 0, output: 0, currency: "CAD" },
};

/** Starts the office with its history. */
export async function startOffice(count: number): Promise<{ url: string; close: () => Promise<void> }> {
  const db = await openTestDatabase({ engine: "rocksdb" });
  const questions = createQuestions(db);
  const office = createOffice(db);
  office.agents.push(...questions.agents);
  office.workflows.push(...questions.workflows);
  const started = performance.now();
  // The first runs make the tables.
  await questions.ask();
  await workMorning(office);
  await seedRuns(db, { count, now: Date.now() });
  console.log(`${count} runs seeded in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  const server = await serve({ db, ...office, port: 0, name: "Office", query: true, prices });
  return {
    url: server.url,
    async close() {
      await server.close({ graceMs: 0 });
      await db.close();
    },
  };
}
