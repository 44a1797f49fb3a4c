/** A second process opens the folder of a first one. */
import { check } from "../check.ts";
import type { Context, Scenario } from "../scenario.ts";
import { readStored } from "../stored.ts";

/** Long enough for a busy machine, and shorter than any time limit of the library's. */
const promptMs = 4000;

export const lockedFolder: Scenario = {
  name: "lock",
  title: "a second process on one folder, while the first has 64 runs under way",
  faults: (kills) => Math.ceil(kills / 10),
  async run(context, faults) {
    const folder = await context.makeFolder("db");
    const database = await context.database(folder);
    const first = context.worker({ ...database, leaseMs: 5000 });
    await first.next("OPEN");
    const wrong: string[] = [];
    for (let n = 1; n <= faults; n++) {
      wrong.push(...(await openAsWell(context, folder)));
      context.progress(`opening ${n} of ${faults}`);
    }
    await first.drain();
    const findings = check(context.journal, await readStored(database), { codes: [] });
    const problems = wrong.map((text) => ({ kind: "failed", text }) as const);
    return { ...findings, problems: [...findings.problems, ...problems] };
  },
};

/** What is wrong with how a second one is refused: an embedded process, and where there are servers, a server. */
async function openAsWell(context: Context, folder: string): Promise<string[]> {
  const wrong: string[] = [];
  const second = context.worker({ url: `rocksdb://${folder}` });
  await second.next("READY");
  const began = performance.now();
  const refusal = await second.next("REFUSED ");
  const tookMs = performance.now() - began;
  if (!/^database_locked: .*Close that process/.test(refusal)) wrong.push(`the second was told ${refusal}`);
  if (tookMs > promptMs) wrong.push(`the second was told after ${Math.round(tookMs)} ms`);
  if (context.backend === "server") {
    const started = await context.server(folder).then(
      () => "it started",
      (error: Error) => error.message,
    );
    if (!/lock/i.test(started)) wrong.push(`a second server on the folder: ${started}`);
  }
  return wrong;
}
