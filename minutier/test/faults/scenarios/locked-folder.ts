/** A second process opens the folder of a first one. */
import { check } from "../check.ts";
import type { Scenario } from "../scenario.ts";
import { readStored } from "../stored.ts";

/** Long enough for a busy machine, and shorter than any time limit of the library's. */
const promptMs = 4000;

export const lockedFolder: Scenario = {
  name: "lock",
  title: "a second process on one folder, while the first has 64 runs under way",
  faults: (kills) => Math.ceil(kills / 10),
  async run(context, faults) {
    const url = `rocksdb://${context.folder}/db`;
    const first = context.worker({ url, leaseMs: 5000 });
    await first.next("OPEN");
    const wrong: string[] = [];
    for (let n = 1; n <= faults; n++) {
      const second = context.worker({ url });
      await second.next("READY");
      const began = performance.now();
      const refusal = await second.next("REFUSED ");
      const tookMs = performance.now() - began;
      if (!/^database_locked: .*Close that process/.test(refusal)) wrong.push(`the second was told ${refusal}`);
      if (tookMs > promptMs) wrong.push(`the second was told after ${Math.round(tookMs)} ms`);
      context.progress(`opening ${n} of ${faults}`);
    }
    await first.drain();
    const findings = check(context.journal, await readStored({ url }), { codes: [] });
    const problems = wrong.map((text) => ({ kind: "failed", text }) as const);
    return { ...findings, problems: [...findings.problems, ...problems] };
  },
};
