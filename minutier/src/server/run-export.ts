/** `GET /runs/export`: runs as lines of JSON, read no faster than the client takes them. */
import type { RecordId, WorkflowRunRow, WorkflowStepRow } from "../index.ts";
import { toRunConditions } from "./run-query.ts";
import { toRun, toStep } from "./run-rows.ts";
import type { ServerContext } from "./server-context.ts";
import { toJson } from "./to-json.ts";

/** Ids of one query: with a condition the engine reads thousands of rows for the first one that it gives. */
const idsAtOnce = 2000;
/** Rows of one query: each holds its whole input and output. */
const rowsAtOnce = 50;

/** The runs that fit, oldest first, each with its steps. The first ids are read before the answer begins. */
export async function exportRuns(
  { settings: { db } }: ServerContext,
  url: URL,
  owner: string | undefined,
): Promise<Response> {
  const { conditions, variables } = toRunConditions(url, owner);
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  const chunks = encode(await listKeys(""));
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { value, done } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => void (await chunks.return(undefined)),
    },
    // Rows are read when the client has taken those before.
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { "Content-Type": "application/x-ndjson" } });

  async function* encode(first: string[]): AsyncGenerator<Uint8Array, undefined> {
    const encoder = new TextEncoder();
    for (let keys = first; keys.length > 0;) {
      for (let at = 0; at < keys.length; at += rowsAtOnce) {
        const rows = await readRows(keys.slice(at, at + rowsAtOnce));
        const steps = await stepsOf(rows);
        const texts = rows.map((row, index) => toJson({ ...toRun(row), steps: (steps[index] ?? []).map(toStep) }));
        if (texts.length > 0) yield encoder.encode(`${texts.join("\n")}\n`);
      }
      keys = keys.length < idsAtOnce ? [] : await listKeys(keys.at(-1) ?? "");
    }
  }

  async function listKeys(after: string): Promise<string[]> {
    // A range, not `id >`, which would read the table from its beginning for every page.
    const [ids] = await db.query<[RecordId<"workflow_runs", string>[]]>(
      `SELECT VALUE id FROM type::record('workflow_runs', $after>..) ${where} LIMIT ${idsAtOnce}`,
      { ...variables, after },
    );
    return ids.map(({ id }) => id);
  }

  async function readRows(keys: readonly string[]): Promise<WorkflowRunRow[]> {
    const [rows] = await db.query<[WorkflowRunRow[]]>(
      `SELECT * FROM type::record('workflow_runs', $first..=$last) ${where}`,
      { ...variables, first: keys[0], last: keys.at(-1) },
    );
    return rows;
  }

  async function stepsOf(rows: readonly WorkflowRunRow[]): Promise<WorkflowStepRow[][]> {
    if (rows.length === 0) return [];
    const text = rows
      .map((_, index) => `SELECT * FROM workflow_steps:[$key${index}, NONE]..=[$key${index}, ..]`)
      .join(";");
    return db.query<WorkflowStepRow[][]>(text, Object.fromEntries(rows.map(({ id }, index) => [`key${index}`, id.id])));
  }
}
