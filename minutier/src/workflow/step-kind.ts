/** What does a step's work, in one word: `workflow_steps.kind`. */
import { Agent } from "../agent/agent.ts";
import type { StepKind } from "../records.ts";
import { Team } from "../team/team.ts";
import { type Entry, isWorkflow } from "./entries.ts";

export function kindOf(entry: Entry): StepKind {
  if (entry.kind !== "step") return entry.kind;
  if (entry.executor instanceof Agent) return "agent";
  if (entry.executor instanceof Team) return "team";
  return isWorkflow(entry.executor) ? "workflow" : "function";
}
