import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { temporaryFolder } from "./backends.ts";
import { type Frame, frames, names, request, send } from "./server-fixture.ts";

const children: ChildProcess[] = [];

afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

async function serveIn(database: string, behaviour: string): Promise<{ child: ChildProcess; url: string }> {
  const file = join(import.meta.dirname, "processes/serve-workflow.ts");
  const child = spawn(process.execPath, [file, database, behaviour], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const [data] = (await once(child.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  return { child, url: String(data).trim() };
}

test("a stream goes on after the serving process was killed, from the event that its client saw last, to the run's end", async () => {
  const database = `rocksdb://${join(await temporaryFolder(), "db")}`;
  const first = await serveIn(database, "hang");
  const path = "/workflows/analyse_dossier/runs";
  const form = { message: "20", background: "true", session_id: "s1" };
  const read: Frame[] = [];
  const broken = (async () => {
    for await (const frame of frames(await send(`${first.url}${path}`, { form }))) {
      read.push(frame);
      // The third step is at work, on record.
      if (names(read).filter((name) => name === "StepStarted").length === 3) first.child.kill("SIGKILL");
    }
  })();
  // The client sees its connection break, not an end.
  await expect(broken).rejects.toThrow();
  expect(names(read)).toEqual([
    "WorkflowStarted",
    "StepStarted",
    "StepCompleted",
    "StepStarted",
    "StepCompleted",
    "StepStarted",
  ]);

  const second = await serveIn(database, "go-on");
  const run = String(read[0]?.data["run_id"]);
  const resume = { last_event_index: String(read.at(-1)?.data["event_index"]), session_id: "s1" };
  const resumed = await send(`${second.url}${path}/${run}/resume`, { form: resume });
  for await (const frame of frames(resumed)) if (frame.data["event_index"] !== undefined) read.push(frame);
  expect(names(read).slice(6)).toEqual(["StepCompleted", "StepStarted", "StepCompleted", "WorkflowCompleted"]);
  expect(read.map(({ data }) => data["event_index"])).toEqual(read.map((_, index) => index));
  expect(read.at(-1)?.data["content"]).toBe("checked 42");
  expect((await request(`${second.url}/runs/${run}`)).body).toMatchObject({ status: "success", resumed: 1 });
  second.child.kill("SIGKILL");
});
