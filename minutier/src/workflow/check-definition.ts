/** Checks a workflow's definition when it is made, so that a mistake shows before anything runs. */
import { MinutierError } from "../errors.ts";
import type { Entry } from "./entries.ts";
import { bodiesOf, pathOf } from "./paths.ts";

/** Throws `invalid_definition` for empty or duplicate names and empty lists. */
export function checkDefinition(workflowName: string, entries: readonly Entry[]): void {
  if (typeof workflowName !== "string" || workflowName.trim() === "") {
    throw new MinutierError(
      "invalid_definition",
      "A workflow's name is empty. Give it a name: it is how its runs are found.",
    );
  }
  if (entries.length === 0) {
    throw new MinutierError(
      "invalid_definition",
      `The workflow ${JSON.stringify(workflowName)} has no steps. Give at least one.`,
    );
  }
  checkNames(workflowName, entries, new Map());
  checkPaths(workflowName, entries, "", new Set());
}

/** A run that goes on finds what it has done by its paths: names with slashes or brackets may not make two alike. */
function checkPaths(workflowName: string, entries: readonly Entry[], owner: string, seen: Set<string>): void {
  for (const entry of entries) {
    const path = pathOf(entry, owner);
    if (seen.has(path)) {
      throw new MinutierError(
        "invalid_definition",
        `Two steps of the workflow ${JSON.stringify(workflowName)} stand at ${JSON.stringify(path)}. Rename one: a name with "/" or "[]" must not look like another step's path.`,
      );
    }
    seen.add(path);
    for (const [inside, body] of bodiesOf(entry, path)) checkPaths(workflowName, body, inside, seen);
  }
}

/**
 * Names are unique in the whole workflow, so that an output is found by its step. One step may stand in several
 * branches, and the unnamed step of a branch has its branch's name, which is unique where it stands.
 */
function checkNames(workflowName: string, entries: readonly Entry[], seen: Map<string, Entry>): void {
  const here = new Set<string>();
  for (const entry of entries) {
    const { name } = entry;
    if (typeof name !== "string" || name.trim() === "") {
      throw new MinutierError(
        "invalid_definition",
        `A step of the workflow ${JSON.stringify(workflowName)} has an empty name.`,
      );
    }
    const other = entry.kind === "step" && entry.implicit ? undefined : seen.get(name);
    if (here.has(name) || (other !== undefined && other !== entry)) {
      throw new MinutierError(
        "invalid_definition",
        `The workflow ${JSON.stringify(workflowName)} has two steps named ${JSON.stringify(name)}. Rename one: step names are unique.`,
      );
    }
    here.add(name);
    if (!(entry.kind === "step" && entry.implicit)) seen.set(name, entry);
    for (const [, children] of bodiesOf(entry, name)) checkNames(workflowName, children, seen);
  }
}
