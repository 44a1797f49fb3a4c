/** Where a command writes: data on standard output, everything else on standard error. */
import pc from "picocolors";

import { exitCodes } from "./cli-error.ts";

type Colors = ReturnType<typeof pc.createColors>;

/** Colours for a terminal only: what goes to a file or a program is plain text, also where CI is set. */
function colorsFor(stream: { isTTY?: boolean }): Colors {
  const { FORCE_COLOR, NO_COLOR } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return pc.createColors(false);
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== "" && FORCE_COLOR !== "0";
  return pc.createColors(forced || stream.isTTY === true);
}

/** For data. */
export const colors: Colors = colorsFor(process.stdout);

/** For what is said beside it. */
export const noteColors: Colors = colorsFor(process.stderr);

/** Writes data; waits when the reader is slow, so that an export takes no more memory than a page. */
export async function print(text: string): Promise<void> {
  if (process.stdout.write(`${text}\n`)) return;
  await new Promise<void>((resolve) => process.stdout.once("drain", resolve));
}

/** Says something that is no data. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** How many columns a line may take; none where nobody looks at lines. */
export function outputWidth(): number | undefined {
  return process.stdout.isTTY ? Math.max(40, process.stdout.columns ?? 80) : undefined;
}

/** A reader that leaves early, as `head` does, has what it wanted. */
export function endWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(exitCodes.ok);
    throw error;
  });
  // Nobody is left to be told.
  process.stderr.on("error", () => undefined);
}
