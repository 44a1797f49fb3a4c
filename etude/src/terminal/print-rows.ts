/** What an analysis left in the database, with the SurrealQL that shows it. */
import Table from "cli-table3";
import type { SurrealDb } from "minutier";
import { outputColors as pc } from "./colors.ts";

import type { DossierRow } from "../dossiers/dossier-rows.ts";
import type { DossierService } from "../dossiers/dossier-service.ts";
import type { Words } from "./language.ts";

/** Prints the rows that the analysis wrote, and the dossier's history. */
export async function printRows(
  db: SurrealDb,
  service: DossierService,
  dossier: DossierRow["id"],
  runId: string,
  text: Words,
): Promise<void> {
  console.log(pc.bold(text.rows));
  const history = await service.history(dossier);
  const key = String(dossier);
  print(
    `SELECT * FROM workflow_runs WHERE metadata.dossier_id = "${key}" ORDER BY created_at DESC;`,
    ["id", "workflow_name", "status", "created_at", "user_id"],
    history
      .slice(0, 5)
      .map((run) => [
        String(run.id.id),
        run.workflow_name,
        run.status,
        toClock(run.created_at),
        String(run.metadata["user_id"]),
      ]),
    history.length > 5 ? `… ${text.history(history.length)}` : text.history(history.length),
  );
  const run = await db.runs.get(runId);
  const steps = run?.steps ?? [];
  print(
    `fn::run_steps(workflow_runs:${runId});`,
    ["path", "kind", "status", "attempt", "started_at", "ms"],
    steps
      .filter((step) => !step.path.includes("["))
      .map((step) => [
        step.path,
        step.kind,
        step.status,
        String(step.attempt),
        toClock(step.started_at),
        step.completed_at === undefined ? "" : String(step.completed_at.getTime() - step.started_at.getTime()),
      ]),
    `${steps.length} workflow_steps`,
  );
  const sessions = (await db.sessions.list("agent", { limit: 1000 })).filter((session) =>
    session.session_id.startsWith(run?.session_id ?? ""),
  );
  print(
    "SELECT agent_name, session_id, message_count, updated_at FROM agent_sessions ORDER BY updated_at DESC;",
    ["agent_name", "session_id", "message_count"],
    sessions.slice(0, 6).map((session) => [session.agent_name, session.session_id, String(session.message_count)]),
    `${sessions.length} agent_sessions`,
  );
  const checklists = await service.checklists(dossier);
  print(
    `SELECT id, run, count(items) AS items, created_at FROM checklist WHERE dossier = ${key} ORDER BY created_at DESC;`,
    ["id", "run", "items"],
    checklists.slice(0, 5).map((row) => [String(row.id.id), String(row.run), String(row.items.length)]),
    `${checklists.length} checklist`,
  );
}

/** `2026-12-15 17:00:05`, where the office is. */
function toClock(date: Date): string {
  return date.toLocaleString("sv-SE");
}

function print(query: string, head: string[], rows: string[][], footer: string): void {
  console.log(`\n${pc.cyan(query)}`);
  // The table's own colours ignore that the output is not a terminal.
  const table = new Table({ head: head.map((name) => pc.bold(name)), style: { head: [], border: [], compact: true } });
  table.push(...rows);
  console.log(table.toString());
  console.log(pc.dim(footer));
}
