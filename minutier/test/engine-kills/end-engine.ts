/** Ends a writer in one of the ways that processes end, again and again, and compares what it was told with what is there. */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { between, createRandom } from "../faults/random.ts";
import { SuiteProcess } from "../faults/worker-process.ts";
import type { EngineName } from "./open-engine.ts";
import type { Found } from "./reader.ts";
import type { WriterOptions } from "./writer.ts";

/** `kill`: SIGKILL; `exit`: the process ends once its writes are acknowledged; `close`: and the engine before it. */
export const endNames = ["kill", "exit", "close"] as const;
export type EndName = (typeof endNames)[number];

/** What became of the pairs. */
export interface Outcome {
  acknowledged: number;
  /** Acknowledged, and not there whole. */
  lost: number;
  /** One row of a transaction without the other, or without its entry in the index. */
  torn: number;
  /** Folders that could not be opened again. */
  unopenable: number;
}

const nothing: Outcome = { acknowledged: 0, lost: 0, torn: 0, unopenable: 0 };

/** The outcome of one kind of end. */
export interface Tally extends Outcome {
  ends: number;
}

/** A folder serves for so many ends: what was read is read again after each. */
const endsPerFolder = 10;

export interface EndsOptions {
  engine: EngineName;
  ends: readonly EndName[];
  seed: number;
  /** Of a writer's life, in milliseconds: the more it writes, the more the engine has to move. @default 2000 */
  longestMs?: number;
  progress?: (text: string) => void;
}

/** Tries the ends one after the other; a tally for each kind. */
export async function endEngine({
  engine,
  ends,
  seed,
  longestMs = 2000,
  progress = () => undefined,
}: EndsOptions): Promise<Record<EndName, Tally>> {
  const random = createRandom(seed);
  const tallies: Record<EndName, Tally> = {
    kill: { ends: 0, ...nothing },
    exit: { ends: 0, ...nothing },
    close: { ends: 0, ...nothing },
  };
  let life: Life | undefined;
  try {
    for (const [n, end] of ends.entries()) {
      if (life?.isOver === true) {
        await life.remove();
        life = undefined;
      }
      life ??= new Life(engine, await mkdtemp(join(tmpdir(), `minutier-${engine}-`)), progress);
      const outcome = await life.writeUntil(end, between(random, 0, 2 ** 31), between(random, 50, longestMs));
      const tally = tallies[end];
      tally.ends++;
      for (const key of ["acknowledged", "lost", "torn", "unopenable"] as const) tally[key] += outcome[key];
      progress(`${end}, ${n + 1} of ${ends.length}: ${outcome.lost} of ${outcome.acknowledged} lost`);
    }
  } finally {
    await life?.remove();
  }
  return tallies;
}

/** One folder, from its making until it is thrown away. */
class Life {
  readonly #engine: EngineName;
  readonly #folder: string;
  readonly #progress: (text: string) => void;
  #ends = 0;
  #from = 0;
  /** After the end before. */
  #before = nothing;

  constructor(engine: EngineName, folder: string, progress: (text: string) => void) {
    this.#engine = engine;
    this.#folder = folder;
    this.#progress = progress;
  }

  /** Whether nothing more is to be tried here. */
  get isOver(): boolean {
    return this.#before.unopenable > 0 || this.#ends >= endsPerFolder;
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Writes until that end; what it brought. */
  async writeUntil(end: EndName, seed: number, afterMs: number): Promise<Outcome> {
    this.#ends++;
    const { acknowledged, lost, torn } = this.#before;
    this.#before = await this.#write(end, seed, afterMs).catch((error: unknown) => {
      this.#progress(`the folder can't be opened: ${String(error)}`);
      return { ...this.#before, unopenable: 1 };
    });
    const now = this.#before;
    return {
      acknowledged: now.acknowledged - acknowledged,
      lost: now.lost - lost,
      torn: now.torn - torn,
      unopenable: now.unopenable,
    };
  }

  async #write(end: EndName, seed: number, afterMs: number): Promise<Outcome> {
    const acknowledged = join(this.#folder, "acknowledged");
    const place = { engine: this.#engine, folder: join(this.#folder, "db") };
    const options: WriterOptions = { ...place, acknowledged, from: this.#from, seed };
    const writer = start("writer.ts", [JSON.stringify(options)]);
    await writer.next("OPEN");
    await sleep(afterMs);
    if (end === "kill") await writer.kill();
    else writer.tell(end);
    await writer.ended();
    return this.#compare(readNumbers(acknowledged), await readFound(place));
  }

  #compare(acknowledged: readonly number[], found: Found): Outcome {
    const [first, second, indexed] = [new Set(found.first), new Set(found.second), new Set(found.indexed)];
    // What was under way has taken numbers too.
    this.#from = [...acknowledged, ...first, ...second].reduce((most, number) => Math.max(most, number), 0) + 100;
    return {
      acknowledged: acknowledged.length,
      lost: acknowledged.filter((number) => !first.has(number) || !second.has(number)).length,
      torn: [...new Set([...first, ...second, ...indexed])].filter(
        (number) => !first.has(number) || !second.has(number) || !indexed.has(number),
      ).length,
      unopenable: 0,
    };
  }
}

/** By a process of its own, so that what it can die of or hang in is seen. */
async function readFound({ engine, folder }: { engine: EngineName; folder: string }): Promise<Found> {
  const reader = start("reader.ts", [engine, folder]);
  try {
    return JSON.parse(await reader.next("FOUND ")) as Found;
  } finally {
    await reader.kill();
  }
}

function start(file: string, args: readonly string[]): SuiteProcess {
  return new SuiteProcess(`the ${file}`, fileURLToPath(new URL(file, import.meta.url)), args);
}

function readNumbers(file: string): number[] {
  return readFileSync(file, "utf8").trimEnd().split("\n").filter(Boolean).map(Number);
}
