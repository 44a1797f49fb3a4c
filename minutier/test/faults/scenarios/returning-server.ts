/** The server goes away, in one way or another, and comes back on its folder, while its clients go on. */
import { setTimeout as sleep } from "node:timers/promises";

import { check } from "../check.ts";
import { Problems } from "../findings.ts";
import { databaseOf, type Scenario } from "../scenario.ts";
import { readStored } from "../stored.ts";
import type { SuiteServer } from "../suite-server.ts";

/** Clients that stay connected must not keep a server from ending. */
const longestEndMs = 30_000;

/** A scenario of a server that ends in this way, and stays away for so long at most. */
function returningServer(
  name: string,
  title: string,
  end: (server: SuiteServer) => Promise<void>,
  longestAwayMs: number,
): Scenario {
  return {
    name,
    title: `${title} of the server, which comes back, under 64 runs of a client that goes on`,
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
        await end(server);
        const tookMs = Math.round(performance.now() - began);
        problems.unless(tookMs < longestEndMs, "failed", `the server ended after ${tookMs} ms`);
        await sleep(context.between(0, longestAwayMs));
        server = await context.server(folder, server.port);
        context.progress(`end ${n} of ${faults}, within ${tookMs} ms`);
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
}

/** Sometimes for longer than a lease lasts. */
export const killedServer: Scenario = returningServer("server", "SIGKILL", (server) => server.kill(), 2500);

export const restartedServer: Scenario = returningServer("restart", "SIGTERM", (server) => server.stop(), 1000);
