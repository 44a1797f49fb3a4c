/**
 * Records what a real SurrealDB server answers, for the machines that have none:
 * `SURREAL_BIN=… node minutier/test/rpc-parity/record.ts`.
 */
import { startSurreal } from "../surreal-server.ts";
import { kinds, writeRecorded } from "./answers.ts";
import type { Answers } from "./method-answers.ts";

const server = await startSurreal({ path: "memory" });
const version = await (await fetch(`http://127.0.0.1:${server.port}/version`)).text();
const answers: Answers = new Map();
for (const [kind, ask] of Object.entries(kinds)) {
  const asked = await ask(server);
  for (const [name, answer] of asked) answers.set(name, answer);
  process.stdout.write(`${asked.size} ${kind}\n`);
}
await server.kill();
await writeRecorded({ version, answers });
