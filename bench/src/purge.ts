/**
 * What `runs.purge` and `sessions.purge` cost on the embedded engine: 20,000 runs of three steps, and 20,000 messages of
 * 2,000 conversations, half of which were steps of runs. A tenth of the runs, and of the conversations, is purged.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type PurgeResult, RecordId, step, SurrealDb, Workflow } from "minutier";

import { printTable } from "./measure.ts";

const count = Number(process.argv[2] ?? 20_000);
const batch = 500;
const perConversation = 10;
const text = "x".repeat(600);

const folder = await mkdtemp(join(tmpdir(), "minutier-bench-"));
const db = new SurrealDb({ url: `rocksdb://${folder}` });
// The first run makes the tables and their indexes.
await new Workflow({ name: "premier", db, steps: [step("rien", () => null)] }).run(null);
for (let from = 0; from < count; from += batch) {
  const numbers = Array.from({ length: Math.min(batch, count - from) }, (_, index) => from + index);
  await insert("workflow_runs", numbers.map(runRow));
  for (const n of [0, 1, 2])
    await insert(
      "workflow_steps",
      numbers.map((index) => stepRow(index, n)),
    );
  await insert("agent_messages", numbers.map(messageRow));
  const sessions = numbers.filter((index) => index % perConversation === 0);
  await insert("agent_sessions", sessions.map(sessionRow));
  await insert("session_sequences", sessions.map(sequenceRow));
  await insert("workflow_sessions", numbers.map(workflowSessionRow));
}

function insert(table: string, rows: object[]): Promise<unknown> {
  return db.query(`INSERT INTO ${table} $rows RETURN NONE`, { rows });
}

function runKey(index: number): string {
  return `01A${String(index).padStart(23, "0")}`;
}

/** A dossier of ten; every tenth of them is the one to purge. */
function metadataOf(index: number): object {
  return { dossier_id: index % 100 < 10 ? "dossier:purged" : `dossier:${Math.floor(index / 10)}` };
}

function runRow(index: number): object {
  const at = new Date(Date.now() - (count - index) * 100_000);
  return {
    id: new RecordId("workflow_runs", runKey(index)),
    workflow_name: "analyse",
    status: "success",
    input: { text },
    output: { text },
    metadata: metadataOf(index),
    session_id: `session${index}`,
    created_at: at,
    updated_at: at,
    completed_at: at,
  };
}

function stepRow(index: number, n: number): object {
  const run = new RecordId("workflow_runs", runKey(index));
  const id = new RecordId("workflow_steps", [runKey(index), n]);
  return { id, run, name: `s${n}`, path: `s${n}`, kind: "function", status: "success", attempt: 1, output: text };
}

function messageRow(index: number): object {
  const conversation = Math.floor(index / perConversation);
  const n = index % perConversation;
  return {
    id: new RecordId("agent_messages", ["extracteur", `c${conversation}`, n]),
    role: n % 2 === 0 ? "user" : "assistant",
    content: text,
    timestamp: new Date(0),
    run_id: `turn${index >> 1}`,
    // The even conversations were steps, those of the dossier's runs among them.
    ...(conversation % 2 === 0 ? { workflow_run: new RecordId("workflow_runs", runKey(index)) } : {}),
  };
}

function sessionRow(index: number): object {
  const conversation = Math.floor(index / perConversation);
  return {
    id: new RecordId("agent_sessions", ["extracteur", `c${conversation}`]),
    agent_name: "extracteur",
    session_id: `c${conversation}`,
    message_count: perConversation,
    metadata: conversation % 10 === 1 ? { dossier_id: "dossier:spoken" } : metadataOf(index),
    created_at: new Date(0),
    updated_at: new Date(0),
  };
}

function sequenceRow(index: number): object {
  const id = new RecordId("session_sequences", ["agent", "extracteur", `c${Math.floor(index / perConversation)}`]);
  return { id, next: perConversation };
}

function workflowSessionRow(index: number): object {
  const id = new RecordId("workflow_sessions", ["analyse", `session${index}`]);
  return { id, workflow_name: "analyse", session_id: `session${index}`, state: {}, updated_at: new Date(0) };
}

const rows: string[][] = [];
async function measure(name: string, purge: () => Promise<PurgeResult>): Promise<void> {
  globalThis.gc?.();
  const began = performance.now();
  const cpu = process.cpuUsage();
  let longest = 0;
  let pulse = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - pulse);
    pulse = performance.now();
  }, 1);
  const { deleted } = await purge();
  clearInterval(timer);
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  const total = Object.values(deleted).reduce((sum, each) => sum + each, 0);
  rows.push([
    name,
    String(total),
    `${(ms / 1000).toFixed(2)} s`,
    `${((user + system) / 1e6).toFixed(2)} s`,
    `${longest.toFixed(0)} ms`,
  ]);
}

const runs = { metadata: { dossier_id: "dossier:purged" } };
const sessions = { metadata: { dossier_id: "dossier:spoken" } };
const before = process.memoryUsage().heapUsed;
await measure("runs, dry run", () => db.runs.purge(runs));
await measure("sessions, dry run", () => db.sessions.purge(sessions));
await measure("sessions before, dry run", () => db.sessions.purge({ before: new Date(1), kind: "agent" }));
await measure("runs", () => db.runs.purge(runs, { dryRun: false }));
await measure("sessions", () => db.sessions.purge(sessions, { dryRun: false }));
await measure("runs, nothing fits", () => db.runs.purge(runs, { dryRun: false }));
printTable(["purge", "rows", "time", "processor time", "longest pause of the event loop"], rows);
console.log(`heap ${((process.memoryUsage().heapUsed - before) / 2 ** 20).toFixed(0)} MiB more than at the start`);
await db.close();
await rm(folder, { recursive: true, force: true });
