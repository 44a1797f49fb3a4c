/** How a leader gives work to members. */
import { jsonSchema, tool, type ToolSet } from "ai";

import type { MemberRuns } from "./member-runs.ts";
import type { TeamDefinition, TeamMember } from "./team-definition.ts";

/** The tool's name, under which delegations are recorded in every mode. */
export const delegateTool = "delegate_to_member";

/** The input of a recorded delegation. */
interface Delegation {
  member: string;
  task: string;
}

/** Coordinate: the leader writes the task and is given the member's answer or its error. */
export function delegationTools(team: TeamDefinition, members: MemberRuns): ToolSet {
  return {
    [delegateTool]: tool({
      description: "Gives a task to a member of your team and gives you its answer.",
      inputSchema: jsonSchema<Delegation>({
        type: "object",
        properties: {
          member: memberProperty(team),
          task: { type: "string", description: "What the member is to do, with all that it needs to know." },
        },
        required: ["member", "task"],
      }),
      execute: async ({ member, task }) => {
        const found = members.find(member);
        if (typeof task !== "string" || task.trim() === "")
          throw new Error("The task is empty. Say what the member is to do.");
        const result = await members.ask(found, task, task);
        return result.output;
      },
    }),
  };
}

/** Route: the leader only names the member. */
export function choiceTools(team: TeamDefinition, choose: (member: unknown) => Promise<unknown>): ToolSet {
  return {
    [delegateTool]: tool({
      description: "Picks the member that answers the user.",
      inputSchema: jsonSchema<Pick<Delegation, "member">>({
        type: "object",
        properties: { member: memberProperty(team) },
        required: ["member"],
      }),
      execute: ({ member }) => choose(member),
    }),
  };
}

/** The leader's instructions: the team's own, who the members are, what to do with them, the state. */
export function leaderInstructions(team: TeamDefinition, duty: string, state: string | undefined): string {
  const list = [...team.members.values()].map(describeMember).join("\n");
  const members = `You lead the team ${JSON.stringify(team.name)}. Its members:\n${list}`;
  return [team.instructions, members, duty, state].filter((part) => part !== undefined).join("\n\n");
}

function describeMember({ name, description }: TeamMember): string {
  return description === undefined ? `- ${name}` : `- ${name}: ${description}`;
}

function memberProperty(team: TeamDefinition): { type: "string"; enum: string[]; description: string } {
  return { type: "string", enum: [...team.members.keys()], description: "The member's name." };
}
