// A team whose leader asks two members at once; what everybody said is in the database.
import { Agent, SurrealDb, Team } from "minutier";
import { scriptedModel } from "minutier/testing";

const db = new SurrealDb({ url: "mem://" });
const clerk = new Agent({
  name: "clerk",
  description: "Knows the land register.",
  model: scriptedModel(["Ana owns the lot."]),
});
const jurist = new Agent({
  name: "jurist",
  description: "Knows the law.",
  model: scriptedModel([new Error("overloaded"), "Spouses sign too."]),
});
const leader = scriptedModel([
  {
    toolCalls: [
      { toolName: "delegate_to_member", input: { member: "clerk", task: "Who owns lot 9 412 305?" } },
      { toolName: "delegate_to_member", input: { member: "jurist", task: "Who signs the sale of a home?" } },
    ],
  },
  {
    toolCalls: [
      {
        toolName: "delegate_to_member",
        input: { member: "jurist", task: "Who signs the sale of a home? Answer again." },
      },
    ],
  },
  "Ana signs, and her spouse too.",
]);
const office = new Team({ name: "office", members: [clerk, jurist], model: leader, db });

for await (const event of office.stream("Who signs?", { sessionId: "s1" })) {
  if (event.type === "member-event" && event.event.type.startsWith("run-"))
    console.log(`  ${event.member}: ${event.event.type}`);
  if (event.type === "run-completed") console.log(event.result.text);
}

const delegations = await db.sessions.toolCalls({ kind: "team", name: "office", sessionId: "s1" });
for (const { input, status, output, error_message } of delegations) console.log(input, status, output ?? error_message);
await db.close();
