/** Clients whose clocks are an hour apart, each looking for dead runs all the time: by either clock all are dead. */
import { check } from "../check.ts";
import type { Problem } from "../findings.ts";
import { databaseOf, type Scenario } from "../scenario.ts";
import { readStored, type Stored } from "../stored.ts";

const hourMs = 3_600_000;

export const skewedClocks: Scenario = {
  name: "clocks",
  title: "clients whose clocks are an hour apart, each looking for the other's dead runs",
  faults: (kills) => Math.ceil(kills / 5),
  async run(context, faults) {
    const server = await context.server(await context.makeFolder("db"));
    const remote = { ...databaseOf(server), leaseMs: 2000, inFlight: 8, recoveryMs: 50 };
    for (let n = 1; n <= faults; n++) {
      const skews = n % 2 === 0 ? [hourMs, 0] : [-hourMs, hourMs];
      const clients = skews.map((skewMs) => context.worker({ ...remote, skewMs, stepMs: 200 }));
      await Promise.all(clients.map((client) => client.next("OPEN")));
      await Promise.all(clients.map((client) => client.drain()));
      context.progress(`round ${n} of ${faults}`);
    }
    const stored = await readStored(remote);
    const findings = check(context.journal, stored, { codes: [] });
    await server.kill();
    return { ...findings, problems: [...findings.problems, ...stolenIn(stored)] };
  },
};

/** Nobody died here: a run that was taken over was taken from a live holder. */
function stolenIn({ runs }: Stored): Problem[] {
  return [...runs.values()]
    .filter((row) => (row.resumed ?? 0) > 0)
    .map((row) => ({ kind: "twice", text: `${row.id.id}: taken from its holder` }));
}
