/** Opens the engine's folder again and says what is there, as one line of JSON. */
import { type EngineName, openEngine } from "./open-engine.ts";

/** The numbers of the rows that are there, and whole. */
export interface Found {
  first: number[];
  second: number[];
  /** By the index on the first table. */
  indexed: number[];
}

const [engine, folder = ""] = process.argv.slice(2);
const client = await openEngine(engine as EngineName, folder);
const [first, second, indexed] = await client.query<[number[], number[], number[]]>(
  "SELECT VALUE number FROM first WITH NOINDEX WHERE string::len(text) = length; SELECT VALUE number FROM second WHERE string::len(text) = length; SELECT VALUE number FROM first WHERE number >= 0",
);
console.log(`FOUND ${JSON.stringify({ first, second, indexed } satisfies Found)}`);
process.exit(0);
