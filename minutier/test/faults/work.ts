/** What a step of the suite gives: a value that says who computed it, and whether all of it is there. */
import { createHash, randomBytes } from "node:crypto";

export interface Work {
  run: string;
  path: string;
  /** New at each execution of the step's code. */
  nonce: string;
  text: string;
  sum: string;
}

export function makeWork(run: string, path: string, size: number): Work {
  const nonce = randomBytes(6).toString("hex");
  const text = "é".repeat(size);
  return { run, path, nonce, text, sum: sumOf(run, path, nonce, text) };
}

/** False when a part of it is not what was made. */
export function isWhole({ run, path, nonce, text, sum }: Work): boolean {
  return sum === sumOf(run, path, nonce, text);
}

function sumOf(...parts: string[]): string {
  return createHash("sha1").update(parts.join("\n")).digest("hex");
}

/** The work in a value: itself, or the text of an agent's answer. */
export function workOf(value: unknown): Work | undefined {
  if (typeof value === "string" && value.startsWith("{")) return workOf(JSON.parse(value));
  return typeof value === "object" && value !== null && "nonce" in value && "sum" in value
    ? (value as Work)
    : undefined;
}

/** All works in a value, however deep. */
export function worksIn(value: unknown): Work[] {
  const work = workOf(value);
  if (work !== undefined) return [work];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(worksIn) : [];
}
