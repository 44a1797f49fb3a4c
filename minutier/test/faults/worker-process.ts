/** Starts the suite's processes, and ends them in the ways that processes end. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import type { Plant } from "./plants.ts";

export interface WorkerOptions {
  url: string;
  auth?: { username: string; password: string };
  namespace?: string;
  database?: string;
  journal: string;
  seed: number;
  leaseMs: number;
  /** @default the library's */
  callTimeoutMs?: number;
  /** How many runs of its own it keeps under way. */
  inFlight: number;
  /** Whether it sees to the runs of the dead, and how often it looks. */
  recovers: boolean;
  recoveryMs: number;
  /** A step takes so many milliseconds at most. */
  stepMs: number;
  skewMs?: number;
  plant?: Plant;
}

/** Most of what so many short lives cost is to compile the same modules. */
const compiled = join(tmpdir(), "minutier-faults-compiled");

/** A process, what it prints, and how it ended. */
export class SuiteProcess {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #lines: string[] = [];
  #stderr = "";
  #heard = (): void => undefined;
  #ended = false;

  constructor(name: string, file: string, args: readonly string[]) {
    this.#name = name;
    this.#child = spawn(process.execPath, [file, ...args], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, NODE_COMPILE_CACHE: compiled },
    });
    const { stdout, stderr, stdin } = this.#child;
    if (stdout === null || stderr === null) throw new Error("the process has no pipes");
    stdin?.on("error", () => undefined);
    stderr.on("data", (chunk: Buffer) => (this.#stderr += chunk.toString()));
    createInterface({ input: stdout }).on("line", (line) => {
      this.#lines.push(line);
      this.#heard();
    });
    this.#child.once("close", () => {
      this.#ended = true;
      this.#heard();
    });
  }

  /** The next line that starts with `prefix`, without it. Throws when the process ends before, or takes too long. */
  async next(prefix: string, timeoutMs = 120_000): Promise<string> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#heard();
    }, timeoutMs);
    try {
      for (;;) {
        for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift())
          if (line.startsWith(prefix)) return line.slice(prefix.length).trim();
        if (this.#ended || late) {
          const how = late ? `did not say ${prefix} within ${timeoutMs} ms` : `ended before it said ${prefix}`;
          throw new Error(`${this.#name} ${how}.\n${this.#stderr.slice(-4000)}`);
        }
        await new Promise<void>((resolve) => (this.#heard = resolve));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Lets it end what is under way. */
  async drain(): Promise<void> {
    this.tell("drain");
    await this.next("DRAINED", 900_000);
    await this.ended();
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended();
  }

  async ended(): Promise<void> {
    if (!this.#ended) await once(this.#child, "close");
  }
}

export function startWorker(options: WorkerOptions): SuiteProcess {
  return new SuiteProcess("the worker", fileURLToPath(new URL("worker.ts", import.meta.url)), [
    JSON.stringify(options),
  ]);
}
