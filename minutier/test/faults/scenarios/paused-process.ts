/** A client is stopped for longer than its leases last, another takes its runs over, and it comes back. */
import { setTimeout as sleep } from "node:timers/promises";

import { check } from "../check.ts";
import { databaseOf, type Scenario } from "../scenario.ts";
import { readStored } from "../stored.ts";

export const pausedProcess: Scenario = {
  name: "pause",
  title: "SIGSTOP of a client until another has taken its runs over, then SIGCONT",
  faults: (kills) => Math.ceil(kills / 5),
  async run(context, faults) {
    const server = await context.server(await context.makeFolder("db"));
    const remote = { ...databaseOf(server), leaseMs: 500 };
    const living = context.worker({ ...remote, inFlight: 0 });
    await living.next("OPEN");
    const paused = context.worker({ ...remote, inFlight: 16, stepMs: 100 });
    await paused.next("OPEN");
    for (let n = 1; n <= faults; n++) {
      await context.toldMore(context.between(1, 100_000));
      await sleep(context.between(0, 100));
      paused.signal("SIGSTOP");
      // Only the other one tells anything now: that it is in the middle of the stopped one's runs.
      await context.toldMore(context.between(500, 30_000));
      paused.signal("SIGCONT");
      context.progress(`pause ${n} of ${faults}`);
    }
    await context.toldMore(20_000);
    await paused.drain();
    await living.drain();
    const findings = check(context.journal, await readStored(remote), { codes: ["lease_lost"] });
    await server.kill();
    return findings;
  },
};
