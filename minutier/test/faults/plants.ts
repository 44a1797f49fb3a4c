/** Bugs that the suite must catch, planted into the worker's own process only. */
import { setTimeout as sleep } from "node:timers/promises";

import { Database } from "../../src/db/database.ts";
import { RunLease } from "../../src/db/run-leases.ts";
import type { Statement } from "../../src/db/statement.ts";

export const plantNames = ["fence", "ack"] as const;
export type Plant = (typeof plantNames)[number];

export function plant(bug: Plant): void {
  if (bug === "fence") {
    // A holder that lost its run goes on writing.
    RunLease.prototype.fenced = (statement) => statement;
    RunLease.prototype.ending = (statement) => statement;
    return;
  }
  // A step is told as committed while its transaction is only on its way.
  const write = Database.prototype.write;
  Database.prototype.write = function (this: Database, statements: readonly Statement[], ...options) {
    const commit = (): Promise<unknown[]> => write.call(this, statements, ...options);
    if (!statements.some(isStep) || statements.some(isEnd)) return commit();
    void sleep(20)
      .then(commit)
      .catch(() => undefined);
    return Promise.resolve(statements.map(() => undefined));
  };
}

function isStep({ values }: Statement): boolean {
  return values.some((value) => String(value).startsWith("workflow_steps:"));
}

/** Its result is looked at. */
function isEnd({ parts }: Statement): boolean {
  return parts.join("").includes("RETURN VALUE id");
}
