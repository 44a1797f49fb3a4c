import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { backends } from "./backends.ts";
import { count } from "./faults/findings.ts";
import type { Plant } from "./faults/plants.ts";
import { runScenario, scenarios } from "./faults/run-scenario.ts";
import type { BackendName } from "./faults/suite-server.ts";
import { type Line, toTable } from "./faults/table.ts";

// They mostly wait, for leases to run out; on a busy machine for much else.
const timeoutMs = 240_000;
const seed = Math.floor(Math.random() * 2 ** 31);

/** Where there is no real server, that backend is not tried; where tests are narrowed to it, only that one is. */
const isSkipped = (backend: BackendName): boolean => !backends.some(({ name }) => name === backend);

interface Tried {
  backend?: BackendName;
  faults: number;
  inFlight: number;
  plant?: Plant;
}

async function tryFaults(name: string, { backend = "ws", ...tried }: Tried): Promise<Line | string> {
  const scenario = scenarios.find((each) => each.name === name);
  if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
  return runScenario(scenario, { backend, seed, ...tried });
}

async function expectNothingLost(name: string, tried: Tried): Promise<void> {
  const result = await tryFaults(name, tried);
  if (typeof result === "string") return;
  expect(result.problems).toEqual([]);
  expect(result.steps).toBeGreaterThan(0);
}

// The long suite is `npm run test:faults`; here each scenario tries a few faults.
describe.skipIf(isSkipped("ws"))(`what was acknowledged is there, once, after (seed ${seed})`, () => {
  test.concurrent.each([
    ["process", 5, 64],
    ["client", 1, 16],
    ["server", 1, 16],
    ["pause", 1, 16],
    ["disk", 1, 16],
    ["lock", 1, 16],
    ["clocks", 1, 8],
  ])("%s × %i, %i runs at once", (name, faults, inFlight) => expectNothingLost(name, { faults, inFlight }), timeoutMs);
});

describe.skipIf(isSkipped("server"))(`on a SurrealDB server, what was acknowledged is there (seed ${seed})`, () => {
  test.concurrent.each([
    ["process", 2, 16],
    ["client", 1, 16],
    ["server", 1, 16],
    ["restart", 1, 16],
    ["frozen", 1, 16],
    ["replaced", 1, 16],
    ["pause", 1, 16],
    ["disk", 1, 16],
    ["lock", 1, 16],
    ["clocks", 1, 8],
  ])(
    "on a server: %s × %i, %i runs at once",
    (name, faults, inFlight) => expectNothingLost(name, { backend: "server", faults, inFlight }),
    timeoutMs,
  );
});

const tried = (["ws", "server"] as const).filter((backend) => !isSkipped(backend));
describe.each(tried)("on %s a planted bug is found", (backend) => {
  test.concurrent(
    "a step acknowledged before its commit",
    async () => {
      const result = (await tryFaults("process", { backend, faults: 2, inFlight: 16, plant: "ack" })) as Line;
      expect(count(result, "lost") + count(result, "twice")).toBeGreaterThan(0);
    },
    timeoutMs,
  );

  test.concurrent(
    "a holder that goes on writing after it lost its run",
    async () => {
      const result = (await tryFaults("pause", { backend, faults: 2, inFlight: 16, plant: "fence" })) as Line;
      expect(count(result, "lost") + count(result, "twice") + count(result, "torn")).toBeGreaterThan(0);
    },
    timeoutMs,
  );
});

test("the table has a line for each scenario, and their sum", () => {
  const line: Line = { name: "process", faults: 2, runs: 1000, steps: 5, seconds: 1.25, problems: [] };
  const lost: Line = { ...line, name: "pause", problems: [{ kind: "lost", text: "a run" }] };
  expect(`\n${toTable([line, lost])}\n`).toMatchInlineSnapshot(`
    "
    scenario  faults   runs  steps  lost  torn  executed twice  left open  unexcused errors  seconds
    ────────────────────────────────────────────────────────────────────────────────────────────────
    process        2  1,000      5     0     0               0          0                 0      1.3
    pause          2  1,000      5     1     0               0          0                 0      1.3
    ────────────────────────────────────────────────────────────────────────────────────────────────
    sum            4  2,000     10     1     0               0          0                 0      2.5
    "
  `);
});

test("the program says how it is used, and refuses what it does not know", async () => {
  const run = (...args: string[]): Promise<{ code: unknown; text: string }> =>
    new Promise((resolve) => {
      const file = fileURLToPath(new URL("faults/main.ts", import.meta.url));
      execFile(process.execPath, [file, ...args], (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, text: stdout + stderr }),
      );
    });
  expect(await run("--help")).toMatchObject({ code: 0, text: expect.stringContaining("--kills N") });
  expect(await run("--only", "nothing")).toMatchObject({ code: 2, text: expect.stringContaining("there are process") });
  expect(await run("--backend", "mem")).toMatchObject({ code: 2, text: expect.stringContaining("ws and server") });
  expect(await run("--kills", "x")).toMatchObject({ code: 2, text: expect.stringContaining("give a whole number") });
});
