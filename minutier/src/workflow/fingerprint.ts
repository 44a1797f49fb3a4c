/** Tells two definitions of a workflow apart: a run goes on only with the steps that it was started with. */
import { createHash } from "node:crypto";

import { type Entry, isWorkflow } from "./entries.ts";
import { bodiesOf, pathOf } from "./paths.ts";
import { kindOf } from "./step-kind.ts";

/** 16 hexadecimal digits of the kinds and paths of all steps, nested workflows included. */
export function fingerprintOf(entries: readonly Entry[]): string {
  return createHash("sha256")
    .update(JSON.stringify(outline(entries, "")))
    .digest("hex")
    .slice(0, 16);
}

function outline(entries: readonly Entry[], owner: string): unknown[] {
  return entries.map((entry) => {
    const path = pathOf(entry, owner);
    const nested = entry.kind === "step" && isWorkflow(entry.executor) ? [outline(entry.executor.steps ?? [], "")] : [];
    return [kindOf(entry), path, ...nested, ...bodiesOf(entry, path).map(([inside, body]) => outline(body, inside))];
  });
}
