/**
 * The server as a process of its own, for tests that kill it:
 * `node main.ts [--endpoint mem://] [--port 0] [--username root] [--password root]`.
 *
 * Prints `READY ws://…` on one line once it listens. SIGTERM and SIGINT close it.
 */
import { parseArgs } from "node:util";

import { startRpcServer } from "./server.ts";

const { values } = parseArgs({
  options: {
    endpoint: { type: "string", default: "mem://" },
    port: { type: "string", default: "0" },
    username: { type: "string", default: "root" },
    password: { type: "string", default: "root" },
  },
});

const server = await startRpcServer({ ...values, port: Number(values.port) });

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    // A datastore that didn't fall idle in time would keep the process alive.
    void server.close().finally(() => process.exit(0));
  });
}

console.log(`READY ${server.url}`);
