/** The server is asked to end, ends by itself and is started again, while its clients go on. */
import { setTimeout as sleep } from "node:timers/promises";

import { check } from "../check.ts";
import { Problems } from "../findings.ts";
import { databaseOf, type Scenario } from "../scenario.ts";
import { readStored } from "../stored.ts";

/** Clients that stay connected must not keep a server from ending. */
const longestEndMs = 30_000;

export const restartedServer: Scenario = {
  name: "restart",
  title: "SIGTERM of the server, which comes back, under 64 runs of a client that goes on",
  faults: (kills) => Math.ceil(kills / 5),
  async run(context, faults) {
    const folder = await context.makeFolder("db");
    let server = await context.server(folder);
    const remote = { ...databaseOf(server), leaseMs: 600 };
    const client = context.worker(remote);
    await client.next("OPEN");
    const problems = new Problems();
    for (let n = 1; n <= faults; n++) {
      await context.toldMore(context.between(1, 250_000));
      await sleep(context.between(0, 20));
      const began = performance.now();
      await server.stop();
      const tookMs = Math.round(performance.now() - began);
      problems.unless(tookMs < longestEndMs, "failed", `the server ended after ${tookMs} ms`);
      await sleep(context.between(0, 1000));
      server = await context.server(folder, server.port);
      context.progress(`restart ${n} of ${faults}, which ended within ${tookMs} ms`);
    }
    await context.toldMore(50_000);
    await client.drain();
    // A lease can run out while the server is away; the run is then gone on with by the recovery beside.
    const findings = check(context.journal, await readStored(remote), {
      codes: ["lease_lost", "result_not_recorded", "not_recorded"],
    });
    await server.kill();
    return { ...findings, problems: [...findings.problems, ...problems.all] };
  },
};
