import { registerTelemetry } from "ai";
import { afterEach, expect, test } from "vitest";

import { Agent } from "../src/agent/agent.ts";
import { scriptedModel } from "../src/testing/scripted-model.ts";

afterEach(() => {
  globalThis.AI_SDK_TELEMETRY_INTEGRATIONS = undefined;
});

test("the application's telemetry hears of a run and of a stream, whenever it is registered", async () => {
  const agent = new Agent({ name: "reader", model: scriptedModel(() => "ok") });
  let starts = 0;
  await agent.run("before");
  registerTelemetry({ onStart: () => void (starts += 1) });
  await agent.run("run");
  expect(starts).toBe(1);
  for await (const _ of agent.stream("stream"));
  expect(starts).toBe(2);
});
