/** The disk fills up under a database, and is emptied again; the process that has it open is started anew. */
import { spawnSync } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { check } from "../check.ts";
import { type Findings, Problems } from "../findings.ts";
import { readJournal } from "../journal.ts";
import type { Context, Place, Scenario } from "../scenario.ts";
import { readStored } from "../stored.ts";
import type { SuiteProcess } from "../worker-process.ts";

const diskSize = "96m";

/** What runs fail with that can't be written; on a busy machine, one can be silent for too long. */
const excused = ["result_not_recorded", "not_recorded", "lease_lost"];

export const fullDisk: Scenario = {
  name: "disk",
  title: "a disk that fills up under 64 runs, is emptied, and the process started anew",
  faults: (kills) => Math.ceil(kills / 25),
  async run(context, faults) {
    const disk = await context.makeFolder("disk");
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${diskSize}`, "tmpfs", disk], { encoding: "utf8" });
    if (mounted.status !== 0)
      return `a small disk can't be mounted here (${mounted.stderr?.trim() || mounted.error?.message})`;
    try {
      return await fillAgainAndAgain(context, disk, faults);
    } finally {
      spawnSync("umount", ["--lazy", disk]);
    }
  },
};

async function fillAgainAndAgain(context: Context, disk: string, faults: number): Promise<Findings> {
  const folder = `${disk}/db`;
  const problems = new Problems();
  for (let n = 1; n <= faults; n++) {
    const database = await context.database(folder);
    const worker = context.worker({ ...database, leaseMs: 800 });
    await worker.next("OPEN");
    await context.toldMore(context.between(20_000, 60_000));
    const ballast = `${disk}/ballast`;
    fill(ballast);
    const told = await probeUntilRefused(worker);
    checkRefusal(told, problems);
    context.progress(`disk ${n} of ${faults} is full: ${told.written}`);
    // Runs under way fail, and those that would begin.
    await context.toldMore(15_000);
    await rm(ballast);
    await worker.kill();
    await context.killServers();
  }
  const database = await context.database(folder);
  const last = context.worker({ ...database, inFlight: 0 });
  await last.next("OPEN");
  await last.drain();
  const findings = check(context.journal, await readStored(await placeOfCopy(context, folder, database)), {
    codes: excused,
  });
  for (const entry of readJournal(context.journal)) {
    if (entry.type !== "failed" || entry.code === "step_failed" || entry.code === "lease_lost") continue;
    problems.unless(entry.message.includes("disk is full"), "failed", `${entry.code}: ${entry.message}`);
  }
  await context.killServers();
  return { ...findings, problems: [...findings.problems, ...problems.all] };
}

/** The one that checks keeps the folder that it opens, and the disk is to be taken away. */
async function placeOfCopy(context: Context, folder: string, database: Place): Promise<Place> {
  if (context.backend === "server") return database;
  const copy = `${context.folder}/copy`;
  await cp(folder, copy, { recursive: true });
  return { url: `rocksdb://${copy}` };
}

/** Writes until the disk takes nothing more, not even a little. */
function fill(path: string): void {
  const file = openSync(path, "a");
  for (let size = 1 << 20; size >= 512;) {
    try {
      writeSync(file, Buffer.alloc(size));
    } catch {
      size /= 2;
    }
  }
  closeSync(file);
}

interface Told {
  read: string;
  written: string;
}

async function probeUntilRefused(worker: SuiteProcess): Promise<Told> {
  for (let n = 0; ; n++) {
    worker.tell("probe");
    const told = JSON.parse(await worker.next("PROBE ")) as Told;
    if (told.written !== "ok" || n >= 200) return told;
    await sleep(50);
  }
}

function checkRefusal({ read, written }: Told, problems: Problems): void {
  problems.unless(read === "ok", "failed", `with a full disk, a read gives ${read}`);
  const clear = /^\[storage_full\] .*disk.*full.*(free|make room)/is.test(written);
  problems.unless(clear, "failed", `with a full disk, a write gives ${written}`);
}
