import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endEngine, type EndName } from "./engine-kills/end-engine.ts";

const timeoutMs = 240_000;
const seed = Math.floor(Math.random() * 2 ** 31);

// The long one is `npm run test:engine -- rocksdb`.
test.concurrent(
  `rocksdb keeps what it acknowledged, after three kills, an exit and a close (seed ${seed})`,
  async () => {
    const ends: EndName[] = ["kill", "kill", "exit", "close", "kill"];
    const { kill, exit, close } = await endEngine({ engine: "rocksdb", ends, seed, longestMs: 400 });
    for (const tally of [kill, exit, close]) expect(tally).toMatchObject({ lost: 0, torn: 0, unopenable: 0 });
    expect(kill.acknowledged).toBeGreaterThan(0);
  },
  timeoutMs,
);

test.concurrent(
  "an engine that keeps nothing is found out by every kind of end",
  async () => {
    const { kill, exit, close } = await endEngine({
      engine: "mem",
      ends: ["kill", "exit", "close"],
      seed,
      longestMs: 400,
    });
    for (const { acknowledged, lost } of [kill, exit, close]) {
      expect(acknowledged).toBeGreaterThan(0);
      expect(lost).toBe(acknowledged);
    }
  },
  timeoutMs,
);

test.concurrent(
  "the program gives its verdict, says how it is used, and refuses what it does not know",
  async () => {
    const run = (...args: string[]): Promise<{ code: unknown; text: string }> =>
      new Promise((resolve) => {
        const file = fileURLToPath(new URL("engine-kills/main.ts", import.meta.url));
        execFile(process.execPath, [file, ...args], (error, stdout, stderr) =>
          resolve({ code: error?.code ?? 0, text: stdout + stderr }),
        );
      });
    expect(await run("--help")).toMatchObject({ code: 0, text: expect.stringContaining("--kills N") });
    expect(await run()).toMatchObject({ code: 2, text: expect.stringContaining("name one of surrealkv") });
    expect(await run("tikv")).toMatchObject({ code: 2, text: expect.stringContaining("tikv: name one of") });
    expect(await run("mem", "--kills", "x")).toMatchObject({
      code: 2,
      text: expect.stringContaining("a whole number"),
    });
    expect(await run("mem", "--kills", "1")).toMatchObject({
      code: 1,
      text: expect.stringContaining("keep it refused"),
    });
  },
  timeoutMs,
);
