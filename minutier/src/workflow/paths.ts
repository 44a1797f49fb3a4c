/** Where steps stand in a workflow: `analyser/parties`, `relire[2]/corriger`. */
import { type Entry, isWorkflow } from "./entries.ts";

/** An entry's path inside its owner's; an unnamed step stands at its owner's path. */
export function pathOf(entry: Entry, owner: string): string {
  if (entry.kind === "step" && entry.implicit && owner !== "") return owner;
  return owner === "" ? entry.name : `${owner}/${entry.name}`;
}

/** The bodies inside an entry, each with the path that its entries stand in; `[]` stands for any iteration or item. */
export function bodiesOf(entry: Entry, path: string): [path: string, entries: readonly Entry[]][] {
  switch (entry.kind) {
    case "parallel":
      return [...entry.branches].map(([name, entries]) => [`${path}/${name}`, entries]);
    case "branch":
      return [...entry.cases].map(([name, entries]) => [`${path}/${name}`, entries]);
    case "loop":
    case "forEach":
      return [[`${path}[]`, entry.body]];
    case "step":
    case "approval":
      return [];
  }
}

/** The entry that stands at a path, nested workflows included. */
export function entryAt(entries: readonly Entry[], path: string, owner = ""): Entry | undefined {
  const wanted = path.replaceAll(/\[\d+\]/g, "[]");
  for (const entry of entries) {
    const here = pathOf(entry, owner);
    if (here === wanted) return entry;
    const nested = entry.kind === "step" && isWorkflow(entry.executor) ? (entry.executor.steps ?? []) : [];
    const bodies: [string, readonly Entry[]][] = [...bodiesOf(entry, here), [here, nested]];
    for (const [inside, body] of bodies) {
      const found = wanted.startsWith(inside) ? entryAt(body, wanted, inside) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
