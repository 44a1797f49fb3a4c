/** The command `minutier` as real processes, on real databases. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, onTestFinished } from "vitest";

import { temporaryFolder } from "./backends.ts";
import { FixtureLines } from "./run-fixture.ts";

export const cli = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
/** The module that the tests serve; TEST_DB names its database. */
export const served = fileURLToPath(new URL("fixtures/served.ts", import.meta.url));

export interface Output {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  env?: Record<string, string | undefined>;
  cwd?: string;
  input?: string;
}

/** The environment without what would change the output. */
function environment(env: CommandOptions["env"] = {}): NodeJS.ProcessEnv {
  const clean = { MINUTIER_DB: undefined, MINUTIER_KEY: undefined, MINUTIER_PASSWORD: undefined };
  // Hundreds of processes compile the same sources.
  const cache = {
    NODE_COMPILE_CACHE: fileURLToPath(new URL("../../node_modules/.cache/minutier-cli", import.meta.url)),
  };
  return { ...process.env, ...cache, NO_COLOR: undefined, FORCE_COLOR: undefined, ...clean, ...env };
}

/** Runs a command to its end. */
export async function minutier(args: readonly string[], { env, cwd, input }: CommandOptions = {}): Promise<Output> {
  const child = spawn(process.execPath, [cli, ...args], { cwd, env: environment(env), stdio: "pipe" });
  // A command that ends without reading closes the pipe.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input ?? "");
  const output: Output = { code: null, stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  [output.code] = (await once(child, "close")) as [number | null];
  return output;
}

/** Runs a command that must end well; gives what it printed. */
export async function printed(args: readonly string[], options?: CommandOptions): Promise<string> {
  const { code, stdout, stderr } = await minutier(args, options);
  if (code !== 0) throw new Error(`minutier ${args.join(" ")} ended with ${code}: ${stderr}`);
  return stdout;
}

/** The values of an output that is one JSON value a line. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const running: ChildProcess[] = [];
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
});

/** A command that goes on; it is killed when the test file ends. */
export class RunningCommand {
  readonly process: ChildProcess;
  readonly lines: FixtureLines;
  stderr = "";
  readonly #ended: Promise<[number | null, NodeJS.Signals | null]>;

  constructor(args: readonly string[], { env, cwd }: CommandOptions = {}) {
    this.process = spawn(process.execPath, [cli, ...args], {
      cwd,
      env: environment(env),
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.push(this.process);
    this.lines = new FixtureLines(this.process);
    this.process.stderr?.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.#ended = once(this.process, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  }

  /** Its exit code, or the signal that ended it. */
  async end(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    if (signal !== undefined) this.process.kill(signal);
    const [code, killer] = await this.#ended;
    return code ?? killer;
  }
}

/** A command that goes on until the test ends. */
export function startCommand(args: readonly string[], options?: CommandOptions): RunningCommand {
  const command = new RunningCommand(args, options);
  onTestFinished(() => void command.process.kill("SIGKILL"));
  return command;
}

/** `minutier serve` that listens; its address is the first line that it prints. */
export async function startServe(
  args: readonly string[],
  options?: CommandOptions,
): Promise<{ command: RunningCommand; url: string }> {
  const command = startCommand(["serve", ...args, "--port", "0"], options);
  return { command, url: await urlOf(command) };
}

export async function urlOf(command: RunningCommand): Promise<string> {
  try {
    return (await command.lines.find("API ")).slice("API".length).trim();
  } catch (error) {
    throw new Error(`serve did not start: ${command.stderr}`, { cause: error });
  }
}

/** A folder for a database that is not there yet. */
export async function newFolder(): Promise<string> {
  return join(await temporaryFolder(), "db");
}

/** Starts a run of a workflow that is served. */
export async function startRun(
  url: string,
  workflow: string,
  body: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/workflows/${workflow}/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message: 42, stream: false, ...body }),
  });
  return (await response.json()) as Record<string, unknown>;
}
