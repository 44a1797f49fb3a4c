import { expect, onTestFinished, test } from "vitest";

import { SurrealDb, type SurrealDbOptions } from "../src/db/surreal-db.ts";
import { RunLease } from "../src/db/run-leases.ts";
import { encodeRunStart, startRun } from "../src/db/workflow-runs.ts";
import { createId } from "../src/ids.ts";
import { sharedServer, temporaryFolder } from "./backends.ts";
import { nextLine, startFixture } from "./run-fixture.ts";

const auth = { username: "root", password: "root" };

function startARun(db: SurrealDb): Promise<unknown> {
  const start = {
    runId: createId(),
    workflowName: "w",
    definition: "f",
    input: null,
    metadata: {},
    sessionId: createId(),
    initialState: {},
  };
  return startRun(SurrealDb.databaseOf(db), encodeRunStart(start, new RunLease(start.runId, 5000)));
}

test("twenty first runs at once in one process, each with a connection of its own", async () => {
  const { url } = await sharedServer();
  for (const options of [{ url: `rocksdb://${await temporaryFolder()}` }, { url, auth, database: "twenty" }]) {
    const databases = Array.from({ length: 20 }, () => new SurrealDb(options));
    await Promise.all(databases.map(startARun));
    expect(await databases[0]?.runs.latest(100)).toHaveLength(20);
    await Promise.all(databases.map((db) => db.close()));
  }
});

test("twenty first runs at once in four processes on one server", async () => {
  const { url } = await sharedServer();
  for (const database of ["four-a", "four-b", "four-c"]) {
    const options: SurrealDbOptions = { url, auth, namespace: `of-${database}`, database };
    const children = Array.from({ length: 4 }, () => startFixture("first-runs", [JSON.stringify(options)]));
    let errors = "";
    for (const child of children) child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    await Promise.all(children.map((child) => nextLine(child, "READY")));
    for (const child of children) child.stdin?.write("go\n");
    const codes = await Promise.all(children.map((child) => new Promise((resolve) => child.once("close", resolve))));
    expect(errors.slice(0, 3000)).toBe("");
    expect(codes).toEqual([0, 0, 0, 0]);

    const db = new SurrealDb(options);
    onTestFinished(() => db.close());
    expect(await db.runs.latest(100)).toHaveLength(20);
  }
});
