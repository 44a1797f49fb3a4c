/** A client is stopped for longer than its leases last, another takes its runs over, and it comes back. */
import { setTimeout as sleep } from "node:timers/promises";

import { check } from "../check.ts";
import { type Scenario, serverAuth, serverDatabase } from "../scenario.ts";
import { readStored } from "../stored.ts";
import { startServer } from "../worker-process.ts";

export const pausedProcess: Scenario = {
  name: "pause",
  title: "SIGSTOP of a client until another has taken its runs over, then SIGCONT",
  faults: (kills) => Math.ceil(kills / 5),
  async run(context, faults) {
    const server = await startServer(await context.makeFolder("db"));
    const remote = { url: server.url, auth: serverAuth, ...serverDatabase, leaseMs: 200 };
    const living = context.worker({ ...remote, inFlight: 0 });
    await living.next("OPEN");
    const paused = context.worker({ ...remote, stepMs: 60 });
    await paused.next("OPEN");
    for (let n = 1; n <= faults; n++) {
      await sleep(context.between(300, 1000));
      paused.signal("SIGSTOP");
      // Its leases run out, and the other one is in the middle of its runs.
      await sleep(context.between(700, 1100));
      paused.signal("SIGCONT");
      context.progress(`pause ${n} of ${faults}`);
    }
    await sleep(500);
    await paused.drain();
    await living.drain();
    const findings = check(context.journal, await readStored(remote), { codes: ["lease_lost"] });
    await server.process.kill();
    return findings;
  },
};
