/** Runs an agent whose tool never ends, and says when the tool has begun; its parent then kills it. */
import { tool } from "ai";
import { z } from "zod";

import { Agent } from "../../src/agent/agent.ts";
import { SurrealDb } from "../../src/db/surreal-db.ts";
import { scriptedModel } from "../../src/testing/scripted-model.ts";

const db = new SurrealDb({ url: process.argv[2] ?? "" });
const work = tool({
  inputSchema: z.object({ document: z.string() }),
  execute: () => {
    process.stdout.write("in the tool\n");
    return new Promise(() => setInterval(() => undefined, 1000));
  },
});
const model = scriptedModel([
  "Bonjour.",
  { text: "Je regarde.", toolCalls: [{ toolName: "work", input: { document: "acte.pdf" } }] },
]);
const agent = new Agent({ name: "extracteur", model, tools: { work }, db });
await agent.run("Bonjour", { sessionId: "s1" });
await agent.run("Lis l'acte", { sessionId: "s1", metadata: { dossier_id: "d1" } });
