/** Runs one scenario in a folder of its own, which is removed when all went well. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Plant } from "./plants.ts";
import { createRandom } from "./random.ts";
import { Context, type Scenario } from "./scenario.ts";
import { frozenServer } from "./scenarios/frozen-server.ts";
import { fullDisk } from "./scenarios/full-disk.ts";
import { killedClient } from "./scenarios/killed-client.ts";
import { killedProcess } from "./scenarios/killed-process.ts";
import { killedServer, restartedServer } from "./scenarios/returning-server.ts";
import { lockedFolder } from "./scenarios/locked-folder.ts";
import { pausedProcess } from "./scenarios/paused-process.ts";
import { replacedServer } from "./scenarios/replaced-server.ts";
import { skewedClocks } from "./scenarios/skewed-clocks.ts";
import type { BackendName } from "./suite-server.ts";
import type { Line } from "./table.ts";

export const scenarios: readonly Scenario[] = [
  killedProcess,
  killedClient,
  killedServer,
  restartedServer,
  frozenServer,
  replacedServer,
  pausedProcess,
  fullDisk,
  lockedFolder,
  skewedClocks,
];

export interface ScenarioRun {
  backend: BackendName;
  faults: number;
  seed: number;
  plant?: Plant | undefined;
  inFlight?: number | undefined;
  /** Leaves the folder where it is, also when all went well. */
  keep?: boolean;
  progress?: (text: string) => void;
}

/** The scenario's line of the table, or why it can't be tried here. */
export async function runScenario(scenario: Scenario, options: ScenarioRun): Promise<Line | string> {
  const { backend, faults, seed, plant, inFlight, keep = false, progress = () => undefined } = options;
  const folder = await mkdtemp(join(tmpdir(), `minutier-faults-${scenario.name}-`));
  const random = createRandom(seed);
  const context = new Context({ folder, random, progress, backend, plant, inFlight });
  const began = performance.now();
  try {
    const findings = await scenario.run(context, faults);
    if (keep || (typeof findings !== "string" && findings.problems.length > 0)) {
      progress(`the journal is kept: ${context.journal}`);
    } else {
      await rm(folder, { recursive: true, force: true });
    }
    if (typeof findings === "string") return findings;
    return { name: scenario.name, faults, ...findings, seconds: (performance.now() - began) / 1000 };
  } finally {
    await context.close();
  }
}
