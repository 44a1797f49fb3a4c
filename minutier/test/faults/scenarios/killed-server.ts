/** The server is killed and comes back, while its clients go on. */
import { setTimeout as sleep } from "node:timers/promises";

import { check } from "../check.ts";
import { databaseOf, type Scenario } from "../scenario.ts";
import { readStored } from "../stored.ts";

export const killedServer: Scenario = {
  name: "server",
  title: "SIGKILL of the server, which comes back, under 64 runs of a client that goes on",
  faults: (kills) => Math.ceil(kills / 5),
  async run(context, faults) {
    const folder = await context.makeFolder("db");
    let server = await context.server(folder);
    const remote = { ...databaseOf(server), leaseMs: 600 };
    const client = context.worker(remote);
    await client.next("OPEN");
    for (let n = 1; n <= faults; n++) {
      await context.toldMore(context.between(1, 250_000));
      await sleep(context.between(0, 20));
      await server.kill();
      // Sometimes for longer than a lease lasts.
      await sleep(context.between(0, 2500));
      server = await context.server(folder, server.port);
      context.progress(`kill ${n} of ${faults}`);
    }
    await context.toldMore(50_000);
    await client.drain();
    // A lease can run out while the server is away; the run is then gone on with by the recovery beside.
    const findings = check(context.journal, await readStored(remote), {
      codes: ["lease_lost", "result_not_recorded", "not_recorded"],
    });
    await server.kill();
    return findings;
  },
};
