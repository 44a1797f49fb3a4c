/**
 * Writes pairs of rows, each pair in one transaction, eight at once, and notes each pair's number in a file as soon as
 * it was acknowledged, until it is killed or told on stdin to end: `exit` ends the process, `close` the engine first.
 */
import { openSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";

import { RecordId } from "surrealdb";

import { between, createRandom } from "../faults/random.ts";
import { type EngineName, openEngine } from "./open-engine.ts";

export interface WriterOptions {
  engine: EngineName;
  folder: string;
  /** The file of the acknowledged numbers. */
  acknowledged: string;
  /** The first number. */
  from: number;
  seed: number;
}

const inFlight = 8;
/** Letters of a row's text at most. A value of some size is stored apart from its key, in another file. */
const sizes = [1000, 40_000, 360_000, 360_000, 360_000] as const;

const { engine, folder, acknowledged, from, seed } = JSON.parse(process.argv[2] ?? "{}") as WriterOptions;
const random = createRandom(seed);
const file = openSync(acknowledged, "a");
const client = await openEngine(engine, folder);
console.log("OPEN");
let next = from;
let told = "";
createInterface({ input: process.stdin }).on("line", (line) => (told = line));
await Promise.all(Array.from({ length: inFlight }, writePairs));
if (told === "close") await client.close();
process.exit(0);

async function writePairs(): Promise<void> {
  while (told === "") {
    const number = next++;
    const text = "z".repeat(between(random, 0, sizes[between(random, 0, sizes.length - 1)] ?? 0));
    const row = { number, text, length: text.length };
    await client.query(
      "BEGIN; CREATE $first CONTENT $row RETURN NONE; CREATE $second CONTENT $row RETURN NONE; COMMIT",
      {
        first: new RecordId("first", number),
        second: new RecordId("second", number),
        row,
      },
    );
    writeSync(file, `${number}\n`);
  }
}
