/** Runs a workflow whose agent's model never answers, and says when it was asked; its parent then kills it. */
import { Agent } from "../../src/agent/agent.ts";
import { SurrealDb } from "../../src/db/surreal-db.ts";
import { scriptedModel } from "../../src/testing/scripted-model.ts";
import { step } from "../../src/workflow/entries.ts";
import { Workflow } from "../../src/workflow/workflow.ts";

const db = new SurrealDb({ url: process.argv[2] ?? "", leaseMs: 30 });
const model = scriptedModel(() => {
  process.stdout.write("asked\n");
  return new Promise(() => setInterval(() => undefined, 1000));
});
const agent = new Agent({ name: "extracteur", model });
const workflow = new Workflow({ name: "w", db, steps: [step("lire", () => "Lis l'acte"), agent] });
await workflow.run(1, { runId: "R", sessionId: "s1" });
