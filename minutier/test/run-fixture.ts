/** Runs a file of `fixtures/` as a process of its own, for what a process can die of or hang in. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { onTestFinished } from "vitest";

export interface FixtureResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Starts a fixture; it is killed when the test ends (not for concurrent tests: the hook could be another's). */
export function startFixture(name: string, args: readonly string[] = []): ChildProcess {
  const child = spawnFixture(name, args);
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

function spawnFixture(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const file = name.startsWith("/") ? name : fileURLToPath(new URL(`fixtures/${name}.ts`, import.meta.url));
  return spawn(process.execPath, [file, ...args], { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...env } });
}

/** Runs a fixture to its own end; one that has not ended after `timeoutMs` is killed (`signal: "SIGKILL"`). */
export async function runFixture(
  name: string,
  args: readonly string[] = [],
  timeoutMs = 50_000,
  env: NodeJS.ProcessEnv = {},
): Promise<FixtureResult> {
  const child = spawnFixture(name, args, env);
  const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  return { code, signal, stdout, stderr };
}

/** The first line that the process prints and that starts with `prefix`. */
export async function nextLine(child: ChildProcess, prefix = ""): Promise<string> {
  if (child.stdout === null) throw new Error("the fixture has no stdout");
  for await (const line of createInterface({ input: child.stdout })) if (line.startsWith(prefix)) return line;
  throw new Error(`the fixture ended before it printed ${JSON.stringify(prefix)}`);
}

/** The lines that a process has printed, and those that it will print. */
export class FixtureLines {
  readonly all: string[] = [];
  #heard = (): void => undefined;
  #ended = false;

  constructor(child: ChildProcess) {
    if (child.stdout === null) throw new Error("the fixture has no stdout");
    createInterface({ input: child.stdout })
      .on("line", (line) => {
        this.all.push(line);
        this.#heard();
      })
      .on("close", () => {
        this.#ended = true;
        this.#heard();
      });
  }

  /** The first line, printed already or not, that starts with `prefix`. */
  async find(prefix: string): Promise<string> {
    for (;;) {
      const line = this.all.find((each) => each.startsWith(prefix));
      if (line !== undefined) return line;
      if (this.#ended) throw new Error(`the fixture ended before it printed ${JSON.stringify(prefix)}`);
      await new Promise<void>((resolve) => (this.#heard = resolve));
    }
  }
}
