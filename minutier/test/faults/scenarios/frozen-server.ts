/** The server is stopped, mostly for longer than a call may take, and goes on with all that it was sent. */
import { setTimeout as sleep } from "node:timers/promises";

import { check } from "../check.ts";
import { databaseOf, type Scenario } from "../scenario.ts";
import { readStored } from "../stored.ts";

const callTimeoutMs = 1000;

export const frozenServer: Scenario = {
  name: "frozen",
  title: "SIGSTOP of the server for longer than a call may take, then SIGCONT, under 64 runs of a client",
  faults: (kills) => Math.ceil(kills / 5),
  async run(context, faults) {
    const server = await context.server(await context.makeFolder("db"));
    const remote = { ...databaseOf(server), leaseMs: 600 };
    const client = context.worker({ ...remote, callTimeoutMs });
    await client.next("OPEN");
    for (let n = 1; n <= faults; n++) {
      await context.toldMore(context.between(1, 150_000));
      await sleep(context.between(0, 20));
      server.signal("SIGSTOP");
      const frozenMs = context.between(callTimeoutMs / 2, callTimeoutMs * 4);
      await sleep(frozenMs);
      server.signal("SIGCONT");
      context.progress(`freeze ${n} of ${faults}, of ${frozenMs} ms`);
    }
    await context.toldMore(50_000);
    await client.drain();
    // Nobody knows whether a call without an answer took effect: the run ends with an error, or is gone on with.
    const findings = check(context.journal, await readStored(remote), {
      codes: ["lease_lost", "result_not_recorded", "not_recorded"],
      steps: /did not answer within/,
    });
    await server.kill();
    return findings;
  },
};
