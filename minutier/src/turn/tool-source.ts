/** Where tools come from: plain AI SDK tools, or a client that lists them, such as an MCP client. */
import type { Tool, ToolSet } from "ai";

import { errorMessage, MinutierError } from "../errors.ts";
import { checkedSchema } from "./checked-schema.ts";

/** Lists its tools when a run begins: an MCP client of `@ai-sdk/mcp`, for one. It stays yours to close. */
export interface ToolSource {
  tools(): Promise<ToolSet>;
}

/** Tools by name, a source of tools, or several of these; a name may appear only once. */
export type ToolOption = ToolSet | ToolSource | readonly (ToolSet | ToolSource)[];

/** An agent's tools: those known at its definition, and the sources to ask at each run. */
export interface Toolbox {
  readonly known: ToolSet;
  readonly sources: readonly ToolSource[];
}

/** Throws `invalid_definition` for a name that appears twice or a tool that can't run here. */
export function defineToolbox(owner: string, option: ToolOption | undefined): Toolbox {
  const entries = option === undefined ? [] : Array.isArray(option) ? option : [option];
  const sources = entries.filter(isToolSource);
  const known: ToolSet = {};
  for (const entry of entries) if (!isToolSource(entry)) addTools(owner, known, entry as ToolSet);
  return { known, sources };
}

/** All tools of a run, the sources' included. */
export async function openToolbox(owner: string, { known, sources }: Toolbox): Promise<ToolSet> {
  if (sources.length === 0) return known;
  const all = { ...known };
  for (const tools of await Promise.all(sources.map((source) => source.tools()))) addTools(owner, all, tools);
  return all;
}

function isToolSource(entry: ToolSet | ToolSource): entry is ToolSource {
  return "tools" in entry && typeof entry.tools === "function";
}

function addTools(owner: string, all: ToolSet, tools: ToolSet): void {
  for (const [name, tool] of Object.entries(tools)) {
    if (Object.hasOwn(all, name)) {
      throw new MinutierError(
        "invalid_definition",
        `The ${owner} has two tools named ${JSON.stringify(name)}. Rename one of them.`,
      );
    }
    if (tool.type !== "provider" && tool.execute === undefined) {
      throw new MinutierError(
        "invalid_definition",
        `The tool ${JSON.stringify(name)} of the ${owner} has no execute function, so its calls would never be answered. Give it one.`,
      );
    }
    all[name] = { ...tool, inputSchema: checkInputSchema(owner, name, tool as Tool) } as Tool;
  }
}

function checkInputSchema(owner: string, name: string, tool: Tool): Tool["inputSchema"] {
  try {
    return tool.type === "provider" ? tool.inputSchema : checkedSchema(tool.inputSchema);
  } catch (cause) {
    throw new MinutierError(
      "invalid_definition",
      `The input schema of the tool ${JSON.stringify(name)} of the ${owner} can't be shown to a model: ${errorMessage(cause)}`,
      { cause },
    );
  }
}
