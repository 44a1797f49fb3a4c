/** A server's client is killed, again and again, beside one that lives and goes on with the dead one's runs. */
import { check } from "../check.ts";
import { databaseOf, type Scenario } from "../scenario.ts";
import { readStored } from "../stored.ts";
import { killAtSomeMoment } from "./killed-process.ts";

export const killedClient: Scenario = {
  name: "client",
  title: "SIGKILL of a client with 64 runs under way over ws://, beside one that recovers",
  faults: (kills) => Math.ceil(kills / 2),
  async run(context, faults) {
    const server = await context.server(await context.makeFolder("db"));
    const remote = { ...databaseOf(server), leaseMs: 600 };
    const living = context.worker({ ...remote, inFlight: 0 });
    await living.next("OPEN");
    for (let n = 1; n <= faults; n++) {
      await killAtSomeMoment(context, context.worker(remote), n > 1);
      context.progress(`kill ${n} of ${faults}`);
    }
    await living.drain();
    // On a busy machine a client can be silent for too long.
    const findings = check(context.journal, await readStored(remote), { codes: ["lease_lost"] });
    await server.kill();
    return findings;
  },
};
