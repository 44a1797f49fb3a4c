// An agent with a tool, a team and a workflow, on the record in one database.
import { tool } from "ai";
import { Agent, step, SurrealDb, Team, Workflow } from "minutier";
import { scriptedModel } from "minutier/testing";
import { z } from "zod";

// In memory, for a try. On disk: "rocksdb://./data".
export const db: SurrealDb = new SurrealDb({ url: "mem://" });

const findOwner = tool({
  description: "Finds who owns a lot.",
  inputSchema: z.object({ lot: z.string() }),
  execute: ({ lot }) => ({ lot, owner: "Ana" }),
});

// These models say what their scripts say. Use any model of the AI SDK instead, such as anthropic("…").
const clerk = new Agent({
  name: "clerk",
  description: "Knows the land register.",
  model: scriptedModel((request) =>
    request.prompt.at(-1)?.role === "user"
      ? { toolCalls: [{ toolName: "findOwner", input: { lot: "9 412 305" } }] }
      : "Ana owns lot 9 412 305.",
  ),
  tools: { findOwner },
  db,
});

const office = new Team({
  name: "office",
  members: [clerk],
  model: scriptedModel((request) =>
    request.prompt.at(-1)?.role === "user"
      ? { toolCalls: [{ toolName: "delegate_to_member", input: { member: "clerk", task: "Who owns lot 9 412 305?" } }] }
      : "Ana may sell her lot.",
  ),
  db,
});

const check = new Workflow({
  name: "check_sale",
  db,
  input: z.object({ lot: z.string(), seller: z.string() }),
  steps: [
    step("ask", clerk, { input: ({ lot }: { lot: string }) => `Who owns lot ${lot}?` }),
    step("compare", (answer: string, ctx) => {
      const { seller } = ctx.input as { seller: string };
      return { answer, sellerOwns: answer.includes(seller) };
    }),
  ],
});

export const agents: Agent[] = [clerk];
export const teams: Team[] = [office];
export const workflows: Workflow<{ lot: string; seller: string }, { answer: string; sellerOwns: boolean }>[] = [check];

if (process.argv[1] === import.meta.filename) {
  const run = await check.run({ lot: "9 412 305", seller: "Ana" }, { metadata: { dossier_id: "dossier:abc123" } });
  console.log(run.output);
  console.log((await office.run("Can lot 9 412 305 be sold?")).text);
  for (const row of (await db.runs.get(run.id))?.steps ?? []) console.log(row.path, row.kind, row.status);
  for (const session of await db.sessions.list("agent")) console.log(session.agent_name, session.message_count);
  await db.close();
}
