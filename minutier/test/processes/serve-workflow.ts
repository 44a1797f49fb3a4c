/**
 * Serves a workflow from a database on disk and says where; with `hang` its third step never ends, without it a Recovery
 * goes on with what another process left.
 */
import { Recovery, step, SurrealDb, Workflow } from "../../src/index.ts";
import { serve } from "../../src/server/index.ts";

const [url = "", behaviour] = process.argv.slice(2);
const db = new SurrealDb({ url, leaseMs: 100 });
const workflow = new Workflow({
  name: "analyse_dossier",
  db,
  steps: [
    step("read", (text: string) => Number(text) + 1),
    step("check", (n: number) => n * 2),
    step("wait", (n: number) => (behaviour === "hang" ? new Promise<number>(() => undefined) : n)),
    step("write", (n: number) => `checked ${n}`),
  ],
});
const { url: address } = await serve({ db, workflows: [workflow], port: 0 });
if (behaviour !== "hang") new Recovery({ db, workflows: [workflow], intervalMs: 100 }).start();
process.stdout.write(`${address}\n`);
