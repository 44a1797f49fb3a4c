/** Our RPC server answers as a real SurrealDB server does: everything is asked of both, or compared with what was recorded. */
import { afterAll, expect, test } from "vitest";

import { startRpcServer } from "../src/testing/rpc-server/index.ts";
import { allowedDifferences } from "./rpc-parity/allowed-differences.ts";
import { kinds, readRecorded } from "./rpc-parity/answers.ts";
import type { Answers } from "./rpc-parity/method-answers.ts";
import { findSurreal, startSurreal } from "./surreal-server.ts";

const recorded = await readRecorded();
const ours = await startRpcServer();
const real = findSurreal() === undefined ? undefined : await startSurreal({ path: "memory" });

afterAll(async () => {
  await ours.close();
  await real?.kill();
});

/** Cases of the allowed differences that were met, to find those that are none. */
const differed = new Map<string, boolean>();

for (const [kind, ask] of Object.entries(kinds)) {
  test(`our server answers as a real one: ${kind}`, { timeout: 240_000 }, async () => {
    const [answers, reals] = await Promise.all([ask(ours), real && ask(real)]);
    const expected = reals ?? of(recorded.answers, answers);
    expect([...answers.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
    const unexpected = [];
    for (const [name, answer] of answers) {
      const isSame = answer === expected.get(name);
      const isAllowed = allowedDifferences.some(({ cases }) => cases.test(name));
      if (isAllowed) differed.set(name, !isSame);
      else if (!isSame) unexpected.push({ name, ours: answer, real: expected.get(name) });
    }
    expect(unexpected).toEqual([]);
    if (real !== undefined && (await version()) === recorded.version) {
      expect(differences(of(recorded.answers, expected), expected), "record the answers again").toEqual([]);
    }
  });
}

test("every allowed difference is one", () => {
  expect([...differed].filter(([, isDifferent]) => !isDifferent).map(([name]) => name)).toEqual([]);
  const unmet = allowedDifferences.filter(({ cases }) => ![...differed.keys()].some((name) => cases.test(name)));
  expect(unmet).toEqual([]);
});

async function version(): Promise<string> {
  return await (await fetch(new URL("/version", real?.httpUrl))).text();
}

/** Those of the recorded answers that were asked for. */
function of(all: Answers, asked: Answers): Answers {
  const kind = new Set(Array.from(asked.keys(), kindOf));
  return new Map([...all].filter(([name]) => kind.has(kindOf(name))));
}

/** A method's case begins with how it was asked, any other with its kind. */
function kindOf(name: string): string {
  return /^\w+ (cbor|json), /.test(name) ? "method" : (name.split(",", 1)[0] ?? "");
}

function differences(before: Answers, after: Answers): unknown[] {
  return [...after]
    .filter(([name, answer]) => before.get(name) !== answer)
    .map(([name, answer]) => ({ name, answer, recorded: before.get(name) }));
}
