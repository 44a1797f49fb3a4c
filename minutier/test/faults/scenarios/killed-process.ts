/** The only process of a database is killed, again and again; the next one goes on with its runs. */
import { setTimeout as sleep } from "node:timers/promises";

import { check } from "../check.ts";
import type { Context, Scenario } from "../scenario.ts";
import { readStored } from "../stored.ts";
import type { SuiteProcess } from "../worker-process.ts";

export const killedProcess: Scenario = {
  name: "process",
  title: "SIGKILL of the only process of a database, with 64 runs under way",
  faults: (kills) => kills,
  async run(context, faults) {
    const database = await context.database(await context.makeFolder("db"));
    for (let n = 1; n <= faults; n++) {
      const worker = context.worker(database);
      await killAtSomeMoment(context, worker, n > 1);
      context.progress(`kill ${n} of ${faults}`);
    }
    const last = context.worker({ ...database, inFlight: 0, recoveryMs: 500 });
    await last.next("OPEN");
    await last.drain();
    // On a busy machine its own recovery can find a run of its silent for too long.
    return check(context.journal, await readStored(database), { codes: ["lease_lost"] });
  },
};

/** Most often among its runs; with `early`, sometimes while it opens the database or takes the runs of the dead. */
export async function killAtSomeMoment(context: Context, worker: SuiteProcess, early: boolean): Promise<void> {
  if (early && context.random() < 0.15) {
    await sleep(context.between(150, 900));
  } else {
    await worker.next("OPEN");
    await context.toldMore(context.between(10_000, 100_000));
    await sleep(context.between(0, 20));
  }
  await worker.kill();
}
