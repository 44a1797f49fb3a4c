/** Runs Étude on a folder as its users do, in a process of its own: what it says, how long, how much memory. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { DeedType } from "../truth.ts";

/** `--json`, as far as it is measured; what a later version adds is taken when it is there. */
export interface EtudeOutput {
  items: { rule: string; status: string; message: string; evidence: { document: string; page?: number }[] }[];
  documents: EtudeDocument[];
}

export interface EtudeDocument {
  file: string;
  type: string;
  pages: EtudePage[];
}

export interface EtudePage {
  page: number;
  amounts: { cents: number; label?: string }[];
  dates: { date: string | null; label?: string }[];
  lots: { lot: string; servitude?: boolean; former?: boolean; kind?: string }[];
  postal_codes: { postal_code: string; immovable?: boolean }[];
  addresses: { address: string; immovable?: boolean }[];
  parties: { name: string; role: string }[];
}

export interface EtudeRun {
  output: EtudeOutput;
  /** The deed type that was asked for; `vente` where Étude does not know the dossier's own. */
  type: string;
  durationMs: number;
  peakBytes: number;
}

const built = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const source = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));
const peakReporter = new URL("./report-peak-memory.ts", import.meta.url).href;

/** @param fromSource runs the sources, not what was compiled. */
export async function runEtude(folder: string, deed: DeedType, fromSource = false): Promise<EtudeRun> {
  const own = await runOnce(folder, deed, fromSource);
  if (own.code === 0) return toRun(own, deed);
  // A deed type that Étude does not know yet is a wrong use, told before any work: code 2.
  if (own.code !== 2 || deed === "vente")
    throw new Error(`Étude ended with code ${own.code} on ${folder}:\n${own.stderr}`);
  const sale = await runOnce(folder, "vente", fromSource);
  if (sale.code !== 0) throw new Error(`Étude ended with code ${sale.code} on ${folder}:\n${sale.stderr}`);
  return toRun(sale, "vente");
}

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
  durationMs: number;
  peakBytes: number;
}

function toRun({ stdout, durationMs, peakBytes }: Ended, type: string): EtudeRun {
  return { output: JSON.parse(stdout) as EtudeOutput, type, durationMs, peakBytes };
}

function runOnce(folder: string, type: string, fromSource: boolean): Promise<Ended> {
  const cli = fromSource || !existsSync(built) ? source : built;
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, ["--import", peakReporter, cli, folder, "--json", "--type", type, "--db", "mem://"], {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    }); // prettier-ignore
    const texts = { stdout: "", stderr: "", peak: "" };
    child.stdout!.setEncoding("utf8").on("data", (text: string) => (texts.stdout += text));
    child.stderr!.setEncoding("utf8").on("data", (text: string) => (texts.stderr += text));
    (child.stdio[3] as NodeJS.ReadableStream).setEncoding("utf8").on("data", (text: string) => (texts.peak += text));
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({ code, stdout: texts.stdout, stderr: texts.stderr, durationMs: performance.now() - started, peakBytes: Number(texts.peak) || 0 }),
    ); // prettier-ignore
  });
}
