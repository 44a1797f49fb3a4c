/** Everything that a server is asked, and how it is kept in a file. */
import { readFile, writeFile } from "node:fs/promises";

import { askFrames } from "./frame-answers.ts";
import { askHttp } from "./http-answers.ts";
import { askLimits } from "./limit-answers.ts";
import { askLive } from "./live-answers.ts";
import { type Answers, askMethods } from "./method-answers.ts";
import type { Target } from "./principals.ts";

/** What is asked, by kind. */
export const kinds: Readonly<Record<string, (target: Target) => Promise<Answers>>> = {
  methods: askMethods,
  frames: askFrames,
  http: askHttp,
  live: askLive,
  limits: askLimits,
};

/** What a real server answered, of one version. */
export interface Recorded {
  version: string;
  answers: Answers;
}

const recordedFile = new URL("recorded-answers.jsonl", import.meta.url);
// What is asked of many principals stands in one line, with an answer for each.
const askedAs = /^(\w+ (?:cbor|json), \w+), (.*)$/s;

export async function readRecorded(): Promise<Recorded> {
  const [head = "", ...rows] = (await readFile(recordedFile, "utf8")).trim().split("\n");
  const { version, whom, lines } = JSON.parse(head) as { version: string; whom: string[]; lines: string[] };
  const answers: Answers = new Map();
  for (const row of rows) {
    const [what, ...places] = JSON.parse(row) as [string, ...(string | null)[]];
    for (const [index, place] of places.entries()) {
      if (place === null) continue;
      const answer = place.split(" ").map((line) => lines[Number(line)]);
      answers.set(whom[index] === "" ? what : `${whom[index]}, ${what}`, answer.join("\n"));
    }
  }
  return { version, answers };
}

export async function writeRecorded({ version, answers }: Recorded): Promise<void> {
  const lines = new Map<string, number>();
  const rows = new Map<string, Map<string, string>>();
  const whom = new Set<string>();
  for (const [name, answer] of answers) {
    const [, who = "", what = name] = askedAs.exec(name) ?? [];
    const places = answer.split("\n").map((line) => lines.get(line) ?? (lines.set(line, lines.size), lines.size - 1));
    whom.add(who);
    rows.set(what, (rows.get(what) ?? new Map<string, string>()).set(who, places.join(" ")));
  }
  const order = [...whom].toSorted();
  const written = Array.from(rows, ([what, places]) =>
    JSON.stringify([what, ...order.map((who) => places.get(who) ?? null)]),
  );
  const head = JSON.stringify({ version, whom: order, lines: [...lines.keys()] });
  await writeFile(recordedFile, `${[head, ...written.toSorted()].join("\n")}\n`);
}
