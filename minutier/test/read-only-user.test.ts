import { expect, test } from "vitest";

import { Agent } from "../src/agent/agent.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import { scriptedModel } from "../src/testing/scripted-model.ts";
import { step } from "../src/workflow/entries.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { remoteBackend, sharedServer } from "./backends.ts";

const addOne = (input: number): number => input + 1;

test("a user who may only read gets an error before anything runs (promise 1)", async () => {
  const owner = await remoteBackend.open({ database: "readers" });
  await new Workflow({ name: "first", db: owner, steps: [step("one", addOne)] }).run(1);
  await owner.query("DEFINE USER reader ON DATABASE PASSWORD 'secret' ROLES VIEWER");
  const { url } = await sharedServer();
  const auth = { namespace: "test", database: "readers", username: "reader", password: "secret" };
  await using db = new SurrealDb({ url, namespace: "test", database: "readers", auth });

  const workflow = new Workflow({ name: "second", db, steps: [step("never", () => expect.unreachable())] });
  await expect(workflow.run(1)).rejects.toMatchObject({
    code: "not_recorded",
    message: expect.stringContaining("may not write"),
  });
  const agent = new Agent({ name: "reader", db, model: scriptedModel(() => expect.unreachable()) });
  await expect(agent.run("Read")).rejects.toMatchObject({
    code: "not_recorded",
    message: expect.stringContaining("may not write"),
  });
  expect(await db.runs.latest()).toHaveLength(1);
});
