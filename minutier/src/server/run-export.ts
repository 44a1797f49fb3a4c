/** `GET /runs/export`: runs as lines of JSON, read no faster than the client takes them. */
import type { WorkflowRunRow, WorkflowStepRow } from "../index.ts";
import { toRun, toRunConditions, toStep } from "./run-list.ts";
import type { ServerContext } from "./server-context.ts";
import { toJson } from "./to-json.ts";

/** Rows of one query: each holds its whole input and output. */
const pageSize = 50;

/** The runs that fit, oldest first, each with its steps. The first page is read before the answer begins. */
export async function exportRuns(
  { settings: { db } }: ServerContext,
  url: URL,
  owner: string | undefined,
): Promise<Response> {
  const { conditions, variables } = toRunConditions(url, owner);
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  const read = async (after: string): Promise<WorkflowRunRow[]> => {
    // A range, not `id >`, which would read the table from its beginning for every page.
    const [rows] = await db.query<[WorkflowRunRow[]]>(
      `SELECT * FROM type::record('workflow_runs', $after>..) ${where} LIMIT ${pageSize}`,
      { ...variables, after },
    );
    return rows;
  };
  const chunks = encode(await read(""));
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { value, done } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => void (await chunks.return(undefined)),
    },
    // A page is read when the client has taken the one before.
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { "Content-Type": "application/x-ndjson" } });

  async function* encode(page: WorkflowRunRow[]): AsyncGenerator<Uint8Array, undefined> {
    const encoder = new TextEncoder();
    for (let rows = page; rows.length > 0;) {
      const steps = await stepsOf(rows);
      const texts = rows.map((row, index) => toJson({ ...toRun(row), steps: (steps[index] ?? []).map(toStep) }));
      yield encoder.encode(`${texts.join("\n")}\n`);
      const last = rows.at(-1);
      rows = last === undefined || rows.length < pageSize ? [] : await read(last.id.id);
    }
  }

  async function stepsOf(rows: readonly WorkflowRunRow[]): Promise<WorkflowStepRow[][]> {
    const text = rows
      .map((_, index) => `SELECT * FROM workflow_steps:[$key${index}, NONE]..=[$key${index}, ..]`)
      .join(";");
    return db.query<WorkflowStepRow[][]>(text, Object.fromEntries(rows.map(({ id }, index) => [`key${index}`, id.id])));
  }
}
