/**
 * What the questions of docs/database.md cost on a table of 100,000 runs: as `db.runs` asks them and word for word, on the
 * embedded engine with the indexes that the library makes. Most dossiers have 100 runs, one has 5,000, and 10 runs
 * are under way.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { RecordId, step, SurrealDb, Workflow } from "minutier";
import { createServer } from "minutier/server";

import { percentile, printTable, timeEach } from "./measure.ts";

const count = Number(process.argv[2] ?? 100_000);
const batch = 500;
const ordinaryDossiers = Math.ceil((count * 0.95) / 100);

const folder = await mkdtemp(join(tmpdir(), "minutier-bench-"));
const db = new SurrealDb({ url: `rocksdb://${folder}` });
const app = createServer({ db });
// The first run makes the tables and their indexes.
await new Workflow({ name: "premier", db, steps: [step("rien", () => null)] }).run(null);

const seeded = performance.now();
for (let from = 0; from < count; from += batch) {
  const rows = Array.from({ length: Math.min(batch, count - from) }, (_, index) => runRow(from + index));
  await db.query("INSERT INTO workflow_runs $rows RETURN NONE", { rows });
  process.stderr.write(`\r${from + rows.length} of ${count} runs`);
}
console.error(` in ${((performance.now() - seeded) / 1000).toFixed(1)} s`);

const usage = { input_tokens: 1200, output_tokens: 300, total_tokens: 1500 };

async function ask(path: string): Promise<unknown[]> {
  const answer = (await (await app.request(path)).json()) as { over_time: unknown[] };
  return answer.over_time;
}

/** One run a second; every twentieth is the big dossier's; the last ten are under way. */
function runRow(index: number): Record<string, unknown> {
  const created = new Date(Date.now() - (count - index) * 1000);
  const running = index >= count - 10;
  const dossier = index % 20 === 0 ? "dossier:big" : `dossier:${index % ordinaryDossiers}`;
  return {
    id: runId(index),
    workflow_name: `analyse_${index % 5}`,
    status: running ? "running" : index % 100 === 1 ? "error" : "success",
    input: { dossier, documents: ["acte.txt", "certificat.txt"] },
    ...(running ? {} : { output: { points: 12, resume: "x".repeat(300) }, completed_at: created }),
    metadata: { dossier_id: dossier, user_id: `user:${index % 7}` },
    ...(running ? {} : { usage, model_usage: [{ model: `model_${index % 2}`, ...usage }] }),
    session_id: `session${index}`,
    created_at: created,
    updated_at: created,
  };
}

/** Ordered by time, as the library's own are. */
function runId(index: number): RecordId {
  return new RecordId("workflow_runs", `01A${String(index).padStart(23, "0")}`);
}

const questions: [name: string, repeat: number, ask: () => Promise<unknown>][] = [
  ["runs.history, a dossier of 100", 60, () => db.runs.history({ dossier_id: "dossier:77" })],
  ["runs.history, a dossier of 5,000", 20, () => db.runs.history({ dossier_id: "dossier:big" })],
  ["runs.history, a key without an index", 2, () => db.runs.history({ user_id: "user:3" })],
  ["runs.latest(10)", 60, () => db.runs.latest(10)],
  ["runs.running()", 60, () => db.runs.running()],
  ["runs.running({ within: 1h })", 60, () => db.runs.running({ within: "1h" })],
  ["runs.get", 60, () => db.runs.get(runId(count >> 1))],
  ["runs.stats", 2, () => db.runs.stats()],
  ["GET /runs/stats", 3, () => ask("/runs/stats")],
  ["GET /runs/stats, a dossier of 5,000", 5, () => ask("/runs/stats?metadata.dossier_id=dossier:big")],
  [
    "verbatim 1: history of a dossier",
    20,
    () => db.query('SELECT * FROM workflow_runs WHERE metadata.dossier_id = "dossier:77" ORDER BY created_at DESC'),
  ],
  [
    "verbatim 2: statistics",
    2,
    () =>
      db.query(
        "SELECT workflow_name, count() AS executions, count(status = 'success') AS successes, count(status = 'error') AS errors FROM workflow_runs GROUP BY workflow_name",
      ),
  ],
  [
    "verbatim 3: the last ten",
    2,
    () =>
      db.query(
        "SELECT workflow_name, status, created_at, completed_at, metadata FROM workflow_runs ORDER BY created_at DESC LIMIT 10",
      ),
  ],
  [
    "verbatim 4: under way",
    20,
    () => db.query("SELECT * FROM workflow_runs WHERE status = 'running' AND created_at > time::now() - 1h"),
  ],
];

const rows: string[][] = [];
for (const [name, repeat, ask] of questions) {
  const answer = (await ask()) as unknown[] | undefined;
  const found = Array.isArray(answer) ? (Array.isArray(answer[0]) ? answer[0].length : answer.length) : 1;
  const times = await timeEach(repeat, ask);
  rows.push([name, String(found), percentile(times, 0.5).toFixed(2), percentile(times, 0.95).toFixed(2)]);
}
printTable(["question", "rows", "p50 ms", "p95 ms"], rows);

await db.close();
await rm(folder, { recursive: true, force: true });
