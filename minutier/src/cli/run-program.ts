/** Runs the program: errors as sentences, exit codes, an end that waits for what was printed. */
import { CommanderError } from "commander";

import { MinutierError } from "../errors.ts";
import { CliError, exitCodes } from "./cli-error.ts";
import { endWithReader, note, noteColors } from "./output.ts";
import { createProgram } from "./program.ts";
import { safeLines } from "./terminal-text.ts";

/** Ends the process. */
export async function runProgram(): Promise<void> {
  endWithReader();
  const code = await exitCodeOf(() => createProgram().parseAsync());
  // A module of the user's may hold timers or connections that would keep the process.
  await Promise.all([flush(process.stdout), flush(process.stderr)]);
  process.exit(code);
}

async function exitCodeOf(work: () => Promise<unknown>): Promise<number> {
  try {
    await work();
    return exitCodes.ok;
  } catch (error) {
    // Commander has said what it is.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.wrongUse;
    const isKnown = error instanceof CliError || MinutierError.isInstance(error);
    const text = isKnown || !(error instanceof Error) ? messageOf(error) : (error.stack ?? error.message);
    note(`${noteColors.red("minutier:")} ${safeLines(text)}`);
    if (error instanceof CliError) return error.exitCode;
    return MinutierError.isInstance(error) && error.code === "invalid_options" ? exitCodes.wrongUse : exitCodes.failed;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0 || stream.destroyed) resolve();
    else stream.write("", () => resolve());
  });
}
